use crate::{
    display::{DisplayList, Image, Item, Page},
    error::FormError,
    font::Fonts,
    layout::{body, copy_number, layout},
    pdf,
    template::Template,
};
use shoulou_eventlog::Value;
use std::{collections::BTreeMap, ops::Range, sync::Arc};

/// Pictures that data may name by a text.
pub type Images = BTreeMap<String, Arc<Image>>;

/// One form to print.
#[derive(Clone, Copy)]
pub struct RenderJob<'a> {
    pub template: &'a Template,
    /// The tree that `domain::paper::data` gives; `Value::Null` for a blank form.
    pub data: &'a Value,
    pub images: &'a Images,
    pub meta: Meta,
}

impl RenderJob<'_> {
    /// The very same form and data: only what stands around them may differ.
    fn is_copy_of(&self, other: &RenderJob<'_>) -> bool {
        std::ptr::eq(self.template, other.template)
            && std::ptr::eq(self.data, other.data)
            && std::ptr::eq(self.images, other.images)
    }
}

/// What belongs to the sheet and not to the form's data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Meta {
    /// Creation time in the PDF, seconds of Unix time. The first job's counts.
    pub created: i64,
    /// Prints 第 i 份 共 n 份.
    pub copy: Option<Copy>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copy {
    /// From 1.
    pub index: u32,
    pub of: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pdf {
    pub bytes: Vec<u8>,
    pub pages: u32,
    /// One for each job, in order.
    pub documents: Vec<Document>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    pub form: String,
    /// Pages of the PDF, from 0.
    pub pages: Range<u32>,
    /// SHA-256 of what each page says: without its number, its code, 补打, and what was added in
    /// signing. A sign-off names these.
    pub hashes: Vec<[u8; 32]>,
}

/// Lays out every form before a byte is made, so that nothing is half printed.
///
/// # Errors
/// The first form that cannot be printed; see [`FormError`].
pub fn render(jobs: &[RenderJob<'_>], fonts: &Fonts) -> Result<Pdf, FormError> {
    render_on(jobs, fonts, false)
}

/// As [`render`], for a printer that prints on both sides: each copy of each form begins on a sheet of its own,
/// after an empty page where it must.
///
/// # Errors
/// As [`render`].
pub fn render_for_both_sides(jobs: &[RenderJob<'_>], fonts: &Fonts) -> Result<Pdf, FormError> {
    render_on(jobs, fonts, true)
}

fn render_on(jobs: &[RenderJob<'_>], fonts: &Fonts, both_sides: bool) -> Result<Pdf, FormError> {
    let mut originals: Vec<&RenderJob<'_>> = Vec::new();
    let mut copies: Vec<(usize, Vec<Item>)> = Vec::with_capacity(jobs.len());
    for job in jobs {
        let original = originals.iter().position(|original| job.is_copy_of(original));
        let body = original.unwrap_or_else(|| {
            originals.push(job);
            originals.len() - 1
        });
        copies.push((body, copy_number(job, fonts)?));
    }
    let bodies = bodies(&originals, fonts)?;
    let empty = Page::default();
    let mut sheets: Vec<pdf::Sheet<'_>> = Vec::new();
    let mut begins = Vec::with_capacity(jobs.len());
    for (body, own) in &copies {
        if both_sides && sheets.len() % 2 == 1 {
            sheets.push(pdf::Sheet { page: &empty, own: &[] });
        }
        begins.push(sheets.len() as u32);
        sheets.extend(bodies[*body].pages.iter().map(|page| pdf::Sheet { page, own }));
    }
    let title = jobs.iter().map(|job| job.template.title()).collect::<Vec<_>>().join("、");
    let created = jobs.first().map_or(0, |job| job.meta.created);
    let bytes = pdf::write(&sheets, fonts, &title, created)?;
    let documents = jobs.iter().zip(&copies).zip(begins).map(|((job, (body, _)), first)| {
        let hashes = bodies[*body].hashes.clone();
        let pages = first..first + hashes.len() as u32;
        Document { form: job.template.form().to_owned(), pages, hashes }
    });
    let documents: Vec<Document> = documents.collect();
    Ok(Pdf { bytes, pages: sheets.len() as u32, documents })
}

/// Lays the forms out. The first document of a program is waited for by somebody, so every core takes some of
/// them; later ones are quick, or of a batch that keeps every core busy anyway.
fn bodies(jobs: &[&RenderJob<'_>], fonts: &Fonts) -> Result<Vec<Body>, FormError> {
    let some = |jobs: &[&RenderJob<'_>]| -> Result<Vec<Body>, FormError> {
        jobs.iter().map(|job| Body::of(job, fonts)).collect()
    };
    let hands = std::thread::available_parallelism().map_or(1, usize::from).min(jobs.len());
    if fonts.has_subsets() || hands < 2 {
        return some(jobs);
    }
    std::thread::scope(|scope| {
        let parts = jobs.chunks(jobs.len().div_ceil(hands));
        let laying: Vec<_> = parts.map(|part| scope.spawn(move || some(part))).collect();
        let mut bodies = Vec::with_capacity(jobs.len());
        for part in laying {
            bodies.extend(part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok(bodies)
    })
}

/// What all copies of a form share.
struct Body {
    pages: Vec<Page>,
    hashes: Vec<[u8; 32]>,
}

impl Body {
    fn of(job: &RenderJob<'_>, fonts: &Fonts) -> Result<Body, FormError> {
        let pages = body(job, fonts)?.pages;
        let hashes = pages.iter().map(Page::content_hash).collect();
        Ok(Body { pages, hashes })
    }
}

/// Every reason why these forms cannot be printed; one for each form that has any.
pub fn check(jobs: &[RenderJob<'_>], fonts: &Fonts) -> Vec<FormError> {
    jobs.iter().filter_map(|job| layout(job, fonts).err()).collect()
}

/// The pages of several forms, in order, for whoever draws them elsewhere.
impl FromIterator<DisplayList> for DisplayList {
    fn from_iter<I: IntoIterator<Item = DisplayList>>(lists: I) -> DisplayList {
        DisplayList { pages: lists.into_iter().flat_map(|list| list.pages).collect() }
    }
}
