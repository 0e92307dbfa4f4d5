//! How a project is set up: the school, and how Daftar looks and behaves in it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use model::Lang;
use rusqlite::{Connection, params};

use crate::access_log;
use crate::error::{Error, Result};
use crate::project::{NewProject, Project};
use crate::users::Permission;

/// Minutes without a key or click after which the window locks, unless set otherwise.
pub const IDLE_MINUTES: u16 = 10;

/// Longest time, in minutes, that an untouched window may stay open: a working day.
const MOST_IDLE_MINUTES: u16 = 480;

/// Copies of each kind that stay beside a project, unless set otherwise.
pub const BACKUPS_KEPT: u16 = 10;

/// Most copies of each kind that may be asked for.
const MOST_BACKUPS: u16 = 1_000;

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the computer is set.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The word in JSON and in the project file.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme with this [`Theme::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.code() == code)
    }
}

/// How close together rows stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Density {
    /// Easy on eyes and fingers.
    #[default]
    Comfortable,
    /// More rows on the screen.
    Compact,
}

impl Density {
    const ALL: [Self; 2] = [Self::Comfortable, Self::Compact];

    /// The word in JSON and in the project file.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Comfortable => "comfortable",
            Self::Compact => "compact",
        }
    }

    /// The density with this [`Density::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|density| density.code() == code)
    }
}

/// The settings of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Language of the window and of reports.
    pub language: Lang,
    /// Light or dark.
    pub theme: Theme,
    /// How close together rows stand.
    pub density: Density,
    /// Minutes without a key or click after which the window locks; at least 1, at most 480.
    pub idle_minutes: u16,
    /// Address of the portal's database, without a password.
    pub portal_url: Option<String>,
    /// Address of the portal's Redis, without a password, where it has one.
    pub redis_url: Option<String>,
    /// The school's name.
    pub school_name: String,
    /// The school's code; empty where it has none.
    pub school_code: String,
    /// Country by ISO 3166-1 alpha-2.
    pub country: String,
    /// The school's own telephone numbers, which fill cells and are no family's; commas between.
    pub school_phone: String,
    /// School year the data is about, where it is known.
    pub year: Option<i32>,
    /// Copies of project and portal, of each the newest, that stay beside the project; at least 1, at most 1,000.
    pub backups_kept: u16,
}

impl Settings {
    /// Those a project begins with.
    pub(crate) fn of_school(new: &NewProject<'_>) -> Self {
        Self {
            language: new.language,
            theme: Theme::default(),
            density: Density::default(),
            idle_minutes: IDLE_MINUTES,
            portal_url: None,
            redis_url: None,
            school_name: new.school.trim().to_owned(),
            school_code: new.code.trim().to_owned(),
            country: new.country.trim().to_owned(),
            school_phone: String::new(),
            year: new.year,
            backups_kept: BACKUPS_KEPT,
        }
    }

    /// What anybody may set for themselves: language and looks.
    fn with_looks_of(&self, other: &Self) -> Self {
        Self { language: other.language, theme: other.theme, density: other.density, ..self.clone() }
    }

    /// Keys and values, as they are stored. What is unknown is not stored.
    fn pairs(&self) -> Vec<(&'static str, Option<String>)> {
        vec![
            ("language", Some(self.language.code().to_owned())),
            ("theme", Some(self.theme.code().to_owned())),
            ("density", Some(self.density.code().to_owned())),
            ("idle_minutes", Some(self.idle_minutes.to_string())),
            ("portal_url", self.portal_url.clone()),
            ("redis_url", self.redis_url.clone()),
            ("school_name", Some(self.school_name.clone())),
            ("school_code", Some(self.school_code.clone())),
            ("country", Some(self.country.clone())),
            ("school_phone", Some(self.school_phone.clone()).filter(|phone| !phone.is_empty())),
            ("year", self.year.map(|year| year.to_string())),
            ("backups_kept", Some(self.backups_kept.to_string())),
        ]
    }
}

/// The settings of the project. A key that a newer Daftar wrote is left alone, one that is missing or
/// not understood has its first value.
///
/// # Errors
///
/// Those of SQLite.
pub fn read(connection: &Connection) -> Result<Settings> {
    let mut read = connection.prepare_cached("SELECT key, value FROM setting")?;
    let pairs = read.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let pairs: BTreeMap<String, String> = pairs.collect::<rusqlite::Result<_>>()?;
    let text = |key: &str| pairs.get(key).cloned();
    let idle = text("idle_minutes").and_then(|minutes| minutes.parse().ok()).unwrap_or(IDLE_MINUTES);
    let kept = text("backups_kept").and_then(|count| count.parse().ok()).unwrap_or(BACKUPS_KEPT);
    Ok(Settings {
        language: text("language").and_then(|code| Lang::from_code(&code)).unwrap_or_default(),
        theme: text("theme").and_then(|code| Theme::from_code(&code)).unwrap_or_default(),
        density: text("density").and_then(|code| Density::from_code(&code)).unwrap_or_default(),
        idle_minutes: idle.clamp(1, MOST_IDLE_MINUTES),
        portal_url: text("portal_url"),
        redis_url: text("redis_url"),
        school_name: text("school_name").unwrap_or_default(),
        school_code: text("school_code").unwrap_or_default(),
        country: text("country").unwrap_or_default(),
        school_phone: text("school_phone").unwrap_or_default(),
        year: text("year").and_then(|year| year.parse().ok()),
        backups_kept: kept.clamp(1, MOST_BACKUPS),
    })
}

