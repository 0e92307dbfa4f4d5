//! A report as blocks, before it becomes a PDF or a page of HTML: what it says, not how it looks.

use model::Lang;

/// How a piece of text is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Ordinary.
    #[default]
    Plain,
    /// Beside the point: labels, sources.
    Quiet,
    /// Passed.
    Good,
    /// Needs a look.
    Warn,
    /// Failed, or does not balance.
    Bad,
}

/// A whole report.
pub(crate) struct Doc {
    /// Title of the file and of the page footers.
    pub(crate) title: String,
    /// Who wrote it, for the file's properties.
    pub(crate) author: String,
    /// The program and its version.
    pub(crate) creator: String,
    /// Language of the text around the data.
    pub(crate) lang: Lang,
    /// When it was made, school's local time.
    pub(crate) made_at: chrono::NaiveDateTime,
    /// What stands at the foot of each page, with `{page}` and `{pages}`.
    pub(crate) page_words: String,
    /// Left part of the foot of each page.
    pub(crate) foot: String,
    /// From first to last.
    pub(crate) blocks: Vec<Block>,
}

/// One piece of a report.
pub(crate) enum Block {
    /// The first page.
    Cover(Cover),
    /// A heading; level 1 begins a part.
    Heading {
        /// 1 or 2.
        level: u8,
        /// Its words.
        text: String,
    },
    /// A paragraph.
    Para {
        /// Its words.
        text: String,
        /// How it is meant.
        tone: Tone,
    },
    /// A list of sentences.
    List(Vec<String>),
    /// A table.
    Table(Table),
    /// Stacked bars.
    Chart(Chart),
    /// Who signs.
    Signatures(Signatures),
    /// Half a page to hand out.
    Letter(Letter),
}

/// A letter that tells one person how to sign in.
pub(crate) struct Letter {
    /// The school's name.
    pub(crate) school: String,
    /// That it is for nobody else.
    pub(crate) secret: String,
    /// To whom.
    pub(crate) name: String,
    /// Where it is handed out.
    pub(crate) place: String,
    /// What it is about.
    pub(crate) title: String,
    /// Label and value of what to type.
    pub(crate) facts: Vec<(String, String)>,
    /// What to do, step by step.
    pub(crate) steps: Vec<String>,
    /// Until when, and what to take care of.
    pub(crate) note: String,
}

/// The first page: what it is, whether all is well, the figures that matter.
pub(crate) struct Cover {
    /// Small line above the title.
    pub(crate) kicker: String,
    /// Title of the report.
    pub(crate) title: String,
    /// The school's name.
    pub(crate) school: String,
    /// Tone of the verdict: good, warn or bad.
    pub(crate) tone: Tone,
    /// The verdict in a word or two.
    pub(crate) verdict: String,
    /// The verdict in a sentence.
    pub(crate) because: String,
    /// Label, value and tone of the large figures.
    pub(crate) figures: Vec<(String, String, Tone)>,
    /// Label and value of the small print.
    pub(crate) facts: Vec<(String, String)>,
}

/// How a column is set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Shape {
    /// Text that wraps; columns share the width by weight.
    Text(f32),
    /// Short text kept on one line where it can be.
    Label,
    /// A number, to the right.
    Number,
}

/// A table.
pub(crate) struct Table {
    /// Title and shape of each column.
    pub(crate) columns: Vec<(String, Shape)>,
    /// From first to last.
    pub(crate) rows: Vec<Row>,
}

/// A row of a table.
#[derive(Default)]
pub(crate) struct Row {
    /// One for each column.
    pub(crate) cells: Vec<Cell>,
    /// Whether it sums up the others.
    pub(crate) total: bool,
    /// Whether it is tinted as bad.
    pub(crate) alarm: bool,
}

/// A cell of a table.
#[derive(Clone, Default)]
pub(crate) struct Cell {
    /// Its text; empty for nothing.
    pub(crate) text: String,
    /// How it is meant.
    pub(crate) tone: Tone,
    /// Whether it stands out.
    pub(crate) bold: bool,
}

impl Cell {
    /// A cell of this tone; anything but plain and quiet is bold.
    pub(crate) fn toned(text: impl Into<String>, tone: Tone) -> Self {
        Self { text: text.into(), tone, bold: !matches!(tone, Tone::Plain | Tone::Quiet) }
    }

    /// A bold cell.
    pub(crate) fn bold(text: impl Into<String>) -> Self {
        Self { text: text.into(), tone: Tone::Plain, bold: true }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

/// Colour of a part of a bar, from what is well to what is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shade {
    /// The accent.
    Strong,
    /// The accent, lighter.
    Middle,
    /// The accent, lightest.
    Light,
    /// Left out on purpose.
    Grey,
    /// Held back.
    Amber,
    /// Refused.
    Red,
}

/// Stacked bars, one for each kind of record.
pub(crate) struct Chart {
    /// Its title.
    pub(crate) title: String,
    /// What it shows, for those who cannot see it.
    pub(crate) alt: String,
    /// Name and shade of each part of a bar.
    pub(crate) parts: Vec<(String, Shade)>,
    /// Label and the count of each part.
    pub(crate) bars: Vec<(String, Vec<u64>)>,
}

/// The block that people sign.
pub(crate) struct Signatures {
    /// Heading.
    pub(crate) title: String,
    /// What the signatures mean.
    pub(crate) intro: String,
    /// In what capacity each signs, and the name where it is known.
    pub(crate) people: Vec<(String, String)>,
    /// Labels of the lines to fill in: name, position, signature, date.
    pub(crate) lines: [String; 4],
    /// Label of the place for the school's stamp.
    pub(crate) stamp: String,
}
