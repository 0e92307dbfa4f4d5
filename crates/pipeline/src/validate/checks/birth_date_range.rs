//! Check `birth-date-range`: a pupil who would be younger than 3 or older than 21, an adult younger than 16.

use model::{Check, Cx, Entity, Field, FieldKind, Message, Person, Scope, Section, Severity};

use crate::standard::{date, identity};

/// The check.
pub(super) static CHECK: Check = Check {
    code: "birth-date-range",
    severity: Severity::Warning,
    section: Section::Validity,
    scope: Scope::Value { applies, ask },
};

fn applies(entity: &Entity, field: &Field) -> bool {
    entity.person.is_some() && field.code == "date_of_birth" && matches!(field.kind, FieldKind::Date)
}

fn ask(cx: &Cx<'_>, value: &str) -> Option<Message> {
    let birth = date::parse(value).filter(|birth| *birth <= cx.today)?;
    let person = cx.entity.person?;
    let age = identity::age(birth, cx.today);
    let key = match person {
        _ if identity::fits(person, age) => return None,
        Person::Pupil => "found.birth-date-range.pupil",
        Person::Adult => "found.birth-date-range.adult",
    };
    Some(Message::new(key).with("age", age))
}
