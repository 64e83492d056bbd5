//! Many PDFs bound into one, each written on as it comes: of what was added before, only the places of its
//! objects are remembered, so three hundred take no more memory than one.

use crate::error::FormError;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, HashMap},
    io::Write,
};

const CATALOG: u32 = 1;
const PAGES: u32 = 2;
const INFO: u32 = 3;
/// What a page may have from the folders above it.
const INHERITED: [&[u8]; 4] = [b"Resources", b"MediaBox", b"CropBox", b"Rotate"];

pub struct Book<W> {
    out: W,
    written: u64,
    /// By object number, from 1; 0 where it is not written yet.
    places: Vec<u64>,
    pages: Vec<u32>,
    /// Streams that may be shared (fonts, pictures), by what they say.
    shared: HashMap<[u8; 32], u32>,
}

impl<W: Write> Book<W> {
    /// # Errors
    /// What the writer cannot do.
    pub fn begin(out: W) -> std::io::Result<Self> {
        let (places, pages, shared) = (vec![0; INFO as usize], Vec::new(), HashMap::new());
        let mut book = Book { out, written: 0, places, pages, shared };
        book.put(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")?;
        Ok(book)
    }

    pub fn pages(&self) -> u32 {
        self.pages.len() as u32
    }

    /// Binds in the pages of a PDF that this crate wrote.
    ///
    /// # Errors
    /// [`FormError::Pdf`] where it is none; then nothing of it was bound in. What the writer cannot do.
    pub fn add(&mut self, pdf: &[u8]) -> Result<std::io::Result<()>, FormError> {
        let document =
            Document::load_mem(pdf).map_err(|error| FormError::Pdf(error.to_string()))?;
        let mut pages = Vec::new();
        for page in document.get_pages().into_values() {
            pages.push((page, whole(&document, page)?));
        }
        Ok(self.bind(document, pages))
    }

    fn bind(
        &mut self,
        mut document: Document,
        pages: Vec<(ObjectId, Dictionary)>,
    ) -> std::io::Result<()> {
        let mut numbers: BTreeMap<ObjectId, u32> = BTreeMap::new();
        let mut again = Vec::new();
        let info = document.trailer.get(b"Info").and_then(Object::as_reference).ok();
        for (id, object) in &document.objects {
            if is_of_the_whole(object) || info == Some(*id) {
                continue;
            }
            let shared = shareable(object).map(said);
            let known = shared.and_then(|said| self.shared.get(&said).copied());
            if known.is_some() {
                again.push(*id);
            }
            let number = known.unwrap_or_else(|| {
                self.places.push(0);
                self.places.len() as u32
            });
            if let Some(said) = shared {
                self.shared.insert(said, number);
            }
            numbers.insert(*id, number);
        }
        for (id, page) in pages {
            document.objects.insert(id, Object::Dictionary(page));
            self.pages.extend(numbers.get(&id));
        }
        for (id, object) in document.objects {
            if let (Some(number), false) = (numbers.get(&id), again.contains(&id)) {
                self.object(*number, &object, &|id| numbers.get(&id).copied())?;
            }
        }
        Ok(())
    }

    /// Closes the book; `created` in seconds of Unix time.
    ///
    /// # Errors
    /// What the writer cannot do.
    pub fn finish(mut self, title: &str, created: i64) -> std::io::Result<W> {
        let kids = self.pages.iter().map(|page| Object::Reference((*page, 0))).collect();
        let mut tree = Dictionary::new();
        tree.set("Type", "Pages");
        tree.set("Count", i64::from(self.pages()));
        tree.set("Kids", Object::Array(kids));
        let mut catalog = Dictionary::new();
        catalog.set("Type", "Catalog");
        catalog.set("Pages", Object::Reference((PAGES, 0)));
        let mut info = Dictionary::new();
        info.set("Title", lopdf::text_string(title));
        info.set("Producer", Object::string_literal("Shoulou"));
        info.set("CreationDate", Object::string_literal(date(created)));
        let own = |id: ObjectId| Some(id.0);
        self.object(CATALOG, &Object::Dictionary(catalog), &own)?;
        self.object(PAGES, &Object::Dictionary(tree), &own)?;
        self.object(INFO, &Object::Dictionary(info), &own)?;
        let start = self.written;
        let count = self.places.len() + 1;
        self.put(format!("xref\n0 {count}\n0000000000 65535 f \n").as_bytes())?;
        for place in std::mem::take(&mut self.places) {
            let line = match place {
                0 => "0000000000 65535 f \n".to_owned(),
                place => format!("{place:010} 00000 n \n"),
            };
            self.put(line.as_bytes())?;
        }
        let end = format!(
            "trailer\n<</Size {count}/Root {CATALOG} 0 R/Info {INFO} 0 R>>\nstartxref\n{start}\n%%EOF\n"
        );
        self.put(end.as_bytes())?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn object(
        &mut self,
        number: u32,
        object: &Object,
        renumbered: &dyn Fn(ObjectId) -> Option<u32>,
    ) -> std::io::Result<()> {
        self.places[number as usize - 1] = self.written;
        let mut bytes = format!("{number} 0 obj\n").into_bytes();
        write(object, renumbered, &mut bytes);
        bytes.extend_from_slice(b"\nendobj\n");
        self.put(&bytes)
    }

    fn put(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.out.write_all(bytes)?;
        self.written += bytes.len() as u64;
        Ok(())
    }
}

/// A page with all it has from above.
fn whole(document: &Document, page: ObjectId) -> Result<Dictionary, FormError> {
    let failed = |error: lopdf::Error| FormError::Pdf(error.to_string());
    let mut whole = document.get_dictionary(page).map_err(failed)?.clone();
    let mut above = whole.get(b"Parent").and_then(Object::as_reference).ok();
    // No tree of pages is deeper than this; a harmed one may run in a circle.
    for _ in 0..64 {
        let Some(folder) = above.and_then(|id| document.get_dictionary(id).ok()) else { break };
        for key in INHERITED {
            if let (false, Ok(value)) = (whole.has(key), folder.get(key)) {
                whole.set(key, value.clone());
            }
        }
        above = folder.get(b"Parent").and_then(Object::as_reference).ok();
    }
    whole.set("Parent", Object::Reference((0, 0)));
    Ok(whole)
}

/// What a book has once.
fn is_of_the_whole(object: &Object) -> bool {
    let Object::Dictionary(dictionary) = object else { return false };
    dictionary.has_type(b"Catalog") || dictionary.has_type(b"Pages")
}

/// A stream that names no other object: it may stand for an equal one.
fn shareable(object: &Object) -> Option<&Stream> {
    let Object::Stream(stream) = object else { return None };
    let simple = |(_, value): (&Vec<u8>, &Object)| {
        !matches!(value, Object::Reference(_) | Object::Array(_) | Object::Dictionary(_))
    };
    stream.dict.iter().all(simple).then_some(stream)
}

fn said(stream: &Stream) -> [u8; 32] {
    let mut dictionary = Vec::new();
    write(&Object::Dictionary(stream.dict.clone()), &|_| None, &mut dictionary);
    let mut hasher = Sha256::new();
    hasher.update(dictionary);
    hasher.update(&stream.content);
    hasher.finalize().into()
}

/// In the words of ISO 32000-1, 7.3. What a reference names and the book does not have is null there.
fn write(object: &Object, renumbered: &dyn Fn(ObjectId) -> Option<u32>, out: &mut Vec<u8>) {
    match object {
        Object::Null => out.extend_from_slice(b"null"),
        Object::Boolean(value) => out.extend_from_slice(value.to_string().as_bytes()),
        Object::Integer(value) => out.extend_from_slice(value.to_string().as_bytes()),
        Object::Real(value) => out.extend_from_slice(value.to_string().as_bytes()),
        Object::Name(name) => write_name(name, out),
        Object::String(text, _) => {
            out.push(b'<');
            text.iter().for_each(|byte| out.extend_from_slice(format!("{byte:02X}").as_bytes()));
            out.push(b'>');
        }
        Object::Array(values) => {
            out.push(b'[');
            for value in values {
                write(value, renumbered, out);
                out.push(b' ');
            }
            out.push(b']');
        }
        Object::Dictionary(dictionary) => write_dictionary(dictionary, renumbered, out),
        Object::Stream(stream) => {
            let mut dictionary = stream.dict.clone();
            dictionary.set("Length", stream.content.len() as i64);
            write_dictionary(&dictionary, renumbered, out);
            out.extend_from_slice(b"\nstream\n");
            out.extend_from_slice(&stream.content);
            out.extend_from_slice(b"\nendstream");
        }
        // The parent of every page.
        Object::Reference((0, 0)) => out.extend_from_slice(format!("{PAGES} 0 R").as_bytes()),
        Object::Reference(id) => match renumbered(*id) {
            Some(number) => out.extend_from_slice(format!("{number} 0 R").as_bytes()),
            None => out.extend_from_slice(b"null"),
        },
    }
}

fn write_dictionary(
    dictionary: &Dictionary,
    renumbered: &dyn Fn(ObjectId) -> Option<u32>,
    out: &mut Vec<u8>,
) {
    out.extend_from_slice(b"<<");
    for (key, value) in dictionary {
        write_name(key, out);
        out.push(b' ');
        write(value, renumbered, out);
    }
    out.extend_from_slice(b">>");
}

fn write_name(name: &[u8], out: &mut Vec<u8>) {
    out.push(b'/');
    for byte in name {
        match byte {
            b'!'..=b'~' if !b"#()<>[]{}/%".contains(byte) => out.push(*byte),
            other => out.extend_from_slice(format!("#{other:02X}").as_bytes()),
        }
    }
}

/// `D:20261121083000Z`, by the calendar arithmetic of Howard Hinnant's `civil_from_days`.
fn date(seconds: i64) -> String {
    let (days, rest) = (seconds.div_euclid(86400), seconds.rem_euclid(86400));
    let shifted = days + 719_468;
    let (era, day) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("D:{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_is_that_of_the_calendar() {
        assert_eq!(date(0), "D:19700101000000Z");
        assert_eq!(date(1_795_250_130), "D:20261121083530Z");
        assert_eq!(date(951_782_399), "D:20000228235959Z");
        assert_eq!(date(951_782_400), "D:20000229000000Z");
    }

    #[test]
    fn what_is_no_pdf_is_not_bound_in() {
        let mut book = Book::begin(Vec::new()).unwrap();
        assert!(matches!(book.add(b"%PDF-1.7\nnothing"), Err(FormError::Pdf(_))));
        assert_eq!(book.pages(), 0);
    }
}
