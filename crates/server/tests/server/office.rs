//! PCs of a project, as far as the server sees them.

use ciborium::cbor;
use ed25519_dalek::{Signer, SigningKey};
use shoulou_eventlog::{
    Bundle, Draft, Event, Hash, Id, NewEvent, ProjectKey, StreamId, device_id, seal,
    sync::{
        Checkpoint, Receipt, Role, SignedError,
        wire::{
            Bytes, Cursor, Enrol, Enrolled, Fate, Invite, OpenSession, Pulled, Push, Pushed,
            Refusal, RefusalCode, SessionOpened, enrol_message, session_message,
        },
    },
};
use shoulou_server::Ledger;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Some day in November 2026.
pub const NOW: i64 = 1_795_224_000_000;
pub const DAY: i64 = 24 * 60 * 60 * 1000;
pub const PROJECT: Id = Id([0x11; 16]);
pub const NAME: &str = "陈嘉豪";
pub const PHONE: &str = "13800135566";

pub fn project_key() -> ProjectKey {
    ProjectKey::new([9; 32])
}

#[derive(Clone)]
pub struct Pc {
    pub signing: SigningKey,
    pub device: Id,
    pub project: Id,
    incarnation: Id,
    seq: u64,
    prev: Option<Hash>,
}

/// A commit as it is pushed.
#[derive(Clone, Debug)]
pub struct Pushable {
    pub hash: Hash,
    pub bundle: Bundle,
}

impl Pushable {
    pub fn bytes(&self) -> Bytes {
        self.bundle.encode().unwrap().into()
    }
}

impl Pc {
    pub fn new(seed: u8) -> Pc {
        Pc::of(PROJECT, seed)
    }

    pub fn of(project: Id, seed: u8) -> Pc {
        Pc::from(project, [seed; 32])
    }

    pub fn from(project: Id, secret: [u8; 32]) -> Pc {
        let signing = SigningKey::from_bytes(&secret);
        let device = device_id(&signing.verifying_key());
        Pc { signing, device, project, incarnation: device, seq: 0, prev: None }
    }

    pub fn draft(&self, events: Vec<NewEvent>) -> Draft {
        Draft {
            stream: StreamId::new(self.project, &self.signing.verifying_key(), self.incarnation),
            seq: self.seq,
            prev: self.prev,
            time: NOW,
            offset_minutes: 480,
            actor: Id([5; 16]),
            app_version: "0.1.0".into(),
            events,
            ..Draft::default()
        }
    }

    /// The next commit of this PC's stream.
    pub fn write(&mut self, draft: Draft) -> Pushable {
        let commit = seal(draft, &self.signing, &project_key(), &mut salt).unwrap();
        let hash = commit.hash();
        self.seq += 1;
        self.prev = Some(hash);
        Pushable { hash, bundle: commit.into() }
    }

    /// One that says something of nobody.
    pub fn commit(&mut self) -> Pushable {
        let draft = self.draft(vec![said(None, "file.noted", "x")]);
        self.write(draft)
    }

    pub fn commits(&mut self, count: usize) -> Vec<Pushable> {
        (0..count).map(|_| self.commit()).collect()
    }

    /// One that comes after others' commits.
    pub fn after(&mut self, seen: &[&Pushable]) -> Pushable {
        let mut draft = self.draft(vec![said(None, "file.noted", "x")]);
        draft.seen = seen.iter().map(|one| one.hash).collect();
        self.write(draft)
    }

    /// One with personal data of a party, which names blobs.
    pub fn about(&mut self, party: Id, blobs: &[Hash]) -> Pushable {
        let mut draft = self.draft(vec![
            said(None, "file.noted", "x"),
            said(Some(party), "file.set", NAME),
            said(Some(party), "file.called", PHONE),
        ]);
        draft.blobs = blobs.to_vec();
        self.write(draft)
    }

    pub fn erase(&mut self, party: Id) -> Pushable {
        let payload =
            cbor!({ "party" => ciborium::Value::Bytes(party.0.to_vec()), "reason" => "x" });
        let event =
            Event { kind: "file.erase".into(), entity: Id([2; 16]), payload: payload.unwrap() };
        let draft = self.draft(vec![NewEvent { party: None, event }]);
        self.write(draft)
    }

