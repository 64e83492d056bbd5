//! From the file as written to a template whose every field exists.

use super::{
    Align, Block, Checks, Column, Fields, Grid, GridField, Kind, Paragraph, ParagraphStyle, Photos,
    Signature, Table, Template,
    rich::{self, Condition, Path, Resolve, Rich, Step, Wrong},
    source::{self, Source, Text},
    syntax,
};
use crate::{
    display::{Mpt, mm},
    error::TemplateError,
};
use shoulou_domain::view::Text2;
use toml::Spanned;

pub(super) fn read(name: &str, text: &str, fields: &Fields) -> Result<Template, TemplateError> {
    let reader = Reader { name, text, fields };
    let source: Source = toml::from_str(text).map_err(|error| reader.syntax(&error))?;
    let each = reader.list(source.each.as_ref())?;
    Ok(Template {
        title: reader.rich(&source.title, None)?,
        subtitle: reader.optional(source.subtitle.as_ref(), each.as_ref())?,
        blocks: reader.blocks(&source.block, each.as_ref())?,
        form: source.form,
        code: source.code,
        copies: source.copies,
        landscape: source.landscape,
        each,
    })
}

struct Reader<'a> {
    name: &'a str,
    text: &'a str,
    fields: &'a Fields,
}

/// Names are looked up in the row first, then in the form.
struct Scope<'a> {
    fields: &'a Fields,
    row: Option<&'a Path>,
}

type Read<T> = Result<T, TemplateError>;

const KINDS: &str = "heading, paragraph, note, grid, table, checks, signatures, tear_off, photos, \
                     spacer, columns";

fn one_of_the_kinds() -> Text2 {
    Text2::new(format!("以下之一：{KINDS}"), format!("exactly one of {KINDS}"))
}

