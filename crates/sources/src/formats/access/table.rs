//! A table as it is defined, and its rows as cells. Where a definition or a row is kept, `jetdb` says;
//! what the bytes of a row mean is read here, so that one bad byte costs one character and no cell,
//! and columns of fixed length are read whatever their kind.

use std::collections::HashMap;

use encoding_rs::Encoding;
use jetdb::{ColumnDef, ColumnType, FileError, index_type};
use model::{CellKind, RowBlock};

use super::complex::Complex;
use super::long::{Extent, LongValues};
use super::odd::{Odd, Oddities};
use super::pages::{Pages, Place, is_pointer};
use super::record::Record;
use super::rows::{self, LiveRows, Step};
use super::text::Writing;
use super::value::{self, LOST, Read, Shape};

/// Where a row keeps a column.
#[derive(Clone, Copy, Debug)]
enum Kept {
    /// In the bit that otherwise says whether the column is filled.
    AsBit,
    /// As so many bytes at this place.
    Fixed { offset: u16, length: usize },
    /// As this one among those of variable length.
    Variable(u16),
}

/// How the bytes of a column are to be understood.
enum Meaning {
    /// As a value.
    Plain(Shape),
    /// As the result of a formula; `None` where the file does not say of which kind.
    Calculated(Option<Shape>),
    /// As the number of a list of values or files; `None` where that list cannot be found.
    List(Option<Box<Complex>>),
}

/// A column of a table.
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: ColumnType,
    pub(super) is_auto_number: bool,
    /// Number of its list of lists, where its cells hold several values.
    pub(super) complex_id: Option<u32>,
    number: u16,
    kept: Kept,
    meaning: Meaning,
}

/// A table of a file.
pub(super) struct Table {
    /// Page of its definition, by which its pages name it.
    pub(super) owner: u32,
    pub(super) columns: Vec<Column>,
    pub(super) primary_key: Vec<String>,
    pub(super) writing: Writing,
    pages: Vec<u32>,
    /// Pages that the table claims and the file does not have.
    pub(super) missing_pages: u64,
    jet3: bool,
}

impl Table {
    /// The table `name` as its definition on page `owner` says.
    ///
    /// # Errors
    ///
    /// Where the definition is damaged.
    pub(super) fn open(pages: &mut Pages, name: &str, owner: u32, writing: Writing) -> Result<Self, FileError> {
        let definition = jetdb::read_table_def(&mut pages.reader, name, owner)?;
        let code_page = definition.text_encoding.jet3_code_page();
        let rename = |name: &str| rewrite(name, code_page, writing);
        let key = definition.indexes.iter().find(|index| index.index_type == index_type::PRIMARY);
        let key_columns = key.iter().flat_map(|key| &key.columns);
        let named = |number: u16| definition.columns.iter().find(|column| column.col_num == number);
        let primary_key = key_columns.filter_map(|part| Some(rename(&named(part.col_num)?.name))).collect();
        let columns = definition.columns.iter().map(|column| Column::new(column, rename(&column.name))).collect();
        let mut owned = definition.data_pages;
        let claimed = owned.len();
        owned.retain(|page| *page < pages.reader.page_count());
        let missing_pages = (claimed - owned.len()) as u64;
        Ok(Self { owner, columns, primary_key, writing, pages: owned, missing_pages, jet3: pages.is_jet3() })
    }

    /// Names of the columns, in the order in which Access shows them.
    pub(super) fn headers(&self) -> Vec<String> {
        self.columns.iter().map(|column| column.name.clone()).collect()
    }

