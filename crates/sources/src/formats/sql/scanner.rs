//! Words and signs of a dump: strings, quoted names and comments of MySQL and PostgreSQL, however
//! long, in a fixed amount of memory.

use memchr::{memchr, memchr2};

use super::charset::Pairs;
use super::window::Window;
use crate::error::Error;
use crate::limits::SQL_WORD;

/// Conditional comments for this version of the server and newer are none for any server.
const NO_SERVER: u32 = 990_000;

/// How the text of a dump is to be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mode {
    /// Whether a backslash in a string takes away or gives meaning.
    pub(super) backslash: bool,
    /// Whether `"` begins a name and not a string.
    pub(super) ansi: bool,
    /// Whether PostgreSQL wrote it.
    pub(super) postgres: bool,
    /// Bytes that take the next one with them, which may look like a backslash.
    pub(super) pairs: Option<Pairs>,
    /// What ends a statement.
    pub(super) delimiter: Vec<u8>,
}

impl Default for Mode {
    fn default() -> Self {
        Self { backslash: true, ansi: false, postgres: false, pairs: None, delimiter: b";".to_vec() }
    }
}

/// What comes next in a dump; its text is in [`Scanner::word`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// The dump has ended.
    End,
    /// The statement has ended.
    Delimiter,
    /// Letters, digits or a number.
    Word,
    /// A quoted name.
    Name,
    /// A string.
    Text,
    /// Any other sign.
    Sign(u8),
}

/// How something between two signs ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// As it should.
    Whole,
    /// The statement ended first.
    Broken,
    /// The dump ended first.
    Cut,
}

/// Reads a dump word for word.
pub(super) struct Scanner<'r> {
    pub(super) window: Window<'r>,
    pub(super) mode: Mode,
    /// Text of the token just read, as its bytes; of a string or name without quotes and escapes.
    pub(super) word: Vec<u8>,
    /// Bytes of `word` after which the rest is left out.
    pub(super) most: usize,
    /// Whether something was left out of `word`.
    pub(super) overlong: bool,
    /// Conditional comments that are open.
    conditional: u32,
    /// Whether a comment said that the dump is complete.
    pub(super) completed: bool,
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'@' | b'.' | 0x80..)
}

impl<'r> Scanner<'r> {
    pub(super) fn new(window: Window<'r>, mode: Mode) -> Self {
        let (word, most) = (Vec::new(), SQL_WORD);
        Self { window, mode, word, most, overlong: false, conditional: 0, completed: false }
    }

    /// Reads the next token.
    ///
    /// # Errors
    ///
    /// What keeps the dump from being read.
    pub(super) fn next(&mut self) -> Result<Token, Error> {
        self.blanks()?;
        self.clear();
        let Some(byte) = self.window.peek()? else { return Ok(Token::End) };
        if self.at_delimiter()? {
            self.window.skip(self.mode.delimiter.len());
            return Ok(Token::Delimiter);
        }
        match byte {
            b'\'' => self.quoted(byte, self.mode.backslash).map(|_| Token::Text),
            b'`' => self.quoted(byte, false).map(|_| Token::Name),
            b'"' if self.mode.ansi || self.mode.postgres => self.quoted(byte, false).map(|_| Token::Name),
            b'"' => self.quoted(byte, self.mode.backslash).map(|_| Token::Text),
            b'$' if self.mode.postgres && self.dollar_quoted()? => Ok(Token::Text),
            b'.' => {
                self.window.skip(1);
                Ok(Token::Sign(byte))
            }
            _ if is_word(byte) => self.take_word().map(|()| Token::Word),
            _ => {
                self.window.skip(1);
                Ok(Token::Sign(byte))
            }
        }
    }

    /// Reads the next token where a name is meant, so that `"` begins one in every mode.
    ///
    /// # Errors
    ///
    /// As [`Scanner::next`].
    pub(super) fn next_name(&mut self) -> Result<Token, Error> {
        let ansi = std::mem::replace(&mut self.mode.ansi, true);
        let token = self.next();
        self.mode.ansi = ansi;
        token
    }

    /// Forgets the last word.
    #[inline]
    pub(super) fn clear(&mut self) {
        self.word.clear();
        self.overlong = false;
    }

    #[inline]
    fn keep(&mut self, from: usize) {
        let room = self.most.saturating_sub(self.word.len());
        let piece = self.window.rest().get(..from).unwrap_or_default();
        self.overlong |= piece.len() > room;
        self.word.extend_from_slice(piece.get(..room).unwrap_or(piece));
        self.window.skip(from);
    }

    #[inline]
    fn keep_byte(&mut self, byte: u8) {
        if self.word.len() < self.most {
            self.word.push(byte);
        } else {
            self.overlong = true;
        }
    }

