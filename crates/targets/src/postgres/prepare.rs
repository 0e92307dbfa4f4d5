//! Makes a portal out of an empty database, and upgrades an older one, in one transaction.

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use model::Watch;
use sqlx::Row as _;
use zeroize::Zeroizing;

use super::catalog::ONBOARDING;
use super::session::{End, Portal, Work};
use crate::report::Prepared;
use crate::{Error, secrets};

/// The files that make the schema; the position, counted from 1, is the version.
const FILES: [&str; 10] = [
    include_str!("../../../../migrations/target/0001_schemas_and_types.sql"),
    include_str!("../../../../migrations/target/0002_migration.sql"),
    include_str!("../../../../migrations/target/0003_auth.sql"),
    include_str!("../../../../migrations/target/0004_academic.sql"),
    include_str!("../../../../migrations/target/0005_islamic.sql"),
    include_str!("../../../../migrations/target/0006_financial.sql"),
    include_str!("../../../../migrations/target/0007_communication_content_analytics.sql"),
    include_str!("../../../../migrations/target/0008_audit.sql"),
    include_str!("../../../../migrations/target/0009_incoming.sql"),
    include_str!("../../../../migrations/target/0010_id_map_batch.sql"),
];
const APP_ROLE: &str = include_str!("../../../../migrations/target/app_role.sql");
const ONBOARDING_ROLE: &str = include_str!("../../../../migrations/target/onboarding_role.sql");
const SEED: &str = include_str!("../../../../migrations/target/seed.sql");

/// Version of the portal's schema that this program makes and knows.
#[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap)]
pub const SCHEMA_VERSION: i32 = FILES.len() as i32;

/// Serialises preparing; any constant will do.
const LOCK: &str = "SELECT pg_advisory_xact_lock(hashtextextended('daftar prepare', 0))";

/// An administrator who can work; one that was suspended or put away cannot.
const HAS_ADMIN: &str = "SELECT EXISTS (SELECT 1 FROM auth.user_roles g JOIN auth.roles r ON r.id = g.role_id \
     JOIN auth.users u ON u.id = g.user_id WHERE r.code = 'super_admin' AND u.status IN ('active', 'pending'))";

/// The first of our schemas that exists, whoever made it.
const STRANGER: &str = "SELECT min(nspname)::text FROM pg_namespace WHERE nspname IN ('auth', 'academic', \
     'islamic', 'financial', 'communication', 'content', 'analytics', 'audit', 'migration')";

/// A table that is no portal's, in whatever schema; what an extension brought along belongs to the server.
const STRANGERS_TABLE: &str = "SELECT min(format('%s.%s', n.nspname, c.relname))
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'f', 'm') AND c.relpersistence <> 't'
       AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
       AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                         AND d.deptype = 'e')";

/// Whether `migration.schema_version` is Daftar's: its columns, and beside it two of the three tables that the same file
/// made. Where one of them is gone, the check names it.
const OURS: &str = "SELECT
     (SELECT count(*) FROM pg_attribute a WHERE a.attrelid = to_regclass('migration.schema_version')
        AND ((a.attname = 'version' AND a.atttypid = 'int4'::regtype)
          OR (a.attname = 'applied_at' AND a.atttypid = 'timestamptz'::regtype))) = 2
     AND (SELECT count(*) FROM pg_attribute a
          WHERE (a.attrelid = to_regclass('migration.batches') AND a.attname IN ('id', 'source_system', 'counts'))
             OR (a.attrelid = to_regclass('migration.id_map') AND a.attname IN ('entity', 'source_key', 'target_id'))
             OR (a.attrelid = to_regclass('migration.journal') AND a.attname IN ('batch_id', 'record_no', 'target_id'))) >= 6";

/// The portal's first administrator.
#[derive(Clone)]
pub struct Admin {
    /// E-mail, which is the login.
    pub email: String,
    /// Name.
    pub name: String,
    /// Password; only its Argon2id hash is kept.
    pub password: Zeroizing<String>,
}

impl std::fmt::Debug for Admin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Admin").finish_non_exhaustive()
    }
}

/// How to prepare.
#[derive(Clone, Debug)]
pub struct PrepareOptions {
    /// The day; its year decides which academic years a new portal begins with.
    pub today: NaiveDate,
    /// The time on this computer; a server whose clock is more than a day away is not prepared.
    pub clock: Option<DateTime<Utc>>,
    /// The first administrator, where there shall be one. A portal that has one already is left as it is.
    pub admin: Option<Admin>,
}

impl Portal {
    /// Makes or upgrades the portal. A second call changes nothing.
    ///
    /// # Errors
    ///
    /// [`Error::SchemaNewer`], [`Error::NotAPortal`], [`Error::NotEmpty`], [`Error::RightMissing`],
    /// [`Error::ClockWrong`], [`Error::AdminTaken`]; nothing is written then.
    pub fn prepare(&mut self, options: &PrepareOptions, watch: &dyn Watch) -> Result<Prepared, Error> {
        self.transaction(watch, |work| {
            work.must_have_the_time(options.clock)?;
            work.run(LOCK)?;
            let from = work.schema_version()?;
            work.refuse_strangers(from)?;
            work.set("daftar.actor", "Daftar prepare")?;
            work.set("daftar.year", &options.today.year().to_string())?;
            work.upgrade(from.unwrap_or(0))?;
            let added = [work.seed()?, work.grant()?];
            let admin_created = options.admin.as_ref().map_or(Ok(false), |admin| work.add_admin(admin))?;
            let created = from != Some(SCHEMA_VERSION) || added.contains(&true) || admin_created;
            let (app_role, onboarding_role) = (work.has_role("smart_academy_app")?, work.has_role(ONBOARDING)?);
            let has_admin = work.row(HAS_ADMIN)?.try_get(0)?;
            let (from, to) = (from.unwrap_or(0), SCHEMA_VERSION);
            Ok((Prepared { created, from, to, app_role, onboarding_role, admin_created, has_admin }, End::Commit))
        })
    }
}

