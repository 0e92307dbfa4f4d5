//! How fast a scratch project takes rows: lands a million made-up rows of twelve columns, makes them
//! records, changes one value of each, undoes it, and looks at the grid. Run by hand:
//! `cargo run --release -p staging --example landing_speed -- 1000000`

use std::fmt::Write as _;
use std::time::Instant;

use chrono::Utc;
use model::{RowBlock, Silent};
use rusqlite::Connection;
use staging::change_log::{self, Act, Change, StepDraft};
use staging::landing::{Landing, NewFile, NewTable, Said, TableSummary, blocks};
use staging::page::{Filter, Pages, Sort};
use staging::records::{RecordWriter, RowAt, Slot, stage_counts};
use staging::{Project, Result};

const FIELDS: [&str; 12] = [
    "full_name",
    "national_id",
    "identity_type",
    "birth_certificate",
    "date_of_birth",
    "gender",
    "nationality",
    "status",
    "phone",
    "address_line1",
    "postcode",
    "city",
];

/// Rows of a block, about what a reader gives.
const BLOCK: usize = 4_096;

fn main() -> Result<()> {
    let rows = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(1_000_000);
    let project = Project::scratch()?;
    let conn = project.connection();
    let table = timed("land", || land(conn, rows))?;
    timed("make records", || make_records(conn, table))?;
    timed("change one value of each", || change_all(conn, rows as i64))?;
    timed("undo", || change_log::undo(conn, &Silent))?;
    timed("a page near the end", || page(conn, rows, None))?;
    timed("the same, sorted by name", || page(conn, rows, Some("full_name")))?;
    timed("counts", || stage_counts(conn))?;
    println!("peak memory: {}", peak_memory());
    Ok(())
}

fn timed<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let started = Instant::now();
    let done = work()?;
    println!("{what}: {:.2} s", started.elapsed().as_secs_f64());
    Ok(done)
}

fn land(conn: &Connection, rows: u64) -> Result<i64> {
    let mut landing = Landing::begin(conn, "speed", Utc::now())?;
    landing.add_file(&NewFile { name: "made-up.csv", sha256: "00", format: "csv", ..NewFile::default() })?;
    let headers = FIELDS.map(str::to_owned);
    let table =
        landing.add_table(&NewTable { name: "", header_row: Some(1), headers: &headers, ..NewTable::default() })?;
    let (mut block, mut name, mut number) = (RowBlock::new(), String::new(), String::new());
    for row in 0..rows {
        name.clear();
        number.clear();
        // Writing to a String cannot fail.
        let _ = write!(name, "Murid Rekaan Nombor {row}");
        let _ = write!(number, "{:012}", 120_101_000_000 + row);
        let (kind, born, home) = ("mykid", "2012-01-01", "Jalan Rekaan 12");
        let rest = ["male", "Malaysia", "active", "+60123456789", home, "43000", "Kajang"];
        block.push_text_row(row + 2, [name.as_str(), &number, kind, "B123", born].into_iter().chain(rest));
        if block.len() == BLOCK {
            landing.append(&block)?;
            block.clear();
        }
    }
    landing.append(&block)?;
    landing.finish_table(&TableSummary::default())?;
    landing.finish(Utc::now())?;
    Ok(table)
}

fn make_records(conn: &Connection, table: i64) -> Result<()> {
    let entity = model::entities::ALL.into_iter().find(|entity| entity.code == "students");
    let Some(entity) = entity else { return Ok(()) };
    let fields = FIELDS.iter().filter_map(|field| entity.position(field)).collect();
    let mut writer = RecordWriter::begin(conn, table, vec![Slot { entity, part: 1, fields }], None, &Silent)?;
    for block in blocks(conn, table) {
        let (first, block) = block?;
        let mut cells = Vec::with_capacity(FIELDS.len());
        for (position, row) in block.rows().enumerate() {
            cells.clear();
            cells.extend(row.cells().map(|cell| cell.text));
            writer.put(0, RowAt { index: first + position as u64, number: row.number() }, &cells, &[])?;
        }
    }
    writer.finish(Utc::now()).map(drop)
}

fn change_all(conn: &Connection, rows: i64) -> Result<Option<i64>> {
    let act = Act { user: "speed", at: Utc::now() };
    let draft = StepDraft { kind: "rule", label: Said::default(), rule: Some("speed"), act };
    let change = |record| {
        Ok(Change { entity: "students", record, field: "city", after: "Bandar Baru".to_owned(), reason: None })
    };
    change_log::apply(conn, &draft, (1..=rows).map(change), &Silent)
}

fn page(conn: &Connection, rows: u64, sort: Option<&str>) -> Result<u64> {
    let sort = sort.map(|field| Sort { field: field.to_owned(), descending: true });
    let offset = rows - rows / 10;
    Ok(Pages::default().page(conn, "students", &Filter::default(), sort.as_ref(), offset, 100, &Silent)?.total)
}

/// The most memory this process ever held, as Linux tells it.
fn peak_memory() -> String {
    let status = fs_err::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or("unknown".to_owned(), |line| line.trim().to_owned())
}
