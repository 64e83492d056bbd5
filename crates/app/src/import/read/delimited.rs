//! CSV as offices save it: UTF-8 or GB18030, comma, semicolon or tab. Blank lines keep their row number.

use super::super::sheet::{Cell, Sheet};
use super::place;
use crate::api::Problem;
use std::borrow::Cow;

/// `None` for what is no text.
pub(super) fn decode(bytes: &[u8]) -> Option<Cow<'_, str>> {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        let (text, broken) = encoding.decode_without_bom_handling(&bytes[mark..]);
        return (!broken).then_some(text);
    }
    if bytes.contains(&0) {
        return None;
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(Cow::Borrowed(text));
    }
    let (text, broken) = encoding_rs::GB18030.decode_without_bom_handling(bytes);
    (!broken).then_some(text)
}

pub(super) fn sheet(text: &str) -> Result<Sheet, Problem> {
    // Excel writes the separator into the first line when told to.
    let (text, skipped, told) = match text.strip_prefix("sep=").and_then(|rest| rest.chars().next())
    {
        Some(told) => (text.split_once('\n').map_or("", |(_, rest)| rest), 1, Some(told)),
        None => (text, 0, None),
    };
    let separator = told.unwrap_or_else(|| separator(text));
    let mut sheet = Sheet::default();
    let mut reading = Reading { row: skipped, column: 0, field: String::new(), quoted: false };
    let mut inside = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if inside && chars.peek() == Some(&'"') => {
                chars.next();
                reading.field.push('"');
            }
            '"' if inside => inside = false,
            '"' if reading.field.trim().is_empty() && !reading.quoted => {
                inside = true;
                reading.quoted = true;
                reading.field.clear();
            }
            _ if inside => reading.field.push(c),
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' | '\r' => {
                reading.end_field(&mut sheet)?;
                reading.row += 1;
                reading.column = 0;
            }
            _ if c == separator => reading.end_field(&mut sheet)?,
            _ => reading.field.push(c),
        }
    }
    reading.end_field(&mut sheet)?;
    Ok(sheet)
}

struct Reading {
    row: usize,
    column: usize,
    field: String,
    quoted: bool,
}

impl Reading {
    fn end_field(&mut self, sheet: &mut Sheet) -> Result<(), Problem> {
        self.quoted = false;
        let mut field = std::mem::take(&mut self.field);
        // `="440305…"`: written so to keep Excel from rounding.
        if let Some(kept) = field.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
            field = kept.to_owned();
        }
        place(sheet, self.row, self.column, Cell::text_of(field))?;
        self.column += 1;
        Ok(())
    }
}

/// The mark that stands outside quotes most often in the first lines. A tab before an ID number is one too, but
/// rarer than what parts the columns.
fn separator(text: &str) -> char {
    let mut counts = [(',', 0usize), (';', 0), ('\t', 0)];
    let mut inside = false;
    for c in text.chars().take(20_000) {
        if c == '"' {
            inside = !inside;
        }
        if let Some((_, count)) = counts.iter_mut().find(|(mark, _)| !inside && *mark == c) {
            *count += 1;
        }
    }
    let most = counts.iter().rev().max_by_key(|(_, count)| *count);
    most.map_or(',', |(mark, _)| *mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        let sheet = sheet(text).expect("a list");
        sheet.rows.iter().map(|row| row.iter().map(Cell::text).collect()).collect()
    }

    #[test]
    fn quotes_keep_commas_quotes_and_line_breaks() {
        let read =
            rows("房号,业主\n1-1-101,\"SMITH, John \"\"Jack\"\"\"\r\n1-1-102,\"杜强\n李子\"\n");
        assert_eq!(read[1], ["1-1-101", "SMITH, John \"Jack\""]);
        assert_eq!(read[2], ["1-1-102", "杜强\n李子"]);
    }

    #[test]
    fn a_blank_line_keeps_the_row_numbers_of_the_spreadsheet() {
        let read = rows("房号,业主\n\n1-1-101,杜强\n");
        assert_eq!((read.len(), read[2][0].as_str()), (3, "1-1-101"));
    }

    #[test]
    fn the_separator_is_found_though_numbers_begin_with_a_tab() {
        assert_eq!(rows("房号,业主,证件\n1,杜强,\t4403\n2,李子,\t4403\n")[1].len(), 3);
        assert_eq!(rows("房号;业主\n1;杜强\n")[1], ["1", "杜强"]);
        assert_eq!(rows("房号\t业主\n1\t杜强\n")[1], ["1", "杜强"]);
        assert_eq!(rows("sep=;\n房号;业主\n")[1], ["房号", "业主"]);
    }

    #[test]
    fn text_is_read_in_the_encodings_of_an_office() {
        let (gb, _, _) = encoding_rs::GB18030.encode("房号,业主\n1-1-101,徐㐂𬭎\n");
        assert!(decode(&gb).expect("text").contains("徐㐂𬭎"));
        assert_eq!(decode("\u{feff}房号".as_bytes()).as_deref(), Some("房号"));
        let wide: Vec<u8> = [0xff, 0xfe]
            .into_iter()
            .chain("房".encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        assert_eq!(decode(&wide).as_deref(), Some("房"));
        assert_eq!(decode(b"\x89PNG\x0d\x0a\x1a\x0a\x00\x00"), None);
    }
}
