//! The first 64 KiB of a project file: what it is, and the slots.
//!
//! | at            | bytes | what |
//! |---------------|-------|------|
//! | 0             | 16    | [`MAGIC`] |
//! | 16            | 4     | container version, little endian like all numbers |
//! | 20            | 16    | id of the project |
//! | 36            | 32    | SHA-256 of the above |
//! | 4096          | 28672 | first copy of the slot area |
//! | 32768         | 28672 | second copy |
//! | 65536         |       | the database |
//!
//! A copy holds its sequence number (8 bytes), the format of the database (4), the number of slots (4)
//! and the slots; its last 32 bytes are the SHA-256 of all before. A change is written to the older
//! copy, brought to the disk, and only then to the other: a power cut leaves one whole copy at any
//! moment, and a slot that was taken away is soon gone from both.

use std::path::Path;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::handle::Handle;
use super::slot::{Holder, SLOT_BYTES, Slot};
use crate::error::{Error, Result};

/// How every project file begins. As with PNG, the odd bytes show a transfer that changed them.
pub const MAGIC: &[u8; 16] = b"\x89DAFTAR\r\n\x1a\n\0\0\0\0\0";

/// Bytes of the header; the same number stands in `vfs/offset.c`.
pub const HEADER_BYTES: usize = 65_536;

/// Most slots a header takes: 127 users and the recovery key.
pub const SLOTS: usize = 128;

/// Version of the layout above.
const CONTAINER: u32 = 1;
/// Where the two copies of the slot area begin.
const COPIES: [usize; 2] = [4096, 32_768];
/// Bytes of a copy.
const COPY_BYTES: usize = 28_672;
/// Bytes of a SHA-256.
const SUM: usize = 32;
/// Bytes of a copy before its slots.
const COPY_START: usize = 16;
/// Bytes before the sum of the fixed part.
const FIXED: usize = 36;

/// What the header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Id of the project.
    pub project: Uuid,
    /// Format of the database: number of its last migration.
    pub format_version: u32,
    /// Who can unlock the file.
    pub slots: Vec<Slot>,
    sequence: u64,
}

impl Header {
    /// The header of a new project.
    #[must_use]
    pub fn new(project: Uuid, format_version: u32) -> Self {
        Self { project, format_version, slots: Vec::new(), sequence: 0 }
    }

    /// Reads the header, whole or with one damaged copy.
    ///
    /// # Errors
    ///
    /// [`Error::NotAProject`], [`Error::NewerThanApp`] for a container or database of a newer Daftar
    /// than one with format `app_version`, [`Error::Corrupt`] where no copy is whole.
    pub(crate) fn read(handle: &Handle, app_version: u32) -> Result<Self> {
        let bytes = handle.read_start(HEADER_BYTES)?;
        let project = fixed_part(&bytes, handle.path())?;
        let newest = COPIES.iter().filter_map(|at| copy_at(&bytes, *at)).max_by_key(|copy| copy.sequence);
        let copy = newest.ok_or(Error::Corrupt { part: "slots" })?;
        refuse_newer(handle.path(), copy.format_version, app_version)?;
        Ok(Self { project, ..copy })
    }

    /// Writes a new file's header: the fixed part and both copies.
    pub(crate) fn write_new(&mut self, handle: &Handle) -> Result<()> {
        let mut fixed = Vec::with_capacity(FIXED + SUM);
        fixed.extend_from_slice(MAGIC);
        fixed.extend_from_slice(&CONTAINER.to_le_bytes());
        fixed.extend_from_slice(self.project.as_bytes());
        let sum = Sha256::digest(&fixed);
        fixed.extend_from_slice(&sum);
        handle.write_at(0, &fixed)?;
        self.save(handle)
    }

    /// Writes both copies of the slot area, the older first, each to the disk before the next.
    pub(crate) fn save(&mut self, handle: &Handle) -> Result<()> {
        for _ in COPIES {
            self.sequence += 1;
            let copy = usize::from(self.sequence.is_multiple_of(2));
            handle.write_at(COPIES[copy], &self.encode_copy()?)?;
        }
        Ok(())
    }

