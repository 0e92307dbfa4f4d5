//! Tables: widths from the content, wrapped cells, a header row that comes again on every page, and rows that run on
//! over the page's end where they are taller than a page.

use super::canvas::{BODY_WIDTH, BOTTOM, Canvas, SIDE, TOP};
use super::draw::{Area, Role};
use super::lines::Line;
use super::look::{ACCENT, Align, CELL, COLUMN, GROUND, HAIR, RED_GROUND, Style, colours};
use crate::doc::{Cell, Row, Shape, Table};

/// Space left and right in a cell.
const PAD_X: f32 = 5.0;
/// Space above and below in a cell.
const PAD_Y: f32 = 3.6;
/// Widest that a short label may make its column.
const LABEL_LIMIT: f32 = 104.0;

/// Room for what adding up widths rounds away; without it a title breaks in its last letter.
const SLACK: f32 = 0.4;
/// Most that a column of numbers is widened where there is room, so that figures do not crowd.
const AIR: f32 = 16.0;
/// What the columns that share keep before numbers are given air.
const COMFORTABLE_TEXT: f32 = 96.0;
/// Least width of a column that shares what is left.
const NARROWEST_TEXT: f32 = 64.0;

/// The place of a column.
#[derive(Clone, Copy)]
struct Slot {
    x: f32,
    width: f32,
    shape: Shape,
}

/// A cell in lines.
struct Set {
    lines: Vec<Line>,
    style: Style,
    node: usize,
}

/// Draws `table` from the free place on.
pub(crate) fn table(canvas: &mut Canvas, parent: usize, table: &Table) {
    let slots = slots(canvas, table);
    let header = header_lines(canvas, table, &slots);
    let node = canvas.node(Role::Table, parent, None);
    let head_height = height_of(&header) + 2.0 * PAD_Y;
    let three_rows = 3.0 * (CELL.leading + 2.0 * PAD_Y);
    canvas.ensure(head_height + three_rows.max(first_row_height(canvas, table, &slots, head_height)));
    draw_header(canvas, &header, &slots, Some(node));
    for row in &table.rows {
        draw_row(canvas, node, row, &slots, &header);
    }
    canvas.y += 12.0;
}

/// Height of the first row, so that the header is not left alone; nothing for one that runs over the page anyway.
fn first_row_height(canvas: &Canvas, table: &Table, slots: &[Slot], head_height: f32) -> f32 {
    let cells = table.rows.first().into_iter().flat_map(|row| row.cells.iter().zip(slots));
    let count = |(cell, slot): (&Cell, &Slot)| canvas.lines(&cell.text, CELL, slot.width - 2.0 * PAD_X).len();
    let height = cells.map(count).max().unwrap_or(0) as f32 * CELL.leading + 2.0 * PAD_Y;
    if height <= BOTTOM - TOP - head_height { height } else { 0.0 }
}

fn slots(canvas: &Canvas, table: &Table) -> Vec<Slot> {
    let mut natural: Vec<f32> = (0..table.columns.len()).map(|index| natural_width(canvas, table, index)).collect();
    add_air(table, &mut natural);
    let weights: f32 = table.columns.iter().map(|(_, shape)| weight(*shape)).sum();
    let sharing = table.columns.iter().filter(|(_, shape)| weight(*shape) > 0.0).count() as f32;
    let fit = (BODY_WIDTH - sharing * NARROWEST_TEXT) / natural.iter().sum::<f32>().max(1.0);
    let squeeze = if weights == 0.0 { fit } else { fit.min(1.0) };
    let spare = BODY_WIDTH - natural.iter().sum::<f32>() * squeeze;
    let mut x = SIDE;
    let slot = |(index, (_, shape)): (usize, &(String, Shape))| {
        let share = if weights > 0.0 { spare * weight(*shape) / weights } else { 0.0 };
        let width = natural[index] * squeeze + share;
        x += width;
        Slot { x: x - width, width, shape: *shape }
    };
    table.columns.iter().enumerate().map(slot).collect()
}

/// Widens columns of numbers where the others can spare it.
fn add_air(table: &Table, widths: &mut [f32]) {
    let numbers = table.columns.iter().filter(|(_, shape)| *shape == Shape::Number).count() as f32;
    let sharing = table.columns.iter().filter(|(_, shape)| weight(*shape) > 0.0).count() as f32;
    let spare = BODY_WIDTH - sharing * COMFORTABLE_TEXT - widths.iter().sum::<f32>();
    let air = (spare / numbers.max(1.0)).clamp(0.0, AIR);
    let columns = widths.iter_mut().zip(&table.columns);
    columns.filter(|(_, (_, shape))| *shape == Shape::Number).for_each(|(width, _)| *width += air);
}

fn weight(shape: Shape) -> f32 {
    match shape {
        Shape::Text(weight) => weight,
        Shape::Label | Shape::Number => 0.0,
    }
}

/// The width that a column needs by itself; nothing for a column that shares what is left.
fn natural_width(canvas: &Canvas, table: &Table, index: usize) -> f32 {
    let (title, shape) = &table.columns[index];
    if matches!(shape, Shape::Text(_)) {
        return 0.0;
    }
    let title_width = canvas.setter.widest_word(title, COLUMN.size, true);
    let cells = table.rows.iter().filter_map(|row| row.cells.get(index));
    let widest = cells.map(|cell| canvas.setter.width(&cell.text, CELL.size, true)).fold(title_width, f32::max);
    let limit = if *shape == Shape::Label { LABEL_LIMIT } else { f32::MAX };
    widest.min(limit) + 2.0 * PAD_X + SLACK
}

