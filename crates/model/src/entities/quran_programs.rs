//! Quran programmes. The portal begins with four of them; a school's file names these or adds its own.

use super::codes_beyond::PROGRAM_TYPE;
use super::parts::{DESCRIPTION, field};
use crate::entity::{Entity, FieldKind, Key, Need};

/// The entity.
pub(super) static ENTITY: Entity = Entity {
    code: "quran_programs",
    portal_table: "islamic.quran_programs",
    fields: &[
        field("code", FieldKind::Text, Need::Required, &["kod program", "program code", "kod"]),
        field("name", FieldKind::Text, Need::Required, &["nama program", "program", "program name", "programme"]),
        field(
            "program_type",
            FieldKind::Code(&PROGRAM_TYPE),
            Need::Required,
            &["jenis program", "program type", "type of program"],
        ),
        DESCRIPTION,
        field("target_juz", FieldKind::IntegerList, Need::Optional, &["sasaran juz", "target juz", "juz sasaran"]),
        field(
            "target_surahs",
            FieldKind::IntegerList,
            Need::Optional,
            &["sasaran surah", "target surahs", "surah sasaran"],
        ),
        field(
            "duration_months",
            FieldKind::Integer,
            Need::Optional,
            &["tempoh", "tempoh bulan", "duration", "duration months"],
        ),
        field("prerequisites", FieldKind::Text, Need::Optional, &["prasyarat", "syarat", "prerequisites"]),
        field("is_active", FieldKind::Bool, Need::Optional, &["aktif", "is active", "active"]),
    ],
    keys: &[Key { code: "program", fields: &["code"], may_be_blank: &[] }],
    person: None,
    synonyms: &["program quran", "program al-quran", "quran programs", "program tahfiz"],
};
