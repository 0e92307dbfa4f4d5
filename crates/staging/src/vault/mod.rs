//! The container around the database: who can unlock it, and how the keys are kept.
//!
//! A random data key encrypts the database (SQLCipher). The header of the file holds that key many
//! times over, once for each user, wrapped with a key made from the user's passphrase, and once for
//! the recovery key. SQLCipher itself has no room for more than one passphrase, hence the header.

pub(crate) mod guard;
pub(crate) mod handle;
pub mod header;
pub mod kdf;
pub mod recovery;
pub mod slot;

use std::fmt;

use sha2::{Digest, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::error::{Error, Result};

/// Fewest characters of a passphrase (NIST SP 800-63B, 5.1.1.2).
pub const MIN_PASSPHRASE: usize = 8;

/// The key of the database: 256 random bits, wiped from memory when dropped.
#[derive(Clone)]
pub struct DataKey(Zeroizing<[u8; 32]>);

impl DataKey {
    /// A new key from the system's random numbers.
    ///
    /// # Errors
    ///
    /// [`Error::Cipher`] where the system has no random numbers.
    pub fn random() -> Result<Self> {
        let mut key = Zeroizing::new([0; 32]);
        fill_random(key.as_mut())?;
        Ok(Self(key))
    }

    /// The key of these 32 bytes.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| Error::Cipher)?;
        Ok(Self(Zeroizing::new(bytes)))
    }

    /// The bytes, for wrapping.
    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The key as SQLCipher takes a raw key: `x'…'`.
    pub(crate) fn for_sqlcipher(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(70));
        text.push_str("x'");
        for byte in self.0.iter() {
            for nibble in [byte >> 4, byte & 15] {
                text.push(char::from(b"0123456789abcdef"[usize::from(nibble)]));
            }
        }
        text.push('\'');
        text
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(…)")
    }
}

/// How a user's name is compared: without spaces around it, in lower case.
#[must_use]
pub fn name_key(name: &str) -> String {
    name.trim().to_lowercase()
}

/// The mark of a user's slot: no name stands in the clear in the file.
#[must_use]
pub fn slot_id(project: Uuid, user: &str) -> [u8; 32] {
    Sha256::new().chain_update(project.as_bytes()).chain_update(name_key(user)).finalize().into()
}

/// Fills `bytes` from the system's random numbers.
pub(crate) fn fill_random(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes).map_err(|_| Error::Cipher)
}
