//! Long values: memos and OLE objects, which lie in the row, on one other page or on a chain of pages.

use std::collections::HashSet;

use super::pages::{LONG_VALUES, Pages, Place};
use crate::limits::ACCESS_VALUE;

/// The upper bits of a length say where the value lies.
const WHERE: u32 = 0xc000_0000;
const IN_ROW: u32 = 0x8000_0000;
const ON_ONE_PAGE: u32 = 0x4000_0000;
const ON_A_CHAIN: u32 = 0;

/// Bytes before a value that lies in its row.
const HEADER: usize = 12;

/// How much of a value could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// All of it, or as much as was asked for.
    Whole,
    /// Its beginning; the rest is damaged.
    Beginning,
    /// Nothing.
    Lost,
    /// Nothing: it is larger than [`ACCESS_VALUE`].
    TooLarge,
}

/// Reads long values and keeps the room for them.
pub(super) struct LongValues {
    /// The value read last.
    pub(super) value: Vec<u8>,
    part: Vec<u8>,
    seen: HashSet<Place>,
    /// Bytes that may still be read: values share no pages, so all of them are no larger than the file.
    budget: u64,
}

impl LongValues {
    /// For the values of one table of the file with these `pages`.
    pub(super) fn new(pages: &Pages) -> Self {
        let budget = u64::from(pages.reader.page_count()) * pages.reader.format().page_size as u64;
        Self { value: Vec::new(), part: Vec::new(), seen: HashSet::new(), budget }
    }

    /// Reads the value that `field`, the bytes in the row, stands for; `most` bytes of it are enough.
    pub(super) fn read(&mut self, pages: &mut Pages, field: &[u8], most: usize) -> Extent {
        self.value.clear();
        let Some(head) = field.first_chunk::<4>().map(|head| u32::from_le_bytes(*head)) else {
            return if field.is_empty() { Extent::Whole } else { Extent::Lost };
        };
        let length = (head & !WHERE) as usize;
        if length > ACCESS_VALUE && most > ACCESS_VALUE {
            return Extent::TooLarge;
        }
        match head & WHERE {
            IN_ROW => self.add(field.get(HEADER..).unwrap_or_default(), length),
            ON_ONE_PAGE => self.one_page(pages, field, length),
            ON_A_CHAIN => self.chain(pages, field, length, most),
            _ => return Extent::Lost,
        }
        match self.value.len() {
            read if read >= length.min(most) => Extent::Whole,
            0 => Extent::Lost,
            _ => Extent::Beginning,
        }
    }

    /// Adds `bytes`, but never more than the value is to have.
    fn add(&mut self, bytes: &[u8], length: usize) {
        let room = length - self.value.len();
        self.value.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
    }

    fn one_page(&mut self, pages: &mut Pages, field: &[u8], length: usize) {
        let mut part = std::mem::take(&mut self.part);
        if field.get(4..).and_then(Place::pointed).and_then(|place| pages.copy(place, LONG_VALUES, &mut part)).is_some()
        {
            self.spend(part.len());
            self.add(&part, length);
        }
        self.part = part;
    }

    /// Each part begins with the place of the next one; a chain that leads back to itself is damaged.
    fn chain(&mut self, pages: &mut Pages, field: &[u8], length: usize, most: usize) {
        self.seen.clear();
        let mut part = std::mem::take(&mut self.part);
        let mut next = field.get(4..).and_then(Place::pointed);
        while let Some(place) = next.filter(|place| place.page != 0 && self.value.len() < length.min(most)) {
            let new = self.seen.insert(place);
            if !new || self.budget == 0 || pages.copy(place, LONG_VALUES, &mut part).is_none() {
                break;
            }
            self.spend(part.len());
            self.add(part.get(4..).unwrap_or_default(), length);
            next = Place::pointed(&part);
        }
        self.part = part;
    }

    fn spend(&mut self, bytes: usize) {
        self.budget = self.budget.saturating_sub(bytes as u64);
    }
}
