//! Compiles `src/vfs/offset.c` against the headers of the SQLite that `libsqlite3-sys` builds.

fn main() {
    println!("cargo::rerun-if-changed=src/vfs/offset.c");
    let mut build = cc::Build::new();
    if let Some(include) = std::env::var_os("DEP_SQLITE3_INCLUDE") {
        build.include(include);
    }
    build.file("src/vfs/offset.c").warnings(true).compile("daftar_vfs");
}
