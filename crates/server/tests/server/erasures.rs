//! One person's data goes, whenever it arrives.

use crate::{
    office::{NOW, PROJECT, code, office},
    store::{Store, on_both},
};
use shoulou_eventlog::{
    Hash, Id,
    sync::wire::{DropBlobs, Fate, RefusalCode},
};

on_both! {
    an_erasure_takes_what_came_before_it_and_what_comes_after
    an_erasure_reaches_into_quarantine
    blobs_go_with_the_last_part_that_named_them
    a_pc_drops_blobs_of_mixed_commits_and_no_others
}

const OWNER: Id = Id([7; 16]);
const OTHER: Id = Id([8; 16]);

async fn an_erasure_takes_what_came_before_it_and_what_comes_after(store: Store) {
    let ledger = store.open().await;
    let (mut one, mut two) = office(&ledger).await;
    let (before, late) = (one.about(OWNER, &[]), two.about(OWNER, &[]));
    let other = one.about(OTHER, &[]);
    let erasure = one.erase(OWNER);
    let fates = one.fates(&ledger, &[&before, &other, &erasure]).await;
    assert_eq!(fates, [Fate::Accepted(1), Fate::Accepted(2), Fate::Accepted(3)]);
    assert_eq!(two.fates(&ledger, &[&late]).await, [Fate::Accepted(4)]);
    assert_eq!(one.fates(&ledger, &[&before]).await, [Fate::Known(1)], "and it does not come back");

    let gone = |mut bundle: shoulou_eventlog::Bundle| {
        bundle.parts[1] = None;
        bundle
    };
    let expected = [gone(before.bundle), other.bundle, erasure.bundle, gone(late.bundle)];
    assert_eq!(two.all(&ledger).await, expected);
    let report = ledger.verify().await.unwrap();
    assert!(report.faults.is_empty(), "{report:?}");
    assert_eq!((report.erased_parts, report.absent_parts), (2, 0));
}

async fn an_erasure_reaches_into_quarantine(store: Store) {
    let ledger = store.open().await;
    let (mut one, mut two) = office(&ledger).await;
    ledger.revoke(PROJECT, None, two.device, NOW).await.unwrap();
    let waiting = two.about(OWNER, &[]);
    let erasing = two.erase(OTHER);
    two.fates(&ledger, &[&waiting, &erasing]).await;
    let kept = one.about(OTHER, &[]);
    let erasure = one.erase(OWNER);
    one.fates(&ledger, &[&kept, &erasure]).await;
    assert_eq!(one.all(&ledger).await[0], kept.bundle, "what waits erases nobody");
    ledger.release(PROJECT, None, two.device, NOW).await.unwrap();
    let all = one.all(&ledger).await;
    assert_eq!(all.len(), 4);
    assert_eq!(all[0].parts[1], None, "once released, it does");
    assert_eq!(all[2].parts[1], None);
    assert!(ledger.verify().await.unwrap().faults.is_empty());
}

async fn send(ledger: &shoulou_server::Ledger, device: Id, bytes: &[u8]) -> Hash {
    let blob = Hash::of(bytes);
    let at = 0..bytes.len() as u64;
    ledger.append(PROJECT, device, blob, at, bytes.to_vec(), NOW).await.unwrap();
    blob
}

async fn blobs_go_with_the_last_part_that_named_them(store: Store) {
    let ledger = store.open().await;
    let (mut one, mut two) = office(&ledger).await;
    let photo = send(&ledger, one.device, b"a photo").await;
    let shared = send(&ledger, one.device, b"a shared photo").await;
    let late = send(&ledger, two.device, b"a late photo").await;
    let a = one.about(OWNER, &[photo, shared]);
    let b = one.about(OTHER, &[shared]);
    let erasure = one.erase(OWNER);
    one.fates(&ledger, &[&a, &b, &erasure]).await;
    let device = one.device;
    let size = async |blob| ledger.blob_size(PROJECT, device, blob, NOW).await;
    assert_eq!(code(size(photo).await), RefusalCode::NotFound);
    assert_eq!(size(shared).await, Ok(14));
    let c = two.about(OWNER, &[late]);
    two.fates(&ledger, &[&c]).await;
    assert_eq!(code(size(late).await), RefusalCode::NotFound, "also when the commit comes later");
    let again = ledger.upload(PROJECT, two.device, photo, NOW).await.unwrap();
    assert!(again.complete, "nobody needs to send it");
    let erasure = one.erase(OTHER);
    one.fates(&ledger, &[&erasure]).await;
    assert_eq!(code(size(shared).await), RefusalCode::NotFound);
    assert!(ledger.verify().await.unwrap().faults.is_empty());
}

async fn a_pc_drops_blobs_of_mixed_commits_and_no_others(store: Store) {
    let ledger = store.open().await;
    let (mut one, _) = office(&ledger).await;
    let his = send(&ledger, one.device, b"his photo").await;
    let another = send(&ledger, one.device, b"another's").await;
    let mut draft = one.draft(vec![
        crate::office::said(Some(OWNER), "file.set", "x"),
        crate::office::said(Some(OTHER), "file.set", "y"),
    ]);
    draft.blobs = vec![his];
    let mixed = one.write(draft);
    let plain = one.about(OTHER, &[another]);
    one.fates(&ledger, &[&mixed, &plain]).await;
    let wish = DropBlobs { party: OWNER, blobs: vec![his, another] };
    let early = ledger.drop_blobs(PROJECT, one.device, wish.clone(), NOW).await;
    assert_eq!(code(early), RefusalCode::NotFound, "he is not erased");
    let erasure = one.erase(OWNER);
    one.fates(&ledger, &[&erasure]).await;
    let size = async |blob| ledger.blob_size(PROJECT, one.device, blob, NOW).await;
    assert!(size(his).await.is_ok(), "the server cannot know whose it is");
    ledger.drop_blobs(PROJECT, one.device, wish, NOW).await.unwrap();
    assert_eq!(code(size(his).await), RefusalCode::NotFound);
    assert!(size(another).await.is_ok());
}
