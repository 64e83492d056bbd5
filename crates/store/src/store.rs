use crate::{
    backup::Cleared,
    blobs::Blobs,
    db, entities, erase,
    error::{Doing, StoreError},
    fold::{Arriving, FOLD_VERSION},
    identity::Identity,
    knows::Knows,
    lock::{Lock, beside, sync_folder_of},
    log::{Appended, NewCommit, Writer, put_setting},
    mark::{self, Continued, Mark},
    memory::Memory,
    random::Random,
    read::{self, Entry, Last, StreamHead},
    receive::Received,
    since::last_stranger,
    slots::DataKey,
    sync::snapshot,
    unbroken::Unbroken,
    views::{lock, read_home},
};
use shoulou_domain::view::HomeRow;
use shoulou_eventlog::{EntityState, Erase, Event, Hash, Id, NewEvent, ProjectKey, StreamId};
use sqlx::SqliteConnection;
use std::{
    fs,
    path::{Path, PathBuf},
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::sync::{MappedMutexGuard, MutexGuard};
use zeroize::Zeroizing;

const READERS: usize = 2;
pub(crate) const VIEWS_OF: &str = "store/views_of";
/// Set where a restore has just begun a new incarnation: there is no mark of it yet.
pub(crate) const FRESH: &str = "store/fresh";

/// One project's database. Cheap to clone; all clones are the same store.
#[derive(Clone)]
pub struct Store {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub path: PathBuf,
    pub key: DataKey,
    pub project: Id,
    pub project_key: ProjectKey,
    pub knows: Knows,
    pub blobs: Blobs,
    pub memory: Mutex<Memory>,
    pub random: Random,
    pub continued: Option<Continued>,
    /// None in a store that only reads, or that was closed.
    pub writer: tokio::sync::Mutex<Option<Writer>>,
    readers: [tokio::sync::Mutex<Option<SqliteConnection>>; READERS],
    next_reader: AtomicUsize,
    read_only: bool,
}

/// What a store needs to know of the program and the PC.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// Goes into every commit's header.
    pub app_version: String,
    pub knows: Knows,
    /// A folder of the user's outside the data folder; without one, copies go unnoticed.
    pub marks: Option<PathBuf>,
    /// For keys, incarnations, batches, salts and nonces.
    pub random: Random,
}

impl Store {
    /// Makes a new project's database, with a fresh project key.
    ///
    /// # Errors
    /// [`StoreError::Exists`], [`StoreError::ReadOnly`], [`StoreError::DiskFull`].
    pub async fn create(
        path: &Path,
        key: &DataKey,
        project: Id,
        setup: Setup,
    ) -> Result<Self, StoreError> {
        let project_key = ProjectKey::new(setup.random.bytes()?);
        Self::join(path, key, project, &project_key, setup).await
    }

    /// Makes a database for a project that others have begun.
    pub async fn join(
        path: &Path,
        key: &DataKey,
        project: Id,
        project_key: &ProjectKey,
        setup: Setup,
    ) -> Result<Self, StoreError> {
        if path.exists() {
            return Err(StoreError::Exists);
        }
        let lock = Lock::take(path)?;
        if path.exists() {
            return Err(StoreError::Exists);
        }
        // Made under another name: what bears the project's name is always whole.
        let draft = beside(path, "new");
        let cleared = Cleared::project(&draft);
        cleared.clear();
        let mut db = db::write_to(&draft, key, true).await?;
        let mut tx = sqlx::Connection::begin(&mut db).await?;
        Identity::found(&mut tx, project, project_key, &setup.random).await?;
        put_setting(&mut tx, VIEWS_OF, views_of(setup.knows).as_bytes()).await?;
        tx.commit().await?;
        db::close(db).await?;
        fs::rename(&draft, path).doing("placing the database")?;
        sync_folder_of(path)?;
        let db = db::write_to(path, key, false).await?;
        Self::start(path, key, setup, db, lock).await
    }

