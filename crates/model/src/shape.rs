//! Sheets with a column for each day, month or subject: one row becomes many records.
//!
//! The document keeps the sheet's shape and, in its first parts, what all these records share: the pupil, the class,
//! the fee. [`TableMapping::expanded`] makes a part of each cell from that, so that everything behind it, the place of
//! a value in the file above all, knows only parts and columns.

use serde::{Deserialize, Serialize};

use crate::mapping::{Binding, FieldBinding, PartMapping, TableMapping};

/// What the columns of such a sheet stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ShapeKind {
    /// An attendance register: a column a day.
    Days,
    /// A fee ledger: a column a month, with what was paid.
    Months,
    /// A sheet of marks: a column a subject.
    Subjects,
}

/// One such column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShapeColumn {
    /// The column, from 0.
    pub column: u32,
    /// The day `2026-03-05`, the month `2026-03`, the subject as written; `opening` for what was owed before.
    pub means: String,
    /// The entity that its cells become records of.
    pub entity: String,
}

/// The shape of a sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SheetShape {
    /// What the columns stand for.
    pub kind: ShapeKind,
    /// The columns from left to right.
    pub columns: Vec<ShapeColumn>,
    /// What the marks in the cells mean: mark as written, value.
    #[serde(default)]
    pub marks: Vec<(String, String)>,
    /// What tells a ledger from others of the school: the words of its title, or of its name. Blank for other sheets and
    /// in older documents.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// How sure the proposal is, 0 to 100.
    pub confidence: u8,
    /// Word key of the reason.
    pub reason: String,
    /// Arguments of the reason.
    #[serde(default)]
    pub reason_args: Vec<(String, String)>,
}

/// What stands for an opening balance among the months of a ledger.
pub const OPENING: &str = "opening";

/// What the payment is called that keeps a credit brought forward: it settles no invoice.
pub const OPENING_CREDIT: &str = "Baki kredit dibawa ke hadapan";

/// Most juz that one surah spans: Al-Baqarah, Ali 'Imran and An-Nisa' span three.
const MOST_JUZ: u16 = 3;

/// Whether a field of a record says what its own cell of the ledger says, whatever else is bound to it: of a payment
/// the sum, of what was owed before everything about money. The fee beside it only helps to read the cell.
#[must_use]
pub fn is_of_cell(part: &PartMapping, field: &str) -> bool {
    let Some(cell) = &part.cell else { return false };
    match part.entity.as_str() {
        "payments" | "payment_allocations" => field == "amount",
        "invoices" => cell.means == OPENING && field == "subtotal",
        "invoice_items" => cell.means == OPENING && matches!(field, "unit_price" | "amount"),
        _ => false,
    }
}

impl TableMapping {
    /// The mapping with a part for every record that a row may become: each day, month and subject of its shape, and
    /// each juz of a surah where the table does not name the juz. The first part of an entity keeps its number.
    #[must_use]
    pub fn expanded(&self) -> Self {
        let mut whole = self.clone();
        if let Some(shape) = &self.shape {
            whole.parts.retain(|part| !is_template(shape, &part.entity));
            for (at, column) in shape.columns.iter().enumerate() {
                let number = u16::try_from(at + 1).unwrap_or(u16::MAX);
                whole.parts.extend(cell_parts(self, shape, column, number));
            }
        }
        expand_juz(&mut whole);
        whole
    }

    /// What `column` stands for in the table's shape.
    #[must_use]
    pub fn shape_column(&self, column: u32) -> Option<&ShapeColumn> {
        self.shape.as_ref()?.columns.iter().find(|known| known.column == column)
    }
}

/// The entities of which a cell of such a sheet becomes a record each.
#[must_use]
pub fn entities_of(kind: ShapeKind) -> &'static [&'static str] {
    match kind {
        ShapeKind::Days => &["attendance"],
        ShapeKind::Months => &["invoices", "invoice_items", "payments", "payment_allocations"],
        ShapeKind::Subjects => &["grades", "islamic_studies_grades"],
    }
}

fn is_template(shape: &SheetShape, entity: &str) -> bool {
    entities_of(shape.kind).contains(&entity)
}

/// The records that one cell becomes.
fn cell_parts(mapping: &TableMapping, shape: &SheetShape, column: &ShapeColumn, number: u16) -> Vec<PartMapping> {
    let of_cell = |entity: &&&str| shape.kind != ShapeKind::Subjects || **entity == column.entity;
    let wanted = entities_of(shape.kind).iter().filter(of_cell);
    let part = |entity: &&str| PartMapping {
        entity: (*entity).to_owned(),
        part: number,
        fields: shared_fields(mapping, shape.kind, entity, column),
        cell: Some(column.clone()),
    };
    wanted.map(part).collect()
}

/// What the record of a cell has in common with the others of its row, and what its column says.
fn shared_fields(mapping: &TableMapping, kind: ShapeKind, entity: &str, column: &ShapeColumn) -> Vec<FieldBinding> {
    let of = |entity: &str| mapping.parts.iter().find(|part| part.entity == entity && part.part == 1);
    let mut fields = of(entity).map(|part| part.fields.clone()).unwrap_or_default();
    let named = |part: &&PartMapping| part.fields.iter().any(|field| field.field == "student");
    let main = entities_of(kind).iter().find_map(|main| of(main).filter(named)).filter(|main| main.entity != entity);
    for field in main.iter().flat_map(|main| &main.fields) {
        let common = matches!(field.field.as_str(), "student" | "academic_year" | "term" | "assessment");
        let has = crate::entities::find(entity).is_some_and(|entity| entity.field(&field.field).is_some());
        if common && has && !fields.iter().any(|known| known.field == field.field) {
            fields.push(field.clone());
        }
    }
    if let Some(fee) = main.and_then(|main| main.fields.iter().find(|field| field.field == "subtotal")) {
        let sum = if entity == "invoice_items" { "unit_price" } else { "amount" };
        fields.push(FieldBinding { field: sum.to_owned(), ..fee.clone() });
    }
    if entity == "payments" && column.means == OPENING {
        let day = main.and_then(|main| main.fields.iter().find(|field| field.field == "invoice_date"));
        fields.extend(day.map(|day| FieldBinding { field: "payment_date".to_owned(), ..day.clone() }));
    }
    let said: &[(&str, Binding)] = match kind {
        ShapeKind::Days => {
            &[("attendance_date", Binding::Constant(column.means.clone())), ("status", Binding::Column(column.column))]
        }
        ShapeKind::Subjects => &[("subject", Binding::Constant(column.means.clone()))],
        ShapeKind::Months => &[],
    };
    for (field, from) in said {
        fields.retain(|known| known.field != *field);
        fields.push(FieldBinding {
            field: (*field).to_owned(),
            from: from.clone(),
            confidence: 90,
            reason: String::new(),
            reason_args: Vec::new(),
        });
    }
    fields
}

/// A surah may span three juz: a row that names a surah and no juz may become three records.
fn expand_juz(mapping: &mut TableMapping) {
    let has = |part: &PartMapping, field: &str| part.fields.iter().any(|known| known.field == field);
    let of = |part: &&PartMapping| part.entity == "hafiz_progress";
    let Some(only) = mapping.parts.iter().find(of).filter(|part| has(part, "surah_number") && !has(part, "juz_number"))
    else {
        return;
    };
    let copies: Vec<PartMapping> = (2..=MOST_JUZ).map(|part| PartMapping { part, ..only.clone() }).collect();
    if mapping.parts.iter().filter(of).count() == 1 {
        mapping.parts.extend(copies);
    }
}
