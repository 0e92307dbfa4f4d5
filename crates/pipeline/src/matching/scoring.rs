//! Candidate pairs into scored ones: those that a person should look at, the weaker of rivals weakened.

use std::borrow::Borrow;

use super::compare::{Compared, Crowd, compare, is_shown};
use super::evidence::Evidence;
use super::person::Person;
use super::rivals::{Pair, outdone, weakened};

/// A pair that a person should look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// Numbers of the two records, the smaller first.
    pub records: [u32; 2],
    /// What the comparison gave.
    pub compared: Compared,
}

/// Compares all `pairs` and keeps what [`is_shown`]. `person` gives the person of a record, `table` the table it came
/// from; `tick` is told how many pairs are done.
///
/// # Errors
///
/// The first error of `person`, `table` or `tick`.
pub fn score<P: Borrow<Person>, E>(
    pairs: &[(u32, u32)],
    child: bool,
    crowd: &Crowd,
    person: &mut dyn FnMut(u32) -> Result<P, E>,
    table: &mut dyn FnMut(u32) -> Result<u32, E>,
    tick: &mut dyn FnMut(u64) -> Result<(), E>,
) -> Result<Vec<Scored>, E> {
    let mut kept = Vec::new();
    // Pairs come in order: the first of a pair is the same many times.
    for same in pairs.chunk_by(|one, other| one.0 == other.0) {
        let Some((first, _)) = same.first() else { continue };
        let one = person(*first)?;
        for (_, second) in same {
            let compared = compare(one.borrow(), person(*second)?.borrow(), child, crowd);
            if is_shown(&compared) {
                kept.push(Scored { records: [*first, *second], compared });
            }
        }
        tick(same.len() as u64)?;
    }
    weaken_outdone(kept, table)
}

fn weaken_outdone<E>(mut kept: Vec<Scored>, table: &mut dyn FnMut(u32) -> Result<u32, E>) -> Result<Vec<Scored>, E> {
    let mut pairs = Vec::with_capacity(kept.len());
    for Scored { records, compared } in &kept {
        pairs.push(Pair { records: *records, tables: [table(records[0])?, table(records[1])?], bits: compared.bits });
    }
    for (scored, outdone) in kept.iter_mut().zip(outdone(&pairs)) {
        if outdone {
            scored.compared.bits = weakened(scored.compared.bits);
            scored.compared.evidence.push(Evidence::Rival);
        }
    }
    kept.retain(|scored| is_shown(&scored.compared));
    Ok(kept)
}
