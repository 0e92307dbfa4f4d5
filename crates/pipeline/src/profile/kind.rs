//! What a value looks like: one of the shapes that mapping knows, a number, yes or no, or just text.

use model::{Cell, CellKind};

use crate::mapping::Shape;

/// What a value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// A shape that mapping knows.
    Shape(Shape),
    /// A plain number.
    Number,
    /// Yes or no.
    YesNo,
    /// A time of day.
    Time,
    /// An error, bytes, a formula without a result.
    Broken,
    /// Anything else.
    Text,
}

/// All kinds, in the order of [`Kind::index`].
pub(super) const KINDS: usize = Shape::ALL.len() + 5;

impl Kind {
    /// Its place in an array of [`KINDS`] counts.
    pub(super) fn index(self) -> usize {
        let after = Shape::ALL.len();
        match self {
            Self::Shape(shape) => Shape::ALL.iter().position(|known| *known == shape).unwrap_or(0),
            Self::Number => after,
            Self::YesNo => after + 1,
            Self::Time => after + 2,
            Self::Broken => after + 3,
            Self::Text => after + 4,
        }
    }

    /// The kind at a place, see [`Kind::index`].
    pub(super) fn at(index: usize) -> Self {
        let others = [Self::Number, Self::YesNo, Self::Time, Self::Broken];
        match Shape::ALL.get(index) {
            Some(shape) => Self::Shape(*shape),
            None => others.get(index - Shape::ALL.len()).copied().unwrap_or(Self::Text),
        }
    }

    /// The word in documents; `profile.kind.<code>` is its name for people.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Shape(Shape::Email) => "email",
            Self::Shape(Shape::Identity) => "identity",
            Self::Shape(Shape::Date) => "date",
            Self::Shape(Shape::Phone) => "phone",
            Self::Shape(Shape::Gender) => "gender",
            Self::Shape(Shape::Relationship) => "relationship",
            Self::Shape(Shape::State) => "state",
            Self::Shape(Shape::Year) => "year",
            Self::Shape(Shape::Postcode) => "postcode",
            Self::Shape(Shape::Address) => "address",
            Self::Shape(Shape::Name) => "name",
            Self::Number => "number",
            Self::YesNo => "yes-no",
            Self::Time => "time",
            Self::Broken => "broken",
            Self::Text => "text",
        }
    }

    /// Whether values of this kind are counted among numbers.
    pub(super) fn is_numeric(self) -> bool {
        matches!(self, Self::Number | Self::Shape(Shape::Year | Shape::Postcode))
    }
}

/// Shapes without a digit, with digits and no letters, and with both: what need not be asked is not.
const WITHOUT_DIGITS: [Shape; 5] = [Shape::Gender, Shape::Relationship, Shape::State, Shape::Address, Shape::Name];
const ONLY_DIGITS: [Shape; 5] = [Shape::Identity, Shape::Date, Shape::Phone, Shape::Year, Shape::Postcode];
const BOTH: [Shape; 5] = [Shape::Identity, Shape::Date, Shape::State, Shape::Year, Shape::Address];

/// What `cell`, whose trimmed text is `text`, looks like.
pub(super) fn kind_of(cell: Cell<'_>, text: &str) -> Kind {
    match cell.kind {
        CellKind::Date | CellKind::DateTime => return Kind::Shape(Shape::Date),
        CellKind::Time => return Kind::Time,
        CellKind::Bool => return Kind::YesNo,
        CellKind::Error | CellKind::Bytes | CellKind::Uncalculated => return Kind::Broken,
        CellKind::Empty | CellKind::Text | CellKind::Number => {}
    }
    let digits = text.bytes().any(|byte| byte.is_ascii_digit());
    let letters = text.chars().any(char::is_alphabetic);
    let asked: &[Shape] = match (digits, letters) {
        _ if text.contains('@') => &[Shape::Email],
        (false, true) => &WITHOUT_DIGITS,
        (true, false) => &ONLY_DIGITS,
        (true, true) => &BOTH,
        (false, false) => &[],
    };
    match asked.iter().find(|shape| shape.fits(Cell { text, ..cell })) {
        Some(shape) => Kind::Shape(*shape),
        None if number(text).is_some() => Kind::Number,
        None if is_yes_no(text) => Kind::YesNo,
        None => Kind::Text,
    }
}

/// The number that `text` writes, with or without commas and `RM`. Whole parts of ten digits and more are numbers of
/// something, not amounts.
pub(super) fn number(text: &str) -> Option<f64> {
    let bare = text.strip_prefix("RM").or_else(|| text.strip_prefix("rm")).unwrap_or(text).trim();
    let plain = bare.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b'.' | b'-' | b'+'));
    let whole = bare.split('.').next().unwrap_or_default().bytes().filter(u8::is_ascii_digit).count();
    if !plain || whole > 9 || !bare.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    bare.replace(',', "").parse().ok()
}

fn is_yes_no(text: &str) -> bool {
    ["ya", "tidak", "yes", "no", "true", "false"].iter().any(|word| word.eq_ignore_ascii_case(text))
}
