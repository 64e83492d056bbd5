//! Pushing and pulling.

use crate::{
    office::{NOW, PROJECT, Pc, code, office, receipt, said, start},
    store::{Store, on_both},
};
use shoulou_eventlog::{
    Bundle, Hash, Id,
    sync::{
        Checkpoint,
        wire::{Cursor, Fate, Push, RefusalCode},
    },
};

on_both! {
    a_pushed_commit_gets_the_next_number_and_a_receipt
    what_is_pushed_again_keeps_its_number
    a_commit_whose_parents_are_not_here_is_not_taken_and_they_are_named
    two_commits_with_one_seq_are_both_accepted
    a_push_is_judged_commit_by_commit
    a_pull_goes_on_where_the_last_one_ended
    a_commit_that_a_carrier_had_in_part_is_completed_by_another
    a_push_of_another_epoch_or_of_too_many_is_not_taken
    a_pc_may_carry_what_another_signed
}

async fn a_pushed_commit_gets_the_next_number_and_a_receipt(store: Store) {
    let ledger = store.open().await;
    let (mut one, mut two) = office(&ledger).await;
    let (a, b) = (one.commit(), one.commit());
    let pushed = one.push(&ledger, &[&a, &b]).await.unwrap();
    assert_eq!(pushed.fates, [Fate::Accepted(1), Fate::Accepted(2)]);
    let receipt = receipt(&ledger, &pushed).unwrap();
    assert_eq!(receipt.commits, [(a.hash, 1), (b.hash, 2)]);
    assert_eq!(receipt.checkpoint, Checkpoint::start(PROJECT).then(&a.hash).then(&b.hash));
    assert_eq!((receipt.head, receipt.received, receipt.epoch), (2, NOW, pushed.news.epoch));

    let c = two.after(&[&b]);
    assert_eq!(two.fates(&ledger, &[&c]).await, [Fate::Accepted(3)]);
    let heads = one.clone();
    let heads = ledger.heads(PROJECT, heads.device, NOW).await.unwrap().heads;
    let mut ends: Vec<Hash> = heads.iter().map(|head| head.commit).collect();
    ends.sort();
    let mut expected = vec![b.hash, c.hash];
    expected.sort();
    assert_eq!(ends, expected);
    assert_eq!(one.all(&ledger).await, [a.bundle, b.bundle, c.bundle]);
}

async fn what_is_pushed_again_keeps_its_number(store: Store) {
    let ledger = store.open().await;
    let (mut one, two) = office(&ledger).await;
    let (a, b) = (one.commit(), one.commit());
    one.fates(&ledger, &[&a]).await;
    assert_eq!(
        two.fates(&ledger, &[&a, &b, &b]).await,
        [Fate::Known(1), Fate::Accepted(2), Fate::Known(2)]
    );
    let pushed = one.push(&ledger, &[&a, &b]).await.unwrap();
    assert_eq!(pushed.fates, [Fate::Known(1), Fate::Known(2)]);
    assert_eq!(receipt(&ledger, &pushed).unwrap().commits.len(), 2);
    assert_eq!(pushed.news.head, 2);
}

async fn a_commit_whose_parents_are_not_here_is_not_taken_and_they_are_named(store: Store) {
    let ledger = store.open().await;
    let (mut one, mut two) = office(&ledger).await;
    let (a, b) = (one.commit(), one.commit());
    let c = two.after(&[&b]);
    assert_eq!(one.fates(&ledger, &[&b]).await, [Fate::Missing(vec![a.hash])]);
    assert_eq!(
        two.fates(&ledger, &[&c, &a]).await,
        [Fate::Missing(vec![b.hash]), Fate::Accepted(1)]
    );
    assert_eq!(one.fates(&ledger, &[&b, &c]).await, [Fate::Accepted(2), Fate::Accepted(3)]);
}

async fn two_commits_with_one_seq_are_both_accepted(store: Store) {
    let ledger = store.open().await;
    let (mut one, _) = office(&ledger).await;
    let a = one.commit();
    let mut copy = one.clone();
    let (b, c) = (one.commit(), copy.commit());
    let d = copy.commit();
    assert_eq!(one.fates(&ledger, &[&a, &b]).await, [Fate::Accepted(1), Fate::Accepted(2)]);
    assert_eq!(copy.fates(&ledger, &[&c, &d]).await, [Fate::Accepted(3), Fate::Accepted(4)]);
    let heads = ledger.heads(PROJECT, one.device, NOW).await.unwrap().heads;
    let mut ends: Vec<(u64, Hash)> = heads.iter().map(|head| (head.seq, head.commit)).collect();
    ends.sort();
    assert_eq!(ends, [(1, b.hash), (2, d.hash)]);
    assert!(ledger.verify().await.unwrap().faults.is_empty());
}

