//! Which pictures a page paints, and where.

use crate::Unreadable;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, content::Content};

/// What a page's drawing may unpack to; a scan's is some lines.
const MOST: usize = 8 * 1024 * 1024;
const MOST_PICTURES: usize = 400;
/// Forms within forms.
const DEEPEST: usize = 4;

/// A picture and how its unit square lies on the page.
pub(super) struct Painted<'d> {
    pub picture: &'d Stream,
    pub matrix: Matrix,
}

#[derive(Clone, Copy)]
pub(super) struct Matrix(pub [f32; 6]);

impl Matrix {
    const UNIT: Matrix = Matrix([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    pub fn then(&self, next: &Matrix) -> Matrix {
        let ([a, b, c, d, e, f], [na, nb, nc, nd, ne, nf]) = (self.0, next.0);
        Matrix([
            a * na + b * nc,
            a * nb + b * nd,
            c * na + d * nc,
            c * nb + d * nd,
            e * na + f * nc + ne,
            e * nb + f * nd + nf,
        ])
    }

    pub fn map(&self, x: f32, y: f32) -> (f32, f32) {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }

    pub fn inverse(&self) -> Option<Matrix> {
        let [a, b, c, d, e, f] = self.0;
        let by = a * d - b * c;
        let usable = by.is_finite() && by.abs() > 1e-9;
        usable.then(|| Matrix([d, -b, -c, a, c * f - d * e, b * e - a * f].map(|value| value / by)))
    }

    pub fn mirrors(&self) -> bool {
        let [a, b, c, d, ..] = self.0;
        a * d - b * c < 0.0
    }

    /// How long the picture's lower edge is on the page.
    pub fn across(&self) -> f32 {
        self.0[0].hypot(self.0[1])
    }
}

pub(super) fn painted<'d>(
    document: &'d Document,
    id: ObjectId,
    page: &'d Dictionary,
) -> Result<Vec<Painted<'d>>, Unreadable> {
    let drawing =
        document.get_page_content_with_limit(id, MOST).map_err(|_| Unreadable::TooLarge)?;
    let (own, inherited) = document.get_page_resources(id).map_err(|_| Unreadable::Damaged)?;
    let mut resources: Vec<&Dictionary> = own.into_iter().collect();
    resources.extend(inherited.iter().filter_map(|id| document.get_dictionary(*id).ok()));
    // Said on the page's parent, in place.
    let parent = page.get(b"Parent").and_then(Object::as_reference).ok();
    let parent = parent.and_then(|parent| document.get_dictionary(parent).ok());
    resources
        .extend(parent.and_then(|parent| parent.get(b"Resources").and_then(Object::as_dict).ok()));
    let mut walk = Walk { document, found: Vec::new() };
    walk.draw(&drawing, &resources, Matrix::UNIT, 0)?;
    Ok(walk.found)
}

struct Walk<'d> {
    document: &'d Document,
    found: Vec<Painted<'d>>,
}

impl<'d> Walk<'d> {
    fn draw(
        &mut self,
        drawing: &[u8],
        resources: &[&'d Dictionary],
        from: Matrix,
        depth: usize,
    ) -> Result<(), Unreadable> {
        let content = Content::decode(drawing).map_err(|_| Unreadable::Damaged)?;
        let (mut now, mut kept) = (from, Vec::new());
        for operation in &content.operations {
            match operation.operator.as_str() {
                "q" if kept.len() < 64 => kept.push(now),
                "Q" => now = kept.pop().unwrap_or(now),
                "cm" => now = matrix(&operation.operands).then(&now),
                "Do" => {
                    let name = operation.operands.first().and_then(|name| name.as_name().ok());
                    let object = name.and_then(|name| self.object(resources, name));
                    let Some(object) = object else { continue };
                    self.paint(object, resources, now, depth)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn paint(
        &mut self,
        object: &'d Stream,
        resources: &[&'d Dictionary],
        now: Matrix,
        depth: usize,
    ) -> Result<(), Unreadable> {
        match object.dict.get(b"Subtype").and_then(Object::as_name) {
            Ok(b"Image") if self.found.len() < MOST_PICTURES => {
                self.found.push(Painted { picture: object, matrix: now });
                Ok(())
            }
            Ok(b"Image") => Err(Unreadable::TooLarge),
            Ok(b"Form") if depth < DEEPEST => {
                let drawing = object.get_plain_content_with_limit(MOST);
                let drawing = drawing.map_err(|_| Unreadable::Damaged)?;
                let own = match object.dict.get(b"Matrix").and_then(Object::as_array) {
                    Ok(operands) => matrix(operands),
                    Err(_) => Matrix::UNIT,
                };
                let said = object.dict.get(b"Resources").ok();
                let said = said.and_then(|said| self.document.dereference(said).ok());
                let said = said.and_then(|(_, said)| said.as_dict().ok());
                let mut inner: Vec<&Dictionary> = said.into_iter().collect();
                inner.extend(resources);
                self.draw(&drawing, &inner, own.then(&now), depth + 1)
            }
            _ => Ok(()),
        }
    }

    fn object(&self, resources: &[&'d Dictionary], name: &[u8]) -> Option<&'d Stream> {
        resources.iter().find_map(|resources| {
            let (_, objects) = self.document.dereference(resources.get(b"XObject").ok()?).ok()?;
            let (_, object) =
                self.document.dereference(objects.as_dict().ok()?.get(name).ok()?).ok()?;
            object.as_stream().ok()
        })
    }
}

fn matrix(operands: &[Object]) -> Matrix {
    let numbers: Vec<f32> = operands.iter().filter_map(|number| number.as_float().ok()).collect();
    numbers.try_into().map_or(Matrix::UNIT, Matrix)
}
