//! Families: children who share a guardian, a telephone number or an address. Never a surname: most have none.
//!
//! A guardian is one by identity number, or by being the same record. A telephone number or an address joins families
//! too, unless more than [`MOST_FAMILIES`] have it: then it is the school's own number, a hostel or a village.

use std::collections::HashMap;

/// From more families than this on a telephone number or address is nobody's own.
pub const MOST_FAMILIES: usize = 3;

/// What ties children together: hashes of the values, by child. Eight bytes each.
#[derive(Debug, Default)]
pub struct Ties {
    /// Guardians, by identity number or record.
    pub guardians: Vec<(u32, u32)>,
    /// Telephone numbers and addresses.
    pub contacts: Vec<(u32, u32)>,
}

/// The families of all children.
#[derive(Debug, Default)]
pub struct Families {
    /// Family and child, in order; children alone have none. A family is named by its first child.
    pub members: Vec<(u32, u32)>,
    /// Telephone numbers and addresses that are nobody's own, in order.
    pub fillers: Vec<u32>,
}

impl Ties {
    /// The families. `school` are numbers known to be the school's own.
    #[must_use]
    pub fn families(mut self, school: &[u32]) -> Families {
        let mut sets = Sets::default();
        self.guardians.sort_unstable();
        for shared in self.guardians.chunk_by(|one, other| one.0 == other.0) {
            sets.join_all(shared);
        }
        self.contacts.sort_unstable();
        self.contacts.dedup();
        // First counted, then joined: else one filler would make one family of those it is counted by.
        let mut fillers: Vec<u32> = school.to_vec();
        for shared in self.contacts.chunk_by(|one, other| one.0 == other.0) {
            let mut roots: Vec<u32> = shared.iter().map(|(_, child)| sets.root(*child)).collect();
            roots.sort_unstable();
            roots.dedup();
            if roots.len() > MOST_FAMILIES {
                fillers.extend(shared.first().map(|(hash, _)| *hash));
            }
        }
        fillers.sort_unstable();
        fillers.dedup();
        for shared in self.contacts.chunk_by(|one, other| one.0 == other.0) {
            if shared.first().is_some_and(|(hash, _)| fillers.binary_search(hash).is_err()) {
                sets.join_all(shared);
            }
        }
        Families { members: sets.members(), fillers }
    }
}

/// Sets of children that belong together (Galler and Fischer, 1964).
#[derive(Debug, Default)]
struct Sets {
    parents: HashMap<u32, u32>,
}

impl Sets {
    fn root(&mut self, child: u32) -> u32 {
        let mut root = child;
        while let Some(parent) = self.parents.get(&root).copied().filter(|parent| *parent != root) {
            root = parent;
        }
        let mut at = child;
        while let Some(parent) = self.parents.insert(at, root).filter(|parent| *parent != root && at != root) {
            at = parent;
        }
        root
    }

    fn join_all(&mut self, shared: &[(u32, u32)]) {
        let Some((_, first)) = shared.first() else { return };
        for (_, child) in shared {
            let (one, other) = (self.root(*first), self.root(*child));
            self.parents.insert(one.max(other), one.min(other));
        }
    }

    fn members(mut self) -> Vec<(u32, u32)> {
        let children: Vec<u32> = self.parents.keys().copied().collect();
        let mut members: Vec<(u32, u32)> = children.into_iter().map(|child| (self.root(child), child)).collect();
        members.sort_unstable();
        let together = members.chunk_by(|one, other| one.0 == other.0).filter(|family| family.len() > 1);
        together.flatten().copied().collect()
    }
}
