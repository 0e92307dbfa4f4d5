//! The people who work in a project, their roles, and what each role may do.
//!
//! A user is a row in the database and a slot in the header. The row says what they may do; without
//! the slot they cannot open the file at all, so disabling a user takes the slot away.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::access_log;
use crate::error::{Error, Result};
use crate::project::Project;
use crate::vault::{MIN_PASSPHRASE, name_key, slot_id};

/// Most characters of a user's name.
const MAX_NAME: usize = 64;

/// What somebody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// Add, disable and enable users, give roles and passphrases, renew the recovery key.
    ManageUsers,
    /// Change the school's settings and the portal's address.
    ManageSettings,
    /// Bring files in.
    Import,
    /// Say which column is which field.
    Map,
    /// Apply rules, merge duplicates, undo and redo.
    Cleanse,
    /// Change single records, and key in paper forms.
    EditRecords,
    /// Run the checks.
    Validate,
    /// Accept a warning with a reason.
    Waive,
    /// Push to the portal and take everything back at once.
    Rehearse,
    /// Push to the portal.
    Push,
    /// Compare the portal with the project.
    Verify,
    /// Take a batch out of the portal.
    Rollback,
    /// Print reports.
    Report,
    /// See records.
    ViewRecords,
    /// See who changed which value.
    ViewHistory,
    /// See the access log.
    ViewAccessLog,
    /// Copy the project file.
    Backup,
}

impl Permission {
    /// All permissions.
    pub const ALL: [Permission; 17] = [
        Self::ManageUsers,
        Self::ManageSettings,
        Self::Import,
        Self::Map,
        Self::Cleanse,
        Self::EditRecords,
        Self::Validate,
        Self::Waive,
        Self::Rehearse,
        Self::Push,
        Self::Verify,
        Self::Rollback,
        Self::Report,
        Self::ViewRecords,
        Self::ViewHistory,
        Self::ViewAccessLog,
        Self::Backup,
    ];

    /// The word in JSON; `permission.<code>` is its name for people.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::ManageUsers => "manage-users",
            Self::ManageSettings => "manage-settings",
            Self::Import => "import",
            Self::Map => "map",
            Self::Cleanse => "cleanse",
            Self::EditRecords => "edit-records",
            Self::Validate => "validate",
            Self::Waive => "waive",
            Self::Rehearse => "rehearse",
            Self::Push => "push",
            Self::Verify => "verify",
            Self::Rollback => "rollback",
            Self::Report => "report",
            Self::ViewRecords => "view-records",
            Self::ViewHistory => "view-history",
            Self::ViewAccessLog => "view-access-log",
            Self::Backup => "backup",
        }
    }
}

/// What a user is in the school's migration.
///
/// | may                                      | administrator | registrar | clerk | auditor |
/// |------------------------------------------|---------------|-----------|-------|---------|
/// | manage users, manage settings            | yes           |           |       |         |
/// | push, roll back                          | yes           |           |       |         |
/// | cleanse, validate, waive, rehearse, back up | yes        | yes       |       |         |
/// | import, map, edit records                | yes           | yes       | yes   |         |
/// | view records and history                 | yes           | yes       | yes   | yes     |
/// | verify, report                           | yes           | yes       |       | yes     |
/// | view the access log                      | yes           |           |       | yes     |
///
/// The registrar makes the data ready and proves it by a rehearsal; the administrator, who answers for
/// the numbers, puts it into the portal. Importing asks which column is which, so a clerk who imports
/// may map. An auditor changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Answers for the project.
    Administrator,
    /// Makes the data ready.
    Registrar,
    /// Brings data in.
    Clerk,
    /// Looks on.
    Auditor,
}

impl Role {
    /// All roles.
    pub const ALL: [Role; 4] = [Self::Administrator, Self::Registrar, Self::Clerk, Self::Auditor];

    /// The word in JSON and in the project file; `role.<code>` is its name for people.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Registrar => "registrar",
            Self::Clerk => "clerk",
            Self::Auditor => "auditor",
        }
    }

    /// The role with this [`Role::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// Whether the role may do it: the table above.
    #[must_use]
    pub fn allows(self, permission: Permission) -> bool {
        use Permission as P;
        match permission {
            P::ManageUsers | P::ManageSettings | P::Push | P::Rollback => self == Self::Administrator,
            P::Cleanse | P::Validate | P::Waive | P::Rehearse | P::Backup => self <= Self::Registrar,
            P::Import | P::Map | P::EditRecords => self <= Self::Clerk,
            P::ViewRecords | P::ViewHistory => true,
            P::Verify | P::Report => self != Self::Clerk,
            P::ViewAccessLog => matches!(self, Self::Administrator | Self::Auditor),
        }
    }
}

