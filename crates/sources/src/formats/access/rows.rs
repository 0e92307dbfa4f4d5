//! Finds the rows of a table that are alive, slot by slot and page by page, and follows the pointers
//! to rows that moved. The pages themselves come from `jetdb`; its own row reader is not used, as it
//! takes the bodies of moved rows for rows and so brings deleted ones back.

use super::pages::{DELETED, Page, Pages, Place, follow, is_pointer};

/// What comes next in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A row; [`LiveRows::bytes`] are its bytes.
    Row(Place),
    /// A row that is there and cannot be read.
    LostRow,
    /// A page of the table that cannot be read, with whatever rows it had.
    LostPage(u32),
}

/// The live rows of one table.
pub(super) struct LiveRows<'t> {
    /// Numbers of the pages that the table owns.
    pages: &'t [u32],
    owner: [u8; 4],
    /// How many of `pages` were begun.
    pub(super) begun: usize,
    /// The slot to look at next, on a copy of the page begun last.
    next: Place,
    slots: u16,
    slots_at: usize,
    page: Vec<u8>,
    row: Vec<u8>,
}

impl<'t> LiveRows<'t> {
    /// The rows on `pages`, which the table defined on page `owner` owns.
    pub(super) fn new(pages: &'t [u32], owner: u32) -> Self {
        let (owner, next) = (owner.to_le_bytes(), Place { page: 0, slot: 0 });
        Self { pages, owner, begun: 0, next, slots: 0, slots_at: 0, page: Vec::new(), row: Vec::new() }
    }

    /// Bytes of the row found last.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.row
    }

    /// The next row in the order of the file; `None` behind the last one.
    pub(super) fn next(&mut self, pages: &mut Pages) -> Option<Step> {
        loop {
            if self.next.slot >= self.slots {
                self.next = Place { page: *self.pages.get(self.begun)?, slot: 0 };
                self.begun += 1;
                if self.load(pages).is_none() {
                    return Some(Step::LostPage(self.next.page));
                }
                continue;
            }
            let place = self.next;
            self.next.slot += 1;
            let page = Page { bytes: &self.page, slots_at: self.slots_at };
            let entry = page.entry(place.slot).unwrap_or(DELETED);
            if entry & DELETED == 0 {
                self.row.clear();
                self.row.extend_from_slice(page.row(place.slot).unwrap_or_default());
                let lost = is_pointer(entry) && follow(pages, self.owner, &mut self.row).is_none();
                return Some(if lost || self.row.is_empty() { Step::LostRow } else { Step::Row(place) });
            }
        }
    }

    fn load(&mut self, pages: &mut Pages) -> Option<()> {
        self.slots = 0;
        let page = pages.get(self.next.page, self.owner)?;
        (self.slots, self.slots_at) = (page.slots()?, page.slots_at);
        self.page.clear();
        self.page.extend_from_slice(page.bytes);
        Some(())
    }
}

/// Reads the row at `place` of the table defined on page `owner` into `row`.
pub(super) fn fetch(pages: &mut Pages, owner: u32, place: Place, row: &mut Vec<u8>) -> Option<()> {
    let owner = owner.to_le_bytes();
    if pages.copy(place, owner, row)? { follow(pages, owner, row) } else { Some(()) }
}
