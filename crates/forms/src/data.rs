//! Finds the values that a template names, and turns rich text into pieces to set.

use crate::{
    display::Mpt,
    error::FormError,
    font::FaceId,
    format::Format,
    template::{Condition, Part, Path, Rich},
    text::{Piece, Style},
};
use shoulou_eventlog::Value;

/// The form's data, and the row at hand inside a list.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub form: &'a str,
    pub root: &'a Value,
    pub row: Option<&'a Value>,
    /// From 1; 0 outside a list and in a row to write on.
    pub number: usize,
}

const NULL: &Value = &Value::Null;
const JOINER: &str = "、";

impl<'a> Scope<'a> {
    pub fn new(form: &'a str, root: &'a Value) -> Scope<'a> {
        Scope { form, root, row: None, number: 0 }
    }

    pub fn row(self, row: &'a Value, number: usize) -> Scope<'a> {
        Scope { row: Some(row), number, ..self }
    }

    /// The row of a list that is not there, to write on.
    pub fn empty_row(self) -> Scope<'a> {
        Scope { row: Some(NULL), number: 0, ..self }
    }

    pub fn value(self, path: &Path) -> &'a Value {
        let start = if path.in_row { self.row.unwrap_or(NULL) } else { self.root };
        path.steps.iter().filter(|step| !step.each).fold(start, |value, step| match value {
            Value::Map(map) => map.get(&step.name).unwrap_or(NULL),
            _ => NULL,
        })
    }

    /// The rows of a list, filled up with rows to write on.
    pub fn rows(self, path: &Path, min: usize) -> Result<Vec<Scope<'a>>, FormError> {
        let mut rows: Vec<Scope<'a>> = match self.value(path) {
            Value::Null => Vec::new(),
            Value::List(rows) => {
                rows.iter().enumerate().map(|(i, row)| self.row(row, i + 1)).collect()
            }
            other => return Err(self.wrong(path, other, "a list")),
        };
        while rows.len() < min {
            rows.push(self.empty_row());
        }
        Ok(rows)
    }

    pub fn text(self, path: &Path) -> Result<String, FormError> {
        let mut texts = Vec::new();
        let start = if path.in_row { self.row.unwrap_or(NULL) } else { self.root };
        self.collect(start, &path.steps, path, &mut texts)?;
        Ok(texts.join(JOINER))
    }

    fn collect(
        self,
        value: &Value,
        steps: &[crate::template::Step],
        path: &Path,
        texts: &mut Vec<String>,
    ) -> Result<(), FormError> {
        let Some((step, rest)) = steps.split_first() else {
            match value {
                Value::Null => {}
                Value::Text(text) if text.is_empty() => {}
                Value::Text(text) => texts.push(text.clone()),
                Value::Int(int) => texts.push(int.to_string()),
                other => return Err(self.wrong(path, other, "a text")),
            }
            return Ok(());
        };
        let inner = match value {
            Value::Map(map) => map.get(&step.name).unwrap_or(NULL),
            Value::Null => NULL,
            other => return Err(self.wrong(path, other, "a map")),
        };
        match inner {
            Value::List(items) if step.each => {
                items.iter().try_for_each(|item| self.collect(item, rest, path, texts))
            }
            inner => self.collect(inner, rest, path, texts),
        }
    }

    pub fn holds(self, condition: &Condition) -> bool {
        let value = self.value(&condition.path);
        let holds = match &condition.equals {
            Some(wanted) => value.as_text() == Some(wanted),
            None => match value {
                Value::Null => false,
                Value::Bool(flag) => *flag,
                Value::Int(int) => *int != 0,
                Value::Text(text) => !text.is_empty(),
                Value::List(items) => !items.is_empty(),
                Value::Map(map) => !map.is_empty(),
            },
        };
        holds != condition.negated
    }

    /// Strokes of `[x, y, pressure]`.
    pub fn strokes(self, path: &Path) -> Result<Vec<Vec<[i32; 3]>>, FormError> {
        let value = self.value(path);
        let read = || -> Option<Vec<Vec<[i32; 3]>>> {
            let Value::List(strokes) = value else { return None };
            let point = |point: &Value| match point {
                Value::List(numbers) => match numbers.as_slice() {
                    [Value::Int(x), Value::Int(y), Value::Int(pressure)] => {
                        let number = |n: i64| n.clamp(-20_000, 20_000) as i32;
                        Some([number(*x), number(*y), number(*pressure)])
                    }
                    _ => None,
                },
                _ => None,
            };
            strokes
                .iter()
                .map(|stroke| match stroke {
                    Value::List(points) => points.iter().map(point).collect(),
                    _ => None,
                })
                .collect()
        };
        match value {
            Value::Null => Ok(Vec::new()),
            _ => read().ok_or_else(|| self.wrong(path, value, "strokes of [x, y, pressure]")),
        }
    }

    fn wrong(self, path: &Path, value: &Value, expected: &'static str) -> FormError {
        let found = match value {
            Value::Null => "nothing",
            Value::Bool(_) => "a flag",
            Value::Int(_) => "a number",
            Value::Text(_) => "a text",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
        };
        let field = path.pattern.clone();
        FormError::WrongType { form: self.form.to_owned(), field, found, expected }
    }

    /// Rich text with its fields filled in.
    pub fn pieces(self, rich: &Rich, style: Style) -> Result<Vec<Piece>, FormError> {
        let mut pieces = Vec::new();
        for (part, bold) in &rich.0 {
            let style = if *bold { Style { face: FaceId::Heading, ..style } } else { style };
            let text = |text: String, field: &str| Piece::Text { text, style, field: field.into() };
            let line = |characters: i32| Piece::Blank { width: em(style, characters), style };
            match part {
                Part::Text(words) => pieces.push(text(words.clone(), "")),
                Part::Box(condition) => {
                    pieces.push(Piece::Box { ticked: self.holds(condition), style });
                }
                Part::OpenBox => pieces.push(Piece::Box { ticked: false, style }),
                Part::Blank(characters) => pieces.push(line(*characters)),
                Part::RowNumber if self.number == 0 => {}
                Part::RowNumber => pieces.push(text(self.number.to_string(), "")),
                Part::Field { path, format, blank } => {
                    let value = self.text(path)?;
                    match (value.is_empty(), *format, *blank) {
                        (false, ..) => pieces.push(text(value, &path.pattern)),
                        (true, Format::Plain, Some(characters)) => pieces.push(line(characters)),
                        (true, Format::Plain, None) => {}
                        (true, format, _) => {
                            for (characters, word) in format.places() {
                                pieces.push(line(*characters));
                                pieces.push(text((*word).to_owned(), ""));
                            }
                        }
                    }
                }
            }
        }
        Ok(pieces)
    }
}

fn em(style: Style, characters: i32) -> Mpt {
    style.size * characters
}
