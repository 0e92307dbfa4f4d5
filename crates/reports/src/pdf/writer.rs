//! Page commands written with `printpdf`: our own shaped glyphs, faces cut to what is used, every glyph with its text.
//!
//! Three things are peculiar to `printpdf` 0.12: it writes glyph widths cut to whole thousandths, so the rest goes
//! into the kerning; it keeps one text for a glyph in the whole file, so a cluster that reads otherwise carries its
//! own (`/ActualText`); and it cuts faces only with its feature `text_layout`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use printpdf::{
    Codepoint, Color, DictItem, FontId, Line, LineCapStyle, LinePoint, Mm, Op, PaintMode, ParsedFont, PdfDocument,
    PdfFont, PdfFontHandle, PdfPage, PdfSaveOptions, Point, Polygon, PolygonRing, Pt, Rect, Rgb, TextItem, TextMatrix,
    WindingOrder,
};

use super::canvas::Canvas;
use super::draw::{Area, Colour, Draw, PAGE_HEIGHT, PAGE_WIDTH, Page};
use super::face::{FaceId, Faces};
use super::shape::{Cluster, Glyph, Run};
use super::tags;
use crate::Error;
use crate::doc::Doc;

/// Share of the radius that makes a quarter circle of a Bézier curve.
const ROUND: f32 = 0.5523;
/// What a glyph reads as where another glyph of its cluster carries the text: nothing one can see.
const NOTHING: &str = "\u{200B}";

/// The pages as the bytes of a PDF.
///
/// # Errors
///
/// [`Error::Font`] where a face cannot be embedded, [`Error::Write`] where the file cannot be put together.
pub(crate) fn write(doc: &Doc, canvas: &Canvas) -> Result<Vec<u8>, Error> {
    let mut pdf = PdfDocument::new(&doc.title);
    for face in used_faces(&canvas.pages) {
        let font = ParsedFont::from_bytes(face.bytes(), 0, &mut Vec::new()).ok_or(Error::Font { face: face.name() })?;
        pdf.resources.fonts.map.insert(FontId(face.name().to_owned()), PdfFont::new(font));
    }
    let mut pen =
        Pen { faces: canvas.setter.faces(), texts: HashMap::new(), ops: Vec::new(), fill: None, tag: Tagged::Out };
    pdf.pages = canvas.pages.iter().map(|page| pen.page(page)).collect();
    let mut file = pdf.to_lopdf_document(&PdfSaveOptions::default(), &mut Vec::new());
    drop(pdf);
    tags::add(&mut file, doc, canvas)?;
    file.compress();
    let options = lopdf::SaveOptions::builder()
        .use_object_streams(true)
        .use_xref_streams(true)
        .max_objects_per_stream(400)
        .compression_level(9)
        .build();
    let mut bytes = Vec::new();
    file.save_with_options(&mut bytes, options).map_err(|source| Error::Write { source: source.into() })?;
    Ok(bytes)
}

fn used_faces(pages: &[Page]) -> BTreeSet<FaceId> {
    let draws = pages.iter().flat_map(|page| page.draws.iter());
    let runs = draws.filter_map(|draw| match draw {
        Draw::Text { run, .. } if !run.clusters.is_empty() => Some(run.face),
        _ => None,
    });
    runs.collect()
}

/// Whether commands stand in a tag, in decoration or in neither.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tagged {
    Out,
    Decoration,
    In,
}

/// Turns commands into operations of `printpdf`.
struct Pen<'a> {
    faces: &'a Faces,
    /// The text that each glyph has in the whole file: that of its first use.
    texts: HashMap<(FaceId, u16), String>,
    ops: Vec<Op>,
    fill: Option<Colour>,
    tag: Tagged,
}

