//! Pages of the school's site.

use super::parts::field;
use crate::entity::{Entity, FieldKind, Key, Need};

/// The entity.
pub(super) static ENTITY: Entity = Entity {
    code: "pages",
    portal_table: "content.pages",
    fields: &[
        field("slug", FieldKind::Text, Need::Required, &["slug", "alamat halaman"]),
        field("title", FieldKind::Text, Need::Required, &["tajuk", "title"]),
        field("body", FieldKind::Text, Need::Optional, &["kandungan", "isi", "body", "content"]),
        field("locale", FieldKind::Text, Need::Optional, &["bahasa", "locale", "language"]),
        field("status", FieldKind::Text, Need::Required, &["status"]),
        field(
            "published_at",
            FieldKind::Moment,
            Need::Optional,
            &["tarikh terbit", "diterbitkan", "published at", "published"],
        ),
    ],
    keys: &[Key { code: "page", fields: &["slug"], may_be_blank: &[] }],
    person: None,
    synonyms: &["halaman", "page", "pages"],
};
