//! What the portal's work hands back: plain values for people, reports and receipts.

use model::Message;
use uuid::Uuid;

/// How many single entries a report keeps; totals always count all.
pub const KEPT: usize = 1_000;
/// How many single entries a plan tells of each entity and outcome; the counts count all.
pub const PLANNED: usize = 20_000;

/// What would become of one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlannedRow<'a> {
    /// Entity code.
    pub entity: &'static str,
    /// Record number in the project.
    pub record: i64,
    /// `inserted`, `updated`, `unchanged` or `rejected`.
    pub outcome: &'a str,
}

/// A value that is another one in the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlannedChange<'a> {
    /// Entity code.
    pub entity: &'static str,
    /// Record number in the project.
    pub record: i64,
    /// Input code.
    pub field: &'a str,
    /// The portal's value; `#7` for the row of record 7; `None` where it is blank.
    pub old: Option<&'a str>,
    /// The project's value.
    pub new: &'a str,
    /// `written`; `kept` where the policy keeps the portal's; `asks` where a person has to decide.
    pub effect: &'a str,
    /// How many values of this entity have this effect in all.
    pub of: u64,
}

/// What preparing a portal did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    /// Whether anything was written.
    pub created: bool,
    /// Version of the schema before, 0 where there was none.
    pub from: i32,
    /// Version of the schema now.
    pub to: i32,
    /// Whether the role `smart_academy_app` exists; this account may not be allowed to make it.
    pub app_role: bool,
    /// Whether the role `smart_academy_onboarding` exists, likewise.
    pub onboarding_role: bool,
    /// Whether the administrator's account was made now.
    pub admin_created: bool,
    /// Whether the portal has an administrator.
    pub has_admin: bool,
}

/// What the check of a portal found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// What is missing or other than it must be; no push goes into such a portal.
    pub differences: Vec<Difference>,
    /// What a person may want to know and no push needs to stop for.
    pub notes: Vec<Difference>,
}

/// A way in which the portal differs from what Daftar made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What it is about: `schema`, `table`, `column`, `constraint`, `index`, `trigger`, `function`, `values`,
    /// `setting`, `group` (a role of the server), `grant`, `role` (of the portal's people), `permission`,
    /// `role-permissions`; `unseen` where this login may not look.
    pub kind: &'static str,
    /// Schema and table, or what else it belongs to.
    pub table: String,
    /// Its name, such as the column's; empty where the whole table is meant.
    pub column: String,
    /// How it must be.
    pub expected: String,
    /// How it is, `None` where there is nothing.
    pub found: Option<String>,
}

impl Difference {
    pub(crate) fn of((kind, owner, name): (&'static str, &str, &str), expected: &str, found: Option<&str>) -> Self {
        let (table, column, expected) = (owner.to_owned(), name.to_owned(), expected.to_owned());
        Self { kind, table, column, expected, found: found.map(str::to_owned) }
    }

    /// Something that this login may not look at.
    pub(crate) fn unseen(table: &str) -> Self {
        Self::of(("unseen", table, ""), "", None)
    }

    /// Whether a table or column is not there or of another type; what guards it is nothing to a reader.
    pub(crate) fn hinders_reading(&self) -> bool {
        let sql_type = |definition: &str| {
            let end = [" NOT NULL", " DEFAULT ", " GENERATED "].iter().filter_map(|part| definition.find(part)).min();
            definition.get(..end.unwrap_or(definition.len())).map(str::to_owned)
        };
        match self.kind {
            "schema" | "table" => self.found.is_none(),
            "column" => self.found.as_deref().map(sql_type) != Some(sql_type(&self.expected)),
            _ => false,
        }
    }

    /// Whether preparing the portal again puts it right.
    #[must_use]
    pub fn prepare_mends(&self) -> bool {
        match self.kind {
            "grant" | "role" | "permission" | "group" => true,
            "role-permissions" => self.found.is_none(),
            _ => false,
        }
    }
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (kind, table, column) = (self.kind, &self.table, &self.column);
        let state = if self.found.is_none() { "is missing" } else { "differs" };
        if column.is_empty() {
            write!(f, "{kind} {table} {state}")
        } else {
            write!(f, "{kind} {column} of {table} {state}")
        }
    }
}

/// Where a batch stands in the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Everything was done and taken back: a rehearsal.
    Rehearsed,
    /// Too many rows were rejected; everything was taken back.
    Refused,
    /// In the portal.
    Applied,
    /// Was in the portal and was taken out.
    RolledBack,
}

