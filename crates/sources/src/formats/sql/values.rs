//! One value of a row as a dump writes it, and the cell that it becomes.

use encoding_rs::{Encoding, UTF_8};
use model::{CellKind, RowBlock};

use super::charset::{self, Client, looks_doubled};
use super::scanner::{Ended, Scanner};
use super::schema::{Column, Kind};
use crate::error::Error;
use crate::limits::SQL_VALUE;

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    Null,
    Number,
    /// A string; its bytes are in [`Scanner::word`].
    Text,
    /// Hexadecimal digits.
    Hex,
    /// Binary digits.
    Bits,
    Bool,
    /// Anything else, word for word.
    Expression,
}

/// A value just read.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub(super) written: Written,
    /// The character set written before it, such as `_utf8mb4`; `Some(None)` for `_binary`.
    pub(super) introducer: Option<Option<&'static Encoding>>,
    /// Whether it is larger than [`SQL_VALUE`].
    pub(super) overlong: bool,
}

/// Reads the value that comes next, up to the `,` or `)` behind it.
///
/// # Errors
///
/// What keeps the dump from being read.
pub(super) fn read(scanner: &mut Scanner<'_>) -> Result<(Value, Ended), Error> {
    scanner.blanks()?;
    scanner.window.mark();
    scanner.most = SQL_VALUE;
    let value = literal(scanner);
    scanner.most = crate::limits::SQL_WORD;
    let (mut value, whole) = value?;
    if !whole {
        return Ok((value, Ended::Cut));
    }
    scanner.blanks()?;
    let ended = match scanner.window.peek()? {
        Some(b',' | b')') => {
            scanner.window.unmark();
            value.overlong = scanner.overlong;
            return Ok((value, Ended::Whole));
        }
        _ => scanner.group(false)?,
    };
    value.written = Written::Expression;
    value.introducer = None;
    scanner.clear();
    match scanner.window.take_marked() {
        Some(bytes) => scanner.word.extend_from_slice(bytes.trim_ascii_end()),
        None => scanner.overlong = true,
    }
    value.overlong = scanner.overlong;
    Ok((value, ended))
}

/// Reads a literal into [`Scanner::word`]; false where the dump ends in it.
fn literal(scanner: &mut Scanner<'_>) -> Result<(Value, bool), Error> {
    scanner.clear();
    let backslash = scanner.mode.backslash;
    let mut value = Value { written: Written::Expression, introducer: None, overlong: false };
    let whole = match scanner.window.peek()? {
        None => false,
        Some(b'\'') => {
            value.written = Written::Text;
            scanner.quoted(b'\'', backslash)?
        }
        Some(b'"') if !scanner.mode.ansi && !scanner.mode.postgres => {
            value.written = Written::Text;
            scanner.quoted(b'"', backslash)?
        }
        Some(b'+' | b'-' | b'.' | b'0'..=b'9') => {
            number(scanner, &mut value)?;
            true
        }
        Some(byte) if byte.is_ascii_alphabetic() || byte == b'_' => return word(scanner, value),
        Some(_) => true,
    };
    Ok((value, whole))
}

fn number(scanner: &mut Scanner<'_>, value: &mut Value) -> Result<(), Error> {
    while let Some(byte) = scanner.window.peek()? {
        let exponent = matches!(scanner.word.last(), Some(b'e' | b'E')) && !is_hex(&scanner.word);
        let sign = matches!(byte, b'+' | b'-') && (scanner.word.is_empty() || exponent);
        if !(byte.is_ascii_alphanumeric() || byte == b'.' || sign) || scanner.word.len() >= SQL_VALUE {
            break;
        }
        scanner.word.push(byte);
        scanner.window.skip(1);
    }
    let word = &scanner.word;
    value.written = match () {
        () if is_number(word) => Written::Number,
        () if is_hex(word) && word.iter().skip(2).all(u8::is_ascii_hexdigit) => Written::Hex,
        () if word.starts_with(b"0b") && word.iter().skip(2).all(|byte| matches!(byte, b'0' | b'1')) => Written::Bits,
        () => Written::Expression,
    };
    if matches!(value.written, Written::Hex | Written::Bits) {
        scanner.word.drain(..2);
    }
    Ok(())
}

fn is_hex(word: &[u8]) -> bool {
    word.starts_with(b"0x") || word.starts_with(b"0X")
}

/// Whether `word` is a plain decimal number, as any database writes it.
pub(super) fn is_number(word: &[u8]) -> bool {
    let unsigned = word.strip_prefix(b"-").or_else(|| word.strip_prefix(b"+")).unwrap_or(word);
    let (mantissa, exponent) = match unsigned.iter().position(|byte| matches!(byte, b'e' | b'E')) {
        Some(at) => (unsigned.get(..at).unwrap_or_default(), unsigned.get(at + 1..)),
        None => (unsigned, None),
    };
    let dots = mantissa.iter().filter(|byte| **byte == b'.').count();
    let digits = mantissa.iter().filter(|byte| byte.is_ascii_digit()).count();
    let exponent = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(b"-").or_else(|| exponent.strip_prefix(b"+")).unwrap_or(exponent);
        !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
    });
    dots <= 1 && digits > 0 && dots + digits == mantissa.len() && exponent
}

