//! Passphrases and the recovery key of a project.

use std::path::Path;

use chrono::{DateTime, Utc};

use super::{FORMAT_VERSION, Held, Project};
use crate::access_log;
use crate::error::{Error, Result};
use crate::users::{self, Permission};
use crate::vault::header::Header;
use crate::vault::kdf::Kdf;
use crate::vault::recovery::RecoveryKey;
use crate::vault::slot::{self, Holder, Slot};
use crate::vault::{DataKey, slot_id};

/// Opens `slot` with a passphrase as it was typed. Where there is no slot, as much time goes by: who
/// guesses cannot tell a wrong name from a wrong passphrase.
pub(super) fn unwrap(header: &Header, slot: Option<&Slot>, typed: &str) -> Result<(Slot, DataKey)> {
    let passphrase = users::normalised(typed);
    let Some(slot) = slot else {
        kdf_of(header).derive(&passphrase, &[0; 16])?;
        return Err(Error::WrongPassphrase);
    };
    Ok((slot.clone(), slot.open(header.project, &passphrase)?))
}

/// What guesses cost in this project.
fn kdf_of(header: &Header) -> Kdf {
    header.slots.iter().find(|slot| slot.holder != Holder::Recovery).map_or(Kdf::STANDARD, Slot::kdf)
}

impl Project {
    /// Opens the project with the recovery key, and gives `user` a new passphrase.
    ///
    /// # Errors
    ///
    /// [`Error::WrongRecoveryKey`], [`Error::UnknownUser`], [`Error::UserDisabled`],
    /// [`Error::PassphraseTooShort`], and those of [`Project::open`].
    pub fn open_with_recovery(
        path: &Path,
        key: &RecoveryKey,
        user: &str,
        new_passphrase: &str,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let passphrase = users::passphrase(new_passphrase)?;
        let held = Held::take(path)?;
        let header = Header::read(&held.handle, FORMAT_VERSION)?;
        let recovery = header.slot_of(Holder::Recovery).ok_or(Error::WrongRecoveryKey)?;
        let data_key = recovery.recover(header.project, key)?;
        let creator = header.slot(&slot_id(header.project, user)).is_some_and(|slot| slot.holder == Holder::Creator);
        let new = slot::User { name: user, passphrase: &passphrase, kdf: kdf_of(&header), creator };
        let slot = Slot::for_user(header.project, &new, &data_key)?;
        let opened = Self::attach(path, held, header, data_key, &slot);
        let project = opened.map_err(|error| match error {
            Error::WrongPassphrase => Error::UnknownUser { name: user.to_owned() },
            other => other,
        })?;
        project.change_slots(|header, _| header.put(slot))?;
        project.log(access_log::RECOVERED, &[], now)?;
        Ok(project)
    }

    /// Checks a passphrase, as at a locked screen.
    ///
    /// # Errors
    ///
    /// [`Error::WrongPassphrase`], [`Error::UserDisabled`].
    pub fn verify_passphrase(&self, user: &str, passphrase: &str) -> Result<()> {
        let header = self.header();
        unwrap(&header, header.slot(&slot_id(header.project, user)), passphrase)?;
        match users::find(self.connection(), user) {
            Ok(found) if found.disabled => Err(Error::UserDisabled { name: found.name }),
            Ok(_) => Ok(()),
            Err(Error::UnknownUser { .. }) => Err(Error::WrongPassphrase),
            Err(other) => Err(other),
        }
    }

    /// Changes the passphrase of `user`, who knows the old one.
    ///
    /// # Errors
    ///
    /// [`Error::WrongPassphrase`] for the old one, [`Error::PassphraseTooShort`] for the new one.
    pub fn change_passphrase(&self, user: &str, old: &str, new: &str, now: DateTime<Utc>) -> Result<()> {
        self.verify_passphrase(user, old)?;
        self.give_passphrase(user, new)?;
        self.log(access_log::PASSPHRASE_CHANGED, &[("user", user.trim())], now)
    }

    /// Makes a new recovery key; the old one no longer opens this file.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`] but for administrators.
    pub fn renew_recovery_key(&self, now: DateTime<Utc>) -> Result<RecoveryKey> {
        self.require(Permission::ManageUsers)?;
        let recovery = RecoveryKey::random()?;
        self.change_slots(|header, key| header.put(Slot::for_recovery(header.project, &recovery, key)?))?;
        self.log(access_log::RECOVERY_RENEWED, &[], now)?;
        Ok(recovery)
    }

    /// Writes the slot of a user with a new passphrase.
    pub(crate) fn give_passphrase(&self, user: &str, passphrase: &str) -> Result<()> {
        let passphrase = users::passphrase(passphrase)?;
        self.change_slots(|header, key| {
            let id = slot_id(header.project, user);
            let creator = header.slot(&id).is_some_and(|slot| slot.holder == Holder::Creator);
            let user = slot::User { name: user, passphrase: &passphrase, kdf: self.kdf(), creator };
            header.put(Slot::for_user(header.project, &user, key)?)
        })
    }
}
