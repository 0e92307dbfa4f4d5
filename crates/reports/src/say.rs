//! Words, figures and dates as the report's language writes them.

use chrono::{Datelike, NaiveDate, NaiveDateTime};
use model::{Lang, Words};

/// The crate's word lists.
pub(crate) const LISTS: [(Lang, &str); 6] = [
    (Lang::En, include_str!("../words/en.txt")),
    (Lang::Ms, include_str!("../words/ms.txt")),
    (Lang::En, include_str!("../words/profile.en.txt")),
    (Lang::Ms, include_str!("../words/profile.ms.txt")),
    (Lang::En, include_str!("../words/batch.en.txt")),
    (Lang::Ms, include_str!("../words/batch.ms.txt")),
];

/// The sentences of reports in one language.
pub(crate) fn words(lang: Lang) -> Words {
    Words::new(lang, &LISTS)
}

/// A count with commas: `12,345`, as Malay and English write it in Malaysia.
pub(crate) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut shown = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// A figure with one decimal, its thousands apart: `1,188.4`. Below zero it counts as nothing.
pub(crate) fn decimal(figure: f64) -> String {
    let tenths = (figure.max(0.0) * 10.0).round() as u64;
    format!("{}.{}", grouped(tenths / 10), tenths % 10)
}

/// A difference with its sign: `+3`, `−12`; `0` for none.
pub(crate) fn signed(difference: i128) -> String {
    let size = grouped(u64::try_from(difference.unsigned_abs()).unwrap_or(u64::MAX));
    match difference.signum() {
        1 => format!("+{size}"),
        -1 => format!("\u{2212}{size}"),
        _ => size,
    }
}

/// `22 November 2026, 16:05`.
pub(crate) fn date_time(words: &Words, at: NaiveDateTime) -> String {
    format!("{}, {}", date(words, at.date()), at.format("%H:%M"))
}

/// `22 November 2026`.
pub(crate) fn date(words: &Words, day: NaiveDate) -> String {
    format!("{} {} {}", day.day(), words.text(&format!("month.{}", day.month())), day.year())
}

/// The first twelve digits of a checksum, enough to compare by eye.
pub(crate) fn short_checksum(sha256: &str) -> String {
    sha256.chars().take(12).collect()
}

/// `name` for use inside a sentence: isolated, so that a name that runs from right to left does not turn its
/// neighbours round (UAX #9, FSI and PDI).
#[must_use]
pub fn isolate(name: &str) -> String {
    let bare: String = name.chars().filter(|letter| !matches!(letter, '\u{2066}'..='\u{2069}')).collect();
    format!("\u{2068}{bare}\u{2069}")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn both_word_lists_have_the_same_keys() {
        let keys = |list: &'static str| model::words::parse(list).map(|(key, _)| key).collect::<BTreeSet<_>>();
        for pair in LISTS.chunks(2) {
            assert_eq!(keys(pair[0].1), keys(pair[1].1), "a key that one language lacks shows in the other");
        }
    }

    #[test]
    fn figures_read_well() {
        assert_eq!([grouped(0), grouped(999), grouped(1_000), grouped(1_234_567)], ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([decimal(0.0), decimal(1_188.44), decimal(9.96)], ["0.0", "1,188.4", "10.0"]);
        assert_eq!([signed(3), signed(-1_200), signed(0)], ["+3", "\u{2212}1,200", "0"]);
    }
}
