//! The command `backup --list`: the copies beside the project, and how many are to stay.

use app::command::backup::old;
use app::command::settings;
use serde_json::json;

use crate::outcome::Outcome;
use crate::run::{Desk, Done};

impl Desk<'_> {
    pub(crate) fn copies(&self, keep: Option<u32>) -> Done {
        self.with(|session, _| {
            if keep.is_some() {
                settings::keep_backups(session, keep)?;
            }
            let copies = old::list(session)?;
            let mut document = json!(copies);
            document["count"] = json!(copies.copies.len());
            let words = self.output.words(Some(session.lang()));
            self.output.give(&document, || {
                let mut lines: Vec<String> =
                    copies.copies.iter().map(|copy| format!("{:>14}  {}", copy.bytes, copy.file)).collect();
                lines.push(old::sentence(&copies, &words));
                lines
            });
            Ok(Outcome::Done)
        })
    }
}
