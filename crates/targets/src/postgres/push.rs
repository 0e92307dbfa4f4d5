//! A push in three steps: records are uploaded, then applied in one transaction that lands, resolves, writes,
//! checks, notes, and then commits or takes back. Verifying is the third, on its own (`verify`).

use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use model::Watch;
use sqlx::Row as _;
use uuid::Uuid;

use super::copy::Encoder;
use super::resolve::series;
use super::session::{End, Portal, Work};
use super::sql;
use super::upload::Sent;
use crate::Error;
use crate::policy::Policy;
use crate::report::{EntityCounts, KEPT, Phase, PushReport, State};
use crate::shape::{self, Shape};
use crate::source::{PushOptions, PushSource, ReceiptSink};

/// One push at a time for the whole portal: two laptops with the same pupil make one pupil.
const LOCK: &str = "SELECT pg_advisory_xact_lock(hashtextextended('daftar push', 0))";
/// Sorting and hashing a large school stays in memory; for this transaction only.
const MEMORY: &str = "SET LOCAL work_mem = '96MB'; SET LOCAL maintenance_work_mem = '96MB'";
/// How often records are uploaded anew where the server has lost them.
const UPLOADS: u32 = 3;
/// How far the clocks of computer and server may be apart: time zones set wrongly pass, a wrong day does not.
const CLOCKS_APART: TimeDelta = TimeDelta::hours(26);

