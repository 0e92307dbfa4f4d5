//! The standard form of every kind of field, and how written values are read.
//!
//! [`is_standard`] asks whether a value has that form, [`observe`] gathers what a whole column says; the modules
//! below read the other ways in which schools write the same thing. Nothing here changes a value.

pub mod date;
pub mod email;
pub mod encoding;
pub mod hijri;
pub mod identity;
pub mod number;
pub mod phone;
pub mod place;
pub mod time;

use model::{ColumnFacts, Field, FieldKind};

/// Whether `value` has the standard form of `field`. Does not allocate. A blank value never has.
#[must_use]
pub fn is_standard(field: &Field, value: &str) -> bool {
    match &field.kind {
        FieldKind::Date => date::is_standard(value),
        FieldKind::Phone => phone::is_standard(value),
        FieldKind::Email => email::is_standard(value),
        FieldKind::Code(list) => list.has(value),
        FieldKind::IdentityNumber => identity::is_standard(value),
        FieldKind::Postcode => place::is_postcode(value),
        FieldKind::State => place::is_state(value),
        FieldKind::Bool => matches!(value, "true" | "false"),
        FieldKind::Integer => is_integer(value),
        FieldKind::LargeInteger => is_digits(value) && value.parse::<i64>().is_ok(),
        FieldKind::Amount | FieldKind::Score | FieldKind::Quantity => {
            number::digits_of(&field.kind).is_some_and(|digits| number::is_standard(value, digits))
        }
        FieldKind::Figure => number::is_figure(value),
        FieldKind::Time => time::is_standard(value),
        FieldKind::Moment => time::is_moment(value),
        FieldKind::IntegerList => number::is_list(value),
        FieldKind::Json => serde_json::from_str::<serde_json::Value>(value).is_ok() && !value.contains("\\u0000"),
        FieldKind::Surah => is_integer(value) && value.parse().is_ok_and(|n| (1..=crate::quran::SURAHS).contains(&n)),
        FieldKind::Juz => is_integer(value) && value.parse().is_ok_and(|n| (1..=crate::quran::JUZ).contains(&n)),
        FieldKind::Currency => value.len() == 3 && value.bytes().all(|byte| byte.is_ascii_uppercase()),
        FieldKind::Text | FieldKind::PersonName | FieldKind::Address | FieldKind::Reference(_) => {
            !value.is_empty() && is_tidy(value)
        }
    }
}

/// Whether `value` is a whole number that the portal's `integer` can hold.
fn is_integer(value: &str) -> bool {
    is_digits(value) && value.parse::<i32>().is_ok()
}

/// Whether `value` is digits as the portal gives them back: no leading zero.
fn is_digits(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_digit()) && (value.len() == 1 || !value.starts_with('0'))
}

/// Whether `value` has no outer or double spaces and nothing invisible in it.
#[must_use]
pub fn is_tidy(value: &str) -> bool {
    if !value.is_ascii() {
        return is_tidy_unicode(value);
    }
    let mut before = b' ';
    for byte in value.bytes() {
        if byte < b' ' || byte == 0x7f || (byte == b' ' && before == b' ') {
            return false;
        }
        before = byte;
    }
    value.is_empty() || before != b' '
}

fn is_tidy_unicode(value: &str) -> bool {
    let mut before = ' ';
    for char in value.chars() {
        if is_hidden(before, char) || (char != ' ' && char.is_whitespace()) || (char == ' ' && before == ' ') {
            return false;
        }
        before = char;
    }
    before != ' '
}

/// Whether `field` is a text that holds a number or a code that is counted or given out, never a measure: what a
/// spreadsheet makes of such a number is damage.
#[must_use]
pub fn is_numbering(field: &Field) -> bool {
    matches!(field.code, "birth_certificate" | "code" | "grade_level") || field.code.ends_with("_number")
}

