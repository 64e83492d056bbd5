//! Signers whom nobody vouched for, or no longer.

use crate::{
    office::{NOW, PROJECT, Pc, Pushable, code, office, said, start},
    store::{Store, on_both},
    wire::{Request, Server, path, session},
};
use shoulou_eventlog::{
    Hash,
    sync::{
        Certificate,
        wire::{Fate, Push, RefusalCode},
    },
};
use shoulou_server::{BLOBS_ROOM, COMMITS_ROOM, Ledger};

on_both! {
    what_a_stranger_signed_waits_until_he_is_released
    a_revoked_device_keeps_its_past_and_its_future_waits
    what_goes_on_from_quarantine_waits_with_it
    only_an_administrator_releases_and_revokes
    a_device_that_is_invited_again_is_trusted_again
    of_a_revoked_pc_so_much_waits_whoever_signed_it_and_no_more
    a_revoked_pc_uploads_so_much_and_no_more
    without_room_the_answer_on_the_wire_says_so
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

/// Commits of almost a MiB, until no more of them may wait.
async fn fill(ledger: &Ledger, carrier: &Pc, signer: &mut Pc) -> Vec<Pushable> {
    let mut kept = Vec::new();
    loop {
        let draft = signer.draft(vec![said(None, "file.noted", &"x".repeat(1_000_000))]);
        let commit = signer.write(draft);
        match carrier.push(ledger, &[&commit]).await {
            Ok(pushed) => assert_eq!(pushed.fates, [Fate::Quarantined]),
            refused => {
                assert_eq!(code(refused), RefusalCode::QuarantineFull);
                return kept;
            }
        }
        kept.push(commit);
        assert!(kept.len() < 100, "there is a bound");
    }
}

async fn of_a_revoked_pc_so_much_waits_whoever_signed_it_and_no_more(store: Store) {
    let ledger = store.open().await;
    let (mut one, mut two) = office(&ledger).await;
    ledger.revoke(PROJECT, Some(one.device), two.device, NOW).await.unwrap();
    let own = two.commit();
    assert_eq!(two.fates(&ledger, &[&own]).await, [Fate::Quarantined]);
    let mut forged = Pc::new(9);
    let kept = fill(&ledger, &two, &mut forged).await;
    let bytes: usize = kept.iter().map(|one| one.bundle.envelope.len() + 1_000_000).sum();
    assert!(bytes as u64 <= COMMITS_ROOM && bytes as u64 > COMMITS_ROOM - (2 << 20), "{bytes}");

    let next = two.commits(2000);
    let next: Vec<&Pushable> = next.iter().collect();
    assert_eq!(code(two.push(&ledger, &next).await), RefusalCode::QuarantineFull, "all or nothing");
    assert_eq!(two.fates(&ledger, &[&own]).await, [Fate::Quarantined], "what waits is known");
    let more = one.commit();
    assert_eq!(one.fates(&ledger, &[&more]).await, [Fate::Accepted(1)], "others are not touched");
    let mut stranger = Pc::new(8);
    let carried = stranger.commit();
    assert_eq!(one.fates(&ledger, &[&carried]).await, [Fate::Quarantined], "nor what they carry");

    let news = ledger.release(PROJECT, None, forged.device, NOW).await.unwrap();
    assert_eq!(news.head, 1 + kept.len() as u64);
    assert_eq!(
        two.fates(&ledger, &next).await,
        vec![Fate::Quarantined; 2000],
        "there is room again"
    );
    assert!(ledger.verify().await.unwrap().faults.is_empty());
}

async fn a_revoked_pc_uploads_so_much_and_no_more(store: Store) {
    let ledger = store.open().await;
    let (one, two) = office(&ledger).await;
    let begin = async |pc: &Pc, name: u64, length: u64| {
        let blob = Hash::of(&name.to_be_bytes());
        ledger.append(PROJECT, pc.device, blob, 0..length, vec![7], NOW).await
    };
    let whole = 64 << 20;
    let room = BLOBS_ROOM / whole;
    for name in 0..=room {
        begin(&two, name, whole).await.unwrap();
    }
    ledger.revoke(PROJECT, Some(one.device), two.device, NOW).await.unwrap();
    for name in 100..100 + room {
        begin(&two, name, whole).await.unwrap();
    }
    assert_eq!(code(begin(&two, 200, 2).await), RefusalCode::QuarantineFull);
    begin(&one, 200, 2).await.unwrap();
    let blob = Hash::of(&100u64.to_be_bytes());
    let more = async |to: u64| ledger.append(PROJECT, two.device, blob, 1..to, vec![8], NOW).await;
    assert_eq!(more(whole).await.unwrap().offset, 2, "what was begun goes on");
    assert_eq!(
        code(more(whole - 1).await),
        RefusalCode::WrongBytes,
        "and stays as long as it was said"
    );
    ledger.release(PROJECT, None, two.device, NOW).await.unwrap();
    begin(&two, 201, 2).await.unwrap();
}

async fn without_room_the_answer_on_the_wire_says_so(store: Store) {
    let ledger = store.open().await;
    let (one, mut two) = office(&ledger).await;
    let server = Server::start(&ledger).await;
    let token = session(server.at, &two).await;
    ledger.revoke(PROJECT, Some(one.device), two.device, NOW).await.unwrap();
    fill(&ledger, &two, &mut Pc::new(9)).await;
    let commits: Vec<_> = two.commits(2000).iter().map(Pushable::bytes).collect();
    let push = Push { epoch: start(&ledger, PROJECT).await.epoch, commits };
    let request = Request::new("POST", path(PROJECT, "/commits")).token(&token).message(&push);
    let answer = request.send(server.at).await;
    assert_eq!((answer.status, answer.refused()), (507, RefusalCode::QuarantineFull));
}
