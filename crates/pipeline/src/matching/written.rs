//! Names letter by letter, for what is proved without anybody looking: two names agree only where nothing that tells
//! brothers and sisters apart differs.
//!
//! Twins bear the same father's name, the same birth date and, in lists that somebody filled down, the same number. What
//! is left to tell them apart is the given name in its order (TAN JIA XIN, TAN XIN JIA), one more word (AINA, AINA SOFEA),
//! the name behind `@`, BIN or BINTI, and what somebody wrote in brackets (KEMBAR 1). So none of that is passed over.

use super::names::FREQUENT_AS_WRITTEN as FREQUENT;
use crate::country::my::{self, Child};
use crate::names;

/// A full name, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Written {
    /// The name, and what stands behind each `@`.
    parts: Vec<Part>,
    /// Words in brackets, and those that mark a twin.
    remarks: Vec<String>,
}

/// A name without an alias.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Part {
    given: Vec<String>,
    father: Vec<String>,
    child: Option<Child>,
}

/// Words that say that a child is one of several.
const TWIN: &[&str] = &["KEMBAR", "TWIN", "TWINS", "TRIPLET", "TRIPLETS"];

/// The number of a child among several, as some write it behind the father's name.
const ORDINALS: &[&str] = &["II", "III", "IV"];

/// Takes a full name apart.
pub(super) fn written(full_name: &str) -> Written {
    let (name, mut remarks) = without_brackets(full_name);
    let mut words: Vec<&str> = name.split_whitespace().collect();
    if let Some(at) = words.iter().position(|word| TWIN.contains(&letters(word).as_str())) {
        remarks.extend(words.split_off(at).into_iter().map(letters));
    }
    let mut parts: Vec<Part> = words.split(|word| is_alias(word)).map(|part| Part::of(&part.join(" "))).collect();
    parts.retain(|part| !part.given.is_empty());
    share_father(&mut parts);
    remarks.retain(|word| !word.is_empty());
    Written { parts, remarks }
}

/// The name without what stands in brackets, `@` between blanks; and the words that stood there.
fn without_brackets(full_name: &str) -> (String, Vec<String>) {
    let (mut name, mut inside, mut depth) = (String::with_capacity(full_name.len()), String::new(), 0_usize);
    for char in full_name.chars() {
        match char {
            '(' | '[' | '（' => depth += 1,
            ')' | ']' | '）' => depth = depth.saturating_sub(1),
            _ if depth > 0 => inside.push(char),
            '@' => name.push_str(" @ "),
            _ => name.push(char),
        }
    }
    (name, inside.split_whitespace().map(letters).collect())
}

fn is_alias(word: &str) -> bool {
    word == "@" || word.eq_ignore_ascii_case("ALIAS")
}

/// Father and particle stand once and belong to every part: ADAM @ HASSAN BIN ABU.
fn share_father(parts: &mut [Part]) {
    let Some(known) = parts.iter().rev().find(|part| part.child.is_some()).cloned() else { return };
    for part in parts.iter_mut().filter(|part| part.child.is_none()) {
        (part.father, part.child) = (known.father.clone(), known.child);
    }
}

impl Part {
    fn of(name: &str) -> Self {
        match names::particle(name) {
            Some(particle) => Self {
                given: untitled(name.get(..particle.start).unwrap_or_default()),
                father: untitled(name.get(particle.end..).unwrap_or_default()),
                child: Some(particle.child),
            },
            // LEE EN XIN, EN XIN LEE: without a particle nobody knows whether EN is a title or a name.
            None => Self { given: spelled(words(name)), ..Self::default() },
        }
    }

    fn agrees(&self, other: &Self) -> bool {
        match (self.child, other.child) {
            (Some(ours), Some(theirs)) => {
                !contradict(ours, theirs) && agree(&self.given, &other.given) && self.father_agrees(&other.father)
            }
            (None, None) => agree(&self.given, &other.given),
            (Some(_), None) => self.agrees_without_particle(&other.given),
            (None, Some(_)) => other.agrees_without_particle(&self.given),
        }
    }

