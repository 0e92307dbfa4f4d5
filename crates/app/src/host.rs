//! The handful of things that the use cases need from whatever runs them.

use std::path::PathBuf;

use crate::dto::JobView;

/// What a file dialog is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// A project file that exists.
    OpenProject,
    /// A new project file.
    SaveProject,
    /// School files, several at once.
    OpenSources,
    /// A folder with school files.
    OpenFolder,
    /// A report to write.
    SaveReport,
    /// A recipe that exists.
    OpenRecipe,
    /// A recipe to write.
    SaveRecipe,
}

impl Dialog {
    /// The dialog with this word in [`crate::dto::DialogAsk`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "open-project" => Some(Self::OpenProject),
            "save-project" => Some(Self::SaveProject),
            "open-sources" => Some(Self::OpenSources),
            "open-folder" => Some(Self::OpenFolder),
            "save-report" => Some(Self::SaveReport),
            "open-recipe" => Some(Self::OpenRecipe),
            "save-recipe" => Some(Self::SaveRecipe),
            _ => None,
        }
    }
}

/// The shell around the use cases: the window, the command line, or a test.
pub trait Host: Send + Sync {
    /// The folder for this computer's own small files: recent projects, learned mappings.
    fn config_dir(&self) -> PathBuf;

    /// The folder offered for new projects and the made-up school.
    fn documents_dir(&self) -> PathBuf;

    /// Tells the window how far a job is.
    fn job(&self, view: &JobView);

    /// Asks the person for files; empty where they cancel.
    fn pick(&self, dialog: Dialog, suggested: &str) -> Vec<PathBuf>;
}
