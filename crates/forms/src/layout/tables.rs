use super::{
    CELL, Setter,
    flow::Slice,
    left,
    rows::{PAD_Y, RowCell, close, row, shares},
    tight,
};
use crate::{
    data::Scope,
    display::{Mpt, mm},
    error::FormError,
    font::FaceId,
    template::{Align, Column, Grid, GridField, Rich, Table},
    text::{Set, Style},
};
use std::rc::Rc;

impl Setter<'_> {
    /// A row may fill a page but for its head and a little air.
    fn tallest(self) -> Mpt {
        self.height - mm(300)
    }

    pub(super) fn grid(self, scope: Scope<'_>, grid: &Grid) -> Result<Vec<Slice>, FormError> {
        let scopes = match &grid.each {
            Some(each) => scope.rows(each, grid.min)?,
            None => vec![scope],
        };
        let mut slices = Vec::new();
        for scope in scopes {
            let begins = slices.len();
            if let Some(caption) = &grid.caption {
                let cell = self.cell(scope, caption, self.width, Align::Left, true)?;
                let rows = row(vec![cell], mm(65), self.tallest());
                slices.extend(rows.into_iter().map(|row| Slice { keep_after: true, ..row }));
            }
            for fields in grid_rows(&grid.fields, grid.columns) {
                slices.extend(self.grid_row(scope, grid, &fields)?);
            }
            // A person's lines stay together while they fit; the page breaks between persons.
            if grid.each.is_some() {
                let end = slices.len();
                for slice in &mut slices[begins..end.saturating_sub(1).max(begins)] {
                    slice.keep_after = true;
                }
            }
        }
        close(&mut slices, self.width);
        slices.push(Slice::space(mm(12)));
        Ok(slices)
    }

    fn grid_row(
        self,
        scope: Scope<'_>,
        grid: &Grid,
        fields: &[(&GridField, usize)],
    ) -> Result<Vec<Slice>, FormError> {
        let pairs = shares(self.width, &vec![1; grid.columns]);
        let mut cells = Vec::new();
        let mut column = 0;
        let mut lines = 1;
        for (field, span) in fields {
            let width: Mpt = pairs[column..column + span].iter().sum();
            column += span;
            lines = lines.max(field.lines);
            if field.label.0.is_empty() {
                cells.push(self.cell(scope, &field.value, width, Align::Left, false)?);
                continue;
            }
            cells.push(self.cell(scope, &field.label, grid.label, Align::Center, true)?);
            cells.push(self.cell(scope, &field.value, width - grid.label, Align::Left, false)?);
        }
        let min = (lines * tight(CELL.size) + 2 * PAD_Y).max(mm(75));
        Ok(row(cells, min, self.tallest()))
    }

    pub(super) fn cell(
        self,
        scope: Scope<'_>,
        rich: &Rich,
        width: Mpt,
        align: Align,
        shaded: bool,
    ) -> Result<RowCell, FormError> {
        let how = Set { align, ..left(RowCell::inner(width)) };
        let lines = match rich.0.is_empty() {
            true => Vec::new(),
            false => self.lines(scope, rich, CELL, how)?,
        };
        Ok(RowCell { width, lines, shaded, ..RowCell::default() })
    }

    pub(super) fn table(self, scope: Scope<'_>, table: &Table) -> Result<Vec<Slice>, FormError> {
        let weights: Vec<i32> = table.columns.iter().map(|column| column.weight).collect();
        let widths = shares(self.width, &weights);
        let head = Rc::new(self.head(scope, table, &widths)?);
        let tallest = self.tallest() - head.height;
        let mut slices = vec![Slice { keep_after: true, ..(*head).clone() }];
        for own in &table.rows {
            let cells =
                own.iter().zip(&widths).zip(&table.columns).map(|((text, width), column)| {
                    self.cell(scope, text, *width, column.align, false)
                });
            slices.extend(row(cells.collect::<Result<Vec<_>, _>>()?, table.row_height, tallest));
        }
        let rows = match &table.each {
            Some(each) => scope.rows(each, 0)?,
            None => Vec::new(),
        };
        let written = rows.len() + table.rows.len();
        for scope in rows {
            slices.extend(self.table_row(scope, table, &widths, tallest)?);
        }
        let ended = match &table.end {
            Some(end) if written > 0 => {
                let cell = self.cell(scope, end, self.width, Align::Center, false)?;
                let has_text = !cell.lines.is_empty();
                let end = row(vec![cell], table.row_height, tallest).into_iter();
                slices
                    .extend(end.filter(|_| has_text).map(|row| Slice { keep_before: true, ..row }));
                has_text
            }
            _ => false,
        };
        if !ended {
            for _ in written..table.min_rows {
                slices.extend(self.table_row(scope.empty_row(), table, &widths, tallest)?);
            }
        }
        for foot in &table.foot {
            let cell = self.cell(scope, foot, self.width, Align::Left, false)?;
            let rows = row(vec![cell], table.row_height, tallest);
            slices.extend(rows.into_iter().map(|row| Slice { keep_before: true, ..row }));
        }
        close(&mut slices, self.width);
        for slice in slices.iter_mut().skip(1) {
            slice.head = Some(Rc::clone(&head));
        }
        slices.push(Slice::space(mm(12)));
        Ok(slices)
    }

    fn head(self, scope: Scope<'_>, table: &Table, widths: &[Mpt]) -> Result<Slice, FormError> {
        let style = Style { face: FaceId::Heading, size: 9_000, gray: 0 };
        let cells = table.columns.iter().zip(widths).map(|(column, width)| {
            let how = Set { align: Align::Center, ..left(RowCell::inner(*width)) };
            let lines = self.lines(scope, &column.title, style, how)?;
            Ok(RowCell { width: *width, lines, shaded: true, ..RowCell::default() })
        });
        let cells = cells.collect::<Result<Vec<_>, FormError>>()?;
        let mut head = row(cells, mm(75), self.tallest()).swap_remove(0);
        let lead = std::mem::take(&mut head.lead);
        head.form.extend(lead);
        Ok(head)
    }

    fn table_row(
        self,
        scope: Scope<'_>,
        table: &Table,
        widths: &[Mpt],
        tallest: Mpt,
    ) -> Result<Vec<Slice>, FormError> {
        let cells = table
            .columns
            .iter()
            .zip(widths)
            .map(|(column, width)| self.table_cell(scope, column, *width));
        let cells = cells.collect::<Result<Vec<_>, FormError>>()?;
        let signs = cells.iter().any(|cell| cell.signs);
        let min = if signs { table.row_height.max(mm(120)) } else { table.row_height };
        Ok(row(cells, min, tallest))
    }

    fn table_cell(
        self,
        scope: Scope<'_>,
        column: &Column,
        width: Mpt,
    ) -> Result<RowCell, FormError> {
        let mut cell = self.cell(scope, &column.value, width, column.align, false)?;
        if let Some(ink) = &column.ink {
            cell.signs = true;
            cell.strokes = scope.strokes(ink)?;
        }
        if let Some(stamp) = &column.stamp {
            cell.stamp = match scope.value(stamp) {
                shoulou_eventlog::Value::Bool(stamps) => Some(*stamps),
                _ => None,
            };
        }
        Ok(cell)
    }
}

/// Fills lines of `columns` pairs; the last pair of a line takes what is left of it.
fn grid_rows(fields: &[GridField], columns: usize) -> Vec<Vec<(&GridField, usize)>> {
    let mut rows: Vec<Vec<(&GridField, usize)>> = vec![Vec::new()];
    let mut used = 0;
    for field in fields {
        if used + field.span > columns {
            widen(rows.last_mut(), columns - used);
            rows.push(Vec::new());
            used = 0;
        }
        used += field.span;
        if let Some(row) = rows.last_mut() {
            row.push((field, field.span));
        }
    }
    widen(rows.last_mut(), columns - used);
    rows
}

fn widen(row: Option<&mut Vec<(&GridField, usize)>>, by: usize) {
    if let Some((_, span)) = row.and_then(|row| row.last_mut()) {
        *span += by;
    }
}
