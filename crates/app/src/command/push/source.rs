//! The project as the portal's work reads it: records that may go, and the accounts that follow from them.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use model::{Entity, Need, RecordState};
use pipeline::matching::certain::names_agree;
use pipeline::matching::person::usable_number;
use staging::records::{self, RecordRow};
use staging::{Connection, findings, receipts};
use targets::{Decision, Described, Error, Input, Kin, KnownRow, OwnRow, PushRow, PushSource, RowSink, Takes};

use super::keys::SourceKeys;
use super::receipts::unread;
use crate::command::matching::{KnownPerson, known_rows};
use crate::error::Failure;

/// Records of an entity whose accounts are derived get account numbers from here on, so that the
/// numbers of all accounts rise: the school's own list first, then pupils, teachers, guardians.
const DERIVED_FROM: [(&str, i64); 3] = [("students", 1 << 40), ("teachers", 2 << 40), ("guardians", 3 << 40)];

/// Blocked record numbers read at a time.
const PORTION: usize = 5_000;

/// A project being pushed or compared.
pub(crate) struct ProjectSource<'p> {
    conn: &'p Connection,
    /// The portal's address as receipts say it; empty where records are only compared.
    portal: String,
    /// For the hash of an e-mail address the account that carries it: an address belongs to one account.
    emails: HashMap<u64, i64>,
    counts: Vec<(&'static str, u64)>,
    derived: u64,
    keys: SourceKeys<'p>,
    /// Whether records that others may do without are pushed, of those asked for last.
    goes: std::cell::RefCell<HashMap<(&'static str, i64), bool>>,
    left_out: LeftOut,
}

/// Records by entity that a comparison leaves out.
pub(crate) type LeftOut = HashMap<&'static str, HashSet<i64>>;

/// Most answers remembered.
const MOST_KNOWN: usize = 20_000;

impl<'p> ProjectSource<'p> {
    /// Looks through the project: counts, and who carries which e-mail address.
    pub(crate) fn new(conn: &'p Connection) -> Result<Self, Failure> {
        let mut source = Self {
            conn,
            portal: String::new(),
            emails: HashMap::new(),
            counts: Vec::new(),
            derived: 0,
            keys: SourceKeys::new(conn),
            goes: std::cell::RefCell::default(),
            left_out: LeftOut::new(),
        };
        source.claim_emails()?;
        for entity in model::entities::ALL {
            let own = records::count(conn, entity)?.ready;
            source.counts.push((entity.code, own));
        }
        source.derived = source.count_derived()?;
        let derived = source.derived;
        if let Some((_, users)) = source.counts.iter_mut().find(|(code, _)| *code == "users") {
            *users += derived;
        }
        Ok(source)
    }

    /// Remembers what was pushed to the portal at this address before.
    pub(crate) fn with_receipts_of(self, portal: String) -> Self {
        Self { portal, ..self }
    }

    /// Does as if these records were not there. The counts stay: a comparison takes them for how much there may be.
    pub(crate) fn leave_out(&mut self, left_out: LeftOut) {
        self.left_out = left_out;
    }

    fn is_left_out(&self, code: &str, record: i64) -> bool {
        self.left_out.get(code).is_some_and(|records| records.contains(&record))
    }

    /// Accounts that follow from records of people.
    pub(crate) fn derived(&self) -> u64 {
        self.derived
    }

    /// An address that can be used belongs to the school's own account first, then to a teacher, a guardian, a pupil.
    fn claim_emails(&mut self) -> Result<(), Failure> {
        for code in ["users", "teachers", "guardians", "students"] {
            let Some(entity) = model::entities::find(code) else { continue };
            let base = base(code);
            for row in Ready::of(self.conn, entity, records::read_filled(self.conn, entity, "email")?) {
                let row = row?;
                let email = row.value(entity, "email");
                if pipeline::standard::email::is_standard(email) {
                    self.emails.entry(hashed(email)).or_insert(base + row.id);
                }
            }
        }
        Ok(())
    }

    /// Of people whose row is known, the account of that row is theirs too; of those of whom nobody has said who they
    /// are, it waits as they do. Whoever was pushed before has an account that the portal knows.
    fn known_accounts(&self) -> Result<Vec<KnownPerson>, Failure> {
        let mut accounts = Vec::new();
        for (code, base) in DERIVED_FROM {
            let Some(entity) = model::entities::find(code) else { continue };
            for person in known_rows(self.conn, entity)?.into_iter().filter(|person| person.row.kin != Kin::Other) {
                let Some(target) = person.account else { continue };
                if receipts::record_target(self.conn, code, person.row.record)?.is_some() {
                    continue;
                }
                let row = KnownRow { record: base + person.row.record, target, ..person.row };
                accounts.push(KnownPerson { row: KnownRow { seen: None, ..row }, account: None });
            }
        }
        Ok(accounts)
    }

    fn count_derived(&self) -> Result<u64, Failure> {
        let mut count = 0;
        for (code, _) in DERIVED_FROM {
            let Some(entity) = model::entities::find(code) else { continue };
            if code == "students" {
                // Every pupil has one: no need to look.
                count += self.counts.iter().find(|(counted, _)| *counted == code).map_or(0, |(_, ready)| *ready);
                continue;
            }
            for row in Ready::new(self.conn, entity) {
                count += u64::from(self.has_own_account(entity, &row?));
            }
        }
        Ok(count)
    }

    /// The account that carries the record's address, where it has one.
    fn carrier(&self, entity: &Entity, row: &RecordRow) -> Option<i64> {
        let email = row.value(entity, "email");
        if email.is_empty() { None } else { self.emails.get(&hashed(email)).copied() }
    }

    /// Whether an account is made for this record: always for a pupil; for a teacher unless the school's
    /// list has it; for a guardian only with an address that nobody else carries.
    fn has_own_account(&self, entity: &Entity, row: &RecordRow) -> bool {
        let own = base(entity.code) + row.id;
        match (entity.code, self.carrier(entity, row)) {
            ("students", _) => true,
            ("teachers", carrier) => carrier.is_none_or(|carrier| carrier == own || carrier >= DERIVED_FROM[0].1),
            (_, carrier) => carrier == Some(own),
        }
    }

    /// The number of the account that a person's record leads to.
    fn account(&self, entity: &Entity, row: &RecordRow) -> Option<i64> {
        let own = base(entity.code) + row.id;
        if self.has_own_account(entity, row) {
            return Some(own);
        }
        self.carrier(entity, row).filter(|carrier| entity.code == "teachers" && *carrier < DERIVED_FROM[0].1)
    }

    fn own_rows(&mut self, entity: &'static Entity, sink: &mut RowSink<'_>) -> Result<(), Failure> {
        let inputs = targets::inputs(entity);
        for row in Ready::new(self.conn, entity) {
            let row = row?;
            if self.is_left_out(entity.code, row.id) {
                continue;
            }
            let key = self.keys.of(entity, &row)?;
            let values: Vec<Option<String>> = inputs.iter().map(|input| self.input(entity, &row, input)).collect();
            give(row.id, &key, &values, sink)?;
        }
        Ok(())
    }

    fn input(&self, entity: &'static Entity, row: &RecordRow, input: &Input) -> Option<String> {
        let number = match input.takes {
            Takes::Record("users") if entity.field(input.code).is_none() => self.account(entity, row),
            Takes::Record(other) => self.link(entity, row, input.code, other),
            _ => return Some(row.value(entity, input.code).to_owned()).filter(|value| !value.is_empty()),
        };
        number.map(|number| number.to_string())
    }

    /// The record that a reference leads to. One that is not needed is left away where it cannot be pushed.
    fn link(&self, entity: &'static Entity, row: &RecordRow, field: &str, other: &'static str) -> Option<i64> {
        let at = entity.position(field)?;
        let link = row.links.get(at).copied().flatten()?;
        let needed = entity.fields.get(at).is_some_and(|field| field.need == Need::Required);
        (needed || self.goes(other, link).unwrap_or(false)).then_some(link)
    }

    /// Whether a record is pushed. The last answers are kept: many records lead to few classes.
    fn goes(&self, code: &'static str, id: i64) -> Option<bool> {
        if let Some(known) = self.goes.borrow().get(&(code, id)) {
            return Some(*known);
        }
        let record = records::record(self.conn, model::entities::find(code)?, id).ok()?;
        let goes = record.state == RecordState::Active && !findings::is_blocked(self.conn, code, id).ok()?;
        let mut kept = self.goes.borrow_mut();
        if kept.len() >= MOST_KNOWN {
            kept.clear();
        }
        kept.insert((code, id), goes);
        Some(goes)
    }

    fn derived_rows(&mut self, sink: &mut RowSink<'_>) -> Result<(), Failure> {
        let Some(users) = model::entities::find("users") else { return Ok(()) };
        for (code, base) in DERIVED_FROM {
            let Some(entity) = model::entities::find(code) else { continue };
            for row in Ready::new(self.conn, entity) {
                let row = row?;
                if !self.has_own_account(entity, &row) || self.is_left_out("users", base + row.id) {
                    continue;
                }
                let account = Account::of(entity, &row, self.carrier(entity, &row) == Some(base + row.id));
                let values: Vec<Option<String>> =
                    targets::inputs(users).iter().map(|input| account.value(input.code)).collect();
                let key = format!("{code}/{}", self.keys.of(entity, &row)?);
                give(base + row.id, &key, &values, sink)?;
            }
        }
        Ok(())
    }
}

fn give(record: i64, key: &str, values: &[Option<String>], sink: &mut RowSink<'_>) -> Result<(), Failure> {
    let values: Vec<Option<&str>> = values.iter().map(Option::as_deref).collect();
    Ok(sink(PushRow { record, source_key: key, values: &values })?)
}

impl PushSource for ProjectSource<'_> {
    fn counts(&self) -> Vec<(&'static str, u64)> {
        self.counts.clone()
    }

    fn rows(&mut self, entity: &'static Entity, sink: &mut RowSink<'_>) -> Result<(), Error> {
        let given = self
            .own_rows(entity, sink)
            .and_then(|()| if entity.code == "users" { self.derived_rows(sink) } else { Ok(()) });
        given.map_err(|failure| match failure {
            Failure::Target(error) => error,
            other => Error::Source(Box::new(other)),
        })
    }

    /// The rule by which records are certainly one, but that what one side does not say speaks against nothing.
    fn speaks_against(&self, _: &'static Entity, ours: &Described<'_>, theirs: &Described<'_>) -> Vec<&'static str> {
        let both = |ours: &str, theirs: &str| !ours.is_empty() && !theirs.is_empty();
        let differ = |ours: &str, theirs: &str| both(ours, theirs) && ours != theirs;
        let number = |text: &str| usable_number(text).unwrap_or_default();
        let names = both(ours.name, theirs.name) && !names_agree(ours.name, theirs.name);
        let said = [
            ("full_name", names),
            ("national_id", differ(&number(ours.number), &number(theirs.number))),
            ("date_of_birth", differ(ours.born, theirs.born)),
            ("gender", differ(ours.gender, theirs.gender)),
        ];
        said.into_iter().filter(|(_, differs)| *differs).map(|(field, _)| field).collect()
    }

    fn remembers(&mut self, entity: &'static Entity) -> Result<bool, Error> {
        receipts::any_in_portal(self.conn, &self.portal, entity.code).map_err(unread)
    }

    fn rows_of(&mut self, entity: &'static Entity, records: &[i64]) -> Result<Vec<OwnRow>, Error> {
        let rows = receipts::rows_in_portal(self.conn, &self.portal, entity.code, records).map_err(unread)?;
        Ok(rows.into_iter().map(|(record, target, batch)| OwnRow { record, target, batch }).collect())
    }

    fn decisions(&mut self, entity: &'static Entity) -> Result<Vec<Decision>, Error> {
        let kept = staging::plan::decisions(self.conn, entity.code).map_err(unread)?;
        let decision = |(record, field, old, new)| Decision { record, field, old, new };
        Ok(kept.into_iter().map(decision).collect())
    }

    fn known_rows(&mut self, entity: &'static Entity) -> Result<Vec<KnownRow>, Error> {
        let known = if entity.code == "users" { self.known_accounts() } else { known_rows(self.conn, entity) };
        known
            .map(|known| known.into_iter().map(|one| one.row).collect())
            .map_err(|failure| Error::Source(Box::new(failure)))
    }
}

/// The account that follows from a person's record.
struct Account {
    email: String,
    username: String,
    first: String,
    last: String,
    phone: String,
    status: &'static str,
    role: &'static str,
}

impl Account {
    fn of(entity: &Entity, row: &RecordRow, carries_email: bool) -> Self {
        let value = |field: &str| row.value(entity, field).to_owned();
        let name = value("full_name");
        let (first, last) = model::names::split(&name);
        Self {
            email: if carries_email { value("email") } else { String::new() },
            username: if entity.code == "students" { value("student_number") } else { String::new() },
            first: first.to_owned(),
            last: last.unwrap_or_default().to_owned(),
            phone: value("phone"),
            status: status(row.value(entity, "status"), entity.code),
            role: match entity.code {
                "students" => "student",
                "teachers" => "teacher",
                _ => "parent",
            },
        }
    }

    fn value(&self, input: &str) -> Option<String> {
        let value = match input {
            "email" => &self.email,
            "username" => &self.username,
            "first_name" => &self.first,
            "last_name" => &self.last,
            "phone" => &self.phone,
            "status" => self.status,
            "role" => self.role,
            _ => "",
        };
        Some(value.to_owned()).filter(|value| !value.is_empty())
    }
}

/// Whether the account may be used follows from where the person stands with the school.
fn status(status: &str, entity: &str) -> &'static str {
    match (entity, status) {
        ("guardians", _) | (_, "active" | "on_leave") => "active",
        _ => "inactive",
    }
}

