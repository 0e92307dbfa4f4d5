//! How an entity lies in the portal's tables: which texts a push takes, which columns they become.
//!
//! Made from the descriptors in `model`, so that a new field needs nothing here but its column in
//! `migrations/target/`. The few things a descriptor cannot know (accounts, split names, defaults of
//! flags, what is unique) are below.

use std::sync::LazyLock;

use model::entities::{self, PORTAL_ROLE};
use model::{CodeList, Entity, Field, FieldKind, Need, Portal};

/// One text that a push takes for each record.
#[derive(Clone, Debug)]
pub struct Input {
    /// Field code; `user` for the account of a pupil, guardian or teacher.
    pub code: &'static str,
    /// What the text is.
    pub takes: Takes,
}

/// What an input's text is.
#[derive(Clone, Copy, Debug)]
pub enum Takes {
    /// The field's value in standard form.
    Value(FieldKind),
    /// This key of the address.
    AddressPart(&'static str),
    /// The record number of this entity.
    Record(&'static str),
    /// The account's role.
    Role,
}

/// A column that a push writes.
#[derive(Clone, Debug)]
pub struct Column {
    /// Name in the portal.
    pub name: String,
    /// Type in the portal: `academic.gender_type`.
    pub sql_type: &'static str,
    /// Whether a new row needs a value.
    pub required: bool,
    /// SQL for a blank in a new row, where the portal wants a value and blank has a meaning.
    pub blank: Option<&'static str>,
    /// Where the value comes from.
    pub from: From,
}

/// Where a column's value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// The input of this code, read as the column's type.
    Field(&'static str),
    /// The row of the record that the input of this code names.
    Reference {
        /// The input.
        input: &'static str,
        /// Its entity.
        entity: &'static str,
    },
    /// All address inputs, as one document.
    Address,
    /// Made by the push itself: `first_name`, `last_name`, `password_hash`.
    Derived(&'static str),
}

/// Columns by which a record is found in the portal. A `?` before a name: two blanks are the same.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Match {
    pub(crate) columns: &'static [&'static str],
    /// Whether the portal holds them unique; otherwise several rows may fit, which is a reject.
    pub(crate) unique: bool,
    /// What must not speak against a row that was found by them alone.
    pub(crate) unless: Unless,
    /// Whether they are no number but what a row says, so that a row that another record has is nobody else's.
    pub(crate) free: bool,
}

/// What speaks against a row that has a record's key: numbers are copied, typed wrongly and given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unless {
    /// Nothing does.
    Never,
    /// Another person has it: see [`crate::PushSource::speaks_against`].
    Person,
    /// One of these columns is filled on both sides and differs.
    Differ(&'static [&'static str]),
}

const fn unique(columns: &'static [&'static str]) -> Match {
    Match { columns, unique: true, unless: Unless::Never, free: false }
}

const fn several(columns: &'static [&'static str]) -> Match {
    Match { columns, unique: false, unless: Unless::Never, free: false }
}

/// What a record without a number is known by, as in the entity's own keys.
const fn natural(columns: &'static [&'static str]) -> Match {
    Match { columns, unique: false, unless: Unless::Never, free: true }
}

impl Match {
    const fn unless(self, unless: Unless) -> Self {
        Self { unless, ..self }
    }
}

/// How an entity lies in the portal.
#[derive(Debug)]
pub struct Shape {
    /// The entity.
    pub entity: &'static Entity,
    /// The texts that a push takes, in order.
    pub inputs: Vec<Input>,
    /// The columns that a push writes.
    pub columns: Vec<Column>,
    pub(crate) matches: Vec<Match>,
    pub(crate) uniques: &'static [&'static [&'static str]],
}

impl Shape {
    /// The columns that hold references, with input and entity.
    pub(crate) fn references(&self) -> impl Iterator<Item = (&Column, &'static str, &'static str)> {
        self.columns.iter().filter_map(|column| match column.from {
            From::Reference { input, entity } => Some((column, input, entity)),
            _ => None,
        })
    }

    pub(crate) fn has_role(&self) -> bool {
        self.inputs.iter().any(|input| matches!(input.takes, Takes::Role))
    }

