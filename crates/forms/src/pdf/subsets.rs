//! Which glyphs of each face the pages use, and the small fonts that hold just these.

use super::{Packer, Sheet, distinct};
use crate::{
    display::Item,
    error::FormError,
    font::{FaceId, Fonts},
};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use subsetter::GlyphRemapper;

/// The glyphs in use of one face.
pub(super) struct Usage {
    pub face: FaceId,
    /// By glyph of the face as shipped: the character it stands for, `'\0'` where it is not used.
    pub characters: Vec<char>,
    /// By glyph of the face as shipped: its number in the subset.
    pub renumbered: Vec<u16>,
    /// Ascending.
    pub glyphs: Vec<u16>,
}

/// The faces in use, in the order of [`FaceId::ALL`].
pub(super) fn usage(sheets: &[Sheet<'_>]) -> Vec<Usage> {
    let mut characters: [Vec<char>; 4] = Default::default();
    for item in distinct(sheets) {
        let Item::Text(run) = item else { continue };
        let of_face = &mut characters[run.face as usize];
        for glyph in &run.glyphs {
            let at = usize::from(glyph.id);
            if at >= of_face.len() {
                of_face.resize(at + 1, '\0');
            }
            if of_face[at] == '\0' {
                of_face[at] = glyph.character;
            }
        }
    }
    let used = FaceId::ALL.into_iter().zip(characters).filter(|(_, used)| !used.is_empty());
    used.map(|(face, characters)| {
        let is_used = |(_, c): &(usize, &char)| **c != '\0';
        let glyphs: Vec<u16> =
            characters.iter().enumerate().filter(is_used).map(|(at, _)| at as u16).collect();
        let mapper = GlyphRemapper::new_from_glyphs_sorted(&glyphs);
        let mut renumbered = vec![0; characters.len()];
        for glyph in &glyphs {
            renumbered[usize::from(*glyph)] = mapper.get(*glyph).unwrap_or(0);
        }
        Usage { face, characters, renumbered, glyphs }
    })
    .collect()
}

/// A font of just these glyphs, compressed.
pub(crate) struct Subset {
    /// Before compression, in bytes.
    pub length: usize,
    pub compressed: Vec<u8>,
    /// Six letters that tell it from other subsets of the face.
    pub tag: String,
}

/// The last subsets: a preview, the print after it and a reprint use the same.
#[derive(Default)]
pub(crate) struct SubsetCache(Vec<(FaceId, Vec<u16>, Arc<Subset>)>);

impl SubsetCache {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

const KEPT: usize = 8;

pub(super) fn subset(
    fonts: &Fonts,
    usage: &Usage,
    packer: &mut Packer,
) -> Result<Arc<Subset>, FormError> {
    let cache = || fonts.subsets.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let known =
        |entry: &&(FaceId, Vec<u16>, Arc<Subset>)| entry.0 == usage.face && entry.1 == usage.glyphs;
    if let Some((_, _, subset)) = cache().0.iter().find(known) {
        return Ok(Arc::clone(subset));
    }
    let program = cut(fonts, usage.face, &usage.glyphs)?;
    let subset = Arc::new(Subset {
        length: program.len(),
        compressed: packer.pack(&program),
        tag: tag(&usage.glyphs),
    });
    let mut cache = cache();
    if cache.0.len() >= KEPT {
        cache.0.remove(0);
    }
    cache.0.push((usage.face, usage.glyphs.clone(), Arc::clone(&subset)));
    Ok(subset)
}

pub(super) fn cut(fonts: &Fonts, face: FaceId, glyphs: &[u16]) -> Result<Vec<u8>, FormError> {
    let mapper = GlyphRemapper::new_from_glyphs_sorted(glyphs);
    subsetter::subset(fonts.face(face).bytes, 0, &mapper)
        .map_err(|error| FormError::Pdf(error.to_string()))
}

fn tag(glyphs: &[u16]) -> String {
    let mut hasher = Sha256::new();
    glyphs.iter().for_each(|glyph| hasher.update(glyph.to_be_bytes()));
    hasher.finalize().iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect()
}
