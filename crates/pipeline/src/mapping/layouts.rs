//! The Ministry's two pupil exports, known column by column.
//!
//! Layout A is "SENARAI KESELURUHAN MURID" with 61 columns, layout B the older APDM export with 62, in which the
//! header "Hubungan" stands twice: only the position tells whose it is. Headers as the exports write them.

use model::{Binding, FieldPath};

use super::fold::fold;

/// How many of a hundred headers must agree with the layout. A school retypes a few; a different export differs in more.
const AGREEMENT: usize = 85;

/// One column of a layout: its header and the field it goes to; empty where it is not taken.
type Column = (&'static str, &'static str);

/// A known export.
#[derive(Debug)]
pub(crate) struct Layout {
    /// Word key of the reason.
    pub(crate) reason: &'static str,
    columns: &'static [Column],
}

/// All known exports.
pub(crate) static ALL: [Layout; 2] = [
    Layout { reason: "mapping.layout.apdm-61", columns: APDM_61 },
    Layout { reason: "mapping.layout.apdm-62", columns: APDM_62 },
];

impl Layout {
    /// The layout of a table with these headers. Blank columns behind the last one do not count.
    pub(crate) fn find(headers: &[String]) -> Option<&'static Self> {
        let used = headers.iter().rposition(|header| !header.trim().is_empty()).map_or(0, |last| last + 1);
        ALL.iter().find(|layout| layout.columns.len() == used && layout.agrees(headers))
    }

    fn agrees(&self, headers: &[String]) -> bool {
        let same = self.columns.iter().zip(headers).filter(|((known, _), header)| same_header(known, header)).count();
        same * 100 >= self.columns.len() * AGREEMENT
    }

    /// The bindings of the layout.
    pub(crate) fn bindings(&self) -> impl Iterator<Item = (FieldPath, Binding)> {
        let columns = self.columns.iter().enumerate();
        columns.filter_map(|(at, (_, field))| Some((FieldPath::parse(field)?, Binding::Column(at as u32))))
    }

    /// The headers of the layout, for tests.
    #[cfg(test)]
    pub(crate) fn headers(&self) -> Vec<String> {
        self.columns.iter().map(|(header, _)| (*header).to_owned()).collect()
    }
}

/// Equal but for case, points and spaces; "Pekerjaan" stands for "Pekerjaan Penjaga 1" too.
fn same_header(known: &str, header: &str) -> bool {
    let plain = |text: &str| {
        let folded = fold(text);
        let short = folded.strip_suffix(" penjaga 1").or_else(|| folded.strip_suffix(" penjaga 2"));
        short.unwrap_or(&folded).replace(' ', "")
    };
    plain(known) == plain(header)
}

const APDM_61: &[Column] = &[
    ("BIL.", ""),
    ("ID MURID", "students.student_number"),
    ("NAMA", "students.full_name"),
    ("NO. PENGENALAN", "students.national_id"),
    ("JENIS PENGENALAN", "students.identity_type"),
    ("TARIKH LAHIR", "students.date_of_birth"),
    ("STATUS PENGAJIAN", "students.status"),
    ("TARIKH MASUK SEKOLAH", "students.admission_date"),
    ("TARIKH MASUK KELAS", "enrollments.enrollment_date"),
    ("TAHUN / TINGKATAN", "classes.grade_level"),
    ("NAMA KELAS", "classes.name"),
    ("STATUS DLP", ""),
    ("JENIS KELAS", ""),
    ("KETERANGAN ALIRAN", "classes.section"),
    ("KETERANGAN BIDANG", ""),
    ("NAMA GURU KELAS", "classes.class_teacher"),
    ("JANTINA", "students.gender"),
    ("KAUM", ""),
    ("AGAMA", ""),
    ("WARGANEGARA", "students.nationality"),
    ("NEGARA ASAL", ""),
    ("STATUS ASRAMA", ""),
    ("NAMA ASRAMA", ""),
    ("STATUS OKU", ""),
    ("TARIKH SAH OKU", ""),
    ("NO. PENDAFTARAN OKU", ""),
    ("TARIKH DAFTAR OKU", ""),
    ("TARIKH KAD OKU", ""),
    ("KATEGORI KETIDAKUPAYAAN", ""),
    ("SUBKATEGORI KETIDAKUPAYAAN", ""),
    ("STATUS YATIM", ""),
    ("NO. AKAUN BANK", ""),
    ("NAMA BANK", ""),
    ("PENJAGA 1", "guardians.full_name"),
    ("NO. PENGENALAN PENJAGA 1", "guardians.national_id"),
    ("JNS. PENGENALAN PENJAGA 1", ""),
    ("HUBUNGAN PENJAGA 1", "student_guardians.relationship"),
    ("PEKERJAAN PENJAGA 1", ""),
    ("STATUS KERJA PENJAGA 1", ""),
    ("NAMA MAJIKAN PENJAGA 1", ""),
    ("PENDAPATAN PENJAGA 1", ""),
    ("NO. TEL. PEJABAT PENJAGA 1", ""),
    ("NO. TEL. BIMBIT PENJAGA 1", "guardians.phone"),
    ("TANGGUNGAN", ""),
    ("PENJAGA 2", "guardians#2.full_name"),
    ("NO. PENGENALAN PENJAGA 2", "guardians#2.national_id"),
    ("JNS. PENGENALAN PENJAGA 2", ""),
    ("HUBUNGAN PENJAGA 2", "student_guardians#2.relationship"),
    ("PEKERJAAN PENJAGA 2", ""),
    ("STATUS KERJA PENJAGA 2", ""),
    ("NAMA MAJIKAN PENJAGA 2", ""),
    ("PENDAPATAN PENJAGA 2", ""),
    ("NO. TEL. PEJABAT PENJAGA 2", ""),
    ("NO. TEL. BIMBIT PENJAGA 2", "guardians#2.phone"),
    ("ALAMAT 1", "students.address_line1"),
    ("ALAMAT 2", "students.address_line2"),
    ("ALAMAT 3", "students.address_line3"),
    ("POSKOD", "students.postcode"),
    ("BANDAR", "students.city"),
    ("DAERAH", ""),
    ("NEGERI", "students.state"),
];

