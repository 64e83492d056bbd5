use super::{
    Packer, Sheet,
    content::{Begun, Names, begin, font_name},
    distinct,
    subsets::{Subset, Usage, subset, usage},
};
use crate::{
    display::{Encoding, Image, Item, Page},
    error::FormError,
    font::Fonts,
};
use lopdf::{Dictionary, Object, ObjectId, StringFormat};
use printpdf::{
    Codepoint, DictItem, ExternalStream, ExternalXObject, FontId, FontMetrics, FontType, Mm, Op,
    ParsedFont, PdfConformance, PdfDocument, PdfFont, PdfFontHandle, PdfFontMetricsStub, PdfPage,
    PdfSaveOptions, Pt, TextItem, XObject, XObjectId, date::OffsetDateTime,
};
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, sync::Arc};

const PRODUCER: &str = "Shoulou";

pub(crate) fn write(
    sheets: &[Sheet<'_>],
    fonts: &Fonts,
    title: &str,
    created: i64,
) -> Result<Vec<u8>, FormError> {
    let usage = usage(sheets);
    let mut packer = Packer::new();
    let images = images(sheets);
    let image = |image: &Image| {
        let known = images.iter().position(|known| **known == *image);
        known.map_or_else(String::new, |at| format!("I{at}"))
    };
    let names = Names { usage: &usage, image: &image };
    let (subsets, streams) = if fonts.has_subsets() {
        let subsets = subsets(fonts, &usage, &mut packer)?;
        (subsets, Streams::of(sheets, &names, &mut packer))
    } else {
        side_by_side(sheets, fonts, &usage, &names)?
    };

    let mut pdf = PdfDocument::new(title);
    let info = &mut pdf.metadata.info;
    let time = OffsetDateTime::from_unix_timestamp(created)
        .map_err(|error| FormError::Pdf(error.to_owned()))?;
    info.creation_date = time;
    info.modification_date = time;
    info.metadata_date = time;
    info.producer = PRODUCER.to_owned();
    info.creator = PRODUCER.to_owned();
    info.conformance = PdfConformance::default();
    for (usage, subset) in &subsets {
        let font = PdfFont::new(parsed(fonts, usage, subset));
        pdf.resources.fonts.map.insert(font_id(usage), font);
    }
    for (at, image) in images.iter().enumerate() {
        pdf.resources.xobjects.map.insert(XObjectId(format!("I{at}")), picture(image));
    }
    // printpdf learns from the first page's operations which glyphs to list; the pages' own
    // streams take their place below.
    for (at, sheet) in sheets.iter().enumerate() {
        let operations = if at == 0 { usage.iter().flat_map(census).collect() } else { Vec::new() };
        let (width, height) = if sheet.page.landscape { (297.0, 210.0) } else { (210.0, 297.0) };
        pdf.pages.push(PdfPage::new(Mm(width), Mm(height), operations));
    }
    let options = PdfSaveOptions {
        optimize: false,
        subset_fonts: false,
        secure: true,
        image_optimization: None,
    };
    let mut document = printpdf::serialize::to_lopdf_doc(&pdf, &options, &mut Vec::new());
    finish(&mut document, streams, &subsets, &mut packer)?;
    let size: usize = document.objects.values().map(size).sum();
    let mut bytes = Vec::with_capacity(size + size / 8);
    document.save_to(&mut bytes).map_err(|error| FormError::Pdf(error.to_string()))?;
    Ok(bytes)
}

type Subsets<'a> = Vec<(&'a Usage, Arc<Subset>)>;

fn subsets<'a>(
    fonts: &Fonts,
    usage: &'a [Usage],
    packer: &mut Packer,
) -> Result<Subsets<'a>, FormError> {
    usage.iter().map(|usage| Ok((usage, subset(fonts, usage, packer)?))).collect()
}

/// The first document of a program is waited for by somebody, and no font is cut yet: each is cut beside the
/// pages. Later the fonts are mostly there, or a batch keeps every core busy anyway.
fn side_by_side<'a>(
    sheets: &[Sheet<'_>],
    fonts: &Fonts,
    usage: &'a [Usage],
    names: &Names<'_>,
) -> Result<(Subsets<'a>, Streams), FormError> {
    std::thread::scope(|scope| {
        let cut = |usage: &'a Usage| subset(fonts, usage, &mut Packer::new());
        let cutting: Vec<_> =
            usage.iter().map(|usage| (usage, scope.spawn(move || cut(usage)))).collect();
        let streams = Streams::of(sheets, names, &mut Packer::new());
        let cut = cutting.into_iter().map(|(usage, cut)| {
            let cut = cut.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            Ok((usage, cut?))
        });
        Ok((cut.collect::<Result<_, FormError>>()?, streams))
    })
}

/// The pages' streams, packed.
struct Streams {
    packed: Vec<Vec<u8>>,
    hash: [u8; 32],
}

impl Streams {
    fn of(sheets: &[Sheet<'_>], names: &Names<'_>, packer: &mut Packer) -> Streams {
        let mut hasher = Sha256::new();
        let mut begun: Vec<(&Page, Begun)> = Vec::new();
        let mut bytes = Vec::new();
        let mut packed = Vec::with_capacity(sheets.len());
        for (Sheet { page, own }, rest) in sheets.iter().zip(1..) {
            let known = begun.iter().position(|(known, _)| std::ptr::eq(*known, *page));
            let at = known.unwrap_or_else(|| {
                begun.push((page, begin(page, names)));
                begun.len() - 1
            });
            begun[at].1.end(own, names, &mut bytes);
            let stream = packer.pack(&bytes);
            hasher.update(&stream);
            packed.push(stream);
            let again = |page: &Page| sheets[rest..].iter().any(|one| std::ptr::eq(one.page, page));
            begun.retain(|(page, _)| again(page));
        }
        Streams { packed, hash: hasher.finalize().into() }
    }
}

fn font_id(usage: &Usage) -> FontId {
    FontId(font_name(usage.face).to_owned())
}

/// About as many bytes as the object takes in the file.
fn size(object: &Object) -> usize {
    match object {
        Object::Stream(stream) => stream.content.len() + 100,
        _ => 100,
    }
}

/// What printpdf embeds, which would copy a font of its true size many times.
fn stand_in(usage: &Usage) -> &'static [u8] {
    font_name(usage.face).as_bytes()
}

