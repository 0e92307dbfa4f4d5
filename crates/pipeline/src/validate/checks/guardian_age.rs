//! Check `guardian-age`: a father, mother or grandparent who would be hardly older than the child.

use chrono::NaiveDate;
use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

use crate::standard::date;
use crate::standard::identity::{self, MyKad};

/// The check.
pub(super) static CHECK: Check = Check {
    code: "guardian-age",
    severity: Severity::Warning,
    section: Section::Consistency,
    scope: Scope::Record { applies, ask },
};

/// The fields that are compared.
pub(super) const NEEDS: &[&str] = &["student.date_of_birth", "guardian.national_id", "relationship"];

/// Years by which a parent is older at least.
const PARENT: i32 = 12;
/// Nobody is older than this.
const OLDEST: i32 = 105;

fn applies(entity: &Entity) -> bool {
    entity.code == "student_guardians"
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let older = match cx.record.value("relationship") {
        "father" | "mother" => PARENT,
        "grandparent" => 2 * PARENT,
        _ => return None,
    };
    let child = date::parse(cx.record.value("student.date_of_birth"))?;
    let born = youngest_reading(cx)?;
    let years = identity::age(born, child);
    (years < older).then(|| ("guardian", Message::new("found.guardian-age").with("years", years)))
}

/// The earlier of the births that the number may stand for is taken: nothing is said where one of them fits.
fn youngest_reading(cx: &Cx<'_>) -> Option<NaiveDate> {
    let card = MyKad::parse(cx.record.value("guardian.national_id")).ok()?;
    let alive = |born: &NaiveDate| identity::age(*born, cx.today) <= OLDEST;
    card.births(cx.today).into_iter().flatten().filter(alive).min()
}
