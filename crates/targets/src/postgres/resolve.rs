//! Decides for each landed record which row of the portal is its own, and what stands against it.

use std::collections::HashSet;

use sqlx::Row as _;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::session::Work;
use super::sql;
use crate::Error;
use crate::policy::Policy;
use crate::shape::{ASSIGNED, Match, Shape, Unless};
use crate::source::{Described, KnownRow, OwnRow, PushOptions, PushSource};

impl Work<'_> {
    /// Puts what is known of records and rows where [`Work::resolve`] looks for it.
    pub(super) fn take_known(&mut self, shape: &Shape, known: &[KnownRow]) -> Result<(), Error> {
        if known.is_empty() {
            return Ok(());
        }
        let code = shape.entity.code;
        self.run(&format!(
            "CREATE TEMP TABLE l_{code} (record bigint, target uuid, kin text, seen text) ON COMMIT DROP;
             CREATE UNIQUE INDEX ON l_{code} (record) WHERE kin = 'same'"
        ))?;
        let mut lines = Vec::new();
        for KnownRow { record, target, kin, seen } in known {
            lines.extend_from_slice(record.to_string().as_bytes());
            for text in [Some(target.to_string().as_str()), Some(kin.code()), seen.as_deref()] {
                super::copy::put(&mut lines, text);
            }
            lines.push(b'\n');
        }
        self.copy_lines(&format!("COPY pg_temp.l_{code} FROM STDIN"), &lines)?;
        self.run(&format!("ANALYZE pg_temp.l_{code}")).map(drop)
    }

    /// Makes `r_ENTITY` from `s_ENTITY` and refuses what cannot go in. `known` says that there is an `l_ENTITY`.
    pub(super) fn resolve(
        &mut self,
        shape: &'static Shape,
        known: bool,
        policy: Policy,
        source: &mut dyn PushSource,
    ) -> Result<(), Error> {
        let code = shape.entity.code;
        self.run(&sql::resolve(shape))?;
        self.run(&format!("ANALYZE pg_temp.r_{code}"))?;
        if source.remembers(shape.entity)? {
            self.keep_own(shape, source)?;
        }
        if known {
            self.run(&sql::find_told(shape))?;
            self.run(&sql::hold_undecided(shape))?;
        }
        if self.row(&sql::any_open(code))?.try_get(0)? {
            self.find_rows(shape, known, source)?;
        }
        if let Some(missing) = sql::refuse_missing(shape) {
            self.run(&missing)?;
        }
        // what was refused before is not looked at again; the order below is the order of trust
        self.refuse_twice(code, &["source_key"], "source_key")?;
        for unique in shape.uniques {
            self.refuse_taken(shape, unique, policy)?;
        }
        self.refuse_one_row_twice(code)?;
        for unique in shape.uniques {
            self.refuse_twice(code, unique, unique[unique.len() - 1])?;
        }
        match code {
            "enrollments" => self.refuse_other_year()?,
            "users" => self.refuse_unknown_role()?,
            _ => {}
        }
        Ok(())
    }

    /// Lets records that were pushed before keep their rows though what they were known by has changed since. Asked
    /// again of those that lose a row by that, until nobody does.
    fn keep_own(&mut self, shape: &'static Shape, source: &mut dyn PushSource) -> Result<(), Error> {
        let code = shape.entity.code;
        let mut asked = HashSet::new();
        loop {
            let mut lost = Vec::new();
            self.each(&sql::lost(code), |row| {
                let record: i64 = row.try_get(0)?;
                if asked.insert(record) {
                    lost.push(record);
                }
                Ok(())
            })?;
            let own = if lost.is_empty() { Vec::new() } else { source.rows_of(shape.entity, &lost)? };
            if own.is_empty() {
                return Ok(());
            }
            self.take_own(code, &own)?;
            for keep in sql::keep_own(shape) {
                self.run(&keep)?;
            }
        }
    }

    /// Puts the rows that records became before where [`Work::keep_own`] looks for them.
    fn take_own(&mut self, code: &str, own: &[OwnRow]) -> Result<(), Error> {
        self.run(&format!("CREATE TEMP TABLE g_{code} (record bigint, target uuid, batch uuid) ON COMMIT DROP"))?;
        let line = |OwnRow { record, target, batch }: &OwnRow| format!("{record}\t{target}\t{batch}\n");
        let lines: String = own.iter().map(line).collect();
        self.copy_lines(&format!("COPY pg_temp.g_{code} FROM STDIN"), lines.as_bytes())?;
        self.run(&format!("ANALYZE pg_temp.g_{code}")).map(drop)
    }

    /// Finds the rows of records that the id map does not know, the surest way first.
    fn find_rows(&mut self, shape: &'static Shape, known: bool, source: &dyn PushSource) -> Result<(), Error> {
        let code = shape.entity.code;
        self.run(&sql::against_table(code))?;
        for by in &shape.matches {
            match by.unless {
                Unless::Never => {}
                Unless::Person => self.note_other_people(shape, by, source)?,
                Unless::Differ(columns) => self.run(&sql::note_differing(shape, by, columns)).map(drop)?,
            }
            self.run(&sql::find(shape, by, known))?;
        }
        self.run(&sql::refuse_against(code))?;
        self.run(&sql::find_own(shape)).map(drop)
    }

    /// Notes the rows that have a record's number and are another person. Who is who the project tells: it compares
    /// people anyway.
    fn note_other_people(&mut self, shape: &'static Shape, by: &Match, source: &dyn PushSource) -> Result<(), Error> {
        let key = by.columns.iter().map(|column| shape.input_of(column)).collect::<Vec<_>>().join(" ");
        let mut lines = Vec::new();
        self.each(&sql::doubtful(shape, by), |row| {
            let fields = source.speaks_against(shape.entity, &described(row, 2)?, &described(row, 6)?);
            if !fields.is_empty() {
                lines.extend_from_slice(row.try_get::<i64, _>(0)?.to_string().as_bytes());
                let target = row.try_get::<Uuid, _>(1)?.to_string();
                super::copy::put(&mut lines, Some(&target));
                super::copy::put(&mut lines, Some(&[&[key.as_str()], fields.as_slice()].concat().join(" ")));
                lines.push(b'\n');
            }
            Ok(())
        })?;
        self.copy_lines(&format!("COPY pg_temp.x_{} FROM STDIN", shape.entity.code), &lines).map(drop)
    }

    /// Refuses records whose unique value belongs to another row of the portal, unless this push gives that row
    /// another one.
    fn refuse_taken(&mut self, shape: &Shape, unique: &[&str], policy: Policy) -> Result<(), Error> {
        self.run(&format!(
            "UPDATE r_{code} r SET reason = 'taken', reason_column = '{place}' FROM {table} t
             WHERE {same} AND t.id <> r.target AND r.reason IS NULL{stays}",
            stays = sql::stays(shape, unique, policy),
            code = shape.entity.code,
            place = sql::plain(&unique[unique.len() - 1]),
            table = shape.entity.portal_table,
            same = sql::same("t", "r", unique),
        ))
        .map(drop)
    }

    /// Refuses records whose row an earlier record of this push has. New ones have numbers made of their source keys.
    fn refuse_one_row_twice(&mut self, code: &str) -> Result<(), Error> {
        self.run(&format!(
            "UPDATE r_{code} r SET reason = 'twice', reason_column = ''
             FROM (SELECT target, min(record) AS first FROM r_{code} WHERE reason IS NULL AND NOT is_new
                   GROUP BY target HAVING count(*) > 1) d
             WHERE r.target = d.target AND r.record <> d.first AND r.reason IS NULL"
        ))
        .map(drop)
    }

    /// Refuses records that repeat what an earlier record of this push has.
    fn refuse_twice(&mut self, code: &str, columns: &[&str], place: &str) -> Result<(), Error> {
        let keys: Vec<String> = columns.iter().map(|column| sql::key("r", column)).collect();
        let same: Vec<String> =
            keys.iter().zip(columns).map(|(key, column)| format!("{key} = d.{}", sql::plain(column))).collect();
        self.run(&format!(
            "UPDATE r_{code} r SET reason = 'twice', reason_column = '{}'
             FROM (SELECT {}, min(r.record) AS first FROM r_{code} r WHERE r.reason IS NULL AND {}
                   GROUP BY {} HAVING count(*) > 1) d
             WHERE {} AND r.record <> d.first AND r.reason IS NULL",
            sql::plain(&place),
            sql::named("r", columns),
            sql::filled("r", columns),
            keys.join(", "),
            same.join(" AND ")
        ))
        .map(drop)
    }

    /// A class belongs to one year, so the enrolment's year must be that one.
    fn refuse_other_year(&mut self) -> Result<(), Error> {
        self.run(
            "UPDATE r_enrollments r SET reason = 'year-of-class', reason_column = 'academic_year'
             FROM academic.classes c
             WHERE c.id = r.class_id AND c.academic_year_id <> r.academic_year_id AND r.reason IS NULL",
        )
        .map(drop)
    }

    fn refuse_unknown_role(&mut self) -> Result<(), Error> {
        self.run(
            "UPDATE r_users r SET reason = 'reference', reason_column = 'role'
             WHERE r.role IS NOT NULL AND r.reason IS NULL AND r.role NOT IN (SELECT code FROM auth.roles)",
        )
        .map(drop)
    }

    /// Gives new pupils without a number the next ones of the series `STU{YEAR}{CODE}`, under its lock.
    pub(super) fn assign_numbers(&mut self, series: &str) -> Result<(), Error> {
        self.run("ALTER TABLE r_students ADD assigned text")?;
        let open = "FROM r_students r WHERE r.is_new AND r.reason IS NULL AND r.student_number IS NULL";
        let waiting: i64 = self.row(&format!("SELECT count(*) {open}"))?.try_get(0)?;
        if waiting == 0 {
            return Ok(());
        }
        self.set("daftar.series", series)?;
        self.run(
            "INSERT INTO migration.number_series VALUES (current_setting('daftar.series'), 0) ON CONFLICT DO NOTHING",
        )?;
        self.run("SELECT 1 FROM migration.number_series WHERE series = current_setting('daftar.series') FOR UPDATE")?;
        self.run(&format!(
            "UPDATE migration.batches b SET series = s.series, series_before = s.last_value,
                    series_after = greatest(s.last_value, used.last) + {waiting}
             FROM migration.number_series s, ({}) used
             WHERE s.series = current_setting('daftar.series') AND b.id = {}",
            used_number(&["academic.students", "r_students"]),
            sql::BATCH
        ))?;
        self.run(&format!(
            "UPDATE r_students r SET {ASSIGNED} = n.number, assigned = n.number
             FROM (SELECT r.record, b.series || CASE WHEN k.seq < 10000 THEN lpad(k.seq::text, 4, '0')
                          ELSE k.seq::text END AS number
                   FROM migration.batches b,
                        LATERAL (SELECT r.record, b.series_after - {waiting} + row_number() OVER (ORDER BY r.record)
                                 AS seq {open}) k JOIN r_students r ON r.record = k.record
                   WHERE b.id = {}) n
             WHERE r.record = n.record",
            sql::BATCH
        ))?;
        self.run(&format!(
            "UPDATE migration.number_series s SET last_value = b.series_after FROM migration.batches b
             WHERE b.id = {} AND s.series = b.series",
            sql::BATCH
        ))
        .map(drop)
    }
}

/// What a row says of a person, in four columns from `at` on.
fn described(row: &PgRow, at: usize) -> Result<Described<'_>, Error> {
    Ok(Described {
        name: row.try_get(at)?,
        number: row.try_get(at + 1)?,
        born: row.try_get(at + 2)?,
        gender: row.try_get(at + 3)?,
    })
}

/// The highest number of the series `daftar.series` in `tables`; numbers of another make are passed over.
pub(super) fn used_number(tables: &[&str]) -> String {
    let tails = tables.iter().map(|table| {
        format!(
            "SELECT substr({ASSIGNED}, length(current_setting('daftar.series')) + 1) AS tail FROM {table}
             WHERE starts_with({ASSIGNED}, current_setting('daftar.series'))"
        )
    });
    let tails: Vec<String> = tails.collect();
    format!(
        "SELECT coalesce(max(tail::bigint), 0) AS last FROM ({}) n WHERE tail ~ '^[0-9]{{1,9}}$'",
        tails.join(" UNION ALL ")
    )
}

/// The name of the pupils' number series for a year and school: `STU2026MY`.
pub(super) fn series(options: &PushOptions) -> String {
    let code: String = options.school_code.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("STU{}{}", options.today.format("%Y"), code.to_ascii_uppercase())
}
