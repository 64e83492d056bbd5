use super::Dossier;
use crate::{
    command::ItemRef,
    template::{ItemKind, Mark, Phase, TemplateItem},
    view::Text2,
    vocabulary::*,
};
use shoulou_eventlog::{EventRef, Id, Meta, Stated, Value};
use std::collections::{BTreeMap, BTreeSet};

/// One item of the file, or one of several (vehicle 2, person 3), as it stands.
#[derive(Clone, Debug)]
pub struct ItemState<'a> {
    pub item: ItemRef,
    /// Its place in the template; `None` when the template no longer holds it.
    pub place: Option<usize>,
    pub marks: Vec<MarkState>,
    pub waived: Option<&'a str>,
    pub outstanding: Option<OutstandingState>,
    pub progress: Progress,
    pub disputed: bool,
    /// 不再要求: something was recorded on it, and the case or the template no longer asks for it.
    pub dropped: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarkState {
    pub mark: Mark,
    pub on: bool,
    pub by: Option<Id>,
    pub time: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutstandingState {
    pub reason: String,
    pub follower: Id,
    pub promised: Option<String>,
    pub since: i64,
    /// It follows from the case (the owner must sign in person), nobody entered it.
    pub by_itself: bool,
}

impl ItemState<'_> {
    pub fn done(&self) -> bool {
        self.progress == Progress::Done
    }

    /// Neither done nor accounted for as outstanding.
    pub fn unaccounted(&self) -> bool {
        !self.dropped && !self.done() && self.outstanding.is_none()
    }
}

type Open = BTreeMap<EventRef, Stated>;
type Place<'a> = (&'a str, u32);

/// Why an in-person paper is outstanding without anyone entering it.
pub const IN_PERSON: &str = "须业主本人签署，代办人不能代签";

pub fn mark_path(item: &ItemRef, mark: &str) -> String {
    format!("item/{}/{}/{mark}", item.key, item.instance)
}

/// What was said and done about items, gathered in one pass.
#[derive(Default)]
struct Said<'a, 'd> {
    registers: BTreeMap<Place<'a>, Vec<(&'a str, &'a Open)>>,
    facts: BTreeMap<Place<'d>, Vec<(Mark, Meta)>>,
}

pub(super) fn read<'a>(dossier: &Dossier<'a>, only: Option<&ItemRef>) -> Vec<ItemState<'a>> {
    let wanted = |key: &str, instance: u32| {
        only.is_none_or(|only| only.key == key && only.instance == instance)
    };
    let said = gather(dossier);
    let template = dossier.template.clone();
    let mut items = Vec::with_capacity(template.items.len() + 8);
    let mut not_asked: BTreeSet<Place> =
        said.registers.keys().copied().chain(said.facts.keys().copied()).collect();
    not_asked.retain(|(key, instance)| wanted(key, *instance));
    for (place, item) in template.items.iter().enumerate() {
        if only.is_some_and(|only| only.key != item.key) {
            continue;
        }
        let instances = 1..=item.instances(&dossier.case);
        for instance in instances.filter(|instance| wanted(&item.key, *instance)) {
            not_asked.remove(&(&*item.key, instance));
            items.push(state(dossier, &said, Some((place, item)), &item.key, instance));
        }
    }
    for (key, instance) in not_asked {
        let place = template.items.iter().enumerate().find(|(_, item)| item.key == key);
        let state = state(dossier, &said, place, key, instance);
        if state.marks.iter().any(|mark| mark.on) {
            items.push(ItemState { dropped: true, ..state });
        }
    }
    items
}

