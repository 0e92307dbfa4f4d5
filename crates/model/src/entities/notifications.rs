//! Notices that an account received, as history.

use super::parts::field;
use crate::entity::{Entity, FieldKind, Key, Need, Reference};

/// The entity.
pub(super) static ENTITY: Entity = Entity {
    code: "notifications",
    portal_table: "communication.notifications",
    fields: &[
        field(
            "user",
            FieldKind::Reference(Reference { entity: "users", by: &["email", "username"] }),
            Need::Required,
            &["pengguna", "emel", "username", "user", "email"],
        ),
        field("kind", FieldKind::Text, Need::Required, &["jenis", "jenis pemberitahuan", "kind", "type"]),
        field("title", FieldKind::Text, Need::Required, &["tajuk", "title"]),
        field("body", FieldKind::Text, Need::Optional, &["kandungan", "isi", "body", "text"]),
        field("channel", FieldKind::Text, Need::Required, &["saluran", "channel"]),
        field("status", FieldKind::Text, Need::Required, &["status"]),
        field("sent_at", FieldKind::Moment, Need::Optional, &["tarikh hantar", "dihantar", "sent at", "sent"]),
        field("read_at", FieldKind::Moment, Need::Optional, &["tarikh baca", "dibaca", "read at", "read"]),
    ],
    keys: &[Key { code: "notice", fields: &["user", "kind", "title", "sent_at"], may_be_blank: &["sent_at"] }],
    person: None,
    synonyms: &["pemberitahuan", "notification", "notifications", "notis"],
};
