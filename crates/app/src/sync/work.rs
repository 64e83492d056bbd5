//! One piece of work of the machine, done with the client and the store.

use super::{
    client::{Answer, Client, PIECE, Unanswered},
    seen::Seen,
};
use crate::{
    api::{SyncStep, Topic},
    session::Session,
};
use shoulou_eventlog::{
    Hash, Id,
    sync::{
        Checkpoint, SnapshotNote,
        machine::{Aside, Failure, Outcome, Tell, Unsent, Work},
        wire::{Bytes, Cursor, DropBlobs, Members, News, OpenSession, RefusalCode, SessionOpened},
    },
};
use shoulou_store::{Settled, StoreError};
use std::sync::{
    Arc, Mutex, Weak,
    atomic::{AtomicBool, Ordering},
};
use tokio::sync::Notify;

/// What an office hears of one after another; older words are dropped.
const TOLD: usize = 20;
/// Where the server's last word on the PCs is kept, for when it is away.
pub(super) const STANDINGS: &str = "app/standings";

pub(super) struct Hands {
    session: Weak<Session>,
    client: Arc<Client>,
    heard: Mutex<Heard>,
    /// The blob that is being sent.
    blob: Mutex<Option<(Hash, Arc<Vec<u8>>)>>,
    counting: Mutex<Option<(SyncStep, u64, u64)>>,
    counted: Notify,
    writing: AtomicBool,
    settling: tokio::sync::Mutex<Option<tokio::task::JoinHandle<()>>>,
}

#[derive(Default)]
struct Heard {
    news: Option<(News, i64)>,
    contact: Option<i64>,
    /// The revision of the certificates that are here.
    members: u64,
    told: Vec<Tell>,
    rounds: u64,
    asked: (u64, u64),
}

/// Why a piece of work came to nothing.
enum Wrong {
    Line(Unanswered),
    Store(StoreError),
    Closed,
}

impl From<Unanswered> for Wrong {
    fn from(unanswered: Unanswered) -> Self {
        Wrong::Line(unanswered)
    }
}

impl From<StoreError> for Wrong {
    fn from(error: StoreError) -> Self {
        Wrong::Store(error)
    }
}

impl From<crate::api::Problem> for Wrong {
    fn from(_: crate::api::Problem) -> Self {
        Wrong::Closed
    }
}

impl From<Wrong> for Outcome {
    fn from(wrong: Wrong) -> Self {
        match wrong {
            Wrong::Line(Unanswered::Offline) => Outcome::Offline,
            Wrong::Line(Unanswered::Refused { refusal, retry_after }) => {
                Outcome::Refused { refusal, retry_after }
            }
            Wrong::Store(StoreError::DiskFull) => Outcome::Failed(Failure::DiskFull),
            Wrong::Store(
                StoreError::NotFromServer(_) | StoreError::Commit(_) | StoreError::BadSnapshot(_),
            ) => Outcome::Failed(Failure::Unreadable),
            Wrong::Store(_) | Wrong::Closed => Outcome::Failed(Failure::Other),
        }
    }
}

impl Hands {
    pub fn new(session: Weak<Session>, client: Arc<Client>) -> Self {
        Hands {
            session,
            client,
            heard: Mutex::default(),
            blob: Mutex::default(),
            counting: Mutex::default(),
            counted: Notify::new(),
            writing: AtomicBool::new(false),
            settling: tokio::sync::Mutex::default(),
        }
    }

    pub async fn carry_out(&self, work: Work) -> Outcome {
        self.attempt(work).await.unwrap_or_else(Outcome::from)
    }