    /// Opens for reading and writing.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::InUse`] where another program writes to it,
    /// [`StoreError::WrongKey`], [`StoreError::Damaged`], [`StoreError::NewerSchema`],
    /// [`StoreError::ReadOnly`]: then [`Store::open_read_only`] may do.
    pub async fn open(path: &Path, key: &DataKey, setup: Setup) -> Result<Self, StoreError> {
        if !path.exists() {
            return Err(StoreError::NotFound);
        }
        let lock = Lock::take(path)?;
        let opened = async {
            let db = db::write_to(path, key, false).await?;
            Self::start(path, key, setup, db, lock).await
        };
        match opened.await {
            Err(StoreError::Damaged(damage)) => {
                Err(StoreError::Damaged(db::survey(path, key, damage).await))
            }
            answer => answer,
        }
    }

    /// Opens for reading, also while another program writes, and from a folder that is read-only.
    pub async fn open_read_only(
        path: &Path,
        key: &DataKey,
        knows: Knows,
    ) -> Result<Self, StoreError> {
        if !path.exists() {
            return Err(StoreError::NotFound);
        }
        let mut db = match db::read_from(path, key, false).await {
            Err(StoreError::ReadOnly | StoreError::Sqlite { code: 14 }) => {
                db::read_from(path, key, true).await?
            }
            answer => answer?,
        };
        db::check_schema(&mut db).await?;
        let identity = Identity::load(&mut db).await?;
        Ok(Self::new(path, key, &identity, knows, [Some(db), None], None, None))
    }

    async fn start(
        path: &Path,
        key: &DataKey,
        setup: Setup,
        mut db: SqliteConnection,
        lock: Lock,
    ) -> Result<Self, StoreError> {
        let mut identity = Identity::load(&mut db).await?;
        let mut continued = None;
        let fresh = setting(&mut db, FRESH).await?.is_some();
        if let Some(dir) = setup.marks.as_ref().filter(|_| !fresh) {
            continued = mark::compare(dir, &identity, &mut db).await?;
        }
        if continued.is_some() {
            let mut tx = sqlx::Connection::begin(&mut db).await?;
            identity.write_head_to(&mut tx).await?;
            identity.reincarnate(&mut tx, &setup.random).await?;
            tx.commit().await?;
        }
        let mark = match &setup.marks {
            Some(dir) => Some(Mark::open(dir, identity.stream.project, identity.instance)?),
            None => None,
        };
        let knows = setup.knows;
        let current = setting(&mut db, VIEWS_OF).await? == Some(views_of(knows).into_bytes());
        if !current {
            let mut tx = sqlx::Connection::begin(&mut db).await?;
            snapshot::leave(&mut tx).await?;
            tx.commit().await?;
            identity.load_heads(&mut db).await?;
        }
        let base = snapshot::base(&mut db).await?;
        let arrival = read::last(&mut db).await?.map_or(0, |last| last.arrival).max(base.number);
        let erased = erase::load(&mut db).await?;
        let strangers = last_stranger(&mut db, identity.stream_id).await?;
        let readers = [
            Some(db::read_from(path, key, false).await?),
            Some(db::read_from(path, key, false).await?),
        ];
        let (app_version, random) = (setup.app_version, setup.random);
        let blobs = Blobs::of(path);
        let mut writer = Writer {
            db,
            identity,
            arrival,
            erased,
            mark,
            blobs,
            app_version,
            knows,
            random,
            base,
            _lock: lock,
        };
        writer.clean_up_if_due().await?;
        writer.leave_mark();
        if fresh && setup.marks.is_some() {
            let forget = sqlx::query("DELETE FROM local_setting WHERE key = ?");
            forget.bind(FRESH).execute(&mut writer.db).await?;
        }
        let identity = writer.identity.clone();
        let store = Self::new(path, key, &identity, knows, readers, Some(writer), continued);
        {
            let mut memory = crate::views::lock(&store.shared.memory);
            memory.strangers_until = Some(strangers);
            memory.shown_until = base.number;
        }
        if !current {
            store.rebuild().await?;
            store.set_setting(VIEWS_OF, views_of(knows).as_bytes()).await?;
        }
        store.repeat_erasures().await?;
        Ok(store)
    }

