//! What the server takes in, beside the floors measured in the same run: lines of JSON, which
//! `cargo xtask bench` reads. Everything goes through HTTP, as PCs send it.

#![allow(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

#[allow(dead_code, reason = "shared with the tests")]
#[path = "../tests/server/office.rs"]
mod office;
#[allow(dead_code, reason = "shared with the tests")]
#[path = "../tests/server/wire.rs"]
mod wire;

use office::{NOW, PROJECT, Pc, Pushable, said};
use serde_json::json;
use shoulou_eventlog::{
    Id, VerifyingKey,
    sync::wire::{Fate, Push, Pushed, encode},
    verify,
};
use shoulou_postgres::Cluster;
use shoulou_server::{Ledger, Options};
use sqlx::{Connection, Executor, PgConnection, SqliteConnection};
use std::{
    net::SocketAddr,
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};
use tokio::task::JoinSet;
use wire::{Request, Server, path, session};

const EVENTS: usize = 5;
const PCS: usize = 8;
const PUSHES: usize = 12;
const COMMITS: usize = 200;
/// After a day without the server: so many PCs, with so many commits each, in pushes of so many.
const CROWD: usize = 500;
const CROWD_COMMITS: usize = 200;
const CROWD_PUSH: usize = 50;

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let cluster = Cluster::start(true);
    // Asked for by name, alone.
    if std::env::args().nth(1).is_some_and(|word| word == "crowd") {
        return crowd(&cluster.database(), &folder.path().join("crowd")).await;
    }
    let postgres = cluster.database();
    let sqlite = format!("sqlite:{}", folder.path().join("ledger.sqlite3").display());

    let (work, commits) = work();
    let verified = verified(&commits);
    for (name, url) in [("PostgreSQL", &postgres), ("SQLite", &sqlite)] {
        let rate = pushed(url, &folder.path().join(name), &work).await;
        let floor = match name {
            "PostgreSQL" => copied(&cluster.database(), &commits).await,
            _ => inserted(&folder.path().join("floor.sqlite3"), &commits).await,
        };
        let both = 1.0 / (1.0 / floor + 1.0 / verified);
        let what = format!("push of {EVENTS}-event commits, {name}");
        print(json!({ "what": what, "unit": "events/s", "value": rate, "least": 10_000 }));
        let bare = if name == "PostgreSQL" { "COPY" } else { "bare INSERTs" };
        let beside = format!("{bare} of the same bytes, then Ed25519");
        let what = format!("{what}, beside its floor");
        print(json!({
            "what": what, "unit": "events/s", "value": rate, "beside": [beside, both], "least": 0.3
        }));
    }
    crowd(&cluster.database(), &folder.path().join("crowd")).await;
}

fn print(line: serde_json::Value) {
    println!("{line}");
}

fn typical(pc: &mut Pc) -> Pushable {
    let party = Id([7; 16]);
    let draft = pc.draft(vec![
        said(None, "file.set", "a tick"),
        said(None, "file.set", "another tick"),
        said(None, "file.noted", "what was done"),
        said(Some(party), "file.set", office::NAME),
        said(Some(party), "file.set", office::PHONE),
    ]);
    pc.write(draft)
}

/// What each PC pushes, a body each; and all commits.
fn work() -> (Vec<Vec<Vec<Pushable>>>, Vec<Pushable>) {
    let of_pc = |seed: u8| {
        let mut pc = Pc::new(seed);
        let push = |_| (0..COMMITS).map(|_| typical(&mut pc)).collect::<Vec<_>>();
        (0..PUSHES).map(push).collect::<Vec<_>>()
    };
    let work: Vec<Vec<Vec<Pushable>>> = (0..PCS).map(|at| of_pc(10 + at as u8)).collect();
    let commits = work.iter().flatten().flatten().cloned().collect();
    (work, commits)
}

async fn open(url: &str, folder: &Path) -> Ledger {
    let entropy = Arc::new(|bytes: &mut [u8]| getrandom::fill(bytes).unwrap());
    let options = Options { blobs: folder.to_owned(), entropy, durable: true };
    Ledger::open(url, options).await.unwrap()
}

fn body(epoch: Id, commits: &[Pushable]) -> Vec<u8> {
    let push = Push { epoch, commits: commits.iter().map(Pushable::bytes).collect() };
    zstd::bulk::compress(&encode(&push), 3).unwrap()
}

