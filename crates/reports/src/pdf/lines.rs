//! Paragraphs cut into lines of a given width, and widths of words remembered between calls.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;

use unicode_script::{Script, UnicodeScript as _};

use super::face::Faces;
use super::shape::{Run, shape_line};
use super::text::{Prepared, paragraphs};

/// One line, ready to be drawn.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// Runs from left to right.
    pub(crate) runs: Vec<Run>,
    /// Width in points.
    pub(crate) width: f32,
    /// Whether its paragraph runs from right to left.
    pub(crate) rtl: bool,
}

/// Sets text in lines.
pub(crate) struct Typesetter {
    faces: Faces,
    /// Width of words in thousandths of the type size.
    words: RefCell<HashMap<(bool, String), f32>>,
}

impl Typesetter {
    /// A setter with these faces.
    pub(crate) fn new(faces: Faces) -> Self {
        Self { faces, words: RefCell::new(HashMap::new()) }
    }

    /// The faces.
    pub(crate) fn faces(&self) -> &Faces {
        &self.faces
    }

    /// `text` at `size` points in lines no wider than `width` points. Empty text has no lines.
    pub(crate) fn lines(&self, text: &str, size: f32, bold: bool, width: f32) -> Vec<Line> {
        let limit = width / size * 1000.0;
        let mut lines = Vec::new();
        for prepared in paragraphs(&self.faces, text) {
            for range in self.breaks(&prepared, bold, limit) {
                let runs = shape_line(&self.faces, &prepared, range, bold);
                let width = runs.iter().map(Run::width).sum::<f32>() * size / 1000.0;
                lines.push(Line { runs, width, rtl: prepared.rtl });
            }
        }
        lines
    }

    /// Width in points of `text` on one line.
    pub(crate) fn width(&self, text: &str, size: f32, bold: bool) -> f32 {
        let widest = paragraphs(&self.faces, text).into_iter().map(|part| self.extent(&part, 0..part.text.len(), bold));
        widest.fold(0.0, f32::max) * size / 1000.0
    }

    /// Width in points of the widest unbreakable part of `text`.
    pub(crate) fn widest_word(&self, text: &str, size: f32, bold: bool) -> f32 {
        let words = text.split_whitespace().map(|word| self.width(word, size, bold));
        words.fold(0.0, f32::max)
    }

    fn breaks(&self, prepared: &Prepared, bold: bool, limit: f32) -> Vec<Range<usize>> {
        let mut lines: Vec<Range<usize>> = Vec::new();
        let (mut start, mut end, mut used) = (0, 0, 0.0);
        for atom in atoms(&prepared.text) {
            let solid = atom.start..atom.start + prepared.text[atom.clone()].trim_end().len();
            let width = self.extent(prepared, solid.clone(), bold);
            if used + width > limit && end > start {
                lines.push(start..end);
                (start, used) = (atom.start, 0.0);
            }
            if width > limit {
                start = self.chop(prepared, solid.clone(), bold, limit, &mut lines);
                used = self.extent(prepared, start..solid.end, bold);
            } else {
                used += width;
            }
            used += self.extent(prepared, solid.end..atom.end, bold);
            end = solid.end;
        }
        if end > start {
            lines.push(start..end);
        }
        lines
    }

    /// Cuts a word wider than a line; gives where the rest of it begins.
    fn chop(
        &self,
        prepared: &Prepared,
        word: Range<usize>,
        bold: bool,
        limit: f32,
        lines: &mut Vec<Range<usize>>,
    ) -> usize {
        let mut clusters: Vec<(usize, f32)> = shape_line(&self.faces, prepared, word.clone(), bold)
            .iter()
            .flat_map(|run| run.clusters.iter())
            .map(|cluster| (cluster.at, cluster.glyphs.iter().map(|glyph| glyph.advance).sum()))
            .collect();
        clusters.sort_unstable_by_key(|(at, _)| *at);
        let (mut start, mut used, mut soft) = (word.start, 0.0, None);
        for (at, width) in clusters {
            if used + width > limit && at > start {
                let cut = soft.filter(|(_, kept)| *kept > limit * 0.4);
                let (next, kept) = cut.unwrap_or((at, used));
                lines.push(start..next);
                (start, used, soft) = (next, used - kept, None);
            }
            used += width;
            if prepared.text[at..].starts_with(['/', '\\', '_', '-', '.', '@']) {
                soft = Some((at + 1, used));
            }
        }
        start
    }

    /// Width of a part, in thousandths of the type size.
    fn extent(&self, prepared: &Prepared, range: Range<usize>, bold: bool) -> f32 {
        if range.is_empty() {
            return 0.0;
        }
        let key = (bold, prepared.text[range.clone()].to_owned());
        if let Some(width) = self.words.borrow().get(&key) {
            return *width;
        }
        let width = shape_line(&self.faces, prepared, range, bold).iter().map(Run::width).sum();
        self.words.borrow_mut().insert(key, width);
        width
    }
}

/// Parts between places where a line may end: after spaces, and around Chinese characters.
fn atoms(text: &str) -> Vec<Range<usize>> {
    let mut atoms = Vec::new();
    let mut start = 0;
    let mut before: Option<char> = None;
    for (at, letter) in text.char_indices() {
        if before.is_some_and(|before| may_break(before, letter)) {
            atoms.push(start..at);
            start = at;
        }
        before = Some(letter);
    }
    if start < text.len() {
        atoms.push(start..text.len());
    }
    atoms
}

fn may_break(before: char, after: char) -> bool {
    if after == ' ' {
        return false;
    }
    before == ' ' || ((is_han(before) || is_han(after)) && !is_closing(after) && !is_opening(before))
}

fn is_han(letter: char) -> bool {
    letter.script() == Script::Han
}

fn is_closing(letter: char) -> bool {
    "、。，．！？；：）》」』】”’)].,;:!?\u{2069}".contains(letter)
}

fn is_opening(letter: char) -> bool {
    "（《「『【“‘([\u{2066}\u{2067}\u{2068}".contains(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setter() -> Typesetter {
        Typesetter::new(Faces::open().expect("the faces of the program open"))
    }

    fn letters(line: &Line) -> String {
        line.runs.iter().flat_map(|run| &run.clusters).map(|cluster| &*cluster.text).collect()
    }

    #[test]
    fn lines_break_at_spaces_and_fit_their_width() {
        let lines = setter().lines("satu dua tiga empat lima enam tujuh", 10.0, false, 60.0);
        assert!(lines.len() > 2, "the text is wider than one line");
        assert!(lines.iter().all(|line| line.width <= 60.0), "a line is wider than its column");
        let words: Vec<String> = lines.iter().map(letters).collect();
        assert_eq!(words.join(" "), "satu dua tiga empat lima enam tujuh");
    }

    #[test]
    fn chinese_breaks_between_characters_but_not_before_a_full_stop() {
        let lines = setter().lines("陈美玲陈美玲。陈美玲", 10.0, false, 60.5);
        assert!(lines.iter().all(|line| !letters(line).starts_with('。')), "a line begins with a full stop");
        assert!(lines.len() >= 2, "characters without spaces break too");
    }

    #[test]
    fn a_long_file_name_breaks_after_a_sign() {
        let lines = setter().lines("sistem_lama_sandaran_penuh.mdb", 10.0, false, 90.0);
        assert!(letters(&lines[0]).ends_with('_'), "it is cut in {:?}", letters(&lines[0]));
        assert_eq!(lines.iter().map(letters).collect::<String>(), "sistem_lama_sandaran_penuh.mdb");
    }
}
