//! Columns whose cells hold several values or attached files. The row holds only a number; the values
//! are rows of a hidden table that carry it. A cell shows them in the order in which they were added.

use std::io::Read as _;

use flate2::read::ZlibDecoder;
use jetdb::{ColumnType, FileError};
use model::CellKind;

use super::odd::Odd;
use super::pages::{Pages, Place};
use super::record::Record;
use super::rows::{Step, fetch};
use super::table::{Cells, Table, long_of};
use super::text::Writing;
use super::value::Read;

/// Stands between two values of a cell.
const BETWEEN: &str = "; ";

/// Bytes of an attached file that are enough to know its size.
const FILE_HEAD: usize = 4096;

/// What the hidden table keeps for each value, by number of its columns.
enum Kept {
    /// A value, or a former text of a memo.
    Value(usize),
    /// A file: its name and its content.
    File { name: usize, content: usize },
}

/// The lists of one column.
pub(super) struct Complex {
    hidden: Table,
    kept: Kept,
    /// The values, by number of their list and in the order of adding.
    values: Vec<(i32, i32, Place)>,
    /// Values and pages of values that cannot be read.
    pub(super) lost: u64,
}

impl Complex {
    /// The lists in the hidden table defined on page `owner`; the table defined on page `type_owner`
    /// names those of its columns that hold the values.
    ///
    /// # Errors
    ///
    /// Where one of both definitions is damaged or not of this kind.
    pub(super) fn open(pages: &mut Pages, owner: u32, type_owner: u32, writing: Writing) -> Result<Self, FileError> {
        let kinds = Table::open(pages, "", type_owner, writing)?;
        let hidden = Table::open(pages, "", owner, writing)?;
        let none = FileError::InvalidTableDef { reason: "a list of values without the columns it needs" };
        let held = |at: &usize| kinds.column(&hidden.columns[*at].name).is_some();
        let (held, others): (Vec<usize>, Vec<usize>) = (0..hidden.columns.len()).partition(held);
        let is_number = |at: &usize| hidden.columns[*at].kind == ColumnType::Long;
        let number = others.iter().copied().find(|at| is_number(at) && !hidden.columns[*at].is_auto_number);
        let order = others.iter().copied().find(|at| hidden.columns[*at].is_auto_number);
        let (Some(number), Some(kept)) = (number, Kept::of(&hidden, &held)) else { return Err(none) };
        let lost = hidden.missing_pages;
        let mut lists = Self { hidden, kept, values: Vec::new(), lost };
        lists.find(pages, number, order);
        Ok(lists)
    }

    fn find(&mut self, pages: &mut Pages, number: usize, order: Option<usize>) {
        let mut live = self.hidden.live_rows();
        while let Some(step) = live.next(pages) {
            let record = self.hidden.record(live.bytes());
            let number_of = |at: usize| long_of(record?, &self.hidden.columns[at]);
            match (step, number_of(number)) {
                (Step::Row(place), Some(list)) => {
                    self.values.push((list, order.and_then(number_of).unwrap_or(i32::MAX), place));
                }
                _ => self.lost += 1,
            }
        }
        self.values.sort_unstable();
    }

    /// Adds the values of list `number` to `text`.
    pub(super) fn write(&self, pages: &mut Pages, cells: &mut Cells, number: i32, text: &mut String) -> Read {
        let from = self.values.partition_point(|(list, ..)| *list < number);
        let list = self.values[from..].iter().take_while(|(list, ..)| *list == number);
        let (mut row, mut kind, mut odd) = (Vec::new(), CellKind::Empty, None);
        for (count, (.., place)) in list.enumerate() {
            text.push_str(if count > 0 { BETWEEN } else { "" });
            let fetched = fetch(pages, self.hidden.owner, *place, &mut row);
            let record = fetched.and_then(|()| self.hidden.record(&row));
            odd = odd.or(record.map_or(Some(Odd::Lost), |record| self.value(pages, cells, record, text)));
            kind = CellKind::Text;
        }
        (kind, odd.or((kind == CellKind::Text).then_some(Odd::Several)))
    }

    fn value(&self, pages: &mut Pages, cells: &mut Cells, record: Record<'_>, text: &mut String) -> Option<Odd> {
        let column = |at: usize| (&self.hidden.columns[at], self.hidden.writing);
        let (Kept::Value(shown) | Kept::File { name: shown, .. }) = self.kept;
        let (_, odd) = cells.write(pages, record, column(shown), text);
        if let Kept::File { content, .. } = self.kept {
            let size = size_of(cells.object(pages, record, column(content).0, FILE_HEAD));
            text.push_str(&size.map_or_else(|| " (?)".to_owned(), |size| format!(" ({size} B)")));
        }
        odd
    }
}

impl Kept {
    fn of(hidden: &Table, held: &[usize]) -> Option<Self> {
        let named = |name: &str| hidden.column(name).filter(|at| held.contains(at));
        let of_kind = |kind| held.iter().copied().find(|at| hidden.columns[*at].kind == kind);
        match (named("FileName"), named("FileData"), held) {
            (Some(name), Some(content), _) => Some(Self::File { name, content }),
            (_, _, [value]) => Some(Self::Value(*value)),
            _ => of_kind(ColumnType::Memo).map(Self::Value),
        }
    }
}

/// Size of an attached file by the start of what is stored: whether it is packed, the length of all
/// that follows, then the length of a header and the header, then the file.
fn size_of(stored: &[u8]) -> Option<u32> {
    let word = |at: usize| Some(u32::from_le_bytes(*stored.get(at..)?.first_chunk()?));
    let header = match word(0)? {
        0 => word(8)?,
        1 => {
            let mut first = [0; 4];
            ZlibDecoder::new(stored.get(8..)?).read_exact(&mut first).ok()?;
            u32::from_le_bytes(first)
        }
        _ => return None,
    };
    word(4)?.checked_sub(header)
}
