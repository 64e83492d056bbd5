//! PCs and a server that end at any moment, as in a power cut.

use super::on_both;
use crate::{
    desk::{Desk, kill},
    pc::{Pc, agree, confirmed, store_of},
    program::Program,
    server::{Reached, random},
};
use serde_json::Value;
use shoulou_app::api::{Action, Query, ScanContent};
use std::{path::Path, time::Duration};

on_both! { Program:
    a_server_that_is_killed_at_any_moment_loses_nothing_that_it_confirmed
    programs_that_are_killed_at_any_moment_on_each_side_lose_nothing
}

/// Up to so many milliseconds.
fn a_moment(longest: u16) -> Duration {
    let moment = u16::from_be_bytes(random());
    Duration::from_millis(u64::from(moment % longest))
}

/// A photo that takes two pieces to send.
fn photo(dir: &Path) -> std::path::PathBuf {
    let mut bytes = vec![0; 600 * 1024];
    getrandom::fill(&mut bytes).unwrap();
    bytes[..3].copy_from_slice(&[0xff, 0xd8, 0xff]);
    let path = dir.join("photo.jpg");
    std::fs::write(&path, bytes).unwrap();
    path
}

async fn keep_photo(pc: &Pc, code: &str) {
    let home = pc.home(code).await;
    let item = home.items[0].item.clone();
    let path = photo(pc.dir.path()).display().to_string();
    pc.app.execute(Action::AttachFile { file: home.row.file, item, path }).await.unwrap();
}

async fn photos(pc: &Pc, code: &str) -> Vec<String> {
    let mut photos = Vec::new();
    for scan in &pc.home(code).await.items[0].scans {
        let content: ScanContent = pc.ask(Query::Scan { blob: scan.blob.clone() }).await;
        photos.push(content.base64);
    }
    photos.sort();
    photos
}

async fn a_server_that_is_killed_at_any_moment_loses_nothing_that_it_confirmed(
    mut server: Program,
) {
    let one = Pc::founder(&server).await;
    let two = Pc::invited(&server, &one, "样板间").await;
    let rounds: usize = 8;
    for round in 0..rounds {
        for (pc, code) in [(&one, "1-1-101"), (&two, "1-1-102")] {
            pc.set(code, "remark", format!("第 {round} 次")).await;
            if round % 3 == 0 {
                keep_photo(pc, code).await;
            }
            pc.app.execute(Action::SyncNow).await.unwrap();
        }
        tokio::time::sleep(a_moment(200)).await;
        server.kill();
        server.serve();
    }
    agree(&[&one, &two]).await;
    let third = Pc::invited(&server, &one, "三号台").await;
    agree(&[&one, &two, &third]).await;
    let at_third = store_of(&third).await;
    for (pc, code) in [(&one, "1-1-101"), (&two, "1-1-102")] {
        assert_eq!(third.shown(code, "remark").await, format!("第 {} 次", rounds - 1));
        let theirs = photos(pc, code).await;
        assert_eq!(theirs.len(), rounds.div_ceil(3));
        assert_eq!(photos(&third, code).await, theirs, "each photo is with the server, whole");
        let receipts = confirmed(pc).await;
        assert!(receipts.len() >= rounds, "{receipts:?}");
        for (commit, number) in receipts {
            let now = at_third.number_of(&commit).await.unwrap();
            assert_eq!(now, Some(number), "what was confirmed keeps its place");
        }
    }
    server.sound();
}

fn remark(file: &Value, text: &str) -> Value {
    serde_json::json!({
        "type": "SetField", "target": { "entity": "file", "id": file }, "path": "remark", "value": text,
    })
}

async fn programs_that_are_killed_at_any_moment_on_each_side_lose_nothing(mut server: Program) {
    let (one, two) = (Desk::new(&server).await, Desk::new(&server).await);
    one.ok(&["--project", "锦绣豪庭", "init", "--person", "陈静"]);
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/intake-clean.xlsx");
    one.ok(&["import", &list.display().to_string()]);
    let code = server.founding_code().await;
    one.ok_with_code("attach", &code, "一号台");
    let first = one.syncs();
    std::thread::sleep(a_moment(800));
    server.kill();
    kill(first);
    server.serve();
    assert_eq!(one.ok(&["sync", "--once"])["state"], "synced");
    let code = one.ok(&["enrol-code", "--minutes", "5"])["code"].as_str().unwrap().to_owned();
    two.ok_with_code("join", &code, "样板间");
    let first = two.syncs();
    std::thread::sleep(a_moment(800));
    kill(first);
    assert_eq!(two.ok(&["sync", "--once"])["state"], "synced");
    assert_eq!(two.ok(&["units"])["rows"], one.ok(&["units"])["rows"]);
    two.command(&["--as", "陈静", "status"]).output().unwrap();

    let homes = [(&one, "1-1-101"), (&two, "1-1-102")];
    let files = homes.map(|(desk, home)| desk.ok(&["show", home])["view"]["row"]["file"].clone());
    let rounds = 3;
    for round in 0..rounds {
        for ((desk, _), file) in homes.iter().zip(&files) {
            desk.tell(&remark(file, &format!("第 {round} 次")));
        }
        let syncing = [one.syncs(), two.syncs()];
        std::thread::sleep(a_moment(800));
        server.kill();
        server.serve();
        std::thread::sleep(a_moment(400));
        syncing.into_iter().for_each(kill);
    }
    for desk in [&one, &two, &one] {
        assert_eq!(desk.ok(&["sync", "--once"])["state"], "synced");
    }
    for desk in [&one, &two] {
        for (_, home) in homes {
            let shown = desk.ok(&["show", home]).to_string();
            assert!(shown.contains(&format!("第 {} 次", rounds - 1)), "the last word is there");
        }
        assert_eq!(desk.ok(&["verify"])["sound"], true);
    }
    assert_eq!(one.ok(&["device", "list"])["devices"].as_array().unwrap().len(), 2);
    server.sound();
}
