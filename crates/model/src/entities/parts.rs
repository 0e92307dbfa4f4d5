//! Short ways to write the fields that many entities share.

use crate::entity::{Field, FieldKind, Need, Portal, Reference};

/// A field that goes to the portal's column of the same name.
pub(super) const fn field(code: &'static str, kind: FieldKind, need: Need, synonyms: &'static [&'static str]) -> Field {
    Field { code, kind, need, sensitive: false, synonyms, portal: Portal::Column }
}

/// A field that stays in the project file and helps to find or derive others.
pub(super) const fn local(code: &'static str, kind: FieldKind, need: Need, synonyms: &'static [&'static str]) -> Field {
    Field { code, kind, need, sensitive: false, synonyms, portal: Portal::Nowhere }
}

/// A part of the portal's `address` document.
pub(super) const fn address(
    code: &'static str,
    kind: FieldKind,
    key: &'static str,
    synonyms: &'static [&'static str],
) -> Field {
    Field { code, kind, need: Need::Optional, sensitive: false, synonyms, portal: Portal::Address(key) }
}

pub(super) const ADDRESS_LINE1: Field = address(
    "address_line1",
    FieldKind::Address,
    "line1",
    &[
        "alamat",
        "alamat 1",
        "alamat rumah",
        "alamat surat menyurat",
        "address",
        "address 1",
        "address line 1",
        "home address",
        "unwan",
    ],
);
pub(super) const ADDRESS_LINE2: Field =
    address("address_line2", FieldKind::Address, "line2", &["alamat 2", "address 2", "address line 2"]);
pub(super) const ADDRESS_LINE3: Field =
    address("address_line3", FieldKind::Address, "line3", &["alamat 3", "address 3", "address line 3"]);
pub(super) const POSTCODE: Field = address(
    "postcode",
    FieldKind::Postcode,
    "postal_code",
    &["poskod", "postcode", "post code", "postal code", "zip", "zip code"],
);
pub(super) const CITY: Field =
    address("city", FieldKind::Address, "city", &["bandar", "city", "town", "pekan", "bandar pekan"]);
pub(super) const STATE: Field = address("state", FieldKind::State, "state", &["negeri", "state"]);

/// Headers of columns that name a pupil by number or name, where a row is about something of the pupil's.
pub(super) const PUPIL_HEADERS: &[&str] = &[
    "no kp murid",
    "no kp",
    "no kad pengenalan",
    "no pengenalan",
    "id murid",
    "no murid",
    "no pelajar",
    "no matrik",
    "no pendaftaran",
    "no daftar",
    "id pelajar",
    "no santri",
    "no induk",
    "pupil id",
    "pupil no",
    "admission no",
    "admission number",
    "raqm talib",
    "student id",
    "student number",
    "student no",
    "student ic",
    "nama murid",
    "nama pelajar",
    "nama penuh murid",
    "nama",
    "student name",
    "name",
    "nama santri",
    "murid",
    "pelajar",
    "student",
];

/// Headers of columns with remarks.
pub(super) const NOTES_HEADERS: &[&str] = &["catatan", "ulasan", "nota", "remarks", "notes", "comment", "comments"];

/// The pupil that a row is about.
pub(super) const PUPIL: Field = field(
    "student",
    FieldKind::Reference(Reference { entity: "students", by: &["national_id", "student_number", "full_name"] }),
    Need::Required,
    PUPIL_HEADERS,
);

/// The place in a Quran programme that a row is about, named by its pupil.
pub(super) const QURAN_PLACE: Field = field(
    "enrollment",
    FieldKind::Reference(Reference { entity: "quran_enrollments", by: &["student"] }),
    Need::Required,
    PUPIL_HEADERS,
);

/// The academic year that a row belongs to.
pub(super) const ACADEMIC_YEAR: Field = field(
    "academic_year",
    FieldKind::Reference(Reference { entity: "academic_years", by: &["code", "name"] }),
    Need::Optional,
    &["tahun akademik", "sesi", "sesi persekolahan", "academic year", "tahun persekolahan", "school year", "tahun"],
);

/// The teacher who taught, listened or judged.
pub(super) const TEACHER: Field = field(
    "teacher",
    FieldKind::Reference(Reference { entity: "teachers", by: &["employee_number", "national_id", "full_name"] }),
    Need::Optional,
    &[
        "nama guru",
        "guru",
        "ustaz",
        "nama ustaz",
        "teacher",
        "teacher name",
        "guru pembimbing",
        "guru tasmik",
        "penilai",
    ],
);

/// What a row says beside its figures.
pub(super) const NOTES: Field = field("notes", FieldKind::Text, Need::Optional, NOTES_HEADERS);

/// What something is, in a sentence.
pub(super) const DESCRIPTION: Field =
    field("description", FieldKind::Text, Need::Optional, &["keterangan", "huraian", "description"]);
