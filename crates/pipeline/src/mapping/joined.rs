//! A list that keeps a person's name in two columns: first and last name are joined into the full name.
//!
//! The order is the given name first, which is said in the reason; a person who wants it otherwise sends the columns
//! elsewhere in the mapping. Nothing is joined where a column with the whole name is there.

use model::{Binding, Entity, FieldPath, TableMapping};

use super::complete::part_mut;
use super::fold::fold;
use super::reading::Column;
use super::reasons::{field_key, reason};
use super::suggest::binding;

/// Headers of the given name, folded.
const FIRST: [&str; 8] = [
    "first name",
    "firstname",
    "given name",
    "given names",
    "nama pertama",
    "nama depan",
    "nama hadapan",
    "nama diberi",
];
/// Headers of the rest of the name, folded.
const LAST: [&str; 7] =
    ["last name", "lastname", "surname", "family name", "nama akhir", "nama belakang", "nama keluarga"];
/// Confidence: both headers are plain, the order is a convention.
const CONFIDENCE: u8 = 85;

/// Joins first and last name of the main entity where it has one field for the whole name and no column for it.
pub(crate) fn join_names(mapping: &mut TableMapping, main: &'static Entity, columns: &[Column<'_>]) {
    let whole = |mapping: &TableMapping| {
        let fields = mapping.parts.iter().filter(|part| part.entity == main.code).flat_map(|part| &part.fields);
        fields.filter(|field| field.confidence >= CONFIDENCE).any(|field| field.field == "full_name")
    };
    if main.field("full_name").is_none() || whole(mapping) {
        return;
    }
    let (Some(first), Some(last)) = (headed(columns, &FIRST), headed(columns, &LAST)) else { return };
    for column in [first, last] {
        mapping.parts.iter_mut().for_each(|part| part.fields.retain(|field| !field.from.uses(column)));
    }
    let path = FieldPath::new(main.code, 1, "full_name");
    let title = field_key(&path);
    let header = |column: u32| columns.get(column as usize).map_or("", |column| column.header.trim());
    let why = reason("mapping.joined", &[("first", header(first)), ("last", header(last)), ("field", &title)]);
    let part = part_mut(mapping, main.code, 1);
    part.fields.retain(|field| field.field != "full_name");
    part.fields.push(binding(&path, Binding::Joined(vec![first, last]), CONFIDENCE, why));
}

/// The only column with one of these headers that belongs to nobody else of the family.
fn headed(columns: &[Column<'_>], headers: &[&str]) -> Option<u32> {
    let is = |column: &Column<'_>| column.role.is_none() && headers.contains(&fold(column.header).as_str());
    let mut found = columns.iter().enumerate().filter(|(_, column)| is(column));
    let only = found.next().filter(|_| found.next().is_none())?;
    u32::try_from(only.0).ok()
}
