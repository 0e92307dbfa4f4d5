//! A person's changes leave a mapping whole.

use super::super::{MapError, fields_offered, missing_required, set_column, set_constant, set_lookup, unknown_codes};
use super::*;
use model::FieldPath;

fn path(text: &str) -> FieldPath {
    FieldPath::parse(text).unwrap_or_else(|| panic!("{text} is no field"))
}

#[test]
fn a_second_guardian_brings_the_link_along_and_takes_it_away() {
    let mut mapping = proposal("Murid", "Nama|No KP|Nama Penjaga|Catatan", &[]);
    set_column(&mut mapping, 3, Some(path("guardians#2.full_name"))).expect("known");
    assert_eq!(constant(&mapping, "student_guardians#2.is_primary").as_deref(), Some("false"), "the link came");
    let (found, binding) = mapping.column(3).expect("bound");
    assert_eq!(
        (found, binding.confidence, binding.reason.as_str()),
        (path("guardians#2.full_name"), 100, "mapping.person")
    );
    set_column(&mut mapping, 3, None).expect("known");
    assert_eq!(constant(&mapping, "student_guardians#2.is_primary"), None, "the link went");
    assert!(mapping.parts.iter().all(|part| part.part == 1), "nothing is left of guardian 2: {:?}", mapping.parts);
}

#[test]
fn a_column_moves_and_the_field_leaves_its_old_column() {
    let mut mapping = proposal("Murid", "Nama|No KP|Nama Panggilan", &[]);
    set_column(&mut mapping, 2, Some(path("students.full_name"))).expect("known");
    assert_eq!(bound(&mapping, 3), "- students.national_id students.full_name");
    let before = mapping.clone();
    let wrong = set_column(&mut mapping, 0, Some(FieldPath::new("students", 1, "wings")));
    assert_eq!(wrong, Err(MapError::UnknownField { path: "students.wings".to_owned() }));
    assert_eq!(mapping, before, "a refused change changes nothing");
}

#[test]
fn an_unknown_table_can_be_mapped_by_hand() {
    let mut mapping = proposal("X", "Aa|Bb|Cc", &[]);
    assert_eq!(mapping.entity, None, "nothing recognised");
    set_column(&mut mapping, 0, Some(path("students.full_name"))).expect("known");
    set_column(&mut mapping, 1, Some(path("classes.name"))).expect("known");
    assert_eq!(mapping.entity.as_deref(), Some("students"));
    assert!(mapping.parts.iter().any(|part| part.entity == "enrollments"), "pupil and class make a place");
    let missing = missing_required(&mapping).expect("whole");
    let missing: Vec<String> = missing.iter().map(ToString::to_string).collect();
    assert_eq!(
        missing,
        ["students.status", "classes.academic_year", "enrollments.academic_year", "enrollments.status"]
    );
    set_constant(&mut mapping, &path("academic_years.code"), Some("AY2026")).expect("known");
    set_constant(&mut mapping, &path("academic_years.name"), Some("2026")).expect("known");
    set_constant(&mut mapping, &path("students.status"), Some("active")).expect("known");
    assert_eq!(missing_required(&mapping).expect("whole"), [], "all is there now");
    set_constant(&mut mapping, &path("students.status"), None).expect("known");
    assert_eq!(missing_required(&mapping).expect("whole").len(), 2, "status of pupil and place");
}

#[test]
fn codes_without_a_meaning_are_counted_until_they_get_one() {
    let rows = ["ALI BIN ABU|L|aktif", "SITI BINTI OMAR|Q|aktif", "LIM MEI LING|Q |PTH", "X Y|P|"];
    let mut mapping = proposal("Murid", "Nama|Jantina|Status", &rows);
    let sample = block(&rows);
    let gender = path("students.gender");
    let status = path("students.status");
    let unknown = unknown_codes(&mapping, &sample);
    assert_eq!(unknown, [(gender.clone(), "Q".to_owned(), 2), (status, "PTH".to_owned(), 1)]);
    set_lookup(&mut mapping, &gender, "q", Some("female")).expect("known");
    assert_eq!(unknown_codes(&mapping, &sample).len(), 1, "Q has a meaning now");
    set_lookup(&mut mapping, &gender, "Q", None).expect("known");
    assert_eq!(unknown_codes(&mapping, &sample).len(), 2, "and has none again");
}

#[test]
fn pick_lists_offer_every_field_once() {
    let offered = fields_offered();
    let mut once = offered.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), offered.len(), "no field twice");
    assert!(offered.contains(&path("guardians#2.phone")) && offered.contains(&path("users.role")));
    assert!(offered.iter().all(|path| path.field().is_some()), "all are known");
}

#[test]
fn random_changes_never_break_a_mapping() {
    let offered = fields_offered();
    for seed in 1..40u64 {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut random = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % below as u64) as usize
        };
        let mut mapping = proposal("Murid", "Nama|No KP|Kelas|Nama Bapa|Tel Bapa|Nama Ibu|Tel Ibu|Alamat", &[]);
        for step in 0..60 {
            let place = format!("seed {seed} step {step}");
            let field = offered[random(offered.len())].clone();
            match random(4) {
                0 => set_column(&mut mapping, random(10) as u32, None),
                1 => set_constant(&mut mapping, &field, ["1", "2"].get(random(3)).copied()),
                _ => {
                    let column = random(10) as u32;
                    let done = set_column(&mut mapping, column, Some(field.clone()));
                    let found = mapping.column(column).map(|(path, _)| path);
                    assert_eq!(found, Some(field), "{place}: the change is there");
                    done
                }
            }
            .unwrap_or_else(|error| panic!("{place}: {error}"));
            assert_whole(&mapping, &place);
            missing_required(&mapping).unwrap_or_else(|error| panic!("{place}: {error}"));
        }
    }
}
