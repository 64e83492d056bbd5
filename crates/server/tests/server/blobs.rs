//! Blobs and snapshots.

use crate::{
    office::{NOW, PROJECT, Pc, code, office, start},
    store::{Store, on_both},
};
use shoulou_eventlog::{
    Hash, Id,
    sync::{
        SnapshotNote,
        wire::{Bytes, Cursor, RefusalCode, Upload},
    },
};
use shoulou_server::Ledger;

on_both! {
    an_upload_goes_on_where_it_broke_off
    bytes_that_are_not_those_of_the_address_are_forgotten
    a_snapshot_is_kept_until_an_erasure_or_a_newer_one
}

async fn an_upload_goes_on_where_it_broke_off(store: Store) {
    let ledger = store.open().await;
    let (one, two) = office(&ledger).await;
    let bytes: Vec<u8> = (0..100_000u32).map(|n| (n % 251) as u8).collect();
    let (blob, length) = (Hash::of(&bytes), bytes.len() as u64);
    let at = async |pc: &Pc| ledger.upload(PROJECT, pc.device, blob, NOW).await.unwrap();
    assert_eq!(at(&one).await, Upload { offset: 0, complete: false });
    let send = async |pc: &Pc, from: usize, to: usize| {
        let piece = bytes[from..to].to_vec();
        ledger.append(PROJECT, pc.device, blob, from as u64..length, piece, NOW).await
    };
    send(&one, 0, 40_000).await.unwrap();
    assert_eq!(code(send(&one, 50_000, 60_000).await), RefusalCode::WrongBytes);
    assert_eq!(at(&two).await, Upload { offset: 40_000, complete: false });
    let size = ledger.blob_size(PROJECT, one.device, blob, NOW).await;
    assert_eq!(code(size), RefusalCode::NotFound, "half of it is not it");
    let whole = send(&two, 40_000, 100_000).await.unwrap();
    assert_eq!(whole, Upload { offset: length, complete: true });
    assert_eq!(at(&one).await, whole);
    assert_eq!(send(&one, 0, 10).await.unwrap(), whole, "it is there");
    let part = ledger.blob_bytes(PROJECT, blob, 90_000..95_000).await.unwrap();
    assert_eq!(part, bytes[90_000..95_000]);
    let there = ledger.blob_bytes(Id([0x22; 16]), blob, 0..10).await;
    assert_eq!(code(there), RefusalCode::NotFound, "another project's is another's");
    let huge = ledger.append(PROJECT, one.device, blob, 0..65 << 20, vec![], NOW).await;
    assert_eq!(code(huge), RefusalCode::TooLarge);
}

async fn bytes_that_are_not_those_of_the_address_are_forgotten(store: Store) {
    let ledger = store.open().await;
    let (one, _) = office(&ledger).await;
    let blob = Hash::of(b"a photo");
    let send = async |bytes: &[u8]| {
        ledger.append(PROJECT, one.device, blob, 0..7, bytes.to_vec(), NOW).await
    };
    assert_eq!(code(send(b"a virus").await), RefusalCode::WrongBytes);
    let here = ledger.upload(PROJECT, one.device, blob, NOW).await.unwrap();
    assert_eq!(here, Upload { offset: 0, complete: false });
    assert!(send(b"a photo").await.unwrap().complete);
}

async fn send(ledger: &Ledger, pc: &Pc, bytes: &[u8]) -> Hash {
    let (blob, length) = (Hash::of(bytes), bytes.len() as u64);
    ledger.append(PROJECT, pc.device, blob, 0..length, bytes.to_vec(), NOW).await.unwrap();
    blob
}

fn note(pc: &Pc, cursor: Cursor, blob: Hash, size: u64) -> Bytes {
    let note = SnapshotNote {
        project: PROJECT,
        cursor,
        fold: "1".into(),
        blob,
        size,
        commits: cursor.number,
        events: cursor.number,
        erased: 0,
        device: pc.device,
        key: pc.signing.verifying_key().as_bytes().to_vec().into(),
    };
    note.sign(&pc.signing).into()
}

async fn a_snapshot_is_kept_until_an_erasure_or_a_newer_one(store: Store) {
    let ledger = store.open().await;
    let (mut one, two) = office(&ledger).await;
    let none = ledger.snapshot(PROJECT, two.device, NOW).await;
    assert_eq!(code(none), RefusalCode::NotFound);
    let commit = one.about(Id([7; 16]), &[]);
    one.fates(&ledger, &[&commit]).await;
    let cursor = one.pull(&ledger, start(&ledger, PROJECT).await).await.unwrap().cursor;
    let put = async |pc: &Pc, note: Bytes| ledger.put_snapshot(PROJECT, pc.device, note, NOW).await;
    let early = note(&one, cursor, Hash::of(b"views"), 5);
    assert_eq!(code(put(&one, early).await), RefusalCode::NotFound, "its blob is not here");
    let blob = send(&ledger, &one, b"views").await;
    let good = note(&one, cursor, blob, 5);
    assert_eq!(code(put(&two, good.clone()).await), RefusalCode::Malformed, "not its own");
    let ahead = note(&one, Cursor { number: 9, ..cursor }, blob, 5);
    assert_eq!(code(put(&one, ahead).await), RefusalCode::Backwards);
    put(&one, good.clone()).await.unwrap();
    assert_eq!(ledger.snapshot(PROJECT, two.device, NOW).await.unwrap(), good);

    let newer = send(&ledger, &one, b"newer views").await;
    put(&one, note(&one, cursor, newer, 11)).await.unwrap();
    let size = async |blob| ledger.blob_size(PROJECT, two.device, blob, NOW).await;
    assert_eq!(code(size(blob).await), RefusalCode::NotFound);
    assert!(size(newer).await.is_ok());

    let erasure = one.erase(Id([7; 16]));
    one.fates(&ledger, &[&erasure]).await;
    assert_eq!(code(ledger.snapshot(PROJECT, two.device, NOW).await), RefusalCode::NotFound);
    assert_eq!(code(size(newer).await), RefusalCode::NotFound);
    let old = send(&ledger, &one, b"old views").await;
    let stale = put(&one, note(&one, cursor, old, 9)).await;
    assert_eq!(code(stale), RefusalCode::Malformed, "it holds what was erased");
}
