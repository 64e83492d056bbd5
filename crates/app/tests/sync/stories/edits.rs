//! Two people and one record.

use super::on_both;
use crate::{
    pc::{PATIENCE, Pc, agree, staff_id},
    server::Server,
};
use shoulou_app::api::{Action, BatchHomes, PrintedLine, Query, SyncState, Topic};
use shoulou_domain::{
    command::{Command, Defect, Fee, Holder, Target},
    vocabulary::{KeyKind, Outcome, Payee},
};

on_both! {
    two_pcs_edit_one_phone_offline_and_a_person_settles_it
    a_form_opened_before_a_sync_never_overwrites_what_the_sync_brought
    two_pcs_give_out_one_key
    two_pcs_close_a_file_and_one_notes_a_defect
    a_fee_is_taken_twice
    a_list_that_one_pc_printed_is_in_the_history_of_the_other
}

async fn office(server: &Server) -> (Pc, Pc) {
    let one = Pc::founder(server).await;
    one.hire("王芳").await;
    one.synced().await;
    let two = Pc::invited(server, &one, "样板间").await;
    two.at_work("王芳").await;
    (one, two)
}

async fn two_pcs_edit_one_phone_offline_and_a_person_settles_it(server: Server) {
    let (one, two) = office(&server).await;
    let phone = one.phone_of("1-1-101").await;
    one.goes_offline().await;
    two.goes_offline().await;
    one.set("1-1-101", &phone, "13900001111").await;
    two.set("1-1-101", &phone, "13900002222").await;
    assert_eq!(one.status().await.to_sync, Some(1));
    assert_eq!(one.status().await.sync, SyncState::Offline);
    one.comes_back().await;
    two.comes_back().await;
    one.synced().await;

    let [disputed] = &one.disputes().await[..] else { panic!("one dispute") };
    assert_eq!(disputed.code.as_deref(), Some("1-1-101"));
    assert_eq!(disputed.title.zh, "谢敏 · 电话");
    let told = |side: &shoulou_app::api::PlacedSide| {
        (side.side.shown.zh.clone(), side.side.by_name.clone(), side.place.clone(), side.this_pc)
    };
    let mut sides: Vec<_> = disputed.sides.iter().map(told).collect();
    sides.sort();
    assert_eq!(
        sides,
        [
            ("139****1111".into(), "陈静".into(), "一号台".into(), true),
            ("139****2222".into(), "王芳".into(), "样板间".into(), false),
        ]
    );
    let right = disputed.sides.iter().find(|side| !side.this_pc).unwrap().side.claim;
    let (target, path) = (disputed.target, disputed.path.clone());
    one.tell(Command::SettleDispute { target, path, claim: right }).await.unwrap();
    assert!(one.disputes().await.is_empty());
    agree(&[&one, &two]).await;
    assert!(two.disputes().await.is_empty());
    assert_eq!(two.shown("1-1-101", &phone).await, "139****2222");
    server.sound().await;
}

async fn a_form_opened_before_a_sync_never_overwrites_what_the_sync_brought(server: Server) {
    let (one, two) = office(&server).await;
    let phone = one.phone_of("1-1-102").await;
    let page = one.page("1-1-102").await;
    two.set("1-1-102", &phone, "13900002222").await;
    two.synced().await;
    one.synced().await;
    let target = Target::File { id: page.view.row.file };
    let set = |path: &str, value: &str| Command::SetField {
        target,
        path: path.into(),
        value: value.into(),
    };
    // Another field first: its answer must not make the page count as new.
    let basis = one.tell_from(page.basis, set("remark", "下午来")).await.unwrap();
    one.tell_from(basis, set(&phone, "13900001111")).await.unwrap();
    let disputed = one.disputes().await;
    assert_eq!(disputed.len(), 1, "both numbers are shown");
    assert_eq!(disputed[0].sides.len(), 2);
    one.app.execute(Action::Undo).await.unwrap();
    assert_eq!(one.shown("1-1-102", &phone).await, "139****2222", "undo takes back only one's own");
    one.set("1-1-102", &phone, "13900001111").await;
    assert!(one.disputes().await.is_empty(), "made from a page that showed it, it replaces");
    agree(&[&one, &two]).await;
    assert_eq!(two.shown("1-1-102", &phone).await, "139****1111");
}

