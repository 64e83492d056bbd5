//! Bad lines, and what goes over them.

use super::on_both;
use crate::{
    pc::{Pc, agree},
    server::Server,
};
use shoulou_app::api::SyncState;
use std::{io::Read, path::Path, time::Duration};

on_both! {
    a_portals_page_counts_as_being_offline
    a_slow_and_noisy_line_loses_nothing
    nothing_personal_is_on_the_line_or_at_the_server
}

async fn a_portals_page_counts_as_being_offline(server: Server) {
    let one = Pc::founder(&server).await;
    one.line.cut();
    one.line.portal(true);
    one.line.mend();
    one.set("1-1-101", "remark", "酒店 Wi-Fi").await;
    let view = one.sync().await;
    assert_eq!((view.state, view.to_sync), (SyncState::Offline, 1), "{view:?}");
    assert_eq!(one.status().await.to_sync, Some(1));
    one.line.portal(false);
    one.synced().await;
}

async fn a_slow_and_noisy_line_loses_nothing(server: Server) {
    let one = Pc::founder(&server).await;
    let two = Pc::invited(&server, &one, "样板间").await;
    for pc in [&one, &two] {
        pc.line.delay(15);
        pc.line.noise(3000);
    }
    for round in 0..4 {
        one.set("1-1-101", "remark", format!("一号台 {round}")).await;
        two.set("1-1-102", "remark", format!("样板间 {round}")).await;
        for pc in [&one, &two] {
            let _ = pc.app.sync_once(Duration::from_secs(2)).await.unwrap();
        }
    }
    for pc in [&one, &two] {
        pc.line.noise(0);
        // What noise made of an answer may have stopped it; a person's word goes on at once.
        pc.line.cut();
        pc.line.mend();
    }
    agree(&[&one, &two]).await;
    assert_eq!(one.shown("1-1-102", "remark").await, "样板间 3");
    assert_eq!(two.shown("1-1-101", "remark").await, "一号台 3");
    server.sound().await;
}

/// What stands in the office's list.
const PERSONAL: &[&str] = &[
    "谢敏",
    "王芳",
    "赵强",
    "李敏",
    "何静",
    "陈静",
    "440305196609144571",
    "330106195706193223",
    "110105199309046984",
    "32010219661126521X",
    "51010719830128637X",
    "17081003390",
    "13461003307",
    "16304940326",
    "19933283679",
    "贵宾接待",
    "样板间笔记本",
];

pub fn search(bytes: &[u8], place: &str) {
    for word in PERSONAL {
        let found = bytes.windows(word.len()).any(|window| window == word.as_bytes());
        assert!(!found, "“{word}” stands in {place}");
    }
}

/// Packed bodies are unpacked where they begin.
fn search_packed(bytes: &[u8], place: &str) -> usize {
    let magic = [0x28, 0xb5, 0x2f, 0xfd];
    let starts = (0..bytes.len().saturating_sub(4)).filter(|at| bytes[*at..].starts_with(&magic));
    let mut bodies = 0;
    for at in starts {
        let mut plain = Vec::new();
        let decoder = zstd::Decoder::new(&bytes[at..]).map(|decoder| decoder.single_frame());
        if decoder.is_ok_and(|mut decoder| decoder.read_to_end(&mut plain).is_ok()) {
            search(&plain, place);
            bodies += 1;
        }
    }
    bodies
}

pub fn search_folder(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            search_folder(&path);
        } else {
            search(&std::fs::read(&path).unwrap(), &path.display().to_string());
        }
    }
}

async fn nothing_personal_is_on_the_line_or_at_the_server(server: Server) {
    let one = Pc::founder(&server).await;
    one.set("1-1-101", "remark", "贵宾接待").await;
    let two = Pc::invited(&server, &one, "样板间笔记本").await;
    agree(&[&one, &two]).await;
    let mut bodies = 0;
    for pc in [&one, &two] {
        let (heard, (sent, came)) = (pc.line.heard(), pc.line.carried());
        assert!(sent > 2_000 && came > 2_000, "both ways were listened to: {sent}, {came}");
        search(&heard, "the traffic");
        bodies += search_packed(&heard, "the traffic");
    }
    assert!(bodies >= 2, "packed bodies were read, too");
    search_folder(server.dir.path());
    let backup = server.dir.path().join("all");
    let told = server.ledger.all_members(server.project().await).await.unwrap();
    search(&shoulou_eventlog::sync::wire::encode(&told), "the list of PCs");
    drop(backup);
    server.sound().await;
}
