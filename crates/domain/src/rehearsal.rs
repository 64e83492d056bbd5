//! Tests play whole handovers through here: decisions are folded as a store would fold them.

use crate::{
    command::*,
    decide::{Context, Decision, decide_all, undo},
    dossier::Dossier,
    fact::is_known,
    found::{FirstPerson, found},
    refusal::Refusal,
    view::*,
    views,
    vocabulary::*,
    world::{self, World},
};
use chrono::{DateTime, FixedOffset, NaiveDate};
use shoulou_eventlog::{EntityState, Event, EventRef, Hash, Id, Meta, NewEvent, Order, Value};
use std::collections::BTreeMap;

pub const PROJECT: Id = Id([7; 16]);
pub const SUPERVISOR: Id = Id([8; 16]);
pub const AT: &str = "2026-11-21T10:00:00+08:00";

/// A commit's events by their place.
pub type Written = Vec<(EventRef, NewEvent)>;

/// One event as it reached the office.
#[derive(Clone)]
pub struct Arrived {
    pub at: EventRef,
    pub meta: Meta,
    pub event: Event,
}

#[derive(Clone, Default)]
pub struct Office {
    pub entities: BTreeMap<Id, EntityState>,
    pub log: Vec<Arrived>,
    pub unit: Id,
    pub file: Id,
    pub actor: Id,
    /// Claims of commits above this number were not on the screen.
    pub basis: Option<u64>,
    /// What the screen showed when each commit was decided.
    pub screens: BTreeMap<u64, u64>,
    pub commits: u64,
    ids: u64,
    last: Option<(Box<Office>, Written)>,
}

impl Office {
    /// A founded project without homes.
    pub fn new() -> Self {
        let mut office = Office { actor: SUPERVISOR, ..Office::default() };
        let first = FirstPerson {
            name: "赵敏".into(),
            role: "客服主管".into(),
            department: "客服中心".into(),
        };
        let mut ids = 0;
        let mut fresh = || id(&mut ids);
        let mut context =
            Context { actor: SUPERVISOR, now: now(), shown: &|_| true, fresh: &mut fresh };
        let events = found(PROJECT, "云栖花园", "云栖置业", &first, &mut context);
        office.commit(&events);
        office
    }

    /// A project with one home and the file of its first sale.
    pub fn with_home(code: &str) -> Self {
        let mut office = Office::new();
        let add =
            Command::AddUnit { code: code.into(), kind: UnitKind::Flat, fields: BTreeMap::new() };
        office.unit = world::unit_id(PROJECT, &world::canonical_code(code));
        office.file = world::file_id(office.unit, 1);
        office.act(add).expect("a home is added");
        office
    }

    pub fn state(&self, id: Id) -> Option<&EntityState> {
        self.entities.get(&id)
    }

