//! Keys under which the spellings of one name fall together, for Malay, Chinese and Indian names alike.
//!
//! A key only says that two names are *perhaps* one: a person looks at them and chooses. What it must never do is
//! let two people who are told apart by their names fall together, so the father's name, the particle (BIN or BINTI)
//! and everything that is no spelling stays in it. `key.md` beside this file lists pairs of both kinds and is the test.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::{fold, same};
use crate::country::my::{self, Child};
use crate::country::name_words as words;

/// The keys of a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// The key of the name itself; empty where there are no letters.
    pub main: String,
    /// The keys of what stands behind `@`, ALIAS or in brackets.
    pub aliases: Vec<String>,
}

/// One part of a name as it is compared.
#[derive(Clone, Debug, Default)]
struct Parsed {
    given: Vec<String>,
    father: Vec<String>,
    child: Option<Child>,
    /// Whether the particle is one of Indian names: there TH is a T.
    indian: bool,
}

/// The keys of a full name.
#[must_use]
pub fn keys(full_name: &str) -> Keys {
    let parts = parts(full_name);
    let mut parsed: Vec<Parsed> = parts.iter().map(|part| parse(part)).collect();
    share_father(&mut parsed);
    let mut made = parsed.iter().map(key).filter(|key| !key.is_empty());
    let main = made.next().unwrap_or_default();
    let mut aliases: Vec<String> = made.filter(|alias| *alias != main).collect();
    if let (Some(surname), Some(first)) = (main.split_once('/').map(|(surname, _)| surname), parts.first()) {
        aliases = parts.iter().skip(1).filter(|part| *part != first).map(|part| alias_of(surname, part)).collect();
    }
    Keys { main, aliases }
}

/// The alias of a Chinese name with its surname: LIM MEI LING @ SARAH is also SARAH LIM.
fn alias_of(surname: &str, part: &[String]) -> String {
    match chinese(part) {
        Some(own) => own,
        None => format!("{surname}/{}", part.concat()),
    }
}

/// Father and particle stand once, behind the last part, and belong to every part: ALI @ MAT BIN ABU.
fn share_father(parsed: &mut [Parsed]) {
    let Some(known) = parsed.iter().find(|part| part.child.is_some()).cloned() else { return };
    for part in parsed.iter_mut().filter(|part| part.child.is_none()) {
        (part.father, part.child, part.indian) = (known.father.clone(), known.child, known.indian);
    }
}

/// A name as letters in one row, with words in their usual spelling and nothing folded: what one letter more or less
/// is looked for in.
#[must_use]
pub fn near_form(full_name: &str) -> String {
    let mut form = String::with_capacity(full_name.len());
    for (at, part) in parts(full_name).iter().enumerate() {
        let parsed = parse(part);
        if at > 0 {
            form.push('@');
        }
        for word in &parsed.given {
            form.push_str(word);
        }
        form.push_str(particle_mark(parsed.child));
        for word in &parsed.father {
            form.push_str(word);
        }
    }
    form
}

fn particle_mark(child: Option<Child>) -> &'static str {
    match child {
        Some(Child::Son) => "1",
        Some(Child::Daughter) => "2",
        Some(Child::Either) => "0",
        None => "",
    }
}

