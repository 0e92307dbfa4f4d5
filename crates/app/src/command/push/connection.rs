//! The test of a connection: what must be right with a portal, one thing after the other, and which of them is not.

use model::Words;
use targets::ServerFacts;

use super::PortalChoice;
use super::views::{LISTED, said_difference};
use crate::dto::{PortalStep, PortalView};
use crate::error::{Code, Failure};

/// What is looked at, in this order.
const STEPS: [&str; 7] = ["address", "host", "tls", "login", "database", "rights", "schema"];

/// The step that a failure is about.
fn step_of(failure: &Failure) -> &'static str {
    let Failure::Target(error) = failure else { return "address" };
    match error.code() {
        "bad-url" => "address",
        "unsafe" | "no-root-cert" | "tls-required" => "tls",
        "auth-failed" | "not-admitted" | "connection-limit" => "login",
        "no-database" => "database",
        "right-missing" | "read-only" => "rights",
        code if code.starts_with("schema-") || code == "not-a-portal" || code == "not-empty" => "schema",
        _ => "host",
    }
}

/// The steps: good before `failed`, unknown behind it.
fn steps(failed: Option<(&str, String)>) -> Vec<PortalStep> {
    let at = failed.as_ref().and_then(|(code, _)| STEPS.iter().position(|step| step == code));
    let step = |(place, code): (usize, &&str)| {
        let state = match at {
            Some(at) if place == at => "bad",
            Some(at) if place > at => "unknown",
            _ => "good",
        };
        let detail = failed.as_ref().filter(|_| state == "bad").map(|(_, detail)| detail.clone()).unwrap_or_default();
        PortalStep { code: (*code).to_owned(), state: state.to_owned(), detail }
    };
    STEPS.iter().enumerate().map(step).collect()
}

/// What the portal answers; a portal that does not answer is an answer too.
pub(super) fn look(choice: &PortalChoice, words: &Words) -> PortalView {
    let mut view = PortalView {
        url: choice.url.clone().unwrap_or_default(),
        reachable: false,
        prepared: false,
        server: String::new(),
        schema_version: 0,
        steps: Vec::new(),
        differences: Vec::new(),
        sentence: String::new(),
    };
    if let Err(failure) = ask(choice, &mut view, words) {
        let error = failure.view(words);
        view.reachable = !matches!(failure.code(), Code::TargetUnreachable | Code::TargetAuthFailed | Code::Usage);
        view.sentence = format!("{} {}", error.message, error.hint);
        view.steps = steps(Some((step_of(&failure), error.message)));
    }
    view
}

fn ask(choice: &PortalChoice, view: &mut PortalView, words: &Words) -> Result<(), Failure> {
    let mut portal = choice.connect()?;
    let facts = portal.facts(&model::Silent)?;
    view.server = words.say("portal.server", &[("version", &facts.version)]);
    let differences = portal.check(&model::Silent)?.differences;
    (view.reachable, view.prepared) = (true, true);
    view.schema_version = targets::SCHEMA_VERSION as u32;
    view.differences = differences.iter().take(LISTED).map(|difference| said_difference(difference, words)).collect();
    let count = [("count", differences.len().to_string())];
    let key = if differences.is_empty() { "portal.ready" } else { "portal.differs" };
    view.sentence = words.say(key, &[("count", &count[0].1)]);
    view.steps = steps((!differences.is_empty()).then(|| ("schema", view.sentence.clone())));
    let rights = portal.missing_rights(&model::Silent)?;
    if let Some(table) = rights.first() {
        let args = [("table", table.as_str()), ("count", &rights.len().to_string())];
        view.sentence = words.say("portal.no-right", &args);
        view.steps = steps(Some(("rights", view.sentence.clone())));
    }
    said_tls(view, &facts, words);
    Ok(())
}

/// Says how the connection is protected.
fn said_tls(view: &mut PortalView, facts: &ServerFacts, words: &Words) {
    if let Some(step) = view.steps.iter_mut().find(|step| step.code == "tls" && step.state == "good") {
        step.detail = match (&facts.tls, facts.local) {
            (Some(version), _) => words.say("portal.tls", &[("version", version)]),
            (None, true) => words.text("portal.tls-local").to_owned(),
            (None, false) => words.text("portal.tls-none").to_owned(),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_step_that_failed_is_named_and_nothing_is_said_of_those_behind_it() {
        let states = |failed: Option<&str>| {
            let steps = steps(failed.map(|code| (code, "why".to_owned())));
            steps.iter().map(|step| step.state.clone()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(states(None), "good good good good good good good");
        assert_eq!(states(Some("login")), "good good good bad unknown unknown unknown");
        let unsafe_one = Failure::Target(targets::Error::SchemaMissing);
        assert_eq!(step_of(&unsafe_one), "schema");
        assert_eq!(step_of(&Failure::Target(targets::Error::ReadOnly)), "rights");
    }
}
