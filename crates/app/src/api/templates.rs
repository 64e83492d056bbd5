//! What the screen of the form templates sees and sends.

use super::{Preview, Problem};
use serde::{Deserialize, Serialize};
use shoulou_domain::{view::Text2, views::FormTemplateView};
use ts_rs::TS;

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TemplatesView {
    pub forms: Vec<FormTemplateView>,
    /// 还需自己拟定的条款: in the templates in use, in their order.
    pub legal: Vec<LegalPlace>,
    /// Forms whose own template this version of the program cannot read, and why.
    pub unreadable: Vec<UnreadableTemplate>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct UnreadableTemplate {
    pub form: String,
    pub problem: Problem,
}

/// A clause that a company has to word itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct LegalPlace {
    pub form: String,
    pub line: u32,
    /// The nearest heading above it.
    pub heading: String,
    pub text: String,
}

/// A text under way, read.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TemplateDraft {
    /// The text's own structure, as far as it is TOML.
    #[ts(type = "unknown")]
    pub tree: Option<serde_json::Value>,
    /// The line on which each block begins, from 1.
    pub lines: Vec<u32>,
    /// The first mistake; with one it can be neither saved nor printed.
    pub mistake: Option<TemplateMistake>,
    pub preview: Option<Preview>,
    /// Why there is no preview, where it is not for a mistake.
    pub problem: Option<Problem>,
    pub legal: Vec<LegalPlace>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TemplateMistake {
    /// From 1.
    pub line: u32,
    pub problem: Text2,
    pub expected: Text2,
}

/// A change of the text by its structure. What it does not touch stays as it was written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "op", rename_all = "snake_case")]
#[ts(export)]
pub enum TemplateEdit {
    /// Gives what lies at `path` another value; `null` takes it out.
    Set {
        path: Vec<Step>,
        #[ts(type = "unknown")]
        value: serde_json::Value,
    },
    /// Puts a value into the list at `path`.
    Insert {
        path: Vec<Step>,
        at: usize,
        #[ts(type = "unknown")]
        value: serde_json::Value,
    },
    Remove {
        path: Vec<Step>,
        at: usize,
    },
    Move {
        path: Vec<Step>,
        from: usize,
        to: usize,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(untagged)]
#[ts(export)]
pub enum Step {
    At(usize),
    Key(String),
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct EditedTemplate {
    pub text: String,
    #[ts(type = "unknown")]
    pub tree: serde_json::Value,
}

/// A field that a form may name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TemplateField {
    /// As a text of the form names it; in a list's row without the list.
    pub path: String,
    /// The list whose column it is.
    pub list: Option<String>,
    pub title: Text2,
    /// `text`, `flag`, `rows`, `strokes`
    pub kind: String,
}

/// Two texts side by side, line by line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DiffLine {
    pub change: LineChange,
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum LineChange {
    Same,
    Gone,
    New,
}