    /// Each answer is one of the line's or of the disk's.
    pub fn note(&self, outcome: &Outcome) {
        let mut heard = self.heard.lock().expect("no holder panics");
        let at = crate::session::now().timestamp_millis();
        match outcome {
            Outcome::Offline => heard.rounds += 1,
            Outcome::Opened(news) => heard.hear(*news, at),
            Outcome::Pulled(pulled) => heard.hear(pulled.news, at),
            Outcome::Pushed(pushed) => heard.hear(pushed.news, at),
            Outcome::Refused { .. } | Outcome::Uploaded(_) | Outcome::Fetched { .. } => {
                heard.rounds += 1;
                heard.contact = Some(at);
            }
            _ => {}
        }
    }

    pub fn asked(&self) {
        let mut heard = self.heard.lock().expect("no holder panics");
        heard.asked = (heard.asked.0 + 1, heard.rounds);
    }

    pub fn tell(&self, tell: Tell) {
        let mut heard = self.heard.lock().expect("no holder panics");
        heard.told.push(tell);
        let over = heard.told.len().saturating_sub(TOLD);
        heard.told.drain(..over);
    }

    pub fn seen(&self, before: Seen) -> Seen {
        let heard = self.heard.lock().expect("no holder panics");
        Seen {
            last_contact: heard.contact.or(before.last_contact),
            clock_off: heard.news.map(|(news, wall)| wall - news.time).or(before.clock_off),
            head: heard.news.map_or(before.head, |(news, _)| news.head),
            stranger: self.client.met_a_stranger(),
            told: heard.told.clone(),
            rounds: heard.rounds,
            asked: heard.asked,
            ..before
        }
    }

    pub fn counting(&self) -> Option<(SyncStep, u64, u64)> {
        *self.counting.lock().expect("no holder panics")
    }

    fn count(&self, counted: Option<(SyncStep, u64, u64)>) {
        *self.counting.lock().expect("no holder panics") = counted;
        self.counted.notify_one();
    }

    /// Ends when there is something else to tell of progress.
    pub async fn counted(&self) {
        self.counted.notified().await;
    }

    pub fn is_writing(&self) -> bool {
        self.writing.load(Ordering::Acquire)
    }

    pub async fn stop(&self) {
        if let Some(settling) = self.settling.lock().await.take() {
            settling.abort();
            let _ = settling.await;
        }
    }

    fn session(&self) -> Result<Arc<Session>, Wrong> {
        self.session.upgrade().ok_or(Wrong::Closed)
    }

