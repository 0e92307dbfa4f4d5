//! Headers as words: one folded form for "T/Lahir", "TKH. LAHIR" and "tarikhLahir", and whose data a header speaks of.
//!
//! Schools write the same header in a dozen ways. Everything that compares headers goes through [`fold`],
//! so that a spelling learnt once counts everywhere.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Two words that mean the same as one, after folding.
const PAIRS: &[(&str, &str, &str)] = &[
    ("t", "lahir", "tarikh lahir"),
    ("e", "mel", "emel"),
    ("e", "mail", "email"),
    ("my", "kid", "mykid"),
    ("my", "kad", "mykad"),
    ("my", "card", "mykad"),
    ("hand", "phone", "tel"),
    ("hand", "tel", "tel"),
    ("ibu", "bapa", "ibubapa"),
];

/// Spellings of one word. Sources: headers of Ministry exports and of school workbooks.
const SPELLINGS: &[(&str, &str)] = &[
    ("nombor", "no"),
    ("number", "no"),
    ("num", "no"),
    ("nos", "no"),
    ("tkh", "tarikh"),
    ("trkh", "tarikh"),
    ("tarik", "tarikh"),
    ("tanggal", "tarikh"),
    ("telefon", "tel"),
    ("telepon", "tel"),
    ("talipon", "tel"),
    ("telephone", "tel"),
    ("phone", "tel"),
    ("handphone", "tel"),
    ("hp", "tel"),
    ("mobile", "tel"),
    ("jant", "jantina"),
    ("jns", "jenis"),
    ("fathers", "father"),
    ("mothers", "mother"),
    ("parents", "parent"),
    ("guardians", "guardian"),
    ("students", "student"),
    ("pupils", "pupil"),
    ("teachers", "teacher"),
    ("users", "user"),
    ("nric", "ic"),
    ("idno", "id no"),
    ("nokp", "no kp"),
    ("noic", "no ic"),
    ("notel", "no tel"),
    ("nohp", "no tel"),
    ("enrolment", "enrollment"),
    ("birthdate", "birth date"),
    ("firstname", "first name"),
    ("lastname", "last name"),
    ("fullname", "full name"),
    ("wiladah", "milad"),
];

/// Words that say nothing.
const EMPTY_WORDS: &[&str] =
    &["of", "the", "bagi", "untuk", "al", "at", "as", "ad", "ar", "ul", "amr", "diri", "dengan"];

/// `header` in lower case, without marks, points and double spaces, with the usual short forms written out.
#[must_use]
pub fn fold(header: &str) -> String {
    let words = plain_words(header);
    let words = join_letters(&words);
    let mut folded = String::with_capacity(header.len());
    let mut at = 0;
    while at < words.len() {
        let pair = words.get(at + 1).and_then(|next| joined(&words[at], next));
        let word = pair.unwrap_or_else(|| spelling(&words[at]));
        if !EMPTY_WORDS.contains(&word) {
            if !folded.is_empty() {
                folded.push(' ');
            }
            folded.push_str(word);
        }
        at += if pair.is_some() { 2 } else { 1 };
    }
    folded
}

fn joined(first: &str, second: &str) -> Option<&'static str> {
    PAIRS.iter().find(|(a, b, _)| *a == first && *b == second).map(|(_, _, word)| *word)
}

fn spelling(word: &str) -> &str {
    SPELLINGS.iter().find(|(written, _)| *written == word).map_or(word, |(_, meant)| *meant)
}

/// Lower-case words; a change from letter to digit or from small to capital letter begins a new one.
fn plain_words(header: &str) -> Vec<String> {
    let one_word = !header.trim().contains(char::is_whitespace);
    let (mut words, mut word) = (Vec::new(), String::new());
    let mut last = ' ';
    for c in header.nfkd().filter(|c| !is_combining_mark(*c) && !is_apostrophe(*c)) {
        let camel = one_word && last.is_lowercase() && c.is_uppercase();
        let digit = last.is_alphanumeric() && c.is_alphanumeric() && last.is_numeric() != c.is_numeric();
        if (!c.is_alphanumeric() || camel || digit) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        last = c;
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '`' | 'ʼ' | 'ʿ' | 'ʾ')
}

/// Single letters in a row become one word: `k`, `p` becomes `kp`.
fn join_letters(words: &[String]) -> Vec<String> {
    let letter = |word: &String| word.len() == 1 && word.chars().all(char::is_alphabetic);
    let mut joined: Vec<String> = Vec::with_capacity(words.len());
    let mut open = false;
    for word in words {
        match joined.last_mut() {
            Some(last) if open && letter(word) => last.push_str(word),
            _ => joined.push(word.clone()),
        }
        open = letter(word);
    }
    joined
}

/// Whose data a header speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Role {
    Student,
    Father,
    Mother,
    /// A guardian, with the number that the header gives.
    Guardian(Option<u16>),
    Teacher,
    User,
}

impl Role {
    /// Whether it is somebody of the child's family.
    pub(crate) fn is_family(self) -> bool {
        matches!(self, Self::Father | Self::Mother | Self::Guardian(_))
    }
}

