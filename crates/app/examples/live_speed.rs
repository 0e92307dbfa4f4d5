//! Measures how long an edit takes until its new findings stand, beside a whole run of the checks.
//!
//! Usage: `live_speed PROJECT EDITS OURS PEER`, with the passphrase in `DAFTAR_PASSPHRASE`. Edits telephone numbers,
//! names and identity numbers of pupils all over the project, each followed by its findings, and writes one line of
//! seconds an edit to OURS; then runs all checks and writes their seconds to PEER.

use std::time::Instant;

use app::command::{grid, validate};
use app::dto::{CellEdit, FindingsAsk, RecordEdit, RecordsAsk};
use app::{Failure, Session};

const FIELDS: [&str; 3] = ["full_name", "national_id", "date_of_birth"];

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let [_, project, edits, ours, peer] = args.as_slice() else { return usage() };
    let edits = edits.parse().unwrap_or(60);
    if let Err(failure) = measure(project, edits, ours, peer) {
        let words = app::words::words(model::Lang::En);
        eprintln!("{}", failure.view(&words).message);
        std::process::exit(1);
    }
}

fn usage() {
    eprintln!("live_speed PROJECT EDITS OURS PEER");
    std::process::exit(2);
}

fn measure(project: &str, edits: u32, ours: &str, peer: &str) -> Result<(), Failure> {
    let passphrase = std::env::var("DAFTAR_PASSPHRASE").unwrap_or_default();
    let session = Session::open(std::path::Path::new(project), None, &passphrase)?;
    let began = Instant::now();
    validate::run(&session, &model::Silent)?;
    line(peer, began);
    let total = page(&session, 0)?.total as u32;
    for edit in 0..edits {
        let at = (u64::from(edit) * 7_919_993 % u64::from(total.max(1))) as u32;
        let rows = page(&session, at)?.rows;
        let Some(row) = rows.first() else { continue };
        let field = FIELDS[edit as usize % FIELDS.len()];
        let value = if edit % 2 == 0 { String::new() } else { format!("ubah {edit}") };
        let cell = CellEdit { entity: "students".to_owned(), record: row.record, field: field.to_owned(), value };
        let began = Instant::now();
        grid::edit(&session, &RecordEdit { edits: vec![cell] })?;
        let view = validate::view(&session)?;
        validate::page(&session, &asked(field))?;
        line(ours, began);
        assert!(!view.stale, "the findings follow the edit");
    }
    session.close()
}

fn page(session: &Session, offset: u32) -> Result<app::dto::RecordsPage, Failure> {
    let asked = RecordsAsk {
        entity: "students".to_owned(),
        offset,
        limit: 1,
        text: String::new(),
        show: "all".to_owned(),
        check: String::new(),
        field: None,
        value: None,
        sort: None,
        descending: false,
    };
    grid::page(session, &asked)
}

fn asked(field: &str) -> FindingsAsk {
    FindingsAsk {
        key: String::new(),
        source: 0.0,
        field: field.to_owned(),
        check: String::new(),
        severity: String::new(),
        entity: "students".to_owned(),
        offset: 0,
        limit: 25,
    }
}

/// Adds seconds to a file of measurements.
fn line(path: &str, began: Instant) {
    use std::io::Write as _;
    let seconds = began.elapsed().as_secs_f64();
    let file = fs_err::OpenOptions::new().create(true).append(true).open(path);
    if let Ok(mut file) = file {
        let _ = writeln!(file, "{seconds:.4} 0 0");
    }
}