impl State {
    /// The word in JSON and in the portal.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Rehearsed => "rehearsed",
            Self::Refused => "refused",
            Self::Applied => "applied",
            Self::RolledBack => "rolled_back",
        }
    }

    pub(crate) fn from_code(code: &str) -> Option<Self> {
        [Self::Applied, Self::RolledBack].into_iter().find(|state| state.code() == code)
    }
}

/// What became of an entity's rows. `staged` is always the sum of the other four.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntityCounts {
    /// Entity code.
    pub entity: String,
    /// Rows sent.
    pub staged: u64,
    /// New in the portal.
    pub inserted: u64,
    /// Were there and were changed.
    pub updated: u64,
    /// Were there and are the same.
    pub unchanged: u64,
    /// Refused.
    pub rejected: u64,
}

/// A step of the push, as the plan's migration history records it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phase {
    /// Entity code.
    pub name: String,
    /// Rows looked at.
    pub processed: u64,
    /// Rows that are in the portal now.
    pub migrated: u64,
    /// Rows refused.
    pub errors: u64,
    /// Time in the portal, in milliseconds.
    pub duration_ms: u64,
}

/// A row that the portal refused, with the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// Entity code.
    pub entity: String,
    /// Record number in the project.
    pub record: i64,
    /// The record's source key.
    pub key: String,
    /// Field or constraint it is about; empty where it is the whole row. Behind a number that is taken, with spaces
    /// between, the fields in which its owner differs.
    pub column: String,
    /// Code of the reason, `taken`; the sentence is `reason.taken`.
    pub reason: String,
}

impl Reject {
    /// The sentence for a person.
    #[must_use]
    pub fn message(&self) -> Message {
        self.message_with(&|field| field.to_owned())
    }

    /// The sentence for a person, with fields as `title` calls them. A number that is taken by somebody or something
    /// else comes with the fields in which the two differ; what stands there is nobody's to read in a list of errors.
    #[must_use]
    pub fn message_with(&self, title: &dyn Fn(&str) -> String) -> Message {
        let mut fields = self.column.split(' ').map(title);
        let column = fields.next().unwrap_or_default();
        let others: Vec<String> = fields.collect();
        if others.is_empty() {
            return Message::new(reason_key(&self.reason)).with("column", column);
        }
        Message::new("reason.taken-differs").with("column", column).with("others", others.join(", "))
    }
}

/// Codes of reasons with their sentences.
const REASONS: [(&str, &str); 21] = [
    ("bad-date", "reason.bad-date"),
    ("bad-value", "reason.bad-value"),
    ("check", "reason.check"),
    ("missing", "reason.missing"),
    ("nul", "reason.nul"),
    ("other-money", "reason.other-money"),
    ("overlap", "reason.overlap"),
    ("parent-rejected", "reason.parent-rejected"),
    ("reference", "reason.reference"),
    ("refused", "reason.refused"),
    ("several-match", "reason.several-match"),
    ("taken", "reason.taken"),
    ("twice", "reason.twice"),
    ("undecided", "reason.undecided"),
    ("year-of-class", "reason.year-of-class"),
    ("changed", "reason.changed"),
    ("account-stays", "reason.account-stays"),
    ("referenced", "reason.referenced"),
    ("gone", "reason.gone"),
    ("used", "reason.used"),
    ("unreadable", "reason.unreadable"),
];

pub(crate) fn reason_key(code: &str) -> &'static str {
    REASONS.iter().find(|(reason, _)| *reason == code).map_or("reason.refused", |(_, key)| key)
}

/// What a push did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushReport {
    /// The batch.
    pub batch: Uuid,
    /// Where it stands.
    pub state: State,
    /// Whether this batch had been applied before, so that nothing was done now.
    pub repeated: bool,
    /// Steps with times.
    pub phases: Vec<Phase>,
    /// Counts per entity.
    pub entities: Vec<EntityCounts>,
    /// The first [`KEPT`] rejected rows.
    pub rejects: Vec<Reject>,
    /// How many rows were rejected in all.
    pub rejected: u64,
    /// Per entity code, the records of which the portal keeps a value of its own because the policy says so.
    pub differing: Vec<(String, u64)>,
    /// SHA-256 of everything that was sent.
    pub fingerprint: String,
}

/// What is written down before the portal commits, so that a crash around the commit can be settled.
///
/// The before-images themselves are in the portal's `migration.journal` under the batch's number, in
/// the same transaction as the rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The batch.
    pub batch: Uuid,
    /// The project.
    pub workspace: Uuid,
    /// The portal, without password.
    pub portal: String,
    /// Counts per entity.
    pub entities: Vec<EntityCounts>,
    /// SHA-256 of everything that was sent.
    pub fingerprint: String,
    /// Rows in the portal's journal for this batch.
    pub journal_rows: u64,
}