impl Work<'_> {
    /// The schema's version, `None` where there is no portal.
    ///
    /// # Errors
    ///
    /// [`Error::NotAPortal`] where somebody else keeps a version under the same name.
    pub(super) fn schema_version(&mut self) -> Result<Option<i32>, Error> {
        let there = self.row("SELECT to_regclass('migration.schema_version') IS NOT NULL")?;
        if !there.try_get::<bool, _>(0)? {
            return Ok(None);
        }
        if !self.row(OURS)?.try_get::<bool, _>(0)? {
            return Err(Error::NotAPortal { schema: "migration".to_owned() });
        }
        Ok(self.row("SELECT max(version) FROM migration.schema_version")?.try_get(0)?)
    }

    fn refuse_strangers(&mut self, version: Option<i32>) -> Result<(), Error> {
        match version {
            Some(found) if found > SCHEMA_VERSION => Err(Error::SchemaNewer { found, known: SCHEMA_VERSION }),
            Some(_) => Ok(()),
            None => match self.row(STRANGER)?.try_get::<Option<String>, _>(0)? {
                Some(schema) => Err(Error::NotAPortal { schema }),
                None => self.must_be_empty().and_then(|()| self.may_create()),
            },
        }
    }

    /// A portal begins in a database of its own: tables of somebody else mean that another database was meant.
    fn must_be_empty(&mut self) -> Result<(), Error> {
        match self.row(STRANGERS_TABLE)?.try_get(0)? {
            Some(table) => Err(Error::NotEmpty { table }),
            None => Ok(()),
        }
    }

    fn may_create(&mut self) -> Result<(), Error> {
        let may: bool = self.row("SELECT has_database_privilege(current_database(), 'CREATE')")?.try_get(0)?;
        if may { Ok(()) } else { Err(Error::RightMissing { what: "create schemas" }) }
    }

    fn upgrade(&mut self, from: i32) -> Result<(), Error> {
        for (version, file) in (1..).zip(FILES).filter(|(version, _)| *version > from) {
            self.watch.check()?;
            self.run(file)?;
            if version >= 2 {
                let done = "INSERT INTO migration.schema_version (version) SELECT generate_series(1, ";
                self.run(&format!("{done}{version}) ON CONFLICT DO NOTHING"))?;
            }
        }
        Ok(())
    }

    /// Grants what roles of the server lack, those too that were made after the portal; says whether it was anything.
    fn grant(&mut self) -> Result<bool, Error> {
        let before = self.rights_open()?;
        if before == 0 {
            return Ok(false);
        }
        self.run(APP_ROLE)?;
        self.run(ONBOARDING_ROLE)?;
        Ok(self.rights_open()? != before)
    }

    fn has_role(&mut self, name: &'static str) -> Result<bool, Error> {
        Ok(self.row(&format!("SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{name}')"))?.try_get(0)?)
    }

    /// Adds missing seed rows; says whether there were any.
    fn seed(&mut self) -> Result<bool, Error> {
        let rows = "SELECT (SELECT count(*) FROM auth.permissions) + (SELECT count(*) FROM auth.roles) \
             + (SELECT count(*) FROM auth.role_permissions) + (SELECT count(*) FROM academic.academic_years) \
             + (SELECT count(*) FROM islamic.quran_programs)";
        let before: i64 = self.row(rows)?.try_get(0)?;
        self.run(SEED)?;
        let after: i64 = self.row(rows)?.try_get(0)?;
        Ok(after != before)
    }

    /// An account of that address which is no administrator's is somebody's: its password stays theirs.
    fn add_admin(&mut self, admin: &Admin) -> Result<bool, Error> {
        if self.row(HAS_ADMIN)?.try_get(0)? {
            return Ok(false);
        }
        self.set("daftar.admin_email", &admin.email.trim().to_lowercase())?;
        let known =
            "SELECT EXISTS (SELECT 1 FROM auth.users WHERE lower(email) = current_setting('daftar.admin_email'))";
        if self.row(known)?.try_get(0)? {
            return Err(Error::AdminTaken);
        }
        self.set("daftar.admin_name", admin.name.trim())?;
        self.set("daftar.admin_hash", &secrets::hash_password(&admin.password)?)?;
        self.run(
            "WITH made AS (INSERT INTO auth.users (email, password_hash, must_reset_password, first_name, status)
                 VALUES (current_setting('daftar.admin_email'), current_setting('daftar.admin_hash'), false,
                         current_setting('daftar.admin_name'), 'active') RETURNING id)
             INSERT INTO auth.user_roles (user_id, role_id)
             SELECT made.id, roles.id FROM made, auth.roles WHERE roles.code = 'super_admin'",
        )?;
        Ok(true)
    }
}
