//! THE list of commands that the window may send. One line a command: its arguments, its answer.

use serde_json::Value;

use crate::App;
use crate::command::{
    cleanse, demo, grid, home, identity, import, jobs, mapping, people, push, report, sessions, settings, validate,
};
use crate::dto::*;
use crate::error::{Code, Failure};

/// Makes the router and, for the tests, the list of types for the screens.
macro_rules! with_commands {
    ($($name:ident($args:ident) -> $answer:ty = $run:path;)*) => {
        /// Runs the command `name` with its arguments in `payload`.
        pub(crate) fn route(app: &App, name: &str, payload: Value) -> Result<Value, Failure> {
            match name {
                $(stringify!($name) => answer($run(app, asked::<$args>(payload)?)?),)*
                _ => Err(Failure::refused(Code::Bug, "error.unknown-command", "error.bug.hint")),
            }
        }

        /// The commands with the names of their arguments and answers in TypeScript.
        #[cfg(test)]
        pub(crate) fn types(config: &ts_rs::Config) -> Vec<(&'static str, String, String)> {
            use ts_rs::TS as _;
            vec![$((stringify!($name), <$args>::name(config), <$answer>::name(config)),)*]
        }

        /// Writes the TypeScript of every argument and answer, and of what lists hold.
        #[cfg(test)]
        pub(crate) fn export(config: &ts_rs::Config) -> Result<(), ts_rs::ExportError> {
            $(one::<$args>(config)?; one::<$answer>(config)?;)*
            one::<RecentProject>(config)?;
            one::<BatchView>(config)?;
            one::<MappingTable>(config)?;
            one::<PushView>(config)?;
            one::<ReportKind>(config)?;
            one::<UserView>(config)?;
            // What only jobs give.
            one::<ReportDone>(config)?;
            one::<RollbackView>(config)?;
            one::<Said>(config)?;
            one::<JobView>(config)
        }
    };
}

