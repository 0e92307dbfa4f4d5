//! Turns rows into the values of records, as a mapping says. Runs once for every row of a school, so it
//! allocates nothing per row: every value is a slice of the row or of the mapper.

use std::collections::HashSet;

use model::{Binding, Entity, FieldKind, PartMapping, RowRef, TableMapping};

use super::derive::{code_meaning, enrollment_status};
use crate::standard::outer_trim;

/// A mapping that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MapError {
    /// The mapping was written by a newer version.
    #[error("the mapping has version {version}, newer than {known}")]
    NewerVersion {
        /// The mapping's version.
        version: u32,
        /// The newest version that is understood.
        known: u32,
    },
    /// An entity that this version does not know.
    #[error("the mapping names the unknown entity {entity}")]
    UnknownEntity {
        /// Its code.
        entity: String,
    },
    /// A field that its entity does not have.
    #[error("the mapping names the unknown field {path}")]
    UnknownField {
        /// Its path.
        path: String,
    },
    /// One record of the row is described twice.
    #[error("the mapping describes {entity}#{part} twice")]
    PartTwice {
        /// Code of the entity.
        entity: String,
        /// Number of the record in the row.
        part: u16,
    },
    /// One field has two sources.
    #[error("the mapping binds {path} twice")]
    FieldTwice {
        /// The field's path.
        path: String,
    },
    /// One column goes to two fields.
    #[error("the mapping uses column {column} twice")]
    ColumnTwice {
        /// The column, from 0.
        column: u32,
    },
}

/// Where the value of a field comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnSource {
    /// Nowhere: it stays blank, is linked, or is derived by the caller.
    None,
    /// A column, from 0.
    Column(u32),
    /// Several columns, from 0, joined by a space in this order; see [`PartPlan::joined`].
    Joined(Vec<u32>),
    /// The same for every row.
    Constant(String),
    /// What the pupil's status says about the place in the class; see [`enrollment_status`].
    EnrollmentStatus,
}

/// One record that every row may become.
#[derive(Clone, Debug)]
pub struct PartPlan {
    /// What it is.
    pub entity: &'static Entity,
    /// Which record of that entity in the row, from 1.
    pub part: u16,
    /// For each field of the entity, where its value comes from.
    pub columns: Vec<ColumnSource>,
    /// One record per key in the whole project instead of one per row: classes and academic years.
    pub shared: bool,
    /// References that lead to another record of the same row: position of the field, index of that record's
    /// plan in [`Mapper::parts`], always an earlier one.
    pub links: Vec<(usize, usize)>,
    /// The code is not in the table and must be made by the caller: with [`super::class_code`] for classes,
    /// with [`super::year_code`] for academic years.
    pub derive_code: bool,
    /// Meanings that a person gave to codes: position of the field, code as written, value.
    lookups: Vec<(usize, String, String)>,
    /// Positions of the fields that have a source.
    sourced: Vec<usize>,
    /// Whether a field is joined from several columns.
    joins: bool,
    /// The record exists where one of these fields is filled; none for links.
    identified_by: Vec<usize>,
    /// Whether the row is about another record: a parent in a pupil's row, of whom "TIADA" says that there is none.
    beside: bool,
    /// The link exists where all of these lead somewhere; none for other records.
    ends: Vec<End>,
    /// The cell that the record is about, where the table has a column for each day, month or subject.
    pub(crate) cell: Option<model::ShapeColumn>,
    /// What tells the ledger from others of the school; blank for what is no cell of one.
    pub(crate) ledger: String,
    /// Fields that are calculated from the others: see [`super::made`].
    pub(crate) made: super::made::Made,
}

impl PartPlan {
    /// Whether the field at this position may be calculated from the rest of the row.
    #[must_use]
    pub fn calculates(&self, field: usize) -> bool {
        self.entity.fields.get(field).is_some_and(|field| self.made.may_give(field.code))
    }
}

/// One end of a link.
#[derive(Clone, Copy, Debug)]
enum End {
    /// Another record of the row, by the index of its plan.
    Part(usize),
    /// What the school wrote, by the position of the field.
    Written(usize),
}

