//! The mapping document: which columns of a source table become which fields of which records.
//!
//! Saved in the project file and as templates, so it carries a version and our own codes only.

use serde::{Deserialize, Serialize};

use crate::entity::{Entity, Field};
pub use crate::shape::{ShapeColumn, ShapeKind, SheetShape};

/// Version of the document that this program writes. 1: columns to fields. 2: several columns joined into one field, and
/// tables with a column for each day, month or subject ([`SheetShape`]).
pub const MAPPING_VERSION: u32 = 2;

/// A field of one of the records that a row becomes, written `guardians#2.phone`.
///
/// `part` tells records of one entity in one row apart: the first guardian is 1, the second 2.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldPath {
    /// Code of the entity.
    pub entity: String,
    /// Which record of that entity in the row, from 1.
    pub part: u16,
    /// Code of the field.
    pub field: String,
}

impl FieldPath {
    /// The path to `field` of record `part` of `entity`.
    #[must_use]
    pub fn new(entity: &str, part: u16, field: &str) -> Self {
        Self { entity: entity.to_owned(), part, field: field.to_owned() }
    }

    /// Reads `students.full_name` or `guardians#2.phone`; `None` for anything else or unknown codes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (record, field) = text.split_once('.')?;
        let (entity, part) = match record.split_once('#') {
            Some((entity, part)) => (entity, part.parse().ok().filter(|part| *part > 0)?),
            None => (record, 1),
        };
        let path = Self::new(entity, part, field);
        path.field()?;
        Some(path)
    }

    /// The descriptor of the entity, where this version knows it.
    #[must_use]
    pub fn entity(&self) -> Option<&'static Entity> {
        crate::entities::find(&self.entity)
    }

    /// The descriptor of the field, where this version knows it.
    #[must_use]
    pub fn field(&self) -> Option<&'static Field> {
        self.entity()?.field(&self.field)
    }
}

impl std::fmt::Display for FieldPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.part == 1 {
            write!(f, "{}.{}", self.entity, self.field)
        } else {
            write!(f, "{}#{}.{}", self.entity, self.part, self.field)
        }
    }
}

/// The position of `wanted` among names of tables or columns, as databases compare them: written the same, else the
/// only one that differs in nothing but case.
#[must_use]
pub fn position_of_name<'n>(names: impl Iterator<Item = &'n str> + Clone, wanted: &str) -> Option<usize> {
    let lower = wanted.to_lowercase();
    let mut alike = names.clone().enumerate().filter(|(_, name)| name.to_lowercase() == lower);
    let same = names.clone().position(|name| name == wanted);
    same.or_else(|| alike.next().filter(|_| alike.next().is_none()).map(|(at, _)| at))
}

/// Where a field's value comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Binding {
    /// A column, counted from 0.
    Column(u32),
    /// The same value for every row, chosen by a person or proved by the header ("NAMA BAPA": father).
    Constant(String),
    /// Several columns, counted from 0, joined by a space in this order: first and last name. Since version 2.
    Joined(Vec<u32>),
}

impl Binding {
    /// Whether the value comes from this column, alone or with others.
    #[must_use]
    pub fn uses(&self, column: u32) -> bool {
        self.columns().contains(&column)
    }

    /// The columns that the value comes from, in order.
    #[must_use]
    pub fn columns(&self) -> &[u32] {
        match self {
            Self::Column(column) => std::slice::from_ref(column),
            Self::Joined(columns) => columns,
            Self::Constant(_) => &[],
        }
    }
}

/// One field and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldBinding {
    /// Code of the field.
    pub field: String,
    /// Where its value comes from.
    pub from: Binding,
    /// How sure the proposal is, 0 to 100; 100 where a person said so.
    pub confidence: u8,
    /// Word key of the reason with its arguments, ready to be said in any language.
    pub reason: String,
    /// Arguments of the reason.
    #[serde(default)]
    pub reason_args: Vec<(String, String)>,
}

/// One record that every row of the table becomes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PartMapping {
    /// Code of the entity.
    pub entity: String,
    /// Which record of that entity in the row, from 1.
    pub part: u16,
    /// Its fields.
    pub fields: Vec<FieldBinding>,
    /// The cell that the record is about, where the table has a column for each day, month or subject. Not kept:
    /// it follows from the shape.
    #[serde(skip)]
    pub cell: Option<ShapeColumn>,
}

/// A column that goes nowhere for a reason which its header alone does not tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LeftOut {
    /// The column, from 0.
    pub column: u32,
    /// Word key of the reason.
    pub reason: String,
    /// Arguments of the reason.
    #[serde(default)]
    pub reason_args: Vec<(String, String)>,
}

/// The whole mapping of one source table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TableMapping {
    /// [`MAPPING_VERSION`] of the program that wrote it.
    pub version: u32,
    /// The entity that a row is about; `None` where the table was not recognised.
    pub entity: Option<String>,
    /// How sure that is, 0 to 100.
    pub confidence: u8,
    /// Word key of the reason, such as `mapping.layout.apdm-61`.
    pub reason: String,
    /// Arguments of the reason.
    #[serde(default)]
    pub reason_args: Vec<(String, String)>,
    /// The records that a row becomes, the main one first.
    pub parts: Vec<PartMapping>,
    /// Codes that a person gave a meaning: field path, code as written, value.
    #[serde(default)]
    pub lookups: Vec<(String, String, String)>,
    /// Columns that were left out, where a proposal knew more than their headers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOut>,
    /// What the columns of a register, a ledger or a sheet of marks stand for, where one row becomes many records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shape: Option<SheetShape>,
}

impl TableMapping {
    /// A mapping that takes nothing.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            version: MAPPING_VERSION,
            entity: None,
            confidence: 0,
            reason: "mapping.unknown".to_owned(),
            reason_args: Vec::new(),
            parts: Vec::new(),
            lookups: Vec::new(),
            left_out: Vec::new(),
            shape: None,
        }
    }

    /// The field that `column` (from 0) goes to, with its binding.
    #[must_use]
    pub fn column(&self, column: u32) -> Option<(FieldPath, &FieldBinding)> {
        self.parts.iter().find_map(|part| {
            let binding = part.fields.iter().find(|field| field.from.uses(column))?;
            Some((FieldPath::new(&part.entity, part.part, &binding.field), binding))
        })
    }
}
