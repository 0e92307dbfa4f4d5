//! The shape of a value in letters and digits: `150412-14-1234` is `999999-99-9999`, `Nur Aisyah` is `Aa Aa`.
//!
//! Every digit counts, for its number matters; letters in a row are one. No letter of the value itself remains, so a
//! shape may be shown where the value may not.

use std::collections::HashMap;

use model::profile::document::Tally;

/// Letters of a shape; a longer one ends in an ellipsis.
const LONGEST: usize = 40;
/// Shapes told apart in one column. Columns with a form have a handful; free text has no end.
const MOST: usize = 256;
/// Shapes that a profile keeps, the most frequent.
const KEPT: usize = 12;

/// Counts shapes.
#[derive(Default)]
pub(super) struct Patterns {
    counts: HashMap<String, u64>,
    beyond: u64,
    shape: String,
}

impl Patterns {
    /// Notes the shape of `text`.
    pub(super) fn add(&mut self, text: &str) {
        let mut shape = std::mem::take(&mut self.shape);
        draw(text, &mut shape);
        if let Some(count) = self.counts.get_mut(&shape) {
            *count += 1;
        } else if self.counts.len() < MOST {
            self.counts.insert(shape.clone(), 1);
        } else {
            self.beyond += 1;
        }
        self.shape = shape;
    }

    /// The most frequent shapes, how many were told apart, and the values beyond those.
    pub(super) fn finish(self) -> (Tally, u64, u64) {
        let told = self.counts.len() as u64;
        let mut shapes = most_first(self.counts);
        shapes.truncate(KEPT);
        (shapes, told, self.beyond)
    }
}

/// By count, the most frequent first; equal ones in the order of their text.
pub(super) fn most_first(counts: impl IntoIterator<Item = (String, u64)>) -> Tally {
    let mut sorted: Tally = counts.into_iter().filter(|(_, count)| *count > 0).collect();
    sorted.sort_by(|(one, many), (other, more)| more.cmp(many).then_with(|| one.cmp(other)));
    sorted
}

/// Writes the shape of `text` into `shape`.
fn draw(text: &str, shape: &mut String) {
    shape.clear();
    let (mut letters, mut last) = (0, None);
    for letter in text.chars() {
        let mark = mark(letter);
        if mark != '9' && mark.is_alphanumeric() && last == Some(mark) || (mark == ' ' && last == Some(' ')) {
            continue;
        }
        if letters == LONGEST {
            shape.push('\u{2026}');
            return;
        }
        shape.push(mark);
        letters += 1;
        last = Some(mark);
    }
}

/// What stands for a letter in a shape.
fn mark(letter: char) -> char {
    match letter {
        '0'..='9' => '9',
        'A'..='Z' => 'A',
        'a'..='z' => 'a',
        _ if letter.is_ascii() && !letter.is_ascii_whitespace() => letter,
        _ if letter.is_whitespace() || letter.is_control() => ' ',
        _ if letter.is_numeric() => '9',
        _ if letter.is_uppercase() => 'A',
        _ if letter.is_lowercase() => 'a',
        _ if letter.is_alphabetic() => super::script::sample(letter),
        _ => '\u{B7}',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_keep_digits_and_drop_letters() {
        let mut shape = String::new();
        for (text, drawn) in [
            ("150412-14-1234", "999999-99-9999"),
            ("Nur  Aisyah", "Aa Aa"),
            ("A/L", "A/A"),
            ("عبد الله", "ع ع"),
            ("٢٠١٥", "9999"),
            ("陈美玲", "文"),
            ("Éva", "Aa"),
            ("", ""),
        ] {
            draw(text, &mut shape);
            assert_eq!(shape, drawn, "{text}");
        }
        draw(&"1".repeat(60), &mut shape);
        assert_eq!(shape, format!("{}\u{2026}", "9".repeat(40)));
    }

    #[test]
    fn shapes_beyond_those_told_apart_are_counted() {
        let mut patterns = Patterns::default();
        for length in 0..400 {
            patterns.add(&"-".repeat(length % 40));
            patterns.add(&format!("{}{}", ".".repeat(length / 20), ",".repeat(length % 20 + 1)));
        }
        let (shapes, told, beyond) = patterns.finish();
        assert_eq!((shapes.len(), told), (KEPT, MOST as u64));
        let listed: u64 = shapes.iter().map(|(_, count)| count).sum();
        assert!(beyond > 0 && listed < 800 - beyond, "some are told apart and not listed");
    }
}
