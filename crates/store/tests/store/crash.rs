//! The program is killed in the midst of its work, again and again.

use crate::pc::*;
use shoulou_eventlog::Hash;
use shoulou_store::*;
use std::{
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Command, Stdio},
};

const PLACE: &str = "SHOULOU_TEST_CRASH_AT";
const KEY: [u8; 32] = [11; 32];

/// Not a test: what the test below starts, and kills.
#[tokio::test]
async fn a_clerk_who_works_until_the_power_goes() {
    let Some(path) = std::env::var_os(PLACE) else { return };
    let store =
        Store::open(&PathBuf::from(path), &DataKey::from_bytes(KEY), setup()).await.unwrap();
    let mut out = std::io::stdout();
    for n in 0.. {
        let done = match n % 5 {
            0 => {
                let from = store.last().await.unwrap().map_or(0, |last| last.arrival);
                let homes = (0..4).map(|m| commit(home(&format!("{from}-1-{m}"), "李敏")));
                store.append_batch(homes.collect()).await.unwrap()
            }
            _ => {
                let tick =
                    claim("file.set", file("1-1-0"), None, "contract/no", &n.to_string(), vec![]);
                store.append(commit(vec![tick])).await.unwrap()
            }
        };
        writeln!(out, "acknowledged {}", done.hash).unwrap();
        out.flush().unwrap();
    }
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_when_the_program_is_killed() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("project.db");
    let key = DataKey::from_bytes(KEY);
    let store = Store::create(&path, &key, PROJECT, setup()).await.unwrap();
    store.append(commit(founding())).await.unwrap();
    store.append(commit(home("1-1-0", "李敏"))).await.unwrap();
    store.close().await.unwrap();
    let mut acknowledged: Vec<Hash> = Vec::new();
    for round in 1..=6 {
        let mut clerk = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "crash::a_clerk_who_works_until_the_power_goes", "--nocapture"])
            .env(PLACE, &path)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(clerk.stdout.take().unwrap()).lines();
        let mut seen = 0;
        for line in lines {
            let line = line.unwrap();
            let Some((_, hash)) = line.split_once("acknowledged ") else { continue };
            acknowledged.push(hash.parse().unwrap());
            seen += 1;
            if seen == 7 * round {
                clerk.kill().unwrap();
            }
        }
        clerk.wait().unwrap();
        assert!(seen >= 7 * round, "the clerk stopped early");
        let store = Store::open(&path, &key, setup()).await.unwrap();
        let arrivals = store.arrivals_of(&acknowledged).await.unwrap();
        assert!(arrivals.iter().all(Option::is_some), "something acknowledged is gone");
        let report = store.verify().await.unwrap();
        assert_eq!(report.fault, None);
        store.close().await.unwrap();
    }
}
