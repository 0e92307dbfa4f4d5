//! All sentences of Daftar's core in one place, for whoever speaks to a person.

use model::{Lang, Words};

const OWN: [(Lang, &str); 2] =
    [(Lang::En, include_str!("../words/app.en.txt")), (Lang::Ms, include_str!("../words/app.ms.txt"))];

/// The words of every crate in `lang`.
#[must_use]
pub fn words(lang: Lang) -> Words {
    let mut lists: Vec<(Lang, &str)> = Vec::new();
    lists.extend(pipeline::WORDS.iter().copied());
    lists.extend(sources::WORDS.iter().copied());
    lists.extend(staging::WORDS.iter().copied());
    lists.extend(targets::WORDS.iter().copied());
    lists.extend(OWN);
    Words::new(lang, &lists)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_say_the_same_things() {
        let keys = |list: &'static str| {
            model::words::parse(list).map(|(key, _)| key).collect::<std::collections::BTreeSet<_>>()
        };
        let (english, malay) = (keys(OWN[0].1), keys(OWN[1].1));
        let only_english: Vec<_> = english.difference(&malay).collect();
        let only_malay: Vec<_> = malay.difference(&english).collect();
        assert!(only_english.is_empty() && only_malay.is_empty(), "en {only_english:?}, ms {only_malay:?}");
    }
}
