//! Tests of the standard forms, of reading dates and of what columns say.

use chrono::NaiveDate;
use model::entities::find;
use model::{ColumnFacts, DateFacts, DateOrder, Field, Person};

use super::date::{Century, Reading, Ways, read};
use super::*;

fn field(entity: &str, code: &str) -> &'static Field {
    let found = find(entity).and_then(|entity| entity.field(code));
    found.unwrap_or_else(|| panic!("{entity}.{code} is no field"))
}

fn day(text: &str) -> NaiveDate {
    date::parse(text).unwrap_or_else(|| panic!("{text} is no day"))
}

#[test]
fn every_kind_has_a_standard_form() {
    for (entity, code, good, bad) in [
        ("students", "date_of_birth", "2018-03-05", "2018-02-30"),
        ("students", "date_of_birth", "2100-12-31", "1900-01-01"),
        ("students", "phone", "+60123456789", "0123456789"),
        ("students", "phone", "+6591234567", "+600123"),
        ("students", "email", "ali@x.com", "Ali@x.com"),
        ("students", "gender", "female", "P"),
        ("students", "national_id", "180305101234", "180305-10-1234"),
        ("students", "postcode", "01000", "1000"),
        ("students", "state", "Perlis", "perlis"),
        ("students", "full_name", "ALI BIN ABU", "ALI  BIN ABU"),
        ("students", "full_name", "Nu’man", "Nu\u{200b}man"),
        ("classes", "capacity", "35", "35.0"),
        ("classes", "capacity", "2147483647", "2147483648"),
        ("student_guardians", "is_primary", "true", "ya"),
    ] {
        assert!(is_standard(field(entity, code), good), "{code}: {good} is standard");
        assert!(!is_standard(field(entity, code), bad), "{code}: {bad} is not");
    }
    for entity in model::entities::ALL {
        for field in entity.fields {
            assert!(!is_standard(field, ""), "{}: a blank is never standard", field.code);
        }
    }
}

#[test]
fn dates_are_read_in_all_their_ways() {
    let pupil = Century { born: Some(Person::Pupil), today: day("2026-11-22") };
    let certain = |text| Reading::Certain(day(text));
    let march = certain("2018-03-05");
    let likely = |text| Reading::Likely(Ways::one(day(text)));
    let april = Ways { day_first: day("2015-04-05"), month_first: day("2015-05-04") };
    for (written, reading) in [
        ("2018-03-05", march),
        ("2018-03-05T00:00:00", march),
        ("2018-03-05 00:00:00.000", march),
        ("2018/3/5", march),
        ("5hb Mac 2018", march),
        ("5 haribulan Mac 2018", march),
        ("Mac 5, 2018", march),
        ("05-Mar-2018", march),
        ("25/12/2015", certain("2015-12-25")),
        ("12/25/2015", certain("2015-12-25")),
        ("25.12.2015", certain("2015-12-25")),
        ("25 12 2015", certain("2015-12-25")),
        ("04/04/2015", certain("2015-04-04")),
        ("5 Ogos 2015 12:00:00 AM", certain("2015-08-05")),
        ("05/04/2015", Reading::Either(april)),
        ("25/12/15", likely("2015-12-25")),
        ("5-Mac-18", likely("2018-03-05")),
        ("20180305", likely("2018-03-05")),
        ("5/4/15", Reading::Likely(april)),
        ("5/4/2015 8:30:00", Reading::Timed(april)),
        ("25122015", likely("2015-12-25")),
        ("42370", Reading::Serial(day("2016-01-01"))),
        ("42370.0", Reading::Serial(day("2016-01-01"))),
        ("42370.5", Reading::Unreadable),
        ("2018-03-05T08:30:00", Reading::Timed(Ways::one(day("2018-03-05")))),
        ("00/00/0000", Reading::Nothing),
        ("0000-00-00", Reading::Nothing),
        ("01/01/1900", Reading::Nothing),
        ("30/12/1899", Reading::Nothing),
        ("1900-01-00", Reading::Nothing),
        ("12/8/1440", Reading::Hijri(1440)),
        ("31/02/2012", Reading::Impossible),
        ("2015-02-30", Reading::Impossible),
        ("30/13/2015", Reading::Impossible),
        ("00/00/2012", Reading::Impossible),
        ("2012-00-00", Reading::Impossible),
        ("00/00/12", Reading::Impossible),
        ("00/00/00", Reading::Nothing),
        ("25/12/95", Reading::Unreadable),
        ("2018", Reading::Unreadable),
        ("19999", Reading::Unreadable),
        ("Ramadan 2018", Reading::Unreadable),
        ("tiada", Reading::Unreadable),
    ] {
        assert_eq!(read(written, pupil), reading, "{written}");
    }
}

