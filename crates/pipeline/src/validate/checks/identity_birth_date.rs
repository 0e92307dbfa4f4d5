//! Check `identity-birth-date`: an identity number and a date of birth that disagree.
//!
//! Never corrected: in rare cases the number holds the date of registration.

use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

use crate::standard::date;
use crate::standard::identity::MyKad;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "identity-birth-date",
    severity: Severity::Warning,
    section: Section::Consistency,
    scope: Scope::Record { applies, ask },
};

/// The fields that are compared.
pub(super) const NEEDS: &[&str] = &["national_id", "date_of_birth"];

fn applies(entity: &Entity) -> bool {
    NEEDS.iter().all(|need| entity.field(need).is_some())
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let card = MyKad::parse(cx.record.value("national_id")).ok()?;
    let birth = date::parse(cx.record.value("date_of_birth"))?;
    let births = card.births(cx.today);
    if births.contains(&Some(birth)) {
        return None;
    }
    let likely = cx.entity.person.and_then(|person| card.birth(person, cx.today));
    let says = likely.or_else(|| births.into_iter().flatten().next())?;
    Some(("date_of_birth", Message::new("found.identity-birth-date").with("birth", says.format("%d/%m/%Y"))))
}
