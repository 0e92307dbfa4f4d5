//! Fees: what is asked for, how much and how often.

use super::codes_beyond::FEE_FREQUENCY;
use super::parts::{ACADEMIC_YEAR, DESCRIPTION, field};
use crate::entity::{Entity, FieldKind, Key, Need};

/// The entity.
pub(super) static ENTITY: Entity = Entity {
    code: "fee_structures",
    portal_table: "financial.fee_structures",
    fields: &[
        ACADEMIC_YEAR,
        field("code", FieldKind::Text, Need::Required, &["kod yuran", "fee code", "kod bayaran"]),
        field(
            "name",
            FieldKind::Text,
            Need::Required,
            &["nama yuran", "jenis yuran", "yuran", "fee", "fee name", "jenis bayaran"],
        ),
        DESCRIPTION,
        field(
            "amount",
            FieldKind::Amount,
            Need::Required,
            &["amaun", "jumlah", "kadar", "amount", "harga", "kadar yuran"],
        ),
        field("currency", FieldKind::Currency, Need::Required, &["mata wang", "currency"]),
        field(
            "frequency",
            FieldKind::Code(&FEE_FREQUENCY),
            Need::Required,
            &["kekerapan", "frequency", "tempoh bayaran"],
        ),
        field(
            "grade_level",
            FieldKind::Text,
            Need::Optional,
            &["tingkatan", "tahun tingkatan", "darjah", "grade level", "level"],
        ),
        field("is_mandatory", FieldKind::Bool, Need::Required, &["wajib", "is mandatory", "mandatory", "compulsory"]),
        field("is_active", FieldKind::Bool, Need::Optional, &["aktif", "is active", "active"]),
    ],
    keys: &[Key { code: "fee", fields: &["code"], may_be_blank: &[] }],
    person: None,
    synonyms: &["yuran", "fee", "fees", "struktur yuran", "fee structures"],
};
