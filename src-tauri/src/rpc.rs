//! The one command of the window.

use std::sync::Arc;

use app::dto::ErrorView;

/// Runs the use case `cmd` with `payload`, away from the thread that paints.
///
/// # Errors
///
/// The failure in words, ready to be shown.
#[tauri::command]
pub(crate) async fn rpc(
    cmd: String,
    payload: serde_json::Value,
    app: tauri::State<'_, Arc<app::App>>,
) -> Result<serde_json::Value, ErrorView> {
    let app = Arc::clone(&app);
    let work = tauri::async_runtime::spawn_blocking(move || {
        // Kept for the failure below: a panic in a use case must not end the window.
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| app.dispatch(&cmd, payload)))
            .unwrap_or_else(|_| Err(app.bug()))
    });
    work.await.unwrap_or_else(|error| {
        Err(ErrorView {
            code: "Bug".to_owned(),
            message: "Daftar".to_owned(),
            hint: String::new(),
            detail: error.to_string(),
            written: false,
        })
    })
}
