//! Pairs as they happen in schools, and what the comparison makes of them.

use super::blocking::Blocks;
use super::certain;
use super::compare::{Crowd, compare};
use super::evidence::{ALL, Evidence, name_weight, probability};
use super::families::Ties;
use super::hash;
use super::likely::{Why, reasons};
use super::person::{Fields, Person, address_key, phone_key, salt, usable_number};
use super::rivals::{Pair, outdone};

/// A pupil of `fields`, given as pairs of field and value.
fn pupil(values: &[(&str, &str)]) -> Person {
    person("students", values)
}

fn person(entity: &str, given: &[(&str, &str)]) -> Person {
    let entity = model::entities::find(entity).unwrap();
    let value = |code: &str| given.iter().find(|(field, _)| *field == code).map_or("", |(_, value)| *value);
    let values: Vec<&str> = entity.fields.iter().map(|field| value(field.code)).collect();
    Fields::of(entity).unwrap().read(&values, Vec::new())
}

/// A crowd of so many people with names of their own.
fn crowd(people: u32) -> Crowd {
    Crowd::of((1..=people).map(|at| hash(99, &at.to_string())).collect())
}

const AINA: [(&str, &str); 5] = [
    ("full_name", "NUR AINA BINTI ROSLAN"),
    ("national_id", "140512-10-5012"),
    ("date_of_birth", "2014-05-12"),
    ("gender", "female"),
    ("phone", "+60123456789"),
];

fn aina(change: &[(&str, &str)]) -> Person {
    let mut values: Vec<(&str, &str)> = change.to_vec();
    values.extend(AINA);
    pupil(&values)
}

#[test]
fn one_person_scores_high_and_twins_low() {
    let crowd = crowd(10_000);
    let probability = |other: &Person| compare(&aina(&[]), other, true, &crowd).probability();
    for (change, least) in [
        (&[][..], 0.9999),
        (&[("full_name", "NOR AINA BTE ROSLAN")][..], 0.9999),
        (&[("full_name", "NUR AIAN BINTI ROSLAN")][..], 0.999),
        (&[("national_id", "")][..], 0.99),
        (&[("national_id", ""), ("date_of_birth", "2014-12-05")][..], 0.9),
        (&[("national_id", "140512-01-5012")][..], 0.99),
    ] {
        let found = probability(&aina(change));
        assert!(found >= least, "{change:?} is one person: {found}");
    }
    for change in [
        &[("full_name", "NUR AINI BINTI ROSLAN"), ("national_id", "140512-10-5014")][..],
        &[("full_name", "NUR ALYA BINTI ROSLAN"), ("national_id", "140512-10-5014")][..],
        &[("full_name", "NUR ALYA BINTI ROSLAN"), ("national_id", "")][..],
        &[("full_name", "HAKIM BIN ROSLAN"), ("national_id", ""), ("gender", "male")][..],
        &[("national_id", "160901-10-5012"), ("date_of_birth", "2016-09-01"), ("full_name", "NUR BALQIS BINTI ROSLAN")],
    ] {
        let found = probability(&aina(change));
        assert!(found < 0.5, "{change:?} is a sister or brother: {found}");
    }
}

#[test]
fn certain_is_only_what_number_birth_date_and_names_prove() {
    let is_certain = |change: &[(&str, &str)]| certain::is_certain(&aina(&[]), &aina(change), true);
    assert!(is_certain(&[]));
    assert!(is_certain(&[("full_name", "Noor Aina bt Roslan"), ("national_id", "140512105012")]), "spelling");
    assert!(is_certain(&[("full_name", "AINA BINTI ROSLAN")]), "a word left out");
    for change in [
        [("full_name", "NUR AINI BINTI ROSLAN")],
        [("full_name", "NUR AYNA BINTI ROSLAN")],
        [("full_name", "NUR ALYA BINTI ROSLAN")],
        [("full_name", "NUR AINA BINTI HAMZAH")],
        [("full_name", "")],
        [("date_of_birth", "2014-05-13")],
        [("date_of_birth", "")],
        [("gender", "male")],
        [("national_id", "140512-10-5014")],
    ] {
        assert!(!is_certain(&change), "{change:?} proves nothing");
    }
    let father = |name| person("guardians", &[("full_name", name), ("national_id", "800101010001")]);
    assert!(certain::is_certain(&father("Bapa  Rekaan"), &father("bapa rekaan"), false), "the number holds the date");
    assert!(!certain::is_certain(&father("Bapa Rekaan"), &father("Ibu Rekaan"), false));
}

