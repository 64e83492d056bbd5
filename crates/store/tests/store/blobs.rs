//! Blobs on their way from and to the server.

use crate::{pc::*, server::*};
use shoulou_eventlog::{Hash, Id, sync::wire::Upload};
use shoulou_store::*;

/// Records a fact in a party's part (or the common one) that names a blob.
async fn attach(pc: &Pc, party: Option<Id>, scan: &[u8]) -> Hash {
    let blob = pc.store.put_blob(scan).await.unwrap();
    let file = file("1-1-101");
    let named = claim("file.set", file, party, "scan", &blob.to_string(), vec![]);
    let commit = NewCommit { blobs: vec![blob], ..commit(vec![named]) };
    pc.store.append(commit).await.unwrap();
    blob
}

async fn worked_in(server: &mut Server) -> Pc {
    let pc = member(server).await;
    pc.append(founding()).await;
    pc.append(home("1-1-101", "李敏")).await;
    pc
}

#[tokio::test]
async fn blobs_go_with_the_commits_that_name_them_and_are_missing_elsewhere() {
    let mut server = Server::new();
    let there = worked_in(&mut server).await;
    let blob = attach(&there, None, b"plan").await;
    let unsent = there.store.unsent(0, 1 << 20, 9).await.unwrap();
    assert_eq!(unsent.last().unwrap().blobs, [blob]);
    server.push_from(&there).await;
    let here = member(&mut server).await;
    server.bring_up_to_date(&here).await;
    assert!(!here.store.blob_present(&blob).await.unwrap());
    assert_eq!(here.store.blobs_missing(None, 9).await.unwrap(), [blob]);
    assert!(here.store.blobs_missing(Some(blob), 9).await.unwrap().is_empty());
    assert!(there.store.blobs_missing(None, 9).await.unwrap().is_empty());
    here.store.want(vec![blob]).await.unwrap();
    assert_eq!(here.store.wanted().await.unwrap(), [blob]);
    let stored = there.store.stored_blob(&blob).await.unwrap();
    here.store.put_stored_blob(&blob, stored).await.unwrap();
    assert!(here.store.wanted().await.unwrap().is_empty());
    assert!(here.store.blobs_missing(None, 9).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_download_that_was_cut_off_goes_on_where_it_was_after_a_restart_too() {
    let mut server = Server::new();
    let there = worked_in(&mut server).await;
    let blob = attach(&there, None, &[7; 5000]).await;
    let stored = there.store.stored_blob(&blob).await.unwrap();
    server.push_from(&there).await;
    let mut here = member(&mut server).await;
    server.bring_up_to_date(&here).await;
    let kept = here.store.keep_download(&blob, 0, stored[..2000].to_vec(), false).await.unwrap();
    assert_eq!(kept, Download { offset: 2000, complete: false });
    here.reopen(setup()).await.unwrap();
    assert_eq!(here.store.download(&blob).await.unwrap(), kept);
    assert!(here.store.verify().await.unwrap().is_clean());
    let kept = here.store.keep_download(&blob, 2000, stored[2000..].to_vec(), true).await.unwrap();
    assert!(kept.complete);
    assert_eq!(here.store.get_blob(&blob).await.unwrap(), [7; 5000]);
    assert_eq!(here.store.download(&blob).await.unwrap(), kept);
}

#[tokio::test]
async fn a_download_of_other_bytes_or_at_another_place_is_thrown_away() {
    let mut server = Server::new();
    let there = worked_in(&mut server).await;
    let blob = attach(&there, None, &[7; 500]).await;
    let mut wrong = there.store.stored_blob(&blob).await.unwrap();
    wrong[300] ^= 1;
    let here = member(&mut server).await;
    let begun = Download { offset: 0, complete: false };
    let refused = here.store.keep_download(&blob, 0, wrong.clone(), true).await;
    assert!(matches!(refused, Err(StoreError::BlobDamaged(_))));
    assert_eq!(here.store.download(&blob).await.unwrap(), begun);
    here.store.keep_download(&blob, 0, wrong[..100].to_vec(), false).await.unwrap();
    let refused = here.store.keep_download(&blob, 99, wrong[99..].to_vec(), true).await;
    assert!(matches!(refused, Err(StoreError::BlobDamaged(_))));
    assert_eq!(here.store.download(&blob).await.unwrap(), begun);
}

#[tokio::test]
async fn how_far_an_upload_is_is_remembered() {
    let mut server = Server::new();
    let mut pc = worked_in(&mut server).await;
    let blob = attach(&pc, None, b"plan").await;
    assert_eq!(pc.store.upload(&blob).await.unwrap(), None);
    for upload in [Upload { offset: 9, complete: false }, Upload { offset: 20, complete: true }] {
        pc.store.keep_upload(&blob, upload).await.unwrap();
        pc.reopen(setup()).await.unwrap();
        assert_eq!(pc.store.upload(&blob).await.unwrap(), Some(upload));
    }
}

#[tokio::test]
async fn blobs_that_only_an_erased_party_named_are_to_be_dropped_and_no_others() {
    let mut server = Server::new();
    let pc = worked_in(&mut server).await;
    let party = buyer("1-1-101");
    let own = attach(&pc, Some(party), b"identity card").await;
    let common = attach(&pc, None, b"plan").await;
    assert!(pc.store.blobs_to_drop().await.unwrap().is_empty());
    pc.append(vec![erasure(file("1-1-101"), party)]).await;
    let to_drop = pc.store.blobs_to_drop().await.unwrap();
    assert_eq!(to_drop, [Unnamed { party, blobs: vec![own] }]);
    assert!(pc.store.blob_present(&common).await.unwrap());
    assert!(!pc.store.blob_present(&own).await.unwrap());
    assert!(pc.store.blobs_missing(None, 9).await.unwrap().is_empty());
    pc.store.keep_dropped(vec![own]).await.unwrap();
    assert!(pc.store.blobs_to_drop().await.unwrap().is_empty());
}
