//! A PC that begins with another's views.

use crate::{pc::*, server::*};
use proptest::prelude::*;
use shoulou_eventlog::{Hash, Id};
use shoulou_store::*;

/// A project that has been worked in for a while, and a PC that has all of it.
async fn worked_in(server: &mut Server) -> Pc {
    let pc = member(server).await;
    pc.append(founding()).await;
    for n in 0..6 {
        pc.append(home(&format!("1-1-{n}"), "李敏")).await;
        pc.set(file(&format!("1-1-{n}")), None, "contract/no", "A").await;
    }
    let second = member(server).await;
    server.push_from(&pc).await;
    server.bring_up_to_date(&second).await;
    second.set(file("1-1-0"), None, "contract/no", "B").await;
    pc.set(file("1-1-0"), None, "contract/no", "C").await;
    server.push_from(&second).await;
    server.push_from(&pc).await;
    server.bring_up_to_date(&pc).await;
    pc
}

async fn snapshot(pc: &Pc) -> Exported {
    pc.store.export_snapshot().await.unwrap().expect("it is up to date")
}

/// A new PC that has begun with it.
async fn begun(server: &mut Server, made: &Exported) -> Pc {
    let pc = member(server).await;
    assert!(pc.store.import_snapshot(made.sealed.clone(), &made.note).await.unwrap());
    pc
}

async fn hashes(pc: &Pc) -> Vec<Hash> {
    pc.everything().await.iter().map(|commit| Hash::of(&commit.header)).collect()
}

async fn provisional(pc: &Pc) -> Option<Provisional> {
    pc.store.provisional().await.unwrap()
}

async fn settle(pc: &Pc) -> Settled {
    pc.store.settle_snapshot().await.unwrap()
}

#[tokio::test]
async fn a_snapshot_is_made_only_of_what_the_server_has() {
    let mut server = Server::new();
    let pc = worked_in(&mut server).await;
    let made = snapshot(&pc).await;
    let note = shoulou_eventlog::sync::SnapshotNote::read(&made.signed).unwrap();
    assert_eq!(note, made.note);
    assert_eq!((note.cursor, note.commits), (server.at(15), 15));
    assert_eq!(note.size, made.sealed.len() as u64);
    let events = pc.store.verify().await.unwrap().events;
    assert_eq!((note.events, note.erased, note.fold), (events, 0, pc.store.fold()));
    pc.append(home("9-9-9", "王芳")).await;
    assert_eq!(pc.store.export_snapshot().await.unwrap(), None);
    server.push_from(&pc).await;
    assert_eq!(pc.store.export_snapshot().await.unwrap(), None);
    server.pull(&pc, 9).await;
    assert_eq!(snapshot(&pc).await.note.cursor, server.at(16));
}

#[tokio::test]
async fn a_pc_that_begins_with_a_snapshot_shows_everything_at_once_and_ends_like_any_other() {
    let mut server = Server::new();
    let there = worked_in(&mut server).await;
    let made = snapshot(&there).await;
    let here = begun(&mut server, &made).await;
    assert_eq!(here.digest().await, there.digest().await);
    assert_eq!(provisional(&here).await, Some(Provisional { number: 15, pulled: 0 }));
    assert_eq!((here.store.to_sync().await.unwrap(), settle(&here).await), (0, Settled::NotYet));
    let taken = server.pull(&here, 6).await;
    assert_eq!((taken.history, taken.received.admitted.len()), (6, 0));
    assert_eq!(here.digest().await, there.digest().await);
    assert_eq!(provisional(&here).await, Some(Provisional { number: 15, pulled: 6 }));
    assert_eq!(here.store.export_snapshot().await.unwrap(), None);
    assert_eq!(settle(&here).await, Settled::NotYet);
    server.bring_up_to_date(&here).await;
    assert_eq!(settle(&here).await, Settled::Equal);
    assert_eq!((provisional(&here).await, settle(&here).await), (None, Settled::Nothing));
    assert!(!here.store.snapshot_differed().await.unwrap());
    assert_eq!(here.store.to_sync().await.unwrap(), 0);
    assert_eq!(hashes(&here).await, server.commits.iter().map(|one| one.0).collect::<Vec<_>>());
    here.assert_sound().await;
    assert_eq!(snapshot(&here).await.note.cursor, made.note.cursor);
}

