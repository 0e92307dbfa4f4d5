//! From letters to placed glyphs: runs of one direction, script and face, shaped by `harfrust`.

use std::ops::Range;

use harfrust::{Buffer, Script, ShapeOptions, ShaperFont, Tag, shape};
use unicode_script::{Script as UnicodeScript, UnicodeScript as _};

use super::face::{FaceId, Faces, direction};
use super::text::{Prepared, is_isolate, visual_runs};

/// One glyph as it stands in a run. Lengths in thousandths of the type size.
#[derive(Clone, Debug)]
pub(crate) struct Glyph {
    /// Number in the face.
    pub(crate) id: u16,
    /// From this glyph's origin to the next one's.
    pub(crate) advance: f32,
    /// The advance that the font itself gives it.
    pub(crate) width: f32,
    /// Shift to the right.
    pub(crate) dx: f32,
    /// Shift upwards.
    pub(crate) dy: f32,
}

/// Letters that are drawn together and the glyphs that draw them.
#[derive(Clone, Debug)]
pub(crate) struct Cluster {
    /// What a reader finds or copies here, in the order in which readers expect it.
    pub(crate) text: Box<str>,
    /// Where the cluster begins in the text that was shaped.
    pub(crate) at: usize,
    /// From left to right.
    pub(crate) glyphs: Vec<Glyph>,
}

impl Cluster {
    fn advance(&self) -> f32 {
        self.glyphs.iter().map(|glyph| glyph.advance).sum()
    }
}

/// Clusters of one face, from left to right.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    /// The face of every glyph.
    pub(crate) face: FaceId,
    /// From left to right.
    pub(crate) clusters: Vec<Cluster>,
}

impl Run {
    /// Width in thousandths of the type size.
    pub(crate) fn width(&self) -> f32 {
        self.clusters.iter().map(Cluster::advance).sum()
    }
}

/// Shapes the part `line` of a paragraph; the runs come in visual order, from left to right.
pub(crate) fn shape_line(faces: &Faces, prepared: &Prepared, line: Range<usize>, bold: bool) -> Vec<Run> {
    let mut shaped = Vec::new();
    for (range, rtl) in visual_runs(prepared, line) {
        let mut runs: Vec<Run> = itemise(faces, &prepared.text, range, bold)
            .into_iter()
            .map(|item| shape_item(faces, &prepared.text, &item, rtl))
            .collect();
        if rtl {
            runs.reverse();
        }
        shaped.append(&mut runs);
    }
    shaped
}

/// A range of one script and face, without isolates.
struct Item {
    range: Range<usize>,
    face: FaceId,
    script: UnicodeScript,
}

fn itemise(faces: &Faces, text: &str, range: Range<usize>, bold: bool) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    for (at, letter) in text[range.clone()].char_indices() {
        let (start, end) = (range.start + at, range.start + at + letter.len_utf8());
        if is_isolate(letter) {
            continue;
        }
        let last = items.last_mut().filter(|last| last.range.end == start);
        let script = letter.script();
        let follows = matches!(script, UnicodeScript::Common | UnicodeScript::Inherited);
        let face = face_of(faces, letter, last.as_ref().filter(|_| follows).map(|last| last.face), bold);
        match last {
            Some(last) if last.face == face && (follows || last.script == script || is_common(last.script)) => {
                last.range.end = end;
                if !follows {
                    last.script = script;
                }
            }
            _ => items.push(Item { range: start..end, face, script }),
        }
    }
    items
}

fn is_common(script: UnicodeScript) -> bool {
    matches!(script, UnicodeScript::Common | UnicodeScript::Inherited)
}

/// Spaces and marks stay in the face before them; signs and digits are always the Latin face's.
fn face_of(faces: &Faces, letter: char, before: Option<FaceId>, bold: bool) -> FaceId {
    let latin_sign = letter.is_ascii_graphic();
    before
        .filter(|face| !latin_sign && (is_joiner(letter) || faces.covers(*face, letter)))
        .or_else(|| faces.covering(letter, bold))
        .unwrap_or(if bold { FaceId::SansBold } else { FaceId::Sans })
}

fn is_joiner(letter: char) -> bool {
    matches!(letter, '\u{200C}' | '\u{200D}')
}

fn shape_item(faces: &Faces, text: &str, item: &Item, rtl: bool) -> Run {
    let font = ShaperFont::new(faces.font(item.face));
    let part = &text[item.range.clone()];
    let mut buffer = Buffer::new();
    buffer.push_str(part);
    let script = script_tag(item.script);
    buffer.set_direction(direction(rtl));
    buffer.set_script(script);
    let plan = faces.plan(item.face, script, rtl);
    let shaped = shape(&font, &mut buffer, ShapeOptions::new().plan(Some(&plan)));
    let clusters = match shaped {
        Ok(()) => clusters_of(&font, &buffer, part, item.range.start, rtl),
        Err(_) => Vec::new(),
    };
    Run { face: item.face, clusters }
}

fn script_tag(script: UnicodeScript) -> Option<Script> {
    if is_common(script) {
        return Script::from_iso15924_tag(Tag::new(b"Latn"));
    }
    let name: [u8; 4] = script.short_name().as_bytes().try_into().ok()?;
    Script::from_iso15924_tag(Tag::new(&name))
}

fn clusters_of(font: &ShaperFont<'_, '_>, buffer: &Buffer, part: &str, base: usize, rtl: bool) -> Vec<Cluster> {
    let thousandth = 1000.0 / f32::from(font.units_per_em());
    let scaled = |units: i32| units as f32 * thousandth;
    let mut clusters: Vec<(usize, Vec<Glyph>)> = Vec::new();
    for (info, place) in buffer.glyph_infos().iter().zip(buffer.glyph_positions()) {
        let glyph = Glyph {
            id: u16::try_from(info.glyph_id).unwrap_or(0),
            advance: scaled(place.x_advance),
            width: scaled(font.default_glyph_h_advance(info.glyph_id.into())),
            dx: scaled(place.x_offset),
            dy: scaled(place.y_offset),
        };
        let at = info.cluster as usize;
        match clusters.last_mut() {
            Some((last, glyphs)) if *last == at => glyphs.push(glyph),
            _ => clusters.push((at, vec![glyph])),
        }
    }
    let mut starts: Vec<usize> = clusters.iter().map(|(at, _)| *at).collect();
    starts.sort_unstable();
    let text_at = |at: usize| {
        let next = starts.get(starts.partition_point(|start| *start <= at)).copied().unwrap_or(part.len());
        readable(&part[at..next], rtl)
    };
    clusters.into_iter().map(|(at, glyphs)| Cluster { text: text_at(at), at: base + at, glyphs }).collect()
}

/// What a reader should find for a cluster. Readers turn right-to-left text round letter by letter, so a ligature's
/// letters (lam-alef) are given in visual order, each with its marks behind it; otherwise «عبدالسلام» is found as
/// «عبدالسالم».
fn readable(letters: &str, rtl: bool) -> Box<str> {
    if !rtl || letters.chars().count() < 2 {
        return letters.into();
    }
    let mut groups: Vec<String> = Vec::new();
    for letter in letters.chars() {
        match groups.last_mut() {
            Some(group) if letter.script() == UnicodeScript::Inherited => group.push(letter),
            _ => groups.push(letter.into()),
        }
    }
    groups.iter().rev().map(String::as_str).collect::<String>().into()
}
