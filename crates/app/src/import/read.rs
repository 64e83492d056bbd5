//! A file to its sheets.

mod delimited;
mod workbook;

use super::{
    sheet::{Cell, Sheet},
    trouble,
};
use crate::api::Problem;
use std::path::Path;

pub(super) const MAX_ROWS: usize = 50_000;
pub(super) const MAX_COLUMNS: usize = 256;
const MAX_BYTES: u64 = 64 << 20;

/// A list file with its sheets by name, hidden ones behind the others.
pub(super) enum Book {
    Workbook(Box<workbook::Workbook>),
    Delimited(Sheet),
}

impl Book {
    pub fn open(path: &Path) -> Result<Book, Problem> {
        let shown = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let size = std::fs::metadata(path)
            .map_err(|error| trouble::unreadable_file(&shown, &error))?
            .len();
        if size > MAX_BYTES {
            return Err(trouble::too_large(MAX_ROWS, MAX_COLUMNS));
        }
        let bytes =
            std::fs::read(path).map_err(|error| trouble::unreadable_file(&shown, &error))?;
        sound(|| Book::from_bytes(bytes))
    }

    /// The kind is told by the content: extensions lie.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Book, Problem> {
        const ZIP: &[u8] = b"PK\x03\x04";
        const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
        if bytes.starts_with(ZIP) {
            return workbook::Workbook::xlsx(bytes).map(|book| Book::Workbook(Box::new(book)));
        }
        if bytes.starts_with(COMPOUND) {
            return workbook::Workbook::xls(bytes).map(|book| Book::Workbook(Box::new(book)));
        }
        if bytes.is_empty() {
            return Err(trouble::empty());
        }
        let text = delimited::decode(&bytes).ok_or_else(trouble::not_a_list)?;
        let start = text.trim_start().get(..1).unwrap_or_default();
        if start == "<" {
            return Err(trouble::not_a_list());
        }
        delimited::sheet(&text).map(Book::Delimited)
    }

    pub fn sheets(&self) -> Vec<String> {
        match self {
            Book::Workbook(book) => book.names(),
            Book::Delimited(_) => vec!["CSV".to_owned()],
        }
    }

    pub fn sheet(&mut self, name: &str) -> Result<Sheet, Problem> {
        let sheet = match self {
            Book::Workbook(book) => sound(|| book.sheet(name))?,
            Book::Delimited(sheet) => sheet.clone(),
        };
        Ok(sheet)
    }
}

/// A damaged workbook may trip its reader over its own tables: that is the file's fault and no reason to end.
fn sound<T>(read: impl FnOnce() -> Result<T, Problem>) -> Result<T, Problem> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(trouble::broken()))
}

/// Puts a cell where it stands, unless the sheet has outgrown what a list can be.
fn place(sheet: &mut Sheet, row: usize, column: usize, cell: Cell) -> Result<(), Problem> {
    if cell.is_empty() && !cell.formula {
        return Ok(());
    }
    if row >= MAX_ROWS || column >= MAX_COLUMNS {
        return Err(trouble::too_large(MAX_ROWS, MAX_COLUMNS));
    }
    sheet.put(row, column, cell);
    Ok(())
}
