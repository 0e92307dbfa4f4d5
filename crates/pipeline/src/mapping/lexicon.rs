//! Which field of an entity a header means: the synonyms of the entity descriptors, folded once.

use std::collections::HashMap;
use std::sync::OnceLock;

use model::{Entity, FieldKind};

use super::fold::{Header, Role, fold};

/// Score of a header that is the field's own code: beside `student_number`, `student_id` is a database's own number.
const OWN_CODE: u8 = 97;
/// Score of a header that is a synonym word for word.
const EXACT: u8 = 96;
/// Score of a header that is a synonym once the words "murid", "bapa" and the like are left out.
const STRIPPED: u8 = 93;
/// Score of a header that is a synonym but for spaces.
const COMPACT: u8 = 88;
/// Score of a header that says only whose: "PENJAGA 1".
const ROLE_ONLY: u8 = 88;
/// Score of a header with one letter wrong, missing or too many.
const TYPO: u8 = 78;
/// Shortest header, in letters, in which a wrong letter is forgiven.
const TYPO_LETTERS: usize = 6;

/// Words of columns that hold something else beside a known word: "NAMA BANK" is no name of a pupil.
const FOREIGN: &[&str] = &[
    "asrama", "hostel", "bank", "majikan", "employer", "yuran", "fee", "oku", "sekolah", "school", "kad", "guru",
    "lama", "asal", "status", "sah", "dlp",
];

/// The folded synonyms of one entity.
#[derive(Debug, Default)]
struct Lexicon {
    whole: HashMap<String, usize>,
    stripped: HashMap<String, usize>,
}

/// A field that a header means, with the score of the match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Position of the field in its entity.
    pub(crate) field: usize,
    /// How well the header fits, 0 to 100.
    pub(crate) score: u8,
}

/// Whether a header about `role` may speak of records of `entity`.
pub(crate) fn owns(entity: &Entity, role: Role) -> bool {
    match entity.code {
        "students" => role == Role::Student,
        "guardians" | "student_guardians" => role.is_family(),
        "teachers" => role == Role::Teacher,
        "users" => role == Role::User,
        _ => false,
    }
}

/// The field of `entity` that `header`, as written, means.
pub(crate) fn find(entity: &'static Entity, written: &str) -> Option<Found> {
    let header = Header::read(written);
    let plain = Header::without_parentheses(written).and_then(|header| find_header(entity, &header));
    let found = find_header(entity, &header);
    match (found, plain) {
        (Some(found), Some(plain)) if plain.score > found.score => Some(plain),
        (found, plain) => found.or(plain),
    }
}

fn find_header(entity: &'static Entity, header: &Header) -> Option<Found> {
    if header.whole.is_empty() {
        return None;
    }
    let lexicon = lexicon(entity)?;
    let hit = |field: &usize, score| Found { field: *field, score };
    if let Some(field) = lexicon.whole.get(&header.whole) {
        let own = entity.fields.get(*field).is_some_and(|field| fold(field.code) == header.whole);
        return Some(hit(field, if own { OWN_CODE } else { EXACT }));
    }
    let loose = |text: &str, words: &HashMap<String, usize>| compact(text, words);
    if header.role.is_some_and(|role| !owns(entity, role)) {
        return loose(&header.whole, &lexicon.whole);
    }
    if header.rest.is_empty() {
        return entity.position("full_name").map(|field| Found { field, score: ROLE_ONLY });
    }
    if let Some(field) = lexicon.stripped.get(&header.rest) {
        return Some(hit(field, STRIPPED));
    }
    let shorter = without_no(&header.rest);
    if let Some(field) = shorter.and_then(|rest| lexicon.stripped.get(rest)) {
        return Some(hit(field, STRIPPED - 3));
    }
    loose(&header.whole, &lexicon.whole)
        .or_else(|| loose(&header.rest, &lexicon.stripped))
        .or_else(|| contained(entity, &header.rest, lexicon))
}

fn without_no(rest: &str) -> Option<&str> {
    rest.strip_prefix("no ").or_else(|| rest.strip_suffix(" no")).filter(|rest| !rest.is_empty())
}

