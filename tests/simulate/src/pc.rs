//! One PC: its disk, the program that runs on it or does not, and its clerk's clock.

use crate::{
    folder::{self, Result},
    rng::Rng,
};
use shoulou_eventlog::{
    Hash, Id, ProjectKey, StreamId,
    sync::{
        Machine, Millis,
        machine::{Config, Kept, Ticket, Work},
    },
};
use shoulou_store::{DataKey, Random, Setup, Store, StoreError};
use std::{collections::BTreeSet, path::PathBuf};
use tempfile::TempDir;

pub struct Pc {
    pub name: usize,
    dir: TempDir,
    key: [u8; 32],
    /// Outside of the data folder; without it a copy is noticed only by the fork that it makes.
    marks: bool,
    /// It takes and makes them.
    snapshots: bool,
    rng: Rng,
    pub program: Option<Program>,
    /// Milliseconds that its clock is off.
    pub clock: i64,
    pub cut_off: bool,
    pub disk_full: bool,
    pub enrolled: bool,
    pub revoked: bool,
    /// What it was told to be durable, and was not taken from it since.
    pub has: BTreeSet<Hash>,
    copy: Option<Copy>,
    /// What the views that it began with told of: shown, whether the log is here or not.
    pub shown: BTreeSet<Hash>,
    /// The snapshot with them.
    pub began_with: Option<Hash>,
    /// The stream of which commits came that this PC did not write, while it went on in it.
    pub forked: Option<StreamId>,
    /// Grows with every start.
    pub life: u32,
}

struct Copy {
    has: BTreeSet<Hash>,
    shown: BTreeSet<Hash>,
    began_with: Option<Hash>,
    enrolled: bool,
}

/// What is gone when the PC crashes.
pub struct Program {
    pub store: Store,
    pub machine: Machine,
    pub token: Option<String>,
    pub at_disk: Option<(Ticket, Work)>,
    pub wake: Option<Millis>,
}

pub fn failed(doing: &'static str) -> impl Fn(StoreError) -> String {
    move |error| format!("{doing}: {error}")
}

pub const PROJECT: Id = Id([7; 16]);

pub fn project_key() -> ProjectKey {
    ProjectKey::new([5; 32])
}

impl Pc {
    pub async fn new(name: usize, rng: &mut Rng) -> Result<Pc> {
        let mut key = [0; 32];
        rng.fill(&mut key);
        let marks = rng.percent(40);
        let mut pc = Pc::on(name, folder::fresh()?, key, marks, Rng::new(rng.next()));
        let (path, data_key) = (pc.path(), DataKey::from_bytes(pc.key));
        let made = std::fs::create_dir_all(pc.data());
        made.map_err(|error| format!("the PC's folder: {error}"))?;
        let setup = pc.setup();
        let store = Store::join(&path, &data_key, PROJECT, &project_key(), setup).await;
        store.map_err(failed("making a store"))?.close().await.map_err(failed("closing"))?;
        Ok(pc)
    }

    fn on(name: usize, dir: TempDir, key: [u8; 32], marks: bool, rng: Rng) -> Pc {
        Pc {
            name,
            dir,
            key,
            marks,
            snapshots: !name.is_multiple_of(4) || marks,
            rng,
            program: None,
            clock: 0,
            cut_off: false,
            disk_full: false,
            enrolled: false,
            revoked: false,
            has: BTreeSet::new(),
            shown: BTreeSet::new(),
            began_with: None,
            copy: None,
            forked: None,
            life: 0,
        }
    }

    /// Somebody copies the data folder to another PC.
    pub fn clone_to(&self, name: usize, rng: &mut Rng) -> Result<Pc> {
        let marks = rng.percent(40);
        let mut pc = Pc::on(name, folder::fresh()?, self.key, marks, Rng::new(rng.next()));
        folder::copy(&self.data(), &pc.data())?;
        pc.has = self.has.clone();
        pc.shown = self.shown.clone();
        pc.began_with = self.began_with;
        pc.enrolled = self.enrolled;
        pc.revoked = self.revoked;
        Ok(pc)
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn path(&self) -> PathBuf {
        self.data().join("project.db")
    }

    fn setup(&mut self) -> Setup {
        let source = self.rng.source();
        Setup {
            app_version: "0.1.0".into(),
            marks: self.marks.then(|| self.dir.path().join("marks")),
            random: Random::new(move |bytes| {
                source(bytes);
                true
            }),
            ..Setup::default()
        }
    }

    pub async fn start(&mut self) -> Result<()> {
        if self.program.is_some() {
            return Ok(());
        }
        self.life += 1;
        let setup = self.setup();
        let key = DataKey::from_bytes(self.key);
        let store = Store::open(&self.path(), &key, setup).await.map_err(failed("opening"))?;
        if self.disk_full {
            let room = Some(self.rng.below(4) as u32);
            store.limit_growth(room).await.map_err(failed("filling the disk"))?;
        }
        let mut config =
            Config { pull_commits: 7, push_commits: 5, ..Config::new(PROJECT, self.rng.next()) };
        config.snapshot_every = self.snapshots.then(|| self.rng.between(3, 20) as u64);
        let kept = kept(&store).await.map_err(failed("reading what was kept"))?;
        let machine = Machine::new(kept, config);
        self.program =
            Some(Program { store, machine, token: None, at_disk: None, wake: Some(Millis(0)) });
        Ok(())
    }

    /// What was not durable is gone.
    pub async fn crash(&mut self) -> Result<()> {
        match self.program.take() {
            Some(program) => program.store.close().await.map_err(failed("closing")),
            None => Ok(()),
        }
    }

    pub async fn back_up(&mut self) -> Result<()> {
        let runs = self.program.is_some();
        self.crash().await?;
        folder::copy(&self.data(), &self.dir.path().join("copy"))?;
        let (has, shown) = (self.has.clone(), self.shown.clone());
        let (began_with, enrolled) = (self.began_with, self.enrolled);
        self.copy = Some(Copy { has, shown, began_with, enrolled });
        if runs { self.start().await } else { Ok(()) }
    }

    /// `false`: there is no copy.
    pub async fn put_back(&mut self) -> Result<bool> {
        let Some(copy) = self.copy.take() else { return Ok(false) };
        self.crash().await?;
        folder::copy(&self.dir.path().join("copy"), &self.data())?;
        self.has = copy.has.clone();
        self.shown = copy.shown.clone();
        self.began_with = copy.began_with;
        self.enrolled = copy.enrolled;
        self.copy = Some(copy);
        self.start().await?;
        Ok(true)
    }

    /// What its author's screen could show.
    pub fn seen(&self) -> BTreeSet<Hash> {
        self.has.union(&self.shown).copied().collect()
    }

    /// The disk has room for a few pages more, or for all again.
    pub async fn fill_disk(&mut self, full: bool) -> Result<()> {
        self.disk_full = full;
        let room = full.then(|| self.rng.below(4) as u32);
        match &self.program {
            Some(program) => {
                program.store.limit_growth(room).await.map_err(failed("filling the disk"))
            }
            None => Ok(()),
        }
    }

    pub fn folder(&self) -> PathBuf {
        self.data()
    }

    pub fn set_folder(&self, from: &std::path::Path) -> Result<()> {
        folder::copy(from, &self.data())
    }
}

async fn kept(store: &Store) -> std::result::Result<Kept, StoreError> {
    let revision = store.members().await?.revision;
    Ok(Kept {
        cursor: store.cursor().await?,
        remembered: store.remembered().await?,
        members: (revision > 0).then_some(revision),
        to_sync: store.to_sync().await?,
        acknowledged: store.acknowledged().await?,
    })
}