/// Somebody who works in the project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Number of the user.
    pub id: i64,
    /// Name to sign in with; large and small letters are the same.
    pub name: String,
    /// Name as it is shown.
    pub display_name: String,
    /// What they may do.
    pub role: Role,
    /// Whether they are kept out.
    pub disabled: bool,
    /// When they were added, as RFC 3339.
    pub created_at: String,
    /// Name of the user who added them.
    pub created_by: String,
}

/// Somebody to be added.
#[derive(Clone, Copy)]
pub struct NewUser<'a> {
    /// Name to sign in with.
    pub name: &'a str,
    /// Name as it is shown.
    pub display_name: &'a str,
    /// What they may do.
    pub role: Role,
    /// A first passphrase, which they should change.
    pub passphrase: &'a str,
}

/// All users, in the order they were added.
///
/// # Errors
///
/// Those of SQLite.
pub fn all(connection: &Connection) -> Result<Vec<User>> {
    let mut read = connection.prepare_cached(&select(""))?;
    let mut rows = read.query([])?;
    let mut users = Vec::new();
    while let Some(row) = rows.next()? {
        users.push(user(row)?);
    }
    Ok(users)
}

/// The user of this name, in any case.
///
/// # Errors
///
/// [`Error::UnknownUser`].
pub fn find(connection: &Connection, name: &str) -> Result<User> {
    let found = connection.query_row(&select("WHERE name_key = ?1"), [name_key(name)], |row| Ok(user(row)));
    found.optional()?.unwrap_or_else(|| Err(Error::UnknownUser { name: name.trim().to_owned() }))
}

/// Adds a user.
///
/// # Errors
///
/// [`Error::NotAllowed`], [`Error::BadUserName`], [`Error::UserExists`], [`Error::PassphraseTooShort`],
/// [`Error::TooManyUsers`].
pub fn add(project: &Project, new: &NewUser<'_>, now: DateTime<Utc>) -> Result<User> {
    project.require(Permission::ManageUsers)?;
    check_name(new.name)?;
    let connection = project.connection();
    if find(connection, new.name).is_ok() {
        return Err(Error::UserExists { name: new.name.trim().to_owned() });
    }
    let transaction = connection.unchecked_transaction()?;
    connection.execute(
        "INSERT INTO user (name, name_key, display_name, role, created_at, created_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            new.name.trim(),
            name_key(new.name),
            new.display_name.trim(),
            new.role.code(),
            now.to_rfc3339(),
            project.user().name
        ],
    )?;
    project.log(access_log::USER_ADDED, &[("user", new.name.trim()), ("role", new.role.code())], now)?;
    // A slot without its user, left by a power cut between the two, opens nothing.
    project.give_passphrase(new.name, new.passphrase)?;
    transaction.commit()?;
    find(connection, new.name)
}

/// Keeps a user out: the slot is gone from the file, and with it the way to the key.
///
/// # Errors
///
/// [`Error::NotAllowed`], [`Error::UnknownUser`], [`Error::LastAdministrator`].
pub fn disable(project: &Project, name: &str, now: DateTime<Utc>) -> Result<()> {
    project.require(Permission::ManageUsers)?;
    let user = find(project.connection(), name)?;
    keep_an_administrator(project.connection(), &user)?;
    change(project, "UPDATE user SET disabled = 1 WHERE id = ?1", &user, &[], access_log::USER_DISABLED, now)?;
    project.change_slots(|header, _| {
        header.remove(&slot_id(header.project, &user.name));
        Ok(())
    })
}

/// Lets a disabled user in again, with a new passphrase.
///
/// # Errors
///
/// [`Error::NotAllowed`], [`Error::UnknownUser`], [`Error::PassphraseTooShort`], [`Error::TooManyUsers`].
pub fn enable(project: &Project, name: &str, passphrase: &str, now: DateTime<Utc>) -> Result<()> {
    project.require(Permission::ManageUsers)?;
    let user = find(project.connection(), name)?;
    project.give_passphrase(&user.name, passphrase)?;
    change(project, "UPDATE user SET disabled = 0 WHERE id = ?1", &user, &[], access_log::USER_ENABLED, now)
}