/// The parts of a name that `@`, ALIAS or a bracket keep apart, each as words in capitals.
fn parts(full_name: &str) -> Vec<Vec<String>> {
    let letters = plain(full_name);
    let mut parts: Vec<Vec<String>> = vec![Vec::new()];
    for word in letters.split(' ').filter(|word| !word.is_empty()) {
        if matches!(word, "@" | "ALIAS") {
            parts.push(Vec::new());
        } else if let Some(last) = parts.last_mut() {
            last.push(word.to_owned());
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Capitals without marks; what parts words is one blank, what parts names is `@` between blanks.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len() + 4);
    let push = |char: char, plain: &mut String| match char {
        '@' | '(' | ')' | '[' | ']' => plain.push_str(" @ "),
        '\'' | '’' | '‘' | '`' | 'ʼ' | '´' | 'ʻ' | '\u{640}' => {}
        '-' if plain.ends_with(" AL") || plain == "AL" => {}
        char if char.is_alphanumeric() || char == '/' => plain.extend(char.to_uppercase()),
        _ => plain.push(' '),
    };
    if text.is_ascii() {
        text.chars().for_each(|char| push(char, &mut plain));
    } else {
        text.nfkd().filter(|char| !is_combining_mark(*char)).for_each(|char| push(char, &mut plain));
    }
    plain.replace(" /", "/").replace("/ ", "/")
}

/// A particle at `words[at]`: whose child, how many words it takes, whether it is of Indian names.
fn particle_at(words: &[String], at: usize) -> Option<(Child, usize, bool)> {
    let (word, next) = (words.get(at)?.as_str(), words.get(at + 1).map(String::as_str));
    let known = match (word, next) {
        ("ANAK", Some("LELAKI")) => (Child::Son, 2, true),
        ("ANAK", Some("PEREMPUAN")) => (Child::Daughter, 2, true),
        ("A", Some("L")) => (Child::Son, 2, true),
        ("A", Some("P")) => (Child::Daughter, 2, true),
        _ => {
            let (_, child) = my::PARTICLES.iter().find(|(particle, _)| same(particle.trim_end_matches('.'), word))?;
            (*child, 1, word.contains('/'))
        }
    };
    // A letter alone is an initial where nothing longer stands before it.
    let stands = at > 0 && at + known.1 < words.len() && words[..at].iter().any(|word| word.len() > 1);
    stands.then_some(known)
}

/// AL and AP between two names: A/L and A/P whose stroke was lost. Only where no other particle stands.
fn bare_particle(words: &[String]) -> Option<(usize, (Child, usize, bool))> {
    let at = words.iter().position(|word| matches!(word.as_str(), "AL" | "AP"))?;
    let child = if words.get(at)? == "AL" { Child::Son } else { Child::Daughter };
    (at > 0 && at + 1 < words.len()).then_some((at, (child, 1, true)))
}

fn parse(words: &[String]) -> Parsed {
    let found = (0..words.len()).find_map(|at| Some((at, particle_at(words, at)?))).or_else(|| bare_particle(words));
    let Some((at, (child, taken, indian))) = found else {
        return Parsed { given: spelled(without_titles(words)), ..Parsed::default() };
    };
    let after = words.get(at + taken..).unwrap_or_default();
    let end = (1..after.len()).find(|at| particle_at(after, *at).is_some()).unwrap_or(after.len());
    let father = after.get(..end).unwrap_or_default();
    let given = spelled(without_titles(words.get(..at).unwrap_or_default()));
    Parsed { given, father: spelled(without_titles(father)), child: Some(child), indian }
}

/// The words behind the titles at the front; never none.
fn without_titles(words: &[String]) -> &[String] {
    let mut count = 0;
    while let (Some(word), Some(next)) = (words.get(count), words.get(count + 1)) {
        let pair = matches!((word.as_str(), next.as_str()), ("TAN", "SRI") | ("TOH", "PUAN"));
        let known = |list: &[&str]| list.iter().any(|title| same(title, word));
        let title = pair || known(my::TITLES) || known(words::TITLES) || (count > 0 && known(words::TITLES_AFTER));
        if !title {
            break;
        }
        count += 1;
    }
    words.get(count..).unwrap_or_default()
}

/// The words in the spelling that stands for all: MOHD as MUHAMMAD, ABD RAHMAN and ABDURRAHMAN as ABDULRAHMAN.
fn spelled(parsed: &[String]) -> Vec<String> {
    let mut spelled: Vec<String> = Vec::with_capacity(parsed.len() + 1);
    let mut joins = false;
    for word in parsed {
        for word in apart(word) {
            match spelled.last_mut().filter(|_| joins) {
                Some(last) => last.push_str(&word),
                None => spelled.push(word.clone()),
            }
            joins = matches!(word.as_str(), "ABDUL" | "ABU" | "AL") && spelled.last() == Some(&word);
        }
    }
    spelled
}

/// One written word as the words it is made of.
fn apart(word: &str) -> Vec<String> {
    let as_one = as_one(word);
    if !same(as_one, word) {
        return vec![as_one.to_owned()];
    }
    if let Some(rest) = behind_abdul(word) {
        return vec!["ABDUL".to_owned(), rest.to_owned()];
    }
    for (glued, stands_for, least) in GLUED {
        let rest = word.strip_prefix(glued).filter(|rest| rest.chars().count() >= *least);
        if let Some(rest) = rest {
            return vec![(*stands_for).to_owned(), self::as_one(rest).to_owned()];
        }
    }
    vec![word.to_owned()]
}

/// What stands behind ABDUL in one word: RAHMAN of ABDULRAHMAN, ABDURRAHMAN, ABDRAHMAN. ABDULLAH is a name of its own.
fn behind_abdul(word: &str) -> Option<&str> {
    let (rest, least) = match word.strip_prefix("ABDU") {
        Some(rest) => (rest.strip_prefix('L').unwrap_or(rest), 4),
        None => (word.strip_prefix("ABD")?, 5),
    };
    let first = rest.chars().next()?;
    let doubled = rest.strip_prefix(first).filter(|after| after.starts_with(first));
    Some(doubled.unwrap_or(rest)).filter(|rest| rest.is_ascii() && rest.len() >= least)
}

/// Beginnings that are written together with the next word: what stands there, the word it is, and how many letters
/// must follow. Longer ones first.
const GLUED: &[(&str, &str, usize)] = &[
    ("ABU", "ABU", 4),
    ("MUHAMMAD", "MUHAMMAD", 3),
    ("MOHAMMAD", "MUHAMMAD", 3),
    ("MOHAMAD", "MUHAMMAD", 3),
    ("MUHAMAD", "MUHAMMAD", 3),
    ("MOHD", "MUHAMMAD", 3),
    ("MUHD", "MUHAMMAD", 3),
    ("NURUL", "NUR", 4),
    ("NORUL", "NUR", 4),
    ("NOOR", "NUR", 4),
    ("NUR", "NUR", 4),
    ("NOR", "NUR", 4),
    ("SITI", "SITI", 4),
];

/// The usual spelling of a word, or the word itself.
fn as_one(word: &str) -> &str {
    let known =
        |list: &'static [(&str, &str)]| list.iter().find(|(written, _)| same(written, word)).map(|(_, one)| *one);
    match known(words::ALIKE).or_else(|| known(my::NAME_SPELLINGS)) {
        Some(one) => one,
        None if matches!(word, "ABDUR" | "ABDUS" | "ABDUN" | "ABDOL") => "ABDUL",
        None => word,
    }
}

fn key(parsed: &Parsed) -> String {
    if parsed.child.is_none()
        && let Some(chinese) = chinese(&parsed.given)
    {
        return chinese;
    }
    let heard = |word: &String| heard(word, parsed.indian);
    let mut given: Vec<String> = parsed.given.iter().map(heard).collect();
    given.sort_unstable();
    let father: String = telling_apart(&parsed.father).iter().map(heard).collect();
    if given.is_empty() {
        return String::new();
    }
    format!("{}|{}{father}", given.join(" "), particle_mark(parsed.child))
}

/// The words of a father's name that tell him from others: the first, and the next where the first is one that many
/// fathers have.
fn telling_apart(father: &[String]) -> &[String] {
    let carriers = father.iter().take_while(|word| words::CARRIERS.iter().any(|carrier| same(carrier, word))).count();
    father.get(..=carriers).unwrap_or(father)
}

/// A word as it sounds.
fn heard(word: &str, indian: bool) -> String {
    if !indian {
        return fold(&word.replace("GH", "G"));
    }
    let as_tamil = word.replace("TH", "T").replace("DH", "D").replace("BH", "B").replace("GH", "G").replace('W', "V");
    fold(&as_tamil)
}

/// The key of a Chinese name: surname, then the given name in one row, wherever the surname stands and whatever
/// Western name stands beside it. `None` where the words are no Chinese name.
fn chinese(words: &[String]) -> Option<String> {
    let malay = |word: &String| matches!(word.as_str(), "MUHAMMAD" | "NUR" | "SITI") || word.starts_with("ABDUL");
    if !(2..=6).contains(&words.len()) || words.iter().any(malay) {
        return None;
    }
    let at = surname_at(words)?;
    let rest = words.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, word)| word.as_str());
    let own: String = rest.clone().filter(|word| is_syllable(word)).collect();
    let given: String = if own.is_empty() { rest.collect() } else { own };
    Some(format!("{}/{given}", words.get(at)?))
}

