//! A file read ahead: in large pieces where it is read on and on, in small ones where it is jumped about in. The
//! standard library's own buffer is thrown away by every jump, also by one to where the reader stands already.

use std::io::{Read, Result, Seek, SeekFrom};

/// Bytes read at a place that was jumped to.
const FIRST: usize = 8 * 1024;

/// The most that is read at once.
const MOST: usize = 256 * 1024;

/// `inner`, read ahead.
pub(crate) struct Ahead<R> {
    inner: R,
    /// Where `inner` stands; `None` where that is not known.
    inner_at: Option<u64>,
    /// Where the next byte is read from.
    at: u64,
    /// What was read, of which the first `filled` bytes mean something.
    piece: Vec<u8>,
    filled: usize,
    /// Where the piece begins.
    from: u64,
    /// Bytes to read next where it goes on.
    next: usize,
}

impl<R: Read + Seek> Ahead<R> {
    /// Reads `inner` from its beginning.
    pub(crate) fn new(inner: R) -> Self {
        Self { inner, inner_at: None, at: 0, piece: Vec::new(), filled: 0, from: 0, next: FIRST }
    }

    /// What is at hand from here on.
    fn rest(&self) -> &[u8] {
        let start = self.at.checked_sub(self.from).and_then(|start| usize::try_from(start).ok());
        start.and_then(|start| self.piece.get(start..self.filled)).unwrap_or_default()
    }

    fn fill(&mut self) -> Result<()> {
        let goes_on = self.filled > 0 && self.at == self.from + self.filled as u64;
        let wanted = if goes_on { self.next } else { FIRST };
        (self.filled, self.from) = (0, self.at);
        if self.inner_at != Some(self.at) {
            self.inner_at = None;
            self.inner.seek(SeekFrom::Start(self.at))?;
        }
        if self.piece.len() < wanted {
            self.piece.resize(wanted, 0);
        }
        self.inner_at = None;
        self.filled = self.inner.read(self.piece.get_mut(..wanted).unwrap_or_default())?;
        self.inner_at = Some(self.at + self.filled as u64);
        self.next = (wanted * 2).min(MOST);
        Ok(())
    }
}

impl<R: Read + Seek> Read for Ahead<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        if self.rest().is_empty() && !buffer.is_empty() {
            self.fill()?;
        }
        let rest = self.rest();
        let count = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        self.at += count as u64;
        Ok(count)
    }
}

impl<R: Read + Seek> Seek for Ahead<R> {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        self.at = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::Current(by) => {
                let before = || std::io::Error::new(std::io::ErrorKind::InvalidInput, "a place before the beginning");
                self.at.checked_add_signed(by).ok_or_else(before)?
            }
            SeekFrom::End(_) => {
                self.inner_at = None;
                let at = self.inner.seek(to)?;
                self.inner_at = Some(at);
                at
            }
        };
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::tests::Dice;

    /// Counts how often it is asked.
    struct Counted<R>(R, usize);

    impl<R: Read> Read for Counted<R> {
        fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
            self.1 += 1;
            self.0.read(buffer)
        }
    }

    impl<R: Seek> Seek for Counted<R> {
        fn seek(&mut self, to: SeekFrom) -> Result<u64> {
            self.1 += 1;
            self.0.seek(to)
        }
    }

    #[test]
    fn it_reads_what_the_file_says_wherever_one_jumps() {
        let bytes: Vec<u8> = (0..700_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let (mut plain, mut ahead, mut dice) = (Cursor::new(&bytes), Ahead::new(Cursor::new(&bytes)), Dice(51));
        for round in 0..5_000 {
            let to = match dice.below(6) {
                0 => Some(SeekFrom::Start(dice.below(bytes.len() as u64 + 20_000))),
                1 => Some(SeekFrom::End(-(dice.below(300_000) as i64))),
                2 => Some(SeekFrom::Current(dice.below(20_000) as i64 - 10_000)),
                _ => None,
            };
            if let Some(to) = to {
                let (expected, found) = (plain.seek(to), ahead.seek(to));
                assert_eq!(found.ok(), expected.ok(), "{round}: {to:?}");
            }
            let wanted = dice.below(30_000);
            let (mut expected, mut found) = (Vec::new(), Vec::new());
            plain.by_ref().take(wanted).read_to_end(&mut expected).expect("in memory");
            ahead.by_ref().take(wanted).read_to_end(&mut found).expect("in memory");
            assert!(found == expected, "{round}: {wanted} bytes behind {to:?}");
        }
    }

    #[test]
    fn page_after_page_costs_few_calls() {
        let mut ahead = Ahead::new(Counted(Cursor::new(vec![7; 4096 * 1_000]), 0));
        let mut page = [0; 4096];
        for number in 0..1_000 {
            ahead.seek(SeekFrom::Start(number * 4096)).expect("in memory");
            ahead.read_exact(&mut page).expect("in memory");
        }
        assert!(ahead.inner.1 < 30, "{} calls", ahead.inner.1);
    }
}
