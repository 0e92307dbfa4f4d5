//! Every odd file gives the table that stands beside it in `<file>.golden.txt`. After a wanted change run
//! with `UPDATE_EXPECT=1` and read the difference.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use model::{CellKind, Lang, RowBlock, Silent, Words};

use super::fixtures;
use crate::{Bundle, Error, Note, Options, Secret, Source, TableInfo, WORDS, open};

fn kind_sign(kind: CellKind) -> &'static str {
    match kind {
        CellKind::Empty => "",
        CellKind::Text => "t:",
        CellKind::Number => "n:",
        CellKind::Date => "d:",
        CellKind::DateTime => "dt:",
        CellKind::Time => "tm:",
        CellKind::Bool => "b:",
        CellKind::Error => "e:",
        CellKind::Bytes => "x:",
        CellKind::Uncalculated => "f:",
    }
}

fn rows(out: &mut String, block: &RowBlock) {
    for row in block.rows() {
        let cells = row.cells().map(|cell| format!("{}{}", kind_sign(cell.kind), cell.text.escape_debug()));
        let _ = writeln!(out, "{:>7} | {}", row.number(), cells.collect::<Vec<_>>().join(" | "));
    }
}

fn notes(out: &mut String, notes: &[Note], words: &Words) {
    for note in notes {
        let _ = writeln!(out, "note {} {:?} {:?}: {}", note.code, note.row, note.column, note.message.say(words));
    }
}

fn table(out: &mut String, source: &mut dyn Source, number: usize, info: &TableInfo, words: &Words) {
    let hidden = if info.hidden { ", hidden" } else { "" };
    let _ = writeln!(out, "\n== {} ({:?}{hidden}), header row {:?}", info.name, info.kind, info.header_row);
    let _ = writeln!(out, "headers {:?}, rows {:?}", info.headers, info.rows);
    if !info.primary_key.is_empty() {
        let _ = writeln!(out, "key {:?}", info.primary_key);
    }
    for one in &info.references {
        let _ = writeln!(out, "reference {:?} to {} {:?}", one.columns, one.table, one.to_columns);
    }
    let _ = writeln!(out, "preamble");
    rows(out, &info.preamble);
    let _ = writeln!(out, "data");
    let mut read = String::new();
    let mut sink = |block: &RowBlock| {
        rows(&mut read, block);
        Ok(())
    };
    match source.read(number, &mut sink, &Silent) {
        Ok(summary) => {
            let mut sample = String::new();
            rows(&mut sample, &info.sample);
            assert_eq!(sample, read, "the sample of a small table is the table");
            out.push_str(&read);
            for skipped in &summary.skipped {
                let _ = writeln!(out, "{:>7} left out: {}", skipped.row, words.text(skipped.reason));
            }
            notes(out, &summary.notes, words);
        }
        Err(error) => describe_error(out, &error, words),
    }
}

fn describe_error(out: &mut String, error: &Error, words: &Words) {
    let (message, hint) = (error.message().say(words), error.hint().say(words));
    let _ = writeln!(out, "error {}: {message} {hint}", error.code());
}

/// What a person gives with a fixture: the password beside it, where there is one.
pub(super) fn options(path: &Path) -> Options {
    let password = fs_err::read_to_string(format!("{}.password.txt", path.display())).ok();
    let password = password.map(|text| Secret::new(text.trim_end().to_owned()));
    Options { password, ..Options::default() }
}

/// Every fixture of every format; what stands beside a fixture is none itself.
fn all_fixtures() -> Vec<PathBuf> {
    let inside = |folder: PathBuf| {
        let entries = fs_err::read_dir(folder).expect("the fixtures are there");
        entries.map(|entry| entry.expect("a readable folder").path())
    };
    let files = inside(fixtures("")).filter(|path| path.is_dir()).flat_map(inside);
    let beside =
        |path: &PathBuf| [".golden.txt", ".password.txt"].iter().any(|end| path.to_string_lossy().ends_with(end));
    files.filter(|path| !beside(path)).collect()
}

/// What a golden file says about a source that was opened, or could not be.
pub(super) fn describe(opened: Result<Box<dyn Source>, Error>) -> String {
    let mut out = String::new();
    describe_source(&mut out, opened, &Words::new(Lang::En, &WORDS));
    out
}

fn describe_source(out: &mut String, opened: Result<Box<dyn Source>, Error>, words: &Words) {
    match opened {
        Ok(mut source) => {
            let probe = source.probe().clone();
            let _ = writeln!(out, "{} {:?} {:?}", probe.format, probe.encoding, probe.delimiter);
            notes(out, &probe.notes, words);
            for (number, info) in probe.tables.iter().enumerate() {
                table(out, source.as_mut(), number, info, words);
            }
        }
        Err(error) => describe_error(out, &error, words),
    }
}

/// The files in an archive of which none alone is meant.
fn describe_members(out: &mut String, path: &Path, words: &Words) {
    let bundle = Bundle::open(path).expect("it was opened before");
    notes(out, bundle.notes(), words);
    for (number, member) in bundle.members().iter().enumerate() {
        let _ = writeln!(out, "\n# {} ({} bytes, encrypted {})", member.name, member.bytes, member.encrypted);
        describe_source(out, bundle.open_member(number, &options(path)), words);
    }
}

fn describe_file(path: &Path) -> String {
    let words = Words::new(Lang::En, &WORDS);
    let mut out = String::new();
    let opened = open(path, &options(path));
    let several = matches!(&opened, Err(Error::SeveralFiles { .. }));
    describe_source(&mut out, opened, &words);
    if several {
        describe_members(&mut out, path, &words);
    }
    out
}

#[test]
fn every_fixture_gives_its_golden_table() {
    let mut wrong = Vec::new();
    let files = all_fixtures();
    for path in &files {
        let golden = format!("{}.golden.txt", path.display());
        let found = describe_file(path);
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs_err::write(&golden, &found).expect("golden file written");
        }
        let expected = fs_err::read_to_string(&golden).unwrap_or_default();
        if expected != found {
            wrong.push(format!("{}\n--- expected\n{expected}\n--- found\n{found}", path.display()));
        }
    }
    assert!(files.len() >= 40, "the fixtures went missing: only {} left", files.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
