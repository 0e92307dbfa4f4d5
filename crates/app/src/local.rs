//! This computer's own small file: which projects were opened here. No pupil's data.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{Failure, at};

/// Most projects remembered.
const MOST: usize = 12;

/// A project opened here before.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Recent {
    pub(crate) path: PathBuf,
    pub(crate) school: String,
    pub(crate) user: String,
    pub(crate) opened_at: String,
}

fn file(config: &Path) -> PathBuf {
    config.join("recent.json")
}

/// The projects opened here, the last first. A file that cannot be read remembers nothing.
pub(crate) fn recent(config: &Path) -> Vec<Recent> {
    let text = fs_err::read_to_string(file(config)).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// Puts a project first in the list.
pub(crate) fn remember(config: &Path, opened: Recent) -> Result<(), Failure> {
    let others = recent(config).into_iter().filter(|known| known.path != opened.path);
    let list: Vec<Recent> = std::iter::once(opened.clone()).chain(others).take(MOST).collect();
    write(config, &list)
}

/// Takes a project off the list; its file stays.
pub(crate) fn forget(config: &Path, path: &Path) -> Result<(), Failure> {
    let list: Vec<Recent> = recent(config).into_iter().filter(|known| known.path != path).collect();
    write(config, &list)
}

fn write(config: &Path, list: &[Recent]) -> Result<(), Failure> {
    fs_err::create_dir_all(config).map_err(at(config))?;
    let text = serde_json::to_string_pretty(list).unwrap_or_default();
    fs_err::write(file(config), text).map_err(at(config))
}
