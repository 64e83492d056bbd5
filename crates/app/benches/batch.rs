//! Packets for 300 homes: how long beside one by itself, and whether memory stays flat. Lines of JSON, which
//! `cargo xtask bench` reads.

use serde_json::json;
use shoulou_app::{
    App, Options,
    api::{
        Action, BatchForms, BatchHomes, BatchState, BatchTo, BatchView, Done, ImportPreview,
        PacketForm, Query, UnitList,
    },
};
use shoulou_eventlog::Id;
use std::{
    fmt::Write as _,
    path::Path,
    time::{Duration, Instant},
};

const HOMES: usize = 300;
/// Printed one by one, and again with the rest.
const FEW: usize = 30;
const SURNAMES: &str = "陈李王赵刘黄何郑吴孙周徐朱马胡郭林高罗梁";
const GIVEN: &str = "嘉豪敏芳强伟丽静洁婷磊㐂喆堃珺赟旻玥燚翀";

#[tokio::main]
async fn main() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let app = founded(dir.path()).await;
    let units = units(&app).await;
    let (few, many) = units.split_at(FEW);

    let mut alone = Vec::new();
    for unit in few {
        alone.push(one_packet(&app, *unit, dir.path()).await);
    }
    alone.sort();
    let one = alone[alone.len() / 2].as_secs_f64() * 1000.0;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let to = BatchTo::Folder { path: dir.path().join("homes").display().to_string() };
    let (took, pages) = batch(&app, many, to).await;
    let even = HOMES as f64 * one / cores as f64;
    let what = format!("packets for {HOMES} homes, {pages} pages, recorded and on disk");
    say(json!({
        "what": what, "unit": "ms", "value": took.as_secs_f64() * 1000.0,
        "beside": [format!("{HOMES} × one ÷ {cores} cores"), even], "most": 1.6,
    }));

    let file = |name: &str| BatchTo::File { path: dir.path().join(name).display().to_string() };
    if let (Some(of_few), Some(of_many)) = (
        peak(batch(&app, few, file("few.pdf"))).await,
        peak(batch(&app, many, file("many.pdf"))).await,
    ) {
        say(json!({
            "what": format!("peak memory, one PDF of {HOMES} packets"), "unit": "MB", "value": of_many,
            "beside": [format!("of {FEW}"), of_few], "most": 1.25,
        }));
    }
}

async fn founded(dir: &Path) -> App {
    let app = App::open_folder(dir.join("data"), Options::default()).await;
    let wanted = Action::CreateProject {
        name: "测速".into(),
        company: "测速置业".into(),
        person: "陈静".into(),
        password: Some("测速".into()),
        sample: false,
    };
    app.execute(wanted).await.expect("a project is made");
    let (surnames, given): (Vec<char>, Vec<char>) =
        (SURNAMES.chars().collect(), GIVEN.chars().collect());
    let mut csv = String::from("房号,业主,证件号,手机,建筑面积,实测面积,总价,合同编号,签约日期\n");
    for n in 0..FEW + HOMES {
        let name: String =
            [surnames[n % 20], given[n * 7 % 20], given[n * 11 / 20 % 20]].iter().collect();
        let (building, floor, room) = (n / 200 + 1, n / 4 % 50 + 1, n % 4 + 1);
        let _ = writeln!(
            csv,
            "{building}-1-{floor}{room:02},{name},H{n:08},139{n:08},89.37,89.52,2000000.00,YS{n:06},2025-06-18",
        );
    }
    let path = dir.join("homes.csv");
    std::fs::write(&path, csv).expect("room for a list");
    let path = path.display().to_string();
    let query = Query::ImportPreview { path: path.clone(), sheet: None, mapping: None };
    let preview: ImportPreview = ask(&app, query).await;
    app.execute(Action::Import { path, mapping: preview.mapping }).await.expect("an import");
    app
}

async fn units(app: &App) -> Vec<Id> {
    let (search, building, stage, only) = (String::new(), None, None, None);
    let query = Query::Units { search, building, stage, only, offset: 0, limit: u32::MAX };
    let list: UnitList = ask(app, query).await;
    assert_eq!(list.rows.len(), FEW + HOMES);
    list.rows.into_iter().map(|row| row.unit).collect()
}

/// From the home's records to the archive, the log and a file.
async fn one_packet(app: &App, unit: Id, dir: &Path) -> Duration {
    let packet: Vec<PacketForm> = ask(app, Query::Packet { unit }).await;
    let forms = packet.iter().filter(|form| form.needed).map(|form| form.form.as_str().into());
    let (forms, out) = (forms.collect(), Some(dir.join("one.pdf").display().to_string()));
    let started = Instant::now();
    let done = app.execute(Action::Print { unit, forms, blank: false, out, printer: None }).await;
    let took = started.elapsed();
    assert!(matches!(done, Ok(Done::Printed { .. })), "{done:?}");
    took
}

async fn batch(app: &App, units: &[Id], to: BatchTo) -> (Duration, u32) {
    let homes = BatchHomes::Units { units: units.to_vec() };
    let forms = BatchForms::Packet { duplex: false };
    let started = Instant::now();
    let done = app.execute(Action::StartBatch { homes, forms, to }).await;
    let Ok(Done::BatchStarted { batch }) = done else { panic!("{done:?}") };
    loop {
        tokio::time::sleep(Duration::from_millis(25)).await;
        let views: BatchView = ask(app, Query::Batch { batch }).await;
        if views.state != BatchState::Running {
            let took = started.elapsed();
            assert_eq!((views.state, views.done as usize), (BatchState::Finished, units.len()));
            return (took, views.pages);
        }
    }
}

/// The most memory that something takes, in MB, where the system tells.
async fn peak<T>(what: impl Future<Output = T>) -> Option<f64> {
    std::fs::write("/proc/self/clear_refs", "5").ok()?;
    what.await;
    let told = std::fs::read_to_string("/proc/self/status").ok()?;
    let peak = told.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = peak.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kilobytes / 1024.0)
}

async fn ask<T: serde::de::DeserializeOwned>(app: &App, query: Query) -> T {
    let answer = app.query(query).await.expect("an answer");
    serde_json::from_value(answer).expect("the declared type")
}

fn say(line: serde_json::Value) {
    println!("{line}");
}
