//! A push: one transaction that lands, resolves, writes, checks, notes, and then commits or takes back.

use std::time::Instant;

use model::Watch;
use sqlx::Row as _;
use uuid::Uuid;

use super::copy::Encoder;
use super::resolve::series;
use super::session::{End, Portal, Work};
use super::sql;
use crate::Error;
use crate::report::{EntityCounts, KEPT, Phase, PushReport, State};
use crate::shape::{self, Shape};
use crate::source::{PushOptions, PushSource, ReceiptSink};

/// One push at a time for the whole portal: two laptops with the same pupil make one pupil.
const LOCK: &str = "SELECT pg_advisory_xact_lock(hashtextextended('daftar push', 0))";
/// Sorting and hashing a large school stays in memory; for this transaction only.
const MEMORY: &str = "SET LOCAL work_mem = '96MB'; SET LOCAL maintenance_work_mem = '96MB'";

impl Portal {
    /// Pushes the records of `source` in one transaction and reports what became of them.
    ///
    /// A batch that was applied before is not written again: its report comes back, and the receipt is
    /// closed. A rehearsal does everything and takes it back.
    ///
    /// # Errors
    ///
    /// Whatever prevents the push as a whole; nothing is written then, except where
    /// [`Error::written`] says otherwise.
    pub fn push(
        &mut self,
        options: &PushOptions,
        source: &mut dyn PushSource,
        receipts: &mut dyn ReceiptSink,
        watch: &dyn Watch,
    ) -> Result<PushReport, Error> {
        self.transaction(watch, |work| {
            work.prologue(options)?;
            if let Some(report) = work.stored(options.batch)? {
                work.close_receipt(options, &report, receipts)?;
                return Ok((report, End::TakeBack));
            }
            let report = work.write_all(options, source)?;
            if report.state == State::Refused {
                return Ok((report, End::TakeBack));
            }
            work.epilogue(options, report, receipts)
        })
    }

    /// Where a batch stands in the portal, `None` where it never got there. Settles a crash or a lost
    /// connection around the commit.
    ///
    /// # Errors
    ///
    /// As [`Portal::check`].
    pub fn batch_state(&mut self, batch: Uuid, watch: &dyn Watch) -> Result<Option<State>, Error> {
        self.transaction(watch, |work| {
            work.must_be_portal()?;
            // a push that is still committing holds this lock
            work.run(LOCK)?;
            let rows = work.rows(&format!("SELECT state FROM migration.batches WHERE id = '{batch}'"))?;
            let state = rows.first().map(|row| row.try_get::<String, _>(0)).transpose()?;
            Ok((state.and_then(|state| State::from_code(&state)), End::TakeBack))
        })
    }
}

