//! What may be written on the command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

/// Brings school records from files to the central portal.
#[derive(Debug, Parser)]
#[command(name = "daftar", version, about, max_term_width = 100)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) everywhere: Everywhere,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags that every command understands.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Everywhere {
    /// The school's project file, NAME.daftar
    #[arg(long, global = true, env = "DAFTAR_PROJECT", value_name = "FILE")]
    pub(crate) project: Option<PathBuf>,
    /// Who acts; without it the administrator who made the project
    #[arg(long, global = true, env = "DAFTAR_USER", value_name = "NAME")]
    pub(crate) user: Option<String>,
    /// File whose first line is the passphrase; else DAFTAR_PASSPHRASE, else a prompt
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// The central PostgreSQL: postgres://user@host/db?sslmode=verify-full
    #[arg(long, global = true, env = "DAFTAR_PORTAL_URL", hide_env_values = true, value_name = "URL")]
    pub(crate) portal: Option<String>,
    /// Print one JSON document and nothing else
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Language: ms or en
    #[arg(long, global = true, value_name = "LANG")]
    pub(crate) lang: Option<String>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Makes a project; the passphrase becomes the first administrator's
    New {
        /// The file to make
        file: PathBuf,
        /// The school's name
        #[arg(long)]
        school: String,
        /// The school's code
        #[arg(long, default_value = "")]
        code: String,
        /// Country, ISO 3166-1 alpha-2
        #[arg(long, default_value = "MY")]
        country: String,
        /// The academic year the school works in; without it this year
        #[arg(long)]
        year: Option<i32>,
    },
    /// Shows what is in a file, an archive or a database, changing nothing
    Inspect {
        /// A file, a folder, or an address such as mysql://user@host/database
        source: PathBuf,
        #[command(flatten)]
        reading: Reading,
    },
    /// Lands every row of files or databases, maps them and makes records
    Import {
        /// Files, folders, archives, or addresses such as mysql://user@host/database
        #[arg(required = true)]
        sources: Vec<PathBuf>,
        /// What the tables are about
        #[arg(long = "as", value_name = "ENTITY")]
        entity: Option<String>,
        /// The only table or sheet to take
        #[arg(long)]
        table: Option<String>,
        /// A mapping document to use for every table
        #[arg(long, value_name = "FILE")]
        mapping: Option<PathBuf>,
        #[command(flatten)]
        reading: Reading,
    },
    /// Counts every row and every record, and says what they look like in numbers
    Profile {
        /// A file to write the report to; its ending is the format: pdf, html, json or xlsx
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Proposes fixes, and applies them as one step that can be undone
    Cleanse {
        /// Which fixes to apply
        #[arg(long, default_value = "none")]
        apply: Apply,
        /// A recipe to apply first: the steps of an earlier file, as one step
        #[arg(long, value_name = "FILE")]
        recipe: Option<PathBuf>,
        /// Where to save the steps in force as a recipe
        #[arg(long, value_name = "FILE")]
        save_recipe: Option<PathBuf>,
    },
    /// Takes steps back
    Undo {
        /// How many
        #[arg(default_value_t = 1)]
        steps: u32,
    },
    /// Does the step that was last undone again
    Redo,
    /// Shows the steps, the newest first
    History,
    /// Finds and replaces in one column; without --apply only shows what would change
    Replace(ReplaceWish),
    /// Finds records that are the same person
    Match {
        /// Merge those that identity numbers prove
        #[arg(long)]
        merge: Option<Merge>,
        /// Also compare them with the people of the portal, and write nothing there
        #[arg(long)]
        with_portal: bool,
    },
    /// Runs all checks
    Validate,
    /// Lets warnings of a check stand, with a reason that the report prints; without a check lists what stands
    Waive {
        /// Code of the check, such as shared-phone
        check: Option<String>,
        /// Why they may stand
        #[arg(long, requires = "check", conflicts_with = "undo")]
        reason: Option<String>,
        /// Only what the check found in this record, as validate --json names it: students/17
        #[arg(long, value_name = "ENTITY/NUMBER", requires = "check")]
        record: Option<String>,
        /// Take it back
        #[arg(long, requires = "check")]
        undo: bool,
    },
    /// Shows where everything stands
    Status,
    /// The central portal
    #[command(subcommand)]
    Portal(PortalCommand),
    /// Pushes what passed
    Push {
        /// Do everything and take it back
        #[arg(long)]
        rehearse: bool,
        /// Leave the records of a critical check out, with the reason
        #[arg(long, value_name = "CODE=REASON")]
        accept: Vec<String>,
        /// Copy neither the project nor the portal first
        #[arg(long)]
        no_backup: bool,
        /// The portal's Redis, for messages to new people; without it the one of the settings
        #[arg(long, env = "DAFTAR_REDIS_URL", hide_env_values = true, value_name = "URL")]
        redis: Option<String>,
        /// What happens where the portal has another value: skip, fill-blanks, ask or update; * is every entity
        #[arg(long, value_name = "ENTITY=POLICY")]
        on_conflict: Vec<String>,
        /// Wait for a portal that does not answer; the push stays queued whatever happens to this command
        #[arg(long, conflicts_with = "rehearse")]
        when_online: bool,
    },
    /// Shows the push that waits for its portal
    Queue {
        /// Take it out of the queue
        #[arg(long)]
        drop: bool,
    },
    /// Compares every pushed record with the portal, field by field
    Verify {
        /// The batch; without it the last
        #[arg(long, value_name = "ID")]
        batch: Option<String>,
    },
    /// Takes a batch out of the portal
    Rollback {
        /// The batch
        batch: String,
        /// Only show what would happen
        #[arg(long)]
        plan: bool,
        /// Only these entities, parted by commas; the rest of the batch stands
        #[arg(long, value_delimiter = ',', value_name = "ENTITY,…")]
        entities: Vec<String>,
    },
    /// Hands messages to new people to the portal's Redis, or writes them to a file
    Mail {
        /// The portal's Redis: redis://localhost:6379 or rediss://host:6379; without it the one of the settings
        #[arg(long, env = "DAFTAR_REDIS_URL", hide_env_values = true, value_name = "URL")]
        redis: Option<String>,
        /// Write the messages to this new file instead, one JSON document a line
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Prints letters with one-time codes for accounts that no e-mail reaches
    Letters {
        /// The PDF to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// The batch; without it the last
        #[arg(long, value_name = "ID")]
        batch: Option<String>,
    },
    /// Copies the project file, and the portal where one is given, and verifies the copies
    Backup {
        /// The file to make of the project; without it beside the project, with the time in its name
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Open this copy of a portal instead: writes it to --out as pg_restore reads it
        #[arg(long, value_name = "COPY", requires = "out")]
        open: Option<PathBuf>,
        /// Show the copies that lie beside the project instead
        #[arg(long, conflicts_with_all = ["out", "open"])]
        list: bool,
        /// How many of each kind are to stay from now on, from 1 to 1000; older ones go after the next push
        #[arg(long, value_name = "COUNT", requires = "list")]
        keep: Option<u32>,
    },
    /// Makes a project file from a copy
    Restore {
        /// The copy
        file: PathBuf,
    },
    /// Writes a report
    Report {
        /// profile, validation, push, reconciliation or rollback; errors: the rows with findings as a workbook to correct
        kind: String,
        /// The file to write; its ending is the format: pdf, html, json or xlsx; only xlsx for errors
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// The push it is about; without it the last
        #[arg(long, value_name = "ID")]
        batch: Option<String>,
    },
    /// Takes a made-up school through the whole journey
    Demo {
        /// Folder for project, files, reports and receipts
        #[arg(long, default_value = "daftar-demo", value_name = "DIR")]
        dir: PathBuf,
    },
    /// Makes up a messy school in CSV, XLSX and SQLite, with truth.json
    Generate {
        /// Pupils
        #[arg(long)]
        students: u32,
        /// Past years of which every pupil has attendance, up to 8: two hundred days each
        #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=i64::from(app::command::demo::MOST_YEARS)))]
        years: u32,
        /// Share of pupils with a planted defect
        #[arg(long, default_value_t = 0.08)]
        mess: f64,
        /// The same seed makes the same school
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Also registers, a fee ledger, marks and a record of memorisation, with truth_sheets.json
        #[arg(long)]
        sheets: bool,
        /// Folder to write into
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

/// How files are to be read where a person knows better.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Reading {
    /// Encoding of a text file, such as windows-1252
    #[arg(long, value_name = "NAME")]
    pub(crate) encoding: Option<String>,
    /// The character between two cells of a text file
    #[arg(long, value_name = "CHAR")]
    pub(crate) delimiter: Option<char>,
    /// Row of the header, from 1; 0 for none
    #[arg(long, value_name = "ROW")]
    pub(crate) header_row: Option<u32>,
    /// File whose first line is the password of a protected source
    #[arg(long, value_name = "FILE")]
    pub(crate) source_password_file: Option<PathBuf>,
}

/// What `cleanse` applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Apply {
    /// Fixes that never change a meaning
    Safe,
    /// Those and the ones a person should look at
    Review,
    /// Nothing: only propose
    None,
}

/// What `replace` does.
#[derive(Debug, clap::Args)]
pub(crate) struct ReplaceWish {
    /// The column, as the portal's table and field: students.city
    #[arg(value_name = "ENTITY.FIELD")]
    pub(crate) column: String,
    /// What to look for
    #[arg(long)]
    pub(crate) find: String,
    /// What it becomes
    #[arg(long)]
    pub(crate) with: String,
    /// Text anywhere, the whole cell, or a regular expression
    #[arg(long, default_value = "text", value_parser = ["text", "cell", "regex"])]
    pub(crate) how: String,
    /// Tell capital letters from small ones
    #[arg(long)]
    pub(crate) match_case: bool,
    /// Only in records that have exactly this value in a field; nothing behind the sign means blank
    #[arg(long, value_name = "FIELD=VALUE")]
    pub(crate) only: Option<String>,
    /// Only in records of which some value contains this text
    #[arg(long, value_name = "TEXT")]
    pub(crate) containing: Option<String>,
    /// Replace, as one step that can be undone
    #[arg(long)]
    pub(crate) apply: bool,
}

/// What `match` merges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Merge {
    /// Records that identity numbers and birth dates or names prove
    Certain,
}

/// Who administers a portal that has nobody to do so.
#[derive(Debug, clap::Args)]
pub(crate) struct Preparing {
    /// E-mail of the first administrator, with which they log in
    #[arg(long, value_name = "E", requires = "admin_password_file")]
    pub(crate) admin_email: Option<String>,
    /// Their name; without it the e-mail
    #[arg(long, value_name = "N", requires = "admin_email")]
    pub(crate) admin_name: Option<String>,
    /// File whose first line is their password
    #[arg(long, value_name = "F", requires = "admin_email")]
    pub(crate) admin_password_file: Option<PathBuf>,
}

/// What can be done with the portal.
#[derive(Debug, Subcommand)]
pub(crate) enum PortalCommand {
    /// Creates or upgrades schemas, tables, triggers, seed data and roles
    Prepare(Preparing),
    /// Compares the server with what Daftar expects
    Check,
}
