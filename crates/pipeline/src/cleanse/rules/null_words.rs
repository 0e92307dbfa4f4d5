//! Rule `null-words`: words and marks that say "nothing" become a blank.
//!
//! Only where they stand alone in the cell, and only where they cannot be an answer: a code that the field's list
//! knows stays, and so does the identity type *TIADA*, which is how a child without papers is entered.

use model::{Cx, Field, FieldKind, Fix, Message, Rule};

use crate::standard::outer_trim;

/// The rule.
pub(super) static RULE: Rule = Rule { code: "null-words", applies, propose };

/// Words for "nothing", lower case.
const NOTHING: &[&str] = &[
    "n/a",
    "n.a",
    "n.a.",
    "na",
    "nil",
    "null",
    "(null)",
    "none",
    "tiada",
    "tiada maklumat",
    "tiada data",
    "tiada rekod",
    "tidak ada",
    "tak ada",
    "takde",
    "tidak berkenaan",
    "tidak diketahui",
    "unknown",
    "kosong",
    "?",
    "??",
    "???",
];

/// Words for "the same as above": not nothing, but no value either.
const AS_ABOVE: &[&str] =
    &["sda", "s.d.a", "s.d.a.", "sama seperti di atas", "sama seperti atas", "sama dengan atas", "ditto", "-do-", "\""];

/// What a spreadsheet shows where a formula failed.
const BROKEN: &[&str] = &["#n/a", "#ref!", "#value!", "#name?", "#div/0!", "#null!", "#num!"];

/// The longest word of the lists, in bytes.
const LONGEST: usize = 20;

/// Whether `written`, without the spaces around it, says "nothing" in a column of which nothing else is known.
pub(crate) fn is_null_word(written: &str) -> bool {
    let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(written));
    written.len() <= LONGEST && may_begin(written) && (is_dashes(written) || is(NOTHING))
}

fn applies(field: &Field) -> bool {
    field.code != "identity_type"
}

fn propose(cx: &Cx<'_>, value: &str) -> Option<Fix> {
    let written = outer_trim(value);
    if written.len() > LONGEST || !may_begin(written) {
        return None;
    }
    let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(written));
    if is(AS_ABOVE) {
        return Some(Fix::review("", Message::new("fix.null-words.as-above")));
    }
    if is(BROKEN) {
        return Some(Fix::review("", Message::new("fix.null-words.broken")));
    }
    let nothing = is_dashes(written) || is(NOTHING) || is_zeros(cx.field, written);
    if !nothing || is_answer(cx.field, written) {
        return None;
    }
    Some(blank(cx.field, written))
}

/// Whether a word of the lists, a dash or a zero begins so: spares most values the lists.
fn may_begin(written: &str) -> bool {
    let first = written.bytes().next().unwrap_or_default().to_ascii_lowercase();
    !first.is_ascii() || matches!(first, b'n' | b't' | b'u' | b'k' | b's' | b'd' | b'0') || first.is_ascii_punctuation()
}

/// A blank: safe where the word cannot be anything else, to be reviewed where it may be an answer.
fn blank(field: &Field, written: &str) -> Fix {
    let word = written.chars().any(char::is_alphabetic);
    match field.kind {
        FieldKind::PersonName | FieldKind::Bool => Fix::review("", Message::new("fix.null-words.doubt")),
        FieldKind::Text if field.sensitive && word => Fix::review("", Message::new("fix.null-words.answer")),
        _ => Fix::safe("", Message::new("fix.null-words.nothing")),
    }
}

fn is_dashes(written: &str) -> bool {
    written.chars().all(|char| matches!(char, '-' | '–' | '—' | '.' | '_' | '~' | ' '))
}

/// Zeros and nothing else, where zero is no value.
fn is_zeros(field: &Field, written: &str) -> bool {
    let kind =
        matches!(field.kind, FieldKind::Phone | FieldKind::IdentityNumber | FieldKind::Postcode | FieldKind::Email);
    kind && written.contains('0') && written.bytes().all(|byte| matches!(byte, b'0' | b'-' | b' '))
}

/// Whether the field's own list knows the word.
fn is_answer(field: &Field, written: &str) -> bool {
    matches!(field.kind, FieldKind::Code(list) if list.meaning(written).is_some())
}
