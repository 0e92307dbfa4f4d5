//! Half a page to cut off: to whom, what to type, how to go about it.

use super::canvas::{BODY_WIDTH, Canvas, SIDE, TOP};
use super::draw::{Area, Draw, PAGE_HEIGHT, Role};
use super::look::{ACCENT, Align, BODY, HAIR, HEAD_1, HEAD_2, LABEL, LEAD, QUIET, RED, VERDICT};
use crate::doc::Letter;

/// Where the lower letter of a page begins.
const MIDDLE: f32 = PAGE_HEIGHT / 2.0;
/// Height of the box with user name and code.
const BOX: f32 = 96.0;
/// Length of a dash of the line to cut along, and of the gap after it.
const DASH: f32 = 4.0;

/// Draws the letter on the free half of the page, or on a new one.
pub(crate) fn letter(canvas: &mut Canvas, parent: usize, letter: &Letter) {
    if !canvas.at_top() && canvas.y > MIDDLE {
        canvas.new_page();
    }
    if canvas.at_top() {
        cut(canvas);
        canvas.y = TOP;
    } else {
        canvas.y = MIDDLE + 24.0;
    }
    head(canvas, parent, letter);
    facts(canvas, parent, letter);
    for (number, step) in letter.steps.iter().enumerate() {
        canvas.flow(Role::P, parent, &format!("{}.  {step}", number + 1), BODY, SIDE, BODY_WIDTH);
    }
    canvas.y += 6.0;
    canvas.flow(Role::P, parent, &letter.note, LABEL, SIDE, BODY_WIDTH);
    canvas.y = canvas.y.max(TOP + 1.0);
}

fn head(canvas: &mut Canvas, parent: usize, letter: &Letter) {
    let node = canvas.node(Role::P, parent, None);
    let secret = LABEL.coloured(RED).weighted(true).aligned(Align::Right);
    canvas.text_at(node, &letter.secret, secret, SIDE + BODY_WIDTH - 180.0, canvas.y, 180.0);
    canvas.flow(Role::P, parent, &letter.school, LABEL.coloured(ACCENT).weighted(true), SIDE, BODY_WIDTH - 190.0);
    canvas.y += 8.0;
    canvas.flow(Role::H2, parent, &letter.name, HEAD_1, SIDE, BODY_WIDTH);
    canvas.flow(Role::P, parent, &letter.place, LEAD, SIDE, BODY_WIDTH);
    canvas.y += 8.0;
    canvas.flow(Role::P, parent, &letter.title, HEAD_2, SIDE, BODY_WIDTH);
    canvas.y += 8.0;
}

fn facts(canvas: &mut Canvas, parent: usize, letter: &Letter) {
    let top = canvas.y;
    let area = Area { x: SIDE, y: top, w: BODY_WIDTH, h: BOX };
    canvas.draw(Draw::Frame { area, radius: 6.0, colour: HAIR, width: 0.8 });
    let mut y = top + 10.0;
    for (label, value) in &letter.facts {
        let node = canvas.node(Role::P, parent, None);
        canvas.text_at(node, label, LABEL, SIDE + 14.0, y, BODY_WIDTH - 28.0);
        canvas.text_at(node, value, VERDICT, SIDE + 14.0, y + LABEL.leading, BODY_WIDTH - 28.0);
        y += LABEL.leading + VERDICT.leading + 2.0;
    }
    canvas.y = top + BOX + 12.0;
}

/// The line to cut along, once a page.
fn cut(canvas: &mut Canvas) {
    let mut x = SIDE / 2.0;
    while x < SIDE * 1.5 + BODY_WIDTH {
        canvas.rule(x, MIDDLE, DASH, 0.5, QUIET);
        x += 2.0 * DASH;
    }
}
