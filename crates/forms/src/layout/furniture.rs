//! What every page carries: logo, project and form, number, code, page count, 补打.

use super::{
    Frame, Setter,
    blocks::{aligned, words},
    left, put, rule,
};
use crate::{
    data::Scope,
    display::{Item, Mpt, Rect, mm},
    error::FormError,
    font::{FaceId, Fonts},
    format::Format,
    qr,
    render::RenderJob,
    template::{Align, Part, Path, Rich, Step},
    text::{Line, Style},
};
use std::sync::Arc;

const SMALL: Style = Style { face: FaceId::Body, size: 8_000, gray: 0 };
const CODE: Mpt = mm(160);
const CODE_TOP: Mpt = mm(85);
/// Width and height, at most.
const LOGO: (Mpt, Mpt) = (mm(600), mm(120));
const HEAD_LINE: Mpt = mm(262);
const HEAD_TEXT: Mpt = mm(243);
const MARK_TEXT: Mpt = mm(150);
/// Above the lower edge.
const FOOT_TEXT: Mpt = mm(95);

pub(super) fn furniture(
    fonts: &Fonts,
    scope: Scope<'_>,
    job: &RenderJob<'_>,
    page: usize,
    pages: usize,
) -> Result<Vec<Item>, FormError> {
    Sheet::new(fonts, scope, job).draw(job, page, pages)
}

/// Which copy this is, left of what marks a reprint.
pub(super) fn copy_number(
    fonts: &Fonts,
    scope: Scope<'_>,
    job: &RenderJob<'_>,
) -> Result<Vec<Item>, FormError> {
    let Some(copy) = job.meta.copy else { return Ok(Vec::new()) };
    let mut sheet = Sheet::new(fonts, scope, job);
    let mark = scope.text(&path("document.mark"))?;
    let (left, right) = (sheet.frame.body.left, sheet.text_right());
    let edge = if mark.is_empty() { right } else { sheet.mark_left(&mark) - mm(30) };
    let text = words(&format!("第 {} 份 共 {} 份", copy.index, copy.of));
    sheet.fitted(&text, left, edge - left, Align::Right, sheet.frame.head + MARK_TEXT)?;
    Ok(sheet.items)
}

const MARK: Style = Style { face: FaceId::Heading, size: 11_000, gray: 0 };

struct Sheet<'a> {
    frame: Frame,
    setter: Setter<'a>,
    scope: Scope<'a>,
    items: Vec<Item>,
}

