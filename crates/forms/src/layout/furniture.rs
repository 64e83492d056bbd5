//! What every page carries: logo, project and form, number, code, page count, 补打.

use super::{
    BODY, Setter,
    blocks::{aligned, words},
    left, put, rule,
};
use crate::{
    data::Scope,
    display::{A4, Item, Mpt, Rect, mm},
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
const FOOT_TEXT: Mpt = A4.1 - mm(95);

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
    let edge = if mark.is_empty() { TEXT_RIGHT } else { mark_left(&mark) - mm(30) };
    let text = words(&format!("第 {} 份 共 {} 份", copy.index, copy.of));
    sheet.fitted(&text, BODY.left, edge - BODY.left, Align::Right, MARK_TEXT)?;
    Ok(sheet.items)
}

/// Left of the code.
const TEXT_RIGHT: Mpt = BODY.left + BODY.width - CODE - mm(25);
const MARK: Style = Style { face: FaceId::Heading, size: 11_000, gray: 0 };

fn mark_left(mark: &str) -> Mpt {
    TEXT_RIGHT - MARK.size * mark.chars().count() as Mpt - mm(30)
}

struct Sheet<'a> {
    setter: Setter<'a>,
    scope: Scope<'a>,
    items: Vec<Item>,
}

impl<'a> Sheet<'a> {
    fn new(fonts: &'a Fonts, scope: Scope<'a>, job: &RenderJob<'a>) -> Sheet<'a> {
        let setter = Setter { fonts, images: job.images, width: BODY.width };
        Sheet { setter, scope, items: Vec::new() }
    }

    fn draw(
        mut self,
        job: &RenderJob<'_>,
        page: usize,
        pages: usize,
    ) -> Result<Vec<Item>, FormError> {
        let right = BODY.left + BODY.width;
        let payload = self.scope.text(&path("document.qr"))?;
        if !payload.is_empty() {
            let code = qr::code(&format!("{payload}:{page}"), right - CODE, CODE_TOP, CODE);
            self.items.extend(code);
        }
        self.logo()?;
        let half = (TEXT_RIGHT - BODY.left) / 2;

        let mut head = vec![(
            Part::Field { path: path("project.name"), format: Format::Plain, blank: None },
            false,
        )];
        if !self.scope.text(&path("project.name"))?.is_empty() {
            head.extend(words(" · ").0);
        }
        head.extend(job.template.title.0.iter().filter(|(part, _)| !is_project(part)).cloned());
        self.fitted(&Rich(head), BODY.left, half, Align::Left, HEAD_TEXT)?;

        let mut number = words("编号：").0;
        number.push((
            Part::Field { path: path("document.number"), format: Format::Plain, blank: Some(14) },
            false,
        ));
        self.fitted(&Rich(number), BODY.left + half, half, Align::Right, HEAD_TEXT)?;

        let mark = self.scope.text(&path("document.mark"))?;
        if !mark.is_empty() {
            self.mark(&mark)?;
        }
        self.items.push(rule((BODY.left, HEAD_LINE), (right, HEAD_LINE), 500));

        let third = BODY.width / 3;
        let count = words(&format!("第 {page} 页 共 {pages} 页"));
        self.fitted(&words(&job.template.code), BODY.left, third, Align::Left, FOOT_TEXT)?;
        self.fitted(&count, BODY.left + third, third, Align::Center, FOOT_TEXT)?;
        let printed = self.scope.text(&path("document.printed_at"))?;
        if !printed.is_empty() {
            let text = words(&format!("打印于 {printed}"));
            self.fitted(&text, right - third, third, Align::Right, FOOT_TEXT)?;
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
        let rect = Rect { x: BODY.left, y: CODE_TOP, width, height };
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
        let (x, right) = (mark_left(mark), TEXT_RIGHT);
        let lines = self.setter.lines(self.scope, &words(mark), MARK, left(right - x))?;
        for line in lines.into_iter().take(1) {
            put(&mut self.items, line, x + mm(15), MARK_TEXT);
        }
        let (top, bottom) = (MARK_TEXT - MARK.size, MARK_TEXT + mm(10));
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
