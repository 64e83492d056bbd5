use super::{
    CELL, HEADING, NOTE, Setter, TEXT, TITLE, baseline, centered,
    flow::Slice,
    leading, left, put,
    rows::{RowCell, close, row},
    rule, tight,
};
use crate::{
    data::Scope,
    display::{Item, Mpt, Point, Rect, mm},
    error::FormError,
    font::FaceId,
    template::{
        Align, Block, Checks, Kind, Paragraph, ParagraphStyle, Part, Photos, Rich, Template,
    },
    text::{Atom, Line, Piece, Set, Style, What, atoms, set},
};
use std::sync::Arc;

const LEGAL: &str = "【法律条款】";

impl Setter<'_> {
    pub(super) fn title(
        self,
        scope: Scope<'_>,
        template: &Template,
    ) -> Result<Vec<Slice>, FormError> {
        let mut slices = Vec::new();
        for line in self.lines(scope, &template.title, TITLE, centered(self.width))? {
            slices.push(text_slice(line, 0, TITLE.size, mm(95)));
        }
        if let Some(subtitle) = &template.subtitle {
            for line in self.lines(scope, subtitle, NOTE, centered(self.width))? {
                slices.push(text_slice(line, 0, NOTE.size, tight(NOTE.size)));
            }
        }
        slices.push(Slice { height: mm(25), ..Slice::default() });
        slices.iter_mut().for_each(|slice| slice.keep_after = true);
        Ok(slices)
    }

    pub(super) fn blocks(
        self,
        scope: Scope<'_>,
        blocks: &[Block],
    ) -> Result<Vec<Slice>, FormError> {
        let mut slices: Vec<Slice> = Vec::new();
        let mut torn = None;
        for block in blocks {
            if !block.when.is_empty() && !block.when.iter().any(|when| scope.holds(when)) {
                continue;
            }
            if matches!(block.kind, Kind::TearOff(_)) {
                torn = Some(slices.len());
            }
            slices.extend(self.block(scope, &block.kind)?);
        }
        if let Some(from) = torn {
            slices.iter_mut().skip(from + 2).for_each(|slice| slice.keep_before = true);
        }
        Ok(slices)
    }

    fn block(self, scope: Scope<'_>, kind: &Kind) -> Result<Vec<Slice>, FormError> {
        match kind {
            Kind::Heading(text) => self.heading(scope, text),
            Kind::Paragraph(paragraph) => self.paragraph(scope, paragraph),
            Kind::Grid(grid) => self.grid(scope, grid),
            Kind::Table(table) => self.table(scope, table),
            Kind::Checks(checks) => self.checks(scope, checks),
            Kind::Signatures(cells) => self.signatures(scope, cells),
            Kind::TearOff(text) => self.tear_off(scope, text),
            Kind::Photos(photos) => self.photos(scope, photos),
            Kind::Spacer(height) => Ok(vec![Slice::space(*height)]),
            Kind::Columns(parts) => self.columns(scope, parts),
        }
    }

    fn heading(self, scope: Scope<'_>, text: &Rich) -> Result<Vec<Slice>, FormError> {
        let mut slices = vec![Slice::space(mm(20))];
        for line in self.lines(scope, text, HEADING, left(self.width))? {
            slices.push(text_slice(line, 0, HEADING.size, mm(62)));
        }
        slices.iter_mut().for_each(|slice| slice.keep_after = true);
        Ok(slices)
    }

    fn paragraph(self, scope: Scope<'_>, of: &Paragraph) -> Result<Vec<Slice>, FormError> {
        let style = match of.style {
            ParagraphStyle::Text if of.framed => CELL,
            ParagraphStyle::Text => TEXT,
            ParagraphStyle::Note => NOTE,
        };
        let style = Style { size: of.size.unwrap_or(style.size), ..style };
        let mut pieces = scope.pieces(&of.text, style)?;
        if of.legal {
            let text = LEGAL.to_owned();
            let style = Style { face: FaceId::Heading, ..style };
            pieces.insert(0, Piece::Text { text, style, field: String::new() });
        }
        let indent = if of.indent { 2 * style.size } else { 0 };
        let bar = if of.legal && !of.framed { mm(25) } else { 0 };
        let inner = if of.framed { RowCell::inner(self.width) } else { self.width - bar };
        let atoms = atoms(scope.form, &pieces, self.fonts)?;
        let lines = set(&atoms, Set { width: inner, align: of.align, indent, hang: 0 });
        if of.framed {
            let cell = RowCell { width: self.width, lines, ..RowCell::default() };
            let mut slices = row(vec![cell], mm(80), self.height - mm(200));
            close(&mut slices, self.width);
            slices.push(Slice::space(mm(12)));
            return Ok(slices);
        }
        let height = leading(style.size);
        let mut slices: Vec<Slice> =
            lines.into_iter().map(|line| text_slice(line, bar, style.size, height)).collect();
        if of.legal {
            for slice in &mut slices {
                slice.form.push(rule((mm(5), 0), (mm(5), height), 1600));
            }
        }
        without_lone_lines(&mut slices);
        slices.push(Slice::space(mm(8)));
        Ok(slices)
    }

    fn checks(self, scope: Scope<'_>, checks: &Checks) -> Result<Vec<Slice>, FormError> {
        let mut items: Vec<(Scope<'_>, &Rich)> =
            checks.items.iter().map(|item| (scope, item)).collect();
        if let Some((each, item)) = &checks.each {
            items.extend(scope.rows(each, 0)?.into_iter().map(|row| (row, item)));
        }
        let mut slices = Vec::new();
        if let Some(label) = &checks.label {
            for line in self.lines(scope, label, TEXT, left(self.width))? {
                let slice = text_slice(line, 0, TEXT.size, leading(TEXT.size));
                slices.push(Slice { keep_after: true, ..slice });
            }
        }
        let width = self.width / checks.columns as Mpt;
        for row in items.chunks(checks.columns) {
            let cells: Vec<Vec<Line>> = row
                .iter()
                .map(|(scope, item)| {
                    let atoms = atoms(scope.form, &scope.pieces(item, TEXT)?, self.fonts)?;
                    let how = Set { hang: hang(&atoms), ..left(width - mm(20)) };
                    Ok(set(&atoms, how))
                })
                .collect::<Result<_, FormError>>()?;
            let height = leading(TEXT.size);
            let lines = cells.iter().map(Vec::len).max().unwrap_or(1);
            let first = slices.len();
            for line in 0..lines {
                slices.push(Slice { height, keep_before: line > 0, ..Slice::default() });
            }
            for (column, cell) in cells.into_iter().enumerate() {
                for (slice, line) in slices[first..].iter_mut().zip(cell) {
                    let y = baseline(TEXT.size, height);
                    put(&mut slice.form, line, width * column as Mpt, y);
                }
            }
        }
        slices.push(Slice::space(mm(8)));
        Ok(slices)
    }

    fn tear_off(self, scope: Scope<'_>, text: &Rich) -> Result<Vec<Slice>, FormError> {
        let atoms = atoms(scope.form, &scope.pieces(text, NOTE)?, self.fonts)?;
        let words: Mpt = atoms.iter().map(|atom| atom.advance + atom.before).sum();
        let gap = words.min(self.width) + mm(60);
        let lines = set(&atoms, centered(self.width));
        let height = mm(60);
        let mut slice = Slice { height, ..Slice::default() };
        let y = height / 2;
        for (from, to) in [(0, self.width / 2 - gap / 2), (self.width / 2 + gap / 2, self.width)] {
            let (from, to) = (Point { x: from, y }, Point { x: to, y });
            slice.form.push(Item::Line { from, to, width: 500, dashed: true, gray: 90 });
        }
        for line in lines.into_iter().take(1) {
            put(&mut slice.form, line, 0, y + NOTE.size * 35 / 100);
        }
        Ok(vec![Slice::space(mm(40)), slice, Slice::space(mm(10))])
    }

    fn photos(self, scope: Scope<'_>, photos: &Photos) -> Result<Vec<Slice>, FormError> {
        let scopes = match &photos.each {
            Some(each) => scope.rows(each, photos.min)?,
            None => vec![scope; photos.min],
        };
        let gap = mm(50);
        let abreast = ((self.width + gap) / (photos.width + gap)).max(1) as usize;
        let mut slices = Vec::new();
        for row in scopes.chunks(abreast) {
            let mut slice = Slice { height: photos.height + mm(30), ..Slice::default() };
            for (i, scope) in row.iter().enumerate() {
                let x = i as Mpt * (photos.width + gap);
                let rect = Rect { x, y: mm(10), width: photos.width, height: photos.height };
                self.photo(*scope, photos, rect, &mut slice)?;
            }
            slices.push(slice);
        }
        Ok(slices)
    }

    fn photo(
        self,
        scope: Scope<'_>,
        photos: &Photos,
        rect: Rect,
        slice: &mut Slice,
    ) -> Result<(), FormError> {
        let name = photos.image.as_ref().map(|path| scope.text(path)).transpose()?;
        if let Some(image) = name.and_then(|name| self.images.get(&name)) {
            // The whole picture, as large as the place allows.
            let (w, h) = (i64::from(image.width.max(1)), i64::from(image.height.max(1)));
            let (fit_w, fit_h) = (i64::from(rect.width), i64::from(rect.height));
            let width = fit_w.min(fit_h * w / h);
            let height = width * h / w;
            let inside = Rect {
                x: rect.x + ((fit_w - width) / 2) as Mpt,
                y: rect.y + ((fit_h - height) / 2) as Mpt,
                width: width as Mpt,
                height: height as Mpt,
            };
            slice.form.push(Item::Image { rect: inside, image: Arc::clone(image) });
        } else {
            let style = Style { gray: 120, ..NOTE };
            let lines = self.lines(scope, &photos.caption, style, centered(rect.width))?;
            let step = tight(style.size);
            let top = rect.y + (rect.height - lines.len() as Mpt * step) / 2;
            for (i, line) in lines.into_iter().enumerate() {
                let y = top + i as Mpt * step + baseline(style.size, step);
                put(&mut slice.form, line, rect.x, y);
            }
        }
        let (right, bottom) = (rect.x + rect.width, rect.y + rect.height);
        for (from, to) in [
            ((rect.x, rect.y), (right, rect.y)),
            ((rect.x, bottom), (right, bottom)),
            ((rect.x, rect.y), (rect.x, bottom)),
            ((right, rect.y), (right, bottom)),
        ] {
            slice.form.push(rule(from, to, 400));
        }
        Ok(())
    }

    /// Side by side. The shorter ones are never cut; where the tallest goes on below them, it is
    /// cut like any other block.
    fn columns(
        self,
        scope: Scope<'_>,
        parts: &[(i32, Vec<Block>)],
    ) -> Result<Vec<Slice>, FormError> {
        let gap = mm(40);
        let weights: Vec<i32> = parts.iter().map(|(weight, _)| *weight).collect();
        let room = self.width - gap * (parts.len() as Mpt - 1).max(0);
        let mut x = 0;
        let mut columns = Vec::new();
        for ((_, blocks), width) in parts.iter().zip(super::rows::shares(room, &weights)) {
            let slices = (Setter { width, ..self }).blocks(scope, blocks)?;
            let height: Mpt = slices.iter().map(|slice| slice.height).sum();
            columns.push((height, x, slices));
            x += width + gap;
        }
        columns.sort_by_key(|(height, ..)| *height);
        let Some((_, x, tallest)) = columns.pop() else { return Ok(Vec::new()) };
        let mut whole = Slice::default();
        for (height, x, slices) in columns {
            let mut y = 0;
            for slice in slices {
                y += slice.height;
                let top = y - slice.height;
                whole.absorb(slice, x, top);
            }
            whole.height = whole.height.max(height);
        }
        let mut below = Vec::new();
        let mut y = 0;
        for slice in tallest {
            if y < whole.height || y == 0 {
                y += slice.height;
                let top = y - slice.height;
                whole.absorb(slice, x, top);
            } else {
                below.push(slice.indented(x));
            }
        }
        whole.height = whole.height.max(y);
        Ok(std::iter::once(whole).chain(below).collect())
    }
}

