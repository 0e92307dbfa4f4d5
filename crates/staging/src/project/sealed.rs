//! Files beside the project that only the project opens, such as a copy of the portal before a push.
//!
//! | at | bytes | what |
//! |---|---|---|
//! | 0 | 8 | the mark |
//! | 8 | 16 | id of the project |
//! | 24 | 32 | salt of the file's own key (HKDF of the project's) |
//! | 56 | 19 | what all nonces of the file begin with |
//! | 75 | | chunks of up to 64 KiB, each followed by its tag of 16 bytes |
//!
//! Chunks are numbered and the last one is marked, in the nonce (the STREAM construction of Hoang, Reyhanitabar, Rogaway
//! and Vizár, 2015): a file whose chunks were swapped, taken out or cut off at the end does not open.

use std::io::{self, Read, Write};
use std::path::Path;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use sha2::{Digest, Sha256};

use super::Project;
use crate::error::{Error, Result};
use crate::users::Permission;
use crate::vault::{DataKey, fill_random};

const MARK: [u8; 8] = *b"DAFTSEA1";
const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;
const PREFIX: usize = 19;
const HEAD: usize = 8 + 16 + 32 + PREFIX;

/// Whether the file at `path` is a sealed one, of whichever project.
///
/// # Errors
///
/// Where it cannot be read.
pub fn is_sealed(path: &Path) -> Result<bool> {
    let mut mark = Vec::new();
    let file = fs_err::File::open(path).map_err(|error| Error::io(path, error))?;
    file.take(MARK.len() as u64).read_to_end(&mut mark).map_err(|error| Error::io(path, error))?;
    Ok(mark == MARK)
}

impl Project {
    /// Makes the new file `to`, which only this project opens.
    ///
    /// # Errors
    ///
    /// [`Error::AlreadyExists`], [`Error::NotAllowed`], and where the file cannot be written.
    pub fn seal(&self, to: &Path) -> Result<Sealer> {
        self.require(Permission::Backup)?;
        let mut head = [0; HEAD];
        head[..8].copy_from_slice(&MARK);
        head[8..24].copy_from_slice(self.id().as_bytes());
        fill_random(&mut head[24..])?;
        let file = fs_err::OpenOptions::new().write(true).create_new(true).open(to);
        let file = file.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Error::AlreadyExists { path: to.to_path_buf() },
            _ => Error::io(to, error),
        })?;
        let mut sealer =
            Sealer { file, sum: Sha256::new(), bytes: 0, stream: Stream::of(&self.key, &head)?, chunk: Vec::new() };
        sealer.put(&head).map_err(|error| Error::io(to, error))?;
        Ok(sealer)
    }

    /// Opens a file that [`Project::seal`] of this project made.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] where it is none or another project's, [`Error::NotAllowed`]. Reading it then fails where
    /// it was changed or cut off.
    pub fn unseal(&self, from: &Path) -> Result<Unsealer> {
        self.require(Permission::Backup)?;
        let mut file = fs_err::File::open(from).map_err(|error| Error::io(from, error))?;
        let mut head = [0; HEAD];
        let whole = file.read_exact(&mut head).is_ok();
        if !whole || head[..8] != MARK || head[8..24] != *self.id().as_bytes() {
            return Err(Error::Corrupt { part: "sealed file" });
        }
        let mut unsealer =
            Unsealer { file, stream: Stream::of(&self.key, &head)?, next: Vec::new(), open: Vec::new(), at: 0 };
        unsealer.fetch().map_err(|error| Error::io(from, error))?;
        if unsealer.next.is_empty() {
            return Err(Error::Corrupt { part: "sealed file" });
        }
        Ok(unsealer)
    }
}

/// Key and place of a file's chunks.
struct Stream {
    cipher: XChaCha20Poly1305,
    prefix: [u8; PREFIX],
    chunk: u32,
}

impl Stream {
    fn of(key: &DataKey, head: &[u8; HEAD]) -> Result<Self> {
        let mut own = zeroize::Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(Some(&head[24..56]), key.bytes())
            .expand_multi_info(&[b"daftar sealed file 1", &head[8..24]], own.as_mut())
            .map_err(|_| Error::Cipher)?;
        let mut prefix = [0; PREFIX];
        prefix.copy_from_slice(&head[56..]);
        Ok(Self { cipher: XChaCha20Poly1305::new((&*own).into()), prefix, chunk: 0 })
    }

    /// The nonce of the next chunk: prefix, number, whether it is the last.
    fn nonce(&mut self, last: bool) -> io::Result<XNonce> {
        let mut nonce = [0; 24];
        nonce[..PREFIX].copy_from_slice(&self.prefix);
        nonce[PREFIX..23].copy_from_slice(&self.chunk.to_be_bytes());
        nonce[23] = u8::from(last);
        self.chunk = self.chunk.checked_add(1).ok_or_else(damaged)?;
        Ok(nonce.into())
    }
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the sealed file is damaged or cut off")
}

/// A sealed file being written. Nothing of it opens before [`Sealer::finish`].
pub struct Sealer {
    file: fs_err::File,
    sum: Sha256,
    bytes: u64,
    stream: Stream,
    chunk: Vec<u8>,
}

