//! What web pages and XML spreadsheets have in common: they are texts in some encoding between angle
//! brackets, exported under the name of a workbook.

use std::io::{Read, Seek, SeekFrom};

use encoding_rs::{Encoding, UTF_8};
use model::Message;

use super::csv;
use super::csv::encoding::Found;
use super::csv::window::Window;
use super::workbook::guard;
use crate::error::Error;
use crate::input::Input;
use crate::scan::Scan;
use crate::source::{Note, Options};

/// As much of a text as tells what it is.
const HEAD: usize = 64 * 1024;

/// The start of the text in `scan`, in lower case; `None` where it does not begin with a bracket.
pub(crate) fn head(scan: &Scan) -> Option<String> {
    let found = scan.encoding_of_head();
    let bytes = scan.head.get(found.bom..).unwrap_or_default();
    let bytes = bytes.get(..HEAD).unwrap_or(bytes);
    let text = found.encoding.decode_without_bom_handling(bytes).0.to_lowercase();
    text.trim_start().starts_with('<').then(|| text.trim_start().to_owned())
}

/// A text between brackets that can be read several times.
pub(crate) struct Markup {
    input: Input,
    pub(crate) file: String,
    found: Found,
    clean: bool,
}

impl Markup {
    /// The text that was scanned. Where the person chose no encoding, what its bytes say comes before what the
    /// text says about itself: exports often name an encoding that they are not in.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownEncoding`] where the person chose one that nobody knows.
    pub(crate) fn new(scan: &mut Scan, options: &Options) -> Result<Self, Error> {
        let mut found = csv::choose_encoding(scan, options)?;
        if found.guessed && options.encoding.is_none() {
            let said = head(scan).and_then(|head| named_encoding(&head));
            if let Some(encoding) = said.filter(|encoding| *encoding != UTF_8) {
                found = Found { encoding, bom: 0, guessed: false };
            }
        }
        let clean = scan.sums()?.utf8.is_clean_utf8();
        Ok(Self { input: scan.input.clone(), file: scan.file.clone(), found, clean })
    }

    /// The name of the encoding.
    pub(crate) fn encoding(&self) -> String {
        self.found.encoding.name().to_owned()
    }

    /// The note that the encoding is a guess, where it is one.
    pub(crate) fn notes(&self) -> Vec<Note> {
        let message = Message::new("source.note.encoding_guessed").with("encoding", self.found.encoding.name());
        let note = || Note::new("encoding-guessed", "", message);
        self.found.guessed.then(note).into_iter().collect()
    }

    /// The text from its beginning, as UTF-8.
    pub(crate) fn reader(&self) -> Result<Decoded, Error> {
        let mut reader = self.input.seekable(&self.file)?;
        let failed = |error| Error::from_io(&self.file, error);
        reader.seek(SeekFrom::Start(self.found.bom as u64)).map_err(failed)?;
        let window = Window::new(&self.file, reader, self.found.encoding, self.clean);
        Ok(Decoded { window, run: 0, file: self.file.clone() })
    }
}

/// The encoding that a text names in its first lines, in either of the two ways.
fn named_encoding(head: &str) -> Option<&'static Encoding> {
    let (_, after) = head.split_once("charset=").or_else(|| head.split_once("encoding="))?;
    let label = after.trim_start_matches(['"', '\'', ' ']);
    let end = label.find(|sign: char| !sign.is_ascii_alphanumeric() && !"-_:".contains(sign))?;
    Encoding::for_label(label.get(..end)?.as_bytes())
}

/// A text as UTF-8. Its errors are [`Error`]s inside; a text without any bracket for too long is one.
pub(crate) struct Decoded {
    window: Window<'static>,
    /// Bytes since the last bracket.
    run: usize,
    file: String,
}

impl Read for Decoded {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.window.rest().is_empty() && !self.window.at_end {
            self.window.refill().map_err(std::io::Error::other)?;
            let run = guard::longest_run(self.window.rest().as_bytes(), self.run);
            self.run = run.ok_or_else(|| std::io::Error::other(Error::too_large(&self.file, "", 0)))?;
        }
        let rest = self.window.rest().as_bytes();
        let count = rest.len().min(buffer.len());
        buffer.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        self.window.start += count;
        Ok(count)
    }
}

/// What a reader over [`Decoded`] failed with.
pub(crate) fn from_read(file: &str, error: std::io::Error) -> Error {
    error.downcast::<Error>().unwrap_or_else(|error| Error::from_io(file, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_may_name_its_encoding_in_two_ways() {
        let name = |head: &str| named_encoding(head).map(Encoding::name);
        assert_eq!(name("<meta http-equiv=x content=\"text/html; charset=windows-1256\">"), Some("windows-1256"));
        assert_eq!(name("<?xml version=\"1.0\" encoding='big5'?>"), Some("Big5"));
        assert_eq!(name("<meta charset=gb2312>"), Some("GBK"));
        assert_eq!(name("<html>"), None);
    }
}
