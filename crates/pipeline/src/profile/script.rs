//! Scripts: which writing a value is in, by ISO 15924 code. Jawi is `Arab`, Chinese `Hani`.

use unicode_script::{Script, UnicodeScript as _};

use super::pattern::most_first;
use model::profile::document::Tally;

/// Counts the values in which each script occurs.
#[derive(Default)]
pub(super) struct Scripts {
    counts: Vec<(Script, u64)>,
    mixed: u64,
}

impl Scripts {
    /// Notes the scripts of `text`.
    pub(super) fn add(&mut self, text: &str) {
        if text.is_ascii() {
            if text.bytes().any(|byte| byte.is_ascii_alphabetic()) {
                self.count(Script::Latin);
            }
            return;
        }
        let mut found: Vec<Script> = Vec::new();
        for script in text.chars().filter(|letter| letter.is_alphabetic()).map(|letter| letter.script()) {
            let shared = matches!(script, Script::Common | Script::Inherited | Script::Unknown);
            if !shared && !found.contains(&script) {
                found.push(script);
            }
        }
        self.mixed += u64::from(found.len() > 1);
        found.into_iter().for_each(|script| self.count(script));
    }

    fn count(&mut self, script: Script) {
        match self.counts.iter_mut().find(|(known, _)| *known == script) {
            Some((_, count)) => *count += 1,
            None => self.counts.push((script, 1)),
        }
    }

    /// The scripts, the most frequent first, and the values in more than one.
    pub(super) fn finish(self) -> (Tally, u64) {
        let named = self.counts.into_iter().map(|(script, count)| (script.short_name().to_owned(), count));
        (most_first(named), self.mixed)
    }
}

/// A letter that stands for all letters of a script without capitals.
pub(super) fn sample(letter: char) -> char {
    match letter.script() {
        Script::Arabic => 'ع',
        Script::Han => '文',
        Script::Tamil => 'த',
        Script::Devanagari => 'अ',
        Script::Bengali => 'অ',
        Script::Gurmukhi => 'ਅ',
        Script::Thai => 'ก',
        Script::Khmer => 'ក',
        Script::Myanmar => 'က',
        Script::Hangul => '한',
        Script::Hiragana | Script::Katakana => 'あ',
        _ => 'x',
    }
}
