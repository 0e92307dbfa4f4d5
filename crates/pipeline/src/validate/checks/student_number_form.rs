//! Check `student-number-form`: a student number that is rather something else, or that would upset the portal's own
//! series.
//!
//! Schools number their pupils as they like. But the portal gives numbers as `STU`, year, letters of the country or
//! school and a running number (plan 5.1), and one foreign value among them breaks a series.

use model::{Check, Cx, Entity, Field, Message, Scope, Section, Severity};

use crate::standard::identity::{self, MyKad};

/// The check.
pub(super) static CHECK: Check = Check {
    code: "student-number-form",
    severity: Severity::Warning,
    section: Section::Validity,
    scope: Scope::Value { applies, ask },
};

/// Characters that a number may have.
const MOST: usize = 30;

fn applies(entity: &Entity, field: &Field) -> bool {
    entity.code == "students" && field.code == "student_number"
}

fn ask(_: &Cx<'_>, value: &str) -> Option<Message> {
    let key = if identity::is_exponent(value) {
        "found.student-number-form.exponent"
    } else if MyKad::parse(value).is_ok() {
        "found.student-number-form.identity"
    } else if !value.chars().any(|char| char.is_ascii_digit()) || value.chars().count() > MOST {
        "found.student-number-form.no-number"
    } else if value.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("STU")) && !is_portal_number(value) {
        "found.student-number-form.series"
    } else {
        return None;
    };
    Some(Message::new(key))
}

/// `STU`, four digits of a year, two letters or more, four digits or more.
fn is_portal_number(value: &str) -> bool {
    let Some((year, rest)) = value.get(3..).and_then(|rest| rest.split_at_checked(4)) else { return false };
    let letters = rest.bytes().take_while(u8::is_ascii_uppercase).count();
    let number = rest.get(letters..).unwrap_or_default();
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    digits(year) && letters >= 2 && number.len() >= 4 && digits(number)
}
