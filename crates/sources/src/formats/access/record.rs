//! The layout of one row: which columns it fills and where the bytes of each are.
//!
//! A row is a count of columns, the columns of fixed length, those of variable length, the list of
//! where these begin (read backwards), and one bit a column that says whether it is filled.

use std::ops::Range;

/// Bytes after which a place in a row of Access 97 no longer fits its one byte.
const JUMP: usize = 256;

/// One row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record<'a> {
    bytes: &'a [u8],
    jet3: bool,
    columns: u16,
    /// Where the bits of the filled columns begin.
    mask: usize,
}

impl<'a> Record<'a> {
    /// The row in `bytes`, of Access 97 where `jet3` says so; `None` where it is too short for itself.
    pub(super) fn new(bytes: &'a [u8], jet3: bool) -> Option<Self> {
        let columns = if jet3 { u16::from(*bytes.first()?) } else { u16::from_le_bytes(*bytes.first_chunk()?) };
        let mask = bytes.len().checked_sub(usize::from(columns).div_ceil(8))?;
        (mask >= Self::head(jet3)).then_some(Self { bytes, jet3, columns, mask })
    }

    /// Bytes of the count of columns.
    fn head(jet3: bool) -> usize {
        if jet3 { 1 } else { 2 }
    }

    /// Whether column `number` is filled. A row that is older than the column is not.
    pub(super) fn is_filled(&self, number: u16) -> bool {
        let bits = self.bytes.get(self.mask + usize::from(number / 8));
        number < self.columns && bits.is_some_and(|bits| bits & (1 << (number % 8)) != 0)
    }

    /// The `length` bytes of a column of fixed length that lie at `offset`; `None` where its place is damaged.
    pub(super) fn fixed(&self, offset: u16, length: usize) -> Option<&'a [u8]> {
        let start = Self::head(self.jet3) + usize::from(offset);
        self.between(start..start + length, self.mask)
    }

    /// The bytes of the column of variable length that is number `index` among these; `None` where its
    /// place is damaged.
    pub(super) fn variable(&self, index: u16) -> Option<&'a [u8]> {
        let (range, limit) = if self.jet3 { self.range_jet3(index) } else { self.range_jet4(index) }?;
        self.between(range, limit)
    }

    fn between(&self, range: Range<usize>, limit: usize) -> Option<&'a [u8]> {
        if range.end <= limit { self.bytes.get(range) } else { None }
    }

    /// Begin and end of a variable column, and where the list of these places itself begins.
    fn range_jet4(&self, index: u16) -> Option<(Range<usize>, usize)> {
        let count_at = self.mask.checked_sub(2)?;
        let word = |at: usize| Some(usize::from(u16::from_le_bytes(*self.bytes.get(at..)?.first_chunk()?)));
        let place = |index: u16| word(count_at.checked_sub(2 + 2 * usize::from(index))?);
        let count = word(count_at)?;
        let limit = count_at.checked_sub(2 * (count + 1))?;
        let range = place(index)?..place(index.checked_add(1)?)?;
        (usize::from(index) < count).then_some((range, limit))
    }

    /// As [`Record::range_jet4`]: a place is one byte, and a list before the count says from which
    /// column on each 256 bytes are added.
    fn range_jet3(&self, index: u16) -> Option<(Range<usize>, usize)> {
        let count_at = self.mask.checked_sub(1)?;
        let byte = |at: usize| self.bytes.get(at).map(|byte| usize::from(*byte));
        let count = byte(count_at)?;
        let jumps = (self.bytes.len() - 1) / JUMP;
        let last = count_at.checked_sub(jumps + 1)?;
        let limit = last.checked_sub(count)?;
        // A list that begins before the last jump does not need it.
        let used = if jumps > 0 && limit / JUMP < jumps { jumps - 1 } else { jumps };
        let place = |index: usize| {
            let added = (0..used).take_while(|jump| byte(count_at - 1 - jump).is_some_and(|from| from <= index));
            Some(byte(last.checked_sub(index)?)? + added.count() * JUMP)
        };
        let index = usize::from(index);
        let range = place(index)?..place(index + 1)?;
        (index < count).then_some((range, limit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_older_than_a_column_does_not_fill_it() {
        let row = Record::new(&[2, 0, 7, 0, 0b1111_1111], false).expect("a row");
        assert!(row.is_filled(1) && !row.is_filled(2), "bits behind the last column mean nothing");
        assert_eq!(row.fixed(0, 2), Some(&[7, 0][..]));
        assert_eq!(row.fixed(0, 3), None, "fixed columns end before the bits");
    }

    #[test]
    fn places_over_256_of_access_97_are_found() {
        let mut bytes = vec![b'x'; 262];
        (bytes[0], bytes[256], bytes[257], bytes[258]) = (2, 0, 200, 1);
        (bytes[259], bytes[260], bytes[261]) = (2, 2, 0b11);
        let row = Record::new(&bytes, true).expect("a row");
        assert_eq!(row.variable(0), Some(&bytes[1..200]));
        assert_eq!(row.variable(1), Some(&bytes[200..256]), "it ends right at the jump");
        assert_eq!(row.variable(2), None);
    }

    #[test]
    fn rows_too_short_for_themselves_are_refused() {
        for (bytes, jet3) in [(&[][..], true), (&[9, 0], true), (&[1], false), (&[0, 4, 0, 0], false)] {
            assert!(Record::new(bytes, jet3).is_none(), "{bytes:?}");
        }
        let row = Record::new(&[1, 0, 0x64, 0, 1], false).expect("a row");
        assert_eq!(row.variable(0), None, "a list of a hundred columns does not fit");
    }
}
