//! Values of a column: how often each stands there, spellings that may be one, find and replace, recipes.

use super::dto;

dto! {
    /// Asks for the values of one column.
    pub struct FacetsAsk {
        pub entity: String,
        pub field: String,
        /// Text that the value contains; empty for all.
        pub text: String,
        /// `count` (the most frequent first) or `value`.
        pub order: String,
        pub offset: u32,
        pub limit: u32,
    }
    /// Some values of a column.
    pub struct FacetsPage {
        pub filled: f64,
        pub blank: f64,
        /// Different values in all.
        pub distinct: f64,
        /// Of these, those that contain the text.
        pub matching: f64,
        /// Whether values of this column may be spellings of one another.
        pub spellings: bool,
        pub values: Vec<ValueCount>,
    }
    /// A value and how many records have it.
    pub struct ValueCount {
        pub value: String,
        /// The value in words, where it is a code.
        pub title: String,
        pub records: f64,
    }
    /// Asks for groups of spellings in one column.
    pub struct ClustersAsk {
        pub entity: String,
        pub field: String,
        /// `alike` or `near`.
        pub way: String,
        pub offset: u32,
        pub limit: u32,
    }
    /// Groups of spellings.
    pub struct ClustersPage {
        /// Whether they have been looked for.
        pub ready: bool,
        /// Whether records have changed since.
        pub stale: bool,
        pub total: f64,
        pub clusters: Vec<ClusterView>,
    }
    /// Values that may be one, the most frequent first.
    pub struct ClusterView {
        pub records: f64,
        pub values: Vec<ValueCount>,
    }
    /// Makes values one; one step.
    pub struct ValuesMerge {
        pub entity: String,
        pub field: String,
        pub from: Vec<String>,
        pub to: String,
    }
    /// Asks what find and replace would change, or does it.
    pub struct ReplaceAsk {
        pub entity: String,
        pub field: String,
        pub find: String,
        pub with: String,
        /// `text`, `cell` or `regex`.
        pub how: String,
        pub match_case: bool,
        /// Text that some cell of the record contains; empty for all.
        pub text: String,
        /// As in `RecordsAsk`.
        pub show: String,
        /// Only in records whose value of this field is `only_value`; empty for all.
        pub only_field: String,
        /// Empty for blank.
        pub only_value: String,
    }
    /// What find and replace would change.
    pub struct ReplaceView {
        pub records: f64,
        /// Different values among them.
        pub distinct: f64,
        pub samples: Vec<ReplaceSample>,
    }
    /// One value before and after.
    pub struct ReplaceSample {
        pub before: String,
        pub after: String,
        pub records: f64,
    }
    /// Values of these records that were decided about before.
    pub struct LearnedOffers {
        pub total: f64,
        pub offers: Vec<LearnedOffer>,
    }
    /// One earlier decision that fits values here.
    pub struct LearnedOffer {
        pub entity: String,
        pub field: String,
        pub field_title: String,
        pub before: String,
        pub after: String,
        pub records: f64,
    }
    /// Takes up earlier decisions, or forgets them.
    pub struct LearnedTake {
        pub offers: Vec<LearnedRef>,
        /// `false` forgets them.
        pub apply: bool,
    }
    /// Names an earlier decision.
    pub struct LearnedRef {
        pub entity: String,
        pub field: String,
        pub before: String,
    }
    /// What would stand in a recipe saved now.
    pub struct RecipeView {
        pub steps: Vec<RecipeStep>,
        /// Steps in force that hold for single records and so for no other file.
        pub left_out: f64,
        /// Their sentences, the first few.
        pub left_out_titles: Vec<String>,
    }
    /// One step of a recipe.
    pub struct RecipeStep {
        /// Its place in the recipe, from 0.
        pub at: u32,
        pub title: String,
        pub samples: Vec<ReplaceSample>,
        /// `fits`, `no-match`, `no-field`, `unknown`; empty where it was not tried.
        pub state: String,
        /// Why it does not fit.
        pub why: String,
        pub changes: f64,
    }
    /// Saves a recipe.
    pub struct RecipeSave {
        pub path: String,
        pub name: String,
    }
    /// Names a recipe.
    pub struct RecipeRef {
        pub path: String,
    }
    /// What a recipe would do here.
    pub struct RecipeCheck {
        pub name: String,
        pub school: String,
        pub made_at: String,
        pub steps: Vec<RecipeStep>,
        /// What differs between the tables it was made on and those here.
        pub notes: Vec<String>,
        /// Values that would change in all.
        pub changes: f64,
    }
    /// Applies steps of a recipe; one step of the history.
    pub struct RecipeApply {
        pub path: String,
        /// Places of the steps to apply.
        pub steps: Vec<u32>,
    }
    /// Names a step of the history; 0 is before the first.
    pub struct StepRef {
        pub step: f64,
    }
}
