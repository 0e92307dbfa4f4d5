//! Clusters on small columns whose answer is known by hand.

use model::FieldKind;

use super::*;

fn clusters(way: Way, kind: FieldKind, values: &[(&str, u64)]) -> Vec<Vec<String>> {
    let mut gathering = Gathering::new(way, kind);
    values.iter().for_each(|(value, records)| gathering.add(value, *records));
    let mut found = gathering.found();
    values.iter().enumerate().for_each(|(at, (value, _))| found.take(at as u32, value));
    found.clusters().into_iter().map(|cluster| cluster.into_iter().map(|member| member.value).collect()).collect()
}

#[test]
fn texts_fall_together_by_their_words() {
    let values = [
        ("Kuala Lumpur", 40),
        ("KUALA LUMPUR", 3),
        ("Lumpur, Kuala", 1),
        ("kuala  lumpur.", 1),
        ("SK 1B", 9),
        ("sk-1b", 2),
        ("SK1B", 1),
        ("1 Amanah", 5),
        ("2 Amanah", 5),
        ("", 2),
        ("---", 2),
        ("Séremban", 1),
        ("Seremban", 7),
    ];
    let found = clusters(Way::Alike, FieldKind::Text, &values);
    assert_eq!(
        found,
        [
            vec!["Kuala Lumpur", "KUALA LUMPUR", "Lumpur, Kuala", "kuala  lumpur."],
            vec!["SK 1B", "sk-1b", "SK1B"],
            vec!["Seremban", "Séremban"],
        ],
        "the one that touches most records first, its most frequent value at the front"
    );
}

#[test]
fn names_fall_together_by_their_key() {
    let values = [
        ("MUHAMMAD ALI BIN ABDUL RAHMAN", 2),
        ("Mohd. Ali b. Abd Rahman", 1),
        ("MUHAMMAD ALI BIN ABDUL RAHIM", 2),
        ("LIM MEI LING @ SARAH", 1),
        ("SARAH LIM", 1),
        ("TAN XIN YI @ SARAH", 1),
        ("TAN HUI MIN @ SARAH", 1),
    ];
    let found = clusters(Way::Alike, FieldKind::PersonName, &values);
    assert_eq!(found.len(), 2, "two who are both called Sarah Tan are not brought together by that: {found:?}");
    assert_eq!(found[0], ["MUHAMMAD ALI BIN ABDUL RAHMAN", "Mohd. Ali b. Abd Rahman"]);
    assert_eq!(found[1], ["LIM MEI LING @ SARAH", "SARAH LIM"]);
}

#[test]
fn a_letter_apart_is_near_and_a_chain_is_no_cluster() {
    let values = [
        ("SEREMBAN", 90),
        ("SERMBAN", 1),
        ("SEREMBAM", 1),
        ("SERMEBAN", 1),
        ("SERAMBEN", 1),
        ("IPOH", 5),
        ("IPOS", 1),
        ("1 AMANAH", 5),
        ("2 AMANAH", 5),
        ("KUALALUMPUR", 1),
        ("KUALA LUMPUR", 50),
    ];
    let found = clusters(Way::Near, FieldKind::Text, &values);
    assert_eq!(
        found[0],
        ["SEREMBAN", "SERAMBEN", "SEREMBAM", "SERMBAN", "SERMEBAN"],
        "more, less, other, swapped, two"
    );
    assert_eq!(found[1], ["KUALA LUMPUR", "KUALALUMPUR"], "a blank less");
    assert_eq!(found.len(), 2, "neither short words nor other digits: {found:?}");
    let chain = [("HAMIDAHA", 1), ("HAMIDAHB", 9), ("HAMIDXHBB", 1), ("QAMIDXHBBB", 1)];
    let found = clusters(Way::Near, FieldKind::Text, &chain);
    assert!(found[0].contains(&"HAMIDAHB".to_owned()) && !found[0].contains(&"QAMIDXHBBB".to_owned()), "{found:?}");
}

#[test]
fn near_names_are_compared_in_their_usual_spelling() {
    let values = [
        ("MUHAMMAD FIRDAUS BIN ISMAIL", 3),
        ("MOHD FIRDAUS BIN ISMAEL", 1),
        ("MUHAMMAD FIRDAUS BINTI ISMAIL", 1),
        ("MUHAMMAD FAIZ BIN ISMAIL", 1),
    ];
    let found = clusters(Way::Near, FieldKind::PersonName, &values);
    assert_eq!(
        found,
        [["MUHAMMAD FIRDAUS BIN ISMAIL", "MOHD FIRDAUS BIN ISMAEL"]],
        "BIN and BINTI are not a letter apart"
    );
}

#[test]
fn every_edit_within_the_distance_is_found() {
    let word = "PENOLONG";
    let mut values = vec![(word.to_owned(), 100)];
    for at in 0..word.len() {
        let mut less = word.to_owned();
        less.remove(at);
        let mut more = word.to_owned();
        more.insert(at, 'X');
        let mut other = word.to_owned();
        other.replace_range(at..=at, "Y");
        values.extend([less, more, other].map(|value| (value, 1)));
    }
    values.sort();
    values.dedup();
    let borrowed: Vec<(&str, u64)> = values.iter().map(|(value, count)| (value.as_str(), *count)).collect();
    let found = clusters(Way::Near, FieldKind::Text, &borrowed);
    assert_eq!(found[0].len(), values.len(), "all {} around one centre", values.len());
}

#[test]
fn only_texts_can_be_spellings() {
    assert!(applies(FieldKind::Text) && applies(FieldKind::PersonName));
    assert!(!applies(FieldKind::Date) && !applies(FieldKind::IdentityNumber) && !applies(FieldKind::Phone));
    assert_eq!(Way::from_code("near"), Some(Way::Near));
}
