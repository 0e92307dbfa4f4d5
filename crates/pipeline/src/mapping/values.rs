//! What the values of a column look like, without knowing its header.
//!
//! Loose on purpose: dirty values must still be recognised, so a shape says "this looks like an identity
//! number", never "this is a right one". Judging values is the business of cleansing and checks.

use model::{Cell, CellKind, Entity, Field, FieldKind};

use super::derive::{code_meaning, year_code};
use crate::country::my;
use crate::standard::place;

/// Rows of a sample that are looked at: enough to tell a kind of value, few enough to answer at once.
const ROWS_LOOKED_AT: usize = 1_000;

/// What a value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Shape {
    Email,
    Identity,
    Date,
    Phone,
    Gender,
    Relationship,
    State,
    Year,
    Postcode,
    Address,
    Name,
}

impl Shape {
    /// All shapes, the most telling first.
    pub(crate) const ALL: [Self; 11] = [
        Self::Email,
        Self::Identity,
        Self::Date,
        Self::Phone,
        Self::Gender,
        Self::Relationship,
        Self::State,
        Self::Year,
        Self::Postcode,
        Self::Address,
        Self::Name,
    ];

    /// Word key of the shape.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Email => "mapping.looks.email",
            Self::Identity => "mapping.looks.identity",
            Self::Date => "mapping.looks.date",
            Self::Phone => "mapping.looks.phone",
            Self::Gender => "mapping.looks.gender",
            Self::Relationship => "mapping.looks.relationship",
            Self::State => "mapping.looks.state",
            Self::Year => "mapping.looks.year",
            Self::Postcode => "mapping.looks.postcode",
            Self::Address => "mapping.looks.address",
            Self::Name => "mapping.looks.name",
        }
    }

    /// Whether `cell` looks like this.
    pub(crate) fn fits(self, cell: Cell<'_>) -> bool {
        let text = cell.text.trim();
        match self {
            Self::Email => is_email(text),
            Self::Identity => is_identity(text),
            Self::Date => matches!(cell.kind, CellKind::Date | CellKind::DateTime) || is_date(text),
            Self::Phone => is_phone(text),
            Self::Gender => code_meaning(&model::entities::GENDER, text).is_some() && text.parse::<u8>().is_err(),
            Self::Relationship => code_meaning(&model::entities::RELATIONSHIP, text).is_some(),
            Self::State => is_state(text),
            Self::Year => text.len() >= 4 && year_code(text).is_some(),
            Self::Postcode => is_postcode(text),
            Self::Address => is_address(text),
            Self::Name => is_name(text),
        }
    }
}

/// The filled values of one column of a sample.
#[derive(Clone, Debug, Default)]
pub(crate) struct ColumnValues<'a> {
    cells: Vec<Cell<'a>>,
}

impl<'a> ColumnValues<'a> {
    /// The columns of the first rows of `sample`, at least `width` of them.
    pub(crate) fn of(sample: &'a model::RowBlock, width: usize) -> Vec<Self> {
        let width = sample.rows().take(ROWS_LOOKED_AT).map(|row| row.len()).max().unwrap_or(0).max(width);
        let mut columns = vec![Self::default(); width];
        for row in sample.rows().take(ROWS_LOOKED_AT) {
            for (column, cell) in columns.iter_mut().zip(row.cells()) {
                if !cell.text.trim().is_empty() {
                    column.cells.push(cell);
                }
            }
        }
        columns
    }

    /// How many values are filled.
    pub(crate) fn filled(&self) -> usize {
        self.cells.len()
    }