impl Reader<'_> {
    fn error(&self, at: usize, (problem, expected): Wrong) -> TemplateError {
        let line = self.text[..at.min(self.text.len())].matches('\n').count() + 1;
        TemplateError { file: self.name.to_owned(), line, problem, expected }
    }

    fn syntax(&self, error: &toml::de::Error) -> TemplateError {
        let at = error.span().map_or(0, |span| span.start);
        self.error(at, syntax::wrong(error.message()))
    }

    fn rich(&self, text: &Text, row: Option<&Path>) -> Read<Rich> {
        rich::parse(text.get_ref(), &Scope { fields: self.fields, row })
            .map_err(|mistake| self.mistake(text, mistake.at, (mistake.problem, mistake.expected)))
    }

    /// Lines inside a text count too: a long paragraph names the line of its field.
    fn mistake(&self, text: &Text, at: usize, wrong: Wrong) -> TemplateError {
        let lines = text.get_ref()[..at].matches('\n').count();
        let opening = self.text[text.span().start..].starts_with("\"\"\"\n");
        let mut error = self.error(text.span().start, wrong);
        error.line += lines + usize::from(opening);
        error
    }

    fn optional(&self, text: Option<&Text>, row: Option<&Path>) -> Read<Option<Rich>> {
        text.map(|text| self.rich(text, row)).transpose()
    }

    fn all(&self, texts: &[Text], row: Option<&Path>) -> Read<Vec<Rich>> {
        texts.iter().map(|text| self.rich(text, row)).collect()
    }

    fn path(&self, name: &Text, row: Option<&Path>) -> Read<Path> {
        Scope { fields: self.fields, row }
            .path(name.get_ref())
            .map_err(|wrong| self.error(name.span().start, wrong))
    }

    fn path_of(&self, name: Option<&Text>, row: Option<&Path>) -> Read<Option<Path>> {
        name.map(|name| self.path(name, row)).transpose()
    }

    fn list(&self, name: Option<&Text>) -> Read<Option<Path>> {
        let Some(name) = name else { return Ok(None) };
        if self.fields.is_list(name.get_ref()) {
            return Ok(Some(path_to(name.get_ref(), name.get_ref().clone(), false)));
        }
        let nearest = self.fields.nearest(&format!("{}[]", name.get_ref())).unwrap_or("rows[]");
        let name_ = name.get_ref();
        let problem = Text2::new(format!("“{name_}”不是列表"), format!("`{name_}` is not a list"));
        let expected = Text2::new(
            format!("一个列表，例如 {nearest} 所在的"),
            format!("a list such as the one of {nearest}"),
        );
        Err(self.error(name.span().start, (problem, expected)))
    }

    /// Several conditions stand apart by ` or `.
    fn conditions(&self, text: Option<&Text>, row: Option<&Path>) -> Read<Vec<Condition>> {
        let Some(text) = text else { return Ok(Vec::new()) };
        let scope = Scope { fields: self.fields, row };
        let condition = |condition: &str| {
            rich::condition_of(condition.trim(), &scope)
                .map_err(|wrong| self.error(text.span().start, wrong))
        };
        text.get_ref().split(" or ").map(condition).collect()
    }

    /// `row`: the sheet's own row, where there is one sheet for each.
    fn blocks(&self, blocks: &[Spanned<source::Block>], row: Option<&Path>) -> Read<Vec<Block>> {
        blocks
            .iter()
            .map(|block| {
                let when = self.conditions(block.get_ref().when.as_ref(), row)?;
                Ok(Block { when, kind: self.kind(block, row)? })
            })
            .collect()
    }

    fn kind(&self, spanned: &Spanned<source::Block>, row: Option<&Path>) -> Read<Kind> {
        let block = spanned.get_ref();
        let mut kinds = Vec::new();
        if let Some(text) = &block.heading {
            kinds.push(Kind::Heading(self.rich(text, row)?));
        }
        if let Some(text) = &block.paragraph {
            kinds.push(self.paragraph(block, text, ParagraphStyle::Text, row)?);
        }
        if let Some(text) = &block.note {
            kinds.push(self.paragraph(block, text, ParagraphStyle::Note, row)?);
        }
        if let Some(grid) = &block.grid {
            kinds.push(Kind::Grid(self.grid(grid, row)?));
        }
        if let Some(table) = &block.table {
            kinds.push(Kind::Table(self.table(table, row)?));
        }
        if let Some(checks) = &block.checks {
            kinds.push(Kind::Checks(self.checks(checks, row)?));
        }
        if let Some(cells) = &block.signatures {
            let cells = cells.iter().map(|cell| self.signature(cell, row)).collect::<Read<_>>()?;
            kinds.push(Kind::Signatures(cells));
        }
        if let Some(text) = &block.tear_off {
            kinds.push(Kind::TearOff(self.rich(text, row)?));
        }
        if let Some(photos) = &block.photos {
            kinds.push(Kind::Photos(self.photos(photos, row)?));
        }
        if let Some(height) = block.spacer {
            kinds.push(Kind::Spacer(self.length(spanned.span().start, height)?));
        }
        if let Some(parts) = &block.columns {
            let part =
                |part: &source::Part| Ok((part.width as i32, self.blocks(&part.block, row)?));
            kinds.push(Kind::Columns(parts.iter().map(part).collect::<Read<_>>()?));
        }
        match (kinds.pop(), kinds.pop()) {
            (Some(kind), None) => Ok(kind),
            (None, _) => {
                let problem = Text2::new("这一块什么也不是", "a block that is nothing");
                Err(self.error(spanned.span().start, (problem, one_of_the_kinds())))
            }
            _ => {
                let problem = Text2::new("这一块同时是两样东西", "a block that is two things");
                Err(self.error(spanned.span().start, (problem, one_of_the_kinds())))
            }
        }
    }

    fn paragraph(
        &self,
        block: &source::Block,
        text: &Text,
        style: ParagraphStyle,
        row: Option<&Path>,
    ) -> Read<Kind> {
        let align = block.align.unwrap_or(Align::Justify);
        let plain = style == ParagraphStyle::Text && align == Align::Justify && !block.framed;
        Ok(Kind::Paragraph(Paragraph {
            text: self.rich(text, row)?,
            style,
            align,
            indent: block.indent.unwrap_or(plain),
            legal: block.legal,
            framed: block.framed,
            size: block.size.map(|points| (points.clamp(6.0, 72.0) * 1000.0).round() as Mpt),
        }))
    }

    fn grid(&self, grid: &source::Grid, sheet: Option<&Path>) -> Read<Grid> {
        let each = self.list(grid.each.as_ref())?;
        let row = each.as_ref().or(sheet);
        let fields = grid.fields.iter().map(|field| {
            Ok(GridField {
                label: self.rich(&field.label, row)?,
                value: self.rich(&field.value, row)?,
                span: (field.span as usize).clamp(1, grid.columns.max(1)),
                lines: field.lines as i32,
            })
        });
        Ok(Grid {
            columns: grid.columns.clamp(1, 4),
            label: millimetres(grid.label),
            min: grid.min as usize,
            caption: self.optional(grid.caption.as_ref(), row)?,
            fields: fields.collect::<Read<_>>()?,
            each,
        })
    }

    fn table(&self, table: &source::Table, sheet: Option<&Path>) -> Read<Table> {
        let each = self.list(table.each.as_ref())?;
        let row = each.as_ref().or(sheet);
        let columns: Vec<Column> = table
            .columns
            .iter()
            .map(|column| self.column(column, row, sheet))
            .collect::<Read<_>>()?;
        for row in &table.rows {
            if row.len() != columns.len() {
                let at = row.first().map_or(0, |text| text.span().start);
                let (has, wants) = (row.len(), columns.len());
                let problem =
                    Text2::new(format!("这一行有 {has} 格"), format!("a row of {has} cells"));
                let expected = Text2::new(format!("{wants} 格"), format!("{wants} cells"));
                return Err(self.error(at, (problem, expected)));
            }
        }
        Ok(Table {
            columns,
            rows: table.rows.iter().map(|row| self.all(row, sheet)).collect::<Read<_>>()?,
            min_rows: table.min_rows,
            end: self.optional(table.end.as_ref(), sheet)?,
            foot: self.all(&table.foot, sheet)?,
            row_height: millimetres(table.row_height),
            each,
        })
    }

    fn column(
        &self,
        column: &source::Column,
        row: Option<&Path>,
        sheet: Option<&Path>,
    ) -> Read<Column> {
        if let (Some(value), Some(_)) = (&column.value, &column.stamp) {
            let at = value.span().start;
            let problem = Text2::new("这一列有两样内容", "a column with two contents");
            let expected = Text2::new("内容或盖章，只取其一", "a value or a stamp");
            return Err(self.error(at, (problem, expected)));
        }
        Ok(Column {
            title: self.rich(&column.title, sheet)?,
            weight: column.width.max(1) as i32,
            align: column.align,
            value: self.optional(column.value.as_ref(), row)?.unwrap_or_default(),
            ink: self.path_of(column.ink.as_ref(), row)?,
            stamp: self.path_of(column.stamp.as_ref(), row)?,
        })
    }

    fn checks(&self, checks: &source::Checks, sheet: Option<&Path>) -> Read<Checks> {
        let each = match (self.list(checks.each.as_ref())?, &checks.item) {
            (Some(each), Some(item)) => {
                let item = self.rich(item, Some(&each))?;
                Some((each, item))
            }
            _ => None,
        };
        Ok(Checks {
            label: self.optional(checks.label.as_ref(), sheet)?,
            columns: checks.columns.clamp(1, 6),
            items: self.all(&checks.items, sheet)?,
            each,
        })
    }

    fn signature(&self, cell: &source::Signature, sheet: Option<&Path>) -> Read<Signature> {
        let each = self.list(cell.each.as_ref())?;
        let row = each.as_ref().or(sheet);
        Ok(Signature {
            title: self.rich(&cell.title, row)?,
            ink: self.path_of(cell.ink.as_ref(), row)?,
            date: self.optional(cell.date.as_ref(), row)?,
            lines: self.all(&cell.lines, row)?,
            stamp: cell.stamp,
            each,
        })
    }

    fn photos(&self, photos: &source::Photos, sheet: Option<&Path>) -> Read<Photos> {
        let each = self.list(photos.each.as_ref())?;
        let row = each.as_ref().or(sheet);
        Ok(Photos {
            min: photos.min as usize,
            caption: self.rich(&photos.caption, row)?,
            image: self.path_of(photos.image.as_ref(), row)?,
            width: millimetres(photos.width),
            height: millimetres(photos.height),
            each,
        })
    }

    fn length(&self, at: usize, millimetres_: f64) -> Read<Mpt> {
        if (0.0..=200.0).contains(&millimetres_) {
            return Ok(millimetres(millimetres_));
        }
        let problem =
            Text2::new(format!("长度 {millimetres_}"), format!("a length of {millimetres_}"));
        let expected = Text2::new("0 到 200 毫米", "millimetres from 0 to 200");
        Err(self.error(at, (problem, expected)))
    }
}

