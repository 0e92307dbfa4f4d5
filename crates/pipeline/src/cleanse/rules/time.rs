//! Rule `time`: times of day as `07:30:00`, and days with a time of day.

use model::{Cx, Field, FieldKind, Fix, Message, Rule};

use crate::standard::{
    self,
    time::{self, Written},
};

/// The rule.
pub(super) static RULE: Rule = Rule { code: "time", applies, propose };

fn applies(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Time | FieldKind::Moment)
}

fn propose(cx: &Cx<'_>, value: &str) -> Option<Fix> {
    if standard::is_standard(cx.field, value) {
        return None;
    }
    if matches!(cx.field.kind, FieldKind::Moment) {
        let moment = time::read_moment(value, cx.today)?;
        return Some(match moment.written {
            Written::Here => Fix::safe(moment.text, Message::new("fix.time.form")),
            Written::Elsewhere => Fix::review(moment.text, Message::new("fix.time.zone")),
            Written::Untimed => Fix::review(moment.text, Message::new("fix.time.no-time")),
        });
    }
    Some(match time::read(value)? {
        time::Clock::Certain(time) => Fix::safe(time.to_string(), Message::new("fix.time.form")),
        time::Clock::Doubtful(time) => Fix::review(time.to_string(), Message::new("fix.time.half")),
    })
}
