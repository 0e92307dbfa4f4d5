//! Announcements of former years: moved last, as history.

use super::parts::field;
use crate::entity::{Entity, FieldKind, Key, Need, Reference};

/// The entity.
pub(super) static ENTITY: Entity = Entity {
    code: "announcements",
    portal_table: "communication.announcements",
    fields: &[
        field("title", FieldKind::Text, Need::Required, &["tajuk", "tajuk pengumuman", "title"]),
        field("body", FieldKind::Text, Need::Required, &["kandungan", "isi", "pengumuman", "body", "content", "text"]),
        field("audience", FieldKind::Text, Need::Optional, &["sasaran", "kumpulan sasaran", "audience"]),
        field(
            "published_at",
            FieldKind::Moment,
            Need::Optional,
            &["tarikh terbit", "diterbitkan", "published at", "published"],
        ),
        field(
            "expires_at",
            FieldKind::Moment,
            Need::Optional,
            &["tarikh luput", "tamat tempoh", "expires at", "expires"],
        ),
        field(
            "author",
            FieldKind::Reference(Reference { entity: "users", by: &["email", "username"] }),
            Need::Optional,
            &["penulis", "author", "emel penulis"],
        ),
    ],
    keys: &[Key { code: "announcement", fields: &["title", "published_at"], may_be_blank: &["published_at"] }],
    person: None,
    synonyms: &["pengumuman", "announcement", "announcements", "hebahan"],
};
