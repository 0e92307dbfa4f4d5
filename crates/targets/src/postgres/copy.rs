//! Sends an entity's records to the server: PostgreSQL's COPY in text form into a temporary table.
//!
//! Every text that the server could not read as its column's type is found here, so that the set
//! statements that follow never fail on one bad value. Nothing is kept: memory stays at one chunk.

use chrono::{Datelike as _, NaiveDate};
use model::FieldKind;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::session::{Work, wait};
use crate::Error;
use crate::secrets::Dice;
use crate::shape::{From, Input, Shape, Takes};
use crate::source::{PushRow, PushSource};

/// Bytes sent at a time.
const CHUNK: usize = 128 * 1024;

/// Adds a row's line to the buffer, or stops.
type Line<'a> = dyn FnMut(PushRow<'_>, &mut Vec<u8>, &dyn model::Watch) -> Result<(), Error> + 'a;

/// Turns records into lines of COPY's text form.
pub(super) struct Encoder {
    workspace: Uuid,
    dice: Dice,
    digest: Sha256,
    /// Rows of all entities so far, for progress.
    pub(super) done: u64,
    total: u64,
}

impl Encoder {
    pub(super) fn new(workspace: Uuid, total: u64) -> Self {
        Self { workspace, dice: Dice::new(), digest: Sha256::new(), done: 0, total }
    }

    /// SHA-256 of everything that was sent.
    pub(super) fn fingerprint(self) -> String {
        crate::secrets::hex(&self.digest.finalize())
    }

    /// Counts a row, and now and then tells how far it is.
    pub(super) fn count(&mut self, watch: &dyn model::Watch) -> Result<(), Error> {
        self.done += 1;
        if self.done.is_multiple_of(1_000) {
            watch.progress(self.done, Some(self.total * 2));
            watch.check()?;
        }
        Ok(())
    }

    /// Adds the line for `row` to `buffer`, and gives what of it the project itself decides.
    pub(super) fn line<'b>(
        &mut self,
        shape: &Shape,
        row: PushRow<'_>,
        buffer: &'b mut Vec<u8>,
    ) -> Result<&'b [u8], Error> {
        let start = buffer.len();
        let identity = format!("{}:{}", shape.entity.code, row.source_key);
        buffer.extend_from_slice(row.record.to_string().as_bytes());
        put(buffer, Some(&row.source_key.replace('\0', "\u{fffd}")));
        put(buffer, Some(&Uuid::new_v5(&self.workspace, identity.as_bytes()).to_string()));
        let bad = first_bad(shape, row);
        put(buffer, bad.map(|(reason, _)| reason));
        put(buffer, bad.map(|(_, column)| column));
        for value in row.values {
            put(buffer, value.filter(|text| !text.is_empty() && !text.contains('\0')));
        }
        let end = buffer.len();
        self.digest.update(&buffer[start..end]);
        self.digest.update(b"\n");
        self.derived(shape, row, buffer)?;
        buffer.push(b'\n');
        Ok(&buffer[start..end])
    }

    fn derived(&mut self, shape: &Shape, row: PushRow<'_>, buffer: &mut Vec<u8>) -> Result<(), Error> {
        let full_name = shape.inputs.iter().position(|input| input.code == "full_name");
        let name = full_name.and_then(|at| row.values[at]).filter(|name| !name.contains('\0')).map(model::names::split);
        for column in &shape.columns {
            match column.from {
                From::Derived("first_name") => put(buffer, name.map(|(first, _)| first)),
                From::Derived("last_name") => put(buffer, name.and_then(|(_, last)| last)),
                From::Derived(_) => put(buffer, Some(&self.dice.unusable_hash()?)),
                _ => {}
            }
        }
        Ok(())
    }
}

/// Adds a tab and a field: `\N` for nothing, and COPY's escapes.
pub(super) fn put(buffer: &mut Vec<u8>, text: Option<&str>) {
    buffer.push(b'\t');
    let Some(text) = text else { return buffer.extend_from_slice(b"\\N") };
    for byte in text.bytes() {
        match byte {
            b'\\' => buffer.extend_from_slice(b"\\\\"),
            b'\t' => buffer.extend_from_slice(b"\\t"),
            b'\n' => buffer.extend_from_slice(b"\\n"),
            b'\r' => buffer.extend_from_slice(b"\\r"),
            byte => buffer.push(byte),
        }
    }
}

