//! What goes over a PC's line: lines of JSON, which `cargo xtask bench` reads.
//!
//! All that passes between the program and a real server counts, both ways, as it stands inside of TLS: heads of
//! requests and answers, sessions, bodies packed as the client and the server pack them, receipts, and what pulls bring
//! back. Sizes are the same on every machine.

#![allow(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

#[allow(dead_code, reason = "shared with the tests")]
#[path = "../tests/sync/line.rs"]
mod line;
#[allow(dead_code, reason = "shared with the tests")]
#[path = "../tests/sync/pc.rs"]
mod pc;
#[allow(dead_code, reason = "shared with the tests")]
#[path = "../tests/sync/server.rs"]
mod server;

use pc::Pc;
use serde_json::json;
use server::{Kind, Server};
use shoulou_app::api::SyncState;
use shoulou_domain::command::{Command, ItemRef};
use shoulou_eventlog::Id;
use std::{fmt::Write as _, time::Duration};

const HOMES: usize = 1000;
/// What a show flat without a network ticks in a day.
const TICKS: usize = 200;
const LIVE: usize = 20;

#[tokio::main]
async fn main() {
    let server = Server::start(Kind::Sqlite).await;
    let pc = Pc::founder(&server).await;
    import(&pc).await;
    ticks(&pc).await;
}

/// A list taken in without a network, and sent at once when there is one.
async fn import(pc: &Pc) {
    let path = pc.dir.path().join("homes.csv");
    std::fs::write(&path, list()).unwrap();
    let before = pc.app.verify().await.unwrap().events;
    pc.goes_offline().await;
    pc.import_file(&path).await;
    let events = pc.app.verify().await.unwrap().events - before;
    let (out, back) = carried(pc, async || pc.comes_back().await).await;
    eprintln!("import of {HOMES} homes, {events} events: {out} bytes out, {back} back");
    let each = (out + back) as f64 / events as f64;
    say(
        json!({ "what": "an event of an import, on the wire", "unit": "B", "value": each, "most": 60 }),
    );
}

async fn ticks(pc: &Pc) {
    let home = pc.home("1-1-101").await;
    let items = home.items.iter().filter(|item| item.marks.iter().any(|mark| mark.mark == "done"));
    let items: Vec<ItemRef> = items.map(|item| item.item.clone()).collect();
    pc.goes_offline().await;
    for n in 0..TICKS {
        tick(pc, home.row.file, &items, n).await;
    }
    let (out, back) = carried(pc, async || pc.comes_back().await).await;
    eprintln!("{TICKS} commits of one tick, sent together: {out} bytes out, {back} back");
    let each = (out + back) as f64 / TICKS as f64;
    let what = "a commit of one tick, on the wire, after a day without a network";
    say(json!({ "what": what, "unit": "B", "value": each, "most": 260 }));

    let one_by_one = async || {
        for n in 0..LIVE {
            tick(pc, home.row.file, &items, n).await;
            while pc.view().await.state != SyncState::Synced || pc.view().await.to_sync > 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    };
    let (out, back) = carried(pc, one_by_one).await;
    let (out, back) = (out / LIVE as u64, back / LIVE as u64);
    eprintln!(
        "a tick that is sent at once, over HTTP/1.1: {out} bytes out, {back} back, heads above all"
    );
}

/// On some item each time, as people do.
async fn tick(pc: &Pc, file: Id, items: &[ItemRef], n: usize) {
    let (item, on) = (items[n % items.len()].clone(), (n / items.len()).is_multiple_of(2));
    pc.tell(Command::TickItem { file, item, mark: "done".into(), on }).await.unwrap();
}

/// Bytes out and back.
async fn carried(pc: &Pc, work: impl AsyncFnOnce()) -> (u64, u64) {
    let before = pc.line.carried();
    work().await;
    let after = pc.line.carried();
    (after.0 - before.0, after.1 - before.1)
}

/// A list like the sales office's: codes, buyers, papers, phones, areas, prices, contracts, all different.
fn list() -> String {
    const NAMES: &str = "陈嘉豪李敏王芳赵强刘伟黄丽何静郑洁吴婷孙磊周敏徐㐂喆堃珺赟旻玥";
    let names: Vec<char> = NAMES.chars().collect();
    let mut csv =
        String::from("房号,业主,证件号,手机,建筑面积,套内面积,实测面积,总价,合同编号,签约日期\n");
    let mut chance: u64 = 7;
    let mut roll = |below: u64| {
        chance = chance.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (chance >> 33) % below
    };
    for n in 0..HOMES {
        let (building, floor, room) = (n / 200 + 2, n / 4 % 50 + 1, n % 4 + 1);
        let name: String = (0..3).map(|_| names[roll(names.len() as u64) as usize]).collect();
        let area = 8000 + roll(6000);
        let _ = writeln!(
            csv,
            "{building}-1-{floor}{room:02},{name},H{:08},13{:09},{}.{:02},{}.{:02},{}.{:02},{}.00,YS2026{:06},2025-0{}-1{}",
            roll(100_000_000),
            roll(1_000_000_000),
            area / 100,
            area % 100,
            area * 8 / 1000,
            roll(100),
            area / 100,
            roll(100),
            area * (280 + roll(40)),
            roll(1_000_000),
            roll(9) + 1,
            roll(10),
        );
    }
    csv
}

fn say(line: serde_json::Value) {
    println!("{line}");
}
