//! Who has which key: sorted pairs of half a hash and a record, kept so that one edit finds who else has its key.
//!
//! A full run writes them, an edit moves single ones. Eight bytes a record and check, in blobs of some thousand pairs:
//! as rows of an index they would take ten times that, and longer than the checks themselves.

use rusqlite::{Connection, OptionalExtension, params};

use crate::Result;

/// Pairs in one row of the table, but for a hash that more records have.
const CHUNK: usize = 2_048;

/// Half a hash of a key, and the record that has it.
pub type KeyPair = (u32, u32);

/// Half a hash of a key: FNV-1a folded, the same in every version of Daftar and of the compiler.
#[must_use]
pub fn key_hash(key: &str) -> u32 {
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = key.bytes().fold(0xcbf2_9ce4_8422_2325, mix);
    (hash ^ (hash >> 32)) as u32
}

/// Keeps all pairs of one check in one entity; `pairs` must be in order.
pub(super) fn save(conn: &Connection, check: &str, entity: &str, pairs: &[KeyPair]) -> Result<()> {
    let mut rest = pairs;
    // The first chunk begins at 0, so that every hash belongs to one.
    let mut first = 0;
    while !rest.is_empty() {
        let mut end = CHUNK.min(rest.len());
        let last = rest.get(end - 1).map(|pair| pair.0);
        while rest.get(end).map(|pair| pair.0).is_some_and(|hash| Some(hash) == last) {
            end += 1;
        }
        let (chunk, later) = rest.split_at(end);
        write(conn, check, entity, first, chunk)?;
        first = later.first().map_or(0, |pair| pair.0);
        rest = later;
    }
    Ok(())
}

/// The records whose key for `check` has this hash.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn key_candidates(conn: &Connection, check: &str, entity: &str, hash: u32) -> Result<Vec<i64>> {
    let Some((_, pairs)) = chunk_of(conn, check, entity, hash)? else { return Ok(Vec::new()) };
    let from = pairs.partition_point(|pair| pair.0 < hash);
    Ok(pairs.into_iter().skip(from).take_while(|pair| pair.0 == hash).map(|pair| i64::from(pair.1)).collect())
}

/// All pairs of one check in one entity, in order.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn all_keys(conn: &Connection, check: &str, entity: &str) -> Result<Vec<KeyPair>> {
    let sql = "SELECT data FROM check_key WHERE check_code = ?1 AND entity = ?2 ORDER BY first";
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query([check, entity])?;
    let mut pairs = Vec::new();
    while let Some(row) = rows.next()? {
        pairs.extend(pairs_of(row.get_ref(0)?.as_blob().unwrap_or_default()));
    }
    Ok(pairs)
}

/// Takes the pair `old` out and puts `new` in.
pub(super) fn shift(
    conn: &Connection,
    check: &str,
    entity: &str,
    old: Option<KeyPair>,
    new: Option<KeyPair>,
) -> Result<()> {
    if let Some(old) = old
        && let Some((first, mut pairs)) = chunk_of(conn, check, entity, old.0)?
        && let Ok(at) = pairs.binary_search(&old)
    {
        pairs.remove(at);
        write(conn, check, entity, first, &pairs)?;
    }
    if let Some(new) = new {
        let (first, mut pairs) = chunk_of(conn, check, entity, new.0)?.unwrap_or_default();
        if let Err(at) = pairs.binary_search(&new) {
            pairs.insert(at, new);
            write(conn, check, entity, first, &pairs)?;
        }
    }
    Ok(())
}

fn chunk_of(conn: &Connection, check: &str, entity: &str, hash: u32) -> Result<Option<(u32, Vec<KeyPair>)>> {
    let sql = "SELECT first, data FROM check_key WHERE check_code = ?1 AND entity = ?2 AND first <= ?3
               ORDER BY first DESC LIMIT 1";
    let mut statement = conn.prepare_cached(sql)?;
    let found = statement.query_row(params![check, entity, hash], |row| Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?)));
    Ok(found.optional()?.map(|(first, data)| (first, pairs_of(&data))))
}

fn pairs_of(data: &[u8]) -> Vec<KeyPair> {
    let (eights, _) = data.as_chunks::<8>();
    let pair = |bytes: &[u8; 8]| {
        let both = u64::from_be_bytes(*bytes);
        ((both >> 32) as u32, both as u32)
    };
    eights.iter().map(pair).collect()
}

fn write(conn: &Connection, check: &str, entity: &str, first: u32, pairs: &[KeyPair]) -> Result<()> {
    let mut data = Vec::with_capacity(pairs.len() * 8);
    for (hash, record) in pairs {
        data.extend_from_slice(&(u64::from(*hash) << 32 | u64::from(*record)).to_be_bytes());
    }
    let sql = "INSERT INTO check_key (check_code, entity, first, data) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT (check_code, entity, first) DO UPDATE SET data = excluded.data";
    conn.prepare_cached(sql)?.execute(params![check, entity, first, data])?;
    Ok(())
}