    fn new(
        path: &Path,
        key: &DataKey,
        identity: &Identity,
        knows: Knows,
        readers: [Option<SqliteConnection>; READERS],
        writer: Option<Writer>,
        continued: Option<Continued>,
    ) -> Self {
        let read_only = writer.is_none();
        let shared = Shared {
            path: path.to_owned(),
            key: key.clone(),
            project: identity.stream.project,
            project_key: identity.project_key.clone(),
            knows,
            blobs: Blobs::of(path),
            memory: Mutex::default(),
            random: writer.as_ref().map(|writer| writer.random.clone()).unwrap_or_default(),
            continued,
            writer: tokio::sync::Mutex::new(writer),
            readers: readers.map(tokio::sync::Mutex::new),
            next_reader: AtomicUsize::new(0),
            read_only,
        };
        Store { shared: Arc::new(shared) }
    }

    /// Erasures that this PC recorded once, and that a restored older state does not know.
    async fn repeat_erasures(&self) -> Result<(), StoreError> {
        let remembered = {
            let guard = self.shared.writer.lock().await;
            let Some(writer) = &*guard else { return Ok(()) };
            let all = writer.mark.as_ref().map(Mark::erasures).unwrap_or_default();
            all.into_iter().filter(|one| !writer.erased.contains(&one.party)).collect::<Vec<_>>()
        };
        for one in remembered {
            let reason = String::new();
            let payload = ciborium::Value::serialized(&Erase { party: one.party, reason })
                .map_err(|_| StoreError::row("an erasure"))?;
            let event = Event { kind: one.kind, entity: one.entity, payload };
            let (actor, time, offset) = (one.actor, one.time, one.offset);
            let events = vec![NewEvent { party: None, event }];
            self.append(NewCommit { actor, time, offset, events, ..NewCommit::default() }).await?;
        }
        Ok(())
    }

    pub fn path(&self) -> &Path {
        &self.shared.path
    }

    pub fn project(&self) -> Id {
        self.shared.project
    }

    pub fn project_key(&self) -> &ProjectKey {
        &self.shared.project_key
    }

    pub fn is_read_only(&self) -> bool {
        self.shared.read_only
    }

    /// Set when this start found a copied or rolled-back database and went on under a new incarnation.
    pub fn continued(&self) -> Option<Continued> {
        self.shared.continued
    }

    /// Records one action. When this returns, it is durable and in the views.
    ///
    /// # Errors
    /// Nothing is recorded then. [`StoreError::Stale`]: decide again and retry.
    pub async fn append(&self, new: NewCommit) -> Result<Appended, StoreError> {
        self.append_batch(vec![new]).await
    }

    /// Records several actions that belong together (an import) all or not at all; other PCs show them
    /// together, too.
    pub async fn append_batch(&self, news: Vec<NewCommit>) -> Result<Appended, StoreError> {
        self.write(|writer, memory| Box::pin(writer.append(memory, news))).await
    }

    /// Takes in commits of other PCs, in whatever order they come.
    pub async fn receive(&self, commits: Vec<Arriving>) -> Result<Received, StoreError> {
        self.write(|writer, memory| Box::pin(writer.receive(memory, commits))).await
    }

    /// The state of an entity, `None` where nothing was ever said of it.
    pub async fn entity(&self, id: Id) -> Result<Option<Arc<EntityState>>, StoreError> {
        let epoch = {
            let mut memory = lock(&self.shared.memory);
            if let Some(entity) = memory.entity(&id) {
                return Ok(Some(entity.state));
            }
            memory.epoch
        };
        let mut db = self.reader().await?;
        let mut tx = sqlx::Connection::begin(&mut *db).await?;
        let (key, knows) = (&self.shared.project_key, self.shared.knows);
        let mut found = entities::load(&mut tx, &[id], entities::LATEST, key, knows).await?;
        tx.commit().await?;
        let Some(entity) = found.remove(&id) else { return Ok(None) };
        let mut memory = lock(&self.shared.memory);
        if memory.epoch == epoch && !self.shared.read_only {
            memory.put(id, entity.clone());
        }
        Ok(Some(entity.state))
    }

