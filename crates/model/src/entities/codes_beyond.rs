//! The code lists of attendance, Quran and money. What schools write for a value; a word with two
//! meanings stands in none, and nothing here is a default.

use crate::entity::CodeList;

/// Whether a pupil was there. Marks of registers; `H` is hadir to some and holiday to others, `C` leave or holiday: they stand in none.
pub const ATTENDANCE_STATUS: CodeList = CodeList {
    code: "attendance_status",
    values: &[
        ("present", &["/", "1", "\u{2713}", "\u{2714}", "\u{221a}", "hadir", "p", "ya"]),
        ("absent", &["0", "o", "x", "a", "th", "t", "tidak hadir", "ponteng", "tanpa kebenaran"]),
        ("late", &["l", "lewat"]),
        ("excused", &["k", "kebenaran", "dengan kebenaran", "e", "bersebab", "ck"]),
        ("sick", &["s", "mc", "sakit", "cuti sakit"]),
        ("holiday", &["cuti umum", "cuti sekolah", "cuti peristiwa", "cu"]),
    ],
};

/// Kinds of Quran programme.
pub const PROGRAM_TYPE: CodeList = CodeList {
    code: "program_type",
    values: &[
        ("hifz_full", &["hifz", "hafazan penuh", "30 juz", "tahfiz penuh", "full hifz"]),
        ("hifz_partial", &["hafazan sebahagian", "juz amma", "partial hifz", "hafazan separa"]),
        ("tilawah", &["recitation"]),
        ("tajweed", &["tajwid"]),
    ],
};

/// Whether a pupil is still in a Quran programme.
pub const QURAN_STATUS: CodeList = CodeList {
    code: "quran_status",
    values: &[
        ("active", &["a", "aktif"]),
        ("completed", &["tamat", "selesai", "khatam"]),
        ("withdrawn", &["berhenti", "tarik diri", "keluar"]),
    ],
};

/// How far a surah is memorised (plan 5.1.1; Malay words of tahfiz schools).
pub const MEMORIZATION_STATUS: CodeList = CodeList {
    code: "memorization_status",
    values: &[
        ("not_started", &["n", "belum", "belum mula", "not started", "belum hafaz"]),
        ("in_progress", &["p", "sedang", "sedang hafaz", "sedang menghafaz", "in progress", "dalam proses"]),
        ("completed", &["c", "selesai", "siap", "hafaz", "hafal", "sudah hafaz", "done"]),
        ("under_review", &["r", "murajaah", "ulangan", "semakan", "under review", "dalam semakan"]),
        ("certified", &["v", "syahadah", "disahkan", "khatam", "imtihan", "lulus imtihan"]),
    ],
};

/// Ratings, with the Arabic words of tahfiz schools.
pub const QUALITY_RATING: CodeList = CodeList {
    code: "quality_rating",
    values: &[
        ("excellent", &["mumtaz", "cemerlang", "terbaik"]),
        ("very_good", &["jayyid jiddan", "sangat baik", "very good", "amat baik"]),
        ("good", &["jayyid", "baik"]),
        ("satisfactory", &["maqbul", "memuaskan", "sederhana", "fair"]),
        ("needs_improvement", &["perlu bimbingan", "perlu diperbaiki", "needs improvement", "lemah"]),
        ("poor", &["rasib", "da'if", "daif", "gagal"]),
    ],
};

/// How often a fee is asked for.
pub const FEE_FREQUENCY: CodeList = CodeList {
    code: "fee_frequency",
    values: &[
        ("one_time", &["sekali", "sekali sahaja", "one time", "once"]),
        ("monthly", &["bulanan", "setiap bulan", "sebulan"]),
        ("term", &["penggal", "setiap penggal", "semester", "per term"]),
        ("yearly", &["tahunan", "setahun", "setiap tahun", "annual", "annually"]),
    ],
};

/// Where an invoice stands.
pub const INVOICE_STATUS: CodeList = CodeList {
    code: "invoice_status",
    values: &[
        ("draft", &["draf", "pending"]),
        ("sent", &["dihantar", "dikeluarkan", "issued", "belum bayar", "belum dibayar", "unpaid"]),
        (
            "partially_paid",
            &["bayar sebahagian", "sebahagian", "separa", "paid - partial", "partial", "partially paid"],
        ),
        ("paid", &["lunas", "telah dibayar", "selesai", "sudah bayar", "jelas"]),
        ("overdue", &["tertunggak", "tunggakan", "lewat bayar"]),
        ("cancelled", &["batal", "dibatalkan", "canceled"]),
        ("refunded", &["dipulangkan", "bayaran balik"]),
    ],
};

/// How money was paid.
pub const PAYMENT_METHOD: CodeList = CodeList {
    code: "payment_method",
    values: &[
        ("cash", &["tunai"]),
        ("fpx", &["online", "dalam talian"]),
        ("card", &["kad", "kad kredit", "kad debit"]),
        ("cheque", &["cek", "check"]),
        ("bank_transfer", &["pindahan bank", "bank in", "transfer", "pindahan", "bank transfer", "ibg", "duitnow"]),
        ("other", &["lain-lain", "lain"]),
    ],
};

/// Whether money arrived.
pub const PAYMENT_STATUS: CodeList = CodeList {
    code: "payment_status",
    values: &[
        ("pending", &["menunggu", "dalam proses"]),
        ("completed", &["selesai", "berjaya", "diterima", "success"]),
        ("failed", &["gagal"]),
        ("cancelled", &["batal", "dibatalkan", "canceled"]),
        ("refunded", &["dipulangkan", "bayaran balik"]),
    ],
};

/// Whether a scholarship is a share of the fee or a sum.
pub const SCHOLARSHIP_KIND: CodeList = CodeList {
    code: "scholarship_kind",
    values: &[("percent", &["peratus", "%", "percentage"]), ("amount", &["amaun", "rm", "jumlah tetap"])],
};

/// Whether an award is still given.
pub const AWARD_STATUS: CodeList = CodeList {
    code: "award_status",
    values: &[
        ("active", &["a", "aktif", "diluluskan", "lulus", "approved"]),
        ("completed", &["tamat", "selesai"]),
        ("cancelled", &["batal", "dibatalkan"]),
    ],
};