/// A synonym that equals `text` but for spaces or one letter; of several the first in the alphabet.
fn compact(text: &str, words: &HashMap<String, usize>) -> Option<Found> {
    let letters: String = text.chars().filter(|c| *c != ' ').collect();
    if letters.len() < TYPO_LETTERS {
        return None;
    }
    let mut best: Option<(u8, &str, usize)> = None;
    for (synonym, field) in words {
        let other: String = synonym.chars().filter(|c| *c != ' ').collect();
        let score = match other == letters {
            true => COMPACT,
            false if other.len() >= TYPO_LETTERS && one_letter_apart(&letters, &other) => TYPO,
            false => continue,
        };
        if best.is_none_or(|(before, word, _)| score > before || (score == before && synonym.as_str() < word)) {
            best = Some((score, synonym, *field));
        }
    }
    best.map(|(score, _, field)| Found { field, score })
}

/// Whether one letter more, less, other or two swapped make `a` into `b`. Digits are never forgiven.
fn one_letter_apart(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.iter().chain(&b).any(|c| c.is_numeric()) || a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let same = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[same..], &b[same..]);
    let swapped = a.len() > 1 && b.len() > 1 && a[0] == b[1] && a[1] == b[0] && a[2..] == b[2..];
    let tail = |rest: &[char], from: usize| rest.get(from..).map(<[char]>::to_vec).unwrap_or_default();
    swapped || tail(a, 1) == tail(b, 1) || tail(a, 1) == b || a == tail(b, 1)
}

/// The synonym that stands first among the words of `rest`, the longest of those that begin there.
fn contained(entity: &Entity, rest: &str, lexicon: &Lexicon) -> Option<Found> {
    let words: Vec<&str> = rest.split(' ').collect();
    if words.iter().any(|word| FOREIGN.contains(word)) {
        return None;
    }
    for start in 0..words.len() {
        for end in (start + 1..=words.len()).rev() {
            let Some(field) = lexicon.stripped.get(&words[start..end].join(" ")) else { continue };
            let share = (end - start) * 30 / words.len();
            if end - start > 1 || telling_alone(entity, *field) {
                return Some(Found { field: *field, score: 52 + share as u8 });
            }
        }
    }
    None
}

/// Whether one word inside a longer header is enough: "Emel untuk dihubungi", but not "Nama anjing".
fn telling_alone(entity: &Entity, field: usize) -> bool {
    entity.fields.get(field).is_some_and(|field| match field.kind {
        FieldKind::Email | FieldKind::IdentityNumber | FieldKind::Phone | FieldKind::Postcode => true,
        FieldKind::Code(list) => list.code == "gender" || list.code == "relationship",
        _ => false,
    })
}

fn lexicon(entity: &Entity) -> Option<&'static Lexicon> {
    static ALL: OnceLock<HashMap<&'static str, Lexicon>> = OnceLock::new();
    ALL.get_or_init(|| model::entities::ALL.into_iter().map(|entity| (entity.code, build(entity))).collect())
        .get(entity.code)
}

fn build(entity: &'static Entity) -> Lexicon {
    let mut lexicon = Lexicon::default();
    for (position, field) in entity.fields.iter().enumerate() {
        let own_code = [field.code];
        for synonym in field.synonyms.iter().chain(&own_code) {
            let header = Header::read(synonym);
            lexicon.whole.entry(header.whole).or_insert(position);
            let ours = header.role.is_none_or(|role| owns(entity, role));
            // "ID Pengguna" is a login name, `user_id` a database's own number: whose an "id" is decides what it is.
            if ours && !header.rest.is_empty() && header.rest != "id" {
                lexicon.stripped.entry(header.rest).or_insert(position);
            }
        }
    }
    lexicon
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(entity: &str, header: &str) -> Option<&'static str> {
        let entity = model::entities::find(entity).expect("a known entity");
        find(entity, header).and_then(|found| entity.fields.get(found.field)).map(|field| field.code)
    }

    #[test]
    fn headers_lead_to_fields() {
        for (entity, header, code) in [
            ("students", "Tarikh Lahir (hh/bb/tttt)", Some("date_of_birth")),
            ("students", "Nama Penuh (seperti dalam MyKid)", Some("full_name")),
            ("students", "NAMAMURID", Some("full_name")),
            ("students", "Jantna", Some("gender")),
            ("students", "NAMA BANK", None),
            ("students", "NAMA MAJIKAN PENJAGA 1", None),
            ("guardians", "NO. TEL. BIMBIT PENJAGA 1", Some("phone")),
            ("guardians", "Bapa", Some("full_name")),
            ("student_guardians", "HUBUNGAN PENJAGA 2", Some("relationship")),
            ("classes", "NAMA GURU KELAS", Some("class_teacher")),
            ("students", "ALAMAT 2", Some("address_line2")),
        ] {
            assert_eq!(field(entity, header), code, "{header} in {entity}");
        }
    }
}
