//! Copies and checks.

use crate::{
    office::{NOW, PROJECT, office},
    store::{Store, on_both, options},
};
use shoulou_eventlog::{Hash, sync::wire::Fate};
use shoulou_server::{Ledger, OpenError};
use std::fs;

on_both! {
    a_backup_holds_everything_and_can_be_served_from
    a_backup_goes_back_into_an_empty_store_of_either_kind
    what_is_no_backup_or_no_empty_store_is_refused_and_nothing_is_written
    a_blob_that_was_tampered_with_is_found
    a_log_that_was_tampered_with_is_found
}

async fn a_backup_holds_everything_and_can_be_served_from(store: Store) {
    let ledger = store.open().await;
    let (mut one, mut two) = office(&ledger).await;
    let photo = Hash::of(b"a photo");
    ledger.append(PROJECT, one.device, photo, 0..7, b"a photo".to_vec(), NOW).await.unwrap();
    let a = one.about(PROJECT, &[photo]);
    let b = one.about(two.device, &[]);
    let erasure = one.erase(two.device);
    one.fates(&ledger, &[&a, &b, &erasure]).await;
    ledger.revoke(PROJECT, None, two.device, NOW).await.unwrap();
    let waiting = two.commit();
    two.fates(&ledger, &[&waiting]).await;

    let folder = store.folder.path().join("copy");
    ledger.backup(&folder).await.unwrap();
    assert!(ledger.backup(&folder).await.is_err(), "it overwrites nothing");
    let url = format!("sqlite:{}", folder.join("ledger.sqlite3").display());
    let copy = Ledger::open(&url, options(folder.join("blobs"))).await.unwrap();
    let report = copy.verify().await.unwrap();
    assert_eq!(report, ledger.verify().await.unwrap());
    assert_eq!((report.commits, report.erased_parts, report.blobs), (3, 1, 1), "{report:?}");
    assert!(report.faults.is_empty(), "{report:?}");
    assert_eq!(copy.release(PROJECT, None, two.device, NOW).await.unwrap().head, 4);
    assert!(copy.verify().await.unwrap().faults.is_empty());
}

async fn a_backup_goes_back_into_an_empty_store_of_either_kind(store: Store) {
    let ledger = store.open().await;
    let (mut one, mut two) = office(&ledger).await;
    let photos = [Hash::of(b"a photo"), Hash::of(b"another")];
    for (photo, bytes) in photos.into_iter().zip([&b"a photo"[..], b"another"]) {
        let length = bytes.len() as u64;
        let whole = bytes.to_vec();
        ledger.append(PROJECT, one.device, photo, 0..length, whole, NOW).await.unwrap();
    }
    let mut commits = one.commits(300);
    commits.extend([one.about(PROJECT, &photos[..1]), one.about(two.device, &[])]);
    commits.push(one.erase(two.device));
    one.fates(&ledger, &commits.iter().collect::<Vec<_>>()).await;
    ledger.revoke(PROJECT, None, two.device, NOW).await.unwrap();
    let waiting = two.about(PROJECT, &photos[1..]);
    two.fates(&ledger, &[&waiting]).await;
    let token = one.session(&ledger, NOW).await.unwrap().token;
    let all = one.all(&ledger).await;
    let report = ledger.verify().await.unwrap();
    assert_eq!((report.commits, report.faults.len()), (303, 0), "{report:?}");

    let mut folder = store.folder.path().join("copy");
    ledger.backup(&folder).await.unwrap();
    // On to the other kind, and from there back to this one.
    let stores = [store.other(), store.fresh()];
    for to in &stores {
        let kept = fs::read(folder.join("ledger.sqlite3")).unwrap();
        let restored = Ledger::restore(&folder, &to.url, options(to.blobs())).await.unwrap();
        assert!(fs::read(folder.join("ledger.sqlite3")).unwrap() == kept, "the copy stays");
        assert_eq!(restored.verify().await.unwrap(), report);
        assert_eq!(one.all(&restored).await, all);
        assert_eq!(restored.server_key(), ledger.server_key());
        assert_eq!(restored.session(&token, NOW).unwrap().device, one.device);
        assert_eq!(restored.blob_bytes(PROJECT, photos[1], 0..7).await.unwrap(), b"another");
        let left = fs::read_dir(to.blobs()).unwrap().count();
        assert_eq!(left, 1, "the project's, and nothing that was needed on the way");
        folder = to.folder.path().join("copy");
        restored.backup(&folder).await.unwrap();

        restored.release(PROJECT, None, two.device, NOW).await.unwrap();
        let more = one.clone().commit();
        assert_eq!(one.fates(&restored, &[&more]).await, [Fate::Accepted(305)], "it goes on");
        let report = restored.verify().await.unwrap();
        assert_eq!((report.commits, report.blobs, report.faults.len()), (305, 2, 0), "{report:?}");
        restored.close().await;
    }
}

