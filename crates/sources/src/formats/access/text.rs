//! How an Access file writes text: Access 97 in the code page of its country, later ones in UTF-16,
//! packed or not. A byte that means nothing becomes `�` and leaves the rest of the text as it is.

use encoding_rs::{
    BIG5, EUC_KR, Encoding, GBK, SHIFT_JIS, WINDOWS_874, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253,
    WINDOWS_1254, WINDOWS_1255, WINDOWS_1256, WINDOWS_1257, WINDOWS_1258,
};

/// Marks a text whose characters of one byte are packed.
const PACKED: [u8; 2] = [0xff, 0xfe];

/// How the file writes text.
#[derive(Clone, Copy, Debug)]
pub(super) enum Writing {
    /// Access 97: bytes of this encoding.
    Bytes(&'static Encoding),
    /// Access 2000 and later.
    Utf16,
}

impl Writing {
    /// Adds what `bytes` say to `text`; whether any of it had to be replaced.
    pub(super) fn read(self, bytes: &[u8], text: &mut String) -> bool {
        match (self, bytes.strip_prefix(&PACKED)) {
            (Self::Bytes(encoding), _) => read_bytes(encoding, bytes, text),
            (Self::Utf16, Some(packed)) => read_packed(packed, text),
            (Self::Utf16, None) => read_utf16(bytes, text),
        }
    }
}

fn read_bytes(encoding: &'static Encoding, bytes: &[u8], text: &mut String) -> bool {
    let (read, replaced) = encoding.decode_without_bom_handling(bytes);
    text.push_str(&read);
    replaced
}

/// A zero byte switches between one and two bytes a character.
fn read_packed(mut bytes: &[u8], text: &mut String) -> bool {
    let (mut packed, mut units) = (true, Vec::new());
    while let Some((&first, rest)) = bytes.split_first() {
        bytes = rest;
        match (first, rest.split_first()) {
            (0, _) => packed = !packed,
            (_, _) if packed => units.push(u16::from(first)),
            (_, Some((&second, rest))) => {
                units.push(u16::from_le_bytes([first, second]));
                bytes = rest;
            }
            (_, None) => units.push(HALF),
        }
    }
    read_units(units.into_iter(), text)
}

/// Stands for half a character: a surrogate that never has a partner at the end of a text.
const HALF: u16 = 0xd800;

fn read_utf16(bytes: &[u8], text: &mut String) -> bool {
    let (pairs, half) = bytes.as_chunks::<2>();
    // Most texts are plain letters to their end: these need no decoding.
    let plain = pairs.iter().position(|pair| pair[1] != 0 || !pair[0].is_ascii()).unwrap_or(pairs.len());
    let (letters, pairs) = pairs.split_at(plain);
    letters.chunks(PLAIN).for_each(|letters| push_plain(letters, text));
    let half = half.first().map(|_| HALF);
    read_units(pairs.iter().map(|pair| u16::from_le_bytes(*pair)).chain(half), text)
}

/// Plain letters that are put together at a time.
const PLAIN: usize = 64;

/// Adds at most [`PLAIN`] letters, which are all ASCII.
fn push_plain(letters: &[[u8; 2]], text: &mut String) {
    let mut bytes = [0; PLAIN];
    bytes.iter_mut().zip(letters).for_each(|(byte, pair)| *byte = pair[0]);
    let bytes = bytes.get(..letters.len()).unwrap_or(&bytes);
    text.push_str(&String::from_utf8_lossy(bytes));
}

fn read_units(units: impl Iterator<Item = u16>, text: &mut String) -> bool {
    let mut replaced = false;
    text.extend(char::decode_utf16(units).map(|read| {
        replaced |= read.is_err();
        read.unwrap_or(char::REPLACEMENT_CHARACTER)
    }));
    replaced
}

/// The encoding of an Access 97 file by the code page in its header, else by its language. Files
/// from programs that leave both blank are Western, as Access itself takes them.
pub(super) fn encoding_of(code_page: u16, language: u16) -> &'static Encoding {
    codepage::to_encoding(code_page).unwrap_or_else(|| by_language(language))
}

fn by_language(language: u16) -> &'static Encoding {
    /// The lower bits of a language of Windows leave its country out.
    const COUNTRIES: u16 = 0x3ff;
    /// Chinese as written in Taiwan, Hong Kong and Macao.
    const TRADITIONAL: [u16; 3] = [0x0404, 0x0c04, 0x1404];
    match language & COUNTRIES {
        0x01 | 0x20 | 0x29 => WINDOWS_1256,
        0x04 if TRADITIONAL.contains(&language) => BIG5,
        0x04 => GBK,
        0x05 | 0x0e | 0x15 | 0x18 | 0x1a | 0x1b | 0x1c | 0x24 => WINDOWS_1250,
        0x02 | 0x19 | 0x22 | 0x23 | 0x2f => WINDOWS_1251,
        0x08 => WINDOWS_1253,
        0x0d => WINDOWS_1255,
        0x11 => SHIFT_JIS,
        0x12 => EUC_KR,
        0x1e => WINDOWS_874,
        0x1f => WINDOWS_1254,
        0x25..=0x27 => WINDOWS_1257,
        0x2a => WINDOWS_1258,
        _ => WINDOWS_1252,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(writing: Writing, bytes: &[u8], expected: &str, replaced: bool) {
        let mut text = String::new();
        assert_eq!((writing.read(bytes, &mut text), text.as_str()), (replaced, expected), "{bytes:?}");
    }

    #[test]
    fn one_bad_byte_leaves_the_rest_of_a_text() {
        check(Writing::Utf16, b"A\0m\0i\0", "Ami", false);
        check(Writing::Utf16, b"A\0m\0\x3d\xd8n\0", "Am\u{fffd}n", true);
        check(Writing::Utf16, b"A\0m\0i", "Am\u{fffd}", true);
        check(Writing::Utf16, b"\x3d\xd8\x00\xde", "😀", false);
        check(Writing::Utf16, b"", "", false);
        for plain in [1, 63, 64, 65, 128, 129] {
            let said = format!("{}é😀b\u{7f}", "a".repeat(plain));
            let bytes: Vec<u8> = said.encode_utf16().flat_map(u16::to_le_bytes).collect();
            check(Writing::Utf16, &bytes, &said, false);
        }
    }

    #[test]
    fn packed_text_switches_between_one_and_two_bytes() {
        check(Writing::Utf16, b"\xff\xfeZo\xeb", "Zoë", false);
        check(Writing::Utf16, b"\xff\xfeA\0\x2d\x06\x33\x06\0b", "Aحسb", false);
        check(Writing::Utf16, b"\xff\xfeA\0\x2d", "A\u{fffd}", true);
        check(Writing::Utf16, b"\xff\xfe", "", false);
    }

    #[test]
    fn access_97_writes_in_the_code_page_of_its_country() {
        check(Writing::Bytes(encoding_of(1256, 0)), b"\xcd\xd3\xe4", "حسن", false);
        check(Writing::Bytes(encoding_of(0, 1055)), b"\xde", "Ş", false);
        check(Writing::Bytes(encoding_of(1252, 0)), b"\xff\xfe", "ÿþ", false);
        check(Writing::Bytes(encoding_of(932, 0)), b"A\x81", "A\u{fffd}", true);
        assert_eq!(encoding_of(0, 0x0404), BIG5, "Chinese of Taiwan");
        assert_eq!(encoding_of(0, 0x0804), GBK, "Chinese of China");
        assert_eq!(encoding_of(0, 0x043e), WINDOWS_1252, "Malay");
    }
}
