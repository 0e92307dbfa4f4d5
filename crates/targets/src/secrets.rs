//! Password hashes and reset tokens.
//!
//! Passwords are never taken over: a pushed account gets an Argon2id string that no password matches,
//! and a reset token where the person can be reached. Real hashing is for the first administrator.

use argon2::password_hash::PasswordHasher;
use argon2::{Algorithm, Argon2, Params, Version};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::Error;

/// Argon2id's cost: 64 MiB, 3 passes, 4 lanes (the portal's data dictionary).
const COST: (u32, u32, u32) = (65_536, 3, 4);
const SALT_BYTES: usize = 16;
const DIGEST_BYTES: usize = 32;
/// A reset token's strength: 256 bits.
const TOKEN_BYTES: usize = 32;

/// Characters of a code in a letter.
const LETTER_CHARACTERS: usize = 25;
/// Crockford's base 32: no I, L, O or U, which people take for other characters.
const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Random bytes from the operating system, drawn in blocks: one call a record would be slow.
pub(crate) struct Dice {
    block: [u8; 4096],
    used: usize,
}

impl Dice {
    pub(crate) fn new() -> Self {
        Self { block: [0; 4096], used: 4096 }
    }

    fn draw<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        if self.used + N > self.block.len() {
            getrandom::fill(&mut self.block).map_err(|_| Error::NoRandom)?;
            self.used = 0;
        }
        let mut drawn = [0; N];
        drawn.copy_from_slice(&self.block[self.used..self.used + N]);
        self.block[self.used..self.used + N].fill(0);
        self.used += N;
        Ok(drawn)
    }

    /// An Argon2id string in PHC form whose salt and digest are random: readable, matched by no password.
    pub(crate) fn unusable_hash(&mut self) -> Result<String, Error> {
        let (m, t, p) = COST;
        let salt = base64(&self.draw::<SALT_BYTES>()?, STANDARD);
        let digest = base64(&self.draw::<DIGEST_BYTES>()?, STANDARD);
        Ok(format!("$argon2id$v=19$m={m},t={t},p={p}${salt}${digest}"))
    }

    /// A code for a first password that a person types from a letter, and its SHA-256 in hexadecimal: 25 characters of
    /// five random bits each. Nobody tries 2^125 codes against a hash; 256 bits would only be harder to type.
    pub(crate) fn letter_code(&mut self) -> Result<(Zeroizing<String>, String), Error> {
        let drawn = self.draw::<LETTER_CHARACTERS>()?;
        let symbol = |byte: &u8| char::from(CROCKFORD[usize::from(byte % 32)]);
        let code: Zeroizing<String> = Zeroizing::new(drawn.iter().map(symbol).collect());
        let hash = hex(&Sha256::digest(code.as_bytes()));
        Ok((code, hash))
    }

    /// A token for a first password, and what the portal stores of it: SHA-256 of its text, in hexadecimal.
    pub(crate) fn reset_token(&mut self) -> Result<(String, String), Error> {
        let token = base64(&self.draw::<TOKEN_BYTES>()?, URL_SAFE);
        let hash = hex(&Sha256::digest(token.as_bytes()));
        Ok((token, hash))
    }
}

/// A real Argon2id hash of `password`. Takes about half a second by design.
///
/// # Errors
///
/// [`Error::NoRandom`] where the system gives no random salt.
pub(crate) fn hash_password(password: &str) -> Result<String, Error> {
    let (m, t, p) = COST;
    let params = Params::new(m, t, p, Some(DIGEST_BYTES)).map_err(|_| Error::Password)?;
    let salt = Dice::new().draw::<SALT_BYTES>()?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = argon.hash_password_with_salt(password.as_bytes(), &salt).map_err(|_| Error::Password)?;
    Ok(hash.to_string())
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Base64 without padding, as the PHC form and addresses want it.
fn base64(bytes: &[u8], alphabet: &[u8; 64]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().enumerate().fold(0_u32, |bits, (at, byte)| bits | u32::from(*byte) << (16 - 8 * at));
        for sextet in 0..=chunk.len() {
            text.push(char::from(alphabet[(bits >> (18 - 6 * sextet)) as usize & 63]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::{PasswordVerifier, phc::PasswordHash};

    use super::*;

    #[test]
    fn an_unusable_hash_is_valid_and_matches_nothing() {
        let hash = Dice::new().unusable_hash().unwrap();
        let parsed = PasswordHash::new(&hash).expect("a reader of PHC strings accepts it");
        assert_eq!(parsed.algorithm.as_str(), "argon2id");
        assert!(Argon2::default().verify_password(b"", &parsed).is_err(), "no password matches {hash}");
        assert_ne!(hash, Dice::new().unusable_hash().unwrap(), "each is random");
    }

    #[test]
    fn a_real_hash_matches_its_password_only() {
        let hash = hash_password("rahsia besar").unwrap();
        let parsed = PasswordHash::new(&hash).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=65536,t=3,p=4$"), "{hash}");
        assert!(Argon2::default().verify_password(b"rahsia besar", &parsed).is_ok(), "the password opens it");
        assert!(Argon2::default().verify_password(b"rahsia", &parsed).is_err(), "another does not");
    }

    #[test]
    fn base64_is_the_standard_one() {
        assert_eq!(base64(b"Daftar", STANDARD), "RGFmdGFy");
        assert_eq!(base64(b"Dafta", STANDARD), "RGFmdGE");
        assert_eq!(base64(b"\xff\xfe", URL_SAFE), "__4");
        let (token, hash) = Dice::new().reset_token().unwrap();
        assert_eq!((token.len(), hash.len()), (43, 64), "256 bits each");
    }
}
