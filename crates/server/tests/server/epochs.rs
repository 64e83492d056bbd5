//! A server that was put back to an older state.

use crate::{
    office::{NOW, PROJECT, code, office, start},
    store::{Store, on_both, options},
};
use shoulou_eventlog::{
    Hash,
    sync::{
        Checkpoint,
        wire::{Cursor, Fate, Push, RefusalCode},
    },
};
use shoulou_server::Ledger;

on_both! {
    a_cursor_that_the_server_does_not_have_says_that_it_went_backwards
    a_new_epoch_is_told_with_where_it_began
    a_server_put_back_to_a_backup_is_made_whole_by_any_pc
}

async fn a_cursor_that_the_server_does_not_have_says_that_it_went_backwards(store: Store) {
    let ledger = store.open().await;
    let (mut one, _) = office(&ledger).await;
    let commits = one.commits(3);
    one.fates(&ledger, &commits.iter().collect::<Vec<_>>()).await;
    let cursor = start(&ledger, PROJECT).await;
    let ahead = Cursor { number: 4, ..cursor };
    assert_eq!(code(one.pull(&ledger, ahead).await), RefusalCode::Backwards);
    for number in 1..=3 {
        let other = Cursor { number, checkpoint: Checkpoint(Hash::of(b"other")), ..cursor };
        assert_eq!(code(one.pull(&ledger, other).await), RefusalCode::Backwards);
    }
    let far = Cursor { number: u64::MAX, ..cursor };
    assert_eq!(code(one.pull(&ledger, far).await), RefusalCode::Backwards);
}

async fn a_new_epoch_is_told_with_where_it_began(store: Store) {
    let ledger = store.open().await;
    let (mut one, _) = office(&ledger).await;
    let first = start(&ledger, PROJECT).await;
    let a = one.commit();
    one.fates(&ledger, &[&a]).await;
    let second = ledger.new_epoch(PROJECT, NOW).await.unwrap();
    assert_ne!(second.epoch, first.epoch);
    let refusal = one.pull(&ledger, first).await.unwrap_err();
    assert_eq!(refusal.code, RefusalCode::Epoch);
    let [start] = refusal.epochs[..] else { panic!("{:?}", refusal.epochs) };
    assert_eq!((start.epoch, start.number), (second.epoch, 1));
    assert_eq!(start.checkpoint, Checkpoint::start(PROJECT).then(&a.hash));
    let push = Push { epoch: first.epoch, commits: vec![a.bytes()] };
    assert_eq!(code(ledger.push(PROJECT, one.device, push, NOW).await), RefusalCode::Epoch);
    let third = ledger.new_epoch(PROJECT, NOW).await.unwrap();
    let refusal = one.pull(&ledger, first).await.unwrap_err();
    let epochs: Vec<_> = refusal.epochs.iter().map(|one| one.epoch).collect();
    assert_eq!(epochs, [second.epoch, third.epoch]);
    let unknown = Cursor { epoch: PROJECT, ..first };
    assert_eq!(one.pull(&ledger, unknown).await.unwrap_err().epochs.len(), 3);
    assert!(ledger.verify().await.unwrap().faults.is_empty());
}

async fn a_server_put_back_to_a_backup_is_made_whole_by_any_pc(store: Store) {
    let ledger = store.open().await;
    let (mut one, mut two) = office(&ledger).await;
    let before = one.commits(3);
    one.fates(&ledger, &before.iter().collect::<Vec<_>>()).await;
    let copy = store.folder.path().join("yesterday");
    ledger.backup(&copy).await.unwrap();
    let after = two.after(&[&before[2]]);
    two.fates(&ledger, &[&after]).await;
    let pulled = one.pull(&ledger, start(&ledger, PROJECT).await).await.unwrap();
    ledger.close().await;

    let url = format!("sqlite:{}", copy.join("ledger.sqlite3").display());
    let restored = Ledger::open(&url, options(copy.join("blobs"))).await.unwrap();
    assert_eq!(restored.server_key(), ledger.server_key());
    assert_eq!(code(one.pull(&restored, pulled.cursor).await), RefusalCode::Backwards);
    let news = restored.new_epoch(PROJECT, NOW).await.unwrap();
    assert_eq!(news.head, 3);
    // What the author lost, another has.
    let fates = one.fates(&restored, &[&before[0], &after]).await;
    assert_eq!(fates, [Fate::Known(1), Fate::Accepted(4)]);
    assert_eq!(one.all(&restored).await.len(), 4);
    assert!(restored.verify().await.unwrap().faults.is_empty());
}
