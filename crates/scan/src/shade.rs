//! Which pixels of a grey page are ink.

use image::GrayImage;

/// How ink is told from paper.
pub(crate) enum Shade {
    /// Row by row, as the decoder does itself: sharp, but a dark edge or fold misleads it.
    Rows,
    /// Beforehand, each pixel by what surrounds it: `true` is ink.
    Local(Vec<bool>),
}

/// Ink is what is clearly darker than the mean around it: uneven light changes both alike.
pub(crate) fn local(picture: &GrayImage) -> Shade {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let reach = (width.max(height) / 60).clamp(8, 60);
    let sums = sums(picture.as_raw(), width, height);
    let mut dark = vec![false; width * height];
    for y in 0..height {
        let (top, bottom) = (y.saturating_sub(reach), (y + reach + 1).min(height));
        for x in 0..width {
            let (left, right) = (x.saturating_sub(reach), (x + reach + 1).min(width));
            let at = |x: usize, y: usize| sums[y * (width + 1) + x];
            let sum = at(right, bottom).wrapping_add(at(left, top));
            let sum = sum.wrapping_sub(at(right, top)).wrapping_sub(at(left, bottom));
            let count = ((right - left) * (bottom - top)) as u32;
            let pixel = u32::from(picture.as_raw()[y * width + x]);
            dark[y * width + x] = pixel * count * 100 < sum * 92;
        }
    }
    Shade::Local(dark)
}

/// Of all pixels left of and above a place. Sums wrap; the difference of four is right all the same.
fn sums(pixels: &[u8], width: usize, height: usize) -> Vec<u32> {
    let mut sums = vec![0u32; (width + 1) * (height + 1)];
    for y in 0..height {
        let mut row = 0u32;
        for x in 0..width {
            row = row.wrapping_add(u32::from(pixels[y * width + x]));
            sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1].wrapping_add(row);
        }
    }
    sums
}
