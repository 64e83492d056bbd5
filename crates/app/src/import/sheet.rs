use chrono::NaiveDateTime;

/// One sheet as the spreadsheet shows it: row and column numbers are kept, counted from 0 here.
#[derive(Clone, Debug, Default)]
pub(super) struct Sheet {
    pub rows: Vec<Vec<Cell>>,
    /// Merged areas wider than one column. Narrow ones are resolved: each row has the value.
    pub wide: Vec<Area>,
    pub epoch_1904: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Cell {
    pub content: Content,
    pub formula: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Content {
    #[default]
    Empty,
    Text(String),
    Number(f64),
    Date(NaiveDateTime),
    Bool(bool),
    /// `#N/A`
    Error(String),
}

/// First and last row and column, all within.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Area {
    pub rows: (usize, usize),
    pub columns: (usize, usize),
}

const EMPTY: &Cell = &Cell { content: Content::Empty, formula: false };

impl Sheet {
    pub fn cell(&self, row: usize, column: usize) -> &Cell {
        self.rows.get(row).and_then(|row| row.get(column)).unwrap_or(EMPTY)
    }

    pub fn width(&self) -> usize {
        self.rows.iter().map(Vec::len).max().unwrap_or(0)
    }

    pub fn put(&mut self, row: usize, column: usize, cell: Cell) {
        if self.rows.len() <= row {
            self.rows.resize_with(row + 1, Vec::new);
        }
        let cells = &mut self.rows[row];
        if cells.len() <= column {
            cells.resize_with(column + 1, Cell::default);
        }
        cells[column] = cell;
    }

    /// Gives every row of a merged column its value, and remembers the wide areas for the head.
    pub fn merge(&mut self, areas: impl IntoIterator<Item = Area>) {
        for area in areas {
            let ((top, bottom), (left, right)) = (area.rows, area.columns);
            if right > left {
                self.wide.push(area);
                continue;
            }
            let value = self.cell(top, left).clone();
            if value.content == Content::Empty {
                continue;
            }
            for row in top + 1..=bottom.min(self.rows.len().saturating_sub(1)) {
                if self.cell(row, left).content == Content::Empty {
                    self.put(row, left, value.clone());
                }
            }
        }
    }

    pub fn is_blank(&self, row: usize) -> bool {
        self.rows
            .get(row)
            .is_none_or(|cells| cells.iter().all(|cell| cell.text().trim().is_empty()))
    }
}

impl Cell {
    pub fn text_of(text: impl Into<String>) -> Self {
        let text = text.into();
        let content = if text.is_empty() { Content::Empty } else { Content::Text(text) };
        Cell { content, formula: false }
    }

    pub fn is_empty(&self) -> bool {
        match &self.content {
            Content::Empty => true,
            Content::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// As the cell reads; a number in the fewest digits that give it back.
    pub fn text(&self) -> String {
        match &self.content {
            Content::Empty => String::new(),
            Content::Text(text) | Content::Error(text) => text.clone(),
            Content::Number(number) => format!("{number}"),
            Content::Date(at) if at.time() == chrono::NaiveTime::MIN => at.date().to_string(),
            Content::Date(at) => at.format("%Y-%m-%d %H:%M").to_string(),
            Content::Bool(true) => "是".to_owned(),
            Content::Bool(false) => "否".to_owned(),
        }
    }
}

/// `A`, `Z`, `AA`, … for a column from 0.
pub(super) fn letter(mut column: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(b'A' + (column % 26) as u8);
        if column < 26 {
            break;
        }
        column = column / 26 - 1;
    }
    letters.reverse();
    String::from_utf8_lossy(&letters).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_letters_of_a_spreadsheet() {
        let letters: Vec<_> = [0, 3, 25, 26, 51, 52, 701, 702].map(letter).to_vec();
        assert_eq!(letters, ["A", "D", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }

    #[test]
    fn a_column_merged_over_rows_says_its_value_in_each() {
        let mut sheet = Sheet::default();
        sheet.put(0, 0, Cell::text_of("1栋"));
        sheet.put(2, 1, Cell::text_of("103"));
        sheet.merge([
            Area { rows: (0, 2), columns: (0, 0) },
            Area { rows: (0, 0), columns: (1, 3) },
        ]);
        assert_eq!(sheet.cell(2, 0).text(), "1栋");
        assert_eq!(sheet.wide.len(), 1);
    }
}
