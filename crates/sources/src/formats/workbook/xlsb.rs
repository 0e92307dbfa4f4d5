//! Sheets of .xlsb: cell by cell as they stream by. The reader leaves out formulas whose result is an
//! error, so these are first written as plain error cells, in memory.

use std::collections::HashMap;
use std::io::{Cursor, Read, Seek, Write};
use std::sync::Arc;

use calamine::{DataRef, Dimensions, Reader, SheetType, SheetVisible, Xlsb, XlsbError};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::assemble::{Assembler, Odd};
use super::book::{SheetName, Sheets};
use crate::error::Error;
use crate::input::{Input, ReadSeek};

/// Kinds of record, by [MS-XLSB] 2.3.
const CELL_ERROR: u8 = 0x03;
const FORMULA_ERROR: u32 = 0x0b;
const MERGED: u32 = 0xb0;
const SHEET_OF_BOOK: u32 = 0x9c;

/// A binary workbook that streams.
pub(crate) struct Binary {
    book: Xlsb<Box<dyn ReadSeek>>,
    names: Vec<SheetName>,
    merges: HashMap<String, Vec<Dimensions>>,
    file: String,
}

impl Binary {
    /// Opens the workbook in `input`, which was found safe.
    ///
    /// # Errors
    ///
    /// Where its parts cannot be made sense of.
    pub(crate) fn open(input: &Input, file: &str) -> Result<Self, Error> {
        let damaged = |error: &dyn std::fmt::Display| Error::damaged(file, "", 0, error);
        let (repaired, merges) = repair(input.seekable(file)?).map_err(|error| damaged(&error))?;
        let input = repaired.map_or_else(|| input.clone(), |bytes| input.made_into(bytes));
        let book: Xlsb<_> = Xlsb::new(input.seekable(file)?).map_err(|error| match error {
            XlsbError::Password => Error::PasswordNeeded { file: file.to_owned() },
            error => damaged(&error),
        })?;
        let sheets = book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
        let names =
            sheets.map(|sheet| SheetName { name: sheet.name.clone(), hidden: sheet.visible != SheetVisible::Visible });
        Ok(Self { names: names.collect(), merges, file: file.to_owned(), book })
    }
}

/// The records of a part, in order: kind, where the kind stands, content. Ends at what is no record.
struct Records<'a> {
    part: &'a [u8],
    at: usize,
}

impl<'a> Records<'a> {
    fn of(part: &'a [u8]) -> Self {
        Self { part, at: 0 }
    }

    /// A number in seven-bit groups, low first, of at most `most` bytes.
    fn number(&mut self, most: u32) -> Option<u32> {
        let mut value = 0;
        for group in 0..most {
            let byte = *self.part.get(self.at)?;
            self.at += 1;
            value |= u32::from(byte & 0x7f) << (7 * group);
            if byte < 0x80 {
                break;
            }
        }
        Some(value)
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = (u32, usize, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.at;
        let kind = self.number(2)?;
        let length = self.number(4)? as usize;
        let content = self.part.get(self.at..self.at.checked_add(length)?)?;
        self.at += length;
        Some((kind, start, content))
    }
}

fn number(content: &[u8], at: usize) -> Option<u32> {
    content.get(at..at + 4)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))
}

/// What the sheets of a container need: the container anew where an error cell would be lost, and the
/// merged cells by sheet name.
type Repaired = (Option<Arc<[u8]>>, HashMap<String, Vec<Dimensions>>);

fn repair(reader: Box<dyn ReadSeek>) -> zip::result::ZipResult<Repaired> {
    let mut archive = ZipArchive::new(reader)?;
    let (mut lost, mut by_part) = (Vec::new(), HashMap::new());
    for index in 0..archive.len() {
        if let Some(part) = sheet_part(&mut archive, index)? {
            let errors: Vec<usize> = errors_in(&part).collect();
            by_part.insert(archive.by_index_raw(index)?.name()?.to_lowercase(), merges_in(&part));
            lost.extend((!errors.is_empty()).then_some(index));
        }
    }
    let names = sheet_names(&mut archive).unwrap_or_default();
    let merges = names.into_iter().filter_map(|(name, part)| Some((name, by_part.remove(&part)?))).collect();
    if lost.is_empty() { Ok((None, merges)) } else { Ok((Some(rewritten(archive, &lost)?), merges)) }
}

