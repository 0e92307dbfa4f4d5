//! Check `mixed-scripts`: a word with letters of two scripts, such as a Cyrillic А in a Malay name.
//!
//! Such letters look alike and are not: nobody finds the child by typing the name. A value may well hold words of
//! several scripts, and Japanese and Korean mix theirs with Chinese letters.

use model::{Check, Cx, Entity, Field, FieldKind, Message, Scope, Section, Severity};
// The scripts of all letters are Unicode's own table (UAX #24).
use unicode_script::{Script, UnicodeScript as _};

/// The check.
pub(super) static CHECK: Check = Check {
    code: "mixed-scripts",
    severity: Severity::Warning,
    section: Section::Validity,
    scope: Scope::Value { applies, ask },
};

fn applies(_: &Entity, field: &Field) -> bool {
    matches!(field.kind, FieldKind::PersonName | FieldKind::Text | FieldKind::Address | FieldKind::Email)
}

fn ask(_: &Cx<'_>, value: &str) -> Option<Message> {
    if value.is_ascii() {
        return None;
    }
    let (one, other) = value.split_whitespace().find_map(two_scripts)?;
    Some(Message::new("found.mixed-scripts").with("one", one.full_name()).with("other", other.full_name()))
}

/// The first two scripts of a word that do not go together.
fn two_scripts(word: &str) -> Option<(Script, Script)> {
    let mut first = None;
    for script in word.chars().filter(|char| char.is_alphabetic()).map(|char| char.script()) {
        match (first, script) {
            (_, Script::Common | Script::Inherited) => {}
            (None, script) => first = Some(script),
            (Some(known), script) if known == script || (is_east_asian(known) && is_east_asian(script)) => {}
            (Some(known), script) => return Some((known, script)),
        }
    }
    None
}

fn is_east_asian(script: Script) -> bool {
    matches!(script, Script::Han | Script::Hiragana | Script::Katakana | Script::Hangul | Script::Bopomofo)
}
