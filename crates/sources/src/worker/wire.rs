//! What worker and program say to each other: frames of one sign, a length and a content, written by
//! hand so that nothing of it depends on a library's format. Whatever cannot be understood is `None`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::sync::{LazyLock, Mutex, PoisonError};

use model::{Message, RowBlock};

use crate::error::Error;
use crate::source::{Note, Options, Probe, ReadSummary, Reference, Secret, Skipped, TableInfo, TableKind};

/// The longest frame: many times a block of rows.
const LONGEST: u32 = 512 * 1024 * 1024;

/// Different short words (codes, keys) that one program takes from its workers.
const WORDS: usize = 5_000;

/// The longest of these words.
const WORD: usize = 100;

/// A value that can go over the wire.
pub(crate) trait Wire: Sized {
    /// Adds the value to `out`.
    fn put(&self, out: &mut Vec<u8>);
    /// Takes a value from the front of `from`.
    fn take(from: &mut &[u8]) -> Option<Self>;
}

fn bytes<'a>(from: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(u64::take(from)?).ok()?;
    let (content, rest) = from.split_at_checked(length)?;
    *from = rest;
    Some(content)
}

fn put_bytes(content: &[u8], out: &mut Vec<u8>) {
    (content.len() as u64).put(out);
    out.extend_from_slice(content);
}

impl Wire for u64 {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_le_bytes());
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        let (content, rest) = from.split_first_chunk()?;
        *from = rest;
        Some(Self::from_le_bytes(*content))
    }
}

impl Wire for u32 {
    fn put(&self, out: &mut Vec<u8>) {
        u64::from(*self).put(out);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        u64::take(from)?.try_into().ok()
    }
}

impl Wire for usize {
    fn put(&self, out: &mut Vec<u8>) {
        (*self as u64).put(out);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        u64::take(from)?.try_into().ok()
    }
}

impl Wire for bool {
    fn put(&self, out: &mut Vec<u8>) {
        u64::from(*self).put(out);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        Some(u64::take(from)? != 0)
    }
}

impl Wire for char {
    fn put(&self, out: &mut Vec<u8>) {
        u32::from(*self).put(out);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        Self::from_u32(u32::take(from)?)
    }
}

impl Wire for String {
    fn put(&self, out: &mut Vec<u8>) {
        put_bytes(self.as_bytes(), out);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        Some(std::str::from_utf8(bytes(from)?).ok()?.to_owned())
    }
}

/// Codes and keys are the program's own words on both sides.
impl Wire for &'static str {
    fn put(&self, out: &mut Vec<u8>) {
        put_bytes(self.as_bytes(), out);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        own_word(std::str::from_utf8(bytes(from)?).ok()?)
    }
}

/// The words that sentences and formats are made of, to which others are added as they come.
fn known_words() -> BTreeSet<&'static str> {
    let list = crate::WORDS[0].1;
    let names = list.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    let keys = model::words::parse(list).map(|(key, _)| key);
    keys.chain(names).chain(crate::formats::ALL.iter().map(|format| format.code)).collect()
}

/// `word` as one that lives as long as the program; each is kept once, and they are few.
fn own_word(word: &str) -> Option<&'static str> {
    static KNOWN: LazyLock<Mutex<BTreeSet<&'static str>>> = LazyLock::new(|| Mutex::new(known_words()));
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(word) = known.get(word) {
        return Some(word);
    }
    let is_code = word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    if known.len() >= WORDS || word.len() > WORD || !is_code {
        return None;
    }
    let kept: &'static str = Box::leak(word.to_owned().into_boxed_str());
    known.insert(kept);
    Some(kept)
}

impl<T: Wire> Wire for Option<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.is_some().put(out);
        self.iter().for_each(|value| value.put(out));
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        if bool::take(from)? { Some(Some(T::take(from)?)) } else { Some(None) }
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.len().put(out);
        self.iter().for_each(|value| value.put(out));
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        let length = usize::take(from)?;
        (0..length).map(|_| T::take(from)).collect()
    }
}

impl<A: Wire, B: Wire> Wire for (A, B) {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
        self.1.put(out);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        Some((A::take(from)?, B::take(from)?))
    }
}

impl<K: Wire + Ord, V: Wire> Wire for BTreeMap<K, V> {
    fn put(&self, out: &mut Vec<u8>) {
        self.len().put(out);
        for (key, value) in self {
            key.put(out);
            value.put(out);
        }
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        Some(Vec::<(K, V)>::take(from)?.into_iter().collect())
    }
}

