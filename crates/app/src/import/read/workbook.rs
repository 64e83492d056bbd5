use super::super::{
    sheet::{Area, Cell, Content, Sheet},
    trouble,
};
use super::place;
use crate::api::Problem;
use calamine::{
    Data, DataRef, Dimensions, Reader, SheetType, SheetVisible, Xls, XlsError, Xlsx, XlsxError,
};
use std::io::Cursor;

type Bytes = Cursor<Vec<u8>>;

pub(in super::super) enum Workbook {
    Xlsx(Xlsx<Bytes>),
    Xls(Xls<Bytes>),
}

impl Workbook {
    pub fn xlsx(bytes: Vec<u8>) -> Result<Self, Problem> {
        Xlsx::new(Cursor::new(bytes)).map(Workbook::Xlsx).map_err(|error| match error {
            XlsxError::Password => trouble::password(),
            XlsxError::FileNotFound(_) | XlsxError::RelationshipNotFound => trouble::not_a_list(),
            _ => trouble::broken(),
        })
    }

    /// The older format, or a newer one locked up in the older one's container.
    pub fn xls(bytes: Vec<u8>) -> Result<Self, Problem> {
        match Xls::new(Cursor::new(bytes.clone())) {
            Ok(book) => Ok(Workbook::Xls(book)),
            Err(XlsError::Password) => Err(trouble::password()),
            Err(_) => match Xlsx::new(Cursor::new(bytes)) {
                Err(XlsxError::Password) => Err(trouble::password()),
                _ => Err(trouble::broken()),
            },
        }
    }

    /// The sheets that can hold a list; hidden ones last.
    pub fn names(&self) -> Vec<String> {
        let sheets = match self {
            Workbook::Xlsx(book) => book.sheets_metadata(),
            Workbook::Xls(book) => book.sheets_metadata(),
        };
        let mut sheets: Vec<_> =
            sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet).collect();
        sheets.sort_by_key(|sheet| sheet.visible != SheetVisible::Visible);
        sheets.into_iter().map(|sheet| sheet.name.clone()).collect()
    }

    pub fn sheet(&mut self, name: &str) -> Result<Sheet, Problem> {
        if !self.names().iter().any(|own| own == name) {
            return Err(trouble::no_sheet(name));
        }
        match self {
            Workbook::Xlsx(book) => from_xlsx(book, name),
            Workbook::Xls(book) => from_xls(book, name),
        }
    }
}

/// Cell by cell: a sheet whose formats reach to the last row must not fill the memory.
fn from_xlsx(book: &mut Xlsx<Bytes>, name: &str) -> Result<Sheet, Problem> {
    let mut sheet = Sheet { epoch_1904: book.has_1904_epoch(), ..Sheet::default() };
    let areas = book.merge_cells_by_sheet_name(name).unwrap_or_default();
    let mut cells = book.worksheet_cells_reader(name).map_err(|_| trouble::broken())?;
    while let Some(read) = cells.next_cell_with_formula_metadata().map_err(|_| trouble::broken())? {
        let content = match read.value {
            DataRef::Empty => Content::Empty,
            DataRef::Int(int) => Content::Number(int as f64),
            DataRef::Float(number) => Content::Number(number),
            DataRef::String(text) | DataRef::DurationIso(text) => Content::Text(text),
            DataRef::SharedString(text) => Content::Text(text.to_owned()),
            DataRef::Bool(yes) => Content::Bool(yes),
            DataRef::DateTime(at) => date(at),
            DataRef::DateTimeIso(text) => Content::Text(text),
            DataRef::Error(error) => Content::Error(error.to_string()),
        };
        let (row, column) = read.pos;
        let cell = Cell { content, formula: read.formula.is_some() };
        place(&mut sheet, row as usize, column as usize, cell)?;
    }
    sheet.merge(areas.into_iter().map(area));
    Ok(sheet)
}

fn from_xls(book: &mut Xls<Bytes>, name: &str) -> Result<Sheet, Problem> {
    let mut sheet = Sheet { epoch_1904: book.has_1904_epoch(), ..Sheet::default() };
    let range = book.worksheet_range(name).map_err(|_| trouble::broken())?;
    let formulas = book.worksheet_formula(name).unwrap_or_default();
    let (top, left) = range.start().unwrap_or_default();
    for (row, column, data) in range.used_cells() {
        let content = match data {
            Data::Empty => Content::Empty,
            Data::Int(int) => Content::Number(*int as f64),
            Data::Float(number) => Content::Number(*number),
            Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
                Content::Text(text.clone())
            }
            Data::Bool(yes) => Content::Bool(*yes),
            Data::DateTime(at) => date(*at),
            Data::Error(error) => Content::Error(error.to_string()),
        };
        let (row, column) = (row as u32 + top, column as u32 + left);
        let formula = formulas.get_value((row, column)).is_some_and(|formula| !formula.is_empty());
        place(&mut sheet, row as usize, column as usize, Cell { content, formula })?;
    }
    let areas = book.merge_cells_by_sheet_name(name).unwrap_or_default();
    sheet.merge(areas.into_iter().map(area));
    Ok(sheet)
}

fn date(at: calamine::ExcelDateTime) -> Content {
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    let date = chrono::NaiveDate::from_ymd_opt(year.into(), month.into(), day.into());
    let time = chrono::NaiveTime::from_hms_opt(hour.into(), minute.into(), second.into());
    match (date, time) {
        (Some(date), Some(time)) if at.is_datetime() => Content::Date(date.and_time(time)),
        _ => Content::Number(at.as_f64()),
    }
}

fn area(merged: Dimensions) -> Area {
    let (start, end) = (merged.start, merged.end);
    Area { rows: (start.0 as usize, end.0 as usize), columns: (start.1 as usize, end.1 as usize) }
}