#[test]
fn a_number_proves_only_where_it_can_be_the_persons_own() {
    let twice = |number: &str, born: &str| {
        let one = pupil(&[("full_name", "AINA BINTI SALIM"), ("national_id", number), ("date_of_birth", born)]);
        certain::is_certain(&one, &one.clone(), true)
    };
    assert!(twice("150305-10-1234", "2015-03-05"));
    assert!(twice("A1234567", "2015-03-05"), "a passport, the same name and birth date");
    for (number, why) in [
        ("820310-10-5556", "the mother's"),
        ("150306-10-1234", "another day"),
        ("151305-10-1234", "no month"),
        ("150305-17-1234", "no place"),
        ("DALAM PROSES", "words"),
        ("TIADA IC", "words"),
        ("BELUM ADA", "words"),
        ("T/MAKLUMAT", "words"),
        ("tiada mykid", "words"),
        ("PASSPORT", "words"),
        ("123456789012", "digits in a row"),
        ("000000000001", "zeros"),
    ] {
        assert!(!twice(number, "2015-03-05"), "{number}: {why}");
    }
    assert!(!twice("000101-01-0101", "2000-01-01"), "two digits over and over");
    let passport = |name| pupil(&[("full_name", name), ("national_id", "A1234567"), ("date_of_birth", "2015-03-05")]);
    assert!(
        !certain::is_certain(&passport("NUR AINA BINTI SALIM"), &passport("AINA BINTI SALIM"), true),
        "to the word"
    );
}

#[test]
fn whatever_else_contradicts_leaves_it_to_a_person() {
    let is_certain = |one: &[(&str, &str)], other: &[(&str, &str)]| certain::is_certain(&aina(one), &aina(other), true);
    assert!(is_certain(&[("student_number", "A1")], &[("student_number", "")]));
    assert!(!is_certain(&[("student_number", "A1")], &[("student_number", "A2")]));
    assert!(!is_certain(&[("birth_certificate", "CK11111")], &[("birth_certificate", "CK22222")]));
    let iman = |name| aina(&[("full_name", name), ("gender", "")]);
    assert!(!certain::is_certain(&iman("IMAN BIN ROSLAN"), &iman("IMAN BINTI ROSLAN"), true), "a boy and a girl");
    let guardian = |name, number| person("guardians", &[("full_name", name), ("national_id", number)]);
    for (one, other, number) in [
        ("ROSLAN BIN ALI", "ROSLAN BIN ALI", "123456789012"),
        ("ROSLAN BIN ALI", "ROSLAN BIN ALI", "000101-01-0101"),
        ("ROSLAN BIN ALI", "ROSLAN BIN ALI", "111122223333"),
        ("AZIZAH BIN OMAR", "AZIZAH BINTI OMAR", "810305105556"),
    ] {
        assert!(!certain::is_certain(&guardian(one, number), &guardian(other, number), false), "{one} / {other}");
    }
}

#[test]
fn a_number_at_three_people_proves_nothing_for_any_of_them() {
    let named = |name| aina(&[("full_name", name)]);
    let mut people = vec![aina(&[]), aina(&[]), named("ALYA BINTI ROSLAN")];
    assert_eq!(certain::groups(&people, true, |_, _| true), [vec![0, 1]], "a brother or sister under a copied number");
    people.push(named("BALQIS BINTI ROSLAN"));
    assert!(certain::groups(&people, true, |_, _| true).is_empty());
}

