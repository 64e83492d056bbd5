//! Black and white as fax machines and scanners press it: CCITT groups 3 and 4, JBIG2. 0 is ink, 255 is paper.

use crate::{Unreadable, picture::bounded};
use hayro_ccitt::EncodingMode;
use image::GrayImage;

/// What a PDF says of a CCITT picture.
pub(crate) struct Fax {
    pub k: i64,
    pub columns: u32,
    pub rows: u32,
    pub black_is_1: bool,
    pub aligned: bool,
    pub lines_end: bool,
    pub block_ends: bool,
}

pub(crate) fn ccitt(bytes: &[u8], fax: &Fax) -> Result<GrayImage, Unreadable> {
    bounded((fax.columns, fax.rows))?;
    let encoding = match fax.k {
        ..0 => EncodingMode::Group4,
        0 => EncodingMode::Group3_1D,
        1.. => EncodingMode::Group3_2D,
    };
    let settings = hayro_ccitt::DecodeSettings {
        columns: fax.columns,
        rows: fax.rows,
        end_of_block: fax.block_ends,
        end_of_line: fax.lines_end,
        rows_are_byte_aligned: fax.aligned,
        encoding,
        strict: false,
    };
    let mut rows = Rows::of(fax.columns, fax.rows);
    // What was read before the fault is still a picture: a code at the top may be whole.
    let read =
        hayro_ccitt::decode(bytes, &mut rows, &mut hayro_ccitt::DecoderContext::new(settings));
    if read.is_err() && rows.pixels.is_empty() {
        return Err(Unreadable::Damaged);
    }
    let mut picture = rows.finish();
    if fax.black_is_1 {
        image::imageops::invert(&mut picture);
    }
    Ok(picture)
}

pub(crate) fn jbig2(bytes: &[u8], globals: Option<&[u8]>) -> Result<GrayImage, Unreadable> {
    let settings = hayro_jbig2::DecodeSettings::default();
    let damaged = |_| Unreadable::Damaged;
    let globals = globals.map(|bytes| hayro_jbig2::Globals::new(bytes, &settings)).transpose();
    let globals = globals.map_err(damaged)?;
    let page = hayro_jbig2::Page::new_embedded(bytes, globals.as_ref(), &settings);
    let page = page.map_err(damaged)?;
    bounded((page.width(), page.height()))?;
    let mut rows = Rows::of(page.width(), page.height());
    page.decode(&mut rows).map_err(damaged)?;
    Ok(rows.finish())
}

/// Rows as the decoders tell them, at most as many as were promised.
struct Rows {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Rows {
    fn of(width: u32, height: u32) -> Self {
        Rows { width: width as usize, height: height as usize, pixels: Vec::new() }
    }

    fn push(&mut self, black: bool, count: usize) {
        let room = (self.width * self.height).saturating_sub(self.pixels.len());
        self.pixels.resize(self.pixels.len() + count.min(room), if black { 0 } else { 255 });
    }

    /// Whole rows; those that never came are paper.
    fn finish(mut self) -> GrayImage {
        self.pixels.resize(self.width * self.height, 255);
        GrayImage::from_raw(self.width as u32, self.height as u32, self.pixels)
            .expect("there are as many pixels as the size says")
    }
}

impl hayro_ccitt::Decoder for Rows {
    fn push_row(&mut self, changes: &[u32]) {
        let (mut black, mut at) = (false, 0);
        for change in changes {
            let change = (*change as usize).min(self.width);
            self.push(black, change.saturating_sub(at));
            (black, at) = (!black, change.max(at));
        }
        self.push(black, self.width - at);
    }
}

impl hayro_jbig2::Decoder for Rows {
    fn push_pixel(&mut self, black: bool) {
        self.push(black, 1);
    }

    fn push_pixel_chunk(&mut self, black: bool, chunk_count: u32) {
        self.push(black, chunk_count as usize * 8);
    }

    fn next_line(&mut self) {
        let short = self.pixels.len() % self.width.max(1);
        if short > 0 {
            self.push(false, self.width - short);
        }
    }
}
