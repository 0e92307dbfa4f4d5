//! What the use cases need from the window: folders, progress events, file dialogs.

use std::path::PathBuf;

use app::dto::JobView;
use app::host::{Dialog, Host};
use tauri::{AppHandle, Emitter as _, Manager as _};
use tauri_plugin_dialog::DialogExt as _;

/// A file whose lines answer the dialogs one after the other, for tests that have no hands.
const DIALOG_ANSWERS: &str = "DAFTAR_DIALOG_ANSWERS";

/// The host over Tauri.
pub(crate) struct WindowHost {
    window: AppHandle,
    config: PathBuf,
    documents: PathBuf,
}

impl WindowHost {
    /// Finds the folders of this computer.
    pub(crate) fn new(window: AppHandle) -> anyhow::Result<Self> {
        let of_env = |name: &str| std::env::var_os(name).map(PathBuf::from);
        let config = match of_env("DAFTAR_CONFIG_DIR") {
            Some(folder) => folder,
            None => window.path().app_config_dir()?,
        };
        let documents = of_env("DAFTAR_DOCUMENTS_DIR")
            .or_else(|| window.path().document_dir().ok())
            .or_else(|| window.path().home_dir().ok())
            .unwrap_or_else(|| config.clone());
        Ok(Self { window, config, documents })
    }

    fn ask(&self, dialog: Dialog, suggested: &str) -> Vec<PathBuf> {
        let files = self.window.dialog().file().set_file_name(suggested);
        let project =
            |files: tauri_plugin_dialog::FileDialogBuilder<tauri::Wry>| files.add_filter("Daftar", &["daftar"]);
        let recipe = |files: tauri_plugin_dialog::FileDialogBuilder<tauri::Wry>| files.add_filter("JSON", &["json"]);
        let chosen = match dialog {
            Dialog::OpenProject => project(files).blocking_pick_file().into_iter().collect(),
            Dialog::SaveProject => project(files).blocking_save_file().into_iter().collect(),
            Dialog::OpenSources => files.blocking_pick_files().unwrap_or_default(),
            Dialog::OpenFolder => files.blocking_pick_folder().into_iter().collect(),
            Dialog::OpenRecipe => recipe(files).blocking_pick_file().into_iter().collect(),
            Dialog::SaveRecipe => recipe(files).blocking_save_file().into_iter().collect(),
            Dialog::SaveReport => files.blocking_save_file().into_iter().collect(),
        };
        chosen.into_iter().filter_map(|path| path.into_path().ok()).collect()
    }
}

impl Host for WindowHost {
    fn config_dir(&self) -> PathBuf {
        self.config.clone()
    }

    fn documents_dir(&self) -> PathBuf {
        self.documents.clone()
    }

    fn job(&self, view: &JobView) {
        // A window that is closing has nobody to tell; the job goes on and ends by itself.
        let _ = self.window.emit("job", view);
    }

    fn pick(&self, dialog: Dialog, suggested: &str) -> Vec<PathBuf> {
        match std::env::var_os(DIALOG_ANSWERS) {
            Some(answers) => answered(&PathBuf::from(answers)),
            None => self.ask(dialog, suggested),
        }
    }
}

/// Takes the first line off the file of answers; its paths are separated by `|`.
fn answered(answers: &std::path::Path) -> Vec<PathBuf> {
    let text = std::fs::read_to_string(answers).unwrap_or_default();
    let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
    let paths = first.split('|').filter(|path| !path.is_empty()).map(PathBuf::from).collect();
    // What cannot be written back is answered again: the test sees it at once.
    let _ = std::fs::write(answers, rest);
    paths
}
