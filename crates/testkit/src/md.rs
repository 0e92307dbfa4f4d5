//! Markdown tables as tests: what a school administrator reads as help is what the program is held to.
//!
//! A table has a header row, a row of dashes and rows. A cell in back-quotes is taken as written, with `\t`,
//! `\n`, `\|`, `\\` and `\u00A0` standing for what cannot be seen or would end the cell.

/// One row of a table, with the names of its columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Line of the file, from 1.
    pub line: usize,
    cells: Vec<(String, String)>,
}

impl Row {
    /// The text of the cell under `column`; empty where the table has no such column.
    #[must_use]
    pub fn get(&self, column: &str) -> &str {
        self.cells.iter().find(|(name, _)| name == column).map_or("", |(_, text)| text)
    }

    /// Whether the table has such a column.
    #[must_use]
    pub fn has(&self, column: &str) -> bool {
        self.cells.iter().any(|(name, _)| name == column)
    }
}

/// The heading of the page: the text after the first `# `.
#[must_use]
pub fn title(page: &str) -> Option<&str> {
    page.lines().find_map(|line| line.strip_prefix("# ")).map(str::trim)
}

/// The first line of prose under the heading.
#[must_use]
pub fn summary(page: &str) -> Option<&str> {
    page.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with(['#', '|']))
}

/// The rows of all tables of the page, in order.
#[must_use]
pub fn rows(page: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut header: Option<Vec<String>> = None;
    for (index, line) in page.lines().enumerate() {
        let Some(texts) = cells(line) else {
            header = None;
            continue;
        };
        match &header {
            None => header = Some(texts),
            Some(_) if is_rule(line) => {}
            Some(names) => {
                let named = names.iter().cloned().zip(texts.into_iter().chain(std::iter::repeat(String::new())));
                rows.push(Row { line: index + 1, cells: named.collect() });
            }
        }
    }
    rows
}

/// Whether the line is the row of dashes under a header.
fn is_rule(line: &str) -> bool {
    line.contains("--") && line.trim().chars().all(|char| matches!(char, '|' | '-' | ':' | ' '))
}

/// The cells of a table line, or `None` for another line.
fn cells(line: &str) -> Option<Vec<String>> {
    let inside = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    let mut cells = vec![String::new()];
    let mut escaped = false;
    for char in inside.chars() {
        if char == '|' && !escaped {
            cells.push(String::new());
        } else if let Some(cell) = cells.last_mut() {
            cell.push(char);
        }
        escaped = char == '\\' && !escaped;
    }
    Some(cells.iter().map(|cell| text(cell)).collect())
}

/// The text that a cell stands for.
fn text(cell: &str) -> String {
    let cell = cell.trim();
    match cell.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')) {
        Some(quoted) => unescape(quoted),
        None => cell.replace("\\|", "|"),
    }
}

/// `\t`, `\n`, `\|`, `\\` and `\uXXXX` as the characters they stand for.
fn unescape(quoted: &str) -> String {
    let mut out = String::with_capacity(quoted.len());
    let mut chars = quoted.chars();
    while let Some(char) = chars.next() {
        match (char, if char == '\\' { chars.next() } else { None }) {
            ('\\', Some('t')) => out.push('\t'),
            ('\\', Some('n')) => out.push('\n'),
            ('\\', Some('u')) => {
                let hex: String = chars.by_ref().take(4).collect();
                out.extend(u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32));
            }
            ('\\', Some(other)) => out.push(other),
            (other, _) => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# code\nOne sentence.\n\n| cell | becomes |\n|---|:--|\n| ` a\\u00A0\\| ` | b |\n| c |\n\n| x |\n|--|\n| 1 |\n";

    #[test]
    fn a_page_gives_its_heading_sentence_and_rows() {
        assert_eq!(title(PAGE), Some("code"));
        assert_eq!(summary(PAGE), Some("One sentence."));
        let rows = rows(PAGE);
        assert_eq!(rows.len(), 3, "two tables, three rows");
        assert_eq!(rows[0].get("cell"), " a\u{a0}| ", "quoted cells keep their spaces");
        assert_eq!((rows[0].get("becomes"), rows[0].line), ("b", 6));
        assert_eq!(rows[1].get("becomes"), "", "a short row is filled up");
        assert!(rows[2].has("x") && !rows[2].has("cell"), "each table has its own columns");
    }
}
