// SPDX-License-Identifier: MIT OR Apache-2.0
//! The sheet as a PDF file of one A4 page, with its fonts in it: any printer prints the same.
//!
//! The fonts are cut down to the letters the sheet says in both languages, the words, and ASCII. In them
//! every letter is a half or a whole of the size wide, so lines are broken as a terminal's are. A name with
//! letters that are not in the fonts leaves its line empty, to be written by hand.

use std::sync::{Arc, LazyLock};

use kagifuda_secret::SecretBytes;
use krilla::Document;
use krilla::color::luma;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::text::{Font, TextDirection};
use zeroize::Zeroizing;

use super::{NOTES, Sheet, steps};
use crate::qr::Code;
use crate::say;
use crate::term::width::{columns, wrap};
use crate::text::Texts;

const REGULAR: &[u8] = include_bytes!("fonts/sheet-regular.ttf");
const BOLD: &[u8] = include_bytes!("fonts/sheet-bold.ttf");

// All lengths are points, 72 to the inch.
const PAGE_WIDTH: f32 = 595.28;
const PAGE_HEIGHT: f32 = 841.89;
const MARGIN: f32 = 48.0;
const WIDTH: f32 = PAGE_WIDTH - 2.0 * MARGIN;
/// The code's side, its quiet zone included: what a phone reads from a hand's breadth away.
const CODE_SIDE: f32 = 138.0;
const SIZE: f32 = 10.0;
const LEADING: f32 = 15.0;
const WORD_COLUMN_COUNT: usize = 4;

/// A font, and which letters are in it.
struct Face {
    font: Font,
    letters: ttf_parser::Face<'static>,
}

impl Face {
    fn new(bytes: &'static [u8]) -> Self {
        let data: Arc<dyn AsRef<[u8]> + Send + Sync> = Arc::new(bytes);
        Self {
            font: Font::new(data.into(), 0).expect("the sheet's fonts are fonts"),
            letters: ttf_parser::Face::parse(bytes, 0).expect("the sheet's fonts are fonts"),
        }
    }

    fn has(&self, text: &str) -> bool {
        text.chars().all(|letter| self.letters.glyph_index(letter).is_some())
    }
}

static PLAIN: LazyLock<Face> = LazyLock::new(|| Face::new(REGULAR));
static HEAVY: LazyLock<Face> = LazyLock::new(|| Face::new(BOLD));

/// Writes the page.
pub(super) fn page(sheet: &Sheet<'_>, texts: &Texts) -> SecretBytes {
    let mut document = Document::new();
    let title = say!(texts, "sheet-title");
    document.set_metadata(
        Metadata::new()
            .title(title.clone())
            .language(texts.lang().name().to_owned())
            .creator(concat!("Kagifuda ", env!("CARGO_PKG_VERSION")).to_owned()),
    );
    let size = PageSettings::from_wh(PAGE_WIDTH, PAGE_HEIGHT).expect("A4 has a size");
    let mut page = document.start_page_with(size);
    {
        let mut pen = Pen { surface: page.surface(), y: MARGIN };
        pen.head(sheet, &title, texts);
        pen.warning(&say!(texts, "sheet-warning"));
        pen.heading(&say!(texts, "sheet-words"));
        pen.words(&sheet.words());
        pen.heading(&say!(texts, "sheet-steps"));
        pen.steps(&steps(texts));
        for (heading, hint) in NOTES {
            pen.heading(&texts.get(heading));
            pen.paragraph(&texts.get(hint), MARGIN, WIDTH);
            pen.lines_to_write_on();
        }
        pen.foot(&say!(texts, "sheet-foot", version = env!("CARGO_PKG_VERSION")));
        pen.surface.finish();
    }
    page.finish();
    SecretBytes::new(document.finish().expect("a page of text and rectangles is always a PDF"))
}

/// Writes from the top of a page to its bottom.
struct Pen<'a> {
    surface: Surface<'a>,
    /// How far down the page is filled.
    y: f32,
}