    /// The input whose value a column holds; of one that the push makes itself its own name.
    pub(crate) fn input_of(&self, column: &str) -> &str {
        let known = self.columns.iter().find(|known| known.name == column);
        known.map_or("", |known| match known.from {
            From::Field(input) | From::Reference { input, .. } => input,
            From::Address | From::Derived(_) => &known.name,
        })
    }

    pub(crate) fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|known| known.name == column)
    }

    /// Whether the portal may fill this input's column by itself.
    pub(crate) fn fills_blank(&self, input: &str) -> bool {
        self.columns
            .iter()
            .any(|column| column.from == From::Field(code_of(&self.inputs, input)) && !column.stays_blank())
            || self.inputs.iter().any(|known| known.code == input && matches!(known.takes, Takes::Role))
    }
}

impl Column {
    /// Whether a blank stays blank in a new row.
    fn stays_blank(&self) -> bool {
        self.blank.is_none() && self.name != ASSIGNED
    }
}

fn code_of(inputs: &[Input], code: &str) -> &'static str {
    inputs.iter().find(|input| input.code == code).map_or("", |input| input.code)
}

/// How many texts a line holds at most; the incoming table has so many columns.
#[cfg(test)]
const MOST_TEXTS: usize = 64;
/// Type of a day and time; the project writes Malaysia's time, the portal keeps the moment.
pub(crate) const MOMENT: &str = "timestamp with time zone";
/// Type of several whole numbers; the project writes them with commas between.
pub(crate) const LIST: &str = "integer[]";

/// The column that the portal's number series fills where the school has no number.
pub(crate) const ASSIGNED: &str = "student_number";

/// Shapes of all entities, in push order.
pub(crate) static ALL: LazyLock<Vec<Shape>> = LazyLock::new(|| entities::ALL.into_iter().map(shape_of).collect());

/// The shape of an entity.
#[must_use]
pub fn shape(entity: &Entity) -> Option<&'static Shape> {
    ALL.iter().find(|shape| shape.entity.code == entity.code)
}

/// The texts that a push takes for a record of `entity`, in this order.
#[must_use]
pub fn inputs(entity: &Entity) -> &'static [Input] {
    shape(entity).map_or(&[], |shape| &shape.inputs)
}

fn shape_of(entity: &'static Entity) -> Shape {
    let mut inputs: Vec<Input> = entity.fields.iter().filter_map(|field| input(entity, field)).collect();
    let mut columns: Vec<Column> = entity.fields.iter().filter_map(|field| column(entity, field)).collect();
    if inputs.iter().any(|input| matches!(input.takes, Takes::AddressPart(_))) {
        columns.push(optional("address", "jsonb", From::Address));
    }
    if matches!(entity.code, "students" | "guardians" | "teachers") {
        inputs.push(Input { code: "user", takes: Takes::Record("users") });
        columns.push(optional("user_id", "uuid", From::Reference { input: "user", entity: "users" }));
    }
    columns.extend(derived(entity.code));
    Shape { entity, inputs, columns, matches: matches(entity.code), uniques: uniques(entity.code) }
}

fn input(entity: &Entity, field: &'static Field) -> Option<Input> {
    let takes = match (field.portal, field.kind) {
        (Portal::Column, FieldKind::Reference(reference)) => Takes::Record(reference.entity),
        (Portal::Column, kind) => Takes::Value(kind),
        (Portal::Address(key), _) => Takes::AddressPart(key),
        (Portal::Nowhere, _) if is_role(entity, field) => Takes::Role,
        (Portal::Nowhere, _) => return None,
    };
    Some(Input { code: field.code, takes })
}

fn is_role(entity: &Entity, field: &Field) -> bool {
    entity.code == "users" && matches!(field.kind, FieldKind::Code(list) if list.code == PORTAL_ROLE.code)
}

fn column(entity: &Entity, field: &'static Field) -> Option<Column> {
    if field.portal != Portal::Column {
        return None;
    }
    let days_of_year = entity.code == "academic_years" && matches!(field.code, "start_date" | "end_date");
    let needed = field.need == Need::Required || days_of_year;
    let blank = portal_default(entity, field);
    Some(match field.kind {
        FieldKind::Reference(reference) => Column {
            name: format!("{}_id", field.code),
            sql_type: "uuid",
            required: needed,
            blank: None,
            from: From::Reference { input: field.code, entity: reference.entity },
        },
        kind => Column {
            name: field.code.to_owned(),
            sql_type: sql_type(kind),
            required: needed,
            blank,
            from: From::Field(field.code),
        },
    })
}

