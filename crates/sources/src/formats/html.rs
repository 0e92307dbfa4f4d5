//! Web pages that portals give out as "Excel": every table with anything in it. The page is never held
//! as a whole; a tokenizer that follows the HTML standard gives its tags one by one, and what tags are
//! left out or wrongly closed is put up with.

use std::path::Path;

use calamine::{DataRef, Dimensions};
use html5gum::emitters::default::DefaultEmitter;
use html5gum::{HtmlString, IoReader, StartTag, Token, Tokenizer};
use model::Message;

use super::Format;
use super::markup::{Decoded, Markup, from_read, head};
use super::workbook::assemble::{Assembler, Odd};
use super::workbook::book::{self, SheetName, Sheets};
use crate::error::Error;
use crate::isolate;
use crate::limits::{MERGES, PAGE_KEPT, PAGE_TABLES, SHEET_COLUMNS};
use crate::scan::Scan;
use crate::source::{Note, Options, Source};

/// Web pages with tables.
pub(crate) const FORMAT: Format = Format { code: "html", extensions: &["html", "htm"], recognises, open };

/// What a page begins with; where it begins with anything else, it must have a table soon.
const STARTS: [&str; 4] = ["<!doctype html", "<html", "<table", "<meta "];

/// Widest and tallest cells, by the HTML standard.
const WIDEST: u32 = 1_000;
const TALLEST: u32 = 65_534;

fn recognises(scan: &Scan) -> bool {
    let is_page = |head: String| {
        let is_sheet = head.contains("urn:schemas-microsoft-com:office:spreadsheet") && head.starts_with("<?xml");
        let starts = STARTS.iter().any(|start| head.starts_with(start));
        !is_sheet && (starts || head.contains("<table") || head.contains("<html"))
    };
    head(scan).is_some_and(is_page)
}

fn open(path: &Path, mut scan: Scan, options: &Options) -> Result<Box<dyn Source>, Error> {
    let page = Markup::new(&mut scan, options)?;
    let stem = scan.stem().to_owned();
    let file = scan.file.clone();
    let mut page = isolate::run(&file, || look_at(page, &stem))?;
    if page.tables.is_empty() {
        return Err(Error::NotSupportedYet { file, what: "source.kind.html" });
    }
    let (mut notes, encoding) = (page.markup.notes(), page.markup.encoding());
    notes.extend(page.tables.iter().filter(|table| table.is_cut_off).map(|table| {
        let message = Message::new("source.note.cut_off").with("table", &table.name);
        Note::new("cut-off", &table.name, message)
    }));
    page.names = page.tables.iter().map(|table| SheetName { name: table.name.clone(), hidden: false }).collect();
    book::open_text(path, scan, options, &FORMAT, Box::new(page), (encoding, notes))
}

/// A table of the page.
#[derive(Default)]
struct Table {
    /// Its number among all tables of the page.
    number: usize,
    name: String,
    merges: Vec<Dimensions>,
    is_filled: bool,
    /// Whether the page ends inside it.
    is_cut_off: bool,
    /// Its cells, where the page is small enough to keep them.
    kept: Option<Vec<(u32, u32, String)>>,
}

/// A web page.
struct Page {
    markup: Markup,
    tables: Vec<Table>,
    names: Vec<SheetName>,
}

/// Finds the tables of a page, and names those without a caption by `stem`.
fn look_at(markup: Markup, stem: &str) -> Result<Page, Error> {
    let mut tables: Vec<Table> = Vec::new();
    let mut kept = 0;
    walk(&markup, &mut |found| {
        let (Found::Caption(number, _) | Found::CutOff(number) | Found::Cell { table: number, .. }) = found;
        while tables.len() <= number && number <= PAGE_TABLES {
            tables.push(Table { number: tables.len(), kept: Some(Vec::new()), ..Table::default() });
        }
        let Some(table) = tables.get_mut(number) else { return false };
        match found {
            Found::Caption(_, text) => table.name = text,
            Found::CutOff(_) => table.is_cut_off = true,
            Found::Cell { row, column, text, wide, tall, .. } => {
                table.is_filled |= !text.is_empty();
                if (wide > 1 || tall > 1) && table.merges.len() < MERGES {
                    table.merges.push(Dimensions::new((row, column), (row + tall - 1, column + wide - 1)));
                }
                kept += text.len() + size_of::<(u32, u32, String)>();
                match &mut table.kept {
                    Some(cells) if kept <= PAGE_KEPT => cells.push((row, column, text)),
                    cells => *cells = None,
                }
            }
        }
        tables.len() <= PAGE_TABLES
    })?;
    if tables.len() > PAGE_TABLES {
        return Err(Error::too_large(&markup.file, "", 0));
    }
    tables.retain(|table| table.is_filled);
    name_tables(&mut tables, stem);
    Ok(Page { markup, tables, names: Vec::new() })
}

