//! Which guardian of a row is the first and which the second, and what each is to the child.

use model::{Binding, Entity, FieldPath, TableMapping};

use super::complete::part_mut;
use super::fold::Role;
use super::reading::{Candidate, Column, Owner, Via};
use super::reasons::{field_key, reason};
use super::suggest::binding;

/// Confidence of a relationship that the header proves: "NAMA BAPA" is the father's name.
const PROVEN: u8 = 90;
/// Confidence of a telephone number that is bound to the pupil because no guardian is named.
const CONTACT_ONLY: u8 = 60;

/// Gives every column its record: numbered guardians keep their number, father and mother come next, in that
/// order, others last. A guardian without a name or identity number is nobody: the pupil's own contact field
/// takes the number where it is free.
pub(crate) fn number_family(found: &mut Vec<Candidate>, main: &'static Entity) -> Vec<(FieldPath, Candidate)> {
    let kin = kin_of(found);
    let numbers = numbers(&kin, found);
    let mut placed = Vec::with_capacity(found.len());
    for mut candidate in found.drain(..) {
        let part = match candidate.owner {
            Owner::One => Some(1),
            Owner::Kin(role) => numbers.iter().find(|(kin, _)| *kin == role).map(|(_, number)| *number),
        };
        let part = part.or_else(|| to_pupil(&mut candidate, main));
        if let Some(part) = part {
            placed.push((FieldPath::new(candidate.entity.code, part, candidate.field.code), candidate));
        }
    }
    placed
}

/// The family roles that occur, each once, in the order in which they get numbers.
fn kin_of(found: &[Candidate]) -> Vec<Role> {
    let mut kin: Vec<Role> = Vec::new();
    for candidate in found {
        if let Owner::Kin(role) = candidate.owner
            && !kin.contains(&role)
        {
            kin.push(role);
        }
    }
    kin.sort_by_key(|role| match role {
        Role::Guardian(Some(number)) => *number,
        Role::Father => 10,
        Role::Mother => 11,
        _ => 12,
    });
    kin
}

fn numbers(kin: &[Role], found: &[Candidate]) -> Vec<(Role, u16)> {
    let named = |role: &Role| {
        found.iter().any(|candidate| {
            let named =
                candidate.entity.code == "guardians" && matches!(candidate.field.code, "full_name" | "national_id");
            candidate.owner == Owner::Kin(*role) && (named || candidate.via == Via::Declared)
        })
    };
    let mut numbers: Vec<(Role, u16)> = Vec::new();
    for role in kin.iter().filter(|role| named(role)) {
        let free = |number: &u16| !numbers.iter().any(|(_, taken)| taken == number);
        let wanted = if let Role::Guardian(Some(number)) = role { Some(*number).filter(free) } else { None };
        if let Some(number) = wanted.or_else(|| (1..=9).find(free)) {
            numbers.push((*role, number));
        }
    }
    // "No. Tel Bapa/Ibu" beside named parents belongs to the first of them.
    if let Some((_, first)) = numbers.iter().min_by_key(|(_, number)| *number).copied() {
        let either = kin.iter().filter(|role| **role == Role::Guardian(None) && !named(role));
        let either: Vec<(Role, u16)> = either.map(|role| (*role, first)).collect();
        numbers.extend(either);
    }
    numbers
}

/// Turns a contact column of a guardian who is not named into the pupil's own; `None` where that cannot be.
fn to_pupil(candidate: &mut Candidate, main: &'static Entity) -> Option<u16> {
    let contact = matches!(candidate.field.code, "phone" | "email") && main.code == "students";
    candidate.field = main.field(candidate.field.code).filter(|_| contact)?;
    candidate.entity = main;
    candidate.owner = Owner::One;
    candidate.score = candidate.score.min(CONTACT_ONLY);
    Some(1)
}

/// Says what father and mother are to the child where their headers prove it and no column says it.
pub(crate) fn add_relationships(mapping: &mut TableMapping, columns: &[Column<'_>]) {
    let guardians = mapping.parts.iter().filter(|part| part.entity.ends_with("guardians"));
    let proven: Vec<(u16, &'static str, String)> = guardians
        .filter_map(|part| {
            let name = part.fields.iter().find(|field| field.field == "full_name");
            let id = part.fields.iter().find(|field| field.field == "national_id");
            let led = part.fields.iter().find(|field| field.field == "guardian");
            let Binding::Column(column) = name.or(id).or(led)?.from else { return None };
            let column = columns.get(column as usize)?;
            let relationship = match column.role? {
                Role::Father => "father",
                Role::Mother => "mother",
                _ => return None,
            };
            Some((part.part, relationship, column.header.trim().to_owned()))
        })
        .collect();
    for (number, relationship, header) in proven {
        add_relationship(mapping, number, relationship, &header);
    }
}

fn add_relationship(mapping: &mut TableMapping, number: u16, relationship: &str, header: &str) {
    let path = FieldPath::new("student_guardians", number, "relationship");
    let (title, said) = (field_key(&path), format!("code.relationship.{relationship}"));
    let part = part_mut(mapping, "student_guardians", number);
    if part.fields.iter().any(|field| field.field == "relationship") {
        return;
    }
    let args = [("header", header), ("field", title.as_str()), ("relationship", said.as_str())];
    let why = reason("mapping.relationship.header", &args);
    part.fields.push(binding(&path, Binding::Constant(relationship.to_owned()), PROVEN, why));
}
