//! Long work.

use super::dto;

dto! {
    /// A job that has begun. Its progress comes as events named `job`.
    pub struct JobStarted {
        pub job: String,
    }
    /// A job's number.
    pub struct JobId {
        pub job: String,
    }
    /// How far a job is. Sent at most ten times a second and once at the end.
    pub struct JobView {
        pub job: String,
        /// `import`, `mapping`, `cleanse`, `validate`, `push`, `verify`, `rollback`, `report`, `demo`.
        pub kind: String,
        pub title: String,
        pub done: f64,
        /// 0 while unknown.
        pub total: f64,
        pub unit: String,
        /// What is being done: `upload`, `resend` (the server had lost it), `write`, `commit` of a push; `open` (counted in
        /// bytes), `read`, `make` of an import; empty where the work has one step.
        pub step: String,
        pub seconds_left: Option<u32>,
        /// `running`, `done`, `cancelled`, `failed`.
        pub state: String,
        /// What came of it, in one sentence; empty while running.
        pub sentence: String,
        /// JSON document of the result (see the command), where there is one.
        pub result: Option<String>,
        pub error: Option<ErrorView>,
    }
    /// An error in words.
    pub struct ErrorView {
        pub code: String,
        pub message: String,
        pub hint: String,
        pub detail: String,
        /// Whether anything was written before it went wrong.
        pub written: bool,
    }
}
