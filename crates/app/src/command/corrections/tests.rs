//! A workbook goes out, is corrected by one person and by another, and comes back.

use std::path::{Path, PathBuf};

use model::{FieldPath, Silent};
use staging::findings::{self, FindingFilter};
use staging::{mappings, records};

use reports::errors_book::ROW_NUMBER;

use super::*;
use crate::command::validate::tests::{school, school_of};
use crate::command::{cleanse, grid, validate};
use crate::dto::{CellEdit, RecordEdit};

/// One sheet of a workbook as it can be written anew.
#[derive(Clone, Debug, Default)]
struct Page {
    sheet: String,
    headers: Vec<String>,
    /// What names the row, its cells, and its row in the school's file.
    rows: Vec<(String, Vec<String>, u64)>,
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
        let number = row.cells[ROW_NUMBER].parse().expect("a row");
        pages.last_mut().expect("a page").rows.push((id, row.cells[own].to_vec(), number));
        Ok(())
    })
    .expect("rows");
    (mark, pages)
}

fn write_pages(path: &Path, mark: &str, pages: &[Page]) {
    let words = BookWords { reason: "What is odd", row: "Row in the school's file", keep: "Keep" };
    let mut book = ErrorsBook::new(mark, words).expect("begins");
    for page in pages {
        book.sheet(&page.sheet, &page.headers).expect("a sheet");
        for (id, cells, row) in &page.rows {
            book.row(&ErrorsRow { id, row: *row, reason: "", cells, odd: &[] }).expect("a row");
        }
    }
    book.save(path).expect("written");
}