fn gather<'a, 'd>(dossier: &'d Dossier<'a>) -> Said<'a, 'd> {
    let mut said = Said::default();
    for (path, open) in dossier.file.registers.range("item/".to_owned().."item0".to_owned()) {
        let mut segments = path.splitn(4, '/').skip(1);
        let (Some(key), Some(instance), Some(what)) =
            (segments.next(), segments.next().and_then(|n| n.parse().ok()), segments.next())
        else {
            continue;
        };
        said.registers.entry((key, instance)).or_default().push((what, open));
    }
    let mut fact = |item: &'d ItemRef, mark: Mark, meta: &Meta| {
        let marks = said.facts.entry((&item.key, item.instance)).or_default();
        marks.push((mark, *meta));
    };
    for (entry, _) in dossier.sign_offs.iter().filter(|(entry, _)| !entry.fact.by_staff) {
        for item in &entry.fact.items {
            if signs(dossier, item, entry.fact.signer) {
                fact(item, Mark::Signed, entry.meta);
            }
        }
    }
    for entry in &dossier.postings {
        entry.fact.items.iter().for_each(|item| fact(item, Mark::Posted, entry.meta));
    }
    for entry in &dossier.transfers {
        entry.fact.items.iter().for_each(|item| fact(item, Mark::Passed, entry.meta));
    }
    for entry in &dossier.issues {
        fact(&entry.fact.item, Mark::Issued, entry.meta);
    }
    said
}

/// A delegate's hand does not count on a paper that takes the owner in person, however it got there.
fn signs(dossier: &Dossier<'_>, item: &ItemRef, signer: Id) -> bool {
    let in_person = dossier.template.item(&item.key).is_some_and(|item| item.in_person);
    !in_person
        || dossier.party(signer).is_none_or(|party| {
            matches!(party.role, PartyRole::Owner | PartyRole::LegalRepresentative)
        })
}

fn state<'a>(
    dossier: &Dossier<'a>,
    said: &Said<'a, '_>,
    place: Option<(usize, &TemplateItem)>,
    key: &str,
    instance: u32,
) -> ItemState<'a> {
    let item = ItemRef { key: key.to_owned(), instance };
    let registers = said.registers.get(&(key, instance)).map_or(&[][..], Vec::as_slice);
    let facts = said.facts.get(&(key, instance)).map_or(&[][..], Vec::as_slice);
    let register =
        |name: &str| registers.iter().find(|(what, _)| *what == name).map(|(_, open)| *open);
    let mark = |mark: Mark| {
        let recorded = facts.iter().find(|(said, _)| *said == mark).map(|(_, meta)| *meta);
        let recorded =
            recorded.or_else(|| place.and_then(|(_, item)| follows(dossier, item, mark)));
        let ticked = register(mark.word()).and_then(first);
        match (recorded, ticked) {
            (Some(meta), _) => {
                MarkState { mark, on: true, by: Some(meta.actor), time: Some(meta.time) }
            }
            (None, Some(stated)) => MarkState {
                mark,
                on: stated.value == Value::Bool(true),
                by: Some(stated.meta.actor),
                time: Some(stated.meta.time),
            },
            (None, None) => MarkState { mark, on: false, by: None, time: None },
        }
    };
    let mut marks: Vec<MarkState> = match place {
        Some((_, item)) => item.marks.iter().copied().map(mark).collect(),
        None => {
            let ticked = registers.iter().filter_map(|(what, _)| Mark::from_word(what));
            let all: BTreeSet<Mark> = ticked.chain(facts.iter().map(|(mark, _)| *mark)).collect();
            all.into_iter().map(mark).collect()
        }
    };
    fill_in(dossier, &item, &mut marks);
    let waived = register("waived").and_then(first).and_then(|stated| stated.value.as_text());
    let progress = if waived.is_some() {
        Progress::Done
    } else {
        place.map_or(Progress::Todo, |(_, item)| progress(dossier, item, &marks))
    };
    let outstanding = register("outstanding")
        .and_then(first)
        .and_then(outstanding)
        .or_else(|| place.and_then(|(_, item)| in_person(dossier, item)))
        .filter(|_| progress != Progress::Done);
    let disputed = registers.iter().any(|(_, open)| super::differ(open));
    ItemState {
        item,
        place: place.map(|(place, _)| place),
        marks,
        waived,
        outstanding,
        progress,
        disputed,
        dropped: false,
    }
}

/// Of a disputed register, the first in order.
fn first(open: &Open) -> Option<&Stated> {
    let first = open.iter().min_by_key(|(at, stated)| (stated.meta.order, **at));
    first.map(|(_, stated)| stated)
}

fn outstanding(stated: &Stated) -> Option<OutstandingState> {
    let Value::Map(map) = &stated.value else { return None };
    let text = |key: &str| map.get(key).and_then(Value::as_text);
    Some(OutstandingState {
        reason: text("reason")?.to_owned(),
        follower: text("follower")?.parse().ok()?,
        promised: text("promised").map(str::to_owned),
        since: stated.meta.time,
        by_itself: false,
    })
}

