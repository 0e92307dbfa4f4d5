//! Prepares the window's configuration and permissions.

fn main() {
    tauri_build::build();
}
