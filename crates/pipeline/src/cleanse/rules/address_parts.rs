//! Rule `address-parts`: an address in one line, `12, Jalan Melati, 43000 Kajang, Selangor`, is offered in its parts.
//!
//! Only where the postcode lies in the state that is written behind it, or no state is written, and where the
//! fields for the parts are blank: what stands there already is never weighed against the line.

use model::{Cx, Field, Fix, Message, Rule};

use crate::standard::place;

/// The rule.
pub(super) static RULE: Rule = Rule { code: "address-parts", applies, propose };

/// The fields that the parts go to.
const PARTS: [&str; 3] = ["postcode", "city", "state"];

fn applies(field: &Field) -> bool {
    field.code == "address_line1"
}

fn propose(cx: &Cx<'_>, value: &str) -> Option<Fix> {
    let free = |part: &&str| cx.entity.field(part).is_some() && cx.record.value(part).is_empty();
    if !PARTS.iter().all(free) {
        return None;
    }
    let (at, postcode) = postcode_in(value)?;
    let before = value.get(..at)?.trim_end_matches([' ', ',', '.']);
    let after = value.get(at + postcode.len()..)?.trim_matches([' ', ',', '.']);
    let lies_in = place::state_of_postcode(postcode)?;
    let (city, state) = match after.rsplit_once(',') {
        Some((city, state)) => (city.trim(), Some(place::state(state)?)),
        None => (after, None),
    };
    let sound = !before.is_empty() && !city.is_empty() && !city.contains(',') && place::state(city).is_none();
    if !sound || city.bytes().any(|byte| byte.is_ascii_digit()) || state.is_some_and(|state| state != lies_in) {
        return None;
    }
    let reason = Message::new("fix.address-parts.split").with("postcode", postcode).with("state", lies_in);
    Some(Fix::review(before, reason).and("postcode", postcode).and("city", city).and("state", lies_in))
}

/// The only run of exactly five digits that is a postcode, and where it begins.
fn postcode_in(value: &str) -> Option<(usize, &str)> {
    let words = value.split(|char: char| !char.is_ascii_alphanumeric());
    let mut codes = words.filter(|word| place::is_postcode(word));
    let only = codes.next().filter(|_| codes.next().is_none())?;
    Some((only.as_ptr() as usize - value.as_ptr() as usize, only))
}