impl Portal {
    /// Pushes the records of `source` and reports what became of them. Large pushes are uploaded first, in chunks
    /// that go on where an earlier try was cut off; all that stays is written in one transaction.
    ///
    /// A batch that was applied before is not written again: its report comes back, and the receipt is
    /// closed. A rehearsal does everything and takes it back; what it uploaded stays for the push after it.
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
        let records: u64 = source.counts().iter().map(|(_, count)| count).sum();
        if records < options.upload.direct_below {
            return self.apply(options, source, receipts, watch, None);
        }
        let mut uploads = 1;
        watch.step("upload");
        let outcome = loop {
            match self.upload_and_apply(options, source, receipts, watch) {
                Err(Error::UploadLost) if uploads < UPLOADS => {
                    uploads += 1;
                    watch.step("resend");
                }
                outcome => break outcome,
            }
        };
        if is_over(&outcome) {
            self.forget_upload(&options.upload);
        }
        outcome
    }

    fn upload_and_apply(
        &mut self,
        options: &PushOptions,
        source: &mut dyn PushSource,
        receipts: &mut dyn ReceiptSink,
        watch: &dyn Watch,
    ) -> Result<PushReport, Error> {
        let known = self.transaction(watch, |work| {
            work.must_fit()?;
            work.must_have_the_time(options.clock)?;
            Ok((work.stored(options.batch)?.is_some(), End::TakeBack))
        })?;
        let sent = if known { None } else { Some(self.upload(options, source, watch)?) };
        self.apply(options, source, receipts, watch, sent.as_ref())
    }

    fn apply(
        &mut self,
        options: &PushOptions,
        source: &mut dyn PushSource,
        receipts: &mut dyn ReceiptSink,
        watch: &dyn Watch,
        sent: Option<&Sent>,
    ) -> Result<PushReport, Error> {
        watch.step("write");
        self.transaction(watch, |work| {
            work.prologue(options)?;
            if let Some(report) = work.stored(options.batch)? {
                work.close_receipt(options, &report, receipts)?;
                return Ok((report, End::TakeBack));
            }
            let report = work.write_all(options, source, receipts, sent)?;
            if report.state == State::Refused {
                return Ok((report, End::TakeBack));
            }
            work.epilogue(options, report, receipts, sent)
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

/// Whether nobody will come back for what was uploaded.
fn is_over(outcome: &Result<PushReport, Error>) -> bool {
    match outcome {
        Ok(report) => report.state != State::Rehearsed,
        Err(error) => !(error.may_pass() || error.written() || matches!(error, Error::Moved { .. })),
    }
}

impl Work<'_> {
    fn prologue(&mut self, options: &PushOptions) -> Result<(), Error> {
        self.must_fit()?;
        self.must_have_the_time(options.clock)?;
        self.run(LOCK)?;
        self.run(MEMORY)?;
        self.set("daftar.batch", &options.batch.to_string())?;
        self.set("daftar.source_system", &options.source_system)?;
        self.set("daftar.actor", &options.pushed_by)
    }

    /// A clock that is days off would put wrong dates into receipts and numbers, and wrong years into a new portal.
    pub(super) fn must_have_the_time(&mut self, here: Option<DateTime<Utc>>) -> Result<(), Error> {
        let Some(here) = here else { return Ok(()) };
        let there: DateTime<Utc> = self.row("SELECT clock_timestamp()")?.try_get(0)?;
        if (there - here).abs() > CLOCKS_APART { Err(Error::ClockWrong { here, there }) } else { Ok(()) }
    }

    /// Lands and writes all entities; the report says `Applied`, `Rehearsed` or `Refused`.
    fn write_all(
        &mut self,
        options: &PushOptions,
        source: &mut dyn PushSource,
        receipts: &mut dyn ReceiptSink,
        sent: Option<&Sent>,
    ) -> Result<PushReport, Error> {
        self.open_batch(options)?;
        let counts = source.counts();
        let total: u64 = counts.iter().map(|(_, count)| count).sum();
        let fingerprint = match sent {
            Some(sent) => self.land_all_uploaded(&counts, sent)?,
            None => self.land_all(options, source, &counts)?,
        };
        let (mut phases, mut entities, mut differing) = (Vec::new(), Vec::new(), Vec::new());
        let mut done = total;
        for shape in shape::ALL.iter() {
            let staged = promised(&counts, shape);
            let began = Instant::now();
            let counts = self.write(options, shape, staged, source, receipts)?;
            if staged > 0 {
                phases.push(phase(&counts, began));
                differing.extend(self.still_differing(options, shape)?);
                entities.push(counts);
            }
            done += staged;
            self.watch.progress(done, Some(total * 2));
        }
        let report = self.report(options, phases, entities, fingerprint)?;
        Ok(PushReport { differing, ..report })
    }

    /// Lands the records straight from the project; gives the fingerprint.
    fn land_all(
        &mut self,
        options: &PushOptions,
        source: &mut dyn PushSource,
        counts: &[(&'static str, u64)],
    ) -> Result<String, Error> {
        let total = counts.iter().map(|(_, count)| count).sum();
        let mut encoder = Encoder::new(options.workspace, total);
        for shape in shape::ALL.iter() {
            self.run(&sql::landing_table(shape))?;
            let promised = promised(counts, shape);
            let sent = if promised == 0 { 0 } else { self.copy_in(shape, source, &mut encoder)? };
            self.landed(shape, promised, sent)?;
        }
        Ok(encoder.fingerprint())
    }

    /// Lands the records that were uploaded; gives the fingerprint.
    fn land_all_uploaded(&mut self, counts: &[(&'static str, u64)], sent: &Sent) -> Result<String, Error> {
        self.must_be_uploaded(sent)?;
        for shape in shape::ALL.iter() {
            self.watch.check()?;
            self.run(&sql::landing_table(shape))?;
            let rows = self.land_uploaded(shape, sent)?;
            self.landed(shape, promised(counts, shape), rows)?;
        }
        Ok(sent.fingerprint.clone())
    }

    fn landed(&mut self, shape: &'static Shape, promised: u64, sent: u64) -> Result<(), Error> {
        let entity = shape.entity.code;
        if sent != promised {
            return Err(Error::SourceCount { entity, promised, sent });
        }
        self.run(&format!("ANALYZE pg_temp.s_{entity}")).map(drop)
    }

    fn write(
        &mut self,
        options: &PushOptions,
        shape: &'static Shape,
        staged: u64,
        source: &mut dyn PushSource,
        receipts: &mut dyn ReceiptSink,
    ) -> Result<EntityCounts, Error> {
        self.watch.check()?;
        let policy = options.policies.of(shape.entity.code);
        let known = source.known_rows(shape.entity)?;
        self.take_known(shape, &known)?;
        self.resolve(shape, !known.is_empty(), policy, source)?;
        if shape.entity.code == "invoices" {
            self.follow_payments(policy, if options.rehearse { None } else { Some(&mut *receipts) })?;
        }
        self.refuse_excess(shape)?;
        if policy == Policy::Ask {
            self.take_decisions(shape, &source.decisions(shape.entity)?)?;
        }
        if options.rehearse && staged > 0 {
            self.plan_changes(shape, policy, receipts)?;
        }
        if shape.entity.code == "students" {
            self.assign_numbers(&series(options))?;
        }
        self.apply(shape, policy)?;
        self.run(&format!("DROP TABLE pg_temp.s_{}", shape.entity.code))?;
        self.must_be_whole(shape, policy)?;
        if options.rehearse && staged > 0 {
            self.plan_rows(shape, receipts)?;
        } else if policy != Policy::Update && staged > 0 {
            self.tell_kept(shape, receipts)?;
        }
        self.counted(shape, staged)
    }

    /// The entity with the records of which the portal keeps another value: where the policy may do so, and of
    /// invoices that were paid there.
    fn still_differing(&mut self, options: &PushOptions, shape: &Shape) -> Result<Option<(String, u64)>, Error> {
        let entity = shape.entity.code;
        let count = match (options.policies.of(entity), entity) {
            (Policy::Update, "invoices") => self.kept_invoices()?,
            (Policy::Update, _) => 0,
            _ => self.differing(shape)?,
        };
        Ok((count > 0).then(|| (entity.to_owned(), count)))
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
        let differing = Vec::new();
        Ok(PushReport { batch, state, repeated: false, phases, entities, rejects, rejected, differing, fingerprint })
    }

    /// Notes everything, tells the project, and commits; a rehearsal notes and takes back.
    fn epilogue(
        &mut self,
        options: &PushOptions,
        report: PushReport,
        receipts: &mut dyn ReceiptSink,
        sent: Option<&Sent>,
    ) -> Result<(PushReport, End), Error> {
        must_be_as_rehearsed(options, &report)?;
        if options.rehearse {
            self.make_tokens(None)?;
            self.close_batch(&report)?;
            return Ok((report, End::TakeBack));
        }
        self.make_tokens(Some(&mut *receipts))?;
        self.close_batch(&report)?;
        if let Some(sent) = sent {
            self.clear_upload(sent.id)?;
        }
        self.tell(receipts)?;
        let receipt = self.receipt(options, &report)?;
        receipts.prepared(&receipt).map_err(Error::Receipt)?;
        self.watch.check()?;
        self.watch.step("commit");
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
