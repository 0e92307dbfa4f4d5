//! One slot of the header: the data key, wrapped for one user or for the recovery key.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use hkdf::Hkdf;
use sha2::Sha256;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::recovery::RecoveryKey;
use super::{DataKey, fill_random, kdf::Kdf, slot_id};
use crate::error::{Error, Result};

/// Bytes of a slot in the file.
pub const SLOT_BYTES: usize = 136;

/// Whom a slot is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A user, found by the mark of the name.
    User,
    /// The user who made the project: the command line's default user.
    Creator,
    /// Whoever has the recovery key.
    Recovery,
}

impl Holder {
    fn code(self) -> u8 {
        match self {
            Self::User => 1,
            Self::Creator => 2,
            Self::Recovery => 3,
        }
    }

    fn from_code(code: u8) -> Option<Self> {
        [Self::User, Self::Creator, Self::Recovery].into_iter().find(|holder| holder.code() == code)
    }
}

/// A wrapped data key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Whom it is for.
    pub holder: Holder,
    /// [`slot_id`] of the user's name; zeros for the recovery key.
    pub id: [u8; 32],
    kdf: Kdf,
    salt: [u8; 16],
    nonce: [u8; 24],
    wrapped: [u8; 48],
}

impl Slot {
    /// Wraps `key` for a user.
    ///
    /// # Errors
    ///
    /// [`Error::Cipher`] where the costs are refused or there are no random numbers.
    pub fn for_user(project: Uuid, user: &User<'_>, key: &DataKey) -> Result<Self> {
        let holder = if user.creator { Holder::Creator } else { Holder::User };
        let mut slot = Self::empty(holder, slot_id(project, user.name), user.kdf)?;
        let wrapping = slot.kdf.derive(user.passphrase, &slot.salt)?;
        slot.wrap(project, &wrapping, key)?;
        Ok(slot)
    }

    /// Wraps `key` for the recovery key.
    ///
    /// # Errors
    ///
    /// [`Error::Cipher`] where there are no random numbers.
    pub fn for_recovery(project: Uuid, recovery: &RecoveryKey, key: &DataKey) -> Result<Self> {
        let mut slot = Self::empty(Holder::Recovery, [0; 32], Kdf { memory_kib: 0, passes: 0, lanes: 0 })?;
        let wrapping = stretch(project, recovery, &slot.salt)?;
        slot.wrap(project, &wrapping, key)?;
        Ok(slot)
    }

    /// The data key, by the user's passphrase.
    ///
    /// # Errors
    ///
    /// [`Error::WrongPassphrase`].
    pub fn open(&self, project: Uuid, passphrase: &str) -> Result<DataKey> {
        let wrapping = self.kdf.derive(passphrase, &self.salt)?;
        self.unwrap_with(project, &wrapping).ok_or(Error::WrongPassphrase)
    }

    /// The data key, by the recovery key.
    ///
    /// # Errors
    ///
    /// [`Error::WrongRecoveryKey`].
    pub fn recover(&self, project: Uuid, recovery: &RecoveryKey) -> Result<DataKey> {
        let wrapping = stretch(project, recovery, &self.salt)?;
        self.unwrap_with(project, &wrapping).ok_or(Error::WrongRecoveryKey)
    }

    /// What a guess at this slot costs.
    #[must_use]
    pub fn kdf(&self) -> Kdf {
        self.kdf
    }

    fn empty(holder: Holder, id: [u8; 32], kdf: Kdf) -> Result<Self> {
        let mut slot = Self { holder, id, kdf, salt: [0; 16], nonce: [0; 24], wrapped: [0; 48] };
        fill_random(&mut slot.salt)?;
        fill_random(&mut slot.nonce)?;
        Ok(slot)
    }

    fn wrap(&mut self, project: Uuid, wrapping: &[u8; 32], key: &DataKey) -> Result<()> {
        let aad = self.bound_to(project);
        let payload = Payload { msg: key.bytes(), aad: &aad };
        let sealed = XChaCha20Poly1305::new(wrapping.into()).encrypt((&self.nonce).into(), payload);
        self.wrapped = sealed.map_err(|_| Error::Cipher)?.try_into().map_err(|_| Error::Cipher)?;
        Ok(())
    }

    fn unwrap_with(&self, project: Uuid, wrapping: &[u8; 32]) -> Option<DataKey> {
        let aad = self.bound_to(project);
        let payload = Payload { msg: &self.wrapped, aad: &aad };
        let opened = XChaCha20Poly1305::new(wrapping.into()).decrypt((&self.nonce).into(), payload);
        DataKey::from_bytes(&Zeroizing::new(opened.ok()?)).ok()
    }

    /// What the wrapped key is tied to: a slot moved to another user or project does not open.
    fn bound_to(&self, project: Uuid) -> [u8; 48] {
        let mut bytes = [0; 48];
        bytes[..32].copy_from_slice(&self.id);
        bytes[32..].copy_from_slice(project.as_bytes());
        bytes
    }

    /// The slot as it stands in the file.
    #[must_use]
    pub fn encode(&self) -> [u8; SLOT_BYTES] {
        let mut bytes = [0; SLOT_BYTES];
        bytes[0] = self.holder.code();
        bytes[4..8].copy_from_slice(&self.kdf.memory_kib.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.kdf.passes.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.kdf.lanes.to_le_bytes());
        bytes[16..48].copy_from_slice(&self.id);
        bytes[48..64].copy_from_slice(&self.salt);
        bytes[64..88].copy_from_slice(&self.nonce);
        bytes[88..136].copy_from_slice(&self.wrapped);
        bytes
    }

    /// The slot of these bytes, or `None` for ones that no Daftar writes.
    #[must_use]
    pub fn decode(bytes: &[u8; SLOT_BYTES]) -> Option<Self> {
        let number = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        let kdf = Kdf { memory_kib: number(4)?, passes: number(8)?, lanes: number(12)? };
        let holder = Holder::from_code(bytes[0])?;
        if holder != Holder::Recovery && !kdf.is_sane() {
            return None;
        }
        Some(Self {
            holder,
            kdf,
            id: bytes[16..48].try_into().ok()?,
            salt: bytes[48..64].try_into().ok()?,
            nonce: bytes[64..88].try_into().ok()?,
            wrapped: bytes[88..136].try_into().ok()?,
        })
    }
}

/// For whom a slot is made.
#[derive(Clone, Copy)]
pub struct User<'a> {
    /// The name to sign in with.
    pub name: &'a str,
    /// The passphrase as it was prepared by `users::passphrase`.
    pub passphrase: &'a str,
    /// What a guess shall cost.
    pub kdf: Kdf,
    /// Whether it is the user who makes the project.
    pub creator: bool,
}

/// The wrapping key of a recovery key. HKDF is enough: the key has 160 random bits, which no
/// slowness would make harder to guess.
fn stretch(project: Uuid, recovery: &RecoveryKey, salt: &[u8; 16]) -> Result<Zeroizing<[u8; 32]>> {
    let mut wrapping = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(Some(salt), recovery.bytes())
        .expand_multi_info(&[b"daftar recovery slot 1", project.as_bytes()], wrapping.as_mut())
        .map_err(|_| Error::Cipher)?;
    Ok(wrapping)
}
