//! The typographic scale and the colours: one accent, greys, and a tint each for what needs a look and what failed.

use super::draw::Colour;
use crate::doc::{Shade, Tone};

/// Where a line stands in its box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    /// Where its paragraph begins: left, or right for Jawi.
    Start,
    /// Right.
    Right,
    /// In the middle.
    Centre,
}

impl Align {
    /// How far from the left edge a line begins that leaves `free` points.
    pub(crate) fn shift(self, free: f32, rtl: bool) -> f32 {
        match self {
            Self::Right => free,
            Self::Centre => free / 2.0,
            Self::Start if rtl => free,
            Self::Start => 0.0,
        }
    }
}

/// How a piece of text looks. Lengths in points.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// Type size.
    pub(crate) size: f32,
    /// Height of a line.
    pub(crate) leading: f32,
    /// Bold or not.
    pub(crate) bold: bool,
    /// Colour.
    pub(crate) colour: Colour,
    /// Place in its box.
    pub(crate) align: Align,
}

impl Style {
    const fn new(size: f32, leading: f32, bold: bool, colour: Colour) -> Self {
        Self { size, leading, bold, colour, align: Align::Start }
    }

    /// The same in another colour.
    pub(crate) const fn coloured(self, colour: Colour) -> Self {
        Self { colour, ..self }
    }

    /// The same elsewhere in its box.
    pub(crate) const fn aligned(self, align: Align) -> Self {
        Self { align, ..self }
    }

    /// The same, bold or not.
    pub(crate) const fn weighted(self, bold: bool) -> Self {
        Self { bold, ..self }
    }
}

/// Ink.
pub(crate) const INK: Colour = Colour(0x1F, 0x29, 0x33);
/// Labels.
pub(crate) const QUIET: Colour = Colour(0x5F, 0x6B, 0x76);
/// Hairlines.
pub(crate) const HAIR: Colour = Colour(0xD9, 0xDE, 0xE3);
/// Ground of header rows.
pub(crate) const GROUND: Colour = Colour(0xF3, 0xF5, 0xF6);
/// The accent.
pub(crate) const ACCENT: Colour = Colour(0x0B, 0x5D, 0x5E);
/// Ground in the accent.
pub(crate) const ACCENT_GROUND: Colour = Colour(0xE6, 0xF1, 0xF0);
/// What needs a look.
pub(crate) const AMBER: Colour = Colour(0x8F, 0x56, 0x00);
/// Its ground.
pub(crate) const AMBER_GROUND: Colour = Colour(0xFB, 0xF1, 0xDF);
/// What failed.
pub(crate) const RED: Colour = Colour(0xA6, 0x1E, 0x1E);
/// Its ground.
pub(crate) const RED_GROUND: Colour = Colour(0xFB, 0xE9, 0xE7);
/// White.
pub(crate) const WHITE: Colour = Colour(0xFF, 0xFF, 0xFF);

/// Title of the cover.
pub(crate) const DISPLAY: Style = Style::new(31.0, 38.0, true, INK);
/// School on the cover.
pub(crate) const LEAD: Style = Style::new(15.0, 22.0, false, QUIET);
/// The verdict.
pub(crate) const VERDICT: Style = Style::new(19.0, 26.0, true, INK);
/// Large figures.
pub(crate) const FIGURE: Style = Style::new(25.0, 32.0, true, INK);
/// Heading of a part.
pub(crate) const HEAD_1: Style = Style::new(19.0, 26.0, true, INK);
/// Heading in a part.
pub(crate) const HEAD_2: Style = Style::new(12.5, 18.0, true, INK);
/// Small heading.
pub(crate) const HEAD_3: Style = Style::new(9.8, 14.5, true, INK);
/// Running text.
pub(crate) const BODY: Style = Style::new(9.6, 15.0, false, INK);
/// Cells of tables.
pub(crate) const CELL: Style = Style::new(8.3, 12.2, false, INK);
/// Titles of columns.
pub(crate) const COLUMN: Style = Style::new(7.6, 10.6, true, QUIET);
/// Labels.
pub(crate) const LABEL: Style = Style::new(8.2, 12.0, false, QUIET);

/// Ink and ground of a tone.
pub(crate) fn colours(tone: Tone) -> (Colour, Colour) {
    match tone {
        Tone::Plain => (INK, GROUND),
        Tone::Quiet => (QUIET, GROUND),
        Tone::Good => (ACCENT, ACCENT_GROUND),
        Tone::Warn => (AMBER, AMBER_GROUND),
        Tone::Bad => (RED, RED_GROUND),
    }
}

/// Colour of a part of a bar.
pub(crate) fn shade(shade: Shade) -> Colour {
    match shade {
        Shade::Strong => ACCENT,
        Shade::Middle => Colour(0x5E, 0x9C, 0x9A),
        Shade::Light => Colour(0xB4, 0xD3, 0xD0),
        Shade::Grey => Colour(0xB3, 0xBC, 0xC4),
        Shade::Amber => Colour(0xE0, 0xA3, 0x3B),
        Shade::Red => Colour(0xC0, 0x43, 0x3B),
    }
}
