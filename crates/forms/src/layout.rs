//! Template + data → pages. Blocks become slices that are never cut; pages are filled with slices.

mod blocks;
mod flow;
mod furniture;
mod rows;
mod sign;
mod tables;

use crate::{
    data::Scope,
    display::{A4, DisplayList, Item, Mpt, Page, Point, mm},
    error::FormError,
    font::{FaceId, Fonts},
    render::RenderJob,
    template::{Align, Rich, Template},
    text::{Line, Set, Style, atoms, set},
};

/// How a page is divided.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    pub page: (Mpt, Mpt),
    /// Between the binding edge and the margins.
    pub body: Area,
    /// How much lower the head stands than on an upright page.
    pub head: Mpt,
}

/// Bound at the left.
const UPRIGHT: Frame = Frame {
    page: A4,
    body: Area { left: mm(270), top: mm(300), width: mm(1670), height: mm(2500) },
    head: 0,
};

/// Bound at the top, which is the left edge of the file it lies in.
const LANDSCAPE: Frame = Frame {
    page: (A4.1, A4.0),
    body: Area { left: mm(170), top: mm(400), width: mm(2670), height: mm(1530) },
    head: mm(100),
};

impl Frame {
    pub fn of(template: &Template) -> Frame {
        if template.landscape { LANDSCAPE } else { UPRIGHT }
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Area {
    pub left: Mpt,
    pub top: Mpt,
    pub width: Mpt,
    pub height: Mpt,
}

pub(crate) const TEXT: Style = Style { face: FaceId::Body, size: 10_500, gray: 0 };
pub(crate) const CELL: Style = Style { face: FaceId::Body, size: 9_500, gray: 0 };
pub(crate) const NOTE: Style = Style { face: FaceId::Body, size: 8_500, gray: 40 };
pub(crate) const HEADING: Style = Style { face: FaceId::Heading, size: 11_500, gray: 0 };
pub(crate) const TITLE: Style = Style { face: FaceId::Heading, size: 18_000, gray: 0 };

/// Lays one form out on pages.
///
/// # Errors
/// A character that no font has, or data of another type than the template asks for.
pub fn layout(job: &RenderJob<'_>, fonts: &Fonts) -> Result<DisplayList, FormError> {
    let mut list = body(job, fonts)?;
    let number = copy_number(job, fonts)?;
    list.pages.iter_mut().for_each(|page| page.furniture.extend(number.iter().cloned()));
    Ok(list)
}

/// What all copies of a form have in common.
pub(crate) fn body(job: &RenderJob<'_>, fonts: &Fonts) -> Result<DisplayList, FormError> {
    let scope = Scope::new(job.template.form(), job.data);
    let Frame { body: area, .. } = Frame::of(job.template);
    let setter = Setter { fonts, images: job.images, width: area.width, height: area.height };
    let sheets = match &job.template.each {
        Some(each) => scope.rows(each, 1)?,
        None => vec![scope],
    };
    let mut slices = Vec::new();
    for sheet in sheets {
        let begins = slices.len();
        slices.extend(setter.title(sheet, job.template)?);
        slices.extend(setter.blocks(sheet, &job.template.blocks)?);
        slices[begins].new_page = begins > 0;
    }
    let pages = flow::paginate(slices, area.height)
        .map_err(|_| FormError::TooTall { form: job.template.form().to_owned() })?;
    let count = pages.len();
    let mut list = DisplayList::default();
    for (index, body) in pages.into_iter().enumerate() {
        let mut page = Page { landscape: job.template.landscape, ..Page::default() };
        for (slice, y) in body {
            let y = area.top + y;
            page.form.extend(shift(slice.form, area.left, y));
            page.ink.extend(shift(slice.ink, area.left, y));
        }
        // Grounds lie under the lines of the rows above them.
        page.form.sort_by_key(|item| !matches!(item, Item::Fill { .. }));
        page.furniture = furniture::furniture(fonts, scope, job, index + 1, count)?;
        list.pages.push(page);
    }
    Ok(list)
}

/// 第 i 份 共 n 份, on every page.
pub(crate) fn copy_number(job: &RenderJob<'_>, fonts: &Fonts) -> Result<Vec<Item>, FormError> {
    furniture::copy_number(fonts, Scope::new(job.template.form(), job.data), job)
}

/// Sets the blocks of a form into a width.
#[derive(Clone, Copy)]
pub(crate) struct Setter<'a> {
    pub fonts: &'a Fonts,
    pub images: &'a crate::render::Images,
    pub width: Mpt,
    /// Of a whole page.
    pub height: Mpt,
}

impl Setter<'_> {
    pub fn lines(
        self,
        scope: Scope<'_>,
        rich: &Rich,
        style: Style,
        how: Set,
    ) -> Result<Vec<Line>, FormError> {
        Ok(set(&atoms(scope.form, &scope.pieces(rich, style)?, self.fonts)?, how))
    }
}

/// Height of a line of this size in running text.
pub(crate) fn leading(size: Mpt) -> Mpt {
    size * 160 / 100
}

/// Height of a line of this size in a cell.
pub(crate) fn tight(size: Mpt) -> Mpt {
    size * 132 / 100
}

/// From the top of a line to its baseline.
pub(crate) fn baseline(size: Mpt, height: Mpt) -> Mpt {
    (height - size) / 2 + size * 86 / 100
}

pub(crate) fn left(width: Mpt) -> Set {
    Set { width, align: Align::Left, indent: 0, hang: 0 }
}

pub(crate) fn centered(width: Mpt) -> Set {
    Set { width, align: Align::Center, indent: 0, hang: 0 }
}

/// Puts a line's items at a baseline.
pub(crate) fn put(into: &mut Vec<Item>, line: Line, x: Mpt, y: Mpt) {
    into.extend(shift(line.items, x, y));
}

/// The same items elsewhere.
pub(crate) fn shift(items: Vec<Item>, x: Mpt, y: Mpt) -> impl Iterator<Item = Item> {
    items.into_iter().map(move |mut item| {
        item.shift(x, y);
        item
    })
}

pub(crate) fn rule(from: (Mpt, Mpt), to: (Mpt, Mpt), width: Mpt) -> Item {
    let point = |(x, y)| Point { x, y };
    Item::Line { from: point(from), to: point(to), width, dashed: false, gray: 0 }
}
