//! The company's server: one database, some instances, and yesterday's copy of it.

use crate::{
    folder::{self, Result},
    rng::Rng,
};
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use shoulou_eventlog::{
    Hash, Id, device_id,
    sync::{
        Certificate, Checkpoint, Role,
        wire::{Bytes, Cursor, Enrol, Invite, Pulled, Refusal, RefusalCode, enrol_message},
    },
};
use shoulou_server::{Entropy, Ledger, Options};
use shoulou_store::{Link, Store};
use std::{collections::BTreeSet, path::PathBuf, sync::Arc};
use tempfile::TempDir;

pub struct Server {
    dir: TempDir,
    project: Id,
    entropy: Entropy,
    rng: Rng,
    pub instances: Vec<Option<Ledger>>,
    /// What it told somebody that it accepted, and did not lose since.
    pub log: BTreeSet<Hash>,
    copy: Option<BTreeSet<Hash>>,
    /// Put back to an older state, and no new epoch was begun since.
    pub backwards: bool,
    /// Grows when there may be something new to hand on.
    pub changes: u64,
}

fn refused(refusal: Refusal) -> String {
    format!("the server refused what its administrator did: {refusal:?}")
}

impl Server {
    pub async fn new(project: Id, count: usize, rng: &mut Rng) -> Result<Server> {
        let entropy: Entropy = Arc::new(rng.source());
        let rng = Rng::new(rng.next());
        let dir = folder::fresh()?;
        let (log, copy) = Default::default();
        let instances = vec![None; count];
        let mut server = Server {
            dir,
            project,
            entropy,
            rng,
            instances,
            log,
            copy,
            backwards: false,
            changes: 0,
        };
        server.start_all().await?;
        Ok(server)
    }

    fn live(&self) -> PathBuf {
        self.dir.path().join("live")
    }

    async fn start(&self) -> Result<Ledger> {
        let live = self.live();
        let made = std::fs::create_dir_all(&live);
        made.map_err(|error| format!("the server's folder: {error}"))?;
        let url = format!("sqlite:{}", live.join("server.db").display());
        let blobs = live.join("blobs");
        let options = Options { blobs, entropy: self.entropy.clone(), durable: false };
        Ledger::open(&url, options).await.map_err(|error| format!("opening the ledger: {error}"))
    }

    pub async fn start_one(&mut self, at: usize) -> Result<()> {
        if self.instances[at].is_none() {
            self.instances[at] = Some(self.start().await?);
        }
        Ok(())
    }

    pub async fn start_all(&mut self) -> Result<()> {
        for at in 0..self.instances.len() {
            self.start_one(at).await?;
        }
        Ok(())
    }

    pub async fn stop_one(&mut self, at: usize) {
        if let Some(ledger) = self.instances[at].take() {
            ledger.close().await;
        }
    }

    async fn stop_all(&mut self) {
        for at in 0..self.instances.len() {
            self.stop_one(at).await;
        }
    }

    /// Any that runs.
    pub fn instance(&mut self) -> Option<Ledger> {
        let running: Vec<&Ledger> = self.instances.iter().flatten().collect();
        self.rng.pick(&running).map(|ledger| (*ledger).clone())
    }

    /// For what its administrator does at the machine itself.
    async fn any(&mut self) -> Result<Ledger> {
        if self.instance().is_none() {
            self.start_one(0).await?;
        }
        self.instance().ok_or_else(|| "no instance runs".to_owned())
    }

    pub async fn back_up(&mut self) -> Result<()> {
        self.stop_all().await;
        folder::copy(&self.live(), &self.dir.path().join("copy"))?;
        self.copy = Some(self.log.clone());
        self.start_all().await
    }

    /// `false`: there is no copy.
    pub async fn put_back(&mut self) -> Result<bool> {
        let Some(log) = self.copy.clone() else { return Ok(false) };
        self.stop_all().await;
        folder::copy(&self.dir.path().join("copy"), &self.live())?;
        self.log = log;
        self.backwards = true;
        self.changes += 1;
        self.start_all().await?;
        Ok(true)
    }

    pub async fn new_epoch(&mut self, now: i64) -> Result<()> {
        let project = self.project;
        self.any().await?.new_epoch(project, now).await.map_err(refused)?;
        self.backwards = false;
        self.changes += 1;
        Ok(())
    }

    /// Takes a PC in, as its first or with an administrator's invitation.
    pub async fn enrol(&mut self, store: &Store, first: bool, now: i64) -> Result<()> {
        let project = self.project;
        let ledger = self.any().await?;
        let mut token = [0; 16];
        self.rng.fill(&mut token);
        let invite = invitation(token);
        let failed = |error| format!("enrolling: {error}");
        let (device, key) = store.device().await.map_err(failed)?;
        let proof = store.prove_enrolment(&token).await.map_err(failed)?;
        let enrol = enrolment(&token, &key, &proof);
        if first {
            ledger.invite_to_found(invite, now).await.map_err(refused)?;
            ledger.found(project, enrol, now).await.map_err(refused)?;
        } else if !self.knows(&ledger, device).await? {
            let by = self.administrator(&ledger, now).await?;
            ledger.invite(project, by, invite, now).await.map_err(refused)?;
            ledger.enrol(project, enrol, now).await.map_err(refused)?;
        }
        self.changes += 1;
        self.link(store).await
    }

