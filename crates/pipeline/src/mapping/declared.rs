//! What a database itself declares about a table: which column numbers its rows, and which lead to rows of others.
//!
//! A number that leads to a row says nothing by itself, so no header and no value is asked what it means: the table
//! that it leads to decides.

use model::{Binding, Entity, FieldBinding, FieldPath, LeftOut, TableMapping};

use super::complete::{add_constant, position};
use super::fold::{Role, fold, role_of};
use super::reading::{Candidate, Column, Owner, Via};
use super::reasons::reason;
use super::suggest::{Choices, TableSample, name_says, suggest};
use super::{Learned, mapper};

/// Score of a column whose meaning the database declares.
const DECLARED: u8 = 97;
/// Confidence that nobody is the main guardian where the table does not say who is: a person sees and may change it.
const UNSAID: u8 = 70;
/// Where all keys are as large as this, they are numbers that the school gave out and no count of rows.
const LARGE: i64 = 100_000;
/// Word key of the reason for a column that leads to another table.
pub(crate) const LEADS_TO: &str = "mapping.leads-to";

/// Words of headers that say no more than that rows are numbered.
const ROW_WORDS: &[&str] = &["id", "pk", "key", "rowid", "auto", "autonumber", "autonum", "kunci"];

/// A column that by the database's own relationship leads to the rows of another table.
#[derive(Clone, Debug)]
pub struct Lead {
    /// The column, from 0.
    pub column: u32,
    /// Name of the other table.
    pub table: String,
    /// What its rows are about, where that is known.
    pub entity: Option<&'static Entity>,
    /// Whether its rows say themselves which academic year they belong to.
    pub names_year: bool,
}

impl Lead {
    /// A lead from `column` to the rows of `table`, judged by that table's own headers, values and name.
    #[must_use]
    pub fn new(column: u32, table: &TableSample<'_>, learned: &Learned, choices: &Choices) -> Self {
        let mapping = suggest(table, learned, choices);
        let by_name = || model::entities::ALL.into_iter().find(|entity| name_says(table, entity) >= 1.0);
        let entity = mapping.entity.as_deref().and_then(model::entities::find).or_else(by_name);
        Self { column, table: table.table.to_owned(), entity, names_year: names_year(&mapping) }
    }
}

/// The column of a key of several that stands for the rows it leads to, such as the code in a key of year and code:
/// the one whose counterpart in `table` says something of these rows themselves and does not lead further. `pairs` are
/// the columns of the key, from 0, here and there. `None` where that is true of none or of several of them.
#[must_use]
pub fn lead_of_key(
    pairs: &[(u32, u32)],
    table: &TableSample<'_>,
    learned: &Learned,
    choices: &Choices,
) -> Option<Lead> {
    let mapping = suggest(table, learned, choices);
    let entity = mapping.entity.as_deref().and_then(model::entities::find)?;
    let own = |code: &str| entity.field(code).is_some() && entity.references().all(|(field, _)| field.code != code);
    let parts = mapping.parts.iter().filter(|part| part.entity == entity.code);
    let bound: Vec<u32> = parts
        .flat_map(|part| &part.fields)
        .filter_map(|field| if let Binding::Column(column) = field.from { Some((column, field)) } else { None })
        .filter(|(_, field)| own(&field.field))
        .map(|(column, _)| column)
        .collect();
    let mut named = pairs.iter().filter(|(_, there)| bound.contains(there));
    let (here, _) = named.next().filter(|_| named.next().is_none())?;
    Some(Lead::new(*here, table, learned, choices))
}

/// Whether a column of the table says the year.
fn names_year(mapping: &TableMapping) -> bool {
    mapping.parts.iter().any(|part| {
        let of_year = |field: &FieldBinding| part.entity == "academic_years" || field.field == "academic_year";
        part.fields.iter().any(|field| of_year(field) && matches!(field.from, Binding::Column(_)))
    })
}

/// Whether column `at` numbers the rows of `table` and says nothing else: its key, called no more than that, with
/// numbers that only count. `NoMurid` is the school's own, and so are numbers of six digits.
pub(crate) fn is_row_number(table: &TableSample<'_>, at: usize, column: &Column<'_>) -> bool {
    let is_key = matches!(table.primary_key, [only] if table.headers.get(at).is_some_and(|header| header == only));
    let folded = fold(column.header);
    let name = fold(table.table);
    let whose = |word: &str| role_of(word).is_some() || name.split(' ').any(|own| own == word);
    let joined = |word: &str| word.strip_prefix("id").or(word.strip_suffix("id")).is_some_and(whose);
    let numbers = |word: &str| ROW_WORDS.contains(&word) || joined(word);
    let called_so = folded.split(' ').any(numbers) && folded.split(' ').all(|word| numbers(word) || whose(word));
    is_key && called_so && column.values.count_rows(LARGE)
}

