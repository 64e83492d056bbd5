//! A form (a template file), its data and the fonts it needs, to the bytes of a PDF.
//!
//! [`Template`] + data → [`layout`] → [`DisplayList`] → [`render`] → [`Pdf`]. No I/O, no clock, no
//! randomness: the same input gives the same bytes on any thread.

mod data;
pub mod display;
mod error;
mod font;
mod format;
mod layout;
mod pdf;
mod qr;
mod render;
mod template;
mod text;

pub use display::{DisplayList, Page};
pub use error::{FormError, TemplateError};
pub use font::{FaceId, Fonts};
pub use layout::layout;
pub use pdf::{Book, Floor};
pub use render::{
    Copy, Document, Images, Meta, Pdf, RenderJob, check, render, render_for_both_sides,
};
pub use template::{Fields, Template, Templates, fields_of};