/// The fields that identify a record of `entity`: one of them must be filled for it to exist.
fn identifying(entity: &str) -> &'static [&'static str] {
    match entity {
        "student_guardians" | "enrollments" => &[],
        "classes" | "academic_years" => &["name", "code"],
        "users" => &["first_name", "email", "username"],
        "students" => &["full_name", "national_id", "student_number"],
        "teachers" => &["full_name", "national_id", "employee_number"],
        "guardians" => &["full_name", "national_id"],
        "attendance" => &["status"],
        "grades" | "islamic_studies_grades" => &["score", "grade_letter", "remarks"],
        "quran_programs" | "fee_structures" | "scholarships" => &["code", "name"],
        "quran_enrollments" | "student_scholarships" => &["student"],
        "hafiz_progress" => &["surah_number", "juz_number"],
        "murajaah_sessions" => &["session_date", "surah_number", "juz_number"],
        "tajweed_assessments" => &["assessment_date", "overall_score", "rating"],
        "invoices" => &["invoice_number", "subtotal", "total_amount", "balance_due"],
        "invoice_items" => &["description", "amount"],
        "payments" => &["receipt_number", "amount"],
        "payment_allocations" => &["invoice"],
        "announcements" => &["title", "body"],
        "messages" => &["body"],
        "notifications" => &["title", "body"],
        "pages" => &["slug", "title"],
        "media" => &["storage_key", "file_name"],
        "dashboard_metrics" => &["metric_key", "value"],
        _ => &[],
    }
}

/// The references that a link must have to exist.
fn link_ends(entity: &str) -> &'static [&'static str] {
    match entity {
        "student_guardians" => &["student", "guardian"],
        "enrollments" => &["student", "class"],
        _ => &[],
    }
}

/// A mapping made ready for rows.
#[derive(Clone, Debug)]
pub struct Mapper {
    parts: Vec<PartPlan>,
    /// Where the pupil's status stands: index of the plan, position of the field.
    student_status: Option<(usize, usize)>,
}

impl Mapper {
    /// Makes `mapping` ready.
    ///
    /// # Errors
    ///
    /// [`MapError`] where the mapping is of a newer version, names something unknown, or uses a column, a field
    /// or a record twice.
    pub fn new(mapping: &TableMapping) -> Result<Self, MapError> {
        if mapping.version > model::mapping::MAPPING_VERSION {
            let known = model::mapping::MAPPING_VERSION;
            return Err(MapError::NewerVersion { version: mapping.version, known });
        }
        must_be_whole(mapping)?;
        let mapping = &mapping.expanded();
        let mut parts: Vec<PartPlan> = Vec::with_capacity(mapping.parts.len());
        for part in &mapping.parts {
            let plan = plan(part, mapping)?;
            if parts.iter().any(|known| known.entity.code == plan.entity.code && known.part == plan.part) {
                return Err(MapError::PartTwice { entity: part.entity.clone(), part: part.part });
            }
            parts.push(plan);
        }
        let order = |code: &str| model::entities::ALL.iter().position(|entity| entity.code == code);
        parts.sort_by_key(|part| (order(part.entity.code), part.part));
        link(&mut parts);
        let student_status = status_of_student(&parts);
        derive_status(&mut parts, student_status.is_some());
        for plan in &mut parts {
            let sources = plan.columns.iter().enumerate().filter(|(_, source)| **source != ColumnSource::None);
            plan.sourced = sources.map(|(field, _)| field).collect();
        }
        Ok(Self { parts, student_status })
    }

    /// The records that a row may become, in push order: what is linked to comes first.
    #[must_use]
    pub fn parts(&self) -> &[PartPlan] {
        &self.parts
    }

    /// Whether the row only adds up others, so that no record is made of it. Tables of databases hold no such rows, but
    /// a row of theirs begins with its number.
    #[must_use]
    pub fn adds_up(&self, row: RowRef<'_>) -> bool {
        super::totals::adds_up(row)
    }