/// The field for a column of a table about `main` that leads to rows about `to`.
fn field(main: &Entity, to: &Entity) -> Option<FieldPath> {
    let (entity, field) = match (main.code, to.code) {
        ("students", "classes") => ("enrollments", "class"),
        ("students", "guardians") => ("student_guardians", "guardian"),
        ("guardians", "students") => ("student_guardians", "student"),
        ("classes", "academic_years") => ("classes", "academic_year"),
        ("classes", "teachers") => ("classes", "class_teacher"),
        ("enrollments", "students") => ("enrollments", "student"),
        ("enrollments", "classes") => ("enrollments", "class"),
        ("enrollments", "academic_years") => ("enrollments", "academic_year"),
        ("student_guardians", "students") => ("student_guardians", "student"),
        ("student_guardians", "guardians") => ("student_guardians", "guardian"),
        _ => return None,
    };
    Some(FieldPath::new(entity, 1, field))
}

/// What a column means by where it leads; `before` are the candidates further left.
pub(crate) fn candidate(
    main: &'static Entity,
    at: usize,
    column: &Column<'_>,
    to: &Entity,
    before: &[Candidate],
) -> Option<Candidate> {
    let path = field(main, to)?;
    let (entity, field) = (path.entity()?, path.field()?);
    let kin = main.code == "students" && entity.code == "student_guardians";
    let owner = if kin { Owner::Kin(free_role(column.role, before)) } else { Owner::One };
    Some(Candidate { column: at, entity, owner, field, score: DECLARED, via: Via::Declared })
}

/// Who of the family a column leads to: as its header says, else the next guardian whom no column names yet.
fn free_role(said: Option<Role>, before: &[Candidate]) -> Role {
    let taken = |role: &Role| before.iter().any(|found| found.via == Via::Declared && found.owner == Owner::Kin(*role));
    let said = said.filter(|role| role.is_family()).unwrap_or(Role::Guardian(None));
    let next = || (1..=9).map(|number| Role::Guardian(Some(number))).find(|role| !taken(role));
    if taken(&said) { next().unwrap_or(said) } else { said }
}

/// Whether the rows that the place in a class leads to say the year themselves.
pub(crate) fn year_is_elsewhere(mapping: &TableMapping, table: &TableSample<'_>) -> bool {
    let places = position(mapping, "enrollments", 1).and_then(|at| mapping.parts.get(at));
    let class = places.and_then(|part| part.fields.iter().find(|field| field.field == "class"));
    let says = |column: u32| table.leads.iter().any(|lead| lead.column == column && lead.names_year);
    let led = class.is_some_and(|field| matches!(field.from, Binding::Column(column) if says(column)));
    led && position(mapping, "classes", 1).is_none()
}

/// Whether the year of `plan`, a place in a class, is that of the class its column leads to.
pub(crate) fn has_year_of_class(mapping: &TableMapping, plan: &mapper::PartPlan) -> bool {
    let part = mapping.parts.iter().find(|part| part.entity == plan.entity.code && part.part == plan.part);
    let led = |field: &FieldBinding| field.field == "class" && field.reason == LEADS_TO;
    plan.entity.code == "enrollments" && part.is_some_and(|part| part.fields.iter().any(led))
}

/// A table of nothing but links does not say who is the main guardian: then nobody is taken for it.
pub(crate) fn add_unsaid(mapping: &mut TableMapping) {
    let said = |field: &FieldBinding| field.reason == LEADS_TO;
    let declared = mapping.parts.iter().any(|part| part.fields.iter().any(said));
    if mapping.entity.as_deref() != Some("student_guardians") || !declared {
        return;
    }
    for (field, key) in [("is_primary", "mapping.primary.unsaid"), ("is_emergency_contact", "mapping.emergency.unsaid")]
    {
        add_constant(mapping, &FieldPath::new("student_guardians", 1, field), "false", UNSAID, reason(key, &[]));
    }
}

/// Says why columns that number rows, here or elsewhere, go nowhere.
pub(crate) fn add_left_out(mapping: &mut TableMapping, columns: &[Column<'_>]) {
    for (at, column) in columns.iter().enumerate() {
        if mapping.column(at as u32).is_some() {
            continue;
        }
        let header = column.header.trim();
        let (reason, reason_args) = match column.lead {
            Some(lead) => reason("mapping.unmapped.leads-to", &[("header", header), ("table", &lead.table)]),
            None if column.row_number => reason("mapping.unmapped.row-number", &[("header", header)]),
            None => continue,
        };
        mapping.left_out.push(LeftOut { column: at as u32, reason, reason_args });
    }
}
