//! Display lists to the bytes of a PDF. printpdf builds the document: pages, embedded fonts with
//! their widths and text maps, pictures, information. The pages' streams are written here, and all
//! streams are compressed here, because that is where its time would go.

mod content;
mod document;
mod floor;
mod subsets;

pub(crate) use document::write;
pub use floor::Floor;
pub(crate) use subsets::SubsetCache;

use flate2::{Compress, Compression, FlushCompress, Status};

const LEVEL: u32 = 5;

/// zlib at the level of every stream.
pub(crate) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() / 2 + 64);
    let mut state = Compress::new(Compression::new(LEVEL), true);
    loop {
        let taken = state.total_in() as usize;
        match state.compress_vec(&bytes[taken..], &mut out, FlushCompress::Finish) {
            Ok(Status::StreamEnd) => return out,
            _ => out.reserve(out.capacity().max(64)),
        }
    }
}