fn base(code: &str) -> i64 {
    DERIVED_FROM.iter().find(|(entity, _)| *entity == code).map_or(0, |(_, base)| *base)
}

fn hashed(email: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    email.to_lowercase().hash(&mut hasher);
    hasher.finish()
}

/// The record that an account's number stands for.
pub(crate) fn record_of(entity: &str, number: i64) -> (String, i64) {
    let derived = DERIVED_FROM.iter().rev().find(|(_, base)| entity == "users" && number > *base);
    derived.map_or_else(|| (entity.to_owned(), number), |(code, base)| ((*code).to_owned(), number - base))
}

/// Active records of an entity that no critical finding holds back, in order of number.
struct Ready<'c> {
    conn: &'c Connection,
    entity: &'static Entity,
    records: records::Reader<'c>,
    blocked: std::iter::Peekable<std::vec::IntoIter<i64>>,
    blocked_after: i64,
    more: bool,
}

impl<'c> Ready<'c> {
    fn new(conn: &'c Connection, entity: &'static Entity) -> Self {
        Self::of(conn, entity, records::read(conn, entity, Some(RecordState::Active), 0))
    }

    /// Those of `records`, active ones in order of number.
    fn of(conn: &'c Connection, entity: &'static Entity, records: records::Reader<'c>) -> Self {
        Self { conn, entity, records, blocked: Vec::new().into_iter().peekable(), blocked_after: 0, more: true }
    }

    fn is_blocked(&mut self, id: i64) -> Result<bool, staging::Error> {
        loop {
            while self.blocked.next_if(|blocked| *blocked < id).is_some() {}
            if let Some(next) = self.blocked.peek() {
                return Ok(*next == id);
            }
            if !self.more {
                return Ok(false);
            }
            let portion = findings::blocked_records(self.conn, self.entity.code, self.blocked_after, PORTION)?;
            self.more = portion.len() == PORTION;
            self.blocked_after = portion.last().copied().unwrap_or(self.blocked_after);
            self.blocked = portion.into_iter().peekable();
        }
    }
}

impl Iterator for Ready<'_> {
    type Item = Result<RecordRow, staging::Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let row = match self.records.next()? {
                Ok(row) => row,
                Err(error) => return Some(Err(error)),
            };
            match self.is_blocked(row.id) {
                Ok(true) => {}
                Ok(false) => return Some(Ok(row)),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}
