//! Invitations as people hand them on: an address and a code in any typing, or a picture of both.

use crate::api::Problem;
use qrcodegen::{QrCode, QrCodeEcc};
use shoulou_domain::view::Text2;
use shoulou_eventlog::sync::{Secret, invitation::SecretError};

/// Characters of the code, without dashes.
const DIGITS: usize = 24;
/// Pixels a module of the picture is wide, and modules of white around it.
const MODULE: usize = 8;
const QUIET: usize = 4;
/// Photos are made smaller before the code is looked for.
const WIDEST: u32 = 2000;

/// Where to ask, and for what.
#[derive(Debug)]
pub(crate) struct Typed {
    /// `https://10.0.0.5:8843`
    pub server: String,
    pub secret: Secret,
}

impl std::fmt::Display for Typed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.server, self.secret)
    }
}

/// Reads address and code as they were typed, pasted or dictated: full-width characters, line breaks, any
/// dashes, no `https://`.
pub(crate) fn read(typed: &str) -> Result<Typed, Problem> {
    let plain: String = typed.chars().map(half_width).collect();
    let (address, code) = split(plain.trim()).ok_or_else(no_code)?;
    let secret = code.parse().map_err(|error| match error {
        SecretError::Check | SecretError::Character(_) => mistyped(),
        SecretError::Length => no_code(),
    })?;
    let server = server(address).ok_or_else(no_address)?;
    Ok(Typed { server, secret })
}

/// The code is the last 24 letters and digits.
fn split(plain: &str) -> Option<(&str, String)> {
    let mut digits = 0;
    for (at, character) in plain.char_indices().rev() {
        if character.is_ascii_alphanumeric() {
            digits += 1;
        } else if !is_gap(character) {
            return None;
        }
        if digits == DIGITS {
            let code = plain[at..].chars().filter(char::is_ascii_alphanumeric).collect();
            return Some((&plain[..at], code));
        }
    }
    None
}

fn server(address: &str) -> Option<String> {
    let edge = |c: char| is_gap(c) || matches!(c, ',' | ';' | ':' | '.' | '/' | '|');
    let address: String = address.chars().filter(|c| !c.is_whitespace()).collect();
    let address = address.trim_end_matches(edge).trim_start_matches(edge).to_ascii_lowercase();
    let (scheme, host) = match address.split_once("://") {
        Some((scheme @ ("http" | "https"), host)) => (scheme, host),
        Some(_) => return None,
        None => ("https", address.as_str()),
    };
    let host = host.split('/').next().unwrap_or_default();
    let named = host.chars().any(|c| c.is_ascii_alphanumeric())
        && host
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']'));
    named.then(|| format!("{scheme}://{host}"))
}

fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' | '\n' | '\r' | '\t' => ' ',
        '。' => '.',
        '、' => ',',
        // Dashes of all lengths, as input methods and chat programs make them.
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30fc}' | '\u{4e00}' => '-',
        '\u{200b}'..='\u{200f}' | '\u{feff}' => ' ',
        other => other,
    }
}

fn is_gap(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '_' | '.' | ',')
}

/// The picture of a code, a PNG in black and white.
pub(crate) fn picture(text: &str) -> Vec<u8> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium)
        .expect("an address and a code are far shorter than the longest QR code");
    let modules = code.size().unsigned_abs() as usize;
    let side = (modules + 2 * QUIET) * MODULE;
    let mut pixels = vec![255; side * side];
    for (at, pixel) in pixels.iter_mut().enumerate() {
        let module = |pixels: usize| (pixels / MODULE) as i32 - QUIET as i32;
        if code.get_module(module(at % side), module(at / side)) {
            *pixel = 0;
        }
    }
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, side as u32, side as u32);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().expect("a Vec takes all that is written to it");
    writer.write_image_data(&pixels).expect("there are as many pixels as the header says");
    writer.finish().expect("a Vec takes all that is written to it");
    bytes
}

/// The text of the first readable code in a PNG or JPEG: a file that was sent on, a photo, a screenshot.
pub(crate) fn in_picture(bytes: &[u8]) -> Result<String, Problem> {
    let picture = image::load_from_memory(bytes).map_err(|_| no_picture())?;
    let widest = picture.width().max(picture.height());
    let sizes = [WIDEST, WIDEST / 2, WIDEST / 4];
    for size in sizes.into_iter().filter(|size| *size == WIDEST || *size < widest) {
        let picture = if widest > size { picture.thumbnail(size, size) } else { picture.clone() };
        let grey = picture.to_luma8();
        let (width, height) = (grey.width() as usize, grey.height() as usize);
        let pixels = grey.into_raw();
        let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| {
            pixels[y * width + x]
        });
        let codes = prepared.detect_grids();
        if let Some((_, text)) = codes.iter().find_map(|code| code.decode().ok()) {
            return Ok(text);
        }
    }
    Err(no_picture())
}

