//! Why a column was bound or left alone, in words that a person can read.

use chrono::{Datelike as _, NaiveDate};
use model::{Binding, FieldPath, TableMapping, Words};

use super::fold::{Header, fold};
use super::lexicon;

/// A word key with its arguments.
pub type Reason = (String, Vec<(String, String)>);

/// Words of columns that hold sensitive data for which the portal has no field, or which are not taken unasked.
/// Source: the data protection act's sensitive data and the Ministry's export columns of money and welfare.
const SENSITIVE_WORDS: &[&str] = &[
    "pendapatan",
    "income",
    "salary",
    "bank",
    "oku",
    "ketidakupayaan",
    "disability",
    "yatim",
    "orphan",
    "kaum",
    "bangsa",
    "etnik",
    "race",
    "ethnicity",
    "agama",
    "religion",
    "majikan",
    "employer",
    "tanggungan",
    "darah",
    "blood",
    "asnaf",
    "b40",
    "zakat",
];

/// Words of columns with passwords.
const PASSWORD_WORDS: &[&str] = &["password", "kata laluan", "katalaluan", "pwd", "passwd"];

/// Headers of columns that only count the rows.
const SERIAL_HEADERS: &[&str] = &["bil", "no", "bilangan", "nombor siri", "no siri", "s no", "sn", "item"];

pub(crate) fn reason(key: &str, args: &[(&str, &str)]) -> Reason {
    (key.to_owned(), args.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

/// The word key of a field's title: `field.students.full_name`.
#[must_use]
pub fn field_key(path: &FieldPath) -> String {
    format!("field.{}.{}", path.entity, path.field)
}

/// A day or a month as people write it: `2026-03-05` is "5 Mac 2026" in Malay, `2026-03` is "Mac 2026". Anything else
/// stays as it is.
#[must_use]
pub fn period(words: &Words, means: &str) -> String {
    let day = if means.len() == 7 { format!("{means}-01") } else { means.to_owned() };
    let Ok(date) = NaiveDate::parse_from_str(&day, "%Y-%m-%d") else { return means.to_owned() };
    let month = words.text(&format!("month.{}", date.month())).to_owned();
    if means.len() == 7 {
        format!("{month} {}", date.year())
    } else {
        format!("{} {month} {}", date.day(), date.year())
    }
}

/// The sentence for a reason. Arguments that are word keys themselves, such as a field's, are said in words.
#[must_use]
pub fn sentence(words: &Words, key: &str, args: &[(String, String)]) -> String {
    let said = |name: &str, value: &str| match name {
        "field" | "entity" | "looks" | "relationship" => words.text(value).to_owned(),
        "month" => period(words, value),
        _ => value.to_owned(),
    };
    let args: Vec<(&str, String)> = args.iter().map(|(name, value)| (name.as_str(), said(name, value))).collect();
    let args: Vec<(&str, &str)> = args.iter().map(|(name, value)| (*name, value.as_str())).collect();
    words.say(key, &args)
}

/// Whether a column with this header holds sensitive data that is not taken unasked.
pub(crate) fn is_sensitive(header: &str) -> bool {
    let folded = fold(header);
    let word = folded.split(' ').any(|word| SENSITIVE_WORDS.contains(&word));
    word || model::entities::ALL.into_iter().any(|entity| {
        let found = lexicon::find(entity, header).filter(|found| found.score >= 85);
        found.and_then(|found| entity.fields.get(found.field)).is_some_and(|field| field.sensitive)
    })
}

/// Whether a column with this header holds passwords.
pub(crate) fn is_password(header: &str) -> bool {
    let lower = header.to_lowercase().replace(['_', '-'], " ");
    PASSWORD_WORDS.iter().any(|word| lower.contains(word))
}

/// Whether a column with this header only counts the rows.
pub(crate) fn is_serial(header: &str) -> bool {
    SERIAL_HEADERS.contains(&fold(header).as_str())
}

/// Why `column` (from 0) goes nowhere, or, where it is bound, why it is: a word key and its arguments.
#[must_use]
pub fn unmapped_reason(headers: &[String], mapping: &TableMapping, column: u32) -> Reason {
    if let Some((_, binding)) = mapping.column(column) {
        return (binding.reason.clone(), binding.reason_args.clone());
    }
    if let Some(shape) = mapping.shape.as_ref().filter(|_| mapping.shape_column(column).is_some()) {
        return (shape.reason.clone(), shape.reason_args.clone());
    }
    if let Some(left) = mapping.left_out.iter().find(|left| left.column == column) {
        return (left.reason.clone(), left.reason_args.clone());
    }
    let header = headers.get(column as usize).map_or("", |header| header.trim());
    let plain = |key: &str| reason(key, &[("header", header)]);
    if header.is_empty() {
        return plain("mapping.unmapped.blank");
    }
    if is_password(header) {
        return plain("mapping.password");
    }
    if is_serial(header) {
        return plain("mapping.unmapped.serial");
    }
    if is_sensitive(header) {
        return plain("mapping.sensitive");
    }
    meant(headers, mapping, header).unwrap_or_else(|| plain("mapping.unmapped.no-field"))
}

/// The reason for a header whose field this mapping could hold: taken by another column, or free.
fn meant(headers: &[String], mapping: &TableMapping, header: &str) -> Option<Reason> {
    let role = Header::read(header).role;
    let parts = mapping.parts.iter().filter(|part| {
        let numbered = matches!(role, Some(super::fold::Role::Guardian(Some(number))) if number != part.part);
        !(numbered && part.entity.ends_with("guardians"))
    });
    let mut free = None;
    for part in parts {
        let Some(entity) = model::entities::find(&part.entity) else { continue };
        let Some(found) = lexicon::find(entity, header) else { continue };
        let Some(field) = entity.fields.get(found.field) else { continue };
        let title = field_key(&FieldPath::new(entity.code, part.part, field.code));
        let Some(binding) = part.fields.iter().find(|binding| binding.field == field.code) else {
            free = free.or(Some(reason("mapping.unmapped.free", &[("header", header), ("field", &title)])));
            continue;
        };
        let other = match &binding.from {
            Binding::Constant(value) => value,
            from => {
                from.columns().first().and_then(|column| headers.get(*column as usize)).map_or("", |text| text.trim())
            }
        };
        return Some(reason("mapping.unmapped.taken", &[("header", header), ("field", &title), ("other", other)]));
    }
    free
}
