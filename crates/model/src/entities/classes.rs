//! Classes of one academic year.

use super::parts::field;
use crate::entity::{Entity, FieldKind, Key, Need, Reference};

/// The entity.
pub(super) static ENTITY: Entity = Entity {
    code: "classes",
    portal_table: "academic.classes",
    fields: &[
        field(
            "academic_year",
            FieldKind::Reference(Reference { entity: "academic_years", by: &["code", "name"] }),
            Need::Required,
            &["tahun akademik", "sesi", "sesi persekolahan", "academic year", "tahun persekolahan", "school year"],
        ),
        field("code", FieldKind::Text, Need::Required, &["kod kelas", "class code"]),
        field(
            "name",
            FieldKind::Text,
            Need::Required,
            &["nama kelas", "kelas", "darjah", "class", "class name", "form class", "fasl", "halaqah"],
        ),
        field(
            "grade_level",
            FieldKind::Text,
            Need::Optional,
            &[
                "tahun / tingkatan",
                "tahun/tingkatan",
                "tingkatan",
                "tahun",
                "keterangan tingkatan tahun",
                "grade",
                "grade level",
                "year level",
                "form",
            ],
        ),
        field("section", FieldKind::Text, Need::Optional, &["aliran", "keterangan aliran", "section", "stream"]),
        field("capacity", FieldKind::Integer, Need::Optional, &["kapasiti", "bilangan murid", "capacity"]),
        field(
            "class_teacher",
            FieldKind::Reference(Reference {
                entity: "teachers",
                by: &["employee_number", "national_id", "full_name"],
            }),
            Need::Optional,
            &[
                "nama guru kelas",
                "guru kelas",
                "class teacher",
                "form teacher",
                "homeroom teacher",
                "nama guru",
                "guru halaqah",
                "ustaz halaqah",
                "nama ustaz",
                "ustaz",
                "ustazah",
                "murabbi",
                "mudarris",
                "guru tasmik",
            ],
        ),
        field("room", FieldKind::Text, Need::Optional, &["bilik", "bilik darjah", "room"]),
    ],
    keys: &[Key { code: "class", fields: &["academic_year", "code"], may_be_blank: &[] }],
    person: None,
    synonyms: &["kelas", "class", "classes", "darjah", "senarai kelas", "halaqah"],
};
