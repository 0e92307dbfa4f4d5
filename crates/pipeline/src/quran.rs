//! The divisions of the Quran: surahs with their verses, and where each juz begins, by the Hafs count of Kufa that
//! Malaysian schools use: 114 surahs, 6,236 verses, 30 juz.
//!
//! Source: Tanzil quran-data.xml 1.0 and quran-meta 6.0.17, which agree. Some printings begin a few juz one verse
//! earlier or later, so a juz that disagrees with these figures is somebody's to look at, never an error.

use crate::standard;

/// Number of surahs.
pub const SURAHS: u8 = 114;
/// Number of juz.
pub const JUZ: u8 = 30;

/// A stretch of one surah within one juz, both verses included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The juz, 1 to 30.
    pub juz: u8,
    /// First verse.
    pub from: u16,
    /// Last verse.
    pub to: u16,
}

impl Stretch {
    /// How many verses it has.
    #[must_use]
    pub fn verses(self) -> u16 {
        self.to + 1 - self.from
    }

    /// How many of its verses lie from verse `from` to verse `to`.
    #[must_use]
    pub fn within(self, from: u16, to: u16) -> u16 {
        (self.to.min(to) + 1).saturating_sub(self.from.max(from))
    }
}

/// How many verses `surah` (1 to 114) has.
#[must_use]
pub fn verses(surah: u8) -> Option<u16> {
    ALL.get(usize::from(surah.checked_sub(1)?)).map(|(_, _, verses)| *verses)
}

/// The name of `surah` (1 to 114) as Malaysian prints write it.
#[must_use]
pub fn name(surah: u8) -> Option<&'static str> {
    ALL.get(usize::from(surah.checked_sub(1)?)).map(|(name, _, _)| *name)
}

/// The juz that is written: "Juz 30", "Juzuk 1", "JUZ' 'AMMA", "05".
#[must_use]
pub fn juz(written: &str) -> Option<u8> {
    let lower = standard::tidy(written).to_lowercase();
    let letters: String = lower.chars().filter(|c| c.is_alphabetic()).collect();
    let number = only_number(&lower)?;
    match letters.as_str() {
        "" | "juz" | "juzuk" | "j" => number.parse().ok().filter(|number| (1..=JUZ).contains(number)),
        "juzamma" | "juzukamma" | "amma" if number.is_empty() || number == "30" => Some(30),
        _ => None,
    }
}

/// The one number in `written` without the `.0` that a spreadsheet adds; empty where there is none. `None` where there
/// are several, as in `2-3` and `2.5`, or a mark that makes it doubtful.
fn only_number(written: &str) -> Option<&str> {
    let mut numbers = written.split(|char: char| !char.is_ascii_digit()).filter(|run| !run.is_empty());
    let (first, second) = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
    let tail = second.bytes().all(|byte| byte == b'0') && written.contains(&format!("{first}.{second}"));
    let one = numbers.next().is_none() && (second.is_empty() || tail);
    (one && !written.contains(['?', '+', '~', '<', '>', '%', '/', '&'])).then_some(first)
}

/// The parts of `surah` in the order of the juz they lie in: one, two or three.
pub fn stretches(surah: u8) -> impl Iterator<Item = Stretch> {
    let last = verses(surah).unwrap_or(0);
    (1..=JUZ).filter_map(move |juz| {
        let (first_surah, first_verse) = *STARTS.get(usize::from(juz) - 1)?;
        let from = match first_surah.cmp(&surah) {
            std::cmp::Ordering::Less => 1,
            std::cmp::Ordering::Equal => first_verse,
            std::cmp::Ordering::Greater => return None,
        };
        let to = match STARTS.get(usize::from(juz)) {
            Some((next, _)) if *next < surah => return None,
            Some((next, verse)) if *next == surah => verse - 1,
            _ => last,
        };
        (from <= to).then_some(Stretch { juz, from, to })
    })
}

/// The number of the surah that `written` names: `36`, `Yasin`, `Surah Al-Baqarah`, `2. AL BAQARAH`.
///
/// Spellings differ from print to print, so names are compared without article, doubled letters and marks. A number
/// beside a name that means another surah is nothing: a person must say which is right.
#[must_use]
pub fn surah(written: &str) -> Option<u8> {
    let digits = only_number(written)?;
    let name = skeleton(written);
    let number = digits.parse::<u8>().ok().filter(|number| (1..=SURAHS).contains(number));
    let named = named(&name);
    match (number, named) {
        _ if !digits.is_empty() && number.is_none() => None,
        (Some(number), _) if name.is_empty() => Some(number),
        (Some(number), Some(named)) if number == named => Some(number),
        (None, Some(named)) => Some(named),
        _ => None,
    }
}

