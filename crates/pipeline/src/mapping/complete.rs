//! What a mapping needs beside its columns: links between the records of a row, and values that the row proves.
//!
//! Used by proposals and by edits alike, so that a mapping made by hand is whole in the same way.

use model::{Binding, FieldBinding, FieldPath, PartMapping, TableMapping};

use super::reasons::{Reason, reason};
use super::suggest::binding;

/// Confidence of the first guardian being the one to call: a convention of the forms, not a fact in the file.
const CONVENTION: u8 = 70;
/// Confidence of the project's year: a choice that a person sees.
const PROJECT_YEAR: u8 = 60;

/// The part of `mapping` for record `part` of `entity`, made where it is missing.
pub(crate) fn part_mut<'a>(mapping: &'a mut TableMapping, entity: &str, part: u16) -> &'a mut PartMapping {
    let at = position(mapping, entity, part).unwrap_or_else(|| {
        mapping.parts.push(PartMapping { entity: entity.to_owned(), part, fields: Vec::new(), cell: None });
        mapping.parts.len() - 1
    });
    &mut mapping.parts[at]
}

pub(crate) fn position(mapping: &TableMapping, entity: &str, part: u16) -> Option<usize> {
    mapping.parts.iter().position(|known| known.entity == entity && known.part == part)
}

fn has_column(mapping: &TableMapping, entity: &str, part: u16) -> bool {
    let part = position(mapping, entity, part).and_then(|at| mapping.parts.get(at));
    part.is_some_and(|part| part.fields.iter().any(|field| !field.from.columns().is_empty()))
}

fn has_field(mapping: &TableMapping, entity: &str, part: u16, field: &str) -> bool {
    let part = position(mapping, entity, part).and_then(|at| mapping.parts.get(at));
    part.is_some_and(|part| part.fields.iter().any(|known| known.field == field))
}

/// Adds the links and constants that the parts of `mapping` call for, drops parts that nothing is left of,
/// and puts the parts in order: the main entity first, the rest in push order.
pub(crate) fn complete(mapping: &mut TableMapping, project_year: Option<i32>) {
    prune(mapping);
    for number in guardian_numbers(mapping) {
        link_guardian(mapping, number);
    }
    if has_column(mapping, "students", 1) && position(mapping, "classes", 1).is_some() {
        part_mut(mapping, "enrollments", 1);
    }
    if let Some(year) = project_year {
        add_year(mapping, year);
    }
    add_programme(mapping);
    add_currency(mapping);
    sort(mapping);
}

fn guardian_numbers(mapping: &TableMapping) -> Vec<u16> {
    let linked = |part: &&PartMapping| part.entity == "guardians" && links_to_child(mapping, part.part);
    // A pupil's row may also lead to a guardian of another table.
    let led = |part: &&PartMapping| {
        let to_guardian = |field: &FieldBinding| field.field == "guardian" && matches!(field.from, Binding::Column(_));
        let own = position(mapping, "guardians", part.part).is_some();
        part.entity == "student_guardians" && !own && part.fields.iter().any(to_guardian)
    };
    let pupils = has_column(mapping, "students", 1);
    mapping.parts.iter().filter(|part| linked(part) || (pupils && led(part))).map(|part| part.part).collect()
}

fn links_to_child(mapping: &TableMapping, number: u16) -> bool {
    has_column(mapping, "students", 1) || has_field(mapping, "student_guardians", number, "student")
}

fn link_guardian(mapping: &mut TableMapping, number: u16) {
    let first = number == 1;
    let name = number.to_string();
    let (primary, emergency) = match first {
        true => ("mapping.primary.first", "mapping.emergency.first"),
        false => ("mapping.primary.other", "mapping.emergency.other"),
    };
    let value = if first { "true" } else { "false" };
    for (field, key) in [("is_primary", primary), ("is_emergency_contact", emergency)] {
        let path = FieldPath::new("student_guardians", number, field);
        add_constant(mapping, &path, value, CONVENTION, reason(key, &[("number", &name)]));
    }
}

/// Adds a constant unless the field has a value already.
pub(crate) fn add_constant(mapping: &mut TableMapping, path: &FieldPath, value: &str, confidence: u8, why: Reason) {
    let part = part_mut(mapping, &path.entity, path.part);
    if !part.fields.iter().any(|known| known.field == path.field) {
        part.fields.push(binding(path, Binding::Constant(value.to_owned()), confidence, why));
    }
}

/// A table with classes that names no year is about the project's year.
fn add_year(mapping: &mut TableMapping, year: i32) {
    let classes = position(mapping, "classes", 1).is_some() || position(mapping, "enrollments", 1).is_some();
    let bound = |entity: &str| has_field(mapping, entity, 1, "academic_year");
    if !classes || position(mapping, "academic_years", 1).is_some() || bound("classes") || bound("enrollments") {
        return;
    }
    let name = year.to_string();
    let why = || reason("mapping.year-of-project", &[("year", &name)]);
    let path = |field: &str| FieldPath::new("academic_years", 1, field);
    add_constant(mapping, &path("code"), &format!("AY{year}"), PROJECT_YEAR, why());
    add_constant(mapping, &path("name"), &name, PROJECT_YEAR, why());
}

