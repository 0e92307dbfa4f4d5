//! What is odd in the rows of a table, counted while they are read, with the place of the first.

use model::Message;

use crate::source::Note;

/// What can be odd about a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Odd {
    /// A character of it could not be read.
    Replaced,
    /// It holds something that cannot be read.
    Lost,
    /// Its end cannot be read.
    CutShort,
    /// A date that no calendar has.
    BadDate,
    /// It is larger than [`crate::limits::ACCESS_VALUE`].
    TooLarge,
    /// It holds several values or files, which stand in one cell.
    Several,
}

impl Odd {
    /// All of them, in the order in which they are told, with code and words.
    const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::Replaced, "replaced-bytes", "source.note.replaced"),
        (Self::Lost, "cell-unreadable", "source.note.access_lost"),
        (Self::CutShort, "cell-cut-short", "source.note.access_cut_short"),
        (Self::BadDate, "date-out-of-range", "source.note.access_date"),
        (Self::TooLarge, "cell-too-large", "source.note.access_too_large"),
    ];
}

/// How often something was met, and where first.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    count: u64,
    first: (u64, u32),
}

/// What was odd in a table so far.
#[derive(Default)]
pub(super) struct Oddities {
    cells: [Tally; Odd::ALL.len()],
    /// For each column with several values in a cell: how many such cells, and the first one.
    several: Vec<Tally>,
    lost_pages: u64,
    first_lost_page: u32,
}

impl Oddities {
    /// Counts `odd` in `row` and `column`, both from 1.
    pub(super) fn add(&mut self, odd: Odd, row: u64, column: u32) {
        let several = || self.several.iter().position(|tally| tally.first.1 == column);
        let tally = match Odd::ALL.iter().position(|(known, ..)| *known == odd) {
            Some(at) => &mut self.cells[at],
            None => {
                let at = several().unwrap_or(self.several.len());
                self.several.resize(self.several.len().max(at + 1), Tally::default());
                &mut self.several[at]
            }
        };
        if tally.count == 0 {
            tally.first = (row, column);
        }
        tally.count += 1;
    }

    /// Counts `count` pages that could not be read, the first of which is `page`.
    pub(super) fn lost_pages(&mut self, count: u64, page: u32) {
        if self.lost_pages == 0 {
            self.first_lost_page = page;
        }
        self.lost_pages += count;
    }

    /// The notes for `table` with these `headers`.
    pub(super) fn into_notes(self, table: &str, headers: &[String]) -> Vec<Note> {
        let place = |code, key, tally: Tally| {
            let (row, column) = tally.first;
            let message = Message::new(key).with("count", tally.count).with("row", row).with("column", column);
            Note::new(code, table, message).at(row).in_column(column)
        };
        let cells = Odd::ALL.iter().zip(self.cells).filter(|(_, tally)| tally.count > 0);
        let mut notes: Vec<Note> = cells.map(|((_, code, key), tally)| place(code, key, tally)).collect();
        for tally in self.several {
            let header = headers.get(tally.first.1 as usize - 1).map_or("", String::as_str);
            let message = Message::new("source.note.access_several").with("count", tally.count).with("header", header);
            notes.push(Note::new("several-values", table, message).at(tally.first.0).in_column(tally.first.1));
        }
        if self.lost_pages > 0 {
            let message = Message::new("source.note.access_lost_pages").with("count", self.lost_pages);
            notes.push(Note::new("pages-unreadable", table, message.with("page", self.first_lost_page)));
        }
        notes
    }
}
