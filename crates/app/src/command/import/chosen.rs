//! Which sources a person means: files, what is in folders and ZIP archives, the addresses of databases.

use std::path::{Path, PathBuf};

use model::{Message, Watch, Words};
use sources::{Bundle, Options, Source};

use crate::dto::{ExpandView, ImportFile, LeftOut, SourceChoice};
use crate::error::{Failure, at};

/// Files of a folder and its subfolders that are looked at; a folder with more is not a school's export.
const MOST_FILES: usize = 10_000;

/// What Excel puts in front of the name of a file that somebody has open.
const OPEN_MARK: &str = "~$";

/// Opens what `file` names: a file, a file in an archive, or a database. Stopped by `watch`, it ends at once.
///
/// # Errors
///
/// Where it cannot be read.
pub(super) fn open(file: &ImportFile, options: &Options, watch: &dyn Watch) -> Result<Box<dyn Source>, Failure> {
    if sources::live::is_address(&file.path) {
        return Ok(sources::open_address_watched(&file.path, options, watch)?);
    }
    let path = Path::new(&file.path);
    let Some(name) = &file.member else { return Ok(sources::open_watched(path, options, watch)?) };
    let bundle = Bundle::open(path)?;
    let member = bundle.members().iter().position(|member| member.name == *name);
    let gone = || sources::Error::Vanished { file: format!("{}/{name}", bundle.file()) };
    Ok(bundle.open_member_watched(member.ok_or_else(gone)?, options, watch)?)
}

/// Whether somebody has the file at `path` open in Excel: what is not saved there is not in the file.
#[must_use]
pub(super) fn open_in_office(path: &Path) -> bool {
    let Some(name) = path.file_name().map(|name| name.to_string_lossy()) else { return false };
    let cut: String = name.chars().skip(2).collect();
    [name.as_ref(), cut.as_str()].iter().any(|name| path.with_file_name(format!("{OPEN_MARK}{name}")).exists())
}

/// The single sources that are meant: folders and archives stand for what is in them, by name. What is in them and
/// not read is told with its reason.
///
/// # Errors
///
/// Where a folder cannot be listed or an archive cannot be opened.
pub fn expand(given: &[String], words: &Words) -> Result<ExpandView, Failure> {
    let mut view = ExpandView { sources: Vec::new(), left_out: Vec::new() };
    for one in given {
        let path = Path::new(one);
        let before = view.sources.len() + view.left_out.len();
        if path.is_dir() {
            folder(path, words, &mut view)?;
        } else if sources::live::is_address(one) {
            // How a server is connected to is no part of what the database is called.
            let database = name_of(path).split('?').next().unwrap_or_default().to_owned();
            view.sources.push(choice(path, None, database));
        } else if Bundle::is_one(path) {
            archive(path, words, &mut view)?;
        } else {
            view.sources.push(choice(path, None, name_of(path)));
        }
        if view.sources.len() + view.left_out.len() == before {
            return Err(nothing_inside(path));
        }
    }
    Ok(view)
}

