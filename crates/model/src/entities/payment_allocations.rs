//! Which payment settles which invoice, and how much of it.

use super::parts::field;
use crate::entity::{Entity, FieldKind, Key, Need, Reference};

/// The entity.
pub(super) static ENTITY: Entity = Entity {
    code: "payment_allocations",
    portal_table: "financial.payment_allocations",
    fields: &[
        field(
            "payment",
            FieldKind::Reference(Reference { entity: "payments", by: &["receipt_number"] }),
            Need::Required,
            &["no resit", "nombor resit", "receipt no", "receipt number"],
        ),
        field(
            "invoice",
            FieldKind::Reference(Reference { entity: "invoices", by: &["invoice_number"] }),
            Need::Required,
            &["no invois", "nombor invois", "invoice no", "invoice number", "no bil", "bagi invois"],
        ),
        field("amount", FieldKind::Amount, Need::Required, &["amaun", "jumlah", "amount", "amaun diperuntukkan"]),
    ],
    keys: &[Key { code: "settles", fields: &["payment", "invoice"], may_be_blank: &[] }],
    person: None,
    synonyms: &["peruntukan bayaran", "payment allocations", "agihan bayaran"],
};