impl Pen<'_> {
    fn page(&mut self, page: &Page) -> PdfPage {
        (self.fill, self.tag) = (None, Tagged::Out);
        for draw in &page.draws {
            self.draw(draw);
        }
        self.close();
        let mut written = PdfPage::new(Mm(210.0), Mm(297.0), std::mem::take(&mut self.ops));
        let area = Rect::from_wh(Pt(PAGE_WIDTH), Pt(PAGE_HEIGHT));
        (written.media_box, written.trim_box, written.crop_box) = (area.clone(), area.clone(), area);
        written
    }

    fn draw(&mut self, draw: &Draw) {
        match draw {
            Draw::Begin { role, mark } => self.begin(role.name(), *mark),
            Draw::End => self.close(),
            _ => self.paint(draw),
        }
    }

    fn begin(&mut self, role: &str, mark: usize) {
        self.close();
        let map = BTreeMap::from([("MCID".to_owned(), DictItem::Int(mark as i64))]);
        let properties = DictItem::Dict { map };
        self.ops.push(Op::BeginMarkedContentWithProperties { tag: role.to_owned(), properties });
        self.tag = Tagged::In;
    }

    fn close(&mut self) {
        if self.tag != Tagged::Out {
            self.ops.push(Op::EndMarkedContent);
            self.tag = Tagged::Out;
        }
    }

    fn paint(&mut self, draw: &Draw) {
        if self.tag == Tagged::Out {
            self.ops.push(Op::BeginMarkedContent { tag: "Artifact".to_owned() });
            self.tag = Tagged::Decoration;
        }
        match draw {
            Draw::Fill { area, radius, colour } => {
                self.fill_with(*colour);
                self.shape(*area, *radius, PaintMode::Fill);
            }
            Draw::Frame { area, radius, colour, width } => {
                self.stroke_with(*colour, *width);
                self.shape(*area, *radius, PaintMode::Stroke);
            }
            Draw::Stroke { points, colour, width } => {
                self.stroke_with(*colour, *width);
                let points = points.iter().map(|(x, y)| corner(*x, *y)).collect();
                self.ops.push(Op::DrawLine { line: Line { points, is_closed: false } });
            }
            Draw::Text { x, baseline, size, colour, run } => {
                self.fill_with(*colour);
                self.text(run, *x, PAGE_HEIGHT - *baseline, *size);
            }
            Draw::Begin { .. } | Draw::End => {}
        }
    }

    fn fill_with(&mut self, colour: Colour) {
        if self.fill != Some(colour) {
            self.ops.push(Op::SetFillColor { col: ink(colour) });
            self.fill = Some(colour);
        }
    }

    fn stroke_with(&mut self, colour: Colour, width: f32) {
        self.ops.push(Op::SetOutlineColor { col: ink(colour) });
        self.ops.push(Op::SetOutlineThickness { pt: Pt(width) });
        let cap = if width > 1.5 { LineCapStyle::Round } else { LineCapStyle::Butt };
        self.ops.push(Op::SetLineCapStyle { cap });
    }

    fn shape(&mut self, area: Area, radius: f32, mode: PaintMode) {
        let ring = PolygonRing { points: outline(area, radius) };
        let polygon = Polygon { rings: vec![ring], mode, winding_order: WindingOrder::NonZero };
        self.ops.push(Op::DrawPolygon { polygon });
    }

    fn text(&mut self, run: &Run, x: f32, y: f32, size: f32) {
        if run.clusters.is_empty() {
            return;
        }
        let font = PdfFontHandle::External(FontId(run.face.name().to_owned()));
        self.ops.push(Op::StartTextSection);
        self.ops.push(Op::SetFont { font, size: Pt(size) });
        let mut line = TextLine { x, y, size, pen: 0.0, items: Vec::new() };
        line.place(&mut self.ops, 0.0);
        for cluster in &run.clusters {
            self.cluster(run.face, cluster, &mut line);
        }
        line.flush(&mut self.ops);
        self.ops.push(Op::EndTextSection);
    }

    fn cluster(&mut self, face: FaceId, cluster: &Cluster, line: &mut TextLine) {
        let texts: Vec<String> = cluster
            .glyphs
            .iter()
            .enumerate()
            .map(|(index, glyph)| self.glyph_text(face, cluster, index, glyph))
            .collect();
        let reads_so = texts.len() == 1 && texts[0] == *cluster.text;
        if !reads_so {
            line.flush(&mut self.ops);
            let data = utf16(&cluster.text);
            let map = BTreeMap::from([("ActualText".to_owned(), DictItem::String { data, literal: false })]);
            let properties = DictItem::Dict { map };
            self.ops.push(Op::BeginMarkedContentWithProperties { tag: "Span".to_owned(), properties });
        }
        for (glyph, text) in cluster.glyphs.iter().zip(texts) {
            line.glyph(&mut self.ops, glyph, text);
        }
        if !reads_so {
            line.flush(&mut self.ops);
            self.ops.push(Op::EndMarkedContent);
        }
    }

    /// What a glyph reads as in the whole file: what it read as when it was first used.
    fn glyph_text(&mut self, face: FaceId, cluster: &Cluster, index: usize, glyph: &Glyph) -> String {
        let faces = self.faces;
        let first = || {
            if cluster.glyphs.len() == 1 {
                return cluster.text.to_string();
            }
            let id = u32::from(glyph.id);
            let letter = cluster.text.chars().find(|letter| faces.nominal(face, *letter) == Some(id));
            letter.map_or_else(|| if index == 0 { cluster.text.to_string() } else { NOTHING.to_owned() }, String::from)
        };
        self.texts.entry((face, glyph.id)).or_insert_with(first).clone()
    }
}

