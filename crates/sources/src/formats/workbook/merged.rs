//! The merged cells of a sheet of .xlsx. Excel writes them behind the rows, so all rows have to be unpacked to
//! come to them, but not to be made sense of: that would cost as much as reading the sheet.

use std::io::{BufReader, Cursor, Read};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use calamine::Dimensions;
use memchr::memmem;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use crate::input::ReadSeek;
use crate::limits::CHUNK;
use crate::scan::fill;

/// Name of the element that holds them.
const LIST: &str = "mergeCells";

/// Bytes of a tag's beginning that may lie before [`LIST`]: an angle bracket and a prefix.
const PREFIX: usize = 64;

/// The merged cells of the sheets, which are looked for in a thread of its own.
pub(crate) struct Merges {
    count: usize,
    /// Those of each sheet in turn; `None` for one whose rows cannot be found.
    found: Receiver<Option<Vec<Dimensions>>>,
    taken: Vec<Option<Vec<Dimensions>>>,
}

impl Merges {
    /// Begins to look; none in a container that is arranged in a way that Excel does not.
    pub(crate) fn find(container: Box<dyn ReadSeek>) -> Option<Self> {
        let mut parts = Parts::find(container)?;
        let count = parts.sheets.len();
        let (sender, found) = sync_channel(1);
        thread::spawn(move || (0..count).try_for_each(|sheet| sender.send(parts.merges(sheet))));
        Some(Self { count, found, taken: Vec::new() })
    }

    /// How many sheets of any kind the workbook has.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// The merged cells of sheet number `sheet`, of those of any kind, once; `None` where they cannot be known.
    pub(crate) fn take(&mut self, sheet: usize) -> Option<Vec<Dimensions>> {
        while self.taken.len() <= sheet {
            self.taken.push(self.found.recv().ok()?);
        }
        self.taken.get_mut(sheet)?.take()
    }
}

/// The sheets of a workbook in its container.
struct Parts {
    archive: ZipArchive<Box<dyn ReadSeek>>,
    /// Number in the archive of each sheet, in the order of the workbook; `None` where it cannot be told.
    sheets: Vec<Option<usize>>,
}

impl Parts {
    /// Finds the sheets; none where the container is arranged in a way that Excel does not.
    fn find(container: Box<dyn ReadSeek>) -> Option<Self> {
        let mut archive = ZipArchive::new(container).ok()?;
        let targets = attributes(&mut archive, "xl/_rels/workbook.xml.rels", "Relationship", ["Id", "Target"])?;
        let ids = attributes(&mut archive, "xl/workbook.xml", "sheet", ["id", "id"])?;
        let target = |id: &str| targets.iter().find(|[known, _]| known == id).map(|[_, target]| target.as_str());
        let path = |id: &str| {
            let target = target(id)?;
            Some(target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned))
        };
        let sheets = ids.iter().map(|[id, _]| archive.index_for_name(&path(id)?)).collect();
        Some(Self { archive, sheets })
    }

    /// The merged cells of sheet number `sheet`, of those of any kind; `None` where its rows cannot be found.
    fn merges(&mut self, sheet: usize) -> Option<Vec<Dimensions>> {
        let part = self.sheets.get(sheet).copied().flatten()?;
        let rows = self.archive.by_index(part).ok()?;
        Some(merges(rows).unwrap_or_default())
    }
}

/// Two attributes of each `element` of the part `path`, by their names without a prefix.
fn attributes(
    archive: &mut ZipArchive<impl Read + std::io::Seek>,
    path: &str,
    element: &str,
    names: [&str; 2],
) -> Option<Vec<[String; 2]>> {
    let mut reader = Reader::from_reader(BufReader::new(archive.by_name(path).ok()?));
    let (mut found, mut buffer) = (Vec::new(), Vec::new());
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Start(start) | Event::Empty(start) if start.local_name().as_ref() == element => {
                let [first, second] = names;
                found.push([attribute(&start, first)?, attribute(&start, second)?]);
            }
            Event::Eof => return Some(found),
            _ => {}
        }
    }
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = start.attributes().flatten();
    let found = attributes.find(|attribute| attribute.key.local_name().as_ref() == name)?;
    Some(found.value.as_ref().to_owned())
}

