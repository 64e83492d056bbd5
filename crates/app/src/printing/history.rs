//! What was printed, from the log.

use crate::{
    api::{PrintedLine, Problem},
    session::Session,
};
use shoulou_domain::{
    fact::{Fact, Printed},
    paper,
    view::{StaffView, Text2},
};
use shoulou_eventlog::{EntityState, EventRef, Id, Meta};
use std::collections::{HashMap, hash_map::Entry};

/// Commits with blobs looked through at a time.
const STEP: u32 = 200;

/// Newest first: of one home, or of all.
pub async fn printed(
    session: &Session,
    unit: Option<Id>,
    limit: u32,
) -> Result<Vec<PrintedLine>, Problem> {
    let limit = limit as usize;
    let telling = Telling::begin(session).await?;
    if let Some(unit) = unit {
        let loaded = session.load_unit(unit).await?;
        let Some((_, state)) = &loaded.file else { return Ok(Vec::new()) };
        let mut lines: Vec<_> = telling.lines(unit, loaded.code(), state);
        lines.sort_by(|(_, one), (_, other)| {
            other.time.cmp(&one.time).then_with(|| one.number.cmp(&other.number))
        });
        lines.truncate(limit);
        return Ok(lines.into_iter().map(|(_, line)| line).collect());
    }
    let mut of_files: HashMap<Id, HashMap<EventRef, PrintedLine>> = HashMap::new();
    let (mut lines, mut before) = (Vec::new(), None);
    while lines.len() < limit {
        let entries = session.store.commits_with_blobs(before, STEP).await?;
        let Some(last) = entries.last() else { break };
        before = Some(last.arrival);
        for happened in entries.iter().flat_map(|entry| &entry.events) {
            if !matches!(
                Fact::decode(&happened.event.kind, &happened.event.payload),
                Some(Fact::Printed(_))
            ) {
                continue;
            }
            let file = happened.event.entity;
            let told = match of_files.entry(file) {
                Entry::Occupied(told) => told.into_mut(),
                Entry::Vacant(place) => {
                    let loaded = session.load_file(file).await?;
                    let unit = loaded.unit.as_ref().map_or(Id::default(), |(id, _)| *id);
                    let state = loaded.file.as_ref().map(|(_, state)| state);
                    let told = state.map(|state| telling.lines(unit, loaded.code(), state));
                    place.insert(told.into_iter().flatten().collect())
                }
            };
            lines.extend(told.get(&happened.at).cloned());
        }
    }
    lines.truncate(limit);
    Ok(lines)
}

struct Telling {
    staff: Vec<StaffView>,
    project: String,
}

impl Telling {
    async fn begin(session: &Session) -> Result<Telling, Problem> {
        let project = session.project().await?;
        let name = project.value("name").and_then(|name| name.as_text()).unwrap_or_default();
        Ok(Telling { staff: session.staff().await?, project: name.to_owned() })
    }

    fn lines(&self, unit: Id, home: &str, state: &EntityState) -> Vec<(EventRef, PrintedLine)> {
        let all: Vec<(EventRef, &Meta, Printed)> = state
            .facts
            .iter()
            .filter_map(|(at, fact)| match Fact::decode(&fact.kind, &fact.payload) {
                Some(Fact::Printed(printed)) => Some((*at, &fact.meta, printed)),
                _ => None,
            })
            .collect();
        let standing = |at: &EventRef| !state.is_voided(at);
        let line = |(at, meta, printed): &(EventRef, &Meta, Printed)| {
            let reprint = all.iter().any(|(_, other, earlier)| {
                earlier.document == printed.document && other.order < meta.order
            });
            let superseded = !standing(at)
                || all.iter().any(|(other, _, later)| {
                    later.form == printed.form && later.version > printed.version && standing(other)
                });
            let by = self.staff.iter().find(|person| person.id == meta.actor);
            (
                *at,
                PrintedLine {
                    unit,
                    home: home.to_owned(),
                    time: meta.time,
                    by: by.map(|person| person.name.clone()).unwrap_or_default(),
                    form: printed.form.clone(),
                    title: self.title(&printed.form),
                    number: printed.number.clone(),
                    version: printed.version,
                    document: printed.document,
                    pages: printed.pages,
                    copies: printed.copies,
                    reprint,
                    superseded,
                    printer: printed.printer.clone(),
                    blob: printed.blob.map(|blob| blob.to_string()),
                },
            )
        };
        all.iter().map(line).collect()
    }

    fn title(&self, form: &str) -> Text2 {
        paper::title_of(form).titled(&self.project)
    }
}
