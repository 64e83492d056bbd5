//! The log of each project, in the order of its numbers, and all that the server knows beside it.

use crate::ledger::{blobs::Blobs, changes::Changes, db::Db};
use ed25519_dalek::{SigningKey, VerifyingKey};
use shoulou_eventlog::{
    Id,
    sync::{
        Checkpoint,
        wire::{self, EpochStart, News, Refusal, RefusalCode},
    },
};
use std::{io, path::PathBuf, sync::Arc};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// A list of arguments of a statement.
macro_rules! args {
    ($($arg:expr),* $(,)?) => { [$(crate::ledger::db::Arg::from($arg)),*] };
}

mod arrived;
mod backup;
mod blobs;
mod changes;
mod copy;
mod db;
mod enrol;
mod epoch;
mod erase;
mod intake;
mod members;
mod open;
mod pull;
mod push;
mod release;
mod restore;
mod room;
mod session;
mod snapshot;
mod stored;
mod tables;
mod verify;

pub use open::OpenError;
pub use room::{BLOBS_ROOM, COMMITS_ROOM};
pub use session::{Caller, May};
pub use verify::Report;

/// Fills a slice with bytes that nobody can foretell.
pub type Entropy = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

#[derive(Clone)]
pub struct Options {
    /// The folder for blobs. Instances on one database share it.
    pub blobs: PathBuf,
    pub entropy: Entropy,
    /// That what was answered outlives a power cut. Only what is thrown away anyway does without.
    pub durable: bool,
}

/// The whole server but for sockets, clock and chance. Cheap to clone; all clones are one instance.
///
/// Times (`now`) are milliseconds since 1970 UTC.
#[derive(Clone)]
pub struct Ledger(Arc<Inner>);

pub(crate) struct Inner {
    db: Db,
    blobs: Blobs,
    server: SigningKey,
    secret: Zeroizing<[u8; 32]>,
    entropy: Entropy,
    changes: Changes,
    /// Pushes whose signatures are being checked: more at once would only be slower.
    checking: Semaphore,
    threads: usize,
}

impl Ledger {
    /// The key that signs receipts and certificates.
    pub fn server_key(&self) -> VerifyingKey {
        self.0.server.verifying_key()
    }

    /// # Errors
    /// [`RefusalCode::Busy`], where the database does not answer.
    pub async fn projects(&self) -> Result<Vec<Id>, Refusal> {
        let read = async {
            let mut db = self.0.db.read().await?;
            let rows = db.rows("SELECT project FROM project_head ORDER BY project", []).await?;
            rows.iter().map(|row| row.id(0)).collect::<Result<Vec<_>, Fault>>()
        };
        Ok(read.await?)
    }

    /// How far a project is.
    ///
    /// # Errors
    /// There is no such project.
    pub async fn news(&self, project: Id, now: i64) -> Result<News, Refusal> {
        let mut db = self.0.db.read().await?;
        Ok(Head::read(&mut db, project).await?.news(now))
    }

    /// Waits until the project has something new: commits or certificates. It may come back for nothing.
    pub fn changed(&self, project: Id) -> impl Future<Output = ()> + Send + use<> {
        self.0.changes.next(project)
    }

    /// Looks whether other instances wrote, and wakes whoever waits for it. To be called about once a second.
    ///
    /// # Errors
    /// [`RefusalCode::Busy`], where the database does not answer.
    pub async fn look_for_changes(&self) -> Result<(), Refusal> {
        let waited_for = self.0.changes.waited_for();
        if waited_for.is_empty() {
            return Ok(());
        }
        let look = async {
            let mut db = self.0.db.read().await?;
            for project in waited_for {
                let head = Head::read(&mut db, project).await?;
                self.0.changes.seen(project, (head.number, head.members));
            }
            Ok::<_, Fault>(())
        };
        Ok(look.await?)
    }

    /// A word that an administrator of the server left: its address, the pin of its certificate.
    ///
    /// # Errors
    /// [`RefusalCode::Busy`], where the database does not answer.
    pub async fn setting(&self, name: &str) -> Result<Option<Vec<u8>>, Refusal> {
        let mut db = self.0.db.read().await?;
        let select = "SELECT value FROM server_setting WHERE name = $1";
        let row = db.row(select, args![name]).await?;
        Ok(row.map(|row| row.bytes(0)).transpose()?)
    }

    /// # Errors
    /// [`RefusalCode::Busy`], where the database does not answer.
    pub async fn set(&self, name: &str, value: &[u8]) -> Result<(), Refusal> {
        let mut db = self.0.db.write().await?;
        let set = "INSERT INTO server_setting (name, value) VALUES ($1, $2)
                   ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        db.run(set, args![name, value]).await?;
        Ok(db.commit().await?)
    }

    /// Closes all connections, after what is under way.
    pub async fn close(&self) {
        self.0.db.close().await;
    }
}

impl Inner {
    fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.entropy)(&mut bytes);
        bytes
    }
}

