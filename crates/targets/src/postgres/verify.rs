//! Compares every staged record with the portal, value by value.
//!
//! The server gives its rows in the order of the record numbers, as text; the project gives its own in
//! the same order; the two are read side by side, so that memory stays flat.

use futures_util::TryStreamExt as _;
use model::{FieldKind, Watch};
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Row as _};
use uuid::Uuid;

use super::session::{End, Portal, Work, wait};
use super::sql::{BATCH, SYSTEM};
use crate::Error;
use crate::report::{EntityVerified, KEPT, ValueDifference, VerifyReport};
use crate::shape::{self, Input, Shape, Takes};
use crate::source::{KeptValue, KeptValues, PushRow, PushSource};

/// Columns of the server's answer before the values.
const HEAD: usize = 6;

/// What is verified.
#[derive(Clone, Debug)]
pub struct VerifyScope {
    /// The push whose new rows must also be blank where the project is; `None` compares filled values only.
    pub batch: Option<Uuid>,
    /// The name under which the records were pushed.
    pub source_system: String,
}

impl Portal {
    /// Compares every record of `source` with the portal. Rows are found by the portal's id map. A value that the
    /// portal kept at the push because the policy said so, and still has, is told apart from one that differs.
    ///
    /// # Errors
    ///
    /// As [`Portal::check`], and whatever the source answers. Differences are no error.
    pub fn verify(
        &mut self,
        scope: &VerifyScope,
        source: &mut dyn PushSource,
        kept: &dyn KeptValues,
        watch: &dyn Watch,
    ) -> Result<VerifyReport, Error> {
        self.transaction(watch, |work| {
            work.must_be_readable()?;
            work.set("daftar.source_system", &scope.source_system)?;
            work.set("daftar.batch", &scope.batch.map(|batch| batch.to_string()).unwrap_or_default())?;
            let mut findings = Findings::default();
            let counts = source.counts();
            let total = counts.iter().map(|(_, count)| count).sum();
            for shape in shape::ALL.iter() {
                let named = counts.iter().any(|(code, count)| *code == shape.entity.code && *count > 0);
                work.find(shape, if named { Some(&mut *source) } else { None })?;
                if named {
                    let keeps = kept.any(shape.entity.code)?.then_some(kept);
                    let verified = work.compare(shape, (scope, keeps), source, &mut findings, total)?;
                    findings.entities.push(verified);
                }
            }
            Ok((findings.report(), End::TakeBack))
        })
    }
}

/// What has been found so far.
#[derive(Default)]
struct Findings {
    entities: Vec<EntityVerified>,
    differences: Vec<ValueDifference>,
    total: u64,
    kept: Vec<ValueDifference>,
    kept_total: u64,
    compared: u64,
    done: u64,
}

impl Findings {
    fn add(&mut self, difference: impl FnOnce() -> ValueDifference) {
        self.total += 1;
        if self.differences.len() < KEPT {
            self.differences.push(difference());
        }
    }

    fn keep(&mut self, kept: impl FnOnce() -> ValueDifference) {
        self.kept_total += 1;
        if self.kept.len() < KEPT {
            self.kept.push(kept());
        }
    }

    fn report(self) -> VerifyReport {
        let clean = |entity: &EntityVerified| entity.missing + entity.different + entity.extra == 0;
        let passed = self.entities.iter().all(clean) && self.total == 0;
        let Self { entities, differences, total, kept, kept_total, compared, .. } = self;
        VerifyReport { passed, entities, differences, total, kept, kept_total, compared }
    }
}

