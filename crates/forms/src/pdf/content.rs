//! The stream of a page, written straight to bytes. Coordinates are rounded to 1/100 pt.

use super::subsets::Usage;
use crate::{
    display::{Item, Mpt, Page, Paint, Point, Run, Segment},
    font::FaceId,
};

/// Where faces and pictures are found.
pub(super) struct Names<'a> {
    pub usage: &'a [Usage],
    /// The name of a picture among the document's resources.
    pub image: &'a dyn Fn(&crate::display::Image) -> String,
}

pub(super) fn font_name(face: FaceId) -> &'static str {
    match face {
        FaceId::Body => "F1",
        FaceId::Heading => "F2",
        FaceId::Fallback1 => "F3",
        FaceId::Fallback2 => "F4",
    }
}

/// The stream of a page up to where a copy adds text of its own.
pub(super) struct Begun(Pen);

pub(super) fn begin(page: &Page, names: &Names<'_>) -> Begun {
    let (_, height) = page.size();
    let mut pen = Pen { out: Vec::with_capacity(16 * 1024), height, now: State::default() };
    page.items().for_each(|item| pen.graphic(item, names));
    pen.op("BT\n");
    pen.now.fill = None;
    pen.texts(page.items(), names);
    Begun(pen)
}

impl Begun {
    /// With the text of one copy; writes over what `into` held.
    pub fn end(&self, own: &[Item], names: &Names<'_>, into: &mut Vec<u8>) {
        into.clear();
        into.extend_from_slice(&self.0.out);
        let Pen { height, now, .. } = self.0;
        let mut pen = Pen { out: std::mem::take(into), height, now };
        pen.texts(own.iter(), names);
        pen.op("ET\n");
        *into = pen.out;
    }
}

struct Pen {
    out: Vec<u8>,
    /// Of the page: PDF measures from its lower edge.
    height: Mpt,
    now: State,
}

/// The graphics state as the reader of the stream has it.
#[derive(Clone, Copy, Default)]
struct State {
    fill: Option<u8>,
    stroke: Option<u8>,
    width: Option<Mpt>,
    dashed: bool,
    round: bool,
    font: Option<(FaceId, Mpt)>,
    spacing: Mpt,
    /// In hundredths of a point.
    line: (i32, i32),
}

