//! What a dump says about its tables: columns with their types, primary and foreign keys.

use encoding_rs::Encoding;

use super::charset::{self, Client};
use super::scanner::{Ended, Scanner, Token};
use crate::error::Error;
use crate::limits::{SQL_COLUMNS, SQL_ITEM_WORDS};
use crate::source::Reference;

/// What a column holds, as far as its literals depend on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing is known about it.
    #[default]
    Unknown,
    Text,
    Number,
    Date,
    Bool,
    Bits,
    Bytes,
}

/// A column of a table.
#[derive(Clone, Debug, Default)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// Character set by its own word or its table's.
    pub(super) charset: Option<&'static Encoding>,
    /// Whether the database computes it.
    pub(super) computed: bool,
}

/// Name of a table with the database or schema that it is in, empty where none is said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct TableName {
    pub(super) database: String,
    pub(super) table: String,
}

/// What CREATE TABLE and ALTER TABLE say.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape {
    pub(super) columns: Vec<Column>,
    pub(super) primary_key: Vec<String>,
    pub(super) references: Vec<Reference>,
    /// Whether something would change rows or columns that are already there.
    pub(super) reshapes: bool,
    /// Whether rows come from a query, which is not computed.
    pub(super) from_query: bool,
}

/// A token with its text.
type Word = (Token, String);

/// What stands between two commas.
#[derive(Default)]
struct Item {
    words: Vec<Word>,
}

/// What ended an item.
#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    Comma,
    Close,
    Statement,
    Dump,
}

impl Item {
    fn is(&self, at: usize, word: &str) -> bool {
        self.words.get(at).is_some_and(|(token, text)| *token == Token::Word && text.eq_ignore_ascii_case(word))
    }

    fn is_any(&self, at: usize, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(at, word))
    }

    fn find(&self, from: usize, word: &str) -> Option<usize> {
        (from..self.words.len()).find(|at| self.is(*at, word))
    }

    fn sign(&self, at: usize, sign: u8) -> bool {
        self.words.get(at).is_some_and(|(token, _)| *token == Token::Sign(sign))
    }

    fn text(&self, at: usize) -> &str {
        self.words.get(at).map(|(_, text)| text.as_str()).unwrap_or_default()
    }

    fn is_name(&self, at: usize) -> bool {
        self.words.get(at).is_some_and(|(token, _)| matches!(token, Token::Word | Token::Name | Token::Text))
    }

    /// The names in the brackets at or behind `at`, and where they end.
    fn names(&self, at: usize) -> (Vec<String>, usize) {
        let (mut names, mut depth, mut fresh) = (Vec::new(), 0, false);
        for (place, (token, text)) in self.words.iter().enumerate().skip(at) {
            match token {
                Token::Sign(b'(') => {
                    depth += 1;
                    fresh = depth == 1;
                }
                Token::Sign(b')') if depth <= 1 => return (names, place + 1),
                Token::Sign(b')') => depth -= 1,
                Token::Sign(b',') => fresh = depth == 1,
                Token::Word | Token::Name | Token::Text if depth == 1 && fresh => {
                    names.push(text.clone());
                    fresh = false;
                }
                _ => {}
            }
        }
        (names, self.words.len())
    }

    /// A name that may have another one and a dot before it; gives the last part and its end.
    fn dotted(&self, mut at: usize) -> (String, usize) {
        while self.sign(at + 1, b'.') {
            at += 2;
        }
        (self.text(at).to_owned(), at + 1)
    }
}

/// Text of a token that names something.
pub(super) fn decoded(bytes: &[u8], client: Client) -> String {
    client.encoding(None, bytes).decode_without_bom_handling(bytes).0.into_owned()
}

/// Reads an item of a list, up to the sign that ends it.
fn item(scanner: &mut Scanner<'_>, client: Client) -> Result<(Item, After), Error> {
    let (mut item, mut depth) = (Item::default(), 0u32);
    loop {
        // Only the first word can be a quoted name; a string may follow as a default or a comment.
        let token = if item.words.is_empty() { scanner.next_name()? } else { scanner.next()? };
        let after = match token {
            Token::End => Some(After::Dump),
            Token::Delimiter => Some(After::Statement),
            Token::Sign(b',') if depth == 0 => Some(After::Comma),
            Token::Sign(b')') if depth == 0 => Some(After::Close),
            _ => None,
        };
        if let Some(after) = after {
            return Ok((item, after));
        }
        match token {
            Token::Sign(b'(') => depth += 1,
            Token::Sign(b')') => depth -= 1,
            _ => {}
        }
        if item.words.len() < SQL_ITEM_WORDS {
            item.words.push((token, decoded(&scanner.word, client)));
        }
    }
}

/// Reads what follows the name in CREATE TABLE, to the end of the statement.
///
/// # Errors
///
/// What keeps the dump from being read.
pub(super) fn create(scanner: &mut Scanner<'_>, client: Client) -> Result<(Shape, Ended), Error> {
    let mut shape = Shape::default();
    let mut token = scanner.next()?;
    if token == Token::Sign(b'(') {
        loop {
            let (item, after) = item(scanner, client)?;
            if shape.columns.len() < SQL_COLUMNS {
                shape.define(&item);
            }
            match after {
                After::Comma => {}
                After::Close => break,
                After::Statement => return Ok((shape, Ended::Broken)),
                After::Dump => return Ok((shape, Ended::Cut)),
            }
        }
        token = scanner.next()?;
    }
    let (mut charset, mut before) = (None, String::new());
    loop {
        match token {
            Token::Delimiter => break,
            Token::End => return Ok((shape, Ended::Cut)),
            Token::Word => {
                let word = decoded(&scanner.word, client).to_lowercase();
                shape.from_query |= word == "select";
                if matches!(before.as_str(), "charset" | "set") {
                    charset = charset::by_name(&word).or(charset);
                }
                before = word;
            }
            _ => {}
        }
        token = scanner.next()?;
    }
    for column in &mut shape.columns {
        column.charset = column.charset.or(charset);
    }
    Ok((shape, Ended::Whole))
}

