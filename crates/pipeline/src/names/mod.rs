//! People's names: whose child a particle says somebody is, and comparing them.
//!
//! Malays and most Indians have no surname, Chinese write it first. A name is a legal string: nothing here
//! rewrites one; splitting one in two is the model's (`model::names`). Spellings are data in [`crate::country::my`].

mod key;

pub use key::{Keys, keys, near_form};

use std::borrow::Cow;

use crate::country::my::{self, Child};
use crate::standard;

/// Where a particle such as BIN stands in a name, in bytes.
pub(crate) struct Particle {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) child: Child,
}

/// `male` or `female` where a particle says so: BIN, A/L; BINTI, A/P. The first particle decides. In a name without
/// one, KAUR is a Sikh woman's and SINGH a Sikh man's.
#[must_use]
pub fn particle_gender(full_name: &str) -> Option<&'static str> {
    let Some(particle) = particle(full_name) else { return sikh_gender(full_name) };
    // In an Indian name it is an initial: PRIYA B. RAJAN is no son.
    let written = full_name.get(particle.start..particle.end).unwrap_or_default();
    if written.trim_end_matches('.').eq_ignore_ascii_case("B") {
        return None;
    }
    match particle.child {
        Child::Son => Some("male"),
        Child::Daughter => Some("female"),
        Child::Either => None,
    }
}

/// What the words KAUR and SINGH behind a name say; a woman may have her father's SINGH behind her KAUR.
fn sikh_gender(full_name: &str) -> Option<&'static str> {
    let said = |wanted: &str| words(full_name).skip(1).any(|(_, word)| word.eq_ignore_ascii_case(wanted));
    match (said("KAUR"), said("SINGH")) {
        (true, _) => Some("female"),
        (false, true) => Some("male"),
        _ => None,
    }
}

/// The first particle with a name before and after it.
pub(crate) fn particle(name: &str) -> Option<Particle> {
    let mut words = words(name).peekable();
    let mut before = "";
    while let Some((start, word)) = words.next() {
        let after = words.peek().copied();
        if let Some((child, followed)) = child_of(word, after.map(|(_, word)| word)).filter(|_| before.len() > 1) {
            let last = if followed { words.next() } else { Some((start, word)) };
            let (last_start, last_word) = last?;
            words.peek()?;
            return Some(Particle { start, end: last_start + last_word.len(), child });
        }
        before = word.trim_matches('.');
    }
    None
}

/// Whether a cell holds the names of two people: two lines with a whole name each, or a daughter's particle behind
/// another one. The names behind a particle are of fathers, so BIN may follow BINTI, but BINTI follows nothing.
#[must_use]
pub fn are_several(cell: &str) -> bool {
    let lines = || cell.split(standard::is_line_break).map(standard::outer_trim).filter(|line| !line.is_empty());
    let two_lines = || lines().zip(lines().skip(1)).any(|(one, next)| is_whole(one) && is_whole(next));
    (cell.contains(standard::is_line_break) && two_lines()) || daughter_follows(cell)
}

/// Whether a name ends in a particle with no father behind it, or leaves open which particle is meant: `BIN/BINTI`.
#[must_use]
pub fn is_unfinished(full_name: &str) -> bool {
    let (mut last, mut open, mut count) = ("", false, 0);
    let slash = full_name.contains('/');
    for (_, word) in words(full_name) {
        open |= slash && word.split_once('/').is_some_and(|(one, other)| says_child(one) && says_child(other));
        (last, count) = (word, count + 1);
    }
    open || (count > 1 && says_child(last))
}

/// Whether a word is a particle that says son or daughter, and no initial.
fn says_child(word: &str) -> bool {
    let is = |(particle, child): &&(&str, Child)| {
        same_letters(particle, word) && particle.len() > 2 && !particle.contains('.') && *child != Child::Either
    };
    my::PARTICLES.iter().any(|known| is(&known))
}

/// Whether a line has a name of at least two words that neither begins nor ends with a particle.
fn is_whole(line: &str) -> bool {
    let is_particle = |word: &str| my::PARTICLES.iter().any(|(particle, _)| particle.eq_ignore_ascii_case(word));
    let mut words = words(line).map(|(_, word)| word);
    match (words.next(), words.next_back()) {
        (Some(first), Some(last)) => !is_particle(first) && !is_particle(last),
        _ => false,
    }
}

/// Whether a daughter's particle stands behind another particle.
fn daughter_follows(name: &str) -> bool {
    let mut rest = particle(name).and_then(|first| name.get(first.end..));
    while let Some(name) = rest {
        let Some(next) = particle(name) else { return false };
        if next.child == Child::Daughter {
            return true;
        }
        rest = name.get(next.end..);
    }
    false
}

