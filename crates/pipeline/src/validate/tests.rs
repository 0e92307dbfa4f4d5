//! Every page's table held to its check, and the engine.

use std::collections::HashMap;

use model::{ColumnFacts, Lang, Message, Scope, Section, Severity, Words};
use testkit::md::{self, Row};

use super::*;
use crate::tested::{Case, files, keys_said, today};

#[test]
fn every_table_holds() {
    for check in checks::ALL {
        let rows = md::rows(help(check.code));
        assert!(rows.len() >= 3, "{}: a table of at least three rows", check.code);
        for row in &rows {
            let case = Case::of(check.code, row);
            assert!(!row.get("because").is_empty(), "{}: says no reason", case.place);
            assert_row(check, &case, row);
        }
    }
}

fn assert_row(check: &model::Check, case: &Case, row: &Row) {
    let severity = |found: bool| if found { check.severity.code() } else { "" };
    match &check.scope {
        Scope::Value { applies, ask } => {
            let found = if applies(case.entity, case.field) { ask(&case.cx(), row.get("cell")) } else { None };
            assert_eq!(severity(found.is_some()), row.get("finds"), "{}", case.place);
            assert_said(found.as_ref(), &case.place);
        }
        Scope::Record { applies, ask } => {
            assert!(applies(case.entity), "{}: does not look at {}", case.place, case.entity.code);
            let found = ask(&case.cx());
            let at = found.as_ref().map_or("", |(field, _)| *field);
            assert_eq!((severity(found.is_some()), at), (row.get("finds"), row.get("at")), "{}", case.place);
            assert_said(found.map(|(_, message)| message).as_ref(), &case.place);
        }
        Scope::Unique { applies, field, key, message } => {
            assert!(applies(case.entity), "{}: does not look at {}", case.place, case.entity.code);
            assert!(case.entity.field(pointed_at(case.entity, field)).is_some(), "{}: points at {field}", case.place);
            assert_eq!(key(&case.cx()).unwrap_or_default(), row.get("key"), "{}", case.place);
            assert_said(Some(&Message::new(message).with("value", "x").with("others", 1)), &case.place);
        }
        Scope::Kept => assert_eq!(row.get("finds"), check.severity.code(), "{}", case.place),
        Scope::Reference => {
            let reference = matches!(case.field.kind, model::FieldKind::Reference(_));
            assert!(reference && row.get("finds") == check.severity.code(), "{}", case.place);
        }
    }
}

fn words(lang: Lang) -> Words {
    Words::new(lang, &crate::WORDS.iter().filter(|(of, _)| *of == lang).copied().collect::<Vec<_>>())
}

/// The message must be a whole sentence in both languages.
fn assert_said(message: Option<&Message>, place: &str) {
    for (lang, message) in Lang::ALL.into_iter().zip(message.into_iter().cycle()) {
        let words = words(lang);
        assert!(words.has(message.key), "{place}: {} is not in {}", message.key, lang.code());
        assert!(!message.say(&words).contains('{'), "{place}: {} lacks an argument", message.key);
    }
}

#[test]
fn every_check_has_its_file_its_page_and_its_words() {
    let mut codes: Vec<(String, bool)> = checks::ALL.iter().map(|check| (check.code.to_owned(), true)).collect();
    codes.sort();
    assert_eq!(codes, files("validate/checks"), "each file is in ALL, and each has a page");
    for lang in Lang::ALL {
        let words = words(lang);
        let mut keys = keys_said("validate/checks", "found.");
        for check in checks::ALL {
            assert_eq!(md::title(help(check.code)), Some(check.code), "the page's heading is the code");
            assert!(md::summary(help(check.code)).is_some(), "{}: one sentence", check.code);
            keys.extend([format!("check.{}", check.code), format!("check.{}.help", check.code)]);
        }
        keys.extend(Section::ALL.map(|section| format!("section.{}", section.code())));
        keys.extend(Severity::ALL.map(|severity| format!("severity.{}", severity.code())));
        for key in keys {
            assert!(words.has(&key), "{key} is not in {}", lang.code());
        }
    }
    assert_eq!(help("no-such-check"), "");
}

