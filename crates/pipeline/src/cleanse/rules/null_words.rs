//! Rule `null-words`: words and marks that say "nothing" become a blank.
//!
//! Only where they stand alone in the cell, and only where they cannot be an answer: a code that the field's list
//! knows stays, and so does the identity type *TIADA*, which is how a child without papers is entered. In a sum a dash
//! may be the 0.00 of Excel's accounting form: that is asked.

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

/// Words and phrases that rather say "nothing", lower case: a person decides.
const PERHAPS: &[&str] = &[
    "tidak pasti",
    "tidak tahu",
    "tidak dinyatakan",
    "belum pasti",
    "belum ada",
    "belum isi",
    "belum diisi",
    "tiada nama",
    "belum ada nama",
    "tiada mykid",
    "no name",
    "tba",
];

/// What a spreadsheet shows where a formula failed, without the marks that some programs drop.
const BROKEN: &[&str] = &["#n/a", "#ref", "#value", "#name", "#div/0", "#null", "#num"];

/// The longest word of the lists, in bytes, with brackets around it.
const LONGEST: usize = 22;

/// Whether `written` fills a place where no name is known: `XXX`, `TIADA NAMA`.
pub(crate) fn is_placeholder(written: &str) -> bool {
    let bare = bare(outer_trim(written));
    let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(bare));
    bare.len() <= LONGEST && (is_crosses(bare) || is(NOTHING) || is(PERHAPS))
}

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
    let bare = bare(written);
    let also = (bare.len() < written.len()).then_some(bare);
    let is = |words: &[&str]| {
        words
            .iter()
            .any(|word| word.eq_ignore_ascii_case(written) || also.is_some_and(|bare| word.eq_ignore_ascii_case(bare)))
    };
    if is(AS_ABOVE) {
        return Some(Fix::review("", Message::new("fix.null-words.as-above")));
    }
    if BROKEN.iter().any(|word| word.eq_ignore_ascii_case(written.trim_end_matches(['!', '?']))) {
        return Some(Fix::review("", Message::new("fix.null-words.broken")));
    }
    if is_answer(cx.field, written) {
        return None;
    }
    if matches!(cx.field.kind, FieldKind::Amount) && is_dashes(without_currency(written)) {
        return Some(Fix::review("", Message::new("fix.null-words.dash-sum")));
    }
    if is_dashes(written) || is(NOTHING) || is_zeros(cx.field, written) {
        return Some(blank(cx.field, written));
    }
    let perhaps = is(PERHAPS) || is_crosses(bare) || is_zeros_of_a_number(cx.field, written);
    perhaps.then(|| Fix::review("", Message::new("fix.null-words.doubt")))
}

/// A word without the brackets, dashes and points that some put around it: `(tiada)`, `tiada.`, `-tiada-`.
fn bare(written: &str) -> &str {
    written.trim_matches(|char: char| matches!(char, '(' | ')' | '[' | ']' | '-' | '.' | ' '))
}

/// Crosses or stars and nothing else, at least two: `XXX`, `***`.
fn is_crosses(written: &str) -> bool {
    let all = |cross: fn(char) -> bool| written.chars().all(cross);
    written.len() > 1 && (all(|char| matches!(char, 'x' | 'X')) || all(|char| char == '*'))
}

fn without_currency(written: &str) -> &str {
    let rest = written.get(..2).filter(|start| start.eq_ignore_ascii_case("rm")).and_then(|_| written.get(2..));
    rest.map_or(written, str::trim_start).trim()
}

/// Whether a word of the lists, a dash or a zero begins so: spares most values the lists.
fn may_begin(written: &str) -> bool {
    let first = written.bytes().next().unwrap_or_default().to_ascii_lowercase();
    !first.is_ascii()
        || matches!(first, b'n' | b't' | b'u' | b'k' | b's' | b'd' | b'0' | b'b' | b'x' | b'r')
        || first.is_ascii_punctuation()
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
    !written.is_empty() && written.chars().all(|char| matches!(char, '-' | '–' | '—' | '.' | '_' | '~' | ' '))
}

/// Zeros and nothing else, where zero is no value.
fn is_zeros(field: &Field, written: &str) -> bool {
    let kind =
        matches!(field.kind, FieldKind::Phone | FieldKind::IdentityNumber | FieldKind::Postcode | FieldKind::Email);
    kind && written.contains('0') && written.bytes().all(|byte| matches!(byte, b'0' | b'-' | b' '))
}

/// Three zeros or more where a number is given out, such as a pupil's: some programs fill blanks so.
fn is_zeros_of_a_number(field: &Field, written: &str) -> bool {
    crate::standard::is_numbering(field) && written.len() > 2 && written.bytes().all(|byte| byte == b'0')
}

/// Whether the field's own list knows the word.
fn is_answer(field: &Field, written: &str) -> bool {
    matches!(field.kind, FieldKind::Code(list) if list.meaning(written).is_some())
}
