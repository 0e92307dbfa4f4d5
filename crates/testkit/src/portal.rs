//! A database of one's own on a PostgreSQL server, spoken to with the server's own tools.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};

/// A database that is dropped when the value goes away.
#[derive(Debug)]
pub struct ScratchPortal {
    admin: String,
    name: String,
}

/// The program `name` of PostgreSQL: from the path, else from where Debian keeps it.
fn tool(name: &str) -> PathBuf {
    let versions = fs_err::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let kept = versions.map(|version| version.path().join("bin").join(name)).filter(|path| path.is_file());
    kept.max().unwrap_or_else(|| PathBuf::from(name))
}

fn run(program: &str, args: &[&str]) -> Result<String> {
    let output = Command::new(tool(program))
        .args(args)
        .stdin(Stdio::null())
        .env_remove("PGPASSWORD")
        .output()
        .with_context(|| format!("{program} could not be started: is the package postgresql installed?"))?;
    let err = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{program} {args:?} failed: {err}");
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// `url` with another database.
fn with_database(url: &str, name: &str) -> String {
    let base = url.rsplit_once('/').map_or(url, |(base, _)| base);
    format!("{base}/{name}")
}

impl ScratchPortal {
    /// An empty database on the server of `DAFTAR_TEST_PG`.
    ///
    /// # Errors
    ///
    /// Where the variable is not set or the server refuses.
    pub fn new() -> Result<Self> {
        Self::made(crate::needed("DAFTAR_TEST_PG")?, "")
    }

    /// An empty database on the newest server, that of `DAFTAR_TEST_PG_NEWEST`; `None` where the variable says that
    /// there is none.
    ///
    /// # Errors
    ///
    /// Where the variable is not set or the server refuses.
    pub fn newest() -> Result<Option<Self>> {
        let admin = crate::needed("DAFTAR_TEST_PG_NEWEST")?;
        if admin == "none" { Ok(None) } else { Self::made(admin, "").map(Some) }
    }

    /// A copy of this database as it is now. Nobody may be connected to it.
    ///
    /// # Errors
    ///
    /// Where the server refuses.
    pub fn copy(&self) -> Result<Self> {
        Self::made(self.admin.clone(), &format!(" template {}", self.name))
    }

    fn made(admin: String, template: &str) -> Result<Self> {
        let name = format!("it_{}", uuid::Uuid::new_v4().simple());
        run("psql", &["-XqtA", "-c", &format!("create database {name}{template}"), &admin])?;
        Ok(Self { admin, name })
    }

    /// Its URL.
    #[must_use]
    pub fn url(&self) -> String {
        with_database(&self.admin, &self.name)
    }

    /// Its name on the server.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Runs SQL; gives rows as lines, values parted by `|`.
    ///
    /// # Errors
    ///
    /// What the server says.
    pub fn sql(&self, sql: &str) -> Result<String> {
        let out = run("psql", &["-XqtA", "-v", "ON_ERROR_STOP=1", "-c", sql, &self.url()])?;
        Ok(out.trim_end().to_owned())
    }

    /// The one number that `sql` gives.
    ///
    /// # Errors
    ///
    /// Where it gives anything else.
    pub fn number(&self, sql: &str) -> Result<u64> {
        let text = self.sql(sql)?;
        text.parse().with_context(|| format!("`{sql}` gave {text:?} instead of a number"))
    }

    /// Everything in the database but the schemas `without`, as text whose lines are in order; the stand
    /// of counters, which a server never takes back, is left out.
    ///
    /// # Errors
    ///
    /// What `pg_dump` says.
    pub fn dump(&self, without: &[&str]) -> Result<String> {
        let mut args: Vec<String> = without.iter().map(|schema| format!("--exclude-schema={schema}")).collect();
        args.push(self.url());
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let text = run("pg_dump", &args)?;
        let says_nothing = |line: &&str| {
            !["\\restrict", "\\unrestrict", "SELECT pg_catalog.setval"].iter().any(|start| line.starts_with(start))
        };
        let mut lines: Vec<&str> = text.lines().filter(says_nothing).collect();
        lines.sort_unstable();
        Ok(lines.join("\n"))
    }
}

impl ScratchPortal {
    /// Every row of every table but those of the schemas `without`, as text in order: for servers that are newer than
    /// `pg_dump` here.
    ///
    /// # Errors
    ///
    /// What the server says.
    pub fn rows(&self, without: &[&str]) -> Result<String> {
        let mut text = String::new();
        let tables = "select format('%I.%I', schemaname, tablename) from pg_tables
                      where schemaname not in ('pg_catalog', 'information_schema') order by 1";
        for table in self.sql(tables)?.lines() {
            if !without.iter().any(|schema| table.starts_with(&format!("{schema}."))) {
                text.push_str(&format!(
                    "{table}\n{}\n",
                    self.sql(&format!("select t::text from {table} t order by 1"))?
                ));
            }
        }
        Ok(text)
    }

    /// Brings a copy that `pg_dump` made in its own format into this empty database.
    ///
    /// # Errors
    ///
    /// What `pg_restore` says.
    pub fn restore(&self, copy: &std::path::Path) -> Result<()> {
        run("pg_restore", &["--exit-on-error", "--dbname", &self.url(), &copy.display().to_string()]).map(drop)
    }
}

impl Drop for ScratchPortal {
    fn drop(&mut self) {
        let drop = format!("drop database if exists {} with (force)", self.name);
        let _ = run("psql", &["-Xqt", "-c", &drop, &self.admin]);
    }
}
