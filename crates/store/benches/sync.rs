//! What a PC does with the server's log, each beside the floors measured in the same run: lines of JSON,
//! which `cargo xtask bench` reads. With a number as its argument: of so many commits, instead of those of
//! the goals.

mod sync {
    pub mod floors;
    pub mod project;
}

use serde_json::json;
use shoulou_eventlog::{
    Hash,
    sync::wire::{Bytes, Cursor},
};
use shoulou_store::{DataKey, Settled, Setup, Store};
use std::{path::Path, time::Instant};
use sync::{
    floors,
    project::{EVENTS, PROJECT, Project, project_key},
};

/// A million events.
const COMMITS: usize = 200_000;
/// The rate is taken over so many commits.
const RATED: usize = 20_000;
/// Of one pull.
const PULLED: usize = 2048;

#[tokio::main]
async fn main() {
    let given = std::env::args().find_map(|word| word.parse().ok());
    let dir = tempfile::tempdir().expect("a temporary folder");
    rate(dir.path(), given.unwrap_or(RATED)).await;
    first_sync(dir.path(), given.unwrap_or(COMMITS)).await;
}

/// Pulls at work in a project that is there, beside what must be done at least.
async fn rate(dir: &Path, commits: usize) {
    let project = Project::worked_in(commits);
    let store = member(&dir.join("rate.db"), &project).await;
    let started = Instant::now();
    take_all(&store, &project).await;
    let took = started.elapsed().as_secs_f64();
    assert_eq!(store.to_sync().await.expect("a count"), 0);
    store.close().await.expect("it closes");
    let verified = floors::verify(&project.commits);
    let inserted = floors::insert(&dir.join("bare.db"), &project.commits).await;
    let floor = verified + inserted;
    let events = (commits * EVENTS) as f64;
    eprintln!(
        "{commits} commits, {:.0} bytes each: taken in {took:.2} s; signatures alone {verified:.2} s, bare inserts {inserted:.2} s",
        project.bytes() as f64 / commits as f64,
    );
    say(json!({
        "what": "pull, verify and apply", "unit": "events/s", "value": events / took, "least": 20_000,
    }));
    say(json!({
        "what": "the same", "unit": "ms", "value": took * 1000.0,
        "beside": ["signatures, then bare INSERTs", floor * 1000.0], "most": 3.0,
    }));
}

/// A new PC: the snapshot, then the log behind it, then the comparison.
async fn first_sync(dir: &Path, commits: usize) {
    let project = Project::worked_in(commits);
    let there = member(&dir.join("there.db"), &project).await;
    take_all(&there, &project).await;
    let started = Instant::now();
    let made = there.export_snapshot().await.expect("an export").expect("it is up to date");
    eprintln!(
        "{commits} commits: a snapshot of {} MB made in {:.1} s",
        made.sealed.len() >> 20,
        started.elapsed().as_secs_f64()
    );
    let here = member(&dir.join("here.db"), &project).await;
    here.put_certificates(2, vec![project.certificate_of(&there).await])
        .await
        .expect("its maker is known");
    let started = Instant::now();
    assert!(here.import_snapshot(made.sealed, &made.note).await.expect("an import"));
    let homes = here.homes().await.expect("a list").len();
    let usable = started.elapsed().as_secs_f64();
    take_all(&here, &project).await;
    let pulled = started.elapsed().as_secs_f64();
    assert_eq!(here.settle_snapshot().await.expect("a comparison"), Settled::Equal);
    let whole = started.elapsed().as_secs_f64();
    eprintln!(
        "{homes} homes usable after {usable:.1} s, pulled after {pulled:.1} s, compared after {whole:.1} s"
    );
    let events = commits * EVENTS;
    say(json!({
        "what": format!("first sync of {events} events: usable"), "unit": "s", "value": usable, "most": 15,
    }));
    say(json!({
        "what": format!("first sync of {events} events: whole, verified"), "unit": "s", "value": whole, "most": 120,
    }));
    for store in [here, there] {
        store.close().await.expect("it closes");
    }
}

async fn member(path: &Path, project: &Project) -> Store {
    let key = DataKey::from_bytes([0x5a; 32]);
    let setup = Setup { app_version: "0.1.0".into(), ..Setup::default() };
    let store = Store::join(path, &key, PROJECT, &project_key(), setup).await.expect("a database");
    store.set_link(project.link()).await.expect("a link");
    store.turn_epoch(project.cursor(0)).await.expect("the beginning");
    store.put_certificates(1, project.certificates()).await.expect("the certificates");
    store
}

async fn take_all(store: &Store, project: &Project) {
    let mut at = project.cursor(0);
    for commits in project.commits.chunks(PULLED) {
        let hashes = commits.iter().map(|(hash, _)| *hash);
        let after = hashes.fold(at, |at, hash: Hash| Cursor {
            number: at.number + 1,
            checkpoint: at.checkpoint.then(&hash),
            ..at
        });
        let bundles: Vec<Bytes> = commits.iter().map(|(_, bundle)| bundle.clone()).collect();
        let taken = store.take(bundles, after, &[at]).await.expect("it is taken");
        assert_eq!(taken.received.admitted.len() + taken.history, commits.len());
        at = after;
    }
}

fn say(line: serde_json::Value) {
    println!("{line}");
}
