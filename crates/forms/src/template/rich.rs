//! Text with places for fields:
//! `{owner.name}` a field · `{owner.name:12}` a line of 12 characters to write on where it is
//! empty · `{fee|money}` a format · `{?paid}`, `{?!paid}`, `{?result=refused}` a drawn box, ticked
//! or not · `{?_}` a box to tick by hand · `{_:8}` a line to write on · `{n}` the row's number · `**bold**` · `{{` a brace.

use crate::format::Format;
use shoulou_domain::view::Text2;

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Rich(pub Vec<(Part, bool)>);

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part {
    Text(String),
    Field {
        path: Path,
        format: Format,
        /// In characters; `None` leaves an empty field empty.
        blank: Option<i32>,
    },
    Box(Condition),
    /// A box to tick by hand.
    OpenBox,
    Blank(i32),
    RowNumber,
}

/// Where a value is in the form's data.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Path {
    /// From the row at hand instead of the form's data.
    pub in_row: bool,
    pub steps: Vec<Step>,
    /// The field's pattern in the list of fields.
    pub pattern: String,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Step {
    pub name: String,
    pub each: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Condition {
    pub path: Path,
    pub negated: bool,
    /// True where the field is this text; without it, where it is neither empty nor false.
    pub equals: Option<String>,
}

impl Rich {
    pub fn plain(&self) -> String {
        let text = |(part, _): &(Part, bool)| match part {
            Part::Text(text) => text.clone(),
            _ => String::new(),
        };
        self.0.iter().map(text).collect()
    }
}

/// What is wrong with a text, and what was expected.
pub(super) struct Mistake {
    pub problem: Text2,
    pub expected: Text2,
    /// Where in the text.
    pub at: usize,
}

/// A problem, and what was expected instead.
pub(super) type Wrong = (Text2, Text2);

/// Finds the field that a name in the text means.
pub(super) trait Resolve {
    fn path(&self, name: &str) -> Result<Path, Wrong>;
}

pub(super) fn parse(text: &str, fields: &dyn Resolve) -> Result<Rich, Mistake> {
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut bold = false;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with("{{") || rest.starts_with("}}") {
            plain.push_str(&rest[..1]);
            at += 2;
        } else if rest.starts_with("**") {
            flush(&mut plain, bold, &mut parts);
            bold = !bold;
            at += 2;
        } else if let Some(inside) = rest.strip_prefix('{') {
            let Some(end) = inside.find('}') else {
                return Err(Mistake {
                    problem: Text2::new("有 { 没有 }", "a { without its }"),
                    expected: Text2::new(
                        "{字段}；要印花括号本身写 {{",
                        "{field}, or {{ for a brace",
                    ),
                    at,
                });
            };
            flush(&mut plain, bold, &mut parts);
            let part = place(&inside[..end], fields).map_err(|(problem, expected)| Mistake {
                problem,
                expected,
                at,
            })?;
            parts.push((part, bold));
            at += end + 2;
        } else {
            let c = rest.chars().next().unwrap_or_default();
            plain.push(c);
            at += c.len_utf8();
        }
    }
    flush(&mut plain, bold, &mut parts);
    Ok(Rich(parts))
}

fn flush(plain: &mut String, bold: bool, parts: &mut Vec<(Part, bool)>) {
    if !plain.is_empty() {
        parts.push((Part::Text(std::mem::take(plain)), bold));
    }
}

fn place(inside: &str, fields: &dyn Resolve) -> Result<Part, Wrong> {
    if inside == "?_" {
        return Ok(Part::OpenBox);
    }
    if let Some(condition) = inside.strip_prefix('?') {
        return condition_of(condition, fields).map(Part::Box);
    }
    let (head, blank) = match inside.rsplit_once(':') {
        Some((head, width)) => {
            let width = width.trim().parse().ok().filter(|w| (1..=60).contains(w));
            let Some(width) = width else {
                return Err((
                    Text2::new(
                        format!("{{{inside}}} 没有写明宽度"),
                        format!("{{{inside}}} gives no width"),
                    ),
                    Text2::new(
                        "冒号后面 1 到 60 的字数",
                        "a number of characters from 1 to 60 after the colon",
                    ),
                ));
            };
            (head, Some(width))
        }
        None => (inside, None),
    };
    let (name, format) = match head.split_once('|') {
        Some((name, format)) => {
            let known = Format::named(format.trim()).ok_or_else(|| {
                let format = format.trim();
                let problem = Text2::new(
                    format!("没有格式“{format}”"),
                    format!("there is no format `{format}`"),
                );
                (problem, Text2::new("date（日期）或 time（时间）", Format::NAMES))
            })?;
            (name, known)
        }
        None => (head, Format::Plain),
    };
    match name.trim() {
        "_" => Ok(Part::Blank(blank.unwrap_or(8))),
        "n" => Ok(Part::RowNumber),
        name => Ok(Part::Field { path: fields.path(name)?, format, blank }),
    }
}

pub(super) fn condition_of(text: &str, fields: &dyn Resolve) -> Result<Condition, Wrong> {
    let (negated, text) = match text.strip_prefix('!') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (name, equals) = match text.split_once('=') {
        Some((name, value)) => (name, Some(value.trim().to_owned())),
        None => (text, None),
    };
    Ok(Condition { path: fields.path(name.trim())?, negated, equals })
}
