//! What a person said about values before: "SK 1B" is class 1B. Offered again for the next file, never applied unasked.
//!
//! Only values of lists are learnt. A person's name, number or date says nothing about another person.

use model::{Binding, FieldKind, FieldPath, TableMapping};
use serde::{Deserialize, Serialize};

/// Values that a person decided about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LearnedValues {
    /// The decisions, the oldest first.
    pub values: Vec<LearnedValue>,
}

/// One decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LearnedValue {
    /// Code of the entity.
    pub entity: String,
    /// Code of the field.
    pub field: String,
    /// The value as it was written.
    pub written: String,
    /// What it means.
    pub value: String,
}

/// Whether values of this kind are of a list, so that a decision about one holds for the next file.
#[must_use]
pub fn is_list(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::Text | FieldKind::Code(_) | FieldKind::State | FieldKind::Bool | FieldKind::Reference(_))
}

/// Two spellings that differ in nothing but case and outer blanks are one.
fn same(one: &str, other: &str) -> bool {
    one.trim().to_uppercase() == other.trim().to_uppercase()
}

impl LearnedValues {
    /// Takes over that `written` in this field means `value`. What led to `written` leads to `value` now; the newest
    /// word counts.
    pub fn learn(&mut self, entity: &str, field: &str, written: &str, value: &str) {
        let kind = model::entities::find(entity).and_then(|entity| entity.field(field)).map(|field| field.kind);
        if !kind.is_some_and(is_list) || written.trim().is_empty() || written == value {
            return;
        }
        let ours = |known: &LearnedValue| known.entity == entity && known.field == field;
        // What is right now is no longer wrong.
        self.values.retain(|known| !(ours(known) && (same(&known.written, written) || same(&known.written, value))));
        for known in self.values.iter_mut().filter(|known| ours(known) && known.value == written) {
            value.clone_into(&mut known.value);
        }
        self.values.push(LearnedValue {
            entity: entity.to_owned(),
            field: field.to_owned(),
            written: written.trim().to_owned(),
            value: value.to_owned(),
        });
    }

    /// Forgets what was said about `written` in this field.
    pub fn forget(&mut self, entity: &str, field: &str, written: &str) {
        self.values.retain(|known| !(known.entity == entity && known.field == field && same(&known.written, written)));
    }

    /// Adds to a proposed mapping what was said about names of classes and years before: these must be known when
    /// records are made, since rows of one class become one record. Shown with the mapping, where it can be refused.
    pub fn offer(&self, mapping: &mut TableMapping) {
        let shared = |entity: &str| matches!(entity, "classes" | "academic_years");
        for part in mapping.parts.iter().filter(|part| shared(&part.entity)) {
            for bound in part.fields.iter().filter(|bound| matches!(bound.from, Binding::Column(_))) {
                let path = FieldPath::new(&part.entity, part.part, &bound.field).to_string();
                let ours = self.values.iter().filter(|known| known.entity == part.entity && known.field == bound.field);
                for known in ours {
                    let there =
                        mapping.lookups.iter().any(|(field, code, _)| *field == path && same(code, &known.written));
                    if !there {
                        mapping.lookups.push((path.clone(), known.written.clone(), known.value.clone()));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use model::{FieldBinding, PartMapping};

    use super::*;

    fn shown(learned: &LearnedValues) -> Vec<(&str, &str)> {
        learned.values.iter().map(|known| (known.written.as_str(), known.value.as_str())).collect()
    }

    #[test]
    fn the_newest_word_counts_and_ways_are_not_walked_twice() {
        let mut learned = LearnedValues::default();
        learned.learn("classes", "name", " SK 1B", "1 B");
        learned.learn("classes", "name", "1 B", "1B");
        assert_eq!(shown(&learned), [("SK 1B", "1B"), ("1 B", "1B")], "what led to 1 B leads to 1B");
        learned.learn("classes", "name", "sk 1b", "1 Bestari");
        assert_eq!(shown(&learned), [("1 B", "1B"), ("sk 1b", "1 Bestari")]);
        learned.learn("classes", "name", "1B", "1 B");
        assert_eq!(shown(&learned), [("sk 1b", "1 Bestari"), ("1B", "1 B")], "there is no going in circles");
        learned.forget("classes", "name", "1b");
        assert_eq!(learned.values.len(), 1);
    }

    #[test]
    fn nothing_is_learnt_about_people() {
        let mut learned = LearnedValues::default();
        learned.learn("students", "full_name", "Ali", "Abu");
        learned.learn("students", "national_id", "1", "2");
        learned.learn("students", "date_of_birth", "1", "2");
        learned.learn("students", "no_such_field", "1", "2");
        learned.learn("students", "city", "", "Kajang");
        assert_eq!(learned, LearnedValues::default());
    }

    #[test]
    fn names_of_classes_are_offered_to_the_next_mapping() {
        let mut learned = LearnedValues::default();
        learned.learn("classes", "name", "SK 1B", "1B");
        learned.learn("students", "city", "KL", "Kuala Lumpur");
        let bound = |field: &str, column| FieldBinding {
            field: field.to_owned(),
            from: Binding::Column(column),
            confidence: 100,
            reason: String::new(),
            reason_args: Vec::new(),
        };
        let part = |entity: &str, fields| PartMapping { entity: entity.to_owned(), part: 1, fields, cell: None };
        let parts = vec![part("students", vec![bound("city", 0)]), part("classes", vec![bound("name", 1)])];
        let mut mapping = TableMapping { parts, ..TableMapping::empty() };
        learned.offer(&mut mapping);
        learned.offer(&mut mapping);
        assert_eq!(mapping.lookups, [("classes.name".to_owned(), "SK 1B".to_owned(), "1B".to_owned())], "once");
    }
}