    /// Fills `out` with one value for each field of part `part`, blank where there is none, and says whether
    /// the record exists in this row at all. Values are the cells' texts as they stand, or a chosen meaning.
    pub fn values<'a>(&'a self, row: RowRef<'a>, part: usize, out: &mut Vec<&'a str>) -> bool {
        out.clear();
        let Some(plan) = self.parts.get(part) else { return false };
        out.resize(plan.columns.len(), "");
        for field in &plan.sourced {
            if let Some(out) = out.get_mut(*field) {
                *out = self.value(row, plan, *field);
            }
        }
        if plan.ends.is_empty() && plan.made.is_nothing() {
            return self.is_identified(row, plan);
        }
        self.exists(row, plan)
    }

    /// What is calculated for record `part` of a row, whose values [`Mapper::values`] gave: positions of fields and
    /// their values. Only fields without a source of their own are calculated, but for the marks of a register.
    #[must_use]
    pub fn made(&self, row: RowRef<'_>, part: usize, values: &[&str]) -> Vec<(usize, String)> {
        let Some(plan) = self.parts.get(part) else { return Vec::new() };
        let mut made = super::made::values(plan, row, values);
        if plan.made == super::made::Made::Month && plan.entity.code == "invoices" {
            self.count_ledger(row, part, &mut made);
        }
        made
    }

    /// What the months of a ledger's row come to, beside what the ledger itself says: in the row's first invoice.
    fn count_ledger(&self, row: RowRef<'_>, part: usize, made: &mut Vec<(usize, String)>) {
        let Some(plan) = self.parts.get(part) else { return };
        let invoices = || self.parts.iter().enumerate().filter(|(_, other)| other.entity.code == "invoices");
        let first = invoices().find(|(_, other)| self.exists(row, other)).map(|(at, _)| at) == Some(part);
        for (stated, counted, field) in
            [("stated_paid", "counted_paid", "paid_amount"), ("stated_balance", "counted_balance", "balance_due")]
        {
            let at = |code: &str| plan.entity.position(code);
            let (Some(stated), Some(counted), Some(field)) = (at(stated), at(counted), at(field)) else { continue };
            if plan.columns.get(stated) == Some(&ColumnSource::None) {
                continue;
            }
            if !first {
                made.push((stated, String::new()));
                continue;
            }
            let mut sum = 0;
            for (other, plan) in invoices().filter(|(_, other)| self.exists(row, other)) {
                let mut values = Vec::new();
                self.values(row, other, &mut values);
                let of_month = super::made::values(plan, row, &values);
                let amount = of_month.iter().find(|(known, _)| *known == field).map(|(_, amount)| amount.as_str());
                sum += crate::standard::number::parse(amount.unwrap_or_default()).unwrap_or(0);
            }
            if plan.entity.position("balance_due") == Some(field) {
                sum -= self.parts.iter().filter_map(|plan| super::made::opening_credit(plan, row)).sum::<i64>();
            }
            made.push((counted, crate::standard::number::write(sum)));
        }
    }

    fn value<'a>(&'a self, row: RowRef<'a>, plan: &'a PartPlan, field: usize) -> &'a str {
        match plan.columns.get(field) {
            Some(ColumnSource::Column(column)) => looked_up(plan, field, row.cell(*column as usize).text),
            Some(ColumnSource::Joined(columns)) => first_filled(row, columns),
            Some(ColumnSource::Constant(value)) => value,
            Some(ColumnSource::EnrollmentStatus) => self.place_status(row),
            Some(ColumnSource::None) | None => "",
        }
    }

    fn value_of<'a>(&'a self, row: RowRef<'a>, plan: &'a PartPlan, field: &str) -> &'a str {
        plan.entity.position(field).map_or("", |at| self.value(row, plan, at))
    }

    fn place_status<'a>(&'a self, row: RowRef<'a>) -> &'a str {
        let status = self.student_status.and_then(|(part, field)| {
            let written = self.value(row, self.parts.get(part)?, field);
            enrollment_status(code_meaning(&model::entities::STUDENT_STATUS, written)?)
        });
        status.unwrap_or("")
    }

    fn exists(&self, row: RowRef<'_>, plan: &PartPlan) -> bool {
        let filled = |field: &usize| is_filled(self.value(row, plan, *field));
        if let Some(exists) = super::made::exists(plan, row, &|field| self.value_of(row, plan, field)) {
            return exists
                && plan
                    .links
                    .iter()
                    .all(|(_, other)| self.parts.get(*other).is_some_and(|other| self.exists(row, other)));
        }
        if plan.ends.is_empty() {
            return self.is_identified(row, plan);
        }
        plan.ends.iter().all(|end| match end {
            End::Part(other) => self.parts.get(*other).is_some_and(|other| self.exists(row, other)),
            End::Written(field) if plan.beside => self.says(row, plan, *field),
            End::Written(field) => filled(field),
        })
    }

    /// Whether the row names the record. One that stands beside the row's own needs more than a word for "nothing",
    /// unless another cell speaks of somebody: a father called "TIADA" with a telephone number is for a person to judge.
    fn is_identified(&self, row: RowRef<'_>, plan: &PartPlan) -> bool {
        let filled = |field: &usize| is_filled(self.value(row, plan, *field));
        if !plan.beside || !plan.identified_by.iter().any(filled) {
            return plan.identified_by.iter().any(filled);
        }
        let of_row = |field: &usize| {
            let constant = matches!(plan.columns.get(*field), Some(ColumnSource::Constant(_)));
            plan.identified_by.contains(field) || (plan.entity.person.is_some() && !constant)
        };
        plan.sourced.iter().filter(|field| of_row(field)).any(|field| self.says(row, plan, *field))
    }

    /// Whether a field holds something else than a word for "nothing".
    fn says(&self, row: RowRef<'_>, plan: &PartPlan, field: usize) -> bool {
        let says = |text: &str| is_filled(text) && !crate::cleanse::is_null_word(outer_trim(text));
        match plan.columns.get(field) {
            Some(ColumnSource::Joined(columns)) => columns.iter().any(|column| says(row.cell(*column as usize).text)),
            _ => says(self.value(row, plan, field)),
        }
    }
}

