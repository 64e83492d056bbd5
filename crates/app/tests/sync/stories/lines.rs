//! Bad lines, and what goes over them.

use super::on_both;
use crate::{
    pc::{PASSWORD, Pc, agree},
    server::{Server, random},
};
use serde_json::Value;
use shoulou_app::api::SyncState;
use std::{
    io::{Read, Write},
    path::Path,
    process::{Command, Output, Stdio},
    time::Duration,
};

on_both! {
    a_portals_page_counts_as_being_offline
    a_slow_and_noisy_line_loses_nothing
    nothing_personal_is_on_the_line_or_at_the_server
    programs_that_are_killed_at_any_moment_lose_nothing
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

fn search(bytes: &[u8], place: &str) {
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

fn search_folder(folder: &Path) {
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
        let heard = pc.line.heard();
        assert!(heard.len() > 5_000, "the line was listened to");
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

/// A PC that is worked on by command line.
struct Desk {
    dir: tempfile::TempDir,
}

impl Desk {
    fn new() -> Desk {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("pass"), PASSWORD).unwrap();
        Desk { dir }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shoulouctl"));
        let at = |name: &str| self.dir.path().join(name).display().to_string();
        command
            .args(["--json", "--data", &at("data"), "--passphrase-file", &at("pass")])
            .args(arguments)
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env("XDG_RUNTIME_DIR", self.dir.path())
            .env("XDG_STATE_HOME", self.dir.path().join("state"))
            .stdin(Stdio::null());
        command
    }

    fn done(output: Output) -> Value {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn ok(&self, arguments: &[&str]) -> Value {
        Desk::done(self.command(arguments).output().unwrap())
    }

    fn tell(&self, command: &Value) -> Value {
        let mut child = self
            .command(&["do"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(command.to_string().as_bytes()).unwrap();
        Desk::done(child.wait_with_output().unwrap())
    }

    /// Syncs, and is killed after so long.
    fn killed_while_it_syncs(&self, after: Duration) {
        let mut child = self.command(&["sync", "--once"]).stdout(Stdio::null()).spawn().unwrap();
        std::thread::sleep(after);
        let _ = child.kill();
        child.wait().unwrap();
    }
}

fn remark(file: &Value, text: &str) -> Value {
    serde_json::json!({
        "type": "SetField", "target": { "entity": "file", "id": file }, "path": "remark", "value": text,
    })
}

async fn programs_that_are_killed_at_any_moment_lose_nothing(mut server: Server) {
    let (one, two) = (Desk::new(), Desk::new());
    one.ok(&["--project", "锦绣豪庭", "init", "--person", "陈静"]);
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/intake-clean.xlsx");
    one.ok(&["import", &list.display().to_string()]);
    let code = server.founding_code().await;
    one.ok(&["attach", &code, "--label", "一号台"]);
    let rounds = 5;
    for at in 0..rounds {
        let file = &one.ok(&["show", "1-1-101"])["view"]["row"]["file"];
        one.tell(&remark(file, &format!("一号台 {at}")));
        let [moment] = random::<1>();
        one.killed_while_it_syncs(Duration::from_millis(u64::from(moment) * 3));
        if at == 2 {
            server.stop().await;
            server.start_again().await;
        }
    }
    assert_eq!(one.ok(&["sync", "--once"])["state"], "synced");
    let code = one.ok(&["enrol-code", "--minutes", "5"])["code"].as_str().unwrap().to_owned();
    two.ok(&["join", &code, "--label", "样板间"]);
    let [moment] = random::<1>();
    two.killed_while_it_syncs(Duration::from_millis(u64::from(moment) * 3));
    assert_eq!(two.ok(&["sync", "--once"])["state"], "synced");
    assert_eq!(two.ok(&["units"])["rows"], one.ok(&["units"])["rows"]);
    let shown = two.ok(&["show", "1-1-101"]);
    assert!(
        shown.to_string().contains(&format!("一号台 {}", rounds - 1)),
        "the last word is there"
    );
    let file = &shown["view"]["row"]["file"];
    two.command(&["--as", "陈静", "status"]).output().unwrap();
    two.tell(&remark(file, "样板间"));
    assert_eq!(two.ok(&["sync", "--once"])["state"], "synced");
    assert_eq!(one.ok(&["sync", "--once"])["state"], "synced");
    assert!(one.ok(&["show", "1-1-101"]).to_string().contains("样板间"));
    for desk in [&one, &two] {
        assert_eq!(desk.ok(&["verify"])["sound"], true);
    }
    assert_eq!(one.ok(&["device", "list"])["devices"].as_array().unwrap().len(), 2);
    server.sound().await;
}