/// Made-up pupils; that they have no birth dates is what is found.
const CLASS: &str = "\
ID MURID,NAMA MURID,NO KP,TARIKH LAHIR,JANTINA,STATUS,KELAS,NAMA BAPA,NO TEL,NAMA IBU,NO TEL
S01,AHMAD BIN ALI,150325-10-1231,25/03/2015,L,AKTIF,1A,ALI BIN ABU,012-3456781,SITI BINTI X,012-9456781
S02,BADRUL BIN BAKAR,150326-10-1233,,L,AKTIF,1A,BAKAR BIN ABU,012-3456782,MINAH BINTI X,012-9456782
S03,CAMELIA BINTI DIN,150327-10-1232,,P,AKTIF,1A,DIN BIN ABU,012-3456783,LELA BINTI X,012-9456783
S04,DAUD BIN ESA,150328-10-1235,,L,AKTIF,1B,ESA BIN ABU,012-3456784,RINA BINTI X,012-9456784
S05,EMIR BIN FAUZI,150329-10-1237,,L,AKTIF,1B,FAUZI BIN ABU,012-3456785,WATI BINTI X,012-9456785
";
/// Where the columns of the class stand.
const NUMBER: usize = 0;
const NAME: usize = 1;
const IDENTITY: usize = 2;
const BORN: usize = 3;
const FATHER: usize = 7;
const FATHERS_PHONE: usize = 8;

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
        Self::of(dir, session)
    }

    /// Of a class whose list names the telephones of fathers and mothers alike.
    fn of_a_class() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join("murid.csv");
        fs_err::write(&file, CLASS).expect("a file");
        let session = school_of(dir.path(), &[file]);
        Self::of(dir, session)
    }

    fn of(dir: tempfile::TempDir, session: Session) -> Self {
        let path = dir.path().join("pembetulan.xlsx");
        let done = hand_out(&session, &path, &Silent).expect("handed out");
        let (mark, pages) = pages(&path);
        assert_eq!(pages.iter().map(|page| page.rows.len() as u64).sum::<u64>(), done.rows, "every row stands there");
        assert!(done.rows > 0 && done.findings >= done.rows && done.bytes > 0, "{done:?}");
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
        for (row, (id, cells, _)) in page.rows.iter().enumerate() {
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
        for (_, cells, _) in &mut pages[page].rows {
            cells.resize(width, String::new());
            cells.swap(column, width - 1);
        }
        pages[page].rows[row].1[width - 1] = "PINDAH BIN UJIAN".to_owned();
        pages[page].rows.push((String::new(), vec!["BARU".to_owned(); width], 44));
        pages[page].rows.push(("999:1".to_owned(), vec!["LAIN".to_owned(); width], 45));
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

/// Puts the cells of the rows in another order, from the school's column `first` on.
fn reverse(page: &mut Page, first: usize) {
    let mut cells: Vec<Vec<String>> = page.rows.iter().map(|row| row.1[first..].to_vec()).collect();
    cells.reverse();
    for (row, cells) in page.rows.iter_mut().zip(cells) {
        row.1.splice(first.., cells);
    }
}

/// Types another pupil over a row.
fn type_over(row: &mut (String, Vec<String>, u64)) {
    for (column, text) in [(NAME, "FARID BIN GANI"), (IDENTITY, "150330-10-1239"), (BORN, "30/03/2015")] {
        row.1[column] = text.to_owned();
    }
}

/// What somebody did to a page, how, and what is said about it.
type Way = (&'static str, fn(&mut Page), &'static str);

const WAYS: [Way; 12] = [
    (
        "a new pupil was typed over a copied row",
        |page| {
            let mut copy = page.rows[1].clone();
            type_over(&mut copy);
            page.rows.push(copy);
        },
        "workbook.twice-row",
    ),
    (
        "sorted without the hidden column",
        |page| {
            let numbers: Vec<u64> = page.rows.iter().rev().map(|row| row.2).collect();
            page.rows.iter_mut().zip(numbers).for_each(|(row, number)| row.2 = number);
            reverse(page, 0);
        },
        "workbook.other-number",
    ),
    ("the school's columns sorted by themselves", |page| reverse(page, 0), "workbook.other-person"),
    ("sorted from the name on, beside the numbers", |page| reverse(page, NAME), "workbook.other-person"),
    (
        "one row deleted and the rest moved up",
        |page| {
            let last = page.rows.len() - 1;
            for at in 1..last {
                (page.rows[at].1, page.rows[at].2) = (page.rows[at + 1].1.clone(), page.rows[at + 1].2);
            }
            page.rows[last].1.fill(String::new());
        },
        "workbook.other-number",
    ),
    ("a row emptied", |page| page.rows[1].1.fill(String::new()), "workbook.emptied-row"),
    ("a new pupil typed over", |page| type_over(&mut page.rows[1]), "workbook.other-person"),
    (
        "the numbers sorted by themselves",
        |page| {
            let identities: Vec<String> = page.rows.iter().rev().map(|row| row.1[IDENTITY].clone()).collect();
            page.rows.iter_mut().zip(identities).for_each(|(row, identity)| row.1[IDENTITY] = identity);
        },
        "workbook.mixed-column",
    ),
    (
        "one telephone deleted and the rest moved up",
        |page| {
            for at in 1..page.rows.len() {
                let next = page.rows.get(at + 1).map(|row| row.1[FATHERS_PHONE].clone()).unwrap_or_default();
                page.rows[at].1[FATHERS_PHONE] = next;
            }
        },
        "workbook.mixed-column",
    ),
    (
        "two columns put in before those of one name",
        |page| {
            page.headers.splice(FATHERS_PHONE..FATHERS_PHONE, ["CATATAN".to_owned(), "TINDAKAN".to_owned()]);
            for row in &mut page.rows {
                row.1.splice(FATHERS_PHONE..FATHERS_PHONE, [String::new(), String::new()]);
            }
        },
        "workbook.equal-headers",
    ),
    (
        "the father's columns taken out",
        |page| {
            page.headers.drain(FATHER..=FATHERS_PHONE);
            page.rows.iter_mut().for_each(|row| drop(row.1.drain(FATHER..=FATHERS_PHONE)));
        },
        "workbook.equal-headers",
    ),
    ("two headers exchanged", |page| page.headers.swap(NAME, FATHER), "workbook.other-column"),
];

#[test]
fn what_is_not_surely_the_same_row_and_column_changes_nobody() {
    let handout = Handout::of_a_class();
    assert_eq!(handout.pages[0].rows.len(), 5, "every pupil has a finding");
    for (what, change, key) in WAYS {
        let taken = handout.back("kembali.xlsx", |pages| change(&mut pages[0]));
        assert_eq!((taken.changed, taken.conflicts.len(), taken.is_odd()), (0, 0, true), "{what}: {taken:?}");
        let said: Vec<&str> = taken.remarks.iter().map(|remark| remark.key.as_str()).collect();
        assert!(said.contains(&key), "{what}: {said:?}");
    }
}

#[test]
fn what_is_surely_the_same_person_is_put_right() {
    let handout = Handout::of_a_class();
    let taken = handout.back("kembali.xlsx", |pages| {
        let rows = &mut pages[0].rows;
        rows[1].1[BORN] = "2015-03-26".to_owned();
        // A slip in the name and another number: the name still says who it is.
        rows[2].1[NAME] = "CAMELIA BINTI DINN".to_owned();
        rows[2].1[IDENTITY] = "150327101234".to_owned();
        rows[3].1[NUMBER] = "S44".to_owned();
        // The father alone may have been another.
        rows[4].1[FATHER] = "GANI BIN OMAR".to_owned();
        rows.reverse();
    });
    assert_eq!((taken.changed, taken.is_odd()), (5, false), "whole rows may stand in any order: {taken:?}");
}

#[test]
fn rows_that_were_handed_out_never_come_in_as_new_ones() {
    let handout = Handout::of_a_class();
    let (id, cells, number) = &handout.pages[0].rows[1];
    let page = &handout.pages[0];
    let csv = format!(
        "What is odd,Row in the school's file,{},_daftar_id\n-,{number},{},{id}\n",
        page.headers.join(","),
        cells.join(",")
    );
    let path = handout.dir.path().join("helaian.csv");
    fs_err::write(&path, csv).expect("a file");
    let wish = crate::command::import::Wish {
        files: &crate::command::demo::as_import(std::slice::from_ref(&path)),
        make: crate::command::import::Make::Recognised,
        entity: None,
        mapping: None,
        table: None,
    };
    let refused = crate::command::import::run(&handout.session, &wish, &Silent).expect_err("nobody comes in twice");
    assert_eq!((refused.code(), refused.message().key), (Code::Usage, "error.handout-no-mark"));
    let tables = {
        let reader = handout.session.read(Permission::ViewRecords).expect("reads");
        landing::tables(reader.connection(), None).expect("tables").len()
    };
    assert_eq!(tables, 1, "and no row of it landed");
    let back = bring_back(&handout.session, &path, &Silent).expect_err("nor is it known as a workbook");
    assert_eq!(back.message().key, "error.handout-no-mark");
}
