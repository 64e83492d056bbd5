//! A project that is open.

mod arrive;
mod perform;
mod read;
mod undo;

pub(crate) use perform::{Loaded, commit};

use crate::{
    api::{Action, Done, Problem, Topic},
    attach, backup,
    folder::Place,
    importing, logo, printing, scanback,
    search::Directory,
    sync, templates,
};
use chrono::{DateTime, FixedOffset, Local};
use shoulou_domain::{decide::Decision, view::HomeRow};
use shoulou_eventlog::{EntityState, Id};
use shoulou_store::{DataKey, Knows, Setup, Slots, Store, StoreError};
use std::path::PathBuf;
use std::sync::{
    Arc, RwLock,
    atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
};
use tokio::sync::{Mutex, MutexGuard, broadcast};
use undo::Undoable;

/// Clocks of one PC may step back a little when they are set by the network; more than this is asked about.
const CLOCK_SLACK_MS: i64 = 5 * 60 * 1000;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

pub struct Session {
    pub(crate) store: Store,
    why_read_only: Option<Problem>,
    pub(crate) place: Place,
    key: DataKey,
    slots: Mutex<Slots>,
    pub(crate) directory: RwLock<Directory>,
    /// Held while lines of the directory are brought up to date.
    listing: Mutex<()>,
    actor: RwLock<Option<Id>>,
    /// One action at a time: what a decision was made from stays true until it is written.
    turn: Mutex<Vec<Undoable>>,
    /// The last commit's number: the basis of views made now.
    arrival: AtomicU64,
    last_saved: AtomicI64,
    date_confirmed: AtomicBool,
    recovery_confirmed: AtomicBool,
    changes: broadcast::Sender<Vec<Topic>>,
    pub(crate) sync: sync::Sync,
    pub(crate) printing: printing::State,
    pub(crate) scans: scanback::Scans,
    pub(crate) shown: printing::shown::Shown,
}

impl Session {
    /// Opens the project; to read only, where another program holds it or nothing can be written.
    pub async fn open(
        place: Place,
        slots: Slots,
        key: DataKey,
        knows: Knows,
        changes: broadcast::Sender<Vec<Topic>>,
    ) -> Result<Self, Problem> {
        let setup = Setup { knows, ..setup() };
        let (store, why_read_only) = match Store::open(&place.database, &key, setup).await {
            Err(why @ (StoreError::InUse | StoreError::ReadOnly | StoreError::DiskFull)) => {
                let store = Store::open_read_only(&place.database, &key, knows).await?;
                let why = match why {
                    StoreError::InUse => Problem::read_only(),
                    other => other.into(),
                };
                (store, Some(why))
            }
            opened => (opened?, None),
        };
        let directory = Directory::new(store.homes().await?.iter().cloned());
        let actor = store.setting("actor").await?.and_then(id_of);
        let last = store.last().await?;
        let began = store.provisional().await?.map_or(0, |began| began.number);
        let own = store.last_own().await?;
        Ok(Session {
            recovery_confirmed: AtomicBool::new(slots.recovery_confirmed()),
            store,
            why_read_only,
            place,
            key,
            slots: Mutex::new(slots),
            directory: RwLock::new(directory),
            listing: Mutex::new(()),
            actor: RwLock::new(actor),
            turn: Mutex::new(Vec::new()),
            arrival: AtomicU64::new(last.map_or(0, |last| last.arrival).max(began)),
            last_saved: AtomicI64::new(own.unwrap_or(0)),
            date_confirmed: AtomicBool::new(false),
            changes,
            sync: sync::Sync::default(),
            printing: printing::State::default(),
            scans: scanback::Scans::default(),
            shown: printing::shown::Shown::default(),
        })
    }

