//! Keeps in the project what the portal answers, before and after it commits.

use std::collections::BTreeMap;

use staging::Connection;
use staging::change_log::Act;
use staging::landing::Said;
use staging::plan::{self, PlanChange, PlanRow};
use staging::receipts::{self, KeptValue as Left, PushState, Pushed, Reject as KeptReject};
use targets::{KeptValue, KeptValues, PlannedChange, PlannedRow, Receipt, ReceiptSink, Reject, SinkError};
use uuid::Uuid;

/// Answers kept in memory before they are written together.
const PORTION: usize = 20_000;

/// The receipts of one push.
pub(crate) struct ProjectReceipts<'p> {
    conn: &'p Connection,
    batch: String,
    act: Act<'p>,
    pushed: Vec<Pushed>,
    rejects: Vec<KeptReject>,
    left: Vec<Left>,
    /// How many values the portal keeps, by entity.
    kept: BTreeMap<&'static str, u64>,
    rows: Vec<PlanRow>,
    changes: Vec<PlanChange>,
    /// How many values differ in all, by entity and effect.
    totals: BTreeMap<(&'static str, String), u64>,
}

impl<'p> ProjectReceipts<'p> {
    pub(crate) fn new(conn: &'p Connection, batch: Uuid, act: Act<'p>) -> Self {
        Self {
            conn,
            batch: batch.to_string(),
            act,
            pushed: Vec::new(),
            rejects: Vec::new(),
            left: Vec::new(),
            kept: BTreeMap::new(),
            rows: Vec::new(),
            changes: Vec::new(),
            totals: BTreeMap::new(),
        }
    }

    /// Keeps what is left of a plan.
    pub(crate) fn finish(&mut self) -> Result<(), staging::Error> {
        plan::add(self.conn, &self.rows, &self.changes)?;
        for ((entity, effect), total) in &self.totals {
            plan::set_total(self.conn, entity, effect, *total)?;
        }
        self.rows.clear();
        self.changes.clear();
        Ok(())
    }

    /// How many values the portal keeps of the entities that `which` names.
    pub(crate) fn kept_where(&self, which: impl Fn(&str) -> bool) -> u64 {
        self.kept.iter().filter(|(entity, _)| which(entity)).map(|(_, count)| count).sum()
    }

    fn planned_portion(&mut self) -> Result<(), SinkError> {
        if self.rows.len() + self.changes.len() >= PORTION {
            self.finish()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), staging::Error> {
        receipts::save_pushed(self.conn, &self.batch, self.pushed.drain(..))?;
        receipts::save_rejects(self.conn, &self.batch, self.rejects.drain(..))?;
        receipts::save_kept(self.conn, &self.batch, self.left.drain(..))?;
        Ok(())
    }
}

impl ReceiptSink for ProjectReceipts<'_> {
    fn reject(&mut self, reject: &Reject) -> Result<(), SinkError> {
        let reason = Said::from(&reject.message());
        self.rejects.push(KeptReject { entity: reject.entity.clone(), record: reject.record, reason });
        if self.rejects.len() >= PORTION {
            self.flush()?;
        }
        Ok(())
    }

    fn assigned(
        &mut self,
        entity: &'static str,
        record: i64,
        target: Uuid,
        _number: Option<&str>,
    ) -> Result<(), SinkError> {
        let outcome = "pushed".to_owned();
        self.pushed.push(Pushed { entity: entity.to_owned(), record, target: target.to_string(), outcome });
        if self.pushed.len() >= PORTION {
            self.flush()?;
        }
        Ok(())
    }

    fn reset_token(&mut self, record: i64, _target: Uuid, address: &str, token: &str) -> Result<(), SinkError> {
        Ok(receipts::save_reset_token(self.conn, &self.batch, record, address, token)?)
    }

    fn prepared(&mut self, receipt: &Receipt) -> Result<(), SinkError> {
        self.flush()?;
        Ok(receipts::prepare(self.conn, &self.batch, &receipt.portal, &self.act)?)
    }

    fn applied(&mut self, _receipt: &Receipt) -> Result<(), SinkError> {
        self.flush()?;
        Ok(receipts::set_state(self.conn, &self.batch, PushState::Applied)?)
    }

    fn kept(&mut self, value: &KeptValue<'_>) -> Result<(), SinkError> {
        let KeptValue { entity, record, field, portal } = *value;
        *self.kept.entry(entity).or_default() += 1;
        let (entity, field, portal) = (entity.to_owned(), field.to_owned(), portal.map(str::to_owned));
        self.left.push(Left { entity, record, field, portal });
        if self.left.len() >= PORTION {
            self.flush()?;
        }
        Ok(())
    }

    fn planned(&mut self, row: &PlannedRow<'_>) -> Result<(), SinkError> {
        let PlannedRow { entity, record, outcome } = *row;
        self.rows.push(PlanRow { entity: entity.to_owned(), record, outcome: outcome.to_owned() });
        self.planned_portion()
    }

    fn change(&mut self, change: &PlannedChange<'_>) -> Result<(), SinkError> {
        let PlannedChange { entity, record, field, old, new, effect, of } = *change;
        self.totals.insert((entity, effect.to_owned()), of);
        self.changes.push(PlanChange {
            id: 0,
            entity: entity.to_owned(),
            record,
            field: field.to_owned(),
            old: old.map(str::to_owned),
            new: new.to_owned(),
            effect: effect.to_owned(),
            decided: false,
        });
        self.planned_portion()
    }
}

/// The values that a portal kept at one push.
pub(crate) struct ProjectKept<'p> {
    pub(crate) conn: &'p Connection,
    pub(crate) batch: String,
}

impl KeptValues for ProjectKept<'_> {
    fn any(&self, entity: &'static str) -> Result<bool, targets::Error> {
        receipts::kept_any(self.conn, &self.batch, entity).map_err(unread)
    }

    fn has(&self, kept: &KeptValue<'_>) -> Result<bool, targets::Error> {
        let KeptValue { entity, record, field, portal } = *kept;
        receipts::was_kept(self.conn, &self.batch, (entity, record, field), portal).map_err(unread)
    }
}

pub(crate) fn unread(error: staging::Error) -> targets::Error {
    targets::Error::Source(Box::new(error))
}
