use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shoulou_eventlog::{Hash, Id};
use ts_rs::TS;

/// Which paper scanned pages are of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "of", rename_all = "snake_case")]
#[ts(export)]
pub enum PagesOf {
    /// A document that was printed.
    Document { document: Id },
    /// A form that was printed blank and filled in by hand; `set` is the number of its set, where it has one.
    Blank {
        form: String,
        #[serde(default)]
        set: Option<String>,
    },
}

/// A scanned page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[ts(export)]
pub struct PageScan {
    /// From 1.
    pub page: u32,
    /// SHA-256 of the scan as it came.
    pub content: Hash,
    /// Where it is kept.
    pub blob: String,
    /// The name of the file it came in.
    pub name: String,
    pub media: String,
    /// By how much it lies turned, clockwise: 0, 90, 180 or 270.
    #[serde(default)]
    pub turned: u16,
}
