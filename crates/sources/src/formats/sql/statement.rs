//! Statements of a dump, one after the other: what each is, and what SET and USE change for those
//! behind it. Rows are left for the taker, so that a statement may be larger than the memory.

use super::charset::{self, Client, Pairs};
use super::scanner::{Ended, Mode, Scanner, Token};
use super::schema::{self, Shape, TableName};
use crate::error::Error;
use crate::limits::SQL_COLUMNS;

/// What the statements so far changed for the next ones.
#[derive(Clone, Debug)]
pub(super) struct State {
    /// How text is taken.
    pub(super) mode: Mode,
    /// Character set of the statements.
    pub(super) client: Client,
    /// The same by the last SET NAMES, which a dump goes back to.
    names: Client,
    /// Whether a person chose it, so that the dump's own word does not count.
    chosen: bool,
    /// Database or schema of names without one.
    database: String,
}

impl State {
    /// At the beginning of a dump whose strings are in `client`; `chosen` says that a person said so.
    pub(super) fn new(client: Client, chosen: bool, postgres: bool) -> Self {
        let mode = Mode { backslash: !postgres, postgres, ..Mode::default() };
        let mut state = Self { mode, client, names: client, chosen, database: String::new() };
        state.mode.pairs = state.pairs();
        state
    }

    fn pairs(&self) -> Option<Pairs> {
        match self.client {
            Client::Told(encoding) => charset::pairs(encoding),
            _ => None,
        }
    }

    fn set_client(&mut self, client: Client) {
        if !self.chosen {
            self.client = client;
            self.mode.pairs = self.pairs();
        }
    }
}

/// Rows that come next.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    pub(super) table: TableName,
    /// The columns that the statement lists; `None` for all, in the order of the table.
    pub(super) columns: Option<Vec<String>>,
    /// How they are written.
    pub(super) form: Form,
}

/// How the rows of a statement are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `VALUES (…), (…)`; the scanner stands before the first.
    Tuples,
    /// Lines of COPY; the scanner stands at the first.
    Lines,
}

/// A statement of a dump. All but [`Statement::Rows`] have been read to their end.
#[derive(Debug)]
pub(super) enum Statement {
    Create {
        table: TableName,
        shape: Shape,
        keep: bool,
    },
    View(TableName),
    Drop(Vec<TableName>),
    Truncate(TableName),
    Alter {
        table: TableName,
        shape: Shape,
    },
    Rows(Rows),
    /// Would change rows by a condition or a query.
    NotApplied,
    /// Not known; begins at this line.
    Unknown(u64),
    /// Says nothing about tables and rows.
    Other,
    /// The dump ends inside of it.
    Cut,
}

/// Reads statements.
pub(super) struct Statements<'r> {
    pub(super) scanner: Scanner<'r>,
    pub(super) state: State,
}

/// Statements that say nothing about tables and rows.
const HARMLESS: [&str; 34] = [
    "lock",
    "unlock",
    "start",
    "begin",
    "commit",
    "rollback",
    "savepoint",
    "release",
    "grant",
    "revoke",
    "analyze",
    "optimize",
    "check",
    "repair",
    "flush",
    "show",
    "select",
    "comment",
    "flush",
    "explain",
    "describe",
    "desc",
    "checksum",
    "reset",
    "purge",
    "vacuum",
    "reindex",
    "cluster",
    "refresh",
    "security",
    "import",
    "pragma",
    "end",
    "declare",
];

/// Statements that change rows by a condition, a query or a routine.
const CHANGES: [&str; 8] = ["update", "delete", "merge", "call", "load", "with", "do", "execute"];

impl<'r> Statements<'r> {
    pub(super) fn new(scanner: Scanner<'r>, state: State) -> Self {
        let mut statements = Self { scanner, state };
        statements.scanner.mode = statements.state.mode.clone();
        statements
    }

    fn word(&self) -> String {
        schema::decoded(&self.scanner.word, self.state.client)
    }

    fn lower(&self) -> String {
        self.word().to_lowercase()
    }

    /// Goes on behind the end of the statement and gives `done`, or that the dump was cut off.
    pub(super) fn end(&mut self, done: Statement) -> Result<Statement, Error> {
        Ok(if self.scanner.end_statement()? == Ended::Cut { Statement::Cut } else { done })
    }

