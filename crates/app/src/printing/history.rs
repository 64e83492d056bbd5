//! What was printed, from the log.

use crate::{
    api::{PrintedLine, Problem},
    session::Session,
};
use shoulou_domain::{
    fact::{Fact, ListPrinted, Printed},
    paper,
    view::{StaffView, Text2},
    world,
};
use shoulou_eventlog::{EntityState, EventRef, Id, Meta};
use std::collections::{HashMap, hash_map::Entry};

/// Commits with blobs looked through at a time.
const STEP: u32 = 200;

/// Newest first: of one home, or of all with the lists over many of them.
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
    let mut lists = telling.lists(session, limit).await?.into_iter().peekable();
    while lines.len() < limit {
        let entries = session.store.commits_with_blobs(before, STEP).await?;
        let Some(last) = entries.last() else { break };
        before = Some(last.arrival);
        let each =
            entries.iter().flat_map(|entry| entry.events.iter().map(move |event| (entry, event)));
        for (entry, happened) in each {
            if !matches!(
                Fact::decode(&happened.event.kind, &happened.event.payload),
                Some(Fact::Printed(_))
            ) {
                continue;
            }
            while let Some((_, list)) = lists.next_if(|(arrival, _)| *arrival > entry.arrival) {
                lines.push(list);
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
    lines.extend(lists.map(|(_, list)| list));
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

    /// Lists over many homes under the numbers of their commits, the last that came first.
    async fn lists(
        &self,
        session: &Session,
        limit: usize,
    ) -> Result<Vec<(u64, PrintedLine)>, Problem> {
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        let entries = session.store.history(world::lists(session.place.id), limit).await?;
        let told = entries.iter().flat_map(|entry| {
            let lists = entry.events.iter().filter_map(|happened| {
                match Fact::decode(&happened.event.kind, &happened.event.payload)? {
                    Fact::ListPrinted(list) => Some(list),
                    _ => None,
                }
            });
            lists.map(|list| (entry.arrival, self.list(list, entry.actor, entry.time)))
        });
        let mut lists: Vec<_> = told.collect();
        lists.sort_by_key(|(arrival, _)| std::cmp::Reverse(*arrival));
        Ok(lists)
    }

    fn list(&self, list: ListPrinted, actor: Id, time: i64) -> PrintedLine {
        PrintedLine {
            unit: None,
            home: String::new(),
            homes: Some(list.homes),
            time,
            by: self.by(actor),
            title: self.title(&list.form),
            form: list.form,
            number: list.number,
            version: 1,
            document: None,
            pages: list.pages,
            copies: Some(list.copies),
            reprint: false,
            superseded: false,
            printer: list.printer,
            blob: None,
        }
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
            (
                *at,
                PrintedLine {
                    unit: Some(unit),
                    home: home.to_owned(),
                    homes: None,
                    time: meta.time,
                    by: self.by(meta.actor),
                    form: printed.form.clone(),
                    title: self.title(&printed.form),
                    number: printed.number.clone(),
                    version: printed.version,
                    document: Some(printed.document),
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

    fn by(&self, actor: Id) -> String {
        let by = self.staff.iter().find(|person| person.id == actor);
        by.map(|person| person.name.clone()).unwrap_or_default()
    }

    fn title(&self, form: &str) -> Text2 {
        paper::title_of(form).titled(&self.project)
    }
}
