//! One picture of a PDF, unpacked.

use crate::{
    PIXELS, Page, Unreadable,
    bilevel::{self, Fax},
    picture::{self, bounded},
};
use image::{GrayImage, RgbImage, imageops};
use lopdf::{Dictionary, Document, Object, Stream};

/// Bytes that one layer of packing may give: every pixel in four inks, and a filter byte a row.
const MOST: usize = PIXELS as usize * 4 + (1 << 20);

pub(super) struct Raster {
    pub grey: GrayImage,
    /// Where it covers what lies below: 255 wholly.
    pub cover: Option<GrayImage>,
    kept: Kept,
}

enum Kept {
    Jpeg(Vec<u8>),
    Colour(RgbImage),
    Grey,
}

impl Raster {
    fn of(grey: GrayImage) -> Self {
        Raster { grey, cover: None, kept: Kept::Grey }
    }

    pub fn page(self) -> Page {
        let grey = self.grey;
        match self.kept {
            Kept::Jpeg(bytes) => Page { bytes, media: "image/jpeg", repacked: false, grey },
            Kept::Colour(colour) => Page {
                bytes: picture::png_of_colour(&colour),
                media: "image/png",
                repacked: true,
                grey,
            },
            Kept::Grey => {
                Page { bytes: picture::png(&grey), media: "image/png", repacked: true, grey }
            }
        }
    }
}

pub(super) fn raster(document: &Document, stream: &Stream) -> Result<Raster, Unreadable> {
    let mut raster = unpacked(document, stream)?;
    let flag = |name: &[u8]| stream.dict.get(name).and_then(Object::as_bool).unwrap_or(false);
    if flag(b"ImageMask") {
        // Paint lies where the mask is 0; it is taken to be ink.
        let mut cover = raster.grey.clone();
        imageops::invert(&mut cover);
        let ink = GrayImage::new(cover.width(), cover.height());
        return Ok(Raster { cover: Some(cover), ..Raster::of(ink) });
    }
    let soft = stream.dict.get(b"SMask").ok().and_then(|soft| document.dereference(soft).ok());
    if let Some((_, Object::Stream(soft))) = soft {
        raster.cover = Some(unpacked(document, soft)?.grey);
    }
    Ok(raster)
}

fn unpacked(document: &Document, stream: &Stream) -> Result<Raster, Unreadable> {
    let number = |name: &[u8]| {
        let said = stream.dict.get(name).ok().and_then(|said| document.dereference(said).ok());
        said.and_then(|(_, said)| said.as_i64().ok()).and_then(|said| u32::try_from(said).ok())
    };
    let (width, height) = (number(b"Width").unwrap_or(0), number(b"Height").unwrap_or(0));
    bounded((width, height))?;
    let (bytes, last) = unwrapped(document, stream)?;
    let inverted = inverted(document, &stream.dict);
    let mut raster = match last {
        None => {
            let bits = if flag(&stream.dict, b"ImageMask") {
                1
            } else {
                number(b"BitsPerComponent").unwrap_or(8)
            };
            let inks = Inks::of(document, &stream.dict).ok_or(Unreadable::Unsupported)?;
            plain(&bytes, (width, height), bits, &inks).ok_or(Unreadable::Damaged)?
        }
        Some((Packed::Jpeg, _)) => {
            let grey = picture::grey(&bytes)?;
            Raster { grey, cover: None, kept: Kept::Jpeg(bytes) }
        }
        Some((Packed::Fax, said)) => Raster::of(bilevel::ccitt(&bytes, &fax(said, width, height))?),
        Some((Packed::Jbig2, said)) => {
            let globals = said.and_then(|said| said.get(b"JBIG2Globals").ok());
            let globals = globals.and_then(|globals| document.dereference(globals).ok());
            let globals = globals.and_then(|(_, globals)| globals.as_stream().ok());
            let globals = globals.map(|globals| globals.get_plain_content_with_limit(MOST));
            let globals = globals.transpose().map_err(|_| Unreadable::Damaged)?;
            Raster::of(bilevel::jbig2(&bytes, globals.as_deref())?)
        }
    };
    if inverted && !matches!(raster.kept, Kept::Jpeg(_)) {
        imageops::invert(&mut raster.grey);
        if let Kept::Colour(colour) = &mut raster.kept {
            imageops::invert(colour);
        }
    }
    Ok(raster)
}

/// How a picture is packed inside all general wrapping.
enum Packed {
    Jpeg,
    Fax,
    Jbig2,
}

type Said<'d> = Option<&'d Dictionary>;
/// Bytes that are unwrapped, and how a picture is packed in them where they are not yet one.
type Unwrapped<'d> = (Vec<u8>, Option<(Packed, Said<'d>)>);