    pub async fn execute(&self, action: Action) -> Result<Done, Problem> {
        match action {
            Action::Do { command, basis } => {
                let (basis, decision) = self.perform(&command, basis).await?;
                Ok(recorded(basis, decision))
            }
            Action::DoAll { commands, basis } => {
                let (basis, decision) = self.perform_all(&commands, basis).await?;
                Ok(recorded(basis, decision))
            }
            Action::Undo => self.undo().await,
            Action::ChooseActor { staff } => {
                self.set_actor(staff).await?;
                Ok(Done::Nothing)
            }
            Action::ConfirmDate => {
                self.date_confirmed.store(true, Ordering::Relaxed);
                self.tell(vec![Topic::Status]);
                Ok(Done::Nothing)
            }
            Action::ConfirmRecovery { code } => {
                self.slots.lock().await.confirm_recovery(&code)?;
                self.recovery_confirmed.store(true, Ordering::Relaxed);
                self.tell(vec![Topic::Status]);
                Ok(Done::Nothing)
            }
            Action::SetPassword { password } => {
                self.writable()?;
                self.slots.lock().await.add_password(&self.key, &password)?;
                Ok(Done::Nothing)
            }
            Action::Import { path, mapping } => importing::execute(self, &path, mapping).await,
            Action::Print { .. }
            | Action::PrintList { .. }
            | Action::PrintBlankSets { .. }
            | Action::CancelPrintJob { .. }
            | Action::SendPrintJobAgain { .. }
            | Action::StartBatch { .. }
            | Action::PauseBatch { .. }
            | Action::ResumeBatch { .. }
            | Action::CancelBatch { .. } => printing::execute(self, action).await,
            Action::AttachFile { file, item, path } => {
                attach::file(self, file, item, path.as_ref()).await
            }
            Action::AttachPhoto { file, fact, path } => {
                attach::to_fact(self, file, fact, path.as_ref()).await
            }
            Action::CancelScans => Ok(scanback::cancel(self)),
            Action::FileScan { scan, unit, of, page } => {
                scanback::by_hand(self, scan, unit, of, page).await
            }
            Action::PutScanAside { scan, aside } => scanback::put_aside(self, scan, aside).await,
            Action::SetLogo { path } => logo::set(self, path.as_ref()).await,
            Action::ExportTemplate { text, path } => templates::export(path.as_ref(), &text),
            Action::Backup { path } => backup::write(self, path.as_ref()).await,
            Action::AttachServer { .. }
            | Action::DetachServer
            | Action::SyncNow
            | Action::Invite { .. }
            | Action::RevokeDevice { .. }
            | Action::ReleaseDevice { .. }
            | Action::RenameDevice { .. } => sync::execute(self, action).await,
            Action::ReadScans { .. }
            | Action::Join { .. }
            | Action::CancelJoin
            | Action::CreateProject { .. }
            | Action::Unlock { .. }
            | Action::Reopen
            | Action::Restore { .. } => Err(Problem::bad_request("the project is open already")),
        }
    }

