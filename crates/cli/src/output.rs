//! Standard output and standard error: one JSON document, or words.

use std::cell::Cell;
use std::io::Write as _;
use std::process::ExitCode;

use app::{Code, Failure};
use model::{Lang, Words};
use serde::Serialize;
use serde_json::{Value, json};

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
            let document = serde_json::to_value(document).map(whole_numbers).unwrap_or_default();
            self.line(&document.to_string());
        } else {
            lines().iter().for_each(|line| self.line(line));
        }
    }

    /// Prints one line; somebody who closed the pipe no longer listens.
    pub(crate) fn line(&self, text: &str) {
        let _ = writeln!(std::io::stdout().lock(), "{text}");
    }

    /// Says what is going on, beside the result: on standard error, and not where only the document is wanted.
    pub(crate) fn aside(&self, text: &str) {
        if !self.json {
            let _ = writeln!(std::io::stderr().lock(), "{text}");
        }
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

/// The document with counts as whole numbers: the window's documents carry them as JavaScript's floating point.
fn whole_numbers(value: Value) -> Value {
    /// Up to here every whole number has a double of its own.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Array(items) => items.into_iter().map(whole_numbers).collect(),
        Value::Object(members) => members.into_iter().map(|(name, value)| (name, whole_numbers(value))).collect(),
        Value::Number(number) if number.is_f64() => match number.as_f64() {
            Some(float) if float.fract() == 0.0 && float.abs() < EXACT => json!(float as i64),
            _ => Value::Number(number),
        },
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_whole_and_shares_are_not() {
        let document = json!({ "landed": 120.0, "share": 0.72, "list": [-1.0, "1.0", 1e300] });
        let told = whole_numbers(document).to_string();
        assert_eq!(told, r#"{"landed":120,"list":[-1,"1.0",1e+300],"share":0.72}"#, "only whole numbers change");
    }
}