async fn what_is_no_backup_or_no_empty_store_is_refused_and_nothing_is_written(store: Store) {
    let ledger = store.open().await;
    let (mut one, _) = office(&ledger).await;
    let folder = store.folder.path().join("copy");
    ledger.backup(&folder).await.unwrap();
    let commit = one.commit();
    one.fates(&ledger, &[&commit]).await;
    let again = Ledger::restore(&folder, &store.url, options(store.blobs())).await;
    assert!(matches!(again, Err(OpenError::Occupied)));
    assert_eq!(one.all(&ledger).await, [commit.bundle], "what was there is there");

    let empty = store.fresh();
    let nothing = store.folder.path().join("nothing");
    let restored = Ledger::restore(&nothing, &empty.url, options(empty.blobs())).await;
    assert!(matches!(restored, Err(OpenError::NoBackup)));
    fs::write(folder.join("ledger.sqlite3"), b"not a database, but long enough to be looked at")
        .unwrap();
    let restored = Ledger::restore(&folder, &empty.url, options(empty.blobs())).await;
    assert!(restored.is_err());
    assert!(empty.open().await.projects().await.unwrap().is_empty());
}

async fn a_blob_that_was_tampered_with_is_found(store: Store) {
    let ledger = store.open().await;
    let (mut one, _) = office(&ledger).await;
    let photo = Hash::of(b"a photo");
    ledger.append(PROJECT, one.device, photo, 0..7, b"a photo".to_vec(), NOW).await.unwrap();
    let commit = one.about(PROJECT, &[photo]);
    one.fates(&ledger, &[&commit]).await;
    let name = photo.to_string();
    let path = store.blobs().join(PROJECT.to_string()).join(&name[..2]).join(&name);
    fs::write(&path, b"a virus").unwrap();
    assert_eq!(ledger.verify().await.unwrap().faults.len(), 1);
    fs::remove_file(path).unwrap();
    let report = ledger.verify().await.unwrap();
    assert_eq!((report.absent_blobs, report.faults.len()), (1, 0), "it may still be sent");
}

async fn a_log_that_was_tampered_with_is_found(store: Store) {
    for (tampering, at) in [
        (
            "UPDATE log_commit SET envelope = (SELECT envelope FROM log_commit WHERE number = 1) WHERE number = 2",
            "number 2",
        ),
        ("UPDATE log_commit SET common = x'00' WHERE number = 2", "number 2"),
        (
            "UPDATE log_commit SET checkpoint = x'0000000000000000000000000000000000000000000000000000000000000000' WHERE number = 3",
            "number 3",
        ),
        ("DELETE FROM log_commit WHERE number = 2", "number 2"),
        ("DELETE FROM log_commit WHERE number = 4", "number 4"),
        ("UPDATE log_part SET bytes = x'00' WHERE number = 3", "number 3"),
        ("DELETE FROM log_erased", "number 4"),
        ("DELETE FROM stream_end", "heads"),
        ("DELETE FROM log_blob", "blobs"),
        ("UPDATE member SET revoked = 1", "device"),
    ] {
        let store = store.fresh();
        let ledger = store.open().await;
        let (mut one, _) = office(&ledger).await;
        let commits = [
            one.commit(),
            one.commit(),
            one.about(PROJECT, &[Hash::of(b"a")]),
            one.erase(one.device),
        ];
        one.fates(&ledger, &commits.iter().collect::<Vec<_>>()).await;
        assert!(ledger.verify().await.unwrap().faults.is_empty());
        store.tamper(tampering).await;
        let faults = ledger.verify().await.unwrap().faults;
        assert!(faults.iter().any(|(place, _)| place.starts_with(at)), "{tampering}: {faults:?}");
        ledger.close().await;
    }
}
