//! The first step of a push: records travel to the incoming tables chunk by chunk, each in a transaction of its
//! own, so that a connection that was cut goes on with the chunk that is missing.
//!
//! A chunk is known by upload, entity and place, and by the hash of what the project sent. What lies there with
//! the same hash is not sent again; anything else in its place is replaced. Before the apply the server's list of
//! chunks is compared with what was sent, under a lock: neither a crash of the server, which empties these tables,
//! nor a second computer with a copy of the project can slip other rows in.

use std::collections::HashMap;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Duration;

use model::Watch;
use sha2::{Digest as _, Sha256};
use sqlx::Row as _;

use super::copy::{Encoder, Order};
use super::session::{End, Portal, Work};
use super::sql;
use crate::Error;
use crate::shape::{self, Shape};
use crate::source::{PushOptions, PushSource, Upload};

/// How often a chunk is tried again on a new connection.
const TRIES: u32 = 3;
/// The wait before the next try.
const PAUSE: Duration = Duration::from_millis(500);
/// The longest wait for a connection that still holds a chunk's place.
const PATIENCE: &str = "20s";
/// Chunks that nobody came back for go after this.
const OLDEST: &str = "7 days";

/// One chunk as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chunk {
    entity: &'static str,
    number: i32,
    rows: i64,
    sha256: String,
}

impl Chunk {
    fn place(&self, upload: &Upload) -> String {
        format!("c.upload_id = '{}' AND c.entity = '{}' AND c.chunk = {}", upload.id, self.entity, self.number)
    }
}

/// What an upload sent.
pub(super) struct Sent {
    pub(super) id: uuid::Uuid,
    chunks: Vec<Chunk>,
    pub(super) fingerprint: String,
}

/// Known chunks of an upload by entity and place.
type Known = HashMap<(String, i32), String>;

/// One chunk on its way from the thread that reads the project to the one that sends.
struct Parcel {
    shape: &'static Shape,
    chunk: Chunk,
    lines: Vec<u8>,
}

impl Portal {
    /// Sends all records into the incoming tables; what lies there already from an earlier try stays. While one chunk
    /// is sent, the next is read.
    pub(super) fn upload(
        &mut self,
        options: &PushOptions,
        source: &mut dyn PushSource,
        watch: &dyn Watch,
    ) -> Result<Sent, Error> {
        let known = self.transaction(watch, |work| Ok((work.known_chunks(&options.upload)?, End::Commit)))?;
        let mut sender = Sender { portal: self, upload: options.upload, known, watch };
        std::thread::scope(|scope| {
            let (parcels, arriving) = sync_channel(0);
            let sending = scope.spawn(move || arriving.into_iter().try_for_each(|parcel| sender.send(&parcel)));
            let read = read_all(options, source, watch, &parcels);
            drop(parcels);
            // what stopped the sending is why the reading stopped too
            sending.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
            read
        })
    }

    /// Takes an upload out of the incoming tables. Nothing hangs on it: what is left goes with age.
    pub(super) fn forget_upload(&mut self, upload: &Upload) {
        let id = upload.id;
        // whoever stopped the push does not wait to see this done, and cannot stop it either
        let _ = self.transaction(&model::Silent, |work| Ok((work.clear_upload(id)?, End::Commit)));
    }
}

/// Reads all records and gives them away in chunks.
fn read_all(
    options: &PushOptions,
    source: &mut dyn PushSource,
    watch: &dyn Watch,
    parcels: &SyncSender<Parcel>,
) -> Result<Sent, Error> {
    let counts = source.counts();
    let total = counts.iter().map(|(_, count)| count).sum();
    let mut encoder = Encoder::new(options.workspace, total);
    let mut chunks = Vec::new();
    for shape in shape::ALL.iter() {
        let entity = shape.entity.code;
        let promised = counts.iter().find(|(code, _)| *code == entity).map_or(0, |(_, count)| *count);
        let mut reader = Reader { shape, bytes: options.upload.chunk_bytes, watch, parcels, given: 0 };
        let sent = if promised == 0 { 0 } else { reader.entity(source, &mut encoder, &mut chunks)? };
        if sent != promised {
            return Err(Error::SourceCount { entity, promised, sent });
        }
    }
    Ok(Sent { id: options.upload.id, chunks, fingerprint: encoder.fingerprint() })
}

