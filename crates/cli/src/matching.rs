//! People twice: within the project, and beside the portal's.

use app::command::matching::{self, portal};
use app::dto::{MatchingView, PortalMatchView};
use app::{Failure, Session};
use model::{Watch, Words};
use serde_json::{Value, json};

use crate::args::Merge;
use crate::outcome::Outcome;
use crate::run::{Desk, Done};

impl Desk<'_> {
    pub(crate) fn matching(&self, merge: Option<Merge>, with_portal: bool) -> Done {
        self.with(|session, watch| {
            let merged = match merge {
                Some(Merge::Certain) => matching::merge(session, watch)?,
                None => Vec::new(),
            };
            matching::run(session, watch)?;
            let beside = if with_portal { Some(self.beside_portal(session, watch)?) } else { None };
            let (view, likely) = (matching::view(session)?, matching::likely(session)?);
            let words = self.output.words(Some(session.lang()));
            let merges: Vec<Value> = merged
                .iter()
                .map(|(entity, merged)| json!({ "entity": entity, "merged": merged.merged, "survivors": merged.survivors, "links": merged.merged_links }))
                .collect();
            let document = json!({
                "merged": merges, "likely": likely.iter().map(|(check, count)| json!({ "check": check, "count": count })).collect::<Vec<_>>(),
                "people": people(&view), "families": view.families, "withoutGuardian": view.orphans, "missingRequired": view.gaps,
                "placeholders": view.placeholders, "portal": beside.as_ref().map(portal_document),
            });
            self.output.give(&document, || {
                let mut lines: Vec<String> = merged.iter().map(|(entity, merged)| format!("{entity}  {}", merged.merged)).collect();
                lines.extend(likely.iter().map(|(check, count)| format!("{check}  {count}")));
                lines.extend(view.entities.iter().map(|one| format!("{:30} {:>8} {:>8}", one.title, one.certain, one.open)));
                lines.push(words.say("matching.done", &[("count", &view.entities.iter().map(|one| one.open).sum::<f64>().to_string())]));
                lines.extend(beside.iter().flat_map(|beside| portal_lines(beside, &words)));
                lines
            });
            let open = view.entities.iter().any(|one| one.open + one.again > 0.0);
            let open = open || beside.iter().flat_map(|beside| &beside.entities).any(|one| one.open > 0.0);
            Ok(Outcome::odd_if(open || likely.iter().any(|(_, count)| *count > 0)))
        })
    }

    fn beside_portal(&self, session: &Session, watch: &dyn Watch) -> Result<PortalMatchView, Failure> {
        portal::run(session, &self.choice(session), watch)?;
        portal::view(session)
    }
}

fn people(view: &MatchingView) -> Vec<Value> {
    let one = |one: &app::dto::MatchingEntity| {
        json!({ "entity": one.entity, "people": one.people, "compared": one.compared, "keysLeftOut": one.left_out, "certain": one.certain,
            "open": one.open, "later": one.later, "different": one.different, "again": one.again })
    };
    view.entities.iter().map(one).collect()
}

fn portal_document(view: &PortalMatchView) -> Value {
    let one = |one: &app::dto::PortalMatchEntity| {
        json!({ "entity": one.entity, "people": one.people, "known": one.known, "compared": one.compared, "keysLeftOut": one.left_out,
            "certain": one.certain, "open": one.open, "same": one.same, "later": one.later, "different": one.different })
    };
    json!({ "at": view.at, "portal": view.portal, "people": view.entities.iter().map(one).collect::<Vec<_>>() })
}

fn portal_lines(view: &PortalMatchView, words: &Words) -> Vec<String> {
    let line = |one: &app::dto::PortalMatchEntity| {
        format!(
            "{:30} {:>8} {:>8} {:>8}",
            format!("{} ({})", one.title, words.text("matching.portal.source")),
            one.known,
            one.certain,
            one.open
        )
    };
    let mut lines: Vec<String> = view.entities.iter().map(line).collect();
    let sum = |of: fn(&app::dto::PortalMatchEntity) -> f64| view.entities.iter().map(of).sum::<f64>().to_string();
    let args = [("certain", sum(|one| one.certain)), ("open", sum(|one| one.open))];
    let args: Vec<(&str, &str)> = args.iter().map(|(name, value)| (*name, value.as_str())).collect();
    lines.push(words.say("matching.portal.done", &args));
    lines
}
