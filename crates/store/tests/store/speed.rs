//! Benchmarks, side by side in one run: `cargo test --release -p shoulou-store speed -- --ignored --nocapture --test-threads 1`.

use crate::pc::*;
use sqlx::{ConnectOptions, Connection};
use std::time::Instant;

const ROUNDS: usize = 300;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a benchmark"]
async fn a_tick_against_a_bare_insert() {
    let pc = Pc::founded().await;
    pc.append(home("1-1-101", "李敏")).await;
    let path = pc.dir.path().join("bare.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(&path)
        .pragma("key", format!("\"x'{}'\"", pc.hex))
        .create_if_missing(true)
        .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal)
        .synchronous(sqlx::sqlite::SqliteSynchronous::Full)
        .disable_statement_logging();
    let mut bare = options.connect().await.unwrap();
    sqlx::query("CREATE TABLE t (id INTEGER PRIMARY KEY, content BLOB)")
        .execute(&mut bare)
        .await
        .unwrap();
    for round in 0..120 {
        pc.set(file("1-1-101"), None, &format!("item/item-{round}/1/ready"), "yes").await;
    }
    let (mut bares, mut ticks) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let started = Instant::now();
        let mut tx = bare.begin().await.unwrap();
        let insert = sqlx::query("INSERT INTO t (content) VALUES (?)");
        insert.bind(vec![7u8; 400]).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        bares.push(started.elapsed());
        let path = format!("item/item-{}/1/ready", round % 120);
        let started = Instant::now();
        pc.set(file("1-1-101"), None, &path, "no").await;
        ticks.push(started.elapsed());
    }
    bares.sort();
    ticks.sort();
    let (bare, tick) = (bares[ROUNDS / 2], ticks[ROUNDS / 2]);
    let ratio = tick.as_secs_f64() / bare.as_secs_f64();
    println!("tick {tick:?}, bare insert {bare:?}, ratio {ratio:.2} (goal 1.5)");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a benchmark"]
async fn an_import_of_3000_homes_and_its_rebuild() {
    let pc = Pc::founded().await;
    let homes: Vec<_> = (0..3000).map(|n| commit(imported(n))).collect();
    let events: usize = homes.iter().map(|home| home.events.len()).sum();
    let started = Instant::now();
    pc.store.append_batch(homes).await.unwrap();
    println!("import of 3000 homes, {events} events: {:?} (goal 3 s)", started.elapsed());
    let started = Instant::now();
    let rebuilt = pc.store.rebuild().await.unwrap();
    let rate = rebuilt.events as f64 / started.elapsed().as_secs_f64();
    println!("rebuild: {:?}, {rate:.0} events/s (goal 50000)", started.elapsed());
    let started = Instant::now();
    let homes = pc.store.homes().await.unwrap().len();
    println!("list of {homes} homes, cold: {:?}", started.elapsed());
    let started = Instant::now();
    pc.store.entity(file("1-1-77")).await.unwrap();
    println!("one file, cold: {:?} (goal 20 ms)", started.elapsed());
    let started = Instant::now();
    let done = pc.set(PROJECT, None, "station_order", "").await;
    println!("a change of the project tells {} homes: {:?}", done.homes.len(), started.elapsed());
    let started = Instant::now();
    let report = pc.store.verify().await.unwrap();
    println!("verify of {} commits: {:?}", report.commits, started.elapsed());
}

fn imported(n: usize) -> Vec<shoulou_eventlog::NewEvent> {
    let code = format!("1-1-{n}");
    let mut events = home(&code, "李敏");
    for field in 0..20 {
        let (party, path) = match field % 4 {
            0 => (Some(buyer(&code)), format!("party/{}/field-{field}", buyer(&code))),
            _ => (None, format!("contract/field-{field}")),
        };
        events.push(claim("file.set", file(&code), party, &path, "2026-11-21", vec![]));
    }
    events
}