/// Makes the chunks of one entity.
struct Reader<'r> {
    shape: &'static Shape,
    bytes: usize,
    watch: &'r dyn Watch,
    parcels: &'r SyncSender<Parcel>,
    given: i32,
}

impl Reader<'_> {
    fn entity(
        &mut self,
        source: &mut dyn PushSource,
        encoder: &mut Encoder,
        chunks: &mut Vec<Chunk>,
    ) -> Result<u64, Error> {
        let shape = self.shape;
        let mut order = Order::new(shape.entity.code, shape.inputs.len());
        let mut open = Open::new(self.bytes);
        source.rows(shape.entity, &mut |row| {
            order.next(row)?;
            encoder.count(self.watch)?;
            let kept = encoder.line(shape, row, &mut open.lines)?;
            open.digest.update(kept);
            open.digest.update(b"\n");
            open.rows += 1;
            if open.lines.len() >= self.bytes {
                chunks.push(self.close(&mut open)?);
            }
            Ok(())
        })?;
        if open.rows > 0 {
            chunks.push(self.close(&mut open)?);
        }
        Ok(order.sent())
    }

    fn close(&mut self, open: &mut Open) -> Result<Chunk, Error> {
        let Open { lines, rows, digest } = std::mem::replace(open, Open::new(self.bytes));
        let sha256 = crate::secrets::hex(&digest.finalize());
        let chunk = Chunk { entity: self.shape.entity.code, number: self.given, rows, sha256 };
        self.given += 1;
        let parcel = Parcel { shape: self.shape, chunk: chunk.clone(), lines };
        // nobody takes it only where the sending failed, which is what will be told
        self.parcels.send(parcel).map_err(|_| Error::Interrupted)?;
        Ok(chunk)
    }
}

/// Sends chunks.
struct Sender<'s> {
    portal: &'s mut Portal,
    upload: Upload,
    known: Known,
    watch: &'s dyn Watch,
}

impl Sender<'_> {
    /// Sends a chunk that is not there yet, on a new connection where the old one was lost.
    fn send(&mut self, Parcel { shape, chunk, lines }: &Parcel) -> Result<(), Error> {
        if self.known.get(&(chunk.entity.to_owned(), chunk.number)) == Some(&chunk.sha256) {
            return Ok(());
        }
        let mut tries = 1;
        loop {
            let upload = &self.upload;
            let sent = self.portal.transaction(self.watch, |work| {
                work.put_chunk(upload, shape, chunk, lines)?;
                Ok(((), End::Commit))
            });
            match sent {
                Err(Error::Interrupted | Error::Unreachable { .. }) if tries < TRIES => {
                    tries += 1;
                    self.watch.check()?;
                    std::thread::sleep(PAUSE);
                }
                done => return done,
            }
        }
    }
}

/// The chunk that is being filled.
struct Open {
    lines: Vec<u8>,
    rows: i64,
    digest: Sha256,
}

impl Open {
    fn new(bytes: usize) -> Self {
        Self { lines: Vec::with_capacity(bytes + 4096), rows: 0, digest: Sha256::new() }
    }
}

