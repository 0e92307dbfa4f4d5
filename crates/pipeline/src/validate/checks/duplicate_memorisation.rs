//! Check `duplicate-memorisation`: one surah and juz of one pupil twice. The portal refuses the second.

use model::{Check, Cx, Entity, Scope, Section, Severity};

use crate::quran;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "duplicate-memorisation",
    severity: Severity::Critical,
    section: Section::Uniqueness,
    scope: Scope::Unique { applies, field: "surah_number", key, message: "found.duplicate-memorisation" },
};

/// The fields that are compared.
pub(super) const NEEDS: &[&str] = &["enrollment#", "surah_number", "juz_number"];

fn applies(entity: &Entity) -> bool {
    entity.code == "hafiz_progress"
}

fn key(cx: &Cx<'_>) -> Option<String> {
    let surah = quran::surah(cx.record.value("surah_number"))?;
    let juz = quran::juz(cx.record.value("juz_number"))?;
    Some(format!("{}|{surah}|{juz}", cx.record.value("enrollment#")))
}
