//! Sentences in the user's language, from word lists of `key = text with {arguments}`.
//!
//! Each crate that speaks to people keeps its lists beside its code (`words/en.txt`, `words/ms.txt`)
//! and gives them to [`Words::new`]; a key that the language lacks falls back to English, and one
//! that English lacks too shows as the key itself, so that nothing is ever silent.

use std::borrow::Cow;
use std::collections::HashMap;

/// A language Daftar speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// Bahasa Melayu.
    #[default]
    Ms,
    /// English.
    En,
}

impl Lang {
    /// All languages, the customer's first.
    pub const ALL: [Lang; 2] = [Lang::Ms, Lang::En];

    /// The code of ISO 639-1.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Ms => "ms",
            Self::En => "en",
        }
    }

    /// The language with this [`Lang::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.code() == code)
    }
}

/// The sentences of one language.
#[derive(Clone, Debug)]
pub struct Words {
    lang: Lang,
    texts: HashMap<String, String>,
}

impl Words {
    /// Words from several lists, given as (language, text of the list). Later lists win.
    #[must_use]
    pub fn new(lang: Lang, lists: &[(Lang, &str)]) -> Self {
        let mut texts = HashMap::new();
        let english_first = lists.iter().filter(|(list, _)| *list == Lang::En);
        let then_ours = lists.iter().filter(|(list, _)| *list == lang && lang != Lang::En);
        for (_, list) in english_first.chain(then_ours) {
            texts.extend(parse(list).map(|(key, text)| (key.to_owned(), text.to_owned())));
        }
        Self { lang, texts }
    }

    /// The language spoken.
    #[must_use]
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// Whether there is a sentence for `key`.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.texts.contains_key(key)
    }

    /// The sentence for `key`, without arguments.
    #[must_use]
    pub fn text<'a>(&'a self, key: &'a str) -> &'a str {
        self.texts.get(key).map_or(key, String::as_str)
    }

    /// The sentence for `key` with `{name}` replaced by its argument. Arguments keep their place, see
    /// [`in_its_place`].
    #[must_use]
    pub fn say(&self, key: &str, args: &[(&str, &str)]) -> String {
        let mut rest = self.text(key);
        let mut said = String::with_capacity(rest.len() + 16);
        while let Some((before, after)) = rest.split_once('{') {
            said.push_str(before);
            let Some((name, tail)) = after.split_once('}') else {
                said.push('{');
                rest = after;
                continue;
            };
            match args.iter().find(|(arg, _)| *arg == name) {
                Some((_, value)) => said.push_str(&in_its_place(value)),
                None => said.extend(["{", name, "}"]),
            }
            rest = tail;
        }
        said.push_str(rest);
        said
    }
}

/// A text for use among others: one with letters that run from the right stands between isolates (UAX #9), a place such
/// as `file · sheet · row` piece by piece. A file name runs from the left, so that its ending stands at its end.
#[must_use]
pub fn in_its_place(text: &str) -> Cow<'_, str> {
    let is_set_apart = |letter: char| matches!(letter, '\u{2066}'..='\u{2069}');
    if !text.chars().any(runs_from_the_right) || text.chars().any(is_set_apart) {
        return text.into();
    }
    let begin = |piece: &str| if is_file_name(piece) { '\u{2066}' } else { '\u{2068}' };
    let pieces: Vec<String> = text.split(" · ").map(|piece| format!("{}{piece}\u{2069}", begin(piece))).collect();
    pieces.join(" · ").into()
}

/// Whether a text ends like the name of a file.
fn is_file_name(text: &str) -> bool {
    text.rsplit_once('.').is_some_and(|(_, ending)| {
        (1..=8).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// Whether a letter belongs to a script that runs from the right: Hebrew, Arabic (Jawi), Syriac, Thaana, N'Ko and their
/// presentation forms.
fn runs_from_the_right(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

/// The keys and texts of a word list; blank lines and lines with `#` are left out.
pub fn parse(list: &str) -> impl Iterator<Item = (&str, &str)> {
    list.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .filter_map(|line| line.split_once('='))
        .map(|(key, text)| (key.trim(), text.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_falls_back_to_english_and_then_to_its_key() {
        let lists = [(Lang::En, "a = {n} rows of {all}\nb = B"), (Lang::Ms, "a = {n} baris")];
        let words = Words::new(Lang::Ms, &lists);
        assert_eq!(words.say("a", &[("n", "3")]), "3 baris");
        assert_eq!(words.say("b", &[]), "B");
        assert_eq!(words.say("c", &[]), "c");
        assert_eq!(words.say("a", &[("n", "سيتي 3")]), "\u{2068}سيتي 3\u{2069} baris", "it keeps its place");
        assert_eq!(
            in_its_place("موريد.csv · Murid · 6"),
            "\u{2066}موريد.csv\u{2069} · \u{2068}Murid\u{2069} · \u{2068}6\u{2069}"
        );
        assert_eq!(in_its_place(&in_its_place("زکي")), in_its_place("زکي"), "once is enough");
        let english = Words::new(Lang::En, &lists);
        assert_eq!(english.say("a", &[("n", "{all}"), ("all", "9")]), "{all} rows of 9");
    }
}
