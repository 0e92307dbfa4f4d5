//! The block that people sign, whole on one page: lines to fill in for each, and a place for the school's stamp.

use super::canvas::{BODY_WIDTH, Canvas, SIDE};
use super::draw::{Area, Draw, Role};
use super::look::{Align, BODY, CELL, HAIR, HEAD_1, HEAD_3, LABEL, QUIET};
use crate::doc::Signatures;

/// Space between columns.
const GAP: f32 = 20.0;
/// Height of a line to fill in.
const STEP: f32 = 32.0;
/// Height of the line for the signature itself.
const SIGNATURE_STEP: f32 = 54.0;
/// Height of the place for the stamp.
const STAMP: f32 = 112.0;

/// Draws the block, on a new page where this one has no room for all of it.
pub(crate) fn signatures(canvas: &mut Canvas, parent: usize, block: &Signatures) {
    let intro = canvas.lines(&block.intro, BODY, BODY_WIDTH).len() as f32 * BODY.leading;
    let lines_height = 3.0 * STEP + SIGNATURE_STEP;
    canvas.ensure(24.0 + HEAD_1.leading + intro + 36.0 + 30.0 + lines_height + 30.0 + STAMP);
    if !canvas.at_top() {
        canvas.y += 24.0;
    }
    canvas.flow(Role::H2, parent, &block.title, HEAD_1, SIDE, BODY_WIDTH);
    canvas.y += 6.0;
    canvas.flow(Role::P, parent, &block.intro, BODY, SIDE, BODY_WIDTH);
    canvas.y += 24.0;
    let columns = block.people.len().max(1) as f32;
    let width = (BODY_WIDTH - GAP * (columns - 1.0)) / columns;
    let top = canvas.y;
    for (index, (capacity, name)) in block.people.iter().enumerate() {
        let x = SIDE + index as f32 * (width + GAP);
        person(canvas, parent, block, (capacity, name), (x, top, width));
    }
    canvas.y = top + 30.0 + lines_height + 30.0;
    stamp(canvas, parent, block);
}

fn person(canvas: &mut Canvas, parent: usize, block: &Signatures, who: (&str, &str), place: (f32, f32, f32)) {
    let ((capacity, name), (x, top, width)) = (who, place);
    let node = canvas.node(Role::P, parent, None);
    canvas.text_at(node, capacity, HEAD_3, x, top, width);
    let mut y = top + 30.0;
    for (index, label) in block.lines.iter().enumerate() {
        let step = if index == 2 { SIGNATURE_STEP } else { STEP };
        let node = canvas.node(Role::P, parent, None);
        canvas.text_at(node, label, LABEL, x, y, width);
        if index == 0 && !name.is_empty() {
            canvas.text_at(node, name, CELL, x, y + LABEL.leading + 1.0, width);
        }
        canvas.rule(x, y + step - 4.0, width, 0.6, QUIET);
        y += step;
    }
}

fn stamp(canvas: &mut Canvas, parent: usize, block: &Signatures) {
    let area = Area { x: SIDE, y: canvas.y, w: 190.0, h: STAMP };
    canvas.draw(Draw::Frame { area, radius: 6.0, colour: HAIR, width: 0.8 });
    let node = canvas.node(Role::P, parent, None);
    let style = LABEL.aligned(Align::Centre);
    canvas.text_at(node, &block.stamp, style, area.x + 10.0, area.y + area.h - 20.0, area.w - 20.0);
    canvas.y += STAMP;
}
