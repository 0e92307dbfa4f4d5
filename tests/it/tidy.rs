//! Rules that no compiler keeps: who may know whom, how long things may be, and that lists agree.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use app::Code;
use serde_json::Value;

use crate::kit::{list, text};

/// Most lines of a Rust file.
const MOST_FILE_LINES: usize = 800;
/// Most lines of a Rust function.
const MOST_FUNCTION_LINES: usize = 80;

/// Longer functions that read better in one piece, and why.
const LONG_ON_PURPOSE: [(&str, &str); 1] =
    [("family", "the made-up records of one family, a line for each value; nothing in it decides anything")];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Our crates that each of our crates may use; tests may use everything.
const ARROWS: [(&str, &[&str]); 11] = [
    ("model", &[]),
    ("sources", &["model"]),
    ("staging", &["model"]),
    ("pipeline", &["model"]),
    ("targets", &["model"]),
    ("reports", &["model"]),
    ("sample", &[]),
    ("app", &["model", "pipeline", "reports", "sample", "sources", "staging", "targets"]),
    ("cli", &["app", "model"]),
    ("daftar-desktop", &["app", "model"]),
    ("testkit", &["model"]),
];

/// Libraries from outside that only some of our crates may use.
const KEPT: [(&str, &[&str]); 6] = [
    ("tauri", &["daftar-desktop"]),
    ("rusqlite", &["staging", "sources", "sample"]),
    ("sqlx", &["targets", "sources"]),
    ("printpdf", &["reports"]),
    ("calamine", &["sources"]),
    ("jetdb", &["sources"]),
];

/// Our crates with the names of what each needs to be built (not what its own tests need).
fn dependencies() -> Result<BTreeMap<String, BTreeSet<String>>> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let args = ["metadata", "--format-version", "1", "--no-deps", "--offline"];
    let output = Command::new(cargo).args(args).current_dir(root()).output()?;
    ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let built = |package: &Value| {
        let needed = list(package, "/dependencies").iter().filter(|one| one["kind"] != "dev");
        needed.map(|one| text(one, "/name")).collect()
    };
    Ok(list(&metadata, "/packages").iter().map(|package| (text(package, "/name"), built(package))).collect())
}

#[test]
fn crates_know_only_whom_they_may_know() -> Result<()> {
    let all = dependencies()?;
    let ours: BTreeSet<&String> = all.keys().collect();
    for (name, needed) in all.iter().filter(|(name, _)| *name != "tests") {
        let allowed =
            ARROWS.iter().find(|(of, _)| of == name).with_context(|| format!("{name} has no line in ARROWS"))?;
        for one in needed.iter().filter(|one| ours.contains(one)) {
            ensure!(allowed.1.contains(&one.as_str()), "{name} may not know {one}");
        }
        for (library, users) in KEPT {
            let uses = needed.iter().any(|one| one == library || one.starts_with(&format!("{library}-")));
            ensure!(!uses || users.contains(&name.as_str()), "{library} is for {users:?}, not for {name}");
        }
    }
    let model = all.get("model").context("model")?;
    ensure!(model.len() <= 5, "model stays small: {model:?}");
    Ok(())
}

/// All Rust files of ours.
fn rust_files() -> Result<Vec<(PathBuf, String)>> {
    let (mut found, mut folders) =
        (Vec::new(), vec![root().join("crates"), root().join("src-tauri"), root().join("tests")]);
    while let Some(folder) = folders.pop() {
        for entry in fs_err::read_dir(&folder)? {
            let path = entry?.path();
            let made =
                path.file_name().is_some_and(|name| ["target", "node_modules", "gen"].iter().any(|made| name == *made));
            if path.is_dir() && !made {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs_err::read_to_string(&path)?;
                found.push((path, text));
            }
        }
    }
    ensure!(found.len() > 100, "only {} files were found", found.len());
    Ok(found)
}

