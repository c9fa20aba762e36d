//! Pages, one after the other. A page is drawn when it is full; what belongs to which heading or paragraph is kept to
//! the end, because a paragraph may go on on the next page.

use std::num::NonZeroU16;

use krilla::{
    Document, SerializeSettings,
    color::rgb,
    configure::Configuration,
    destination::XyzDestination,
    error::KrillaError,
    geom::Point,
    metadata::Metadata,
    num::NormalizedF32,
    outline::{Outline, OutlineNode},
    page::PageSettings,
    paint::{Fill, FillRule},
    surface::Surface,
    tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag, Tag, TagGroup, TagKind, TagTree},
};

use super::{
    face::Face,
    lines::{Line, lines},
};
use crate::{WriteError, blocks::Block};

/// Points. A4, and the paper of the United States and Canada.
const A4: (f32, f32) = (595.3, 841.9);
const LETTER: (f32, f32) = (612.0, 792.0);
const MARGIN: f32 = 56.0;
/// How wide the labels of rows are.
const LABEL: f32 = 118.0;
const GAP: f32 = 10.0;
/// Below this much space no heading begins.
const KEEP: f32 = 64.0;
const LEADING: f32 = 1.4;

/// How something is set.
#[derive(Clone, Copy)]
struct Style {
    size: f32,
    bold: bool,
    before: f32,
}

const TEXT: Style = Style { size: 10.0, bold: false, before: 4.0 };
const STRONG: Style = Style { bold: true, ..TEXT };
const FOOT: Style = Style { size: 8.0, bold: false, before: 0.0 };

fn heading(level: u8) -> Style {
    let (size, before) = match level {
        1 => (20.0, 0.0),
        2 => (14.0, 20.0),
        3 => (11.5, 12.0),
        _ => (10.0, 8.0),
    };
    Style { size, bold: true, before }
}

/// A line and where it stands: its left end, and the line it stands on.
struct Placed {
    line: Line,
    style: Style,
    x: f32,
    y: f32,
    element: usize,
}

/// A heading or a paragraph, and what was drawn of it.
struct Element {
    heading: Option<(u8, String)>,
    drawn: Vec<Identifier>,
}

/// A heading in the outline.
struct Entry {
    level: u8,
    text: String,
    page: usize,
    y: f32,
}

/// A PDF, as it is written.
pub struct Book {
    document: Document,
    regular: Face,
    bold: Face,
    size: (f32, f32),
    footer: String,
    page: Vec<Placed>,
    pages: usize,
    y: f32,
    elements: Vec<Element>,
    /// Whether the last block was a row: rows one after the other are one paragraph, or what was said in ten years
    /// would be a hundred thousand of them.
    in_rows: bool,
    entries: Vec<Entry>,
}

impl Book {
    /// An empty one.
    pub fn new(configuration: Configuration, title: String, jurisdiction: &str) -> Result<Self, WriteError> {
        let face = |data: &'static [u8]| Face::new(data).ok_or(WriteError::Fonts);
        let american = jurisdiction.starts_with("US") || jurisdiction.starts_with("CA");
        let settings = SerializeSettings { configuration, ..SerializeSettings::default() };
        Ok(Self {
            document: Document::new_with(settings),
            regular: face(include_bytes!("../../fonts/DejaVuSansCondensed.ttf"))?,
            bold: face(include_bytes!("../../fonts/DejaVuSansCondensed-Bold.ttf"))?,
            size: if american { LETTER } else { A4 },
            footer: title,
            page: Vec::new(),
            pages: 0,
            y: MARGIN,
            elements: Vec::new(),
            in_rows: false,
            entries: Vec::new(),
        })
    }

    /// Sets a block.
    pub fn add(&mut self, block: &Block) {
        let width = self.size.0 - 2.0 * MARGIN;
        let goes_on = std::mem::replace(&mut self.in_rows, matches!(block, Block::Row(..)));
        match block {
            Block::Heading(level, text) => {
                let style = heading(*level);
                if self.y + style.before + KEEP > self.size.1 - MARGIN {
                    self.turn();
                }
                self.space(style.before);
                if *level <= 3 {
                    let (page, y) = (self.pages, self.y);
                    self.entries.push(Entry { level: *level, text: text.clone(), page, y });
                }
                let set = self.set(text, style, width);
                self.begin(Some((*level, text.clone())));
                self.place(vec![(MARGIN, style, set)], width);
            }
            Block::Paragraph(text) => {
                self.space(TEXT.before);
                let set = self.set(text, TEXT, width);
                self.begin(None);
                self.place(vec![(MARGIN, TEXT, set)], width);
            }
            Block::Row(label, text) => {
                self.space(TEXT.before);
                let rest = width - LABEL - GAP;
                let columns = vec![
                    (MARGIN, STRONG, self.set(label, STRONG, LABEL)),
                    (MARGIN + LABEL + GAP, TEXT, self.set(text, TEXT, rest)),
                ];
                if !goes_on {
                    self.begin(None);
                }
                self.place(columns, rest);
            }
        }
    }

