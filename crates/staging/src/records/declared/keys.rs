//! Which row of a table has a key, of one column or of several: for every row a hash of its key and its position,
//! nothing else.

use model::Watch;
use rusqlite::Connection;
use sha2::{Digest, Sha256};

use crate::Result;
use crate::landing;

/// Half a SHA-256: no two keys of a school share it.
type Hash = [u8; 16];

/// The keys of one column, or of several together.
pub(super) struct Keys {
    /// By the number that a key is, else by its text, in order.
    meant: Vec<(Hash, u32)>,
    /// By the text, in order; only of keys that mean the same number, such as `007` and `7` beside each other.
    written: Vec<(Hash, u32)>,
}

impl Keys {
    /// Reads the `columns` (from 0) of the landed rows of `table` once, a second time only where keys are alike.
    pub(super) fn of(conn: &Connection, table: i64, columns: &[usize], watch: &dyn Watch) -> Result<Self> {
        let mut meant = hashes(conn, table, columns, watch, |key| Some(hash(&meanings(key))))?;
        meant.sort_unstable();
        let alike = |two: &[(Hash, u32)]| two[0].0 == two[1].0;
        let mut twice: Vec<Hash> = meant.windows(2).filter(|two| alike(two)).map(|two| two[0].0).collect();
        twice.dedup();
        let mut written = Vec::new();
        if !twice.is_empty() {
            let of_twice = |key: &[&str]| twice.binary_search(&hash(&meanings(key))).is_ok();
            written = hashes(conn, table, columns, watch, |key| of_twice(key).then(|| hash(&joined(key))))?;
            written.sort_unstable();
        }
        Ok(Self { meant, written })
    }

    /// The position of the only row with this key: as written, or the same whole number.
    pub(super) fn row(&self, key: &[&str]) -> Option<u64> {
        if !is_whole(key) {
            return None;
        }
        match matching(&self.meant, hash(&meanings(key))) {
            [(_, row)] => Some(u64::from(*row)),
            [] => None,
            _ => match matching(&self.written, hash(&joined(key))) {
                [(_, row)] => Some(u64::from(*row)),
                _ => None,
            },
        }
    }
}

fn hashes(
    conn: &Connection,
    table: i64,
    columns: &[usize],
    watch: &dyn Watch,
    wanted: impl Fn(&[&str]) -> Option<Hash>,
) -> Result<Vec<(Hash, u32)>> {
    let mut found = Vec::new();
    for block in landing::blocks(conn, table) {
        watch.check()?;
        let (first, block) = block?;
        let mut key = Vec::with_capacity(columns.len());
        for (at, row) in block.rows().enumerate() {
            key.clear();
            key.extend(columns.iter().map(|column| row.cell(*column).text));
            let row = u32::try_from(first + at as u64).ok();
            let hash = if is_whole(&key) { wanted(&key) } else { None };
            found.extend(hash.zip(row));
        }
    }
    Ok(found)
}

fn matching(sorted: &[(Hash, u32)], wanted: Hash) -> &[(Hash, u32)] {
    let from = sorted.partition_point(|(hash, _)| *hash < wanted);
    let until = sorted.partition_point(|(hash, _)| *hash <= wanted);
    &sorted[from..until]
}

/// Whether no part of the key is blank: as in a database, such a key names no row.
fn is_whole(key: &[&str]) -> bool {
    key.iter().all(|part| !part.trim().is_empty())
}

/// The parts of a key as one text; none can be taken for the end of another.
fn joined<T: AsRef<str>>(key: &[T]) -> String {
    let part = |part: &T| format!("{}:{}", part.as_ref().len(), part.as_ref());
    key.iter().map(part).collect()
}

/// What a key means, part by part.
fn meanings(key: &[&str]) -> String {
    joined(&key.iter().map(|part| meaning(part)).collect::<Vec<_>>())
}

fn hash(text: &str) -> Hash {
    let mut half = Hash::default();
    half.copy_from_slice(&Sha256::digest(text.as_bytes())[..16]);
    half
}

/// A whole number without its leading zeros, anything else as it is written.
fn meaning(text: &str) -> String {
    let number = text.trim();
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |digits| ("-", digits));
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return text.to_owned();
    }
    match digits.trim_start_matches('0') {
        "" => "0".to_owned(),
        digits => format!("{sign}{digits}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_key_stay_apart() {
        assert_ne!(joined(&["1", "23"]), joined(&["12", "3"]), "the same digits, other keys");
        assert_ne!(joined(&["1:2", "3"]), joined(&["1", "2:3"]), "the same signs, other keys");
        assert_eq!(meanings(&["007", "A"]), meanings(&["7", "A"]), "each part is compared by itself");
        assert!(!is_whole(&["7", " "]) && is_whole(&["7", "A"]));
    }

    #[test]
    fn numbers_are_compared_as_numbers_and_texts_as_texts() {
        for (one, other, same) in [
            ("7", "007", true),
            ("0", "-000", true),
            ("-7", "-07", true),
            ("7", "-7", false),
            ("7", " 7 ", true),
            ("7", "7.0", false),
            ("A1", "a1", false),
            ("A1", "A1 ", false),
            ("123456789012345678901234567890", "0123456789012345678901234567890", true),
        ] {
            assert_eq!(meaning(one) == meaning(other), same, "{one:?} and {other:?}");
        }
    }
}
