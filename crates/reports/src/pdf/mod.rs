//! PDF: lays a report out on A4 pages and writes it. See `draw` for the commands between layout and writer.

mod canvas;
mod chart;
mod cover;
mod draw;
mod face;
mod letter;
mod lines;
mod look;
mod shape;
mod signature;
mod table;
mod tags;
mod text;
mod writer;

use canvas::{BODY_WIDTH, Canvas, SIDE};
use draw::{PAGE_HEIGHT, Role};
use look::{Align, BODY, HAIR, HEAD_1, HEAD_2, LABEL, Style, colours};

use crate::Error;
use crate::doc::{Block, Doc, Tone};

/// The document as the bytes of a PDF.
///
/// # Errors
///
/// [`Error`] where a face of the program cannot be read or the file cannot be put together; never for what the data
/// holds.
pub(crate) fn write(doc: &Doc) -> Result<Vec<u8>, Error> {
    let setter = lines::Typesetter::new(face::Faces::open()?);
    let mut canvas = Canvas::new(setter);
    for (index, block) in doc.blocks.iter().enumerate() {
        lay(&mut canvas, block, doc.blocks.get(index + 1));
    }
    feet(&mut canvas, doc);
    writer::write(doc, &canvas)
}

fn lay(canvas: &mut Canvas, block: &Block, next: Option<&Block>) {
    match block {
        Block::Cover(cover) => cover::cover(canvas, 0, cover),
        Block::Heading { level, text } => heading(canvas, *level, text, next),
        Block::Para { text, tone } => para(canvas, text, *tone),
        Block::List(items) => items.iter().for_each(|item| bullet(canvas, item)),
        Block::Table(table) => table::table(canvas, 0, table),
        Block::Chart(chart) => chart::chart(canvas, 0, chart),
        Block::Signatures(block) => signature::signatures(canvas, 0, block),
        Block::Letter(block) => letter::letter(canvas, 0, block),
    }
}

/// A heading never stands alone at the foot of a page; that of a part wants a third of one.
fn heading(canvas: &mut Canvas, level: u8, text: &str, next: Option<&Block>) {
    let (role, style, above, below, company) = match level {
        1 => (Role::H2, HEAD_1, 26.0, 8.0, 240.0),
        _ => (Role::H3, HEAD_2, 14.0, 5.0, 150.0),
    };
    let company = if matches!(next, Some(Block::Heading { .. })) { company + 40.0 } else { company };
    canvas.ensure(above + style.leading + company);
    if !canvas.at_top() {
        canvas.y += above;
    }
    canvas.flow(role, 0, text, style, SIDE, BODY_WIDTH);
    canvas.y += below;
}

fn para(canvas: &mut Canvas, text: &str, tone: Tone) {
    let style: Style = BODY.coloured(colours(tone).0).weighted(tone == Tone::Bad);
    canvas.flow(Role::P, 0, text, style, SIDE, BODY_WIDTH);
    canvas.y += 6.0;
}

fn bullet(canvas: &mut Canvas, text: &str) {
    canvas.ensure(BODY.leading);
    let (x, y) = (SIDE, canvas.y);
    canvas.fill(draw::Area { x: x + 2.0, y: y + 6.0, w: 3.2, h: 3.2 }, 1.6, look::ACCENT);
    canvas.flow(Role::P, 0, text, BODY, SIDE + 14.0, BODY_WIDTH - 14.0);
    canvas.y += 3.0;
}

/// The foot of every page: what this is, and page x of y.
fn feet(canvas: &mut Canvas, doc: &Doc) {
    let pages = canvas.pages.len();
    let top = PAGE_HEIGHT - 42.0;
    for page in 0..pages {
        canvas.current = page;
        canvas.rule(SIDE, top - 6.0, BODY_WIDTH, 0.5, HAIR);
        let words = doc.page_words.replace("{page}", &(page + 1).to_string()).replace("{pages}", &pages.to_string());
        let foot = canvas.lines(&doc.foot, LABEL, BODY_WIDTH - 120.0);
        if let Some(line) = foot.into_iter().next() {
            canvas.line(line, SIDE, top, BODY_WIDTH - 120.0, LABEL.aligned(Align::Start));
        }
        canvas.decoration(&words, LABEL.aligned(Align::Right), SIDE + BODY_WIDTH - 120.0, top, 120.0);
    }
}
