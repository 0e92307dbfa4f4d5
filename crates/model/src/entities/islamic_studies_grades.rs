//! Marks in Islamic studies: Aqidah, Fiqh, Sirah, Akhlak, Jawi and the like.

use super::parts::{ACADEMIC_YEAR, NOTES_HEADERS, PUPIL, field};
use crate::entity::{Entity, FieldKind, Key, Need};

/// The entity.
pub(super) static ENTITY: Entity = Entity {
    code: "islamic_studies_grades",
    portal_table: "islamic.islamic_studies_grades",
    fields: &[
        PUPIL,
        ACADEMIC_YEAR,
        field("subject", FieldKind::Text, Need::Required, &["subjek", "mata pelajaran", "subject", "matapelajaran"]),
        field("term", FieldKind::Text, Need::Optional, &["penggal", "semester", "term", "peperiksaan"]),
        field("score", FieldKind::Score, Need::Optional, &["markah", "skor", "mark", "marks", "score"]),
        field("grade_letter", FieldKind::Text, Need::Optional, &["gred", "grade", "pangkat"]),
        field("remarks", FieldKind::Text, Need::Optional, NOTES_HEADERS),
    ],
    keys: &[Key {
        code: "mark",
        fields: &["student", "academic_year", "subject", "term"],
        may_be_blank: &["academic_year", "term"],
    }],
    person: None,
    synonyms: &[
        "markah agama",
        "kafa",
        "diniyah",
        "islamic studies",
        "islamic studies grades",
        "markah kafa",
        "pengajian islam",
    ],
};
