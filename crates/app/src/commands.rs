//! THE list of commands that the window may send. One line a command: its arguments, its answer.

use serde_json::Value;

use crate::App;
use crate::command::{
    cleanse, corrections, demo, grid, home, identity, import, jobs, letters, mailbox, mapping, matching, people,
    profile, push, report, sessions, settings, validate,
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
            one::<HandoutDone>(config)?;
            one::<CorrectionsView>(config)?;
            one::<InspectView>(config)?;
            one::<ReportDone>(config)?;
            one::<LettersDone>(config)?;
            one::<RollbackView>(config)?;
            one::<Said>(config)?;
            one::<ReplaceView>(config)?;
            one::<RecipeCheck>(config)?;
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
    import_inspect(ImportInspect) -> JobStarted = import::ask_inspect;
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
    mapping_set_period(MappingPeriodSet) -> MappingView = mapping::ask_period;
    mapping_accept_sure(Nothing) -> JobStarted = mapping::ask_accept_sure;
    mapping_accept(TableRef) -> JobStarted = mapping::ask_accept;
    profile_view(Nothing) -> ProfileView = profile::ask_view;
    profile_run(Nothing) -> JobStarted = profile::ask_run;
    profile_columns(TableRef) -> ProfileColumns = profile::ask_columns;
    records_page(RecordsAsk) -> RecordsPage = grid::ask_page;
    record_story(CellRef) -> StoryView = grid::ask_story;
    record_edit(RecordEdit) -> ChangeRecorded = grid::ask_edit;
    record_exclude(RecordExclude) -> ChangeRecorded = grid::ask_exclude;
    cleanse_view(Nothing) -> CleanseView = cleanse::ask_view;
    cleanse_propose(Nothing) -> JobStarted = cleanse::ask_propose;
    cleanse_fixes(FixesAsk) -> FixesPage = cleanse::ask_fixes;
    cleanse_apply(CleanseApply) -> JobStarted = cleanse::ask_apply;
    facets_page(FacetsAsk) -> FacetsPage = cleanse::values::ask_facets;
    clusters_find(ClustersAsk) -> JobStarted = cleanse::values::ask_find;
    clusters_page(ClustersAsk) -> ClustersPage = cleanse::values::ask_page;
    values_merge(ValuesMerge) -> JobStarted = cleanse::values::ask_merge;
    learned_offers(Nothing) -> LearnedOffers = cleanse::values::ask_offers;
    learned_take(LearnedTake) -> JobStarted = cleanse::values::ask_take_up;
    replace_preview(ReplaceAsk) -> JobStarted = cleanse::replace::ask_preview;
    replace_apply(ReplaceAsk) -> JobStarted = cleanse::replace::ask_apply;
    recipe_view(Nothing) -> RecipeView = cleanse::recipe::ask_view;
    recipe_save(RecipeSave) -> Said = cleanse::recipe::ask_save;
    recipe_check(RecipeRef) -> JobStarted = cleanse::recipe::ask_check;
    recipe_apply(RecipeApply) -> JobStarted = cleanse::recipe::ask_apply;
    history_view(Page) -> HistoryView = cleanse::ask_history;
    history_undo(Nothing) -> JobStarted = cleanse::ask_undo;
    history_redo(Nothing) -> JobStarted = cleanse::ask_redo;
    history_take_back(StepRef) -> JobStarted = cleanse::history::ask_take_back;
    history_go(StepRef) -> JobStarted = cleanse::history::ask_go;
    matching_view(Nothing) -> MatchingView = matching::ask_view;
    matching_run(Nothing) -> JobStarted = matching::ask_run;
    matching_merge(Nothing) -> JobStarted = matching::ask_merge;
    matching_cases(CasesAsk) -> CasesPage = matching::cases::ask_page;
    matching_case(CaseRef) -> CaseView = matching::cases::ask_case;
    matching_decide(CaseDecide) -> ChangeRecorded = matching::decide::ask_decide;
    matching_part(RecordRef) -> ChangeRecorded = matching::decide::ask_part;
    matching_portal_view(Nothing) -> PortalMatchView = matching::portal::ask_view;
    matching_portal_run(Nothing) -> JobStarted = matching::portal::ask_run;
    matching_portal_cases(CasesAsk) -> CasesPage = matching::portal::cases::ask_page;
    matching_portal_case(CaseRef) -> CaseView = matching::portal::cases::ask_case;
    matching_portal_decide(CaseDecide) -> ChangeRecorded = matching::portal::cases::ask_decide;
    matching_families(Page) -> FamiliesPage = matching::families::ask_families;
    matching_orphans(Page) -> OrphansPage = matching::families::ask_orphans;
    matching_settle(OrphanSettle) -> ChangeRecorded = matching::families::ask_settle;
    matching_gaps(Nothing) -> GapsView = matching::gaps::ask_gaps;
    matching_gap_people(GapAsk) -> GapPage = matching::gaps::ask_people;
    matching_gap_fill(GapFill) -> ChangeRecorded = matching::gaps::ask_fill;
    validate_view(Nothing) -> ValidateView = validate::ask_view;
    validate_run(Nothing) -> JobStarted = validate::ask_run;
    findings_page(FindingsAsk) -> FindingsPage = validate::ask_findings;
    validate_waive(WaiveCheck) -> ValidateView = validate::ask_waive;
    findings_causes(CausesAsk) -> CausesPage = validate::causes::ask;
    finding_waive(WaiveFindings) -> ValidateView = validate::waive::ask_waive;
    finding_unwaive(WaiverRef) -> ValidateView = validate::waive::ask_unwaive;
    waivers_list(Page) -> WaiversPage = validate::waive::ask_list;
    errors_hand_out(HandoutAsk) -> JobStarted = corrections::ask_hand_out;
    errors_bring_back(HandoutAsk) -> JobStarted = corrections::ask_bring_back;
    record_position(RecordPositionAsk) -> RecordPosition = grid::ask_position;
    identity_view(IdentityAsk) -> IdentityView = identity::ask_view;
    identity_take(IdentityTake) -> ChangeRecorded = identity::ask_take;
    portal_view(Nothing) -> PortalView = push::ask_portal;
    portal_try(PortalAsk) -> PortalView = push::ask_try;
    portal_prepare(Nothing) -> JobStarted = push::ask_prepare;
    push_list(Nothing) -> Vec<PushView> = push::ask_list;
    push_view(PushRef) -> PushView = push::ask_view;
    push_run(PushRun) -> JobStarted = push::ask_run;
    verify_run(PushRef) -> JobStarted = push::ask_verify;
    letters_print(LettersPrint) -> JobStarted = letters::ask_print;
    mailbox_view(Nothing) -> MailboxView = mailbox::ask_view;
    mailbox_send(Nothing) -> JobStarted = mailbox::ask_send;
    rollback_plan(RollbackAsk) -> JobStarted = push::ask_rollback_plan;
    rollback_run(RollbackAsk) -> JobStarted = push::ask_rollback;
    plan_page(PlanAsk) -> PlanPage = push::plan::ask_page;
    plan_decide(PlanDecide) -> Nothing = push::plan::ask_decide;
    policies_view(Nothing) -> PoliciesView = push::plan::ask_policies;
    policy_set(PolicySet) -> PoliciesView = push::plan::ask_set_policy;
    queue_view(Nothing) -> QueueView = push::queue::ask_view;
    queue_put(PushRun) -> QueueView = push::queue::ask_put;
    queue_renew(Nothing) -> QueueView = push::queue::ask_renew;
    queue_drop(Nothing) -> QueueView = push::queue::ask_drop;
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