fn name_tables(tables: &mut [Table], stem: &str) {
    let mut taken = std::collections::BTreeMap::<String, u32>::new();
    for table in tables {
        if table.name.is_empty() {
            stem.clone_into(&mut table.name);
        }
        let count = taken.entry(table.name.clone()).or_default();
        *count += 1;
        if *count > 1 {
            table.name = format!("{} ({count})", table.name);
        }
    }
}

impl Sheets for Page {
    fn names(&self) -> &[SheetName] {
        &self.names
    }

    fn merges(&mut self, sheet: usize) -> Vec<Dimensions> {
        self.tables.get(sheet).map(|table| table.merges.clone()).unwrap_or_default()
    }

    fn send(&mut self, sheet: usize, mut rows: Assembler) -> Result<Odd, Error> {
        let Some(table) = self.tables.get(sheet) else { return Ok(rows.finish()) };
        let mut open = true;
        let mut send = |row, column, text: &str| {
            open = rows.cell((row, column), &DataRef::SharedString(text), None).is_ok();
            open
        };
        match &table.kept {
            Some(cells) => {
                let _ = cells.iter().all(|(row, column, text)| send(*row, *column, text));
            }
            None => walk(&self.markup, &mut |found| match found {
                Found::Cell { table: number, row, column, text, .. } if number == table.number => {
                    send(row, column, &text)
                }
                _ => true,
            })?,
        }
        Ok(if open { rows.finish() } else { rows.odd })
    }

    fn is_1904(&self) -> bool {
        false
    }
}

/// What a walk through a page meets; tables are numbered from 0 as they begin.
enum Found {
    /// The caption of a table.
    Caption(usize, String),
    /// The page ends inside a table.
    CutOff(usize),
    /// A cell, with the columns and rows that it takes.
    Cell { table: usize, row: u32, column: u32, text: String, wide: u32, tall: u32 },
}

