//! People who leave, clocks that are wrong, versions that differ.

use super::{edits::defect, on_both};
use crate::{
    pc::{Pc, agree, store, store_of, until},
    server::Server,
};
use shoulou_app::{
    Options,
    api::{Action, SyncState},
};
use shoulou_domain::{
    command::{Command, SignedHow, Target},
    fact::KINDS,
    found::template_added,
    template::Template,
};
use shoulou_eventlog::{
    Bundle, Claim, Draft, Event, Id, NewEvent, ProjectKey, SigningKey, Source, StreamId, Value,
    seal,
    sync::wire::{Fate, OpenSession, Push, RefusalCode},
};
use shoulou_store::{Knows, NewCommit};
use std::sync::LazyLock;

on_both! {
    an_owner_is_erased_while_another_pc_edits_that_owner_offline
    a_pc_is_revoked_while_it_is_offline_with_a_days_work
    a_pc_that_was_taken_out_hears_that_no_more_of_it_may_wait
    a_pc_whose_clock_says_2036
    an_event_that_nobody_here_knows_is_kept_and_handed_on
    an_event_of_a_newer_version_is_kept_until_the_upgrade
    two_versions_in_one_office_know_of_each_other
    a_template_changes_while_files_are_open
    a_pc_takes_another_name
}

async fn a_pc_takes_another_name(server: Server) {
    let one = Pc::founder(&server).await;
    let two = Pc::invited(&server, &one, "样板间").await;
    let device = two.view().await.server.unwrap().device;
    let rename = Action::RenameDevice { label: " 二期样板间 ".into() };
    two.app.execute(rename).await.unwrap();
    assert_eq!(two.view().await.server.unwrap().label, "二期样板间");
    one.synced().await;
    until("the others know it by that name", async || {
        let devices = one.devices().await.devices;
        devices.iter().any(|one| one.device == device && one.label == "二期样板间")
    })
    .await;
    let nothing = two.app.execute(Action::RenameDevice { label: " ".into() }).await;
    assert!(nothing.is_err());
}

async fn an_owner_is_erased_while_another_pc_edits_that_owner_offline(server: Server) {
    let one = Pc::founder(&server).await;
    let two = Pc::invited(&server, &one, "样板间").await;
    let row = one.row("1-1-101").await;
    let phone = two.phone_of("1-1-101").await;
    let party: Id = phone.split('/').nth(1).unwrap().parse().unwrap();
    two.goes_offline().await;
    two.set("1-1-101", &phone, "13900002222").await;
    let reason = "business_done".to_owned();
    let erase = Command::EraseParty { file: row.file, party, reason };
    one.tell(erase).await.unwrap();
    one.synced().await;
    two.comes_back().await;
    agree(&[&one, &two]).await;
    for pc in [&one, &two] {
        let home = pc.home("1-1-101").await;
        assert!(home.parties.iter().any(|party| party.erased), "the erasure absorbs");
        let all = serde_json::to_string(&pc.everything().await).unwrap();
        assert!(!all.contains("谢敏") && !all.contains("2222"), "nothing of the owner is left");
        assert!(pc.disputes().await.is_empty());
    }
    server.sound().await;
}

async fn a_pc_is_revoked_while_it_is_offline_with_a_days_work(server: Server) {
    let one = Pc::founder(&server).await;
    let two = Pc::invited(&server, &one, "样板间").await;
    two.goes_offline().await;
    two.set("1-1-102", "remark", "一天的工作").await;
    let device = two.view().await.server.unwrap().device;
    one.app.execute(Action::RevokeDevice { device }).await.unwrap();
    one.set("1-1-201", "remark", "之后的记录").await;
    one.synced().await;
    two.line.mend();
    let view = two.sync().await;
    assert_eq!(view.state, SyncState::Halted, "{view:?}");
    assert_eq!(Pc::codes(&view)[0], "revoked");
    let waits = async || Pc::codes(&two.view().await).contains(&"quarantined");
    until("what it recorded waits at the server", waits).await;
    assert_eq!(two.shown("1-1-201", "remark").await, "", "what came after is not for it");
    one.synced().await;
    one.app.execute(Action::SyncNow).await.unwrap();
    assert_eq!(one.shown("1-1-102", "remark").await, "", "it waits for release");
    one.app.execute(Action::ReleaseDevice { device }).await.unwrap();
    one.synced().await;
    assert_eq!(one.shown("1-1-102", "remark").await, "一天的工作", "nothing of the day is lost");
    let devices = one.devices().await;
    let gone = devices.devices.iter().find(|pc| pc.device == device).unwrap();
    assert!(gone.revoked.is_some() && gone.label == "样板间");
    server.sound().await;
}

