use crate::{pc::*, server::*};
use proptest::prelude::*;
use shoulou_eventlog::{
    Bundle, CommitError, Hash, Id,
    sync::{Receipt, machine::Reached, wire::Cursor},
};
use shoulou_store::*;

/// A PC that has recorded something, and has sent it.
async fn busy(server: &mut Server) -> Pc {
    let pc = member(server).await;
    pc.append(founding()).await;
    for n in 0..4 {
        pc.append(home(&format!("1-1-{n}"), "李敏")).await;
        pc.set(file(&format!("1-1-{n}")), None, "contract/no", "A").await;
    }
    server.push_from(&pc).await;
    pc
}

async fn to_sync(pc: &Pc) -> u64 {
    pc.store.to_sync().await.unwrap()
}

#[tokio::test]
async fn what_was_recorded_counts_until_the_server_said_that_it_has_it() {
    let mut server = Server::new();
    let pc = member(&mut server).await;
    assert_eq!(to_sync(&pc).await, 0);
    pc.append(founding()).await;
    let second = pc.append(home("1-1-101", "李敏")).await;
    assert_eq!(to_sync(&pc).await, 2);
    server.push_from(&pc).await;
    assert_eq!((to_sync(&pc).await, server.head()), (0, 2));
    assert_eq!(pc.store.number_of(&second.hash).await.unwrap(), Some(2));
    assert_eq!(pc.store.receipts(0, 10).await.unwrap().len(), 1);
    pc.set(file("1-1-101"), None, "contract/no", "A").await;
    assert_eq!(to_sync(&pc).await, 1);
}

