//! A server's log in memory: numbers, receipts, certificates, and what is to be had of it.

use crate::pc::*;
use ed25519_dalek::SigningKey;
use shoulou_eventlog::{
    Hash, Id, device_id,
    sync::{
        Certificate, Checkpoint, Receipt, Role,
        wire::{Bytes, Cursor},
    },
};
use shoulou_store::*;
use std::collections::{BTreeMap, HashMap};

pub const EPOCH: Id = Id([3; 16]);

pub struct Server {
    pub key: SigningKey,
    pub epoch: Id,
    pub commits: Vec<(Hash, Bytes)>,
    numbers: HashMap<Hash, u64>,
    members: BTreeMap<Id, Vec<u8>>,
}

impl Server {
    pub fn new() -> Self {
        Server {
            key: SigningKey::from_bytes(&[77; 32]),
            epoch: EPOCH,
            commits: Vec::new(),
            numbers: HashMap::new(),
            members: BTreeMap::new(),
        }
    }

    pub fn link(&self) -> Link {
        Link {
            url: "https://10.0.0.5:8843".into(),
            server_key: self.key.verifying_key().as_bytes().to_vec().into(),
            pin: None,
            label: "前台一".into(),
            role: Role::Member,
        }
    }

    pub async fn certificate(&self, pc: &Pc, revision: u64) -> Certificate {
        let (device, key) = pc.store.device().await.unwrap();
        assert_eq!(device, device_id(&key));
        Certificate {
            project: PROJECT,
            device,
            key: key.as_bytes().to_vec().into(),
            role: Role::Member,
            label: pc.store.seal_label("前台一").unwrap().into(),
            enrolled: 1_795_224_060_000,
            lease: 1_797_816_060_000,
            revoked: None,
            revision,
        }
    }

    /// Links a PC and begins at number 0; nobody has its certificate but the server.
    pub async fn enrol(&mut self, pc: &Pc) {
        pc.store.set_link(self.link()).await.unwrap();
        pc.store.turn_epoch(self.at(0)).await.unwrap();
        let certificate = self.certificate(pc, self.members.len() as u64 + 1).await;
        self.members.insert(certificate.device, certificate.sign(&self.key));
    }

    /// Tells a PC who belongs to the project.
    pub async fn introduce(&self, pc: &Pc) -> Taken {
        let all = self.members.values().cloned().collect();
        pc.store.put_certificates(self.members.len() as u64, all).await.unwrap()
    }

    pub fn at(&self, number: u64) -> Cursor {
        let hashes = self.commits.iter().take(number as usize);
        let start = Checkpoint::start(PROJECT);
        let checkpoint = hashes.fold(start, |at, (hash, _)| at.then(hash));
        Cursor { epoch: self.epoch, number, checkpoint }
    }

    pub fn head(&self) -> u64 {
        self.commits.len() as u64
    }

    pub fn receipt(&self, hashes: &[Hash]) -> Vec<u8> {
        let commits = hashes.iter().map(|hash| (*hash, self.numbers[hash])).collect();
        let (epoch, checkpoint) = (self.epoch, self.at(self.head()).checkpoint);
        let receipt = Receipt {
            project: PROJECT,
            epoch,
            received: 5,
            commits,
            head: self.head(),
            checkpoint,
        };
        receipt.sign(&self.key)
    }

    pub fn number(&mut self, hash: Hash, bundle: Vec<u8>) {
        if !self.numbers.contains_key(&hash) {
            self.commits.push((hash, bundle.into()));
            self.numbers.insert(hash, self.head());
        }
    }

    /// All that a PC has for the server, and the receipts for it.
    pub async fn push_from(&mut self, pc: &Pc) -> usize {
        let mut pushed = 0;
        loop {
            let unsent = pc.store.unsent(0, 1 << 20, 3).await.unwrap();
            if unsent.is_empty() {
                return pushed;
            }
            let hashes: Vec<Hash> = unsent.iter().map(|one| one.hash).collect();
            unsent.into_iter().for_each(|one| self.number(one.hash, one.bundle));
            let numbers = hashes.iter().map(|hash| (*hash, self.numbers[hash])).collect();
            let receipt = Some(self.receipt(&hashes));
            pc.store.keep_receipt(receipt, numbers, vec![], None).await.unwrap();
            pushed += hashes.len();
        }
    }

    pub fn answer(&self, after: u64, limit: usize) -> (Vec<Bytes>, Cursor) {
        let commits = self.commits.iter().skip(after as usize).take(limit);
        let commits: Vec<Bytes> = commits.map(|(_, bundle)| bundle.clone()).collect();
        let cursor = self.at(after + commits.len() as u64);
        (commits, cursor)
    }

    pub async fn pull(&self, pc: &Pc, limit: usize) -> Taken {
        let cursor = pc.store.cursor().await.unwrap().unwrap();
        let (commits, after) = self.answer(cursor.number, limit);
        pc.store.take(commits, after, &[]).await.unwrap()
    }

    /// To the end, and with everybody's certificate.
    pub async fn bring_up_to_date(&self, pc: &Pc) {
        self.introduce(pc).await;
        while pc.store.cursor().await.unwrap().unwrap().number < self.head() {
            self.pull(pc, 4).await;
        }
    }

    /// Drops the bytes of a party's parts, as the server does after an erasure.
    pub fn erase(&mut self, party: Id) {
        for (_, bundle) in &mut self.commits {
            let mut read = shoulou_eventlog::Bundle::decode(&bundle.0).unwrap();
            let header = shoulou_eventlog::read_header(&read.envelope).unwrap();
            for (part, entry) in read.parts.iter_mut().zip(&header.parts) {
                if entry.party == Some(party) {
                    *part = None;
                }
            }
            *bundle = read.encode().unwrap().into();
        }
    }
}

/// A PC of the project that the server knows, with its certificate.
pub async fn member(server: &mut Server) -> Pc {
    let pc = Pc::new().await;
    server.enrol(&pc).await;
    server.introduce(&pc).await;
    pc
}