/// Part `index` of the container, unpacked, if it is a sheet.
fn sheet_part<R: Read + Seek>(archive: &mut ZipArchive<R>, index: usize) -> zip::result::ZipResult<Option<Vec<u8>>> {
    let mut part = archive.by_index(index)?;
    let name = part.name()?.to_lowercase();
    if !name.contains("/worksheets/") || !name.ends_with(".bin") {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    part.read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

fn errors_in(part: &[u8]) -> impl Iterator<Item = usize> {
    Records::of(part).filter(|(kind, ..)| *kind == FORMULA_ERROR).map(|(_, start, _)| start)
}

fn merges_in(part: &[u8]) -> Vec<Dimensions> {
    let merged = Records::of(part).filter(|(kind, ..)| *kind == MERGED);
    let place = |content: &[u8]| {
        let (first, last) = (number(content, 0)?, number(content, 4)?);
        Some(Dimensions::new((first, number(content, 8)?), (last, number(content, 12)?)))
    };
    merged.filter_map(|(_, _, content)| place(content)).collect()
}

/// The container with the error formulas of the sheets `lost` as plain error cells: both begin with
/// the place, the style and the error, so that only the kind of the record differs.
fn rewritten<R: Read + Seek>(mut archive: ZipArchive<R>, lost: &[usize]) -> zip::result::ZipResult<Arc<[u8]>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for index in 0..archive.len() {
        let part = if lost.contains(&index) { sheet_part(&mut archive, index)? } else { None };
        let Some(mut bytes) = part else {
            writer.raw_copy_file(archive.by_index_raw(index)?)?;
            continue;
        };
        for start in errors_in(&bytes.clone()) {
            bytes.get_mut(start).into_iter().for_each(|kind| *kind = CELL_ERROR);
        }
        let name = archive.by_index_raw(index)?.name()?.into_owned();
        writer.start_file(name, options.compression_level(Some(1)))?;
        writer.write_all(&bytes)?;
    }
    Ok(writer.finish()?.into_inner().into())
}

/// The sheets of the workbook: name, and the name of its part in lower case.
fn sheet_names<R: Read + Seek>(archive: &mut ZipArchive<R>) -> Option<Vec<(String, String)>> {
    let mut relations = String::new();
    archive.by_name("xl/_rels/workbook.bin.rels").ok()?.read_to_string(&mut relations).ok()?;
    let attribute = |tag: &str, name: &str| {
        let (_, rest) = tag.split_once(&format!("{name}=\""))?;
        Some(rest.split_once('"')?.0.to_owned())
    };
    let tags = relations.split('<').filter(|tag| tag.starts_with("Relationship "));
    let targets: HashMap<_, _> =
        tags.filter_map(|tag| Some((attribute(tag, "Id")?, attribute(tag, "Target")?))).collect();
    let mut book = Vec::new();
    archive.by_name("xl/workbook.bin").ok()?.read_to_end(&mut book).ok()?;
    let sheets = Records::of(&book).filter(|(kind, ..)| *kind == SHEET_OF_BOOK);
    let sheet = |content: &[u8]| {
        let (relation, after) = wide(content, 8)?;
        let (name, _) = wide(content, after)?;
        Some((name, format!("xl/{}", targets.get(&relation)?).to_lowercase()))
    };
    Some(sheets.filter_map(|(_, _, content)| sheet(content)).collect())
}

/// The text at `at`, led by its length, and where it ends.
fn wide(content: &[u8], at: usize) -> Option<(String, usize)> {
    let start = at + 4;
    let end = start.checked_add(usize::try_from(number(content, at)?).ok()?.checked_mul(2)?)?;
    let units = content.get(start..end)?.as_chunks().0.iter().map(|unit| u16::from_le_bytes(*unit));
    Some((char::decode_utf16(units).map(|sign| sign.unwrap_or(char::REPLACEMENT_CHARACTER)).collect(), end))
}

impl Sheets for Binary {
    fn names(&self) -> &[SheetName] {
        &self.names
    }

    fn merges(&mut self, sheet: usize) -> Vec<Dimensions> {
        let name = self.names.get(sheet).map(|sheet| &sheet.name);
        name.and_then(|name| self.merges.get(name)).cloned().unwrap_or_default()
    }

    fn send(&mut self, sheet: usize, mut rows: Assembler) -> Result<Odd, Error> {
        let name = self.names.get(sheet).map(|sheet| sheet.name.clone()).unwrap_or_default();
        let file = &self.file;
        let failed = |row: u32, error: XlsbError| Error::damaged(file, &name, u64::from(row), error);
        let mut reader = self.book.worksheet_cells_reader(&name).map_err(|error| failed(0, error))?;
        loop {
            match reader.next_cell() {
                Ok(Some(cell)) => {
                    let value: &DataRef<'_> = cell.get_value();
                    if rows.cell(cell.get_position(), value, None).is_err() {
                        return Ok(rows.odd);
                    }
                    rows.check_padding(file, &name)?;
                }
                Ok(None) => return Ok(rows.finish()),
                Err(XlsbError::CellError(_)) => {
                    let row = rows.row;
                    rows.odd.unreadable.add(row, 0);
                }
                Err(error) => return Err(failed(rows.row, error)),
            }
        }
    }

    fn is_1904(&self) -> bool {
        self.book.has_1904_epoch()
    }
}