impl Pen {
    fn texts<'a>(&mut self, items: impl Iterator<Item = &'a Item>, names: &Names<'_>) {
        for item in items {
            if let Item::Text(run) = item {
                self.text(run, names);
            }
        }
    }

    fn graphic(&mut self, item: &Item, names: &Names<'_>) {
        match item {
            Item::Text(_) => {}
            Item::Line { from, to, width, dashed, gray } => {
                self.stroking(*width, *gray, *dashed);
                self.point(*from);
                self.op("m ");
                self.point(*to);
                self.op("l S\n");
            }
            Item::Fill { rects, gray } => {
                self.filling(*gray);
                for rect in rects {
                    self.point(Point { x: rect.x, y: rect.y + rect.height });
                    self.length(rect.width);
                    self.length(rect.height);
                    self.op("re ");
                }
                self.op("f\n");
            }
            Item::Path { segments, paint } => {
                match paint {
                    Paint::Stroke { width, gray, dashed } => {
                        if !self.now.round {
                            self.op("1 J 1 j ");
                            self.now.round = true;
                        }
                        self.stroking(*width, *gray, *dashed);
                    }
                    Paint::Fill { gray } => self.filling(*gray),
                }
                for segment in segments {
                    self.segment(*segment);
                }
                self.op(if matches!(paint, Paint::Fill { .. }) { "f\n" } else { "S\n" });
                if std::mem::take(&mut self.now.round) {
                    self.op("0 J 0 j ");
                }
            }
            Item::Image { rect, image } => {
                self.op("q ");
                self.length(rect.width);
                self.op("0 0 ");
                self.length(rect.height);
                self.point(Point { x: rect.x, y: rect.y + rect.height });
                self.op("cm /");
                self.op(&(names.image)(image));
                self.op(" Do Q\n");
            }
        }
    }

    fn segment(&mut self, segment: Segment) {
        match segment {
            Segment::Move(to) => {
                self.point(to);
                self.op("m ");
            }
            Segment::Line(to) => {
                self.point(to);
                self.op("l ");
            }
            Segment::Curve(a, b, c) => {
                self.point(a);
                self.point(b);
                self.point(c);
                self.op("c ");
            }
            Segment::Close => self.op("h "),
        }
    }

    fn text(&mut self, run: &Run, names: &Names<'_>) {
        let Some(usage) = names.usage.iter().find(|usage| usage.face == run.face) else { return };
        self.filling(run.gray);
        if self.now.font != Some((run.face, run.size)) {
            self.op("/");
            self.op(font_name(run.face));
            self.op(" ");
            self.length(run.size);
            self.op("Tf ");
            self.now.font = Some((run.face, run.size));
        }
        if self.now.spacing != run.spacing {
            self.thousandths(run.spacing);
            self.op("Tc ");
            self.now.spacing = run.spacing;
        }
        let at = (hundredths(run.at.x), hundredths(self.height - run.at.y));
        self.number(at.0 - self.now.line.0);
        self.number(at.1 - self.now.line.1);
        self.op("Td ");
        self.now.line = at;
        self.glyphs(run, usage);
    }

    fn glyphs(&mut self, run: &Run, usage: &Usage) {
        self.op("[(");
        for (i, glyph) in run.glyphs.iter().enumerate() {
            let shared = usage.characters[usize::from(glyph.id)] != glyph.character;
            if shared {
                // Two characters share this glyph: say which one is meant here.
                self.op(")]TJ /Span<</ActualText<FEFF");
                let mut units = [0; 2];
                for unit in glyph.character.encode_utf16(&mut units) {
                    let hex = format!("{unit:04X}");
                    self.op(&hex);
                }
                self.op(">>>BDC [(");
            }
            for byte in usage.renumbered[usize::from(glyph.id)].to_be_bytes() {
                match byte {
                    b'(' | b')' | b'\\' => self.out.extend_from_slice(&[b'\\', byte]),
                    b'\r' => self.out.extend_from_slice(b"\\r"),
                    _ => self.out.push(byte),
                }
            }
            if shared {
                self.op(")]TJ EMC [(");
            }
            if glyph.after != 0 && i + 1 < run.glyphs.len() {
                let moved = -i64::from(glyph.after) * 1000 / i64::from(run.size.max(1));
                self.op(")");
                self.integer(moved as i32);
                self.op("(");
            }
        }
        self.op(")]TJ\n");
    }

    fn filling(&mut self, gray: u8) {
        if self.now.fill != Some(gray) {
            self.gray(gray);
            self.op("g ");
            self.now.fill = Some(gray);
        }
    }

    fn stroking(&mut self, width: Mpt, gray: u8, dashed: bool) {
        if self.now.stroke != Some(gray) {
            self.gray(gray);
            self.op("G ");
            self.now.stroke = Some(gray);
        }
        if self.now.width != Some(width) {
            self.length(width);
            self.op("w ");
            self.now.width = Some(width);
        }
        if self.now.dashed != dashed {
            self.op(if dashed { "[3 2] 0 d " } else { "[] 0 d " });
            self.now.dashed = dashed;
        }
    }

    fn op(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn point(&mut self, at: Point) {
        self.number(hundredths(at.x));
        self.number(hundredths(self.height - at.y));
    }

    fn length(&mut self, length: Mpt) {
        self.number(hundredths(length));
    }

    fn gray(&mut self, gray: u8) {
        self.thousandths(i32::from(gray) * 1000 / 255);
    }

    fn number(&mut self, hundredths: i32) {
        self.decimal(hundredths * 10);
    }

    fn thousandths(&mut self, value: i32) {
        self.decimal(value);
    }

    fn integer(&mut self, value: i32) {
        self.digits(value);
    }

    /// A number of thousandths, without trailing zeros, and a space.
    fn decimal(&mut self, value: i32) {
        if value < 0 {
            self.out.push(b'-');
        }
        let value = value.abs();
        if value >= 1000 || value == 0 {
            self.digits(value / 1000);
        }
        let mut rest = value % 1000;
        if rest != 0 {
            self.out.push(b'.');
            let mut unit = 100;
            while rest != 0 {
                self.out.push(b'0' + (rest / unit) as u8);
                rest %= unit;
                unit /= 10;
            }
        }
        self.out.push(b' ');
    }

    fn digits(&mut self, value: i32) {
        if value < 0 {
            self.out.push(b'-');
        }
        let mut left = value.unsigned_abs();
        let mut buffer = [0; 10];
        let mut at = buffer.len();
        loop {
            at -= 1;
            buffer[at] = b'0' + (left % 10) as u8;
            left /= 10;
            if left == 0 {
                break;
            }
        }
        self.out.extend_from_slice(&buffer[at..]);
    }
}

fn hundredths(length: Mpt) -> i32 {
    (length + if length < 0 { -5 } else { 5 }) / 10
}
