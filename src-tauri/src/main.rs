//! The window around Daftar's use cases: wiring only.

// No second, black window beside ours on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod host;
mod rpc;

use std::sync::Arc;

use tauri::Manager as _;

fn main() -> anyhow::Result<()> {
    if app::serve_if_asked() {
        return Ok(());
    }
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
            let daftar = app::App::new(host);
            if std::env::args().any(|argument| argument == "--demo") {
                // Whoever cannot have the made-up school still has the first screen.
                let _ = app::command::demo::open_or_make(&daftar);
            }
            window.manage(Arc::new(daftar));
            fit(window.handle());
            Ok(())
        })
        .invoke_handler(tauri::generate_handler![rpc::rpc])
        .build(tauri::generate_context!())?
        .run(|window, event| {
            if matches!(event, tauri::RunEvent::Exit) {
                window.state::<Arc<app::App>>().shut_down();
            }
        });
    Ok(())
}

/// A window that is larger than what the screen has free, as on an office laptop of 768 lines, fills it instead of
/// hanging over its edge.
fn fit(app: &tauri::AppHandle) {
    let Some(main) = app.get_webview_window("main") else { return };
    let (Ok(Some(screen)), Ok(size)) = (main.current_monitor(), main.outer_size()) else { return };
    let free = screen.work_area().size;
    if size.width > free.width || size.height > free.height {
        // A system that cannot do it leaves the window as it is.
        let _ = main.maximize();
    }
}
