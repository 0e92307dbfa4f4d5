//! Rule `apostrophes`: the many apostrophes in names become the one on the keyboard, also those that a program has
//! disguised: `NU\'MAN`, `NU''MAN`, `NU&#039;MAN`.
//!
//! To be reviewed: a name is a legal string. Comparing names sees through all of them anyway.

use model::{Cx, Field, FieldKind, Fix, Message, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule { code: "apostrophes", applies, propose };

fn applies(field: &Field) -> bool {
    matches!(field.kind, FieldKind::PersonName)
}

/// How programs write an apostrophe where it would end their own text.
const ESCAPED: [&str; 6] = ["\\'", "&#039;", "&#39;", "&apos;", "&#x27;", "&rsquo;"];

fn propose(_: &Cx<'_>, value: &str) -> Option<Fix> {
    let odd = |char: char| matches!(char, '’' | '‘' | '`' | '´' | 'ʼ' | 'ʻ' | '′');
    if let Some(plain) = unescaped(value) {
        return Some(Fix::review(plain, Message::new("fix.apostrophes.escaped")));
    }
    if !value.contains(odd) {
        return None;
    }
    Some(Fix::review(value.replace(odd, "'"), Message::new("fix.apostrophes.one")))
}

/// The name with the apostrophes that a program has disguised: `NU\'MAN`, `NU''MAN` between two letters, `NU&#039;MAN`.
fn unescaped(value: &str) -> Option<String> {
    if !value.contains(['\\', '&']) && !value.contains("''") {
        return None;
    }
    let plain = ESCAPED.iter().fold(value.to_owned(), |name, escaped| name.replace(escaped, "'"));
    let parts: Vec<&str> = plain.split("''").collect();
    let letter = |char: Option<char>| char.is_some_and(char::is_alphabetic);
    let within = |two: &[&str]| match two {
        [before, after] => letter(before.chars().next_back()) && letter(after.chars().next()),
        _ => false,
    };
    let plain = if parts.windows(2).all(within) { parts.join("'") } else { plain };
    (plain != value).then_some(plain)
}
