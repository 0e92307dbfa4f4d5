//! What names a record at the portal for ever, whichever file it came from next time.

use std::collections::HashMap;

use model::{Entity, FieldKind};
use staging::records::{self, RecordRow};
use staging::{Connection, landing};

use crate::error::Failure;

/// Most keys of linked records remembered.
const MOST_KEYS: usize = 20_000;

/// Makes source keys; knows the files it has seen.
pub(crate) struct SourceKeys<'p> {
    conn: &'p Connection,
    /// SHA-256 beginnings of source files, by table.
    files: HashMap<i64, (String, String)>,
    /// Source keys of records that many others lead to.
    keys: HashMap<(&'static str, i64), String>,
}

impl<'p> SourceKeys<'p> {
    pub(crate) fn new(conn: &'p Connection) -> Self {
        Self { conn, files: HashMap::new(), keys: HashMap::new() }
    }

    /// What identifies a record for ever, whichever file it came from.
    pub(crate) fn of(&mut self, entity: &'static Entity, row: &RecordRow) -> Result<String, Failure> {
        for key in entity.keys {
            if let Some(parts) = self.key_parts(entity, row, key)? {
                return Ok(format!("{}:{}", key.code, parts.join("|")));
            }
        }
        self.place(row)
    }

    fn key_parts(
        &mut self,
        entity: &'static Entity,
        row: &RecordRow,
        key: &model::Key,
    ) -> Result<Option<Vec<String>>, Failure> {
        let mut parts = Vec::new();
        for field in key.fields {
            let at = entity.position(field).unwrap_or_default();
            let link = row.links.get(at).copied().flatten();
            let part = match (entity.fields.get(at).map(|field| field.kind), link) {
                (Some(FieldKind::Reference(to)), Some(id)) => self.linked_key(to.entity, id)?,
                _ => row.values.get(at).map(|value| value.trim().to_uppercase()).unwrap_or_default(),
            };
            if part.is_empty() && !key.may_be_blank.contains(field) {
                return Ok(None);
            }
            parts.push(part);
        }
        Ok(Some(parts))
    }

    fn linked_key(&mut self, code: &'static str, id: i64) -> Result<String, Failure> {
        if let Some(key) = self.keys.get(&(code, id)) {
            return Ok(key.clone());
        }
        let Some(entity) = model::entities::find(code) else { return Ok(String::new()) };
        let row = records::record(self.conn, entity, id)?;
        let key = self.of(entity, &row)?;
        if self.keys.len() >= MOST_KEYS {
            self.keys.clear();
        }
        self.keys.insert((code, id), key.clone());
        Ok(key)
    }

    /// A record without any number is known by its place: content of the file, table, row and part.
    fn place(&mut self, row: &RecordRow) -> Result<String, Failure> {
        if !self.files.contains_key(&row.table) {
            let table = landing::table(self.conn, row.table)?;
            let files = landing::files(self.conn, table.batch)?;
            let hash =
                files.iter().find(|file| file.id == table.file_id).map(|file| file.sha256.as_str()).unwrap_or_default();
            let begins = hash.get(..12).unwrap_or(hash).to_owned();
            self.files.insert(row.table, (begins, table.name));
        }
        let (hash, table) =
            self.files.get(&row.table).map(|(hash, table)| (hash.as_str(), table.as_str())).unwrap_or_default();
        Ok(format!("row:{hash}/{table}/{}/{}", row.row, row.part))
    }
}
