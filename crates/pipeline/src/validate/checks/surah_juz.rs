//! Check `surah-juz`: a surah that does not lie in this juz.
//!
//! Some printings begin a few juz one verse earlier or later, so it is for somebody to look at.

use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

use crate::quran;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "surah-juz",
    severity: Severity::Warning,
    section: Section::Consistency,
    scope: Scope::Record { applies, ask },
};

/// The fields that are compared.
pub(super) const NEEDS: &[&str] = &["surah_number", "juz_number"];

fn applies(entity: &Entity) -> bool {
    NEEDS.iter().all(|need| entity.field(need).is_some())
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let surah: u8 = cx.record.value("surah_number").parse().ok()?;
    let juz: u8 = cx.record.value("juz_number").parse().ok()?;
    let there: Vec<String> = quran::stretches(surah).map(|stretch| stretch.juz.to_string()).collect();
    let lies = there.is_empty() || there.contains(&juz.to_string());
    (!lies).then(|| ("juz_number", Message::new("found.surah-juz").with("juz", there.join(", "))))
}