impl<'a> Sheet<'a> {
    fn new(fonts: &'a Fonts, scope: Scope<'a>, job: &RenderJob<'a>) -> Sheet<'a> {
        let frame = Frame::of(job.template);
        let (width, height) = (frame.body.width, frame.body.height);
        let setter = Setter { fonts, images: job.images, width, height };
        Sheet { frame, setter, scope, items: Vec::new() }
    }

    /// Left of the code.
    fn text_right(&self) -> Mpt {
        self.frame.body.left + self.frame.body.width - CODE - mm(25)
    }

    fn mark_left(&self, mark: &str) -> Mpt {
        self.text_right() - MARK.size * mark.chars().count() as Mpt - mm(30)
    }

    fn draw(
        mut self,
        job: &RenderJob<'_>,
        page: usize,
        pages: usize,
    ) -> Result<Vec<Item>, FormError> {
        let Frame { page: (_, page_height), body, head: down } = self.frame;
        let (text_right, right) = (self.text_right(), body.left + body.width);
        let payload = self.scope.text(&path("document.qr"))?;
        if !payload.is_empty() {
            let code = qr::code(&format!("{payload}:{page}"), right - CODE, down + CODE_TOP, CODE);
            self.items.extend(code);
        }
        self.logo()?;
        let half = (text_right - body.left) / 2;

        let mut head = vec![(
            Part::Field { path: path("project.name"), format: Format::Plain, blank: None },
            false,
        )];
        if !self.scope.text(&path("project.name"))?.is_empty() {
            head.extend(words(" · ").0);
        }
        head.extend(job.template.title.0.iter().filter(|(part, _)| !is_project(part)).cloned());
        self.fitted(&Rich(head), body.left, half, Align::Left, down + HEAD_TEXT)?;

        let mut number = words("编号：").0;
        number.push((
            Part::Field { path: path("document.number"), format: Format::Plain, blank: Some(14) },
            false,
        ));
        self.fitted(&Rich(number), body.left + half, half, Align::Right, down + HEAD_TEXT)?;

        let mark = self.scope.text(&path("document.mark"))?;
        if !mark.is_empty() {
            self.mark(&mark)?;
        }
        self.items.push(rule((body.left, down + HEAD_LINE), (right, down + HEAD_LINE), 500));

        let third = body.width / 3;
        let foot = page_height - FOOT_TEXT;
        let count = words(&format!("第 {page} 页 共 {pages} 页"));
        self.fitted(&words(&job.template.code), body.left, third, Align::Left, foot)?;
        self.fitted(&count, body.left + third, third, Align::Center, foot)?;
        let printed = self.scope.text(&path("document.printed_at"))?;
        if !printed.is_empty() {
            let text = words(&format!("打印于 {printed}"));
            self.fitted(&text, right - third, third, Align::Right, foot)?;
        }
        Ok(self.items)
    }

    /// The project's sign, at the left over the head, as high as the code at the right at most.
    fn logo(&mut self) -> Result<(), FormError> {
        let name = self.scope.text(&path("project.logo"))?;
        let Some(image) = self.setter.images.get(&name) else { return Ok(()) };
        let (w, h) = (i64::from(image.width.max(1)), i64::from(image.height.max(1)));
        let width = i64::from(LOGO.0).min(i64::from(LOGO.1) * w / h);
        let (width, height) = (width as Mpt, (width * h / w) as Mpt);
        let (x, y) = (self.frame.body.left, self.frame.head + CODE_TOP);
        let rect = Rect { x, y, width, height };
        self.items.push(Item::Image { rect, image: Arc::clone(image) });
        Ok(())
    }

    /// One line, made smaller where it is too long for its place.
    fn fitted(
        &mut self,
        text: &Rich,
        x: Mpt,
        width: Mpt,
        align: Align,
        y: Mpt,
    ) -> Result<(), FormError> {
        let mut style = SMALL;
        let line: Line = loop {
            let mut lines = self.setter.lines(self.scope, text, style, aligned(width, align))?;
            if lines.len() == 1 || style.size <= 4_000 {
                break lines.swap_remove(0);
            }
            style.size -= 500;
        };
        put(&mut self.items, line, x, y);
        Ok(())
    }

    /// Framed, so that a reprint is told from the original at a glance.
    fn mark(&mut self, mark: &str) -> Result<(), FormError> {
        let (x, right) = (self.mark_left(mark), self.text_right());
        let y = self.frame.head + MARK_TEXT;
        let lines = self.setter.lines(self.scope, &words(mark), MARK, left(right - x))?;
        for line in lines.into_iter().take(1) {
            put(&mut self.items, line, x + mm(15), y);
        }
        let (top, bottom) = (y - MARK.size, y + mm(10));
        for (from, to) in [
            ((x, top), (right, top)),
            ((x, bottom), (right, bottom)),
            ((x, top), (x, bottom)),
            ((right, top), (right, bottom)),
        ] {
            self.items.push(rule(from, to, 900));
        }
        Ok(())
    }
}

fn is_project(part: &Part) -> bool {
    matches!(part, Part::Field { path, .. } if path.pattern == "project.name")
}

fn path(name: &str) -> Path {
    let step = |name: &str| Step { name: name.to_owned(), each: false };
    Path { in_row: false, steps: name.split('.').map(step).collect(), pattern: name.to_owned() }
}
