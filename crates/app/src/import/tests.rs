mod agreement;
mod files;
mod speed;
mod table;

use super::*;
use crate::api::{ImportPreview, Severity};
use chrono::DateTime;
use shoulou_domain::{decide::Context, fact};
use shoulou_eventlog::{EntityState, EventRef, Hash, Id, Meta, NewEvent, Order, Value};
use std::{cell::RefCell, collections::BTreeMap, collections::HashMap, path::PathBuf, sync::Arc};

pub(super) const CLEAN: &str = "intake-clean.xlsx";
pub(super) const BY_HAND: &str = "intake-by-hand.xlsx";
pub(super) const OLD: &str = "intake-old.xls";
pub(super) const GBK: &str = "intake-gbk.csv";

/// A project's records in memory, folded as a store folds them.
#[derive(Default)]
pub(super) struct Project {
    pub entities: RefCell<HashMap<Id, Arc<EntityState>>>,
    codes: Vec<String>,
    commits: u64,
}

pub(super) const PROJECT: Id = Id([7; 16]);

pub(super) fn data(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data")).join(name)
}

pub(super) fn offset() -> FixedOffset {
    FixedOffset::east_opt(8 * 3600).expect("an offset")
}

pub(super) fn read(name: &str, mapping: Option<&ImportMapping>, blocks: &Blocks) -> List {
    List::read(&data(name), None, mapping, blocks, offset()).expect(name)
}

/// The single 单元 of building 1, where a list asks.
pub(super) fn answered() -> ImportMapping {
    ImportMapping {
        blocks: BTreeMap::from([("1".to_owned(), "1".to_owned())]),
        ..ImportMapping::default()
    }
}

impl Project {
    pub fn blocks(&self) -> Blocks {
        Blocks::of_codes(self.codes.iter().map(String::as_str))
    }

    fn with<T>(&self, ask: impl FnOnce(&Records<'_>, &Context<'_>) -> T) -> T {
        let project = EntityState::default();
        let entity = |id: Id| self.entities.borrow().get(&id).cloned();
        let records = Records { project_id: PROJECT, project: &project, entity: &entity };
        let now = DateTime::parse_from_rfc3339("2026-11-21T10:00:00+08:00").expect("a time");
        let mut fresh = || Id::default();
        let context =
            Context { actor: Id::default(), now, shown: &|_: &EventRef| true, fresh: &mut fresh };
        ask(&records, &context)
    }

    pub fn preview(&self, list: &List) -> ImportPreview {
        self.with(|records, context| list.preview(records, context))
    }

    pub fn plan(&self, list: &List) -> Plan {
        self.with(|records, context| list.plan(records, context)).expect("a plan")
    }

    pub fn commit(&mut self, events: Vec<NewEvent>) {
        self.commits += 1;
        let commit = Hash::of(&self.commits.to_be_bytes());
        let mut entities = self.entities.borrow_mut();
        for (ordinal, event) in events.into_iter().enumerate() {
            let ordinal = ordinal as u32;
            let order = Order { depth: self.commits, ordinal, ..Order::default() };
            let meta = Meta { order, actor: Id::default(), time: 0, party: event.party };
            let state = Arc::make_mut(entities.entry(event.event.entity).or_default());
            state.apply(EventRef { commit, ordinal }, meta, &event.event, fact::is_known);
        }
    }

    pub fn import(&mut self, list: &List) -> crate::api::ImportReport {
        let plan = self.plan(list);
        let report = plan.report.clone();
        for home in &plan.homes {
            if !self.codes.contains(&home.code) {
                self.codes.push(home.code.clone());
            }
        }
        for commit in plan.commits() {
            self.commit(commit);
        }
        report
    }

    /// What the registers of every home say, without who said it when.
    pub fn homes(&self) -> BTreeMap<Id, BTreeMap<String, Vec<Value>>> {
        let entities = self.entities.borrow();
        entities
            .iter()
            .map(|(id, state)| {
                let values =
                    |(path, open): (&String, &BTreeMap<EventRef, shoulou_eventlog::Stated>)| {
                        (
                            path.clone(),
                            open.values().map(|stated| stated.value.clone()).collect::<Vec<_>>(),
                        )
                    };
                (
                    *id,
                    state
                        .registers
                        .iter()
                        .filter(|(_, open)| !open.is_empty())
                        .map(values)
                        .collect(),
                )
            })
            .collect()
    }

    pub fn unit(&self, code: &str) -> Arc<EntityState> {
        self.entities.borrow()[&shoulou_domain::world::unit_id(PROJECT, code)].clone()
    }

    pub fn file(&self, code: &str) -> Arc<EntityState> {
        let unit = shoulou_domain::world::unit_id(PROJECT, code);
        self.entities.borrow()[&shoulou_domain::world::file_id(unit, 1)].clone()
    }

    pub fn buyer(&self, code: &str, ordinal: u32, field: &str) -> Option<String> {
        let unit = shoulou_domain::world::unit_id(PROJECT, code);
        let file = shoulou_domain::world::file_id(unit, 1);
        let path = format!("party/{}/{field}", shoulou_domain::world::buyer(file, ordinal));
        self.file(code).value(&path).and_then(Value::as_text).map(str::to_owned)
    }
}

/// Row, column and severity of what is told, for short comparisons.
pub(super) fn places(problems: &[ImportProblem], severity: Severity) -> Vec<(u32, &str)> {
    let of = problems.iter().filter(|problem| problem.severity == severity);
    of.map(|problem| (problem.row, problem.column.as_deref().unwrap_or(""))).collect()
}

/// A list as CSV in a file of its own.
pub(super) fn csv(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::Builder::new().suffix(".csv").tempfile().expect("a file");
    std::fs::write(file.path(), text).expect("written");
    file
}

pub(super) fn read_csv(text: &str) -> List {
    read_csv_with(text, None, &Blocks::default())
}

pub(super) fn read_csv_with(text: &str, mapping: Option<&ImportMapping>, blocks: &Blocks) -> List {
    let file = csv(text);
    List::read(file.path(), None, mapping, blocks, offset()).expect("a list")
}
