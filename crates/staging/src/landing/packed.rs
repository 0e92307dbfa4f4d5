//! How a block of rows lies in the project file: packed by LZ4 where that makes it smaller.
//!
//! What schools keep repeats itself and packs to a half or a third. Packing costs less than encrypting, signing and
//! writing twice (log and file) the bytes that it saves, and the project stays small.

use model::RowBlock;

use crate::error::{Error, Result};

/// The most that a block may say it unpacks to. Readers hand over blocks of 256 KiB, or of one row however long.
const MOST: usize = 1 << 30;

/// Makes blocks into bytes and keeps the room for them.
#[derive(Default)]
pub(super) struct Packer {
    encoded: Vec<u8>,
    packed: Vec<u8>,
}

impl Packer {
    /// `block` as it is kept, and how many bytes it has unpacked where it is packed.
    pub(super) fn pack(&mut self, block: &RowBlock) -> (&[u8], Option<usize>) {
        block.encode(&mut self.encoded);
        let room = lz4_flex::block::get_maximum_output_size(self.encoded.len());
        if self.packed.len() < room {
            self.packed.resize(room, 0);
        }
        let packed = lz4_flex::block::compress_into(&self.encoded, &mut self.packed).ok();
        match packed.and_then(|length| self.packed.get(..length)) {
            Some(packed) if packed.len() < self.encoded.len() => (packed, Some(self.encoded.len())),
            _ => (&self.encoded, None),
        }
    }
}

/// The block in `data`, which has `unpacked` bytes where it is packed.
///
/// # Errors
///
/// [`Error::Corrupt`] where it is none.
pub(super) fn unpack(data: &[u8], unpacked: Option<i64>) -> Result<RowBlock> {
    let corrupt = || Error::Corrupt { part: "raw_block" };
    let Some(length) = unpacked else { return RowBlock::decode(data).map_err(|_| corrupt()) };
    let length = usize::try_from(length).ok().filter(|length| *length <= MOST).ok_or_else(corrupt)?;
    let encoded = lz4_flex::block::decompress(data, length).map_err(|_| corrupt())?;
    RowBlock::decode(&encoded).map_err(|_| corrupt())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(rows: u64, cell: impl Fn(u64) -> String) -> RowBlock {
        let mut block = RowBlock::new();
        (0..rows).for_each(|row| block.push_text_row(row + 2, [cell(row).as_str(), "Kajang"]));
        block
    }

    #[test]
    fn blocks_come_back_packed_or_not() {
        let mut packer = Packer::default();
        let blocks = [block(1_000, |row| format!("Murid {row}")), block(1, |_| "a".to_owned()), RowBlock::new()];
        for (block, is_packed) in blocks.iter().zip([true, false, false]) {
            let (data, unpacked) = packer.pack(block);
            assert_eq!(unpacked.is_some(), is_packed, "{} rows", block.len());
            let unpacked = unpacked.map(|bytes| bytes as i64);
            assert_eq!(&unpack(data, unpacked).expect("just packed"), block);
        }
    }

    #[test]
    fn damaged_bytes_are_an_error_and_no_panic() {
        let mut packer = Packer::default();
        let (data, unpacked) = packer.pack(&block(40, |row| format!("Murid {row}")));
        let (data, unpacked) = (data.to_vec(), unpacked.map(|bytes| bytes as i64));
        for length in [None, Some(-1), Some(0), Some(i64::MAX)] {
            assert!(unpack(&data, length).is_err(), "{length:?}");
        }
        for at in 0..data.len() {
            assert!(unpack(&data[..at], unpacked).is_err(), "cut at {at}");
            let mut damaged = data.clone();
            damaged[at] ^= 0x55;
            let _ = unpack(&damaged, unpacked);
        }
    }
}