/// Where the surname stands: at the front, behind Western names, or at the end.
fn surname_at(words: &[String]) -> Option<usize> {
    let surname = |word: &String| my::CHINESE_SURNAMES.iter().any(|known| same(known, word));
    let western = words.iter().take_while(|word| !is_syllable(word)).count();
    let front = words.get(western).filter(|word| surname(word)).map(|_| western);
    front.or_else(|| words.last().filter(|word| surname(word)).map(|_| words.len() - 1))
}

/// Whether a word is one syllable as Chinese names have: up to six letters around one group of vowels.
fn is_syllable(word: &str) -> bool {
    if word.len() > 6 || !word.is_ascii() || words::WESTERN_SHORT.iter().any(|known| same(known, word)) {
        return false;
    }
    let (mut groups, mut within) = (0, false);
    for (at, byte) in word.bytes().enumerate() {
        let vowel = matches!(byte, b'A' | b'E' | b'I' | b'O' | b'U') || (byte == b'Y' && at > 0);
        groups += usize::from(vowel && !within);
        within = vowel;
    }
    groups == 1 || word == "NG"
}

#[cfg(test)]
mod tests {
    use super::*;
    use testkit::md;

    const PAGE: &str = include_str!("key.md");

    /// Whether two names fall together: the key of one is the key or an alias of the other.
    fn together(one: &str, other: &str) -> bool {
        let (one, other) = (keys(one), keys(other));
        let in_aliases = one.aliases.contains(&other.main) || other.aliases.contains(&one.main);
        !one.main.is_empty() && (one.main == other.main || in_aliases)
    }

    #[test]
    fn the_table_holds() {
        let rows = md::rows(PAGE);
        assert!(rows.len() >= 80, "a table that covers what is known: {}", rows.len());
        let mut wrong = Vec::new();
        for row in &rows {
            let (one, other) = (row.get("name"), row.get("other"));
            let expected = match row.get("together") {
                "yes" => true,
                "no" => false,
                odd => panic!("key.md line {}: {odd:?} is neither yes nor no", row.line),
            };
            if together(one, other) != expected || together(other, one) != expected {
                wrong.push(format!("line {}: {one} / {other}: {:?} {:?}", row.line, keys(one), keys(other)));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn anything_has_a_key_and_nothing_panics() {
        for odd in
            ["", " ", "@", "@@", "BIN", "BIN BIN BIN", "A/L", "A L", "()", "B B B", "12", "陈大文", "محمد علي", "ABDUL"]
        {
            let keys = keys(odd);
            assert_eq!(keys.main.is_empty(), odd.chars().all(|char| !char.is_alphanumeric()), "{odd:?}: {keys:?}");
            let _ = near_form(odd);
        }
        assert_eq!(near_form("MOHD. ALI B. ABU"), "MUHAMMADALI1ABU");
    }
}