    pub fn world(&self) -> World<'_> {
        let mut world = World::of_project(PROJECT, &self.entities[&PROJECT]);
        if let Some(unit) = self.state(self.unit) {
            world = world.with_unit(self.unit, unit);
        }
        if let Some(file) = self.state(self.file) {
            world = world.with_file(self.file, file);
        }
        world
    }

    pub fn dossier(&self) -> Dossier<'_> {
        Dossier::of(&self.world())
    }

    pub fn view(&self) -> HomeView {
        views::home_view(&self.world(), today())
    }

    pub fn row(&self) -> HomeRow {
        views::summarize(&self.world())
    }

    pub fn act(&mut self, command: Command) -> Result<Decision, Refusal> {
        self.act_all(&[command])
    }

    pub fn act_all(&mut self, commands: &[Command]) -> Result<Decision, Refusal> {
        let before = Box::new(self.clone());
        let basis = self.basis.unwrap_or(u64::MAX);
        let shown = |claim: &EventRef| number(claim) <= basis;
        let mut ids = self.ids;
        let mut fresh = || id(&mut ids);
        let mut context =
            Context { actor: self.actor, now: now(), shown: &shown, fresh: &mut fresh };
        let decision = decide_all(&self.world(), commands, &mut context)?;
        self.ids = ids;
        let made = self.commit(&decision.events);
        self.screens.insert(self.commits, basis);
        self.last = Some((before, made));
        Ok(decision)
    }

    /// Does what must succeed, and tells what it made.
    pub fn done(&mut self, command: Command) -> Option<Id> {
        self.act(command).unwrap_or_else(|refusal| panic!("{}", refusal.what().zh)).made
    }

    pub fn refused(&mut self, command: Command) -> &'static str {
        match self.act(command) {
            Ok(_) => "done",
            Err(refusal) => refusal.code(),
        }
    }

    pub fn undo(&mut self) -> Result<Decision, Refusal> {
        let (before, made) = self.last.take().expect("something was done");
        let decision = undo(&self.world(), &before.world(), &made)?;
        self.commit(&decision.events);
        Ok(decision)
    }

    pub fn commit(&mut self, events: &[NewEvent]) -> Written {
        self.commits += 1;
        let mut made = Vec::new();
        for (ordinal, event) in events.iter().enumerate() {
            let ordinal = ordinal as u32;
            let mut commit = [0; 32];
            commit[..8].copy_from_slice(&self.commits.to_be_bytes());
            let at = EventRef { commit: Hash(commit), ordinal };
            let order = Order { depth: self.commits, ordinal, ..Order::default() };
            let time = now().timestamp_millis();
            let meta = Meta { order, actor: self.actor, time, party: event.party };
            let arrived = Arrived { at, meta, event: event.event.clone() };
            fold(&mut self.entities, &arrived);
            self.log.push(arrived);
            made.push((at, event.clone()));
        }
        made
    }

    /// The same events, arrived in another order.
    pub fn in_order(&self, order: &[usize]) -> Office {
        let mut office = Office { entities: BTreeMap::new(), ..self.clone() };
        for place in order {
            fold(&mut office.entities, &self.log[*place]);
        }
        office
    }

    pub fn set(&mut self, path: &str, value: impl Into<Value>) {
        let target = Target::File { id: self.file };
        self.done(Command::SetField { target, path: path.into(), value: value.into() });
    }

    pub fn party(&mut self, role: PartyRole, name: &str, fields: &[(&str, &str)]) -> Id {
        let mut given = BTreeMap::from([("name".to_owned(), Value::from(name))]);
        given
            .extend(fields.iter().map(|(field, value)| ((*field).to_owned(), Value::from(*value))));
        self.done(Command::AddParty { file: self.file, role, fields: given }).expect("a party")
    }

    pub fn staff(&mut self, name: &str, role: &str, department: &str) -> Id {
        self.done(Command::AddStaff {
            name: name.into(),
            role: role.into(),
            department: department.into(),
        })
        .expect("a member of staff")
    }

    pub fn arrive(&mut self, attendance: Attendance, visitors: &[Id]) {
        let visitors = visitors.to_vec();
        self.done(Command::RecordArrival { file: self.file, attendance, visitors, at: AT.into() });
    }

    pub fn tick(&mut self, key: &str, mark: &str) {
        let command =
            Command::TickItem { file: self.file, item: item(key), mark: mark.into(), on: true };
        self.done(command);
    }

    pub fn station(&self, key: &str, signer: Id) -> Command {
        Command::SignStation {
            file: self.file,
            station: key.into(),
            signer,
            how: paper(),
            stamped: true,
            result: "已办".into(),
            slip: None,
            signed_at: AT.into(),
        }
    }

    pub fn sign(&self, items: &[&str], signer: Id) -> Command {
        Command::SignItems {
            file: self.file,
            items: items.iter().map(|key| item(key)).collect(),
            signer: Signer::Party { id: signer },
            how: ink(),
            signed_at: AT.into(),
        }
    }

    pub fn keys(&mut self, kind: KeyKind, name: &str, count: u32) -> Vec<Id> {
        let before = self.dossier().keys.len();
        self.done(Command::RegisterKeys {
            file: self.file,
            kind,
            name: name.into(),
            position: "户门".into(),
            number: "A".into(),
            count,
            holder: Holder::Department { name: "保安部".into() },
        });
        self.dossier().keys[before..].iter().map(|key| key.id).collect()
    }

    pub fn move_keys(&self, keys: &[Id], to: Holder) -> Command {
        Command::MoveKeys { file: self.file, keys: keys.to_vec(), to, at: AT.into(), purpose: None }
    }
}

fn fold(entities: &mut BTreeMap<Id, EntityState>, arrived: &Arrived) {
    let state = entities.entry(arrived.event.entity).or_default();
    state.apply(arrived.at, arrived.meta, &arrived.event, is_known);
}

pub fn number(at: &EventRef) -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&at.commit.0[..8]);
    u64::from_be_bytes(bytes)
}

fn id(ids: &mut u64) -> Id {
    *ids += 1;
    Id::derive("rehearsal", &[&ids.to_be_bytes()])
}

pub fn item(key: &str) -> ItemRef {
    ItemRef { key: key.into(), instance: 1 }
}

pub fn paper() -> SignedHow {
    SignedHow::Paper { copies: 1, scan: None }
}

pub fn ink() -> SignedHow {
    let pages = Hash::of(b"pages").to_string();
    let strokes = vec![vec![[0, 0, 500], [100, 80, 700]]];
    SignedHow::Screen { strokes, pages, template: None, blob: None, paper: None }
}

pub fn now() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(AT).expect("a time")
}

pub fn today() -> NaiveDate {
    now().date_naive()
}