impl Work<'_> {
    /// Makes `w_ENTITY`, record to row, and where others lead to it `p_ENTITY`, row to records.
    fn find(&mut self, shape: &'static Shape, source: Option<&mut (dyn PushSource + '_)>) -> Result<(), Error> {
        let code = shape.entity.code;
        self.run(&format!("CREATE TEMP TABLE v_{code} (record bigint, source_key text) ON COMMIT DROP"))?;
        if let Some(source) = source {
            self.copy_keys(shape, source)?;
        }
        self.run(&format!(
            "ANALYZE pg_temp.v_{code};
             CREATE TEMP TABLE w_{code} ON COMMIT DROP AS
             SELECT v.record, v.source_key, m.target_id AS target
             FROM v_{code} v LEFT JOIN migration.id_map m
               ON m.entity = '{code}' AND m.source_system = {SYSTEM} AND m.source_key = v.source_key;
             CREATE TEMP TABLE j_{code} ON COMMIT DROP AS
             SELECT record_no FROM migration.journal
             WHERE batch_id = nullif(current_setting('daftar.batch'), '')::uuid AND entity = '{code}'
               AND outcome = 'inserted';
             ANALYZE pg_temp.w_{code}; ANALYZE pg_temp.j_{code}"
        ))?;
        if !is_led_to(code) {
            return Ok(());
        }
        self.run(&format!(
            "CREATE TEMP TABLE p_{code} ON COMMIT DROP AS
             SELECT target, string_agg(record::text, ' ') AS records FROM w_{code}
             WHERE target IS NOT NULL GROUP BY target;
             ANALYZE pg_temp.p_{code}"
        ))
        .map(drop)
    }

    fn compare(
        &mut self,
        shape: &'static Shape,
        (scope, keeps): (&VerifyScope, Option<&dyn KeptValues>),
        source: &mut dyn PushSource,
        findings: &mut Findings,
        total: u64,
    ) -> Result<EntityVerified, Error> {
        let entity = shape.entity.code;
        let mut verified = EntityVerified { entity: entity.to_owned(), ..EntityVerified::default() };
        verified.extra = self.extra(shape, scope)?;
        let sql = portal_rows(shape, scope, keeps.is_some());
        let (runtime, connection, watch) = self.parts()?;
        let mut portal = sqlx::raw_sql(AssertSqlSafe(sql)).fetch(connection);
        let outcome = source.rows(shape.entity, &mut |row| {
            let theirs = wait(runtime, watch, portal.try_next())?;
            let theirs = theirs.ok_or(Error::SourceOrder { entity, record: row.record })?;
            if theirs.try_get::<i64, _>(0)? != row.record {
                return Err(Error::SourceOrder { entity, record: row.record });
            }
            findings.done += 1;
            if findings.done.is_multiple_of(1_000) {
                watch.progress(findings.done, Some(total));
                watch.check()?;
            }
            compare_row(shape, row, (&theirs, keeps), findings, &mut verified)
        });
        drop(portal);
        self.settle(outcome)?;
        Ok(verified)
    }

    /// Rows that came from this source and that no staged record stands for.
    fn extra(&mut self, shape: &Shape, scope: &VerifyScope) -> Result<u64, Error> {
        let (code, table) = (shape.entity.code, shape.entity.portal_table);
        let of_batch = if scope.batch.is_some() { format!("AND m.batch_id = {BATCH}") } else { String::new() };
        let row = self.row(&format!(
            "SELECT count(*) FROM migration.id_map m JOIN {table} t ON t.id = m.target_id
             WHERE m.entity = '{code}' AND m.source_system = {SYSTEM} {of_batch}
               AND NOT EXISTS (SELECT 1 FROM w_{code} w WHERE w.target = m.target_id)"
        ))?;
        Ok(row.try_get::<i64, _>(0)?.unsigned_abs())
    }
}

/// Whether any entity has references to this one.
fn is_led_to(code: &str) -> bool {
    shape::ALL.iter().any(|shape| shape.references().any(|(_, _, entity)| entity == code))
}

/// The portal's rows in the order of the record numbers, every value as text; `with_rows` adds for each reference the
/// number of its row.
fn portal_rows(shape: &Shape, scope: &VerifyScope, with_rows: bool) -> String {
    let (code, table) = (shape.entity.code, shape.entity.portal_table);
    let mut values: String = shape.inputs.iter().map(|input| format!(", {}", portal_value(shape, input))).collect();
    if with_rows {
        values.extend(shape.references().map(|(column, ..)| format!(", t.{}::text", column.name)));
    }
    let parents: String = shape
        .references()
        .map(|(column, input, entity)| {
            format!(" LEFT JOIN p_{entity} parent_{input} ON parent_{input}.target = t.{}", column.name)
        })
        .collect();
    let errors = if scope.batch.is_some() { format!("AND batch_id = {BATCH}") } else { String::new() };
    format!(
        "SELECT w.record, w.source_key, w.target IS NOT NULL, t.id IS NOT NULL, e.source_key IS NOT NULL,
                j.record_no IS NOT NULL{values}
         FROM w_{code} w LEFT JOIN {table} t ON t.id = w.target
         LEFT JOIN (SELECT DISTINCT source_key FROM migration.errors WHERE entity = '{code}' {errors}) e
           ON e.source_key = w.source_key
         LEFT JOIN j_{code} j ON j.record_no = w.record{parents}
         ORDER BY w.record"
    )
}

