//! The recovery key: shown once when a project is made, printed, and put in a drawer.
//!
//! 160 random bits in Crockford's base 32 (no I, L, O, U), in nine groups of four characters. The
//! ninth group is a check over the others, so that a slip of the pen is told from a wrong key.

use std::fmt;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::fill_random;
use crate::error::{Error, Result};

/// Crockford's alphabet.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Bytes of the key: 32 characters of five bits.
const KEY_BYTES: usize = 20;

/// Bytes with the check: its first 20 bits are used, and 36 characters hold 180 bits.
const CHECKED_CHARACTERS: usize = 36;

/// A recovery key, wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryKey(Zeroizing<[u8; KEY_BYTES]>);

impl RecoveryKey {
    /// A new key from the system's random numbers.
    ///
    /// # Errors
    ///
    /// [`Error::Cipher`] where the system has none.
    pub fn random() -> Result<Self> {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        fill_random(key.as_mut())?;
        Ok(Self(key))
    }

    /// The key as people write it: `XXXX-XXXX-…`, nine groups.
    #[must_use]
    pub fn text(&self) -> Zeroizing<String> {
        let symbols = self.symbols();
        let mut text = Zeroizing::new(String::with_capacity(44));
        for (at, symbol) in symbols.iter().enumerate() {
            if at > 0 && at % 4 == 0 {
                text.push('-');
            }
            text.push(char::from(ALPHABET[usize::from(*symbol)]));
        }
        text
    }

    /// The key that was typed: any case, any spaces and hyphens, O for 0, I and L for 1.
    ///
    /// # Errors
    ///
    /// [`Error::MistypedRecoveryKey`] where a character is missing, too many or wrong.
    pub fn parse(typed: &str) -> Result<Self> {
        let symbols: Option<Vec<u8>> = typed.chars().filter(|c| c.is_alphanumeric()).map(symbol).collect();
        let symbols = Zeroizing::new(symbols.ok_or(Error::MistypedRecoveryKey)?);
        if symbols.len() != CHECKED_CHARACTERS {
            return Err(Error::MistypedRecoveryKey);
        }
        let key = Self(from_symbols(&symbols));
        if *key.symbols() == **symbols { Ok(key) } else { Err(Error::MistypedRecoveryKey) }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_ref()
    }

    /// The key and its check, five bits a piece.
    fn symbols(&self) -> Zeroizing<[u8; CHECKED_CHARACTERS]> {
        let check = Sha256::new().chain_update(b"daftar recovery check").chain_update(self.bytes()).finalize();
        let mut symbols = Zeroizing::new([0; CHECKED_CHARACTERS]);
        let mut bytes = self.0.iter().chain(check.iter());
        let (mut bits, mut held) = (0_u32, 0_u32);
        for symbol in symbols.iter_mut() {
            if held < 5 {
                bits = (bits << 8) | u32::from(bytes.next().copied().unwrap_or_default());
                held += 8;
            }
            held -= 5;
            *symbol = u8::try_from((bits >> held) & 31).unwrap_or_default();
        }
        symbols
    }
}

impl fmt::Debug for RecoveryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryKey(…)")
    }
}

/// The five bits of a typed character.
fn symbol(typed: char) -> Option<u8> {
    let upper = match typed.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.iter().position(|letter| char::from(*letter) == upper).and_then(|at| u8::try_from(at).ok())
}

/// The first 20 bytes of five-bit pieces.
fn from_symbols(symbols: &[u8]) -> Zeroizing<[u8; KEY_BYTES]> {
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    let (mut bits, mut held) = (0_u32, 0_u32);
    let mut symbols = symbols.iter();
    for byte in key.iter_mut() {
        while held < 8 {
            bits = (bits << 5) | u32::from(symbols.next().copied().unwrap_or_default());
            held += 5;
        }
        held -= 8;
        *byte = u8::try_from((bits >> held) & 255).unwrap_or_default();
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_back_as_people_type_it() {
        let key = RecoveryKey::random().unwrap();
        let text = key.text();
        assert_eq!(text.len(), 44, "nine groups of four and eight hyphens");
        assert_eq!(text.split('-').count(), 9);
        let sloppy = text.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        assert!(RecoveryKey::parse(&sloppy).unwrap() == key, "case, spaces, o and l must not matter");
    }

    #[test]
    fn any_single_slip_is_noticed() {
        let text = RecoveryKey::random().unwrap().text().to_string();
        for at in 0..text.len() {
            let wrong = if &text[at..=at] == "7" { "8" } else { "7" };
            if &text[at..=at] != "-" {
                let slipped = [&text[..at], wrong, &text[at + 1..]].concat();
                assert!(RecoveryKey::parse(&slipped).is_err(), "slip at {at} was taken");
            }
        }
        assert!(RecoveryKey::parse(&text[1..]).is_err(), "a missing character was taken");
        assert!(RecoveryKey::parse("").is_err());
    }
}