impl PartPlan {
    /// The whole values of the fields that are joined from several columns: position of the field, value. Until they
    /// take their place, [`Mapper::values`] gives the first of the columns that is filled.
    #[must_use]
    pub fn joined(&self, row: RowRef<'_>) -> Vec<(usize, String)> {
        let whole = |(field, source): (usize, &ColumnSource)| {
            let ColumnSource::Joined(columns) = source else { return None };
            let texts = columns.iter().map(|column| row.cell(*column as usize).text.trim());
            Some((field, texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")))
        };
        if self.joins { self.columns.iter().enumerate().filter_map(whole).collect() } else { Vec::new() }
    }
}

/// The text of the first of these columns that is filled.
fn first_filled<'a>(row: RowRef<'a>, columns: &[u32]) -> &'a str {
    columns.iter().map(|column| row.cell(*column as usize).text).find(|text| is_filled(text)).unwrap_or("")
}

/// Whether there is more than white space.
pub(super) fn is_filled(text: &str) -> bool {
    text.chars().any(|c| !c.is_whitespace())
}

/// One record is described once and a column used once.
fn must_be_whole(mapping: &TableMapping) -> Result<(), MapError> {
    let mut used = HashSet::new();
    let bound = mapping.parts.iter().flat_map(|part| &part.fields).flat_map(|binding| binding.from.columns());
    let shaped = mapping.shape.iter().flat_map(|shape| &shape.columns).map(|column| &column.column);
    match bound.chain(shaped).find(|column| !used.insert(**column)) {
        Some(column) => Err(MapError::ColumnTwice { column: *column }),
        None => Ok(()),
    }
}

/// The chosen meaning of `text`, or `text` itself.
pub(super) fn looked_up<'a>(plan: &'a PartPlan, field: usize, text: &'a str) -> &'a str {
    if plan.lookups.is_empty() {
        return text;
    }
    let code = text.trim();
    let known = |lookup: &&(usize, String, String)| lookup.0 == field && lookup.1.eq_ignore_ascii_case(code);
    plan.lookups.iter().find(known).map_or(text, |(_, _, value)| value.as_str())
}

