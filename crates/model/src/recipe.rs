//! The recipe: cleansing steps as a document, so that next year's file is put right in the same way.
//!
//! Saved as JSON by the school, so it carries a version and our own codes only. It holds decisions about values,
//! never about single records: what a person decided about one child says nothing about another.

use serde::{Deserialize, Serialize};

/// Version of the document that this program writes.
pub const RECIPE_VERSION: u32 = 1;

/// A recipe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Recipe {
    /// [`RECIPE_VERSION`] of the program that wrote it; its key tells the document from any other.
    #[serde(rename = "daftarRecipe")]
    pub version: u32,
    /// What a person called it.
    #[serde(default)]
    pub name: String,
    /// The school it was made at.
    #[serde(default)]
    pub school: String,
    /// When, RFC 3339.
    #[serde(default)]
    pub made_at: String,
    /// The tables it was made on.
    #[serde(default)]
    pub layouts: Vec<Layout>,
    /// What to do, in this order.
    pub steps: Vec<Operation>,
}

/// The headers of a table that a recipe was made on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Layout {
    /// Code of the entity that its rows are about.
    pub entity: String,
    /// Its headers from left to right.
    pub headers: Vec<String>,
}

/// One thing that a recipe does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Operation {
    /// Accepts what the rules propose.
    Rules {
        /// Only this rule; all of them where none is named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rule: Option<String>,
        /// Fixes at least as sure as this: code of an [`crate::Applicability`].
        least: String,
    },
    /// Replaces a text within the values of a field.
    Replace {
        /// Code of the entity.
        entity: String,
        /// Code of the field.
        field: String,
        /// What is replaced by what.
        #[serde(flatten)]
        change: Replace,
    },
    /// Gives values of a field, exactly as they are written, another one: a cluster's choice, a code list.
    Values {
        /// Code of the entity.
        entity: String,
        /// Code of the field.
        field: String,
        /// What becomes what.
        pairs: Vec<Pair>,
    },
    /// Fills a field where it is blank.
    Constant {
        /// Code of the entity.
        entity: String,
        /// Which record of that entity in its row, from 1.
        part: u16,
        /// Code of the field.
        field: String,
        /// The value.
        value: String,
    },
}

/// One value and the one that takes its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pair {
    /// As written.
    pub from: String,
    /// As it shall be; empty for blank.
    pub to: String,
}

/// What is searched for and what takes its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Replace {
    /// What is searched for.
    pub find: String,
    /// What takes its place.
    pub with: String,
    /// How it is searched for.
    pub how: How,
    /// Whether capitals and small letters differ.
    #[serde(default)]
    pub match_case: bool,
}

/// How a text is searched for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// As it stands, anywhere in the value.
    #[default]
    Text,
    /// As it stands, and it must be the whole value.
    Cell,
    /// As a regular expression, with `$1` for what its first group found.
    Regex,
}

impl How {
    /// The way with this code: `text`, `cell` or `regex`.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [(Self::Text, "text"), (Self::Cell, "cell"), (Self::Regex, "regex")]
            .into_iter()
            .find_map(|(how, known)| (known == code).then_some(how))
    }
}

impl Operation {
    /// Entity and field that it is about; `None` for rules, which look at every field.
    #[must_use]
    pub fn field(&self) -> Option<(&str, &str)> {
        match self {
            Self::Rules { .. } => None,
            Self::Replace { entity, field, .. }
            | Self::Values { entity, field, .. }
            | Self::Constant { entity, field, .. } => Some((entity, field)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipe_is_written_in_our_own_codes_and_read_again() {
        let recipe = Recipe {
            version: RECIPE_VERSION,
            name: "2026".to_owned(),
            school: "Sekolah Contoh".to_owned(),
            made_at: "2026-11-22T08:00:00Z".to_owned(),
            layouts: vec![Layout { entity: "students".to_owned(), headers: vec!["NAMA".to_owned()] }],
            steps: vec![
                Operation::Rules { rule: None, least: "safe".to_owned() },
                Operation::Replace {
                    entity: "students".to_owned(),
                    field: "city".to_owned(),
                    change: Replace {
                        find: "K.L".to_owned(),
                        with: "Kuala Lumpur".to_owned(),
                        how: How::Cell,
                        match_case: false,
                    },
                },
            ],
        };
        let json = serde_json::to_value(&recipe).unwrap_or_default();
        assert_eq!(json["daftarRecipe"], 1);
        assert_eq!(json["steps"][0], serde_json::json!({ "do": "rules", "least": "safe" }));
        let replace = &json["steps"][1];
        assert_eq!(
            (&replace["do"], &replace["how"], &replace["find"]),
            (&"replace".into(), &"cell".into(), &"K.L".into())
        );
        assert_eq!(serde_json::from_value::<Recipe>(json).ok(), Some(recipe));
        let other = serde_json::json!({ "daftarRecipe": 1, "steps": [{ "do": "drop-all" }] });
        assert!(serde_json::from_value::<Recipe>(other).is_err(), "what is not known is not left out in silence");
    }
}
