//! From a command to the events that record it, or a refusal with its reason.

use crate::view::Text2;
use chrono::{DateTime, FixedOffset};
use shoulou_eventlog::{EventRef, Id, NewEvent};

/// What a decision may know besides the records.
pub struct Context<'a> {
    /// 当前经办人
    pub actor: Id,
    pub now: DateTime<FixedOffset>,
    /// Whether the person's screen showed a claim: only those are replaced.
    pub shown: &'a dyn Fn(&EventRef) -> bool,
    /// A new id each time.
    pub fresh: &'a mut dyn FnMut() -> Id,
}

/// What one action writes, all of it or nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    pub events: Vec<NewEvent>,
    /// What came into being: a unit, a party, a member of staff.
    pub made: Option<Id>,
    /// The action in a few words, for the undo bar; holds no personal data.
    pub summary: Text2,
}