#[test]
fn guardians_without_a_number_are_one_only_by_name_and_their_own_telephone() {
    let mother =
        |name, phone, number| person("guardians", &[("full_name", name), ("phone", phone), ("national_id", number)]);
    let siti = mother("SITI BINTI OMAR", "019-8765432", "");
    assert!(certain::is_certain_by_phone(&siti, &mother("Siti binti Omar", "+60198765432", "TIADA IC")));
    for other in [
        mother("SITI AMINAH BINTI OMAR", "019-8765432", ""),
        mother("SITI BIN OMAR", "019-8765432", ""),
        mother("SITI BINTI OMAR", "019-8765433", ""),
        mother("SITI BINTI OMAR", "", ""),
        mother("SITI BINTI OMAR", "019-8765432", "820202106666"),
    ] {
        assert!(!certain::is_certain_by_phone(&siti, &other), "{other:?}");
    }
    let nobody = mother("NUR", "019-8765432", "");
    assert!(!certain::is_certain_by_phone(&nobody, &nobody.clone()), "half the country is called that");
}

#[test]
fn a_group_is_merged_only_where_each_is_certain_with_each() {
    let people =
        [aina(&[]), aina(&[("full_name", "AINA BINTI ROSLAN")]), aina(&[("full_name", "NUR ALYA BINTI ROSLAN")])];
    assert_eq!(certain::groups(&people, true, |_, _| true), [vec![0, 1]]);
    assert!(
        certain::groups(&people, true, |one, other| one + other != 1).is_empty(),
        "a person said that they are two"
    );
    let chain = [
        aina(&[("full_name", "AINA SOFEA BINTI ROSLAN")]),
        aina(&[("full_name", "AINA BINTI ROSLAN")]),
        aina(&[("full_name", "AINA MAISARAH BINTI ROSLAN")]),
    ];
    assert!(certain::groups(&chain, true, |_, _| true).is_empty(), "AINA is one of the two, and nobody knows which");
}

#[test]
fn one_number_under_two_names_is_no_proof() {
    let compared = compare(&aina(&[]), &aina(&[("full_name", "NUR ALYA BINTI ROSLAN")]), true, &crowd(10_000));
    assert!(compared.has(Evidence::NumberLent));
    assert!(compared.probability() < 0.5, "twins under one number are two: {}", compared.probability());
    assert!(super::compare::is_shown(&compared), "and a person is told");
}

#[test]
fn a_frequent_name_says_less_than_a_rare_one() {
    assert!(name_weight(2, 100_000) > name_weight(500, 100_000) + 3.0);
    assert!((probability(0.0) - 0.5).abs() < f64::EPSILON);
    let codes: std::collections::HashSet<_> = ALL.iter().map(|(_, code, ..)| code).collect();
    assert_eq!(codes.len(), ALL.len(), "no code twice");
    for (evidence, code, ..) in ALL {
        assert_eq!(Evidence::from_code(code), Some(evidence));
    }
}

#[test]
fn pairs_share_a_key_and_come_once() {
    let people = [
        aina(&[]),
        aina(&[("full_name", "AINA NUR BINTI ROSLAN"), ("phone", "")]),
        aina(&[("full_name", "AIN BINTI ROSLAN"), ("national_id", "1"), ("phone", "")]),
        pupil(&[("full_name", "LIM MEI LING"), ("date_of_birth", "2015-01-01")]),
    ];
    let mut blocks = Blocks::default();
    for (record, person) in (1..).zip(&people) {
        blocks.take(record, person);
    }
    let found = blocks.pairs();
    assert_eq!((found.pairs, found.left_out), (vec![(1, 2), (1, 3), (2, 3)], 0));
    let mut blocks = Blocks::default();
    (0..200).for_each(|record| blocks.take(record, &pupil(&[("full_name", "ALI BIN ABU")])));
    let found = blocks.pairs();
    assert_eq!((found.pairs.len(), found.left_out), (0, 1), "a key of very many is left out and counted");
}