    /// Draws the last page, and writes everything.
    pub fn finish(mut self, metadata: Metadata) -> Result<Vec<u8>, KrillaError> {
        self.turn();
        self.document.set_metadata(metadata);
        self.document.set_outline(outline(&self.entries));
        let mut tree = TagTree::new();
        for element in self.elements {
            let tag: TagKind = match element
                .heading
                .and_then(|(level, text)| Some((NonZeroU16::new(level.into())?, text)))
            {
                Some((level, text)) => Tag::Hn(level, Some(text)).into(),
                None => Tag::P.into(),
            };
            let mut group = TagGroup::new(tag);
            for drawn in element.drawn {
                group.push(drawn);
            }
            tree.push(group);
        }
        self.document.set_tag_tree(tree);
        self.document.finish()
    }

    fn face(&self, style: Style) -> &Face {
        if style.bold { &self.bold } else { &self.regular }
    }

    fn set(&self, text: &str, style: Style, width: f32) -> Vec<Line> {
        lines(self.face(style), text, width / style.size)
    }

    /// Nothing stands above the first line of a page.
    fn space(&mut self, before: f32) {
        if !self.page.is_empty() {
            self.y += before;
        }
    }

    /// A new heading or paragraph.
    fn begin(&mut self, heading: Option<(u8, String)>) {
        self.elements.push(Element { heading, drawn: Vec::new() });
    }

    /// Places columns of lines beside one another; `width` is that of the last column.
    fn place(&mut self, columns: Vec<(f32, Style, Vec<Line>)>, width: f32) {
        let element = self.elements.len().saturating_sub(1);
        let mut columns: Vec<_> =
            columns.into_iter().map(|(x, style, lines)| (x, style, lines.into_iter())).collect();
        loop {
            let row: Vec<_> = columns
                .iter_mut()
                .filter_map(|(x, style, lines)| lines.next().map(|line| (*x, *style, line)))
                .collect();
            let height = row.iter().map(|(_, style, _)| style.size * LEADING).fold(0.0, f32::max);
            if row.is_empty() {
                return;
            }
            if self.y + height > self.size.1 - MARGIN {
                self.turn();
            }
            self.y += height;
            for (x, style, line) in row {
                let x = if line.from_right { x + width - line.width() * style.size } else { x };
                self.page.push(Placed { line, style, x, y: self.y - 0.4 * style.size, element });
            }
        }
    }

    /// Draws the page and begins the next one.
    fn turn(&mut self) {
        let placed = std::mem::take(&mut self.page);
        self.y = MARGIN;
        let Some(settings) = PageSettings::from_wh(self.size.0, self.size.1) else { return };
        let number = format!("Page {}", self.pages + 1);
        let (left, right) = (self.set(&self.footer, FOOT, 360.0), self.set(&number, FOOT, 100.0));
        let mut page = self.document.start_page_with(settings);
        let mut surface = page.surface();
        for group in placed.chunk_by(|one, next| one.element == next.element) {
            let drawn = surface.start_tagged(ContentTag::Span(SpanTag::empty()));
            for Placed { line, style, x, y, .. } in group {
                let face = if style.bold { &self.bold } else { &self.regular };
                draw(&mut surface, face, line, style.size, *x, *y);
            }
            surface.end_tagged();
            if let Some(element) = group.first().and_then(|first| self.elements.get_mut(first.element)) {
                element.drawn.push(drawn);
            }
        }
        surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
        let y = self.size.1 - MARGIN / 2.0;
        for line in left.iter().take(1) {
            draw(&mut surface, &self.regular, line, FOOT.size, MARGIN, y);
        }
        for line in &right {
            let x = self.size.0 - MARGIN - line.width() * FOOT.size;
            draw(&mut surface, &self.regular, line, FOOT.size, x, y);
        }
        surface.end_tagged();
        surface.finish();
        page.finish();
        self.pages += 1;
    }
}

fn draw(surface: &mut Surface<'_>, face: &Face, line: &Line, size: f32, x: f32, y: f32) {
    let black = Fill {
        paint: rgb::Color::new(20, 20, 20).into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::default(),
    };
    surface.set_fill(Some(black));
    let mut x = x;
    for run in &line.runs {
        surface.draw_glyphs(Point::from_xy(x, y), &run.glyphs, face.font.clone(), &run.text, size, false);
        x += run.width * size;
    }
}

/// Sessions below the title, and what belongs to a session below it.
fn outline(entries: &[Entry]) -> Outline {
    let mut outline = Outline::new();
    for top in entries.chunk_by(|_, next| next.level > 2) {
        let node = |entry: &Entry| {
            let destination = XyzDestination::new(entry.page, Point::from_xy(MARGIN, entry.y));
            OutlineNode::new(entry.text.clone(), destination)
        };
        let Some((first, below)) = top.split_first() else { continue };
        let mut first = node(first);
        for entry in below {
            first.push_child(node(entry));
        }
        outline.push_child(first);
    }
    outline
}
