//! Excel workbooks (.xlsx, .xlsm): every sheet, also hidden ones, cell by cell as they stream by.

mod assemble;
mod cells;
mod guard;

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::mpsc::SyncSender;

use calamine::{Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use model::{Message, RowBlock, Watch};

use self::assemble::{Assembler, Odd};
use super::Format;
use crate::error::Error;
use crate::header;
use crate::isolate;
use crate::lander::{Lander, Sample, sample, table_notes};
use crate::limits::SNIFF_RECORDS;
use crate::scan::{Scan, Stamp, open_file};
use crate::source::{Note, Options, Probe, ReadSummary, Sink, Source, Stop, TableInfo};

/// Excel workbooks.
pub(crate) const FORMAT: Format = Format { code: "xlsx", extensions: &["xlsx", "xlsm"], recognises, open };

type Book = Xlsx<BufReader<File>>;

fn recognises(scan: &Scan) -> bool {
    scan.head.starts_with(b"PK\x03\x04") || scan.head.starts_with(guard::OLE)
}

/// A workbook that has been opened.
struct Workbook {
    path: PathBuf,
    stamp: Stamp,
    book: Book,
    probe: Probe,
}

fn open(path: &Path, scan: Scan, options: &Options) -> Result<Box<dyn Source>, Error> {
    let file = scan.file.clone();
    let reader = || Ok::<_, Error>(BufReader::new(open_file(path, &file)?));
    if scan.head.starts_with(guard::OLE) {
        let encrypted = guard::is_encrypted(reader()?, &scan.head);
        let old = Error::NotSupportedYet { file: file.clone(), what: "source.kind.office_old" };
        return Err(if encrypted { Error::PasswordNeeded { file } } else { old });
    }
    let container = reader()?;
    isolate::run(&file, || guard::check(container, &file))?;
    let container = reader()?;
    let book = isolate::run(&file, || Xlsx::new(container).map_err(|error| from_calamine(&file, "", 0, error)))?;
    let probe = Probe {
        file: file.clone(),
        format: FORMAT.code,
        sha256: scan.sha256,
        bytes: scan.bytes,
        notes: crate::name_note(&file, &FORMAT).into_iter().collect(),
        ..Probe::default()
    };
    let mut workbook = Workbook { path: path.to_owned(), stamp: scan.stamp, book, probe };
    workbook.look_at_sheets(options)?;
    Ok(Box::new(workbook))
}

fn from_calamine(file: &str, sheet: &str, row: u64, error: XlsxError) -> Error {
    match error {
        XlsxError::Password => Error::PasswordNeeded { file: file.to_owned() },
        error => Error::damaged(file, sheet, row, error),
    }
}

/// Enough rows have come by.
#[derive(Debug, thiserror::Error)]
#[error("enough rows")]
struct Enough;

impl Workbook {
    fn look_at_sheets(&mut self, options: &Options) -> Result<(), Error> {
        let sheets = self.book.sheets_metadata().to_vec();
        let mut first_error = None;
        let mut readable = 0;
        for sheet in sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet) {
            let mut info = TableInfo { name: sheet.name.clone(), ..TableInfo::default() };
            info.hidden = sheet.visible != SheetVisible::Visible;
            match self.look_at(&sheet.name, options) {
                Ok((header_row, start)) => {
                    readable += usize::from(!start.rows.is_empty() || !start.headers.is_empty());
                    info.header_row = header_row;
                    (info.headers, info.preamble) = (start.headers, start.preamble);
                    (info.rows, info.sample) = (start.total, start.rows);
                }
                Err(error) => {
                    let message = Message::new("source.note.table_unreadable").with("table", &sheet.name);
                    self.probe.notes.push(Note::new("table-unreadable", &sheet.name, message));
                    first_error.get_or_insert(error);
                }
            }
            self.probe.tables.push(info);
        }
        match first_error {
            Some(error) if readable == 0 => Err(error),
            None if readable == 0 => Err(Error::Empty { file: self.probe.file.clone() }),
            _ => Ok(()),
        }
    }

    fn look_at(&mut self, sheet: &str, options: &Options) -> Result<(Option<u64>, Sample), Error> {
        let chosen = options.header_for(sheet);
        let header_row = match chosen {
            Some(row) => (row > 0).then_some(row),
            None => header::find(&self.first_rows(sheet)?),
        };
        let start = sample(sheet, header_row, |lander| self.rows(sheet, lander))?;
        self.probe.notes.extend(table_notes(sheet, header_row, chosen.is_some(), &start));
        Ok((header_row, start))
    }

    fn first_rows(&mut self, sheet: &str) -> Result<Vec<(u64, Vec<String>)>, Error> {
        let mut rows = Vec::new();
        let mut take = |block: &RowBlock| {
            let texts = |row: model::RowRef<'_>| (row.number(), row.cells().map(|cell| cell.text.to_owned()).collect());
            rows.extend(block.rows().take(SNIFF_RECORDS - rows.len()).map(texts));
            if rows.len() < SNIFF_RECORDS { Ok(()) } else { Err(Error::Stopped(Stop(Box::new(Enough)))) }
        };
        match self.stream(sheet, &mut take) {
            Ok(_) | Err(Error::Stopped(_)) => Ok(rows),
            Err(error) => Err(error),
        }
    }

    /// Gives all rows of `sheet` to `take`, block after block.
    fn stream(&mut self, sheet: &str, take: &mut dyn FnMut(&RowBlock) -> Result<(), Error>) -> Result<Odd, Error> {
        let file = self.probe.file.clone();
        let book = &mut self.book;
        isolate::stream(&file, |sender| read_sheet(book, &file, sheet, sender), |block: RowBlock| take(&block))
    }

    fn rows(&mut self, sheet: &str, lander: &mut Lander<'_, '_>) -> Result<ReadSummary, Error> {
        let odd = self.stream(sheet, &mut |block| {
            lander.check()?;
            block.rows().try_for_each(|row| lander.row(row.number(), &row))
        })?;
        lander.finish(odd.notes(sheet), false)
    }
}