/// What comparing found for one entity. `staged = found + missing + rejected`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntityVerified {
    /// Entity code.
    pub entity: String,
    /// Records in the project.
    pub staged: u64,
    /// Records found in the portal.
    pub found: u64,
    /// Records that should be there and are not.
    pub missing: u64,
    /// Records of which the push had said that they were refused.
    pub rejected: u64,
    /// Records with at least one different value.
    pub different: u64,
    /// Records of which the portal keeps a value because the policy of the push said so. Some may differ as well.
    pub kept: u64,
    /// Rows that Daftar put there for no record that is staged now.
    pub extra: u64,
}

/// A value that is not in the portal as it was staged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueDifference {
    /// Entity code.
    pub entity: String,
    /// Record number in the project.
    pub record: i64,
    /// The record's source key.
    pub key: String,
    /// Input code; empty where the whole row is missing.
    pub field: String,
    /// The staged value.
    pub staged: Option<String>,
    /// The portal's value.
    pub portal: Option<String>,
}

/// What verifying found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyReport {
    /// Whether every record is there with every value that the push was to write, and nothing else.
    pub passed: bool,
    /// Counts per entity.
    pub entities: Vec<EntityVerified>,
    /// The first [`KEPT`] differences.
    pub differences: Vec<ValueDifference>,
    /// How many differences there are in all.
    pub total: u64,
    /// The first [`KEPT`] values that the portal keeps because the policy of the push said so.
    pub kept: Vec<ValueDifference>,
    /// How many of them there are in all.
    pub kept_total: u64,
    /// How many values were compared, those of rows that are missing among them.
    pub compared: u64,
}

/// What taking out a batch did with one entity's rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntityReversed {
    /// Entity code, or the table of rows that came with it.
    pub entity: String,
    /// Deleted or restored.
    pub reversed: u64,
    /// Left because somebody has used or changed them since.
    pub kept: u64,
    /// Left because the portal refused the change.
    pub errored: u64,
}

/// A row that taking out a batch left in the portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Entity code.
    pub entity: String,
    /// Record number in the project.
    pub record: i64,
    /// The record's source key.
    pub key: String,
    /// Why: `changed`, `used`, `referenced`, `unreadable`, `gone`, `account-stays`, or the code of a refusal.
    pub why: String,
    /// Table or constraint that holds it; may be empty.
    pub by: String,
    /// Who changed it or stands for it since, where that is known.
    pub since: Option<Since>,
}

/// Who changed a row after a push, or stands for it since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Since {
    /// The push, where it was one: take that one out first.
    pub batch: Option<Uuid>,
    /// Who made it, or the account that the portal's audit log names.
    pub user: String,
    /// When, in Malaysia's time.
    pub at: String,
}

impl Kept {
    /// The sentence for a person.
    #[must_use]
    pub fn message(&self) -> Message {
        let Some(Since { batch, user, at }) = &self.since else {
            return Message::new(reason_key(&self.why)).with("column", &self.by);
        };
        let key = match (self.why.as_str(), batch) {
            ("used", _) => "reason.used-by-push",
            ("gone", _) => "reason.gone-by",
            (_, Some(_)) => "reason.changed-by-push",
            _ => "reason.changed-by",
        };
        let batch = batch.map(|batch| batch.to_string()).unwrap_or_default();
        Message::new(key).with("batch", batch).with("user", user).with("at", at)
    }
}

/// A row that a push made or changed, and what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchRow {
    /// Entity code.
    pub entity: &'static str,
    /// Record number in the project.
    pub record: i64,
    /// The row.
    pub target: Uuid,
    /// Whether it is in the portal.
    pub there: bool,
    /// Whether it was taken out.
    pub reversed: bool,
}

/// What taking out a batch did, or would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RollbackReport {
    /// The batch.
    pub batch: Uuid,
    /// Where it stands now: [`State::Applied`] while rows of it stay, or where only single entities were asked for.
    pub state: State,
    /// Whether it had been taken out before, so that nothing was done now.
    pub already: bool,
    /// Counts per entity.
    pub entities: Vec<EntityReversed>,
    /// The first [`KEPT`] rows that stayed.
    pub kept: Vec<Kept>,
    /// How many rows stayed in all.
    pub kept_total: u64,
}
