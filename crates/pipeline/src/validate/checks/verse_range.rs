//! Check `verse-range`: verses that run backwards or past the end of the surah.

use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

use crate::quran;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "verse-range",
    severity: Severity::Critical,
    section: Section::Consistency,
    scope: Scope::Record { applies, ask },
};

/// The fields that are compared.
pub(super) const NEEDS: &[&str] = &["from_verse", "to_verse"];

fn applies(entity: &Entity) -> bool {
    NEEDS.iter().all(|need| entity.field(need).is_some())
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let number = |field: &str| cx.record.value(field).parse::<u16>().ok();
    let (from, to) = (number("from_verse")?, number("to_verse")?);
    if from == 0 || to < from {
        return Some(("to_verse", Message::new("found.verse-range.backwards")));
    }
    let all = cx.record.value("surah_number").parse().ok().and_then(quran::verses)?;
    (to > all).then(|| ("to_verse", Message::new("found.verse-range.beyond").with("count", all)))
}
