//! A workbook goes out, is corrected by one person and by another, and comes back.

use std::path::{Path, PathBuf};

use model::{FieldPath, Silent};
use staging::findings::{self, FindingFilter};
use staging::{mappings, records};

use super::*;
use crate::command::validate::tests::school;
use crate::command::{cleanse, grid, validate};
use crate::dto::{CellEdit, RecordEdit};

/// One sheet of a workbook as it can be written anew.
#[derive(Clone, Debug, Default)]
struct Page {
    sheet: String,
    headers: Vec<String>,
    rows: Vec<(String, Vec<String>)>,
}

fn pages(path: &Path) -> (String, Vec<Page>) {
    let mut book = open(path).expect("a workbook");
    let mark = is_returned(book.probe()).expect("is known by its mark");
    let mut pages: Vec<Page> = Vec::new();
    each_row(&mut *book, &Silent, &mut |row| {
        let own = own_columns(row.headers);
        if row.first {
            let headers = row.headers[own.clone()].to_vec();
            pages.push(Page { sheet: row.sheet.to_owned(), headers, rows: Vec::new() });
        }
        let id = row.id.map(|(table, index)| format!("{table}:{index}")).unwrap_or_default();
        pages.last_mut().expect("a page").rows.push((id, row.cells[own].to_vec()));
        Ok(())
    })
    .expect("rows");
    (mark, pages)
}

fn write_pages(path: &Path, mark: &str, pages: &[Page]) {
    let words = BookWords { reason: "Why", row: "Row", keep: "Keep" };
    let mut book = ErrorsBook::new(mark, words).expect("begins");
    for page in pages {
        book.sheet(&page.sheet, &page.headers).expect("a sheet");
        for (id, cells) in &page.rows {
            book.row(&ErrorsRow { id, row: 9, reason: "", cells, odd: &[] }).expect("a row");
        }
    }
    book.save(path).expect("written");
}

/// What a teacher gets: the workbook with its mark and pages, and where the name of a pupil stands.
struct Handout {
    dir: tempfile::TempDir,
    session: Session,
    mark: String,
    pages: Vec<Page>,
    /// Page, row and column of a pupil's name, and the pupil.
    name: (usize, usize, usize),
    pupil: i64,
}

impl Handout {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let session = school(dir.path(), 40);
        let path = dir.path().join("pembetulan.xlsx");
        let done = hand_out(&session, &path, &Silent).expect("handed out");
        let (mark, pages) = pages(&path);
        assert_eq!(pages.iter().map(|page| page.rows.len() as u64).sum::<u64>(), done.rows, "every row stands there");
        assert!(done.rows > 10 && done.findings >= done.rows && done.bytes > 0, "{done:?}");
        let ((page, row, column), pupil) = a_name(&session, &pages);
        Self { dir, session, mark, pages, name: (page, row, column), pupil }
    }

    /// The workbook as it comes back with `change` made to it.
    fn back(&self, name: &str, change: impl FnOnce(&mut Vec<Page>)) -> Taken {
        let mut pages = self.pages.clone();
        change(&mut pages);
        let path: PathBuf = self.dir.path().join(name);
        write_pages(&path, &self.mark, &pages);
        bring_back(&self.session, &path, &Silent).expect("taken back")
    }

    fn named(&self) -> String {
        let reader = self.session.read(Permission::ViewRecords).expect("reads");
        let pupils = model::entities::find("students").expect("pupils");
        records::record(reader.connection(), pupils, self.pupil)
            .expect("the pupil")
            .value(pupils, "full_name")
            .to_owned()
    }

    fn late(&self) -> u64 {
        let reader = self.session.read(Permission::ViewRecords).expect("reads");
        let late = FindingFilter { check: Some("correction-conflict".to_owned()), ..FindingFilter::default() };
        findings::page(reader.connection(), &late, 0, 10).expect("findings").total
    }
}

fn a_name(session: &Session, pages: &[Page]) -> ((usize, usize, usize), i64) {
    let project = session.write(Permission::Import).expect("writes");
    let conn = project.connection();
    for (at, page) in pages.iter().enumerate() {
        for (row, (id, cells)) in page.rows.iter().enumerate() {
            let (table, index) = parse_id(id).expect("an id");
            let mapping = mappings::load(conn, table).expect("reads").expect("a mapping");
            let path = FieldPath::new("students", 1, "full_name");
            let column =
                (0..cells.len()).find(|column| mapping.column(*column as u32).is_some_and(|(bound, _)| bound == path));
            let records = handouts::records_of(conn, table, index).expect("records");
            let pupil = record_of(&records, &path).filter(|(_, row)| row.state == model::RecordState::Active);
            if let (Some(column), Some((_, pupil))) = (column, pupil) {
                return ((at, row, column), pupil.id);
            }
        }
    }
    panic!("no pupil in the workbook")
}

