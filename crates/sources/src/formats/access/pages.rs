//! The pages of a file, decrypted, and the slots on them. A page that is damaged is no page; a disk
//! that fails is remembered, so that reading ends with its error.

use std::io::{self, ErrorKind};
use std::ops::Range;

use jetdb::{FileError, PageReader, PageType};

use crate::error::Error;
use crate::input::ReadSeek;
use crate::source::Secret;

/// A slot that holds a deleted row, or the body of a row whose pointer is elsewhere.
pub(super) const DELETED: u16 = 0x8000;

/// A slot that holds a pointer to the body of a row.
const POINTER: u16 = 0x4000;

/// Where in its page the row of a slot begins.
const OFFSET: u16 = 0x1fff;

/// Where a page names the table that owns it.
const OWNER: Range<usize> = 4..8;

/// Who owns the pages of memos and OLE objects.
pub(super) const LONG_VALUES: [u8; 4] = *b"LVAL";

/// Where something is stored: a page and a slot on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Place {
    pub(super) page: u32,
    pub(super) slot: u16,
}

impl Place {
    /// The place that the first four bytes of `bytes` point to.
    pub(super) fn pointed(bytes: &[u8]) -> Option<Self> {
        let [slot, page @ ..] = *bytes.first_chunk::<4>()?;
        Some(Self { page: u32::from_le_bytes([page[0], page[1], page[2], 0]), slot: u16::from(slot) })
    }
}

/// The pages of an opened file.
pub(super) struct Pages {
    pub(super) reader: PageReader,
    failed: Option<io::Error>,
}

impl Pages {
    /// Opens `source`, with the `password` where there is one.
    ///
    /// # Errors
    ///
    /// Where it is no Access file, damaged, or the password is missing or wrong.
    pub(super) fn open(source: Box<dyn ReadSeek>, password: Option<&Secret>) -> Result<Self, FileError> {
        let reader = PageReader::open_reader_with_password(source, password.map(Secret::expose))?;
        Ok(Self { reader, failed: None })
    }

    /// Whether the file is of Access 97 or older.
    pub(super) fn is_jet3(&self) -> bool {
        self.reader.header().version.is_jet3()
    }

    /// Whether Access asks for a password to open an .mdb file. Its rows are readable without.
    pub(super) fn has_open_password(&mut self) -> bool {
        /// Where the first page holds the password, which is blank where there is none.
        const PASSWORD: usize = 0x42;
        /// Where it holds the day on which the file was made, as a number of days.
        const MADE: usize = 0x72;
        let version = self.reader.header().version;
        let Ok(page) = self.reader.read_page(0) else { return false };
        let made = page.get(MADE..).and_then(|rest| rest.first_chunk()).map(|bytes| f64::from_le_bytes(*bytes) as i32);
        // Newer files hide the password under that day.
        let mask = if version.is_jet3() { [0; 4] } else { made.unwrap_or_default().to_le_bytes() };
        let length = if version.is_jet3() { 20 } else { 40 };
        let password = page.get(PASSWORD..PASSWORD + length).unwrap_or_default();
        !version.is_accdb() && password.iter().zip(mask.iter().cycle()).any(|(byte, mask)| byte != mask)
    }

    /// The rows page `number`, if `owner` owns it.
    pub(super) fn get(&mut self, number: u32, owner: [u8; 4]) -> Option<Page<'_>> {
        let slots_at = self.reader.format().data_row_count_pos;
        let bytes = match self.reader.read_page(number) {
            Ok(bytes) => bytes,
            Err(FileError::Io(error)) if error.kind() != ErrorKind::UnexpectedEof => {
                self.failed.get_or_insert(error);
                return None;
            }
            Err(_) => return None,
        };
        let owned = bytes.first() == Some(&(PageType::Data as u8)) && bytes.get(OWNER) == Some(&owner);
        let page = Page { bytes, slots_at };
        (owned && page.slots().is_some()).then_some(page)
    }

    /// Copies what is in the slot at `place` of a page of `owner`; whether it is only a pointer.
    pub(super) fn copy(&mut self, place: Place, owner: [u8; 4], into: &mut Vec<u8>) -> Option<bool> {
        let page = self.get(place.page, owner)?;
        let bytes = page.row(place.slot)?;
        into.clear();
        into.extend_from_slice(bytes);
        Some(page.entry(place.slot)? & POINTER != 0)
    }

    /// # Errors
    ///
    /// That of the disk, where it failed since it was last asked.
    pub(super) fn check(&mut self, file: &str) -> Result<(), Error> {
        self.failed.take().map_or(Ok(()), |error| Err(Error::from_io(file, error)))
    }
}

/// A page of rows: a list of slots from its start, and the rows themselves from its end.
#[derive(Clone, Copy)]
pub(super) struct Page<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) slots_at: usize,
}

impl<'a> Page<'a> {
    fn word(&self, at: usize) -> Option<u16> {
        Some(u16::from_le_bytes(*self.bytes.get(at..)?.first_chunk()?))
    }

    /// How many slots the page has; `None` where their list would not fit on it.
    pub(super) fn slots(&self) -> Option<u16> {
        let slots = self.word(self.slots_at)?;
        (self.slots_at + 2 + usize::from(slots) * 2 <= self.bytes.len()).then_some(slots)
    }

    /// What the list says about `slot`: where its row begins, and of what kind it is.
    pub(super) fn entry(&self, slot: u16) -> Option<u16> {
        self.word(self.slots_at + 2 + usize::from(slot) * 2).filter(|_| self.slots() > Some(slot))
    }

    /// The slots whose rows are alive, and what the list says about each.
    pub(super) fn live(self) -> impl Iterator<Item = (u16, u16)> + use<'a> {
        let entries = (0..self.slots().unwrap_or_default()).filter_map(move |slot| Some((slot, self.entry(slot)?)));
        entries.filter(|(_, entry)| entry & DELETED == 0)
    }

    /// The bytes of `slot`, which lie below those of the slot before it.
    pub(super) fn row(&self, slot: u16) -> Option<&'a [u8]> {
        let start = usize::from(self.entry(slot)? & OFFSET);
        let end = match slot.checked_sub(1) {
            Some(before) => usize::from(self.entry(before)? & OFFSET),
            None => self.bytes.len(),
        };
        if start < end { self.bytes.get(start..end) } else { None }
    }
}

/// Puts the row that `row` points to in its place; `None` where the pointers lead nowhere.
pub(super) fn follow(pages: &mut Pages, owner: [u8; 4], row: &mut Vec<u8>) -> Option<()> {
    /// Pointers, one leading to the next, after which a row is taken to be damaged.
    const HOPS: usize = 8;
    for _ in 0..HOPS {
        let place = Place::pointed(row)?;
        if !pages.copy(place, owner, row)? {
            return Some(());
        }
    }
    None
}

/// Whether the slot with this `entry` is a pointer.
pub(super) fn is_pointer(entry: u16) -> bool {
    entry & POINTER != 0
}
