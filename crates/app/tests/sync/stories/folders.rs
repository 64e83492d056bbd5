//! Folders that were put back, copied, or begun alone.

use super::on_both;
use crate::{
    pc::{PASSWORD, Pc, agree},
    server::Server,
};
use shoulou_app::{
    App, Options,
    api::{Action, Problem, SyncState},
};
use std::path::Path;

on_both! {
    the_same_list_is_imported_on_two_pcs_offline
    a_pc_is_restored_from_yesterdays_backup
    a_data_folder_is_copied_and_both_are_used
    a_server_is_put_back_to_yesterdays_backup
    trial_use_for_a_week_and_then_a_server
    an_import_is_cut_off_half_way_through_its_push
}

async fn the_same_list_is_imported_on_two_pcs_offline(server: Server) {
    let one = Pc::founder(&server).await;
    let two = Pc::invited(&server, &one, "样板间").await;
    one.goes_offline().await;
    two.goes_offline().await;
    let list = "房号,业主,手机\n2-1-101,周杰,13700001111\n2-1-102,吴敏,13700002222\n";
    for pc in [&one, &two] {
        let path = pc.dir.path().join("new.csv");
        std::fs::write(&path, list).unwrap();
        pc.import_file(&path).await;
    }
    one.comes_back().await;
    two.comes_back().await;
    agree(&[&one, &two]).await;
    assert_eq!(one.rows().await.len(), 6, "each home once");
    assert!(one.disputes().await.is_empty(), "equal values are settled");
    assert_eq!(one.home("2-1-101").await.parties.len(), 1, "each buyer once");
}

