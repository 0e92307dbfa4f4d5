//! People twice, families, children without guardians, values that are missing.

use super::dto;

dto! {
    /// Where the work on people stands.
    pub struct MatchingView {
        /// Whether people were ever compared.
        pub ran: bool,
        /// Whether records changed since.
        pub stale: bool,
        pub entities: Vec<MatchingEntity>,
        /// Families of two children or more.
        pub families: f64,
        /// Children in work without a guardian in work.
        pub orphans: f64,
        /// Required values that are missing.
        pub gaps: f64,
        /// Guardians who stand for one that nobody knows yet.
        pub placeholders: f64,
    }
    /// Where the work on people of the portal stands.
    pub struct PortalMatchView {
        /// Whether people were ever compared with the portal's.
        pub ran: bool,
        /// Whether records changed since.
        pub stale: bool,
        /// When; empty for never.
        pub at: String,
        /// The portal's address, without its password.
        pub portal: String,
        /// Whether the settings name a portal.
        pub configured: bool,
        pub entities: Vec<PortalMatchEntity>,
    }
    /// The people of one entity, here and at the portal.
    pub struct PortalMatchEntity {
        pub entity: String,
        pub title: String,
        /// People at the portal.
        pub people: f64,
        /// Records of which the portal knows the row already.
        pub known: f64,
        /// Pairs compared.
        pub compared: f64,
        /// Keys shared by too many for all their pairs to be compared.
        pub left_out: f64,
        pub open: f64,
        /// Pairs that the rule proves.
        pub certain: f64,
        /// Pairs that a person said are one.
        pub same: f64,
        pub later: f64,
        pub different: f64,
    }
    /// The people of one entity.
    pub struct MatchingEntity {
        pub entity: String,
        pub title: String,
        pub people: f64,
        /// Pairs compared.
        pub compared: f64,
        /// Keys shared by too many records for all their pairs to be compared.
        pub left_out: f64,
        pub open: f64,
        pub later: f64,
        pub different: f64,
        /// Pairs that a person once said are one, brought in again.
        pub again: f64,
        /// Records that the rule would merge.
        pub certain: f64,
        /// Records that another stands for.
        pub merged: f64,
    }
    /// Asks for pairs. `show`: `open`, `later`, `different`, `again`, `merged`; with the portal `open`, `certain`,
    /// `same`, `later`, `different`.
    pub struct CasesAsk {
        pub entity: String,
        pub show: String,
        pub offset: u32,
        pub limit: u32,
    }
    /// Some pairs.
    pub struct CasesPage {
        pub total: f64,
        pub cases: Vec<CaseLine>,
    }
    /// One pair in the list. Of a merged record, `left` is the record and `right` the one that stands for it.
    pub struct CaseLine {
        /// Number of the pair; 0 for a merged record.
        pub pair: f64,
        pub left: f64,
        pub right: f64,
        pub left_who: String,
        pub right_who: String,
        pub left_source: String,
        pub right_source: String,
        /// `nearly`, `probably`, `perhaps`; empty for a merged record.
        pub sure: String,
        pub sure_title: String,
        /// How probable it is, in percent.
        pub percent: f64,
    }
    /// Names a pair.
    pub struct CaseRef {
        pub pair: f64,
    }
    /// A pair side by side.
    pub struct CaseView {
        pub pair: f64,
        pub entity: String,
        pub entity_title: String,
        pub sure: String,
        pub sure_title: String,
        pub percent: f64,
        /// Whether the rule would merge them.
        pub certain: bool,
        /// Whether they are one already.
        pub gone: bool,
        pub left: CaseSide,
        pub right: CaseSide,
        /// The record that would stand for both; -1 beside the portal, where none would.
        pub survivor: f64,
        pub survivor_why: String,
        pub reasons: Vec<CaseReason>,
        pub fields: Vec<CaseField>,
    }
    /// One record of a pair.
    pub struct CaseSide {
        pub record: f64,
        pub who: String,
        pub source: String,
        pub in_portal: bool,
        /// How many other records it stands for already.
        pub stands_for: f64,
        /// Guardians of a child, children of a guardian.
        pub family: Vec<String>,
    }
    /// What was seen, and what it speaks for.
    pub struct CaseReason {
        pub text: String,
        /// `for` one person, `against`, or `neither`.
        pub speaks: String,
    }
    /// One field of both.
    pub struct CaseField {
        pub field: String,
        pub title: String,
        pub left: String,
        pub right: String,
        /// `same`, `differ`, `left` or `right` where only that side has a value.
        pub state: String,
    }
    /// What a person decides about a pair. `verdict`: `same`, `different`, `later`, `open`.
    pub struct CaseDecide {
        pub pair: f64,
        pub verdict: String,
        /// Fields whose value a person takes from a record of their choice.
        pub picks: Vec<CasePick>,
    }
    /// The value of `field` is taken from `record`.
    pub struct CasePick {
        pub field: String,
        pub record: f64,
    }
    /// Some families.
    pub struct FamiliesPage {
        pub total: f64,
        pub families: Vec<FamilyView>,
    }
    /// Children who belong together, and what ties them.
    pub struct FamilyView {
        pub family: f64,
        pub children: Vec<PersonLine>,
        pub ties: Vec<String>,
    }
    /// A person in a list.
    pub struct PersonLine {
        pub record: f64,
        pub who: String,
        pub source: String,
        /// What else helps to know them: birth date, telephone, address.
        pub detail: String,
    }
    /// Some children without guardians.
    pub struct OrphansPage {
        pub total: f64,
        pub orphans: Vec<OrphanView>,
        /// What a guardian may be to a child.
        pub relationships: Vec<super::CodeOption>,
    }
    /// A child without guardians.
    pub struct OrphanView {
        pub child: PersonLine,
        pub likely: Vec<LikelyView>,
    }
    /// A guardian who may be that child's.
    pub struct LikelyView {
        pub guardian: PersonLine,
        pub why: String,
    }
    /// Gives children a guardian: a known one, or a placeholder where `guardian` is 0.
    pub struct OrphanSettle {
        pub students: Vec<f64>,
        pub guardian: f64,
        /// Code of the relationship.
        pub relationship: String,
    }
    /// Missing required values, by cause.
    pub struct GapsView {
        pub gaps: Vec<GapView>,
    }
    /// One field that one table leaves blank.
    pub struct GapView {
        pub entity: String,
        pub entity_title: String,
        pub field: String,
        pub field_title: String,
        pub kind: String,
        pub values: Vec<super::CodeOption>,
        pub table: u32,
        pub source: String,
        pub count: f64,
    }
    /// Asks for records with a gap.
    pub struct GapAsk {
        pub entity: String,
        pub field: String,
        pub table: u32,
        pub offset: u32,
        pub limit: u32,
    }
    /// Some records with a gap.
    pub struct GapPage {
        pub total: f64,
        pub people: Vec<PersonLine>,
    }
    /// Fills a gap of all records of a table with a value that a person chose, with the reason.
    pub struct GapFill {
        pub entity: String,
        pub field: String,
        pub table: u32,
        pub value: String,
        pub reason: String,
    }
}
