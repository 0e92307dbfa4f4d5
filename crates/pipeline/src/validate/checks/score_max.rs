//! Check `score-max`: a mark above the highest that can be had.

use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

use crate::standard::number;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "score-max",
    severity: Severity::Critical,
    section: Section::Consistency,
    scope: Scope::Record { applies, ask },
};

/// The fields that are compared.
pub(super) const NEEDS: &[&str] = &["score", "max_score"];

fn applies(entity: &Entity) -> bool {
    NEEDS.iter().all(|need| entity.field(need).is_some())
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let (score, most) = (number::read(cx.record.value("score"))?, number::read(cx.record.value("max_score"))?);
    let most_said = cx.record.value("max_score");
    (score > most || most <= 0).then(|| ("score", Message::new("found.score-max").with("most", most_said)))
}
