//! Home: where the work stands, and what comes next.

use model::Words;
use staging::records::{self, StageCounts};
use staging::{Permission, access_log, findings, landing, proposals, receipts};

use super::people::access_entry;
use crate::app::App;
use crate::dto::{Activity, EntityCounts, HomeStep, HomeView, Nothing};
use crate::error::Failure;
use crate::say;
use crate::session::Session;

/// Entries of the log that Home shows.
const ACTIVITY: u32 = 8;

/// What the five steps are made of.
struct Standing {
    counts: StageCounts,
    tables: usize,
    mapped: usize,
    proposals: Option<bool>,
    safe: u64,
    checked: Option<findings::CheckRun>,
    in_portal: Vec<(String, u64)>,
    last_push: Option<receipts::PushBatch>,
}

impl Standing {
    fn of(conn: &staging::Connection) -> Result<Self, Failure> {
        let tables = landing::tables(conn, None)?;
        let safe = proposals::counts(conn)?
            .iter()
            .filter(|count| count.applicability == model::Applicability::Safe)
            .map(|count| count.proposed)
            .sum();
        Ok(Self {
            counts: records::stage_counts(conn)?,
            tables: tables.len(),
            mapped: tables.iter().filter(|table| table.mapped_at.is_some()).count(),
            proposals: proposals::stale(conn)?,
            safe,
            checked: findings::last_run(conn)?,
            in_portal: receipts::in_portal(conn)?,
            last_push: receipts::batches(conn)?
                .into_iter()
                .find(|push| matches!(push.state, receipts::PushState::Applied | receipts::PushState::RolledBack)),
        })
    }

    fn landed(&self) -> u64 {
        self.counts.tables.iter().map(|table| table.landed).sum()
    }

    fn active(&self) -> u64 {
        self.counts.entities.iter().map(|entity| entity.active).sum()
    }

    fn ready(&self) -> u64 {
        self.counts.entities.iter().map(|entity| entity.ready).sum()
    }

    fn held_back(&self) -> u64 {
        self.counts.entities.iter().map(|entity| entity.held_back).sum()
    }

    fn pushed(&self) -> u64 {
        self.in_portal.iter().filter(|(entity, _)| entity != "users").map(|(_, count)| count).sum()
    }

    fn checked_now(&self) -> bool {
        self.checked.as_ref().is_some_and(|run| !run.stale)
    }

    fn verified(&self) -> bool {
        self.last_push.as_ref().is_some_and(|push| push.verify.is_some())
    }

    /// The stage to go to next.
    fn next(&self) -> &'static str {
        if self.landed() == 0 {
            "import"
        } else if self.mapped < self.tables {
            "mapping"
        } else if self.proposals != Some(false) && self.last_push.is_none() || self.safe > 0 {
            "cleanse"
        } else if !self.checked_now() || self.held_back() > 0 && self.ready() == 0 {
            "validate"
        } else if self.pushed() == 0
            || self.last_push.as_ref().is_some_and(|push| push.state == receipts::PushState::RolledBack)
        {
            "push"
        } else if !self.verified() {
            "verify"
        } else {
            "report"
        }
    }
}

/// The counts of every entity.
///
/// # Errors
///
/// Those of the project file.
pub(crate) fn entity_counts(conn: &staging::Connection, words: &Words) -> Result<Vec<EntityCounts>, Failure> {
    let in_portal = receipts::in_portal(conn)?;
    let pushed = |code: &str| in_portal.iter().find(|(entity, _)| entity == code).map_or(0, |(_, count)| *count);
    let counts = records::stage_counts(conn)?;
    Ok(counts
        .entities
        .iter()
        .map(|entity| EntityCounts {
            entity: entity.entity.to_owned(),
            title: say::entity(words, entity.entity),
            records: entity.total as u32,
            ready: entity.ready as u32,
            held_back: entity.held_back as u32,
            merged: entity.merged as u32,
            excluded: entity.excluded as u32,
            in_portal: pushed(entity.entity) as u32,
        })
        .collect())
}

/// Home.
///
/// # Errors
///
/// Those of the project file.
pub fn view(session: &Session) -> Result<HomeView, Failure> {
    let words = session.words();
    let settings = session.settings();
    let reader = session.read(Permission::ViewRecords)?;
    let conn = reader.connection();
    let standing = Standing::of(conn)?;
    let next = standing.next();
    let activity = access_log::page(conn, None, ACTIVITY)?.into_iter().map(|entry| {
        let said = access_entry(entry, &words);
        Activity { at: said.at, who: said.user, what: said.what }
    });
    Ok(HomeView {
        school: settings.school_name,
        steps: steps(&standing, &words),
        next_stage: next.to_owned(),
        next_title: words.text(&format!("home.next.{next}")).to_owned(),
        next_why: words.text(&format!("home.next.{next}.why")).to_owned(),
        activity: activity.collect(),
        portal: settings.portal_url.unwrap_or_default(),
        entities: entity_counts(conn, &words)?,
    })
}

fn steps(standing: &Standing, words: &Words) -> Vec<HomeStep> {
    let (landed, active) = (standing.landed(), standing.active());
    let cleansed = if standing.proposals == Some(false) && standing.safe == 0 {
        active
    } else {
        active.saturating_sub(standing.safe)
    };
    let checked = if standing.checked_now() { standing.ready() } else { 0 };
    let mapped_rows: u64 = standing.counts.tables.iter().filter_map(|table| table.with_record).sum();
    let step = |stage: &str, count: u64, total: u64, attention: bool| HomeStep {
        stage: stage.to_owned(),
        title: words.text(&format!("home.step.{stage}")).to_owned(),
        count: count as u32,
        total: total as u32,
        state: step_state(count, total, attention).to_owned(),
        detail: words
            .say(&format!("home.step.{stage}.detail"), &[("count", &say::count(count)), ("total", &say::count(total))]),
    };
    vec![
        step("import", landed, landed, false),
        step("mapping", mapped_rows, landed, standing.mapped < standing.tables),
        step("cleanse", if standing.proposals.is_some() { cleansed } else { 0 }, active, standing.safe > 0),
        step("validate", checked, active, standing.held_back() > 0),
        step("push", standing.pushed(), active, false),
    ]
}

fn step_state(count: u64, total: u64, attention: bool) -> &'static str {
    match (count, total) {
        (_, 0) | (0, _) => "empty",
        _ if attention => "attention",
        (count, total) if count >= total => "done",
        _ => "doing",
    }
}

pub(crate) fn ask(app: &App, _: Nothing) -> Result<HomeView, Failure> {
    view(&*app.session()?)
}
