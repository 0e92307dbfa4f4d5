//! What the tests of rules and checks share: a row of a help page as a value with its column and its record.

use chrono::NaiveDate;
use model::{ColumnFacts, Cx, Entity, Field, Siblings};
use testkit::md::Row;

/// The day on which all tests take place.
pub(crate) fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap_or_default()
}

/// The other values of a record, as `field=value; field=value`.
pub(crate) struct Record(Vec<(String, String)>);

impl Record {
    pub(crate) fn of(text: &str) -> Self {
        let pairs = text.split(';').filter_map(|pair| pair.split_once('='));
        Self(pairs.map(|(field, value)| (field.trim().to_owned(), value.trim().to_owned())).collect())
    }
}

impl Siblings for Record {
    fn value(&self, field: &str) -> &str {
        self.0.iter().find(|(code, _)| code == field).map_or("", |(_, value)| value)
    }
}

/// One row of a help page.
pub(crate) struct Case {
    pub(crate) entity: &'static Entity,
    pub(crate) field: &'static Field,
    pub(crate) facts: ColumnFacts,
    pub(crate) record: Record,
    /// Page and line, for messages.
    pub(crate) place: String,
}

impl Case {
    /// The case that `row` of the page `code` describes. Its field is `students.full_name`, or `students` for the
    /// entity's first field.
    pub(crate) fn of(code: &str, row: &Row) -> Self {
        let place = format!("{code}.md line {}", row.line);
        let path = row.get("field");
        let (entity, field) = path.split_once('.').unwrap_or((path, ""));
        let entity = model::entities::find(entity).unwrap_or_else(|| panic!("{place}: no entity {entity}"));
        let field = if field.is_empty() { entity.fields.first() } else { entity.field(field) };
        let field = field.unwrap_or_else(|| panic!("{place}: no field {path}"));
        let record = Record::of(row.get("record"));
        for (code, _) in &record.0 {
            // What stands in other records is the check's own business.
            assert!(code.contains(['.', '#']) || entity.field(code).is_some(), "{place}: no field {code}");
        }
        Self { entity, field, facts: facts(row.get("column"), &place), record, place }
    }

    pub(crate) fn cx(&self) -> Cx<'_> {
        Cx { today: today(), entity: self.entity, field: self.field, column: &self.facts, record: &self.record }
    }
}

/// Column facts from words: `12 day-first; 3 month-first; mixed gender`.
fn facts(text: &str, place: &str) -> ColumnFacts {
    let mut facts = ColumnFacts::default();
    for fact in text.split(';').map(str::trim).filter(|fact| !fact.is_empty()) {
        let (count, what) = fact.split_once(' ').unwrap_or((fact, ""));
        match what {
            "day-first" => facts.dates.only_day_first = count.parse().unwrap_or_default(),
            "month-first" => facts.dates.only_month_first = count.parse().unwrap_or_default(),
            "zeros" => facts.gender_numbers[0] = count.parse().unwrap_or_default(),
            "ones" => facts.gender_numbers[1] = count.parse().unwrap_or_default(),
            "twos" => facts.gender_numbers[2] = count.parse().unwrap_or_default(),
            "either" => facts.dates.either = count.parse().unwrap_or_default(),
            _ if fact == "mixed gender" => facts.mixed_gender_codes = true,
            _ => panic!("{place}: {fact} is no fact about a column"),
        }
    }
    facts
}

/// The codes of the `.rs` files in a folder of this crate but `mod.rs`, and whether each has its page.
pub(crate) fn files(folder: &str) -> Vec<(String, bool)> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder);
    let entries = std::fs::read_dir(&root).unwrap_or_else(|error| panic!("{}: {error}", root.display()));
    let mut codes: Vec<(String, bool)> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "rs"))
        .filter_map(|path| Some((path.file_stem()?.to_str()?.replace('_', "-"), path.with_extension("md").exists())))
        .filter(|(code, _)| code != "mod")
        .collect();
    codes.sort();
    codes
}

/// The keys of all sentences that the `.rs` files of a folder can say: `"prefix.something"` in their text.
pub(crate) fn keys_said(folder: &str, prefix: &str) -> Vec<String> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder);
    let mut keys = Vec::new();
    for entry in std::fs::read_dir(root).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|end| end == "rs") {
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            let quoted = text.split('"').filter(|part| part.starts_with(prefix) && !part.contains(char::is_whitespace));
            keys.extend(quoted.map(str::to_owned));
        }
    }
    keys
}