/// The first value that the server could not read, as reason and input code.
fn first_bad(shape: &Shape, row: PushRow<'_>) -> Option<(&'static str, &'static str)> {
    if row.source_key.contains('\0') {
        return Some(("nul", "source_key"));
    }
    shape.inputs.iter().zip(row.values).find_map(|(input, value)| {
        let text = value.filter(|text| !text.is_empty())?;
        Some((bad_value(input, text)?, input.code))
    })
}

fn bad_value(input: &Input, text: &str) -> Option<&'static str> {
    if text.contains('\0') {
        return Some("nul");
    }
    let (good, reason) = match input.takes {
        Takes::Value(FieldKind::Date) => (is_date(text), "bad-date"),
        Takes::Value(FieldKind::Integer | FieldKind::Surah | FieldKind::Juz) => (is_int::<i32>(text), "bad-value"),
        Takes::Value(FieldKind::LargeInteger) => (is_int::<i64>(text), "bad-value"),
        Takes::Value(FieldKind::Amount) => (is_decimal(text, 10), "bad-value"),
        Takes::Value(FieldKind::Quantity) => (is_decimal(text, 8), "bad-value"),
        Takes::Value(FieldKind::Score) => (is_decimal(text, 3), "bad-value"),
        Takes::Value(FieldKind::Figure) => (is_figure(text), "bad-value"),
        Takes::Value(FieldKind::IntegerList) => (text.split(',').all(is_int::<i32>), "bad-value"),
        Takes::Value(FieldKind::Time) => (is_time(text), "bad-value"),
        Takes::Value(FieldKind::Moment) => {
            (text.split_once(' ').is_some_and(|(day, time)| is_date(day) && is_time(time)), "bad-date")
        }
        Takes::Value(FieldKind::Json) => (is_json(text), "bad-value"),
        Takes::Value(FieldKind::Currency) => (text.len() == 3 && text.is_ascii(), "bad-value"),
        Takes::Value(FieldKind::Bool) => (matches!(text, "true" | "false"), "bad-value"),
        Takes::Value(FieldKind::Code(list)) => (list.has(text), "bad-value"),
        Takes::Role => (model::entities::PORTAL_ROLE.has(text), "bad-value"),
        Takes::Record(_) => (text.parse::<i64>().is_ok(), "reference"),
        Takes::Value(_) | Takes::AddressPart(_) => (true, ""),
    };
    (!good).then_some(reason)
}

/// `YYYY-MM-DD` that is in the calendar; PostgreSQL has no year 0.
fn is_date(text: &str) -> bool {
    text.len() == 10 && NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok_and(|date| date.year() > 0)
}

fn is_int<T: std::str::FromStr>(text: &str) -> bool {
    text.parse::<T>().is_ok()
}

/// A number with at most two places and `whole` digits before them: never rounded by the column.
fn is_decimal(text: &str, whole: usize) -> bool {
    let plain = text.strip_prefix('-').unwrap_or(text);
    let (before, places) = plain.split_once('.').unwrap_or((plain, "0"));
    (1..=whole).contains(&before.len()) && (1..=2).contains(&places.len()) && all_digits(before) && all_digits(places)
}

fn is_figure(text: &str) -> bool {
    let plain = text.strip_prefix('-').unwrap_or(text);
    let (before, places) = plain.split_once('.').unwrap_or((plain, "0"));
    !before.is_empty() && !places.is_empty() && plain.len() <= 120 && all_digits(before) && all_digits(places)
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_time(text: &str) -> bool {
    text.len() == 8 && chrono::NaiveTime::parse_from_str(text, "%H:%M:%S").is_ok_and(|time| time.to_string() == text)
}

/// JSON that the server takes: it keeps no NUL, however it is written.
fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text).is_ok() && !text.contains("\\u0000")
}