    /// The next statement; `None` at the end of the dump.
    ///
    /// # Errors
    ///
    /// What keeps the dump from being read.
    pub(super) fn next(&mut self) -> Result<Option<Statement>, Error> {
        self.scanner.blanks()?;
        let line = self.scanner.window.line();
        let token = self.scanner.next()?;
        let statement = match token {
            Token::End => return Ok(None),
            Token::Delimiter => Statement::Other,
            Token::Word => self.by_word(line)?,
            Token::Sign(b'\\') => self.command()?,
            _ => self.end(Statement::Unknown(line))?,
        };
        Ok(Some(statement))
    }

    fn by_word(&mut self, line: u64) -> Result<Statement, Error> {
        let word = self.lower();
        match word.as_str() {
            "insert" | "replace" => self.insert(line),
            "create" => self.create(),
            "alter" => self.alter(),
            "drop" => self.drop(),
            "truncate" => self.truncate(),
            "set" => self.set(),
            "use" => self.use_database(),
            "copy" => self.copy(line),
            "delimiter" => self.delimiter(),
            "mysqldump" | "mariadb" => self.remark(),
            "rename" => self.end(Statement::NotApplied),
            word if HARMLESS.contains(&word) => self.end(Statement::Other),
            word if CHANGES.contains(&word) => self.end(Statement::NotApplied),
            _ => self.end(Statement::Unknown(line)),
        }
    }

    /// What the program that wrote the dump said, where its errors went into the file.
    fn remark(&mut self) -> Result<Statement, Error> {
        let line = self.scanner.take_line()?.to_lowercase();
        let failed = line.contains("error") || line.contains("couldn't");
        Ok(if failed { Statement::Cut } else { Statement::Other })
    }

    /// A command of `psql`, which ends with its line.
    fn command(&mut self) -> Result<Statement, Error> {
        let line = self.scanner.take_line()?;
        let mut words = line.split_whitespace();
        if matches!(words.next(), Some("connect" | "c"))
            && let Some(database) = words.next()
        {
            self.state.database = database.trim_matches('"').to_owned();
        }
        Ok(Statement::Other)
    }

    fn delimiter(&mut self) -> Result<Statement, Error> {
        let line = self.scanner.take_line()?;
        if let Some(delimiter) = line.split_whitespace().next() {
            self.scanner.mode.delimiter = delimiter.as_bytes().to_vec();
            self.state.mode.delimiter = delimiter.as_bytes().to_vec();
        }
        Ok(Statement::Other)
    }

    fn use_database(&mut self) -> Result<Statement, Error> {
        if matches!(self.scanner.next_name()?, Token::Word | Token::Name) {
            self.state.database = self.word();
        }
        self.end(Statement::Other)
    }

    /// The name of a table whose first part was just read.
    fn name(&mut self) -> Result<TableName, Error> {
        let mut parts = vec![self.word()];
        self.scanner.blanks()?;
        while self.scanner.window.peek()? == Some(b'.') {
            self.scanner.window.skip(1);
            self.scanner.next_name()?;
            parts.push(self.word());
            self.scanner.blanks()?;
        }
        let table = parts.pop().unwrap_or_default();
        let database = parts.pop().unwrap_or_else(|| self.state.database.clone());
        Ok(TableName { database, table })
    }

    /// Reads words until one that is not in `over`; gives the token, whose text is the word.
    fn skip_words(&mut self, over: &[&str]) -> Result<Token, Error> {
        loop {
            let token = self.scanner.next_name()?;
            if token != Token::Word || !over.contains(&self.lower().as_str()) {
                return Ok(token);
            }
        }
    }

    fn ended(&mut self, token: Token, done: Statement) -> Result<Statement, Error> {
        match token {
            Token::Delimiter => Ok(done),
            Token::End => Ok(Statement::Cut),
            _ => self.end(done),
        }
    }

    fn insert(&mut self, line: u64) -> Result<Statement, Error> {
        const WORDS: [&str; 7] = ["into", "ignore", "low_priority", "delayed", "high_priority", "or", "replace"];
        let token = self.skip_words(&WORDS)?;
        if !matches!(token, Token::Word | Token::Name | Token::Text) {
            return self.ended(token, Statement::Unknown(line));
        }
        let table = self.name()?;
        let mut token = self.scanner.next()?;
        let mut columns = None;
        if token == Token::Sign(b'(') {
            let (names, ended) = self.column_list()?;
            if ended != Ended::Whole {
                return Ok(if ended == Ended::Cut { Statement::Cut } else { Statement::Unknown(line) });
            }
            columns = Some(names);
            token = self.scanner.next()?;
        }
        loop {
            match token {
                Token::Word if matches!(self.lower().as_str(), "values" | "value") => {
                    return Ok(Statement::Rows(Rows { table, columns, form: Form::Tuples }));
                }
                Token::Word if matches!(self.lower().as_str(), "overriding" | "system" | "user") => {}
                _ => return self.ended(token, Statement::NotApplied),
            }
            token = self.scanner.next()?;
        }
    }

