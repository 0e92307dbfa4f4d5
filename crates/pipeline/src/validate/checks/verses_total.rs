//! Check `verses-total`: more verses memorised than there are.

use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

/// The check.
pub(super) static CHECK: Check = Check {
    code: "verses-total",
    severity: Severity::Critical,
    section: Section::Consistency,
    scope: Scope::Record { applies, ask },
};

/// The fields that are compared.
pub(super) const NEEDS: &[&str] = &["verses_memorized", "total_verses"];

fn applies(entity: &Entity) -> bool {
    NEEDS.iter().all(|need| entity.field(need).is_some())
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let number = |field: &str| cx.record.value(field).parse::<u32>().ok();
    let (done, all) = (number("verses_memorized")?, number("total_verses")?);
    (done > all).then(|| ("verses_memorized", Message::new("found.verses-total").with("all", all)))
}