async fn send(at: SocketAddr, token: &str, body: Vec<u8>) -> wire::Answer {
    let request = Request::new("POST", path(PROJECT, "/commits")).token(token);
    let request = request.with("content-type", "application/cbor").with("content-encoding", "zstd");
    request.bytes(body).send(at).await
}

/// Events a second, of several PCs at once.
async fn pushed(url: &str, folder: &Path, work: &[Vec<Vec<Pushable>>]) -> f64 {
    let ledger = open(url, folder).await;
    let administrator = Pc::new(1);
    let epoch = administrator.found(&ledger).await.news.epoch;
    let server = Server::start(&ledger).await;
    let mut ready = Vec::new();
    for (at, pushes) in work.iter().enumerate() {
        let pc = Pc::new(10 + at as u8);
        pc.join(&ledger, &administrator).await;
        let bodies: Vec<Vec<u8>> = pushes.iter().map(|commits| body(epoch, commits)).collect();
        ready.push((session(server.at, &pc).await, bodies));
    }
    let start = Instant::now();
    let mut pcs = JoinSet::new();
    for (token, bodies) in ready {
        let at = server.at;
        pcs.spawn(async move {
            for body in bodies {
                let pushed: Pushed = send(at, &token, body).await.message();
                assert!(pushed.fates.iter().all(|fate| matches!(fate, Fate::Accepted(_))));
            }
        });
    }
    while let Some(pc) = pcs.join_next().await {
        pc.unwrap();
    }
    let took = start.elapsed();
    let count = PCS * PUSHES * COMMITS;
    assert_eq!(ledger.news(PROJECT, NOW).await.unwrap().head, count as u64);
    (count * EVENTS) as f64 / took.as_secs_f64()
}

/// Events a second whose commits' signatures are checked on all processors, and nothing else.
fn verified(commits: &[Pushable]) -> f64 {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let keys: Vec<VerifyingKey> =
        (0..PCS).map(|at| Pc::new(10 + at as u8).signing.verifying_key()).collect();
    let key = |commit: &Pushable| {
        let header = shoulou_eventlog::read_header(&commit.bundle.envelope).unwrap();
        keys.iter().copied().find(|key| shoulou_eventlog::device_id(key) == header.stream.device)
    };
    let known: Vec<_> = commits.iter().map(key).collect();
    let start = Instant::now();
    thread::scope(|scope| {
        let share = commits.len().div_ceil(threads);
        for (commits, known) in commits.chunks(share).zip(known.chunks(share)) {
            scope.spawn(move || {
                for (commit, key) in commits.iter().zip(known) {
                    verify(&commit.bundle.envelope, |_| *key).unwrap();
                }
            });
        }
    });
    (commits.len() * EVENTS) as f64 / start.elapsed().as_secs_f64()
}

/// Events a second of the same bytes, in the same transactions, by COPY.
async fn copied(url: &str, commits: &[Pushable]) -> f64 {
    let mut db = PgConnection::connect(url).await.unwrap();
    db.execute("CREATE TABLE floor (number BIGINT PRIMARY KEY, envelope BYTEA, parts BYTEA)")
        .await
        .unwrap();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let mut texts = Vec::new();
    let mut number = 0;
    for push in commits.chunks(COMMITS) {
        let mut text = String::new();
        for commit in push {
            number += 1;
            let parts: Vec<u8> = commit.bundle.parts.iter().flatten().flatten().copied().collect();
            text +=
                &format!("{number}\t\\\\x{}\t\\\\x{}\n", hex(&commit.bundle.envelope), hex(&parts));
        }
        texts.push(text);
    }
    let start = Instant::now();
    for text in texts {
        let mut copy = db.copy_in_raw("COPY floor FROM STDIN").await.unwrap();
        copy.send(text.into_bytes()).await.unwrap();
        copy.finish().await.unwrap();
    }
    (commits.len() * EVENTS) as f64 / start.elapsed().as_secs_f64()
}