/// A folded header, taken apart.
#[derive(Clone, Debug)]
pub(crate) struct Header {
    /// All of it, folded.
    pub(crate) whole: String,
    /// Whose data it is, where it says so.
    pub(crate) role: Option<Role>,
    /// The words that do not say whose.
    pub(crate) rest: String,
}

impl Header {
    /// Reads one header.
    pub(crate) fn read(header: &str) -> Self {
        let whole = fold(header);
        let (role, rest) = part_role(&whole);
        Self { whole, role, rest }
    }

    /// The same header without what stands in parentheses; `None` where there are none.
    pub(crate) fn without_parentheses(header: &str) -> Option<Self> {
        let (before, tail) = header.split_once('(')?;
        let after = tail.split_once(')').map_or("", |(_, after)| after);
        let kept = format!("{before} {after}");
        (!kept.trim().is_empty()).then(|| Self::read(&kept))
    }
}

/// Whose data a folded word speaks of.
pub(crate) fn role_of(word: &str) -> Option<Role> {
    match word {
        "murid" | "pelajar" | "student" | "pupil" | "santri" | "talib" | "calon" | "anak" => Some(Role::Student),
        "bapa" | "bapak" | "ayah" | "abah" | "father" | "abi" | "ab" | "walid" | "dad" => Some(Role::Father),
        "ibu" | "emak" | "mak" | "mother" | "umi" | "ummi" | "umm" | "walidah" | "mum" | "mom" => Some(Role::Mother),
        "penjaga" | "waris" | "wali" | "guardian" | "parent" | "ibubapa" => Some(Role::Guardian(None)),
        "guru" | "teacher" | "ustaz" | "ustazah" | "pendidik" | "cikgu" | "mudarris" | "pegawai" | "staf" | "staff"
        | "kakitangan" | "pekerja" | "employee" => Some(Role::Teacher),
        "pengguna" | "user" | "akaun" | "account" => Some(Role::User),
        _ => None,
    }
}

fn ordinal(word: &str) -> Option<u16> {
    match word {
        "1" | "pertama" | "first" => Some(1),
        "2" | "kedua" | "second" => Some(2),
        "3" | "ketiga" | "third" => Some(3),
        _ => None,
    }
}

/// Takes the words that say whose data it is out of a folded header.
fn part_role(whole: &str) -> (Option<Role>, String) {
    let words: Vec<&str> = whole.split(' ').filter(|word| !word.is_empty()).collect();
    let mut role: Option<Role> = None;
    let mut rest: Vec<&str> = Vec::with_capacity(words.len());
    let mut at = 0;
    while let Some(word) = words.get(at) {
        at += 1;
        let Some(mut found) = role_of(word) else {
            rest.push(word);
            continue;
        };
        if let (Role::Guardian(_), Some(number)) = (found, words.get(at).and_then(|next| ordinal(next))) {
            found = Role::Guardian(Some(number));
            at += 1;
        }
        role = Some(role.map_or(found, |before| both(before, found)));
    }
    (role, rest.join(" "))
}

/// The role of a header that names two: "Bapa/Ibu" and "Bapa/Penjaga" prove no relationship.
fn both(first: Role, second: Role) -> Role {
    match (first, second) {
        (a, b) if a == b => a,
        (Role::Guardian(number), b) | (b, Role::Guardian(number)) if b.is_family() => {
            Role::Guardian(number.or(if let Role::Guardian(other) = b { other } else { None }))
        }
        (a, b) if a.is_family() && b.is_family() => Role::Guardian(None),
        (a, b) if a.is_family() || b.is_family() => {
            if a.is_family() {
                a
            } else {
                b
            }
        }
        (a, _) => a,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_header_fold_to_one_text() {
        for (written, folded) in [
            ("T/Lahir", "tarikh lahir"),
            ("  TKH.   LAHIR ", "tarikh lahir"),
            ("No. K/P", "no kp"),
            ("NO.KP", "no kp"),
            ("no_kp", "no kp"),
            ("No. K.P.", "no kp"),
            ("D.O.B", "dob"),
            ("L/P", "lp"),
            ("H/P", "tel"),
            ("e-Mel", "emel"),
            ("MyKid", "mykid"),
            ("dateOfBirth", "date birth"),
            ("Ism aṭ-Ṭālib", "ism talib"),
            ("Penjaga1", "penjaga 1"),
            ("Father's Name", "father name"),
        ] {
            assert_eq!(fold(written), folded, "{written}");
        }
    }

    #[test]
    fn a_header_says_whose_data_it_is() {
        let read = |text: &str| {
            let header = Header::read(text);
            (header.role, header.rest)
        };
        assert_eq!(
            read("NO. TEL. BIMBIT PENJAGA 2"),
            (Some(Role::Guardian(Some(2))), "no tel bimbit".into()),
            "numbered guardian"
        );
        assert_eq!(read("No. Tel Bapa/Ibu"), (Some(Role::Guardian(None)), "no tel".into()), "either parent");
        assert_eq!(read("Nama Bapa / Penjaga"), (Some(Role::Guardian(None)), "nama".into()), "proves no father");
        assert_eq!(read("NAMA BAPA"), (Some(Role::Father), "nama".into()), "father");
        assert_eq!(read("Tarikh Lahir"), (None, "tarikh lahir".into()), "nobody named");
    }
}