async fn a_push_is_judged_commit_by_commit(store: Store) {
    let ledger = store.open().await;
    let (mut one, mut two) = office(&ledger).await;
    let good = one.commit();
    let mut forged = two.commit();
    let last = forged.bundle.envelope.len() - 1;
    forged.bundle.envelope[last] ^= 1;
    let foreign = Pc::of(Id([0x22; 16]), 1).commit();
    let mut parts = one.clone().commit();
    parts.bundle.parts[0].as_mut().unwrap()[30] ^= 1;
    // A seq that leaves one out: prev is the first, but this says to be the third.
    let mut skipping = one.clone();
    let mut draft = skipping.draft(vec![said(None, "file.noted", "x")]);
    draft.seq = 2;
    let skipping = skipping.write(draft);

    let epoch = ledger.news(PROJECT, NOW).await.unwrap().epoch;
    let mut commits = vec![
        good.bytes(),
        forged.bytes(),
        foreign.bytes(),
        parts.bytes(),
        skipping.bytes(),
        vec![0; 40].into(),
        vec![0; 2 << 20].into(),
    ];
    let next = one.commit();
    commits.push(next.bytes());
    let push = Push { epoch, commits };
    let pushed = ledger.push(PROJECT, one.device, push, NOW).await.unwrap();
    let refused = |flaw: &str| Fate::Refused(flaw.to_owned());
    assert_eq!(
        pushed.fates,
        [
            Fate::Accepted(1),
            refused("signature"),
            refused("project"),
            refused("parts"),
            refused("prev"),
            refused("encoding"),
            refused("size"),
            Fate::Accepted(2),
        ]
    );
}

async fn a_pull_goes_on_where_the_last_one_ended(store: Store) {
    let ledger = store.open().await;
    let (mut one, two) = office(&ledger).await;
    let commits = one.commits(23);
    one.fates(&ledger, &commits.iter().collect::<Vec<_>>()).await;
    let mut cursor = start(&ledger, PROJECT).await;
    let mut came: Vec<Bundle> = Vec::new();
    loop {
        let pulled = ledger.pull(PROJECT, two.device, cursor, 5, NOW).await.unwrap();
        if pulled.commits.is_empty() {
            assert_eq!(pulled.cursor, cursor);
            break;
        }
        assert!(pulled.commits.len() <= 5);
        came.extend(pulled.commits.iter().map(|bytes| Bundle::decode(&bytes.0).unwrap()));
        cursor = pulled.cursor;
    }
    assert_eq!(came, commits.iter().map(|one| one.bundle.clone()).collect::<Vec<_>>());
    let mut checkpoint = Checkpoint::start(PROJECT);
    commits.iter().for_each(|one| checkpoint = checkpoint.then(&one.hash));
    assert_eq!((cursor.number, cursor.checkpoint), (23, checkpoint));
    let standings = ledger.members(PROJECT, one.device, NOW).await.unwrap().standings;
    let standing = standings.iter().find(|standing| standing.device == two.device).unwrap();
    assert_eq!((standing.number, standing.last_seen), (23, Some(NOW)));
}

async fn a_commit_that_a_carrier_had_in_part_is_completed_by_another(store: Store) {
    let ledger = store.open().await;
    let (mut one, two) = office(&ledger).await;
    let whole = one.about(Id([7; 16]), &[]);
    let mut half = whole.clone();
    half.bundle.parts[1] = None;
    assert_eq!(two.fates(&ledger, &[&half]).await, [Fate::Accepted(1)]);
    assert_eq!(two.all(&ledger).await, [half.bundle]);
    assert_eq!(one.fates(&ledger, &[&whole]).await, [Fate::Known(1)]);
    assert_eq!(two.all(&ledger).await, [whole.bundle]);
}

async fn a_push_of_another_epoch_or_of_too_many_is_not_taken(store: Store) {
    let ledger = store.open().await;
    let (mut one, _) = office(&ledger).await;
    let commit = one.commit();
    let push = Push { epoch: Id([0; 16]), commits: vec![commit.bytes()] };
    let refusal = ledger.push(PROJECT, one.device, push, NOW).await.unwrap_err();
    assert_eq!(refusal.code, RefusalCode::Epoch);
    assert_eq!(refusal.epochs.len(), 1, "all of them, where the PC's is not known");
    let epoch = ledger.news(PROJECT, NOW).await.unwrap().epoch;
    let push = Push { epoch, commits: vec![commit.bytes(); 4097] };
    assert_eq!(code(ledger.push(PROJECT, one.device, push, NOW).await), RefusalCode::TooLarge);
    let cursor = Cursor { epoch, number: 0, checkpoint: Checkpoint::start(PROJECT) };
    assert!(one.pull(&ledger, cursor).await.unwrap().commits.is_empty());
}

async fn a_pc_may_carry_what_another_signed(store: Store) {
    let ledger = store.open().await;
    let (one, mut two) = office(&ledger).await;
    let commit = two.commit();
    assert_eq!(one.fates(&ledger, &[&commit]).await, [Fate::Accepted(1)]);
    let stranger = Pc::new(9);
    let push = stranger.push(&ledger, &[&commit]).await;
    assert_eq!(code(push), RefusalCode::NotAMember, "but only a member carries");
}