fn parsed(fonts: &Fonts, usage: &Usage, subset: &Subset) -> ParsedFont {
    let face = fonts.face(usage.face);
    let metrics = face.metrics();
    let width = |glyph: &u16| {
        let units = face.advance(*glyph) * face.units_per_em / 1000;
        (usage.renumbered[usize::from(*glyph)], units as u16)
    };
    let units_per_em = face.units_per_em as u16;
    let [x_min, y_min, x_max, y_max] = metrics.bounds;
    ParsedFont {
        original_bytes: stand_in(usage).to_vec(),
        font_index: 0,
        font_name: Some(format!("{}+{}", subset.tag, face.name)),
        codepoint_to_glyph: BTreeMap::new(),
        glyph_widths: usage.glyphs.iter().map(width).collect(),
        units_per_em,
        font_metrics: FontMetrics { ascent: metrics.ascent, descent: metrics.descent },
        font_type: FontType::TrueType,
        pdf_font_metrics: PdfFontMetricsStub {
            units_per_em,
            x_min,
            y_min,
            x_max,
            y_max,
            us_weight_class: metrics.weight,
            ..PdfFontMetricsStub::default()
        },
    }
}

fn census(usage: &Usage) -> [Op; 2] {
    let glyph = |glyph: &u16| {
        let at = usize::from(*glyph);
        Codepoint::with_cid(usage.renumbered[at], 0.0, usage.characters[at].to_string())
    };
    let glyphs = usage.glyphs.iter().map(glyph).collect();
    [
        Op::SetFont { font: PdfFontHandle::External(font_id(usage)), size: Pt(10.0) },
        Op::ShowText { items: vec![TextItem::GlyphIds(glyphs)] },
    ]
}

/// Each picture once, however often it is shown.
fn images(sheets: &[Sheet<'_>]) -> Vec<Arc<Image>> {
    let mut images: Vec<Arc<Image>> = Vec::new();
    for item in distinct(sheets) {
        if let Item::Image { image, .. } = item
            && !images.contains(image)
        {
            images.push(Arc::clone(image));
        }
    }
    images
}

fn picture(image: &Image) -> XObject {
    let name = |text: &str| DictItem::Name(text.as_bytes().to_vec());
    let space = match image.channels {
        1 => "DeviceGray",
        4 => "DeviceCMYK",
        _ => "DeviceRGB",
    };
    let filter = match image.encoding {
        Encoding::Jpeg => "DCTDecode",
        Encoding::Deflated => "FlateDecode",
    };
    let dict = [
        ("Type", name("XObject")),
        ("Subtype", name("Image")),
        ("Width", DictItem::Int(image.width.into())),
        ("Height", DictItem::Int(image.height.into())),
        ("ColorSpace", name(space)),
        ("BitsPerComponent", DictItem::Int(8)),
        ("Filter", name(filter)),
    ];
    XObject::External(ExternalXObject {
        stream: ExternalStream {
            dict: dict.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
            content: image.bytes.clone(),
            compress: false,
        },
        width: None,
        height: None,
        dpi: None,
    })
}

/// The streams of pages and fonts, compression, and ids that depend on the content alone.
fn finish(
    document: &mut lopdf::Document,
    streams: Streams,
    fonts: &[(&Usage, Arc<Subset>)],
    packer: &mut Packer,
) -> Result<(), FormError> {
    let failed = |error: lopdf::Error| FormError::Pdf(error.to_string());
    let packed = || Object::Name(b"FlateDecode".to_vec());
    let pages: Vec<ObjectId> = document.get_pages().into_values().collect();
    for (page, stream) in pages.into_iter().zip(streams.packed) {
        let contents = document.get_dictionary(page).map_err(failed)?.get(b"Contents");
        let contents = contents.and_then(Object::as_reference).map_err(failed)?;
        let object = document.get_object_mut(contents).map_err(failed)?;
        let object = object.as_stream_mut().map_err(failed)?;
        object.dict.set("Filter", packed());
        object.set_content(stream);
    }
    for object in document.objects.values_mut() {
        let Object::Stream(stream) = object else { continue };
        if stream.dict.has(b"Filter") {
            continue;
        }
        let font = fonts.iter().find(|(usage, _)| stand_in(usage) == stream.content);
        let content = match font {
            Some((_, subset)) => {
                stream.dict.set("Length1", Object::Integer(subset.length as i64));
                subset.compressed.clone()
            }
            None => packer.pack(&stream.content),
        };
        stream.dict.set("Filter", packed());
        stream.set_content(content);
    }
    document.version = "1.7".to_owned();
    let info = document.trailer.get(b"Info").and_then(Object::as_reference).map_err(failed)?;
    let info: &mut Dictionary = document.get_dictionary_mut(info).map_err(failed)?;
    for unset in ["GTS_PDFXVersion", "Identifier", "Trapped", "Keywords", "Subject", "Author"] {
        info.remove(unset.as_bytes());
    }
    let id = Object::String(streams.hash[..16].to_vec(), StringFormat::Hexadecimal);
    document.trailer.set("ID", vec![id.clone(), id]);
    Ok(())
}