/// A paper for the owner in person, while a delegate is here, is outstanding by itself.
fn in_person(dossier: &Dossier<'_>, item: &TemplateItem) -> Option<OutstandingState> {
    let arrival = dossier.arrival.as_ref()?;
    let owed = item.in_person && arrival.fact.attendance == Attendance::Delegate;
    owed.then(|| OutstandingState {
        reason: IN_PERSON.to_owned(),
        follower: assistant(dossier).unwrap_or(arrival.meta.actor),
        promised: None,
        since: arrival.meta.time,
        by_itself: true,
    })
}

pub(super) fn assistant(dossier: &Dossier<'_>) -> Option<Id> {
    dossier.file.value("assistant").and_then(Value::as_text)?.parse().ok()
}

/// What a form was on its way shows on its last mark: filled if it came back filled, or if it is signed.
fn fill_in(dossier: &Dossier<'_>, item: &ItemRef, marks: &mut [MarkState]) {
    let signed = marks.iter().find(|mark| mark.mark == Mark::Signed && mark.on).copied();
    let Some(filled) = marks.iter_mut().find(|mark| mark.mark == Mark::Filled && !mark.on) else {
        return;
    };
    let came_back = item.key.strip_prefix("sign.").and_then(|paper| {
        let path = format!("item/post.{paper}/{}/returned", item.instance);
        let stated = first(dossier.file.registers.get(&path)?)?;
        (stated.value == Value::Bool(true)).then_some((stated.meta.actor, stated.meta.time))
    });
    if let Some((by, time)) = came_back {
        *filled = MarkState { mark: Mark::Filled, on: true, by: Some(by), time: Some(time) };
    } else if let Some(signed) = signed {
        *filled = MarkState { mark: Mark::Filled, ..signed };
    }
}

/// Marks nobody needs to tick: they follow from the keys, the closing and the custody.
fn follows(dossier: &Dossier<'_>, item: &TemplateItem, mark: Mark) -> Option<Meta> {
    let kinds: &[KeyKind] = match item.paper() {
        "keys" => &[KeyKind::Door, KeyKind::Room],
        "entry_card" => &[KeyKind::EntryCard],
        "mailbox_key" => &[KeyKind::Mailbox],
        "garage_remote" => &[KeyKind::GarageRemote],
        _ => &[],
    };
    if !kinds.is_empty() {
        let mut keys = dossier.keys.iter().filter(|key| kinds.contains(&key.kind)).peekable();
        let registered = keys.peek()?.at;
        let holds = match mark {
            Mark::Received => true,
            Mark::Checked => keys.all(|key| key.fits.is_some()),
            Mark::Issued => keys.all(|key| key.with_owner() || key.retained()),
            _ => false,
        };
        return dossier.file.facts.get(&registered).filter(|_| holds).map(|fact| fact.meta);
    }
    match (item.key.as_str(), mark) {
        ("after.confirm", Mark::Passed) => dossier.closed.as_ref().map(|closed| *closed.meta),
        ("after.confirm", Mark::Done) => dossier.confirmed.as_ref().map(|entry| *entry.meta),
        ("after.record", Mark::Done) => dossier.closed.as_ref().map(|closed| *closed.meta),
        ("after.custody_keys", Mark::Passed) => {
            let keys = &dossier.retention()?.fact.keys;
            let passed = |id: &Id| dossier.key(*id).is_some_and(|key| !key.moves.is_empty());
            let last = dossier.key(*keys.first()?)?.moves.last()?;
            (dossier.passed_to_security() && keys.iter().all(passed)).then_some(*last.meta)
        }
        ("after.return_keys", Mark::Returned) => {
            let retained = &dossier.retention()?.fact.keys;
            let last = dossier.returns.last()?;
            let back = |id: &Id| dossier.key(*id).is_none_or(|key| !key.retained());
            retained.iter().all(back).then_some(*last.meta)
        }
        _ => None,
    }
}

