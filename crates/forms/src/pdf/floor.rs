use super::{
    Packer, Sheet,
    content::{Names, begin},
    subsets::{cut, usage},
};
use crate::{
    error::FormError,
    font::{FaceId, Fonts},
    layout::layout,
    render::RenderJob,
};

/// The work that no way of writing the same pages can avoid: cutting the fonts down, and
/// compressing pages and fonts. A benchmark holds [`crate::render`] against it.
pub struct Floor {
    pages: Vec<Vec<u8>>,
    faces: Vec<(FaceId, Vec<u16>)>,
}

impl Floor {
    /// # Errors
    /// As [`crate::render`].
    pub fn of(jobs: &[RenderJob<'_>], fonts: &Fonts) -> Result<Floor, FormError> {
        let lists = jobs.iter().map(|job| layout(job, fonts)).collect::<Result<Vec<_>, _>>()?;
        let pages = lists.iter().flat_map(|list| &list.pages);
        let sheets: Vec<Sheet<'_>> = pages.map(|page| Sheet { page, own: &[] }).collect();
        let usage = usage(&sheets);
        let names = Names { usage: &usage, image: &|_| String::new() };
        let written = |sheet: &Sheet<'_>| {
            let mut bytes = Vec::new();
            begin(sheet.page, &names).end(sheet.own, &names, &mut bytes);
            bytes
        };
        Ok(Floor {
            pages: sheets.iter().map(written).collect(),
            faces: usage.iter().map(|usage| (usage.face, usage.glyphs.clone())).collect(),
        })
    }

    /// Does the work; gives the compressed size in bytes.
    ///
    /// # Errors
    /// Where a font cannot be cut down.
    pub fn run(&self, fonts: &Fonts) -> Result<usize, FormError> {
        let mut packer = Packer::new();
        let mut size: usize = self.pages.iter().map(|page| packer.pack(page).len()).sum();
        for (face, glyphs) in &self.faces {
            size += packer.pack(&cut(fonts, *face, glyphs)?).len();
        }
        Ok(size)
    }
}
