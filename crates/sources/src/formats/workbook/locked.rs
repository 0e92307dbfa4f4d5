//! Workbooks under a password: decrypted in memory, and held for opened only where what comes out is a
//! workbook.

use office_crypto::DecryptError;

use super::input::Input;
use crate::error::Error;
use crate::source::Options;

/// The password of workbooks that Excel opens without asking for one.
const NO_PASSWORD: &str = "VelvetSweatshop";

/// The decrypted workbook.
///
/// # Errors
///
/// [`Error::PasswordNeeded`], [`Error::WrongPassword`], [`Error::NotSupportedYet`] for a kind of
/// encryption that is not read, [`Error::Damaged`].
pub(crate) fn unlock(input: &Input, file: &str, options: &Options) -> Result<Input, Error> {
    let bytes = input.whole(file)?;
    let password = options.password.as_ref().map_or(NO_PASSWORD, |password| password.expose());
    let refused = || match options.password {
        None => Error::PasswordNeeded { file: file.to_owned() },
        Some(_) => Error::WrongPassword { file: file.to_owned() },
    };
    match office_crypto::decrypt_from_bytes(bytes, password) {
        // A wrong password gives bytes too, but none that begin like a container.
        Ok(bytes) if bytes.starts_with(b"PK\x03\x04") => Ok(Input::Memory(bytes.into())),
        Ok(_) => Err(refused()),
        Err(DecryptError::Unimplemented(_)) => {
            Err(Error::NotSupportedYet { file: file.to_owned(), what: "source.kind.locked" })
        }
        Err(error) if options.password.is_some() => Err(Error::damaged(file, "", 0, error)),
        Err(_) => Err(refused()),
    }
}
