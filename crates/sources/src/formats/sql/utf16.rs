//! A dump in UTF-16, as PowerShell writes what a program prints, read as UTF-8.

use std::io::{self, Read};

use encoding_rs::{Decoder, Encoding};

use crate::limits::CHUNK;

/// Decodes what it reads.
pub(super) struct Utf16<'r> {
    reader: &'r mut dyn Read,
    decoder: Decoder,
    raw: Vec<u8>,
    text: Vec<u8>,
    at: usize,
    ended: bool,
}

impl<'r> Utf16<'r> {
    /// For `reader`, which stands behind the byte order mark.
    pub(super) fn new(reader: &'r mut dyn Read, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_without_bom_handling();
        Self { reader, decoder, raw: vec![0; CHUNK], text: Vec::new(), at: 0, ended: false }
    }

    fn decode_more(&mut self) -> io::Result<()> {
        let count = self.reader.read(&mut self.raw)?;
        self.ended = count == 0;
        let room = self.decoder.max_utf8_buffer_length(count).unwrap_or(CHUNK * 4);
        self.text.resize(room, 0);
        let raw = self.raw.get(..count).unwrap_or_default();
        let (_, _, written, _) = self.decoder.decode_to_utf8(raw, &mut self.text, self.ended);
        self.text.truncate(written);
        self.at = 0;
        Ok(())
    }
}

impl Read for Utf16<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at >= self.text.len() && !self.ended {
            self.decode_more()?;
        }
        let rest = self.text.get(self.at..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        self.at += count;
        Ok(count)
    }
}
