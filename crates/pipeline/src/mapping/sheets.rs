//! Recognises the sheets that schools keep with a column for each day, month or subject, and proposes their shape.
//!
//! The month of a register and the year of a ledger stand in the titles above the header, in the name of the sheet or
//! of the file. A day whose month nobody names stays a bare day, which the checks find: no date is made up.

use chrono::NaiveDate;
use model::shape::{OPENING, entities_of};
use model::{Binding, FieldPath, ShapeColumn, ShapeKind, SheetShape, TableMapping};

use super::complete::{add_constant, part_mut};
use super::derive::code_meaning;
use super::fold::fold;
use super::ledger::{self, Paid};
use super::made::is_nothing;
use super::reading::Column;
use super::reasons::{field_key, reason};
use super::suggest::{Choices, TableSample, binding};
use super::titles::Titles;
use super::values::Shape;
use crate::standard::number;

/// Fewest columns that make a register: a school week.
const LEAST_DAYS: usize = 5;
/// Fewest columns that make a ledger or a sheet of marks.
const LEAST_COLUMNS: usize = 3;
/// Confidence of a column that names a pupil.
const PUPIL: u8 = 90;
/// Confidence of what titles say.
const TITLE: u8 = 80;
/// Confidence of what the sheet does not say and somebody must look at.
const UNSAID: u8 = 50;

/// Subjects as schools head them, folded; those of the second list are Islamic studies.
const SUBJECTS: &[&str] = &[
    "bahasa melayu",
    "bm",
    "bahasa inggeris",
    "bi",
    "english",
    "matematik",
    "mt",
    "mm",
    "maths",
    "mathematics",
    "sains",
    "sn",
    "sc",
    "science",
    "sejarah",
    "sej",
    "geografi",
    "geo",
    "pendidikan islam",
    "pi",
    "pai",
    "pendidikan moral",
    "pm",
    "rbt",
    "psv",
    "pendidikan seni",
    "muzik",
    "pj",
    "pk",
    "pjpk",
    "bahasa arab",
    "ba",
    "bahasa cina",
    "bahasa tamil",
    "tmk",
    "matematik tambahan",
    "fizik",
    "kimia",
    "biologi",
    "ekonomi",
    "perniagaan",
    "prinsip perakaunan",
];
const ISLAMIC: &[&str] = &[
    "aqidah",
    "akidah",
    "tauhid",
    "fiqh",
    "fekah",
    "fiqah",
    "ibadah",
    "ibadat",
    "sirah",
    "sirah nabawi",
    "akhlak",
    "adab",
    "adab akhlak islamiah",
    "akhlak islamiah",
    "jawi",
    "jawi dan khat",
    "jawi khat",
    "khat",
    "tajwid",
    "hadis",
    "hadith",
    "tafsir",
    "ulum quran",
    "bidang quran",
    "quran",
    "tilawah quran",
    "tilawah",
    "pchi",
    "amali solat",
    "penghayatan cara hidup islam",
    "nahu",
    "sorof",
    "tarikh islam",
    "faraid",
];

/// Headers, folded, of what was owed before the first month, of the monthly fee, and of the ledger's own sums.
const OPENINGS: &[&str] = &[
    "baki lama",
    "tunggakan",
    "tunggakan lama",
    "tunggakan tahun lalu",
    "baki bawa hadapan",
    "baki b h",
    "bh",
    "baki awal",
    "opening balance",
    "hutang lama",
    "baki tahun lalu",
    "baki terdahulu",
];
/// Headers of the ledger's own sums, folded: what was paid in all, and behind the months what is still owed.
const PAID_SUMS: &[&str] =
    &["jumlah", "jumlah bayaran", "jumlah bayar", "jumlah dibayar", "jumlah kutipan", "total", "total paid"];
const BALANCES: &[&str] =
    &["baki", "baki akhir", "baki semasa", "tunggakan", "tunggakan semasa", "jumlah tunggakan", "balance"];
