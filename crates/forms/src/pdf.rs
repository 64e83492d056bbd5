//! Display lists to the bytes of a PDF. printpdf builds the document: pages, embedded fonts with
//! their widths and text maps, pictures, information. The pages' streams are written here, and all
//! streams are compressed here, because that is where its time would go.

mod book;
mod content;
mod document;
mod floor;
mod subsets;

pub use book::Book;
pub(crate) use document::write;
pub use floor::Floor;
pub(crate) use subsets::SubsetCache;

use crate::display::{Item, Page};
use flate2::{Compress, Compression, FlushCompress, Status};

/// One page of the document.
pub(crate) struct Sheet<'a> {
    pub page: &'a Page,
    /// Text that only this copy of the page has.
    pub own: &'a [Item],
}

/// What stands on the sheets, but once where several are copies.
fn distinct<'a>(sheets: &[Sheet<'a>]) -> impl Iterator<Item = &'a Item> {
    let again = |at: usize| sheets[..at].iter().any(|one| std::ptr::eq(one.page, sheets[at].page));
    let items = move |(at, sheet): (usize, &Sheet<'a>)| {
        let shared = (!again(at)).then(|| sheet.page.items());
        shared.into_iter().flatten().chain(sheet.own)
    };
    sheets.iter().enumerate().flat_map(items)
}

const LEVEL: u32 = 5;

/// zlib at the level of every stream. One for a whole document: its tables are larger than most streams.
pub(crate) struct Packer {
    state: Compress,
    out: Vec<u8>,
}

impl Packer {
    pub fn new() -> Packer {
        Packer { state: Compress::new(Compression::new(LEVEL), true), out: Vec::new() }
    }

    pub fn pack(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.state.reset();
        self.out.clear();
        self.out.reserve(bytes.len() / 2 + 64);
        loop {
            let taken = self.state.total_in() as usize;
            match self.state.compress_vec(&bytes[taken..], &mut self.out, FlushCompress::Finish) {
                Ok(Status::StreamEnd) => return self.out.clone(),
                _ => self.out.reserve(self.out.capacity().max(64)),
            }
        }
    }
}
