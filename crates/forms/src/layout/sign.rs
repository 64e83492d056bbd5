//! Places for signatures and stamps.

use super::{CELL, NOTE, Setter, centered, flow::Slice, left, put, rows::PAD_X, rule, tight};
use crate::{
    data::Scope,
    display::{Item, Mpt, Paint, Point, Rect, Segment, mm},
    error::FormError,
    font::FaceId,
    template::Signature,
    text::Style,
};

const RING: Mpt = mm(130);

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
        let more = hands.iter().map(|(cell, _)| cell.lines.len()).max().unwrap_or(0) as Mpt;
        let height = if stamped { mm(340) } else { mm(250) } + more * tight(CELL.size);
        let mut slice = Slice { height, keep_before: true, ..Slice::default() };
        for (i, (cell, scope)) in hands.iter().enumerate() {
            // One hand alone signs on the right.
            let (i, abreast) = if abreast == 1 { (1, 2) } else { (i, abreast) };
            let x = self.width * i as Mpt / abreast as Mpt;
            let end = self.width * (i as Mpt + 1) / abreast as Mpt;
            let place = Rect { x, y: 0, width: end - x, height };
            self.signature(*scope, cell, place, &mut slice)?;
            frame(&mut slice.form, place);
        }
        Ok(slice)
    }

    fn signature(
        self,
        scope: Scope<'_>,
        cell: &Signature,
        place: Rect,
        slice: &mut Slice,
    ) -> Result<(), FormError> {
        let step = tight(CELL.size);
        let (x, width) = (place.x + PAD_X, place.width - 2 * PAD_X);
        let text = if cell.stamp { width - 2 * RING - mm(20) } else { width };
        let bold = Style { face: FaceId::Heading, ..CELL };
        let mut y = mm(20);
        for line in self.lines(scope, &cell.title, bold, left(width))? {
            put(&mut slice.form, line, x, y + CELL.size);
            y += step;
        }
        for rich in &cell.lines {
            for line in self.lines(scope, rich, CELL, left(text.max(mm(200))))?.into_iter().take(3)
            {
                put(&mut slice.ink, line, x, y + CELL.size);
                y += step;
            }
        }
        let bottom = place.height - mm(25);
        if let Some(date) = &cell.date {
            let lines = self.lines(scope, date, CELL, left(width))?;
            if let Some(line) = lines.into_iter().next() {
                put(&mut slice.ink, line, x, bottom);
            }
        }
        let ground = bottom - step - mm(10);
        if let Some(path) = &cell.ink {
            let strokes = scope.strokes(path)?;
            let room = Rect { x, y, width: text.min(mm(500)), height: ground - y + mm(10) };
            slice.ink.extend(ink(&strokes, room));
        }
        slice.form.push(Item::Line {
            from: Point { x, y: ground + mm(10) },
            to: Point { x: x + text, y: ground + mm(10) },
            width: 400,
            dashed: false,
            gray: 120,
        });
        if cell.stamp {
            let center = Point { x: x + width - RING, y: mm(20) + RING };
            slice.form.push(ring(center, RING));
            let style = Style { gray: 150, ..NOTE };
            let words = super::blocks::words("盖章处");
            let lines = self.lines(scope, &words, style, centered(2 * RING))?;
            for line in lines {
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
