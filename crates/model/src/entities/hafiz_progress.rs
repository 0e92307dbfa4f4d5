//! How much of which surah a pupil has memorised: one record a surah and juz, because a surah may span three.

use super::codes_beyond::MEMORIZATION_STATUS;
use super::parts::{QURAN_PLACE, field, local};
use crate::entity::{Entity, FieldKind, Key, Need};

/// The entity.
pub(super) static ENTITY: Entity = Entity {
    code: "hafiz_progress",
    portal_table: "islamic.hafiz_progress",
    fields: &[
        QURAN_PLACE,
        field(
            "surah_number",
            FieldKind::Surah,
            Need::Required,
            &["surah", "no surah", "nombor surah", "nama surah", "surah number", "surah name"],
        ),
        field("juz_number", FieldKind::Juz, Need::Required, &["juz", "juzuk", "no juz", "juz number", "juzuk semasa"]),
        field(
            "status",
            FieldKind::Code(&MEMORIZATION_STATUS),
            Need::Required,
            &["status", "status hafazan", "status hafalan", "memorization status"],
        ),
        field(
            "verses_memorized",
            FieldKind::Integer,
            Need::Required,
            &[
                "ayat dihafaz",
                "bilangan ayat",
                "bil ayat",
                "ayat hafazan",
                "verses memorized",
                "verses done",
                "jumlah ayat dihafaz",
            ],
        ),
        field(
            "total_verses",
            FieldKind::Integer,
            Need::Required,
            &["jumlah ayat", "total verses", "jumlah ayat surah"],
        ),
        local(
            "from_verse",
            FieldKind::Integer,
            Need::Optional,
            &["dari ayat", "ayat mula", "ayat dari", "from verse", "mula ayat"],
        ),
        local(
            "to_verse",
            FieldKind::Integer,
            Need::Optional,
            &["hingga ayat", "ayat akhir", "ayat hingga", "to verse", "sampai ayat", "akhir ayat"],
        ),
        field(
            "quality_score",
            FieldKind::Score,
            Need::Optional,
            &["markah", "skor", "skor hafazan", "quality score", "markah hafazan"],
        ),
        field("start_date", FieldKind::Date, Need::Optional, &["tarikh mula", "start date", "mula hafaz"]),
        field(
            "completion_date",
            FieldKind::Date,
            Need::Optional,
            &["tarikh tamat", "tarikh selesai", "tarikh khatam", "completion date", "tarikh siap"],
        ),
        field(
            "last_reviewed_at",
            FieldKind::Date,
            Need::Optional,
            &["tarikh murajaah", "murajaah terakhir", "last reviewed", "last reviewed at", "tarikh ulangan"],
        ),
        field(
            "review_count",
            FieldKind::Integer,
            Need::Optional,
            &["bilangan murajaah", "bil murajaah", "review count", "kali ulang"],
        ),
        field(
            "teacher_notes",
            FieldKind::Text,
            Need::Optional,
            &[
                "catatan",
                "ulasan",
                "nota",
                "remarks",
                "notes",
                "comment",
                "comments",
                "catatan guru",
                "ulasan guru",
                "teacher notes",
            ],
        ),
    ],
    keys: &[Key { code: "hafazan", fields: &["enrollment", "surah_number", "juz_number"], may_be_blank: &[] }],
    person: None,
    synonyms: &["hafazan", "hafalan", "rekod hafazan", "hafiz progress", "tahfiz", "sabaq"],
};
