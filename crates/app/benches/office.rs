//! What a clerk waits for, each beside the floor measured in the same run: lines of JSON, which
//! `cargo xtask bench` reads.

use serde_json::json;
use shoulou_app::{
    App, Options,
    api::{Action, Answer, Done, ImportPreview, Query, UnitList},
    search::{Directory, Filter},
};
use shoulou_domain::{
    command::{Command, ItemRef},
    view::{HomeRow, HomeView},
};
use shoulou_eventlog::Id;
use sqlx::{
    ConnectOptions, Executor, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use std::{
    fmt::Write as _,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

const TICKS: usize = 200;
const IMPORTED: usize = 3_000;
const SEARCHED: usize = 30_000;

#[tokio::main]
async fn main() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let app = founded(&dir.path().join("data")).await;
    import(&app, dir.path()).await;
    tick(&app, dir.path()).await;
    open(&app).await;
    search(&app).await;
    rebuild(&app).await;
}

async fn founded(data: &Path) -> App {
    let app = App::open_folder(data, Options::default()).await;
    let wanted = Action::CreateProject {
        name: "测速".into(),
        company: String::new(),
        person: "陈静".into(),
        password: Some("测速".into()),
        sample: false,
    };
    app.execute(wanted).await.expect("a project is made");
    app
}

/// A list like the sales office's: code, buyers, ID numbers, phone, areas, prices.
fn list(homes: usize) -> String {
    const NAMES: &str = "陈嘉豪李敏王芳赵强刘伟黄丽何静郑洁吴婷孙磊周敏徐㐂喆堃珺赟旻玥";
    let names: Vec<char> = NAMES.chars().collect();
    let mut csv =
        String::from("房号,业主,证件号,手机,建筑面积,套内面积,实测面积,总价,合同编号,签约日期\n");
    for n in 0..homes {
        let (building, floor, room) = (n / 200 + 1, n / 4 % 50 + 1, n % 4 + 1);
        let name: String = (0..3).map(|k| names[(n * 7 + k * 11) % names.len()]).collect();
        let area = 8000 + n % 6000;
        let _ = writeln!(
            csv,
            "{building}-1-{floor}{room:02},{name},H{:08},13{:09},{}.{:02},{}.{:02},{}.{:02},{}.00,YS2026{n:06},2025-0{}-1{}",
            n % 100_000_000,
            (n * 7919) % 1_000_000_000,
            area / 100,
            area % 100,
            area * 8 / 1000,
            n % 100,
            area / 100,
            (area + 1) % 100,
            area * 300,
            n % 9 + 1,
            n % 10,
        );
    }
    csv
}

async fn import(app: &App, dir: &Path) {
    let path = dir.join("homes.csv");
    std::fs::write(&path, list(IMPORTED)).expect("room for a list");
    let path = path.display().to_string();
    let query = Query::ImportPreview { path: path.clone(), sheet: None, mapping: None };
    let preview: ImportPreview = ask(app, query).await;
    assert_eq!(preview.homes_new as usize, IMPORTED, "{:?}", preview.problems.first());
    let started = Instant::now();
    let done = app.execute(Action::Import { path, mapping: preview.mapping }).await;
    let took = started.elapsed();
    assert!(matches!(done, Ok(Done::Imported { report }) if report.homes_new as usize == IMPORTED));
    let what = "import of 3,000 homes, file to durable";
    say(json!({ "what": what, "unit": "ms", "value": ms(took), "most": 3000 }));
}

/// A tick, from the command to the disk, beside one bare INSERT with the same settings, taken in turns.
async fn tick(app: &App, dir: &Path) {
    let key = format!("\"x'{}'\"", "5a".repeat(32));
    let mut bare = SqliteConnectOptions::new()
        .filename(dir.join("bare.db"))
        .pragma("key", key)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .connect()
        .await
        .expect("a bare database");
    bare.execute("CREATE TABLE log (n INTEGER PRIMARY KEY, body BLOB NOT NULL)")
        .await
        .expect("a table");
    let home = home(app, 0).await;
    let item =
        home.view.items.iter().find(|item| item.marks.iter().any(|mark| mark.mark == "done"));
    let item: ItemRef = item.expect("the template has tasks").item.clone();
    let (mut ticks, mut inserts) = (Vec::new(), Vec::new());
    for n in 0..TICKS {
        inserts.push(insert(&mut bare).await);
        let command = Command::TickItem {
            file: home.view.row.file,
            item: item.clone(),
            mark: "done".into(),
            on: n % 2 == 0,
        };
        let started = Instant::now();
        app.execute(Action::Do { command, basis: home.basis }).await.expect("a tick is recorded");
        ticks.push(started.elapsed());
    }
    let (tick, insert) = (ms(median(&mut ticks)), ms(median(&mut inserts)));
    say(json!({
        "what": "one tick, command to durable", "unit": "ms", "value": tick,
        "beside": ["one INSERT", insert], "most": 1.5,
    }));
}

async fn insert(db: &mut SqliteConnection) -> Duration {
    let started = Instant::now();
    sqlx::query("INSERT INTO log (body) VALUES (?)")
        .bind(&[0x5a; 400][..])
        .execute(db)
        .await
        .expect("an INSERT");
    started.elapsed()
}

async fn open(app: &App) {
    let mut times = Vec::new();
    for n in 0..100 {
        let started = Instant::now();
        home(app, n * 29).await;
        times.push(started.elapsed());
    }
    let took = ms(median(&mut times));
    say(json!({ "what": "opening a file", "unit": "ms", "value": took, "most": 20 }));
}

async fn search(app: &App) {
    let rows = rows(app, 0, u32::MAX).await;
    let many = (0..SEARCHED).map(|n| {
        let row: &HomeRow = &rows[n % rows.len()];
        let code = format!("{}-{}", n / rows.len() + 1, row.code);
        let unit = Id::derive("bench", &[code.as_bytes()]);
        let search = vec![row.owners.clone(), format!("13{:09}", (n * 7919) % 1_000_000_000)];
        Arc::new(HomeRow { unit, code, search, ..row.clone() })
    });
    let directory = Directory::new(many.collect::<Vec<_>>());
    let mut times = Vec::new();
    for search in
        ["3-1-1203", "陈嘉", "cjh", "5566", "王", "w", "没有这一户"].into_iter().cycle().take(140)
    {
        let filter =
            Filter { search, building: None, stage: None, only: None, today: "2026-11-21" };
        let started = Instant::now();
        std::hint::black_box(directory.list(&filter, 0, 100));
        times.push(started.elapsed());
    }
    let slowest = ms(times.into_iter().max().expect("searches were made"));
    let what = "search over 30,000 homes, slowest of seven kinds";
    say(json!({ "what": what, "unit": "ms", "value": slowest, "most": 10 }));
}

async fn rebuild(app: &App) {
    let started = Instant::now();
    let report = app.rebuild().await.expect("a rebuild");
    let took = started.elapsed();
    let rate = report.events as f64 / took.as_secs_f64();
    let what = format!("rebuild of {} events", report.events);
    say(json!({ "what": what, "unit": "events/s", "value": rate, "least": 50_000 }));
}

async fn home(app: &App, place: usize) -> Answer<HomeView> {
    let unit = rows(app, place as u32, 1).await[0].unit;
    ask(app, Query::Home { unit }).await
}

async fn rows(app: &App, offset: u32, limit: u32) -> Vec<HomeRow> {
    let query = Query::Units {
        search: String::new(),
        building: None,
        stage: None,
        only: None,
        offset,
        limit,
    };
    ask::<UnitList>(app, query).await.rows
}

async fn ask<T: serde::de::DeserializeOwned>(app: &App, query: Query) -> T {
    let answer = app.query(query).await.expect("an answer");
    serde_json::from_value(answer).expect("the declared type")
}

fn say(line: serde_json::Value) {
    println!("{line}");
}

fn ms(took: Duration) -> f64 {
    took.as_secs_f64() * 1000.0
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}