/// Reads what follows the name in ALTER TABLE, to the end of the statement.
///
/// # Errors
///
/// What keeps the dump from being read.
pub(super) fn alter(scanner: &mut Scanner<'_>, client: Client) -> Result<(Shape, Ended), Error> {
    let mut shape = Shape::default();
    loop {
        let (item, after) = item(scanner, client)?;
        shape.change(&item);
        match after {
            After::Comma | After::Close => {}
            After::Statement => return Ok((shape, Ended::Whole)),
            After::Dump => return Ok((shape, Ended::Cut)),
        }
    }
}

impl Shape {
    fn define(&mut self, item: &Item) {
        if item.is_any(0, &KEY_WORDS) || item.is_any(0, &["period", "exclude", "like"]) {
            // A column may be called `key`, but then its type follows and no bracket or name.
            self.key(item, 0);
        } else if item.is_name(0) {
            self.column(item);
        }
    }

    /// A primary or foreign key that begins at word `at` or behind its CONSTRAINT.
    fn key(&mut self, item: &Item, mut at: usize) {
        if item.is(at, "constraint") {
            at += if item.is_any(at + 1, &["primary", "foreign", "unique", "check"]) { 1 } else { 2 };
        }
        if item.is(at, "primary") {
            self.primary_key = item.names(at).0;
        } else if item.is(at, "foreign") {
            let (columns, end) = item.names(at);
            if item.is(end, "references") {
                self.reference(columns, item, end);
            }
        }
    }

    fn reference(&mut self, columns: Vec<String>, item: &Item, at: usize) {
        let (table, end) = item.dotted(at + 1);
        let to_columns = if item.sign(end, b'(') { item.names(end).0 } else { Vec::new() };
        let reference = Reference { columns, table, to_columns };
        if !self.references.contains(&reference) {
            self.references.push(reference);
        }
    }

    fn column(&mut self, item: &Item) {
        let name = item.text(0).to_owned();
        let mut column = Column { name: name.clone(), kind: kind(item), ..Column::default() };
        column.computed =
            item.find(1, "generated").is_some_and(|at| !item.is(at + 2, "as") || !item.is(at + 3, "identity"))
                && item.find(1, "identity").is_none();
        column.computed |= item.find(1, "as").is_some_and(|at| item.sign(at + 1, b'(')) && column.kind != Kind::Unknown;
        let set = item.find(1, "set").filter(|at| item.is(at - 1, "character")).or_else(|| item.find(1, "charset"));
        column.charset = set.and_then(|at| charset::by_name(item.text(at + 1)));
        if item.find(1, "primary").is_some() {
            self.primary_key = vec![name.clone()];
        }
        if let Some(at) = item.find(1, "references") {
            self.reference(vec![name], item, at);
        }
        self.columns.push(column);
    }

    fn change(&mut self, item: &Item) {
        if !item.is_any(0, &["add", "drop", "change", "rename"]) {
            return;
        }
        let is_key = item.is_any(1, &KEY_WORDS) || item.is_any(1, &["generated", "partition"]);
        if !item.is(0, "add") {
            self.reshapes |= !is_key;
        } else if is_key {
            self.key(item, 1);
        } else {
            self.reshapes = true;
        }
    }
}

/// Words with which a key, an index or a condition begins where a column could stand.
const KEY_WORDS: [&str; 9] =
    ["primary", "key", "index", "unique", "constraint", "foreign", "fulltext", "spatial", "check"];

/// First words of the types of a column.
const TYPES: [(Kind, &str); 6] = [
    (
        Kind::Number,
        "tinyint smallint mediumint int integer bigint decimal dec numeric fixed float double real year serial \
         bigserial smallserial int1 int2 int3 int4 int8 float4 float8 oid number",
    ),
    (Kind::Date, "date datetime timestamp timestamptz time"),
    (Kind::Bool, "bool boolean"),
    (Kind::Bits, "bit"),
    (
        Kind::Bytes,
        "binary varbinary tinyblob blob mediumblob longblob bytea geometry point linestring polygon multipoint \
         multilinestring multipolygon geometrycollection",
    ),
    (
        Kind::Text,
        "char varchar tinytext text mediumtext longtext enum set json jsonb character nchar nvarchar national uuid \
         citext bpchar",
    ),
];

/// What the column of `item` holds, by its type.
fn kind(item: &Item) -> Kind {
    let is_list = item.sign(2, b'[') || item.sign(5, b'[');
    let word = item.text(1).to_lowercase();
    let known = TYPES.iter().find(|(_, words)| words.split(' ').any(|one| one == word));
    match known.map(|(kind, _)| *kind) {
        Some(_) if is_list => Kind::Text,
        Some(Kind::Text) if item.is(2, "byte") => Kind::Bytes,
        Some(kind) => kind,
        None => Kind::Unknown,
    }
}