/// Goes through the page until `take` wants no more.
fn walk(markup: &Markup, take: &mut dyn FnMut(Found) -> bool) -> Result<(), Error> {
    let mut emitter = DefaultEmitter::default();
    // The contents of scripts and styles are no tags.
    emitter.naively_switch_states(true);
    let reader: IoReader<Decoded> = IoReader::new(markup.reader()?);
    let mut walk = Walk { take, open: Vec::new(), begun: 0, ignoring: None, goes_on: true };
    for token in Tokenizer::new_with_emitter(reader, emitter) {
        match token.map_err(|error| from_read(&markup.file, error))? {
            Token::StartTag(tag) => walk.start(&tag),
            Token::EndTag(tag) => walk.end(&tag.name),
            Token::String(text) => walk.text(&String::from_utf8_lossy(&text)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
        if !walk.goes_on {
            return Ok(());
        }
    }
    while let Some(table) = walk.open.last() {
        let number = table.number;
        walk.close_table();
        (walk.take)(Found::CutOff(number));
    }
    Ok(())
}

/// Where in a table the walk is.
#[derive(Default)]
struct Open {
    number: usize,
    /// Row at hand, from 0; `None` before the first.
    row: Option<u32>,
    /// Column of the next cell.
    column: u32,
    /// For each column, how many rows from this one on a cell from above takes.
    from_above: Vec<u32>,
    /// The cell or caption that is open.
    text: Option<Text>,
    wide: u32,
    tall: u32,
    is_caption: bool,
}

/// A text as a browser shows it: white space is one space, a line break is one.
#[derive(Default)]
struct Text {
    text: String,
    space: bool,
}

impl Text {
    fn push(&mut self, piece: &str) {
        for sign in piece.chars() {
            if sign.is_ascii_whitespace() {
                self.space = true;
                continue;
            }
            if self.space && !self.text.is_empty() && !self.text.ends_with('\n') {
                self.text.push(' ');
            }
            self.space = false;
            self.text.push(sign);
        }
    }

    fn end_line(&mut self) {
        self.space = false;
        if !self.text.is_empty() {
            self.text.push('\n');
        }
    }

    /// The whole text; spaces at its ends, also those that do not break, only keep a cell open.
    fn finish(self) -> String {
        self.text.trim().to_owned()
    }
}

struct Walk<'a> {
    take: &'a mut dyn FnMut(Found) -> bool,
    /// Tables that are open, the innermost last.
    open: Vec<Open>,
    /// Tables that have begun so far.
    begun: usize,
    /// The tag whose content is no text.
    ignoring: Option<HtmlString>,
    goes_on: bool,
}

fn number(tag: &StartTag<()>, name: &str, most: u32) -> u32 {
    let value = tag.attributes.get(name.as_bytes()).map(|value| String::from_utf8_lossy(value).trim().to_owned());
    value.and_then(|value| value.parse().ok()).filter(|value| *value > 0).unwrap_or(1).min(most)
}

impl Walk<'_> {
    fn start(&mut self, tag: &StartTag<()>) {
        match tag.name.as_slice() {
            b"script" | b"style" | b"title" | b"template" if !tag.self_closing => {
                self.ignoring = Some(tag.name.clone());
            }
            b"table" => {
                self.open.push(Open { number: self.begun, ..Open::default() });
                self.begun += 1;
            }
            b"tr" => self.start_row(),
            b"td" | b"th" => self.start_cell(number(tag, "colspan", WIDEST), number(tag, "rowspan", TALLEST)),
            b"caption" => {
                self.close_cell();
                if let Some(table) = self.open.last_mut() {
                    (table.text, table.is_caption) = (Some(Text::default()), true);
                }
            }
            b"br" => self.on_text(Text::end_line),
            b"p" | b"div" | b"li" => self.text(" "),
            _ => {}
        }
    }

    fn end(&mut self, name: &HtmlString) {
        if self.ignoring.as_ref() == Some(name) {
            self.ignoring = None;
        }
        match name.as_slice() {
            b"table" => self.close_table(),
            b"td" | b"th" | b"tr" | b"caption" => self.close_cell(),
            b"p" | b"div" | b"li" => self.text(" "),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.ignoring.is_none() {
            self.on_text(|open| open.push(text));
        }
    }

    fn on_text(&mut self, act: impl FnOnce(&mut Text)) {
        if let Some(text) = self.open.last_mut().and_then(|table| table.text.as_mut()) {
            act(text);
        }
    }

    fn start_row(&mut self) {
        self.close_cell();
        let Some(table) = self.open.last_mut() else { return };
        if table.row.is_some() {
            table.from_above.iter_mut().for_each(|rows| *rows = rows.saturating_sub(1));
        }
        table.row = Some(table.row.map_or(0, |row| row.saturating_add(1)));
        table.column = 0;
    }

    fn start_cell(&mut self, wide: u32, tall: u32) {
        self.close_cell();
        if self.open.last().is_some_and(|table| table.row.is_none()) {
            self.start_row();
        }
        let Some(table) = self.open.last_mut() else { return };
        let taken = |column: u32| table.from_above.get(column as usize).is_some_and(|rows| *rows > 0);
        while taken(table.column) {
            table.column += 1;
        }
        (table.wide, table.tall, table.text) = (wide, tall, Some(Text::default()));
    }

    /// Hands over the cell or caption that is open, if there is one.
    fn close_cell(&mut self) {
        let Some(table) = self.open.last_mut() else { return };
        let Some(text) = table.text.take() else { return };
        if std::mem::take(&mut table.is_caption) {
            self.goes_on &= (self.take)(Found::Caption(table.number, text.finish()));
            return;
        }
        let (column, row) = (table.column, table.row.unwrap_or(0));
        table.column = column.saturating_add(table.wide).min(SHEET_COLUMNS);
        if table.tall > 1 {
            let end = table.column as usize;
            table.from_above.resize(table.from_above.len().max(end), 0);
            for rows in table.from_above.iter_mut().take(end).skip(column as usize) {
                *rows = table.tall;
            }
        }
        let cell =
            Found::Cell { table: table.number, row, column, text: text.finish(), wide: table.wide, tall: table.tall };
        self.goes_on &= (self.take)(cell);
    }

    fn close_table(&mut self) {
        self.close_cell();
        self.open.pop();
    }
}
