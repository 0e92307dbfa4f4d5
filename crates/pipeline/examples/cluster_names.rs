//! Groups the lines of a file as people's names, by key and by distance, and says how many groups there are. Measured
//! by `scripts/bench`.

use std::process::ExitCode;

use model::FieldKind;
use pipeline::clusters::{Gathering, Way};

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let (Some(way), Some(path)) = (args.next().and_then(|way| Way::from_code(&way)), args.next()) else {
        eprintln!("usage: cluster_names alike|near FILE");
        return ExitCode::from(2);
    };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("{path}: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut gathering = Gathering::new(way, FieldKind::PersonName);
    text.lines().for_each(|name| gathering.add(name, 1));
    let mut found = gathering.found();
    text.lines().enumerate().for_each(|(at, name)| found.take(at as u32, name));
    println!("{}", found.clusters().len());
    ExitCode::SUCCESS
}