/// Takes off the general filters one by one, each within bounds.
fn unwrapped<'d>(document: &'d Document, stream: &'d Stream) -> Result<Unwrapped<'d>, Unreadable> {
    let list = |name: &[u8]| -> Vec<&'d Object> {
        let said = stream.dict.get(name).ok().and_then(|said| document.dereference(said).ok());
        match said.map(|(_, said)| said) {
            Some(Object::Array(all)) => all.iter().collect(),
            Some(one) => vec![one],
            None => Vec::new(),
        }
    };
    let parameters = list(b"DecodeParms");
    let mut bytes = stream.content.clone();
    for (at, filter) in list(b"Filter").into_iter().enumerate() {
        let said = parameters.get(at).and_then(|said| document.dereference(said).ok());
        let said = said.and_then(|(_, said)| said.as_dict().ok());
        let filter = filter.as_name().map_err(|_| Unreadable::Damaged)?;
        match filter {
            b"DCTDecode" | b"DCT" => return Ok((bytes, Some((Packed::Jpeg, said)))),
            b"CCITTFaxDecode" | b"CCF" => return Ok((bytes, Some((Packed::Fax, said)))),
            b"JBIG2Decode" => return Ok((bytes, Some((Packed::Jbig2, said)))),
            b"FlateDecode" | b"LZWDecode" | b"ASCII85Decode" => {
                let mut one = Dictionary::new();
                one.set("Filter", Object::Name(filter.to_vec()));
                if let Some(said) = said {
                    one.set("DecodeParms", Object::Dictionary(said.clone()));
                }
                let one = Stream {
                    dict: one,
                    content: bytes,
                    allows_compression: false,
                    start_position: None,
                };
                bytes =
                    one.decompressed_content_with_limit(MOST).map_err(|_| Unreadable::Damaged)?;
            }
            b"RunLengthDecode" | b"RL" => bytes = run_lengths(&bytes)?,
            _ => return Err(Unreadable::Unsupported),
        }
    }
    Ok((bytes, None))
}

fn run_lengths(bytes: &[u8]) -> Result<Vec<u8>, Unreadable> {
    let (mut out, mut rest) = (Vec::new(), bytes);
    while let [length, tail @ ..] = rest {
        if out.len() > MOST {
            return Err(Unreadable::TooLarge);
        }
        match usize::from(*length) {
            128 => break,
            many @ 0..128 => {
                let (run, after) = tail.split_at(tail.len().min(many + 1));
                out.extend_from_slice(run);
                rest = after;
            }
            many => {
                let Some((byte, after)) = tail.split_first() else { break };
                out.resize(out.len() + 257 - many, *byte);
                rest = after;
            }
        }
    }
    Ok(out)
}

fn fax(said: Said<'_>, width: u32, height: u32) -> Fax {
    let said = |name: &[u8]| said.and_then(|said| said.get(name).ok());
    let number = |name: &[u8]| said(name).and_then(|number| number.as_i64().ok());
    let flag =
        |name: &[u8], usual: bool| said(name).and_then(|flag| flag.as_bool().ok()).unwrap_or(usual);
    let side = |name: &[u8]| {
        number(name).and_then(|side| u32::try_from(side).ok()).filter(|side| *side > 0)
    };
    Fax {
        k: number(b"K").unwrap_or(0),
        columns: side(b"Columns").unwrap_or(if width > 0 { width } else { 1728 }),
        rows: side(b"Rows").unwrap_or(height),
        black_is_1: flag(b"BlackIs1", false),
        aligned: flag(b"EncodedByteAlign", false),
        lines_end: flag(b"EndOfLine", false),
        block_ends: flag(b"EndOfBlock", true),
    }
}

fn flag(dict: &Dictionary, name: &[u8]) -> bool {
    dict.get(name).and_then(Object::as_bool).unwrap_or(false)
}

/// `/Decode [1 0]` turns ink and paper round.
fn inverted(document: &Document, dict: &Dictionary) -> bool {
    let said = dict.get(b"Decode").ok().and_then(|said| document.dereference(said).ok());
    let first = said.and_then(|(_, said)| said.as_array().ok()?.first()?.as_float().ok());
    first.is_some_and(|first| first >= 1.0)
}

/// What the numbers of a pixel stand for.
enum Inks {
    Light(usize),
    /// Cyan, magenta, yellow, black.
    Four,
    /// Red, green, blue by number.
    Palette(Vec<[u8; 3]>),
}