/// A folder or archive without a file: as little to bring in as an empty file.
fn nothing_inside(path: &Path) -> Failure {
    Failure::Refused {
        code: crate::Code::SourceUnreadable,
        message: Message::new("error.nothing-inside").with("name", name_of(path)),
        hint: Message::new("error.nothing-inside.hint"),
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn choice(path: &Path, member: Option<String>, name: String) -> SourceChoice {
    SourceChoice { path: path.display().to_string(), member, name }
}

fn folder(folder: &Path, words: &Words, view: &mut ExpandView) -> Result<(), Failure> {
    let (mut folders, mut files) = (vec![folder.to_owned()], Vec::new());
    while let Some(one) = folders.pop() {
        for entry in fs_err::read_dir(&one).map_err(at(&one))? {
            let entry = entry.map_err(at(&one))?;
            let kind = entry.file_type().map_err(at(&one))?;
            // A link could lead anywhere, also back to where it stands.
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                files.push(entry.path());
            }
        }
        if files.len() > MOST_FILES {
            return Err(Failure::refused(crate::Code::Usage, "error.folder-too-large", "error.folder-too-large.hint"));
        }
    }
    files.sort();
    for file in files {
        found_in_folder(folder, &file, words, view)?;
    }
    Ok(())
}

fn found_in_folder(folder: &Path, file: &Path, words: &Words, view: &mut ExpandView) -> Result<(), Failure> {
    let name = file.strip_prefix(folder).unwrap_or(file).display().to_string();
    let own = name_of(file);
    if own.starts_with('.') || own.starts_with(OPEN_MARK) {
        return Ok(());
    }
    if Bundle::is_one(file) {
        return archive(file, words, view);
    }
    if sources::formats::knows_name(&own) {
        view.sources.push(choice(file, None, name));
    } else {
        let reason = words.say("import.left-out.kind", &[]);
        view.left_out.push(LeftOut { name, reason });
    }
    Ok(())
}

fn archive(path: &Path, words: &Words, view: &mut ExpandView) -> Result<(), Failure> {
    let bundle = Bundle::open(path)?;
    view.left_out.extend(
        bundle.notes().iter().map(|note| LeftOut { name: bundle.file().to_owned(), reason: note.message.say(words) }),
    );
    for member in bundle.members() {
        let name = format!("{}/{}", bundle.file(), member.name);
        let unknown = !sources::formats::knows_name(&member.name);
        match member.refused {
            Some(key) => {
                let reason = Message::new(key).with("file", &member.name).say(words);
                view.left_out.push(LeftOut { name, reason });
            }
            None if unknown => {
                view.left_out.push(LeftOut { name, reason: words.say("import.left-out.kind", &[]) });
            }
            None => view.sources.push(choice(path, Some(member.name.clone()), name)),
        }
    }
    Ok(())
}

/// The paths as a shell gives them.
#[must_use]
pub fn said(paths: &[PathBuf]) -> Vec<String> {
    paths.iter().map(|path| path.display().to_string()).collect()
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn words() -> Words {
        crate::words::words(model::Lang::En)
    }

    #[test]
    fn a_folder_stands_for_its_files_and_says_what_it_leaves_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let put = |name: &str| {
            let path = folder.path().join(name);
            fs_err::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs_err::write(path, "NAMA,KELAS\nAminah,1A\n").expect("a file");
        };
        ["b.csv", "2025/a.csv", "gambar.jpg", ".tersembunyi.csv", "~$b.csv"].into_iter().for_each(put);
        let view = expand(&[folder.path().display().to_string()], &words()).expect("a folder that can be listed");
        let names: Vec<&str> = view.sources.iter().map(|source| source.name.as_str()).collect();
        assert_eq!(names, ["2025/a.csv", "b.csv"], "files of subfolders too, by name");
        let left: Vec<&str> = view.left_out.iter().map(|left| left.name.as_str()).collect();
        assert_eq!(left, ["gambar.jpg"], "nothing else is left out with a word");
        assert!(open_in_office(&folder.path().join("b.csv")), "the mark of an open file");
        assert!(!open_in_office(&folder.path().join("2025/a.csv")), "no mark, not open");
    }

    #[test]
    fn the_files_of_an_archive_are_opened_by_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("arkib.zip");
        let mut archive = zip::ZipWriter::new(fs_err::File::create(&path).expect("a file"));
        for name in ["murid.csv", "kelas/guru.csv", "nota.pdf"] {
            archive.start_file(name, zip::write::SimpleFileOptions::default()).expect("a member");
            archive.write_all(format!("NAMA\n{name}\n").as_bytes()).expect("its content");
        }
        archive.finish().expect("a whole archive");
        let view = expand(&[path.display().to_string()], &words()).expect("an archive that opens");
        assert_eq!(view.left_out.len(), 1, "the PDF: {:?}", view.left_out);
        let options = super::super::nothing_chosen();
        for source in &view.sources {
            let file = ImportFile {
                path: source.path.clone(),
                member: source.member.clone(),
                options: options.clone(),
                tables: Vec::new(),
            };
            let opened = open(&file, &super::super::options(&options), &model::Silent).expect("a member that opens");
            let first = opened.probe().tables[0].sample.rows().next().expect("a row").cell(0).text.to_owned();
            assert_eq!(Some(first), source.member, "each member gives its own rows");
        }
        assert_eq!(view.sources.len(), 2, "two lists");
    }
}
