//! Single pictures: PNG and JPEG, within bounds.

use crate::{PIXELS, Unreadable};
use image::{
    DynamicImage, GrayImage, ImageError, ImageReader, Limits, codecs::jpeg::JpegEncoder, imageops,
};
use std::io::Cursor;

/// No side of a page is longer: A3 at 1200 dpi.
const LONGEST: u32 = 20_000;

pub(crate) fn media(bytes: &[u8]) -> Option<&'static str> {
    const KINDS: &[(&[u8], &str)] =
        &[(b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg")];
    KINDS.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, media)| *media)
}

/// The picture in grey. Its size is judged by its head, before anything of it is unpacked.
pub(crate) fn grey(bytes: &[u8]) -> Result<GrayImage, Unreadable> {
    let reader = || ImageReader::new(Cursor::new(bytes)).with_guessed_format();
    let size = reader().map_err(|_| Unreadable::Damaged)?.into_dimensions().map_err(reason)?;
    bounded(size)?;
    let mut reader = reader().map_err(|_| Unreadable::Damaged)?;
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(LONGEST), Some(LONGEST));
    limits.max_alloc = Some(PIXELS * 8);
    reader.limits(limits);
    Ok(reader.decode().map_err(reason)?.into_luma8())
}

pub(crate) fn bounded((width, height): (u32, u32)) -> Result<(), Unreadable> {
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 {
        return Err(Unreadable::Damaged);
    }
    let fits = width <= LONGEST && height <= LONGEST && pixels <= PIXELS;
    if fits { Ok(()) } else { Err(Unreadable::TooLarge) }
}

fn reason(error: ImageError) -> Unreadable {
    match error {
        ImageError::Limits(_) => Unreadable::TooLarge,
        ImageError::Unsupported(_) => Unreadable::Unsupported,
        _ => Unreadable::Damaged,
    }
}

/// A small JPEG of the page, at most `longest` pixels a side, to be shown in a list.
pub fn thumbnail(page: &GrayImage, longest: u32) -> Vec<u8> {
    let (width, height) = page.dimensions();
    let long = width.max(height).max(1);
    let scaled =
        |side: u32| (u64::from(side) * u64::from(longest.min(long)) / u64::from(long)).max(1);
    let small = imageops::thumbnail(page, scaled(width) as u32, scaled(height) as u32);
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, 75);
    DynamicImage::from(small).write_with_encoder(encoder).expect("a Vec takes all that is written");
    bytes
}

/// A grey picture as PNG; one that is black and white alone, with one bit a pixel.
pub(crate) fn png(picture: &GrayImage) -> Vec<u8> {
    let (width, height) = picture.dimensions();
    let bits = picture.as_raw().iter().all(|grey| matches!(grey, 0 | 255));
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(if bits { png::BitDepth::One } else { png::BitDepth::Eight });
    let packed = |row: &[u8]| -> Vec<u8> {
        let bit = |(at, grey): (usize, &u8)| u8::from(*grey > 0) << (7 - at);
        row.chunks(8).map(|eight| eight.iter().enumerate().map(bit).sum()).collect()
    };
    let rows: Vec<u8> = match bits {
        true => picture.as_raw().chunks(width as usize).flat_map(packed).collect(),
        false => picture.as_raw().clone(),
    };
    let mut writer = encoder.write_header().expect("a Vec takes all that is written to it");
    writer.write_image_data(&rows).expect("there are as many pixels as the head says");
    writer.finish().expect("a Vec takes all that is written to it");
    bytes
}

/// A colour picture as PNG.
pub(crate) fn png_of_colour(picture: &image::RgbImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).expect("a Vec takes all that is written");
    bytes.into_inner()
}
