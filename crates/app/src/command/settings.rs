//! Language, look, school and portal.

use model::Lang;
use staging::Permission;
use staging::settings::{self, Density, Settings, Theme};

use super::backup::old;
use crate::app::App;
use crate::clock;
use crate::dto::{Nothing, SettingsSet, SettingsView};
use crate::error::Failure;
use crate::session::Session;

pub(crate) fn ask_view(app: &App, _: Nothing) -> Result<SettingsView, Failure> {
    Ok(view(&*app.session()?))
}

fn view(session: &Session) -> SettingsView {
    let settings = session.settings();
    let path = session.path();
    let bytes = fs_err::metadata(&path).map_or(0, |file| file.len());
    let (backups, backups_bytes) = old::sum(&path);
    SettingsView {
        language: settings.language.code().to_owned(),
        theme: settings.theme.code().to_owned(),
        density: settings.density.code().to_owned(),
        idle_minutes: u32::from(settings.idle_minutes),
        school: settings.school_name,
        code: settings.school_code,
        country: settings.country,
        school_phone: settings.school_phone,
        year: settings.year.unwrap_or_default(),
        portal_url: settings.portal_url.unwrap_or_default(),
        portal_password_kept: session.portal_password().is_some(),
        redis_url: settings.redis_url.unwrap_or_default(),
        project_path: path.display().to_string(),
        project_bytes: bytes as f64,
        backups_kept: u32::from(settings.backups_kept),
        backups: backups as f64,
        backups_bytes: backups_bytes as f64,
    }
}

pub(crate) fn ask_set(app: &App, asked: SettingsSet) -> Result<SettingsView, Failure> {
    let session = app.session()?;
    set(&session, asked)?;
    Ok(view(&session))
}

/// A change of nothing, to be filled with what shall change.
pub(crate) fn nothing() -> SettingsSet {
    SettingsSet {
        language: None,
        theme: None,
        density: None,
        idle_minutes: None,
        school: None,
        code: None,
        school_phone: None,
        year: None,
        portal_url: None,
        portal_password: None,
        redis_url: None,
        redis_password: None,
        backups_kept: None,
    }
}

/// Changes the settings that are given.
///
/// # Errors
///
/// As [`settings::write`].
pub fn set(session: &Session, asked: SettingsSet) -> Result<(), Failure> {
    let wanted = changed(session.settings(), &asked);
    {
        let project = session.write(Permission::ViewRecords)?;
        settings::write(&project, &wanted, clock::now())?;
    }
    session.set_settings(wanted);
    if let Some(password) = asked.portal_password {
        session.set_portal_password(Some(password));
    }
    if let Some(password) = asked.redis_password {
        session.set_redis_password(Some(password));
    }
    Ok(())
}

/// Sets how many copies of each kind stay beside the project.
///
/// # Errors
///
/// As [`settings::write`].
pub fn keep_backups(session: &Session, count: Option<u32>) -> Result<(), Failure> {
    set(session, SettingsSet { backups_kept: count, ..nothing() })
}

fn changed(mut settings: Settings, asked: &SettingsSet) -> Settings {
    let text = |asked: &Option<String>, now: String| asked.clone().unwrap_or(now);
    if let Some(lang) = asked.language.as_deref().and_then(Lang::from_code) {
        settings.language = lang;
    }
    if let Some(theme) = asked.theme.as_deref().and_then(Theme::from_code) {
        settings.theme = theme;
    }
    if let Some(density) = asked.density.as_deref().and_then(Density::from_code) {
        settings.density = density;
    }
    if let Some(minutes) = asked.idle_minutes {
        settings.idle_minutes = u16::try_from(minutes).unwrap_or(u16::MAX);
    }
    if let Some(count) = asked.backups_kept {
        settings.backups_kept = u16::try_from(count).unwrap_or(u16::MAX);
    }
    settings.school_name = text(&asked.school, settings.school_name);
    settings.school_code = text(&asked.code, settings.school_code);
    settings.school_phone = text(&asked.school_phone, settings.school_phone);
    settings.year = asked.year.or(settings.year);
    let address = |url: &String| Some(url.trim().to_owned()).filter(|url| !url.is_empty());
    if let Some(url) = &asked.portal_url {
        settings.portal_url = address(url);
    }
    if let Some(url) = &asked.redis_url {
        settings.redis_url = address(url);
    }
    settings
}