/// The merged cells of the sheet in `part`; `None` where it breaks off.
fn merges(mut part: impl Read) -> Option<Vec<Dimensions>> {
    let Some(start) = find_list(&mut part)? else { return Some(Vec::new()) };
    let mut reader = Reader::from_reader(BufReader::new(Cursor::new(start).chain(part)));
    reader.config_mut().check_end_names = false;
    let (mut merges, mut buffer) = (Vec::new(), Vec::new());
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Start(cell) | Event::Empty(cell) if cell.local_name().as_ref() == "mergeCell" => {
                merges.extend(attribute(&cell, "ref").and_then(|range| dimensions(&range)));
            }
            Event::Empty(list) if list.local_name().as_ref() == LIST => return Some(merges),
            Event::End(list) if list.local_name().as_ref() == LIST => return Some(merges),
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// Reads on to the list and gives what was read of it already; the inner `None` where the sheet has none.
fn find_list(part: &mut impl Read) -> Option<Option<Vec<u8>>> {
    let finder = memmem::Finder::new(LIST);
    let mut buffer = vec![0; CHUNK];
    // What a tag may have begun with at the end of the last piece.
    let mut kept = 0;
    loop {
        let count = fill(part, buffer.get_mut(kept..)?).ok()?;
        let piece = buffer.get(..kept + count)?;
        if let Some(at) = finder.find_iter(piece).find_map(|at| tag_of(piece, at)) {
            return Some(Some(piece.get(at..)?.to_vec()));
        }
        if kept + count < buffer.len() {
            return Some(None);
        }
        let keep = PREFIX + LIST.len();
        buffer.copy_within(CHUNK - keep.., 0);
        kept = keep;
    }
}

/// Where the tag begins whose name ends at `at` of `piece` with [`LIST`], if it is one.
fn tag_of(piece: &[u8], at: usize) -> Option<usize> {
    let before = piece.get(at.saturating_sub(PREFIX)..at)?;
    let open = before.iter().rposition(|byte| *byte == b'<')?;
    let prefix = before.get(open + 1..)?;
    let is_prefix = match prefix.split_last() {
        None => true,
        Some((colon, name)) => *colon == b':' && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80),
    };
    is_prefix.then_some(at - prefix.len() - 1)
}

/// The cells of a range such as `A1:C2`, counted from 0.
fn dimensions(range: &str) -> Option<Dimensions> {
    let (first, last) = range.split_once(':').unwrap_or((range, range));
    let ((top, left), (bottom, right)) = (place(first)?, place(last)?);
    Some(Dimensions::new((top.min(bottom), left.min(right)), (top.max(bottom), left.max(right))))
}

/// Row and column of a cell such as `C2`.
fn place(cell: &str) -> Option<(u32, u32)> {
    let digits = cell.find(|sign: char| sign.is_ascii_digit())?;
    let (letters, row) = cell.split_at_checked(digits)?;
    let column = letters.chars().try_fold(0_u32, |column, letter| {
        let value = letter.to_ascii_uppercase().to_digit(36)?.checked_sub(9)?;
        column.checked_mul(26)?.checked_add(value)
    })?;
    Some((row.parse::<u32>().ok()?.checked_sub(1)?, column.checked_sub(1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(rows: usize, list: &str) -> Vec<u8> {
        let row = "<row><c t=\"inlineStr\"><is><t>mergeCells a:mergeCells</t></is></c></row>";
        format!("<worksheet><sheetData>{}</sheetData>{list}</worksheet>", row.repeat(rows)).into_bytes()
    }

    /// First and last cell of each.
    fn found(sheet: &[u8]) -> Option<Vec<[(u32, u32); 2]>> {
        merges(sheet).map(|merges| merges.iter().map(|merge| [merge.start, merge.end]).collect())
    }

    #[test]
    fn the_list_is_found_behind_any_number_of_rows() {
        let list =
            "<mergeCells count=\"2\"><mergeCell ref=\"A1:C1\"/><mergeCell ref=\"AA10:B2\"></mergeCell></mergeCells>";
        let expected = vec![[(0, 0), (0, 2)], [(1, 1), (9, 26)]];
        // So many that the list lies across the end of a piece, in every way that it can.
        let across = (CHUNK - 200) / 75;
        for rows in (0..3).chain(across..across + 6).chain([3 * across]) {
            assert_eq!(found(&sheet(rows, list)), Some(expected.clone()), "behind {rows} rows");
        }
        for shift in 0..120 {
            let blanks = " ".repeat(CHUNK - 150 + shift);
            assert_eq!(found(format!("{blanks}{list}").as_bytes()), Some(expected.clone()), "shifted by {shift}");
        }
    }

    #[test]
    fn a_prefix_an_empty_list_and_none() {
        let prefixed = "<x:mergeCells><x:mergeCell ref=\"B2:B3\"/><x:mergeCell ref=\"?\"/></x:mergeCells>";
        assert_eq!(found(&sheet(1, prefixed)), Some(vec![[(1, 1), (2, 1)]]), "a range that is none is left out");
        assert_eq!(found(&sheet(1, "<mergeCells/>")), Some(Vec::new()));
        assert_eq!(found(&sheet(9, "")), Some(Vec::new()), "the name in a text is no list");
        assert_eq!(found(&sheet(9, "<mergeCells><mergeCell ref=\"A1:")), None, "cut off");
    }

    #[test]
    fn places_are_read_as_excel_writes_them() {
        assert_eq!(place("A1"), Some((0, 0)));
        assert_eq!(place("XFD1048576"), Some((1_048_575, 16_383)));
        for none in ["", "A", "1", "A0", "$A$1", "A1B", "ZZZZZZZZZZZ1"] {
            assert_eq!(place(none), None, "{none}");
        }
    }
}