#[tokio::test]
async fn people_can_work_at_once_on_what_they_are_shown() {
    let mut server = Server::new();
    let there = worked_in(&mut server).await;
    let made = snapshot(&there).await;
    let mut here = begun(&mut server, &made).await;
    let basis = here.store.last().await.unwrap().map_or(0, |last| last.arrival);
    assert!(here.store.strangers_since(basis).await.unwrap().is_empty());
    // The dispute that the snapshot shows is closed before its claims are in the log here.
    let closed = here.set(file("1-1-0"), None, "contract/no", "D").await;
    assert_eq!(closed.arrival, 16);
    assert_eq!(here.store.to_sync().await.unwrap(), 1);
    there.set(file("1-1-1"), None, "contract/no", "E").await;
    server.push_from(&there).await;
    assert_eq!(server.push_from(&here).await, 1);
    server.pull(&here, 7).await;
    assert!(here.store.strangers_since(basis).await.unwrap().is_empty());
    here.reopen(setup()).await.unwrap();
    let again = here.set(file("1-1-2"), None, "contract/no", "F").await;
    assert_eq!(again.arrival, 17);
    assert!(here.store.strangers_since(basis).await.unwrap().is_empty());
    server.bring_up_to_date(&here).await;
    assert_eq!(here.store.strangers_since(basis).await.unwrap().len(), 1);
    assert_eq!(settle(&here).await, Settled::Equal);
    server.push_from(&here).await;
    server.bring_up_to_date(&there).await;
    server.bring_up_to_date(&here).await;
    assert_eq!(here.digest().await, there.digest().await);
    let state = here.store.entity(file("1-1-0")).await.unwrap().unwrap();
    assert_eq!(state.open("contract/no").len(), 1);
    assert_eq!(here.store.to_sync().await.unwrap(), 0);
    here.assert_sound().await;
}

#[tokio::test]
async fn a_party_erased_between_snapshot_and_history_is_gone_at_once_and_the_end_is_the_same() {
    let mut server = Server::new();
    let there = worked_in(&mut server).await;
    let made = snapshot(&there).await;
    let here = begun(&mut server, &made).await;
    let early = begun(&mut server, &made).await;
    let (file, party) = (file("1-1-2"), buyer("1-1-2"));
    there.append(vec![erasure(file, party)]).await;
    server.push_from(&there).await;
    server.erase(party);
    server.introduce(&here).await;
    server.pull(&here, 15).await;
    assert_eq!(settle(&here).await, Settled::NotYet);
    server.pull(&here, 15).await;
    assert_eq!(here.digest().await, there.digest().await);
    let row = here.store.home(unit("1-1-2")).await.unwrap().unwrap();
    assert_eq!(row.owners, "");
    assert_eq!(settle(&here).await, Settled::Equal);
    here.assert_sound().await;

    // And where this PC erases while it has no history at all.
    early.append(vec![erasure(file, party)]).await;
    assert_eq!(early.store.home(unit("1-1-2")).await.unwrap().unwrap().owners, "");
    server.bring_up_to_date(&early).await;
    assert_eq!(settle(&early).await, Settled::Equal);
    server.push_from(&early).await;
    server.bring_up_to_date(&here).await;
    server.bring_up_to_date(&early).await;
    assert_eq!(here.digest().await, early.digest().await);
    early.assert_sound().await;
}

#[tokio::test]
async fn a_snapshot_that_the_log_does_not_bear_out_gives_way_and_is_told() {
    let mut server = Server::new();
    let there = worked_in(&mut server).await;
    let digest = there.digest().await;
    there.raw("UPDATE view_home SET row = (SELECT row FROM view_home ORDER BY unit LIMIT 1)").await;
    let made = snapshot(&there).await;
    let here = begun(&mut server, &made).await;
    assert_ne!(here.digest().await, digest);
    here.set(file("1-1-3"), None, "contract/no", "D").await;
    server.bring_up_to_date(&here).await;
    assert_eq!(settle(&here).await, Settled::Different);
    assert!(here.store.snapshot_differed().await.unwrap());
    assert_eq!(provisional(&here).await, None);
    here.assert_sound().await;
    let fresh = member(&mut server).await;
    server.push_from(&here).await;
    server.bring_up_to_date(&fresh).await;
    assert_eq!(here.digest().await, fresh.digest().await);
}

#[tokio::test]
async fn a_snapshot_is_taken_only_from_a_member_whole_and_into_an_empty_log() {
    let mut server = Server::new();
    let there = worked_in(&mut server).await;
    let made = snapshot(&there).await;
    let stranger = Pc::new().await;
    stranger.store.set_link(server.link()).await.unwrap();
    let refused = stranger.store.import_snapshot(made.sealed.clone(), &made.note).await;
    assert!(matches!(refused, Err(StoreError::BadSnapshot(_))), "{refused:?}");
    let here = member(&mut server).await;
    let mut torn = made.sealed.clone();
    torn[100] ^= 1;
    let refused = here.store.import_snapshot(torn, &made.note).await;
    assert!(matches!(refused, Err(StoreError::BadSnapshot(_))), "{refused:?}");
    let mut other = made.note.clone();
    other.cursor.number += 1;
    let refused = here.store.import_snapshot(made.sealed.clone(), &other).await;
    assert!(matches!(refused, Err(StoreError::BadSnapshot(_))), "{refused:?}");
    let mut newer = made.note.clone();
    newer.fold = "99".into();
    assert!(!here.store.import_snapshot(made.sealed.clone(), &newer).await.unwrap());
    here.append(home("5-5-5", "王芳")).await;
    assert!(!here.store.import_snapshot(made.sealed.clone(), &made.note).await.unwrap());
    assert_eq!(provisional(&here).await, None);
    here.assert_sound().await;
}