impl Wire for RowBlock {
    fn put(&self, out: &mut Vec<u8>) {
        let mut encoded = Vec::new();
        self.encode(&mut encoded);
        put_bytes(&encoded, out);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        Self::decode(bytes(from)?).ok()
    }
}

impl Wire for Secret {
    fn put(&self, out: &mut Vec<u8>) {
        put_bytes(self.expose().as_bytes(), out);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        String::take(from).map(Self::new)
    }
}

impl Wire for TableKind {
    fn put(&self, out: &mut Vec<u8>) {
        (*self as u32).put(out);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        let code = u32::take(from)?;
        [Self::Table, Self::View, Self::Linked].into_iter().find(|kind| *kind as u32 == code)
    }
}

/// Sends a struct field by field.
macro_rules! wire {
    ($($name:ident { $($field:ident),+ })+) => {$(
        impl Wire for $name {
            fn put(&self, out: &mut Vec<u8>) {
                $(self.$field.put(out);)+
            }

            fn take(from: &mut &[u8]) -> Option<Self> {
                Some(Self { $($field: Wire::take(from)?),+ })
            }
        }
    )+};
}

wire! {
    Options { encoding, delimiter, header_row, header_rows, password }
    Probe { file, format, encoding, delimiter, sha256, bytes, tables, notes }
    TableInfo { name, kind, header_row, headers, preamble, rows, hidden, primary_key, references, sample }
    Reference { columns, table, to_columns }
    Note { code, row, column, table, message }
    Message { key, args }
    Skipped { row, reason }
    ReadSummary { landed, skipped, skipped_total, notes }
}

impl Wire for Error {
    fn put(&self, out: &mut Vec<u8>) {
        let mut say = |code: u32, file: &String| {
            code.put(out);
            file.put(out);
        };
        match self {
            Self::Empty { file } => say(0, file),
            Self::Vanished { file } => say(1, file),
            Self::Locked { file } => say(2, file),
            Self::NotAFile { file } => say(3, file),
            Self::PasswordNeeded { file } => say(4, file),
            Self::WrongPassword { file } => say(5, file),
            Self::Changed { file } => say(6, file),
            Self::Io { file, source } => {
                say(7, file);
                source.to_string().put(out);
            }
            Self::Damaged { file, table, row, detail } => {
                say(8, file);
                (table.clone(), (*row, detail.clone())).put(out);
            }
            Self::NotSupportedYet { file, what } => {
                say(9, file);
                what.put(out);
            }
            Self::TooLarge { file, table, row } => {
                say(10, file);
                (table.clone(), *row).put(out);
            }
            Self::NoSuchTable { file, table } => {
                say(11, file);
                table.put(out);
            }
            Self::UnknownEncoding { file, encoding } => {
                say(12, file);
                encoding.put(out);
            }
            Self::Cancelled(_) | Self::Stopped(_) => say(13, &String::new()),
            // What no reader in a worker gives: archives and servers are opened by the program itself.
            other => {
                say(8, &String::new());
                (String::new(), (0_u64, other.to_string())).put(out);
            }
        }
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        let code = u32::take(from)?;
        let file = String::take(from)?;
        Some(match code {
            0 => Self::Empty { file },
            1 => Self::Vanished { file },
            2 => Self::Locked { file },
            3 => Self::NotAFile { file },
            4 => Self::PasswordNeeded { file },
            5 => Self::WrongPassword { file },
            6 => Self::Changed { file },
            7 => Self::Io { file, source: std::io::Error::other(String::take(from)?) },
            8 => {
                let (table, (row, detail)) = Wire::take(from)?;
                Self::Damaged { file, table, row, detail }
            }
            9 => Self::NotSupportedYet { file, what: Wire::take(from)? },
            10 => {
                let (table, row) = Wire::take(from)?;
                Self::TooLarge { file, table, row }
            }
            11 => Self::NoSuchTable { file, table: Wire::take(from)? },
            12 => Self::UnknownEncoding { file, encoding: Wire::take(from)? },
            13 => Self::Cancelled(model::Cancelled),
            _ => return None,
        })
    }
}

