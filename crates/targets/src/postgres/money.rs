//! What an invoice says and what hangs on it at the portal: payments that were entered there are not taken back by a
//! push that does not know them, and no sum is written that they contradict.

use sqlx::Row as _;

use super::session::Work;
use super::sql::SYSTEM;
use crate::Error;
use crate::policy::Policy;
use crate::shape::Shape;
use crate::source::{KeptValue, ReceiptSink};

/// What follows from an invoice's payments.
const PAID: [&str; 3] = ["paid_amount", "balance_due", "status"];

/// Tables whose rows make up an amount of an invoice, with that amount.
const PARTS: [(&str, &str, &str); 2] = [
    ("payment_allocations", "financial.payment_allocations", "paid_amount"),
    ("invoice_items", "financial.invoice_items", "subtotal"),
];

/// What rows of `table` that this project never pushed add up to, by invoice; `but` says which do not count either.
fn foreign(entity: &str, table: &str, but: &str) -> String {
    format!(
        "SELECT a.invoice_id, sum(a.amount) AS amount FROM {table} a
         WHERE NOT EXISTS (SELECT 1 FROM migration.id_map m WHERE m.entity = '{entity}' AND m.source_system = {SYSTEM}
                           AND m.target_id = a.id){but}
         GROUP BY a.invoice_id"
    )
}

impl Work<'_> {
    /// Lets invoices keep what they were paid where the portal counts the project's amount and its own payments
    /// together; refuses them where the two contradict each other. To be called before invoices are written.
    pub(super) fn follow_payments(
        &mut self,
        policy: Policy,
        receipts: Option<&mut (dyn ReceiptSink + '_)>,
    ) -> Result<(), Error> {
        self.run("CREATE TEMP TABLE k_invoices (record bigint, field text, value text) ON COMMIT DROP")?;
        // The other policies write over nothing that a person was not shown.
        if policy != Policy::Update {
            return Ok(());
        }
        for (entity, table, total) in PARTS {
            let keeps = if total == "paid_amount" {
                "r.paid_amount + f.amount = t.paid_amount AND r.total_amount = t.total_amount"
            } else {
                "false"
            };
            self.run(&format!(
                "CREATE TEMP TABLE f_{entity} ON COMMIT DROP AS
                 SELECT r.record, {keeps} AS keeps FROM r_invoices r JOIN financial.invoices t ON t.id = r.target
                 JOIN ({}) f ON f.invoice_id = t.id
                 WHERE NOT r.is_new AND r.reason IS NULL AND r.{total} <> t.{total}",
                foreign(entity, table, "")
            ))?;
            self.run(&format!(
                "UPDATE r_invoices r SET reason = 'other-money', reason_column = '{total}'
                 FROM f_{entity} f WHERE f.record = r.record AND NOT f.keeps"
            ))?;
        }
        self.keep_paid(receipts)
    }

    /// Leaves what the portal counts as it is, and tells so.
    fn keep_paid(&mut self, receipts: Option<&mut (dyn ReceiptSink + '_)>) -> Result<(), Error> {
        let kept = "r_invoices r JOIN f_payment_allocations f ON f.record = r.record AND f.keeps AND r.reason IS NULL
                    JOIN financial.invoices t ON t.id = r.target";
        for field in PAID {
            self.run(&format!(
                "INSERT INTO k_invoices SELECT r.record, '{field}', t.{field}::text FROM {kept}
                 WHERE r.{field} <> t.{field}"
            ))?;
        }
        let sets = PAID.map(|field| format!("{field} = t.{field}")).join(", ");
        self.run(&format!(
            "UPDATE r_invoices u SET {sets} FROM financial.invoices t
             WHERE t.id = u.target AND u.record IN (SELECT record FROM k_invoices)"
        ))?;
        let Some(receipts) = receipts else { return Ok(()) };
        self.each("SELECT record, field, value FROM k_invoices ORDER BY record, field", |row| {
            let (record, field, portal) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            receipts.kept(&KeptValue { entity: "invoices", record, field, portal }).map_err(Error::Receipt)
        })
    }

    /// How many invoices were left as the portal counts them.
    pub(super) fn kept_invoices(&mut self) -> Result<u64, Error> {
        let row = self.row("SELECT count(DISTINCT record) FROM k_invoices")?;
        Ok(row.try_get::<i64, _>(0)?.unsigned_abs())
    }

    /// Refuses new parts of an invoice that would make it more than it says together with what the portal has of its
    /// own. To be called before they are written; the invoice is.
    pub(super) fn refuse_excess(&mut self, shape: &Shape) -> Result<(), Error> {
        let Some((entity, table, total)) = PARTS.into_iter().find(|(entity, ..)| *entity == shape.entity.code) else {
            return Ok(());
        };
        // what this push has just found is no longer the portal's alone
        let found = format!(" AND NOT EXISTS (SELECT 1 FROM r_{entity} p WHERE p.target = a.id AND p.reason IS NULL)");
        self.run(&format!(
            "UPDATE r_{entity} r SET reason = 'other-money', reason_column = 'amount'
             FROM financial.invoices i JOIN ({}) f ON f.invoice_id = i.id
             JOIN (SELECT invoice_id, sum(amount) AS amount FROM r_{entity} WHERE reason IS NULL GROUP BY invoice_id) o
               ON o.invoice_id = i.id
             WHERE i.id = r.invoice_id AND r.is_new AND r.reason IS NULL AND f.amount + o.amount > i.{total}",
            foreign(entity, table, &found)
        ))
        .map(drop)
    }
}