    /// The filled values.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &'a str> {
        self.cells.iter().map(|cell| cell.text.trim())
    }

    /// How many values look like `shape`.
    pub(crate) fn count(&self, shape: Shape) -> usize {
        self.cells.iter().filter(|cell| shape.fits(**cell)).count()
    }

    /// What at least four of five values look like; of several shapes the most telling.
    pub(crate) fn looks(&self) -> Option<Shape> {
        Shape::ALL.into_iter().find(|shape| self.filled() > 0 && self.count(*shape) * 5 >= self.filled() * 4)
    }

    /// Whether the values only count the rows: 1, 2, 3.
    pub(crate) fn is_serial(&self) -> bool {
        let number = |cell: &Cell<'_>| cell.text.trim().trim_end_matches('.').parse::<u64>().ok();
        let numbers: Option<Vec<u64>> = self.cells.iter().map(number).collect();
        numbers.is_some_and(|numbers| numbers.len() >= 3 && numbers.windows(2).all(|two| two[1] == two[0] + 1))
    }

    /// Whether the values are numbers that count: whole ones, and some of them less than `large`.
    pub(crate) fn count_rows(&self, large: i64) -> bool {
        let number = |cell: &Cell<'_>| cell.text.trim().parse::<i64>().ok();
        let numbers: Option<Vec<i64>> = self.cells.iter().map(number).collect();
        numbers.is_some_and(|numbers| numbers.is_empty() || numbers.iter().any(|number| *number < large))
    }

    /// How many values fit `field`; `None` where its values may be anything.
    pub(crate) fn support(&self, entity: &Entity, field: &Field) -> Option<usize> {
        let shape = match field.kind {
            FieldKind::PersonName => return Some(self.count_where(has_name_letters)),
            FieldKind::IdentityNumber => return Some(self.count_where(|text| is_identity(text) || is_passport(text))),
            FieldKind::Date => Shape::Date,
            FieldKind::Phone => Shape::Phone,
            FieldKind::Email => Shape::Email,
            FieldKind::Postcode => Shape::Postcode,
            FieldKind::State => Shape::State,
            FieldKind::Text if entity.code == "academic_years" => Shape::Year,
            FieldKind::Code(list) => return Some(self.count_where(|text| code_meaning(list, text).is_some())),
            FieldKind::Amount | FieldKind::Score | FieldKind::Quantity => {
                return Some(self.count_where(|text| crate::standard::number::read_with_doubt(text).is_some()));
            }
            FieldKind::Surah => return Some(self.count_where(|text| crate::quran::surah(text).is_some())),
            FieldKind::Integer => return Some(self.count_where(|text| text.parse::<i64>().is_ok())),
            _ => return None,
        };
        Some(self.count(shape))
    }

    fn count_where(&self, fits: impl Fn(&str) -> bool) -> usize {
        self.cells.iter().filter(|cell| fits(cell.text.trim())).count()
    }
}

fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains(' '))
}

/// Twelve digits whose month and day are possible, eleven or ten that lost zeros, or Excel's `8.03051E+10`.
fn is_identity(text: &str) -> bool {
    let shown = text.contains("E+1") && text.contains('.');
    let only = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | ' ' | '*' | '\'' | '\u{a0}'));
    let digits = digits_of(text);
    let padded = match digits.len() {
        12 => digits,
        // A birth year from 2000 to 2009 that lost its zeros; a telephone number begins with 0 or 1.
        10 | 11 if text.chars().all(|c| c.is_ascii_digit()) && !digits.starts_with('0') => format!("{digits:0>12}"),
        _ => return shown,
    };
    let month = padded.get(2..4).and_then(|two| two.parse::<u8>().ok()).unwrap_or(0);
    let day = padded.get(4..6).and_then(|two| two.parse::<u8>().ok()).unwrap_or(0);
    only && (1..=12).contains(&month) && (1..=31).contains(&day)
}

/// One or two letters and six to nine digits. Source: passports, old identity cards, service numbers.
fn is_passport(text: &str) -> bool {
    let letters = text.chars().take_while(char::is_ascii_alphabetic).count();
    let digits = text.get(letters..).unwrap_or("");
    (1..=2).contains(&letters) && (6..=9).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_digit())
}

