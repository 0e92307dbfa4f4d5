//! Every reason and every title is there in both languages.

use super::super::{WORDS, field_key, fields_offered, sentence};
use super::*;
use model::words::parse;
use model::{FieldKind, Lang, Words};
use std::collections::BTreeSet;

fn keys(lang: Lang) -> BTreeSet<&'static str> {
    let lists = WORDS.iter().filter(|(list, _)| *list == lang);
    lists.flat_map(|(_, text)| parse(text)).map(|(key, _)| key).collect()
}

#[test]
fn both_languages_say_the_same_things() {
    let (en, ms) = (keys(Lang::En), keys(Lang::Ms));
    assert_eq!(en.symmetric_difference(&ms).collect::<Vec<_>>(), Vec::<&&str>::new(), "in one language only");
    for (lang, text) in WORDS {
        let lines = parse(text).count();
        assert_eq!(lines, keys(lang).len(), "a key stands twice in {}", lang.code());
    }
}

#[test]
fn every_entity_field_and_code_has_a_title() {
    for lang in Lang::ALL {
        let keys = keys(lang);
        for entity in model::entities::ALL {
            for key in [format!("entity.{}", entity.code), format!("entity.{}.one", entity.code)] {
                assert!(keys.contains(key.as_str()), "{key} in {}", lang.code());
            }
            for field in entity.fields {
                let FieldKind::Code(list) = field.kind else { continue };
                for (value, _) in list.values {
                    let key = format!("code.{}.{value}", list.code);
                    assert!(keys.contains(key.as_str()), "{key} in {}", lang.code());
                }
            }
        }
        for key in ["code.bool.true", "code.bool.false"] {
            assert!(keys.contains(key), "{key} in {}", lang.code());
        }
        for path in fields_offered() {
            assert!(keys.contains(field_key(&path).as_str()), "{} in {}", field_key(&path), lang.code());
        }
    }
}

/// The word keys that the sources of this module name between quotes.
fn keys_in_sources() -> BTreeSet<&'static str> {
    let sources = [
        include_str!("../complete.rs"),
        include_str!("../declared.rs"),
        include_str!("../edit.rs"),
        include_str!("../family.rs"),
        include_str!("../joined.rs"),
        include_str!("../layouts.rs"),
        include_str!("../reasons.rs"),
        include_str!("../sheets.rs"),
        include_str!("../suggest.rs"),
        include_str!("../values.rs"),
    ];
    let quoted = sources.into_iter().flat_map(|text| text.split('"').skip(1).step_by(2));
    quoted.filter(|text| text.starts_with("mapping.")).collect()
}

#[test]
fn every_reason_has_words_and_every_word_a_reason() {
    let named = keys_in_sources();
    let said: BTreeSet<&str> = keys(Lang::En).into_iter().filter(|key| key.starts_with("mapping.")).collect();
    assert!(named.len() > 20, "the sources name reasons: {named:?}");
    assert_eq!(named.difference(&said).collect::<Vec<_>>(), Vec::<&&str>::new(), "without words");
    let unused = said.difference(&named).filter(|key| **key != "mapping.unknown").collect::<Vec<_>>();
    assert_eq!(unused, Vec::<&&str>::new(), "without use");
}

#[test]
fn a_reason_reads_as_a_sentence() {
    let rows = ["NUR AISYAH BINTI ALI|12/04/2015", "LIM MEI LING|31/12/2015", "SITI BINTI OMAR|01/01/2016"];
    let mapping = proposal("Murid", "Nama Murid|T/Lahir", &rows);
    let (_, birth) = mapping.column(1).expect("bound");
    let say = |lang| sentence(&Words::new(lang, &WORDS), &birth.reason, &birth.reason_args);
    assert_eq!(say(Lang::Ms), "Tajuk lajur \"T/Lahir\" bermaksud tarikh lahir; 3 daripada 3 nilai memang sepadan");
    assert_eq!(say(Lang::En), "The header \"T/Lahir\" means date of birth; 3 of 3 values look like it");
    for lang in Lang::ALL {
        let words = Words::new(lang, &WORDS);
        for binding in mapping.parts.iter().flat_map(|part| &part.fields) {
            let said = sentence(&words, &binding.reason, &binding.reason_args);
            assert!(!said.contains('{') && !said.contains("mapping.") && !said.contains("field."), "{said}");
        }
        let said = sentence(&words, &mapping.reason, &mapping.reason_args);
        assert!(!said.contains('{') && !said.contains("entity."), "{said}");
    }
}