/// A value that begins with a letter: NULL, a boolean, or a prefix of a string.
fn word(scanner: &mut Scanner<'_>, mut value: Value) -> Result<(Value, bool), Error> {
    let most = std::mem::replace(&mut scanner.most, 64);
    let taken = scanner.take_word();
    scanner.most = most;
    taken?;
    let prefix = scanner.word.to_ascii_lowercase();
    match prefix.as_slice() {
        b"null" => value.written = Written::Null,
        b"true" | b"false" => value.written = Written::Bool,
        _ => return prefixed(scanner, &prefix, value),
    }
    Ok((value, true))
}

fn prefixed(scanner: &mut Scanner<'_>, prefix: &[u8], mut value: Value) -> Result<(Value, bool), Error> {
    if let Some(name) = prefix.strip_prefix(b"_") {
        value.introducer = Some(charset::by_name(&String::from_utf8_lossy(name)));
        scanner.blanks()?;
        let next = scanner.window.peek()?;
        let literal_follows = matches!(next, Some(b'\'' | b'"' | b'0' | b'x' | b'X' | b'b' | b'B'));
        if !literal_follows {
            return Ok((value, next.is_some()));
        }
        let introducer = value.introducer;
        return literal(scanner).map(|(value, whole)| (Value { introducer, ..value }, whole));
    }
    if scanner.window.peek()? != Some(b'\'') {
        return Ok((value, true));
    }
    let (written, backslash) = match prefix {
        b"x" => (Written::Hex, false),
        b"b" => (Written::Bits, false),
        b"n" => (Written::Text, scanner.mode.backslash),
        b"e" => (Written::Text, true),
        _ => return Ok((value, true)),
    };
    scanner.clear();
    let whole = scanner.quoted(b'\'', backslash)?;
    let fits = match written {
        Written::Hex => scanner.word.iter().all(u8::is_ascii_hexdigit),
        Written::Bits => scanner.word.iter().all(|byte| matches!(byte, b'0' | b'1')),
        _ => true,
    };
    value.written = if fits { written } else { Written::Expression };
    Ok((value, whole))
}

/// Something that was counted, with the row of the first.
#[derive(Clone, Copy, Default)]
pub(super) struct Tally {
    pub(super) count: u64,
    pub(super) first: (u64, u32),
}

impl Tally {
    pub(super) fn add(&mut self, place: (u64, u32)) {
        if self.count == 0 {
            self.first = place;
        }
        self.count += 1;
    }
}

/// What is odd about the values of a table.
#[derive(Default)]
pub(super) struct Oddities {
    pub(super) expressions: Tally,
    pub(super) zero_dates: Tally,
    pub(super) replaced: Tally,
    pub(super) doubled: Tally,
    /// Rows with more or fewer values than columns.
    pub(super) width: Tally,
    /// Rows without a value for some column.
    pub(super) left_out: Tally,
    /// Rows without a value for a column that the database computes.
    pub(super) computed: Tally,
}

/// Makes cells of values.
pub(super) struct Cells {
    /// The row being made.
    pub(super) row: RowBlock,
    pub(super) odd: Oddities,
    /// Whether PostgreSQL wrote the values.
    pub(super) postgres: bool,
    text: String,
}

impl Cells {
    pub(super) fn new() -> Self {
        Self { row: RowBlock::new(), odd: Oddities::default(), postgres: false, text: String::new() }
    }

    /// Adds the cell of `value`, whose text is `bytes` in `client`, for `column` at `place`.
    pub(super) fn push(
        &mut self,
        value: &Value,
        bytes: &[u8],
        client: Client,
        column: Option<&Column>,
        place: (u64, u32),
    ) {
        let kind = column.map_or(Kind::Unknown, |column| column.kind);
        let own = column.and_then(|column| column.charset);
        self.text.clear();
        let cell = match value.written {
            Written::Null => CellKind::Empty,
            Written::Number => self.ascii(bytes, CellKind::Number),
            Written::Bool => self.ascii(&bytes.to_ascii_lowercase(), CellKind::Bool),
            // The digits of a bit string are a string in PostgreSQL.
            Written::Bits if self.postgres => self.ascii(bytes, CellKind::Text),
            Written::Bits => self.bits(bytes),
            Written::Hex => self.hex(bytes, kind, own, place),
            Written::Expression
                if column.is_some_and(|column| column.computed) && bytes.eq_ignore_ascii_case(b"default") =>
            {
                self.odd.computed.add(place);
                CellKind::Empty
            }
            Written::Expression => {
                self.odd.expressions.add(place);
                self.decoded(bytes, client.encoding(own, bytes), place)
            }
            Written::Text => match value.introducer {
                Some(None) if matches!(kind, Kind::Unknown | Kind::Bytes | Kind::Bits) => self.raw(bytes, kind),
                Some(None) => self.decoded(bytes, own.unwrap_or(UTF_8), place),
                Some(Some(introducer)) => self.string(bytes, introducer, kind, place),
                None => self.string(bytes, client.encoding(own, bytes), kind, place),
            },
        };
        self.row.push_cell(cell, &self.text);
    }

