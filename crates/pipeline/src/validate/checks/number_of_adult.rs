//! Check `number-of-adult`: a pupil under a grown-up's identity number, which contradicts the date of birth.
//!
//! The mother's number typed in her child's row, or the columns of pupil and father taken for each other: either way
//! the child would stand at the portal under somebody else's number.

use model::{Check, Cx, Entity, Message, Person, Scope, Section, Severity};

use crate::standard::date;
use crate::standard::identity::{self, MyKad};

/// The check.
pub(super) static CHECK: Check = Check {
    code: "number-of-adult",
    severity: Severity::Critical,
    section: Section::Consistency,
    scope: Scope::Record { applies, ask },
};

/// The fields that are compared.
pub(super) const NEEDS: &[&str] = &["date_of_birth", "national_id"];

fn applies(entity: &Entity) -> bool {
    entity.person == Some(Person::Pupil)
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let card = MyKad::parse(cx.record.value("national_id")).ok()?;
    let birth = date::parse(cx.record.value("date_of_birth"))?;
    let child = identity::fits(Person::Pupil, identity::age(birth, cx.today));
    let grown_up = card.birth(Person::Pupil, cx.today).is_none();
    let stated = card.birth(Person::Adult, cx.today).filter(|_| child && grown_up)?;
    Some(("national_id", Message::new("found.number-of-adult").with("birth", stated.format("%d/%m/%Y"))))
}
