//! Decimal numbers: sums of money, marks, quantities, and lists of whole numbers.
//!
//! Sums are kept in sen, whole numbers of the smallest unit, so that nothing is ever rounded. In Malaysia the point
//! parts ringgit from sen and the comma parts thousands.

use model::FieldKind;

/// A number with two decimal places, counted in hundredths: 12.50 is 1250.
pub type Hundredths = i64;

/// How many digits may stand before the point in a field of this kind; `None` for other kinds.
#[must_use]
pub fn digits_of(kind: &FieldKind) -> Option<usize> {
    match kind {
        FieldKind::Amount => Some(10),
        FieldKind::Quantity => Some(8),
        FieldKind::Score => Some(3),
        _ => None,
    }
}

/// Whether `value` is written `1200.50`: two places, no leading zero, at most `digits` before the point.
#[must_use]
pub fn is_standard(value: &str, digits: usize) -> bool {
    let plain = value.strip_prefix('-').unwrap_or(value);
    let Some((whole, places)) = plain.split_once('.') else { return false };
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let zero = value.starts_with('-') && plain == "0.00";
    let led = whole.len() > 1 && whole.starts_with('0');
    (1..=digits).contains(&whole.len()) && places.len() == 2 && all_digits(whole) && all_digits(places) && !led && !zero
}

/// Whether `value` is any decimal number as the portal gives it back: no leading zero, no plus, no bare point.
#[must_use]
pub fn is_figure(value: &str) -> bool {
    let plain = value.strip_prefix('-').unwrap_or(value);
    let (whole, places) = plain.split_once('.').unwrap_or((plain, "0"));
    let digits = |text: &str| !text.is_empty() && text.len() <= 60 && text.bytes().all(|byte| byte.is_ascii_digit());
    let zero = value.starts_with('-') && plain.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    digits(whole) && digits(places) && !(whole.len() > 1 && whole.starts_with('0')) && !zero
}

/// The number in standard form, in hundredths.
#[must_use]
pub fn parse(value: &str) -> Option<Hundredths> {
    is_standard(value, 12).then(|| value.replacen('.', "", 1).parse().ok())?
}

/// A number of hundredths in standard form.
#[must_use]
pub fn write(hundredths: Hundredths) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    let plain = hundredths.unsigned_abs();
    format!("{sign}{}.{:02}", plain / 100, plain % 100)
}

/// Why a written number may mean another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// One point and three digits behind it, `1.200`: some part thousands so.
    Point,
    /// A space between groups of three digits, `50 100`: thousands, or two numbers.
    Space,
}

/// What is written as a number, in hundredths, where it can mean only one: `RM 1,200.5`, `50`, `(12.00)` as minus
/// twelve.
#[must_use]
pub fn read(written: &str) -> Option<Hundredths> {
    read_with_doubt(written).filter(|(_, doubt)| doubt.is_none()).map(|(number, _)| number)
}

/// What is written as a number, and why it may mean another one. `None` where it is no number, where commas do not
/// part thousands, or where a third place would have to be rounded.
#[must_use]
pub fn read_with_doubt(written: &str) -> Option<(Hundredths, Option<Doubt>)> {
    let lower = super::outer_trim(written).trim_start_matches('\'').to_lowercase();
    let text = without_currency(&lower)?;
    let (minus, text) = match text.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        Some(inner) => (true, inner.trim()),
        None => (text.starts_with('-'), text.strip_prefix('-').unwrap_or(text).trim()),
    };
    let text = without_currency(text)?;
    let text = text.strip_suffix("/-").unwrap_or(text);
    let (whole, places) = text.split_once('.').unwrap_or((text, ""));
    let doubt = doubt_about(whole, places);
    let whole = if whole.is_empty() && !places.is_empty() { "0".to_owned() } else { without_commas(whole)? };
    let places = places.trim_end_matches('0');
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 12 || places.len() > 2 || !digits(&whole) || !digits(places) {
        return None;
    }
    let hundredths: i64 = format!("{whole}{places:0<2}").parse().ok()?;
    Some((if minus { -hundredths } else { hundredths }, doubt))
}

/// The text behind `RM` or `MYR`. A point belongs to `RM.` where a space or another point follows; `RM.50` may be
/// fifty ringgit or fifty sen, and is `None`.
fn without_currency(text: &str) -> Option<&str> {
    let Some(rest) = text.strip_prefix("rm").or_else(|| text.strip_prefix("myr")) else { return Some(text) };
    match rest.strip_prefix('.') {
        Some(sum) if sum.starts_with(' ') || sum.contains('.') => Some(sum.trim()),
        Some(_) => None,
        None => Some(rest.trim_start_matches(':').trim()),
    }
}

