//! Many tables accepted at once: those that were recognised so surely that nobody needs to look at each.

use model::{Binding, FieldBinding, TableMapping, Watch};
use pipeline::mapping as suggesting;
use staging::landing;
use staging::{Permission, mappings};

use super::{Made, accept};
use crate::error::{Code, Failure};
use crate::session::Session;

/// From how sure a table and each of its columns must be on, 0 to 100: what the screen calls sure.
const SURE: u8 = 85;
/// From how sure a value must be on that holds for all rows, such as the year in a title: what the screen calls likely.
const LIKELY: u8 = 60;

/// Whether a mapping is complete, sure in every column, and in no value for all rows a mere guess.
pub(super) fn is_sure(mapping: &TableMapping) -> Result<bool, Failure> {
    let enough = |field: &FieldBinding| match field.from {
        Binding::Constant(_) => field.confidence >= LIKELY,
        _ => field.confidence >= SURE,
    };
    let mut fields = mapping.parts.iter().flat_map(|part| &part.fields);
    let table = mapping.entity.is_some() && !mapping.parts.is_empty() && mapping.confidence >= SURE;
    let shape = mapping.shape.as_ref().is_none_or(|shape| shape.confidence >= SURE);
    Ok(table && shape && fields.all(enough) && suggesting::missing_required(mapping)?.is_empty())
}

/// Makes the records of every table that has none yet and is sure, those first that others lead to. Gives what each
/// table became.
///
/// # Errors
///
/// Where no table is sure; else as [`accept`]. Stopped or failed half way, the tables before stay accepted.
pub(super) fn accept_sure(session: &Session, watch: &dyn Watch) -> Result<Vec<Made>, Failure> {
    let tables = sure_tables(session)?;
    if tables.is_empty() {
        return Err(Failure::refused(Code::MappingIncomplete, "mapping.none-sure", "mapping.none-sure.hint"));
    }
    let total = tables.iter().map(|(_, rows)| rows).sum();
    let mut before = 0;
    let mut all = Vec::new();
    for (table, rows) in tables {
        watch.check()?;
        all.push(accept(session, table, &Share { watch, before, total })?);
        before += rows;
    }
    Ok(all)
}

/// The sure tables that have no records yet with their rows, in the order in which the portal takes what they hold.
fn sure_tables(session: &Session) -> Result<Vec<(i64, u64)>, Failure> {
    let reader = session.read(Permission::Map)?;
    let conn = reader.connection();
    let mut sure = Vec::new();
    for table in landing::tables(conn, None)?.into_iter().filter(|table| table.mapped_at.is_none()) {
        let Some(mapping) = mappings::load(conn, table.id)? else { continue };
        if is_sure(&mapping)? {
            let about = |code: &str| model::entities::ALL.iter().position(|entity| entity.code == code);
            sure.push((mapping.entity.as_deref().and_then(about), table.id, table.landed));
        }
    }
    sure.sort_unstable();
    Ok(sure.into_iter().map(|(_, table, rows)| (table, rows)).collect())
}

/// The records of all tables, entity by entity.
pub(super) fn sum(all: &[Made]) -> Vec<(&'static str, u64)> {
    let mut sums: Vec<(&'static str, u64)> = Vec::new();
    for (code, count) in all.iter().flat_map(|made| &made.records) {
        match sums.iter_mut().find(|(known, _)| known == code) {
            Some((_, sum)) => *sum += count,
            None => sums.push((code, *count)),
        }
    }
    sums
}

/// Shows the rows of one table among those of all.
struct Share<'a> {
    watch: &'a dyn Watch,
    before: u64,
    total: u64,
}

impl Watch for Share<'_> {
    fn progress(&self, done: u64, _total: Option<u64>) {
        self.watch.progress((self.before + done).min(self.total), Some(self.total));
    }

    fn cancelled(&self) -> bool {
        self.watch.cancelled()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use model::Silent;

    use super::*;
    use crate::command::{demo, import, mapping};
    use crate::session::NewSchool;

    /// What was shown: units done, of how many, in which step.
    #[derive(Default)]
    struct Shown(Mutex<Vec<(&'static str, u64, Option<u64>)>>);

    impl Watch for Shown {
        fn progress(&self, done: u64, total: Option<u64>) {
            let mut all = self.0.lock().expect("a list");
            let step = all.last().map_or("", |last| last.0);
            all.push((step, done, total));
        }

        fn step(&self, step: &'static str) {
            self.0.lock().expect("a list").push((step, 0, None));
        }

        fn cancelled(&self) -> bool {
            false
        }
    }

    /// A school's files, brought in as the window does it: a person looks at the columns first.
    fn brought_in(dir: &std::path::Path, watch: &dyn Watch) -> (Session, u64) {
        let mut files = demo::generate(24, 0.0, 3, 0, &dir.join("fail")).expect("a school").0;
        files.extend(demo::generate_sheets(24, 3, 0, &dir.join("fail")).expect("its sheets"));
        let new = NewSchool {
            school: "Sekolah Ujian",
            code: "UJI0001",
            country: "MY",
            year: Some(2026),
            lang: model::Lang::Ms,
            user: "admin",
            passphrase: "kata laluan ujian",
        };
        let (session, _) = Session::found(&dir.join("sekolah.daftar"), &new).expect("a project");
        let files = demo::as_import(&files);
        let wish =
            import::Wish { files: &files, make: import::Make::Certain, entity: None, mapping: None, table: None };
        let rows = import::run(&session, &wish, watch).expect("brought in").rows;
        (session, rows)
    }

    #[test]
    fn sure_tables_are_accepted_together_and_the_others_wait() {
        let dir = tempfile::tempdir().expect("a folder");
        let (session, _) = brought_in(dir.path(), &Silent);
        let waiting = |session: &Session| -> (usize, usize) {
            let tables = mapping::tables(session).expect("tables");
            let count = |sure| tables.iter().filter(|table| !table.mapped && table.sure == sure).count();
            (count(true), count(false))
        };
        let (sure, unsure) = waiting(&session);
        assert!(sure > 3, "a school's usual sheets are recognised: {sure} sure, {unsure} not");
        let made = accept_sure(&session, &Silent).expect("accepted");
        assert_eq!(made.len(), sure);
        assert_eq!(waiting(&session), (0, unsure), "what is not sure waits for a person");
        let attendance = sum(&made).into_iter().find(|(code, _)| *code == "attendance");
        assert!(attendance.is_some_and(|(_, days)| days > 100), "the registers became days: {attendance:?}");
        let nothing = accept_sure(&session, &Silent).expect_err("nothing is left");
        assert_eq!(nothing.code(), Code::MappingIncomplete);
    }

    #[test]
    fn an_import_shows_how_far_all_of_its_files_are() {
        let dir = tempfile::tempdir().expect("a folder");
        let shown = Shown::default();
        let (_session, rows) = brought_in(dir.path(), &shown);
        let shown = shown.0.into_inner().expect("a list");
        let of = |step: &str| shown.iter().filter(|one| one.0 == step).copied().collect::<Vec<_>>();
        let opening = of("open");
        assert!(opening.iter().all(|(_, done, total)| total.is_none_or(|total| *done <= total)), "{opening:?}");
        let read = of("read");
        assert_eq!(read.last().map(|last| last.1), Some(rows), "all rows, of all files: {read:?}");
        assert!(read.windows(2).all(|two| two[0].1 <= two[1].1), "it only goes on: {read:?}");
    }
}