fn progress(dossier: &Dossier<'_>, item: &TemplateItem, marks: &[MarkState]) -> Progress {
    let on = marks.iter().filter(|mark| mark.on).count();
    match item.kind {
        _ if !marks.is_empty() && on == marks.len() => Progress::Done,
        ItemKind::Fee if marks.is_empty() => fees(dossier, item),
        ItemKind::Inspection if marks.is_empty() => {
            if item.station.as_deref().is_some_and(|station| dossier.station_signed(station)) {
                Progress::Done
            } else if dossier.standing_defects().next().is_some() {
                Progress::Partial
            } else {
                Progress::Todo
            }
        }
        ItemKind::Reading if dossier.meters.iter().any(|meter| meter.voided.is_none()) => {
            Progress::Partial
        }
        _ if on > 0 => Progress::Partial,
        _ => Progress::Todo,
    }
}

/// Which collector a station's department is.
pub fn payee(department: &str) -> Option<Payee> {
    match department {
        "developer_service" => Some(Payee::DeveloperService),
        "developer_finance" => Some(Payee::DeveloperFinance),
        "finance" => Some(Payee::PropertyFinance),
        _ => None,
    }
}

fn fees(dossier: &Dossier<'_>, item: &TemplateItem) -> Progress {
    let Some(station) = item.station.as_deref().and_then(|key| dossier.template.station(key))
    else {
        return Progress::Todo;
    };
    let mut due = 0;
    let (mut paid, mut begun) = (0, false);
    if let Some(payee) = payee(&station.department) {
        for fee in dossier.standing_fees().filter(|fee| fee.fact.payee == payee) {
            let sum = dossier.paid(&fee.at);
            due += 1;
            paid += usize::from(sum >= fee.fact.cents);
            begun |= sum > 0;
        }
    }
    let signed = dossier.station_signed(&station.key);
    match (signed, due) {
        (true, due) if paid == due => Progress::Done,
        (false, 0) => Progress::Todo,
        (false, due) if paid == due => Progress::Done,
        _ if begun || signed => Progress::Partial,
        _ => Progress::Todo,
    }
}

impl Dossier<'_> {
    /// The keys left went on to those who keep them, as a movement after the slip.
    pub fn passed_to_security(&self) -> bool {
        let Some(slip) = self.retention().filter(|slip| slip.fact.answer) else { return false };
        let passed = |id: &Id| {
            self.key(*id)
                .is_some_and(|key| key.moves.iter().any(|moved| moved.meta.order > slip.meta.order))
        };
        !slip.fact.keys.is_empty() && slip.fact.keys.iter().all(passed)
    }

    /// The item's title with the project's name and its own wording, and which of several it is.
    pub fn item_title(&self, item: &ItemRef) -> Text2 {
        let Some(of_template) = self.template.item(&item.key) else {
            return Text2::new(&item.key, &item.key);
        };
        let project = self.world.project;
        let own = self
            .world
            .project_text(&format!("item_title/{}", of_template.paper()))
            .or_else(|| self.world.project_text(&format!("item_title/{}", item.key)));
        let statutory =
            project.value("statutory_titles").and_then(Value::as_bool).unwrap_or_default();
        let mut title =
            of_template.title(self.world.project_text("name").unwrap_or_default(), statutory);
        if let Some(own) = own {
            title.zh =
                crate::template::titled(own, self.world.project_text("name").unwrap_or_default());
        }
        if let Some(word) = self.world.project_text("title/legal_representative") {
            title.zh = title.zh.replace("法定代表人", word);
        }
        if of_template.instances(&self.case).max(item.instance) > 1 {
            title.zh.push_str(&format!("（{}）", item.instance));
            title.en.push_str(&format!(" ({})", item.instance));
        }
        title
    }

    pub fn template_item(&self, state: &ItemState<'_>) -> Option<&crate::template::TemplateItem> {
        self.template.items.get(state.place?)
    }

    /// Papers and things of the day that nobody has accounted for.
    pub fn unaccounted(&self) -> impl Iterator<Item = &ItemState<'_>> {
        self.items.iter().filter(|state| {
            state.unaccounted()
                && self.template_item(state).is_some_and(|item| {
                    matches!(item.phase, Phase::Identity | Phase::Sign | Phase::Issue)
                        && !matches!(item.kind, ItemKind::Fee | ItemKind::Inspection)
                })
        })
    }
}
