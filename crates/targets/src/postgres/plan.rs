//! What is told besides counts: of a rehearsal the outcome of records and both values where they differ, of a push the
//! values that the portal keeps.

use sqlx::Row as _;

use super::differences;
use super::session::Work;
use crate::Error;
use crate::policy::{Decision, Policy};
use crate::report::{PLANNED, PlannedChange, PlannedRow};
use crate::shape::Shape;
use crate::source::{KeptValue, ReceiptSink};

impl Work<'_> {
    /// Puts what a person decided where the statements of [`Policy::Ask`] look for it.
    pub(super) fn take_decisions(&mut self, shape: &Shape, decisions: &[Decision]) -> Result<(), Error> {
        let code = shape.entity.code;
        self.run(&format!(
            "CREATE TEMP TABLE d_{code} (record bigint, field text, old text, new text) ON COMMIT DROP"
        ))?;
        let mut lines = Vec::new();
        for Decision { record, field, old, new } in decisions {
            lines.extend_from_slice(record.to_string().as_bytes());
            for text in [field, old, new] {
                super::copy::put(&mut lines, Some(text));
            }
            lines.push(b'\n');
        }
        self.copy_lines(&format!("COPY pg_temp.d_{code} FROM STDIN"), &lines)?;
        self.run(&format!("ANALYZE pg_temp.d_{code}")).map(drop)
    }

    /// Tells the values that differ; to be called before anything is written.
    pub(super) fn plan_changes(
        &mut self,
        shape: &'static Shape,
        policy: Policy,
        receipts: &mut dyn ReceiptSink,
    ) -> Result<(), Error> {
        let entity = shape.entity.code;
        self.each(&differences::planned(shape, policy, PLANNED), |row| {
            let (record, field, old) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            let (new, effect) = (row.try_get(3)?, row.try_get(4)?);
            let of = row.try_get::<i64, _>(5)?.unsigned_abs();
            receipts.change(&PlannedChange { entity, record, field, old, new, effect, of }).map_err(Error::Receipt)
        })
    }

    /// Tells the values that the portal keeps because the policy says so; to be called when all is written.
    pub(super) fn tell_kept(&mut self, shape: &'static Shape, receipts: &mut dyn ReceiptSink) -> Result<(), Error> {
        let entity = shape.entity.code;
        self.each(&differences::kept(shape), |row| {
            let kept = KeptValue { entity, record: row.try_get(0)?, field: row.try_get(1)?, portal: row.try_get(2)? };
            receipts.kept(&kept).map_err(Error::Receipt)
        })
    }

    /// Tells what became of records, of each outcome the first; to be called when all is written.
    pub(super) fn plan_rows(&mut self, shape: &'static Shape, receipts: &mut dyn ReceiptSink) -> Result<(), Error> {
        let entity = shape.entity.code;
        let outcome = format!(
            "CASE WHEN r.reason IS NOT NULL THEN 'rejected' WHEN r.is_new THEN 'inserted'
                  WHEN u.record IS NOT NULL THEN 'updated' ELSE 'unchanged' END AS outcome
             FROM r_{entity} r LEFT JOIN u_{entity} u ON u.record = r.record"
        );
        let numbered = "row_number() OVER (PARTITION BY outcome ORDER BY record) AS at";
        let sql = format!(
            "SELECT record, outcome FROM (SELECT record, outcome, {numbered} FROM (SELECT r.record, {outcome}) o) n
             WHERE at <= {PLANNED} ORDER BY record"
        );
        self.each(&sql, |row| {
            let row = PlannedRow { entity, record: row.try_get(0)?, outcome: row.try_get(1)? };
            receipts.planned(&row).map_err(Error::Receipt)
        })
    }
}