const FEES: &[&str] = &[
    "yuran",
    "yuran bulanan",
    "kadar",
    "kadar yuran",
    "kadar bulanan",
    "yuran sebulan",
    "monthly fee",
    "fee",
    "fee month",
    "rm sebulan",
    "yuran bulan",
    "sebulan",
];

/// The mapping of a sheet with a column for each day, month or subject; `None` where the table is no such sheet.
pub(crate) fn suggest(table: &TableSample<'_>, columns: &[Column<'_>], choices: &Choices) -> Option<TableMapping> {
    let pupil = pupil_column(columns)?;
    let titles = Titles::of(table, choices.project_year);
    let days = || days(columns, &titles);
    let months = || months(columns, &titles);
    let subjects = || subjects(columns);
    let mut shape = days().or_else(months).or_else(subjects)?;
    if shape.kind == ShapeKind::Months {
        shape.title = super::titles::ledger_of(table);
    }
    let main = *entities_of(shape.kind).first()?;
    let main = shape.columns.first().filter(|_| shape.kind == ShapeKind::Subjects).map_or(main, |first| &first.entity);
    let mut mapping = TableMapping {
        entity: Some(main.to_owned()),
        confidence: shape.confidence,
        reason: shape.reason.clone(),
        reason_args: shape.reason_args.clone(),
        ..TableMapping::empty()
    };
    bind_column(&mut mapping, main, "student", pupil, columns, PUPIL);
    match shape.kind {
        ShapeKind::Days => add_class(&mut mapping, columns, &titles),
        ShapeKind::Months => add_ledger(&mut mapping, &shape, columns, &titles),
        ShapeKind::Subjects => add_test(&mut mapping, main, columns, &titles),
    }
    mapping.shape = Some(shape);
    Some(mapping)
}

/// The column that names the pupils: an identity number before a school's number before a name.
fn pupil_column(columns: &[Column<'_>]) -> Option<usize> {
    let entity = model::entities::find("attendance")?;
    let rank = |column: &Column<'_>| {
        let named = super::lexicon::find(entity, column.header).filter(|found| found.score >= 85)?;
        entity.fields.get(named.field).filter(|field| field.code == "student")?;
        let looks = column.values.looks();
        let name = fold(column.header).contains("nama") || fold(column.header).contains("name");
        Some(match looks {
            Some(Shape::Identity) => 0,
            _ if !name => 1,
            _ => 2,
        })
    };
    let ranked = columns.iter().enumerate().filter(|(_, column)| !column.nameless && column.values.filled() > 0);
    ranked.filter_map(|(at, column)| Some((rank(column)?, at))).min().map(|(_, at)| at)
}

