//! The one door to a data folder: `execute`, `query` and what changed.

use crate::{
    api::{Action, Done, Phase, Problem, Query, Status, SyncState, Topic},
    folder::{Folder, Place},
    keyring_slot, printing, scanback,
    session::Session,
    start,
    sync::{self, enrol},
};
use serde::Serialize;
use shoulou_store::{Knows, Secret, SlotKind, Slots};
use std::{
    path::PathBuf,
    sync::{Arc, atomic::Ordering},
};
use tokio::sync::{RwLock, broadcast};

/// Topics wait for slow readers up to this many; one that lags asks for everything again.
const TOPICS: usize = 256;

/// How to open a data folder.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// A project by name or id. Without one, the only project there is.
    pub project: Option<String>,
    /// Of several projects, take the one used last instead of asking.
    pub latest: bool,
    /// Leave the server alone until somebody asks for something of it.
    pub offline: bool,
    /// A summary for new PCs is made when the log is so many entries longer; `None`: as the program thinks fit.
    pub snapshot_every: Option<u64>,
    /// What the program understands of what other PCs record.
    pub knows: Knows,
}

pub struct App {
    folder: Folder,
    options: Options,
    state: RwLock<State>,
    changes: broadcast::Sender<Vec<Topic>>,
}

enum State {
    NoProject,
    Locked(Place),
    /// The project is there and cannot be used; every request is told why. A restore is still possible.
    Broken(Problem),
    Ready(Arc<Session>),
}

impl App {
    /// Opens the folder as far as it opens without asking anybody. What stands in the way is told to
    /// whoever asks for something.
    pub async fn open_folder(root: impl Into<PathBuf>, options: Options) -> App {
        let folder = Folder::new(root);
        let (changes, _) = broadcast::channel(TOPICS);
        let state = open(&folder, &options, &changes).await.unwrap_or_else(State::Broken);
        App { folder, options, state: RwLock::new(state), changes }
    }

    pub fn changes(&self) -> broadcast::Receiver<Vec<Topic>> {
        self.changes.subscribe()
    }

    pub async fn execute(&self, action: Action) -> Result<Done, Problem> {
        let knows = self.options.knows;
        match action {
            Action::CreateProject { name, company, person, password, sample } => {
                let wanted = start::NewProject { name, company, person, password, sample };
                let (session, recovery_code) =
                    start::create(&self.folder, wanted, knows, self.changes.clone()).await?;
                self.enter(session).await;
                Ok(Done::ProjectCreated { recovery_code })
            }
            Action::Unlock { secret } => {
                let place = match &*self.state.read().await {
                    State::Locked(place) => place.clone(),
                    State::NoProject => return Err(Problem::no_project()),
                    State::Broken(problem) => return Err(problem.clone()),
                    State::Ready(_) => return Ok(Done::Unlocked),
                };
                match start::unlock(&place, &secret, knows, self.changes.clone()).await {
                    Ok(session) => self.enter(session).await,
                    Err(problem) => {
                        if problem.code == "damaged" {
                            *self.state.write().await = State::Broken(problem.clone());
                        }
                        return Err(problem);
                    }
                }
                Ok(Done::Unlocked)
            }
            Action::Reopen => {
                let mut state = self.state.write().await;
                if let State::Broken(_) = &*state {
                    *state = open(&self.folder, &self.options, &self.changes).await?;
                    let _ = self.changes.send(vec![Topic::Status, Topic::Project, Topic::Units]);
                }
                Ok(Done::Nothing)
            }
            Action::Restore { path, secret, aside } => {
                let backup = start::Backup { path: path.as_ref(), secret: &secret };
                let mut state = self.state.write().await;
                let present = match &*state {
                    State::Broken(_) => start::Present::Damaged,
                    _ if aside => start::Present::Replaced,
                    _ => start::Present::Refuse,
                };
                if let (State::Ready(session), true) = (&*state, aside) {
                    printing::stop(session).await;
                    sync::stop(session).await;
                    // A file that is moved must not be open; should the restore fail, it is opened again.
                    let _ = session.store.clone().close().await;
                }
                let changes = self.changes.clone();
                match start::restore(&self.folder, backup, present, knows, changes).await {
                    Ok(session) => {
                        drop(state);
                        self.enter(session).await;
                        Ok(Done::Unlocked)
                    }
                    Err(problem) => {
                        if aside && matches!(&*state, State::Ready(_)) {
                            let opened = open(&self.folder, &self.options, &self.changes).await;
                            *state = opened.unwrap_or_else(State::Broken);
                        }
                        Err(problem)
                    }
                }
            }
            Action::Join { code, picture, label, password } => {
                let typed = enrol::typed(code, picture).await?;
                let joining = enrol::Joining { typed, label, password };
                let (session, recovery_code) =
                    enrol::join(&self.folder, joining, knows, self.changes.clone()).await?;
                self.enter(session).await;
                Ok(Done::ProjectCreated { recovery_code })
            }
            Action::ReadScans { paths } => scanback::start(&self.session().await?, paths).await,
            Action::CancelJoin => self.cancel_join().await,
            action => self.session().await?.execute(action).await,
        }
    }

