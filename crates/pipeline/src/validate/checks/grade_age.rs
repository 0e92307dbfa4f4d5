//! Check `grade-age`: a pupil two years or more too young or too old for the year of the class.
//!
//! Source: the Ministry's schools take a child into Year 1 in the year in which it turns 7, into Form 1 at 13.

use chrono::Datelike as _;
use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

use crate::standard::date;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "grade-age",
    severity: Severity::Warning,
    section: Section::Consistency,
    scope: Scope::Record { applies, ask },
};

/// The fields that are compared.
pub(super) const NEEDS: &[&str] = &["student.date_of_birth", "class.grade_level", "academic_year.code"];

/// Years by which a pupil may be off: a child that repeated a year, or came a year early.
const TOLERATED: i32 = 1;

fn applies(entity: &Entity) -> bool {
    entity.code == "enrollments"
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let turns =
        year(cx.record.value("academic_year.code"))? - date::parse(cx.record.value("student.date_of_birth"))?.year();
    let usual = usual_age(cx.record.value("class.grade_level"))?;
    let odd = (turns - usual).abs() > TOLERATED;
    odd.then(|| ("class", Message::new("found.grade-age").with("age", turns).with("usual", usual)))
}

/// The first year of a code such as `2026` or `2026/2027`.
fn year(code: &str) -> Option<i32> {
    let years = code.split(|char: char| !char.is_ascii_digit()).filter(|digits| digits.len() == 4);
    years.filter_map(|digits| digits.parse().ok()).find(|year| (1950..2100).contains(year))
}

/// The age that pupils of this level reach in its year. A bare number may be a year or a form: then nothing is said.
fn usual_age(level: &str) -> Option<i32> {
    let level = level.to_lowercase();
    let letters: String = level.chars().filter(|char| char.is_alphabetic()).collect();
    let number = level.split(|char: char| !char.is_ascii_digit()).find(|digits| !digits.is_empty());
    let number: Option<i32> = number.and_then(|digits| digits.parse().ok()).filter(|number| (1..=6).contains(number));
    match (letters.as_str(), number) {
        ("peralihan" | "removeclass", _) => Some(13),
        ("tahun" | "thn" | "darjah" | "year" | "yr" | "standard" | "std", Some(number)) => Some(6 + number),
        ("tingkatan" | "ting" | "tkt" | "form", Some(number)) if number < 6 => Some(12 + number),
        _ => None,
    }
}