impl Inks {
    fn of(document: &Document, dict: &Dictionary) -> Option<Inks> {
        match dict.get(b"ColorSpace") {
            Err(_) => Some(Inks::Light(1)),
            Ok(space) => Inks::named(document, space, 0),
        }
    }

    fn named(document: &Document, space: &Object, depth: usize) -> Option<Inks> {
        match document.dereference(space).ok()?.1 {
            Object::Name(name) => match name.as_slice() {
                b"DeviceGray" | b"CalGray" | b"G" => Some(Inks::Light(1)),
                b"DeviceRGB" | b"CalRGB" | b"RGB" => Some(Inks::Light(3)),
                b"DeviceCMYK" | b"CMYK" => Some(Inks::Four),
                _ => None,
            },
            Object::Array(parts) => match (parts.first()?.as_name().ok()?, &parts[1..]) {
                (b"ICCBased", [profile, ..]) => {
                    let profile = document.dereference(profile).ok()?.1.as_stream().ok()?;
                    match profile.dict.get(b"N").ok()?.as_i64().ok()? {
                        1 => Some(Inks::Light(1)),
                        3 => Some(Inks::Light(3)),
                        4 => Some(Inks::Four),
                        _ => None,
                    }
                }
                (b"CalGray", _) => Some(Inks::Light(1)),
                (b"CalRGB" | b"Lab", _) => Some(Inks::Light(3)),
                (b"Indexed" | b"I", [base, _, table, ..]) if depth == 0 => {
                    let base = Inks::named(document, base, 1)?;
                    let table = match document.dereference(table).ok()?.1 {
                        Object::String(bytes, _) => bytes.clone(),
                        Object::Stream(stream) => stream.get_plain_content_with_limit(4096).ok()?,
                        _ => return None,
                    };
                    Some(Inks::Palette(
                        table.chunks_exact(base.count()).map(|one| base.rgb(one)).collect(),
                    ))
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn count(&self) -> usize {
        match self {
            Inks::Light(count) => *count,
            Inks::Four => 4,
            Inks::Palette(_) => 1,
        }
    }

    fn rgb(&self, said: &[u8]) -> [u8; 3] {
        match (self, said) {
            (Inks::Light(1), [grey, ..]) => [*grey; 3],
            (Inks::Light(_), [r, g, b, ..]) => [*r, *g, *b],
            (Inks::Four, [c, m, y, k]) => {
                [c, m, y].map(|ink| ((255 - u32::from(*ink)) * (255 - u32::from(*k)) / 255) as u8)
            }
            (Inks::Palette(colours), [number, ..]) => {
                colours.get(usize::from(*number)).copied().unwrap_or_default()
            }
            _ => [0; 3],
        }
    }
}

/// Rows of numbers of 1, 2, 4, 8 or 16 bits, each row on a byte's border. Rows that are missing are paper.
fn plain(bytes: &[u8], (width, height): (u32, u32), bits: u32, inks: &Inks) -> Option<Raster> {
    let (across, count) = (width as usize, inks.count());
    let row_bytes = (across * count * bits as usize).div_ceil(8);
    let whole = matches!(inks, Inks::Palette(_));
    let number = |row: &[u8], at: usize| -> Option<u8> {
        Some(match bits {
            8 => *row.get(at)?,
            16 => *row.get(at * 2)?,
            1 | 2 | 4 => {
                let (from, most) = (at * bits as usize, (1u8 << bits) - 1);
                let number = row.get(from / 8)? >> (8 - bits as usize - from % 8) & most;
                if whole { number } else { number * (255 / most) }
            }
            _ => return None,
        })
    };
    number(&[0, 0], 0)?;
    let colour = count > 1 || whole;
    let mut grey = GrayImage::from_pixel(width, height, image::Luma([255]));
    let mut full = colour.then(|| RgbImage::from_pixel(width, height, image::Rgb([255; 3])));
    let mut said = vec![0; count];
    for (y, row) in bytes.chunks(row_bytes.max(1)).take(height as usize).enumerate() {
        for x in 0..across {
            for (ink, place) in said.iter_mut().enumerate() {
                *place = number(row, x * count + ink).unwrap_or(255);
            }
            let [r, g, b] = inks.rgb(&said);
            let light = (u32::from(r) * 299 + u32::from(g) * 587 + u32::from(b) * 114) / 1000;
            grey.put_pixel(x as u32, y as u32, image::Luma([light as u8]));
            if let Some(full) = &mut full {
                full.put_pixel(x as u32, y as u32, image::Rgb([r, g, b]));
            }
        }
    }
    let kept = full.map_or(Kept::Grey, Kept::Colour);
    Some(Raster { grey, cover: None, kept })
}
