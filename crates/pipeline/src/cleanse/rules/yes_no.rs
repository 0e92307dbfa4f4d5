//! Rule `yes-no`: ya and tidak become `true` and `false`.
//!
//! Three marks are doubtful and reviewed: T (*tidak*, but *true* in an English file), X (*no*, but also a cross in
//! a box) and the slash that Malaysian teachers tick with.

use model::{Cx, Field, FieldKind, Fix, Message, Rule};

use crate::standard;

/// The rule.
pub(super) static RULE: Rule = Rule { code: "yes-no", applies, propose };

const YES: &[&str] = &["ya", "y", "yes", "1", "1.0", "true", "benar", "betul", "ada", "√", "✓", "✔"];
const NO: &[&str] = &["tidak", "tdk", "tak", "no", "n", "0", "0.0", "false", "f", "bukan", "tidak benar"];
const PERHAPS_YES: &[&str] = &["/"];
const PERHAPS_NO: &[&str] = &["t", "x", "✗", "✘"];

fn applies(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Bool)
}

fn propose(_: &Cx<'_>, value: &str) -> Option<Fix> {
    if matches!(value, "true" | "false") {
        return None;
    }
    let written = standard::tidy(value).to_lowercase();
    let is = |words: &[&str]| words.contains(&written.as_str());
    let sure = |meaning| Some(Fix::safe(meaning, Message::new("fix.yes-no.word")));
    let doubt = |meaning| Some(Fix::review(meaning, Message::new("fix.yes-no.doubt").with("value", &written)));
    if is(YES) {
        sure("true")
    } else if is(NO) {
        sure("false")
    } else if is(PERHAPS_YES) {
        doubt("true")
    } else if is(PERHAPS_NO) {
        doubt("false")
    } else {
        None
    }
}
