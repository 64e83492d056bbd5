//! PDFs of pictures, as scanners write them: what is painted on each page, nothing else.

mod painted;
mod raster;

use crate::{Page, Unreadable, picture};
use image::{GrayImage, Luma};
use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};
use painted::{Matrix, Painted, painted};
use raster::{Raster, raster};

/// What object and cross-reference streams may unpack to.
const MOST: usize = 64 * 1024 * 1024;
const MOST_PAGES: usize = 5_000;
/// Of a page that is put together of several pictures.
const LONG_SIDE: f32 = 3600.0;

pub struct Pdf {
    document: Document,
    pages: Vec<ObjectId>,
}

impl Pdf {
    pub(crate) fn open(bytes: &[u8]) -> Result<Pdf, Unreadable> {
        let options = LoadOptions::with_max_decompressed_size(MOST);
        let document = Document::load_mem_with_options(bytes, options);
        let document = document.map_err(|_| Unreadable::Damaged)?;
        if document.is_encrypted() {
            return Err(Unreadable::Encrypted);
        }
        let pages: Vec<ObjectId> = document.page_iter().take(MOST_PAGES).collect();
        if pages.is_empty() { Err(Unreadable::Damaged) } else { Ok(Pdf { document, pages }) }
    }

    pub(crate) fn pages(&self) -> usize {
        self.pages.len()
    }

    pub(crate) fn page(&self, index: usize) -> Result<Page, Unreadable> {
        let id = *self.pages.get(index).ok_or(Unreadable::NoPicture)?;
        let page = self.document.get_dictionary(id).map_err(|_| Unreadable::Damaged)?;
        let pictures = painted(&self.document, id, page)?;
        match &pictures[..] {
            [] => Err(Unreadable::NoPicture),
            [only] if !only.matrix.mirrors() => Ok(raster(&self.document, only.picture)?.page()),
            several => self.together(page, several),
        }
    }

    /// Strips, tiles and layers, painted in their order.
    fn together(&self, page: &Dictionary, pictures: &[Painted<'_>]) -> Result<Page, Unreadable> {
        let [left, bottom, right, top] = media_box(&self.document, page);
        let (width, height) = ((right - left).max(1.0), (top - bottom).max(1.0));
        let finest = pictures.iter().filter_map(|painted| {
            let across = painted.picture.dict.get(b"Width").and_then(Object::as_i64).ok()?;
            Some(across as f32 / painted.matrix.across().max(1.0))
        });
        let scale = finest.fold(1.0f32, f32::max).min(LONG_SIDE / width.max(height));
        let side = |points: f32| ((points * scale) as u32).max(1);
        let mut sheet = GrayImage::from_pixel(side(width), side(height), Luma([255]));
        let to_pixels = Matrix([scale, 0.0, 0.0, -scale, -left * scale, top * scale]);
        for painted in pictures {
            let raster = raster(&self.document, painted.picture)?;
            paint(&mut sheet, &raster, painted.matrix.then(&to_pixels));
        }
        Ok(Page { bytes: picture::png(&sheet), media: "image/png", repacked: true, grey: sheet })
    }
}

/// Each pixel of the sheet asks the picture what lies there.
fn paint(sheet: &mut GrayImage, raster: &Raster, matrix: Matrix) {
    let Some(back) = matrix.inverse() else { return };
    let corners = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)].map(|(x, y)| matrix.map(x, y));
    let span = |of: fn(&(f32, f32)) -> f32, most: u32| {
        let least = corners.iter().map(of).fold(f32::MAX, f32::min).max(0.0) as u32;
        let end = corners.iter().map(of).fold(0.0, f32::max).ceil() as u32;
        least..end.saturating_add(1).min(most)
    };
    let (columns, rows) = (span(|at| at.0, sheet.width()), span(|at| at.1, sheet.height()));
    let (width, height) = raster.grey.dimensions();
    for y in rows {
        for x in columns.clone() {
            let (u, v) = back.map(x as f32 + 0.5, y as f32 + 0.5);
            if !(0.0..1.0).contains(&u) || !(0.0..1.0).contains(&v) {
                continue;
            }
            let at = |width: u32, height: u32| {
                (
                    (u * width as f32) as u32,
                    ((1.0 - v) * height as f32).min(height as f32 - 1.0) as u32,
                )
            };
            let (column, row) = at(width, height);
            let ink = u32::from(raster.grey.get_pixel(column, row).0[0]);
            let cover = raster.cover.as_ref().map_or(255, |cover| {
                let (column, row) = at(cover.width(), cover.height());
                u32::from(cover.get_pixel(column, row).0[0])
            });
            let under = &mut sheet.get_pixel_mut(x, y).0[0];
            *under = ((ink * cover + u32::from(*under) * (255 - cover)) / 255) as u8;
        }
    }
}

/// In points; A4 where nothing usable is said.
fn media_box(document: &Document, page: &Dictionary) -> [f32; 4] {
    let mut node = Some(page);
    for _ in 0..32 {
        let Some(of) = node else { break };
        let said = of.get(b"MediaBox").ok().and_then(|said| document.dereference(said).ok());
        if let Some(Object::Array(sides)) = said.map(|(_, said)| said) {
            let sides: Vec<f32> = sides.iter().filter_map(|side| side.as_float().ok()).collect();
            if let [a, b, c, d] = sides[..] {
                let usable = (1.0..20_000.0).contains(&(c - a).abs())
                    && (1.0..20_000.0).contains(&(d - b).abs());
                if usable {
                    return [a.min(c), b.min(d), a.max(c), b.max(d)];
                }
            }
        }
        let parent = of.get(b"Parent").and_then(Object::as_reference).ok();
        node = parent.and_then(|parent| document.get_dictionary(parent).ok());
    }
    [0.0, 0.0, 595.0, 842.0]
}
