//! Scholarships and aid that a school gives.

use super::codes_beyond::SCHOLARSHIP_KIND;
use super::parts::{DESCRIPTION, field};
use crate::entity::{Entity, FieldKind, Key, Need};

/// The entity.
pub(super) static ENTITY: Entity = Entity {
    code: "scholarships",
    portal_table: "financial.scholarships",
    fields: &[
        field("code", FieldKind::Text, Need::Required, &["kod biasiswa", "scholarship code", "kod bantuan"]),
        field(
            "name",
            FieldKind::Text,
            Need::Required,
            &["nama biasiswa", "biasiswa", "bantuan", "scholarship", "scholarship name", "nama bantuan"],
        ),
        field("kind", FieldKind::Code(&SCHOLARSHIP_KIND), Need::Required, &["jenis", "jenis biasiswa", "kind", "type"]),
        field("value", FieldKind::Amount, Need::Required, &["nilai", "kadar", "value", "peratus", "amaun"]),
        DESCRIPTION,
        field("is_active", FieldKind::Bool, Need::Optional, &["aktif", "is active", "active"]),
    ],
    keys: &[Key { code: "scholarship", fields: &["code"], may_be_blank: &[] }],
    person: None,
    synonyms: &["biasiswa", "scholarship", "scholarships"],
};