fn bind_column(mapping: &mut TableMapping, entity: &str, field: &str, at: usize, columns: &[Column<'_>], sure: u8) {
    let path = FieldPath::new(entity, 1, field);
    let header = columns.get(at).map_or("", |column| column.header.trim());
    let why = reason("mapping.header", &[("header", header), ("field", &field_key(&path))]);
    part_mut(mapping, entity, 1).fields.push(binding(&path, Binding::Column(at as u32), sure, why));
}

/// The first column whose folded header is one of `headers`.
fn headed(columns: &[Column<'_>], headers: &[&str]) -> Option<usize> {
    columns.iter().position(|column| headers.contains(&fold(column.header).as_str()))
}

// ---------------------------------------------------------------------------------------------- registers

fn days(columns: &[Column<'_>], titles: &Titles) -> Option<SheetShape> {
    let day = |(at, column): (usize, &Column<'_>)| Some((at, day_of(column.header, titles)?));
    let found: Vec<(usize, String)> = columns.iter().enumerate().filter_map(day).collect();
    let mut distinct: Vec<&String> = found.iter().map(|(_, day)| day).collect();
    distinct.sort();
    distinct.dedup();
    // A column that comes twice is no calendar.
    if found.len() < LEAST_DAYS || distinct.len() < found.len() {
        return None;
    }
    let shape_columns = found.into_iter().map(|(at, means)| column(at, means, "attendance")).collect::<Vec<_>>();
    let marks = marks(columns, &shape_columns);
    let marked: usize = shape_columns.iter().map(|found| count(columns, found, &|text| known_mark(text, &marks))).sum();
    let filled: usize = shape_columns.iter().map(|found| count(columns, found, &|_| true)).sum();
    if filled > 0 && marked * 2 < filled {
        return None;
    }
    let number = shape_columns.len().to_string();
    let dated = shape_columns.iter().all(|found| found.means.len() == 10);
    let (key, month) = match (dated, titles.month) {
        (false, _) => ("mapping.shape.days.no-month", String::new()),
        (true, Some((year, month))) => ("mapping.shape.days.month", format!("{year}-{month:02}")),
        (true, None) => ("mapping.shape.days", String::new()),
    };
    let why = reason(key, &[("count", number.as_str()), ("month", month.as_str())]);
    let confidence = if dated { 92 } else { UNSAID };
    Some(shape(ShapeKind::Days, shape_columns, marks, confidence, why))
}

fn shape(
    kind: ShapeKind,
    columns: Vec<ShapeColumn>,
    marks: Vec<(String, String)>,
    confidence: u8,
    (reason, reason_args): (String, Vec<(String, String)>),
) -> SheetShape {
    SheetShape { kind, columns, marks, title: String::new(), confidence, reason, reason_args }
}

fn column(at: usize, means: String, entity: &str) -> ShapeColumn {
    ShapeColumn { column: at as u32, means, entity: entity.to_owned() }
}

/// The day that a header stands for: `2026-03-05` where its month and year are known, else the bare number.
pub(crate) fn day_of(header: &str, titles: &Titles) -> Option<String> {
    let text = header.trim();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let date = |year: i32, month: u32, day: u32| NaiveDate::from_ymd_opt(year, month, day).map(|day| day.to_string());
    let numbers: Vec<u32> = words.iter().filter_map(|word| word.parse().ok()).collect();
    let month = words.iter().find_map(|word| super::titles::month_of(word));
    match (words.len(), numbers.as_slice(), month) {
        (3.., [year, month, day], None) if *year > 1_900 => date(i32::try_from(*year).ok()?, *month, *day),
        (3.., [day, month, year], None) if *year > 1_900 => date(i32::try_from(*year).ok()?, *month, *day),
        (3.., [day, month, year], None) if *year < 100 => date(i32::try_from(*year).ok()? + 2_000, *month, *day),
        (_, [day, year], Some(month)) if *year > 1_900 => date(i32::try_from(*year).ok()?, month, *day),
        (2, [day], Some(month)) => date(titles.year?, month, *day),
        (2, [day, month], None) => date(titles.year?, *month, *day),
        (1..=2, [day], None) if (1..=31).contains(day) && is_of_day(text, &words) => match titles.month {
            Some((year, month)) => date(year, month, *day),
            None => Some(day.to_string()),
        },
        _ => None,
    }
}

/// A day's number alone, or beside its weekday: `5`, `Isnin 5`, and of a header of two lines `I / 5`.
fn is_of_day(text: &str, words: &[&str]) -> bool {
    const INITIALS: &str = "isrkjamtwf";
    let two_lines = text.contains(" / ");
    let initial = |word: &str| two_lines && word.len() == 1 && INITIALS.contains(&word.to_lowercase());
    words.iter().all(|word| is_day_word(word) || initial(word))
}

/// A number, or the name of a weekday beside it.
fn is_day_word(word: &str) -> bool {
    const WEEKDAYS: &[&str] = &[
        "isnin", "isn", "is", "selasa", "sel", "se", "rabu", "rab", "ra", "khamis", "kha", "khm", "kh", "jumaat",
        "jum", "jmt", "ju", "sabtu", "sab", "sa", "ahad", "ahd", "ah", "mon", "tue", "wed", "thu", "fri", "sat", "sun",
        "hb", "hari",
    ];
    word.chars().all(|c| c.is_ascii_digit()) || WEEKDAYS.contains(&word.to_lowercase().as_str())
}

/// The marks of the sample that the list knows. `H` is a holiday where it fills whole columns, present where no other
/// mark of presence occurs, and else for a person to say.
fn marks(columns: &[Column<'_>], days: &[ShapeColumn]) -> Vec<(String, String)> {
    let mut marks: Vec<(String, String)> = Vec::new();
    for text in texts(columns, days) {
        let meaning = code_meaning(&model::entities::ATTENDANCE_STATUS, text);
        if let Some(meaning) = meaning.filter(|_| !marks.iter().any(|(mark, _)| mark.eq_ignore_ascii_case(text))) {
            marks.push((text.to_owned(), meaning.to_owned()));
        }
    }
    let is_h = |text: &str| text.eq_ignore_ascii_case("h");
    let in_column = |day: &&ShapeColumn| texts(columns, std::slice::from_ref(*day)).any(is_h);
    let whole =
        |day: &ShapeColumn| texts(columns, std::slice::from_ref(day)).filter(|text| !is_nothing(text)).all(is_h);
    let with_h: Vec<&ShapeColumn> = days.iter().filter(in_column).collect();
    let present = marks.iter().any(|(_, value)| value == "present");
    match (with_h.is_empty(), present) {
        (true, _) => {}
        (false, false) => marks.push(("H".to_owned(), "present".to_owned())),
        (false, true) if with_h.iter().all(|day| whole(day)) => marks.push(("H".to_owned(), "holiday".to_owned())),
        (false, true) => {}
    }
    marks
}

/// The filled cells of some columns of the sample.
fn texts<'c>(columns: &'c [Column<'_>], of: &'c [ShapeColumn]) -> impl Iterator<Item = &'c str> {
    of.iter().filter_map(|found| columns.get(found.column as usize)).flat_map(|column| column.values.texts())
}

fn count(columns: &[Column<'_>], of: &ShapeColumn, fits: &dyn Fn(&str) -> bool) -> usize {
    texts(columns, std::slice::from_ref(of)).filter(|text| !is_nothing(text) && fits(text)).count()
}

fn known_mark(text: &str, marks: &[(String, String)]) -> bool {
    marks.iter().any(|(mark, _)| mark.eq_ignore_ascii_case(text)) || text.eq_ignore_ascii_case("h")
}

/// The class of a register: a column, or the word behind "KELAS" in a title.
fn add_class(mapping: &mut TableMapping, columns: &[Column<'_>], titles: &Titles) {
    if let Some(at) = headed(columns, &["kelas", "kod kelas", "nama kelas", "class"]) {
        return bind_column(mapping, "attendance", "class", at, columns, PUPIL);
    }
    let Some(class) = &titles.class else { return };
    let path = FieldPath::new("attendance", 1, "class");
    add_constant(
        mapping,
        &path,
        class,
        TITLE,
        reason("mapping.title", &[("title", class), ("field", &field_key(&path))]),
    );
}

// ------------------------------------------------------------------------------------------------ ledgers

fn months(columns: &[Column<'_>], titles: &Titles) -> Option<SheetShape> {
    let month = |(at, column): (usize, &Column<'_>)| {
        let words: Vec<String> = fold(column.header).split(' ').map(str::to_owned).collect();
        let month = words.iter().find_map(|word| super::titles::month_of(word))?;
        let year = words.iter().find_map(|word| super::titles::year_of(word)).or(titles.year);
        let other = words.iter().any(|word| super::titles::month_of(word).is_none() && word.parse::<u32>().is_err());
        let paid = words.iter().any(|word| matches!(word.as_str(), "yuran" | "bayaran" | "rm" | "bulan"));
        (!other || paid).then(|| (at, year.map_or_else(|| format!("{month:02}"), |year| format!("{year}-{month:02}"))))
    };
    let found: Vec<(usize, String)> = columns.iter().enumerate().filter_map(month).collect();
    let mut distinct: Vec<&String> = found.iter().map(|(_, means)| means).collect();
    distinct.sort();
    distinct.dedup();
    if found.len() < LEAST_COLUMNS || distinct.len() < found.len() {
        return None;
    }
    let mut all: Vec<ShapeColumn> = found.into_iter().map(|(at, means)| column(at, means, "invoices")).collect();
    let known = |text: &str| ledger::read(text).paid != Paid::Unknown;
    let read: usize = all.iter().map(|found| count(columns, found, &known)).sum();
    let filled: usize = all.iter().map(|found| count(columns, found, &|_| true)).sum();
    if filled > 0 && read * 2 < filled {
        return None;
    }
    let number = all.len().to_string();
    // "Tunggakan" before the first month was owed before; behind the months it is what the ledger itself counts
    let first = all.first().map_or(0, |found| found.column as usize);
    let opening = headed(columns, OPENINGS).filter(|at| *at < first);
    let opening = opening.or_else(|| headed(columns.get(..first).unwrap_or_default(), BALANCES));
    all.extend(opening.map(|at| column(at, OPENING.to_owned(), "invoices")));
    all.sort_by_key(|found| found.column);
    let dated = all.iter().all(|found| found.means.len() == 7);
    let key = if dated { "mapping.shape.months" } else { "mapping.shape.months.no-year" };
    let year = titles.year.map(|year| year.to_string()).unwrap_or_default();
    let why = reason(key, &[("count", number.as_str()), ("year", year.as_str())]);
    Some(shape(ShapeKind::Months, all, Vec::new(), if dated { 90 } else { UNSAID }, why))
}

fn add_ledger(mapping: &mut TableMapping, shape: &SheetShape, columns: &[Column<'_>], titles: &Titles) {
    let fee = headed(columns, FEES).filter(|at| shape.columns.iter().all(|found| found.column as usize != *at));
    match fee {
        Some(at) => bind_column(mapping, "invoices", "subtotal", at, columns, PUPIL),
        None => add_usual_fee(mapping, shape, columns),
    }
    let last = shape.columns.iter().map(|found| found.column as usize + 1).max().unwrap_or(0);
    for (field, headers) in [("stated_paid", PAID_SUMS), ("stated_balance", BALANCES)] {
        if let Some(at) = headed(columns.get(last..).unwrap_or_default(), headers) {
            bind_column(mapping, "invoices", field, last + at, columns, TITLE);
        }
    }
    let constant = |mapping: &mut TableMapping, entity: &str, field: &str, value: &str, key: &str| {
        let path = FieldPath::new(entity, 1, field);
        add_constant(mapping, &path, value, UNSAID, reason(key, &[("field", &field_key(&path))]));
    };
    constant(mapping, "invoices", "currency", "MYR", "mapping.currency");
    constant(mapping, "payments", "method", "other", "mapping.method.unsaid");
    constant(mapping, "payments", "status", "completed", "mapping.paid.received");
    if let Some(year) = titles.year {
        constant(mapping, "invoices", "invoice_date", &format!("{year}-01-01"), "mapping.opening.day");
        add_year(mapping, year, titles);
    }
}

/// The sum that most cells have, where the ledger has no column for the fee.
fn add_usual_fee(mapping: &mut TableMapping, shape: &SheetShape, columns: &[Column<'_>]) {
    let months: Vec<ShapeColumn> = shape.columns.iter().filter(|found| found.means != OPENING).cloned().collect();
    let mut sums: std::collections::BTreeMap<number::Hundredths, usize> = std::collections::BTreeMap::new();
    for text in texts(columns, &months) {
        if let Paid::Sum(sum) = ledger::read(text).paid {
            *sums.entry(sum).or_default() += 1;
        }
    }
    let all: usize = sums.values().sum();
    let Some((sum, most)) = sums.into_iter().max_by_key(|(_, count)| *count) else { return };
    if most * 5 < all * 3 {
        return;
    }
    let (fee, matching, filled) = (number::write(sum), most.to_string(), all.to_string());
    let why = reason("mapping.fee.usual", &[("fee", &fee), ("matching", &matching), ("filled", &filled)]);
    add_constant(mapping, &FieldPath::new("invoices", 1, "subtotal"), &fee, UNSAID, why);
}

/// The year as a record of its own that the others lead to.
fn add_year(mapping: &mut TableMapping, year: i32, titles: &Titles) {
    let name = year.to_string();
    let key = if titles.year_said { "mapping.year-of-title" } else { "mapping.year-of-project" };
    for (field, value) in [("code", format!("AY{year}")), ("name", name.clone())] {
        let path = FieldPath::new("academic_years", 1, field);
        add_constant(
            mapping,
            &path,
            &value,
            if titles.year_said { TITLE } else { UNSAID },
            reason(key, &[("year", &name)]),
        );
    }
}

// -------------------------------------------------------------------------------------------------- marks

fn subjects(columns: &[Column<'_>]) -> Option<SheetShape> {
    let subject = |(at, found): (usize, &Column<'_>)| {
        let folded = fold(found.header);
        let bare = folded.trim_end_matches(" markah").trim_end_matches(" gred");
        let islamic = ISLAMIC.contains(&bare);
        let entity = if islamic { "islamic_studies_grades" } else { "grades" };
        (islamic || SUBJECTS.contains(&bare)).then(|| column(at, found.header.trim().to_owned(), entity))
    };
    let found: Vec<ShapeColumn> = columns.iter().enumerate().filter_map(subject).collect();
    let mark = |text: &str| {
        number::read_with_doubt(text).is_some() || text.len() <= 3 || text.eq_ignore_ascii_case("tidak hadir")
    };
    let read: usize = found.iter().map(|one| count(columns, one, &mark)).sum();
    let filled: usize = found.iter().map(|one| count(columns, one, &|_| true)).sum();
    if found.len() < LEAST_COLUMNS || read * 5 < filled * 4 {
        return None;
    }
    let number = found.len().to_string();
    Some(shape(ShapeKind::Subjects, found, Vec::new(), 90, reason("mapping.shape.subjects", &[("count", &number)])))
}

/// What the titles say of the test: its name, its term, its year.
fn add_test(mapping: &mut TableMapping, main: &str, columns: &[Column<'_>], titles: &Titles) {
    for (field, headers, said) in [
        ("assessment", &["peperiksaan", "ujian", "pentaksiran"][..], &titles.test),
        ("term", &["penggal", "semester"][..], &titles.term),
    ] {
        let path = FieldPath::new(main, 1, field);
        if path.field().is_none() {
            continue;
        }
        if let Some(at) = headed(columns, headers) {
            bind_column(mapping, main, field, at, columns, PUPIL);
        } else if let Some(said) = said {
            let why = reason("mapping.title", &[("title", said), ("field", &field_key(&path))]);
            add_constant(mapping, &path, said, TITLE, why);
        }
    }
    if let Some(year) = titles.year {
        add_year(mapping, year, titles);
    }
}

/// Gives the bare days or months of a sheet their month and year, as a person says: `2026-03`, or `2026`.
///
/// Days that the month does not have leave the shape and say so by going nowhere. Returns whether anything changed.
pub fn set_period(mapping: &mut TableMapping, period: &str) -> bool {
    let Some(shape) = &mut mapping.shape else { return false };
    let (year, month) = period.split_once('-').map_or((period, None), |(year, month)| (year, Some(month)));
    let (Ok(year), month) = (year.parse::<i32>(), month.and_then(|month| month.parse::<u32>().ok())) else {
        return false;
    };
    let before = shape.columns.clone();
    match (shape.kind, month) {
        (ShapeKind::Days, Some(month)) => shape.columns.retain_mut(|column| {
            let day = column.means.rsplit('-').next().and_then(|day| day.parse().ok()).unwrap_or(0);
            let date = NaiveDate::from_ymd_opt(year, month, day).map(|date| date.to_string());
            date.map(|date| column.means = date).is_some()
        }),
        (ShapeKind::Months, _) => {
            for column in shape.columns.iter_mut().filter(|column| column.means != OPENING) {
                let month = column.means.rsplit('-').next().unwrap_or_default();
                column.means = format!("{year}-{month}");
            }
        }
        _ => {}
    }
    let changed = shape.columns != before;
    if changed {
        shape.confidence = 100;
        (shape.reason, shape.reason_args) = reason("mapping.shape.person", &[("month", period)]);
    }
    changed
}
