//! What a page shows, before any file format: the printer's PDF and a preview on screen read the
//! same list. Lengths are thousandths of a point, the origin is the page's top left corner, y grows
//! downwards.

mod image;

use crate::font::FaceId;
pub use image::{Encoding, Image};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// 1/1000 pt.
pub type Mpt = i32;

pub const A4: (Mpt, Mpt) = (595_280, 841_890);

pub const fn mm(tenths: i32) -> Mpt {
    (tenths as i64 * 283_465 / 1000) as Mpt
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct DisplayList {
    pub pages: Vec<Page>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    pub landscape: bool,
    /// What the form says: this is what a signature covers.
    pub form: Vec<Item>,
    /// What was added in signing: strokes, and the time beside them.
    pub ink: Vec<Item>,
    /// Number, page, code, 补打: belongs to the sheet, not to what it says.
    pub furniture: Vec<Item>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    Text(Run),
    Line { from: Point, to: Point, width: Mpt, dashed: bool, gray: u8 },
    Fill { rects: Vec<Rect>, gray: u8 },
    Path { segments: Vec<Segment>, paint: Paint },
    Image { rect: Rect, image: Arc<Image> },
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Point {
    pub x: Mpt,
    pub y: Mpt,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rect {
    pub x: Mpt,
    pub y: Mpt,
    pub width: Mpt,
    pub height: Mpt,
}

/// Characters of one face and size on one baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The left end of the baseline.
    pub at: Point,
    pub size: Mpt,
    pub face: FaceId,
    /// 0 black … 255 white.
    pub gray: u8,
    /// Added after every glyph (justified lines).
    pub spacing: Mpt,
    pub glyphs: Vec<Glyph>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glyph {
    pub character: char,
    /// In the face as shipped.
    pub id: u16,
    /// Added after this glyph (space between Han and Latin, squeezed punctuation).
    pub after: Mpt,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Segment {
    Move(Point),
    Line(Point),
    Curve(Point, Point, Point),
    Close,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    Stroke { width: Mpt, gray: u8, dashed: bool },
    Fill { gray: u8 },
}

impl Page {
    /// Width and height.
    pub fn size(&self) -> (Mpt, Mpt) {
        if self.landscape { (A4.1, A4.0) } else { A4 }
    }

    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.form.iter().chain(&self.ink).chain(&self.furniture)
    }

    /// SHA-256 of what the form says: the same before and after signing, in the original and a
    /// reprint, and with another number on it.
    pub fn content_hash(&self) -> [u8; 32] {
        // In one piece: the hash takes whole blocks faster than single numbers.
        let mut said = Vec::with_capacity(32 * 1024);
        self.form.iter().for_each(|item| item.digest(&mut said));
        Sha256::digest(said).into()
    }
}

impl Item {
    fn digest(&self, to: &mut Vec<u8>) {
        let mut numbers = |tag: u8, values: &[i32]| {
            to.push(tag);
            values.iter().for_each(|value| to.extend(value.to_be_bytes()));
        };
        match self {
            Item::Text(run) => {
                let head = [run.at.x, run.at.y, run.size, run.spacing, run.gray.into()];
                numbers(run.face as u8, &head);
                for glyph in &run.glyphs {
                    numbers(b'g', &[glyph.character as i32, glyph.after]);
                }
            }
            Item::Line { from, to, width, dashed, gray } => numbers(
                b'l',
                &[from.x, from.y, to.x, to.y, *width, (*dashed).into(), (*gray).into()],
            ),
            Item::Fill { rects, gray } => {
                numbers(b'f', &[(*gray).into()]);
                rects.iter().for_each(|r| numbers(b'r', &[r.x, r.y, r.width, r.height]));
            }
            Item::Path { segments, paint } => {
                match *paint {
                    Paint::Stroke { width, gray, dashed } => {
                        numbers(b's', &[width, gray.into(), dashed.into()]);
                    }
                    Paint::Fill { gray } => numbers(b'p', &[gray.into()]),
                }
                for segment in segments {
                    match segment {
                        Segment::Move(p) => numbers(b'M', &[p.x, p.y]),
                        Segment::Line(p) => numbers(b'L', &[p.x, p.y]),
                        Segment::Curve(a, b, c) => {
                            numbers(b'C', &[a.x, a.y, b.x, b.y, c.x, c.y]);
                        }
                        Segment::Close => numbers(b'Z', &[]),
                    }
                }
            }
            Item::Image { rect, image } => {
                numbers(b'i', &[rect.x, rect.y, rect.width, rect.height]);
                to.extend(Sha256::digest(&image.bytes));
            }
        }
    }

    pub(crate) fn shift(&mut self, dx: Mpt, dy: Mpt) {
        let point = |p: &mut Point| *p = Point { x: p.x + dx, y: p.y + dy };
        let rect = |r: &mut Rect| *r = Rect { x: r.x + dx, y: r.y + dy, ..*r };
        match self {
            Item::Text(run) => point(&mut run.at),
            Item::Line { from, to, .. } => {
                point(from);
                point(to);
            }
            Item::Fill { rects, .. } => rects.iter_mut().for_each(rect),
            Item::Path { segments, .. } => segments.iter_mut().for_each(|segment| match segment {
                Segment::Move(p) | Segment::Line(p) => point(p),
                Segment::Curve(a, b, c) => [a, b, c].into_iter().for_each(point),
                Segment::Close => {}
            }),
            Item::Image { rect: place, .. } => rect(place),
        }
    }
}
