//! Short ways to write the fields that many entities share.

use crate::entity::{Field, FieldKind, Need, Portal};

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
    "no pendaftaran",
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
