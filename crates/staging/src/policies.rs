//! What a push does where the portal has another value: one choice per entity, kept among the settings.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};

use crate::Result;
use crate::access_log;
use crate::project::Project;
use crate::users::Permission;

/// Before the entity's code in the key of a setting.
const KEY: &str = "conflict.";

/// Entity codes and the words of their policies, in order of code.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn read(conn: &Connection) -> Result<Vec<(String, String)>> {
    let mut statement =
        conn.prepare_cached("SELECT substr(key, ?2), value FROM setting WHERE key LIKE ?1 ORDER BY key")?;
    let found =
        statement.query_map(params![format!("{KEY}%"), KEY.len() as i64 + 1], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Sets the policy of an entity for all pushes of this project.
///
/// # Errors
///
/// [`crate::Error::NotAllowed`] for whoever does not manage settings.
pub fn write(project: &Project, entity: &str, policy: &str, now: DateTime<Utc>) -> Result<()> {
    project.require(Permission::ManageSettings)?;
    let key = format!("{KEY}{entity}");
    let sql = "REPLACE INTO setting (key, value) VALUES (?1, ?2)";
    project.connection().execute(sql, params![key, policy])?;
    project.log(access_log::SETTINGS_CHANGED, &[("keys", &key)], now)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_kept_per_entity() {
        let project = Project::scratch().unwrap();
        write(&project, "students", "ask", DateTime::UNIX_EPOCH).unwrap();
        write(&project, "students", "skip", DateTime::UNIX_EPOCH).unwrap();
        assert_eq!(read(project.connection()).unwrap(), [("students".to_owned(), "skip".to_owned())]);
    }
}