/// A pupil's work in the Quran belongs to a place in a programme. A table that names the programme makes the place or
/// finds it. One that names none leads to the only place that the pupil has: which programme is meant, no file says.
fn add_programme(mapping: &mut TableMapping) {
    let Some(work) = mapping.entity.clone().filter(|main| WORKS.contains(&main.as_str())) else { return };
    let named = has_field(mapping, "quran_enrollments", 1, "program");
    if !named && position(mapping, "quran_programs", 1).is_none() {
        let why = reason("mapping.programme.unsaid", &[]);
        let mut moved = move_pupil(mapping, ("quran_enrollments", "student"), (&work, "enrollment"));
        for pupil in moved.iter_mut().filter(|pupil| pupil.reason != "mapping.person") {
            pupil.confidence = pupil.confidence.min(PROJECT_YEAR);
            (pupil.reason, pupil.reason_args) = why.clone();
        }
        part_mut(mapping, &work, 1).fields.extend(moved);
        mapping.parts.retain(|part| part.entity != "quran_enrollments");
        return;
    }
    let moved = move_pupil(mapping, (&work, "enrollment"), ("quran_enrollments", "student"));
    if moved.is_none() && position(mapping, "quran_enrollments", 1).is_none() {
        return;
    }
    part_mut(mapping, "quran_enrollments", 1).fields.extend(moved);
    let place = FieldPath::new("quran_enrollments", 1, "status");
    add_constant(mapping, &place, "active", CONVENTION, reason("mapping.programme.place", &[]));
}

/// What of a row is a pupil's work in the Quran.
const WORKS: [&str; 2] = ["hafiz_progress", "murajaah_sessions"];

/// Takes the column that names the pupil out of one part, to be the field of another that has none.
fn move_pupil(mapping: &mut TableMapping, from: (&str, &str), to: (&str, &str)) -> Option<FieldBinding> {
    if has_field(mapping, to.0, 1, to.1) {
        return None;
    }
    let part = position(mapping, from.0, 1)?;
    let fields = &mut mapping.parts.get_mut(part)?.fields;
    let at = fields.iter().position(|field| field.field == from.1)?;
    Some(FieldBinding { field: to.1.to_owned(), ..fields.remove(at) })
}

/// Money without a currency is ringgit.
fn add_currency(mapping: &mut TableMapping) {
    for entity in ["invoices", "fee_structures"] {
        if position(mapping, entity, 1).is_some() {
            let path = FieldPath::new(entity, 1, "currency");
            add_constant(mapping, &path, "MYR", CONVENTION, reason("mapping.currency", &[]));
        }
    }
}

/// Drops parts that hold nothing but what was proposed for records that are gone: a link without its guardian,
/// a place without its class, the project's year without a class.
fn prune(mapping: &mut TableMapping) {
    mapping.parts.retain(|part| part.entity == "enrollments" || !part.fields.is_empty());
    let before = mapping.clone();
    let there = |entity: &str, part: u16| position(&before, entity, part).is_some();
    mapping.parts.retain(|part| match part.entity.as_str() {
        "student_guardians" => {
            !only_proposed(part) || (there("guardians", part.part) && links_to_child(&before, part.part))
        }
        "enrollments" => !only_proposed(part) || (there("classes", 1) && has_column(&before, "students", 1)),
        _ => true,
    });
    let works = WORKS.iter().any(|entity| has_column(&before, entity, 1));
    mapping.parts.retain(|part| match part.entity.as_str() {
        "quran_programs" | "quran_enrollments" => works || !only_proposed(part),
        "invoices" | "fee_structures" | "payments" => mapping.shape.is_some() || !only_proposed(part),
        _ => true,
    });
    let of_shape = mapping.shape.is_some();
    let classes = of_shape || ["classes", "enrollments"].iter().any(|entity| position(mapping, entity, 1).is_some());
    mapping.parts.retain(|part| part.entity != "academic_years" || classes || !only_proposed(part));
}

/// Whether no column and no person's word stands in the part, only constants that follow from other parts.
fn only_proposed(part: &PartMapping) -> bool {
    let by_person = |reason: &str| reason == "mapping.person";
    part.fields.iter().all(|field| matches!(field.from, Binding::Constant(_)) && !by_person(&field.reason))
}

fn sort(mapping: &mut TableMapping) {
    let main = mapping.entity.clone();
    let order = |code: &str| model::entities::ALL.iter().position(|entity| entity.code == code);
    mapping.parts.sort_by_key(|part| (main.as_deref() != Some(&part.entity), order(&part.entity), part.part));
}
