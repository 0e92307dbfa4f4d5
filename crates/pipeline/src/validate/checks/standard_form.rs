//! Check `standard-form`: dates, codes and numbers that the portal's columns would refuse.

use model::{Check, Cx, Entity, Field, FieldKind, Message, Scope, Section, Severity};

use crate::standard;
use crate::standard::date::{self, Century, Reading};
use crate::standard::hijri;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "standard-form",
    severity: Severity::Critical,
    section: Section::Validity,
    scope: Scope::Value { applies, ask },
};

fn applies(_: &Entity, field: &Field) -> bool {
    use FieldKind::{
        Amount, Bool, Code, Currency, Date, Figure, Integer, IntegerList, Json, Juz, LargeInteger, Moment, Postcode,
        Quantity, Score, Surah, Time,
    };
    let basic = matches!(field.kind, Date | Code(_) | Bool | Integer | Postcode | LargeInteger);
    let number = matches!(field.kind, Amount | Score | Quantity | Figure | IntegerList | Surah | Juz);
    basic || number || matches!(field.kind, Time | Moment | Json | Currency)
}

fn ask(cx: &Cx<'_>, value: &str) -> Option<Message> {
    if standard::is_blank(value) || standard::is_standard(cx.field, value) {
        return None;
    }
    Some(match cx.field.kind {
        FieldKind::Date => odd_date(cx, value),
        FieldKind::Code(_) => Message::new("found.standard-form.code"),
        FieldKind::Bool => Message::new("found.standard-form.bool"),
        FieldKind::Integer | FieldKind::LargeInteger => Message::new("found.standard-form.integer"),
        FieldKind::Amount | FieldKind::Quantity | FieldKind::Figure => Message::new("found.standard-form.amount"),
        FieldKind::Score => Message::new("found.standard-form.score"),
        FieldKind::Time => Message::new("found.standard-form.time"),
        FieldKind::Moment => Message::new("found.standard-form.moment"),
        FieldKind::IntegerList => Message::new("found.standard-form.list"),
        FieldKind::Json => Message::new("found.standard-form.json"),
        FieldKind::Surah => Message::new("found.standard-form.surah"),
        FieldKind::Juz => Message::new("found.standard-form.juz"),
        FieldKind::Currency => Message::new("found.standard-form.currency"),
        _ => Message::new("found.standard-form.postcode"),
    })
}

/// Why a date is not in the standard form.
fn odd_date(cx: &Cx<'_>, value: &str) -> Message {
    match date::read(value, Century { born: None, today: cx.today }) {
        Reading::Impossible => Message::new("found.standard-form.no-such-day"),
        Reading::Hijri(year) => Message::new("found.standard-form.hijri").with("year", year),
        Reading::Either(_) => Message::new("found.standard-form.two-ways"),
        _ => match hijri::read(value) {
            Some(day) => Message::new("found.standard-form.hijri").with("year", day.year),
            None => Message::new("found.standard-form.date"),
        },
    }
}
