//! What identity number, date of birth, gender, name and class say about one person, side by side.

use super::dto;

dto! {
    /// Asks what the record of a person says about its identity.
    pub struct IdentityAsk {
        pub entity: String,
        pub record: f64,
    }
    /// The witnesses side by side, and what could be repaired, the best first.
    pub struct IdentityView {
        pub witnesses: Vec<WitnessView>,
        pub candidates: Vec<CandidateView>,
    }
    /// What one of them says; a blank where it says nothing about that.
    pub struct WitnessView {
        /// `number`, `birth`, `gender`, `name` or `level`.
        pub witness: String,
        pub title: String,
        pub birth: String,
        pub gender: String,
        pub place: String,
    }
    /// One value that would bring more of them into agreement.
    pub struct CandidateView {
        pub field: String,
        pub field_title: String,
        pub before: String,
        /// The value as it would stand in the record.
        pub value: String,
        /// The same for the eye.
        pub after: String,
        /// Why, in words.
        pub reason: String,
    }
    /// Takes one candidate; refused where the record changed since.
    pub struct IdentityTake {
        pub entity: String,
        pub record: f64,
        pub field: String,
        pub value: String,
    }
}