    /// Waits until no other action is under way, and keeps others waiting.
    pub(crate) async fn turn(&self) -> MutexGuard<'_, Vec<Undoable>> {
        self.turn.lock().await
    }

    pub(crate) fn codes(&self) -> Vec<String> {
        let directory = self.directory.read().expect("no holder panics");
        directory.rows().map(|row| row.code.clone()).collect()
    }

    pub fn read_only(&self) -> bool {
        self.store.is_read_only()
    }

    pub(crate) fn writable(&self) -> Result<(), Problem> {
        self.why_read_only.clone().map_or(Ok(()), Err)
    }

    pub(crate) fn actor(&self) -> Result<Id, Problem> {
        self.actor.read().expect("no holder panics").ok_or_else(Problem::no_actor)
    }

    pub async fn set_actor(&self, staff: Id) -> Result<(), Problem> {
        let project = self.project().await?;
        let active = format!("staff/{staff}/active");
        if project.value(&active).and_then(|active| active.as_bool()) != Some(true) {
            return Err(Problem::unknown_staff(&staff.to_string()));
        }
        if !self.read_only() {
            self.store.set_setting("actor", staff.to_string().as_bytes()).await?;
        }
        *self.actor.write().expect("no holder panics") = Some(staff);
        self.tell(vec![Topic::Status]);
        Ok(())
    }

    pub(crate) async fn project(&self) -> Result<Arc<EntityState>, Problem> {
        Ok(self.store.entity(self.place.id).await?.unwrap_or_default())
    }

    pub fn row_by_code(&self, code: &str) -> Result<Arc<HomeRow>, Problem> {
        let directory = self.directory.read().expect("no holder panics");
        directory.by_code(code).cloned().ok_or_else(|| Problem::unknown_unit(code))
    }

    pub(crate) fn arrival(&self) -> u64 {
        self.arrival.load(Ordering::Acquire)
    }

    pub fn homes(&self) -> u32 {
        self.directory.read().expect("no holder panics").len() as u32
    }

    pub(crate) fn tell(&self, topics: Vec<Topic>) {
        // Nobody listens on the command line.
        let _ = self.changes.send(topics);
    }

    /// How far this PC's clock stands before its own last entry, in seconds. What the server says of the clock
    /// counts for more: an entry may have been dated by a clock that was wrong then.
    pub(crate) fn clock_behind(&self) -> Option<i64> {
        let behind = self.last_saved.load(Ordering::Relaxed) - now().timestamp_millis();
        let vouched = self.sync.seen().clock_off.is_some_and(|off| off.abs() < DAY_MS);
        let doubtful = behind > CLOCK_SLACK_MS && !vouched && !self.date_is_confirmed();
        doubtful.then_some(behind / 1000)
    }

    /// How far it stands ahead of the server's, in seconds (behind: negative), where that is a day or more.
    pub(crate) fn clock_off(&self) -> Option<i64> {
        let off = self.sync.seen().clock_off.filter(|off| off.abs() >= DAY_MS)?;
        (!self.date_is_confirmed()).then_some(off / 1000)
    }

    fn date_is_confirmed(&self) -> bool {
        self.date_confirmed.load(Ordering::Relaxed)
    }

    /// Signing and printing put a date on paper, so the date must be beyond doubt.
    pub(crate) fn date_certain(&self) -> Result<(), Problem> {
        let now = now().format("%Y-%m-%d %H:%M").to_string();
        match (self.clock_behind(), self.clock_off()) {
            (None, None) => Ok(()),
            (Some(_), _) => Err(Problem::confirm_date(&now)),
            (None, Some(_)) => Err(sync::date_differs(&now)),
        }
    }
}

fn recorded(basis: u64, decision: Decision) -> Done {
    let undo = (!decision.is_final()).then_some(decision.summary);
    Done::Recorded { basis, id: decision.made, undo }
}

/// What the store writes into each entry, and where it notes that a data folder was copied or rolled back.
pub(crate) fn setup() -> Setup {
    Setup { app_version: env!("CARGO_PKG_VERSION").into(), marks: marks(), ..Setup::default() }
}

fn marks() -> Option<PathBuf> {
    let of = |variable: &str| std::env::var_os(variable).map(PathBuf::from);
    let state = match std::env::consts::OS {
        "windows" => of("LOCALAPPDATA"),
        "macos" => of("HOME").map(|home| home.join("Library/Application Support")),
        _ => of("XDG_STATE_HOME").or_else(|| of("HOME").map(|home| home.join(".local/state"))),
    };
    state.map(|state| state.join("cn.shoulou.desktop"))
}

pub(crate) fn id_of(setting: Vec<u8>) -> Option<Id> {
    String::from_utf8(setting).ok()?.parse().ok()
}

pub fn now() -> DateTime<FixedOffset> {
    Local::now().fixed_offset()
}

pub fn fresh_id() -> Id {
    let mut id = [0; 16];
    getrandom::fill(&mut id).expect("the system gives random numbers");
    // UUIDv7: ids made later sort later, which keeps their rows together.
    let millis = now().timestamp_millis().unsigned_abs().to_be_bytes();
    id[..6].copy_from_slice(&millis[2..]);
    id[6] = 0x70 | id[6] & 0x0f;
    id[8] = 0x80 | id[8] & 0x3f;
    Id(id)
}