    /// All homes, in the order people count their codes in.
    pub async fn homes(&self) -> Result<Arc<Vec<Arc<HomeRow>>>, StoreError> {
        loop {
            let epoch = {
                let mut memory = lock(&self.shared.memory);
                if let Some(homes) = memory.homes() {
                    return Ok(homes);
                }
                memory.epoch
            };
            let query = sqlx::query("SELECT unit, place, row FROM view_home");
            let rows = query.fetch_all(&mut *self.reader().await?).await?;
            let homes: Vec<_> = rows.iter().map(read_home).collect::<Result<_, _>>()?;
            let mut memory = lock(&self.shared.memory);
            if self.shared.read_only {
                let mut once = Memory::default();
                once.set_homes(homes);
                return Ok(once.homes().unwrap_or_default());
            }
            if memory.epoch == epoch {
                memory.set_homes(homes);
            }
        }
    }

    pub async fn home(&self, unit: Id) -> Result<Option<Arc<HomeRow>>, StoreError> {
        if let Some(home) = lock(&self.shared.memory).home(&unit) {
            return Ok(home);
        }
        let query = sqlx::query("SELECT unit, place, row FROM view_home WHERE unit = ?");
        let row = query.bind(&unit.0[..]).fetch_optional(&mut *self.reader().await?).await?;
        Ok(row.as_ref().map(read_home).transpose()?.map(|home| home.row))
    }

    /// This PC's number of a commit, `None` where it is not in the log.
    pub async fn arrival_of(&self, hash: &Hash) -> Result<Option<u64>, StoreError> {
        Ok(self.arrivals_of(&[*hash]).await?.pop().flatten())
    }

    pub async fn arrivals_of(&self, hashes: &[Hash]) -> Result<Vec<Option<u64>>, StoreError> {
        read::arrivals(&mut *self.reader().await?, hashes).await
    }

    /// The commits that touch an entity, newest first, with what they say of it.
    pub async fn history(&self, entity: Id, limit: u32) -> Result<Vec<Entry>, StoreError> {
        self.history_of(&[entity], limit).await
    }

    /// As [`Store::history`], of several entities together (a unit and its file).
    pub async fn history_of(&self, entities: &[Id], limit: u32) -> Result<Vec<Entry>, StoreError> {
        let key = &self.shared.project_key;
        read::history(&mut *self.reader().await?, entities, limit, key).await
    }

    /// One commit with all it says.
    pub async fn commit(&self, hash: &Hash) -> Result<Option<Entry>, StoreError> {
        let key = &self.shared.project_key;
        read::commit(&mut *self.reader().await?, hash, key).await
    }

    /// The bytes of at most `limit` commits after `arrival`, for other PCs.
    pub async fn commits_after(
        &self,
        arrival: u64,
        limit: u32,
    ) -> Result<Vec<(u64, Arriving)>, StoreError> {
        read::commits_after(&mut *self.reader().await?, arrival, limit).await
    }

    pub async fn heads(&self) -> Result<Vec<StreamHead>, StoreError> {
        read::heads(&mut *self.reader().await?).await
    }

    /// The last commit taken in; its arrival is the `basis` of views made now.
    pub async fn last(&self) -> Result<Option<Last>, StoreError> {
        read::last(&mut *self.reader().await?).await
    }

    /// The stream this PC writes now.
    pub async fn own_stream(&self) -> Result<StreamId, StoreError> {
        read::stream_of(&mut *self.reader().await?).await
    }

    pub async fn setting(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        setting(&mut *self.reader().await?, key).await
    }

    pub async fn set_setting(&self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        let (key, value) = (key.to_owned(), value.to_vec());
        self.write(|writer, _| {
            Box::pin(async move { put_setting(&mut writer.db, &key, &value).await })
        })
        .await
    }

    /// Seals and keeps a blob; the answer is its address. Durable when this returns.
    pub async fn put_blob(&self, plain: &[u8]) -> Result<Hash, StoreError> {
        self.writable()?;
        let (shared, plain) = (self.shared.clone(), Zeroizing::new(plain.to_vec()));
        blocking(move || shared.blobs.seal(&plain, &shared.project_key, &shared.random)).await
    }

