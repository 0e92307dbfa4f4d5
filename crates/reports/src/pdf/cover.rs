//! The first page: a title, the school, a verdict with its sign, the figures that matter, and who made it when.

use super::canvas::{BODY_WIDTH, Canvas, SIDE};
use super::draw::{Area, Colour, Draw, PAGE_WIDTH, Role};
use super::look::{ACCENT, BODY, DISPLAY, FIGURE, HAIR, LABEL, LEAD, VERDICT, WHITE, colours};
use crate::doc::{Cover, Tone};

/// Figures beside each other.
const FIGURES_A_ROW: usize = 4;
/// Width of the labels of the facts.
const FACT_LABELS: f32 = 128.0;

/// Draws the cover on the empty first page and turns to the next.
pub(crate) fn cover(canvas: &mut Canvas, parent: usize, cover: &Cover) {
    canvas.fill(Area { x: 0.0, y: 0.0, w: PAGE_WIDTH, h: 8.0 }, 0.0, ACCENT);
    canvas.y = 92.0;
    canvas.flow(Role::P, parent, &cover.kicker, LABEL.coloured(ACCENT).weighted(true), SIDE, BODY_WIDTH);
    canvas.y += 6.0;
    canvas.flow(Role::H1, parent, &cover.title, DISPLAY, SIDE, BODY_WIDTH);
    canvas.y += 4.0;
    canvas.flow(Role::P, parent, &cover.school, LEAD, SIDE, BODY_WIDTH);
    canvas.y += 34.0;
    badge(canvas, parent, cover);
    canvas.y += 34.0;
    figures(canvas, parent, cover);
    canvas.y += 20.0;
    facts(canvas, parent, cover);
    canvas.new_page();
}

fn badge(canvas: &mut Canvas, parent: usize, cover: &Cover) {
    let (ink, ground) = colours(cover.tone);
    let (inset, width) = (72.0, BODY_WIDTH - 72.0 - 22.0);
    let because = canvas.lines(&cover.because, BODY, width).len() as f32 * BODY.leading;
    let height = VERDICT.leading + because + 38.0;
    let top = canvas.y;
    canvas.fill(Area { x: SIDE, y: top, w: BODY_WIDTH, h: height }, 8.0, ground);
    let centre = (SIDE + 38.0, top + height / 2.0);
    canvas.fill(Area { x: centre.0 - 18.0, y: centre.1 - 18.0, w: 36.0, h: 36.0 }, 18.0, ink);
    sign(canvas, cover.tone, centre, WHITE);
    let node = canvas.node(Role::P, parent, None);
    let word = canvas.text_at(node, &cover.verdict, VERDICT.coloured(ink), SIDE + inset, top + 18.0, width);
    let node = canvas.node(Role::P, parent, None);
    canvas.text_at(node, &cover.because, BODY, SIDE + inset, top + 20.0 + word, width);
    canvas.y = top + height;
}

/// A tick, a cross or an exclamation mark, about 16 points wide.
fn sign(canvas: &mut Canvas, tone: Tone, (x, y): (f32, f32), colour: Colour) {
    let strokes: &[&[(f32, f32)]] = match tone {
        Tone::Bad => &[&[(-6.5, -6.5), (6.5, 6.5)], &[(6.5, -6.5), (-6.5, 6.5)]],
        Tone::Warn => &[&[(0.0, -8.5), (0.0, 2.5)], &[(0.0, 8.0), (0.0, 8.1)]],
        Tone::Good | Tone::Plain | Tone::Quiet => &[&[(-8.0, 0.5), (-2.5, 6.0), (8.0, -6.0)]],
    };
    for stroke in strokes {
        let points = stroke.iter().map(|(dx, dy)| (x + dx, y + dy)).collect();
        canvas.draw(Draw::Stroke { points, colour, width: 3.2 });
    }
}

fn figures(canvas: &mut Canvas, parent: usize, cover: &Cover) {
    let width = BODY_WIDTH / FIGURES_A_ROW as f32;
    for row in cover.figures.chunks(FIGURES_A_ROW) {
        let (top, mut tallest) = (canvas.y, 0.0_f32);
        for (index, (label, value, tone)) in row.iter().enumerate() {
            let x = SIDE + index as f32 * width;
            let node = canvas.node(Role::P, parent, None);
            let ink = colours(*tone).0;
            let mut height = canvas.text_at(node, value, FIGURE.coloured(ink), x, top, width - 12.0);
            height += canvas.text_at(node, label, LABEL, x, top + height, width - 14.0);
            tallest = tallest.max(height);
        }
        canvas.y = top + tallest + 22.0;
    }
}

fn facts(canvas: &mut Canvas, parent: usize, cover: &Cover) {
    for (label, value) in &cover.facts {
        let top = canvas.y;
        canvas.rule(SIDE, top, BODY_WIDTH, 0.5, HAIR);
        let node = canvas.node(Role::P, parent, None);
        let lead = 6.0;
        let left = canvas.text_at(node, label, LABEL, SIDE, top + lead + 1.4, FACT_LABELS - 10.0);
        let width = BODY_WIDTH - FACT_LABELS;
        let right = canvas.text_at(node, value, BODY, SIDE + FACT_LABELS, top + lead, width);
        canvas.y = top + left.max(right) + 2.0 * lead;
    }
    let y = canvas.y;
    canvas.rule(SIDE, y, BODY_WIDTH, 0.5, HAIR);
}
