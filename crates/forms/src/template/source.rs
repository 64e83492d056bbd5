//! The template file as written. Every text keeps its place in the file, for errors.

use super::Align;
use serde::Deserialize;
use toml::Spanned;

pub(super) type Text = Spanned<String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Source {
    pub form: String,
    pub title: Text,
    pub subtitle: Option<Text>,
    pub code: String,
    #[serde(default = "one")]
    pub copies: u32,
    pub each: Option<Text>,
    #[serde(default)]
    pub landscape: bool,
    pub block: Vec<Spanned<Block>>,
}

/// Exactly one of the kinds is set; `when` and the paragraph's options go beside it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Block {
    pub when: Option<Text>,

    pub heading: Option<Text>,
    pub paragraph: Option<Text>,
    pub note: Option<Text>,
    pub grid: Option<Grid>,
    pub table: Option<Table>,
    pub checks: Option<Checks>,
    pub signatures: Option<Vec<Signature>>,
    pub tear_off: Option<Text>,
    pub photos: Option<Photos>,
    /// Millimetres.
    pub spacer: Option<f64>,
    pub columns: Option<Vec<Part>>,

    pub align: Option<Align>,
    pub indent: Option<bool>,
    /// Of a paragraph's letters, points.
    pub size: Option<f64>,
    #[serde(default)]
    pub legal: bool,
    #[serde(default)]
    pub framed: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Part {
    #[serde(default = "one")]
    pub width: u32,
    pub block: Vec<Spanned<Block>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Grid {
    #[serde(default = "two")]
    pub columns: usize,
    /// Width of the labels, millimetres.
    #[serde(default = "label_width")]
    pub label: f64,
    pub each: Option<Text>,
    #[serde(default = "one")]
    pub min: u32,
    pub caption: Option<Text>,
    pub fields: Vec<Field>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Field {
    pub label: Text,
    pub value: Text,
    #[serde(default = "one")]
    pub span: u32,
    /// Least height, in lines of text.
    #[serde(default = "one")]
    pub lines: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    pub each: Option<Text>,
    pub columns: Vec<Column>,
    #[serde(default)]
    pub rows: Vec<Vec<Text>>,
    #[serde(default)]
    pub min_rows: usize,
    pub end: Option<Text>,
    #[serde(default)]
    pub foot: Vec<Text>,
    /// Least height of a row, millimetres.
    #[serde(default = "row_height")]
    pub row_height: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Column {
    pub title: Text,
    #[serde(default = "one")]
    pub width: u32,
    #[serde(default)]
    pub align: Align,
    pub value: Option<Text>,
    pub stamp: Option<Text>,
    pub ink: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Checks {
    pub label: Option<Text>,
    #[serde(default = "two")]
    pub columns: usize,
    #[serde(default)]
    pub items: Vec<Text>,
    pub each: Option<Text>,
    pub item: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Signature {
    pub each: Option<Text>,
    pub title: Text,
    pub ink: Option<Text>,
    pub date: Option<Text>,
    #[serde(default)]
    pub lines: Vec<Text>,
    #[serde(default)]
    pub stamp: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Photos {
    pub each: Option<Text>,
    #[serde(default = "one")]
    pub min: u32,
    pub caption: Text,
    pub image: Option<Text>,
    #[serde(default = "photo_width")]
    pub width: f64,
    #[serde(default = "photo_height")]
    pub height: f64,
}

fn one() -> u32 {
    1
}

fn two() -> usize {
    2
}

fn label_width() -> f64 {
    25.0
}

fn row_height() -> f64 {
    7.5
}

fn photo_width() -> f64 {
    35.0
}

fn photo_height() -> f64 {
    49.0
}
