//! A form as data: blocks of text with places for fields, read from a TOML file and checked
//! against the list of fields when it is loaded.

mod bundled;
mod check;
mod fields;
mod rich;
mod source;
mod syntax;

pub use bundled::{Templates, fields_of};
pub use fields::Fields;
pub(crate) use rich::{Condition, Part, Path, Rich, Step};

use crate::{display::Mpt, error::TemplateError};

/// A form that may be filled and printed.
#[derive(Clone, Debug)]
pub struct Template {
    pub(crate) form: String,
    pub(crate) title: Rich,
    pub(crate) subtitle: Option<Rich>,
    pub(crate) code: String,
    pub(crate) copies: u32,
    /// One sheet for each row of this list, and one to write on where it has none.
    pub(crate) each: Option<Path>,
    pub(crate) landscape: bool,
    pub(crate) blocks: Vec<Block>,
}

impl Template {
    /// Reads a template. `name` is the file's name, for errors; `fields` are the fields that the
    /// form may name.
    ///
    /// # Errors
    /// The first mistake: file, line, what was expected, and the nearest field where one is
    /// misspelt.
    pub fn parse(name: &str, text: &str, fields: &Fields) -> Result<Template, TemplateError> {
        check::read(name, text, fields)
    }

    /// The form's key, as in `admission_notice`.
    pub fn form(&self) -> &str {
        &self.form
    }

    /// The title without its fields; of a form that is titled by a field alone, what its foot says.
    pub fn title(&self) -> String {
        let title = self.title.plain();
        if title.is_empty() { self.code.clone() } else { title }
    }

    /// How many originals the form asks for.
    pub fn copies(&self) -> u32 {
        self.copies
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Block {
    /// Shown where one of these holds, or where there is none.
    pub when: Vec<Condition>,
    pub kind: Kind,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Heading(Rich),
    Paragraph(Paragraph),
    Grid(Grid),
    Table(Table),
    Checks(Checks),
    Signatures(Vec<Signature>),
    /// Everything after it stays together on one page, below a dashed line.
    TearOff(Rich),
    Photos(Photos),
    Spacer(Mpt),
    Columns(Vec<(i32, Vec<Block>)>),
}

#[derive(Clone, Debug)]
pub(crate) struct Paragraph {
    pub text: Rich,
    pub style: ParagraphStyle,
    pub align: Align,
    /// The first line begins two characters in.
    pub indent: bool,
    /// Wording that a lawyer of the project has to confirm: shown with a rule and a word.
    pub legal: bool,
    pub framed: bool,
    /// Another size than usual: what is read from afar.
    pub size: Option<Mpt>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ParagraphStyle {
    Text,
    Note,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Align {
    #[default]
    Left,
    Center,
    Right,
    Justify,
}

/// Labels and values, ruled.
#[derive(Clone, Debug)]
pub(crate) struct Grid {
    pub columns: usize,
    pub label: Mpt,
    pub each: Option<Path>,
    pub min: usize,
    pub caption: Option<Rich>,
    pub fields: Vec<GridField>,
}

#[derive(Clone, Debug)]
pub(crate) struct GridField {
    pub label: Rich,
    pub value: Rich,
    pub span: usize,
    pub lines: i32,
}

#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub each: Option<Path>,
    pub columns: Vec<Column>,
    /// Rows that stand in the form itself.
    pub rows: Vec<Vec<Rich>>,
    pub min_rows: usize,
    /// Closes the list below its last row, so that nothing can be added unseen.
    pub end: Option<Rich>,
    pub foot: Vec<Rich>,
    pub row_height: Mpt,
}

#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub title: Rich,
    pub weight: i32,
    pub align: Align,
    pub value: Rich,
    /// Strokes drawn above the value.
    pub ink: Option<Path>,
    /// The place of a stamp where the field is true; else struck out.
    pub stamp: Option<Path>,
}

#[derive(Clone, Debug)]
pub(crate) struct Checks {
    pub label: Option<Rich>,
    pub columns: usize,
    pub items: Vec<Rich>,
    pub each: Option<(Path, Rich)>,
}

#[derive(Clone, Debug)]
pub(crate) struct Signature {
    pub each: Option<Path>,
    pub title: Rich,
    pub ink: Option<Path>,
    pub date: Option<Rich>,
    pub lines: Vec<Rich>,
    pub stamp: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Photos {
    pub each: Option<Path>,
    pub min: usize,
    pub caption: Rich,
    pub image: Option<Path>,
    pub width: Mpt,
    pub height: Mpt,
}