/// What is asked of a worker.
pub(crate) enum Ask {
    /// Hold to the memory limit, and open the file at the path (in the system's own bytes) or what came out of it.
    Open {
        /// Bytes of memory that may be used.
        memory: u64,
        /// The path.
        path: Vec<u8>,
        /// What the file is called to people.
        file: String,
        /// The content, where it was unpacked from what is at the path.
        content: Option<Vec<u8>>,
        /// What the person chose.
        options: Options,
    },
    /// Read a table, by its number from 0.
    Read(usize),
    /// Give up the reading at hand.
    Stop,
}

/// What a worker answers.
pub(crate) enum Answer {
    /// The file is open.
    Opened(Box<Probe>),
    /// Rows of the table that is being read.
    Rows(RowBlock),
    /// How far reading is, and of how much.
    Progress(u64, Option<u64>),
    /// The table was read to its end.
    Done(ReadSummary),
    /// It could not be done.
    Failed(Error),
}

/// A message with its sign.
pub(crate) trait Frame: Sized {
    /// The sign and the content.
    fn sign(&self, out: &mut Vec<u8>) -> u8;
    /// The message with `sign`, out of `content`.
    fn with(sign: u8, content: &mut &[u8]) -> Option<Self>;
}

impl Frame for Ask {
    fn sign(&self, out: &mut Vec<u8>) -> u8 {
        match self {
            Self::Open { memory, path, file, content, options } => {
                memory.put(out);
                put_bytes(path, out);
                file.put(out);
                content.is_some().put(out);
                put_bytes(content.as_deref().unwrap_or_default(), out);
                options.put(out);
                b'O'
            }
            Self::Read(table) => {
                table.put(out);
                b'R'
            }
            Self::Stop => b'S',
        }
    }

    fn with(sign: u8, content: &mut &[u8]) -> Option<Self> {
        match sign {
            b'O' => Some(Self::Open {
                memory: u64::take(content)?,
                path: bytes(content)?.to_vec(),
                file: String::take(content)?,
                content: {
                    let unpacked = bool::take(content)?;
                    let bytes = bytes(content)?;
                    unpacked.then(|| bytes.to_vec())
                },
                options: Options::take(content)?,
            }),
            b'R' => Some(Self::Read(usize::take(content)?)),
            b'S' => Some(Self::Stop),
            _ => None,
        }
    }
}

impl Frame for Answer {
    fn sign(&self, out: &mut Vec<u8>) -> u8 {
        match self {
            Self::Opened(probe) => {
                probe.put(out);
                b'o'
            }
            Self::Rows(block) => {
                block.put(out);
                b'r'
            }
            Self::Progress(done, total) => {
                (*done, *total).put(out);
                b'p'
            }
            Self::Done(summary) => {
                summary.put(out);
                b'd'
            }
            Self::Failed(error) => {
                error.put(out);
                b'f'
            }
        }
    }

    fn with(sign: u8, content: &mut &[u8]) -> Option<Self> {
        match sign {
            b'o' => Some(Self::Opened(Box::new(Probe::take(content)?))),
            b'r' => Some(Self::Rows(RowBlock::take(content)?)),
            b'p' => <(u64, Option<u64>)>::take(content).map(|(done, total)| Self::Progress(done, total)),
            b'd' => Some(Self::Done(ReadSummary::take(content)?)),
            b'f' => Some(Self::Failed(Error::take(content)?)),
            _ => None,
        }
    }
}

/// Writes `message` and sends it off.
///
/// # Errors
///
/// Where the other side is gone.
pub(crate) fn send(message: &impl Frame, to: &mut impl Write) -> std::io::Result<()> {
    /// Sign and length.
    const HEAD: usize = 5;
    let mut frame = zeroize::Zeroizing::new(vec![0; HEAD]);
    let sign = message.sign(&mut frame);
    let length = u32::try_from(frame.len() - HEAD).ok().filter(|length| *length <= LONGEST);
    let length = length.ok_or_else(|| std::io::Error::other("a message is too long"))?;
    if let Some(head) = frame.first_chunk_mut::<HEAD>() {
        let [a, b, c, d] = length.to_le_bytes();
        *head = [sign, a, b, c, d];
    }
    to.write_all(&frame)?;
    to.flush()
}

