//! Letters with one-time codes, for people whom no e-mail reaches: two on a page, to cut apart and to hand out.
//!
//! They are PDF alone and never looked at on a screen: whoever reads a code can take the account.

use chrono::NaiveDate;
use model::Words;

use crate::doc::{Block, Doc, Letter};
use crate::input::SchoolHead;
use crate::reports::frame;
use crate::say::{date, words};
use crate::{Error, pdf};

/// Characters of a code that stand together.
const GROUP: usize = 5;

/// One person's letter.
#[derive(Clone, Debug)]
pub struct LetterTo {
    /// The person's name as the school writes it.
    pub name: String,
    /// Where the letter is to be handed out: a class, or what the person is; may be empty.
    pub place: String,
    /// What to type as user name.
    pub login: String,
    /// The one-time code, without hyphens.
    pub code: String,
}

/// All letters of one push.
#[derive(Clone, Debug)]
pub struct Letters {
    /// Whose and when.
    pub head: SchoolHead,
    /// The last day on which the codes work.
    pub until: NaiveDate,
    /// In the order of printing.
    pub people: Vec<LetterTo>,
}

/// The letters as the bytes of a PDF.
///
/// # Errors
///
/// As [`crate::render`].
pub fn letters(letters: &Letters) -> Result<Vec<u8>, Error> {
    pdf::write(&doc(letters))
}

fn doc(letters: &Letters) -> Doc {
    let words = words(letters.head.lang);
    let title = words.text("letters.title").to_owned();
    let blocks = letters.people.iter().map(|person| Block::Letter(letter(&words, letters, person))).collect();
    frame(&words, &letters.head, &title, blocks)
}

fn letter(words: &Words, letters: &Letters, person: &LetterTo) -> Letter {
    let text = |key: &str| words.text(key).to_owned();
    let until = date(words, letters.until);
    Letter {
        school: letters.head.school.clone(),
        secret: text("letters.secret"),
        name: person.name.clone(),
        place: person.place.clone(),
        title: text("letters.heading"),
        facts: vec![(text("letters.login"), person.login.clone()), (text("letters.code"), grouped(&person.code))],
        steps: ["letters.step.1", "letters.step.2", "letters.step.3"].map(text).to_vec(),
        note: words.say("letters.note", &[("until", &until)]),
    }
}

/// `7K4MQ3ZP8W…` as `7K4MQ-3ZP8W-…`.
fn grouped(code: &str) -> String {
    let characters: Vec<char> = code.chars().collect();
    characters.chunks(GROUP).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_in_groups_of_five() {
        assert_eq!(grouped("7K4MQ3ZP8W1"), "7K4MQ-3ZP8W-1");
    }
}
