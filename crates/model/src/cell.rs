//! One cell as a source holds it: a kind and a text, never a guess.

/// What the source says a cell is. A CSV file only knows [`CellKind::Text`] and [`CellKind::Empty`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum CellKind {
    /// Nothing there: no text, not even a space.
    Empty = 0,
    /// Text as written.
    Text = 1,
    /// A number; the text is its shortest exact form, whole numbers without `.0`.
    Number = 2,
    /// A calendar date; the text is `YYYY-MM-DD` by the workbook's own calendar.
    Date = 3,
    /// A date with a time of day; the text is `YYYY-MM-DDTHH:MM:SS`.
    DateTime = 4,
    /// A time of day or a duration; the text is `HH:MM:SS`.
    Time = 5,
    /// True or false; the text is `true` or `false`.
    Bool = 6,
    /// A cell that holds an error such as `#REF!`; the text is the error.
    Error = 7,
    /// Bytes that are no text; the text is lower-case hexadecimal.
    Bytes = 8,
    /// A formula whose result the file does not hold; the text is the formula.
    Uncalculated = 9,
}

impl CellKind {
    /// The kind stored as `code`, or `None` for a code that this version does not know.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        use CellKind::{Bool, Bytes, Date, DateTime, Empty, Error, Number, Text, Time, Uncalculated};
        [Empty, Text, Number, Date, DateTime, Time, Bool, Error, Bytes, Uncalculated]
            .into_iter()
            .find(|kind| *kind as u8 == code)
    }
}

/// One cell of a row, borrowed from its [`crate::RowBlock`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell<'a> {
    /// What the source says it is.
    pub kind: CellKind,
    /// Its content in the form that [`CellKind`] names.
    pub text: &'a str,
}

impl Cell<'_> {
    /// A cell with nothing in it.
    pub const EMPTY: Cell<'static> = Cell { kind: CellKind::Empty, text: "" };
}