#[tokio::test]
async fn history_of_a_device_without_a_certificate_comes_to_its_place_when_it_has_one() {
    let mut server = Server::new();
    let there = worked_in(&mut server).await;
    let made = snapshot(&there).await;
    let here = Pc::new().await;
    server.enrol(&here).await;
    let maker = server.certificate(&there, 1).await.sign(&server.key);
    here.store.put_certificates(1, vec![maker]).await.unwrap();
    assert!(here.store.import_snapshot(made.sealed.clone(), &made.note).await.unwrap());
    let taken = server.pull(&here, 99).await;
    assert_eq!((taken.history, taken.held_uncertified), (14, 1));
    assert_eq!(settle(&here).await, Settled::NotYet);
    assert_eq!(server.introduce(&here).await.history, 1);
    assert_eq!(settle(&here).await, Settled::Equal);
    assert_eq!(hashes(&here).await, server.commits.iter().map(|one| one.0).collect::<Vec<_>>());
    here.assert_sound().await;
}

#[tokio::test]
async fn a_server_put_back_behind_the_snapshot_makes_the_pc_go_on_without_it() {
    let mut server = Server::new();
    let there = worked_in(&mut server).await;
    let made = snapshot(&there).await;
    let here = begun(&mut server, &made).await;
    server.pull(&here, 6).await;
    here.set(file("1-1-3"), None, "contract/no", "D").await;
    let mut lost = Server::new();
    lost.epoch = Id([4; 16]);
    for (hash, bundle) in &server.commits[..8] {
        lost.number(*hash, bundle.0.clone());
    }
    here.store.turn_epoch(lost.at(6)).await.unwrap();
    assert_eq!(provisional(&here).await, None);
    lost.push_from(&here).await;
    there.store.turn_epoch(lost.at(0)).await.unwrap();
    lost.push_from(&there).await;
    for pc in [&here, &there, &here] {
        server.introduce(pc).await;
        while pc.store.cursor().await.unwrap().unwrap().number < lost.head() {
            lost.pull(pc, 5).await;
        }
        lost.push_from(pc).await;
    }
    assert_eq!(here.digest().await, there.digest().await);
    assert_eq!((here.store.to_sync().await.unwrap(), lost.head()), (0, 16));
    let digest = here.digest().await;
    here.store.rebuild().await.unwrap();
    assert_eq!(here.digest().await, digest);
    assert_eq!(here.store.verify().await.unwrap().fault, None);
}

#[tokio::test]
async fn a_backup_of_a_pc_whose_history_is_still_coming_is_a_backup() {
    let mut server = Server::new();
    let there = worked_in(&mut server).await;
    let here = begun(&mut server, &snapshot(&there).await).await;
    here.set(file("1-1-3"), None, "contract/no", "D").await;
    server.pull(&here, 6).await;
    assert_eq!(here.store.verify().await.unwrap().fault, None);
    let backup = here.dir.path().join("backup.shoulou");
    here.store.backup(&backup).await.unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, max_shrink_iters: 40, ..ProptestConfig::default() })]

    #[test]
    fn a_snapshot_and_its_history_give_what_a_plain_pull_gives_byte_for_byte(
        at in 1..4usize,
        steps in proptest::collection::vec((0..5u8, 0..6usize, 1..6usize), 4..14),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut server = Server::new();
            let there = worked_in(&mut server).await;
            for n in 0..at {
                there.set(file("1-1-3"), None, "contract/no", &n.to_string()).await;
            }
            server.push_from(&there).await;
            server.bring_up_to_date(&there).await;
            let here = begun(&mut server, &snapshot(&there).await).await;
            let plain = member(&mut server).await;
            for (step, home, size) in steps {
                let code = format!("1-1-{home}");
                match step {
                    0 => drop(here.set(file(&code), None, "contract/no", "here").await),
                    1 => drop(there.set(file(&code), None, "contract/no", "there").await),
                    2 => {
                        there.append(vec![erasure(file(&code), buyer(&code))]).await;
                        server.push_from(&there).await;
                        server.erase(buyer(&code));
                    }
                    3 => drop(server.push_from(&here).await),
                    _ => drop(server.pull(&here, size).await),
                }
            }
            for pc in [&there, &here, &there] {
                server.push_from(pc).await;
                server.bring_up_to_date(pc).await;
            }
            server.bring_up_to_date(&here).await;
            assert_eq!(settle(&here).await, Settled::Equal);
            server.bring_up_to_date(&plain).await;
            for pc in [&here, &there, &plain] {
                assert_eq!(pc.digest().await, plain.digest().await);
                assert_eq!(pc.store.to_sync().await.unwrap(), 0);
                pc.assert_sound().await;
            }
        });
    }
}