    async fn attempt(&self, work: Work) -> Result<Outcome, Wrong> {
        let session = self.session()?;
        let (store, client, project) = (&session.store, &*self.client, session.place.id);
        Ok(match work {
            Work::OpenSession => Outcome::Opened(self.open_session(&session).await?),
            Work::Pull { cursor, limit, wait } => {
                // Nothing of the session is held while the line is only listened to.
                drop(session);
                Outcome::Pulled(client.pull(project, cursor, limit, wait).await?)
            }
            Work::Take { commits, cursor, forget } => {
                self.writing.store(true, Ordering::Release);
                let taken = store.take(commits, cursor, &forget).await;
                self.writing.store(false, Ordering::Release);
                let taken = taken?;
                session.arrived(&taken).await?;
                self.settle(&session).await;
                let to_sync = store.to_sync().await?;
                Outcome::Taken { to_sync, erased: taken.erased }
            }
            Work::Load { commits, bytes } => Outcome::Loaded(
                store.unsent(0, bytes, commits).await?.into_iter().map(unsent).collect(),
            ),
            Work::LoadNamed(hashes) => {
                Outcome::Loaded(store.named(&hashes).await?.into_iter().map(unsent).collect())
            }
            Work::AskUpload(blob) if !store.blob_present(&blob).await? => Outcome::NoBlob,
            Work::AskUpload(blob) => {
                let upload = client.upload(project, blob).await?;
                store.keep_upload(&blob, upload).await?;
                Outcome::Uploaded(upload)
            }
            Work::Upload { blob, offset } => self.upload(&session, blob, offset).await?,
            Work::Push(push) => Outcome::Pushed(client.push(project, &push).await?),
            Work::Keep { numbers, quarantined, receipt, reached } => {
                let receipt = receipt.map(|receipt| receipt.0);
                let moved = store.keep_receipt(receipt, numbers, quarantined, reached).await?;
                session.tell(vec![Topic::Status]);
                let to_sync = store.to_sync().await?;
                if moved { Outcome::Reached { to_sync } } else { Outcome::Kept { to_sync } }
            }
            Work::SetAside { commit, why } => {
                store.set_aside(&commit, &word(&why)).await?;
                Outcome::Kept { to_sync: store.to_sync().await? }
            }
            Work::Members => Outcome::Members(self.members(&session).await?),
            Work::TakeMembers(members) => {
                self.take_members(&session, members).await?;
                Outcome::Kept { to_sync: store.to_sync().await? }
            }
            Work::Turn { cursor } => {
                store.turn_epoch(cursor).await?;
                store.take_up(None).await?;
                session.refresh().await?;
                Outcome::Kept { to_sync: store.to_sync().await? }
            }
            Work::NextOffer => Outcome::Blob(store.next_offer().await?),
            Work::Offered(blob) => {
                store.keep_offered(&blob).await?;
                Outcome::Kept { to_sync: store.to_sync().await? }
            }
            Work::NextWanted { skip } => {
                let wanted = store.wanted().await?;
                Outcome::Blob(wanted.into_iter().find(|blob| !skip.contains(blob)))
            }
            Work::Fetch { blob } => self.fetch(&session, blob).await?,
            Work::AskSnapshot => {
                let note = client.snapshot(project).await?;
                Outcome::Snapshot(SnapshotNote::read(&note.0).ok().map(|note| note.cursor.number))
            }
            Work::LoadSnapshot => {
                let loaded = self.load_snapshot(&session).await;
                self.count(None);
                Outcome::Snapshot(loaded?)
            }
            Work::MakeSnapshot => {
                let made = self.make_snapshot(&session).await;
                self.count(None);
                Outcome::Snapshot(made?)
            }
        })
    }

    async fn open_session(&self, session: &Session) -> Result<News, Wrong> {
        let (store, project) = (&session.store, session.place.id);
        let SessionOpened { certificate, news, .. } = open_session(session, &self.client).await?;
        let revision = store.members().await?.revision;
        let taken = store.put_certificates(revision, vec![certificate.0]).await?;
        session.arrived(&taken).await?;
        // A PC that just joined knows nobody yet: what it pulled would wait for certificates.
        if revision < news.members {
            let members = self.members(session).await?;
            self.take_members(session, members).await?;
        } else {
            self.known_members(revision);
        }
        if store.cursor().await?.is_none() {
            let checkpoint = Checkpoint::start(project);
            store.turn_epoch(Cursor { epoch: news.epoch, number: 0, checkpoint }).await?;
        }
        Ok(news)
    }

    async fn members(&self, session: &Session) -> Result<Members, Wrong> {
        let members = self.client.members(session.place.id).await?;
        session.keep_standings(&members).await?;
        Ok(members)
    }

    async fn take_members(&self, session: &Session, members: Members) -> Result<(), Wrong> {
        let revision = members.revision;
        let signed = members.certificates.into_iter().map(|one| one.0).collect();
        let taken = session.store.put_certificates(revision, signed).await?;
        self.known_members(revision);
        session.arrived(&taken).await?;
        session.tell(vec![Topic::Sync]);
        Ok(())
    }

    fn known_members(&self, revision: u64) {
        self.heard.lock().expect("no holder panics").members = revision;
    }

    /// Commits of a PC that is new may wait for its certificate, which is still to come.
    pub fn knows_all_members(&self) -> bool {
        let heard = self.heard.lock().expect("no holder panics");
        heard.news.is_none_or(|(news, _)| news.members <= heard.members)
    }