    /// Takes in a device that is no PC of the simulation's.
    pub async fn enrol_stranger(&mut self, key: &SigningKey, now: i64) -> Result<()> {
        let project = self.project;
        let ledger = self.any().await?;
        let public = key.verifying_key();
        if self.knows(&ledger, device_id(&public)).await? {
            return Ok(());
        }
        let mut token = [0; 16];
        self.rng.fill(&mut token);
        let by = self.administrator(&ledger, now).await?;
        ledger.invite(project, by, invitation(token), now).await.map_err(refused)?;
        let proof = key.sign(&enrol_message(project, &token)).to_bytes();
        let enrol = enrolment(&token, &public, &proof);
        ledger.enrol(project, enrol, now).await.map_err(refused)?;
        self.changes += 1;
        Ok(())
    }

    /// Ties a PC to it.
    pub async fn link(&mut self, store: &Store) -> Result<()> {
        let link = Link {
            url: "https://server.example".into(),
            server_key: self.any().await?.server_key().as_bytes().to_vec().into(),
            pin: None,
            label: "PC".into(),
            role: Role::Administrator,
        };
        store.set_link(link).await.map_err(|error| format!("tying a PC to its server: {error}"))
    }

    async fn certificates(&self, ledger: &Ledger) -> Result<Vec<Certificate>> {
        let members = ledger.all_members(self.project).await.map_err(refused)?;
        let key = ledger.server_key();
        let read = |signed: &Bytes| Certificate::read(&signed.0, &key);
        let all = members.certificates.iter().map(read).collect::<std::result::Result<_, _>>();
        all.map_err(|error| format!("a certificate: {error}"))
    }

    async fn knows(&self, ledger: &Ledger, device: Id) -> Result<bool> {
        Ok(self.certificates(ledger).await?.iter().any(|known| known.device == device))
    }

    pub async fn is_revoked(&mut self, device: Id) -> Result<bool> {
        let ledger = self.any().await?;
        let known = self.certificates(&ledger).await?;
        Ok(known.iter().any(|known| known.device == device && known.revoked.is_some()))
    }

    /// Whether its bytes are there.
    pub async fn has_blob(&mut self, reader: Id, blob: Hash, now: i64) -> Result<bool> {
        let project = self.project;
        match self.any().await?.blob_size(project, reader, blob, now).await {
            Err(refusal) if refusal.code == RefusalCode::NotFound => Ok(false),
            found => found.map(|_| true).map_err(refused),
        }
    }

    async fn administrator(&self, ledger: &Ledger, now: i64) -> Result<Id> {
        let mut known = self.certificates(ledger).await?.into_iter();
        let valid = known.find(|known| {
            known.revoked.is_none() && known.lease > now && known.role == Role::Administrator
        });
        valid.map(|known| known.device).ok_or_else(|| "all leases are over".to_owned())
    }

    pub async fn revoke(&mut self, device: Id, now: i64) -> Result<bool> {
        let project = self.project;
        let revoked = self.any().await?.revoke(project, None, device, now).await;
        self.changes += 1;
        Ok(revoked.is_ok())
    }

    /// Lets out what waits of a device.
    pub async fn release(&mut self, device: Id, now: i64) -> Result<()> {
        let project = self.project;
        self.any().await?.release(project, None, device, now).await.map_err(refused)?;
        self.changes += 1;
        Ok(())
    }

    /// Devices of which commits wait.
    pub async fn waiting(&mut self) -> Result<Vec<Id>> {
        let project = self.project;
        let members = self.any().await?.all_members(project).await.map_err(refused)?;
        let waiting = members.standings.iter().filter(|one| one.quarantined > 0);
        Ok(waiting.map(|one| one.device).collect())
    }

    /// All that it has, as a new PC would get it.
    pub async fn everything(&mut self, reader: Id, now: i64) -> Result<Pulled> {
        let project = self.project;
        let ledger = self.any().await?;
        let start = Checkpoint::start(project);
        let asked = Cursor { epoch: Id::default(), number: 0, checkpoint: start };
        let epoch = match ledger.pull(project, reader, asked, 4096, now).await {
            Err(refusal) => refusal.epochs.last().map(|start| start.epoch),
            Ok(pulled) => Some(pulled.cursor.epoch),
        };
        let epoch = epoch.ok_or("the server names no epoch")?;
        let mut all = ledger
            .pull(project, reader, Cursor { epoch, ..asked }, 4096, now)
            .await
            .map_err(refused)?;
        while all.cursor.number < all.news.head {
            let more = ledger.pull(project, reader, all.cursor, 4096, now).await;
            let more = more.map_err(refused)?;
            all.cursor = more.cursor;
            all.commits.extend(more.commits);
        }
        Ok(all)
    }
}

fn invitation(token: [u8; 16]) -> Invite {
    Invite {
        locator: Id(token),
        token_hash: Hash::of(&token),
        sealed: vec![1; 8].into(),
        role: Role::Administrator,
        seconds: 3600,
    }
}

fn enrolment(token: &[u8], key: &VerifyingKey, proof: &[u8]) -> Enrol {
    Enrol {
        token: token.to_vec().into(),
        key: key.as_bytes().to_vec().into(),
        proof: proof.to_vec().into(),
        label: vec![2; 8].into(),
        app_version: "0.1.0".into(),
    }
}