/// Why something was not done.
#[derive(Debug)]
pub(crate) enum Fault {
    Refused(Refusal),
    Database(sqlx::Error),
    Disk(io::Error),
    /// What the database holds is not what this program writes.
    Corrupt(&'static str),
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        Fault::Database(error)
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Fault::Disk(error)
    }
}

impl From<RefusalCode> for Fault {
    fn from(code: RefusalCode) -> Self {
        Fault::Refused(refusal(code, ""))
    }
}

/// Our own faults end the request, not the client's patience: it keeps what it has and tries again.
impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Refused(refusal) => refusal,
            // The message of a database names constraints; its details would name rows.
            Fault::Database(error) => {
                let what = error.as_database_error().map_or_else(
                    || error.to_string(),
                    |error| error.code().unwrap_or_default().into_owned(),
                );
                tracing::error!(what, "the database did not do it");
                refusal(RefusalCode::Busy, "database")
            }
            Fault::Disk(error) => {
                tracing::error!(what = %error.kind(), "the disk did not do it");
                refusal(RefusalCode::Busy, "disk")
            }
            Fault::Corrupt(what) => {
                tracing::error!(what, "the database is not as it was written");
                refusal(RefusalCode::Busy, "database")
            }
        }
    }
}

pub(crate) fn refusal(code: RefusalCode, detail: &str) -> Refusal {
    Refusal { code, detail: detail.to_owned(), epochs: Vec::new() }
}

pub(crate) fn malformed(detail: &str) -> Fault {
    Fault::Refused(refusal(RefusalCode::Malformed, detail))
}

/// A project's row.
#[derive(Clone, Copy)]
pub(crate) struct Head {
    project: Id,
    epoch: Id,
    number: u64,
    checkpoint: Checkpoint,
    members: u64,
    /// Number of the last commit that erased a party.
    erased: u64,
    quarantined: u64,
}

const HEAD: &str = "SELECT epoch, head, checkpoint, members, erased, quarantined FROM project_head
                    WHERE project = $1";
/// Takes the row's lock: from here to the end of the transaction nobody else numbers.
const HEAD_LOCKED: &str = "UPDATE project_head SET head = head WHERE project = $1
                           RETURNING epoch, head, checkpoint, members, erased, quarantined";

impl Head {
    async fn read(db: &mut db::Conn, project: Id) -> Result<Head, Fault> {
        Head::of(db.row(HEAD, args![project]).await?, project)
    }

    async fn lock(db: &mut db::Conn, project: Id) -> Result<Head, Fault> {
        Head::of(db.row(HEAD_LOCKED, args![project]).await?, project)
    }

    fn of(row: Option<db::Row>, project: Id) -> Result<Head, Fault> {
        let row = row.ok_or(RefusalCode::NotAMember)?;
        Ok(Head {
            project,
            epoch: row.id(0)?,
            number: row.count(1)?,
            checkpoint: Checkpoint(row.hash(2)?),
            members: row.count(3)?,
            erased: row.count(4)?,
            quarantined: row.count(5)?,
        })
    }

    async fn write(&self, db: &mut db::Conn) -> Result<(), Fault> {
        let update = "UPDATE project_head SET epoch = $2, head = $3, checkpoint = $4, members = $5, erased = $6,
                      quarantined = $7 WHERE project = $1";
        let checkpoint = self.checkpoint.0;
        let (number, members) = (self.number, self.members);
        let numbers = args![number, checkpoint, members, self.erased, self.quarantined];
        db.run(update, args![self.project, self.epoch].into_iter().chain(numbers)).await?;
        Ok(())
    }

    fn news(&self, now: i64) -> News {
        News { epoch: self.epoch, head: self.number, members: self.members, time: now }
    }
}

/// The epochs that began since `known`, or all of them.
async fn epochs_since(db: &mut db::Conn, project: Id, known: Id) -> Result<Vec<EpochStart>, Fault> {
    let select =
        "SELECT epoch, number, checkpoint FROM project_epoch WHERE project = $1 ORDER BY place";
    let rows = db.rows(select, args![project]).await?;
    let start = |row: &db::Row| {
        let checkpoint = Checkpoint(row.hash(2)?);
        Ok(EpochStart { epoch: row.id(0)?, number: row.count(1)?, checkpoint })
    };
    let mut starts = rows.iter().map(start).collect::<Result<Vec<_>, Fault>>()?;
    if let Some(at) = starts.iter().position(|start| start.epoch == known) {
        starts.drain(..=at);
    }
    Ok(starts)
}

/// That the caller knows the epoch that is.
async fn check_epoch(db: &mut db::Conn, head: &Head, epoch: Id) -> Result<(), Fault> {
    if epoch == head.epoch {
        return Ok(());
    }
    let epochs = epochs_since(db, head.project, epoch).await?;
    Err(Fault::Refused(wire::Refusal { epochs, ..refusal(RefusalCode::Epoch, "") }))
}
