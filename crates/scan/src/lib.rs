//! Bytes of a scan to its pages, and the code on each. Pure: a file is bytes here, and hostile until it was read;
//! what it may cost is bounded by [`LARGEST`] and [`PIXELS`].

mod bilevel;
mod code;
mod pdf;
mod picture;
mod shade;

pub use code::{Code, find};
pub use picture::thumbnail;

use image::GrayImage;
use pdf::Pdf;

/// Bytes of one file: some hundred pages scanned in colour.
pub const LARGEST: u64 = 300 * 1024 * 1024;
/// Of one page: A3 at 500 dpi.
pub const PIXELS: u64 = 50_000_000;

/// Why a file or a page of it gave no picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("no PNG, JPEG or PDF")]
    NotAScan,
    #[error("larger than a page can be")]
    TooLarge,
    #[error("damaged or cut off")]
    Damaged,
    #[error("encrypted")]
    Encrypted,
    #[error("a page without a picture")]
    NoPicture,
    /// JPEG 2000, or an arrangement no scanner makes.
    #[error("a kind of picture that is not read")]
    Unsupported,
}

/// A file of one or more scanned pages.
pub enum Scan {
    /// PNG or JPEG, with its media type.
    Picture(Vec<u8>, &'static str),
    Pdf(Box<Pdf>),
}

/// One scanned page.
pub struct Page {
    /// As it came: a PNG or JPEG, or what stood in a PDF, there written as PNG where it was no JPEG.
    pub bytes: Vec<u8>,
    pub media: &'static str,
    /// The bytes were packed anew: only their pixels are as they came.
    pub repacked: bool,
    pub grey: GrayImage,
}

impl Scan {
    /// Reads a file by its first bytes, whatever its name says.
    pub fn open(bytes: Vec<u8>) -> Result<Scan, Unreadable> {
        if bytes.len() as u64 > LARGEST {
            return Err(Unreadable::TooLarge);
        }
        match picture::media(&bytes) {
            Some(media) => Ok(Scan::Picture(bytes, media)),
            // Scanners put a few bytes before it, as the format lets them.
            None if bytes.windows(5).take(1024).any(|head| head == b"%PDF-") => {
                Ok(Scan::Pdf(Box::new(Pdf::open(&bytes)?)))
            }
            None => Err(Unreadable::NotAScan),
        }
    }

    pub fn pages(&self) -> usize {
        match self {
            Scan::Picture(..) => 1,
            Scan::Pdf(pdf) => pdf.pages(),
        }
    }

    /// The page with this number, from 0.
    pub fn page(&self, index: usize) -> Result<Page, Unreadable> {
        match self {
            Scan::Picture(bytes, media) if index == 0 => {
                let grey = picture::grey(bytes)?;
                Ok(Page { bytes: bytes.clone(), media, repacked: false, grey })
            }
            Scan::Picture(..) => Err(Unreadable::NoPicture),
            Scan::Pdf(pdf) => pdf.page(index),
        }
    }
}
