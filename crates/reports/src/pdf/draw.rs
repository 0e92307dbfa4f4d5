//! Page commands: the little that a page is made of, and the tree of tags that says what the pieces mean.
//!
//! Lengths are points (1/72 inch) from the top left corner of an A4 page.

use super::shape::Run;

/// Width of A4.
pub(crate) const PAGE_WIDTH: f32 = 595.276;
/// Height of A4.
pub(crate) const PAGE_HEIGHT: f32 = 841.89;

/// A colour of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Colour(pub(crate) u8, pub(crate) u8, pub(crate) u8);

/// A rectangle.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Area {
    /// Left edge.
    pub(crate) x: f32,
    /// Top edge.
    pub(crate) y: f32,
    /// Width.
    pub(crate) w: f32,
    /// Height.
    pub(crate) h: f32,
}

/// One command.
#[derive(Clone, Debug)]
pub(crate) enum Draw {
    /// A filled rectangle with round corners.
    Fill { area: Area, radius: f32, colour: Colour },
    /// The outline of one.
    Frame { area: Area, radius: f32, colour: Colour, width: f32 },
    /// A line through points, with round ends.
    Stroke { points: Vec<(f32, f32)>, colour: Colour, width: f32 },
    /// Glyphs from `x` on the line `baseline`.
    Text { x: f32, baseline: f32, size: f32, colour: Colour, run: Run },
    /// What follows belongs to a tag: its role, and its number on the page.
    Begin { role: Role, mark: usize },
    /// End of the tag. Commands outside of any tag are decoration.
    End,
}

/// Standard structure types of PDF 1.7 (ISO 32000-1, 14.8.4) that reports use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The whole.
    Document,
    /// Title.
    H1,
    /// Heading.
    H2,
    /// Smaller heading.
    H3,
    /// Paragraph.
    P,
    /// Table.
    Table,
    /// Table row.
    Tr,
    /// Header cell.
    Th,
    /// Cell.
    Td,
    /// Drawing.
    Figure,
}

impl Role {
    /// Its name in the file.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Document => "Document",
            Self::H1 => "H1",
            Self::H2 => "H2",
            Self::H3 => "H3",
            Self::P => "P",
            Self::Table => "Table",
            Self::Tr => "TR",
            Self::Th => "TH",
            Self::Td => "TD",
            Self::Figure => "Figure",
        }
    }
}

/// A part of a node: another node, or marked content on a page.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kid {
    /// Index of the node.
    Node(usize),
    /// Page from 0, and number of the mark on it.
    Mark { page: usize, mark: usize },
}

/// One tag.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// What it is.
    pub(crate) role: Role,
    /// Index of the node that it is a part of.
    pub(crate) parent: usize,
    /// Words instead of a drawing, or the text of a heading.
    pub(crate) alt: Option<String>,
    /// In reading order.
    pub(crate) kids: Vec<Kid>,
}

/// One page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Page {
    /// In order of painting.
    pub(crate) draws: Vec<Draw>,
    /// The node of each mark.
    pub(crate) marks: Vec<usize>,
}