impl Pen<'_> {
    /// Writes one line whose letters stand on `y`.
    fn put(&mut self, face: &Face, size: f32, x: f32, y: f32, text: &str) {
        let (point, font) = (Point::from_xy(x, y), face.font.clone());
        self.surface.draw_text(point, font, size, &half(text), false, TextDirection::LeftToRight);
    }

    fn ink(&mut self, shade: u8) {
        let paint = luma::Color::new(shade).into();
        self.surface.set_fill(Some(Fill { paint, ..Fill::default() }));
    }

    fn block(&mut self, x: f32, y: f32, width: f32, height: f32) {
        let mut path = PathBuilder::new();
        path.extend_rect(x, y, width, height);
        if let Some(path) = path.finish() {
            self.surface.draw_path(&path);
        }
    }

    /// The title and the facts, with the code beside them.
    fn head(&mut self, sheet: &Sheet<'_>, title: &str, texts: &Texts) {
        let right = PAGE_WIDTH - MARGIN - CODE_SIDE;
        self.code(sheet, right, MARGIN - 10.0);
        self.put(&HEAVY, 24.0, MARGIN, self.y + 22.0, title);
        self.y += 46.0;
        let facts = sheet.facts(texts);
        let widest = facts.iter().map(|(name, _)| columns(name)).max().unwrap_or(0);
        let at = MARGIN + wide(widest, SIZE) + 12.0;
        for (name, value) in facts {
            self.ink(90);
            self.put(&PLAIN, SIZE, MARGIN, self.y + SIZE, &name);
            self.ink(0);
            if PLAIN.has(&value) {
                for line in lines(&value, right - at - 12.0) {
                    self.put(&PLAIN, SIZE, at, self.y + SIZE, &line);
                    self.y += LEADING;
                }
            } else {
                self.block(at, self.y + SIZE + 2.0, right - at - 12.0, 0.5);
                self.y += LEADING;
            }
            self.y += 3.0;
        }
        self.y = self.y.max(MARGIN + CODE_SIDE);
    }

    fn code(&mut self, sheet: &Sheet<'_>, x: f32, y: f32) {
        let Ok(code) = Code::of(&sheet.code()) else { return };
        let module = CODE_SIDE / code.columns() as f32;
        let mut path = PathBuilder::new();
        for run in code.runs() {
            let (left, top) = (x + run.x as f32 * module, y + run.y as f32 * module);
            path.extend_rect(left, top, run.length as f32 * module, module);
        }
        if let Some(path) = path.finish() {
            self.surface.draw_path(&path);
        }
    }

    fn warning(&mut self, text: &str) {
        let inner = WIDTH - 24.0;
        let lines = lines(text, inner);
        let height = lines.len() as f32 * LEADING + 12.0;
        let (left, right) = (MARGIN, MARGIN + WIDTH);
        for (x, y, width, tall) in [
            (left, self.y, WIDTH, 1.2),
            (left, self.y + height, WIDTH, 1.2),
            (left, self.y, 1.2, height),
            (right - 1.2, self.y, 1.2, height),
        ] {
            self.block(x, y, width, tall);
        }
        let mut y = self.y + 6.0 + SIZE;
        for line in lines {
            self.put(&HEAVY, SIZE, left + 12.0, y, &line);
            y += LEADING;
        }
        self.y += height + 4.0;
    }

    fn heading(&mut self, text: &str) {
        self.y += 14.0;
        self.put(&HEAVY, 12.0, MARGIN, self.y + 10.0, text);
        self.block(MARGIN, self.y + 15.0, WIDTH, 0.8);
        self.y += 22.0;
    }

    /// Numbered, downwards in columns: that is how they are read and typed.
    fn words(&mut self, words: &[Zeroizing<String>]) {
        let down = words.len().div_ceil(WORD_COLUMN_COUNT).max(1);
        let step = WIDTH / WORD_COLUMN_COUNT as f32;
        for (index, word) in words.iter().enumerate() {
            let x = MARGIN + (index / down) as f32 * step;
            let y = self.y + (index % down) as f32 * 20.0 + 14.0;
            self.ink(90);
            self.put(&PLAIN, 8.0, x, y, &format!("{:>2}", index + 1));
            self.ink(0);
            self.put(&HEAVY, 13.0, x + 14.0, y, word);
        }
        self.y += down as f32 * 20.0;
    }

    fn steps(&mut self, steps: &[String]) {
        for (index, step) in steps.iter().enumerate() {
            self.put(&PLAIN, SIZE, MARGIN, self.y + SIZE, &format!("{}.", index + 1));
            self.paragraph(step, MARGIN + 18.0, WIDTH - 18.0);
            self.y += 2.0;
        }
    }

    fn paragraph(&mut self, text: &str, x: f32, width: f32) {
        for line in lines(text, width) {
            self.put(&PLAIN, SIZE, x, self.y + SIZE, &line);
            self.y += LEADING;
        }
    }

    fn lines_to_write_on(&mut self) {
        for _ in 0..2 {
            self.y += 22.0;
            self.block(MARGIN, self.y, WIDTH, 0.5);
        }
    }

    fn foot(&mut self, text: &str) {
        self.ink(90);
        self.put(&PLAIN, 8.0, MARGIN, PAGE_HEIGHT - 30.0, text);
        self.ink(0);
    }
}

/// Curly quotes are as wide as a kanji in these fonts, and stand for no more than straight ones.
fn half(text: &str) -> String {
    text.replace(['“', '”'], "\"")
}

/// What this many columns take at this size.
fn wide(columns: usize, size: f32) -> f32 {
    columns as f32 * size / 2.0
}

/// Breaks text into lines that fit.
fn lines(text: &str, width: f32) -> Vec<String> {
    wrap(text, (width / (SIZE / 2.0)) as usize)
}

/// A rectangle by its corner and its sides.
trait ExtendRect {
    fn extend_rect(&mut self, x: f32, y: f32, width: f32, height: f32);
}

impl ExtendRect for PathBuilder {
    fn extend_rect(&mut self, x: f32, y: f32, width: f32, height: f32) {
        if let Some(rect) = Rect::from_xywh(x, y, width, height) {
            self.push_rect(rect);
        }
    }
}

/// Whether the sheet's fonts have every letter of a text.
#[cfg(test)]
pub(super) fn can_say(text: &str) -> bool {
    PLAIN.has(text) && HEAVY.has(text)
}