fn doubt_about(whole: &str, places: &str) -> Option<Doubt> {
    let thousands = (1..=3).contains(&whole.len()) && !whole.starts_with('0') && places.len() == 3;
    if whole.contains(char::is_whitespace) {
        return Some(Doubt::Space);
    }
    thousands.then_some(Doubt::Point)
}

/// Digits without the commas or spaces between thousands; `None` where these stand elsewhere.
fn without_commas(whole: &str) -> Option<String> {
    let separator = [',', ' ', '\u{a0}'].into_iter().find(|separator| whole.contains(*separator));
    let Some(separator) = separator else { return Some(whole.to_owned()) };
    let mut groups = whole.split(separator);
    let first = groups.next().filter(|first| (1..=3).contains(&first.len()))?;
    let mut joined = first.to_owned();
    for group in groups {
        (group.len() == 3).then(|| joined.push_str(group))?;
    }
    Some(joined)
}

/// Whether a text that ends in these digits behind a point may have thousands before it: `1.000`.
#[must_use]
pub fn may_be_thousands(whole: &str, tail: &str) -> bool {
    doubt_about(whole, tail) == Some(Doubt::Point)
}

/// Whether `value` is a list of whole numbers in standard form: `1,2,30`.
#[must_use]
pub fn is_list(value: &str) -> bool {
    let number = |item: &str| {
        item.bytes().all(|byte| byte.is_ascii_digit())
            && item.parse::<i32>().is_ok_and(|number| number.to_string() == item)
    };
    !value.is_empty() && value.split(',').all(number)
}

/// What is written as a list of whole numbers, in standard form: `1-3; 30` is `1,2,3,30`. At most a thousand.
#[must_use]
pub fn read_list(written: &str) -> Option<String> {
    let plain = written.trim_matches(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | '{' | '}'));
    let mut numbers: Vec<String> = Vec::new();
    for item in plain.split([',', ';', '&']).map(str::trim).filter(|item| !item.is_empty()) {
        let (first, last) = item.split_once(['-', '–']).unwrap_or((item, item));
        let (first, last): (u32, u32) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
        if first > last || last - first >= 1_000 || numbers.len() >= 1_000 {
            return None;
        }
        numbers.extend((first..=last).map(|number| number.to_string()));
    }
    (!numbers.is_empty()).then(|| numbers.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_numbers_are_read_and_never_rounded() {
        for (written, hundredths) in [
            ("50", Some(5_000)),
            ("RM50.00", Some(5_000)),
            ("RM 1,200.5", Some(120_050)),
            ("rm1 200", None),
            ("50 100", None),
            (".50", Some(50)),
            (".5", Some(50)),
            ("RM.50", None),
            ("RM. 50", Some(5_000)),
            ("RM.50.00", Some(5_000)),
            ("RM:50", Some(5_000)),
            (".", None),
            ("RM", None),
            ("50/-", Some(5_000)),
            ("(12.00)", Some(-1_200)),
            ("-3.25", Some(-325)),
            ("0", Some(0)),
            ("7.500", None),
            ("0.500", Some(50)),
            ("1500.500", Some(150_050)),
            ("1,200.500", Some(120_050)),
            ("7.5000", Some(750)),
            ("7.505", None),
            ("1,5", None),
            ("1.200,50", None),
            ("LUNAS", None),
            ("", None),
        ] {
            assert_eq!(read(written), hundredths, "{written}");
        }
        for (written, doubt) in [("7.500", Doubt::Point), ("RM1.200", Doubt::Point), ("1 200", Doubt::Space)] {
            assert_eq!(read_with_doubt(written).and_then(|(_, doubt)| doubt), Some(doubt), "{written}");
        }
        for hundredths in [0, 5, -5, 99, 100, -100, 120_050] {
            assert_eq!(parse(&write(hundredths)), Some(hundredths), "there and back");
        }
    }

    #[test]
    fn only_one_form_is_standard() {
        for (value, standard) in
            [("50.00", true), ("-0.50", true), ("050.00", false), ("50", false), ("50.0", false), ("-0.00", false)]
        {
            assert_eq!(is_standard(value, 10), standard, "{value}");
        }
        assert!(!is_standard("1000.00", 3), "a mark has three digits at most");
        for (value, figure) in [("3", true), ("-3.5", true), ("03", false), (".5", false), ("5.", false), ("-0", false)]
        {
            assert_eq!(is_figure(value), figure, "{value}");
        }
        assert_eq!(read_list("[1-3; 30]").as_deref(), Some("1,2,3,30"));
        assert!(is_list("1,2,30") && !is_list("1, 2") && !is_list("01"));
        assert_eq!(read_list("semua"), None);
    }
}