fn is_date(text: &str) -> bool {
    let day = text.split(['T', ' ']).next().filter(|part| part.len() >= 6).unwrap_or(text);
    let numbers: Vec<&str> = day.split(['/', '-', '.']).collect();
    let month_name = || {
        let lower = text.to_lowercase();
        lower
            .split(|c: char| !c.is_alphabetic())
            .any(|word| word.get(..3).is_some_and(|start| my::MONTHS.iter().any(|(name, _)| *name == start)))
            && text.chars().any(|c| c.is_ascii_digit())
            && text.len() <= 30
    };
    let plain = numbers.len() == 3
        && numbers.iter().all(|part| (1..=4).contains(&part.len()) && part.chars().all(|c| c.is_ascii_digit()));
    plain || month_name()
}

fn is_phone(text: &str) -> bool {
    let first = text.split(['/', ',', ';', '&']).next().unwrap_or(text).trim();
    let allowed = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | ' ' | '(' | ')' | '.' | '\u{a0}');
    let digits = digits_of(first);
    let starts =
        first.starts_with('+') || digits.starts_with('0') || digits.starts_with("60") || digits.starts_with('1');
    first.chars().all(allowed) && (8..=13).contains(&digits.len()) && starts && !is_identity(text) && !is_date(text)
}

/// A state in any of its spellings, or the federal territories without saying which.
fn is_state(text: &str) -> bool {
    place::state(text).is_some() || text.eq_ignore_ascii_case("wilayah persekutuan")
}

/// Five digits from 01000 to 98859, or four that lost a zero. Source: the postcode table.
fn is_postcode(text: &str) -> bool {
    let plain = text.chars().all(|c| c.is_ascii_digit()) && (text.len() == 5 || text.len() == 4);
    plain && text.parse::<u32>().is_ok_and(|code| (1_000..=98_859).contains(&code)) && (text.len() == 5 || code4(text))
}

/// Four digits that may be a northern postcode without its zero, and no year.
fn code4(text: &str) -> bool {
    !(text.starts_with("19") || text.starts_with("20"))
}

fn is_address(text: &str) -> bool {
    const WORDS: &[&str] =
        &["jalan", "jln", "lorong", "lrg", "kampung", "kg", "taman", "tmn", "lot", "blok", "no", "felda", "seksyen"];
    let lower = text.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    text.len() > 8 && words.any(|word| WORDS.contains(&word)) && text.contains(' ')
}

/// Letters only, apart from the marks that names have.
fn has_name_letters(text: &str) -> bool {
    let mark = |c: char| matches!(c, ' ' | '\'' | '’' | '`' | '.' | '/' | '@' | '-' | ',');
    text.chars().all(|c| c.is_alphabetic() || mark(c)) && text.chars().filter(|c| c.is_alphabetic()).count() >= 2
}

/// Two words or more that a name may have, and no address.
fn is_name(text: &str) -> bool {
    text.split_whitespace().count() >= 2 && has_name_letters(text) && !is_state(text) && !is_address(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_recognised_by_their_look() {
        let looks = |text: &str| {
            let cell = Cell { kind: CellKind::Text, text };
            Shape::ALL.into_iter().find(|shape| shape.fits(cell))
        };
        for (text, shape) in [
            ("150412-14-1234", Some(Shape::Identity)),
            ("150412141234", Some(Shape::Identity)),
            ("80305101234", Some(Shape::Identity)),
            ("012-345 6789", Some(Shape::Phone)),
            ("+60123456789", Some(Shape::Phone)),
            ("01112345678", Some(Shape::Phone)),
            ("12/04/2015", Some(Shape::Date)),
            ("5 Mac 2018", Some(Shape::Date)),
            ("2015-04-12", Some(Shape::Date)),
            ("ali@contoh.my", Some(Shape::Email)),
            ("L", Some(Shape::Gender)),
            ("PEREMPUAN", Some(Shape::Gender)),
            ("43000", Some(Shape::Postcode)),
            ("2026", Some(Shape::Year)),
            ("Selangor", Some(Shape::State)),
            ("NO 12 JALAN MAWAR", Some(Shape::Address)),
            ("NUR AISYAH BINTI ALI", Some(Shape::Name)),
            ("12", None),
        ] {
            assert_eq!(looks(text), shape, "{text}");
        }
    }
}
