//! Signers whom nobody vouched for, or no longer.

use crate::{
    office::{NOW, PROJECT, Pc, code, office, start},
    store::{Store, on_both},
};
use shoulou_eventlog::sync::{
    Certificate,
    wire::{Fate, RefusalCode},
};

on_both! {
    what_a_stranger_signed_waits_until_he_is_released
    a_revoked_device_keeps_its_past_and_its_future_waits
    what_goes_on_from_quarantine_waits_with_it
    only_an_administrator_releases_and_revokes
    a_device_that_is_invited_again_is_trusted_again
}

async fn what_a_stranger_signed_waits_until_he_is_released(store: Store) {
    let ledger = store.open().await;
    let (one, two) = office(&ledger).await;
    let mut stranger = Pc::new(9);
    let (a, b) = (stranger.commit(), stranger.commit());
    assert_eq!(two.fates(&ledger, &[&a, &b]).await, [Fate::Quarantined, Fate::Quarantined]);
    assert_eq!(two.fates(&ledger, &[&a]).await, [Fate::Quarantined]);
    assert!(two.all(&ledger).await.is_empty());
    let members = ledger.members(PROJECT, one.device, NOW).await.unwrap();
    let standing = members.standings.iter().find(|one| one.device == stranger.device).unwrap();
    assert_eq!(standing.quarantined, 2);

    let news = ledger.release(PROJECT, Some(one.device), stranger.device, NOW).await.unwrap();
    assert_eq!(news.head, 2);
    assert!(news.members > members.revision);
    assert_eq!(two.all(&ledger).await, [a.bundle.clone(), b.bundle]);
    assert_eq!(two.fates(&ledger, &[&a]).await, [Fate::Known(1)]);

    let members = ledger.members(PROJECT, one.device, NOW).await.unwrap();
    let read = |bytes: &shoulou_eventlog::sync::wire::Bytes| {
        Certificate::read(&bytes.0, &ledger.server_key()).unwrap()
    };
    let certificate =
        members.certificates.iter().map(read).find(|one| one.device == stranger.device);
    assert_eq!(certificate.unwrap().revoked, Some(NOW), "PCs can check it, and it is no member");
    let later = stranger.commit();
    assert_eq!(two.fates(&ledger, &[&later]).await, [Fate::Quarantined]);
    assert!(ledger.verify().await.unwrap().faults.is_empty());
}

async fn a_revoked_device_keeps_its_past_and_its_future_waits(store: Store) {
    let ledger = store.open().await;
    let (one, mut two) = office(&ledger).await;
    let before = two.commit();
    two.fates(&ledger, &[&before]).await;
    ledger.revoke(PROJECT, Some(one.device), two.device, NOW).await.unwrap();
    let after = two.commit();
    assert_eq!(two.fates(&ledger, &[&before, &after]).await, [Fate::Known(1), Fate::Quarantined]);
    let cursor = start(&ledger, PROJECT).await;
    assert_eq!(code(two.pull(&ledger, cursor).await), RefusalCode::Revoked);
    assert_eq!(code(ledger.members(PROJECT, two.device, NOW).await), RefusalCode::Revoked);
    let session = two.session(&ledger, NOW).await.unwrap();
    let own = Certificate::read(&session.certificate.0, &ledger.server_key()).unwrap();
    assert_eq!(own.revoked, Some(NOW), "so it learns of it");

    assert_eq!(one.all(&ledger).await, std::slice::from_ref(&before.bundle));
    ledger.release(PROJECT, Some(one.device), two.device, NOW).await.unwrap();
    assert_eq!(one.all(&ledger).await, [before.bundle, after.bundle]);
    let still = two.commit();
    assert_eq!(two.fates(&ledger, &[&still]).await, [Fate::Quarantined], "it stays revoked");
}

async fn what_goes_on_from_quarantine_waits_with_it(store: Store) {
    let ledger = store.open().await;
    let (mut one, mut two) = office(&ledger).await;
    ledger.revoke(PROJECT, Some(one.device), two.device, NOW).await.unwrap();
    let a = two.commit();
    let b = one.after(&[&a]);
    let c = one.commit();
    assert_eq!(one.fates(&ledger, &[&a, &b, &c]).await, vec![Fate::Quarantined; 3]);
    let mut other = Pc::new(8);
    let d = other.commit();
    one.fates(&ledger, &[&d]).await;
    let news = ledger.release(PROJECT, None, two.device, NOW).await.unwrap();
    assert_eq!(news.head, 3, "but not what another stranger signed");
    assert_eq!(one.all(&ledger).await, [a.bundle, b.bundle, c.bundle]);
    assert!(ledger.verify().await.unwrap().faults.is_empty());
}

async fn only_an_administrator_releases_and_revokes(store: Store) {
    let ledger = store.open().await;
    let (one, two) = office(&ledger).await;
    let by = Some(two.device);
    let revoked = ledger.revoke(PROJECT, by, one.device, NOW).await;
    assert_eq!(code(revoked), RefusalCode::NotAnAdministrator);
    let released = ledger.release(PROJECT, by, one.device, NOW).await;
    assert_eq!(code(released), RefusalCode::NotAnAdministrator);
    let last = ledger.revoke(PROJECT, Some(one.device), one.device, NOW).await;
    assert_eq!(code(last), RefusalCode::Malformed, "the last administrator stays");
    let nobody = ledger.revoke(PROJECT, Some(one.device), Pc::new(9).device, NOW).await;
    assert_eq!(code(nobody), RefusalCode::NotFound);
}

async fn a_device_that_is_invited_again_is_trusted_again(store: Store) {
    let ledger = store.open().await;
    let (one, mut two) = office(&ledger).await;
    ledger.revoke(PROJECT, Some(one.device), two.device, NOW).await.unwrap();
    let invite = crate::office::invite([77; 16], shoulou_eventlog::sync::Role::Member);
    ledger.invite(PROJECT, one.device, invite, NOW).await.unwrap();
    ledger.enrol(PROJECT, two.enrol_with(&[77; 16]), NOW).await.unwrap();
    let commit = two.commit();
    assert_eq!(two.fates(&ledger, &[&commit]).await, [Fate::Accepted(1)]);
}