/// Values for a whole pupil, by field.
fn pupil(changes: &[(&str, &'static str)]) -> Vec<&'static str> {
    let entity = &model::entities::find("students").expect("students");
    let healthy: HashMap<&str, &'static str> = HashMap::from([
        ("full_name", "AHMAD BIN ALI"),
        ("national_id", "180305101235"),
        ("date_of_birth", "2018-03-05"),
        ("gender", "male"),
        ("status", "active"),
        ("phone", "+60123456789"),
        ("email", "ali@x.com"),
        ("postcode", "43000"),
        ("state", "Selangor"),
    ]);
    let value = |code| changes.iter().find(|(field, _)| *field == code).map(|(_, value)| *value);
    entity
        .fields
        .iter()
        .map(|field| value(field.code).or(healthy.get(field.code).copied()).unwrap_or_default())
        .collect()
}

/// Codes and fields of what is found in a pupil.
fn found(changes: &[(&str, &'static str)], tally: &mut Tally, plan: &Plan) -> Vec<(&'static str, &'static str)> {
    let values = pupil(changes);
    let facts = ColumnFacts::default();
    let facts: Vec<&ColumnFacts> = values.iter().map(|_| &facts).collect();
    let mut hits = Vec::new();
    run_record(plan, today(), &facts, 7, &values, tally, &mut |hit| {
        assert_eq!(hit.record, 7, "the record's own number");
        let finding = hit.into_finding(plan.entity(), &values);
        assert_eq!(Some(&finding.value.as_str()), values.get(plan.entity().position(finding.field).unwrap_or(99)));
        hits.push((finding.check, finding.field));
    });
    hits
}

#[test]
fn a_record_is_checked_and_measured() {
    let plan = Plan::new(model::entities::find("students").expect("students"));
    let mut tally = Tally::new(&plan);
    assert_eq!(found(&[], &mut tally, &plan), [], "a healthy pupil");
    let odd = [("full_name", ""), ("gender", "female"), ("date_of_birth", "2017-03-05"), ("email", "ali@")];
    let hits = found(&odd, &mut tally, &plan);
    for expected in [("required-value", "full_name"), ("usual-form", "email"), ("identity-triangle", "national_id")] {
        assert!(hits.contains(&expected), "{expected:?} in {hits:?}");
    }
    assert_eq!(hits.len(), 3, "and nothing else: {hits:?}");
    let measured = |check: &str, field: &str| {
        let measure = tally.measures(&plan).find(|measure| measure.check.code == check && measure.field == field);
        measure.map(|measure| (measure.looked, measure.found))
    };
    assert_eq!(measured("required-value", "full_name"), Some((2, 1)), "two pupils, one without a name");
    assert_eq!(measured("identity-triangle", ""), Some((2, 1)), "every record as a whole");
    assert_eq!(measured("usual-form", "email"), Some((2, 1)));
    let mut double = tally.clone();
    double.add(&tally);
    assert_eq!(double.measures(&plan).map(|measure| measure.looked).sum::<u64>() % 2, 0, "counts are added");
}

#[test]
fn keys_are_given_for_grouping() {
    let plan = Plan::new(model::entities::find("students").expect("students"));
    let mut tally = Tally::new(&plan);
    let mut seen = Vec::new();
    keys(&plan, today(), &pupil(&[("date_of_birth", "")]), &mut tally, &mut |check, key| seen.push((check.code, key)));
    assert_eq!(seen, [("duplicate-identity", "180305101235".to_owned())], "no number, no birthday: one key");
    assert_eq!((least_sharing("shared-phone"), least_sharing("duplicate-identity")), (4, 2));
}

#[test]
fn every_entity_has_a_plan_and_short_records_are_blank() {
    for entity in model::entities::ALL {
        let plan = Plan::new(entity);
        let mut tally = Tally::new(&plan);
        let mut count = 0_usize;
        run_record(&plan, today(), &[], 1, &[], &mut tally, &mut |hit| {
            assert_eq!(hit.check.section, Section::Completeness, "{}: nothing else about nothing", hit.check.code);
            count += 1;
        });
        let needed = entity.fields.iter().filter(|field| field.need != model::Need::Optional);
        let references = entity.references().filter(|(field, _)| field.need != model::Need::Optional).count();
        assert_eq!(count, needed.count() - references, "{}", entity.code);
    }
}

#[test]
fn only_critical_findings_stop_a_record() {
    assert!(blocking(Severity::Critical) && !blocking(Severity::Warning) && !blocking(Severity::Note));
}

/// Words such as `student.status`, `student#`, `#enrollments.class` and `+invoice_items.invoice.amount` must name what
/// the model has.
#[test]
fn what_checks_look_at_in_other_records_exists() {
    for entity in model::entities::ALL {
        for path in Plan::new(entity).beyond() {
            let (field, target) = match path.strip_prefix(['#', '+']).and_then(|path| path.split_once('.')) {
                Some((other, field)) => {
                    let other = model::entities::find(other).expect("an entity");
                    let (field, summed) = field.split_once('.').unwrap_or((field, field));
                    assert!(other.field(summed).is_some(), "{}: {path}", entity.code);
                    (other.field(field), None)
                }
                None => {
                    let (reference, wanted) = path.split_once(['.', '#']).expect("a path");
                    (entity.field(reference), Some(wanted).filter(|wanted| !wanted.is_empty()))
                }
            };
            let Some(model::FieldKind::Reference(reference)) = field.map(|field| field.kind) else {
                panic!("{}: {path} is no reference", entity.code)
            };
            let leads_to = model::entities::find(reference.entity).expect("a target");
            assert!(target.is_none_or(|wanted| leads_to.field(wanted).is_some()), "{}: {path}", entity.code);
        }
    }
}

/// What leads to a record is judged after it: were such a finding critical, the two would wait for each other.
#[test]
fn nothing_is_held_back_for_what_leads_to_it() {
    for check in checks::ALL {
        let counts = needs(check.code).iter().chain(linked(check.code)).any(|path| path.starts_with(['#', '+']));
        assert!(!counts || !blocking(check.severity), "{}", check.code);
    }
}

#[test]
fn two_records_with_one_key_may_agree() {
    let years = Plan::new(model::entities::find("academic_years").expect("years"));
    let check = checks::ALL.into_iter().find(|check| check.code == "years-overlap").expect("the check");
    let year = |start, end| ["2026", "2026", start, end, "", ""];
    let (first, next) = (year("2026-01-05", "2026-12-18"), year("2026-12-18", "2027-11-30"));
    assert!(years.clashes(check, &first, &next), "they share the last day");
    assert!(!years.clashes(check, &first, &year("2026-12-19", "2027-11-30")), "the next begins a day later");
    assert_eq!(against("identity-of-pupil"), Some(("students", "duplicate-identity")));
}
