//! The list of jobs, and stopping one.

use crate::app::App;
use crate::dto::{JobId, JobView, Nothing};
use crate::error::Failure;

pub(crate) fn ask_list(app: &App, _: Nothing) -> Result<Vec<JobView>, Failure> {
    Ok(app.jobs().list())
}

pub(crate) fn ask_cancel(app: &App, asked: JobId) -> Result<Nothing, Failure> {
    app.jobs().cancel(&asked.job);
    Ok(Nothing {})
}
