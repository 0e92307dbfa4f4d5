//! Check `ledger-sums`: a ledger whose own sums are not what its months come to.

use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

use crate::standard::number;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "ledger-sums",
    severity: Severity::Warning,
    section: Section::Consistency,
    scope: Scope::Record { applies, ask },
};

fn applies(entity: &Entity) -> bool {
    entity.code == "invoices"
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let differs = |stated: &'static str, counted: &str, key| {
        let (said, right) = (number::read(cx.record.value(stated))?, number::read(cx.record.value(counted))?);
        (said != right).then(|| (stated, Message::new(key).with("right", number::write(right))))
    };
    differs("stated_paid", "counted_paid", "found.ledger-sums.paid")
        .or_else(|| differs("stated_balance", "counted_balance", "found.ledger-sums.balance"))
}
