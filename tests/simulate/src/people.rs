//! What clerks do.

use crate::{
    Sabotage,
    folder::Result,
    model::{Meant, Recorded, What},
    pc::{PROJECT, failed},
    world::World,
};
use shoulou_domain::{
    fact::{Fact, FileOpened, UnitAdded},
    world::{file_id, unit_id},
};
use shoulou_eventlog::{
    Claim, Erase, Event, EventRef, Hash, Id, NewEvent, Source, Value, sync::machine::Input,
};
use shoulou_store::{NewCommit, StoreError};

pub const CODES: [&str; 3] = ["8-2-1203", "8-2-1204", "9-1-301"];
const OFFSET: i32 = 480;

pub fn file(code: &str) -> Id {
    file_id(unit_id(PROJECT, code), 1)
}

fn buyer(code: &str, ordinal: u32) -> Id {
    Id::derive("buyer", &[&file(code).0, &ordinal.to_be_bytes()])
}

fn event(kind: &str, entity: Id, payload: &impl serde_of::Payload) -> Event {
    Event { kind: kind.into(), entity, payload: payload.value() }
}

/// Payloads as the log's CBOR.
mod serde_of {
    use shoulou_eventlog::{Claim, Erase};

    pub trait Payload {
        fn value(&self) -> ciborium::Value;
    }
    impl Payload for Claim {
        fn value(&self) -> ciborium::Value {
            ciborium::Value::serialized(self).expect("a claim is plain data")
        }
    }
    impl Payload for Erase {
        fn value(&self) -> ciborium::Value {
            ciborium::Value::serialized(self).expect("an erasure is plain data")
        }
    }
}

/// What somebody wants to record, and what it means.
type Intent = (NewEvent, Meant);

impl World {
    /// The homes that the project is about.
    pub async fn add_homes(&mut self, pc: usize) -> Result<()> {
        let mut intents = Vec::new();
        for code in CODES {
            let (unit, file) = (unit_id(PROJECT, code), file(code));
            let added = Fact::UnitAdded(UnitAdded { code: code.into() }).event(unit);
            let template = Hash::of(b"template");
            let opened = FileOpened { unit, sale: 1, template };
            let opened = Fact::FileOpened(opened).event(file);
            for new in [added, opened] {
                let meant = other(new.event.entity);
                intents.push((new, meant));
            }
            intents.push(claim("unit.set", unit, None, "code", code, Vec::new()));
        }
        self.record(pc, vec![(intents, Vec::new())]).await
    }

    /// One action of a clerk.
    pub async fn act(&mut self, pc: usize) -> Result<()> {
        if self.pcs[pc].program.is_none() {
            return Ok(());
        }
        let many = if self.rng.percent(12) { self.rng.between(2, 5) } else { 1 };
        let mut commits = Vec::new();
        for _ in 0..many {
            let mut intents = vec![self.intent(pc).await?];
            if self.rng.percent(20) {
                intents.push(self.intent(pc).await?);
            }
            let mut blobs = Vec::new();
            if self.rng.percent(8) && !self.pcs[pc].disk_full {
                let (blob, intent) = self.photograph(pc).await?;
                intents.push(intent);
                blobs.push(blob);
            }
            commits.push((intents, blobs));
        }
        self.record(pc, commits).await
    }

    /// A photograph of a person's paper, or of nobody's.
    async fn photograph(&mut self, pc: usize) -> Result<(Hash, Intent)> {
        let mut plain = vec![0; self.rng.between(10, 4000)];
        self.rng.fill(&mut plain);
        let blob = self.store(pc)?.put_blob(&plain).await.map_err(failed("putting a blob"))?;
        let code = CODES[self.rng.below(CODES.len())];
        let party = buyer(code, self.rng.between(1, 2) as u32);
        let (party, path) = match self.rng.below(4) {
            0 => (None, "photo".to_owned()),
            _ => (Some(party), format!("party/{party}/photo")),
        };
        let replaces = self.shown(pc, file(code), &path).await?;
        let (new, meant) = claim("file.set", file(code), party, &path, &blob.to_string(), replaces);
        Ok((blob, (new, Meant { blob: Some(blob), ..meant })))
    }

    async fn intent(&mut self, pc: usize) -> Result<Intent> {
        let code = CODES[self.rng.below(CODES.len())];
        let file = file(code);
        let party = buyer(code, self.rng.between(1, 2) as u32);
        if self.rng.percent(3) {
            let erase = Erase { party, reason: "the owner's wish".into() };
            let new = NewEvent { party: None, event: event("file.erase", file, &erase) };
            return Ok((new, Meant { what: What::Erase(party), ..other(file) }));
        }
        if self.rng.percent(2) {
            let payload = ciborium::Value::Integer(1.into());
            let event = Event { kind: "file.of_a_later_version".into(), entity: file, payload };
            return Ok((NewEvent { party: None, event }, other(file)));
        }
        let (party, path) = match self.rng.below(4) {
            0 => (None, "stage".to_owned()),
            1 => (Some(party), format!("party/{party}/name")),
            _ => (Some(party), format!("party/{party}/phone")),
        };
        let value = format!("{:06}", self.rng.below(1_000_000));
        let replaces = self.shown(pc, file, &path).await?;
        Ok(claim("file.set", file, party, &path, &value, replaces))
    }

