//! Where the bytes of a source come from: a file, a packed file, or a file inside an archive. All are
//! read as streams that can be begun again, so that nothing is ever unpacked onto the disk.

use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::path::Path;
use std::sync::Arc;

use flate2::bufread::MultiGzDecoder;

use crate::ahead::Ahead;
use crate::archive;
use crate::disk::Disk;
use crate::error::Error;
use crate::limits::{CHUNK, IN_MEMORY, PACKED_RATIO, PACKED_RATIO_FROM, PACKED_TOTAL};
use crate::source::Secret;

/// First bytes of a file packed by gzip.
pub(crate) const GZIP: &[u8] = b"\x1f\x8b";

/// Bytes that can be read from their beginning as often as needed.
#[derive(Clone)]
pub(crate) enum Input {
    /// A file as it lies there.
    File(Disk),
    /// The content of a file packed by gzip.
    Gzip(Disk),
    /// A file inside a ZIP archive, unpacked while it is read.
    Member {
        /// The archive.
        archive: Disk,
        /// Its number in the archive.
        index: usize,
        /// Opens a protected member.
        password: Option<Secret>,
    },
    /// Content that was unpacked into memory, for readers that jump about in it.
    Memory {
        /// The file on the disk that it came out of.
        disk: Disk,
        /// The content.
        bytes: Arc<[u8]>,
    },
}

/// A reader that can jump, and that a foreign reader may hold where it likes.
pub(crate) trait ReadSeek: Read + Seek + Send + Sync + UnwindSafe + RefUnwindSafe {}

impl<T: Read + Seek + Send + Sync + UnwindSafe + RefUnwindSafe> ReadSeek for T {}

impl Input {
    /// The file on the disk whose bytes these are or come out of.
    pub(crate) fn path(&self) -> &Path {
        self.disk().path()
    }

    /// That file, and whether reading it failed.
    pub(crate) fn disk(&self) -> &Disk {
        match self {
            Self::File(disk) | Self::Gzip(disk) | Self::Memory { disk, .. } => disk,
            Self::Member { archive, .. } => archive,
        }
    }

    /// Whether these are the bytes of the file on the disk themselves.
    pub(crate) fn is_plain(&self) -> bool {
        matches!(self, Self::File(_))
    }

    /// The content, where it was unpacked into memory.
    pub(crate) fn in_memory(&self) -> Option<&[u8]> {
        match self {
            Self::Memory { bytes, .. } => Some(bytes),
            _ => None,
        }
    }

    /// Whether a stream can begin anywhere without unpacking what stands before.
    pub(crate) fn can_jump(&self) -> bool {
        matches!(self, Self::File(_) | Self::Memory { .. })
    }

    /// Gives `take` the bytes from `from` on.
    ///
    /// # Errors
    ///
    /// The error of `take`; what keeps the bytes of `file` from being read.
    pub(crate) fn stream<R>(
        &self,
        file: &str,
        from: u64,
        take: impl FnOnce(&mut dyn Read) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let failed = |error| Error::from_io(file, error);
        match self {
            Self::File(disk) => {
                let mut reader = disk.open(file)?;
                reader.seek(SeekFrom::Start(from)).map_err(failed)?;
                take(&mut reader)
            }
            Self::Gzip(disk) => {
                let packed = disk.open(file)?;
                let size = packed.size().map_err(failed)?;
                let unpacked = MultiGzDecoder::new(BufReader::with_capacity(CHUNK, packed));
                let mut reader = Bounded::new(unpacked, size);
                forget(&mut reader, from).map_err(failed)?;
                take(&mut reader)
            }
            Self::Member { archive, index, password } => {
                archive::stream(archive, *index, password.as_ref(), file, |reader| {
                    forget(reader, from).map_err(failed)?;
                    take(reader)
                })
            }
            Self::Memory { bytes, .. } => {
                let mut reader = Cursor::new(bytes);
                reader.set_position(from);
                take(&mut reader)
            }
        }
    }

    /// The bytes for a reader that jumps about in them: from the file, or from memory.
    ///
    /// # Errors
    ///
    /// What keeps the file from being read; [`Error::TooLarge`] where packed content does not fit
    /// into memory.
    pub(crate) fn seekable(&self, file: &str) -> Result<Box<dyn ReadSeek>, Error> {
        match self {
            Self::File(disk) => Ok(Box::new(Ahead::new(disk.open(file)?))),
            Self::Memory { bytes, .. } => Ok(Box::new(Cursor::new(Arc::clone(bytes)))),
            Self::Gzip(_) | Self::Member { .. } => self.unpacked(file)?.seekable(file),
        }
    }

    /// All bytes at once.
    ///
    /// # Errors
    ///
    /// As [`Input::seekable`].
    pub(crate) fn whole(&self, file: &str) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        self.seekable(file)?.read_to_end(&mut bytes).map_err(|error| Error::from_io(file, error))?;
        Ok(bytes)
    }

    /// `bytes` that were made from these: decrypted or repaired.
    pub(crate) fn made_into(&self, bytes: Arc<[u8]>) -> Self {
        Self::Memory { disk: self.disk().clone(), bytes }
    }

    /// The same content in memory.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] above [`IN_MEMORY`]; what keeps it from being read.
    pub(crate) fn unpacked(&self, file: &str) -> Result<Self, Error> {
        let bytes = self.stream(file, 0, |reader| {
            let mut bytes = Vec::new();
            reader.take(IN_MEMORY + 1).read_to_end(&mut bytes).map_err(|error| Error::from_io(file, error))?;
            if bytes.len() as u64 > IN_MEMORY { Err(Error::too_large(file, "", 0)) } else { Ok(bytes) }
        })?;
        Ok(Self::Memory { disk: self.disk().clone(), bytes: bytes.into() })
    }
}

/// Reads over the first `count` bytes.
fn forget(reader: &mut dyn Read, count: u64) -> io::Result<()> {
    if count > 0 {
        io::copy(&mut reader.take(count), &mut io::sink())?;
    }
    Ok(())
}

/// A stream out of a packed file that ends as an error where it becomes absurdly large.
pub(crate) struct Bounded<R> {
    reader: R,
    packed: u64,
    unpacked: u64,
}

impl<R: Read> Bounded<R> {
    /// For `reader`, whose content takes `packed` bytes in its file.
    pub(crate) fn new(reader: R, packed: u64) -> Self {
        Self { reader, packed, unpacked: 0 }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.unpacked += count as u64;
        let bomb = self.unpacked > PACKED_RATIO_FROM && self.unpacked / PACKED_RATIO > self.packed;
        if bomb || self.unpacked > PACKED_TOTAL { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(count) }
    }
}

/// Whether `file` is packed by gzip.
pub(crate) fn is_gzip(file: &mut impl Read) -> io::Result<bool> {
    let mut head = [0; GZIP.len()];
    let count = crate::scan::fill(file, &mut head)?;
    Ok(head.get(..count) == Some(GZIP))
}
