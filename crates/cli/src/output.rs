//! Standard output and standard error: one JSON document, or words.

use std::cell::Cell;
use std::io::Write as _;
use std::process::ExitCode;

use app::{Code, Failure};
use model::{Lang, Words};
use serde::Serialize;

use crate::args::Everywhere;

/// Where a command speaks to.
pub(crate) struct Output {
    pub(crate) json: bool,
    lang: Option<Lang>,
    /// The language of the project that was opened, for errors that come later.
    opened: Cell<Option<Lang>>,
}

impl Output {
    pub(crate) fn new(everywhere: &Everywhere) -> Self {
        Self {
            json: everywhere.json,
            lang: everywhere.lang.as_deref().and_then(Lang::from_code),
            opened: Cell::new(None),
        }
    }

    /// The words to speak with, in the wanted language or else in `project`'s.
    pub(crate) fn words(&self, project: Option<Lang>) -> Words {
        app::words::words(self.lang.or(project).or(self.opened.get()).unwrap_or_default())
    }

    /// Notes the language of the project that is open now.
    pub(crate) fn opened(&self, lang: Lang) {
        self.opened.set(Some(lang));
    }

    pub(crate) fn lang(&self) -> Option<Lang> {
        self.lang
    }

    /// Prints `document` where JSON is wanted, else the lines.
    pub(crate) fn give(&self, document: &impl Serialize, lines: impl FnOnce() -> Vec<String>) {
        if self.json {
            self.line(&serde_json::to_string(document).unwrap_or_default());
        } else {
            lines().iter().for_each(|line| self.line(line));
        }
    }

    /// Prints one line; somebody who closed the pipe no longer listens.
    pub(crate) fn line(&self, text: &str) {
        let _ = writeln!(std::io::stdout().lock(), "{text}");
    }

    /// Says what went wrong, as JSON or in words, and gives the exit code.
    pub(crate) fn fail(&self, failure: &Failure) -> ExitCode {
        let view = failure.view(&self.words(None));
        if self.json {
            let error = serde_json::json!({ "error": view });
            self.line(&error.to_string());
        } else {
            let mut err = std::io::stderr().lock();
            let _ = writeln!(err, "{}\n{}", view.message, view.hint);
            if failure.code() == Code::Bug {
                let _ = writeln!(err, "{}", view.detail);
            }
        }
        ExitCode::from(failure.code().exit())
    }
}