    /// Number of the column `name`, from 0.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name.eq_ignore_ascii_case(name))
    }

    pub(super) fn has_calculated(&self) -> bool {
        self.columns.iter().any(|column| matches!(column.meaning, Meaning::Calculated(_)))
    }

    /// Takes in of which kind the results of formulas are, by column name in lower case.
    pub(super) fn set_results(&mut self, results: &HashMap<String, ColumnType>) {
        for column in &mut self.columns {
            let result = results.get(&column.name.to_ascii_lowercase());
            if let (Meaning::Calculated(shape), Some(kind)) = (&mut column.meaning, result) {
                *shape = Some(Shape { kind: *kind, scale: 0 });
            }
        }
    }

    /// Takes in where the lists of column number `at` are.
    pub(super) fn set_lists(&mut self, at: usize, lists: Complex) {
        if let Some(column) = self.columns.get_mut(at) {
            column.meaning = Meaning::List(Some(Box::new(lists)));
        }
    }

    pub(super) fn record<'a>(&self, bytes: &'a [u8]) -> Option<Record<'a>> {
        Record::new(bytes, self.jet3)
    }

    pub(super) fn live_rows(&self) -> LiveRows<'_> {
        LiveRows::new(&self.pages, self.owner)
    }

    /// How many rows can be read.
    pub(super) fn count(&self, pages: &mut Pages) -> u64 {
        let (mut count, mut moved, mut row) = (0, Vec::new(), Vec::new());
        for page in &self.pages {
            // As `LiveRows` finds them, without taking each off its page.
            let Some(found) = pages.get(*page, self.owner.to_le_bytes()) else { continue };
            for (slot, entry) in found.live() {
                if is_pointer(entry) {
                    moved.push(slot);
                } else {
                    count += u64::from(found.row(slot).and_then(|row| self.record(row)).is_some());
                }
            }
            for slot in moved.drain(..) {
                let is_there = rows::fetch(pages, self.owner, Place { page: *page, slot }, &mut row).is_some();
                count += u64::from(is_there && self.record(&row).is_some());
            }
        }
        count
    }
}

/// A name that `jetdb` read by the code page of the file's header, read as a person chose instead.
fn rewrite(name: &str, code_page: Option<u16>, writing: Writing) -> String {
    let (Some(code_page), Writing::Bytes(chosen)) = (code_page, writing) else { return name.to_owned() };
    let bytes = match codepage::to_encoding(code_page).map(|header| header.encode(name)) {
        Some((_, _, true)) => return name.to_owned(),
        Some((bytes, ..)) => bytes.into_owned(),
        None => name.chars().filter_map(|letter| u8::try_from(letter).ok()).collect(),
    };
    Encoding::decode_without_bom_handling(chosen, &bytes).0.into_owned()
}

impl Column {
    fn new(definition: &ColumnDef, name: String) -> Self {
        let kind = definition.col_type;
        let kept = match (kind, definition.is_fixed, definition.is_calculated) {
            (ColumnType::Boolean, true, _) | (ColumnType::Boolean, _, false) => Kept::AsBit,
            (_, true, _) => {
                let length = kind.fixed_size().unwrap_or(usize::from(definition.col_size));
                Kept::Fixed { offset: definition.fixed_offset, length }
            }
            _ => Kept::Variable(definition.var_col_num),
        };
        let meaning = match kind {
            ColumnType::ComplexType => Meaning::List(None),
            _ if definition.is_calculated && !definition.is_fixed => Meaning::Calculated(None),
            kind => Meaning::Plain(Shape { kind, scale: definition.scale }),
        };
        let (is_auto_number, complex_id) = (definition.is_auto_number(), definition.complex_id);
        Self { name, kind, is_auto_number, complex_id, number: definition.col_num, kept, meaning }
    }
}

/// Reads cells and keeps the room for them.
pub(super) struct Cells {
    pub(super) long: LongValues,
}

impl Cells {
    pub(super) fn new(pages: &Pages) -> Self {
        Self { long: LongValues::new(pages) }
    }

    /// Adds what `record` holds for `column` to `text`.
    pub(super) fn write(
        &mut self,
        pages: &mut Pages,
        record: Record<'_>,
        (column, writing): (&Column, Writing),
        text: &mut String,
    ) -> Read {
        let filled = record.is_filled(column.number);
        let stored = match column.kept {
            Kept::AsBit => return value::write_bool(text, filled),
            _ if !filled => return (CellKind::Empty, None),
            kept => bytes_of(record, kept),
        };
        let Some(bytes) = stored else { return LOST };
        match &column.meaning {
            Meaning::Plain(shape) if is_long(shape.kind) => {
                let extent = self.long.read(pages, bytes, usize::MAX);
                self.finish(extent, |value| value::write(text, *shape, value, writing))
            }
            Meaning::Plain(shape) => value::write(text, *shape, bytes, writing),
            Meaning::Calculated(Some(shape)) if shape.kind == ColumnType::Memo => {
                let extent = self.long.read(pages, bytes, usize::MAX);
                self.finish(extent, |value| calculated(text, *shape, value, writing))
            }
            Meaning::Calculated(Some(shape)) => calculated(text, *shape, bytes, writing),
            Meaning::List(Some(lists)) => match bytes.first_chunk() {
                Some(number) => lists.write(pages, self, i32::from_le_bytes(*number), text),
                None => LOST,
            },
            Meaning::Calculated(None) | Meaning::List(None) => LOST,
        }
    }

