//! The part of a dump that is being read: forgets what was read, keeps what is marked.

use std::io::{ErrorKind, Read};

use model::Watch;

use crate::error::Error;
use crate::limits::{CHUNK, SQL_VALUE};

/// A dump, a piece at a time.
pub(super) struct Window<'r> {
    file: &'r str,
    reader: &'r mut dyn Read,
    watch: &'r dyn Watch,
    /// What was read from the dump; only the first `filled` bytes mean something.
    bytes: Vec<u8>,
    filled: usize,
    at: usize,
    /// What begins here is kept until it is taken.
    mark: Option<usize>,
    /// Place of the first of `bytes` in the dump.
    base: u64,
    /// Line ends before `counted` of `bytes`.
    lines: u64,
    counted: usize,
    /// Whether the dump has been read to its end.
    ended: bool,
}

impl<'r> Window<'r> {
    /// For the `reader` of `file`, which begins `base` bytes and `lines` lines into it.
    pub(super) fn new(
        file: &'r str,
        reader: &'r mut dyn Read,
        watch: &'r dyn Watch,
        (base, lines): (u64, u64),
    ) -> Self {
        let bytes = vec![0; CHUNK];
        Self { file, reader, watch, bytes, filled: 0, at: 0, mark: None, base, lines, counted: 0, ended: false }
    }

    /// The next byte, or `None` at the end.
    ///
    /// # Errors
    ///
    /// As [`Window::more`].
    #[inline]
    pub(super) fn peek(&mut self) -> Result<Option<u8>, Error> {
        if self.at >= self.filled && !self.more()? {
            return Ok(None);
        }
        Ok(self.bytes.get(self.at).copied())
    }

    /// The byte `ahead` bytes behind the next one.
    ///
    /// # Errors
    ///
    /// As [`Window::more`].
    #[inline]
    pub(super) fn look(&mut self, ahead: usize) -> Result<Option<u8>, Error> {
        while self.at + ahead >= self.filled {
            if !self.more()? {
                return Ok(None);
            }
        }
        Ok(self.bytes.get(self.at + ahead).copied())
    }

    /// Whether `text` comes next.
    ///
    /// # Errors
    ///
    /// As [`Window::more`].
    pub(super) fn begins(&mut self, text: &[u8]) -> Result<bool, Error> {
        Ok(text.is_empty() || (self.look(text.len() - 1)?.is_some() && self.rest().starts_with(text)))
    }

    /// What is at hand of what was not read yet.
    #[inline]
    pub(super) fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..self.filled).unwrap_or_default()
    }

    /// Goes on by `count` bytes, which must be at hand.
    #[inline]
    pub(super) fn skip(&mut self, count: usize) {
        self.at = (self.at + count).min(self.filled);
    }

    /// Place of the next byte in the dump.
    pub(super) fn offset(&self) -> u64 {
        self.base + self.at as u64
    }

    /// Line of the next byte, from 1.
    pub(super) fn line(&mut self) -> u64 {
        self.count_lines(self.at);
        self.lines + 1
    }

    fn count_lines(&mut self, until: usize) {
        if until > self.counted {
            self.lines += line_ends(self.bytes.get(self.counted..until).unwrap_or_default());
            self.counted = until;
        }
    }

    /// Goes on to `offset`, which lies ahead.
    ///
    /// # Errors
    ///
    /// As [`Window::more`].
    pub(super) fn forward(&mut self, offset: u64) -> Result<(), Error> {
        while self.offset() < offset {
            let wanted = usize::try_from(offset - self.offset()).unwrap_or(usize::MAX);
            self.skip(wanted.min(self.rest().len()));
            if self.offset() < offset && !self.more()? {
                break;
            }
        }
        Ok(())
    }

    /// Goes behind the end of the line; false where the dump ends first.
    ///
    /// # Errors
    ///
    /// As [`Window::more`].
    pub(super) fn skip_line(&mut self) -> Result<bool, Error> {
        loop {
            let rest = self.rest();
            if let Some(at) = memchr::memchr(b'\n', rest) {
                self.skip(at + 1);
                return Ok(true);
            }
            self.skip(rest.len());
            if !self.more()? {
                return Ok(false);
            }
        }
    }

    /// Keeps everything from the next byte on.
    #[inline]
    pub(super) fn mark(&mut self) {
        self.mark = Some(self.at);
    }

    /// What was read since [`Window::mark`], which is forgotten; `None` where it grew too large.
    #[inline]
    pub(super) fn take_marked(&mut self) -> Option<&[u8]> {
        let mark = self.mark.take()?;
        self.bytes.get(mark..self.at)
    }

    /// Forgets the mark.
    #[inline]
    pub(super) fn unmark(&mut self) {
        self.mark = None;
    }

    /// Reads on; false at the end. Packed content that breaks off ends the dump there.
    ///
    /// # Errors
    ///
    /// What the system says; [`Error::Cancelled`].
    pub(super) fn more(&mut self) -> Result<bool, Error> {
        if self.ended {
            return Ok(false);
        }
        self.watch.check()?;
        self.make_room();
        loop {
            let room = self.bytes.get_mut(self.filled..).unwrap_or_default();
            match self.reader.read(room) {
                Ok(count) => {
                    self.filled += count;
                    self.ended = count == 0;
                    return Ok(count > 0);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                    self.ended = true;
                    return Ok(false);
                }
                Err(error) => return Err(Error::from_io(self.file, error)),
            }
        }
    }

    fn make_room(&mut self) {
        if self.mark.is_some_and(|mark| self.at - mark > SQL_VALUE) {
            self.mark = None;
        }
        let kept = self.mark.unwrap_or(self.at);
        self.count_lines(kept);
        self.counted -= kept;
        self.bytes.copy_within(kept..self.filled, 0);
        self.base += kept as u64;
        self.filled -= kept;
        self.at -= kept;
        self.mark = self.mark.map(|_| 0);
        if self.filled * 2 > self.bytes.len() {
            self.bytes.resize(self.bytes.len() * 2, 0);
        }
    }
}

fn line_ends(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}