    /// Names up to the closing bracket.
    fn column_list(&mut self) -> Result<(Vec<String>, Ended), Error> {
        let mut names = Vec::new();
        loop {
            match self.scanner.next_name()? {
                Token::Sign(b')') => return Ok((names, Ended::Whole)),
                Token::Delimiter => return Ok((names, Ended::Broken)),
                Token::End => return Ok((names, Ended::Cut)),
                Token::Word | Token::Name | Token::Text if names.len() < SQL_COLUMNS => names.push(self.word()),
                // The last part of `table.column` is the name.
                Token::Sign(b'.') => drop(names.pop()),
                _ => {}
            }
        }
    }

    fn copy(&mut self, line: u64) -> Result<Statement, Error> {
        let token = self.scanner.next_name()?;
        if !matches!(token, Token::Word | Token::Name) {
            return self.ended(token, Statement::Unknown(line));
        }
        let table = self.name()?;
        let mut token = self.scanner.next()?;
        let mut columns = None;
        if token == Token::Sign(b'(') {
            columns = Some(self.column_list()?.0);
            token = self.scanner.next()?;
        }
        let mut words = Vec::new();
        while !matches!(token, Token::Delimiter | Token::End) {
            words.push(self.lower());
            token = self.scanner.next()?;
        }
        let from_here =
            words.first().is_some_and(|word| word == "from") && words.get(1).is_some_and(|to| to == "stdin");
        if token == Token::End || !from_here || words.len() > 2 {
            return Ok(if token == Token::End { Statement::Cut } else { Statement::Unknown(line) });
        }
        self.scanner.take_line()?;
        self.scanner.window.skip(1);
        Ok(Statement::Rows(Rows { table, columns, form: Form::Lines }))
    }

    fn create(&mut self) -> Result<Statement, Error> {
        const WORDS: [&str; 17] = [
            "or",
            "replace",
            "temporary",
            "temp",
            "unlogged",
            "global",
            "local",
            "algorithm",
            "undefined",
            "merge",
            "temptable",
            "sql",
            "security",
            "invoker",
            "foreign",
            "materialized",
            "recursive",
        ];
        loop {
            let token = self.scanner.next()?;
            let word = self.lower();
            match (token, word.as_str()) {
                (Token::Word, "table") => return self.create_table(),
                (Token::Word, "view") => return self.create_view(),
                (Token::Word, "procedure" | "function" | "trigger" | "event" | "package") => return self.routine(),
                // DEFINER = name @ name; the words of a view.
                (Token::Word, "definer") => self.definer()?,
                (Token::Word, word) if WORDS.contains(&word) => {}
                (Token::Sign(b'='), _) => {}
                _ => return self.ended(token, Statement::Other),
            }
        }
    }

    /// `= name@host`, in any kind of quotes.
    fn definer(&mut self) -> Result<(), Error> {
        self.scanner.next()?;
        self.scanner.next_name()?;
        self.scanner.blanks()?;
        if self.scanner.window.peek()? == Some(b'@') {
            self.scanner.window.skip(1);
            self.scanner.next_name()?;
        }
        Ok(())
    }

    fn create_view(&mut self) -> Result<Statement, Error> {
        let token = self.skip_words(&["if", "not", "exists"])?;
        if !matches!(token, Token::Word | Token::Name) {
            return self.ended(token, Statement::Other);
        }
        let view = self.name()?;
        self.end(Statement::View(view))
    }

    fn create_table(&mut self) -> Result<Statement, Error> {
        let mut token = self.scanner.next_name()?;
        let mut keep = false;
        while token == Token::Word && matches!(self.lower().as_str(), "if" | "not" | "exists") {
            keep = true;
            token = self.scanner.next_name()?;
        }
        let table = self.name()?;
        let (shape, ended) = schema::create(&mut self.scanner, self.state.client)?;
        let create = Statement::Create { table, shape, keep };
        Ok(if ended == Ended::Cut { Statement::Cut } else { create })
    }