const APDM_62: &[Column] = &[
    ("Bil", ""),
    ("ID Murid", "students.student_number"),
    ("Nama", "students.full_name"),
    ("No. KP", "students.national_id"),
    ("No. Sijil Lahir", "students.birth_certificate"),
    ("Tarikh Lahir", "students.date_of_birth"),
    ("Tarikh Masuk Sekolah", "students.admission_date"),
    ("Tarikh Masuk Kelas", "enrollments.enrollment_date"),
    ("Keterangan Tingkatan Tahun", "classes.grade_level"),
    ("Nama Kelas", "classes.name"),
    ("Keterangan Aliran", "classes.section"),
    ("Keterangan Bidang", ""),
    ("Status DLP", ""),
    ("Jantina", "students.gender"),
    ("Kaum", ""),
    ("Agama", ""),
    ("Warganegara", "students.nationality"),
    ("Negara Asal", ""),
    ("Yatim", ""),
    ("Asrama", ""),
    ("OKU", ""),
    ("Tarikh Daftar OKU", ""),
    ("No. OKU", ""),
    ("Jenis OKU", ""),
    ("Tahap OKU", ""),
    ("Tahap Pembelajaran", ""),
    ("Alat Bantuan 1", ""),
    ("Alat Bantuan 2", ""),
    ("Keterangan Program", ""),
    ("Jenis Lain", ""),
    ("Alamat Rumah", "students.address_line1"),
    ("No. KP Penjaga 1", "guardians.national_id"),
    ("Nama Penjaga 1", "guardians.full_name"),
    ("Hubungan", "student_guardians.relationship"),
    ("Warganegara Penjaga 1", ""),
    ("Kaum Penjaga 1", ""),
    ("Agama Penjaga 1", ""),
    ("Pekerjaan Penjaga 1", ""),
    ("Kategori Kerja Penjaga 1", ""),
    ("No. Tel Bimbit Penjaga 1", "guardians.phone"),
    ("No. Tel Rumah Penjaga 1", ""),
    ("Pendapatan Penjaga 1", ""),
    ("Status Pendapatan Penjaga 1", ""),
    ("Nama Majikan Penjaga 1", ""),
    ("Tel. Pejabat Penjaga 1", ""),
    ("Alamat Majikan Penjaga 1", ""),
    ("Jumlah Tanggungan", ""),
    ("No. KP Penjaga 2", "guardians#2.national_id"),
    ("Nama Penjaga 2", "guardians#2.full_name"),
    ("Hubungan", "student_guardians#2.relationship"),
    ("Warganegara Penjaga 2", ""),
    ("Kaum Penjaga 2", ""),
    ("Agama Penjaga 2", ""),
    ("Pekerjaan Penjaga 2", ""),
    ("Kategori Kerja Penjaga 2", ""),
    ("No. Tel Bimbit Penjaga 2", "guardians#2.phone"),
    ("No. Tel Rumah Penjaga 2", ""),
    ("Pendapatan Penjaga 2", ""),
    ("Status Pendapatan Penjaga 2", ""),
    ("Nama Majikan Penjaga 2", ""),
    ("Tel. Pejabat Penjaga 2", ""),
    ("Alamat Majikan Penjaga 2", ""),
];