#[test]
fn only_what_was_corrected_changes_and_as_one_step() {
    let handout = Handout::new();
    let untouched = handout.back("sama.xlsx", |_| {});
    assert_eq!((untouched.changed, untouched.step, untouched.is_odd()), (0, None, false), "{untouched:?}");
    assert!(untouched.rows > 0, "and every row was known");
    let (before, (page, row, column)) = (handout.named(), handout.name);
    let taken = handout.back("betul.xlsx", |pages| pages[page].rows[row].1[column] = "NAMA BETUL BIN UJIAN".to_owned());
    assert_eq!((taken.changed, taken.conflicts.len(), taken.remarks_total), (1, 0, 0), "{taken:?}");
    assert_eq!(handout.named(), "NAMA BETUL BIN UJIAN");
    let again = handout.back("betul.xlsx", |pages| pages[page].rows[row].1[column] = "NAMA BETUL BIN UJIAN".to_owned());
    assert_eq!((again.changed, again.same, again.is_odd()), (0, 1, false), "the same workbook twice: {again:?}");
    cleanse::travel(&handout.session, true, &Silent).expect("undone");
    assert_eq!(handout.named(), before, "one step takes all of it back");
}

#[test]
fn two_people_who_correct_one_cell_leave_it_to_a_third() {
    let handout = Handout::new();
    let (page, row, column) = handout.name;
    let write = |value: &'static str| move |pages: &mut Vec<Page>| pages[page].rows[row].1[column] = value.to_owned();
    handout.back("satu.xlsx", write("SATU BIN UJIAN"));
    let second = handout.back("dua.xlsx", write("DUA BIN UJIAN"));
    assert_eq!((second.changed, second.conflicts.len()), (0, 1), "nothing is overwritten: {second:?}");
    assert_eq!(
        (second.conflicts[0].kept.as_str(), second.conflicts[0].returned.as_str()),
        ("SATU BIN UJIAN", "DUA BIN UJIAN")
    );
    assert_eq!((handout.named().as_str(), handout.late()), ("SATU BIN UJIAN", 1), "a person is asked");
    validate::run(&handout.session, &Silent).expect("checked");
    assert_eq!(handout.late(), 1, "a whole run asks the same");
    let edit = CellEdit {
        entity: "students".to_owned(),
        record: handout.pupil as f64,
        field: "full_name".to_owned(),
        value: "TIGA BIN UJIAN".to_owned(),
    };
    grid::edit(&handout.session, &RecordEdit { edits: vec![edit] }).expect("edited");
    assert_eq!(handout.late(), 0, "who decides has settled it");
}

#[test]
fn what_was_not_handed_out_is_said_and_left_alone() {
    let handout = Handout::new();
    let (page, row, column) = handout.name;
    let before = handout.named();
    let taken = handout.back("ubah.xlsx", |pages| {
        let width = pages[page].headers.len();
        // Somebody moved the name to the end, and typed a row of their own.
        pages[page].headers.swap(column, width - 1);
        for (_, cells) in &mut pages[page].rows {
            cells.resize(width, String::new());
            cells.swap(column, width - 1);
        }
        pages[page].rows[row].1[width - 1] = "PINDAH BIN UJIAN".to_owned();
        pages[page].rows.push((String::new(), vec!["BARU".to_owned(); width]));
        pages[page].rows.push(("999:1".to_owned(), vec!["LAIN".to_owned(); width]));
    });
    let said: Vec<&str> = taken.remarks.iter().map(|remark| remark.key.as_str()).collect();
    for key in ["workbook.moved-column", "workbook.new-row", "workbook.unknown-row"] {
        assert!(said.contains(&key), "{key} in {said:?}");
    }
    assert_eq!((taken.changed, handout.named().as_str()), (1, "PINDAH BIN UJIAN"), "found by its header: {taken:?}");
    assert_ne!(before, handout.named());
    let other = bring_back(&handout.session, &handout.dir.path().join("fail/murid_tahfiz.xlsx"), &Silent);
    assert!(other.is_err(), "any other workbook is refused");
    write_pages(&handout.dir.path().join("asing.xlsx"), "another", &handout.pages);
    let foreign = bring_back(&handout.session, &handout.dir.path().join("asing.xlsx"), &Silent);
    assert!(foreign.is_err(), "so is that of another project");
}

#[test]
fn an_import_knows_a_corrected_workbook() {
    let handout = Handout::new();
    let (page, row, column) = handout.name;
    let mut pages = handout.pages.clone();
    pages[page].rows[row].1[column] = "IMPORT BIN UJIAN".to_owned();
    let path = handout.dir.path().join("kembali.xlsx");
    write_pages(&path, &handout.mark, &pages);
    let wish = crate::command::import::Wish {
        files: &crate::command::demo::as_import(&[path]),
        make: crate::command::import::Make::Recognised,
        entity: None,
        mapping: None,
        table: None,
    };
    let imported = crate::command::import::run(&handout.session, &wish, &Silent).expect("taken");
    assert_eq!((imported.batch, imported.rows, imported.corrections.len()), (0, 0, 1), "no row lands a second time");
    assert_eq!(handout.named(), "IMPORT BIN UJIAN");
}