    /// The slot of the user with this [`super::slot_id`].
    #[must_use]
    pub fn slot(&self, id: &[u8; 32]) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.holder != Holder::Recovery && slot.id == *id)
    }

    /// The slot of the recovery key, or that of the user who made the project.
    #[must_use]
    pub fn slot_of(&self, holder: Holder) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.holder == holder)
    }

    /// Puts a slot in the place of the one with the same holder and id, or behind the others.
    ///
    /// # Errors
    ///
    /// [`Error::TooManyUsers`] where no place is left.
    pub fn put(&mut self, slot: Slot) -> Result<()> {
        let recovery = slot.holder == Holder::Recovery;
        let same = |old: &&mut Slot| (old.holder == Holder::Recovery) == recovery && old.id == slot.id;
        if let Some(old) = self.slots.iter_mut().find(same) {
            *old = slot;
        } else if self.slots.len() < SLOTS {
            self.slots.push(slot);
        } else {
            return Err(Error::TooManyUsers { most: SLOTS - 1 });
        }
        Ok(())
    }

    /// Takes a user's slot away.
    pub fn remove(&mut self, id: &[u8; 32]) {
        self.slots.retain(|slot| slot.holder == Holder::Recovery || slot.id != *id);
    }

    fn encode_copy(&self) -> Result<Vec<u8>> {
        let count = u32::try_from(self.slots.len()).map_err(|_| Error::TooManyUsers { most: SLOTS - 1 })?;
        let mut bytes = Vec::with_capacity(COPY_BYTES);
        bytes.extend_from_slice(&self.sequence.to_le_bytes());
        bytes.extend_from_slice(&self.format_version.to_le_bytes());
        bytes.extend_from_slice(&count.to_le_bytes());
        self.slots.iter().for_each(|slot| bytes.extend_from_slice(&slot.encode()));
        bytes.resize(COPY_BYTES - SUM, 0);
        let sum = Sha256::digest(&bytes);
        bytes.extend_from_slice(&sum);
        Ok(bytes)
    }
}

/// The id of the project, from the part of the header that never changes.
fn fixed_part(bytes: &[u8], path: &Path) -> Result<Uuid> {
    if !bytes.starts_with(MAGIC) {
        return Err(Error::NotAProject { path: path.to_path_buf() });
    }
    let damaged = Error::Corrupt { part: "header" };
    let (Some(fixed), Some(sum)) = (bytes.get(..FIXED), bytes.get(FIXED..FIXED + SUM)) else { return Err(damaged) };
    refuse_newer(path, number(fixed, MAGIC.len()).unwrap_or_default(), CONTAINER)?;
    if Sha256::digest(fixed).as_slice() != sum {
        return Err(damaged);
    }
    Uuid::from_slice(&fixed[20..]).map_err(|_| damaged)
}

fn refuse_newer(path: &Path, file_version: u32, app_version: u32) -> Result<()> {
    if file_version > app_version {
        return Err(Error::NewerThanApp { path: path.to_path_buf(), file_version, app_version });
    }
    Ok(())
}

/// The copy of the slot area at `at`, or `None` where it is damaged.
fn copy_at(bytes: &[u8], at: usize) -> Option<Header> {
    let (content, sum) = bytes.get(at..at + COPY_BYTES)?.split_at(COPY_BYTES - SUM);
    if Sha256::digest(content).as_slice() != sum {
        return None;
    }
    let sequence = u64::from_le_bytes(content.get(..8)?.try_into().ok()?);
    let count = usize::try_from(number(content, 12)?).ok().filter(|count| *count <= SLOTS)?;
    let (slots, _) = content.get(COPY_START..)?.as_chunks::<SLOT_BYTES>();
    let slots = slots.iter().take(count).map(Slot::decode).collect::<Option<Vec<_>>>()?;
    Some(Header { project: Uuid::nil(), format_version: number(content, 8)?, slots, sequence })
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}
