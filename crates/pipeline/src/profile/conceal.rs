//! What a profile never shows: identity numbers, sensitive data, passwords, and values that are somebody's own.

use model::{Field, FieldKind};

use crate::mapping::{is_password, is_sensitive};
use model::profile::document::{ColumnProfile, Hidden};

/// Of a list of values, each must come so often that it is nobody's own.
const LEAST_EACH: u64 = 2;
/// The same for values of two words and more, which may be names.
const LEAST_EACH_NAME: u64 = 10;
/// Kinds whose values are somebody's own, however often they come.
const PERSONAL: [&str; 4] = ["email", "identity", "phone", "address"];

/// Takes away what may not be shown of a column that `field` is made from (`None` for a column that goes nowhere).
/// What was taken away once stays away.
pub fn conceal(column: &mut ColumnProfile, field: Option<&Field>) {
    let reason = field.and_then(|field| match field.kind {
        FieldKind::IdentityNumber => Some(Hidden::Identity),
        _ if field.sensitive => Some(Hidden::Sensitive),
        _ => None,
    });
    if let Some(reason) = reason {
        hide(column, reason);
    }
}

/// The column without what its header or its values say must not be shown.
pub(super) fn by_itself(mut column: ColumnProfile) -> ColumnProfile {
    let of_kind = |kinds: &[&str]| -> u64 {
        column.kinds.iter().filter(|(kind, _)| kinds.contains(&kind.as_str())).map(|(_, count)| *count).sum()
    };
    // One in five is enough: the others may be mistyped numbers.
    let identity = of_kind(&["identity"]).saturating_mul(5) >= column.filled && column.filled > 0;
    let reason = match () {
        () if is_password(&column.name) => Some(Hidden::Password),
        () if is_sensitive(&column.name) => Some(Hidden::Sensitive),
        () if identity => Some(Hidden::Identity),
        () => None,
    };
    let personal = of_kind(&PERSONAL) > 0;
    let least = if of_kind(&["name"]) > 0 { LEAST_EACH_NAME } else { LEAST_EACH };
    if personal || column.distinct.count.saturating_mul(least) > column.filled {
        column.values = None;
    }
    match reason {
        Some(reason) => hide(&mut column, reason),
        None => column.hidden = None,
    }
    column
}

fn hide(column: &mut ColumnProfile, reason: Hidden) {
    column.hidden = Some(column.hidden.unwrap_or(reason));
    column.values = None;
    column.numbers = None;
    if column.hidden == Some(Hidden::Password) {
        column.patterns.clear();
    }
    if let Some(dates) = &mut column.dates {
        dates.first.clear();
        dates.last.clear();
        dates.years.clear();
    }
}
