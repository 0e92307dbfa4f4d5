//! `daftar`: the use cases without a window, for scripts, IT staff and benchmarks.
//!
//! Names, flags, exit codes and JSON keys are a contract; see `docs/CLI.md`.

mod args;
mod copies;
mod documents;
mod matching;
mod outcome;
mod output;
mod pushing;
mod replacing;
mod run;
mod secrets;
mod waiving;
mod watch;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    if app::serve_if_asked() {
        return ExitCode::SUCCESS;
    }
    let args = args::Args::parse();
    let output = output::Output::new(&args.everywhere);
    match run::run(&args, &output) {
        Ok(outcome) => outcome.exit(),
        Err(failure) => output.fail(&failure),
    }
}
