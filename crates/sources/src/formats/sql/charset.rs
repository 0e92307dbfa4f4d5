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

/// Whether a byte of two in `encoding` can look like a quote or a backslash.
pub(super) fn has_pairs(encoding: &'static Encoding) -> bool {
    [BIG5, GBK, GB18030, SHIFT_JIS].contains(&encoding)
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
