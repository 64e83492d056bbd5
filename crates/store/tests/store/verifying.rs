use crate::pc::*;
use shoulou_store::*;

async fn fault_after(sql: &'static str) -> (Pc, FaultAt) {
    let pc = Pc::founded().await;
    pc.append(home("1-1-101", "李敏")).await;
    pc.set(file("1-1-101"), None, "contract/no", "A").await;
    let report = pc.store.verify().await.unwrap();
    assert!(report.is_clean());
    assert_eq!((report.commits, report.streams, report.homes), (3, 1, 1));
    pc.raw(sql).await;
    let fault = pc.store.verify().await.unwrap().fault.unwrap();
    (pc, fault.at)
}

async fn second(pc: &Pc) -> FaultAt {
    let hash = pc.store.commits_after(1, 1).await.unwrap()[0].1.header.clone();
    FaultAt::Commit { arrival: 2, hash: shoulou_eventlog::Hash::of(&hash) }
}

#[tokio::test]
async fn a_view_that_is_not_what_the_log_says_is_found_and_a_rebuild_mends_it() {
    let (pc, at) = fault_after("UPDATE view_home SET row = x'a0'").await;
    assert_eq!(at, FaultAt::Home(unit("1-1-101")));
    let rebuilt = pc.store.rebuild().await.unwrap();
    assert_eq!((rebuilt.commits, rebuilt.homes), (3, 1));
    pc.assert_sound().await;
    let (pc, at) = fault_after("DELETE FROM view_entity WHERE kind = 'file'").await;
    assert_eq!(at, FaultAt::Entity(file("1-1-101")));
    pc.store.rebuild().await.unwrap();
    pc.assert_sound().await;
}

#[tokio::test]
async fn a_part_that_was_changed_is_found_by_commit_and_number() {
    let sql = "UPDATE log_part SET bytes = x'00' WHERE place = 2 * 65536 + 1";
    let (_pc, at) = fault_after(sql).await;
    assert_eq!(at, FaultAt::Part { arrival: 2, index: 1 });
}

#[tokio::test]
async fn a_commit_that_was_changed_or_taken_out_is_found() {
    let sql = "UPDATE log_commit SET header = (SELECT header FROM log_commit WHERE arrival = 1) \
               WHERE arrival = 2";
    let (_pc, at) = fault_after(sql).await;
    assert!(matches!(at, FaultAt::Commit { arrival: 2, .. }));
    let (pc, at) = fault_after("UPDATE log_commit SET depth = 9 WHERE arrival = 2").await;
    assert_eq!(at, second(&pc).await);
    let (_pc, at) = fault_after("UPDATE local_head SET stream = zeroblob(16)").await;
    assert_eq!(at, FaultAt::Heads);
}

#[tokio::test]
async fn a_damaged_blob_is_named_and_an_absent_one_only_counted() {
    let pc = Pc::founded().await;
    let blob = pc.store.put_blob(b"scan").await.unwrap();
    let named = claim("file.set", file("1-1-101"), None, "scan", &blob.to_string(), vec![]);
    let new = NewCommit { blobs: vec![blob], ..commit(vec![named]) };
    pc.store.append(new).await.unwrap();
    let name = blob.to_string();
    let stored = pc.dir.path().join("project.db.blobs").join(&name[..2]).join(&name[2..]);
    std::fs::write(&stored, b"else").unwrap();
    let report = pc.store.verify().await.unwrap();
    assert_eq!(report.fault.map(|fault| fault.at), Some(FaultAt::Blob(blob)));
    std::fs::remove_file(&stored).unwrap();
    let report = pc.store.verify().await.unwrap();
    assert_eq!((report.fault, report.blobs_absent), (None, 1));
}