fn no_code() -> Problem {
    Problem::unchanged(
        "no_code",
        Text2::new(
            "接入码不完整：需要服务器地址和 24 位接入码。",
            "The code is not complete: it takes the server's address and 24 characters.",
        ),
        Text2::new(
            "请整段复制，如 https://10.0.0.5:8843 K7QF-…，或选择二维码图片。",
            "Copy all of it, such as https://10.0.0.5:8843 K7QF-…, or choose its QR picture.",
        ),
    )
}

fn no_address() -> Problem {
    Problem::unchanged(
        "no_address",
        Text2::new(
            "接入码前面没有可用的服务器地址。",
            "There is no server's address before the code.",
        ),
        Text2::new(
            "请连同地址一起输入，如 https://10.0.0.5:8843 K7QF-…。",
            "Enter it with the address, such as https://10.0.0.5:8843 K7QF-….",
        ),
    )
}

fn mistyped() -> Problem {
    Problem::unchanged(
        "code_mistyped",
        Text2::new("接入码有输错的字符。", "The code was mistyped."),
        Text2::new(
            "请逐组核对后再输入；不分大小写，没有字母 U。",
            "Compare it group by group and enter it again; case does not matter, there is no letter U.",
        ),
    )
}

fn no_picture() -> Problem {
    Problem::unchanged(
        "no_qr",
        Text2::new("这张图片里没有能读出的二维码。", "No readable QR code is in this picture."),
        Text2::new(
            "请换一张清晰、端正的 PNG 或 JPEG 图片，或改为输入接入码。",
            "Choose a sharper, straighter PNG or JPEG, or type the code.",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> Secret {
        Secret::new([0x5a, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0xe7])
    }

    fn reads(typed: &str) -> (String, bool) {
        let read = read(typed).unwrap_or_else(|problem| panic!("{typed}: {}", problem.code));
        (read.server, read.secret == secret())
    }

    fn wide(text: &str) -> String {
        let wide = |c: char| match c {
            ' ' => '\u{3000}',
            '!'..='~' => char::from_u32(c as u32 + 0xfee0).unwrap(),
            other => other,
        };
        text.chars().map(wide).collect()
    }

    #[test]
    fn a_code_is_read_in_whatever_way_it_was_typed() {
        let code = secret().to_string();
        let address = "https://10.0.0.5:8843";
        let right = (address.to_owned(), true);
        for typed in [
            format!("{address} {code}"),
            format!("  {address}\r\n{}  ", code.to_lowercase()),
            format!("{address}/ , {}", code.replace('-', " ")),
            format!("10.0.0.5:8843 {}", code.replace('-', "")),
            format!("10。0。0。5：8843，{}", code.replace('-', "—")),
            format!("HTTPS://10.0.0.5 : 8843\u{3000}{}", code.replace('-', "–")),
            wide(&format!("{address} {code}")),
        ] {
            assert_eq!(reads(&typed), right, "{typed}");
        }
        let local = format!("http://localhost:9000 {code}");
        assert_eq!(reads(&local).0, "http://localhost:9000");
        assert_eq!(reads(&format!("sync.example.cn {code}")).0, "https://sync.example.cn");
    }

    #[test]
    fn what_is_wrong_with_a_code_is_said() {
        let code = secret().to_string();
        let wrong = |typed: &str| read(typed).unwrap_err().code;
        assert_eq!(wrong(""), "no_code");
        assert_eq!(wrong("https://10.0.0.5:8843 K7QF-AAAA"), "no_code");
        assert_eq!(wrong(&code), "no_address");
        assert_eq!(wrong(&format!("ftp://10.0.0.5 {code}")), "no_address");
        let slip = code.replacen(|c: char| c.is_ascii_alphanumeric(), "U", 1);
        assert_eq!(wrong(&format!("10.0.0.5 {slip}")), "code_mistyped");
    }

    #[test]
    fn a_picture_of_a_code_reads_back() {
        let typed = Typed { server: "https://10.0.0.5:8843".into(), secret: secret() };
        let picture = picture(&typed.to_string());
        assert_eq!(in_picture(&picture).unwrap(), typed.to_string());
        assert_eq!(in_picture(b"no picture").unwrap_err().code, "no_qr");
    }

    #[test]
    fn a_code_is_found_in_a_photo_of_a_sheet() {
        let typed = Typed { server: "https://10.0.0.5:8843".into(), secret: secret() };
        let code = image::load_from_memory(&picture(&typed.to_string())).unwrap();
        let mut sheet = image::GrayImage::from_pixel(3000, 2200, image::Luma([190]));
        image::imageops::overlay(&mut sheet, &code.to_luma8(), 1600, 900);
        let mut photo = std::io::Cursor::new(Vec::new());
        sheet.write_to(&mut photo, image::ImageFormat::Jpeg).unwrap();
        assert_eq!(in_picture(photo.get_ref()).unwrap(), typed.to_string());
    }
}
