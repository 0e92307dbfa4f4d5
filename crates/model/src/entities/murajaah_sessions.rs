//! Sessions in which a pupil recites what was memorised before.

use super::codes_beyond::QUALITY_RATING;
use super::parts::{NOTES, QURAN_PLACE, TEACHER, field};
use crate::entity::{Entity, FieldKind, Key, Need};

/// The entity.
pub(super) static ENTITY: Entity = Entity {
    code: "murajaah_sessions",
    portal_table: "islamic.murajaah_sessions",
    fields: &[
        QURAN_PLACE,
        TEACHER,
        field(
            "session_date",
            FieldKind::Date,
            Need::Required,
            &["tarikh", "tarikh sesi", "tarikh murajaah", "tarikh tasmik", "date", "session date"],
        ),
        field(
            "surah_number",
            FieldKind::Surah,
            Need::Optional,
            &["surah", "no surah", "nama surah", "surah number", "surah name"],
        ),
        field(
            "from_verse",
            FieldKind::Integer,
            Need::Optional,
            &["dari ayat", "ayat mula", "ayat dari", "from verse", "mula ayat"],
        ),
        field(
            "to_verse",
            FieldKind::Integer,
            Need::Optional,
            &["hingga ayat", "ayat akhir", "ayat hingga", "to verse", "sampai ayat", "akhir ayat"],
        ),
        field("juz_number", FieldKind::Juz, Need::Optional, &["juz", "juzuk", "no juz", "juz number"]),
        field(
            "quality",
            FieldKind::Code(&QUALITY_RATING),
            Need::Optional,
            &["mutu", "kualiti", "kualiti bacaan", "gred", "tahap", "penilaian", "quality", "grade", "pencapaian"],
        ),
        field(
            "mistakes_count",
            FieldKind::Integer,
            Need::Optional,
            &["kesalahan", "bilangan kesalahan", "bil salah", "mistakes", "mistakes count"],
        ),
        field(
            "duration_minutes",
            FieldKind::Integer,
            Need::Optional,
            &["tempoh", "minit", "tempoh minit", "duration", "duration minutes"],
        ),
        NOTES,
    ],
    keys: &[Key {
        code: "session",
        fields: &["enrollment", "session_date", "surah_number", "juz_number", "from_verse", "to_verse"],
        may_be_blank: &["surah_number", "juz_number", "from_verse", "to_verse"],
    }],
    person: None,
    synonyms: &["murajaah", "murajaah sessions", "ulangan", "tasmik", "sabqi", "manzil"],
};
