//! What a push would do, record by record; what a person says about it; and a push that waits.

use super::dto;

dto! {
    /// A page of the plan.
    pub struct PlanAsk {
        /// `inserted`, `updated`, `unchanged`, `rejected`; `asks` for differences to decide, `kept` for those left.
        pub outcome: String,
        /// Only this entity; all where it is empty.
        pub entity: String,
        pub offset: u32,
        pub limit: u32,
    }
    /// Decides for or against the project's values.
    pub struct PlanDecide {
        /// Differences; none means all of the entity.
        pub ids: Vec<f64>,
        pub entity: String,
        /// Whether the project's values replace the portal's.
        pub take: bool,
    }
    /// The conflict policies, one an entity.
    pub struct PoliciesView {
        pub entities: Vec<PolicyView>,
    }
    /// What a push does where the portal has another value.
    pub struct PolicyView {
        pub entity: String,
        pub title: String,
        /// `skip`, `fill-blanks`, `ask`, `update`.
        pub policy: String,
    }
    /// Sets the policy of an entity.
    pub struct PolicySet {
        pub entity: String,
        pub policy: String,
    }
}

/// Documents that may also be empty.
macro_rules! empty_dto {
    ($($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* pub $field:ident: $kind:ty,)* })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize, ts_rs::TS)]
        #[serde(rename_all = "camelCase")]
        pub struct $name { $($(#[$field_meta])* #[allow(missing_docs)] pub $field: $kind,)* }
    )*};
}

empty_dto! {
    /// A page of the plan of the last rehearsal.
    pub struct PlanPage {
        /// The rehearsal; empty where there was none.
        pub batch: String,
        pub lines: Vec<PlanLine>,
        /// How many lines are kept for paging.
        pub kept: f64,
        /// How many there are in all.
        pub total: f64,
        /// Differences that wait for a decision.
        pub undecided: f64,
    }
    /// One record, or one value of it.
    pub struct PlanLine {
        pub entity: String,
        pub entity_title: String,
        pub record: f64,
        pub who: String,
        /// File, sheet and row.
        pub place: String,
        /// Why it was refused.
        pub why: String,
        pub value: Option<PlanValue>,
    }
    /// A value that is another one in the portal.
    pub struct PlanValue {
        pub id: f64,
        pub field_title: String,
        /// The portal's value; empty for a blank.
        pub old: String,
        pub new: String,
        /// `written`, `kept`, `asks`.
        pub effect: String,
        pub decided: bool,
    }
    /// The push that waits for its portal.
    pub struct QueueView {
        /// `waiting`, `changed`, `stopped`; empty where nothing waits.
        pub state: String,
        pub at: String,
        pub user: String,
        pub portal: String,
        pub tries: u32,
        /// Until the next try, where that is known.
        pub next_seconds: Option<u32>,
        pub sentence: String,
        /// What went wrong last: its code, what happened, what to do.
        pub code: String,
        pub message: String,
        pub hint: String,
    }
}