    /// What `write` makes of the long value just read, of which `extent` tells how much is there.
    fn finish(&self, extent: Extent, write: impl FnOnce(&[u8]) -> Read) -> Read {
        match extent {
            Extent::Lost => LOST,
            Extent::TooLarge => (CellKind::Empty, Some(Odd::TooLarge)),
            Extent::Whole => write(&self.long.value),
            Extent::Beginning => (write(&self.long.value).0, Some(Odd::CutShort)),
        }
    }

    /// The first `most` bytes of the OLE object that `record` holds for `column`.
    pub(super) fn object(&mut self, pages: &mut Pages, record: Record<'_>, column: &Column, most: usize) -> &[u8] {
        let field = if record.is_filled(column.number) { bytes_of(record, column.kept) } else { None };
        self.long.read(pages, field.unwrap_or_default(), most);
        &self.long.value
    }
}

fn is_long(kind: ColumnType) -> bool {
    matches!(kind, ColumnType::Memo | ColumnType::Ole)
}

fn bytes_of<'a>(record: Record<'a>, kept: Kept) -> Option<&'a [u8]> {
    match kept {
        Kept::AsBit => None,
        Kept::Fixed { offset, length } => record.fixed(offset, length),
        Kept::Variable(index) => record.variable(index),
    }
}

/// The number of column `column` in `record`, where it is a whole number of four bytes.
pub(super) fn long_of(record: Record<'_>, column: &Column) -> Option<i32> {
    let bytes = if record.is_filled(column.number) { bytes_of(record, column.kept) } else { None };
    Some(i32::from_le_bytes(*bytes?.first_chunk()?))
}

/// The result of a formula lies in an envelope: 16 bytes, its length, and the result itself.
fn calculated(text: &mut String, shape: Shape, envelope: &[u8], writing: Writing) -> Read {
    const HEADER: usize = 16;
    let length = envelope.get(HEADER..).and_then(|rest| rest.first_chunk()).map(|bytes| u32::from_le_bytes(*bytes));
    let body = envelope.get(HEADER + 4..).unwrap_or_default();
    let Some(result) = length.and_then(|length| body.get(..length as usize)) else { return LOST };
    match shape.kind {
        ColumnType::Numeric => value::write_calculated_decimal(text, result).unwrap_or(LOST),
        ColumnType::ComplexType => LOST,
        _ => value::write(text, shape, result, writing),
    }
}

/// What was read of a table since it was last asked.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) rows: RowBlock,
    /// Rows that could not be read, by number.
    pub(super) lost: Vec<u64>,
}

/// The rows of a table as cells, numbered from 1.
pub(super) struct Rows<'t> {
    table: &'t Table,
    live: LiveRows<'t>,
    cells: Cells,
    text: String,
    number: u64,
    pub(super) odd: Oddities,
}

impl<'t> Rows<'t> {
    pub(super) fn new(pages: &Pages, table: &'t Table) -> Self {
        let mut odd = Oddities::default();
        odd.lost_pages(table.missing_pages, pages.reader.page_count());
        Self { table, live: table.live_rows(), cells: Cells::new(pages), text: String::new(), number: 0, odd }
    }

    /// Adds the next row to `batch`; whether there was one.
    pub(super) fn next(&mut self, pages: &mut Pages, batch: &mut Batch) -> bool {
        let Some(step) = self.live.next(pages) else { return false };
        if let Step::LostPage(page) = step {
            self.odd.lost_pages(1, page);
            return true;
        }
        self.number += 1;
        let bytes = if step == Step::LostRow { &[] } else { self.live.bytes() };
        let Some(record) = self.table.record(bytes) else {
            batch.lost.push(self.number);
            return true;
        };
        for (column, place) in self.table.columns.iter().zip(1..) {
            self.text.clear();
            let (kind, odd) = self.cells.write(pages, record, (column, self.table.writing), &mut self.text);
            if let Some(odd) = odd {
                self.odd.add(odd, self.number, place);
            }
            batch.rows.push_cell(kind, &self.text);
        }
        batch.rows.end_row(self.number);
        true
    }

    /// Whether `batch` is large enough to be handed over.
    pub(super) fn is_full(batch: &Batch) -> bool {
        use crate::limits::{BLOCK_BYTES, BLOCK_ROWS};
        batch.rows.len() + batch.lost.len() >= BLOCK_ROWS || batch.rows.text_bytes() >= BLOCK_BYTES
    }
}
