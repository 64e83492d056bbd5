use crate::pdf::Packer;
use png::{ColorType, Decoder, Limits, Transformations};
use std::io::Cursor;

/// More pixels than a camera takes are a slip or an attack.
const MOST_PIXELS: u64 = 25_000_000;
/// Pixels of the longer side, at most: more than a printer can show in the place of a logo.
const LONGEST: u32 = 2_000;

/// A picture as a PDF holds it, with its size in pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    pub bytes: Vec<u8>,
    pub encoding: Encoding,
    pub width: u32,
    pub height: u32,
    /// 1 grey, 3 colour, 4 CMYK.
    pub channels: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// As it was taken.
    Jpeg,
    /// Rows of 8-bit samples, zlib.
    Deflated,
}

impl Image {
    /// A JPEG or PNG, whatever its name says; `None` where the bytes are something else or damaged.
    pub fn read(bytes: Vec<u8>) -> Option<Image> {
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            Image::from_png(&bytes)
        } else {
            Image::from_jpeg(bytes)
        }
    }

    /// Reads the size of a JPEG; `None` where the bytes are something else. The picture itself is
    /// embedded as it is.
    pub fn from_jpeg(jpeg: Vec<u8>) -> Option<Image> {
        let mut at = jpeg.starts_with(&[0xff, 0xd8]).then_some(2)?;
        loop {
            let [0xff, marker, high, low] = *jpeg.get(at..at + 4)? else { return None };
            let is_frame = matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc);
            if is_frame {
                let [_, _, _, h1, h0, w1, w0, channels] = *jpeg.get(at + 2..at + 10)? else {
                    return None;
                };
                let height = u32::from(u16::from_be_bytes([h1, h0]));
                let width = u32::from(u16::from_be_bytes([w1, w0]));
                let usable = width > 0 && height > 0 && matches!(channels, 1 | 3 | 4);
                let encoding = Encoding::Jpeg;
                return usable.then_some(Image { bytes: jpeg, encoding, width, height, channels });
            }
            at += 2 + usize::from(u16::from_be_bytes([high, low]));
        }
    }

    /// Without loss up to 2000 pixels a side. What is transparent shows the paper: white.
    pub fn from_png(png: &[u8]) -> Option<Image> {
        let limits = Limits { bytes: MOST_PIXELS as usize * 4 };
        let mut decoder = Decoder::new_with_limits(Cursor::new(png), limits);
        decoder.set_transformations(Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().ok()?;
        let (width, height) = (reader.info().width, reader.info().height);
        if u64::from(width) * u64::from(height) > MOST_PIXELS {
            return None;
        }
        let mut samples = vec![0; reader.output_buffer_size()?];
        let color = reader.next_frame(&mut samples).ok()?.color_type;
        let (channels, opaque) = match color {
            ColorType::Grayscale => (1, samples),
            ColorType::GrayscaleAlpha => (1, on_white(&samples, 1)),
            ColorType::Rgb => (3, samples),
            ColorType::Rgba => (3, on_white(&samples, 3)),
            ColorType::Indexed => return None,
        };
        let step = width.max(height).div_ceil(LONGEST);
        let raster = Raster { samples: opaque, width, height, channels }.shrunk(step);
        let Raster { samples, width, height, channels } = raster;
        let (bytes, channels) = (Packer::new().pack(&samples), channels as u8);
        Some(Image { bytes, encoding: Encoding::Deflated, width, height, channels })
    }
}

fn on_white(samples: &[u8], colors: usize) -> Vec<u8> {
    let pixels = samples.chunks_exact(colors + 1);
    let blend = |color: u8, alpha: u8| {
        let (color, alpha) = (u32::from(color), u32::from(alpha));
        ((color * alpha + 255 * (255 - alpha) + 127) / 255) as u8
    };
    pixels.flat_map(|pixel| pixel[..colors].iter().map(|c| blend(*c, pixel[colors]))).collect()
}

struct Raster {
    samples: Vec<u8>,
    width: u32,
    height: u32,
    channels: usize,
}

impl Raster {
    /// Each square of `step` × `step` pixels becomes their mean; what is left at the edges goes.
    fn shrunk(self, step: u32) -> Raster {
        if step <= 1 || self.width < step || self.height < step {
            return self;
        }
        let (width, height) = (self.width / step, self.height / step);
        let row = self.width as usize * self.channels;
        let (step, channels) = (step as usize, self.channels);
        let mut samples = Vec::with_capacity(width as usize * height as usize * channels);
        for y in 0..height as usize {
            for x in 0..width as usize {
                for channel in 0..channels {
                    let sum: u32 = (0..step * step)
                        .map(|n| {
                            let (dx, dy) = (n % step, n / step);
                            let at = (y * step + dy) * row + (x * step + dx) * channels + channel;
                            u32::from(self.samples[at])
                        })
                        .sum();
                    samples.push((sum / (step * step) as u32) as u8);
                }
            }
        }
        Raster { samples, width, height, channels }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn png(color: ColorType, width: u32, height: u32, samples: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(color);
        let mut writer = encoder.write_header().expect("a head");
        writer.write_image_data(samples).expect("as many samples as it takes");
        writer.finish().expect("an end");
        bytes
    }

    fn pixels(image: &Image) -> Vec<u8> {
        let mut pixels = Vec::new();
        flate2::read::ZlibDecoder::new(image.bytes.as_slice())
            .read_to_end(&mut pixels)
            .expect("zlib");
        pixels
    }

    #[test]
    fn a_png_keeps_every_pixel_and_what_is_transparent_is_white() {
        let image =
            Image::read(png(ColorType::Rgb, 2, 1, &[9, 8, 7, 255, 0, 1])).expect("a picture");
        assert_eq!((image.width, image.height, image.channels), (2, 1, 3));
        assert_eq!(pixels(&image), [9, 8, 7, 255, 0, 1]);
        let clear = Image::read(png(ColorType::Rgba, 2, 1, &[9, 8, 7, 0, 9, 8, 7, 255]))
            .expect("a picture");
        assert_eq!(pixels(&clear), [255, 255, 255, 9, 8, 7]);
    }

    #[test]
    fn a_png_larger_than_any_printer_shows_is_shrunk_in_proportion() {
        let grey = [[10_u8, 20].repeat(2_200), [30, 40].repeat(2_200)].concat().repeat(50);
        let image = Image::read(png(ColorType::Grayscale, 4_400, 100, &grey)).expect("a picture");
        assert_eq!((image.width, image.height, image.channels), (1_466, 33, 1));
        assert_eq!(pixels(&image).len(), 1_466 * 33);
        let same =
            Image::read(png(ColorType::Grayscale, 2_000, 2, &[25; 4_000])).expect("a picture");
        assert_eq!(pixels(&same), [25; 4_000]);
    }

    #[test]
    fn a_png_that_is_cut_off_or_claims_to_be_endless_is_no_picture() {
        let whole = png(ColorType::Grayscale, 40, 40, &[7; 1_600]);
        assert_eq!(Image::read(whole[..whole.len() - 30].to_vec()), None);
        let mut endless = whole;
        endless[16..24].copy_from_slice(&[0x7f; 8]);
        assert_eq!(Image::read(endless), None);
        assert_eq!(Image::read(b"GIF89a".to_vec()), None);
    }
}
