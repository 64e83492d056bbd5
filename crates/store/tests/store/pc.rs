//! A PC at the show flat, its project folder, and what its clerk does.

use shoulou_domain::{
    decide::Context,
    fact::{Fact, FileOpened, UnitAdded},
    found::{FirstPerson, found},
    world::{file_id, household, unit_id},
};
use shoulou_eventlog::{Claim, Erase, Event, Hash, Id, NewEvent, ProjectKey, Source, Value};
use shoulou_store::*;
use std::path::PathBuf;
use tempfile::TempDir;

pub const PROJECT: Id = Id([7; 16]);
pub const CLERK: Id = Id([9; 16]);

pub struct Pc {
    pub dir: TempDir,
    pub path: PathBuf,
    pub key: DataKey,
    pub hex: String,
    pub store: Store,
}

pub fn project_key() -> ProjectKey {
    ProjectKey::new([5; 32])
}

pub fn setup() -> Setup {
    Setup { app_version: "0.1.0".into(), ..Setup::default() }
}

impl Pc {
    pub async fn new() -> Pc {
        Pc::with(setup()).await
    }

    pub async fn with(setup: Setup) -> Pc {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("project.db");
        let bytes: [u8; 32] = Id::derive("test", &[dir.path().as_os_str().as_encoded_bytes()])
            .0
            .repeat(2)
            .try_into()
            .unwrap();
        let hex = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let key = DataKey::from_bytes(bytes);
        let mut slots = Slots::create(&path, &key).unwrap();
        slots.add_recovery(&key).unwrap();
        let store = Store::join(&path, &key, PROJECT, &project_key(), setup).await.unwrap();
        Pc { dir, path, key, hex, store }
    }

    /// With a founded project and its template.
    pub async fn founded() -> Pc {
        let pc = Pc::new().await;
        pc.append(founding()).await;
        pc
    }

    pub async fn append(&self, events: Vec<NewEvent>) -> Appended {
        self.store.append(commit(events)).await.unwrap()
    }

    pub async fn reopen(&mut self, setup: Setup) -> Result<(), StoreError> {
        self.store.clone().close().await?;
        self.store = Store::open(&self.path, &self.key, setup).await?;
        Ok(())
    }

    /// A claim that replaces what this PC shows of the register.
    pub async fn set(&self, entity: Id, party: Option<Id>, path: &str, value: &str) -> Appended {
        let state = self.store.entity(entity).await.unwrap().unwrap_or_default();
        let replaces = state.open(path).into_iter().map(|(at, _)| *at).collect();
        let kind = if entity == PROJECT { "project.set" } else { "file.set" };
        self.append(vec![claim(kind, entity, party, path, value, replaces)]).await
    }

    pub async fn everything(&self) -> Vec<Arriving> {
        let commits = self.store.commits_after(0, u32::MAX).await.unwrap();
        commits.into_iter().map(|(_, commit)| commit).collect()
    }

    pub async fn learn_from(&self, other: &Pc) -> Received {
        self.store.receive(other.everything().await).await.unwrap()
    }

    async fn file(&self) -> sqlx::SqliteConnection {
        let options = sqlx::sqlite::SqliteConnectOptions::new()
            .filename(&self.path)
            .pragma("key", format!("\"x'{}'\"", self.hex));
        sqlx::ConnectOptions::connect(&options).await.unwrap()
    }

    /// Past the store, out of its file.
    pub async fn number(&self, sql: &'static str) -> i64 {
        let mut db = self.file().await;
        let number = sqlx::query_scalar(sql).fetch_one(&mut db).await.unwrap();
        sqlx::Connection::close(db).await.unwrap();
        number
    }

    /// Past the store, into its file.
    pub async fn raw(&self, sql: &'static str) {
        let mut db = self.file().await;
        let done = sqlx::query(sql).execute(&mut db).await.unwrap();
        assert!(done.rows_affected() > 0);
        sqlx::Connection::close(db).await.unwrap();
    }

    pub async fn assert_sound(&self) {
        let report = self.store.verify().await.unwrap();
        assert_eq!(report.fault, None, "{report:?}");
        let digest = self.digest().await;
        self.store.rebuild().await.unwrap();
        assert_eq!(self.digest().await, digest, "a rebuild gives other views");
    }

    pub async fn digest(&self) -> Hash {
        self.store.views_digest().await.unwrap()
    }
}

pub fn commit(events: Vec<NewEvent>) -> NewCommit {
    let time = 1_795_240_000_000;
    NewCommit { actor: CLERK, time, offset: 480, events, ..NewCommit::default() }
}

pub fn founding() -> Vec<NewEvent> {
    let first =
        FirstPerson {
            name: "陈静".into(), role: "客服主管".into(), department: "客服中心".into()
        };
    let now = "2026-11-21T10:00:00+08:00".parse().unwrap();
    let mut fresh = || Id([1; 16]);
    let mut context = Context { actor: CLERK, now, shown: &|_| true, fresh: &mut fresh };
    found(PROJECT, "锦绣豪庭", "锦绣物业", &first, &mut context)
}

pub fn unit(code: &str) -> Id {
    unit_id(PROJECT, code)
}

pub fn file(code: &str) -> Id {
    file_id(unit(code), 1)
}

pub fn buyer(code: &str) -> Id {
    Id::derive("buyer", &[&file(code).0, &1u32.to_be_bytes()])
}

/// A home with a unit, a file and one owner.
pub fn home(code: &str, owner: &str) -> Vec<NewEvent> {
    let (unit, file, party) = (unit(code), file(code), buyer(code));
    let template = Hash::of(b"template");
    vec![
        Fact::UnitAdded(UnitAdded { code: code.into() }).event(unit),
        claim("unit.set", unit, None, "code", code, vec![]),
        claim("unit.set", unit, None, "building", code.split('-').next().unwrap(), vec![]),
        Fact::FileOpened(FileOpened { unit, sale: 1, template }).event(file),
        claim("file.set", file, Some(party), &format!("party/{party}/role"), "owner", vec![]),
        claim("file.set", file, Some(party), &format!("party/{party}/name"), owner, vec![]),
        claim("file.set", file, Some(household(file)), "remark", "阳台漏水", vec![]),
    ]
}

pub fn claim(
    kind: &str,
    entity: Id,
    party: Option<Id>,
    path: &str,
    value: &str,
    replaces: Vec<shoulou_eventlog::EventRef>,
) -> NewEvent {
    let value = Value::from(value);
    let claim = Claim { path: path.into(), value, replaces, source: Source::Person };
    NewEvent { party, event: event(kind, entity, &claim) }
}

pub fn erasure(file: Id, party: Id) -> NewEvent {
    let erase = Erase { party, reason: "owner's request".into() };
    NewEvent { party: None, event: event("file.erase", file, &erase) }
}

pub fn event(kind: &str, entity: Id, payload: &impl serde::Serialize) -> Event {
    let payload = ciborium::Value::serialized(payload).unwrap();
    Event { kind: kind.into(), entity, payload }
}