#[test]
fn the_better_partner_in_a_file_outdoes_the_other() {
    let pair = |records, bits| Pair { records, tables: [1, 2], bits };
    assert_eq!(
        outdone(&[pair([1, 11], 9.0), pair([1, 12], 3.0), pair([2, 12], 8.0), pair([3, 13], 1.0)]),
        [false, true, false, false]
    );
}

#[test]
fn families_follow_guardians_and_contacts_and_not_the_schools_number() {
    let mut ties = Ties::default();
    // 1 and 2 have one mother, 2 and 3 one house; 4 to 8 share a number that five families have.
    ties.guardians.extend([(100, 1), (100, 2), (101, 4), (102, 5), (103, 6), (104, 7), (105, 8)]);
    ties.contacts.extend([(200, 2), (200, 3), (300, 4), (300, 5), (300, 6), (300, 7), (300, 8)]);
    ties.contacts.extend([(400, 9), (400, 10)]);
    let families = ties.families(&[400]);
    assert_eq!(families.members, [(1, 1), (1, 2), (1, 3)]);
    assert_eq!(families.fillers, [300, 400], "the fifth family's number, and the school's own");
}

#[test]
fn a_likely_guardian_needs_more_than_a_fathers_name() {
    let child = pupil(&[("full_name", "AIMAN BIN ROSLAN"), ("phone", "012-345 6789")]);
    let father = |phone| person("guardians", &[("full_name", "ROSLAN BIN HAMZAH"), ("phone", phone)]);
    assert_eq!(reasons(&child, &father("+60123456789"), false), [Why::Phone, Why::Father]);
    assert!(reasons(&child, &father(""), false).is_empty(), "thousands are called ROSLAN");
    assert_eq!(reasons(&child, &father(""), true), [Why::Father, Why::Sibling]);
    let muhammad = pupil(&[("full_name", "AIMAN BIN MUHAMMAD")]);
    let other = person("guardians", &[("full_name", "MUHAMMAD BIN HAMZAH")]);
    assert!(reasons(&muhammad, &other, true).is_empty(), "MUHAMMAD says nothing");
}

#[test]
fn numbers_telephones_and_addresses_are_compared_in_one_form() {
    for (written, number) in [
        ("140512-10-5012", Some("140512105012")),
        ("000000-00-0000", None),
        ("180413-10-****", None),
        ("180413XXXXXX", None),
        ("111111111111", None),
        ("12", None),
        ("", None),
        ("TIADA IC", None),
        ("123456789012", None),
        ("987654321098", None),
        ("000000000001", None),
        ("111122223333", None),
        ("000101-01-0101", Some("000101010101")),
        ("111111-10-1111", None),
        ("A1234567", Some("A1234567")),
        ("C4402918", Some("C4402918")),
    ] {
        assert_eq!(usable_number(written).as_deref(), number, "{written}");
    }
    for (written, key) in [("012-345 6789", "23456789"), ("+60123456789", "23456789"), ("0000000000", ""), ("999", "")]
    {
        assert_eq!(phone_key(written), key, "{written}");
    }
    assert_eq!(address_key("No. 12, Jln Melati", "43000"), address_key("12 JALAN MELATI", " 43000"));
    assert_eq!(address_key("Kampung Baharu", "43000"), "", "a village is no house");
    assert_ne!(hash(salt::PHONE, "1"), hash(salt::CHILD, "1"));
}

#[test]
fn every_evidence_has_a_sentence_in_both_languages() {
    let keys = |at: usize| model::words::parse(super::WORDS[at].1).map(|(key, _)| key).collect::<Vec<_>>();
    assert_eq!(keys(0), keys(1));
    for (_, code, ..) in ALL {
        assert!(keys(0).contains(&format!("match.{code}").as_str()), "{code}");
    }
    for why in [Why::Phone, Why::Address, Why::Father, Why::Sibling] {
        assert!(keys(0).contains(&format!("match.likely.{}", why.code()).as_str()), "{why:?}");
    }
    for sure in [0.999, 0.95, 0.6].map(super::compare::sureness) {
        assert!(keys(0).contains(&format!("match.sure.{sure}").as_str()), "{sure}");
    }
}