/// Changes the settings. Language and looks anybody may change, the rest only who manages settings.
///
/// # Errors
///
/// [`Error::NotAllowed`]; [`Error::BadSetting`] for a portal address with a password in it, a school
/// without a name, a country that is not two letters, or an idle time out of range.
pub fn write(project: &Project, settings: &Settings, now: DateTime<Utc>) -> Result<()> {
    let before = read(project.connection())?;
    if before.with_looks_of(settings) != *settings {
        project.require(Permission::ManageSettings)?;
    }
    check(settings)?;
    let changed: Vec<_> = settings.pairs().into_iter().filter(|pair| !before.pairs().contains(pair)).collect();
    if changed.is_empty() {
        return Ok(());
    }
    let keys = changed.iter().map(|(key, _)| *key).collect::<Vec<_>>().join(" ");
    let transaction = project.connection().unchecked_transaction()?;
    store(&transaction, settings)?;
    project.log(access_log::SETTINGS_CHANGED, &[("keys", &keys)], now)?;
    Ok(transaction.commit()?)
}

/// Writes the settings as they are.
pub(crate) fn store(connection: &Connection, settings: &Settings) -> Result<()> {
    for (key, value) in settings.pairs() {
        match value {
            Some(value) => {
                connection.execute("REPLACE INTO setting (key, value) VALUES (?1, ?2)", params![key, value])?
            }
            None => connection.execute("DELETE FROM setting WHERE key = ?1", [key])?,
        };
    }
    Ok(())
}

fn check(settings: &Settings) -> Result<()> {
    let wrong = |key| Err(Error::BadSetting { key });
    if settings.school_name.trim().is_empty() {
        return wrong("school_name");
    }
    if settings.country.len() != 2 || !settings.country.bytes().all(|letter| letter.is_ascii_uppercase()) {
        return wrong("country");
    }
    if !(1..=MOST_IDLE_MINUTES).contains(&settings.idle_minutes) {
        return wrong("idle_minutes");
    }
    if !(1..=MOST_BACKUPS).contains(&settings.backups_kept) {
        return wrong("backups_kept");
    }
    if settings.portal_url.as_deref().is_some_and(has_password) {
        return wrong("portal_url");
    }
    if settings.redis_url.as_deref().is_some_and(has_password) {
        return wrong("redis_url");
    }
    Ok(())
}

/// Whether an address carries a password, as `user:password@host` or as a parameter.
fn has_password(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let login = authority.rsplit_once('@').map_or("", |(login, _)| login);
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let is_password = |pair: &str| pair.split('=').next().is_some_and(|key| key.eq_ignore_ascii_case("password"));
    login.contains(':') || query.split('&').any(is_password)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::users::{NewUser, Role, add};

    #[test]
    fn settings_read_back_as_they_were_written() {
        let project = Project::scratch().unwrap();
        let mut settings = read(project.connection()).unwrap();
        assert_eq!(settings.idle_minutes, IDLE_MINUTES);
        assert_eq!(settings.year, Some(2026));
        settings.year = None;
        settings.theme = Theme::Dark;
        settings.backups_kept = 3;
        settings.portal_url = Some("postgres://daftar@portal.example/school?sslmode=verify-full".to_owned());
        write(&project, &settings, DateTime::UNIX_EPOCH).unwrap();
        assert_eq!(read(project.connection()).unwrap(), settings);
        let logged = access_log::page(project.connection(), None, 1).unwrap();
        assert_eq!(logged[0].action, access_log::SETTINGS_CHANGED);
        assert_eq!(
            logged[0].detail["keys"], "theme portal_url year backups_kept",
            "only what changed is logged, never values"
        );
    }

    #[test]
    fn a_password_is_never_stored() {
        for url in ["postgres://a:b@host/db", "a:b@host/db", "postgres://a@host/db?x=1&Password=b"] {
            assert!(has_password(url), "{url}");
        }
        for url in ["postgres://a@host:5432/db", "postgres://host:5432/a:b@c", "host"] {
            assert!(!has_password(url), "{url}");
        }
        let project = Project::scratch().unwrap();
        let settings =
            Settings { portal_url: Some("postgres://a:b@host/db".to_owned()), ..read(project.connection()).unwrap() };
        let refused = write(&project, &settings, DateTime::UNIX_EPOCH);
        assert!(matches!(refused, Err(Error::BadSetting { key: "portal_url" })));
    }

    #[test]
    fn a_clerk_chooses_the_language_and_not_the_school() {
        let mut project = Project::scratch().unwrap();
        let now = DateTime::UNIX_EPOCH;
        let clerk = NewUser { name: "kerani", display_name: "", role: Role::Clerk, passphrase: "kerani sekolah" };
        add(&project, &clerk, now).unwrap();
        project.sign_in("kerani", "kerani sekolah", now).unwrap();
        let before = read(project.connection()).unwrap();
        write(&project, &Settings { language: Lang::En, ..before.clone() }, now).unwrap();
        let refused = write(&project, &Settings { school_name: "Lain".to_owned(), ..before }, now);
        assert!(matches!(refused, Err(Error::NotAllowed { .. })), "the school's name is not the clerk's to change");
    }
}