/// Gives a user who forgot the passphrase a new one.
///
/// # Errors
///
/// [`Error::NotAllowed`], [`Error::UnknownUser`], [`Error::UserDisabled`], [`Error::PassphraseTooShort`].
pub fn reset_passphrase(project: &Project, name: &str, passphrase: &str, now: DateTime<Utc>) -> Result<()> {
    project.require(Permission::ManageUsers)?;
    let user = find(project.connection(), name)?;
    if user.disabled {
        return Err(Error::UserDisabled { name: user.name });
    }
    project.give_passphrase(&user.name, passphrase)?;
    project.log(access_log::PASSPHRASE_RESET, &[("user", &user.name)], now)
}

/// Gives a user another role. The user of an open project has it from the next opening on.
///
/// # Errors
///
/// [`Error::NotAllowed`], [`Error::UnknownUser`], [`Error::LastAdministrator`].
pub fn set_role(project: &Project, name: &str, role: Role, now: DateTime<Utc>) -> Result<()> {
    project.require(Permission::ManageUsers)?;
    let user = find(project.connection(), name)?;
    if role != Role::Administrator {
        keep_an_administrator(project.connection(), &user)?;
    }
    let sql = "UPDATE user SET role = ?2 WHERE id = ?1";
    change(project, sql, &user, &[role.code()], access_log::ROLE_CHANGED, now)
}

/// Updates a user's row and logs it, both or neither. The first parameter of `sql` is the user's number.
fn change(project: &Project, sql: &str, user: &User, values: &[&str], action: &str, now: DateTime<Utc>) -> Result<()> {
    let transaction = project.connection().unchecked_transaction()?;
    let mut update = transaction.prepare(sql)?;
    update.raw_bind_parameter(1, user.id)?;
    for (at, value) in (2..).zip(values) {
        update.raw_bind_parameter(at, value)?;
    }
    update.raw_execute()?;
    drop(update);
    let mut detail = vec![("user", user.name.as_str())];
    detail.extend(values.iter().map(|value| ("to", *value)));
    project.log(action, &detail, now)?;
    Ok(transaction.commit()?)
}

/// # Errors
///
/// [`Error::LastAdministrator`] where nobody but `user` could manage the project.
fn keep_an_administrator(connection: &Connection, user: &User) -> Result<()> {
    let active = |other: &User| other.role == Role::Administrator && !other.disabled;
    if active(user) && all(connection)?.iter().filter(|other| active(other)).count() == 1 {
        return Err(Error::LastAdministrator { name: user.name.clone() });
    }
    Ok(())
}

/// # Errors
///
/// [`Error::BadUserName`] for a name that is empty, too long, or holds what nobody can type.
pub(crate) fn check_name(name: &str) -> Result<()> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
        return Err(Error::BadUserName);
    }
    Ok(())
}

/// A new passphrase, ready for the key derivation.
///
/// # Errors
///
/// [`Error::PassphraseTooShort`].
pub(crate) fn passphrase(typed: &str) -> Result<Zeroizing<String>> {
    let passphrase = normalised(typed);
    if passphrase.chars().count() < MIN_PASSPHRASE {
        return Err(Error::PassphraseTooShort { least: MIN_PASSPHRASE });
    }
    Ok(passphrase)
}

/// A passphrase in the composed form (NFKC, as NIST SP 800-63B 5.1.1.2 advises): keyboards of
/// different systems send the same letter as different characters.
pub(crate) fn normalised(typed: &str) -> Zeroizing<String> {
    Zeroizing::new(typed.nfkc().collect())
}

fn select(condition: &str) -> String {
    format!("SELECT id, name, display_name, role, disabled, created_at, created_by FROM user {condition} ORDER BY id")
}

fn user(row: &Row<'_>) -> Result<User> {
    let role: String = row.get(3)?;
    Ok(User {
        id: row.get(0)?,
        name: row.get(1)?,
        display_name: row.get(2)?,
        role: Role::from_code(&role).ok_or(Error::Corrupt { part: "user" })?,
        disabled: row.get(4)?,
        created_at: row.get(5)?,
        created_by: row.get(6)?,
    })
}

#[cfg(test)]
mod tests;