async fn a_pc_is_restored_from_yesterdays_backup(server: Server) {
    let one = Pc::founder(&server).await;
    let two = Pc::invited(&server, &one, "样板间").await;
    two.set("1-1-101", "remark", "昨天").await;
    two.synced().await;
    let backup = two.dir.path().join("昨天.backup").display().to_string();
    two.app.execute(Action::Backup { path: backup.clone() }).await.unwrap();
    two.set("1-1-102", "remark", "今天，已同步").await;
    two.synced().await;
    let Pc { dir, app, line } = two;
    app.close().await;
    std::fs::remove_dir_all(dir.path().join("data")).unwrap();
    let app = App::open_folder(dir.path().join("data"), Options::default()).await;
    let restore = Action::Restore { path: backup, secret: PASSWORD.into(), aside: false };
    app.execute(restore).await.unwrap();
    let two = Pc { dir, app, line };
    two.at_work("陈静").await;
    two.set("1-1-201", "remark", "恢复后").await;
    agree(&[&one, &two]).await;
    assert_eq!(
        two.shown("1-1-102", "remark").await,
        "今天，已同步",
        "it came back from the server"
    );
    assert_eq!(one.shown("1-1-201", "remark").await, "恢复后");
    assert!(one.forks().await.is_empty(), "a restored PC goes on under a new number");
    server.sound().await;
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

async fn a_data_folder_is_copied_and_both_are_used(server: Server) {
    let one = Pc::founder(&server).await;
    let two = Pc::invited(&server, &one, "样板间").await;
    two.set("1-1-101", "remark", "复制之前").await;
    two.synced().await;
    let Pc { dir, app, line } = two;
    app.close().await;
    let third = Pc::empty(&server).await;
    copy(&dir.path().join("data"), &third.dir.path().join("data"));
    let open =
        |dir: &tempfile::TempDir| App::open_folder(dir.path().join("data"), Options::default());
    let two = Pc { app: open(&dir).await, dir, line };
    let copied = Pc { app: open(&third.dir).await, ..third };
    for pc in [&two, &copied] {
        pc.line.cut();
        pc.app.execute(Action::Unlock { secret: PASSWORD.into() }).await.unwrap();
    }
    two.set("1-1-102", "remark", "在样板间").await;
    copied.set("1-1-201", "remark", "在复制的电脑").await;
    two.line.mend();
    copied.line.mend();
    agree(&[&one, &two, &copied]).await;
    assert_eq!(one.shown("1-1-102", "remark").await, "在样板间");
    assert_eq!(one.shown("1-1-201", "remark").await, "在复制的电脑");
    let [fork] = &one.forks().await[..] else { panic!("the fork is seen") };
    assert_eq!((fork.label.as_str(), fork.branches.len()), ("样板间", 2));
    assert!(Pc::codes(&one.view().await).contains(&"forked"));
    // Both go on, each under a number of its own.
    two.set("1-1-102", "remark", "样板间继续").await;
    copied.set("1-1-201", "remark", "复制的继续").await;
    agree(&[&one, &two, &copied]).await;
    assert_eq!(one.forks().await.len(), 1, "and no further fork comes of it");
    assert_eq!(one.shown("1-1-201", "remark").await, "复制的继续");
    server.sound().await;
}

async fn a_server_is_put_back_to_yesterdays_backup(mut server: Server) {
    let one = Pc::founder(&server).await;
    let two = Pc::invited(&server, &one, "样板间").await;
    let yesterday = server.dir.path().join("yesterday");
    server.backup(&yesterday).await;
    one.set("1-1-101", "remark", "一号台今天").await;
    two.set("1-1-102", "remark", "样板间今天").await;
    agree(&[&one, &two]).await;
    server.put_back(&yesterday).await;
    for pc in [&one, &two] {
        let view = pc.sync().await;
        assert_eq!(view.state, SyncState::Halted, "{view:?}");
        assert_eq!(Pc::codes(&view)[0], "server_backwards");
        assert_eq!(pc.status().await.sync, SyncState::Halted);
    }
    one.set("1-1-201", "remark", "照常工作").await;
    assert!(one.status().await.to_sync >= Some(1), "what is recorded meanwhile waits");
    let project = server.project().await;
    server.ledger.new_epoch(project, server.now()).await.unwrap();
    agree(&[&one, &two]).await;
    assert!(Pc::codes(&one.view().await).contains(&"new_epoch"));
    assert_eq!(two.shown("1-1-201", "remark").await, "照常工作");
    // A third PC gets from the server all that the others had.
    let third = Pc::invited(&server, &one, "三号台").await;
    agree(&[&one, &two, &third]).await;
    server.sound().await;
}

async fn trial_use_for_a_week_and_then_a_server(server: Server) {
    let one = Pc::trial(&server).await;
    one.set("1-1-101", "remark", "试用第一天").await;
    assert_eq!(one.status().await.sync, SyncState::NoServer);
    assert_eq!(one.status().await.to_sync, None);
    one.attach(&server).await;
    one.synced().await;
    let two = Pc::invited(&server, &one, "样板间").await;
    agree(&[&one, &two]).await;
    assert_eq!(two.shown("1-1-101", "remark").await, "试用第一天");
    assert_eq!(two.rows().await.len(), 4);
    // Another PC's trial stays a project of its own; the office's project comes beside it.
    let other = Pc::trial(&server).await;
    let problem = |done: Result<_, Problem>| done.err().map(|problem| problem.code);
    other.join(&one.invite(false).await, "三号台").await.unwrap();
    other.synced().await;
    other.at_work("陈静").await;
    agree(&[&one, &other]).await;
    let projects = std::fs::read_dir(other.dir.path().join("data")).unwrap().count();
    assert_eq!(projects, 2);
    // A code is for one PC.
    let code = one.invite(false).await;
    let (third, fourth) = (Pc::empty(&server).await, Pc::empty(&server).await);
    third.join(&code, "四号台").await.unwrap();
    assert_eq!(problem(fourth.join(&code, "五号台").await).as_deref(), Some("code_spent"));
    let nothing = std::fs::read_dir(fourth.dir.path().join("data"));
    assert!(nothing.is_err() || nothing.unwrap().count() == 0, "nothing is left of it");
    third.synced().await;
    third.app.execute(Action::CancelJoin).await.unwrap();
    assert_eq!(
        third.app.query(shoulou_app::api::Query::Sync).await.unwrap_err().code,
        "no_project"
    );
}

async fn an_import_is_cut_off_half_way_through_its_push(server: Server) {
    let one = Pc::founder(&server).await;
    let two = Pc::invited(&server, &one, "样板间").await;
    one.line.cut();
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/intake-clean.xlsx");
    one.import_file(&list).await;
    let homes = one.rows().await.len();
    assert!(homes > 100, "{homes}");
    one.line.mend_for(20_000);
    let view = one.sync().await;
    assert_eq!(view.state, SyncState::Offline, "{view:?}");
    assert!(view.to_sync > 0);
    two.synced().await;
    assert_eq!(two.rows().await.len(), 4, "half a list is shown to nobody");
    let one = one.restarted().await;
    one.line.mend();
    agree(&[&one, &two]).await;
    assert_eq!(two.rows().await.len(), homes);
    server.sound().await;
}
