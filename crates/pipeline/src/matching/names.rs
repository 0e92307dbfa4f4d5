//! Two names side by side: given names and the father's name, each with how they agree.
//!
//! What is compared are the words of [`crate::names::match_key`]: spellings of one sound are one there already, so
//! what differs here is a slip of the finger or another name.

use crate::country::my;

/// How the given names of two people agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// The same words, in whatever order or spelling.
    Same,
    /// The same but for a slip of the finger.
    Slip,
    /// One word ends in another letter: a slip, or the name of a brother or sister (AINA, AINI).
    Ending,
    /// One name has words that the other lacks, and nothing speaks against it.
    Fewer,
    /// Some telling word agrees and another differs.
    Part,
    /// Different.
    Different,
}

/// How the fathers' names agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Father {
    /// The same.
    Same,
    /// The same, and so frequent that it says little: MUHAMMAD, ABDULLAH.
    Frequent,
    /// But for a slip of the finger.
    Slip,
    /// At least one name has none.
    Missing,
    /// Different.
    Different,
}

/// Words before a given name that half the country has, folded as [`crate::names::match_key`] does. That two
/// children have one of them says nothing.
const FREQUENT: &[&str] = &["MUHAMAD", "AHMAD", "NUR", "NURUL", "SITI", "ABDUL", "WAN", "NI", "SED", "FUTERI"];

/// The same as they are written, but for ABDUL: ABDUL RAHMAN without it is another name.
pub(super) const FREQUENT_AS_WRITTEN: &[&str] =
    &["MUHAMMAD", "AHMAD", "NUR", "NURUL", "SITI", "WAN", "NIK", "SYED", "PUTERI"];

/// Whether a folded word tells people apart.
pub(super) fn is_telling(word: &str) -> bool {
    word.len() > 1 && !FREQUENT.contains(&word)
}

/// The folded given names and the father's name of a key.
pub(super) fn parts(key: &str) -> (Vec<&str>, &str) {
    let (given, father) = key.split_once('|').unwrap_or((key, ""));
    (given.split(' ').filter(|word| !word.is_empty()).collect(), father)
}

/// The words of a name as written, but for titles and the spellings of one name that everybody knows (MOHD), in
/// order and parted by spaces. Where sounds alone decide that two names are one, HARIS and HARITH are too.
pub(super) fn written(full_name: &str) -> String {
    let name = full_name.split('@').next().unwrap_or(full_name);
    let (first, last) = model::names::split(name);
    // Without the particle: not every list has it.
    let father = last.and_then(|last| last.split_once(' ')).map_or("", |(_, father)| father);
    let words = [first, father].into_iter().flat_map(|part| part.split([' ', '-', '\u{a0}']));
    let letters =
        |word: &str| word.chars().filter(|char| char.is_alphanumeric()).flat_map(char::to_uppercase).collect();
    let plain = words.map(letters).filter(|word: &String| !word.is_empty() && !my::TITLES.contains(&word.as_str()));
    plain.map(|word| spelled(&word).to_owned()).collect::<Vec<_>>().join(" ")
}

/// The usual spelling of a word of a name, or the word itself.
fn spelled(word: &str) -> &str {
    my::NAME_SPELLINGS.iter().find(|(written, _)| *written == word).map_or(word, |(_, usual)| usual)
}

/// Whether two names, as [`written`] gives them, do not contradict each other in any letter: the same words in any
/// order, words that only one of them has, an initial for a word, or the same letters with other spaces.
pub(super) fn agrees_in_writing(one: &str, other: &str) -> bool {
    let glued = |name: &str| name.replace(' ', "");
    let has = |name: &str, word: &str| {
        let short = word.chars().count() == 1;
        name.split(' ').any(|known| known == word || (short && known.starts_with(word)))
    };
    let within = |few: &str, many: &str| few.split(' ').all(|word| has(many, word));
    within(one, other) || within(other, one) || glued(one) == glued(other)
}

/// How two keys agree.
pub(super) fn compare(one: &str, other: &str) -> (Given, Father) {
    let ((mut ours, our_father), (mut theirs, their_father)) = (parts(one), parts(other));
    if our_father.is_empty() != their_father.is_empty() {
        // One of them lost its particle: the father's name stands among the words there, or not at all.
        let (with, without) = if our_father.is_empty() { (&mut theirs, &ours) } else { (&mut ours, &theirs) };
        let father = if our_father.is_empty() { their_father } else { our_father };
        if without.contains(&father) {
            with.push(father);
            with.sort_unstable();
        }
    }
    (given(&ours, &theirs), father(our_father, their_father))
}

fn father(one: &str, other: &str) -> Father {
    match word(one, other) {
        _ if one.is_empty() || other.is_empty() => Father::Missing,
        Word::Same if !is_telling(one) => Father::Frequent,
        Word::Same => Father::Same,
        Word::Slip | Word::Initial | Word::Ending => Father::Slip,
        Word::Different => Father::Different,
    }
}

