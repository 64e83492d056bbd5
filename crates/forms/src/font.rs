//! The faces that forms are set in: compiled in, parsed once.

use std::sync::{Mutex, OnceLock};
use ttf_parser::{
    Face as Parsed,
    cmap::{Format, Subtable},
};

/// Which face a run is set in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaceId {
    /// 宋体: text.
    Body,
    /// 黑体: titles and headings.
    Heading,
    /// Han for names that the first two lack.
    Fallback1,
    Fallback2,
}

impl FaceId {
    pub const ALL: [FaceId; 4] =
        [FaceId::Body, FaceId::Heading, FaceId::Fallback1, FaceId::Fallback2];
}

/// The faces, and the last subsets made of them.
pub struct Fonts {
    faces: [Face; 4],
    pub(crate) subsets: Mutex<crate::pdf::SubsetCache>,
}

pub(crate) struct Face {
    pub bytes: &'static [u8],
    /// The PostScript name.
    pub name: &'static str,
    pub units_per_em: i32,
    parsed: Parsed<'static>,
    characters: Subtable<'static>,
}

/// A character as one of the faces shows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown {
    pub face: FaceId,
    pub glyph: u16,
    /// Width in thousandths of the size.
    pub advance: i32,
}

impl Fonts {
    /// The fonts that the program ships.
    pub fn bundled() -> &'static Fonts {
        static FONTS: OnceLock<Fonts> = OnceLock::new();
        FONTS.get_or_init(|| Fonts {
            faces: [
                Face::new(include_bytes!("../fonts/body.ttf"), "NotoSerifSC-Regular"),
                Face::new(include_bytes!("../fonts/heading.ttf"), "NotoSansSC-Bold"),
                Face::new(include_bytes!("../fonts/fallback-1.ttf"), "NotoSerifJP-Regular"),
                Face::new(include_bytes!("../fonts/fallback-2.ttf"), "NotoSerifHK-Regular"),
            ],
            subsets: Mutex::default(),
        })
    }

    /// Whether every character of `text` can be printed; else the first that cannot.
    pub fn missing(&self, text: &str) -> Option<char> {
        text.chars()
            .filter(|c| !crate::text::is_dropped(*c) && !matches!(c, '\n' | '\t'))
            .find(|c| self.show(*c, FaceId::Body).is_none())
    }

    /// The width of a character as a run in this face and size shows it, in 1/1000 pt.
    pub fn width(&self, character: char, face: FaceId, size: i32) -> i32 {
        let advance = self.show(character, face).map_or(0, |shown| shown.advance);
        (i64::from(size) * i64::from(advance) / 1000) as i32
    }

    /// Whether any subset was cut since the program started.
    pub(crate) fn has_subsets(&self) -> bool {
        !self.subsets.lock().unwrap_or_else(std::sync::PoisonError::into_inner).is_empty()
    }

    pub(crate) fn face(&self, id: FaceId) -> &Face {
        &self.faces[id as usize]
    }

    /// `character` in the preferred face, else in the first that has it.
    pub(crate) fn show(&self, character: char, preferred: FaceId) -> Option<Shown> {
        [preferred, FaceId::Body, FaceId::Fallback1, FaceId::Fallback2].into_iter().find_map(|id| {
            let face = self.face(id);
            let glyph = face.characters.glyph_index(character.into())?;
            Some(Shown { face: id, glyph: glyph.0, advance: face.advance(glyph.0) })
        })
    }
}

impl Face {
    fn new(bytes: &'static [u8], name: &'static str) -> Face {
        let parsed = Parsed::parse(bytes, 0).expect("the compiled-in faces are TrueType");
        // The widest table holds every character; asking the others first costs more than the answer.
        let tables = parsed.tables().cmap.into_iter().flat_map(|cmap| cmap.subtables);
        let characters = tables
            .filter(Subtable::is_unicode)
            .max_by_key(|table| matches!(table.format, Format::SegmentedCoverage(_)))
            .expect("the compiled-in faces have a Unicode character map");
        let units_per_em = parsed.units_per_em().into();
        Face { bytes, name, units_per_em, parsed, characters }
    }

    pub fn advance(&self, glyph: u16) -> i32 {
        let units = self.parsed.glyph_hor_advance(ttf_parser::GlyphId(glyph)).unwrap_or(0);
        i32::from(units) * 1000 / self.units_per_em
    }

    pub fn metrics(&self) -> Metrics {
        let bounds = self.parsed.global_bounding_box();
        Metrics {
            ascent: self.parsed.ascender(),
            descent: self.parsed.descender(),
            bounds: [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max],
            weight: self.parsed.weight().to_number(),
        }
    }
}

/// In font units.
pub(crate) struct Metrics {
    pub ascent: i16,
    pub descent: i16,
    pub bounds: [i16; 4],
    pub weight: u16,
}