/// The same by INSERTs into an SQLite file.
async fn inserted(path: &Path, commits: &[Pushable]) -> f64 {
    let url = format!("sqlite:{}?mode=rwc", path.display());
    let mut db = SqliteConnection::connect(&url).await.unwrap();
    db.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL").await.unwrap();
    db.execute("CREATE TABLE floor (number INTEGER PRIMARY KEY, envelope BLOB, parts BLOB)")
        .await
        .unwrap();
    let start = Instant::now();
    for push in commits.chunks(COMMITS) {
        let mut tx = db.begin().await.unwrap();
        for commit in push {
            let parts: Vec<u8> = commit.bundle.parts.iter().flatten().flatten().copied().collect();
            let insert = sqlx::query("INSERT INTO floor (envelope, parts) VALUES (?, ?)");
            insert.bind(&commit.bundle.envelope).bind(parts).execute(&mut *tx).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
    (commits.len() * EVENTS) as f64 / start.elapsed().as_secs_f64()
}

/// All PCs of a group come back at once, each with what it recorded in a day, and push it as a PC does: whoever is
/// told to come back later waits so long, and up to a quarter more.
///
/// A push counts from when the PC begins to connect until it has its receipt, if the server takes it in that
/// attempt; of those that are told to come back, how soon they are told so counts.
async fn crowd(url: &str, folder: &Path) {
    let ledger = open(url, folder).await;
    let administrator = Pc::new(1);
    let epoch = administrator.found(&ledger).await.news.epoch;
    let server = Server::start(&ledger).await;
    let mut ready = Vec::new();
    for at in 0..CROWD {
        let mut pc = Pc::from(PROJECT, shoulou_eventlog::Hash::of(&at.to_be_bytes()).0);
        pc.join(&ledger, &administrator).await;
        let token = pc.session(&ledger, NOW).await.unwrap().token;
        let commits: Vec<Pushable> = (0..CROWD_COMMITS).map(|_| typical(&mut pc)).collect();
        let bodies: Vec<Vec<u8>> =
            commits.chunks(CROWD_PUSH).map(|push| body(epoch, push)).collect();
        ready.push((token, bodies));
    }
    let start = Instant::now();
    let mut pcs = JoinSet::new();
    for (nth, (token, bodies)) in ready.into_iter().enumerate() {
        let at = server.at;
        pcs.spawn(async move {
            let (mut taken, mut told) = (Vec::new(), Vec::new());
            for body in bodies {
                let mut attempt = 0u32;
                loop {
                    let start = Instant::now();
                    let answer = send(at, &token, body.clone()).await;
                    if answer.status == 200 {
                        taken.push(start.elapsed());
                        break;
                    }
                    assert_eq!(answer.status, 503);
                    told.push(start.elapsed());
                    attempt += 1;
                    let asked: u64 = answer.headers["retry-after"].parse().unwrap();
                    tokio::time::sleep(pause(nth as u64, attempt, asked)).await;
                }
            }
            (taken, told)
        });
    }
    let (mut taken, mut told) = (Vec::new(), Vec::new());
    while let Some(pc) = pcs.join_next().await {
        let (of_pc, refused) = pc.unwrap();
        taken.extend(of_pc);
        told.extend(refused);
    }
    let drained = start.elapsed();
    assert_eq!(ledger.news(PROJECT, NOW).await.unwrap().head, (CROWD * CROWD_COMMITS) as u64);
    let events = CROWD_COMMITS * EVENTS;
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    eprintln!("{} pushes taken, {} told to come back", taken.len(), told.len());
    for (name, all) in [("taken", &mut taken), ("told", &mut told)] {
        all.sort();
        for p in [50, 90, 99] {
            let at = all.get(all.len() * p / 100).copied().unwrap_or_default();
            eprintln!("{name} p{p}: {:.0} ms", ms(at));
        }
    }
    let p99 = |all: &[Duration]| all.get(all.len() * 99 / 100).copied().unwrap_or_default();
    let what = format!("{CROWD} PCs × {events} events drained, PostgreSQL");
    print(json!({ "what": what, "unit": "ms", "value": ms(drained), "most": 60_000 }));
    let what = "p99 of a push meanwhile, from connecting to the receipt";
    print(json!({ "what": what, "unit": "ms", "value": ms(p99(&taken)), "most": 1000 }));
    let what = "p99 of being told to come back later";
    print(json!({ "what": what, "unit": "ms", "value": ms(p99(&told)), "most": 1000 }));
}

/// As `eventlog::sync::machine` paces itself.
fn pause(nth: u64, attempt: u32, asked: u64) -> Duration {
    let roll = (nth * 7919 + u64::from(attempt) * 104_729) % 1000;
    Duration::from_millis(asked * 1000 + asked * 250 * roll / 1000)
}
