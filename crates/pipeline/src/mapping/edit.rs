//! What a person changes in a mapping. Every change leaves it whole: a column goes to one field at most, a
//! field has one source at most, and links appear and go with the records they join.

use std::collections::HashMap;

use model::{Binding, FieldKind, FieldPath, Need, RowBlock, TableMapping};

use super::complete::{complete, part_mut};
use super::declared::has_year_of_class;
use super::derive::code_meaning;
use super::mapper::{ColumnSource, MapError, Mapper};
use super::reasons::reason;
use super::suggest::binding;

/// Records of one entity in a row that pick lists offer: two guardians, as on the Ministry's forms.
const OFFERED_GUARDIANS: u16 = 2;

/// Sends `column` (from 0) to `path`, or nowhere. The column leaves the field it had, the field the column it had.
///
/// # Errors
///
/// [`MapError::UnknownEntity`] or [`MapError::UnknownField`]; the mapping is then as it was.
pub fn set_column(mapping: &mut TableMapping, column: u32, path: Option<FieldPath>) -> Result<(), MapError> {
    if let Some(path) = &path {
        known(path)?;
    }
    for part in &mut mapping.parts {
        part.fields.retain(|field| !field.from.uses(column));
    }
    if let Some(shape) = &mut mapping.shape {
        shape.columns.retain(|known| known.column != column);
        if shape.columns.is_empty() {
            mapping.shape = None;
        }
    }
    if let Some(path) = path {
        put(mapping, &path, Binding::Column(column));
    }
    complete(mapping, None);
    Ok(())
}

/// Gives `path` the same value in every row, or none.
///
/// # Errors
///
/// [`MapError::UnknownEntity`] or [`MapError::UnknownField`]; the mapping is then as it was.
pub fn set_constant(mapping: &mut TableMapping, path: &FieldPath, value: Option<&str>) -> Result<(), MapError> {
    known(path)?;
    match value {
        Some(value) => put(mapping, path, Binding::Constant(value.to_owned())),
        None => {
            let part = part_mut(mapping, &path.entity, path.part);
            part.fields.retain(|field| field.field != path.field);
        }
    }
    complete(mapping, None);
    Ok(())
}

/// Gives `code`, as written, the meaning `value` in `path`; `None` forgets it.
///
/// # Errors
///
/// [`MapError::UnknownEntity`] or [`MapError::UnknownField`]; the mapping is then as it was.
pub fn set_lookup(
    mapping: &mut TableMapping,
    path: &FieldPath,
    code: &str,
    value: Option<&str>,
) -> Result<(), MapError> {
    known(path)?;
    let (text, code) = (path.to_string(), code.trim());
    mapping.lookups.retain(|(field, known, _)| !(*field == text && known.eq_ignore_ascii_case(code)));
    if let Some(value) = value {
        mapping.lookups.push((text, code.to_owned(), value.to_owned()));
    }
    Ok(())
}

fn known(path: &FieldPath) -> Result<(), MapError> {
    if path.entity().is_none() {
        return Err(MapError::UnknownEntity { entity: path.entity.clone() });
    }
    match path.field() {
        Some(_) if path.part > 0 => Ok(()),
        _ => Err(MapError::UnknownField { path: path.to_string() }),
    }
}

/// Binds `path` as a person's word; a mapping without a main entity becomes one about this.
fn put(mapping: &mut TableMapping, path: &FieldPath, from: Binding) {
    if mapping.entity.is_none() {
        mapping.entity = Some(path.entity.clone());
        (mapping.reason, mapping.confidence) = ("mapping.person".to_owned(), 100);
    }
    let part = part_mut(mapping, &path.entity, path.part);
    part.fields.retain(|field| field.field != path.field);
    part.fields.push(binding(path, from, 100, reason("mapping.person", &[])));
}

/// Required fields that have no source: neither column nor constant, and nothing in the row to derive them from.
///
/// # Errors
///
/// [`MapError`] where the mapping cannot be used at all.
pub fn missing_required(mapping: &TableMapping) -> Result<Vec<FieldPath>, MapError> {
    let mapper = Mapper::new(mapping)?;
    let mut missing = Vec::new();
    for plan in mapper.parts() {
        for (at, field) in plan.entity.fields.iter().enumerate() {
            let linked = plan.links.iter().any(|(linked, _)| *linked == at);
            let derived = plan.derive_code && field.code == "code";
            let unbound = plan.columns.get(at) == Some(&ColumnSource::None);
            let of_class = field.code == "academic_year" && has_year_of_class(mapping, plan);
            let again = plan.part > 1 && (plan.cell.is_some() || plan.entity.code == "hafiz_progress");
            let made = plan.made.gives(plan, field.code);
            if field.need == Need::Required && unbound && !(linked || derived || of_class || again || made) {
                missing.push(FieldPath::new(plan.entity.code, plan.part, field.code));
            }
        }
    }
    Ok(missing)
}

/// Codes in the sample that no code list and no lookup gives a meaning: field, code as written, how often.
/// The most frequent first.
#[must_use]
pub fn unknown_codes(mapping: &TableMapping, sample: &RowBlock) -> Vec<(FieldPath, String, u64)> {
    let mut unknown = Vec::new();
    for part in &mapping.parts {
        for field in &part.fields {
            let path = FieldPath::new(&part.entity, part.part, &field.field);
            let (Some(FieldKind::Code(list)), Binding::Column(column)) =
                (path.field().map(|field| field.kind), &field.from)
            else {
                continue;
            };
            let text = path.to_string();
            let chosen = |code: &str| {
                mapping.lookups.iter().any(|(field, known, _)| *field == text && known.eq_ignore_ascii_case(code))
            };
            let mut counts: HashMap<&str, u64> = HashMap::new();
            for row in sample.rows().filter(|row| !super::totals::adds_up(*row)) {
                let code = row.cell(*column as usize).text.trim();
                if !code.is_empty() && code_meaning(list, code).is_none() && !chosen(code) {
                    *counts.entry(code).or_default() += 1;
                }
            }
            unknown.extend(counts.into_iter().map(|(code, count)| (path.clone(), code.to_owned(), count)));
        }
    }
    unknown.extend(super::made::unknown_marks(mapping, sample));
    unknown.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| (&a.0, &a.1).cmp(&(&b.0, &b.1))));
    unknown
}

/// All fields that a column may be sent to, entity by entity, for pick lists.
#[must_use]
pub fn fields_offered() -> Vec<FieldPath> {
    let mut offered = Vec::new();
    for entity in model::entities::ALL {
        let parts = if entity.code.ends_with("guardians") { OFFERED_GUARDIANS } else { 1 };
        for part in 1..=parts {
            offered.extend(entity.fields.iter().map(|field| FieldPath::new(entity.code, part, field.code)));
        }
    }
    offered
}
