//! Small words that many screens share: titles of entities and fields, places, counts.

use model::{Entity, FieldPath, Words};
use staging::landing::Said;

/// The entity's name for people, in the plural.
pub(crate) fn entity(words: &Words, code: &str) -> String {
    words.text(&format!("entity.{code}")).to_owned()
}

/// The field's name for people.
pub(crate) fn field(words: &Words, entity: &str, field: &str) -> String {
    capital(words.text(&format!("field.{entity}.{field}")))
}

/// The field's name with the record it belongs to: "Penjaga 2: telefon".
pub(crate) fn path(words: &Words, path: &FieldPath) -> String {
    let key = format!("field.{}.{}", path.entity, path.field);
    format!("{}: {}", group(words, &path.entity, path.part), words.text(&key))
}

/// One record of an entity, with its number where a row has several.
pub(crate) fn group(words: &Words, entity: &str, part: u16) -> String {
    let one = capital(words.text(&format!("entity.{entity}.one")));
    if matches!(entity, "guardians" | "student_guardians") { format!("{one} {part}") } else { one }
}

/// A text that begins a line: its first letter is a capital.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What a person recognises a record by: its name, or the first thing that is filled.
pub(crate) fn who(entity: &Entity, values: &[String]) -> String {
    let named = ["full_name", "name", "first_name", "email", "code"];
    let by_name = named.iter().filter_map(|code| entity.position(code)).filter_map(|at| values.get(at));
    by_name.chain(values).find(|value| !value.is_empty()).cloned().unwrap_or_default()
}

/// A number as people read it: thousands apart, by the language's own way.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut said = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            said.push(',');
        }
        said.push(digit);
    }
    said
}

/// A size as people read it, by thousands: 412 MB.
pub(crate) fn size(bytes: u64) -> String {
    let (unit, of) = match bytes {
        0..1_000 => ("B", 1),
        1_000..1_000_000 => ("kB", 1_000),
        1_000_000..1_000_000_000 => ("MB", 1_000_000),
        _ => ("GB", 1_000_000_000),
    };
    let tenths = bytes / (of / 10).max(1);
    match (of, tenths) {
        (1, _) => format!("{bytes} {unit}"),
        (_, 100..) => format!("{} {unit}", bytes / of),
        _ => format!("{}.{} {unit}", tenths / 10, tenths % 10),
    }
}

/// A day, a month or a year as people write it: `2026-03-05` is "5 Mac 2026". Anything else stays as it is.
pub(crate) fn period(words: &Words, means: &str) -> String {
    pipeline::mapping::period(words, means)
}

/// The words that a sentence was saved with, said now: an entity stands in it by its code.
pub(crate) fn said(sentence: &Said, words: &Words) -> String {
    let say = |(name, value): &(String, String)| match name.as_str() {
        "entity" => (name.clone(), entity(words, value)),
        _ => (name.clone(), value.clone()),
    };
    Said { key: sentence.key.clone(), args: sentence.args.iter().map(say).collect() }.say(words)
}

/// What the portal calls a column, in the user's words where it is a field of the entity; a name of the portal's own,
/// such as that of a rule, stays as it is.
pub(crate) fn portal_column(words: &Words, entity: &str, column: &str) -> String {
    let own = || model::entities::find(entity).and_then(|entity| entity.field(column));
    match column {
        "source_key" => words.text("pseudo.source_key").to_owned(),
        _ if own().is_some() => words.text(&format!("field.{entity}.{column}")).to_owned(),
        _ => column.to_owned(),
    }
}

/// A column without a header by its letter, as workbooks name it: 0 is A, 26 is AA.
pub(crate) fn letter(column: u32) -> String {
    let mut rest = column + 1;
    let mut said = String::new();
    while rest > 0 {
        rest -= 1;
        said.insert(0, char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_columns_read_as_people_write_them() {
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(count(999), "999");
        let sizes = [999, 1_000, 9_960, 412_345_678, 2_500_000_000].map(size);
        assert_eq!(sizes, ["999 B", "1.0 kB", "9.9 kB", "412 MB", "2.5 GB"]);
        assert_eq!(letter(0), "A");
        assert_eq!(letter(25), "Z");
        assert_eq!(letter(26), "AA");
        assert_eq!(letter(16_383), "XFD");
    }
}
