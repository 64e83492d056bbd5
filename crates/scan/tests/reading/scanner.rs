//! What a scanner, and the hand that lays the paper in, do to a page.

use image::{DynamicImage, GrayImage, Luma, codecs::jpeg::JpegEncoder, imageops};

/// One sheet's bad luck. Lengths are pixels.
#[derive(Clone, Copy, Debug)]
pub struct Luck {
    /// Quarter turns, clockwise.
    pub turns: u32,
    /// Degrees.
    pub skew: f32,
    /// Standard deviation of the blur.
    pub blur: f32,
    /// Standard deviation of the noise, of 255.
    pub noise: f32,
    /// What is left of the light at the darkest edge, of 1.
    pub light: f32,
    /// Which edge that is, as an angle in radians.
    pub from: f32,
    /// How dark ink is and how bright paper, of 255.
    pub ink: (f32, f32),
    /// Of the page's sides, cut off all around.
    pub crop: f32,
    /// A shadow along a fold, from top to bottom: where, of the width.
    pub fold: Option<f32>,
    pub jpeg: Option<u8>,
    pub seed: u64,
}

impl Luck {
    /// All that the office's worst scanner does, by chance: a 150-dpi grey scan, skewed by up to 3°.
    pub fn drawn(seed: u64) -> Luck {
        let mut chance = Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let mut up_to = |most: f32| chance.unit() * most;
        Luck {
            turns: up_to(4.0) as u32 % 4,
            skew: up_to(6.0) - 3.0,
            blur: up_to(0.9),
            noise: up_to(14.0),
            light: 1.0 - up_to(0.45),
            from: up_to(std::f32::consts::TAU),
            ink: (up_to(70.0), 255.0 - up_to(50.0)),
            crop: up_to(0.008),
            fold: Some(up_to(1.0)).filter(|at| *at > 0.6),
            jpeg: Some(40 + up_to(55.0) as u8),
            seed,
        }
    }

    pub fn scan(&self, page: &GrayImage) -> GrayImage {
        let mut page = cropped(page, self.crop);
        if self.skew != 0.0 {
            page = skewed(&page, self.skew);
        }
        if self.blur > 0.05 {
            page = imageops::blur(&page, self.blur);
        }
        self.light_and_noise(&mut page);
        page = match self.turns {
            1 => imageops::rotate90(&page),
            2 => imageops::rotate180(&page),
            3 => imageops::rotate270(&page),
            _ => page,
        };
        match self.jpeg {
            Some(quality) => through_jpeg(&page, quality),
            None => page,
        }
    }

    fn light_and_noise(&self, page: &mut GrayImage) {
        let (width, height) = (page.width() as f32, page.height() as f32);
        let (dx, dy) = (self.from.cos(), self.from.sin());
        let mut chance = Chance(self.seed | 1);
        for (x, y, pixel) in page.enumerate_pixels_mut() {
            let (x, y) = (x as f32 / width - 0.5, y as f32 / height - 0.5);
            let toward = (x * dx + y * dy + 0.7) / 1.4;
            let mut light = 1.0 - (1.0 - self.light) * toward.clamp(0.0, 1.0);
            if let Some(fold) = self.fold {
                let near = ((x + 0.5 - fold) / 0.012).abs();
                light *= 1.0 - 0.35 * (1.0 - near).max(0.0);
            }
            let (ink, paper) = self.ink;
            let grey = ink + (paper - ink) * f32::from(pixel.0[0]) / 255.0;
            let noise = if self.noise > 0.0 { chance.normal() * self.noise } else { 0.0 };
            pixel.0[0] = (grey * light + noise).clamp(0.0, 255.0) as u8;
        }
    }
}

fn cropped(page: &GrayImage, part: f32) -> GrayImage {
    let (width, height) = page.dimensions();
    let (x, y) = ((width as f32 * part) as u32, (height as f32 * part) as u32);
    imageops::crop_imm(page, x, y, width - 2 * x, height - 2 * y).to_image()
}

/// Turned about its middle on white ground.
fn skewed(page: &GrayImage, degrees: f32) -> GrayImage {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (width, height) = page.dimensions();
    let (cx, cy) = (width as f32 / 2.0, height as f32 / 2.0);
    GrayImage::from_fn(width, height, |x, y| {
        let (x, y) = (x as f32 - cx, y as f32 - cy);
        let (x, y) = (cos * x + sin * y + cx, cos * y - sin * x + cy);
        Luma([between(page, x, y)])
    })
}

fn between(page: &GrayImage, x: f32, y: f32) -> u8 {
    let at = |x: f32, y: f32| {
        let inside = x >= 0.0 && y >= 0.0;
        let pixel = inside.then(|| page.get_pixel_checked(x as u32, y as u32)).flatten();
        pixel.map_or(255.0, |pixel| f32::from(pixel.0[0]))
    };
    let (left, top) = (x.floor(), y.floor());
    let (right, down) = (x - left, y - top);
    let upper = at(left, top) * (1.0 - right) + at(left + 1.0, top) * right;
    let lower = at(left, top + 1.0) * (1.0 - right) + at(left + 1.0, top + 1.0) * right;
    (upper * (1.0 - down) + lower * down) as u8
}

fn through_jpeg(page: &GrayImage, quality: u8) -> GrayImage {
    image::load_from_memory(&jpeg(page, quality)).expect("it was just written").into_luma8()
}

pub fn jpeg(page: &GrayImage, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
    DynamicImage::from(page.clone()).write_with_encoder(encoder).expect("a Vec takes all");
    bytes
}

struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u64 << 24) as f32
    }

    /// Near enough to a bell curve.
    fn normal(&mut self) -> f32 {
        let sum: f32 = (0..4).map(|_| self.unit()).sum();
        (sum - 2.0) * 1.73
    }
}