/// What a blank means in a new row where the portal itself says so: a year that nobody calls current or open is
/// neither, a fee or programme that a school still lists is in use, and what nobody revised was revised no time.
fn portal_default(entity: &Entity, field: &Field) -> Option<&'static str> {
    match (entity.code, field.code) {
        ("academic_years", "is_current" | "is_enrollment_open") => Some("false"),
        ("quran_programs" | "fee_structures" | "scholarships", "is_active") => Some("true"),
        ("hafiz_progress", "review_count") => Some("0"),
        _ => None,
    }
}

fn sql_type(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Date => "date",
        FieldKind::Integer | FieldKind::Surah | FieldKind::Juz => "integer",
        FieldKind::LargeInteger => "bigint",
        FieldKind::Amount => "numeric(12,2)",
        FieldKind::Score => "numeric(5,2)",
        FieldKind::Quantity => "numeric(10,2)",
        FieldKind::Figure => "numeric",
        FieldKind::Time => "time without time zone",
        FieldKind::Moment => MOMENT,
        FieldKind::IntegerList => LIST,
        FieldKind::Json => "jsonb",
        FieldKind::Currency => "character(3)",
        FieldKind::Bool => "boolean",
        FieldKind::Code(list) => enum_type(list),
        _ => "text",
    }
}

fn enum_type(list: &CodeList) -> &'static str {
    match list.code {
        "gender" => "academic.gender_type",
        "student_status" => "academic.student_status",
        "user_status" => "auth.user_status",
        "attendance_status" => "academic.attendance_status",
        "memorization_status" => "islamic.memorization_status",
        "quality_rating" => "islamic.quality_rating",
        "invoice_status" => "financial.invoice_status",
        "payment_status" => "financial.payment_status",
        _ => "text",
    }
}

fn optional(name: &str, sql_type: &'static str, from: From) -> Column {
    Column { name: name.to_owned(), sql_type, required: false, blank: None, from }
}

fn derived(entity: &str) -> Vec<Column> {
    let made: &[&'static str] = match entity {
        "students" => &["first_name", "last_name"],
        "users" => &["password_hash"],
        _ => &[],
    };
    made.iter().map(|name| optional(name, "text", From::Derived(name))).collect()
}

/// How a record is found in the portal, the surest way first (plan corrections, rule 3).
fn matches(entity: &str) -> Vec<Match> {
    match entity {
        "academic_years" => vec![unique(&["code"])],
        "users" => vec![unique(&["email"]), unique(&["username"]).unless(Unless::Person)],
        "students" => {
            vec![unique(&["national_id"]).unless(Unless::Person), unique(&["student_number"]).unless(Unless::Person)]
        }
        "guardians" => vec![
            several(&["national_id", "full_name"]),
            natural(&["full_name", "phone", "?national_id"]),
            natural(&["full_name", "phone"]),
        ],
        "student_guardians" => vec![unique(&["student_id", "guardian_id"])],
        "teachers" => {
            vec![unique(&["employee_number"]).unless(Unless::Person), several(&["national_id"]).unless(Unless::Person)]
        }
        "classes" => vec![unique(&["academic_year_id", "code"])],
        "enrollments" => vec![unique(&["student_id", "class_id"])],
        "fee_structures" => vec![unique(&["code"]).unless(Unless::Differ(&["academic_year_id", "name", "amount"]))],
        "invoices" => vec![unique(&["invoice_number"]).unless(Unless::Differ(&["student_id"]))],
        "invoice_items" => vec![several(&["invoice_id", "description", "unit_price"])],
        "payments" => {
            let other = Unless::Differ(&["student_id", "payment_date", "amount"]);
            vec![unique(&["receipt_number"]).unless(other), natural(PAID)]
        }
        "murajaah_sessions" => vec![several(SESSION)],
        "tajweed_assessments" => vec![several(&["student_id", "assessment_date", "?surah_number"])],
        "announcements" => vec![natural(&["title", "?published_at"])],
        "messages" => vec![natural(&["?sender_id", "?recipient_id", "sent_at", "?subject"])],
        "notifications" => vec![natural(&["user_id", "kind", "title", "?sent_at"])],
        "dashboard_metrics" => vec![natural(&["metric_key", "?dimensions", "measured_at"])],
        "student_scholarships" => vec![several(&["student_id", "scholarship_id", "?academic_year_id"])],
        other => uniques(other).iter().map(|columns| unique(columns)).collect(),
    }
}