/// So much of `carrier` waits at the server, in commits of a key that nobody knows, that not even a small one fits.
async fn fill(server: &Server, carrier: Id) {
    let project = server.project().await;
    let key = SigningKey::from_bytes(&[9; 32]);
    let stream = StreamId::new(project, &key.verifying_key(), Id([9; 16]));
    let mut draft = Draft { stream, app_version: "0.1.0".into(), ..Draft::default() };
    let mut salt = || [9; 24];
    for size in [1_000_000, 100_000, 10_000, 1_000, 1] {
        loop {
            let payload = ciborium::Value::from("x".repeat(size));
            let event = Event { kind: "file.noted".into(), entity: Id([2; 16]), payload };
            let events = vec![NewEvent { party: None, event }];
            let next = Draft { events, ..draft.clone() };
            let commit = seal(next, &key, &ProjectKey::new([9; 32]), &mut salt).unwrap();
            let hash = commit.hash();
            let commits = vec![Bundle::from(commit).encode().unwrap().into()];
            let epoch = server.ledger.news(project, server.now()).await.unwrap().epoch;
            let push = Push { epoch, commits };
            match server.ledger.push(project, carrier, push, server.now()).await {
                Ok(pushed) => assert_eq!(pushed.fates, [Fate::Quarantined]),
                Err(refusal) => {
                    assert_eq!(refusal.code, RefusalCode::QuarantineFull);
                    break;
                }
            }
            draft = Draft { seq: draft.seq + 1, prev: Some(hash), ..draft };
        }
    }
}

async fn a_pc_that_was_taken_out_hears_that_no_more_of_it_may_wait(server: Server) {
    let one = Pc::founder(&server).await;
    let two = Pc::invited(&server, &one, "样板间").await;
    two.goes_offline().await;
    let device = two.view().await.server.unwrap().device;
    one.app.execute(Action::RevokeDevice { device }).await.unwrap();
    fill(&server, device).await;
    for round in 0..3 {
        two.set("1-1-102", "remark", format!("第 {round} 次")).await;
    }
    two.line.mend();
    two.app.execute(Action::SyncNow).await.unwrap();
    let says = async |code: &str| Pc::codes(&two.view().await).contains(&code);
    until("it hears so", async || says("quarantine_full").await).await;
    let view = two.view().await;
    assert_eq!((view.state, view.to_sync), (SyncState::Halted, 3), "{view:?}");
    assert!(!says("set_aside").await, "nothing is given up");
    let two = two.restarted().await;
    assert_eq!(two.shown("1-1-102", "remark").await, "第 2 次", "it keeps everything");
    two.set("1-1-102", "remark", "照常工作").await;
    one.synced().await;
    assert_eq!(one.shown("1-1-102", "remark").await, "");
    server.sound().await;
}

async fn a_pc_whose_clock_says_2036(server: Server) {
    let one = Pc::founder(&server).await;
    let two = Pc::invited(&server, &one, "样板间").await;
    // The commit of a PC whose clock was ten years ahead.
    let Pc { dir, app, line } = two;
    app.close().await;
    let database = crate::pc::database(&dir.path().join("data"));
    let row = one.row("1-1-101").await;
    let late = store(&database, env!("CARGO_PKG_VERSION")).await;
    let claim = Claim {
        path: "remark".into(),
        value: Value::from("来自 2036"),
        replaces: Vec::new(),
        source: Source::Person,
    };
    let payload = ciborium::Value::serialized(&claim).unwrap();
    let event = Event { kind: "file.set".into(), entity: row.file, payload };
    let party = Some(shoulou_domain::world::household(row.file));
    let time = 2_090_000_000_000;
    let actor = one.status().await.actor.unwrap().id;
    let events = vec![NewEvent { party, event }];
    late.append(NewCommit { actor, time, events, ..NewCommit::default() }).await.unwrap();
    late.close().await.unwrap();
    let two = Pc {
        app: shoulou_app::App::open_folder(dir.path().join("data"), Default::default()).await,
        dir,
        line,
    };
    let secret = crate::pc::PASSWORD.to_owned();
    two.app.execute(Action::Unlock { secret }).await.unwrap();
    agree(&[&one, &two]).await;
    assert_eq!(one.shown("1-1-101", "remark").await, "来自 2036", "it counts as any other");
    let one = one.restarted().await;
    one.synced().await;
    assert_eq!(one.status().await.clock_behind, None, "and nobody else is asked for the date");
    one.set("1-1-101", "remark", "今天更正").await;
    agree(&[&one, &two]).await;
    assert_eq!(two.shown("1-1-101", "remark").await, "今天更正", "no clock decides");

    // And the PC itself, seen from the server.
    let years = 10 * 365 * 24 * 3_600_000;
    server.clock.store(-years, std::sync::atomic::Ordering::Relaxed);
    two.synced().await;
    let view = two.view().await;
    assert!(Pc::codes(&view).contains(&"clock_off"), "{view:?}");
    assert!(view.clock_off_seconds.unwrap() > 9 * 365 * 24 * 3600);
    assert!(two.status().await.clock_off.is_some());
    let staff = two.status().await.actor.unwrap().id;
    let sign = Command::SignStation {
        file: row.file,
        station: two.home("1-1-101").await.stations[0].key.clone(),
        signer: staff,
        how: SignedHow::Paper { copies: 1, scan: None },
        stamped: false,
        result: String::new(),
        slip: None,
        signed_at: "2026-11-21 10:00".into(),
    };
    let asked = two.tell(sign.clone()).await.unwrap_err();
    assert_eq!(asked.code, "confirm_date");
    two.app.execute(Action::ConfirmDate).await.unwrap();
    assert_eq!(two.status().await.clock_off, None);
    let answer = two.tell(sign).await;
    assert_ne!(answer.err().map(|problem| problem.code).as_deref(), Some("confirm_date"));
}