impl Work<'_> {
    /// The chunks of this upload that are there, once those that nobody came back for are gone.
    fn known_chunks(&mut self, upload: &Upload) -> Result<Known, Error> {
        self.clear(&format!("c.sent_at < now() - interval '{OLDEST}'"))?;
        let sql =
            format!("SELECT entity, chunk, sha256 FROM migration.incoming_chunks WHERE upload_id = '{}'", upload.id);
        let mut known = Known::new();
        self.each(&sql, |row| {
            known.insert((row.try_get(0)?, row.try_get(1)?), row.try_get(2)?);
            Ok(())
        })?;
        Ok(known)
    }

    /// Puts one chunk in its place, unless it lies there with the same content.
    fn put_chunk(&mut self, upload: &Upload, shape: &Shape, chunk: &Chunk, lines: &[u8]) -> Result<(), Error> {
        // the connection before this one may not be known as lost yet, and may hold the place
        self.run(&format!("SET LOCAL lock_timeout = '{PATIENCE}'"))?;
        for _ in 0..TRIES {
            if self.has_chunk(upload, chunk)? {
                return Ok(());
            }
            if let Some(made) = self.open_chunk(upload, chunk)? {
                self.set("daftar.chunk", &made.to_string())?;
                let columns = sql::incoming_columns(shape);
                return self.copy_lines(&format!("COPY migration.incoming_rows ({columns}) FROM STDIN"), lines);
            }
        }
        Err(Error::Busy)
    }

    /// Whether this very chunk lies in its place; another one that lies there is taken away.
    fn has_chunk(&mut self, upload: &Upload, chunk: &Chunk) -> Result<bool, Error> {
        let place = chunk.place(upload);
        let there = self.rows(&format!("SELECT sha256 FROM migration.incoming_chunks c WHERE {place} FOR UPDATE"))?;
        let Some(row) = there.first() else { return Ok(false) };
        if row.try_get::<String, _>(0)? == chunk.sha256 {
            return Ok(true);
        }
        self.clear(&place).map(|()| false)
    }

    /// The number of a new chunk; nothing where somebody was quicker.
    fn open_chunk(&mut self, upload: &Upload, chunk: &Chunk) -> Result<Option<i64>, Error> {
        let Chunk { entity, number, rows, sha256 } = chunk;
        let made = self.rows(&format!(
            "INSERT INTO migration.incoming_chunks (upload_id, entity, chunk, row_count, sha256)
             VALUES ('{}', '{entity}', {number}, {rows}, '{sha256}')
             ON CONFLICT (upload_id, entity, chunk) DO NOTHING RETURNING id",
            upload.id
        ))?;
        Ok(made.first().map(|row| row.try_get(0)).transpose()?)
    }

    /// The server must hold exactly what was sent; the chunks stay locked until the end of the transaction.
    ///
    /// # Errors
    ///
    /// [`Error::UploadLost`] where it does not.
    pub(super) fn must_be_uploaded(&mut self, sent: &Sent) -> Result<(), Error> {
        let mut there = HashMap::new();
        let sql = format!(
            "SELECT entity, chunk, row_count, sha256 FROM migration.incoming_chunks WHERE upload_id = '{}'
             ORDER BY id FOR UPDATE",
            sent.id
        );
        self.each(&sql, |row| {
            let place: (String, i32) = (row.try_get(0)?, row.try_get(1)?);
            there.insert(place, (row.try_get::<i64, _>(2)?, row.try_get::<String, _>(3)?));
            Ok(())
        })?;
        for Chunk { entity, number, rows, sha256 } in &sent.chunks {
            let found = there.remove(&((*entity).to_owned(), *number));
            if !found.is_some_and(|(count, hash)| count == *rows && hash == *sha256) {
                return Err(Error::UploadLost);
            }
        }
        // of an earlier try with more records
        for (entity, number) in there.keys() {
            self.clear(&format!("c.upload_id = '{}' AND c.entity = '{entity}' AND c.chunk = {number}", sent.id))?;
        }
        Ok(())
    }

    /// Moves an entity's uploaded lines into its landing table.
    pub(super) fn land_uploaded(&mut self, shape: &Shape, sent: &Sent) -> Result<u64, Error> {
        let columns = sql::incoming_columns(shape);
        let code = shape.entity.code;
        self.run(&format!(
            "INSERT INTO pg_temp.s_{code} SELECT {columns} FROM migration.incoming_rows r
             WHERE r.chunk_id IN (SELECT c.id FROM migration.incoming_chunks c
                                  WHERE c.upload_id = '{}' AND c.entity = '{code}')",
            sent.id
        ))
    }

    /// Takes an upload out of the incoming tables.
    pub(super) fn clear_upload(&mut self, upload: uuid::Uuid) -> Result<(), Error> {
        self.clear(&format!("c.upload_id = '{upload}'"))
    }

    fn clear(&mut self, which: &str) -> Result<(), Error> {
        self.run(&format!(
            "DELETE FROM migration.incoming_rows r USING migration.incoming_chunks c WHERE r.chunk_id = c.id AND {which};
             DELETE FROM migration.incoming_chunks c WHERE {which}"
        ))
        .map(drop)
    }
}