/// What tells one payment from another where neither has a receipt.
const PAID: &[&str] = &["student_id", "payment_date", "amount", "?reference", "?receipt_number"];

/// What tells one revision session from another.
const SESSION: &[&str] = &["enrollment_id", "session_date", "?surah_number", "?juz_number", "?from_verse", "?to_verse"];

/// What the portal holds unique, as in `migrations/target/`.
fn uniques(entity: &str) -> &'static [&'static [&'static str]] {
    match entity {
        "academic_years" => &[&["code"], &["name"]],
        "users" => &[&["email"], &["username"]],
        "students" => &[&["national_id"], &["student_number"], &["user_id"]],
        "student_guardians" => &[&["student_id", "guardian_id"]],
        "teachers" => &[&["employee_number"], &["user_id"]],
        "classes" => &[&["academic_year_id", "code"]],
        "enrollments" => &[&["student_id", "class_id"]],
        "attendance" => &[&["student_id", "?class_id", "attendance_date"]],
        "grades" => &[&["student_id", "?academic_year_id", "subject", "?term", "?assessment"]],
        "quran_programs" | "fee_structures" | "scholarships" => &[&["code"]],
        "quran_enrollments" => &[&["student_id", "program_id", "?academic_year_id"]],
        "hafiz_progress" => &[&["enrollment_id", "surah_number", "juz_number"]],
        "islamic_studies_grades" => &[&["student_id", "?academic_year_id", "subject", "?term"]],
        "invoices" => &[&["invoice_number"]],
        "payments" => &[&["receipt_number"]],
        "payment_allocations" => &[&["payment_id", "invoice_id"]],
        "pages" => &[&["slug"]],
        "media" => &[&["storage_key"]],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entity_has_inputs_columns_and_keys_of_its_own_columns() {
        for shape in ALL.iter() {
            assert!(!shape.inputs.is_empty() && !shape.columns.is_empty(), "{}", shape.entity.code);
            let has = |name: &&str| shape.columns.iter().any(|column| column.name == name.trim_start_matches('?'));
            let differ = shape.matches.iter().filter_map(|key| match key.unless {
                Unless::Differ(columns) => Some(columns),
                _ => None,
            });
            for key in shape.matches.iter().map(|key| key.columns).chain(shape.uniques.iter().copied()).chain(differ) {
                assert!(key.iter().all(&has), "{} {key:?}", shape.entity.code);
            }
            assert!(!shape.matches.is_empty(), "{} can be found again", shape.entity.code);
        }
    }

    #[test]
    fn a_pupil_takes_address_lines_and_an_account_and_writes_a_document_and_a_reference() {
        let shape = shape(entities::find("students").unwrap()).unwrap();
        let codes: Vec<_> = shape.inputs.iter().map(|input| input.code).collect();
        assert!(codes.contains(&"address_line1") && codes.contains(&"user"), "{codes:?}");
        assert!(!codes.contains(&"birth_certificate"), "stays in the project: {codes:?}");
        let names: Vec<_> = shape.columns.iter().map(|column| column.name.as_str()).collect();
        assert!(names.contains(&"address") && names.contains(&"user_id") && names.contains(&"last_name"), "{names:?}");
        assert!(shape.fills_blank("student_number") && !shape.fills_blank("gender"), "only the number is assigned");
    }

    #[test]
    fn every_line_fits_into_the_incoming_table() {
        for shape in ALL.iter() {
            let texts = shape.inputs.len() + shape.columns.len();
            assert!(
                texts <= MOST_TEXTS,
                "{}: {texts} texts; add columns to migration.incoming_rows",
                shape.entity.code
            );
        }
    }
}
