use crate::pc::*;
use shoulou_eventlog::{NewEvent, Value};
use shoulou_store::*;

async fn with_scan(pc: &Pc, code: &str) -> shoulou_eventlog::Hash {
    let blob = pc.store.put_blob("身份证".as_bytes()).await.unwrap();
    let named = claim("file.set", file(code), Some(buyer(code)), "scan", &blob.to_string(), vec![]);
    let new = NewCommit { blobs: vec![blob], ..commit(vec![named]) };
    pc.store.append(new).await.unwrap();
    blob
}

#[tokio::test]
async fn erasing_one_party_leaves_the_others_whole_and_the_chain_unbroken() {
    let pc = Pc::founded().await;
    pc.append(home("1-1-101", "李敏")).await;
    pc.append(home("1-1-102", "王芳")).await;
    let (gone, kept) = (with_scan(&pc, "1-1-101").await, with_scan(&pc, "1-1-102").await);
    pc.append(vec![erasure(file("1-1-101"), buyer("1-1-101"))]).await;

    let row = pc.store.home(unit("1-1-101")).await.unwrap().unwrap();
    assert_eq!(row.owners, "");
    let state = pc.store.entity(file("1-1-101")).await.unwrap().unwrap();
    assert_eq!(state.value("remark"), Some(&Value::from("阳台漏水")));
    let row = pc.store.home(unit("1-1-102")).await.unwrap().unwrap();
    assert_eq!(row.owners, "王芳");
    assert!(matches!(pc.store.get_blob(&gone).await, Err(StoreError::BlobMissing(_))));
    pc.store.get_blob(&kept).await.unwrap();
    pc.assert_sound().await;
    let report = pc.store.verify().await.unwrap();
    assert_eq!((report.erased_parts, report.blobs, report.blobs_absent), (2, 1, 1));
}

#[tokio::test]
async fn a_part_that_arrives_after_its_party_was_erased_is_not_kept() {
    let (here, there) = (Pc::founded().await, Pc::new().await);
    here.append(home("1-1-101", "李敏")).await;
    there.learn_from(&here).await;
    let (code, party) = ("1-1-101", buyer("1-1-101"));
    there.set(file(code), Some(party), &format!("party/{party}/phone"), "13800135566").await;
    here.append(vec![erasure(file(code), party)]).await;
    here.learn_from(&there).await;
    there.learn_from(&here).await;
    assert_eq!(here.digest().await, there.digest().await);
    for pc in [&here, &there] {
        let last = pc.everything().await;
        let parts = last.iter().flat_map(|commit| &commit.parts).filter(|part| part.is_none());
        assert_eq!(parts.count(), 2);
        pc.assert_sound().await;
    }
}

#[tokio::test]
async fn a_scan_of_somebody_who_was_erased_before_is_not_kept() {
    let pc = Pc::founded().await;
    pc.append(home("1-1-101", "李敏")).await;
    pc.append(vec![erasure(file("1-1-101"), buyer("1-1-101"))]).await;
    let gone = with_scan(&pc, "1-1-101").await;
    assert!(matches!(pc.store.get_blob(&gone).await, Err(StoreError::BlobMissing(_))));
    pc.assert_sound().await;
}

#[tokio::test]
async fn a_blob_that_another_home_names_too_stays() {
    let pc = Pc::founded().await;
    pc.append(home("1-1-101", "李敏")).await;
    let blob = with_scan(&pc, "1-1-101").await;
    let named = claim("file.set", file("1-1-102"), None, "scan", &blob.to_string(), vec![]);
    let new = NewCommit { blobs: vec![blob], ..commit(vec![named]) };
    pc.store.append(new).await.unwrap();
    pc.append(vec![erasure(file("1-1-101"), buyer("1-1-101"))]).await;
    pc.store.get_blob(&blob).await.unwrap();
}

#[tokio::test]
async fn an_erasure_inside_a_partys_own_part_does_not_count() {
    let pc = Pc::founded().await;
    pc.append(home("1-1-101", "李敏")).await;
    let party = buyer("1-1-101");
    let inside = NewEvent { party: Some(party), ..erasure(file("1-1-101"), party) };
    pc.append(vec![inside]).await;
    let row = pc.store.home(unit("1-1-101")).await.unwrap().unwrap();
    assert_eq!(row.owners, "李敏");
    pc.assert_sound().await;
}

#[tokio::test]
async fn bytes_that_one_pc_no_longer_had_come_from_another() {
    let (here, there) = (Pc::new().await, Pc::founded().await);
    there.append(home("1-1-101", "李敏")).await;
    let mut commits = there.everything().await;
    for part in commits[1].parts.iter_mut().skip(1) {
        *part = None;
    }
    here.store.receive(commits).await.unwrap();
    assert_eq!(here.store.home(unit("1-1-101")).await.unwrap().unwrap().owners, "");
    assert!(!here.store.verify().await.unwrap().is_clean());
    let received = here.learn_from(&there).await;
    assert_eq!((received.known, received.homes), (2, vec![unit("1-1-101")]));
    assert_eq!(here.digest().await, there.digest().await);
    here.assert_sound().await;
}
