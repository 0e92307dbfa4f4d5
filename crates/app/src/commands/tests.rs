//! The screens' types are made from the list of commands; a change here must be committed there.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::*;

fn generated() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/lib/rpc/generated")
}

/// The type map that `rpc()` is typed by.
fn command_map(config: &ts_rs::Config) -> String {
    let commands = types(config);
    let mut imports = BTreeSet::new();
    for (_, args, answer) in &commands {
        imports.extend([args.clone(), answer.trim_start_matches("Array<").trim_end_matches('>').to_owned()]);
    }
    let mut text = String::from("// Made by `cargo test -p app` from crates/app/src/commands.rs. Do not edit.\n");
    for name in imports {
        let _ = writeln!(text, "import type {{ {name} }} from \"./{name}\";");
    }
    text.push_str("\nexport type Commands = {\n");
    for (name, args, answer) in commands {
        let _ = writeln!(text, "\t{name}: {{ args: {args}; result: {answer} }};");
    }
    text.push_str("};\n");
    text
}

fn files(dir: &Path) -> BTreeSet<(String, String)> {
    let entries = fs_err::read_dir(dir).into_iter().flatten().flatten();
    entries
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, fs_err::read_to_string(entry.path()).unwrap_or_default())
        })
        .collect()
}

#[test]
fn the_screens_types_are_what_the_commands_say() {
    let fresh = tempfile::tempdir().expect("a folder");
    let config = ts_rs::Config::new().with_out_dir(fresh.path());
    export(&config).expect("types are written");
    fs_err::write(fresh.path().join("Commands.ts"), command_map(&config)).expect("the map is written");
    let (made, kept) = (files(fresh.path()), files(&generated()));
    if made == kept {
        return;
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let _ = fs_err::remove_dir_all(generated());
        fs_err::create_dir_all(generated()).expect("the folder");
        for (name, text) in made {
            fs_err::write(generated().join(name), text).expect("written");
        }
        return;
    }
    let names: Vec<_> = made.symmetric_difference(&kept).map(|(name, _)| name).collect();
    panic!("ui/src/lib/rpc/generated differs in {names:?}: run UPDATE_EXPECT=1 cargo test -p app and commit it");
}
