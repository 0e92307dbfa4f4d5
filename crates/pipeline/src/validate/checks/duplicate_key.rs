//! Check `duplicate-key`: two records that the portal would know by one key, where no other check asks for that key.
//!
//! The push refuses the second of them, and with it what leads there. So it is said before, at both.

use model::{Check, Cx, Entity, FieldKind, Key, Scope, Section, Severity};

use crate::standard;

/// The check. It points at the field that its entity's last key begins with, see [`super::pointed_at`].
pub(super) static CHECK: Check = Check {
    code: "duplicate-key",
    severity: Severity::Critical,
    section: Section::Uniqueness,
    scope: Scope::Unique { applies, field: "", key, message: "found.duplicate-key" },
};

/// Whom the parts of a key lead to, however the file writes it.
pub(super) const LINKED: &[&str] = &[
    "student#",
    "class#",
    "academic_year#",
    "guardian#",
    "enrollment#",
    "program#",
    "scholarship#",
    "invoice#",
    "payment#",
    "sender#",
    "recipient#",
    "user#",
];

/// Keys that a check of their own asks for: the entity, and the key.
const ASKED: &[(&str, &str)] = &[
    ("students", "ic"),
    ("students", "no"),
    ("teachers", "no"),
    ("teachers", "ic"),
    ("guardians", "ic"),
    ("users", "email"),
    ("users", "username"),
    ("classes", "class"),
    ("quran_enrollments", "place"),
    ("hafiz_progress", "hafazan"),
    ("invoices", "no"),
    ("payments", "receipt"),
];

/// Entities whose own check compares how the pupil is written, and is silent where nothing is.
const BY_TEXT: &[&str] = &["attendance", "grades", "islamic_studies_grades"];

fn applies(entity: &Entity) -> bool {
    entity.keys.iter().any(|key| !is_asked(entity, key))
}

fn is_asked(entity: &Entity, key: &Key) -> bool {
    ASKED.contains(&(entity.code, key.code))
}

fn key(cx: &Cx<'_>) -> Option<String> {
    let (key, parts) = cx.entity.keys.iter().find_map(|key| Some((key, parts(cx, key)?)))?;
    let by_text = BY_TEXT.contains(&cx.entity.code) && !matches!(cx.record.value("student"), "" | "#");
    (!is_asked(cx.entity, key) && !by_text).then(|| format!("{}:{}", key.code, parts.join("|")))
}

/// The values of a key as the push takes them; `None` where one that it needs is blank.
fn parts(cx: &Cx<'_>, key: &Key) -> Option<Vec<String>> {
    let part = |field: &&'static str| {
        let part = part(cx, field);
        (!part.is_empty() || key.may_be_blank.contains(field)).then_some(part)
    };
    key.fields.iter().map(part).collect()
}

fn part(cx: &Cx<'_>, field: &str) -> String {
    let reference = cx.entity.field(field).is_some_and(|field| matches!(field.kind, FieldKind::Reference(_)));
    let led = if reference { cx.record.value(&format!("{field}#")) } else { "" };
    let written = || standard::outer_trim(cx.record.value(field)).to_uppercase();
    if led.is_empty() { written() } else { format!("#{led}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_in_a_key_is_led_and_every_asked_key_exists() {
        for entity in model::entities::ALL.into_iter().filter(|entity| applies(entity)) {
            let fields = entity.keys.iter().flat_map(|key| key.fields);
            for (field, _) in entity.references().filter(|(field, _)| fields.clone().any(|code| *code == field.code)) {
                assert!(LINKED.contains(&format!("{}#", field.code).as_str()), "{}.{}", entity.code, field.code);
            }
        }
        for (entity, key) in ASKED {
            let entity = model::entities::find(entity).expect("an entity");
            assert!(entity.keys.iter().any(|known| known.code == *key), "{} {key}", entity.code);
        }
    }
}