#[tokio::test]
async fn what_is_sent_comes_parents_first_and_within_its_limits_yet_never_not_at_all() {
    let mut server = Server::new();
    let pc = member(&mut server).await;
    pc.append(founding()).await;
    for n in 0..5 {
        pc.append(home(&format!("1-1-{n}"), "李敏")).await;
    }
    let all = pc.store.unsent(0, 1 << 20, 100).await.unwrap();
    assert_eq!(all.iter().map(|one| one.arrival).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
    assert_eq!(pc.store.unsent(0, 1 << 20, 2).await.unwrap(), all[..2]);
    assert_eq!(pc.store.unsent(4, 1 << 20, 9).await.unwrap(), all[4..]);
    assert_eq!(pc.store.unsent(0, 1, 9).await.unwrap(), all[..1]);
    let two = all[0].size() + all[1].size();
    assert_eq!(pc.store.unsent(0, two, 9).await.unwrap(), all[..2]);
    let named = [all[3].hash, Hash::of(b"nowhere"), all[1].hash];
    let named = pc.store.named(&named).await.unwrap();
    assert_eq!(named, [all[1].clone(), all[3].clone()]);
}

#[tokio::test]
async fn a_receipt_counts_only_from_this_server_for_this_project_and_for_what_it_says() {
    let mut server = Server::new();
    let pc = member(&mut server).await;
    let hash = pc.append(founding()).await.hash;
    let bundle = pc.store.unsent(0, 1, 1).await.unwrap().remove(0).bundle;
    server.number(hash, bundle);
    let good = server.receipt(&[hash]);
    let read = Receipt::read(&good, &server.key.verifying_key()).unwrap();
    let stranger = ed25519_dalek::SigningKey::from_bytes(&[5; 32]);
    let other_project = Receipt { project: Id([8; 16]), ..read.clone() };
    let other_epoch = Receipt { epoch: Id([8; 16]), ..read.clone() };
    for bad in
        [read.sign(&stranger), other_project.sign(&server.key), other_epoch.sign(&server.key)]
    {
        let refused = pc.store.keep_receipt(Some(bad), vec![(hash, 1)], vec![], None).await;
        assert!(matches!(refused, Err(StoreError::NotFromServer(_))));
    }
    for (receipt, number) in [(None, 1), (Some(good.clone()), 2)] {
        let refused = pc.store.keep_receipt(receipt, vec![(hash, number)], vec![], None).await;
        assert!(matches!(refused, Err(StoreError::NotFromServer(_))));
    }
    assert_eq!((to_sync(&pc).await, pc.store.receipts(0, 9).await.unwrap().len()), (1, 0));
    pc.store.keep_receipt(Some(good), vec![(hash, 1)], vec![], None).await.unwrap();
    assert_eq!(to_sync(&pc).await, 0);
}

#[tokio::test]
async fn a_receipt_moves_the_cursor_only_to_where_its_commits_lead() {
    let mut server = Server::new();
    let pc = member(&mut server).await;
    let begin = pc.store.cursor().await.unwrap().unwrap();
    let one = pc.append(founding()).await.hash;
    let bundle = pc.store.unsent(0, 1, 1).await.unwrap().remove(0).bundle;
    server.number(one, bundle);
    let numbers = vec![(one, 1)];
    let receipt = server.receipt(&[one]);
    let beyond = Cursor { number: 2, ..server.at(1) };
    let elsewhere = Cursor { checkpoint: begin.checkpoint, ..server.at(1) };
    for cursor in [beyond, elsewhere] {
        let reached = Some(Reached { cursor, forget: Vec::new() });
        let keep = pc.store.keep_receipt(Some(receipt.clone()), numbers.clone(), vec![], reached);
        assert!(!keep.await.unwrap());
        assert_eq!(pc.store.cursor().await.unwrap(), Some(begin));
    }
    let reached = Some(Reached { cursor: server.at(1), forget: Vec::new() });
    assert!(pc.store.keep_receipt(Some(receipt), numbers, vec![], reached).await.unwrap());
    assert_eq!(pc.store.cursor().await.unwrap(), Some(server.at(1)));
    assert_eq!(pc.store.remembered().await.unwrap(), [server.at(1)]);
    // Another PC's commits follow from there.
    busy(&mut server).await;
    server.bring_up_to_date(&pc).await;
    assert_eq!(pc.store.cursor().await.unwrap(), Some(server.at(server.head())));
}

#[tokio::test]
async fn what_no_room_was_left_for_is_taken_in_as_soon_as_there_is_some() {
    let mut server = Server::new();
    let there = busy(&mut server).await;
    let here = member(&mut server).await;
    let begin = here.store.cursor().await.unwrap().unwrap();
    let (commits, after) = server.answer(0, 100);
    here.store.limit_growth(Some(0)).await.unwrap();
    for _ in 0..2 {
        let full = here.store.take(commits.clone(), after, &[]).await;
        assert!(matches!(full, Err(StoreError::DiskFull)), "{full:?}");
        assert_eq!(here.store.cursor().await.unwrap(), Some(begin));
    }
    here.store.limit_growth(None).await.unwrap();
    server.pull(&here, 100).await;
    assert_eq!(here.digest().await, there.digest().await);
}

#[tokio::test]
async fn commits_their_numbers_and_the_cursor_come_together() {
    let mut server = Server::new();
    let there = busy(&mut server).await;
    let here = member(&mut server).await;
    let taken = server.pull(&here, 100).await;
    assert_eq!(taken.received.admitted.len() as u64, server.head());
    assert_eq!(here.store.cursor().await.unwrap(), Some(server.at(server.head())));
    assert_eq!(here.digest().await, there.digest().await);
    assert_eq!(to_sync(&here).await, 0);
    for (index, (hash, _)) in server.commits.iter().enumerate() {
        assert_eq!(here.store.number_of(hash).await.unwrap(), Some(index as u64 + 1));
    }
    here.assert_sound().await;
    assert_eq!(server.pull(&here, 100).await, Taken::default());
}

#[tokio::test]
async fn what_this_pc_sent_comes_back_known_and_numbered_also_without_its_receipt() {
    let mut server = Server::new();
    let pc = member(&mut server).await;
    pc.append(founding()).await;
    pc.append(home("1-1-101", "李敏")).await;
    for one in pc.store.unsent(0, 1 << 20, 9).await.unwrap() {
        server.number(one.hash, one.bundle);
    }
    assert_eq!(to_sync(&pc).await, 2);
    let digest = pc.digest().await;
    let taken = server.pull(&pc, 9).await;
    assert_eq!((taken.received.known, taken.received.admitted.len()), (2, 0));
    assert!(!taken.received.forked);
    assert_eq!((to_sync(&pc).await, pc.digest().await), (0, digest));
}

#[tokio::test]
async fn an_answer_that_does_not_lead_to_its_cursor_is_refused_as_a_whole() {
    let mut server = Server::new();
    busy(&mut server).await;
    let here = member(&mut server).await;
    server.pull(&here, 2).await;
    let (before, digest) = (here.store.cursor().await.unwrap(), here.digest().await);
    let (commits, after) = server.answer(2, 3);
    let swapped = vec![commits[1].clone(), commits[0].clone(), commits[2].clone()];
    let with_gap = server.answer(3, 2).0;
    let other_epoch = Cursor { epoch: Id([9; 16]), ..after };
    for (commits, after) in [
        (swapped, after),
        (commits[..2].to_vec(), after),
        (with_gap, after),
        (commits.clone(), other_epoch),
        (commits.clone(), server.at(4)),
        (vec![], after),
    ] {
        let refused = here.store.take(commits, after, &[]).await;
        assert!(matches!(refused, Err(StoreError::NotFromServer(_))), "{refused:?}");
    }
    assert_eq!((here.store.cursor().await.unwrap(), here.digest().await), (before, digest));
    here.store.take(commits, after, &[]).await.unwrap();
}

#[tokio::test]
async fn one_commit_that_was_tampered_with_refuses_the_whole_answer() {
    let mut server = Server::new();
    busy(&mut server).await;
    let here = member(&mut server).await;
    let (commits, after) = server.answer(0, 4);
    let mut bundle = shoulou_eventlog::Bundle::decode(&commits[2].0).unwrap();
    let last = bundle.parts.len() - 1;
    bundle.parts[last].as_mut().unwrap()[30] ^= 1;
    let mut part = commits.clone();
    part[2] = bundle.encode().unwrap().into();
    let mut no_bundle = commits.clone();
    no_bundle[3].0.truncate(40);
    for bad in [part, no_bundle] {
        let refused = here.store.take(bad, after, &[]).await;
        assert!(matches!(refused, Err(StoreError::Commit(_))), "{refused:?}");
        assert_eq!(here.store.cursor().await.unwrap(), Some(server.at(0)));
        assert!(here.store.last().await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_device_without_a_certificate_waits_and_the_cursor_goes_on() {
    let mut server = Server::new();
    let here = member(&mut server).await;
    let there = busy(&mut server).await;
    let taken = server.pull(&here, 5).await;
    assert_eq!((taken.held_uncertified, taken.received.admitted.len()), (5, 0));
    assert_eq!(here.store.cursor().await.unwrap(), Some(server.at(5)));
    let third = member(&mut server).await;
    server.bring_up_to_date(&third).await;
    third.set(file("1-1-0"), None, "contract/no", "B").await;
    server.push_from(&third).await;
    while here.store.cursor().await.unwrap().unwrap().number < server.head() {
        server.pull(&here, 3).await;
    }
    assert!(here.store.last().await.unwrap().is_none());
    let taken = server.introduce(&here).await;
    assert_eq!(taken.received.admitted.len() as u64, server.head());
    assert_eq!((taken.held_uncertified, taken.received.held), (0, 0));
    server.bring_up_to_date(&there).await;
    assert_eq!(here.digest().await, there.digest().await);
    assert_eq!(to_sync(&here).await, 0);
    here.assert_sound().await;
}

#[tokio::test]
async fn a_commit_that_waited_and_turns_out_forged_goes_and_holds_up_nobody() {
    let mut elsewhere = Server::new();
    let there = busy(&mut elsewhere).await;
    let mut server = Server::new();
    server.enrol(&there).await;
    let here = member(&mut server).await;
    server.introduce(&here).await;
    let mut forged = Bundle::decode(&elsewhere.commits[1].1.0).unwrap();
    *forged.envelope.last_mut().unwrap() ^= 1;
    let hash = Hash::of(&forged.envelope);
    server.number(hash, forged.encode().unwrap());
    for (hash, bundle) in &elsewhere.commits {
        server.number(*hash, bundle.0.clone());
    }
    assert_eq!(server.pull(&here, 1).await.received.held, 1);
    let taken = server.pull(&here, 20).await;
    assert_eq!(taken.received.refused, [(hash, CommitError::BadSignature)]);
    assert_eq!(taken.received.admitted.len(), elsewhere.commits.len());
    assert_eq!(here.digest().await, there.digest().await);
    there.set(file("1-1-0"), None, "contract/no", "B").await;
    server.push_from(&there).await;
    assert_eq!(server.pull(&here, 20).await.received.refused, []);
}

#[tokio::test]
async fn of_two_certificates_the_later_holds_and_a_strangers_is_refused_with_all_beside_it() {
    let mut server = Server::new();
    let here = member(&mut server).await;
    let there = member(&mut server).await;
    let later = server.certificate(&there, 7).await;
    let revoked = shoulou_eventlog::sync::Certificate { revoked: Some(5), ..later.clone() };
    let signed = vec![revoked.sign(&server.key)];
    here.store.put_certificates(7, signed).await.unwrap();
    let earlier = server.certificate(&there, 3).await.sign(&server.key);
    here.store.put_certificates(8, vec![earlier]).await.unwrap();
    let members = here.store.members().await.unwrap();
    assert_eq!(members.revision, 8);
    let held = members.certificates.iter().find(|one| one.device == later.device).unwrap();
    assert_eq!((held.revision, held.revoked), (7, Some(5)));
    assert_eq!(here.store.label_of(held).as_deref(), Some("前台一"));
    let stranger = ed25519_dalek::SigningKey::from_bytes(&[5; 32]);
    let newer = shoulou_eventlog::sync::Certificate { revision: 9, ..later };
    let mixed = vec![newer.sign(&server.key), newer.sign(&stranger)];
    let refused = here.store.put_certificates(9, mixed).await;
    assert!(matches!(refused, Err(StoreError::NotFromServer(_))));
    assert_eq!(here.store.members().await.unwrap(), members);
}

#[tokio::test]
async fn a_batch_that_comes_in_two_pulls_is_shown_when_it_is_whole_and_keeps_its_numbers() {
    let mut server = Server::new();
    let there = member(&mut server).await;
    there.append(founding()).await;
    let batch = (1..=5).map(|n| commit(home(&format!("1-1-{n}"), "李敏"))).collect();
    there.store.append_batch(batch).await.unwrap();
    server.push_from(&there).await;
    let here = member(&mut server).await;
    let taken = server.pull(&here, 4).await;
    assert_eq!((taken.received.admitted.len(), taken.received.held), (1, 3));
    assert!(here.store.homes().await.unwrap().is_empty());
    assert_eq!(to_sync(&here).await, 0);
    let taken = server.pull(&here, 4).await;
    assert_eq!((taken.received.admitted.len(), taken.received.held), (5, 0));
    assert_eq!(here.store.homes().await.unwrap().len(), 5);
    for (hash, _) in &server.commits {
        assert!(here.store.number_of(hash).await.unwrap().is_some());
    }
    assert_eq!(to_sync(&here).await, 0);
}

#[tokio::test]
async fn what_is_set_aside_is_not_sent_until_it_is_taken_up() {
    let mut server = Server::new();
    let pc = member(&mut server).await;
    pc.append(founding()).await;
    let large = pc.append(home("1-1-1", "李敏")).await.hash;
    let other = pc.append(home("1-1-2", "李敏")).await.hash;
    pc.store.set_aside(&large, "too_large").await.unwrap();
    pc.store.keep_receipt(None, vec![], vec![other], None).await.unwrap();
    let asides = pc.store.asides().await.unwrap();
    let told: Vec<_> = asides.iter().map(|one| (one.hash, one.why.as_str())).collect();
    assert_eq!(told, [(large, "too_large"), (other, QUARANTINED)]);
    assert_eq!((to_sync(&pc).await, pc.store.unsent(0, 1 << 20, 9).await.unwrap().len()), (1, 1));
    server.push_from(&pc).await;
    assert_eq!(to_sync(&pc).await, 0);
    pc.append(home("1-1-3", "李敏")).await;
    assert_eq!(to_sync(&pc).await, 1);
    pc.store.take_up(Some("too_large")).await.unwrap();
    let hashes: Vec<_> = pc.store.unsent(0, 1 << 20, 9).await.unwrap();
    assert_eq!((hashes[0].hash, hashes.len(), to_sync(&pc).await), (large, 2, 2));
    server.push_from(&pc).await;
    assert_eq!(pc.store.asides().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_new_epoch_forgets_what_the_server_lost_and_sends_it_again() {
    let mut server = Server::new();
    let there = busy(&mut server).await;
    let here = member(&mut server).await;
    server.pull(&here, 4).await;
    server.pull(&here, 3).await;
    server.bring_up_to_date(&here).await;
    let digest = here.digest().await;
    let remembered = here.store.remembered().await.unwrap();
    assert_eq!(remembered, [server.at(4), server.at(7), server.at(9)]);
    let mut lost = Server::new();
    lost.epoch = Id([4; 16]);
    for (hash, bundle) in &server.commits[..6] {
        lost.number(*hash, bundle.0.clone());
    }
    let unknown = here.store.turn_epoch(lost.at(6)).await;
    assert!(matches!(unknown, Err(StoreError::NotFromServer(_))));
    assert_eq!(here.store.checkpoints_at_or_below(6).await.unwrap()[0].0, 4);
    here.store.turn_epoch(lost.at(4)).await.unwrap();
    assert_eq!((to_sync(&here).await, here.store.remembered().await.unwrap().len()), (5, 1));
    assert_eq!(lost.push_from(&here).await, 5);
    lost.pull(&here, 99).await;
    assert_eq!((to_sync(&here).await, lost.head(), here.digest().await), (0, 9, digest));
    there.store.turn_epoch(lost.at(0)).await.unwrap();
    assert_eq!(lost.push_from(&there).await, 9);
    lost.pull(&there, 99).await;
    assert_eq!((to_sync(&there).await, lost.head()), (0, 9));
    assert_eq!(there.digest().await, digest);
}

#[tokio::test]
async fn checkpoints_are_remembered_until_they_are_to_be_forgotten() {
    let mut server = Server::new();
    busy(&mut server).await;
    let here = member(&mut server).await;
    server.pull(&here, 2).await;
    let (commits, after) = server.answer(2, 2);
    here.store.take(commits, after, &[server.at(2)]).await.unwrap();
    assert_eq!(here.store.remembered().await.unwrap(), [server.at(4)]);
}

#[tokio::test]
async fn another_server_knows_nothing_of_what_the_one_before_had() {
    let mut server = Server::new();
    let pc = busy(&mut server).await;
    let link = Link { url: "https://10.0.0.6:8843".into(), ..server.link() };
    pc.store.set_link(link.clone()).await.unwrap();
    assert_eq!((pc.store.link().await.unwrap(), to_sync(&pc).await), (Some(link), 0));
    let mut other = Server::new();
    other.key = ed25519_dalek::SigningKey::from_bytes(&[78; 32]);
    pc.store.set_link(other.link()).await.unwrap();
    assert_eq!((pc.store.cursor().await.unwrap(), to_sync(&pc).await), (None, 9));
    assert!(pc.store.members().await.unwrap().certificates.is_empty());
    assert!(!pc.store.receipts(0, 9).await.unwrap().is_empty());
    pc.store.clear_link().await.unwrap();
    assert_eq!(pc.store.link().await.unwrap(), None);
    let alone = pc.store.keep_receipt(Some(vec![1]), vec![], vec![], None).await;
    assert!(matches!(alone, Err(StoreError::Unlinked)));
}

#[tokio::test]
async fn a_copy_that_sent_its_work_first_is_noticed_as_a_fork_by_the_next_pull() {
    let mut server = Server::new();
    let mut original = busy(&mut server).await;
    server.pull(&original, 99).await;
    original.store.clone().close().await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("project.db");
    std::fs::copy(&original.path, &path).unwrap();
    let store = Store::open(&path, &original.key, setup()).await.unwrap();
    let copy = Pc { dir, path, key: original.key.clone(), hex: original.hex.clone(), store };
    original.store = Store::open(&original.path, &original.key, setup()).await.unwrap();
    original.set(file("1-1-0"), None, "contract/no", "X").await;
    copy.set(file("1-1-0"), None, "contract/no", "Y").await;
    server.push_from(&copy).await;
    let before = original.store.own_head().await.unwrap();
    assert!(server.pull(&original, 99).await.received.forked);
    let after = original.store.own_head().await.unwrap();
    assert_ne!(before.stream, after.stream);
    assert_eq!((before.head.is_some(), after.head), (true, None));
    server.push_from(&original).await;
    server.bring_up_to_date(&copy).await;
    server.bring_up_to_date(&original).await;
    assert_eq!(original.digest().await, copy.digest().await);
    assert_eq!((to_sync(&original).await, to_sync(&copy).await), (0, 0));
    original.assert_sound().await;
}

#[tokio::test]
async fn the_same_random_bytes_give_the_same_commits() {
    let seeded = || {
        let next = std::sync::atomic::AtomicU64::new(0);
        let fill = move |bytes: &mut [u8]| {
            for chunk in bytes.chunks_mut(32) {
                let n = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                chunk.copy_from_slice(&Hash::of(&n.to_be_bytes()).0[..chunk.len()]);
            }
            true
        };
        Setup { random: Random::new(fill), ..setup() }
    };
    let mut runs = Vec::new();
    for _ in 0..2 {
        let pc = Pc::with(seeded()).await;
        pc.append(founding()).await;
        pc.store.put_blob(b"scan").await.unwrap();
        let batch = (1..=3).map(|n| commit(home(&format!("1-1-{n}"), "李敏"))).collect();
        pc.store.append_batch(batch).await.unwrap();
        runs.push((pc.everything().await, pc.store.own_head().await.unwrap()));
    }
    assert_eq!(runs[0], runs[1]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 40, ..ProptestConfig::default() })]

    #[test]
    fn however_the_log_is_cut_into_pulls_and_repeated_the_views_are_the_same(
        pieces in proptest::collection::vec((1..6usize, any::<bool>(), 0..12u64), 12),
        erase in any::<bool>(),
        certified_after in 0..14u64,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut server = Server::new();
            let late = member(&mut server).await;
            let first = busy(&mut server).await;
            let second = member(&mut server).await;
            server.bring_up_to_date(&second).await;
            second.set(file("1-1-1"), None, "contract/no", "B").await;
            first.set(file("1-1-1"), None, "contract/no", "C").await;
            if erase {
                first.append(vec![erasure(file("1-1-2"), buyer("1-1-2"))]).await;
            }
            server.push_from(&second).await;
            server.push_from(&first).await;
            if erase {
                server.erase(buyer("1-1-2"));
            }
            for (size, again, from) in pieces {
                let cursor = late.store.cursor().await.unwrap().unwrap();
                if cursor.number >= certified_after {
                    server.introduce(&late).await;
                }
                let (commits, after) = server.answer(from, size);
                if from != cursor.number && !commits.is_empty() {
                    let refused = late.store.take(commits, after, &[]).await;
                    assert!(refused.is_err(), "from {from}, at {}", cursor.number);
                }
                let (commits, after) = server.answer(cursor.number, size);
                late.store.take(commits.clone(), after, &[]).await.unwrap();
                if again && !commits.is_empty() {
                    assert!(late.store.take(commits, after, &[]).await.is_err());
                }
            }
            server.bring_up_to_date(&late).await;
            for pc in [&first, &second] {
                server.bring_up_to_date(pc).await;
                assert_eq!(pc.digest().await, late.digest().await);
            }
            assert_eq!(to_sync(&late).await, 0);
            late.assert_sound().await;
        });
    }
}

#[tokio::test]
async fn a_commit_whose_number_turns_out_to_be_anothers_is_sent_again() {
    let mut server = Server::new();
    let (here, there) = (member(&mut server).await, member(&mut server).await);
    server.introduce(&here).await;
    here.append(founding()).await;
    server.push_from(&here).await;
    assert_eq!((to_sync(&here).await, here.store.acknowledged().await.unwrap()), (0, 1));
    // The server is put back to before that, and goes on with what another PC sends.
    server.commits.clear();
    there.append(founding()).await;
    server.push_from(&there).await;
    server.pull(&here, 9).await;
    assert_eq!(to_sync(&here).await, 1);
}

#[tokio::test]
async fn a_new_epoch_puts_every_blob_on_offer_for_the_server_may_have_lost_any() {
    let mut server = Server::new();
    let pc = member(&mut server).await;
    let blob = pc.store.put_blob(b"a photograph").await.unwrap();
    let named = NewCommit { blobs: vec![blob], ..commit(founding()) };
    pc.store.append(named).await.unwrap();
    assert_eq!(pc.store.next_offer().await.unwrap(), None);
    pc.store.turn_epoch(Cursor { epoch: Id([4; 16]), ..server.at(0) }).await.unwrap();
    assert_eq!(pc.store.next_offer().await.unwrap(), Some(blob));
}
