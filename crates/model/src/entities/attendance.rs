//! Attendance: one record a pupil and day. The register with a column a day becomes these; see the mapping's shape.

use super::codes_beyond::ATTENDANCE_STATUS;
use super::parts::{PUPIL, field};
use crate::entity::{Entity, FieldKind, Key, Need, Reference};

/// The entity.
pub(super) static ENTITY: Entity = Entity {
    code: "attendance",
    portal_table: "academic.attendance",
    fields: &[
        PUPIL,
        field(
            "class",
            FieldKind::Reference(Reference { entity: "classes", by: &["code", "name"] }),
            Need::Optional,
            &["kelas", "kod kelas", "nama kelas", "class", "class code", "class name"],
        ),
        field(
            "attendance_date",
            FieldKind::Date,
            Need::Required,
            &["tarikh", "tarikh kehadiran", "hari", "date", "attendance date", "day"],
        ),
        field(
            "status",
            FieldKind::Code(&ATTENDANCE_STATUS),
            Need::Required,
            &["status", "kehadiran", "status kehadiran", "attendance", "attendance status", "tanda", "mark"],
        ),
        field(
            "check_in_time",
            FieldKind::Time,
            Need::Optional,
            &["masa", "masa tiba", "masa hadir", "masa masuk", "time", "check in time", "time in", "check in"],
        ),
        field(
            "remarks",
            FieldKind::Text,
            Need::Optional,
            &["catatan", "ulasan", "nota", "remarks", "notes", "comment", "comments", "sebab", "reason"],
        ),
    ],
    keys: &[Key { code: "day", fields: &["student", "class", "attendance_date"], may_be_blank: &["class"] }],
    person: None,
    synonyms: &["kehadiran", "attendance", "jadual kehadiran", "daftar kehadiran"],
};
