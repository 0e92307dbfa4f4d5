//! By what two records are known again when a person has decided about them: where they stood, and what they say.
//!
//! Where: the same row of the same file, whatever was cleansed since. What: the same person in another file, brought
//! in later. Either is enough on each side. A record that stands for others has their keys too.

use std::collections::HashMap;

use model::Entity;
use pipeline::matching::person::Fields;
use staging::records::{self, RecordRow};
use staging::{Connection, landing, matches};

use super::people::values;
use crate::error::Failure;

/// Makes keys; knows the files it has seen.
pub(super) struct Keys<'c> {
    conn: &'c Connection,
    entity: &'static Entity,
    fields: Fields,
    files: HashMap<i64, String>,
}

impl<'c> Keys<'c> {
    pub(super) fn of(conn: &'c Connection, code: &str) -> Option<Self> {
        let entity = model::entities::find(code)?;
        Some(Self { conn, entity, fields: Fields::of(entity)?, files: HashMap::new() })
    }

    /// The keys of a record and of those it stands for.
    pub(super) fn record(&mut self, id: i64) -> Result<Vec<String>, Failure> {
        let mut keys = Vec::new();
        for id in [id].into_iter().chain(matches::merged_into(self.conn, self.entity.code, id)?) {
            let row = records::record(self.conn, self.entity, id)?;
            keys.extend(self.own(&row)?);
        }
        Ok(keys)
    }

    /// The keys of the record alone.
    pub(super) fn own(&mut self, row: &RecordRow) -> Result<Vec<String>, Failure> {
        let mut keys = vec![self.place(row)?];
        keys.extend(self.said(row));
        Ok(keys)
    }

    fn place(&mut self, row: &RecordRow) -> Result<String, Failure> {
        if !self.files.contains_key(&row.table) {
            let table = landing::table(self.conn, row.table)?;
            let files = landing::files(self.conn, table.batch)?;
            let hash = files.iter().find(|file| file.id == table.file_id).map_or("", |file| file.sha256.as_str());
            self.files.insert(row.table, format!("{}/{}", hash.get(..16).unwrap_or(hash), table.name));
        }
        let file = self.files.get(&row.table).map(String::as_str).unwrap_or_default();
        Ok(format!("row:{file}/{}/{}", row.row, row.part))
    }

    /// A name alone says nothing.
    fn said(&self, row: &RecordRow) -> Option<String> {
        let person = self.fields.read(&values(row), Vec::new());
        let born = person.born.map(|born| born.to_string()).unwrap_or_default();
        let said = [person.number.as_str(), person.own.as_str(), born.as_str()];
        let enough = !person.name.is_empty() && said.iter().any(|part| !part.is_empty());
        enough.then(|| format!("is:{}|{}", person.name, said.join("|")))
    }
}