fn header_lines(canvas: &Canvas, table: &Table, slots: &[Slot]) -> Vec<Set> {
    let set = |((title, _), slot): (&(String, Shape), &Slot)| {
        let style = COLUMN.aligned(align(slot.shape));
        Set { lines: canvas.lines(title, style, slot.width - 2.0 * PAD_X), style, node: 0 }
    };
    table.columns.iter().zip(slots).map(set).collect()
}

fn align(shape: Shape) -> Align {
    match shape {
        Shape::Number => Align::Right,
        Shape::Text(_) | Shape::Label => Align::Start,
    }
}

fn height_of(sets: &[Set]) -> f32 {
    sets.iter().map(|set| set.lines.len() as f32 * set.style.leading).fold(0.0, f32::max)
}

/// The header row: tagged the first time (`table` given), decoration when it comes again.
fn draw_header(canvas: &mut Canvas, header: &[Set], slots: &[Slot], table: Option<usize>) {
    let height = height_of(header) + 2.0 * PAD_Y;
    let top = canvas.y;
    canvas.fill(Area { x: SIDE, y: top, w: BODY_WIDTH, h: height }, 0.0, GROUND);
    let row = table.map(|table| canvas.node(Role::Tr, table, None));
    for (set, slot) in header.iter().zip(slots) {
        let cell = row.map(|row| canvas.node(Role::Th, row, None));
        if let Some(cell) = cell {
            canvas.begin(cell);
        }
        let first = top + height - PAD_Y - set.lines.len() as f32 * set.style.leading;
        for (index, line) in set.lines.iter().enumerate() {
            let at = first + index as f32 * set.style.leading;
            canvas.line(line.clone(), slot.x + PAD_X, at, slot.width - 2.0 * PAD_X, set.style);
        }
        if cell.is_some() {
            canvas.end();
        }
    }
    canvas.y = top + height;
}

fn draw_row(canvas: &mut Canvas, table: usize, row: &Row, slots: &[Slot], header: &[Set]) {
    let node = canvas.node(Role::Tr, table, None);
    let mut sets: Vec<Set> =
        row.cells.iter().zip(slots).map(|(cell, slot)| set_cell(canvas, node, cell, slot, row)).collect();
    let head_height = height_of(header) + 2.0 * PAD_Y;
    let whole_page = BOTTOM - TOP - head_height;
    let mut needed = (height_of(&sets) + 2.0 * PAD_Y).max(CELL.leading + 2.0 * PAD_Y);
    if needed > canvas.room() && (needed <= whole_page || canvas.room() < 4.0 * CELL.leading) {
        turn_page(canvas, header, slots);
    }
    while needed > canvas.room() {
        let fits = (((canvas.room() - 2.0 * PAD_Y) / CELL.leading).floor().max(1.0)) as usize;
        let rest = sets.iter_mut().map(|set| split(set, fits)).collect();
        draw_part(canvas, &sets, slots, row);
        sets = rest;
        needed = height_of(&sets) + 2.0 * PAD_Y;
        turn_page(canvas, header, slots);
    }
    draw_part(canvas, &sets, slots, row);
    let (width, colour) = if row.total { (0.9, ACCENT) } else { (0.5, HAIR) };
    let y = canvas.y;
    canvas.rule(SIDE, y, BODY_WIDTH, width, colour);
}

/// Keeps the first `fits` lines and gives the others.
fn split(set: &mut Set, fits: usize) -> Set {
    let rest = set.lines.split_off(fits.min(set.lines.len()));
    Set { lines: rest, style: set.style, node: set.node }
}

fn turn_page(canvas: &mut Canvas, header: &[Set], slots: &[Slot]) {
    canvas.new_page();
    draw_header(canvas, header, slots, None);
}

fn set_cell(canvas: &mut Canvas, row_node: usize, cell: &Cell, slot: &Slot, row: &Row) -> Set {
    let style = CELL.weighted(cell.bold || row.total).coloured(colours(cell.tone).0).aligned(align(slot.shape));
    let node = canvas.node(Role::Td, row_node, None);
    Set { lines: canvas.lines(&cell.text, style, slot.width - 2.0 * PAD_X), style, node }
}

fn draw_part(canvas: &mut Canvas, sets: &[Set], slots: &[Slot], row: &Row) {
    let height = (height_of(sets) + 2.0 * PAD_Y).max(CELL.leading + 2.0 * PAD_Y);
    let top = canvas.y;
    if row.alarm {
        canvas.fill(Area { x: SIDE, y: top, w: BODY_WIDTH, h: height }, 0.0, RED_GROUND);
    }
    for (set, slot) in sets.iter().zip(slots).filter(|(set, _)| !set.lines.is_empty()) {
        canvas.begin(set.node);
        for (index, line) in set.lines.iter().enumerate() {
            let at = top + PAD_Y + index as f32 * set.style.leading;
            canvas.line(line.clone(), slot.x + PAD_X, at, slot.width - 2.0 * PAD_X, set.style);
        }
        canvas.end();
    }
    canvas.y = top + height;
}