    /// A blob's content.
    ///
    /// # Errors
    /// [`StoreError::BlobMissing`], [`StoreError::BlobDamaged`].
    pub async fn get_blob(&self, address: &Hash) -> Result<Vec<u8>, StoreError> {
        let (shared, address) = (self.shared.clone(), *address);
        blocking(move || shared.blobs.open(&address, &shared.project_key)).await
    }

    /// Keeps a blob as another PC stored it.
    pub async fn put_stored_blob(&self, address: &Hash, stored: Vec<u8>) -> Result<(), StoreError> {
        self.writable()?;
        let (shared, address) = (self.shared.clone(), *address);
        blocking(move || shared.blobs.keep(&address, &stored)).await
    }

    pub async fn stored_blob(&self, address: &Hash) -> Result<Vec<u8>, StoreError> {
        let (shared, address) = (self.shared.clone(), *address);
        blocking(move || shared.blobs.stored(&address)).await
    }

    /// As on a disk that has room for so many pages more; `None`: for as many as it likes. Until it is closed.
    ///
    /// # Errors
    /// [`StoreError::InUse`] in a store that only reads.
    pub async fn limit_growth(&self, pages: Option<u32>) -> Result<(), StoreError> {
        self.write(move |writer, _| Box::pin(db::limit_growth(&mut writer.db, pages))).await
    }

    /// Lets go of the file and its lock. Other clones find the store closed.
    pub async fn close(self) -> Result<(), StoreError> {
        let writer = self.shared.writer.lock().await.take();
        for reader in &self.shared.readers {
            if let Some(db) = reader.lock().await.take() {
                db::close(db).await?;
            }
        }
        if let Some(writer) = writer {
            writer.leave_mark();
            db::close(writer.db).await?;
        }
        Ok(())
    }

    pub(crate) fn writable(&self) -> Result<(), StoreError> {
        if self.shared.read_only { Err(StoreError::InUse) } else { Ok(()) }
    }

    /// Runs to its end even when the caller stops waiting: memory and file must not part.
    pub(crate) async fn write<T, J>(&self, job: J) -> Result<T, StoreError>
    where
        T: Send + 'static,
        J: for<'a> FnOnce(&'a mut Writer, &'a Mutex<Memory>) -> Writing<'a, T> + Send + 'static,
    {
        self.writable()?;
        let shared = self.shared.clone();
        let job = async move {
            let mut guard = shared.writer.lock().await;
            let writer = guard.as_mut().ok_or(StoreError::Driver("closed"))?;
            let done = job(writer, &shared.memory).await;
            if done.is_err() {
                db::leave_transaction(&mut writer.db).await?;
            }
            done
        };
        Unbroken::new(job).await
    }

    pub(crate) async fn reader(
        &self,
    ) -> Result<MappedMutexGuard<'_, SqliteConnection>, StoreError> {
        let turn = self.shared.next_reader.fetch_add(1, Ordering::Relaxed);
        let turn = if self.shared.read_only { 0 } else { turn % READERS };
        let guard = self.shared.readers[turn].lock().await;
        MutexGuard::try_map(guard, Option::as_mut).map_err(|_| StoreError::Driver("closed"))
    }
}

type Writing<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// The views depend on what the program knows and does: the version is that of the code that folds, whatever the
/// program calls itself in its commits.
pub(crate) fn views_of(knows: Knows) -> String {
    format!("{FOLD_VERSION} {} {}", env!("CARGO_PKG_VERSION"), knows.digest())
}

pub(crate) async fn setting(
    db: &mut SqliteConnection,
    key: &str,
) -> Result<Option<Vec<u8>>, StoreError> {
    let query = sqlx::query_scalar("SELECT value FROM local_setting WHERE key = ?");
    Ok(query.bind(key).fetch_optional(db).await?)
}

pub(crate) async fn blocking<T: Send + 'static>(
    job: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(job).await.map_err(|_| StoreError::Driver("stopped"))?
}
