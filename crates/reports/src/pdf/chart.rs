//! Stacked bars, drawn as rectangles, with their figures in words beside them.

use super::canvas::{BODY_WIDTH, Canvas, SIDE};
use super::draw::{Area, Role};
use super::look::{Align, CELL, GROUND, HEAD_3, LABEL, QUIET, shade};
use crate::doc::Chart;
use crate::say::grouped;

/// Height of a bar with the space below it.
const STEP: f32 = 22.0;
/// Height of a bar.
const BAR: f32 = 11.0;
/// Width of the labels on the left.
const LABELS: f32 = 128.0;
/// Width of the totals on the right.
const TOTALS: f32 = 54.0;
/// A part that is not nothing is never thinner than this.
const THINNEST: f32 = 1.5;

/// Draws `chart`, kept on one page where a page holds it.
pub(crate) fn chart(canvas: &mut Canvas, parent: usize, chart: &Chart) {
    let legend_height = legend_rows(canvas, chart).len() as f32 * 14.0;
    canvas.ensure(STEP * chart.bars.len() as f32 + legend_height + 50.0);
    canvas.y += 8.0;
    canvas.flow(Role::H3, parent, &chart.title, HEAD_3, SIDE, BODY_WIDTH);
    canvas.y += 6.0;
    let figure = canvas.node(Role::Figure, parent, Some(chart.alt.clone()));
    let most = chart.bars.iter().map(|(_, parts)| parts.iter().sum::<u64>()).max().unwrap_or(0);
    for (label, parts) in &chart.bars {
        canvas.ensure(STEP);
        bar(canvas, figure, chart, label, parts, most);
    }
    canvas.y += 2.0;
    legend(canvas, figure, chart);
    canvas.y += 16.0;
}

fn bar(canvas: &mut Canvas, figure: usize, chart: &Chart, label: &str, parts: &[u64], most: u64) {
    let (top, track) = (canvas.y, BODY_WIDTH - LABELS - TOTALS);
    canvas.begin(figure);
    canvas.decoration(label, CELL, SIDE, top - 0.6, LABELS - 10.0);
    let ground = Area { x: SIDE + LABELS, y: top, w: track, h: BAR };
    canvas.fill(ground, 0.0, GROUND);
    let mut x = ground.x;
    for ((_, colour), count) in chart.parts.iter().zip(parts).filter(|(_, count)| **count > 0) {
        let w = (track * (*count as f32 / most.max(1) as f32)).max(THINNEST);
        let w = w.min(ground.x + track - x).max(0.0);
        canvas.fill(Area { x, w, ..ground }, 0.0, shade(*colour));
        x += w;
    }
    let total = grouped(parts.iter().sum());
    canvas.decoration(&total, CELL.weighted(true).aligned(Align::Right), SIDE + BODY_WIDTH - TOTALS, top - 0.6, TOTALS);
    canvas.end();
    canvas.y += STEP;
}

/// The parts of the legend, row by row, each with its place.
fn legend_rows<'a>(canvas: &Canvas, chart: &'a Chart) -> Vec<Vec<(f32, &'a str, crate::doc::Shade)>> {
    let mut rows: Vec<Vec<_>> = vec![Vec::new()];
    let mut x = 0.0;
    for (name, colour) in &chart.parts {
        let width = 14.0 + canvas.setter.width(name, LABEL.size, false) + 16.0;
        if x + width > BODY_WIDTH - LABELS && x > 0.0 {
            rows.push(Vec::new());
            x = 0.0;
        }
        if let Some(row) = rows.last_mut() {
            row.push((x, name.as_str(), *colour));
        }
        x += width;
    }
    rows
}

fn legend(canvas: &mut Canvas, figure: usize, chart: &Chart) {
    for row in legend_rows(canvas, chart) {
        let top = canvas.y;
        canvas.begin(figure);
        for (x, name, colour) in row {
            let x = SIDE + LABELS + x;
            canvas.fill(Area { x, y: top + 2.2, w: 8.0, h: 8.0 }, 1.5, shade(colour));
            canvas.decoration(name, LABEL.coloured(QUIET), x + 13.0, top, BODY_WIDTH);
        }
        canvas.end();
        canvas.y += 14.0;
    }
}
