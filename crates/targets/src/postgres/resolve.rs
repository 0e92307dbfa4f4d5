//! Decides for each landed record which row of the portal is its own, and what stands against it.

use sqlx::Row as _;

use super::session::Work;
use super::sql;
use crate::Error;
use crate::policy::Policy;
use crate::shape::{ASSIGNED, Shape};
use crate::source::{KnownRow, PushOptions};

impl Work<'_> {
    /// Puts what is known of records and rows where [`Work::resolve`] looks for it.
    pub(super) fn take_known(&mut self, shape: &Shape, known: &[KnownRow]) -> Result<(), Error> {
        if known.is_empty() {
            return Ok(());
        }
        let code = shape.entity.code;
        self.run(&format!(
            "CREATE TEMP TABLE l_{code} (record bigint, target uuid, same boolean, seen text) ON COMMIT DROP;
             CREATE UNIQUE INDEX ON l_{code} (record) WHERE same"
        ))?;
        let mut lines = Vec::new();
        for KnownRow { record, target, same, seen } in known {
            lines.extend_from_slice(record.to_string().as_bytes());
            for text in [Some(target.to_string().as_str()), Some(if *same { "t" } else { "f" }), seen.as_deref()] {
                super::copy::put(&mut lines, text);
            }
            lines.push(b'\n');
        }
        self.copy_lines(&format!("COPY pg_temp.l_{code} FROM STDIN"), &lines)?;
        self.run(&format!("ANALYZE pg_temp.l_{code}")).map(drop)
    }

    /// Makes `r_ENTITY` from `s_ENTITY` and refuses what cannot go in. `known` says that there is an `l_ENTITY`.
    pub(super) fn resolve(&mut self, shape: &'static Shape, known: bool, policy: Policy) -> Result<(), Error> {
        let code = shape.entity.code;
        self.run(&sql::resolve(shape))?;
        self.run(&format!("ANALYZE pg_temp.r_{code}"))?;
        for find in sql::find(shape, known) {
            self.run(&find)?;
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
