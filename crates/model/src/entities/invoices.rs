//! Bills. Sums and status are calculated from the parts; where a file says otherwise, that is a finding.
//!
//! Four fields stay in the project: what a ledger says was paid and is owed by a pupil in all, and what its months
//! come to. They stand in the first invoice of the row.

use super::codes_beyond::INVOICE_STATUS;
use super::parts::{ACADEMIC_YEAR, NOTES, PUPIL, field, local};
use crate::entity::{Entity, FieldKind, Key, Need};

/// The entity.
pub(super) static ENTITY: Entity = Entity {
    code: "invoices",
    portal_table: "financial.invoices",
    fields: &[
        field(
            "invoice_number",
            FieldKind::Text,
            Need::Required,
            &["no invois", "nombor invois", "no bil", "invoice no", "invoice number", "no invoice"],
        ),
        PUPIL,
        ACADEMIC_YEAR,
        field(
            "invoice_date",
            FieldKind::Date,
            Need::Required,
            &["tarikh invois", "tarikh bil", "invoice date", "tarikh", "date issued"],
        ),
        field(
            "due_date",
            FieldKind::Date,
            Need::Required,
            &["tarikh akhir bayaran", "tarikh akhir", "tarikh perlu bayar", "due date", "bayar sebelum"],
        ),
        field(
            "subtotal",
            FieldKind::Amount,
            Need::Required,
            &["jumlah kecil", "subtotal", "amaun asal", "jumlah sebelum diskaun"],
        ),
        field(
            "discount_amount",
            FieldKind::Amount,
            Need::Required,
            &["diskaun", "potongan", "discount", "discount amount", "rebat"],
        ),
        field("tax_amount", FieldKind::Amount, Need::Required, &["cukai", "tax", "sst", "tax amount"]),
        field(
            "total_amount",
            FieldKind::Amount,
            Need::Required,
            &["jumlah", "jumlah invois", "jumlah keseluruhan", "jumlah bil", "total", "total amount", "amaun"],
        ),
        field(
            "paid_amount",
            FieldKind::Amount,
            Need::Required,
            &["bayaran", "dibayar", "telah dibayar", "jumlah bayaran", "paid", "paid amount", "sudah bayar"],
        ),
        field(
            "balance_due",
            FieldKind::Amount,
            Need::Required,
            &["baki", "tunggakan", "balance", "balance due", "belum dibayar", "baki bayaran"],
        ),
        field(
            "status",
            FieldKind::Code(&INVOICE_STATUS),
            Need::Required,
            &["status", "status invois", "status bayaran", "invoice status"],
        ),
        field("currency", FieldKind::Currency, Need::Required, &["mata wang", "currency"]),
        local("stated_paid", FieldKind::Text, Need::Optional, &[]),
        local("counted_paid", FieldKind::Text, Need::Optional, &[]),
        local("stated_balance", FieldKind::Text, Need::Optional, &[]),
        local("counted_balance", FieldKind::Text, Need::Optional, &[]),
        NOTES,
    ],
    keys: &[Key { code: "no", fields: &["invoice_number"], may_be_blank: &[] }],
    person: None,
    synonyms: &["invois", "invoice", "invoices", "bil", "bil yuran"],
};
