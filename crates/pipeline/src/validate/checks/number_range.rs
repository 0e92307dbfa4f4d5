//! Check `number-range`: sums and marks outside what they can be.

use model::{Check, Cx, Entity, Field, FieldKind, Message, Scope, Section, Severity};

use crate::standard::number;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "number-range",
    severity: Severity::Critical,
    section: Section::Validity,
    scope: Scope::Value { applies, ask },
};

/// A mark of a hundred, in hundredths.
const HUNDRED: number::Hundredths = 10_000;

fn applies(_: &Entity, field: &Field) -> bool {
    // what is still owed may be less than nothing: somebody paid too much
    number::digits_of(&field.kind).is_some() && field.code != "balance_due" && field.code != "total_amount"
}

fn ask(cx: &Cx<'_>, value: &str) -> Option<Message> {
    let number = number::read(value)?;
    let moved = matches!(cx.entity.code, "payments" | "payment_allocations");
    let of_hundred = matches!(cx.field.kind, FieldKind::Score) && cx.entity.code != "grades";
    let key = match number {
        ..0 => "found.number-range.minus",
        0 if moved => "found.number-range.nothing",
        _ if of_hundred && number > HUNDRED => "found.number-range.hundred",
        _ => return None,
    };
    Some(Message::new(key))
}
