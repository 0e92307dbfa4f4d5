//! The window around Daftar's use cases: wiring only.

// No second, black window beside ours on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod host;
mod rpc;

use std::sync::Arc;

use tauri::Manager as _;

fn main() -> anyhow::Result<()> {
    let mut builder = tauri::Builder::default();
    // One window a computer, so that a second start brings the first to the front. Tests start several.
    if std::env::var_os("DAFTAR_SEVERAL_WINDOWS").is_none() {
        builder = builder.plugin(tauri_plugin_single_instance::init(|window, _arguments, _folder| {
            if let Some(main) = window.get_webview_window("main") {
                let _ = main.set_focus();
            }
        }));
    }
    builder
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_window_state::Builder::default().build())
        .setup(|window| {
            let host = Arc::new(host::WindowHost::new(window.handle().clone())?);
            window.manage(Arc::new(app::App::new(host)));
            Ok(())
        })
        .invoke_handler(tauri::generate_handler![rpc::rpc])
        .run(tauri::generate_context!())?;
    Ok(())
}