/// The words of a name with their place in bytes.
fn words(name: &str) -> impl DoubleEndedIterator<Item = (usize, &str)> {
    name.split_whitespace().map(move |word| (word.as_ptr() as usize - name.as_ptr() as usize, word))
}

/// Whose child `word` says, and whether the next word belongs to it: ANAK LELAKI, ANAK PEREMPUAN.
fn child_of(word: &str, next: Option<&str>) -> Option<(Child, bool)> {
    let known = my::PARTICLES.iter().find(|(particle, _)| same_letters(particle, word));
    let (particle, child) = known?;
    match next {
        Some(next) if *particle == "ANAK" && next.eq_ignore_ascii_case("LELAKI") => Some((Child::Son, true)),
        Some(next) if *particle == "ANAK" && next.eq_ignore_ascii_case("PEREMPUAN") => Some((Child::Daughter, true)),
        _ => Some((*child, false)),
    }
}

/// A key that is the same for the usual ways of writing one name: titles, points, apostrophes and hyphens off,
/// MOHD as MUHAMMAD, ABD RAHMAN as ABDULRAHMAN, sounds that Malay spellings mix up as one, given names in
/// alphabetical order, then `|` and the father's first name. Two names with the same key are *perhaps* one person.
#[must_use]
pub fn match_key(full_name: &str) -> String {
    let name = full_name.split('@').next().unwrap_or(full_name);
    let (given, father) = match particle(name) {
        Some(particle) => (&name[..particle.start], &name[particle.end..]),
        None => (name, ""),
    };
    let mut given = comparable(given);
    given.sort_unstable();
    let father = comparable(father).into_iter().next().unwrap_or_default();
    format!("{}|{father}", given.join(" "))
}

/// The words of one part of a name, folded for comparing.
fn comparable(part: &str) -> Vec<String> {
    let words: Vec<Cow<'_, str>> =
        part.split([' ', '-', '\u{a0}']).map(letters).filter(|word| !word.is_empty()).collect();
    let titles = leading_titles(&words);
    let mut folded: Vec<String> = Vec::with_capacity(words.len());
    let mut servant = false;
    for word in &words[titles..] {
        let spelled = spelled_as_one(word);
        if servant && let Some(last) = folded.last_mut() {
            last.push_str(&fold(spelled));
        } else {
            folded.push(fold(spelled));
        }
        servant = spelled == "ABDUL";
    }
    folded
}

/// The usual spelling of a word of a name, or the word itself.
fn spelled_as_one(word: &str) -> &str {
    my::NAME_SPELLINGS.iter().find(|(written, _)| same(written, word)).map_or(word, |(_, as_one)| as_one)
}

/// Whether two words are equal. Most differ in length or in the first letter: no call is needed to see that.
fn same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.as_bytes().first() == other.as_bytes().first() && one == other
}

/// Whether two words are equal but for capitals; seen without a call where length or first letter differ.
fn same_letters(one: &str, other: &str) -> bool {
    let first = |word: &str| word.as_bytes().first().map(u8::to_ascii_uppercase);
    one.len() == other.len() && first(one) == first(other) && one.eq_ignore_ascii_case(other)
}

/// The letters of a word as capitals.
fn letters(word: &str) -> Cow<'_, str> {
    if word.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Cow::Borrowed(word);
    }
    if word.is_ascii() {
        let mut letters = String::with_capacity(word.len());
        letters
            .extend(word.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| char::from(byte.to_ascii_uppercase())));
        return Cow::Owned(letters);
    }
    Cow::Owned(word.chars().filter(|char| char.is_alphanumeric()).flat_map(char::to_uppercase).collect())
}

/// How many words at the front are titles; never all of them.
pub(crate) fn leading_titles(words: &[impl AsRef<str>]) -> usize {
    let mut count = 0;
    while count + 1 < words.len() {
        let (word, next) = (words[count].as_ref(), words[count + 1].as_ref());
        let second = count > 0 && matches!(word, "SRI" | "SERI");
        let first_of_two = matches!((word, next), ("TAN", "SRI") | ("TOH", "PUAN"));
        if !(my::TITLES.iter().any(|title| same(title, word)) || second || first_of_two) {
            break;
        }
        count += 1;
    }
    count
}

