//! Plants defects as schools have them: in the written cell only, never in the truth.

use crate::Wish;
use crate::people::{Column, Everybody, Pupil};
use crate::random::Random;

/// A defect: its kind, its column, and what is written instead of the truth.
type Maker = (&'static str, Column, fn(&Pupil) -> String);

const MAKERS: [Maker; 18] = [
    ("name-spaces", Column::Name, |pupil| format!("  {}  ", pupil.name.replace(' ', "  "))),
    ("name-lower", Column::Name, |pupil| pupil.name.to_lowercase()),
    ("ic-plain", Column::Ic, |pupil| pupil.ic.clone()),
    ("ic-spaces", Column::Ic, |pupil| format!("{} {} {}", &pupil.ic[..6], &pupil.ic[6..8], &pupil.ic[8..])),
    ("ic-month", Column::Ic, |pupil| format!("{}13{}", &pupil.ic[..2], &pupil.ic[4..])),
    ("ic-place", Column::Ic, |pupil| format!("{}18{}", &pupil.ic[..6], &pupil.ic[8..])),
    ("ic-short", Column::Ic, |pupil| pupil.ic[..10].to_owned()),
    ("born-missing", Column::Born, |_| String::new()),
    ("born-impossible", Column::Born, |pupil| format!("31/02/{}", pupil.born.format("%Y"))),
    ("born-other", Column::Born, |pupil| (pupil.born + chrono::Days::new(1)).format("%d/%m/%Y").to_string()),
    ("gender-word", Column::Gender, |pupil| if pupil.boy { "Lelaki" } else { "Perempuan" }.to_owned()),
    ("gender-swapped", Column::Gender, |pupil| if pupil.boy { "P" } else { "L" }.to_owned()),
    ("status-unknown", Column::Status, |_| "XX".to_owned()),
    ("phone-lost-zero", Column::FatherPhone, |pupil| pupil.father.phone.trim_start_matches("+60").to_owned()),
    ("phone-none", Column::FatherPhone, |_| "tiada".to_owned()),
    ("email-two-at", Column::FatherEmail, |pupil| format!("{}@gmail.com@yahoo.com", pupil.number.to_lowercase())),
    ("postcode-lost-zero", Column::Postcode, |pupil| pupil.town.1.trim_start_matches('0').to_owned()),
    ("guardian-without-ic", Column::FatherIc, |_| "-".to_owned()),
];

/// The kind of the defect that wrote `written` into `column`; `duplicate-row` where it is no single cell.
pub(crate) fn kind(column: Column, written: &str) -> &'static str {
    let mut fitting = MAKERS.iter().filter(|(_, at, _)| *at == column);
    match column {
        Column::Ic => ic_kind(written),
        Column::Born if written.is_empty() => "born-missing",
        Column::Born if written.starts_with("31/02") => "born-impossible",
        Column::Born => "born-other",
        Column::Name if written.starts_with(' ') => "name-spaces",
        Column::Name => "name-lower",
        Column::Gender if written.len() > 1 => "gender-word",
        Column::Gender => "gender-swapped",
        Column::FatherPhone if written == "tiada" => "phone-none",
        _ => fitting.next().map_or("other", |(kind, _, _)| kind),
    }
}

fn ic_kind(written: &str) -> &'static str {
    match (written.len(), written.contains(' ')) {
        (_, true) => "ic-spaces",
        (10, _) => "ic-short",
        _ if written.get(2..4) == Some("13") => "ic-month",
        _ if written.get(6..8) == Some("18") => "ic-place",
        _ => "ic-plain",
    }
}

/// Plants defects in about `wish.mess` of the pupils, and enters a few pupils of the first half again.
pub(crate) fn plant(school: &mut Everybody, wish: &Wish, half: usize) {
    let mut random = Random::new(wish.seed ^ 0x5eed_0fde_fec7);
    for pupil in &mut school.pupils {
        let other_script = !pupil.name.is_ascii();
        if !(random.chance(wish.mess) || other_script && wish.mess > 0.0) {
            continue;
        }
        // A name in another script gets a defect that every report must print: its birth date is missing.
        let pick = if other_script { 7 } else { random.below(MAKERS.len()) };
        let (_, column, write) = MAKERS[pick];
        let written = write(pupil);
        if written != pupil.cell(column) {
            pupil.written.push((column, written));
        }
    }
    for _ in 0..((wish.mess * 40.0) as usize).min(half / 4) {
        // The original stands in the first file, the copy at the end of the second.
        let copy = Pupil { copy: true, ..school.pupils[random.below(half)].clone() };
        school.pupils.push(copy);
    }
}