fn millimetres(value: f64) -> Mpt {
    mm((value.clamp(0.0, 200.0) * 10.0).round() as i32)
}

impl Resolve for Scope<'_> {
    fn path(&self, name: &str) -> Result<Path, Wrong> {
        if let Some(row) = self.row {
            let pattern = match name {
                "." => format!("{}[]", row.pattern),
                _ => format!("{}[].{name}", row.pattern),
            };
            if self.fields.contains(&pattern) {
                return Ok(path_to(name, pattern, true));
            }
        }
        if self.fields.contains(name) || self.fields.is_list(name) {
            return Ok(path_to(name, name.to_owned(), false));
        }
        let wanted = match self.row {
            Some(row) => format!("{}[].{name}", row.pattern),
            None => name.to_owned(),
        };
        let candidates = [self.fields.nearest(&wanted), self.fields.nearest(name)];
        let mut nearest: Vec<&str> = candidates.into_iter().flatten().collect();
        nearest.dedup();
        let expected = match nearest.as_slice() {
            [] => Text2::new("这张表的字段", "a field of this form"),
            names => Text2::new(
                format!("这张表的字段，是不是 {}", names.join(" 或 ")),
                format!("a field of this form, perhaps {}", names.join(" or ")),
            ),
        };
        let problem =
            Text2::new(format!("没有字段“{name}”"), format!("there is no field `{name}`"));
        Err((problem, expected))
    }
}

fn path_to(name: &str, pattern: String, in_row: bool) -> Path {
    let step = |part: &str| Step {
        name: part.trim_end_matches("[]").to_owned(),
        each: part.ends_with("[]"),
    };
    let steps = match name {
        "." => Vec::new(),
        name => name.split('.').map(step).collect(),
    };
    Path { in_row, steps, pattern }
}
