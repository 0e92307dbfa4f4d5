//! Text that was written in UTF-8 and read as windows-1252 ("mojibake"), once or several times over.
//!
//! Such a text holds only characters that stand for one byte of windows-1252, and these bytes are UTF-8. A text
//! that merely holds letters with accents is not: two bytes that begin and continue a character hardly ever meet.
//! Source of the table: the WHATWG Encoding Standard, index windows-1252.

/// What windows-1252 has at the bytes 0x80 to 0x9F; five of them stand for control characters.
const UPPER: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];
/// How often a text may have been read wrongly: more than twice has not been seen.
const MOST: usize = 3;

/// What the text said before it was read as windows-1252, or `None` where it was not.
#[must_use]
pub fn repaired(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let mut found = once(text)?;
    for _ in 1..MOST {
        match once(&found) {
            Some(next) => found = next,
            None => break,
        }
    }
    Some(found)
}

/// One reading taken back.
fn once(text: &str) -> Option<String> {
    let bytes: Option<Vec<u8>> = text.chars().map(byte).collect();
    let bytes = bytes?;
    if bytes.is_ascii() {
        return None;
    }
    String::from_utf8(bytes).ok()
}

/// The byte that windows-1252 shows as `char`.
fn byte(char: char) -> Option<u8> {
    let upper = UPPER.iter().position(|known| *known == char);
    match upper {
        Some(at) => u8::try_from(at).ok().map(|at| 0x80 + at),
        None => u8::try_from(u32::from(char)).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `text` as a program shows it that takes UTF-8 for windows-1252.
    fn spoilt(text: &str) -> String {
        let shown = |byte: u8| match byte {
            0x80..=0x9f => UPPER[usize::from(byte - 0x80)],
            _ => char::from(byte),
        };
        text.bytes().map(shown).collect()
    }

    #[test]
    fn what_was_read_wrongly_is_read_again() {
        for text in ["Nu’man", "Zoë", "عبدالسلام", "陈美玲", "பெருமாள்"] {
            let (once, twice) = (spoilt(text), spoilt(&spoilt(text)));
            assert_eq!(repaired(&once).as_deref(), Some(text), "{once}");
            assert_eq!(repaired(&twice).as_deref(), Some(text), "{twice}");
        }
    }

    #[test]
    fn sound_text_stays() {
        for text in ["AHMAD", "Zoë", "José Ñandú", "عبدالسلام", "Nu’man", "naïve – façade", "100 €", "Ã"]
        {
            assert_eq!(repaired(text), None, "{text}");
        }
    }
}
