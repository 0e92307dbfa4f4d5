//! Of two partners in one file only the better can be the same person.
//!
//! A class list has each child once, mostly. Where AINA of one file agrees with AINA of another in full, AINI of that
//! file is not AINA as well, however much the sisters agree.

use std::collections::HashMap;

use super::evidence::Evidence;

/// A pair with its score, as far as rivals need it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// The two records.
    pub records: [u32; 2],
    /// The tables they came from.
    pub tables: [u32; 2],
    /// Sum of weights, in bits.
    pub bits: f64,
}

/// How many bits better a partner must be to be a rival: eight times as probable.
const CLEARLY: f64 = 3.0;

/// For each pair, whether one of its records has a clearly better partner in the other's table.
#[must_use]
pub fn outdone(pairs: &[Pair]) -> Vec<bool> {
    let mut best: HashMap<(u32, u32), f64> = HashMap::new();
    let seen = |pair: &Pair| [(pair.records[0], pair.tables[1]), (pair.records[1], pair.tables[0])];
    for pair in pairs {
        for side in seen(pair) {
            let known = best.entry(side).or_insert(pair.bits);
            *known = known.max(pair.bits);
        }
    }
    let better = |pair: &Pair, side: (u32, u32)| best.get(&side).is_some_and(|best| *best > pair.bits + CLEARLY);
    pairs.iter().map(|pair| seen(pair).into_iter().any(|side| better(pair, side))).collect()
}

/// The bits of a pair that is outdone.
#[must_use]
pub fn weakened(bits: f64) -> f64 {
    bits + Evidence::Rival.weight()
}