fn given(one: &[&str], other: &[&str]) -> Given {
    if one.is_empty() || other.is_empty() {
        return Given::Different;
    }
    if one == other || glued(one, other) || glued(other, one) {
        return Given::Same;
    }
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    align(short, long)
}

/// Whether `many` is `few` with one word written as two: NURAIN, NUR AIN.
fn glued(few: &[&str], many: &[&str]) -> bool {
    if few.len() + 1 != many.len() {
        return false;
    }
    let pairs = (0..many.len()).flat_map(|at| (0..many.len()).map(move |with| (at, with)));
    pairs.filter(|(at, with)| at != with).any(|(at, with)| {
        let rest = many.iter().enumerate().filter(|(place, _)| *place != at && *place != with);
        let mut words: Vec<String> = rest.map(|(_, word)| (*word).to_owned()).collect();
        words.push(many.iter().take(at + 1).skip(at).chain(many.iter().take(with + 1).skip(with)).copied().collect());
        words.sort_unstable();
        words.iter().map(String::as_str).eq(few.iter().copied())
    })
}

/// Gives every word of the shorter name its partner, the surest first.
fn align(short: &[&str], long: &[&str]) -> Given {
    let mut free: Vec<&str> = long.to_vec();
    let (mut left, mut met): (Vec<&str>, Vec<(&str, Word)>) = (short.to_vec(), Vec::new());
    for wanted in [Word::Same, Word::Slip, Word::Ending, Word::Initial] {
        left.retain(|ours| match free.iter().position(|theirs| word(ours, theirs) == wanted) {
            Some(at) => {
                free.swap_remove(at);
                met.push((ours, wanted));
                false
            }
            None => true,
        });
    }
    grade(&met, left.is_empty(), free.is_empty())
}

fn grade(met: &[(&str, Word)], all_met: bool, none_free: bool) -> Given {
    let telling = met.iter().any(|(word, _)| is_telling(word));
    let has = |kind: Word| met.iter().any(|(_, met)| *met == kind);
    match (all_met, none_free) {
        (true, _) if !telling => Given::Different,
        (true, _) if has(Word::Ending) => Given::Ending,
        (true, true) if has(Word::Slip) => Given::Slip,
        (true, _) if has(Word::Slip) => Given::Part,
        (true, _) => Given::Fewer,
        (false, _) if telling => Given::Part,
        (false, _) => Given::Different,
    }
}

/// How two words agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    Same,
    Slip,
    Ending,
    Initial,
    Different,
}

/// Shorter words with a letter changed are other names: ALI, ALIA.
const LEAST_FOR_SLIP: usize = 4;
/// Words this long may have two slips.
const LEAST_FOR_TWO: usize = 9;

fn word(one: &str, other: &str) -> Word {
    if one == other {
        return Word::Same;
    }
    let (ours, theirs): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if ours.len().min(theirs.len()) == 1 {
        return if ours.first() == theirs.first() { Word::Initial } else { Word::Different };
    }
    let longest = ours.len().max(theirs.len());
    if longest < LEAST_FOR_SLIP || ours.len().abs_diff(theirs.len()) > 2 {
        return Word::Different;
    }
    match distance(&ours, &theirs) {
        1 if ends_differ(&ours, &theirs) => Word::Ending,
        1 => Word::Slip,
        2 if longest >= LEAST_FOR_TWO => Word::Slip,
        _ => Word::Different,
    }
}

/// Whether two words that one change tells apart differ in their last letter.
fn ends_differ(one: &[char], other: &[char]) -> bool {
    let shared = one.iter().zip(other).take_while(|(ours, theirs)| ours == theirs).count();
    shared + 1 >= one.len().max(other.len())
}