/// A line of glyphs being written. `pen` is in thousandths of the size, from `x`.
struct TextLine {
    x: f32,
    y: f32,
    size: f32,
    pen: f32,
    items: Vec<TextItem>,
}

impl TextLine {
    /// Puts the pen where it belongs, `up` thousandths above the line.
    fn place(&self, ops: &mut Vec<Op>, up: f32) {
        let x = round(self.x + self.pen * self.size / 1000.0);
        let y = round(self.y + up * self.size / 1000.0);
        ops.push(Op::SetTextMatrix { matrix: TextMatrix::Translate(Pt(x), Pt(y)) });
    }

    fn flush(&mut self, ops: &mut Vec<Op>) {
        if !self.items.is_empty() {
            ops.push(Op::ShowText { items: std::mem::take(&mut self.items) });
        }
    }

    fn glyph(&mut self, ops: &mut Vec<Op>, glyph: &Glyph, text: String) {
        let raised = glyph.dy != 0.0;
        if raised {
            self.flush(ops);
            self.place(ops, glyph.dy);
        }
        if glyph.dx != 0.0 {
            self.items.push(TextItem::Offset(-glyph.dx));
        }
        let offset = glyph.dx + glyph.width.trunc() - glyph.advance;
        self.items.push(TextItem::GlyphIds(vec![Codepoint::with_cid(glyph.id, offset, text)]));
        self.pen += glyph.advance;
        if raised {
            self.flush(ops);
            self.place(ops, 0.0);
        }
    }
}

/// UTF-16 with its mark, as text strings of PDF are.
pub(crate) fn utf16(text: &str) -> Vec<u8> {
    [0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect()
}

fn ink(Colour(red, green, blue): Colour) -> Color {
    let part = |byte: u8| (f32::from(byte) / 255.0 * 1000.0).round() / 1000.0;
    Color::Rgb(Rgb { r: part(red), g: part(green), b: part(blue), icc_profile: None })
}

fn round(points: f32) -> f32 {
    (points * 100.0).round() / 100.0
}

fn point(x: f32, y: f32, bezier: bool) -> LinePoint {
    LinePoint { p: Point { x: Pt(round(x)), y: Pt(round(PAGE_HEIGHT - y)) }, bezier }
}

fn corner(x: f32, y: f32) -> LinePoint {
    point(x, y, false)
}

/// The outline of a rectangle with round corners, clockwise from the top left.
fn outline(area: Area, radius: f32) -> Vec<LinePoint> {
    let Area { x, y, w, h } = area;
    let (right, bottom) = (x + w, y + h);
    let radius = radius.min(w / 2.0).min(h / 2.0);
    if radius <= 0.0 {
        return vec![corner(x, y), corner(right, y), corner(right, bottom), corner(x, bottom), corner(x, y)];
    }
    let bend = radius * (1.0 - ROUND);
    let mut points = vec![corner(x + radius, y), corner(right - radius, y)];
    points.extend([point(right - bend, y, true), point(right, y + bend, true), corner(right, y + radius)]);
    points.push(corner(right, bottom - radius));
    points.extend([
        point(right, bottom - bend, true),
        point(right - bend, bottom, true),
        corner(right - radius, bottom),
    ]);
    points.push(corner(x + radius, bottom));
    points.extend([point(x + bend, bottom, true), point(x, bottom - bend, true), corner(x, bottom - radius)]);
    points.push(corner(x, y + radius));
    points.extend([point(x, y + bend, true), point(x + bend, y, true), corner(x + radius, y)]);
    points
}