fn named(skeleton_of_name: &str) -> Option<u8> {
    if skeleton_of_name.is_empty() {
        return None;
    }
    let is = |name: &str| skeleton(name) == skeleton_of_name;
    let at = ALL.iter().position(|(malay, other, _)| is(malay) || is(other));
    let number = at.and_then(|at| u8::try_from(at + 1).ok());
    number.or_else(|| OTHER_NAMES.iter().find(|(name, _)| is(name)).map(|(_, number)| *number))
}

/// What is left of a name when spellings that mean the same sound are made one.
fn skeleton(written: &str) -> String {
    let lower = written.to_lowercase();
    let mut words: Vec<String> = lower
        .split(|c: char| c.is_whitespace() || matches!(c, '-' | '.' | ':' | '(' | ')' | ','))
        .map(|word| word.chars().filter(|c| c.is_alphabetic()).collect::<String>())
        .filter(|word| !word.is_empty() && !matches!(word.as_str(), "surah" | "surat" | "s" | "no"))
        .collect();
    let article = |word: &String| ARTICLES.contains(&word.as_str());
    if words.len() > 1 && words.first().is_some_and(article) {
        words.remove(0);
    }
    let mut text = words.concat();
    for (from, to) in SAME_SOUNDS {
        text = text.replace(from, to);
    }
    let mut letters: Vec<char> = text.chars().collect();
    letters.dedup();
    let mut text: String = letters.into_iter().collect();
    if let Some(short) = text.strip_suffix("ah") {
        text = format!("{short}a");
    }
    text
}

/// The article before a name, as it is joined to the next letter.
const ARTICLES: [&str; 13] = ["al", "an", "at", "as", "ash", "asy", "ad", "adh", "adz", "ar", "az", "ath", "ali"];

/// Spellings of one sound, the longer first.
const SAME_SOUNDS: [(&str, &str); 15] = [
    ("aa", "a"),
    ("ee", "i"),
    ("oo", "u"),
    ("ii", "i"),
    ("uu", "u"),
    ("sy", "sh"),
    ("dz", "z"),
    ("dh", "z"),
    ("ts", "th"),
    ("kauthar", "kawthar"),
    ("taubah", "tawba"),
    ("lail", "layl"),
    ("quraish", "quraysh"),
    ("kahfi", "kahf"),
    ("ey", "ay"),
];

/// Names that other prints and older teachers use.
const OTHER_NAMES: [(&str, u8); 16] = [
    ("Bara'ah", 9),
    ("Bani Israil", 17),
    ("Thaha", 20),
    ("Al-Mu'min", 40),
    ("Ha Mim Sajdah", 41),
    ("Ad-Dahr", 76),
    ("Al-Muthaffifin", 83),
    ("At-Tathfif", 83),
    ("Al-Insyirah", 94),
    ("Alam Nasyrah", 94),
    ("Al-Lahab", 111),
    ("Al-Zalzalah", 99),
    ("Al-Zilzal", 99),
    ("Iqra", 96),
    ("Al-Tin", 95),
    ("Shad", 38),
];

/// Where each juz begins: surah and verse.
const STARTS: [(u8, u16); 30] = [
    (1, 1),
    (2, 142),
    (2, 253),
    (3, 93),
    (4, 24),
    (4, 148),
    (5, 82),
    (6, 111),
    (7, 88),
    (8, 41),
    (9, 93),
    (11, 6),
    (12, 53),
    (15, 1),
    (17, 1),
    (18, 75),
    (21, 1),
    (23, 1),
    (25, 21),
    (27, 56),
    (29, 46),
    (33, 31),
    (36, 28),
    (39, 32),
    (41, 47),
    (46, 1),
    (51, 31),
    (58, 1),
    (67, 1),
    (78, 1),
];

