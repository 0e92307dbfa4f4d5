//! The code lists. What schools write for a value; a word with two meanings stands in none.
//!
//! Sources: the portal's enums; the plan's table 5.1.1; Malay words from Ministry exports. Note that
//! `T` is *Tidak* (no), that in an English file `P` is no girl, and that nothing here is a default.

use crate::entity::CodeList;

/// Gender.
pub const GENDER: CodeList = CodeList {
    code: "gender",
    values: &[
        ("male", &["l", "lelaki", "laki-laki", "laki laki", "m", "1", "boy", "zakar", "lk", "♂"]),
        ("female", &["p", "perempuan", "wanita", "f", "2", "girl", "untha", "pr", "♀"]),
    ],
};

/// Where a pupil stands with the school. `T` is in no list: *tamat*, *tukar* or *tidak aktif*.
pub const STUDENT_STATUS: CodeList = CodeList {
    code: "student_status",
    values: &[
        ("active", &["a", "aktif", "sedang belajar", "masih belajar", "belajar", "bersekolah"]),
        ("graduated", &["g", "tamat", "tamat belajar", "tamat pengajian", "graduate", "alumni"]),
        ("withdrawn", &["w", "berhenti", "henti", "tarik diri", "keluar", "withdraw"]),
        ("expelled", &["e", "dibuang", "buang sekolah", "dibuang sekolah"]),
        ("transferred", &["pindah", "berpindah", "bertukar", "tukar sekolah", "pindah sekolah", "transfer"]),
        ("on_leave", &["cuti", "bercuti", "tangguh", "tangguh pengajian", "on leave", "leave"]),
    ],
};

/// Where a teacher stands with the school.
pub const STAFF_STATUS: CodeList = CodeList {
    code: "staff_status",
    values: &[
        ("active", &["a", "aktif", "berkhidmat", "tetap", "kontrak"]),
        ("inactive", &["i", "tidak aktif", "berhenti", "bersara", "bertukar", "resigned", "retired"]),
        ("on_leave", &["cuti", "cuti belajar", "cuti tanpa gaji", "on leave"]),
    ],
};

/// Whether an account may be used (plan 5.1.1).
pub const USER_STATUS: CodeList = CodeList {
    code: "user_status",
    values: &[
        ("active", &["a", "1", "yes", "ya", "y", "aktif"]),
        ("inactive", &["i", "0", "no", "tidak", "t", "tidak aktif"]),
        ("pending", &["p", "new", "baru", "menunggu"]),
        ("suspended", &["s", "blocked", "digantung", "disekat"]),
        ("archived", &["d", "deleted", "dipadam", "arkib"]),
    ],
};

/// What an account may do in the portal (plan 6.3.1).
pub const PORTAL_ROLE: CodeList = CodeList {
    code: "portal_role",
    values: &[
        ("super_admin", &["superadmin", "super admin", "pentadbir utama"]),
        ("admin", &["administrator", "pentadbir", "kerani", "clerk"]),
        ("principal", &["pengetua", "guru besar", "headmaster", "mudir"]),
        ("teacher", &["guru", "cikgu", "ustaz", "ustazah"]),
        ("quran_teacher", &["guru quran", "guru al-quran", "guru tahfiz", "guru hafazan"]),
        ("accountant", &["akauntan", "bendahari", "kewangan"]),
        ("parent", &["ibu bapa", "penjaga", "waris", "guardian"]),
        ("student", &["murid", "pelajar", "pupil"]),
    ],
};

/// Whether a pupil still sits in a class.
pub const ENROLLMENT_STATUS: CodeList = CodeList {
    code: "enrollment_status",
    values: &[
        ("active", &["a", "aktif"]),
        ("completed", &["tamat", "selesai", "lulus"]),
        ("withdrawn", &["berhenti", "tarik diri", "keluar"]),
        ("transferred", &["pindah", "bertukar"]),
    ],
};

/// What a guardian is to the child.
pub const RELATIONSHIP: CodeList = CodeList {
    code: "relationship",
    values: &[
        ("father", &["bapa", "ayah", "abah", "bapa kandung", "ab", "walid"]),
        ("mother", &["ibu", "emak", "mak", "umi", "ibu kandung", "umm", "walidah"]),
        (
            "guardian",
            &["penjaga", "waris", "wali", "bapa angkat", "ibu angkat", "bapa tiri", "ibu tiri", "keluarga angkat"],
        ),
        ("grandparent", &["datuk", "nenek", "atuk", "tok", "grandfather", "grandmother"]),
        ("sibling", &["abang", "kakak", "adik", "adik-beradik", "brother", "sister"]),
        (
            "other",
            &["bapa saudara", "ibu saudara", "pakcik", "makcik", "saudara", "lain-lain", "uncle", "aunt", "aunty"],
        ),
    ],
};
