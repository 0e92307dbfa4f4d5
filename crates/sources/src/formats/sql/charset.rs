//! Character sets by the names that MySQL and PostgreSQL give them.

use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, ISO_8859_2, ISO_8859_7, ISO_8859_8, ISO_8859_13, KOI8_R, KOI8_U,
    SHIFT_JIS, UTF_8, WINDOWS_874, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1254, WINDOWS_1256, WINDOWS_1257,
};

/// Names, without `-` and `_` and in lower case. MySQL's `latin1` is windows-1252 by its own manual.
const NAMES: [(&str, &Encoding); 48] = [
    ("utf8", UTF_8),
    ("utf8mb3", UTF_8),
    ("utf8mb4", UTF_8),
    ("unicode", UTF_8),
    ("latin1", WINDOWS_1252),
    ("iso88591", WINDOWS_1252),
    ("ascii", WINDOWS_1252),
    ("cp1252", WINDOWS_1252),
    ("win1252", WINDOWS_1252),
    ("cp1256", WINDOWS_1256),
    ("win1256", WINDOWS_1256),
    ("big5", BIG5),
    ("gbk", GBK),
    ("gb2312", GBK),
    ("euccn", GBK),
    ("gb18030", GB18030),
    ("tis620", WINDOWS_874),
    ("win874", WINDOWS_874),
    ("sjis", SHIFT_JIS),
    ("cp932", SHIFT_JIS),
    ("ujis", EUC_JP),
    ("eucjp", EUC_JP),
    ("eucjpms", EUC_JP),
    ("euckr", EUC_KR),
    ("latin2", ISO_8859_2),
    ("iso88592", ISO_8859_2),
    ("latin5", WINDOWS_1254),
    ("latin7", ISO_8859_13),
    ("greek", ISO_8859_7),
    ("iso88597", ISO_8859_7),
    ("hebrew", ISO_8859_8),
    ("iso88598", ISO_8859_8),
    ("koi8r", KOI8_R),
    ("koi8", KOI8_R),
    ("koi8u", KOI8_U),
    ("cp1250", WINDOWS_1250),
    ("win1250", WINDOWS_1250),
    ("cp1251", WINDOWS_1251),
    ("win1251", WINDOWS_1251),
    ("win", WINDOWS_1251),
    ("cp1257", WINDOWS_1257),
    ("win1257", WINDOWS_1257),
    ("win1254", WINDOWS_1254),
    ("iso88599", WINDOWS_1254),
    ("latin9", WINDOWS_1252),
    ("iso885915", WINDOWS_1252),
    ("uhc", EUC_KR),
    ("mskanji", SHIFT_JIS),
];

/// The encoding that a database calls `name`; `None` for `binary` and for one that is not known.
pub(super) fn by_name(name: &str) -> Option<&'static Encoding> {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    let known = NAMES.iter().find(|(known, _)| *known == plain).map(|(_, encoding)| *encoding);
    known.or_else(|| Encoding::for_label(name.as_bytes()))
}

/// Bytes that belong together where the second one can look like a backslash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pairs {
    /// First and last byte that can begin a pair.
    leads: (u8, u8),
    /// First of the high bytes that can end one; those from 0x40 to 0x7e always can.
    trails: u8,
    /// Whether the bytes from 0xa0 to 0xdf stand alone.
    gap: bool,
}

impl Pairs {
    /// Whether `lead` and `trail` are one character. A quote never ends one.
    pub(super) fn join(self, lead: u8, trail: u8) -> bool {
        let leads = (self.leads.0..=self.leads.1).contains(&lead) && !(self.gap && (0xa0..=0xdf).contains(&lead));
        leads && (matches!(trail, 0x40..=0x7e) || (self.trails..=0xfe).contains(&trail))
    }
}

/// The pairs of `encoding`, where there are any that matter.
pub(super) fn pairs(encoding: &'static Encoding) -> Option<Pairs> {
    match encoding {
        encoding if encoding == GBK || encoding == GB18030 => {
            Some(Pairs { leads: (0x81, 0xfe), trails: 0x80, gap: false })
        }
        encoding if encoding == BIG5 => Some(Pairs { leads: (0xa1, 0xf9), trails: 0xa1, gap: false }),
        encoding if encoding == SHIFT_JIS => Some(Pairs { leads: (0x81, 0xfc), trails: 0x80, gap: true }),
        _ => None,
    }
}

/// What a dump says about the character set of its strings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Client {
    /// It names one, or a person chose it.
    Told(&'static Encoding),
    /// Each string is in the character set of its column.
    Bytes,
    /// Nothing: UTF-8 where a string is such, else what fits the file best.
    Untold(&'static Encoding),
}

impl Client {
    /// The encoding of a string of a column whose character set is `own`.
    pub(super) fn encoding(self, own: Option<&'static Encoding>, bytes: &[u8]) -> &'static Encoding {
        match self {
            Self::Told(encoding) => encoding,
            Self::Bytes => own.unwrap_or(UTF_8),
            Self::Untold(_) if std::str::from_utf8(bytes).is_ok() => UTF_8,
            Self::Untold(encoding) => encoding,
        }
    }
}

/// Whether `text` looks as if UTF-8 had been taken for windows-1252 and written as UTF-8 once more.
pub(super) fn looks_doubled(text: &str) -> bool {
    // Each sign of such a text is one of windows-1252, and the first of each group is Â to ô.
    let suspicious = text.chars().any(|sign| ('\u{c2}'..='\u{f4}').contains(&sign));
    if !suspicious {
        return false;
    }
    let (bytes, _, unmappable) = WINDOWS_1252.encode(text);
    !unmappable && std::str::from_utf8(&bytes).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn databases_have_names_of_their_own() {
        assert_eq!(by_name("utf8mb4"), Some(UTF_8));
        assert_eq!(by_name("latin1"), Some(WINDOWS_1252));
        assert_eq!(by_name("EUC_CN"), Some(GBK));
        assert_eq!(by_name("binary"), None, "bytes have none");
    }

    #[test]
    fn only_text_written_twice_looks_doubled() {
        assert!(looks_doubled("JosÃ©"), "é as two signs");
        assert!(looks_doubled("â€œAliâ€\u{9d}"), "quotation marks as three");
        assert!(!looks_doubled("José"), "a name");
        assert!(!looks_doubled("Ärger, Île"), "letters that stand alone");
        assert!(!looks_doubled("நிலா"), "no sign of windows-1252");
    }
}