/// Every surah: its name in Malaysian prints, in English ones, and how many verses it has.
const ALL: [(&str, &str, u16); 114] = [
    ("Al-Fatihah", "Al-Faatiha", 7),
    ("Al-Baqarah", "Al-Baqara", 286),
    ("Ali 'Imran", "Aal-i-Imraan", 200),
    ("An-Nisa'", "An-Nisaa", 176),
    ("Al-Ma'idah", "Al-Maaida", 120),
    ("Al-An'am", "Al-An'aam", 165),
    ("Al-A'raf", "Al-A'raaf", 206),
    ("Al-Anfal", "Al-Anfaal", 75),
    ("At-Taubah", "At-Tawba", 129),
    ("Yunus", "Yunus", 109),
    ("Hud", "Hud", 123),
    ("Yusuf", "Yusuf", 111),
    ("Ar-Ra'd", "Ar-Ra'd", 43),
    ("Ibrahim", "Ibrahim", 52),
    ("Al-Hijr", "Al-Hijr", 99),
    ("An-Nahl", "An-Nahl", 128),
    ("Al-Isra'", "Al-Israa", 111),
    ("Al-Kahfi", "Al-Kahf", 110),
    ("Maryam", "Maryam", 98),
    ("Taha", "Taa-Haa", 135),
    ("Al-Anbiya'", "Al-Anbiyaa", 112),
    ("Al-Hajj", "Al-Hajj", 78),
    ("Al-Mu'minun", "Al-Muminoon", 118),
    ("An-Nur", "An-Noor", 64),
    ("Al-Furqan", "Al-Furqaan", 77),
    ("Asy-Syu'ara'", "Ash-Shu'araa", 227),
    ("An-Naml", "An-Naml", 93),
    ("Al-Qasas", "Al-Qasas", 88),
    ("Al-'Ankabut", "Al-Ankaboot", 69),
    ("Ar-Rum", "Ar-Room", 60),
    ("Luqman", "Luqman", 34),
    ("As-Sajdah", "As-Sajda", 30),
    ("Al-Ahzab", "Al-Ahzaab", 73),
    ("Saba'", "Saba", 54),
    ("Fatir", "Faatir", 45),
    ("Yasin", "Yaseen", 83),
    ("As-Saffat", "As-Saaffaat", 182),
    ("Sad", "Saad", 88),
    ("Az-Zumar", "Az-Zumar", 75),
    ("Ghafir", "Al-Ghaafir", 85),
    ("Fussilat", "Fussilat", 54),
    ("Asy-Syura", "Ash-Shura", 53),
    ("Az-Zukhruf", "Az-Zukhruf", 89),
    ("Ad-Dukhan", "Ad-Dukhaan", 59),
    ("Al-Jathiyah", "Al-Jaathiya", 37),
    ("Al-Ahqaf", "Al-Ahqaf", 35),
    ("Muhammad", "Muhammad", 38),
    ("Al-Fath", "Al-Fath", 29),
    ("Al-Hujurat", "Al-Hujuraat", 18),
    ("Qaf", "Qaaf", 45),
    ("Adz-Dzariyat", "Adh-Dhaariyat", 60),
    ("At-Tur", "At-Tur", 49),
    ("An-Najm", "An-Najm", 62),
    ("Al-Qamar", "Al-Qamar", 55),
    ("Ar-Rahman", "Ar-Rahmaan", 78),
    ("Al-Waqi'ah", "Al-Waaqia", 96),
    ("Al-Hadid", "Al-Hadid", 29),
    ("Al-Mujadilah", "Al-Mujaadila", 22),
    ("Al-Hasyr", "Al-Hashr", 24),
    ("Al-Mumtahanah", "Al-Mumtahana", 13),
    ("As-Saff", "As-Saff", 14),
    ("Al-Jumu'ah", "Al-Jumu'a", 11),
    ("Al-Munafiqun", "Al-Munaafiqoon", 11),
    ("At-Taghabun", "At-Taghaabun", 18),
    ("At-Talaq", "At-Talaaq", 12),
    ("At-Tahrim", "At-Tahrim", 12),
    ("Al-Mulk", "Al-Mulk", 30),
    ("Al-Qalam", "Al-Qalam", 52),
    ("Al-Haqqah", "Al-Haaqqa", 52),
    ("Al-Ma'arij", "Al-Ma'aarij", 44),
    ("Nuh", "Nooh", 28),
    ("Al-Jinn", "Al-Jinn", 28),
    ("Al-Muzzammil", "Al-Muzzammil", 20),
    ("Al-Muddaththir", "Al-Muddaththir", 56),
    ("Al-Qiyamah", "Al-Qiyaama", 40),
    ("Al-Insan", "Al-Insaan", 31),
    ("Al-Mursalat", "Al-Mursalaat", 50),
    ("An-Naba'", "An-Naba", 40),
    ("An-Nazi'at", "An-Naazi'aat", 46),
    ("'Abasa", "Abasa", 42),
    ("At-Takwir", "At-Takwir", 29),
    ("Al-Infitar", "Al-Infitaar", 19),
    ("Al-Mutaffifin", "Al-Mutaffifin", 36),
    ("Al-Insyiqaq", "Al-Inshiqaaq", 25),
    ("Al-Buruj", "Al-Burooj", 22),
    ("At-Tariq", "At-Taariq", 17),
    ("Al-A'la", "Al-A'laa", 19),
    ("Al-Ghasyiyah", "Al-Ghaashiya", 26),
    ("Al-Fajr", "Al-Fajr", 30),
    ("Al-Balad", "Al-Balad", 20),
    ("Asy-Syams", "Ash-Shams", 15),
    ("Al-Lail", "Al-Lail", 21),
    ("Ad-Duha", "Ad-Dhuhaa", 11),
    ("Asy-Syarh", "Ash-Sharh", 8),
    ("At-Tin", "At-Tin", 8),
    ("Al-'Alaq", "Al-Alaq", 19),
    ("Al-Qadr", "Al-Qadr", 5),
    ("Al-Bayyinah", "Al-Bayyina", 8),
    ("Az-Zalzalah", "Az-Zalzala", 8),
    ("Al-'Adiyat", "Al-Aadiyaat", 11),
    ("Al-Qari'ah", "Al-Qaari'a", 11),
    ("At-Takathur", "At-Takaathur", 8),
    ("Al-'Asr", "Al-Asr", 3),
    ("Al-Humazah", "Al-Humaza", 9),
    ("Al-Fil", "Al-Fil", 5),
    ("Quraisy", "Quraish", 4),
    ("Al-Ma'un", "Al-Maa'un", 7),
    ("Al-Kauthar", "Al-Kawthar", 3),
    ("Al-Kafirun", "Al-Kaafiroon", 6),
    ("An-Nasr", "An-Nasr", 3),
    ("Al-Masad", "Al-Masad", 5),
    ("Al-Ikhlas", "Al-Ikhlaas", 4),
    ("Al-Falaq", "Al-Falaq", 5),
    ("An-Nas", "An-Naas", 6),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_are_those_of_the_hafs_count() {
        let all: u32 = (1..=SURAHS).filter_map(verses).map(u32::from).sum();
        assert_eq!(all, 6_236, "verses in all");
        let of_juz = |wanted: u8| -> u32 {
            (1..=SURAHS)
                .flat_map(stretches)
                .filter(|part| part.juz == wanted)
                .map(|part| u32::from(part.verses()))
                .sum()
        };
        let counted: Vec<u32> = (1..=JUZ).map(of_juz).collect();
        let known = [
            148, 111, 126, 131, 124, 110, 149, 142, 159, 127, 151, 170, 154, 227, 185, 269, 190, 202, 339, 171, 178,
            169, 357, 175, 246, 195, 399, 137, 431, 564,
        ];
        assert_eq!(counted, known, "verses of each juz");
        let several: Vec<u8> = (1..=SURAHS).filter(|surah| stretches(*surah).count() > 1).collect();
        assert_eq!(several, [2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 18, 25, 27, 29, 33, 36, 39, 41, 51], "span several juz");
    }

    #[test]
    fn a_surah_is_known_by_every_name_and_no_name_means_two() {
        for (at, (malay, english, _)) in ALL.iter().enumerate() {
            let number = u8::try_from(at + 1).ok();
            assert_eq!((surah(malay), surah(english)), (number, number), "{malay} {english}");
            assert_eq!(surah(&format!("{} {malay}", at + 1)), number, "{malay} with its number");
        }
        for (name, number) in OTHER_NAMES {
            assert_eq!(surah(name), Some(number), "{name}");
        }
        for (written, number) in [
            ("Surah Yaasin", Some(36)),
            ("AL BAQARAH", Some(2)),
            ("Al Baqara", Some(2)),
            ("2. Al-Baqarah", Some(2)),
            ("3 Al-Baqarah", None),
            ("115", None),
            ("2.0", Some(2)),
            ("11.0", Some(11)),
            ("2.5", None),
            ("2-3", None),
            ("2, 3", None),
            ("2?", None),
            ("2 Al-Baqarah 1-5", None),
            ("Juz Amma", None),
            ("", None),
        ] {
            assert_eq!(surah(written), number, "{written}");
        }
    }
}
