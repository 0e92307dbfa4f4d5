//! Which pupil sits in which class.

use super::codes::ENROLLMENT_STATUS;
use super::parts::field;
use crate::entity::{Entity, FieldKind, Key, Need, Reference};

/// The entity.
pub(super) static ENTITY: Entity = Entity {
    code: "enrollments",
    portal_table: "academic.enrollments",
    fields: &[
        field(
            "student",
            FieldKind::Reference(Reference { entity: "students", by: &["national_id", "student_number"] }),
            Need::Required,
            &["no kp murid", "id murid", "no murid", "student id", "student number", "student ic", "student no"],
        ),
        field(
            "class",
            FieldKind::Reference(Reference { entity: "classes", by: &["code", "name"] }),
            Need::Required,
            &["kelas", "kod kelas", "nama kelas", "class", "class code", "class name"],
        ),
        field(
            "academic_year",
            FieldKind::Reference(Reference { entity: "academic_years", by: &["code", "name"] }),
            Need::Required,
            &["tahun akademik", "sesi", "sesi persekolahan", "academic year", "tahun persekolahan", "school year"],
        ),
        field(
            "enrollment_date",
            FieldKind::Date,
            Need::Optional,
            &["tarikh masuk kelas", "tarikh daftar kelas", "enrollment date", "enrolment date"],
        ),
        field(
            "status",
            FieldKind::Code(&ENROLLMENT_STATUS),
            Need::Required,
            &["status", "status pendaftaran", "enrollment status", "enrolment status"],
        ),
        field(
            "roll_number",
            FieldKind::Text,
            Need::Optional,
            &["no giliran", "angka giliran", "roll number", "roll no", "bil dalam kelas"],
        ),
    ],
    keys: &[Key { code: "enrol", fields: &["student", "class"], may_be_blank: &[] }],
    person: None,
    synonyms: &["pendaftaran", "enrolment", "enrolments", "enrollment", "enrollments", "penempatan kelas"],
};
