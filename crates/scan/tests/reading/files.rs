//! Files as scanners write them, and as nobody should.

use crate::{ours, scanner};
use image::{GrayImage, imageops};
use lopdf::{Dictionary, Document, Object, Stream, dictionary};
use proptest::prelude::*;
use shoulou_scan::{Scan, Unreadable, find};
use std::io::Write;

/// A page in black and white, 1241 × 1754, pressed as a fax machine presses it.
const FAX: &[u8] = include_bytes!("../data/page.g4");
const CODE: &str = "SL:";

struct Sheet {
    pictures: Vec<(Stream, [f32; 6])>,
}

impl Sheet {
    fn of(picture: Stream) -> Sheet {
        Sheet { pictures: vec![(picture, [595.0, 0.0, 0.0, 842.0, 0.0, 0.0])] }
    }
}

fn pdf(sheets: Vec<Sheet>) -> Vec<u8> {
    let mut document = Document::with_version("1.5");
    let root = document.new_object_id();
    let mut kids: Vec<Object> = Vec::new();
    for sheet in sheets {
        let (mut drawing, mut pictures) = (String::new(), Dictionary::new());
        for (at, (picture, matrix)) in sheet.pictures.into_iter().enumerate() {
            let [a, b, c, d, e, f] = matrix;
            drawing.push_str(&format!("q {a} {b} {c} {d} {e} {f} cm /P{at} Do Q\n"));
            pictures.set(format!("P{at}"), document.add_object(picture));
        }
        let drawing = document.add_object(Stream::new(Dictionary::new(), drawing.into_bytes()));
        let page = dictionary! {
            "Type" => "Page",
            "Parent" => root,
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
            "Resources" => dictionary! { "XObject" => pictures },
            "Contents" => drawing,
        };
        kids.push(document.add_object(page).into());
    }
    let count = kids.len() as i64;
    document.set_object(root, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count });
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => root });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

fn picture(width: u32, height: u32, filter: &str, bytes: Vec<u8>) -> Stream {
    let head = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Image",
        "Width" => width,
        "Height" => height,
        "BitsPerComponent" => if filter == "CCITTFaxDecode" || filter == "JBIG2Decode" { 1 } else { 8 },
        "ColorSpace" => "DeviceGray",
        "Filter" => filter,
    };
    Stream::new(head, bytes).with_compression(false)
}

fn faxed() -> Stream {
    let mut stream = picture(1241, 1754, "CCITTFaxDecode", FAX.to_vec());
    stream.dict.set("DecodeParms", dictionary! { "K" => -1, "Columns" => 1241, "Rows" => 1754 });
    stream
}