    async fn cancel_join(&self) -> Result<Done, Problem> {
        let mut state = self.state.write().await;
        let State::Ready(session) = &*state else { return Err(Problem::no_project()) };
        session.writable()?;
        let untouched = session.store.own_head().await?.head.is_none();
        if session.store.link().await?.is_none() || !untouched {
            return Err(sync::joined_and_used());
        }
        printing::stop(session).await;
        sync::stop(session).await;
        let place = session.place.clone();
        session.store.clone().close().await?;
        enrol::forget(&place);
        *state = State::NoProject;
        let _ = self.changes.send(vec![Topic::Status, Topic::Project, Topic::Units]);
        Ok(Done::Nothing)
    }

    /// Lets go of the project, so that its file stands alone, without a journal beside it.
    pub async fn close(self) {
        if let State::Ready(session) = self.state.into_inner() {
            scanback::cancel(&session);
            printing::stop(&session).await;
            sync::stop(&session).await;
            // Whatever goes wrong here, the journal holds every record until the next start.
            let _ = session.store.clone().close().await;
        }
    }

    /// Answers with the JSON of the type that the query names.
    pub async fn query(&self, query: Query) -> Result<serde_json::Value, Problem> {
        match query {
            Query::Status => Ok(answer(self.status().await?)),
            query => self.session().await?.query(query).await,
        }
    }

    pub(crate) async fn session(&self) -> Result<Arc<Session>, Problem> {
        match &*self.state.read().await {
            State::Ready(session) => Ok(session.clone()),
            State::Locked(_) => Err(Problem::locked()),
            State::NoProject => Err(Problem::no_project()),
            State::Broken(problem) => Err(problem.clone()),
        }
    }

    async fn enter(&self, session: Session) {
        let entered = ready(session, &self.options).await;
        let left = std::mem::replace(&mut *self.state.write().await, entered);
        if let State::Ready(left) = left {
            scanback::cancel(&left);
            printing::stop(&left).await;
            sync::stop(&left).await;
        }
        let _ = self.changes.send(vec![Topic::Status, Topic::Project, Topic::Units]);
    }

    async fn status(&self) -> Result<Status, Problem> {
        let phase = match &*self.state.read().await {
            State::Broken(problem) => return Err(problem.clone()),
            State::Ready(session) => return session.status(self.folder.path()).await,
            State::NoProject => (Phase::NoProject, None),
            State::Locked(place) => (Phase::Locked, Some(place.name.clone())),
        };
        Ok(Status {
            phase: phase.0,
            version: env!("CARGO_PKG_VERSION").into(),
            data_dir: self.folder.path().display().to_string(),
            project: phase.1,
            actor: None,
            homes: 0,
            recovery_confirmed: true,
            read_only: false,
            clock_behind: None,
            clock_off: None,
            to_sync: None,
            sync: SyncState::NoServer,
            last_unit: None,
            last_saved: None,
        })
    }
}

async fn open(
    folder: &Folder,
    options: &Options,
    changes: &broadcast::Sender<Vec<Topic>>,
) -> Result<State, Problem> {
    let place = match options.project.as_deref() {
        None if options.latest => folder.latest()?,
        wanted => folder.choose(wanted)?,
    };
    let Some(place) = place else { return Ok(State::NoProject) };
    let slots = Slots::open(&place.database)?;
    if !slots.has(SlotKind::Keyring) {
        return Ok(State::Locked(place));
    }
    match keyring_slot::fetch(place.id, &slots).await {
        Err(_) => Ok(State::Locked(place)),
        Ok(kept) => {
            let key = slots.unlock(Secret::Keyring(&kept))?;
            let session = Session::open(place, slots, key, options.knows, changes.clone()).await?;
            Ok(ready(session, options).await)
        }
    }
}

async fn ready(session: Session, options: &Options) -> State {
    let session = Arc::new(session);
    session.sync.online.store(!options.offline, Ordering::Relaxed);
    let _ = options.snapshot_every.map(|every| session.sync.snapshot_every.set(every));
    match sync::start(&session).await {
        Ok(()) => {
            printing::start(&session);
            State::Ready(session)
        }
        Err(error) => State::Broken(error.into()),
    }
}

pub(crate) fn answer<T: Serialize>(view: T) -> serde_json::Value {
    serde_json::to_value(view).expect("views are plain data")
}