    /// Whether a name without a particle is this one: the given name, then the father's, or nothing.
    fn agrees_without_particle(&self, whole: &[String]) -> bool {
        (1..=whole.len()).any(|until| {
            let (given, father) = whole.split_at(until);
            agree(&self.given, given) && (father.is_empty() || self.father_agrees(father))
        })
    }

    /// The father is the same for all children: one name may go on where the other ends.
    fn father_agrees(&self, father: &[String]) -> bool {
        agree(&self.father, father) || goes_on(&self.father, father) || goes_on(father, &self.father)
    }
}

impl Written {
    /// `Son` or `Daughter` where a particle says so.
    pub(super) fn child(&self) -> Option<Child> {
        self.parts.first().and_then(|part| part.child).filter(|child| *child != Child::Either)
    }

    /// Whether there is a name of which more than a frequent word is known.
    pub(super) fn is_whole(&self) -> bool {
        self.parts.iter().any(|part| part.given.iter().chain(&part.father).any(|word| !is_frequent(word)))
    }

    /// Whether nothing in two names tells two people apart: the same words in the same order but for usual spellings,
    /// blanks and words that half the country bears; the same aliases where both have one; the same remarks.
    pub(super) fn agrees(&self, other: &Self) -> bool {
        let ([ours, our_aliases @ ..], [theirs, their_aliases @ ..]) = (&*self.parts, &*other.parts) else {
            return false;
        };
        let aliases = our_aliases.is_empty()
            || their_aliases.is_empty()
            || (our_aliases.len() == their_aliases.len()
                && our_aliases.iter().zip(their_aliases).all(|(ours, theirs)| ours.agrees(theirs)));
        self.remarks == other.remarks && aliases && ours.agrees(theirs)
    }
}

/// Whether two particles are those of a boy and a girl.
pub(super) fn contradict(one: Child, other: Child) -> bool {
    matches!((one, other), (Child::Son, Child::Daughter) | (Child::Daughter, Child::Son))
}

/// The words of a name, letters and digits only.
fn words(name: &str) -> Vec<String> {
    name.split([' ', '-', '\u{a0}']).map(letters).filter(|word| !word.is_empty()).collect()
}