async fn two_pcs_give_out_one_key(server: Server) {
    let (one, two) = office(&server).await;
    let file = one.row("1-1-101").await.file;
    let department = |name: &str| Holder::Department { name: name.into() };
    let register = Command::RegisterKeys {
        file,
        kind: KeyKind::Door,
        name: "入户门钥匙".into(),
        position: "大门".into(),
        number: "A1".into(),
        count: 1,
        holder: department("客服中心"),
    };
    one.tell(register).await.unwrap();
    agree(&[&one, &two]).await;
    let key = one.home("1-1-101").await.keys[0].id;
    let staff = staff_id(&one.project().await, "王芳");
    let give = |to: Holder| Command::MoveKeys {
        file,
        keys: vec![key],
        to,
        at: "2026-11-21 10:00".into(),
        purpose: None,
    };
    one.goes_offline().await;
    two.goes_offline().await;
    one.tell(give(department("工程部"))).await.unwrap();
    two.tell(give(Holder::Staff { id: staff })).await.unwrap();
    one.comes_back().await;
    two.comes_back().await;
    agree(&[&one, &two]).await;

    let [rule] = &two.rules().await[..] else { panic!("one rule is broken") };
    assert!(rule.key.starts_with("key_with_two_holders"), "{rule:?}");
    assert!(rule.text.zh.contains("2 位持有人"));
    let [disputed] = &two.disputes().await[..] else { panic!("one dispute") };
    let sides: Vec<_> = disputed.sides.iter().map(|side| side.side.shown.zh.as_str()).collect();
    assert!(sides.contains(&"工程部") && sides.contains(&"王芳"), "{sides:?}");
    assert_eq!(two.home("1-1-101").await.keys[0].moves.len(), 3, "both movements stay on record");
    let claim =
        disputed.sides.iter().find(|side| side.side.shown.zh == "工程部").unwrap().side.claim;
    let (target, path) = (disputed.target, disputed.path.clone());
    two.tell(Command::SettleDispute { target, path, claim }).await.unwrap();
    agree(&[&one, &two]).await;
    assert!(one.rules().await.is_empty() && one.disputes().await.is_empty());
    assert_eq!(one.home("1-1-101").await.keys[0].holder_shown.zh, "工程部");
}

pub(super) fn defect(text: &str) -> Defect {
    Defect {
        room: "客厅".into(),
        part: "墙面".into(),
        text: text.into(),
        wish: None,
        photos: Vec::new(),
        responsible: None,
        promised: None,
        at: "2026-11-21T10:00:00+08:00".into(),
    }
}