impl Work<'_> {
    fn prologue(&mut self, options: &PushOptions) -> Result<(), Error> {
        self.must_fit()?;
        self.run(LOCK)?;
        self.run(MEMORY)?;
        self.set("daftar.batch", &options.batch.to_string())?;
        self.set("daftar.source_system", &options.source_system)?;
        self.set("daftar.actor", &options.pushed_by)
    }

    /// Lands and writes all entities; the report says `Applied`, `Rehearsed` or `Refused`.
    fn write_all(&mut self, options: &PushOptions, source: &mut dyn PushSource) -> Result<PushReport, Error> {
        self.open_batch(options)?;
        let counts = source.counts();
        let total = counts.iter().map(|(_, count)| count).sum();
        let mut encoder = Encoder::new(options.workspace, total);
        for shape in shape::ALL.iter() {
            self.land(shape, source, &counts, &mut encoder)?;
        }
        let (mut phases, mut entities) = (Vec::new(), Vec::new());
        let mut done = encoder.done;
        for shape in shape::ALL.iter() {
            let staged = promised(&counts, shape);
            let (began, counts) = (Instant::now(), self.write(options, shape, staged)?);
            if staged > 0 {
                phases.push(phase(&counts, began));
                entities.push(counts);
            }
            done += staged;
            self.watch.progress(done, Some(total * 2));
        }
        self.report(options, phases, entities, encoder.fingerprint())
    }

    fn land(
        &mut self,
        shape: &'static Shape,
        source: &mut dyn PushSource,
        counts: &[(&'static str, u64)],
        encoder: &mut Encoder,
    ) -> Result<(), Error> {
        let (entity, promised) = (shape.entity.code, promised(counts, shape));
        self.run(&sql::landing_table(shape))?;
        let sent = if promised == 0 { 0 } else { self.copy_in(shape, source, encoder)? };
        if sent != promised {
            return Err(Error::SourceCount { entity, promised, sent });
        }
        self.run(&format!("ANALYZE pg_temp.s_{entity}")).map(drop)
    }

    fn write(&mut self, options: &PushOptions, shape: &'static Shape, staged: u64) -> Result<EntityCounts, Error> {
        self.watch.check()?;
        self.resolve(shape)?;
        if shape.entity.code == "students" {
            self.assign_numbers(&series(options))?;
        }
        self.apply(shape)?;
        self.run(&format!("DROP TABLE pg_temp.s_{}", shape.entity.code))?;
        self.must_be_whole(shape)?;
        self.counted(shape, staged)
    }

    fn report(
        &mut self,
        options: &PushOptions,
        phases: Vec<Phase>,
        entities: Vec<EntityCounts>,
        fingerprint: String,
    ) -> Result<PushReport, Error> {
        let mut rejects = Vec::new();
        self.each_reject(|reject| {
            if rejects.len() < KEPT {
                rejects.push(reject);
            }
            Ok(())
        })?;
        let limit = u64::from(options.max_reject_percent);
        let refused = entities.iter().any(|counts| counts.rejected * 100 > limit * counts.staged);
        let state = match (refused, options.rehearse) {
            (true, _) => State::Refused,
            (false, true) => State::Rehearsed,
            (false, false) => State::Applied,
        };
        let rejected = entities.iter().map(|counts| counts.rejected).sum();
        let batch = options.batch;
        Ok(PushReport { batch, state, repeated: false, phases, entities, rejects, rejected, fingerprint })
    }

    /// Notes everything, tells the project, and commits; a rehearsal notes and takes back.
    fn epilogue(
        &mut self,
        options: &PushOptions,
        report: PushReport,
        receipts: &mut dyn ReceiptSink,
    ) -> Result<(PushReport, End), Error> {
        must_be_as_rehearsed(options, &report)?;
        if options.rehearse {
            self.make_tokens(None)?;
            self.close_batch(&report)?;
            return Ok((report, End::TakeBack));
        }
        self.make_tokens(Some(&mut *receipts))?;
        self.close_batch(&report)?;
        self.tell(receipts)?;
        let receipt = self.receipt(options, &report)?;
        receipts.prepared(&receipt).map_err(Error::Receipt)?;
        self.watch.check()?;
        self.commit(options.batch)?;
        receipts.applied(&receipt).map_err(|cause| Error::ReceiptOpen { batch: options.batch, cause })?;
        Ok((report, End::Committed))
    }

    /// A batch that was applied before a crash: only the project does not know yet.
    fn close_receipt(
        &mut self,
        options: &PushOptions,
        report: &PushReport,
        receipts: &mut dyn ReceiptSink,
    ) -> Result<(), Error> {
        if options.rehearse || report.state != State::Applied {
            return Ok(());
        }
        let receipt = self.receipt(options, report)?;
        receipts.applied(&receipt).map_err(|cause| Error::ReceiptOpen { batch: options.batch, cause })
    }
}

fn promised(counts: &[(&'static str, u64)], shape: &Shape) -> u64 {
    counts.iter().find(|(code, _)| *code == shape.entity.code).map_or(0, |(_, count)| *count)
}

fn phase(counts: &EntityCounts, began: Instant) -> Phase {
    Phase {
        name: counts.entity.clone(),
        processed: counts.staged,
        migrated: counts.staged - counts.rejected,
        errors: counts.rejected,
        duration_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
    }
}

/// The plan that a person agreed to is the one that is executed.
fn must_be_as_rehearsed(options: &PushOptions, report: &PushReport) -> Result<(), Error> {
    let Some(expected) = &options.expect else { return Ok(()) };
    let moved = report.entities.iter().find(|counts| !expected.contains(counts));
    match moved {
        Some(counts) => Err(Error::Moved { entity: counts.entity.clone() }),
        None => Ok(()),
    }
}
