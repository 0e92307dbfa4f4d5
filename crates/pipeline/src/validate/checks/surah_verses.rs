//! Check `surah-verses`: a number of verses that the surah does not have in this juz, by the Hafs count.

use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

use crate::quran;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "surah-verses",
    severity: Severity::Warning,
    section: Section::Consistency,
    scope: Scope::Record { applies, ask },
};

/// The fields that are compared.
pub(super) const NEEDS: &[&str] = &["surah_number", "juz_number", "total_verses"];

fn applies(entity: &Entity) -> bool {
    NEEDS.iter().all(|need| entity.field(need).is_some())
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let surah = cx.record.value("surah_number").parse().ok()?;
    let juz: u8 = cx.record.value("juz_number").parse().ok()?;
    let told: u16 = cx.record.value("total_verses").parse().ok()?;
    let there = quran::stretches(surah).find(|stretch| stretch.juz == juz)?.verses();
    (told != there).then(|| ("total_verses", Message::new("found.surah-verses").with("count", there)))
}