    pub fn enrol_with(&self, token: &[u8]) -> Enrol {
        let proof = self.signing.sign(&enrol_message(self.project, token));
        Enrol {
            token: token.to_vec().into(),
            key: self.signing.verifying_key().as_bytes().to_vec().into(),
            proof: proof.to_bytes().to_vec().into(),
            label: vec![7; 40].into(),
            app_version: "0.1.0".into(),
        }
    }

    pub fn sign_in(&self, nonce: Bytes) -> OpenSession {
        let message = session_message(self.project, self.device, &nonce.0);
        let signature = self.signing.sign(&message).to_bytes().to_vec().into();
        OpenSession { device: self.device, nonce, signature, app_version: "0.1.0".into() }
    }

    pub async fn found(&self, ledger: &Ledger) -> Enrolled {
        let invite = invite(self.device.0, Role::Administrator);
        ledger.invite_to_found(invite, NOW).await.unwrap();
        ledger.found(self.project, self.enrol_with(&self.device.0), NOW).await.unwrap()
    }

    pub async fn join(&self, ledger: &Ledger, administrator: &Pc) -> Enrolled {
        let invite = invite(self.device.0, Role::Member);
        ledger.invite(self.project, administrator.device, invite, NOW).await.unwrap();
        ledger.enrol(self.project, self.enrol_with(&self.device.0), NOW).await.unwrap()
    }

    pub async fn session(&self, ledger: &Ledger, now: i64) -> Result<SessionOpened, Refusal> {
        let nonce = ledger.challenge(self.project, self.device, now).nonce;
        ledger.open_session(self.project, self.sign_in(nonce), now).await
    }

    pub async fn push(&self, ledger: &Ledger, commits: &[&Pushable]) -> Result<Pushed, Refusal> {
        let epoch = ledger.news(self.project, NOW).await?.epoch;
        let commits = commits.iter().map(|one| one.bytes()).collect();
        ledger.push(self.project, self.device, Push { epoch, commits }, NOW).await
    }

    pub async fn fates(&self, ledger: &Ledger, commits: &[&Pushable]) -> Vec<Fate> {
        self.push(ledger, commits).await.unwrap().fates
    }

    pub async fn pull(&self, ledger: &Ledger, cursor: Cursor) -> Result<Pulled, Refusal> {
        ledger.pull(self.project, self.device, cursor, 4096, NOW).await
    }

    /// Everything, from the beginning.
    pub async fn all(&self, ledger: &Ledger) -> Vec<Bundle> {
        let pulled = self.pull(ledger, start(ledger, self.project).await).await.unwrap();
        pulled.commits.iter().map(|bytes| Bundle::decode(&bytes.0).unwrap()).collect()
    }
}

pub fn said(party: Option<Id>, kind: &str, text: &str) -> NewEvent {
    let payload = cbor!({ "text" => text }).unwrap();
    NewEvent { party, event: Event { kind: kind.into(), entity: Id([2; 16]), payload } }
}

pub fn invite(token: [u8; 16], role: Role) -> Invite {
    let token_hash = Hash::of(&token);
    let locator = Id::derive("test", &[&token]);
    Invite { locator, token_hash, sealed: vec![1; 100].into(), role, seconds: 3600 }
}

pub async fn start(ledger: &Ledger, project: Id) -> Cursor {
    let epoch = ledger.news(project, NOW).await.unwrap().epoch;
    Cursor { epoch, number: 0, checkpoint: Checkpoint::start(project) }
}

/// A founded project with its administrator and a member.
pub async fn office(ledger: &Ledger) -> (Pc, Pc) {
    let (administrator, member) = (Pc::new(1), Pc::new(2));
    administrator.found(ledger).await;
    member.join(ledger, &administrator).await;
    (administrator, member)
}

pub fn receipt(ledger: &Ledger, pushed: &Pushed) -> Result<Receipt, SignedError> {
    let signed = pushed.receipt.as_ref().ok_or(SignedError::Malformed)?;
    Receipt::read(&signed.0, &ledger.server_key())
}

pub fn code<T: std::fmt::Debug>(answer: Result<T, Refusal>) -> RefusalCode {
    answer.unwrap_err().code
}

fn salt() -> [u8; 24] {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let mut salt = [0; 24];
    salt[..8].copy_from_slice(&LAST.fetch_add(1, Relaxed).to_be_bytes());
    salt
}
