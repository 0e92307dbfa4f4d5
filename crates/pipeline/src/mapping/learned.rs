//! What earlier mappings taught: whole tables by their headers, single headers by the field they went to.
//!
//! Pure data, to be saved by the caller. Counts say how often a person let a mapping stand.

use model::{Binding, FieldPath, TableMapping};
use serde::{Deserialize, Serialize};

use super::fold::fold;
use super::learned_values::LearnedValues;

/// Mappings and headers that people have confirmed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Learned {
    /// Whole tables.
    pub layouts: Vec<LearnedLayout>,
    /// Single headers.
    pub headers: Vec<LearnedHeader>,
    /// Decisions about values; kept as a document of their own.
    #[serde(skip)]
    pub values: LearnedValues,
}

/// The mapping of a table with certain headers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LearnedLayout {
    /// The folded headers from left to right, joined by `|`; blank ones at the end left out.
    pub fingerprint: String,
    /// What was confirmed last.
    pub mapping: TableMapping,
    /// How often.
    pub count: u32,
}

/// The field that a header went to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LearnedHeader {
    /// The folded header.
    pub header: String,
    /// The field's path, such as `guardians#2.phone`.
    pub path: String,
    /// How often.
    pub count: u32,
}

impl Learned {
    /// Takes over a mapping that a person confirmed for a table with these headers. The newest mapping of
    /// the same headers replaces the older one; a table without any header teaches nothing.
    pub fn learn(&mut self, headers: &[String], mapping: &TableMapping) {
        let fingerprint = fingerprint(headers);
        if fingerprint.is_empty() {
            return;
        }
        match self.layouts.iter_mut().find(|layout| layout.fingerprint == fingerprint) {
            Some(layout) => {
                layout.mapping = mapping.clone();
                layout.count = layout.count.saturating_add(1);
            }
            None => self.layouts.push(LearnedLayout { fingerprint, mapping: mapping.clone(), count: 1 }),
        }
        for part in &mapping.parts {
            for binding in &part.fields {
                let Binding::Column(column) = binding.from else { continue };
                let header = headers.get(column as usize).map(|header| fold(header)).unwrap_or_default();
                self.learn_header(header, FieldPath::new(&part.entity, part.part, &binding.field).to_string());
            }
        }
    }

    fn learn_header(&mut self, header: String, path: String) {
        if header.is_empty() {
            return;
        }
        match self.headers.iter_mut().find(|known| known.header == header && known.path == path) {
            Some(known) => known.count = known.count.saturating_add(1),
            None => self.headers.push(LearnedHeader { header, path, count: 1 }),
        }
    }

    /// The mapping confirmed for a table with these headers.
    #[must_use]
    pub fn layout(&self, headers: &[String]) -> Option<&LearnedLayout> {
        let wanted = fingerprint(headers);
        self.layouts.iter().find(|layout| !wanted.is_empty() && layout.fingerprint == wanted)
    }

    /// The field that `header` went to most often, with how often.
    #[must_use]
    pub fn header(&self, header: &str) -> Option<(FieldPath, u32)> {
        let folded = fold(header);
        let known = self.headers.iter().filter(|known| known.header == folded).max_by_key(|known| known.count)?;
        Some((FieldPath::parse(&known.path)?, known.count))
    }
}

fn fingerprint(headers: &[String]) -> String {
    let folded: Vec<String> = headers.iter().map(|header| fold(header)).collect();
    folded.join("|").trim_end_matches('|').to_owned()
}
