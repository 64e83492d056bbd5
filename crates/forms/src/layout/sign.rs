//! Places for signatures and stamps.

use super::{CELL, NOTE, Setter, centered, flow::Slice, left, put, rows::PAD_X, rule, tight};
use crate::{
    data::Scope,
    display::{Item, Mpt, Paint, Point, Rect, Segment, mm},
    error::FormError,
    font::FaceId,
    template::Signature,
    text::{Line, Style},
};

const RING: Mpt = mm(130);
/// Lines of one title: more than any has.
const MOST: usize = 8;
/// Of a long name under which somebody signs.
const SMALLEST: Mpt = 5_000;

/// One cell, set.
struct Hand {
    title: Vec<Line>,
    lines: Vec<Line>,
    /// Of the lines.
    size: Mpt,
    date: Option<Line>,
    strokes: Vec<Vec<[i32; 3]>>,
    stamp: bool,
    /// What is left beside the seal.
    beside: Mpt,
}

impl Setter<'_> {
    /// Cells side by side, at most three to a row; every row stays with what stands before it.
    pub(super) fn signatures(
        self,
        scope: Scope<'_>,
        cells: &[Signature],
    ) -> Result<Vec<Slice>, FormError> {
        let mut hands = Vec::new();
        for cell in cells {
            match &cell.each {
                Some(each) => {
                    hands.extend(scope.rows(each, 1)?.into_iter().map(|row| (cell, row)));
                }
                None => hands.push((cell, scope)),
            }
        }
        let abreast = match hands.len() {
            0..=3 => hands.len().max(1),
            4 => 2,
            _ => 3,
        };
        let mut slices = vec![Slice { keep_before: true, ..Slice::space(mm(40)) }];
        for row in hands.chunks(abreast) {
            slices.push(self.signature_row(row, abreast)?);
        }
        Ok(slices)
    }

    fn signature_row(
        self,
        hands: &[(&Signature, Scope<'_>)],
        abreast: usize,
    ) -> Result<Slice, FormError> {
        let stamped = hands.iter().any(|(cell, _)| cell.stamp);
        let lines = hands.iter().map(|(cell, _)| cell.lines.len()).max().unwrap_or(0) as Mpt;
        let lowest = if stamped { mm(340) } else { mm(250) } + lines * tight(CELL.size);
        let mut set = Vec::new();
        for (i, (cell, scope)) in hands.iter().enumerate() {
            // One hand alone signs on the right.
            let (i, abreast) = if abreast == 1 { (1, 2) } else { (i, abreast) };
            let x = self.width * i as Mpt / abreast as Mpt;
            let end = self.width * (i as Mpt + 1) / abreast as Mpt;
            set.push((x, end - x, self.hand(*scope, cell, end - x, lowest)?));
        }
        let more = set.iter().map(|(.., hand)| hand.title.len() - 1).max().unwrap_or(0);
        let height = lowest + more as Mpt * tight(CELL.size);
        let mut slice = Slice { height, keep_before: true, ..Slice::default() };
        for (x, width, hand) in set {
            let place = Rect { x, y: 0, width, height };
            self.signature(hand, place, &mut slice)?;
            frame(&mut slice.form, place);
        }
        Ok(slice)
    }

    /// Its words, set for a cell of this width. Who signs is known after the form is: the cell's height is not
    /// theirs to change, so their words grow smaller where they have to.
    fn hand(
        self,
        scope: Scope<'_>,
        cell: &Signature,
        width: Mpt,
        lowest: Mpt,
    ) -> Result<Hand, FormError> {
        let width = width - 2 * PAD_X;
        let beside = if cell.stamp { width - 2 * RING - mm(20) } else { width };
        let bold = Style { face: FaceId::Heading, ..CELL };
        let mut title = self.lines(scope, &cell.title, bold, left(width))?;
        title.truncate(MOST);
        let room = lowest - mm(55) - 2 * tight(CELL.size);
        let mut style = CELL;
        let lines = loop {
            let mut lines = Vec::new();
            for rich in &cell.lines {
                lines.extend(self.lines(scope, rich, style, left(beside.max(mm(200))))?);
            }
            let most = (room / tight(style.size)) as usize;
            if lines.len() <= most || style.size <= SMALLEST {
                lines.truncate(most);
                break lines;
            }
            style.size -= 500;
        };
        let date = match &cell.date {
            Some(date) => self.lines(scope, date, CELL, left(width))?.into_iter().next(),
            None => None,
        };
        let strokes = cell.ink.as_ref().map(|path| scope.strokes(path)).transpose()?;
        let strokes = strokes.unwrap_or_default();
        Ok(Hand { title, lines, size: style.size, date, strokes, stamp: cell.stamp, beside })
    }

    fn signature(self, hand: Hand, place: Rect, slice: &mut Slice) -> Result<(), FormError> {
        let step = tight(CELL.size);
        let (x, width) = (place.x + PAD_X, place.width - 2 * PAD_X);
        let mut y = mm(20);
        // A title of several lines stands above the seal, a short one beside it.
        let seal = y + (hand.title.len() as Mpt - 1) * step;
        for line in hand.title {
            put(&mut slice.form, line, x, y + CELL.size);
            y += step;
        }
        for line in hand.lines {
            put(&mut slice.ink, line, x, y + hand.size);
            y += tight(hand.size);
        }
        let bottom = place.height - mm(25);
        if let Some(line) = hand.date {
            put(&mut slice.ink, line, x, bottom);
        }
        let ground = bottom - step - mm(10);
        let room = Rect { x, y, width: hand.beside.min(mm(500)), height: ground - y + mm(10) };
        slice.ink.extend(ink(&hand.strokes, room));
        slice.form.push(Item::Line {
            from: Point { x, y: ground + mm(10) },
            to: Point { x: x + hand.beside, y: ground + mm(10) },
            width: 400,
            dashed: false,
            gray: 120,
        });
        if hand.stamp {
            let center = Point { x: x + width - RING, y: seal + RING };
            slice.form.push(ring(center, RING));
            let style = Style { gray: 150, ..NOTE };
            let words = super::blocks::words("盖章处");
            let scope = Scope::new("", &shoulou_eventlog::Value::Null);
            for line in self.lines(scope, &words, style, centered(2 * RING))? {
                put(&mut slice.form, line, center.x - RING, center.y + NOTE.size / 3);
            }
        }
        Ok(())
    }
}

fn frame(items: &mut Vec<Item>, place: Rect) {
    let (right, bottom) = (place.x + place.width, place.y + place.height);
    items.push(rule((place.x, place.y), (right, place.y), 600));
    items.push(rule((place.x, bottom), (right, bottom), 600));
    items.push(rule((place.x, place.y), (place.x, bottom), 600));
    items.push(rule((right, place.y), (right, bottom), 600));
}

/// A circle of dashes where a seal goes.
fn ring(center: Point, radius: Mpt) -> Item {
    Item::Path {
        segments: circle(center, radius),
        paint: Paint::Stroke { width: 500, gray: 170, dashed: true },
    }
}

pub(super) fn small_ring(x: Mpt, width: Mpt, height: Mpt) -> Item {
    let radius = (width.min(height) / 2 - mm(8)).max(mm(15));
    ring(Point { x: x + width / 2, y: height / 2 }, radius)
}

fn circle(center: Point, radius: Mpt) -> Vec<Segment> {
    let arm = (i64::from(radius) * 5523 / 10_000) as Mpt;
    let at = |dx: Mpt, dy: Mpt| Point { x: center.x + dx, y: center.y + dy };
    vec![
        Segment::Move(at(radius, 0)),
        Segment::Curve(at(radius, arm), at(arm, radius), at(0, radius)),
        Segment::Curve(at(-arm, radius), at(-radius, arm), at(-radius, 0)),
        Segment::Curve(at(-radius, -arm), at(-arm, -radius), at(0, -radius)),
        Segment::Curve(at(arm, -radius), at(radius, -arm), at(radius, 0)),
        Segment::Close,
    ]
}

/// Strokes scaled to lie inside a place, smoothed, as wide as they were pressed.
pub(super) fn ink(strokes: &[Vec<[i32; 3]>], place: Rect) -> Vec<Item> {
    let points = || strokes.iter().flatten();
    let bounds = |axis: usize| {
        let low = points().map(|p| p[axis]).min().unwrap_or(0);
        let high = points().map(|p| p[axis]).max().unwrap_or(0);
        (low, (high - low).max(1))
    };
    let ((left, wide), (top, high)) = (bounds(0), bounds(1));
    // A signature keeps its share of the screen's box, as far as its height allows.
    let by_width = i64::from(place.width) * 1000 / 10_000;
    let by_extent = i64::from(place.width) * 1000 / i64::from(wide);
    let by_height = i64::from(place.height) * 1000 / i64::from(high);
    let scale = by_width.max(by_height.min(by_extent) * 9 / 10).min(by_height).min(by_extent);
    let at = |p: &[i32; 3]| Point {
        x: place.x + (i64::from(p[0] - left) * scale / 1000) as Mpt,
        y: place.y
            + (i64::from(p[1] - top) * scale / 1000) as Mpt
            + (place.height - (i64::from(high) * scale / 1000) as Mpt) / 2,
    };
    let stroke = |stroke: &Vec<[i32; 3]>| {
        let pressure: i64 = stroke.iter().map(|p| i64::from(p[2].clamp(0, 1000))).sum();
        let mean = pressure / stroke.len().max(1) as i64;
        let points: Vec<Point> = stroke.iter().map(at).collect();
        Some(Item::Path {
            segments: smooth(&points)?,
            paint: Paint::Stroke { width: 700 + (mean * 9 / 10) as Mpt, gray: 0, dashed: false },
        })
    };
    strokes.iter().filter_map(stroke).collect()
}

/// Curves through the middles of the segments, with the points as their handles.
fn smooth(points: &[Point]) -> Option<Vec<Segment>> {
    let first = *points.first()?;
    let mut segments = vec![Segment::Move(first)];
    if points.len() < 3 {
        let last = *points.last()?;
        // A dot: a line of no length is not drawn by every printer.
        let end = if last == first { Point { x: first.x + 10, ..first } } else { last };
        segments.push(Segment::Line(end));
        return Some(segments);
    }
    let middle = |a: Point, b: Point| Point { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
    let toward =
        |a: Point, b: Point| Point { x: a.x + (b.x - a.x) * 2 / 3, y: a.y + (b.y - a.y) * 2 / 3 };
    let mut from = first;
    for pair in points[1..].windows(2) {
        let to = middle(pair[0], pair[1]);
        segments.push(Segment::Curve(toward(from, pair[0]), toward(to, pair[0]), to));
        from = to;
    }
    segments.push(Segment::Line(*points.last()?));
    Some(segments)
}
