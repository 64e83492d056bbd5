//! Which home each printed document is of, and which scans are filed already.

use crate::{api::Problem, session::Session};
use shoulou_domain::{
    fact::Fact,
    world::{current_sale, file_id},
};
use shoulou_eventlog::{EntityState, Hash, Id};
use std::collections::{HashMap, HashSet};

/// Of the documents that are asked about.
pub(super) struct Whose {
    homes: HashMap<Id, Home>,
    filed: HashSet<Hash>,
}

#[derive(Clone)]
pub(super) struct Home {
    pub unit: Id,
    pub file: Id,
    pub code: String,
    pub form: String,
    pub number: String,
    pub pages: u32,
    pub voided: bool,
    /// The scans that are filed, by page.
    pub filed: HashSet<(u32, Hash)>,
}

impl Whose {
    pub async fn of(session: &Session, wanted: HashSet<Id>) -> Result<Whose, Problem> {
        let units: Vec<(Id, String)> = {
            let directory = session.directory.read().expect("no holder panics");
            directory.rows().map(|row| (row.unit, row.code.clone())).collect()
        };
        let mut whose = Whose { homes: HashMap::new(), filed: HashSet::new() };
        for (unit, code) in units {
            let Some(state) = session.store.entity(unit).await? else { continue };
            for sale in 1..=current_sale(&state).min(100) {
                let file = file_id(unit, sale);
                if let Some(state) = session.store.entity(file).await? {
                    whose.take(&state, &wanted, (unit, file, &code));
                }
            }
        }
        Ok(whose)
    }

    fn take(
        &mut self,
        state: &EntityState,
        wanted: &HashSet<Id>,
        (unit, file, code): (Id, Id, &str),
    ) {
        let told = |kind: &'static str| {
            state
                .facts
                .iter()
                .filter(move |(_, fact)| fact.kind == kind)
                .filter_map(|(at, fact)| Some((at, Fact::decode(&fact.kind, &fact.payload)?)))
        };
        for (at, fact) in told("file.printed") {
            let Fact::Printed(printed) = fact else { continue };
            if !wanted.contains(&printed.document) {
                continue;
            }
            let voided = state.is_voided(at);
            let home = self.homes.entry(printed.document).or_insert_with(|| Home {
                unit,
                file,
                code: code.to_owned(),
                form: printed.form,
                number: printed.number,
                pages: printed.pages,
                voided,
                filed: HashSet::new(),
            });
            // Of several prints, one that stands is enough.
            home.voided &= voided;
        }
        for (at, fact) in told("file.page_scanned") {
            let Fact::PageScanned(scan) = fact else { continue };
            if state.is_voided(at) {
                continue;
            }
            self.filed.insert(scan.content);
            if let Some(home) = self.homes.get_mut(&scan.document) {
                home.filed.insert((scan.page, scan.content));
            }
        }
    }

    pub fn home(&self, document: &Id) -> Option<&Home> {
        self.homes.get(document)
    }

    pub fn is_filed(&self, content: &Hash) -> bool {
        self.filed.contains(content)
    }
}