    /// Whether the statement ends here.
    #[inline]
    pub(super) fn at_delimiter(&mut self) -> Result<bool, Error> {
        if self.mode.delimiter == b";" {
            return Ok(self.window.peek()? == Some(b';'));
        }
        let delimiter = std::mem::take(&mut self.mode.delimiter);
        let found = self.window.begins(&delimiter);
        self.mode.delimiter = delimiter;
        found
    }

    /// Reads letters and digits into [`Scanner::word`].
    ///
    /// # Errors
    ///
    /// As [`Scanner::next`].
    pub(super) fn take_word(&mut self) -> Result<(), Error> {
        while let Some(byte) = self.window.peek()? {
            let number = self.word.first().is_some_and(u8::is_ascii_digit);
            if !is_word(byte) || (byte == b'.' && !number) || self.at_delimiter()? {
                break;
            }
            self.keep_byte(byte);
            self.window.skip(1);
        }
        Ok(())
    }

    /// Reads on to the end of the line and gives what stood there, without blanks around it.
    ///
    /// # Errors
    ///
    /// As [`Scanner::next`].
    pub(super) fn take_line(&mut self) -> Result<String, Error> {
        self.clear();
        while let Some(byte) = self.window.peek()? {
            if byte == b'\n' {
                break;
            }
            self.keep_byte(byte);
            self.window.skip(1);
        }
        Ok(String::from_utf8_lossy(&self.word).trim().to_owned())
    }

    /// Reads a string or name in `quote`s into [`Scanner::word`]; false where the dump ends in it.
    ///
    /// # Errors
    ///
    /// As [`Scanner::next`].
    pub(super) fn quoted(&mut self, quote: u8, backslash: bool) -> Result<bool, Error> {
        self.window.skip(1);
        loop {
            let rest = self.window.rest();
            let found = match (self.mode.pairs, backslash) {
                (Some(_), _) => rest.iter().position(|byte| *byte == quote || *byte == b'\\' || *byte > 0x80),
                (None, true) => memchr2(quote, b'\\', rest),
                (None, false) => memchr(quote, rest),
            };
            let Some(at) = found else {
                self.keep(rest.len());
                if self.window.more()? {
                    continue;
                }
                return Ok(false);
            };
            let byte = rest.get(at).copied().unwrap_or(quote);
            self.keep(at);
            self.window.skip(1);
            let next = self.window.peek()?;
            let joined = |next: u8| self.mode.pairs.is_some_and(|pairs| pairs.join(byte, next));
            match next {
                Some(next) if byte == quote && next == quote => self.keep_byte(quote),
                _ if byte == quote => return Ok(true),
                None => return Ok(false),
                Some(next) if byte == b'\\' && backslash => self.keep_escaped(next),
                Some(next) if joined(next) => {
                    self.keep_byte(byte);
                    self.keep_byte(next);
                }
                Some(_) => {
                    self.keep_byte(byte);
                    continue;
                }
            }
            self.window.skip(1);
        }
    }

    fn keep_escaped(&mut self, next: u8) {
        let meant = match next {
            b'0' => 0,
            b'b' => 8,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'Z' => 0x1a,
            b'f' if self.mode.postgres => 0x0c,
            // The two that only mean something in a pattern keep their backslash.
            b'%' | b'_' if !self.mode.postgres => {
                self.keep_byte(b'\\');
                next
            }
            other => other,
        };
        self.keep_byte(meant);
    }

