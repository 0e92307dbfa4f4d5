//! Tests of users and roles.

use super::*;
use crate::project::Project;

const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

fn clerk() -> NewUser<'static> {
    NewUser { name: "Siti", display_name: "Cik Siti", role: Role::Clerk, passphrase: "pasir pantai" }
}

#[test]
fn a_second_user_opens_the_same_project() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kedua.daftar");
    let scratch = Project::scratch().unwrap();
    add(&scratch, &clerk(), NOW).unwrap();
    scratch.backup_to(&path, NOW).unwrap();
    let project = Project::open(&path, " sITI ", "pasir pantai", NOW).unwrap();
    assert_eq!(project.user().display_name, "Cik Siti", "the name is the same in any case and with spaces");
    let refused = add(&project, &NewUser { name: "lain", ..clerk() }, NOW);
    assert!(matches!(refused, Err(Error::NotAllowed { .. })), "a clerk adds nobody");
}

#[test]
fn a_name_is_taken_once() {
    let project = Project::scratch().unwrap();
    add(&project, &clerk(), NOW).unwrap();
    let again = add(&project, &NewUser { name: "SITI", ..clerk() }, NOW);
    assert!(matches!(again, Err(Error::UserExists { .. })));
    for name in ["", "  ", "a\nb", &"x".repeat(65)] {
        let refused = add(&project, &NewUser { name, ..clerk() }, NOW);
        assert!(matches!(refused, Err(Error::BadUserName)), "{name:?} was taken");
    }
    let short = add(&project, &NewUser { name: "lain", passphrase: "pendek", ..clerk() }, NOW);
    assert!(matches!(short, Err(Error::PassphraseTooShort { least: MIN_PASSPHRASE })));
    assert_eq!(all(project.connection()).unwrap().len(), 2, "what was refused left no row behind");
}

#[test]
fn a_disabled_user_is_kept_out_until_enabled() {
    let project = Project::scratch().unwrap();
    add(&project, &clerk(), NOW).unwrap();
    project.verify_passphrase("siti", "pasir pantai").unwrap();
    disable(&project, "siti", NOW).unwrap();
    let refused = project.verify_passphrase("siti", "pasir pantai");
    assert!(matches!(refused, Err(Error::WrongPassphrase)), "without a slot there is nothing to tell");
    let reset = reset_passphrase(&project, "siti", "laut dalam sekali", NOW);
    assert!(matches!(reset, Err(Error::UserDisabled { .. })), "a reset is no way around");
    enable(&project, "siti", "laut dalam sekali", NOW).unwrap();
    project.verify_passphrase("siti", "laut dalam sekali").unwrap();
    assert!(project.verify_passphrase("siti", "pasir pantai").is_err(), "the old passphrase is gone");
}

#[test]
fn the_last_administrator_stays() {
    let project = Project::scratch().unwrap();
    assert!(matches!(disable(&project, "admin", NOW), Err(Error::LastAdministrator { .. })));
    assert!(matches!(set_role(&project, "admin", Role::Clerk, NOW), Err(Error::LastAdministrator { .. })));
    add(&project, &NewUser { role: Role::Administrator, ..clerk() }, NOW).unwrap();
    set_role(&project, "admin", Role::Auditor, NOW).unwrap();
    assert!(matches!(disable(&project, "siti", NOW), Err(Error::LastAdministrator { .. })));
    assert!(matches!(find(project.connection(), "nobody"), Err(Error::UnknownUser { .. })));
}

#[test]
fn roles_are_as_the_table_says() {
    let counted = |role: Role| Permission::ALL.into_iter().filter(|permission| role.allows(*permission)).count();
    assert_eq!(Role::ALL.map(counted), [17, 12, 5, 5]);
    let writes = [Permission::Import, Permission::EditRecords, Permission::Cleanse, Permission::Waive];
    assert!(writes.iter().all(|permission| !Role::Auditor.allows(*permission)), "an auditor changes nothing");
    assert!(!Role::Registrar.allows(Permission::Push) && Role::Registrar.allows(Permission::Rehearse));
}

#[test]
fn what_is_done_with_users_is_logged() {
    let project = Project::scratch().unwrap();
    add(&project, &clerk(), NOW).unwrap();
    set_role(&project, "siti", Role::Registrar, NOW).unwrap();
    disable(&project, "siti", NOW).unwrap();
    let entries = access_log::page(project.connection(), None, 3).unwrap();
    let actions: Vec<&str> = entries.iter().rev().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, [access_log::USER_ADDED, access_log::ROLE_CHANGED, access_log::USER_DISABLED]);
    assert_eq!(entries[1].detail["to"], "registrar");
}
