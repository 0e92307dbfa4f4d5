//! Workbooks under a password: decrypted in memory, and held for opened only where what comes out is a
//! workbook.

use office_crypto::DecryptError;

use crate::error::Error;
use crate::input::Input;
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
    let mut bytes = input.whole(file)?;
    // What cannot be found in a damaged file is left for the library to refuse.
    let _ = fit(&mut bytes);
    let password = options.password.as_ref().map_or(NO_PASSWORD, |password| password.expose());
    let refused = || match options.password {
        None => Error::PasswordNeeded { file: file.to_owned() },
        Some(_) => Error::WrongPassword { file: file.to_owned() },
    };
    match office_crypto::decrypt_from_bytes(bytes, password) {
        // A wrong password gives bytes too, but none that begin like a container.
        Ok(bytes) if bytes.starts_with(b"PK\x03\x04") => Ok(input.made_into(bytes.into())),
        Ok(_) => Err(refused()),
        Err(DecryptError::Unimplemented(_)) => {
            Err(Error::NotSupportedYet { file: file.to_owned(), what: "source.kind.locked" })
        }
        Err(error) if options.password.is_some() => Err(Error::damaged(file, "", 0, error)),
        Err(_) => Err(refused()),
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..at + 4)?.first_chunk().map(|bytes| u64::from(u32::from_le_bytes(*bytes)))
}

/// Cuts the stream of the encrypted workbook to the length that it tells itself. By [MS-OFFCRYPTO]
/// 2.3.4.4 it may be longer, which the library takes for damage.
fn fit(file: &mut [u8]) -> Option<()> {
    /// Entries of the directory begin at multiples of this, by [MS-CFB] 2.6.
    const ENTRY: usize = 128;
    /// Where an entry tells the first sector and the length of its stream.
    const FIRST: usize = 116;
    const LENGTH: usize = 120;
    /// Shorter streams are kept in another way.
    const SHORT: u64 = 4096;
    let name: Vec<u8> = "EncryptedPackage\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let entry = (0..file.len()).step_by(ENTRY).find(|at| file.get(*at..).is_some_and(|at| at.starts_with(&name)))?;
    let sector_bits = file.get(30).filter(|bits| **bits == 9 || **bits == 12)?;
    let stream = (number(file, entry + FIRST)? + 1).checked_shl(u32::from(*sector_bits))?;
    let told = number(file, usize::try_from(stream).ok()?)?;
    let needed = told.div_ceil(16) * 16 + 8;
    if (SHORT..number(file, entry + LENGTH)?).contains(&needed) {
        let length = u32::try_from(needed).ok()?.to_le_bytes();
        file.get_mut(entry + LENGTH..entry + LENGTH + 4)?.copy_from_slice(&length);
    }
    Some(())
}
