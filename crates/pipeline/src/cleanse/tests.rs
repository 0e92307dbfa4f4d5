//! Every page's table held to its rule, and what is true of all rules.

use model::{Applicability, ColumnFacts, Cx, DateFacts, FieldKind, Lang, Words};
use testkit::md;

use super::{help, propose, rules};
use crate::tested::{Case, Record, files, keys_said, today};

#[test]
fn every_table_holds() {
    for rule in rules::ALL {
        let rows = md::rows(help(rule.code, Lang::En));
        assert!(rows.len() >= 4, "{}: a table of at least four rows", rule.code);
        for row in &rows {
            let case = Case::of(rule.code, row);
            let fix = if (rule.applies)(case.field) { (rule.propose)(&case.cx(), row.get("cell")) } else { None };
            let fix = fix.filter(|fix| fix.after != row.get("cell"));
            let after = fix.as_ref().map_or("", |fix| if fix.after.is_empty() { "(blank)" } else { &fix.after });
            let applies = fix.as_ref().map_or("", |fix| fix.applicability.code());
            assert_eq!(
                (after, applies),
                (row.get("becomes"), row.get("applies")),
                "{}: {:?}",
                case.place,
                row.get("cell")
            );
            let also = fix.iter().flat_map(|fix| &fix.also).map(|(field, value)| format!("{field}={value}"));
            assert_eq!(also.collect::<Vec<_>>().join("; "), row.get("also"), "{}", case.place);
            assert!(!row.get("because").is_empty(), "{}: says no reason", case.place);
            assert_said(fix.map(|fix| fix.reason).as_ref(), &case.place);
        }
    }
}

#[test]
fn the_malay_page_says_the_same_as_the_english_one() {
    for rule in rules::ALL {
        let (english, malay) = (help(rule.code, Lang::En), help(rule.code, Lang::Ms));
        assert_eq!(md::title(malay), Some(rule.code), "the page's heading is the code");
        assert_ne!(md::summary(malay), md::summary(english), "{}: a sentence in Malay", rule.code);
        let (ours, theirs) = (md::rows(english), md::rows(malay));
        assert_eq!(ours.len(), theirs.len(), "{}: as many rows", rule.code);
        for (ours, theirs) in ours.iter().zip(&theirs) {
            for name in ["field", "cell", "column", "record", "becomes", "applies", "also"] {
                assert_eq!(ours.get(name), theirs.get(name), "{} line {}: {name}", rule.code, theirs.line);
            }
            assert!(!theirs.get("because").is_empty(), "{} line {}: says no reason", rule.code, theirs.line);
        }
    }
}

/// The reason must be a whole sentence in both languages.
fn assert_said(reason: Option<&model::Message>, place: &str) {
    for lang in Lang::ALL {
        let words = Words::new(lang, &crate::WORDS.iter().filter(|(of, _)| *of == lang).copied().collect::<Vec<_>>());
        if let Some(reason) = reason {
            assert!(words.has(reason.key), "{place}: {} is not in {}", reason.key, lang.code());
            assert!(!reason.say(&words).contains('{'), "{place}: {} lacks an argument", reason.key);
        }
    }
}

#[test]
fn every_rule_has_its_file_its_page_and_its_words() {
    let mut codes: Vec<(String, bool)> = rules::ALL.iter().map(|rule| (rule.code.to_owned(), true)).collect();
    codes.sort();
    assert_eq!(codes, files("cleanse/rules"), "each file is in ALL, and each has a page");
    for lang in Lang::ALL {
        let words = Words::new(lang, &crate::WORDS.iter().filter(|(of, _)| *of == lang).copied().collect::<Vec<_>>());
        for rule in rules::ALL {
            assert_eq!(md::title(help(rule.code, Lang::En)), Some(rule.code), "the page's heading is the code");
            assert!(md::summary(help(rule.code, Lang::En)).is_some(), "{}: one sentence", rule.code);
            for key in [format!("rule.{}", rule.code), format!("rule.{}.help", rule.code)] {
                assert!(words.has(&key), "{key} is not in {}", lang.code());
            }
        }
        for key in keys_said("cleanse/rules", "fix.") {
            assert!(words.has(&key), "{key} is not in {}", lang.code());
        }
        for applicability in Applicability::ALL {
            assert!(words.has(&format!("applicability.{}", applicability.code())), "{}", applicability.code());
        }
    }
    assert_eq!(help("no-such-rule", Lang::En), "");
}