    /// Reads over `$tag$ … $tag$`; false where none begins here.
    fn dollar_quoted(&mut self) -> Result<bool, Error> {
        let mut length = 1;
        while self.window.look(length)?.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            length += 1;
        }
        if length > 64 || self.window.look(length)? != Some(b'$') {
            return Ok(false);
        }
        let tag = self.window.rest().get(..=length).unwrap_or_default().to_vec();
        self.window.skip(tag.len());
        loop {
            let rest = self.window.rest();
            self.window.skip(memchr(b'$', rest).unwrap_or(rest.len()));
            if self.window.begins(&tag)? {
                self.window.skip(tag.len());
                return Ok(true);
            }
            if self.window.peek()?.is_none() {
                return Ok(true);
            }
            if self.window.peek()? == Some(b'$') {
                self.window.skip(1);
            }
        }
    }

    /// Goes over blanks and comments, and into conditional ones.
    ///
    /// # Errors
    ///
    /// As [`Scanner::next`].
    #[inline]
    pub(super) fn blanks(&mut self) -> Result<(), Error> {
        while let Some(byte) = self.window.peek()? {
            let went = match byte {
                b' ' | b'\t' | b'\r' | b'\n' | 0x0b | 0x0c => {
                    self.window.skip(1);
                    true
                }
                b'-' | b'#' | b'/' | b'*' => self.comment(byte)?,
                _ => false,
            };
            if !went {
                break;
            }
        }
        Ok(())
    }

    fn comment(&mut self, byte: u8) -> Result<bool, Error> {
        match (byte, self.window.look(1)?) {
            (b'-', Some(b'-')) => {
                let behind = self.window.look(2)?;
                let begins = self.mode.postgres || behind.is_none_or(|byte| byte <= b' ');
                if begins {
                    self.line_comment()?;
                }
                Ok(begins)
            }
            (b'#', _) if !self.mode.postgres => self.line_comment().map(|()| true),
            (b'/', Some(b'*')) => self.block_comment().map(|()| true),
            (b'*', Some(b'/')) if self.conditional > 0 => {
                self.conditional -= 1;
                self.window.skip(2);
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    fn line_comment(&mut self) -> Result<(), Error> {
        const COMPLETE: [&[u8]; 2] = [b"-- Dump completed", b"-- PostgreSQL database dump complete"];
        for text in COMPLETE {
            self.completed |= self.window.begins(text)?;
        }
        self.window.skip_line()?;
        Ok(())
    }

    fn block_comment(&mut self) -> Result<(), Error> {
        let maria = self.window.look(2)? == Some(b'M') && self.window.look(3)? == Some(b'!');
        let conditional = maria || self.window.look(2)? == Some(b'!');
        if !conditional || self.mode.postgres {
            self.window.skip(2);
            return self.rest_of_comment();
        }
        self.window.skip(if maria { 4 } else { 3 });
        let mut version = 0u32;
        while let Some(digit) = self.window.peek()?.filter(u8::is_ascii_digit) {
            version = version.saturating_mul(10).saturating_add(u32::from(digit - b'0'));
            self.window.skip(1);
        }
        if version >= NO_SERVER {
            return self.rest_of_comment();
        }
        self.conditional += 1;
        Ok(())
    }

    fn rest_of_comment(&mut self) -> Result<(), Error> {
        loop {
            let rest = self.window.rest();
            self.window.skip(memchr(b'*', rest).unwrap_or(rest.len()));
            if self.window.begins(b"*/")? {
                self.window.skip(2);
                return Ok(());
            }
            if self.window.peek()?.is_none() {
                return Ok(());
            }
            if self.window.peek()? == Some(b'*') {
                self.window.skip(1);
            }
        }
    }

    /// Goes on behind the end of the statement.
    ///
    /// # Errors
    ///
    /// As [`Scanner::next`].
    pub(super) fn end_statement(&mut self) -> Result<Ended, Error> {
        loop {
            match self.next()? {
                Token::Delimiter => return Ok(Ended::Whole),
                Token::End => return Ok(Ended::Cut),
                _ => {}
            }
        }
    }

    /// Goes on to the sign that ends a list at this depth: behind `)` where `closing`, else before
    /// the `,` or `)` behind a value. Strings and comments between are gone over.
    ///
    /// # Errors
    ///
    /// As [`Scanner::next`].
    pub(super) fn group(&mut self, closing: bool) -> Result<Ended, Error> {
        let (most, mut depth) = (std::mem::replace(&mut self.most, 0), 0u32);
        let ended = loop {
            self.plain()?;
            let Some(byte) = self.window.peek()? else { break Ended::Cut };
            match byte {
                b'\'' | b'`' | b'"' => {
                    let backslash = byte != b'`' && self.mode.backslash;
                    if !self.quoted(byte, backslash)? {
                        break Ended::Cut;
                    }
                    continue;
                }
                b'-' | b'#' | b'/' | b'*' if self.comment(byte)? => continue,
                b')' if depth == 0 && closing => {
                    self.window.skip(1);
                    break Ended::Whole;
                }
                b')' | b',' if depth == 0 && !closing => break Ended::Whole,
                b'(' => depth += 1,
                b')' => depth = depth.saturating_sub(1),
                _ if self.at_delimiter()? => break Ended::Broken,
                _ => {}
            }
            self.window.skip(1);
        };
        self.most = most;
        Ok(ended)
    }

    /// Goes over bytes that mean nothing to [`Scanner::group`].
    #[inline]
    fn plain(&mut self) -> Result<(), Error> {
        let first = self.mode.delimiter.first().copied().unwrap_or(b';');
        loop {
            let rest = self.window.rest();
            let special = |byte: &u8| SPECIAL[usize::from(*byte)] || *byte == first;
            if let Some(at) = rest.iter().position(special) {
                self.window.skip(at);
                return Ok(());
            }
            self.window.skip(rest.len());
            if !self.window.more()? {
                return Ok(());
            }
        }
    }
}

/// Bytes that may mean something between the values of a row.
const SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    let signs = b"'\"`(),-#/*";
    let mut at = 0;
    while at < signs.len() {
        table[signs[at] as usize] = true;
        at += 1;
    }
    table
};
