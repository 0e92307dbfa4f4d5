//! Teachers.

use super::codes::STAFF_STATUS;
use super::parts::{field, local};
use crate::entity::{Entity, FieldKind, Key, Need, Person};

/// The entity.
pub(super) static ENTITY: Entity = Entity {
    code: "teachers",
    portal_table: "academic.teachers",
    fields: &[
        field(
            "full_name",
            FieldKind::PersonName,
            Need::Required,
            &[
                "nama guru",
                "nama",
                "nama penuh",
                "nama pegawai",
                "teacher name",
                "name",
                "full name",
                "nama ustaz",
                "ism mudarris",
            ],
        ),
        field(
            "employee_number",
            FieldKind::Text,
            Need::Required,
            &[
                "no pekerja",
                "no kakitangan",
                "no staf",
                "no gaji",
                "no fail",
                "employee number",
                "employee no",
                "staff id",
                "staff no",
                "id guru",
                "no guru",
            ],
        ),
        field(
            "national_id",
            FieldKind::IdentityNumber,
            Need::Expected,
            &["no kp", "no kad pengenalan", "no pengenalan", "no ic", "ic", "nric", "mykad", "no kp guru"],
        ),
        field(
            "phone",
            FieldKind::Phone,
            Need::Optional,
            &["no tel", "no telefon", "telefon", "h/p", "hp", "no hp", "tel bimbit", "phone", "mobile"],
        ),
        local("email", FieldKind::Email, Need::Expected, &["emel", "e-mel", "email", "e-mail", "email address"]),
        field(
            "qualification",
            FieldKind::Text,
            Need::Optional,
            &["kelulusan", "kelayakan", "kelulusan tertinggi", "qualification"],
        ),
        field(
            "specialization",
            FieldKind::Text,
            Need::Optional,
            &["opsyen", "pengkhususan", "bidang", "subjek", "mata pelajaran", "specialization", "subject"],
        ),
        field(
            "hire_date",
            FieldKind::Date,
            Need::Optional,
            &[
                "tarikh lantikan",
                "tarikh mula khidmat",
                "tarikh berkhidmat",
                "tarikh lapor diri",
                "hire date",
                "date hired",
            ],
        ),
        field(
            "status",
            FieldKind::Code(&STAFF_STATUS),
            Need::Required,
            &["status", "status perkhidmatan", "status guru"],
        ),
    ],
    keys: &[
        Key { code: "no", fields: &["employee_number"], may_be_blank: &[] },
        Key { code: "ic", fields: &["national_id"], may_be_blank: &[] },
    ],
    person: Some(Person::Adult),
    synonyms: &["guru", "teacher", "teachers", "pendidik", "ustaz", "kakitangan", "staff", "staf", "mudarris"],
};
