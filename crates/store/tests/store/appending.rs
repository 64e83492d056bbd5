use crate::pc::*;
use shoulou_store::*;

#[tokio::test]
async fn what_was_acknowledged_is_there_after_a_restart() {
    let mut pc = Pc::founded().await;
    let added = pc.append(home("8-2-1203", "陈嘉豪")).await;
    assert_eq!(added.arrival, 2);
    assert_eq!(added.homes, [unit("8-2-1203")]);
    let ticked = pc.set(file("8-2-1203"), None, "item/notice/1/ready", "yes").await;
    pc.reopen(setup()).await.unwrap();
    let last = pc.store.last().await.unwrap().unwrap();
    assert_eq!((last.arrival, last.hash, last.actor), (3, ticked.hash, CLERK));
    assert_eq!(pc.store.arrival_of(&added.hash).await.unwrap(), Some(2));
    let row = pc.store.home(unit("8-2-1203")).await.unwrap().unwrap();
    assert_eq!((row.code.as_str(), row.owners.as_str()), ("8-2-1203", "陈嘉豪"));
    pc.assert_sound().await;
}

#[tokio::test]
async fn homes_stand_in_counting_order_and_follow_every_change() {
    let pc = Pc::founded().await;
    for code in ["8-10-101", "8-2-1203", "1-1-101"] {
        pc.append(home(code, "李敏")).await;
    }
    let codes = || async {
        let homes = pc.store.homes().await.unwrap();
        homes.iter().map(|home| home.code.clone()).collect::<Vec<_>>()
    };
    assert_eq!(codes().await, ["1-1-101", "8-2-1203", "8-10-101"]);
    let state = pc.store.entity(unit("1-1-101")).await.unwrap().unwrap();
    let shown = state.open("code").into_iter().map(|(at, _)| *at).collect();
    pc.append(vec![claim("unit.set", unit("1-1-101"), None, "code", "8-3-1", shown)]).await;
    assert_eq!(codes().await, ["8-2-1203", "8-3-1", "8-10-101"]);
}

#[tokio::test]
async fn a_change_of_the_project_tells_every_home_again() {
    let pc = Pc::founded().await;
    pc.append(home("1-1-101", "李敏")).await;
    pc.append(home("1-1-102", "王芳")).await;
    let done = pc.set(PROJECT, None, "station_order", "").await;
    assert_eq!(done.homes.len(), 2);
    let done = pc.set(PROJECT, Some(CLERK), &format!("staff/{CLERK}/name"), "陈静静").await;
    assert!(done.homes.is_empty());
    pc.assert_sound().await;
}

#[tokio::test]
async fn history_tells_what_was_said_newest_first() {
    let pc = Pc::founded().await;
    pc.append(home("1-1-101", "李敏")).await;
    for value in ["一", "二", "三"] {
        pc.set(file("1-1-101"), None, "contract/no", value).await;
    }
    let entries = pc.store.history(file("1-1-101"), 2).await.unwrap();
    let said = |entry: &Entry| {
        let claim = entry.events[0].event.payload.deserialized::<shoulou_eventlog::Claim>();
        claim.unwrap().value.as_text().unwrap().to_owned()
    };
    assert_eq!(entries.iter().map(said).collect::<Vec<_>>(), ["三", "二"]);
    assert_eq!((entries[0].arrival, entries[0].offset), (5, 480));
    let whole = pc.store.commit(&entries[1].hash).await.unwrap().unwrap();
    assert_eq!(whole.arrival, 4);
    let both = [unit("1-1-101"), file("1-1-101")];
    assert_eq!(pc.store.history_of(&both, 99).await.unwrap().len(), 4);
}

#[tokio::test]
async fn a_batch_is_recorded_whole_or_not_at_all() {
    let pc = Pc::founded().await;
    let good = (1..=20).map(|n| commit(home(&format!("1-1-{n}"), "李敏"))).collect::<Vec<_>>();
    let mut bad = good.clone();
    bad[19].events[0].event.kind = "no kind".into();
    assert!(matches!(pc.store.append_batch(bad).await, Err(StoreError::Commit(_))));
    assert_eq!(pc.store.last().await.unwrap().unwrap().arrival, 1);
    assert!(pc.store.homes().await.unwrap().is_empty());
    let done = pc.store.append_batch(good).await.unwrap();
    assert_eq!((done.arrival, done.homes.len()), (21, 20));
    assert_eq!(pc.store.homes().await.unwrap().len(), 20);
    pc.assert_sound().await;
}

#[tokio::test]
async fn a_decision_made_from_an_older_state_is_stale() {
    let pc = Pc::founded().await;
    pc.append(home("1-1-101", "李敏")).await;
    let reads = |arrival| Some(Reads { arrival, entities: vec![file("1-1-101")] });
    let tick = claim("file.set", file("1-1-101"), None, "item/notice/1/ready", "yes", vec![]);
    pc.append(home("1-1-102", "王芳")).await;
    let fresh = NewCommit { reads: reads(2), ..commit(vec![tick.clone()]) };
    pc.store.append(fresh).await.unwrap();
    let stale = NewCommit { reads: reads(3), ..commit(vec![tick]) };
    assert!(matches!(pc.store.append(stale).await, Err(StoreError::Stale)));
    assert!(matches!(pc.store.append(commit(vec![])).await, Err(StoreError::EmptyCommit)));
}

#[tokio::test]
async fn settings_of_this_pc_are_kept_with_the_action() {
    let mut pc = Pc::founded().await;
    let settings = vec![("undo".to_owned(), b"list".to_vec())];
    let new = NewCommit { settings, ..commit(home("1-1-101", "李敏")) };
    pc.store.append(new).await.unwrap();
    pc.store.set_setting("last_unit", b"1-1-101").await.unwrap();
    pc.reopen(setup()).await.unwrap();
    assert_eq!(pc.store.setting("undo").await.unwrap().as_deref(), Some(&b"list"[..]));
    assert_eq!(pc.store.setting("last_unit").await.unwrap().as_deref(), Some(&b"1-1-101"[..]));
    assert_eq!(pc.store.setting("never").await.unwrap(), None);
}

#[tokio::test]
async fn nothing_of_the_project_can_be_read_from_the_files() {
    let pc = Pc::founded().await;
    pc.append(home("1-1-101", "李敏")).await;
    let blob = pc.store.put_blob("身份证扫描件".as_bytes()).await.unwrap();
    assert_eq!(pc.store.get_blob(&blob).await.unwrap(), "身份证扫描件".as_bytes());
    pc.store.clone().close().await.unwrap();
    let mut folders = vec![pc.dir.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            for secret in ["李敏", "身份证", "锦绣", "SQLite format"] {
                let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
                assert!(!found, "{secret} in {}", path.display());
            }
        }
    }
}

#[tokio::test]
async fn a_caller_that_stops_waiting_leaves_memory_and_file_at_one() {
    let pc = Pc::founded().await;
    pc.append(home("1-1-101", "李敏")).await;
    pc.store.homes().await.unwrap();
    for value in 0..20 {
        let store = pc.store.clone();
        let tick = claim("file.set", file("1-1-101"), None, "n", &value.to_string(), vec![]);
        let running = tokio::spawn(async move { store.append(commit(vec![tick])).await });
        tokio::task::yield_now().await;
        running.abort();
    }
    pc.append(home("1-1-102", "王芳")).await;
    pc.assert_sound().await;
    let shown = pc.store.homes().await.unwrap();
    assert_eq!(shown.len(), 2);
}
