//! The likely guardian of a child who has none: by telephone, address, and the father's name in the child's own.
//!
//! A father's name alone is shared by thousands and never enough; a surname even less.

use super::names::{self, Father, Given, parts};
use super::person::Person;

/// Why a guardian may be a child's; its sentence is `match.likely.CODE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The same telephone number.
    Phone,
    /// The same address.
    Address,
    /// The child's name ends with the guardian's: AIMAN BIN **ROSLAN**.
    Father,
    /// Somebody of the same family has this guardian: the child shares a telephone or address with a sibling.
    Sibling,
}

impl Why {
    /// The word in the project file.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Address => "address",
            Self::Father => "father",
            Self::Sibling => "sibling",
        }
    }
}

/// What speaks for `guardian` as guardian of `child`; empty where it is not enough: at least a telephone number, or
/// two of the others.
#[must_use]
pub fn reasons(child: &Person, guardian: &Person, sibling: bool) -> Vec<Why> {
    let same = |one: u32, other: u32| one != 0 && one == other;
    let mut found = Vec::new();
    if same(child.phone, guardian.phone) {
        found.push(Why::Phone);
    }
    if same(child.address, guardian.address) {
        found.push(Why::Address);
    }
    if is_father(child, guardian) {
        found.push(Why::Father);
    }
    if sibling {
        found.push(Why::Sibling);
    }
    let enough = found.contains(&Why::Phone) || found.len() > 1;
    if enough { found } else { Vec::new() }
}

/// Whether the father named in the child's name begins the guardian's: a telling word, not MUHAMMAD alone.
fn is_father(child: &Person, guardian: &Person) -> bool {
    let (_, father) = parts(&child.name);
    let (given, _) = parts(&guardian.name);
    let as_name = format!("{father}|");
    names::is_telling(father)
        && given.contains(&father)
        && matches!(
            names::compare(&as_name, &format!("{}|", given.join(" "))),
            (Given::Same | Given::Fewer, Father::Missing)
        )
}
