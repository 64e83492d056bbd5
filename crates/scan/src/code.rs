//! The QR code on a scanned page: looked for in several renderings of it, from the likeliest to the dearest.

use crate::shade::{Shade, local};
use image::{GrayImage, imageops};
use rqrr::PreparedImage;

/// Long side, in pixels, at which a page is looked at: A4 at 150 dpi has 1754, at 300 dpi 3508.
const USUAL: u32 = 1800;
const FINEST: u32 = 3600;
/// How a corner is looked at again where a first look at it found nothing: enlarged so much, blurred so much.
/// A module of a small code takes more than two pixels to be seen; noise takes some blur to be overlooked.
const AGAIN: &[(f32, f32)] = &[(2.0, 1.2), (2.0, 0.0), (1.0, 0.8), (2.0, 2.0), (3.0, 2.4)];

/// A code that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    pub text: String,
    /// By how much the page lies turned, clockwise: 0, 90, 180 or 270.
    pub turned: u16,
}

/// The first code on the page whose text is wanted.
pub fn find(page: &GrayImage, wanted: &dyn Fn(&str) -> bool) -> Option<Code> {
    let seek = |picture: &GrayImage| {
        look(picture, Shade::Rows, wanted).or_else(|| look(picture, local(picture), wanted))
    };
    let fine = within(page, FINEST);
    let corners: Vec<GrayImage> = corners(&fine).map(|corner| within(&corner, USUAL / 3)).collect();
    let again = || AGAIN.iter().flat_map(|how| corners.iter().map(move |corner| (corner, *how)));
    corners
        .iter()
        .find_map(seek)
        .or_else(|| again().find_map(|(corner, (scale, blur))| seek(&larger(corner, scale, blur))))
        .or_else(|| seek(&within(&fine, USUAL)))
}

fn larger(picture: &GrayImage, scale: f32, blur: f32) -> GrayImage {
    let scaled = |side: u32| (side as f32 * scale) as u32;
    let (width, height) = (scaled(picture.width()), scaled(picture.height()));
    let large = imageops::resize(picture, width, height, imageops::FilterType::CatmullRom);
    if blur > 0.0 { imageops::blur(&large, blur) } else { large }
}

/// The picture, made smaller where a side is longer.
fn within(picture: &GrayImage, longest: u32) -> GrayImage {
    let (width, height) = picture.dimensions();
    let long = width.max(height);
    if long <= longest {
        return picture.clone();
    }
    let scaled = |side: u32| (u64::from(side) * u64::from(longest) / u64::from(long)).max(1) as u32;
    imageops::thumbnail(picture, scaled(width), scaled(height))
}

/// Where a page that lies in any of four ways has its code: upright first.
fn corners(page: &GrayImage) -> impl Iterator<Item = GrayImage> + '_ {
    let (width, height) = page.dimensions();
    let side = (width.min(height) / 3).max(1);
    let (right, low) = (width - side, height - side);
    let places = [(right, 0), (0, low), (right, low), (0, 0)];
    places.into_iter().map(move |(x, y)| imageops::crop_imm(page, x, y, side, side).to_image())
}

fn look(picture: &GrayImage, shade: Shade, wanted: &dyn Fn(&str) -> bool) -> Option<Code> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let pixels = picture.as_raw();
    let mut prepared = match shade {
        Shade::Rows => {
            PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x])
        }
        Shade::Local(dark) => {
            PreparedImage::prepare_from_bitmap(width, height, |x, y| dark[y * width + x])
        }
    };
    prepared.detect_grids().iter().find_map(|grid| {
        let (_, text) = grid.decode().ok()?;
        let [from, to, ..] = grid.bounds;
        wanted(&text).then(|| Code { text, turned: turned(to.x - from.x, to.y - from.y) })
    })
}

/// From the way that the code's upper edge runs.
fn turned(right: i32, down: i32) -> u16 {
    match (right.abs() >= down.abs(), right >= 0, down >= 0) {
        (true, true, _) => 0,
        (true, false, _) => 180,
        (false, _, true) => 90,
        (false, _, false) => 270,
    }
}