fn plan(part: &PartMapping, mapping: &TableMapping) -> Result<PartPlan, MapError> {
    let unknown = || MapError::UnknownEntity { entity: part.entity.clone() };
    let entity = model::entities::find(&part.entity).ok_or_else(unknown)?;
    let path = |field: &str| model::FieldPath::new(&part.entity, part.part, field).to_string();
    let mut columns = vec![ColumnSource::None; entity.fields.len()];
    for binding in &part.fields {
        let at = entity.position(&binding.field).and_then(|at| columns.get_mut(at));
        let source = at.ok_or_else(|| MapError::UnknownField { path: path(&binding.field) })?;
        if *source != ColumnSource::None {
            return Err(MapError::FieldTwice { path: path(&binding.field) });
        }
        *source = match &binding.from {
            Binding::Column(column) => ColumnSource::Column(*column),
            Binding::Joined(columns) => ColumnSource::Joined(columns.clone()),
            Binding::Constant(value) => ColumnSource::Constant(value.clone()),
        };
    }
    let shared = matches!(entity.code, "classes" | "academic_years" | "quran_programs" | "quran_enrollments");
    let ours = |(text, code, value): &(String, String, String)| {
        let path = model::FieldPath::parse(text)?;
        let ours = path.entity == part.entity && (path.part == part.part || (path.part == 1 && part.cell.is_some()));
        let field = ours.then(|| entity.position(&path.field))??;
        Some((field, code.trim().to_owned(), value.clone()))
    };
    let mut lookups: Vec<(usize, String, String)> = mapping.lookups.iter().filter_map(ours).collect();
    let marks = mapping.shape.iter().filter(|_| part.cell.is_some()).flat_map(|shape| &shape.marks);
    let status = entity.position("status");
    lookups.extend(marks.filter_map(|(mark, value)| Some((status?, mark.clone(), value.clone()))));
    let blank = |code: &str| entity.position(code).and_then(|at| columns.get(at)) == Some(&ColumnSource::None);
    let derive_code = matches!(entity.code, "classes" | "academic_years") && blank("code") && !blank("name");
    let identified_by = identifying(entity.code).iter().filter_map(|code| entity.position(code)).collect();
    let (links, ends, sourced) = (Vec::new(), Vec::new(), Vec::new());
    let joins = columns.iter().any(|source| matches!(source, ColumnSource::Joined(_)));
    let ledger = mapping.shape.as_ref().map(|shape| shape.title.clone()).filter(|_| part.cell.is_some());
    let (cell, made) = (part.cell.clone(), super::made::Made::of(entity, part, &columns));
    let beside = mapping.entity.as_deref() != Some(entity.code) || part.part > 1;
    let part = part.part;
    Ok(PartPlan {
        joins,
        beside,
        entity,
        part,
        columns,
        shared,
        links,
        derive_code,
        lookups,
        sourced,
        identified_by,
        ends,
        cell,
        ledger: ledger.unwrap_or_default(),
        made,
    })
}

/// Leads unbound references to the record of the same row that they can only mean.
fn link(parts: &mut [PartPlan]) {
    let known: Vec<(&str, u16)> = parts.iter().map(|part| (part.entity.code, part.part)).collect();
    let find = |entity: &str, part: u16| known.iter().position(|known| *known == (entity, part));
    for (at, plan) in parts.iter_mut().enumerate() {
        for (position, field) in plan.entity.fields.iter().enumerate() {
            let FieldKind::Reference(reference) = field.kind else { continue };
            let unbound = plan.columns.get(position) == Some(&ColumnSource::None);
            let other = match reference.entity {
                "guardians" => find("guardians", plan.part),
                entity => find(entity, plan.part).or_else(|| find(entity, 1)),
            };
            if let Some(other) = other.filter(|other| unbound && *other < at) {
                plan.links.push((position, other));
            }
        }
        let ends = link_ends(plan.entity.code).iter().filter_map(|code| plan.entity.position(code));
        plan.ends = ends.map(|field| end(&plan.links, field)).collect();
    }
}

fn end(links: &[(usize, usize)], field: usize) -> End {
    let linked = links.iter().find(|(position, _)| *position == field);
    linked.map_or(End::Written(field), |(_, other)| End::Part(*other))
}

fn status_of_student(parts: &[PartPlan]) -> Option<(usize, usize)> {
    let at = parts.iter().position(|part| part.entity.code == "students" && part.part == 1)?;
    let plan = parts.get(at)?;
    let field = plan.entity.position("status")?;
    (plan.columns.get(field)? != &ColumnSource::None).then_some((at, field))
}

fn derive_status(parts: &mut [PartPlan], known: bool) {
    for plan in parts.iter_mut().filter(|plan| known && plan.entity.code == "enrollments") {
        let status = plan.entity.position("status").and_then(|at| plan.columns.get_mut(at));
        if let Some(status) = status.filter(|status| **status == ColumnSource::None) {
            *status = ColumnSource::EnrollmentStatus;
        }
    }
}