async fn two_pcs_close_a_file_and_one_notes_a_defect(server: Server) {
    let (one, two) = office(&server).await;
    let file = one.row("1-1-101").await.file;
    let lift = Command::OverrideStep {
        file,
        step: "close".into(),
        name: "陈静".into(),
        reason: "业主急用".into(),
    };
    one.tell(lift).await.unwrap();
    let outcome = Command::SetOutcome { file, outcome: Outcome::Accepted, reason: None };
    one.tell(outcome).await.unwrap();
    agree(&[&one, &two]).await;
    one.goes_offline().await;
    two.goes_offline().await;
    one.tell(Command::CloseFile { file }).await.unwrap();
    two.tell(Command::NoteDefect { file, defect: defect("开裂") }).await.unwrap();
    one.comes_back().await;
    two.comes_back().await;
    agree(&[&one, &two]).await;
    assert!(one.row("1-1-101").await.closed);
    let [rule] = &one.rules().await[..] else { panic!("one rule is broken") };
    assert_eq!((rule.key.as_str(), rule.code.as_str()), ("closed_with_new_defect", "1-1-101"));
    assert_eq!(one.home("1-1-101").await.defects.len(), 1, "the defect is not lost");

    // The other PC had closed it too, knowing of the defect: then there is nothing to look into.
    one.goes_offline().await;
    let (key, seen) = (rule.key.clone(), rule.seen.clone());
    let clear = Command::ClearAlarm { file, key, seen, reason: "已转整改".into() };
    two.tell(clear).await.unwrap();
    two.synced().await;
    one.comes_back().await;
    agree(&[&one, &two]).await;
    assert!(one.rules().await.is_empty());

    // Both close another home at once.
    let file = one.row("1-1-102").await.file;
    let lift = |name: &str| Command::OverrideStep {
        file,
        step: "close".into(),
        name: name.into(),
        reason: "业主急用".into(),
    };
    one.tell(lift("陈静")).await.unwrap();
    one.tell(Command::SetOutcome { file, outcome: Outcome::Accepted, reason: None }).await.unwrap();
    agree(&[&one, &two]).await;
    one.goes_offline().await;
    one.tell(Command::CloseFile { file }).await.unwrap();
    two.tell(Command::NoteDefect { file, defect: defect("渗水") }).await.unwrap();
    two.tell(Command::CloseFile { file }).await.unwrap();
    two.synced().await;
    one.comes_back().await;
    agree(&[&one, &two]).await;
    assert!(one.rules().await.is_empty(), "one of them closed it knowing of the defect");
    assert!(one.row("1-1-102").await.closed);
}

async fn a_fee_is_taken_twice(server: Server) {
    let (one, two) = office(&server).await;
    let file = one.row("1-1-201").await.file;
    let fee = Fee {
        title: "物业费".into(),
        payee: Payee::ALL[0],
        base: None,
        unit_price_cents: None,
        period: None,
        cents: 120_000,
    };
    one.tell(Command::AddFee { file, fee }).await.unwrap();
    agree(&[&one, &two]).await;
    let fee = one.home("1-1-201").await.fees[0].fact;
    let take = |receipt: &str| Command::TakeFee {
        file,
        fee,
        cents: 120_000,
        method: "刷卡".into(),
        receipt: Some(receipt.into()),
        at: "2026-11-21 10:00".into(),
    };
    one.goes_offline().await;
    two.goes_offline().await;
    one.tell(take("A-1")).await.unwrap();
    two.tell(take("B-7")).await.unwrap();
    one.comes_back().await;
    two.comes_back().await;
    agree(&[&one, &two]).await;
    let [rule] = &one.rules().await[..] else { panic!("one rule is broken") };
    assert!(rule.key.starts_with("fee_taken_twice") && rule.text.zh.contains("物业费"));
    let home = one.home("1-1-201").await;
    assert_eq!(home.fees[0].payments.len(), 2, "both receipts are on record");
    let void = Command::VoidFact {
        target: Target::File { id: file },
        fact: home.fees[0].payments[1].fact,
        reason: "重复收款，已退".into(),
    };
    one.tell(void).await.unwrap();
    agree(&[&one, &two]).await;
    assert!(two.rules().await.is_empty());
    assert_eq!(two.home("1-1-201").await.fees[0].paid_cents, 120_000);
}

async fn a_list_that_one_pc_printed_is_in_the_history_of_the_other(server: Server) {
    let (one, two) = office(&server).await;
    let mut changes = two.app.changes();
    let homes =
        BatchHomes::Filter { search: String::new(), building: None, stage: None, only: None };
    let out = Some(one.dir.path().join("list.pdf").display().to_string());
    let print = Action::PrintList { form: "intake_list".into(), homes, out, printer: None };
    one.app.execute(print).await.unwrap();
    let history = Query::PrintHistory { unit: None, limit: 10 };
    let printed: Vec<PrintedLine> = one.ask(history.clone()).await;
    assert_eq!((printed.len(), printed[0].by.as_str()), (1, "陈静"));
    agree(&[&one, &two]).await;
    assert_eq!(two.ask::<Vec<PrintedLine>>(history).await, printed);
    let told = async { while !changes.recv().await.unwrap().contains(&Topic::Lists) {} };
    tokio::time::timeout(PATIENCE, told).await.expect("its screens are told");
    server.sound().await;
}
