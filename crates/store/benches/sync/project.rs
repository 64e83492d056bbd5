//! A project that ten PCs have worked in: homes in turn, one by one, five events to a commit.

use ed25519_dalek::SigningKey;
use shoulou_domain::{
    fact::{Fact, FileOpened, UnitAdded},
    world::{file_id, household, unit_id},
};
use shoulou_eventlog::{
    Bundle, Claim, Draft, Event, EventRef, Hash, Id, NewEvent, ProjectKey, Source, StreamId, Value,
    device_id, seal,
    sync::{
        Certificate, Checkpoint, Role,
        wire::{Bytes, Cursor},
    },
};
use shoulou_store::{Link, Store};
use std::collections::HashMap;

pub const PROJECT: Id = Id([7; 16]);
pub const EVENTS: usize = 5;
const EPOCH: Id = Id([3; 16]);
const PCS: usize = 10;
const HOMES: usize = 3000;
/// Commits on a home before its clerk goes on to the next.
const STAY: usize = 8;
const ITEMS: usize = 60;

pub fn project_key() -> ProjectKey {
    ProjectKey::new([5; 32])
}

pub struct Project {
    server: SigningKey,
    pcs: Vec<SigningKey>,
    pub commits: Vec<(Hash, Bytes)>,
}

struct Pc {
    stream: StreamId,
    seq: u64,
    head: Option<Hash>,
    home: usize,
}

impl Project {
    pub fn worked_in(commits: usize) -> Self {
        let key = |n: usize| SigningKey::from_bytes(&[n as u8 + 1; 32]);
        let keys: Vec<SigningKey> = (0..PCS).map(key).collect();
        let stream = |key: &SigningKey| StreamId::new(PROJECT, &key.verifying_key(), Id([4; 16]));
        let mut pcs: Vec<Pc> = keys
            .iter()
            .enumerate()
            .map(|(n, key)| Pc { stream: stream(key), seq: 0, head: None, home: n })
            .collect();
        let mut said: HashMap<(usize, String), EventRef> = HashMap::new();
        let mut done = Vec::with_capacity(commits);
        let mut salt = 0u64;
        for n in 0..commits {
            let (turn, at) = (n / PCS, n % PCS);
            let seen = pcs[(at + 1) % PCS].head.filter(|_| turn > 0 && turn.is_multiple_of(STAY));
            let pc = &mut pcs[at];
            if turn > 0 && turn.is_multiple_of(STAY) {
                pc.home = (pc.home + PCS) % HOMES;
            }
            let visit = turn / STAY / (HOMES / PCS);
            let opens = visit == 0 && turn.is_multiple_of(STAY);
            let (events, paths) = match opens {
                true => (opened(pc.home), Vec::new()),
                false => ticked(pc.home, turn, &said),
            };
            assert_eq!(events.len(), EVENTS);
            let draft = Draft {
                stream: pc.stream,
                seq: pc.seq,
                prev: pc.head,
                seen: seen.into_iter().collect(),
                time: 1_795_240_000_000 + n as i64 * 1000,
                offset_minutes: 480,
                actor: Id([9; 16]),
                app_version: "0.1.0".into(),
                events,
                ..Draft::default()
            };
            let mut salts = || {
                salt += 1;
                let mut bytes = [0; 24];
                bytes.copy_from_slice(&Hash::of(&salt.to_be_bytes()).0[..24]);
                bytes
            };
            let commit = seal(draft, &keys[at], &project_key(), &mut salts).expect("a commit");
            let hash = commit.hash();
            for (ordinal, path) in (0..).zip(paths) {
                said.insert((pc.home, path), EventRef { commit: hash, ordinal });
            }
            (pc.seq, pc.head) = (pc.seq + 1, Some(hash));
            done.push((hash, Bundle::from(commit).encode().expect("a bundle").into()));
        }
        Project { server: SigningKey::from_bytes(&[77; 32]), pcs: keys, commits: done }
    }

    pub fn bytes(&self) -> usize {
        self.commits.iter().map(|(_, bundle)| bundle.0.len()).sum()
    }

    pub fn cursor(&self, number: u64) -> Cursor {
        assert_eq!(number, 0);
        Cursor { epoch: EPOCH, number, checkpoint: Checkpoint::start(PROJECT) }
    }

    pub fn link(&self) -> Link {
        Link {
            url: "https://127.0.0.1:8843".into(),
            server_key: self.server.verifying_key().as_bytes().to_vec().into(),
            pin: None,
            label: "前台".into(),
            role: Role::Member,
        }
    }

    pub fn certificates(&self) -> Vec<Vec<u8>> {
        self.pcs.iter().map(|key| self.certificate(key.verifying_key().as_bytes())).collect()
    }

    pub async fn certificate_of(&self, store: &Store) -> Vec<u8> {
        let (_, key) = store.device().await.expect("a device");
        self.certificate(key.as_bytes())
    }

    fn certificate(&self, key: &[u8; 32]) -> Vec<u8> {
        let read = ed25519_dalek::VerifyingKey::from_bytes(key).expect("a key");
        let certificate = Certificate {
            project: PROJECT,
            device: device_id(&read),
            key: key.to_vec().into(),
            role: Role::Member,
            label: Bytes(vec![0; 40]),
            enrolled: 0,
            lease: 0,
            revoked: None,
            revision: 1,
        };
        certificate.sign(&self.server)
    }
}

fn code(home: usize) -> String {
    format!("{}-1-{}{:02}", home / 200 + 1, home / 4 % 50 + 1, home % 4 + 1)
}

fn opened(home: usize) -> Vec<NewEvent> {
    let code = code(home);
    let unit = unit_id(PROJECT, &code);
    let file = file_id(unit, 1);
    let party = Id::derive("buyer", &[&file.0, &1u32.to_be_bytes()]);
    let template = Hash::of(b"template");
    vec![
        Fact::UnitAdded(UnitAdded { code: code.clone() }).event(unit),
        claim("unit.set", unit, None, "code", &code, vec![]),
        Fact::FileOpened(FileOpened { unit, sale: 1, template }).event(file),
        claim("file.set", file, Some(party), &format!("party/{party}/name"), "李敏", vec![]),
        claim("file.set", file, Some(household(file)), "remark", "阳台漏水，周三再看", vec![]),
    ]
}

fn ticked(
    home: usize,
    turn: usize,
    said: &HashMap<(usize, String), EventRef>,
) -> (Vec<NewEvent>, Vec<String>) {
    let file = file_id(unit_id(PROJECT, &code(home)), 1);
    let paths: Vec<String> = (0..EVENTS)
        .map(|n| {
            format!("item/item-{}/1/{}", (turn * EVENTS + n) % ITEMS, ["seen", "copied"][n % 2])
        })
        .collect();
    let events = paths.iter().map(|path| {
        let before = said.get(&(home, path.clone())).copied();
        claim("file.set", file, None, path, "yes", before.into_iter().collect())
    });
    (events.collect(), paths)
}

fn claim(
    kind: &str,
    entity: Id,
    party: Option<Id>,
    path: &str,
    value: &str,
    replaces: Vec<EventRef>,
) -> NewEvent {
    let claim =
        Claim { path: path.into(), value: Value::from(value), replaces, source: Source::Person };
    let payload = ciborium::Value::serialized(&claim).expect("a claim is CBOR");
    NewEvent { party, event: Event { kind: kind.into(), entity, payload } }
}
