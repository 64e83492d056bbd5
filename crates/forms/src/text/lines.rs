use super::{
    atoms::{Atom, What, is_closing},
    breaks::may_break_before,
};
use crate::{
    display::{Glyph, Item, Mpt, Paint, Point, Run, Segment},
    template::Align,
};
use std::cell::LazyCell;

/// One line, ready to be placed: items relative to the line's left end and baseline.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    pub items: Vec<Item>,
}

/// How a text is set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Set {
    pub width: Mpt,
    pub align: Align,
    /// Of the first line.
    pub indent: Mpt,
    /// Of the lines after it.
    pub hang: Mpt,
}

/// Breaks atoms into lines no wider than asked.
pub(crate) fn set(atoms: &[Atom], how: Set) -> Vec<Line> {
    // Most texts fit on one line: where it may break is worth asking only when one does not.
    let allowed = LazyCell::new(|| may_break_before(atoms));
    let mut lines = Vec::new();
    let mut start = 0;
    loop {
        let indent = if lines.is_empty() { how.indent } else { how.hang };
        let (end, next) = line_end(atoms, &allowed, start, how.width - indent);
        let forced = end < atoms.len() && matches!(atoms[end].what, What::NewLine);
        let last = next >= atoms.len() || forced;
        lines.push(place(&atoms[start..end], how, indent, last));
        if next >= atoms.len() {
            return lines;
        }
        start = next;
    }
}

/// Where the line that begins at `start` ends, and where the next one begins.
fn line_end(
    atoms: &[Atom],
    allowed: &LazyCell<Vec<bool>, impl FnOnce() -> Vec<bool>>,
    start: usize,
    width: Mpt,
) -> (usize, usize) {
    let mut x = 0;
    for (i, atom) in atoms.iter().enumerate().skip(start) {
        if matches!(atom.what, What::NewLine) {
            return (i, i + 1);
        }
        let wide = x + if i > start { atom.before } else { 0 } + atom.advance;
        // A closing mark's white half, and spaces, may stand beyond the edge.
        if wide - trailing(atom) > width && i > start {
            let end = (start + 1..=i).rev().find(|at| allowed[*at]).unwrap_or(i);
            return (without_spaces(atoms, start, end), end);
        }
        x = wide;
    }
    (without_spaces(atoms, start, atoms.len()), atoms.len())
}

fn without_spaces(atoms: &[Atom], start: usize, end: usize) -> usize {
    let blank = |atom: &&Atom| matches!(atom.what, What::Char(' ', _));
    end - atoms[start..end].iter().rev().take_while(blank).count()
}

fn trailing(atom: &Atom) -> Mpt {
    match atom.what {
        What::Char(' ', _) => atom.advance,
        What::Char(c, _) if is_closing(c) => atom.advance / 2,
        _ => 0,
    }
}

fn place(atoms: &[Atom], how: Set, indent: Mpt, last: bool) -> Line {
    let room = how.width - indent;
    let natural: Mpt = atoms
        .iter()
        .enumerate()
        .map(|(i, atom)| atom.advance.min(room) + if i > 0 { atom.before } else { 0 })
        .sum();
    let visible = natural - atoms.last().map_or(0, trailing);
    let slack = room - visible;
    let gaps = atoms.len().saturating_sub(1) as Mpt;
    let mut x = indent;
    let mut spacing = 0;
    match how.align {
        Align::Center => x += slack.max(0) / 2,
        Align::Right => x += slack.max(0),
        Align::Left => {}
        Align::Justify => {
            let widest = atoms.first().map_or(0, |atom| atom.style.size / 8);
            if !last && gaps > 0 && slack / gaps <= widest {
                spacing = slack / gaps;
            }
        }
    }
    let mut line = Line::default();
    for (i, atom) in atoms.iter().enumerate() {
        let before = if i > 0 { atom.before } else { 0 };
        x += before;
        match atom.what {
            What::Char(character, shown) => {
                let glyph = Glyph { character, id: shown.glyph, after: 0 };
                match line.items.last_mut() {
                    Some(Item::Text(run))
                        if run.face == shown.face
                            && run.size == atom.style.size
                            && run.gray == atom.style.gray
                            && i > 0
                            && matches!(atoms[i - 1].what, What::Char(..)) =>
                    {
                        if let Some(previous) = run.glyphs.last_mut() {
                            previous.after = before;
                        }
                        run.glyphs.push(glyph);
                    }
                    _ => line.items.push(Item::Text(Run {
                        at: Point { x, y: 0 },
                        size: atom.style.size,
                        face: shown.face,
                        gray: atom.style.gray,
                        spacing,
                        glyphs: vec![glyph],
                    })),
                }
            }
            What::Box { ticked } => check_box(&mut line.items, x, atom.style.size, ticked),
            What::Blank => {
                let y = atom.style.size / 6;
                line.items.push(Item::Line {
                    from: Point { x, y },
                    to: Point { x: x + atom.advance.min(room), y },
                    width: 500,
                    dashed: false,
                    gray: 60,
                });
            }
            What::NewLine => {}
        }
        x += atom.advance.min(room) + spacing;
    }
    line
}

/// A square as high as a Han character, with its tick.
pub(crate) fn check_box(items: &mut Vec<Item>, x: Mpt, size: Mpt, ticked: bool) {
    let side = size * 82 / 100;
    let (left, top) = (x + size * 8 / 100, -size * 72 / 100);
    let at = |dx: i32, dy: i32| Point { x: left + side * dx / 100, y: top + side * dy / 100 };
    items.push(Item::Path {
        segments: vec![
            Segment::Move(at(0, 0)),
            Segment::Line(at(100, 0)),
            Segment::Line(at(100, 100)),
            Segment::Line(at(0, 100)),
            Segment::Close,
        ],
        paint: Paint::Stroke { width: 600, gray: 0, dashed: false },
    });
    if ticked {
        items.push(Item::Path {
            segments: vec![
                Segment::Move(at(18, 52)),
                Segment::Line(at(42, 78)),
                Segment::Line(at(86, 18)),
            ],
            paint: Paint::Stroke { width: 1300, gray: 0, dashed: false },
        });
    }
}