fn letters(word: &str) -> String {
    word.chars().filter(|char| char.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// The words of a part beside a particle, without the titles before them.
fn untitled(name: &str) -> Vec<String> {
    let words = words(name);
    let titles = names::leading_titles(&words);
    spelled(words.into_iter().skip(titles).collect())
}

/// Well-known spellings as one: MOHD, MUHAMMAD.
fn spelled(mut words: Vec<String>) -> Vec<String> {
    for word in &mut words {
        if let Some((_, usual)) = my::NAME_SPELLINGS.iter().find(|(written, _)| written == word) {
            *word = (*usual).to_owned();
        }
    }
    words
}

fn is_frequent(word: &str) -> bool {
    FREQUENT.contains(&word)
}

/// Whether two rows of words are one name: the same letters in the same order, whatever blanks parts them, or one of
/// them without words that half the country bears.
fn agree(one: &[String], other: &[String]) -> bool {
    one.concat() == other.concat() || lacks_frequent(one, other) || lacks_frequent(other, one)
}

/// Whether `many` is `few` with frequent words besides. What is left must tell a person from another.
fn lacks_frequent(few: &[String], many: &[String]) -> bool {
    let mut wanted = few.iter().peekable();
    for word in many {
        if wanted.next_if(|ours| meets(ours, word)).is_none() && !is_frequent(word) {
            return false;
        }
    }
    wanted.next().is_none() && few.iter().any(|word| word.chars().count() > 1 && !is_frequent(word))
}

/// The same word, or the initial of a frequent one: M AIMAN, MUHAMMAD AIMAN.
fn meets(one: &str, other: &str) -> bool {
    let initial = |short: &str, long: &str| short.chars().count() == 1 && is_frequent(long) && long.starts_with(short);
    one == other || initial(one, other) || initial(other, one)
}

/// Whether `long` begins as `short` and goes on with names: ALI, ALI BIN ABU. A number or a letter is no name: it
/// counts children.
fn goes_on(short: &[String], long: &[String]) -> bool {
    let is_name = |word: &String| {
        word.chars().count() > 1 && word.chars().all(char::is_alphabetic) && !ORDINALS.contains(&word.as_str())
    };
    !short.is_empty()
        && short.iter().any(|word| !is_frequent(word))
        && long.starts_with(short)
        && long.iter().skip(short.len()).all(is_name)
}

#[cfg(test)]
mod tests {
    use super::written;

    fn agree(one: &str, other: &str) -> bool {
        let [one, other] = [one, other].map(written);
        assert_eq!(one.agrees(&other), other.agrees(&one), "either way round");
        one.agrees(&other)
    }

    #[test]
    fn one_name_in_two_spellings_agrees() {
        for (one, other) in [
            ("MOHD HARIS BIN ALI", "Muhammad Haris b. Ali"),
            ("MOHD HARIS BIN ALI", "HARIS BIN ALI"),
            ("M HARIS BIN ALI", "MUHAMMAD HARIS BIN ALI"),
            ("Dato' Haris bin Haji Ali", "HARIS BIN ALI"),
            ("NURAIN BT ALI", "NUR AIN BINTI ALI"),
            ("NUR AINA BINTI ALI", "AINA BINTI ALI"),
            ("HARIS ALI", "HARIS BIN ALI BIN ABU"),
            ("HARIS", "HARIS BIN ALI"),
            ("HARIS BIN ALI", "HARIS BIN ALI HASSAN"),
            ("TAN JIA-XIN", "Tan Jia Xin"),
            ("LEE ENXIN", "LEE EN XIN"),
            ("ADAM @ HASSAN BIN ABU", "ADAM BIN ABU"),
            ("ADAM @ HASSAN BIN ABU", "ADAM@HASSAN BIN ABU"),
            ("SIVA A/L KUMAR", "SIVA KUMAR"),
            ("ARIF BIN SAID (KEMBAR 1)", "ARIF BIN SAID KEMBAR 1"),
        ] {
            assert!(agree(one, other), "{one} / {other}");
        }
    }

    #[test]
    fn whatever_may_tell_two_children_apart_contradicts() {
        for (one, other) in [
            ("HARIS BIN ALI", "HARITH BIN ALI"),
            ("NUR ALISYA", "NUR ALISHA"),
            ("ALI ABU", "ALI BAKAR"),
            ("QAISARA BINTI AZMAN", "QAISARA INARA BINTI AZMAN"),
            ("AINA BINTI SALIM", "AINA SOFEA SALIM"),
            ("NUR AINA BINTI SALIM", "SITI AINA BINTI SALIM"),
            ("NUR BINTI SALIM", "SITI NUR BINTI SALIM"),
            ("HARIS MUHAMMAD BIN ALI", "MUHAMMAD HARIS BIN ALI"),
            ("TAN WEI JIE", "TAN JIE WEI"),
            ("TAN JIA XIN", "TAN XIN JIA"),
            ("LIM MEI LING", "MEI LING LIM"),
            ("LEE EN XIN", "LEE XIN"),
            ("EN XIN LEE", "XIN LEE"),
            ("ADAM @ HASSAN", "ADAM @ HUSIN BIN ABU"),
            ("SARAH @ LIM MEI LING", "SARAH @ LIM MEI YEE"),
            ("IMAN BIN ROSLAN", "IMAN BINTI ROSLAN"),
            ("SIVA A/L KUMAR", "SIVA A/P KUMAR"),
            ("ARIF BIN SAID (KEMBAR 1)", "ARIF BIN SAID"),
            ("ARIF BIN SAID (KEMBAR 1)", "ARIF BIN SAID (KEMBAR 2)"),
            ("ARIF BIN SAID KEMBAR A", "ARIF BIN SAID KEMBAR B"),
            ("ARIF (1) BIN SAID", "ARIF (2) BIN SAID"),
            ("ARIF BIN SAID 1", "ARIF BIN SAID"),
            ("ARIF BIN SAID II", "ARIF BIN SAID"),
            ("ARIF BIN SAID B", "ARIF BIN SAID"),
            ("", "ARIF BIN SAID"),
            ("", ""),
        ] {
            assert!(!agree(one, other), "{one} / {other}");
        }
    }
}
