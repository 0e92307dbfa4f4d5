//! Pages filled from top to bottom: where the next thing goes, and what it is called.

use super::draw::{Area, Colour, Draw, Kid, Node, PAGE_HEIGHT, PAGE_WIDTH, Page, Role};
use super::lines::{Line, Typesetter};
use super::look::Style;

/// Left and right margin.
pub(crate) const SIDE: f32 = 54.0;
/// Where a page begins.
pub(crate) const TOP: f32 = 58.0;
/// Where a page must end.
pub(crate) const BOTTOM: f32 = PAGE_HEIGHT - 66.0;
/// Width between the margins.
pub(crate) const BODY_WIDTH: f32 = PAGE_WIDTH - 2.0 * SIDE;

/// The pages so far.
pub(crate) struct Canvas {
    /// Sets text.
    pub(crate) setter: Typesetter,
    /// Pages from the first.
    pub(crate) pages: Vec<Page>,
    /// Tags; the first is the document.
    pub(crate) nodes: Vec<Node>,
    /// Top of the free part of the page being drawn.
    pub(crate) y: f32,
    /// Page being drawn, from 0.
    pub(crate) current: usize,
}

impl Canvas {
    /// One empty page.
    pub(crate) fn new(setter: Typesetter) -> Self {
        let root = Node { role: Role::Document, parent: 0, alt: None, kids: Vec::new() };
        Self { setter, pages: vec![Page::default()], nodes: vec![root], y: TOP, current: 0 }
    }

    /// Free height on the last page.
    pub(crate) fn room(&self) -> f32 {
        BOTTOM - self.y
    }

    /// Whether nothing stands on the last page yet.
    pub(crate) fn at_top(&self) -> bool {
        self.y <= TOP
    }

    /// Begins a page.
    pub(crate) fn new_page(&mut self) {
        self.pages.push(Page::default());
        self.current = self.pages.len() - 1;
        self.y = TOP;
    }

    /// Begins a page unless `height` is free or the page is empty.
    pub(crate) fn ensure(&mut self, height: f32) {
        if self.room() < height && !self.at_top() {
            self.new_page();
        }
    }

    /// A new tag in `parent`.
    pub(crate) fn node(&mut self, role: Role, parent: usize, alt: Option<String>) -> usize {
        let node = self.nodes.len();
        self.nodes.push(Node { role, parent, alt, kids: Vec::new() });
        self.nodes[parent].kids.push(Kid::Node(node));
        node
    }

    /// Puts a command on the page being drawn.
    pub(crate) fn draw(&mut self, draw: Draw) {
        self.pages[self.current].draws.push(draw);
    }

    /// What follows belongs to `node`, until [`Canvas::end`].
    pub(crate) fn begin(&mut self, node: usize) {
        let page = self.current;
        let mark = self.pages[page].marks.len();
        self.pages[page].marks.push(node);
        self.nodes[node].kids.push(Kid::Mark { page, mark });
        let role = self.nodes[node].role;
        self.draw(Draw::Begin { role, mark });
    }

    /// Ends what [`Canvas::begin`] began.
    pub(crate) fn end(&mut self) {
        self.draw(Draw::End);
    }

    /// A filled rectangle.
    pub(crate) fn fill(&mut self, area: Area, radius: f32, colour: Colour) {
        self.draw(Draw::Fill { area, radius, colour });
    }

    /// A level line.
    pub(crate) fn rule(&mut self, x: f32, y: f32, w: f32, width: f32, colour: Colour) {
        self.draw(Draw::Stroke { points: vec![(x, y), (x + w, y)], colour, width });
    }

    /// `text` in lines no wider than `width`.
    pub(crate) fn lines(&self, text: &str, style: Style, width: f32) -> Vec<Line> {
        self.setter.lines(text, style.size, style.bold, width)
    }

    /// Draws a line whose box begins at `top`.
    pub(crate) fn line(&mut self, line: Line, x: f32, top: f32, width: f32, style: Style) {
        let mut at = x + style.align.shift(width - line.width, line.rtl);
        let baseline = top + (style.leading - style.size) / 2.0 + style.size * 0.82;
        for run in line.runs {
            let advance = run.width() * style.size / 1000.0;
            self.draw(Draw::Text { x: at, baseline, size: style.size, colour: style.colour, run });
            at += advance;
        }
    }

    /// Draws text at a fixed place, as part of `node`; gives its height.
    pub(crate) fn text_at(&mut self, node: usize, text: &str, style: Style, x: f32, top: f32, width: f32) -> f32 {
        let lines = self.lines(text, style, width);
        if lines.is_empty() {
            return 0.0;
        }
        let height = lines.len() as f32 * style.leading;
        self.begin(node);
        for (index, line) in lines.into_iter().enumerate() {
            self.line(line, x, top + index as f32 * style.leading, width, style);
        }
        self.end();
        height
    }

    /// Text that belongs to no tag (page feet, repeated headers); gives its height.
    pub(crate) fn decoration(&mut self, text: &str, style: Style, x: f32, top: f32, width: f32) -> f32 {
        let lines = self.lines(text, style, width);
        let height = lines.len() as f32 * style.leading;
        for (index, line) in lines.into_iter().enumerate() {
            self.line(line, x, top + index as f32 * style.leading, width, style);
        }
        height
    }

    /// A paragraph from the free place on, over as many pages as it takes.
    pub(crate) fn flow(&mut self, role: Role, parent: usize, text: &str, style: Style, x: f32, width: f32) {
        let lines = self.lines(text, style, width);
        if lines.is_empty() {
            return;
        }
        let alt = matches!(role, Role::H1 | Role::H2 | Role::H3).then(|| text.to_owned());
        let node = self.node(role, parent, alt);
        self.ensure(style.leading * lines.len().min(2) as f32);
        self.begin(node);
        for line in lines {
            if self.room() < style.leading && !self.at_top() {
                self.end();
                self.new_page();
                self.begin(node);
            }
            let top = self.y;
            self.line(line, x, top, width, style);
            self.y += style.leading;
        }
        self.end();
    }
}
