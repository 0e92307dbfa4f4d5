//! Who is at the portal already: its people, one by one, with nothing but what a comparison looks at. Read-only.

use model::{Entity, FieldKind, Watch};
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::session::{End, Portal};
use super::sql::SYSTEM;
use crate::Error;
use crate::shape::{self, Input, Shape, Takes};

/// The fields that a comparison of people looks at; all others stay at the portal.
const COMPARED: [&str; 12] = [
    "full_name",
    "national_id",
    "student_number",
    "employee_number",
    "date_of_birth",
    "gender",
    "phone",
    "email",
    "address_line1",
    "address_line2",
    "address_line3",
    "postcode",
];

/// Between the parts of one linked person, and between linked people: characters that no name or number has.
const PART: char = '\u{1f}';
const NEXT: char = '\u{1e}';

/// A person of the portal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PortalPerson {
    /// The row.
    pub id: Uuid,
    /// When the row was last written, as the server says it.
    pub seen: String,
    /// The person's account.
    pub account: Option<Uuid>,
    /// The source keys under which this project has pushed the row; empty for a row of others.
    pub source_keys: Vec<String>,
    /// The filled values by field code.
    pub values: Vec<(&'static str, String)>,
    /// Identity number and telephone number of the guardians of a pupil, or the identity numbers of a guardian's
    /// pupils; either may be empty.
    pub circle: Vec<(String, String)>,
}

impl Portal {
    /// Gives every row of `entity`, one of pupils, guardians and teachers, to `take`, in a transaction that cannot
    /// write. `source_system` is the name under which this project's records are known there. Rows are not kept:
    /// memory stays flat however many there are.
    ///
    /// # Errors
    ///
    /// As [`Portal::check`], [`Error::SchemaMismatch`], and whatever `take` answers.
    pub fn people(
        &mut self,
        entity: &'static Entity,
        source_system: &str,
        watch: &dyn Watch,
        take: &mut dyn FnMut(PortalPerson) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let Some(shape) = shape::shape(entity) else { return Ok(()) };
        let fields = compared(shape);
        self.transaction(watch, |work| {
            work.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")?;
            work.must_be_readable()?;
            work.set("daftar.source_system", source_system)?;
            work.each(&select(shape, &fields), |row| take(person(row, &fields)?))?;
            Ok(((), End::TakeBack))
        })
    }
}

/// Each compared field of the entity, with its value as SQL.
fn compared(shape: &Shape) -> Vec<(&'static str, String)> {
    let value = |input: &Input| match input.takes {
        Takes::Value(FieldKind::Moment) => None,
        Takes::Value(_) => Some(format!("t.{}::text", input.code)),
        Takes::AddressPart(key) => Some(format!("t.address ->> '{key}'")),
        Takes::Record(_) | Takes::Role => None,
    };
    let named = shape.inputs.iter().filter(|input| COMPARED.contains(&input.code));
    named.filter_map(|input| Some((input.code, value(input)?))).collect()
}

/// The fields of `entity` that [`Portal::people`] gives.
#[must_use]
pub fn people_fields(entity: &Entity) -> Vec<&'static str> {
    let shape = shape::shape(entity);
    shape.map(|shape| compared(shape).into_iter().map(|(code, _)| code).collect()).unwrap_or_default()
}

fn select(shape: &Shape, fields: &[(&'static str, String)]) -> String {
    let (code, table) = (shape.entity.code, shape.entity.portal_table);
    let values: String = fields.iter().map(|(_, value)| format!(", {value}")).collect();
    format!(
        "SELECT t.id, t.updated_at::text, m.keys, {}, t.user_id{values}
         FROM {table} t LEFT JOIN (
             SELECT target_id, string_agg(source_key, '{NEXT}' ORDER BY source_key) AS keys FROM migration.id_map
             WHERE entity = '{code}' AND source_system = {SYSTEM} GROUP BY target_id) m ON m.target_id = t.id",
        circle(code)
    )
}

/// Whom a person is linked to, as SQL.
fn circle(code: &str) -> String {
    let (table, of, to, phone) = match code {
        "students" => ("academic.guardians", "student_id", "guardian_id", "coalesce(o.phone, '')"),
        "guardians" => ("academic.students", "guardian_id", "student_id", "''"),
        _ => return "NULL".to_owned(),
    };
    format!(
        "(SELECT string_agg(coalesce(o.national_id, '') || '{PART}' || {phone}, '{NEXT}')
          FROM academic.student_guardians l JOIN {table} o ON o.id = l.{to} WHERE l.{of} = t.id)"
    )
}

fn person(row: &PgRow, fields: &[(&'static str, String)]) -> Result<PortalPerson, Error> {
    let (keys, circle): (Option<String>, Option<String>) = (row.try_get(2)?, row.try_get(3)?);
    let listed = |text: Option<String>| -> Vec<String> {
        text.iter().flat_map(|text| text.split(NEXT)).map(str::to_owned).collect()
    };
    let linked = |one: String| {
        let (number, phone) = one.split_once(PART).unwrap_or_default();
        (number.to_owned(), phone.to_owned())
    };
    let mut person = PortalPerson {
        id: row.try_get(0)?,
        seen: row.try_get(1)?,
        account: row.try_get(4)?,
        source_keys: listed(keys),
        values: Vec::with_capacity(fields.len()),
        circle: listed(circle).into_iter().map(linked).collect(),
    };
    for (at, (code, _)) in fields.iter().enumerate() {
        let value: Option<String> = row.try_get(at + 5)?;
        person.values.extend(value.filter(|value| !value.is_empty()).map(|value| (*code, value)));
    }
    Ok(person)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_compared_is_asked_for() {
        let codes = |entity: &str| people_fields(model::entities::find(entity).unwrap());
        let pupil = codes("students");
        assert!(pupil.contains(&"national_id") && pupil.contains(&"postcode"), "{pupil:?}");
        assert!(!pupil.contains(&"medical_notes") && !pupil.contains(&"status"), "{pupil:?}");
        assert_eq!(codes("teachers"), ["full_name", "employee_number", "national_id", "phone"]);
    }
}