/// One word with the sounds that Malay spellings mix up made one, double letters single, a final H or K dropped.
fn fold(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    let mut rest = word;
    while let Some(first) = rest.chars().next() {
        let (taken, heard) = sound(rest.as_bytes()).unwrap_or((first.len_utf8(), &rest[..first.len_utf8()]));
        if !folded.ends_with(heard) {
            folded.push_str(heard);
        }
        rest = &rest[taken..];
    }
    let kept = folded.trim_end_matches(['H', 'K']).len();
    if kept > 0 {
        folded.truncate(kept);
    }
    folded
}

/// The sound at the start of a word that has several spellings: how many letters it takes, and the one that
/// stands for it.
fn sound(word: &[u8]) -> Option<(usize, &'static str)> {
    Some(match word {
        [b'D', b'Z' | b'H', ..] => (2, "Z"),
        [b'T', b'H' | b'S', ..] | [b'S', b'H' | b'Y', ..] => (2, "S"),
        [b'K', b'H', ..] => (2, "K"),
        [b'P', b'H', ..] => (2, "F"),
        [b'O', b'O', ..] => (2, "U"),
        [b'E', b'E', ..] => (2, "I"),
        [b'Q', ..] => (1, "K"),
        [b'P', ..] => (1, "F"),
        [b'V', ..] => (1, "B"),
        [b'Y', ..] => (1, "I"),
        [b'O', ..] => (1, "U"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_particle_says_whose_child_it_is() {
        for (full, gender) in [
            ("AHMAD BIN ALI", Some("male")),
            ("siti bte ahmad", Some("female")),
            ("SITI BINTI AHMAD BIN ALI", Some("female")),
            ("SIVA A/L KUMAR", Some("male")),
            ("UNGGANG ANAK JUGAH", None),
            ("TAN AH KOW", None),
            ("GURPREET KAUR", Some("female")),
            ("GURPREET KAUR HARJIT SINGH", Some("female")),
            ("HARJIT SINGH", Some("male")),
            ("SINGH TAN", None),
            ("NUR BINTI. ALI", Some("female")),
            ("RAVI A\\L RAJU", Some("male")),
            ("SITI A.P RAJU", Some("female")),
            ("PRIYA B. RAJAN", None),
        ] {
            assert_eq!(particle_gender(full), gender, "{full}");
        }
    }

    #[test]
    fn two_people_in_one_cell_are_seen() {
        for (cell, several) in [
            ("ABU BIN KASSIM\nFATIMAH BINTI HASAN", true),
            ("TAN MEI LING\r\nLIM AH KOW", true),
            ("ABU BIN KASSIM FATIMAH BINTI HASAN", true),
            ("RAVI A/L RAJU / DEVI A/P KUMAR", true),
            ("NUR AISYAH\nBINTI ALI", false),
            ("MUHAMMAD HAKIM BIN\nABU BAKAR", false),
            ("MUHAMMAD HAKIM BIN ABDUL\nRAHMAN", false),
            ("SITI BINTI AHMAD BIN ALI", false),
            ("ALI BIN ABU BIN BAKAR", false),
        ] {
            assert_eq!(are_several(cell), several, "{cell}");
        }
    }

    #[test]
    fn a_name_without_its_father_is_unfinished() {
        for (full, unfinished) in [
            ("MUHAMMAD ALI BIN", true),
            ("AMIRUL BIN/BINTI ALI", true),
            ("SITI A/P", true),
            ("RAVI B", false),
            ("ALI BIN ABU", false),
            ("TAN AK", false),
            ("BIN", false),
        ] {
            assert_eq!(is_unfinished(full), unfinished, "{full}");
        }
    }

    #[test]
    fn one_name_in_many_spellings_has_one_key() {
        for same in [
            &["MOHD ALI BIN ABD RAHMAN", "Muhammad Ali b. Abdul Rahman", "MUHAMAD ALI BIN ABDULRAHMAN"][..],
            &["TAN AH KOW", "Tan Ah-Kow", "AH KOW TAN"],
            &["NU'MAN BIN ZAKARIA", "NUMAN BIN DZAKARIA", "Nu’man bin Haji Zakaria"],
            &["NUR AISYAH BINTI YUSOF", "NOOR AISHAH BTE YUSUF"],
            &["DATO' SERI AHMAD BIN ALI", "AHMAD BIN ALI"],
        ] {
            for other in same {
                assert_eq!(match_key(other), match_key(same[0]), "{other}");
            }
        }
        assert_ne!(match_key("AHMAD BIN ALI"), match_key("AHMAD BIN ABU"), "two fathers, two people");
        assert_ne!(match_key("AHMAD BIN ALI"), match_key("ALI BIN AHMAD"), "father and son");
    }
}
