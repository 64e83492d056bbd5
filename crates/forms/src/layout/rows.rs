//! Ruled rows of cells: the stuff of grids, tables and frames.

use super::{CELL, baseline, flow::Slice, put, rule, tight};
use crate::{
    display::{Item, Mpt, Rect, mm},
    text::Line,
};

pub(super) const PAD_X: Mpt = mm(14);
pub(super) const PAD_Y: Mpt = mm(11);
const OUTER: Mpt = 800;
const INNER: Mpt = 400;
const SHORT: Mpt = mm(600);

#[derive(Clone, Debug, Default)]
pub(super) struct RowCell {
    pub width: Mpt,
    pub lines: Vec<Line>,
    pub shaded: bool,
    /// Whether somebody signs here; the lines then stand below the strokes.
    pub signs: bool,
    pub strokes: Vec<Vec<[i32; 3]>>,
    pub stamp: Option<bool>,
}

impl RowCell {
    pub fn inner(width: Mpt) -> Mpt {
        width - 2 * PAD_X
    }

    /// Takes away the lines after the first `most`, into the cell below.
    fn rest_after(&mut self, most: usize) -> RowCell {
        let lines = self.lines.split_off(most.min(self.lines.len()));
        RowCell { width: self.width, lines, shaded: self.shaded, ..RowCell::default() }
    }
}

/// One row, or several where its text is taller than `max`.
pub(super) fn row(mut cells: Vec<RowCell>, min: Mpt, max: Mpt) -> Vec<Slice> {
    let step = tight(CELL.size);
    let most = (((max - 2 * PAD_Y) / step).max(1)) as usize;
    let mut slices = Vec::new();
    loop {
        let rest: Vec<RowCell> = cells.iter_mut().map(|cell| cell.rest_after(most)).collect();
        let done = rest.iter().all(|cell| cell.lines.is_empty());
        slices.push(part_of_row(cells, min, step));
        if done {
            return slices;
        }
        cells = rest;
    }
}

fn part_of_row(cells: Vec<RowCell>, min: Mpt, step: Mpt) -> Slice {
    let lines = cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(0) as Mpt;
    let height = (lines * step + 2 * PAD_Y).max(min);
    let width: Mpt = cells.iter().map(|cell| cell.width).sum();
    let mut slice = Slice { height, ..Slice::default() };
    let mut x = 0;
    for cell in cells {
        if cell.shaded {
            let rects = vec![Rect { x, y: 0, width: cell.width, height }];
            slice.form.push(Item::Fill { rects, gray: 243 });
        }
        if x > 0 {
            slice.form.push(rule((x, 0), (x, height), INNER));
        }
        let end = x + cell.width;
        contents(&mut slice, cell, x, height, step);
        x = end;
    }
    slice.form.push(rule((0, 0), (0, height), OUTER));
    slice.form.push(rule((width, 0), (width, height), OUTER));
    slice.form.push(rule((0, height), (width, height), INNER));
    slice.lead.push(rule((0, 0), (width, 0), OUTER));
    slice
}

fn contents(slice: &mut Slice, cell: RowCell, x: Mpt, height: Mpt, step: Mpt) {
    let text = cell.lines.len() as Mpt * step;
    let top = if cell.signs { height - text - PAD_Y / 2 } else { (height - text) / 2 };
    if cell.signs {
        let place = Rect {
            x: x + PAD_X,
            y: PAD_Y / 2,
            width: cell.width - 2 * PAD_X,
            height: (top - PAD_Y / 2).max(height / 3),
        };
        slice.ink.extend(super::sign::ink(&cell.strokes, place));
    }
    let into = if cell.signs { &mut slice.ink } else { &mut slice.form };
    for (i, line) in cell.lines.into_iter().enumerate() {
        put(into, line, x + PAD_X, top + i as Mpt * step + baseline(CELL.size, step));
    }
    match cell.stamp {
        Some(true) => slice.form.push(super::sign::small_ring(x, cell.width, height)),
        Some(false) => {
            let (middle, half) = (x + cell.width / 2, height / 2);
            let reach = mm(20);
            slice.form.push(rule(
                (middle + reach, half - reach),
                (middle - reach, half + reach),
                INNER,
            ));
        }
        None => {}
    }
}

/// Closes a ruled block: its first row carries the upper edge, its last the thicker lower one.
pub(super) fn close(slices: &mut [Slice], width: Mpt) {
    if let Some(first) = slices.first_mut() {
        let lead = std::mem::take(&mut first.lead);
        first.form.extend(lead);
    }
    if let Some(last) = slices.last_mut() {
        last.form.push(rule((0, last.height), (width, last.height), OUTER));
    }
    // A short one is not worth cutting.
    let whole: Mpt = slices.iter().map(|slice| slice.height).sum();
    if whole <= SHORT {
        slices.iter_mut().skip(1).for_each(|slice| slice.keep_before = true);
    }
}

/// Cuts a width into parts by weight, without losing a thousandth.
pub(super) fn shares(width: Mpt, weights: &[i32]) -> Vec<Mpt> {
    let total: i64 = weights.iter().map(|w| i64::from(*w)).sum::<i64>().max(1);
    let mut done = 0;
    let mut seen = 0;
    weights
        .iter()
        .map(|weight| {
            seen += i64::from(*weight);
            let end = (i64::from(width) * seen / total) as Mpt;
            let share = end - done;
            done = end;
            share
        })
        .collect()
}
