//! Text made fit for a page: what cannot be shown is replaced by what can, and paragraphs get their direction.
//!
//! Dirty data holds emoji, rare characters, NUL and direction overrides. None of them may stop a report or change
//! how its neighbours read.

use unicode_bidi::{BidiInfo, Level};

use super::face::Faces;

/// Text ready for layout, paragraph by paragraph, each with its levels of direction.
pub(crate) struct Prepared {
    /// The text after replacements.
    pub(crate) text: String,
    /// Embedding level of each byte of `text`.
    pub(crate) levels: Vec<Level>,
    /// Whether the paragraph runs from right to left, by its first strong letter.
    pub(crate) rtl: bool,
}

/// The paragraphs of `raw`, cleaned and with their direction.
pub(crate) fn paragraphs(faces: &Faces, raw: &str) -> Vec<Prepared> {
    raw.split(['\n', '\r', '\u{2028}', '\u{2029}'])
        .filter(|part| !part.trim().is_empty())
        .map(|part| prepare(visible(faces, part.trim())))
        .collect()
}

/// `raw` with uncovered characters as `‹U+1F600›`, tabs as spaces, and controls and direction overrides dropped.
pub(crate) fn visible(faces: &Faces, raw: &str) -> String {
    let mut shown = String::with_capacity(raw.len());
    for letter in raw.chars() {
        match letter {
            '\t' | '\u{A0}' => shown.push(' '),
            _ if is_dropped(letter) => {}
            _ if is_joiner_or_isolate(letter) || faces.covering(letter, false).is_some() => shown.push(letter),
            _ => shown.push_str(&format!("‹U+{:04X}›", u32::from(letter))),
        }
    }
    shown
}

/// Controls, direction marks, embeddings and overrides (UAX #9), variation selectors, soft hyphen, byte order mark.
fn is_dropped(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{AD}' | '\u{61C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{FEFF}')
        || matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2065}' | '\u{FE00}'..='\u{FE0F}')
}

/// Joiners steer shaping; isolates are set by [`crate::say::isolate`] and are gone before shaping.
fn is_joiner_or_isolate(letter: char) -> bool {
    matches!(letter, '\u{200C}' | '\u{200D}') || is_isolate(letter)
}

/// LRI, RLI, FSI and PDI.
pub(crate) fn is_isolate(letter: char) -> bool {
    matches!(letter, '\u{2066}'..='\u{2069}')
}

fn prepare(text: String) -> Prepared {
    let (levels, rtl) = {
        let bidi = BidiInfo::new(&text, None);
        (bidi.levels.clone(), bidi.paragraphs.first().is_some_and(|paragraph| paragraph.level.is_rtl()))
    };
    Prepared { text, levels, rtl }
}

/// The ranges of equal level of `line` (bytes of `prepared.text`), from left to right.
pub(crate) fn visual_runs(prepared: &Prepared, line: std::ops::Range<usize>) -> Vec<(std::ops::Range<usize>, bool)> {
    let mut runs: Vec<(std::ops::Range<usize>, Level)> = Vec::new();
    for (at, letter) in prepared.text[line.clone()].char_indices() {
        let (start, end) = (line.start + at, line.start + at + letter.len_utf8());
        let level = prepared.levels[start];
        match runs.last_mut() {
            Some((range, last)) if *last == level => range.end = end,
            _ => runs.push((start..end, level)),
        }
    }
    reorder(&mut runs);
    runs.into_iter().map(|(range, level)| (range, level.is_rtl())).collect()
}

/// Rule L2 of UAX #9: from the highest level down to the lowest odd one, turn the runs round.
fn reorder(runs: &mut [(std::ops::Range<usize>, Level)]) {
    let highest = runs.iter().map(|(_, level)| level.number()).max().unwrap_or(0);
    for level in (1..=highest).rev() {
        let mut start = 0;
        while start < runs.len() {
            let length = runs[start..].iter().take_while(|(_, of)| of.number() >= level).count();
            runs[start..start + length].reverse();
            start += length.max(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faces() -> Faces {
        Faces::open().expect("the faces of the program open")
    }

    #[test]
    fn what_cannot_be_shown_is_replaced_and_what_misleads_is_dropped() {
        let faces = faces();
        let said = |raw: &str| visible(&faces, raw);
        assert_eq!(said("Ali\t\u{1F600}"), "Ali ‹U+1F600›");
        assert_eq!(said("a\0b\u{202E}c\u{FEFF}"), "abc");
        assert_eq!(said("陈 ڠ சௌ É"), "陈 ڠ சௌ É", "what a face has stays");
    }

    #[test]
    fn a_paragraph_runs_as_its_first_strong_letter_does() {
        let faces = faces();
        let directions: Vec<bool> =
            paragraphs(&faces, "12 سكوله SK\nSK سكوله\n\n").iter().map(|part| part.rtl).collect();
        assert_eq!(directions, [true, false]);
    }

    #[test]
    fn runs_come_in_the_order_of_the_eye() {
        let prepared = prepare("ab אב 12 cd".to_owned());
        let runs = visual_runs(&prepared, 0..prepared.text.len());
        let texts: Vec<&str> = runs.iter().map(|(range, _)| &prepared.text[range.clone()]).collect();
        assert_eq!(texts, ["ab ", "12", "אב ", " cd"], "a number after Hebrew stands on its left");
    }
}
