//! A PC whose keys, salts and clock are all derived from a seed: the same commits on every run.

use ciborium::Value as Cbor;
use shoulou_eventlog::{
    Batch, Bundle, Claim, Commit, Draft, Erase, Event, EventRef, Hash, Id, NewEvent, ProjectKey,
    Salt, SigningKey, Source, StreamId, Value, Void, read_header, seal,
};

pub const START: i64 = 1_795_224_000_000;

pub fn project() -> Id {
    Id::derive("golden project", &[])
}

pub fn project_key() -> ProjectKey {
    ProjectKey::new(Hash::of(b"golden project key").0)
}

pub fn unit() -> Id {
    Id::derive("unit", &[&project().0, "8-2-1203".as_bytes()])
}

pub fn file() -> Id {
    Id::derive("file", &[&unit().0, &1_u32.to_be_bytes()])
}

pub fn buyer(ordinal: u32) -> Id {
    Id::derive("buyer", &[&file().0, &ordinal.to_be_bytes()])
}

#[derive(Clone)]
pub struct Pc {
    signing: SigningKey,
    actor: Id,
    stream: StreamId,
    head: Option<(u64, Hash)>,
    continues: Option<Hash>,
    seen: Vec<Hash>,
    acts: u32,
}

impl Pc {
    pub fn new(name: &str) -> Pc {
        let signing = SigningKey::from_bytes(&Hash::of(name.as_bytes()).0);
        let incarnation = Id::derive("golden incarnation", &[name.as_bytes()]);
        Pc {
            actor: Id::derive("golden actor", &[name.as_bytes()]),
            stream: StreamId::new(project(), &signing.verifying_key(), incarnation),
            signing,
            head: None,
            continues: None,
            seen: vec![],
            acts: 0,
        }
    }

    /// As after a restore: another incarnation, which goes on from `head`.
    pub fn reborn(&self, name: &str, head: Hash) -> Pc {
        let mut pc = self.clone();
        pc.stream.incarnation = Id::derive("golden incarnation", &[name.as_bytes()]);
        pc.head = None;
        pc.continues = Some(head);
        pc
    }

    pub fn stream(&self) -> &StreamId {
        &self.stream
    }

    pub fn next_seq(&self) -> u64 {
        self.head.map_or(0, |(seq, _)| seq + 1)
    }

    pub fn sees(&mut self, commit: &Commit) {
        self.seen.push(commit.hash());
    }

    pub fn acts(&mut self, events: Vec<NewEvent>) -> Commit {
        self.acts_with(events, |_| {})
    }

    pub fn acts_with(&mut self, events: Vec<NewEvent>, change: impl FnOnce(&mut Draft)) -> Commit {
        self.acts += 1;
        let mut draft = Draft {
            stream: self.stream,
            seq: self.next_seq(),
            prev: self.head.map(|(_, hash)| hash),
            continues: self.continues.take(),
            seen: std::mem::take(&mut self.seen),
            time: START + i64::from(self.acts) * 60_000,
            offset_minutes: 480,
            actor: self.actor,
            app_version: "0.1.0".into(),
            events,
            ..Draft::default()
        };
        change(&mut draft);
        let commit = seal(draft, &self.signing, &project_key(), &mut self.salts()).unwrap();
        self.head = Some((self.next_seq(), commit.hash()));
        commit
    }

    fn salts(&self) -> impl FnMut() -> Salt + use<> {
        let place = [&self.stream.id().0[..], &self.acts.to_be_bytes()].concat();
        let mut drawn = 0_u8;
        move || {
            drawn += 1;
            let hash = Hash::of(&[&place[..], &[drawn]].concat()).0;
            *hash.first_chunk().unwrap()
        }
    }
}

pub fn at(commit: &Commit, ordinal: u32) -> EventRef {
    EventRef { commit: commit.hash(), ordinal }
}

pub fn event(party: Option<Id>, entity: Id, kind: &str, payload: Cbor) -> NewEvent {
    NewEvent { party, event: Event { kind: kind.into(), entity, payload } }
}

pub fn set(
    party: Option<Id>,
    path: &str,
    value: impl Into<Value>,
    replaces: &[EventRef],
) -> NewEvent {
    said(Source::Person, party, path, value, replaces)
}

pub fn said(
    source: Source,
    party: Option<Id>,
    path: &str,
    value: impl Into<Value>,
    replaces: &[EventRef],
) -> NewEvent {
    let replaces = replaces.to_vec();
    let claim = Claim { path: path.into(), value: value.into(), replaces, source };
    event(party, file(), "file.set", Cbor::serialized(&claim).unwrap())
}

pub fn void(target: EventRef, reason: &str) -> NewEvent {
    let void = Void { target, reason: reason.into() };
    event(None, file(), "file.void", Cbor::serialized(&void).unwrap())
}

pub fn erase(party: Id) -> NewEvent {
    let erase = Erase { party, reason: "本人申请".into() };
    event(None, file(), "file.erase", Cbor::serialized(&erase).unwrap())
}

pub fn batch(name: &str, index: u32, count: u32) -> Batch {
    Batch { id: Id::derive("golden batch", &[name.as_bytes()]), index, count }
}

/// As kept once the party is erased: the envelope whole, the party's bytes gone.
pub fn without(commit: Commit, party: Id) -> Bundle {
    let header = read_header(&commit.bytes).unwrap();
    let mut bundle = Bundle::from(commit);
    for (part, entry) in bundle.parts.iter_mut().zip(&header.parts) {
        if entry.party == Some(party) {
            *part = None;
        }
    }
    bundle
}
