//! A list against the records: what would change, and the events that change it.

use super::{List, report::Problems, told, trouble};
use crate::api::{ImportPreview, ImportReport, Problem};
use shoulou_domain::{
    decide::Context,
    import::{self, HomeImport},
    world::{self, World},
};
use shoulou_eventlog::{EntityState, Id, NewEvent};
use std::sync::Arc;

/// The records a list is compared with.
pub struct Records<'a> {
    pub project_id: Id,
    pub project: &'a EntityState,
    /// A unit or file as it is now; `None` where there is none.
    pub entity: &'a dyn Fn(Id) -> Option<Arc<EntityState>>,
}

/// What an import writes: all of it in one transaction, or nothing.
pub struct Plan {
    /// Homes that change, each with its events.
    pub homes: Vec<HomeEvents>,
    pub report: ImportReport,
}

pub struct HomeEvents {
    pub code: String,
    pub unit: Id,
    pub file: Id,
    pub events: Vec<NewEvent>,
}

pub(super) struct Outcome {
    pub report: ImportReport,
    homes: Vec<HomeEvents>,
}

/// Bytes of events a commit may hold: well below the megabyte that a commit may have, since headers, salts and
/// seals come on top.
const COMMIT_BYTES: usize = 640 << 10;
/// What a part adds to a commit: its hash, salt and seal, and the party's id.
const PART_BYTES: usize = 160;

impl List {
    /// What an import would do; nothing is written.
    pub fn preview(&self, records: &Records<'_>, context: &Context<'_>) -> ImportPreview {
        self.preview_with(self.compare(records, context))
    }

    /// The events of the import.
    ///
    /// # Errors
    /// `import_mapping` where no column holds the code, `import_question` while a building's 单元 is open.
    pub fn plan(&self, records: &Records<'_>, context: &Context<'_>) -> Result<Plan, Problem> {
        if self.layout.column("code").is_none() && self.layout.column("room").is_none() {
            return Err(trouble::mapping_incomplete());
        }
        if !self.questions.is_empty() {
            let buildings: Vec<_> =
                self.questions.iter().map(|question| question.building.clone()).collect();
            return Err(trouble::unanswered(&buildings));
        }
        let Outcome { report, homes } = self.compare(records, context);
        Ok(Plan { homes, report })
    }

    /// The units of the list, to fetch their states at once.
    pub fn units(&self, project: Id) -> Vec<Id> {
        self.codes().map(|code| world::unit_id(project, code)).collect()
    }

    fn compare(&self, records: &Records<'_>, context: &Context<'_>) -> Outcome {
        let mut problems = Problems::default();
        problems.extend(self.problems.clone());
        let mut report =
            ImportReport { homes_new: 0, homes_changed: 0, homes_same: 0, problems: Vec::new() };
        let mut homes = Vec::new();
        for listed in &self.homes {
            let unit = world::unit_id(records.project_id, &listed.code);
            let unit_state = (records.entity)(unit);
            let file = unit_state.as_deref().map(|state| world::current_file(unit, state));
            let file_state = file.and_then(|file| (records.entity)(file));
            let mut at = World::of_project(records.project_id, records.project);
            if let Some(state) = unit_state.as_deref() {
                at = at.with_unit(unit, state);
            }
            if let (Some(file), Some(state)) = (file, file_state.as_deref()) {
                at = at.with_file(file, state);
            }
            let Some(import) = import::home(&at, &listed.home, context) else { continue };
            told::tell(&import, listed, &self.layout, &mut problems);
            match import.outcome {
                import::Outcome::New => report.homes_new += 1,
                import::Outcome::Changed => report.homes_changed += 1,
                import::Outcome::Same => report.homes_same += 1,
            }
            let HomeImport { code, unit, file, events, .. } = import;
            if !events.is_empty() {
                homes.push(HomeEvents { code, unit, file, events });
            }
        }
        report.problems = problems.in_order();
        Outcome { report, homes }
    }
}

impl Plan {
    /// The events of each commit: as few commits as stay below the size of one, no home in two of them. Their
    /// number is the `count` of the batch.
    pub fn commits(self) -> Vec<Vec<NewEvent>> {
        let mut commits: Vec<Vec<NewEvent>> = Vec::new();
        let mut room = 0;
        for home in self.homes {
            let size = size(&home.events);
            match commits.last_mut() {
                Some(commit) if size <= room => {
                    commit.extend(home.events);
                    room -= size;
                }
                _ => {
                    commits.push(home.events);
                    room = COMMIT_BYTES.saturating_sub(size);
                }
            }
        }
        commits
    }
}

/// An upper bound of what events take in a commit.
fn size(events: &[NewEvent]) -> usize {
    let mut parties: Vec<Option<Id>> = events.iter().map(|event| event.party).collect();
    parties.sort_unstable();
    parties.dedup();
    let bodies: usize =
        events.iter().map(|event| 64 + event.event.kind.len() + weight(&event.event.payload)).sum();
    bodies + parties.len() * PART_BYTES
}

/// The encoded length of a value, never less.
fn weight(value: &ciborium::Value) -> usize {
    use ciborium::Value::*;
    9 + match value {
        Bytes(bytes) => bytes.len(),
        Text(text) => text.len(),
        Array(values) => values.iter().map(weight).sum(),
        Map(entries) => entries.iter().map(|(key, value)| weight(key) + weight(value)).sum(),
        Tag(_, value) => weight(value),
        _ => 0,
    }
}
