//! A text file as UTF-8, a piece at a time: decodes, counts what could not be decoded, forgets what
//! has been read.

use std::io::Read;

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8};

use crate::error::Error;
use crate::limits::CHUNK;
use crate::scan::fill;

enum Decoding {
    /// The file is UTF-8: its bytes are taken as they are. Holds the start of a cut-off character.
    None(Vec<u8>),
    Some(Box<Decoder>),
}

/// The part of a text file that is being read.
pub(crate) struct Window<'r> {
    file: String,
    reader: Box<dyn Read + 'r>,
    decoding: Decoding,
    bytes: Vec<u8>,
    /// Decoded text that has not been read yet begins at `start`.
    pub(crate) text: String,
    pub(crate) start: usize,
    /// Whether `text` goes to the end of the file.
    pub(crate) at_end: bool,
    /// Bytes of the file taken so far.
    pub(crate) bytes_read: u64,
    /// Bad places replaced by U+FFFD so far.
    pub(crate) replaced: u64,
}

impl<'r> Window<'r> {
    /// For the opened `reader` of `file`, behind its byte order mark. `clean` promises UTF-8
    /// without a bad place, which spares the decoding.
    pub(crate) fn new(file: &str, reader: impl Read + 'r, encoding: &'static Encoding, clean: bool) -> Self {
        let decoding = if clean && encoding == UTF_8 {
            Decoding::None(Vec::new())
        } else {
            Decoding::Some(Box::new(encoding.new_decoder_without_bom_handling()))
        };
        Self {
            file: file.to_owned(),
            reader: Box::new(reader),
            decoding,
            bytes: vec![0; CHUNK],
            text: String::new(),
            start: 0,
            at_end: false,
            bytes_read: 0,
            replaced: 0,
        }
    }

    /// The text that has not been read yet.
    pub(crate) fn rest(&self) -> &str {
        self.text.get(self.start..).unwrap_or_default()
    }

    /// Forgets what was read and adds the next piece of the file, twice as much where a record is long.
    ///
    /// # Errors
    ///
    /// What the system says; [`Error::Changed`] where clean UTF-8 is no longer clean.
    pub(crate) fn refill(&mut self) -> Result<(), Error> {
        self.text.drain(..self.start);
        self.start = 0;
        let want = self.text.len().max(CHUNK);
        let aim = self.text.len() + want;
        while !self.at_end && self.text.len() < aim {
            self.take_chunk()?;
        }
        Ok(())
    }

    fn take_chunk(&mut self) -> Result<(), Error> {
        let count = fill(&mut self.reader, &mut self.bytes).map_err(|error| Error::from_io(&self.file, error))?;
        self.bytes_read += count as u64;
        self.at_end = count < self.bytes.len();
        let chunk = self.bytes.get(..count).unwrap_or_default();
        match &mut self.decoding {
            Decoding::None(tail) => {
                let clean = take_utf8(tail, chunk, &mut self.text);
                let whole = clean && (tail.is_empty() || !self.at_end);
                if whole { Ok(()) } else { Err(Error::Changed { file: self.file.clone() }) }
            }
            Decoding::Some(decoder) => {
                self.replaced += decode(decoder, chunk, self.at_end, &mut self.text);
                Ok(())
            }
        }
    }
}

/// Adds `tail` and `chunk` to `text` and leaves a cut-off character in `tail`; false for bad bytes.
fn take_utf8(tail: &mut Vec<u8>, mut chunk: &[u8], text: &mut String) -> bool {
    while let (false, Some((first, rest))) = (tail.is_empty(), chunk.split_first()) {
        tail.push(*first);
        chunk = rest;
        if let Ok(character) = std::str::from_utf8(tail) {
            text.push_str(character);
            tail.clear();
        } else if tail.len() >= 4 {
            return false;
        }
    }
    match std::str::from_utf8(chunk) {
        Ok(more) => text.push_str(more),
        Err(error) if error.error_len().is_none() => {
            let (whole, cut) = chunk.split_at(error.valid_up_to());
            text.push_str(std::str::from_utf8(whole).unwrap_or_default());
            tail.extend_from_slice(cut);
        }
        Err(_) => return false,
    }
    true
}

/// Decodes `chunk` onto `text`; gives the number of bad places, each now a U+FFFD.
fn decode(decoder: &mut Decoder, mut chunk: &[u8], last: bool, text: &mut String) -> u64 {
    let mut replaced = 0;
    loop {
        text.reserve(decoder.max_utf8_buffer_length_without_replacement(chunk.len()).unwrap_or(CHUNK) + 4);
        let (result, taken) = decoder.decode_to_string_without_replacement(chunk, text, last);
        chunk = chunk.get(taken..).unwrap_or_default();
        match result {
            DecoderResult::InputEmpty => return replaced,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => {
                text.push(char::REPLACEMENT_CHARACTER);
                replaced += 1;
            }
        }
    }
}