/// The next message; `None` where the other side is gone or says what cannot be understood.
pub(crate) fn receive<F: Frame>(from: &mut impl Read) -> Option<F> {
    let mut head = [0; 5];
    from.read_exact(&mut head).ok()?;
    let [sign, a, b, c, d] = head;
    let length = u32::from_le_bytes([a, b, c, d]);
    if length > LONGEST {
        return None;
    }
    let mut content = zeroize::Zeroizing::new(Vec::new());
    from.take(u64::from(length)).read_to_end(&mut content).ok()?;
    let mut rest = content.as_slice();
    let message = F::with(sign, &mut rest)?;
    (content.len() == length as usize && rest.is_empty()).then_some(message)
}

/// The bytes of a path, as this system has them.
#[cfg(unix)]
pub(crate) fn path_bytes(path: &std::path::Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes().to_vec()
}

/// The path with these bytes.
#[cfg(unix)]
pub(crate) fn path_of(bytes: Vec<u8>) -> std::path::PathBuf {
    use std::os::unix::ffi::OsStringExt;
    std::ffi::OsString::from_vec(bytes).into()
}

/// The bytes of a path, as this system has them.
#[cfg(windows)]
pub(crate) fn path_bytes(path: &std::path::Path) -> Vec<u8> {
    use std::os::windows::ffi::OsStrExt;
    path.as_os_str().encode_wide().flat_map(u16::to_le_bytes).collect()
}

/// The path with these bytes.
#[cfg(windows)]
pub(crate) fn path_of(bytes: Vec<u8>) -> std::path::PathBuf {
    use std::os::windows::ffi::OsStringExt;
    let (units, _) = bytes.as_chunks();
    let units: Vec<u16> = units.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
    std::ffi::OsString::from_wide(&units).into()
}

#[cfg(test)]
mod tests {
    use model::CellKind;

    use super::*;

    fn sent(message: &impl Frame) -> Vec<u8> {
        let mut bytes = Vec::new();
        send(message, &mut bytes).expect("room");
        bytes
    }

    fn answers() -> Vec<Vec<u8>> {
        let mut block = RowBlock::new();
        block.push_cell(CellKind::Date, "2014-01-01");
        block.end_row(7);
        let note = Note::new("far-cells", "Murid", Message::new("source.note.far_cells").with("count", 3)).at(9);
        let info = TableInfo { name: "Murid".to_owned(), sample: block.clone(), ..TableInfo::default() };
        let probe = Probe { format: "xls", tables: vec![info], notes: vec![note.clone()], ..Probe::default() };
        let skipped = vec![Skipped { row: 5, reason: "source.skip.blank" }];
        let summary = ReadSummary { landed: 4, skipped, skipped_total: 1, notes: vec![note] };
        vec![
            sent(&Answer::Opened(Box::new(probe))),
            sent(&Answer::Rows(block)),
            sent(&Answer::Done(summary)),
            sent(&Answer::Failed(Error::damaged("a.xls", "Murid", 3, "broken"))),
        ]
    }

    #[test]
    fn what_is_sent_is_received() {
        let mut options = Options { password: Some(Secret::new("Rahsia-5".to_owned())), ..Options::default() };
        options.header_rows.insert("Murid".to_owned(), 4);
        for content in [None, Some(Vec::new()), Some(b"isi".to_vec())] {
            let (path, file) = (b"a.xls".to_vec(), "a.xls".to_owned());
            let ask = Ask::Open { memory: 9, path, file, content: content.clone(), options: options.clone() };
            let asked = sent(&ask);
            let Some(Ask::Open { memory: 9, path, file, content: same, options: received }) =
                receive(&mut asked.as_slice())
            else {
                panic!("the same message");
            };
            assert_eq!((path.as_slice(), file.as_str(), same, &received), (&b"a.xls"[..], "a.xls", content, &options));
        }
        for bytes in answers() {
            let answer: Answer = receive(&mut bytes.as_slice()).expect("the same message");
            assert_eq!(sent(&answer), bytes, "nothing was lost on the way");
        }
    }

    #[test]
    fn garbage_is_no_message_and_no_panic() {
        for bytes in answers() {
            for cut in 0..bytes.len() {
                assert!(receive::<Answer>(&mut &bytes[..cut]).is_none(), "cut at {cut}");
            }
            for at in 0..bytes.len() {
                for flip in [1, 0x40, 0x80, 0xff] {
                    let mut damaged = bytes.clone();
                    damaged[at] ^= flip;
                    let _ = receive::<Answer>(&mut damaged.as_slice());
                }
            }
        }
    }
}