impl Work<'_> {
    /// Sends all records of the shape's entity into the temporary table `s_ENTITY`, which must exist.
    ///
    /// # Errors
    ///
    /// [`Error::SourceOrder`] for rows out of order or of wrong width; what the source or server answers.
    pub(super) fn copy_in(
        &mut self,
        shape: &'static Shape,
        source: &mut dyn PushSource,
        encoder: &mut Encoder,
    ) -> Result<u64, Error> {
        let mut order = Order::new(shape.entity.code, shape.inputs.len());
        let sql = format!("COPY pg_temp.s_{} FROM STDIN", shape.entity.code);
        self.copy(&sql, source, shape, &mut |row, buffer, watch| {
            order.next(row)?;
            encoder.count(watch)?;
            encoder.line(shape, row, buffer).map(drop)
        })?;
        Ok(order.sent())
    }

    /// Sends only record numbers and source keys, for verifying.
    pub(super) fn copy_keys(&mut self, shape: &'static Shape, source: &mut dyn PushSource) -> Result<u64, Error> {
        let mut order = Order::new(shape.entity.code, shape.inputs.len());
        let sql = format!("COPY pg_temp.v_{} FROM STDIN", shape.entity.code);
        self.copy(&sql, source, shape, &mut |row, buffer, _| {
            order.next(row)?;
            buffer.extend_from_slice(row.record.to_string().as_bytes());
            put(buffer, Some(&row.source_key.replace('\0', "\u{fffd}")));
            buffer.push(b'\n');
            Ok(())
        })?;
        Ok(order.sent())
    }

    fn copy(
        &mut self,
        sql: &str,
        source: &mut dyn PushSource,
        shape: &'static Shape,
        line: &mut Line<'_>,
    ) -> Result<(), Error> {
        let (runtime, connection, watch) = self.parts()?;
        let outcome = (|| {
            let mut copying = wait(runtime, watch, connection.copy_in_raw(sql))?;
            let mut buffer = Vec::with_capacity(CHUNK + 4096);
            let sent = source.rows(shape.entity, &mut |row| {
                line(row, &mut buffer, watch)?;
                if buffer.len() >= CHUNK {
                    wait(runtime, watch, copying.send(&buffer[..]))?;
                    buffer.clear();
                }
                Ok(())
            });
            if let Err(error) = sent {
                runtime.block_on(copying.abort("stopped"))?;
                return Err(error);
            }
            wait(runtime, watch, copying.send(&buffer[..]))?;
            wait(runtime, watch, copying.finish()).map(drop)
        })();
        self.settle(outcome)
    }

    /// Sends lines that are already in COPY's text form.
    pub(super) fn copy_lines(&mut self, sql: &str, lines: &[u8]) -> Result<(), Error> {
        let (runtime, connection, watch) = self.parts()?;
        let outcome = wait(runtime, watch, async {
            let mut copying = connection.copy_in_raw(sql).await?;
            copying.send(lines).await?;
            copying.finish().await
        });
        self.settle(outcome).map(drop)
    }
}

/// Sees that rows come in rising order with as many values as there are inputs.
pub(super) struct Order {
    entity: &'static str,
    width: usize,
    last: Option<i64>,
    sent: u64,
}

impl Order {
    pub(super) fn new(entity: &'static str, width: usize) -> Self {
        Self { entity, width, last: None, sent: 0 }
    }

    /// Rows so far.
    pub(super) fn sent(&self) -> u64 {
        self.sent
    }

    pub(super) fn next(&mut self, row: PushRow<'_>) -> Result<(), Error> {
        if row.values.len() != self.width || self.last.is_some_and(|last| last >= row.record) {
            return Err(Error::SourceOrder { entity: self.entity, record: row.record });
        }
        self.last = Some(row.record);
        self.sent += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copy_escapes_what_would_end_a_field() {
        let mut buffer = Vec::new();
        put(&mut buffer, Some("a\\b\tc\nd\r'\"\u{202e}😀"));
        put(&mut buffer, None);
        assert_eq!(String::from_utf8(buffer).unwrap(), "\ta\\\\b\\tc\\nd\\r'\"\u{202e}😀\t\\N");
    }

    #[test]
    fn only_calendar_dates_pass() {
        for (text, good) in [
            ("2016-02-29", true),
            ("2015-02-29", false),
            ("0000-01-01", false),
            ("2015-2-9", false),
            ("12015-02-01", false),
        ] {
            assert_eq!(is_date(text), good, "{text}");
        }
    }
}