fn page() -> GrayImage {
    let scan = Scan::open(pdf(vec![Sheet::of(faxed())])).unwrap();
    scan.page(0).unwrap().grey
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

/// Each row as the differences to the one above, the way PDFs take over from PNG.
fn up(picture: &GrayImage) -> Vec<u8> {
    let width = picture.width() as usize;
    let mut above = vec![0u8; width];
    let mut rows = Vec::new();
    for row in picture.as_raw().chunks(width) {
        rows.push(2);
        rows.extend(row.iter().zip(&above).map(|(one, other)| one.wrapping_sub(*other)));
        above = row.to_vec();
    }
    rows
}

fn reads(scan: &Scan, index: usize) -> String {
    let page = scan.page(index).unwrap_or_else(|error| panic!("page {index}: {error}"));
    find(&page.grey, &ours).unwrap_or_else(|| panic!("page {index} has no code")).text
}

#[test]
fn each_page_of_a_pdf_is_read_whatever_way_its_scanner_pressed_it() {
    let page = page();
    let (width, height) = page.dimensions();
    let jpeg = scanner::jpeg(&page, 60);
    let mut flate = picture(width, height, "FlateDecode", deflated(&up(&page)));
    flate
        .dict
        .set("DecodeParms", dictionary! { "Predictor" => 15, "Colors" => 1, "Columns" => width });
    let half = height / 2;
    let strip = |from: u32, rows: u32| {
        let strip = imageops::crop_imm(&page, 0, from, width, rows).to_image();
        picture(width, rows, "DCTDecode", scanner::jpeg(&strip, 80))
    };
    let (upper, lower) = (strip(0, half), strip(half, height - half));
    let points = 842.0 * half as f32 / height as f32;
    let strips = Sheet {
        pictures: vec![
            (upper, [595.0, 0.0, 0.0, points, 0.0, 842.0 - points]),
            (lower, [595.0, 0.0, 0.0, 842.0 - points, 0.0, 0.0]),
        ],
    };
    let upside_down = Sheet { pictures: vec![(faxed(), [-595.0, 0.0, 0.0, -842.0, 595.0, 842.0])] };
    let scan = Scan::open(pdf(vec![
        Sheet::of(picture(width, height, "DCTDecode", jpeg.clone())),
        Sheet::of(flate),
        Sheet::of(faxed()),
        Sheet::of(picture(width, height, "JBIG2Decode", jbig2())),
        strips,
        upside_down,
    ]))
    .unwrap();
    let all: Vec<String> = (0..scan.pages()).map(|index| reads(&scan, index)).collect();
    assert_eq!(all.len(), 6);
    assert!(all.iter().all(|code| *code == all[0] && code.starts_with(CODE)), "{all:?}");
    // What is kept of a JPEG is the JPEG, bit for bit.
    assert_eq!(scan.page(0).unwrap().bytes, jpeg);
    let kept = image::load_from_memory(&scan.page(2).unwrap().bytes).unwrap().into_luma8();
    assert_eq!(kept, page);
}

/// The fax inside the frame of a JBIG2 page.
fn jbig2() -> Vec<u8> {
    let segment = |number: u32, kind: u8, data: &[u8]| {
        let mut bytes = number.to_be_bytes().to_vec();
        bytes.extend([kind, 0, 1]);
        bytes.extend((data.len() as u32).to_be_bytes());
        bytes.extend(data);
        bytes
    };
    let sides = [1241u32.to_be_bytes(), 1754u32.to_be_bytes()].concat();
    let page = [&sides[..], &[0; 8], &[0, 0, 0]].concat();
    // Region: its size, its place, how it is combined; then: pressed as a fax.
    let region = [&sides[..], &[0; 8], &[0], &[1], FAX].concat();
    [segment(0, 48, &page), segment(1, 38, &region), segment(2, 49, &[])].concat()
}

fn refused(bytes: Vec<u8>) -> Unreadable {
    match Scan::open(bytes) {
        Err(error) => error,
        Ok(scan) => scan.page(0).err().expect("it is not readable"),
    }
}

#[test]
fn what_is_no_page_is_refused_and_said_to_be_so() {
    assert_eq!(refused(b"GIF89a".to_vec()), Unreadable::NotAScan);
    assert_eq!(refused(b"%PDF-1.7\nnothing follows".to_vec()), Unreadable::Damaged);
    let whole = pdf(vec![Sheet::of(faxed())]);
    assert_eq!(refused(whole[..whole.len() / 2].to_vec()), Unreadable::Damaged);
    let mut png = Vec::new();
    page().write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png).unwrap();
    assert_eq!(refused(png[..png.len() / 3].to_vec()), Unreadable::Damaged);
    assert_eq!(refused(pdf(vec![Sheet { pictures: Vec::new() }])), Unreadable::NoPicture);
    let jpeg2000 = picture(10, 10, "JPXDecode", vec![0; 10]);
    assert_eq!(refused(pdf(vec![Sheet::of(jpeg2000)])), Unreadable::Unsupported);
}

#[test]
fn a_picture_that_would_fill_the_memory_is_refused_by_its_head() {
    // 60 000 × 60 000, of which not one pixel follows.
    let mut head = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    head.extend([60_000u32.to_be_bytes(), 60_000u32.to_be_bytes()].concat());
    head.extend([8, 0, 0, 0, 0]);
    let mut check = flate2::Crc::new();
    check.update(&head[12..]);
    head.extend(check.sum().to_be_bytes());
    head.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e\0\0\0\0IEND\xae\x42\x60\x82");
    assert_eq!(refused(head), Unreadable::TooLarge);
    let vast = picture(100_000, 100_000, "FlateDecode", deflated(&[0; 1000]));
    assert_eq!(refused(pdf(vec![Sheet::of(vast)])), Unreadable::TooLarge);
    // A small picture of which a gigabyte is said to follow.
    let zeros = deflated(&vec![0; 1 << 26]);
    let bomb = picture(100, 100, "FlateDecode", deflated(&zeros.repeat(1)));
    let mut twice = bomb;
    twice.dict.set("Filter", vec![Object::from("FlateDecode"), Object::from("FlateDecode")]);
    let scan = Scan::open(pdf(vec![Sheet::of(twice)])).unwrap();
    assert!(scan.page(0).is_ok_and(|page| page.grey.dimensions() == (100, 100)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_harmed_file_is_read_or_refused_and_never_stops_the_program(
        hits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = pdf(vec![Sheet::of(faxed()), Sheet::of(picture(1241, 1754, "JBIG2Decode", jbig2()))]);
        for (at, byte) in hits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if cut.index(4) == 0 {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(scan) = Scan::open(bytes) {
            for index in 0..scan.pages().min(4) {
                let _ = scan.page(index);
            }
        }
    }
}
