//! Telephone numbers: our own small table for Malaysia, the crate `phonenumber` for other countries.
//!
//! The crate knows the world but is slow, so it is only asked about a number with a foreign code.

use crate::country::my;

/// The country code of Malaysia.
const HERE: &str = "60";

/// How a written number is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// One number, beyond doubt; in E.164.
    Certain(String),
    /// One number that seems to have lost its leading zero, as Excel does; in E.164.
    LostZero(String),
    /// Two or more numbers, all of them sound, in E.164.
    Several(Vec<String>),
    /// Only the beginning of a number, such as `012-`.
    Beginning,
    /// Not a number that can be read.
    Unreadable,
}

/// Whether `value` is in E.164; a Malaysian number must also lie in a range of the numbering plan.
#[must_use]
pub fn is_standard(value: &str) -> bool {
    let Some(digits) = value.strip_prefix('+') else { return false };
    match digits.strip_prefix(HERE) {
        Some(national) => is_national(national),
        None => (8..=15).contains(&digits.len()) && all_digits(digits) && !digits.starts_with('0'),
    }
}

/// Whether `number`, without the leading zero, lies in a range of the Malaysian numbering plan.
#[must_use]
pub fn is_national(number: &str) -> bool {
    let ranges = |(begins, length): &(&str, usize)| number.len() == *length && number.starts_with(begins);
    all_digits(number) && my::PHONE_RANGES.iter().any(ranges)
}

/// Reads what a school wrote.
#[must_use]
pub fn read(written: &str) -> Reading {
    let written = super::outer_trim(written);
    let single = read_one(written);
    if single != Reading::Unreadable {
        return single;
    }
    several(written).map_or(Reading::Unreadable, Reading::Several)
}

/// Reads one number.
fn read_one(written: &str) -> Reading {
    let Some(digits) = bare(written) else { return Reading::Unreadable };
    let national = |number: &str| is_national(number).then(|| format!("+{HERE}{number}"));
    if let Some(international) = digits.strip_prefix('+').or_else(|| digits.strip_prefix("00")) {
        return international_number(international).map_or(Reading::Unreadable, Reading::Certain);
    }
    let certain = digits.strip_prefix('0').or_else(|| digits.strip_prefix(HERE)).and_then(national);
    if let Some(number) = certain {
        return Reading::Certain(number);
    }
    if digits.starts_with('1')
        && let Some(number) = national(&digits)
    {
        return Reading::LostZero(number);
    }
    if (2..=4).contains(&digits.len()) && digits.starts_with('0') {
        return Reading::Beginning;
    }
    Reading::Unreadable
}

/// The number in E.164 whose country code and rest are `digits`.
fn international_number(digits: &str) -> Option<String> {
    if let Some(national) = digits.strip_prefix(HERE) {
        let national = national.strip_prefix('0').unwrap_or(national);
        return is_national(national).then(|| format!("+{HERE}{national}"));
    }
    let written = format!("+{digits}");
    let known = phonenumber::parse(None, &written).ok().filter(phonenumber::is_valid)?;
    Some(known.format().mode(phonenumber::Mode::E164).to_string())
}

/// The digits, with a leading `+` where there is one, or `None` where something else stands among them.
fn bare(written: &str) -> Option<String> {
    let written = without_label(written.trim_start_matches(['\'', '’']));
    let written = written.strip_suffix(".0").unwrap_or(written);
    let mut digits = String::with_capacity(written.len());
    for char in written.chars() {
        match char {
            '0'..='9' => digits.push(char),
            '+' if digits.is_empty() => digits.push(char),
            '-' | '.' | '(' | ')' | '‐' | '–' | '—' => {}
            _ if char.is_whitespace() || super::is_invisible(char) => {}
            _ => return None,
        }
    }
    (!digits.is_empty()).then_some(digits)
}

/// `written` without a label such as `Tel:` or `H/P` before the number.
fn without_label(written: &str) -> &str {
    const LABELS: [&str; 8] = ["no", "tel", "telefon", "hp", "h/p", "phone", "mobile", "fon"];
    let starts = written.find(|char: char| char.is_ascii_digit() || char == '+' || char == '(');
    let (label, number) = written.split_at(starts.unwrap_or(0));
    let known = |word: &str| word.is_empty() || LABELS.contains(&word);
    let lower = label.to_lowercase();
    let sound = lower.split([' ', '.', ':', '-']).all(known);
    if sound { number } else { written }
}

/// The numbers of a cell that holds several, or `None` where one of them is not sound.
fn several(written: &str) -> Option<Vec<String>> {
    let marked = written.to_lowercase().replace(" atau ", "/").replace(" dan ", "/").replace(" or ", "/");
    let marked = marked.replace("h/p", "hp");
    let split: Vec<&str> =
        marked.split(['/', ',', ';', '&', '\n', '|']).filter(|part| !part.trim().is_empty()).collect();
    let parts = if split.len() > 1 { split } else { marked.split_whitespace().collect() };
    if parts.len() < 2 {
        return None;
    }
    parts.into_iter().map(|part| sound(part.trim())).collect()
}

/// One of several numbers in a cell. A lost zero is not read here: one doubt at a time.
fn sound(part: &str) -> Option<String> {
    match read_one(part) {
        Reading::Certain(number) => Some(number),
        _ => None,
    }
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malaysian_numbers_in_all_their_ways_of_writing() {
        for (written, number) in [
            ("012-345 6789", "+60123456789"),
            ("01112345678", "+601112345678"),
            ("03-4041 2345", "+60340412345"),
            ("09-744 1234", "+6097441234"),
            ("088-234567", "+6088234567"),
            ("60123456789", "+60123456789"),
            ("0060 12 345 6789", "+60123456789"),
            ("+60 (0)12-345 6789", "+60123456789"),
            ("'0123456789", "+60123456789"),
            ("Tel: 012-3456789", "+60123456789"),
            ("H/P 012-3456789", "+60123456789"),
            ("+65 9123 4567", "+6591234567"),
        ] {
            assert_eq!(read(written), Reading::Certain(number.to_owned()), "{written}");
            assert!(is_standard(number), "{number} is standard");
        }
    }

    #[test]
    fn doubts_stay_doubts() {
        assert_eq!(read("123456789"), Reading::LostZero("+60123456789".to_owned()));
        assert_eq!(read("1112345678"), Reading::LostZero("+601112345678".to_owned()));
        assert_eq!(read("012-"), Reading::Beginning);
        let both = vec!["+60123456789".to_owned(), "+60198765432".to_owned()];
        for cell in ["0123456789/0198765432", "012-3456789 atau 019-8765432", "0123456789 0198765432"] {
            assert_eq!(read(cell), Reading::Several(both.clone()), "{cell}");
        }
        for cell in
            ["0111234567", "40412345", "03-40412345/6", "1300882525", "012345678", "ibu", "+600123", "9123 4567"]
        {
            assert_eq!(read(cell), Reading::Unreadable, "{cell}");
        }
    }
}
