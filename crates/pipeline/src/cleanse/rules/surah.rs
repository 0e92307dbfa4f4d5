//! Rule `surah`: the number of a surah from its name, and of a juz from "Juz 30".

use model::{Cx, Field, FieldKind, Fix, Message, Rule};

use crate::{quran, standard};

/// The rule.
pub(super) static RULE: Rule = Rule { code: "surah", applies, propose };

fn applies(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Surah | FieldKind::Juz)
}

fn propose(cx: &Cx<'_>, value: &str) -> Option<Fix> {
    if standard::is_standard(cx.field, value) {
        return None;
    }
    if matches!(cx.field.kind, FieldKind::Juz) {
        let number = quran::juz(value)?;
        return Some(Fix::safe(number.to_string(), Message::new("fix.surah.juz")));
    }
    let number = quran::surah(value)?;
    let name = quran::name(number).unwrap_or_default();
    Some(Fix::safe(number.to_string(), Message::new("fix.surah.name").with("name", name)))
}