/// What [`Sealer::finish`] made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Size of the file in bytes.
    pub bytes: u64,
    /// SHA-256 of the file in hexadecimal.
    pub sha256: String,
}

impl Sealer {
    /// Writes the last chunk and brings the file to the disk.
    ///
    /// # Errors
    ///
    /// Where the file cannot be written.
    pub fn finish(mut self) -> io::Result<Sealed> {
        self.flush_chunk(true)?;
        self.file.sync_all()?;
        Ok(Sealed { bytes: self.bytes, sha256: crate::access_log::hex(&self.sum.finalize()) })
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.sum.update(bytes);
        self.bytes += bytes.len() as u64;
        self.file.write_all(bytes)
    }

    fn flush_chunk(&mut self, last: bool) -> io::Result<()> {
        let nonce = self.stream.nonce(last)?;
        let payload = Payload { msg: &self.chunk, aad: &[] };
        let sealed = self.stream.cipher.encrypt(&nonce, payload).map_err(|_| damaged())?;
        self.chunk.clear();
        self.put(&sealed)
    }
}

impl Write for Sealer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full chunk waits for what follows: only then it is known not to be the last.
        if self.chunk.len() == CHUNK {
            self.flush_chunk(false)?;
        }
        let taken = bytes.len().min(CHUNK - self.chunk.len());
        self.chunk.extend(bytes.iter().take(taken));
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A sealed file being read.
pub struct Unsealer {
    file: fs_err::File,
    stream: Stream,
    /// The next chunk as it stands in the file.
    next: Vec<u8>,
    open: Vec<u8>,
    at: usize,
}

impl Unsealer {
    fn fetch(&mut self) -> io::Result<()> {
        self.next.clear();
        let most = (CHUNK + TAG) as u64;
        Read::by_ref(&mut self.file).take(most).read_to_end(&mut self.next).map(drop)
    }

    /// Opens the next chunk; the last one is known by nothing following it.
    fn advance(&mut self) -> io::Result<bool> {
        if self.next.is_empty() {
            return Ok(false);
        }
        let chunk = std::mem::take(&mut self.next);
        self.fetch()?;
        let nonce = self.stream.nonce(self.next.is_empty())?;
        let payload = Payload { msg: &chunk, aad: &[] };
        self.open = self.stream.cipher.decrypt(&nonce, payload).map_err(|_| damaged())?;
        self.at = 0;
        Ok(true)
    }
}

impl Read for Unsealer {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.at == self.open.len() {
            if !self.advance()? {
                return Ok(0);
            }
        }
        let rest = self.open.get(self.at..).unwrap_or_default();
        let given = rest.len().min(into.len());
        into.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        self.at += given;
        Ok(given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(project: &Project, folder: &Path, content: &[u8]) -> std::path::PathBuf {
        let path = folder.join(format!("{}.sealed", content.len()));
        let mut sealer = project.seal(&path).unwrap();
        sealer.write_all(content).unwrap();
        let made = sealer.finish().unwrap();
        assert_eq!(made.bytes, std::fs::metadata(&path).unwrap().len(), "the size told is the size there");
        path
    }

    fn opened(project: &Project, path: &Path) -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        project.unseal(path).map_err(io::Error::other)?.read_to_end(&mut content)?;
        Ok(content)
    }

    #[test]
    fn what_was_sealed_comes_back_whatever_its_length() {
        let (project, folder) = (Project::scratch().unwrap(), tempfile::tempdir().unwrap());
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK] {
            let content: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            let path = sealed(&project, folder.path(), &content);
            assert!(is_sealed(&path).unwrap());
            assert!(opened(&project, &path).unwrap() == content, "{length} bytes");
            assert!(matches!(project.seal(&path), Err(Error::AlreadyExists { .. })), "nothing is written over");
        }
    }

    #[test]
    fn a_file_that_was_changed_cut_or_put_together_anew_does_not_open() {
        let (project, folder) = (Project::scratch().unwrap(), tempfile::tempdir().unwrap());
        let path = sealed(&project, folder.path(), &vec![7; 2 * CHUNK + 100]);
        let whole = std::fs::read(&path).unwrap();
        let step = CHUNK + TAG;
        let mut swapped = whole.clone();
        swapped[HEAD..HEAD + 2 * step].rotate_left(step);
        let mut changed = whole.clone();
        changed[HEAD + 5] ^= 1;
        let short = [HEAD, HEAD + step, HEAD + 2 * step, whole.len() - 1].map(|length| whole[..length].to_vec());
        for (at, damaged) in short.into_iter().chain([swapped, changed]).enumerate() {
            std::fs::write(&path, damaged).unwrap();
            assert!(opened(&project, &path).is_err(), "damage {at} opens");
        }
    }

    #[test]
    fn another_project_does_not_open_it_and_its_content_is_not_in_the_clear() {
        let (project, folder) = (Project::scratch().unwrap(), tempfile::tempdir().unwrap());
        let path = sealed(&project, folder.path(), b"AISYAH BINTI OSMAN");
        assert!(matches!(Project::scratch().unwrap().unseal(&path), Err(Error::Corrupt { .. })));
        let bytes = std::fs::read(&path).unwrap();
        assert!(!bytes.windows(6).any(|window| window == b"AISYAH"), "nothing in the clear");
    }
}
