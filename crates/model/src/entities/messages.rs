//! Messages between accounts, as history.

use super::parts::field;
use crate::entity::{Entity, FieldKind, Key, Need, Reference};

/// The entity.
pub(super) static ENTITY: Entity = Entity {
    code: "messages",
    portal_table: "communication.messages",
    fields: &[
        field(
            "sender",
            FieldKind::Reference(Reference { entity: "users", by: &["email", "username"] }),
            Need::Optional,
            &["pengirim", "daripada", "sender", "from"],
        ),
        field(
            "recipient",
            FieldKind::Reference(Reference { entity: "users", by: &["email", "username"] }),
            Need::Optional,
            &["penerima", "kepada", "recipient", "to"],
        ),
        field("subject", FieldKind::Text, Need::Optional, &["perkara", "tajuk", "subject"]),
        field("body", FieldKind::Text, Need::Required, &["mesej", "kandungan", "isi", "body", "message", "text"]),
        field("sent_at", FieldKind::Moment, Need::Required, &["tarikh hantar", "dihantar", "sent at", "sent"]),
        field("read_at", FieldKind::Moment, Need::Optional, &["tarikh baca", "dibaca", "read at", "read"]),
    ],
    keys: &[Key {
        code: "message",
        fields: &["sender", "recipient", "sent_at", "subject"],
        may_be_blank: &["sender", "recipient", "subject"],
    }],
    person: None,
    synonyms: &["mesej", "message", "messages"],
};