/// Later lines begin where the words begin: after the box, or after （一） and the like.
fn hang(atoms: &[Atom]) -> Mpt {
    const LONGEST: usize = 5;
    let closing = |atom: &Atom| matches!(atom.what, What::Char('）', _));
    let numbered = matches!(atoms.first().map(|atom| atom.what), Some(What::Char('（', _)));
    match atoms.iter().take(LONGEST).position(closing) {
        Some(end) if numbered => atoms[..=end].iter().map(|atom| atom.advance + atom.before).sum(),
        _ => TEXT.size * 13 / 10,
    }
}

fn text_slice(line: Line, x: Mpt, size: Mpt, height: Mpt) -> Slice {
    let mut slice = Slice { height, ..Slice::default() };
    put(&mut slice.form, line, x, baseline(size, height));
    slice
}

/// Neither the first nor the last line of a paragraph stands alone on a page.
fn without_lone_lines(lines: &mut [Slice]) {
    if lines.len() > 1 {
        if let Some(first) = lines.first_mut() {
            first.keep_after = true;
        }
        if let Some(last) = lines.last_mut() {
            last.keep_before = true;
        }
    }
}

/// Words of the program's own.
pub(super) fn words(text: &str) -> Rich {
    Rich(vec![(Part::Text(text.to_owned()), false)])
}

pub(super) fn aligned(width: Mpt, align: Align) -> Set {
    Set { width, align, indent: 0, hang: 0 }
}
