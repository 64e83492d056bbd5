//! The program is killed while it takes in what the server sent.

use crate::{pc::*, server::*};
use shoulou_eventlog::{
    Hash,
    sync::{
        Checkpoint,
        wire::{Bytes, Cursor},
    },
};
use shoulou_store::*;
use std::{
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Command, Stdio},
};

const PLACE: &str = "SHOULOU_TEST_PULL_INTO";
const KEY: [u8; 32] = [12; 32];

/// What the server has, written down for the PC in the other process.
#[derive(serde::Serialize, serde::Deserialize)]
struct Written {
    epoch: shoulou_eventlog::Id,
    commits: Vec<(Hash, Bytes)>,
}

impl Written {
    fn at(&self, number: u64) -> Cursor {
        let commits = self.commits.iter().take(number as usize);
        let start = Checkpoint::start(PROJECT);
        let checkpoint = commits.fold(start, |at, (hash, _)| at.then(hash));
        Cursor { epoch: self.epoch, number, checkpoint }
    }
}

/// Not a test: what the test below starts, and kills.
#[tokio::test]
async fn a_pc_that_pulls_until_the_power_goes() {
    let Some(path) = std::env::var_os(PLACE).map(PathBuf::from) else { return };
    let server: Written =
        ciborium::from_reader(&std::fs::read(path.with_extension("server")).unwrap()[..]).unwrap();
    let store = Store::open(&path, &DataKey::from_bytes(KEY), setup()).await.unwrap();
    let mut out = std::io::stdout();
    loop {
        let at = store.cursor().await.unwrap().unwrap().number;
        let commits: Vec<Bytes> = server
            .commits
            .iter()
            .skip(at as usize)
            .take(3)
            .map(|(_, bytes)| bytes.clone())
            .collect();
        if commits.is_empty() {
            return;
        }
        let after = server.at(at + commits.len() as u64);
        store.take(commits, after, &[]).await.unwrap();
        writeln!(out, "taken {}", after.number).unwrap();
        out.flush().unwrap();
    }
}

#[tokio::test]
async fn log_numbers_and_cursor_agree_wherever_a_pull_was_cut_off() {
    let mut server = Server::new();
    let there = member(&mut server).await;
    there.append(founding()).await;
    for n in 0..60 {
        there.append(home(&format!("1-1-{n}"), "李敏")).await;
        there.set(file(&format!("1-1-{n}")), None, "contract/no", "A").await;
    }
    server.push_from(&there).await;
    let here = Pc::new().await;
    let path = here.dir.path().join("pulling.db");
    let key = DataKey::from_bytes(KEY);
    let store = Store::join(&path, &key, PROJECT, &project_key(), setup()).await.unwrap();
    store.set_link(server.link()).await.unwrap();
    store.turn_epoch(server.at(0)).await.unwrap();
    let certificate = server.certificate(&there, 1).await.sign(&server.key);
    store.put_certificates(1, vec![certificate]).await.unwrap();
    store.close().await.unwrap();
    let written = Written { epoch: server.epoch, commits: server.commits.clone() };
    let mut bytes = Vec::new();
    ciborium::into_writer(&written, &mut bytes).unwrap();
    std::fs::write(path.with_extension("server"), bytes).unwrap();
    for round in 1..=6 {
        let mut pc = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "cut_off::a_pc_that_pulls_until_the_power_goes", "--nocapture"])
            .env(PLACE, &path)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(pc.stdout.take().unwrap()).lines();
        let mut told = 0;
        let mut last = 0;
        for line in lines {
            let line = line.unwrap();
            let Some((_, number)) = line.split_once("taken ") else { continue };
            (told, last) = (told + 1, number.parse().unwrap());
            if told == 1 + round % 4 {
                pc.kill().unwrap();
            }
        }
        pc.wait().unwrap();
        assert!(told > 0, "nothing was pulled");
        let store = Store::open(&path, &key, setup()).await.unwrap();
        let cursor = store.cursor().await.unwrap().unwrap();
        assert!(cursor.number >= last, "what was taken is gone");
        assert_eq!(cursor, server.at(cursor.number));
        let commits = store.commits_after(0, u32::MAX).await.unwrap();
        let hashes: Vec<Hash> = commits.iter().map(|(_, one)| Hash::of(&one.header)).collect();
        let expected = server.commits.iter().take(cursor.number as usize).map(|(hash, _)| *hash);
        assert_eq!(hashes, expected.collect::<Vec<_>>());
        assert_eq!(store.to_sync().await.unwrap(), 0);
        assert_eq!(store.verify().await.unwrap().fault, None);
        store.close().await.unwrap();
    }
}
