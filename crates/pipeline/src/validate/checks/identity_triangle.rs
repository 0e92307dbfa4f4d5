//! Check `identity-triangle`: identity number, date of birth, gender and name that do not say the same person.
//!
//! Never corrected unasked: in rare cases the number holds the date of registration. One finding a record; what each
//! of them says, and what could be repaired, stands beside it (see [`crate::triangle`]).

use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

use crate::triangle::{self, Odd};

/// The check.
pub(super) static CHECK: Check = Check {
    code: "identity-triangle",
    severity: Severity::Warning,
    section: Section::Consistency,
    scope: Scope::Record { applies, ask },
};

fn applies(entity: &Entity) -> bool {
    ["national_id", "full_name"].iter().all(|field| entity.field(field).is_some())
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let of = |gender: &str, male, female| if gender == "male" { male } else { female };
    Some(match triangle::odd(cx)? {
        Odd::Birth(birth) => {
            let said = Message::new("found.identity-triangle.birth");
            ("date_of_birth", said.with("birth", birth.format("%d/%m/%Y")))
        }
        Odd::Both(birth, gender) => {
            let key = of(gender, "found.identity-triangle.both.male", "found.identity-triangle.both.female");
            ("national_id", Message::new(key).with("birth", birth.format("%d/%m/%Y")))
        }
        Odd::Gender(gender) => {
            let key = of(gender, "found.identity-triangle.gender.male", "found.identity-triangle.gender.female");
            ("gender", Message::new(key))
        }
        Odd::NameGender(gender) => {
            let key = of(gender, "found.identity-triangle.name.male", "found.identity-triangle.name.female");
            ("gender", Message::new(key))
        }
        Odd::Name(gender) => {
            let key = of(gender, "found.identity-triangle.number.male", "found.identity-triangle.number.female");
            ("national_id", Message::new(key))
        }
    })
}