    /// Adds a cell without anything in it.
    pub(super) fn push_empty(&mut self) {
        self.row.push_cell(CellKind::Empty, "");
    }

    /// Adds the cell of a field of COPY.
    pub(super) fn push_field(
        &mut self,
        bytes: Option<&[u8]>,
        client: Client,
        column: Option<&Column>,
        place: (u64, u32),
    ) {
        let kind = column.map_or(Kind::Unknown, |column| column.kind);
        self.text.clear();
        let cell = match (bytes, kind) {
            (None, _) => CellKind::Empty,
            (Some(b"t"), Kind::Bool) => self.ascii(b"true", CellKind::Bool),
            (Some(b"f"), Kind::Bool) => self.ascii(b"false", CellKind::Bool),
            (Some(bytes), Kind::Bits) => self.ascii(bytes, CellKind::Text),
            (Some(bytes), kind) => self.string(bytes, client.encoding(None, bytes), kind, place),
        };
        self.row.push_cell(cell, &self.text);
    }

    fn ascii(&mut self, bytes: &[u8], kind: CellKind) -> CellKind {
        // Looking for bad bytes piece by piece takes several times as long, and there are none.
        match std::str::from_utf8(bytes) {
            Ok(text) => self.text.push_str(text),
            Err(_) => self.text.push_str(&String::from_utf8_lossy(bytes)),
        }
        kind
    }

    fn string(&mut self, bytes: &[u8], encoding: &'static Encoding, kind: Kind, place: (u64, u32)) -> CellKind {
        let digits = bytes.strip_prefix(b"\\x").filter(|_| self.postgres && kind == Kind::Bytes);
        if let Some(digits) = digits {
            return self.ascii(&digits.to_ascii_lowercase(), CellKind::Bytes);
        }
        match kind {
            Kind::Bytes | Kind::Bits => self.raw(bytes, kind),
            Kind::Number if is_number(bytes) => self.ascii(bytes, CellKind::Number),
            _ => {
                let zero = matches!(kind, Kind::Date | Kind::Unknown) && bytes.starts_with(b"0000-00-00");
                if zero {
                    self.odd.zero_dates.add(place);
                }
                self.decoded(bytes, encoding, place)
            }
        }
    }

    fn decoded(&mut self, bytes: &[u8], encoding: &'static Encoding, place: (u64, u32)) -> CellKind {
        if bytes.is_ascii() {
            return self.ascii(bytes, CellKind::Text);
        }
        let (text, bad) = encoding.decode_without_bom_handling(bytes);
        if bad {
            self.odd.replaced.add(place);
        } else if looks_doubled(&text) {
            self.odd.doubled.add(place);
        }
        self.text.push_str(&text);
        CellKind::Text
    }

    /// Bytes as hexadecimal digits; of a BIT column as a number.
    fn raw(&mut self, bytes: &[u8], kind: Kind) -> CellKind {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        if kind == Kind::Bits && bytes.len() <= 8 {
            let value = bytes.iter().fold(0u64, |value, byte| value << 8 | u64::from(*byte));
            self.text.push_str(&value.to_string());
            return CellKind::Number;
        }
        let digit = |half: u8| char::from(DIGITS.get(usize::from(half)).copied().unwrap_or(b'?'));
        for byte in bytes {
            self.text.push(digit(byte >> 4));
            self.text.push(digit(byte & 15));
        }
        CellKind::Bytes
    }

    fn bits(&mut self, digits: &[u8]) -> CellKind {
        let significant = digits.iter().skip_while(|digit| **digit == b'0').count();
        if significant > 64 {
            return self.ascii(digits, CellKind::Text);
        }
        let value = digits.iter().fold(0u64, |value, digit| value << 1 | u64::from(digit & 1));
        self.text.push_str(&value.to_string());
        CellKind::Number
    }

    /// Hexadecimal digits: text where the column holds text, else bytes.
    fn hex(&mut self, digits: &[u8], kind: Kind, own: Option<&'static Encoding>, place: (u64, u32)) -> CellKind {
        // Only MySQL takes the digits for text where the column holds text.
        if self.postgres || !matches!(kind, Kind::Text | Kind::Bits) {
            return self.ascii(&digits.to_ascii_lowercase(), CellKind::Bytes);
        }
        let value = |digit: &u8| char::from(*digit).to_digit(16).unwrap_or(0) as u8;
        let odd = digits.len() % 2;
        let first = digits.first().filter(|_| odd == 1).map(value);
        let pairs = digits.get(odd..).unwrap_or_default().chunks_exact(2);
        let rest = pairs.map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | value(digit)));
        let bytes: Vec<u8> = first.into_iter().chain(rest).collect();
        if kind == Kind::Bits { self.raw(&bytes, kind) } else { self.decoded(&bytes, own.unwrap_or(UTF_8), place) }
    }
}
