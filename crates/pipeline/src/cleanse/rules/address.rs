//! Rule `address`: doubled and dangling commas in addresses.

use model::{Cx, Field, FieldKind, Fix, Message, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule { code: "address", applies, propose };

fn applies(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Address)
}

fn propose(_: &Cx<'_>, value: &str) -> Option<Fix> {
    let doubled = value.contains(",,") || value.contains(", ,") || value.contains(" ,");
    if !doubled && !value.starts_with(',') && !value.ends_with(',') {
        return None;
    }
    let parts: Vec<&str> = value.split(',').map(str::trim_end).filter(|part| !part.trim().is_empty()).collect();
    Some(Fix::safe(parts.join(",").trim(), Message::new("fix.address.commas")))
}
