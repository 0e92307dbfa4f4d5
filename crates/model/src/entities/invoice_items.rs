//! Lines of an invoice.

use super::parts::field;
use crate::entity::{Entity, FieldKind, Key, Need, Reference};

/// The entity.
pub(super) static ENTITY: Entity = Entity {
    code: "invoice_items",
    portal_table: "financial.invoice_items",
    fields: &[
        field(
            "invoice",
            FieldKind::Reference(Reference { entity: "invoices", by: &["invoice_number"] }),
            Need::Required,
            &["no invois", "nombor invois", "invoice no", "invoice number", "no bil"],
        ),
        field(
            "fee_structure",
            FieldKind::Reference(Reference { entity: "fee_structures", by: &["code", "name"] }),
            Need::Optional,
            &["kod yuran", "fee code", "jenis yuran", "fee"],
        ),
        field(
            "description",
            FieldKind::Text,
            Need::Required,
            &["keterangan", "perkara", "butiran", "item", "description"],
        ),
        field("quantity", FieldKind::Quantity, Need::Required, &["kuantiti", "bilangan", "quantity", "qty"]),
        field("unit_price", FieldKind::Amount, Need::Required, &["harga seunit", "kadar", "unit price", "harga"]),
        field("amount", FieldKind::Amount, Need::Required, &["amaun", "jumlah", "amount"]),
    ],
    keys: &[Key { code: "item", fields: &["invoice", "description", "unit_price"], may_be_blank: &[] }],
    person: None,
    synonyms: &["item invois", "butiran invois", "invoice items", "invoice lines"],
};