/// Whether a character takes no space on paper: control characters, zero-width ones, the byte order mark and
/// the marks of writing direction. The joiners U+200C and U+200D count too; see [`is_hidden`] for where they serve.
#[must_use]
pub fn is_invisible(char: char) -> bool {
    (char.is_control() && !char.is_whitespace())
        || matches!(char, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// Whether `char`, which stands after `before`, is invisible and serves nothing. The two joiners shape letters of
/// the Arabic and Indic scripts and stay behind them.
#[must_use]
pub fn is_hidden(before: char, char: char) -> bool {
    let joins = matches!(char, '\u{200c}' | '\u{200d}') && ('\u{600}'..'\u{2000}').contains(&before);
    is_invisible(char) && !joins
}

/// `value` without the spaces and invisible characters around it.
#[must_use]
pub fn outer_trim(value: &str) -> &str {
    value.trim_matches(|char: char| char.is_whitespace() || is_invisible(char))
}

/// Whether nothing can be seen in `value`.
#[must_use]
pub fn is_blank(value: &str) -> bool {
    !value.as_bytes().first().is_some_and(u8::is_ascii_graphic) && outer_trim(value).is_empty()
}

/// Whether `value` has several lines, of which something is left when what surrounds it goes.
#[must_use]
pub fn has_lines(value: &str) -> bool {
    outer_trim(value).contains(is_line_break)
}

/// Whether a character begins a new line.
#[must_use]
pub fn is_line_break(char: char) -> bool {
    matches!(char, '\n'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// `value` with a space where something invisible that parts words stands between two letters or digits, tidied; `None`
/// where nothing invisible stands there. Marks of writing direction and the byte order mark part nothing, but they
/// are no less in doubt: ALI, mark, BIN may be one word or two.
#[must_use]
pub fn opened(value: &str) -> Option<String> {
    let written = |char: char| !char.is_whitespace() && !char.is_ascii_punctuation();
    let (mut seen, mut found) = (String::with_capacity(value.len()), false);
    // What stands since the last visible character, and whether it parts words.
    let mut between: Option<bool> = None;
    for char in value.chars() {
        let last = seen.chars().next_back().unwrap_or(' ');
        if is_hidden(last, char) {
            let parts = char.is_control() || matches!(char, '\u{200b}' | '\u{ad}');
            between = Some(between.unwrap_or(false) || parts);
            continue;
        }
        if let Some(parts) = between.take().filter(|_| written(last) && written(char)) {
            found = true;
            seen.extend(parts.then_some(' '));
        }
        seen.push(char);
    }
    found.then(|| tidy(&seen))
}

/// `value` as it should stand: every run of white space one space, none around it, nothing invisible.
#[must_use]
pub fn tidy(value: &str) -> String {
    let mut tidied = String::with_capacity(value.len());
    for word in value.split_whitespace() {
        let mut last = ' ';
        let seen = word.chars().filter(|char| {
            let hidden = is_hidden(last, *char);
            last = *char;
            !hidden
        });
        let start = tidied.len();
        if start > 0 {
            tidied.push(' ');
        }
        let before = tidied.len();
        tidied.extend(seen);
        if tidied.len() == before {
            tidied.truncate(start);
        }
    }
    tidied
}

/// Adds one value of a column to what is known about the column. Cheap: called for every value.
pub fn observe(field: &Field, value: &str, facts: &mut ColumnFacts) {
    if value.is_empty() || is_blank(value) {
        facts.blank += 1;
        return;
    }
    facts.filled += 1;
    match &field.kind {
        FieldKind::Date => date::observe(value, &mut facts.dates),
        FieldKind::Code(list) if list.code == "gender" => observe_gender(value, facts),
        _ => {}
    }
}

/// Counts the letters that mean different things in Malay and in English, and the numbers, which mean something only
/// together.
fn observe_gender(value: &str, facts: &mut ColumnFacts) {
    match outer_trim(value) {
        "P" | "p" => facts.lone_p += 1,
        "M" | "m" => facts.lone_m += 1,
        "0" => facts.gender_numbers[0] += 1,
        "1" => facts.gender_numbers[1] += 1,
        "2" => facts.gender_numbers[2] += 1,
        _ => return,
    }
    facts.mixed_gender_codes = facts.lone_p > 0 && facts.lone_m > 0;
}

#[cfg(test)]
mod tests;