/// Values that schools write, and pieces to spoil them with; the numbers come from a fixed sequence.
fn spoilt_values() -> Vec<String> {
    const SEEDS: [&str; 34] = [
        "AHMAD BIN ALI",
        "siti  binti abu",
        "NU’MAN",
        "012-345 6789",
        "123456789",
        "0123456789/0198765432",
        "+6591234567",
        "180305-10-1234",
        "80305101234",
        "8.03051E+10",
        "A1234567",
        "05/04/2015",
        "25/12/2015",
        "5hb Mac 2018",
        "42370",
        "25/12/15",
        "00/00/0000",
        "2018-03-05T00:00:00",
        "P",
        "Lelaki",
        "AKTIF",
        "ya",
        "T",
        "/",
        "5000",
        "43000",
        "N9",
        "Wilayah",
        "12, JALAN,, MELATI ,",
        "35.0",
        "Ali@Gmail.com;",
        "mailto:a@b.my",
        "TIADA",
        "sda",
    ];
    const PIECES: [&str; 12] = [" ", "  ", "\u{a0}", "\u{200b}", "'", ".0", "-", ",", "\t", "0", "(", "é"];
    let mut values: Vec<String> = SEEDS.iter().map(|seed| (*seed).to_owned()).collect();
    let mut state = 7_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for _ in 0..4_000 {
        let mut value = SEEDS[next(SEEDS.len())].to_owned();
        for _ in 0..=next(3) {
            let places: Vec<usize> = value.char_indices().map(|(at, _)| at).chain([value.len()]).collect();
            value.insert_str(places[next(places.len())], PIECES[next(PIECES.len())]);
        }
        values.push(value);
    }
    values
}

#[test]
fn safe_fixes_come_to_rest_and_keep_what_was_written() {
    let proven =
        ColumnFacts { dates: DateFacts { only_day_first: 3, ..DateFacts::default() }, ..ColumnFacts::default() };
    let record = Record::of("");
    let values = spoilt_values();
    let mut seen = std::collections::HashSet::new();
    for entity in model::entities::ALL {
        for field in entity.fields {
            // rules look at the kind, at the field's code and at whose record it is
            if !seen.insert((format!("{:?}", field.kind), field.code, entity.person)) {
                continue;
            }
            let cx = Cx { today: today(), entity, field, column: &proven, record: &record };
            for written in &values {
                assert_rests(&cx, written);
            }
        }
    }
}

/// Three rounds of safe fixes end in a value that has none, and what is kept is what was there.
fn assert_rests(cx: &Cx<'_>, written: &str) {
    let mut value = written.to_owned();
    for round in 0..=3 {
        let safe = propose(cx, &value).filter(|(_, fix)| fix.applicability == Applicability::Safe);
        let Some((rule, fix)) = safe else { return };
        assert!(round < 3, "{}.{}: {written:?} never rests, last by {}", cx.entity.code, cx.field.code, rule.code);
        assert_kept(cx, rule.code, &value, &fix.after);
        value = fix.after;
    }
}

fn assert_kept(cx: &Cx<'_>, rule: &str, before: &str, after: &str) {
    let letters = |text: &str| text.chars().filter(|char| char.is_alphanumeric()).collect::<String>();
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    match cx.field.kind {
        _ if after.is_empty() => {
            assert!(matches!(rule, "null-words" | "date" | "address" | "invisible"), "{rule} blanked {before:?}")
        }
        _ if rule == "invisible" => assert_eq!(letters(after), letters(before), "{rule} changed {before:?}"),
        FieldKind::Text if rule == "decimal-tail" => assert!(before.contains(after), "{before:?} became {after:?}"),
        FieldKind::Text if matches!(rule, "blood-group" | "nationality") => {}
        FieldKind::PersonName | FieldKind::Text | FieldKind::Address => {
            assert_eq!(letters(after), letters(before), "{rule} changed {before:?}");
        }
        FieldKind::IdentityNumber | FieldKind::Postcode => {
            let (before, after) = (digits(before), digits(after));
            assert!(before == after || before == format!("{after}0"), "{rule}: {before} became {after}");
        }
        FieldKind::Phone => {
            let national = digits(after);
            let tail = &national[national.len() - 7..];
            let kept = digits(before);
            assert!(kept.trim_end_matches('0').contains(tail.trim_end_matches('0')), "{rule}: {before} became {after}");
        }
        _ => assert!(crate::standard::is_standard(cx.field, after), "{rule}: {before:?} became {after:?}"),
    }
}

#[test]
fn the_first_rule_that_answers_is_heard_and_blanks_have_none() {
    let case = md::rows("| field |\n|--|\n| guardians.phone |\n");
    let case = Case::of("test", &case[0]);
    assert!(propose(&case.cx(), "").is_none() && propose(&case.cx(), " \u{a0}").is_none(), "a blank is no mistake");
    let (rule, fix) = propose(&case.cx(), "-").expect("a dash");
    assert_eq!((rule.code, fix.after.as_str()), ("null-words", ""));
    assert!(propose(&case.cx(), "+60123456789").is_none(), "nothing to do");
}

#[test]
fn every_key_is_said_in_both_languages() {
    let keys = |lang: Lang| {
        let lists = crate::WORDS.iter().filter(|(of, _)| *of == lang);
        let mut keys: Vec<&str> = lists.flat_map(|(_, list)| model::words::parse(list)).map(|(key, _)| key).collect();
        keys.sort_unstable();
        keys
    };
    assert_eq!(keys(Lang::En), keys(Lang::Ms), "the lists hold the same keys");
    let mut once = keys(Lang::En);
    once.dedup();
    assert_eq!(once.len(), keys(Lang::En).len(), "no key is said twice");
}
