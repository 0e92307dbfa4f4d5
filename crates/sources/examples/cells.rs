//! Prints every cell of a file as Daftar reads it, for `scripts/compare`: a line of JSON a table, each with its rows.
//! Usage: `cells FILE [PASSWORD]`. A file that is refused prints one line with `error`.

use std::path::Path;

use model::{RowBlock, Silent};
use serde_json::{Value, json};
use sources::{Bundle, Error, Options, Secret, Source};

fn rows(block: &RowBlock) -> Vec<Value> {
    let cells =
        |row: model::RowRef<'_>| row.cells().map(|cell| json!([cell.kind as u8, cell.text])).collect::<Vec<_>>();
    block.rows().map(|row| json!([row.number(), cells(row)])).collect()
}

fn print(mut source: Box<dyn Source>, member: &str) {
    let probe = source.probe().clone();
    for (number, table) in probe.tables.iter().enumerate() {
        let mut data = Vec::new();
        let mut sink = |block: &RowBlock| {
            data.extend(rows(block));
            Ok(())
        };
        let read = source.read(number, &mut sink, &Silent);
        let skipped = read.as_ref().map(|summary| summary.skipped.iter().map(|one| one.row).collect::<Vec<_>>());
        let error = read.as_ref().err().map(|error| error.code());
        let line = json!({ "member": member, "format": probe.format, "table": table.name, "kind": format!("{:?}", table.kind),
            "headers": table.headers, "preamble": rows(&table.preamble), "rows": data,
            "skipped": skipped.unwrap_or_default(), "error": error });
        println!("{line}");
    }
}

fn refused(error: &Error) {
    println!("{}", json!({ "error": error.code() }));
}

fn print_members(path: &Path, options: &Options) -> Result<(), Error> {
    let bundle = Bundle::open(path)?;
    for (number, member) in bundle.members().iter().enumerate() {
        match bundle.open_member(number, options) {
            Ok(source) => print(source, &member.name),
            Err(error) => refused(&error),
        }
    }
    Ok(())
}

fn main() {
    if sources::worker::serve_if_asked() {
        return;
    }
    let mut arguments = std::env::args().skip(1);
    let Some(path) = arguments.next() else { return eprintln!("Which file?") };
    let options = Options { password: arguments.next().map(Secret::new), ..Options::default() };
    match sources::open(Path::new(&path), &options) {
        Ok(source) => print(source, ""),
        Err(Error::SeveralFiles { .. }) => {
            if let Err(error) = print_members(Path::new(&path), &options) {
                refused(&error);
            }
        }
        Err(error) => refused(&error),
    }
}