#[test]
fn every_file_says_what_it_owns_and_stays_short() -> Result<()> {
    let mut offenders = Vec::new();
    for (path, text) in rust_files()? {
        if !text.starts_with("//!") {
            offenders.push(format!("{} does not begin with //!", path.display()));
        }
        let lines = text.lines().count();
        if lines > MOST_FILE_LINES {
            offenders.push(format!("{} has {lines} lines", path.display()));
        }
    }
    ensure!(offenders.is_empty(), "{}", offenders.join("\n"));
    Ok(())
}

/// Functions of a file formatted by rustfmt: name and lines, from `fn` to the brace of the same indent.
fn functions(text: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    let mut open: Option<(String, String, usize)> = None;
    for (number, line) in text.lines().enumerate() {
        if let Some((name, close, began)) = &open {
            if line == close || line == format!("{close},") {
                found.push((name.clone(), number - began + 1));
                open = None;
            }
            continue;
        }
        let body = line.trim_start();
        let begins = ["fn ", "pub fn ", "pub(crate) fn ", "pub(super) fn ", "const fn ", "pub const fn ", "async fn "];
        if begins.iter().any(|begin| body.starts_with(begin)) && !line.ends_with(';') && !line.ends_with('}') {
            let name = body.split("fn ").nth(1).and_then(|rest| rest.split(['(', '<']).next()).unwrap_or_default();
            let indent = &line[..line.len() - body.len()];
            open = Some((name.to_owned(), format!("{indent}}}"), number));
        }
    }
    found
}

#[test]
fn no_function_is_too_long() -> Result<()> {
    let (mut offenders, mut counted) = (Vec::new(), 0);
    for (path, text) in rust_files()? {
        for (name, lines) in functions(&text) {
            counted += 1;
            let on_purpose = LONG_ON_PURPOSE.iter().any(|(known, _)| *known == name);
            if lines > MOST_FUNCTION_LINES && !on_purpose {
                offenders.push(format!("{}: {name} has {lines} lines", path.display()));
            }
        }
    }
    ensure!(counted > 1_000, "only {counted} functions were counted");
    ensure!(offenders.is_empty(), "{}", offenders.join("\n"));
    Ok(())
}

#[test]
fn the_window_knows_every_code() -> Result<()> {
    let table = fs_err::read_to_string(root().join("ui/src/lib/errors/errors.ts"))?;
    let unknown: Vec<String> =
        Code::ALL.into_iter().map(Code::word).filter(|code| !table.contains(&format!("\t{code}: {{"))).collect();
    ensure!(unknown.is_empty(), "errors.ts has no line for {unknown:?}");
    Ok(())
}

/// Keys of a word list, each with the arguments that its sentence takes.
fn keys(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let arguments = |sentence: &str| {
        let parts = sentence.split('{').skip(1).filter_map(|part| part.split_once('}'));
        parts.map(|(argument, _)| argument.to_owned()).collect()
    };
    let pairs = lines.filter_map(|line| line.split_once(" = "));
    pairs.map(|(key, sentence)| (key.trim().to_owned(), arguments(sentence))).collect()
}

#[test]
fn everything_is_said_in_both_languages() -> Result<()> {
    let mut lists = 0;
    for entry in fs_err::read_dir(root().join("crates"))? {
        for word_list in fs_err::read_dir(entry?.path().join("words")).into_iter().flatten() {
            let english = word_list?.path();
            let name = english.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let Some(stem) = name.strip_suffix("en.txt") else { continue };
            let malay = english.with_file_name(format!("{stem}ms.txt"));
            let (one, other) = (keys(&fs_err::read_to_string(&english)?), keys(&fs_err::read_to_string(&malay)?));
            ensure!(!one.is_empty(), "{} is empty", english.display());
            let different: Vec<&String> =
                one.keys().chain(other.keys()).filter(|key| one.get(*key) != other.get(*key)).collect();
            ensure!(different.is_empty(), "{} and its Malay differ in {different:?}", english.display());
            lists += 1;
        }
    }
    ensure!(lists >= 6, "only {lists} word lists were found");
    Ok(())
}