    async fn upload(&self, session: &Session, blob: Hash, offset: u64) -> Result<Outcome, Wrong> {
        let known = self.blob.lock().expect("no holder panics").clone();
        let bytes = match known.filter(|(known, _)| *known == blob) {
            Some((_, bytes)) => bytes,
            None => match session.store.stored_blob(&blob).await {
                Ok(bytes) => Arc::new(bytes),
                Err(StoreError::BlobMissing(_)) => return Ok(Outcome::NoBlob),
                Err(error) => return Err(error.into()),
            },
        };
        *self.blob.lock().expect("no holder panics") = Some((blob, bytes.clone()));
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
        let to = (from + PIECE).min(bytes.len());
        let length = bytes.len() as u64;
        let piece = bytes[from..to].to_vec();
        let upload = self.client.append(session.place.id, blob, from as u64, length, piece).await?;
        if upload.complete {
            *self.blob.lock().expect("no holder panics") = None;
        }
        session.store.keep_upload(&blob, upload).await?;
        Ok(Outcome::Uploaded(upload))
    }

    async fn fetch(&self, session: &Session, blob: Hash) -> Result<Outcome, Wrong> {
        let complete = self.piece(session, blob).await?;
        if complete {
            session.store.want_no_more(vec![blob]).await?;
            session.tell(vec![Topic::Sync]);
        }
        Ok(Outcome::Fetched { complete })
    }

    /// The next piece of a blob, kept where the next start finds it.
    async fn piece(&self, session: &Session, blob: Hash) -> Result<bool, Wrong> {
        let download = session.store.download(&blob).await?;
        if download.complete {
            return Ok(true);
        }
        let fetched = self.client.fetch(session.place.id, blob, download.offset).await;
        let (bytes, size) = match fetched {
            // All of it had come, and the last step not been done: it is begun anew.
            Err(Unanswered::Refused { refusal, .. })
                if refusal.code == RefusalCode::Malformed && download.offset > 0 =>
            {
                let _ = session.store.keep_download(&blob, 0, Vec::new(), false).await;
                return Ok(false);
            }
            fetched => fetched?,
        };
        let last = download.offset + bytes.len() as u64 >= size;
        let kept = session.store.keep_download(&blob, download.offset, bytes, last).await?;
        Ok(kept.complete)
    }