/// An entry of a kind that this version does not know, by a PC whose program is newer.
async fn writes_something_new(pc: Pc, file: Id, actor: Id) -> Pc {
    let Pc { dir, app, line } = pc;
    app.close().await;
    let database = crate::pc::database(&dir.path().join("data"));
    let newer = store(&database, "99.0.0").await;
    let payload = ciborium::Value::Map(vec![("view".into(), "sea".into())]);
    let event = Event { kind: "file.hologram_taken".into(), entity: file, payload };
    let events = vec![NewEvent { party: None, event }];
    let time = 1_795_000_000_000;
    newer.append(NewCommit { actor, time, events, ..NewCommit::default() }).await.unwrap();
    newer.close().await.unwrap();
    let app = shoulou_app::App::open_folder(dir.path().join("data"), Default::default()).await;
    let secret = crate::pc::PASSWORD.to_owned();
    app.execute(Action::Unlock { secret }).await.unwrap();
    Pc { dir, app, line }
}

async fn an_event_that_nobody_here_knows_is_kept_and_handed_on(server: Server) {
    let one = Pc::founder(&server).await;
    let two = Pc::invited(&server, &one, "样板间").await;
    let file = one.row("1-1-101").await.file;
    let actor = one.status().await.actor.unwrap().id;
    let two = writes_something_new(two, file, actor).await;
    agree(&[&one, &two]).await;
    assert!(one.home("1-1-101").await.read_only, "that home can only be read");
    let target = Target::File { id: file };
    let edit = Command::SetField { target, path: "remark".into(), value: Value::from("x") };
    assert_eq!(one.tell(edit).await.unwrap_err().code, "newer_version_needed");
    one.set("1-1-102", "remark", "其他单元照常").await;
    // It is kept and handed on as it is; made anew from the log, the views are the same.
    let third = Pc::invited(&server, &one, "三号台").await;
    agree(&[&one, &two, &third]).await;
    assert!(third.home("1-1-101").await.read_only);
    let before = third.everything().await;
    third.app.rebuild().await.unwrap();
    assert_eq!(third.everything().await, before);
    server.sound().await;
}

/// What the program before this one knew.
static OLDER: LazyLock<Vec<&str>> =
    LazyLock::new(|| KINDS.iter().copied().filter(|kind| *kind != "file.defect_noted").collect());

async fn an_event_of_a_newer_version_is_kept_until_the_upgrade(server: Server) {
    let one = Pc::founder(&server).await;
    let two = Pc::invited(&server, &one, "样板间").await;
    let older = Options { knows: Knows(&OLDER), ..Options::default() };
    let two = two.restarted_with(older.clone()).await;
    agree(&[&one, &two]).await;
    let file = one.row("1-1-101").await.file;
    let noted = Command::NoteDefect { file, defect: defect("空鼓") };
    one.tell(noted).await.unwrap();
    one.synced().await;
    two.synced().await;
    assert!(!one.home("1-1-101").await.read_only, "the newer program works on");
    let shown = two.home("1-1-101").await;
    assert!(shown.read_only && shown.defects.is_empty(), "the older one waits for the upgrade");
    let target = Target::File { id: file };
    let edit = Command::SetField { target, path: "remark".into(), value: Value::from("x") };
    assert_eq!(two.tell(edit).await.unwrap_err().code, "newer_version_needed");
    two.set("1-1-102", "remark", "其他单元照常").await;
    two.synced().await;
    two.sound().await;
    let before = two.everything().await;
    two.app.rebuild().await.unwrap();
    assert_eq!(two.everything().await, before);
    let two = two.restarted_with(older).await;
    assert!(two.home("1-1-101").await.read_only, "a start is no upgrade");

    let two = two.restarted().await;
    agree(&[&one, &two]).await;
    let shown = two.home("1-1-101").await;
    assert!(!shown.read_only);
    assert_eq!(shown.defects.len(), 1);
    assert_eq!(shown.defects[0].defect.text, "空鼓");
    two.set("1-1-101", "remark", "升级之后").await;
    agree(&[&one, &two]).await;
    assert_eq!(one.shown("1-1-101", "remark").await, "升级之后");
    assert_eq!(one.shown("1-1-102", "remark").await, "其他单元照常");
    let digest = async |pc: &Pc| store_of(pc).await.views_digest().await.unwrap();
    assert_eq!(digest(&one).await, digest(&two).await, "to the byte");
    server.sound().await;
}