    /// What the screen shows of a register.
    async fn shown(&mut self, pc: usize, entity: Id, path: &str) -> Result<Vec<EventRef>> {
        let state = self.store(pc)?.entity(entity).await.map_err(failed("reading an entity"))?;
        let open = state.iter().flat_map(|state| state.open(path)).map(|(at, _)| *at);
        let mut shown: Vec<EventRef> = open.collect();
        if self.sabotage == Sabotage::ReplacedUnseen {
            let all = self.model.recorded.keys().copied().collect();
            let all = self.model.open(&all);
            let unseen = all.get(&(entity, path.to_owned())).into_iter().flatten();
            shown.extend(unseen.copied().filter(|at| !shown.contains(at)).collect::<Vec<_>>());
        }
        Ok(shown)
    }

    async fn record(&mut self, pc: usize, commits: Vec<(Vec<Intent>, Vec<Hash>)>) -> Result<()> {
        let time = self.wall(pc);
        let actor = Id([9; 16]);
        let mut news = Vec::new();
        let mut meant = Vec::new();
        for (intents, blobs) in commits {
            let (events, means): (Vec<_>, Vec<_>) = intents.into_iter().unzip();
            let new =
                NewCommit { actor, time, offset: OFFSET, events, blobs, ..Default::default() };
            news.push(new);
            meant.push(means);
        }
        let copy = match self.sabotage {
            Sabotage::RecordedTooEarly if self.rng.percent(10) => Some(crate::folder::fresh()?),
            _ => None,
        };
        if let Some(copy) = &copy {
            self.pcs[pc].crash().await?;
            crate::folder::copy(&self.pcs[pc].folder(), copy.path())?;
            self.pcs[pc].start().await?;
        }
        let store = self.store(pc)?.clone();
        let before = store.last().await.map_err(failed("asking for the last"))?;
        let before = before.map_or(0, |last| last.arrival);
        let appended = match news.len() {
            1 => store.append(news.remove(0)).await,
            _ => store.append_batch(news).await,
        };
        if matches!(appended, Err(StoreError::DiskFull)) && self.pcs[pc].disk_full {
            self.trace(format!("PC {pc} has no room to record anything"));
            let after = store.last().await.map_err(failed("asking for the last"))?;
            let written = after.map_or(0, |last| last.arrival) > before;
            return match written {
                true => Err(format!("PC {pc} refused something and wrote it")),
                false => Ok(()),
            };
        }
        appended.map_err(failed("recording"))?;
        let added = store.commits_after(before, u32::MAX).await.map_err(failed("reading back"))?;
        let hashes: Vec<Hash> = added.iter().map(|(_, one)| Hash::of(&one.header)).collect();
        if hashes.len() != meant.len() {
            return Err(format!("{} commits came of {}", hashes.len(), meant.len()));
        }
        let seen = self.pcs[pc].seen();
        for (index, events) in meant.into_iter().enumerate() {
            let seen = seen.iter().chain(&hashes[..index]).copied().collect();
            let recorded = Recorded { seen, events, batch: hashes.clone() };
            self.model.recorded.insert(hashes[index], recorded);
        }
        self.trace(format!("PC {pc} records {} commits", hashes.len()));
        self.pcs[pc].has.extend(hashes);
        if let Some(copy) = copy {
            self.pcs[pc].crash().await?;
            self.pcs[pc].set_folder(copy.path())?;
            self.pcs[pc].start().await?;
            return self.tell(pc, Input::Woken).await;
        }
        let to_sync = store.to_sync().await.map_err(failed("counting"))?;
        self.tell(pc, Input::Recorded { to_sync }).await
    }
}

fn claim(
    kind: &str,
    entity: Id,
    party: Option<Id>,
    path: &str,
    value: &str,
    replaces: Vec<EventRef>,
) -> Intent {
    let what = What::Claim { path: path.into(), replaces: replaces.clone() };
    let meant = Meant { entity, party, blob: None, what };
    let value = Value::from(value);
    let claim = Claim { path: path.into(), value, replaces, source: Source::Person };
    (NewEvent { party, event: event(kind, entity, &claim) }, meant)
}

fn other(entity: Id) -> Meant {
    Meant { entity, party: None, blob: None, what: What::Other }
}