/// Changes between two words: letters put in, left out, taken for another, or two neighbours swapped
/// (Damerau, 1964).
fn distance(one: &[char], other: &[char]) -> usize {
    let width = other.len() + 1;
    let mut rows: [Vec<usize>; 3] = [vec![0; width], (0..width).collect(), vec![0; width]];
    for (at, ours) in one.iter().enumerate() {
        let [before, last, next] = &mut rows;
        if let Some(first) = next.first_mut() {
            *first = at + 1;
        }
        for (with, theirs) in other.iter().enumerate() {
            let value = |row: &[usize], place: usize| row.get(place).copied().unwrap_or(usize::MAX - 1);
            let mut least = (value(last, with) + usize::from(ours != theirs))
                .min(value(last, with + 1) + 1)
                .min(value(next, with) + 1);
            let swapped = at > 0 && with > 0 && one.get(at - 1) == Some(theirs) && other.get(with - 1) == Some(ours);
            if swapped {
                least = least.min(value(before, with - 1) + 1);
            }
            if let Some(cell) = next.get_mut(with + 1) {
                *cell = least;
            }
        }
        rows.rotate_left(1);
    }
    rows[1].last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::match_key;

    #[test]
    fn names_agree_as_a_registrar_would_say() {
        use Father as F;
        use Given as G;
        for (one, other, given, father) in [
            ("MOHD AIMAN BIN ROSLAN", "Muhammad Aiman b. Roslan", G::Same, F::Same),
            ("AIMAN MUHAMMAD BIN ROSLAN", "MUHAMMAD AIMAN BIN ROSLAN", G::Same, F::Same),
            ("NURAIN BINTI ROSLAN", "NUR AIN BINTI ROSLAN", G::Same, F::Same),
            ("LIM MEI LING", "MEI LING LIM", G::Same, F::Missing),
            ("DANISH BIN ROSLAN", "DANSIH BIN ROSLAN", G::Slip, F::Same),
            ("DANISH BIN ROSLAN", "DANSH BIN ROSLAN", G::Slip, F::Same),
            ("KHAIRUNNISA BINTI ROSLAN", "KHAIRUNSIA BINTI ROSLAN", G::Slip, F::Same),
            ("NUR AINA BINTI ROSLAN", "NUR AINI BINTI ROSLAN", G::Ending, F::Same),
            ("HAKIM BIN ROSLAN", "HAKIMI BIN ROSLAN", G::Ending, F::Same),
            ("AISYAH BINTI ROSLAN", "NUR AISYAH BINTI ROSLAN", G::Fewer, F::Same),
            ("M AIMAN BIN ROSLAN", "MUHAMMAD AIMAN BIN ROSLAN", G::Fewer, F::Same),
            ("AIMAN ROSLAN", "AIMAN BIN ROSLAN", G::Same, F::Missing),
            ("AIMAN", "AIMAN BIN ROSLAN", G::Same, F::Missing),
            ("ADAM HAKIM BIN ROSLAN", "ADAM HARITH BIN ROSLAN", G::Part, F::Same),
            ("MUHAMMAD DANISH BIN ROSLAN", "MUHAMMAD DANIAL BIN ROSLAN", G::Different, F::Same),
            ("MUHAMMAD BIN ROSLAN", "MUHAMMAD DANIAL BIN ROSLAN", G::Different, F::Same),
            ("ALI BIN MOHD YUSOF", "ALI BIN MUHAMMAD NOOR", G::Same, F::Frequent),
            ("ALI BIN ROSLAN", "ALI BIN ROSALN", G::Same, F::Slip),
            ("ALI BIN ROSLAN", "ALI BIN HAMZAH", G::Same, F::Different),
            ("", "ALI BIN HAMZAH", G::Different, F::Missing),
            ("陈美玲", "陈美玲", G::Same, F::Missing),
            ("陈美玲", "陈国强", G::Different, F::Missing),
        ] {
            assert_eq!(compare(&match_key(one), &match_key(other)), (given, father), "{one} / {other}");
            assert_eq!(compare(&match_key(other), &match_key(one)), (given, father), "{other} / {one}");
        }
    }

    #[test]
    fn what_sounds_alike_is_not_written_alike() {
        let agree = |one: &str, other: &str| agrees_in_writing(&written(one), &written(other));
        for (one, other) in [
            ("MOHD HARIS BIN ALI", "Haris Muhammad b. Ali"),
            ("Dato' Haris bin Ali", "HARIS BIN ALI"),
            ("NURAIN BT ALI", "NUR AIN BINTI ALI"),
            ("M HARIS BIN ALI", "MUHAMMAD HARIS BIN ALI"),
            ("LIM MEI LING", "MEI LING LIM"),
            ("HARIS ALI", "HARIS BIN ALI BIN ABU"),
        ] {
            assert!(agree(one, other), "{one} / {other}");
        }
        for (one, other) in
            [("HARIS BIN ALI", "HARITH BIN ALI"), ("NUR ALISYA", "NUR ALISHA"), ("ALI ABU", "ALI BAKAR")]
        {
            assert!(!agree(one, other), "{one} / {other}");
        }
    }

    #[test]
    fn frequent_words_are_written_as_the_key_folds_them() {
        for word in FREQUENT_AS_WRITTEN {
            let key = match_key(word);
            assert!(FREQUENT.contains(&key.trim_end_matches('|')), "{word} folds to {key}");
        }
    }

    #[test]
    fn changes_between_words_are_counted() {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        for (one, other, changes) in
            [("", "", 0), ("AB", "BA", 1), ("AHMAD", "AHMD", 1), ("AHMAD", "AHMDA", 1), ("ALI", "ABU", 2)]
        {
            assert_eq!(distance(&chars(one), &chars(other)), changes, "{one} {other}");
        }
    }
}
