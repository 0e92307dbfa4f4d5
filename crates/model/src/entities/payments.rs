//! Money received.

use super::codes_beyond::{PAYMENT_METHOD, PAYMENT_STATUS};
use super::parts::{NOTES, PUPIL, field};
use crate::entity::{Entity, FieldKind, Key, Need};

/// The entity.
pub(super) static ENTITY: Entity = Entity {
    code: "payments",
    portal_table: "financial.payments",
    fields: &[
        field(
            "receipt_number",
            FieldKind::Text,
            Need::Expected,
            &["no resit", "nombor resit", "resit", "receipt no", "receipt number", "receipt"],
        ),
        PUPIL,
        field(
            "payment_date",
            FieldKind::Date,
            Need::Required,
            &["tarikh bayaran", "tarikh bayar", "tarikh resit", "payment date", "tarikh", "date paid"],
        ),
        field(
            "amount",
            FieldKind::Amount,
            Need::Required,
            &["amaun", "jumlah bayaran", "bayaran", "jumlah", "amount", "amount paid", "dibayar"],
        ),
        field(
            "method",
            FieldKind::Code(&PAYMENT_METHOD),
            Need::Required,
            &["cara bayaran", "kaedah bayaran", "kaedah", "payment method", "method", "mod bayaran"],
        ),
        field(
            "reference",
            FieldKind::Text,
            Need::Optional,
            &["rujukan", "no rujukan", "no cek", "reference", "reference no", "ref"],
        ),
        field(
            "status",
            FieldKind::Code(&PAYMENT_STATUS),
            Need::Required,
            &["status", "status bayaran", "payment status"],
        ),
        NOTES,
    ],
    keys: &[
        Key { code: "receipt", fields: &["receipt_number"], may_be_blank: &[] },
        Key { code: "paid", fields: &["student", "payment_date", "amount", "reference"], may_be_blank: &["reference"] },
    ],
    person: None,
    synonyms: &["bayaran", "pembayaran", "payment", "payments", "resit", "kutipan", "kutipan yuran"],
};