/// Whether the reader can go on behind `error`, which is about a single cell.
fn is_about_a_cell(error: &XlsxError) -> bool {
    use XlsxError::{CellError, CellTAttribute, ParseFloat, Unexpected, Unrecognized};
    matches!(error, CellError(_) | CellTAttribute(_) | ParseFloat(_) | Unrecognized { .. })
        || matches!(error, Unexpected(what) if what.starts_with("Cell string index"))
}

/// Runs in the reader thread: sends all rows of `sheet`.
fn read_sheet(book: &mut Book, file: &str, sheet: &str, sender: SyncSender<RowBlock>) -> Result<Odd, Error> {
    let is_1904 = book.has_1904_epoch();
    let failed = |row: u32, error| from_calamine(file, sheet, u64::from(row), error);
    let mut reader = book.worksheet_cells_reader(sheet).map_err(|error| failed(0, error))?;
    let mut assembler = Assembler::new(sender, is_1904);
    loop {
        match reader.next_cell_with_formula_metadata() {
            Ok(Some(cell)) => {
                if assembler.cell(&cell).is_err() {
                    return Ok(assembler.odd);
                }
                assembler.check_padding(file, sheet)?;
            }
            Ok(None) => return Ok(assembler.finish()),
            Err(error) if is_about_a_cell(&error) => {
                let row = assembler.row;
                assembler.odd.unreadable.add(row, 0);
            }
            Err(error) => return Err(failed(assembler.row, error)),
        }
    }
}

impl Source for Workbook {
    fn probe(&self) -> &Probe {
        &self.probe
    }

    fn read(&mut self, table: usize, sink: &mut Sink<'_>, watch: &dyn Watch) -> Result<ReadSummary, Error> {
        let file = self.probe.file.clone();
        let no_table = || Error::NoSuchTable { file: file.clone(), table };
        let info = self.probe.tables.get(table).ok_or_else(no_table)?;
        let (name, header_row) = (info.name.clone(), info.header_row);
        self.stamp.check(&self.path, &file)?;
        let summary = self.rows(&name, &mut Lander::new(&name, header_row, sink, watch))?;
        self.stamp.check(&self.path, &file)?;
        Ok(summary)
    }
}