async fn two_versions_in_one_office_know_of_each_other(server: Server) {
    let one = Pc::founder(&server).await;
    let two = Pc::invited(&server, &one, "样板间").await;
    let Pc { dir, app, .. } = two;
    app.close().await;
    let newer = store(&crate::pc::database(&dir.path().join("data")), "99.0.0").await;
    let project = server.project().await;
    let (device, _) = newer.device().await.unwrap();
    let nonce = server.ledger.challenge(project, device, server.now()).nonce;
    let signature = newer.prove_session(&nonce.0).await.unwrap().to_vec().into();
    let open = OpenSession { device, nonce, signature, app_version: "99.0.0".into() };
    server.ledger.open_session(project, open, server.now()).await.unwrap();
    newer.close().await.unwrap();
    // The word on the PCs is asked for anew with the next change among them.
    let code = one.invite(false).await;
    let third = Pc::empty(&server).await;
    third.join(&code, "三号台").await.unwrap();
    one.synced().await;
    let view = one.view().await;
    let [other] = &view.other_versions[..] else { panic!("{view:?}") };
    assert_eq!((other.version.as_str(), other.newer), ("99.0.0", true));
    assert_eq!(other.devices, ["样板间"]);
    assert!(Pc::codes(&view).contains(&"newer_version"));
    assert_eq!(view.state, SyncState::Synced, "it works on all the same");
}

async fn a_template_changes_while_files_are_open(server: Server) {
    let one = Pc::founder(&server).await;
    let two = Pc::invited(&server, &one, "样板间").await;
    let home = one.home("1-1-101").await;
    let (file, item) =
        (home.row.file, home.items.iter().find(|item| !item.marks.is_empty()).unwrap());
    let (dropped, mark) = (item.item.clone(), item.marks[0].mark.clone());
    two.goes_offline().await;
    let tick = Command::TickItem { file, item: dropped.clone(), mark, on: true };
    let ticked = two.tell(tick).await.is_ok();

    // The supervisor's PC takes a template without that item, for this file too.
    let mut template: serde_json::Value =
        serde_json::to_value(Template::default_template()).unwrap();
    let items = template["items"].as_array_mut().unwrap();
    items.retain(|item| item["key"] != dropped.key.as_str());
    template["version"] = 2.into();
    let template: Template = serde_json::from_value(template).unwrap();
    let address = template.address();
    let Pc { dir, app, line } = one;
    let actor = serde_json::from_value::<shoulou_app::api::Status>(
        app.query(shoulou_app::api::Query::Status).await.unwrap(),
    );
    let actor = actor.unwrap().actor.unwrap().id;
    app.close().await;
    let database = crate::pc::database(&dir.path().join("data"));
    let writer = store(&database, env!("CARGO_PKG_VERSION")).await;
    let added = template_added(&template);
    let claim = |path: &str| Claim {
        path: path.into(),
        value: Value::from(address.to_string()),
        replaces: Vec::new(),
        source: Source::Person,
    };
    let payload = ciborium::Value::serialized(&claim("template")).unwrap();
    let changed = Event { kind: "file.set".into(), entity: file, payload };
    let events = vec![added.event(writer.project()), NewEvent { party: None, event: changed }];
    let time = 1_795_000_000_000;
    writer.append(NewCommit { actor, time, events, ..NewCommit::default() }).await.unwrap();
    writer.close().await.unwrap();
    let app = shoulou_app::App::open_folder(dir.path().join("data"), Default::default()).await;
    let secret = crate::pc::PASSWORD.to_owned();
    app.execute(Action::Unlock { secret }).await.unwrap();
    let one = Pc { dir, app, line };
    one.synced().await;
    two.comes_back().await;
    agree(&[&one, &two]).await;
    let item = |home: &shoulou_domain::view::HomeView| {
        home.items.iter().find(|item| item.item == dropped).cloned()
    };
    match item(&two.home("1-1-101").await) {
        Some(item) => assert!(ticked && item.dropped, "a tick on a dropped item stays visible"),
        None => assert!(!ticked, "the tick is lost from sight"),
    }
    let other = two.home("1-1-102").await;
    assert!(item(&other).is_some_and(|item| !item.dropped), "other files keep their version");
}