/// The portal's value of an input as text, of the row `t`.
pub(super) fn portal_value(shape: &Shape, input: &Input) -> String {
    match input.takes {
        Takes::Value(FieldKind::IntegerList) => format!("array_to_string(t.{}, ',')", input.code),
        Takes::Value(FieldKind::Moment) => {
            format!("to_char(t.{} AT TIME ZONE 'Asia/Kuala_Lumpur', 'YYYY-MM-DD HH24:MI:SS')", input.code)
        }
        Takes::Value(_) => format!("t.{}::text", input.code),
        Takes::AddressPart(key) => format!("t.address ->> '{key}'"),
        Takes::Role => "(SELECT string_agg(ro.code, ' ' ORDER BY ro.code) FROM auth.user_roles ur \
                         JOIN auth.roles ro ON ro.id = ur.role_id WHERE ur.user_id = t.id)"
            .to_owned(),
        Takes::Record(_) => {
            let column = shape.references().find(|(_, code, _)| *code == input.code).map(|(column, ..)| &column.name);
            let column = column.map_or("id", String::as_str);
            format!("coalesce(parent_{}.records, t.{column}::text)", input.code)
        }
    }
}

fn compare_row(
    shape: &Shape,
    ours: PushRow<'_>,
    (theirs, keeps): (&PgRow, Option<&dyn KeptValues>),
    findings: &mut Findings,
    verified: &mut EntityVerified,
) -> Result<(), Error> {
    verified.staged += 1;
    let (mapped, there, refused): (bool, bool, bool) = (theirs.try_get(2)?, theirs.try_get(3)?, theirs.try_get(4)?);
    let difference = |field: &str, staged: Option<&str>, portal: Option<&str>| ValueDifference {
        entity: shape.entity.code.to_owned(),
        record: ours.record,
        key: ours.source_key.to_owned(),
        field: field.to_owned(),
        staged: staged.map(str::to_owned),
        portal: portal.map(str::to_owned),
    };
    if refused && !mapped {
        verified.rejected += 1;
        return Ok(());
    }
    if !there {
        verified.missing += 1;
        findings.compared += ours.values.iter().flatten().filter(|text| !text.is_empty()).count() as u64;
        findings.add(|| difference("", None, None));
        return Ok(());
    }
    verified.found += 1;
    let inserted: bool = theirs.try_get(5)?;
    let before = (findings.total, findings.kept_total);
    for (at, input) in shape.inputs.iter().enumerate() {
        let staged = ours.values[at].filter(|text| !text.is_empty());
        if staged.is_none() && (!inserted || shape.fills_blank(input.code)) {
            continue;
        }
        let portal: Option<&str> = theirs.try_get(HEAD + at)?;
        findings.compared += 1;
        if equal(input, staged, portal) {
            continue;
        }
        let row = keeps.map(|keeps| Ok::<_, Error>((keeps, row_of(shape, input, at, theirs)?))).transpose()?;
        let kept = |portal| KeptValue { entity: shape.entity.code, record: ours.record, field: input.code, portal };
        if row.map_or(Ok(false), |(keeps, row)| keeps.has(&kept(row)))? {
            findings.keep(|| difference(input.code, staged, portal));
        } else {
            findings.add(|| difference(input.code, staged, portal));
        }
    }
    verified.different += u64::from(findings.total > before.0);
    verified.kept += u64::from(findings.kept_total > before.1);
    Ok(())
}

/// The value at `at` as the push told it: of a reference the number of its row.
fn row_of<'r>(shape: &Shape, input: &Input, at: usize, theirs: &'r PgRow) -> Result<Option<&'r str>, Error> {
    let reference = shape.references().position(|(_, code, _)| code == input.code);
    Ok(theirs.try_get(HEAD + reference.map_or(at, |place| shape.inputs.len() + place))?)
}

/// References and roles may be several in the portal; the staged one must be among them. The portal keeps what a JSON
/// document says, not how it is written.
fn equal(input: &Input, staged: Option<&str>, portal: Option<&str>) -> bool {
    match (input.takes, staged, portal) {
        (Takes::Record(_) | Takes::Role, Some(one), Some(several)) => several.split(' ').any(|other| other == one),
        (Takes::Value(FieldKind::Json), Some(ours), Some(theirs)) => {
            let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
            read(ours).is_some() && read(ours) == read(theirs)
        }
        _ => staged == portal,
    }
}
