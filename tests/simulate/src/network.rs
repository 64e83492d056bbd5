//! What is under way between PCs and the server.

use crate::{
    Sabotage,
    folder::Result,
    pc::PROJECT,
    server::Server,
    snapshots::{leave_snapshot, load_snapshot, snapshot_number},
};
use shoulou_eventlog::{
    Bundle, Hash, Id,
    sync::{
        Millis,
        machine::{Outcome, Ticket, Work},
        wire::{Bytes, Challenged, Fate, Members, OpenSession, Push, Refusal, RefusalCode, Upload},
    },
};
use shoulou_server::Ledger;
use shoulou_store::Exported;

/// Bytes of a blob in one request.
pub const PIECE: u64 = 1500;

#[derive(Clone, Debug)]
pub struct Flight {
    pub pc: usize,
    /// Of the program that asked.
    pub life: u32,
    pub ticket: Ticket,
    pub stage: Stage,
    /// A copy that the network made: nobody waits for its answer.
    pub ghost: bool,
    /// Of a pull that waits: how long at most.
    pub until: Option<Millis>,
}

#[derive(Clone, Debug)]
pub enum Stage {
    Asked(Ask),
    /// A pull that found nothing new.
    Waiting {
        ask: Ask,
        until: Millis,
        changes: u64,
    },
    Answered(Reply),
}

#[derive(Clone, Debug)]
pub struct Ask {
    pub device: Id,
    pub token: Option<String>,
    pub work: Work,
    /// Of an upload: the bytes, and how long the blob is.
    pub piece: Option<(Vec<u8>, u64)>,
    /// Of a download: where to go on.
    pub offset: u64,
    /// Of a snapshot that is left with the server.
    pub made: Option<Exported>,
}

#[derive(Clone, Debug)]
pub enum Reply {
    Outcome(Outcome),
    Session(Outcome, String),
    Bytes { blob: Hash, offset: u64, bytes: Vec<u8>, last: bool },
    Snapshot { note: Bytes, sealed: Vec<u8>, members: Members },
}

pub fn refused(refusal: Refusal) -> Reply {
    Reply::Outcome(Outcome::Refused { refusal, retry_after: None })
}

pub fn offline() -> Stage {
    Stage::Answered(Reply::Outcome(Outcome::Offline))
}

impl Ask {
    /// Signs with the PC's key, which is asked for it when the nonce has come.
    pub async fn open_session(
        &self,
        ledger: &Ledger,
        store: &shoulou_store::Store,
        now: i64,
    ) -> Result<Reply> {
        let Challenged { nonce } = ledger.challenge(PROJECT, self.device, now);
        let proof = store.prove_session(&nonce.0).await;
        let proof = proof.map_err(crate::pc::failed("proving a session"))?;
        let request = OpenSession {
            device: self.device,
            nonce,
            signature: proof.to_vec().into(),
            app_version: "0.1.0".into(),
        };
        Ok(match ledger.open_session(PROJECT, request, now).await {
            Ok(opened) => Reply::Session(Outcome::Opened(opened.news), opened.token),
            Err(refusal) => refused(refusal),
        })
    }

    pub async fn serve(
        &self,
        server: &mut Server,
        ledger: &Ledger,
        now: i64,
        sabotage: Sabotage,
    ) -> Result<Reply> {
        let caller = match ledger.session(self.token.as_deref().unwrap_or_default(), now) {
            Ok(caller) => caller.device,
            Err(refusal) => return Ok(refused(refusal)),
        };
        let reply = match &self.work {
            Work::Pull { cursor, limit, .. } => {
                let limit = *limit as usize;
                let pulled = ledger.pull(PROJECT, caller, *cursor, limit, now).await;
                pulled.map(|mut pulled| {
                    if sabotage == Sabotage::NumberSkipped && pulled.commits.len() > 2 {
                        pulled.commits.remove(1);
                    }
                    Outcome::Pulled(pulled)
                })
            }
            Work::Push(push) => {
                let pushed = ledger.push(PROJECT, caller, push.clone(), now).await;
                if let Ok(pushed) = &pushed {
                    note(server, push, &pushed.fates)?;
                }
                pushed.map(Outcome::Pushed)
            }
            Work::Members => ledger.members(PROJECT, caller, now).await.map(Outcome::Members),
            Work::AskUpload(blob) => {
                ledger.upload(PROJECT, caller, *blob, now).await.map(Outcome::Uploaded)
            }
            Work::Upload { blob, offset } => {
                let (bytes, length) = self.piece.clone().ok_or("an upload without bytes")?;
                let end = offset + bytes.len() as u64;
                let range = *offset..length;
                let appended = ledger.append(PROJECT, caller, *blob, range, bytes, now).await;
                appended.map(|state: Upload| {
                    debug_assert!(state.complete || state.offset <= end);
                    Outcome::Uploaded(state)
                })
            }
            Work::Fetch { blob } => match ledger.blob_size(PROJECT, caller, *blob, now).await {
                Err(refusal) => Err(refusal),
                Ok(size) => {
                    let end = (self.offset + PIECE).min(size);
                    let bytes = ledger.blob_bytes(PROJECT, *blob, self.offset..end).await;
                    match bytes {
                        Err(refusal) => Err(refusal),
                        Ok(bytes) => {
                            let (blob, offset) = (*blob, self.offset);
                            return Ok(Reply::Bytes { blob, offset, bytes, last: end == size });
                        }
                    }
                }
            },
            Work::AskSnapshot => snapshot_number(ledger, caller, now).await,
            Work::LoadSnapshot => match load_snapshot(ledger, caller, now).await {
                Ok(loaded) => return Ok(loaded),
                Err(refusal) => Err(refusal),
            },
            Work::MakeSnapshot => {
                let made = self.made.as_ref().ok_or("a snapshot without bytes")?;
                leave_snapshot(ledger, caller, made, now).await
            }
            work => return Err(format!("{work:?} does not go over the network here")),
        };
        Ok(reply.map_or_else(refused, Reply::Outcome))
    }
}

fn note(server: &mut Server, push: &Push, fates: &[Fate]) -> Result<()> {
    for (commit, fate) in push.commits.iter().zip(fates) {
        if matches!(fate, Fate::Accepted(_) | Fate::Known(_)) {
            server.log.insert(name(&commit.0)?);
            server.changes += 1;
        }
    }
    Ok(())
}

/// A commit's name, from its bundle.
pub fn name(bundle: &[u8]) -> Result<Hash> {
    let bundle = Bundle::decode(bundle).map_err(|error| format!("a bundle: {error}"))?;
    Ok(Hash::of(&bundle.envelope))
}

pub fn busy() -> Reply {
    refused(Refusal { code: RefusalCode::Busy, detail: String::new(), epochs: Vec::new() })
}