#[test]
fn two_digit_years_follow_the_role() {
    let today = day("2026-11-22");
    let year = |written, born| match read(written, Century { born, today }) {
        Reading::Certain(date) => Some(chrono::Datelike::year(&date)),
        Reading::Likely(ways) => Some(chrono::Datelike::year(&ways.day_first)),
        _ => None,
    };
    assert_eq!(year("25/12/78", Some(Person::Adult)), Some(1978));
    assert_eq!(year("25/12/05", Some(Person::Adult)), Some(2005), "twenty years old");
    assert_eq!(year("25/12/15", Some(Person::Pupil)), Some(2015));
    assert_eq!(year("25/12/98", None), Some(1998), "an admission is not in the future");
    assert_eq!(year("25/12/20", None), Some(2020));
}

#[test]
fn a_column_says_the_order_of_its_dates() {
    let mut facts = ColumnFacts::default();
    for value in ["25/12/2015", "05/04/2015", "", " ", "2015-01-02", "15/03/02", "5 Mac 2018"] {
        observe(field("students", "date_of_birth"), value, &mut facts);
    }
    assert_eq!((facts.filled, facts.blank), (5, 2));
    assert_eq!((facts.dates.only_day_first, facts.dates.either), (1, 1), "15/03/02 may begin with the year");
    assert_eq!(facts.dates.order(), Some(DateOrder::DayFirst));
    assert_eq!(date::order_of("7/13/18"), Some(DateOrder::MonthFirst), "no year but the last, no month but the first");
    assert_eq!(date::order_of("13/7/18"), None, "may begin with the year");
}

#[test]
fn a_lone_slip_does_not_turn_a_column() {
    let order = |only_day_first, only_month_first, either| {
        let dates = DateFacts { only_day_first, only_month_first, either };
        (dates.order(), dates.likelier())
    };
    use DateOrder::{DayFirst, MonthFirst};
    assert_eq!(order(1, 0, 19), (Some(DayFirst), DayFirst), "the Malaysian way needs one proof");
    assert_eq!(order(0, 1, 2), (None, DayFirst), "one slip of typing");
    assert_eq!(order(0, 3, 19), (None, DayFirst), "three slips of typing among many");
    assert_eq!(order(0, 3, 2), (Some(MonthFirst), MonthFirst), "an American column");
    assert_eq!(order(1, 60, 40), (None, MonthFirst), "nearly, but something contradicts");
    assert_eq!(order(60, 1, 40), (None, DayFirst), "nearly, but something contradicts");
}

#[test]
fn p_and_m_together_are_mixed() {
    let mut facts = ColumnFacts::default();
    let gender = field("students", "gender");
    for value in ["P", "L", " P "] {
        observe(gender, value, &mut facts);
    }
    assert!(!facts.mixed_gender_codes, "P and L are Malay");
    observe(gender, "m", &mut facts);
    assert!(facts.mixed_gender_codes, "P and M say two things");
    for value in ["1", " 1", "0", "2"] {
        observe(gender, value, &mut facts);
    }
    assert_eq!(facts.gender_numbers, [1, 2, 1]);
}

#[test]
fn tidying_keeps_every_visible_character() {
    assert_eq!(tidy(" \u{feff}ALI\u{a0}\u{a0}BIN \u{200b} ABU\t"), "ALI BIN ABU");
    assert!(is_tidy("ALI BIN ABU") && !is_tidy(" ALI") && !is_tidy("ALI\u{a0}ABU") && !is_tidy("ALI "));
}