with_commands! {
    project_recent(Nothing) -> Vec<RecentProject> = sessions::recent;
    project_forget(ProjectPath) -> Nothing = sessions::forget;
    project_create(ProjectCreate) -> ProjectCreated = sessions::create;
    project_open(ProjectOpen) -> SessionView = sessions::open;
    project_recover(ProjectRecover) -> SessionView = sessions::recover;
    project_close(Nothing) -> Nothing = sessions::close;
    session_view(Nothing) -> SessionView = sessions::view;
    session_lock(Nothing) -> SessionView = sessions::lock;
    session_unlock(Unlock) -> SessionView = sessions::unlock;
    session_touch(Nothing) -> SessionView = sessions::touch;
    dialog_open(DialogAsk) -> DialogAnswer = sessions::dialog;
    dialog_save(DialogAsk) -> DialogAnswer = sessions::dialog;
    home_view(Nothing) -> HomeView = home::ask;
    demo_open(Nothing) -> JobStarted = demo::ask;
    import_inspect(ImportInspect) -> InspectView = import::ask_inspect;
    import_expand(ImportExpand) -> ExpandView = import::ask_expand;
    import_start(ImportStart) -> JobStarted = import::ask;
    import_list(Nothing) -> Vec<BatchView> = import::ask_list;
    import_remove(BatchRef) -> JobStarted = import::ask_remove;
    raw_page(RawPageAsk) -> RawPage = grid::ask_raw;
    mapping_tables(Nothing) -> Vec<MappingTable> = mapping::ask_tables;
    mapping_view(TableRef) -> MappingView = mapping::ask_view;
    mapping_set(MappingSet) -> MappingView = mapping::ask_set;
    mapping_set_constant(MappingConstantSet) -> MappingView = mapping::ask_constant;
    mapping_set_lookup(MappingLookupSet) -> MappingView = mapping::ask_lookup;
    mapping_accept(TableRef) -> JobStarted = mapping::ask_accept;
    records_page(RecordsAsk) -> RecordsPage = grid::ask_page;
    record_story(CellRef) -> StoryView = grid::ask_story;
    record_edit(RecordEdit) -> ChangeRecorded = grid::ask_edit;
    record_exclude(RecordExclude) -> ChangeRecorded = grid::ask_exclude;
    cleanse_view(Nothing) -> CleanseView = cleanse::ask_view;
    cleanse_propose(Nothing) -> JobStarted = cleanse::ask_propose;
    cleanse_fixes(FixesAsk) -> FixesPage = cleanse::ask_fixes;
    cleanse_apply(CleanseApply) -> JobStarted = cleanse::ask_apply;
    history_view(Page) -> HistoryView = cleanse::ask_history;
    history_undo(Nothing) -> JobStarted = cleanse::ask_undo;
    history_redo(Nothing) -> JobStarted = cleanse::ask_redo;
    validate_view(Nothing) -> ValidateView = validate::ask_view;
    validate_run(Nothing) -> JobStarted = validate::ask_run;
    findings_page(FindingsAsk) -> FindingsPage = validate::ask_findings;
    validate_waive(WaiveCheck) -> ValidateView = validate::ask_waive;
    identity_view(IdentityAsk) -> IdentityView = identity::ask_view;
    identity_take(IdentityTake) -> ChangeRecorded = identity::ask_take;
    portal_view(Nothing) -> PortalView = push::ask_portal;
    portal_try(PortalAsk) -> PortalView = push::ask_try;
    portal_prepare(Nothing) -> JobStarted = push::ask_prepare;
    push_list(Nothing) -> Vec<PushView> = push::ask_list;
    push_view(PushRef) -> PushView = push::ask_view;
    push_run(PushRun) -> JobStarted = push::ask_run;
    verify_run(PushRef) -> JobStarted = push::ask_verify;
    rollback_plan(PushRef) -> JobStarted = push::ask_rollback_plan;
    rollback_run(PushRef) -> JobStarted = push::ask_rollback;
    report_list(Nothing) -> Vec<ReportKind> = report::ask_list;
    report_preview(ReportRef) -> ReportPreview = report::ask_preview;
    report_export(ReportExport) -> JobStarted = report::ask_export;
    users_list(Nothing) -> Vec<UserView> = people::ask_list;
    user_add(UserAdd) -> Vec<UserView> = people::ask_add;
    user_change(UserChange) -> Vec<UserView> = people::ask_change;
    passphrase_change(PassphraseChange) -> Nothing = people::ask_passphrase;
    recovery_renew(Nothing) -> RecoveryKeyView = people::ask_recovery;
    access_log(Page) -> AccessLogView = people::ask_log;
    settings_view(Nothing) -> SettingsView = settings::ask_view;
    settings_set(SettingsSet) -> SettingsView = settings::ask_set;
    job_list(Nothing) -> Vec<JobView> = jobs::ask_list;
    job_cancel(JobId) -> Nothing = jobs::ask_cancel;
}

/// Writes one type with all it is made of; a list is no type of its own.
#[cfg(test)]
fn one<T: ts_rs::TS + 'static>(config: &ts_rs::Config) -> Result<(), ts_rs::ExportError> {
    match T::export_all(config) {
        Err(ts_rs::ExportError::CannotBeExported(_)) => Ok(()),
        written => written,
    }
}

fn asked<T: serde::de::DeserializeOwned>(payload: Value) -> Result<T, Failure> {
    let payload = if payload.is_null() { Value::Object(serde_json::Map::new()) } else { payload };
    serde_json::from_value(payload).map_err(|_| Failure::refused(Code::Bug, "error.arguments", "error.bug.hint"))
}

fn answer<T: serde::Serialize>(document: T) -> Result<Value, Failure> {
    serde_json::to_value(document).map_err(|_| Failure::refused(Code::Bug, "error.answer", "error.bug.hint"))
}

#[cfg(test)]
mod tests;
