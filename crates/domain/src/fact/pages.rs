use serde::{Deserialize, Serialize};
use shoulou_eventlog::{Hash, Id};

/// A scanned page of a document, kept as its signed copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageScanned {
    /// The printed document; of a blank form filled in by hand, the one id that every PC computes for it.
    pub document: Id,
    /// Set for a blank form filled in by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// The number of its set, where it has one: `B-2026-K7Q2-001`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<String>,
    /// From 1.
    pub page: u32,
    /// SHA-256 of the scan as it came. Two PCs that file one file say one thing with it: a blob's address
    /// differs each time it is sealed.
    pub content: Hash,
    pub blob: String,
    /// The name of the file it came in.
    pub name: String,
    pub media: String,
    /// By how much it lies turned, clockwise, in degrees.
    #[serde(default, skip_serializing_if = "is_upright")]
    pub turned: u16,
}

/// Pages of a printed document that nobody waits for any more, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PagesExcused {
    pub document: Id,
    pub pages: Vec<u32>,
    pub reason: String,
}

fn is_upright(turned: &u16) -> bool {
    *turned == 0
}