    /// Goes over a routine, whose body may hold statements with their own ends.
    fn routine(&mut self) -> Result<Statement, Error> {
        if self.state.mode.delimiter != b";" || self.state.mode.postgres {
            return self.end(Statement::Other);
        }
        let (mut depth, mut after_end) = (0u32, false);
        loop {
            let token = self.scanner.next()?;
            let word = if token == Token::Word { self.lower() } else { String::new() };
            match (token, word.as_str()) {
                (Token::End, _) => return Ok(Statement::Cut),
                (Token::Delimiter, _) if depth == 0 => return Ok(Statement::Other),
                // END IF and the like close what did not count as opened.
                (Token::Word, "if" | "loop" | "while" | "repeat") if after_end => depth += 1,
                (Token::Word, "case") if after_end => {}
                (Token::Word, "begin" | "case") => depth += 1,
                (Token::Word, "end") => depth = depth.saturating_sub(1),
                _ => {}
            }
            after_end = word == "end";
        }
    }

    fn alter(&mut self) -> Result<Statement, Error> {
        let token = self.skip_words(&["ignore", "online", "foreign"])?;
        if token != Token::Word || self.lower() != "table" {
            return self.ended(token, Statement::Other);
        }
        let token = self.skip_words(&["if", "exists", "only"])?;
        if !matches!(token, Token::Word | Token::Name) {
            return self.ended(token, Statement::Other);
        }
        let table = self.name()?;
        let (shape, ended) = schema::alter(&mut self.scanner, self.state.client)?;
        let alter = Statement::Alter { table, shape };
        Ok(if ended == Ended::Cut { Statement::Cut } else { alter })
    }

    fn drop(&mut self) -> Result<Statement, Error> {
        let token = self.skip_words(&["temporary"])?;
        if token != Token::Word || self.lower() != "table" {
            return self.ended(token, Statement::Other);
        }
        let mut token = self.skip_words(&["if", "exists"])?;
        let mut tables = Vec::new();
        while matches!(token, Token::Word | Token::Name) {
            tables.push(self.name()?);
            token = self.scanner.next()?;
            if token != Token::Sign(b',') {
                break;
            }
            token = self.scanner.next_name()?;
        }
        self.ended(token, Statement::Drop(tables))
    }

    fn truncate(&mut self) -> Result<Statement, Error> {
        let token = self.skip_words(&["table", "only"])?;
        if !matches!(token, Token::Word | Token::Name) {
            return self.ended(token, Statement::Other);
        }
        let table = self.name()?;
        self.end(Statement::Truncate(table))
    }

    fn set(&mut self) -> Result<Statement, Error> {
        let mut words: Vec<(Token, String)> = Vec::new();
        loop {
            let token = self.scanner.next()?;
            if token == Token::End {
                return Ok(Statement::Cut);
            }
            if matches!(token, Token::Delimiter | Token::Sign(b',')) {
                let names: Vec<&str> = words.iter().map(|(_, word)| word.as_str()).collect();
                self.assign(&names);
                words.clear();
            } else if words.len() < 16 && token != Token::Sign(b'=') && token != Token::Sign(b':') {
                words.push((token, self.lower()));
            }
            if token == Token::Delimiter {
                return Ok(Statement::Other);
            }
        }
    }

    /// What one part of SET says, such as `names utf8mb4`.
    fn assign(&mut self, words: &[&str]) {
        let words: Vec<&str> =
            words.iter().filter(|word| !matches!(**word, "session" | "local" | "global")).copied().collect();
        match words.as_slice() {
            ["names", name, ..]
            | ["character", "set", name, ..]
            | ["charset", name, ..]
            | ["client_encoding", .., name] => {
                let client = charset::by_name(name).map_or(Client::Bytes, Client::Told);
                self.state.names = if *name == "default" { self.state.names } else { client };
                self.state.set_client(self.state.names);
            }
            ["character_set_client" | "@@character_set_client", value, ..] => {
                let named = charset::by_name(value).map_or(Client::Bytes, Client::Told);
                let client = if value.starts_with('@') { self.state.names } else { named };
                self.state.set_client(client);
            }
            ["sql_mode" | "@@sql_mode", value] | ["@@session", _, "sql_mode", value] => {
                let saved = value.starts_with('@');
                let has = |mode: &str| !saved && value.split(',').any(|one| one.trim() == mode);
                self.state.mode.backslash = !has("no_backslash_escapes");
                self.state.mode.ansi = has("ansi_quotes")
                    || ["ansi", "postgresql", "oracle", "mssql", "db2", "maxdb"].iter().any(|mode| has(mode));
            }
            ["standard_conforming_strings", value] => self.state.mode.backslash = *value == "off",
            ["search_path", first, ..] => self.state.database = first.trim_matches('"').to_owned(),
            _ => {}
        }
        self.scanner.mode = self.state.mode.clone();
    }
}