    /// The views of another PC, for a start without the whole log.
    async fn load_snapshot(&self, session: &Session) -> Result<Option<u64>, Wrong> {
        let (store, project) = (&session.store, session.place.id);
        let note = self.client.snapshot(project).await?;
        let Ok(note) = SnapshotNote::read(&note.0) else { return Ok(None) };
        if note.project != project || note.fold != store.fold() {
            return Ok(None);
        }
        let members = self.members(session).await?;
        let signed = members.certificates.into_iter().map(|one| one.0).collect();
        store.put_certificates(members.revision, signed).await?;
        loop {
            let done = store.download(&note.blob).await?.offset;
            self.count(Some((SyncStep::Snapshot, done, note.size)));
            if self.piece(session, note.blob).await? {
                break;
            }
        }
        let sealed = store.stored_blob(&note.blob).await?;
        match store.import_snapshot(sealed, &note).await {
            Ok(true) => {}
            // Something was recorded here meanwhile: the log itself comes then.
            Ok(false) | Err(StoreError::BadSnapshot(_)) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
        session.refresh().await?;
        Ok(Some(note.cursor.number))
    }

    async fn make_snapshot(&self, session: &Session) -> Result<Option<u64>, Wrong> {
        let Some(made) = session.store.export_snapshot().await? else { return Ok(None) };
        let (project, note) = (session.place.id, made.note);
        let mut upload = self.client.upload(project, note.blob).await?;
        while !upload.complete {
            let from = usize::try_from(upload.offset).unwrap_or(usize::MAX).min(made.sealed.len());
            let to = (from + PIECE).min(made.sealed.len());
            let piece = made.sealed[from..to].to_vec();
            upload = self.client.append(project, note.blob, from as u64, note.size, piece).await?;
        }
        self.client.put_snapshot(project, &Bytes(made.signed)).await?;
        Ok(Some(note.cursor.number))
    }

    /// Once the log is whole, provisional views are compared with it, beside everything else.
    async fn settle(&self, session: &Arc<Session>) {
        match session.store.provisional().await {
            Ok(Some(provisional)) if provisional.pulled >= provisional.number => {}
            _ => return,
        }
        let mut settling = self.settling.lock().await;
        if settling.as_ref().is_some_and(|running| !running.is_finished()) {
            return;
        }
        let open = Arc::downgrade(session);
        *settling = Some(tokio::spawn(async move {
            let Some(session) = open.upgrade() else { return };
            if let Ok(Settled::Equal | Settled::Different) = session.store.settle_snapshot().await {
                let _ = session.refresh().await;
            }
        }));
    }

    /// Everything is with the server: now it may drop what erasures left over.
    pub fn synced(&self) {
        let (session, client) = (self.session.clone(), self.client.clone());
        tokio::spawn(async move {
            let Some(session) = session.upgrade() else { return };
            let Ok(unnamed) = session.store.blobs_to_drop().await else { return };
            for one in unnamed {
                let drop = DropBlobs { party: one.party, blobs: one.blobs.clone() };
                if client.drop_blobs(session.place.id, &drop).await.is_err() {
                    return;
                }
                let _ = session.store.keep_dropped(one.blobs).await;
            }
        });
    }
}

impl Heard {
    fn hear(&mut self, news: News, at: i64) {
        self.rounds += 1;
        self.news = Some((news, at));
        self.contact = Some(at);
    }
}

/// Opens a session as this PC.
pub(super) async fn open_session(
    session: &Session,
    client: &Client,
) -> Result<SessionOpened, OpenFailed> {
    let (store, project) = (&session.store, session.place.id);
    let (device, _) = store.device().await?;
    let nonce = client.challenge(project, device).await?.nonce;
    let signature = store.prove_session(&nonce.0).await?.to_vec().into();
    let app_version = env!("CARGO_PKG_VERSION").to_owned();
    let open = OpenSession { device, nonce, signature, app_version };
    Ok(client.open_session(project, &open).await?)
}

pub(super) enum OpenFailed {
    Line(Unanswered),
    Store(StoreError),
}

impl From<Unanswered> for OpenFailed {
    fn from(unanswered: Unanswered) -> Self {
        OpenFailed::Line(unanswered)
    }
}

impl From<StoreError> for OpenFailed {
    fn from(error: StoreError) -> Self {
        OpenFailed::Store(error)
    }
}

impl From<OpenFailed> for Wrong {
    fn from(failed: OpenFailed) -> Self {
        match failed {
            OpenFailed::Line(unanswered) => Wrong::Line(unanswered),
            OpenFailed::Store(error) => Wrong::Store(error),
        }
    }
}

/// Asks as this PC; where there is no session, opens one first.
pub(super) async fn as_member<T, F: Future<Output = Answer<T>>>(
    session: &Session,
    client: &Client,
    ask: impl Fn(Id) -> F,
) -> Result<T, OpenFailed> {
    let project = session.place.id;
    match ask(project).await {
        Err(Unanswered::Refused { refusal, .. }) if refusal.code == RefusalCode::NoSession => {
            open_session(session, client).await?;
            Ok(ask(project).await?)
        }
        answer => Ok(answer?),
    }
}

fn unsent(one: shoulou_store::Unsent) -> Unsent {
    Unsent { commit: one.hash, bundle: one.bundle.into(), blobs: one.blobs }
}

/// As the store keeps it.
fn word(why: &Aside) -> String {
    match why {
        Aside::TooLarge => "too_large".to_owned(),
        Aside::Refused(code) => format!("refused:{code}"),
        Aside::Orphan(_) => "orphan".to_owned(),
    }
}
