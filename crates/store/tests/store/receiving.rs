use crate::pc::*;
use proptest::prelude::*;
use shoulou_domain::{
    fact::{DayClosed, Fact, KINDS},
    vocabulary::Outcome,
    world::household,
};
use shoulou_eventlog::{CommitError, Hash};
use shoulou_store::*;
use std::{collections::BTreeMap, sync::LazyLock};

#[tokio::test]
async fn commits_that_come_backwards_wait_for_their_ancestors() {
    let (here, there) = (Pc::new().await, Pc::founded().await);
    there.append(home("1-1-101", "李敏")).await;
    there.set(file("1-1-101"), None, "contract/no", "A").await;
    let commits = there.everything().await;
    for (index, commit) in commits.iter().enumerate().skip(1).rev() {
        let received = here.store.receive(vec![commit.clone()]).await.unwrap();
        assert_eq!((received.admitted.len(), received.held), (0, commits.len() - index));
    }
    assert!(here.store.homes().await.unwrap().is_empty());
    let received = here.store.receive(vec![commits[0].clone()]).await.unwrap();
    assert_eq!((received.admitted.len(), received.held), (3, 0));
    assert_eq!(received.homes, [unit("1-1-101")]);
    assert_eq!(here.digest().await, there.digest().await);
    assert_eq!(here.learn_from(&there).await.known, 3);
    here.assert_sound().await;
}

#[tokio::test]
async fn what_waits_is_still_waiting_after_a_restart() {
    let (mut here, there) = (Pc::new().await, Pc::founded().await);
    there.append(home("1-1-101", "李敏")).await;
    let commits = there.everything().await;
    here.store.receive(commits[1..].to_vec()).await.unwrap();
    here.reopen(setup()).await.unwrap();
    here.store.receive(commits[..1].to_vec()).await.unwrap();
    assert_eq!(here.digest().await, there.digest().await);
}

#[tokio::test]
async fn a_batch_is_shown_only_when_it_is_complete() {
    let (here, there) = (Pc::new().await, Pc::founded().await);
    let batch = (1..=5).map(|n| commit(home(&format!("1-1-{n}"), "李敏"))).collect();
    there.store.append_batch(batch).await.unwrap();
    there.append(home("9-9-999", "王芳")).await;
    let commits = there.everything().await;
    let (last, but_one) = (commits.len() - 1, commits.len() - 2);
    let early: Vec<_> = commits[..but_one].iter().chain([&commits[last]]).cloned().collect();
    let received = here.store.receive(early).await.unwrap();
    assert_eq!((received.admitted.len(), received.held), (1, 5));
    assert!(here.store.homes().await.unwrap().is_empty());
    here.store.receive(vec![commits[but_one].clone()]).await.unwrap();
    assert_eq!(here.store.homes().await.unwrap().len(), 6);
    assert_eq!(here.digest().await, there.digest().await);
}

#[tokio::test]
async fn what_was_tampered_with_is_refused_and_nothing_of_it_kept() {
    let (here, there) = (Pc::new().await, Pc::founded().await);
    let good = there.everything().await.remove(0);
    let mut header = good.clone();
    let end = header.header.len() - 1;
    header.header[end] ^= 1;
    let mut part = good.clone();
    part.parts[0].as_mut().unwrap()[40] ^= 1;
    let mut lacking = good.clone();
    lacking.parts[0] = None;
    let received = here.store.receive(vec![header]).await.unwrap();
    assert_eq!(received.refused[0].1, CommitError::BadSignature);
    for bad in [part, lacking] {
        let received = here.store.receive(vec![bad]).await.unwrap();
        assert_eq!(received.refused[0].1, CommitError::WrongPart(0));
        assert_eq!((received.admitted.len(), received.held), (0, 0));
    }
    assert_eq!(here.store.receive(vec![good]).await.unwrap().admitted.len(), 1);
}

#[tokio::test]
async fn a_commit_of_another_project_is_refused() {
    let here = Pc::new().await;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("other.db");
    let other = shoulou_eventlog::Id([3; 16]);
    let there = Store::join(&path, &here.key, other, &project_key(), setup()).await.unwrap();
    there.append(commit(home("1-1-101", "李敏"))).await.unwrap();
    let commits = there.commits_after(0, 10).await.unwrap();
    let received = here.store.receive(vec![commits[0].1.clone()]).await.unwrap();
    assert_eq!(received.refused[0].1, CommitError::Malformed("project"));
}

#[tokio::test]
async fn two_who_did_not_see_each_other_leave_a_dispute_that_a_third_settles() {
    let (first, second) = (Pc::founded().await, Pc::new().await);
    first.append(home("1-1-101", "李敏")).await;
    second.learn_from(&first).await;
    first.set(file("1-1-101"), None, "contract/no", "A-1").await;
    second.set(file("1-1-101"), None, "contract/no", "A-7").await;
    first.learn_from(&second).await;
    second.learn_from(&first).await;
    assert_eq!(first.digest().await, second.digest().await);
    let state = first.store.entity(file("1-1-101")).await.unwrap().unwrap();
    assert_eq!(state.open("contract/no").len(), 2);
    second.set(file("1-1-101"), None, "contract/no", "A-7").await;
    first.learn_from(&second).await;
    let state = first.store.entity(file("1-1-101")).await.unwrap().unwrap();
    assert_eq!(state.open("contract/no").len(), 1);
    first.assert_sound().await;
}

#[tokio::test]
async fn an_unknown_kind_is_kept_passed_on_and_makes_its_entity_read_only() {
    let (here, there) = (Pc::new().await, Pc::founded().await);
    there.append(home("1-1-101", "李敏")).await;
    let event = event("file.teleported", file("1-1-101"), &"somewhere");
    there.append(vec![shoulou_eventlog::NewEvent { party: None, event }]).await;
    here.learn_from(&there).await;
    let state = here.store.entity(file("1-1-101")).await.unwrap().unwrap();
    assert!(state.needs_newer_version());
    assert_eq!(here.everything().await, there.everything().await);
    here.assert_sound().await;
}

static OLDER: LazyLock<Vec<&str>> =
    LazyLock::new(|| KINDS.iter().copied().filter(|kind| *kind != "file.day_closed").collect());

#[tokio::test]
async fn what_a_newer_program_recorded_counts_after_the_upgrade() {
    let older = || Setup { knows: Knows(&OLDER), ..setup() };
    let (mut here, there) = (Pc::with(older()).await, Pc::founded().await);
    there.append(home("1-1-101", "李敏")).await;
    here.learn_from(&there).await;
    assert_eq!(here.digest().await, there.digest().await, "there is nothing new yet");
    let closed =
        Fact::DayClosed(DayClosed { day: 1, outcome: Outcome::Refused, appointment: None });
    there.append(vec![closed.event(file("1-1-101"))]).await;
    here.learn_from(&there).await;
    assert_eq!(here.everything().await, there.everything().await, "it is kept as it came");
    let needs_newer = async |pc: &Pc, knows| {
        let reading = Store::open_read_only(&pc.path, &pc.key, knows).await.unwrap();
        let from_disk = reading.entity(file("1-1-101")).await.unwrap().unwrap();
        reading.close().await.unwrap();
        assert_eq!(pc.store.entity(file("1-1-101")).await.unwrap().unwrap(), from_disk);
        from_disk.needs_newer_version()
    };
    assert!(
        needs_newer(&here, Knows(&OLDER)).await && !needs_newer(&there, Knows::default()).await
    );
    assert_ne!(
        here.store.fold(),
        there.store.fold(),
        "views of the one are of no use to the other"
    );
    here.assert_sound().await;
    here.reopen(older()).await.unwrap();
    assert!(needs_newer(&here, Knows(&OLDER)).await);

    here.reopen(setup()).await.unwrap();
    assert!(!needs_newer(&here, Knows::default()).await);
    assert_eq!(here.digest().await, there.digest().await);
    assert_eq!(here.store.fold(), there.store.fold());
    here.assert_sound().await;
}

#[tokio::test]
async fn a_copy_that_wrote_on_is_a_fork_of_two_branches_and_both_go_on() {
    let mut original = Pc::founded().await;
    original.append(home("1-1-101", "李敏")).await;
    original.store.clone().close().await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("project.db");
    std::fs::copy(&original.path, &path).unwrap();
    let store = Store::open(&path, &original.key, setup()).await.unwrap();
    let copy = Pc { dir, path, key: original.key.clone(), hex: original.hex.clone(), store };
    original.store = Store::open(&original.path, &original.key, setup()).await.unwrap();
    original.set(file("1-1-101"), None, "contract/no", "A").await;
    copy.set(file("1-1-101"), None, "contract/no", "B").await;

    let before = original.store.own_stream().await.unwrap();
    assert!(original.learn_from(&copy).await.forked);
    assert!(copy.learn_from(&original).await.forked);
    let branches = original.store.heads().await.unwrap();
    assert_eq!(branches.iter().filter(|head| head.stream == before.id()).count(), 2);
    assert_ne!(original.store.own_stream().await.unwrap(), before);
    assert_eq!(original.digest().await, copy.digest().await);
    original.set(file("1-1-101"), None, "contract/no", "A").await;
    copy.learn_from(&original).await;
    copy.set(file("1-1-101"), None, "contract/no", "B").await;
    original.learn_from(&copy).await;
    assert_eq!(original.digest().await, copy.digest().await);
    original.assert_sound().await;
    copy.assert_sound().await;
}

#[tokio::test]
async fn a_copy_that_wrote_on_alone_ends_the_stream_that_both_began() {
    let mut original = Pc::founded().await;
    original.append(home("1-1-101", "李敏")).await;
    let before = original.store.own_stream().await.unwrap().id();
    original.store.clone().close().await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("project.db");
    std::fs::copy(&original.path, &path).unwrap();
    original.reopen(setup()).await.unwrap();
    let store = Store::open(&path, &original.key, setup()).await.unwrap();
    let copy = Pc { dir, path, key: original.key.clone(), hex: original.hex.clone(), store };
    let last = copy.set(file("1-1-101"), None, "contract/no", "B").await.hash;

    assert!(original.learn_from(&copy).await.forked);
    for _ in 0..2 {
        let heads = original.store.heads().await.unwrap();
        let ends: Vec<_> = heads.iter().filter(|head| head.stream == before).collect();
        assert_eq!(ends.iter().map(|head| head.hash).collect::<Vec<_>>(), [last]);
        original.set(file("1-1-101"), None, "contract/no", "A").await;
        original.assert_sound().await;
        original.reopen(setup()).await.unwrap();
    }
    original.assert_sound().await;
}

#[derive(Clone, Debug)]
enum Step {
    Home(usize, usize),
    Set(usize, usize, u8, u8),
    Name(usize, usize, u8),
    Remark(usize, usize, u8),
    Import(usize, u8),
    Erase(usize, usize),
    Project(usize, u8),
    Learn(usize, usize),
}

const CODES: [&str; 3] = ["1-1-101", "8-2-1203", "8-10-101"];

fn steps(pcs: usize) -> impl Strategy<Value = Vec<Step>> {
    let (pc, code) = (0..pcs, 0..CODES.len());
    let step = prop_oneof![
        2 => (pc.clone(), code.clone()).prop_map(|(pc, code)| Step::Home(pc, code)),
        4 => (pc.clone(), code.clone(), 0..2u8, 0..3u8).prop_map(|(pc, code, path, value)| Step::Set(pc, code, path, value)),
        2 => (pc.clone(), code.clone(), 0..3u8).prop_map(|(pc, code, value)| Step::Name(pc, code, value)),
        1 => (pc.clone(), code.clone(), 0..3u8).prop_map(|(pc, code, value)| Step::Remark(pc, code, value)),
        1 => (pc.clone(), 0..9u8).prop_map(|(pc, n)| Step::Import(pc, n)),
        1 => (pc.clone(), code.clone()).prop_map(|(pc, code)| Step::Erase(pc, code)),
        1 => (pc.clone(), 0..2u8).prop_map(|(pc, value)| Step::Project(pc, value)),
        4 => (pc.clone(), pc).prop_map(|(to, from)| Step::Learn(to, from)),
    ];
    proptest::collection::vec(step, 5..25)
}

async fn take(step: &Step, pcs: &[Pc]) {
    match step {
        Step::Home(pc, code) => drop(pcs[*pc].append(home(CODES[*code], "李敏")).await),
        Step::Set(pc, code, path, value) => {
            let path = format!("contract/{path}");
            pcs[*pc].set(file(CODES[*code]), None, &path, &value.to_string()).await;
        }
        Step::Name(pc, code, value) => {
            let party = buyer(CODES[*code]);
            let path = format!("party/{party}/name");
            pcs[*pc].set(file(CODES[*code]), Some(party), &path, &value.to_string()).await;
        }
        Step::Remark(pc, code, value) => {
            let file = file(CODES[*code]);
            pcs[*pc].set(file, Some(household(file)), "remark", &value.to_string()).await;
        }
        Step::Import(pc, n) => {
            let homes = (0..3).map(|m| commit(home(&format!("5-{n}-{m}"), "王芳"))).collect();
            pcs[*pc].store.append_batch(homes).await.unwrap();
        }
        Step::Erase(pc, code) => {
            let code = CODES[*code];
            pcs[*pc].append(vec![erasure(file(code), buyer(code))]).await;
        }
        Step::Project(pc, value) => {
            drop(pcs[*pc].set(PROJECT, None, "station_order", &value.to_string()).await);
        }
        Step::Learn(to, from) if to == from => {}
        Step::Learn(to, from) => drop(pcs[*to].learn_from(&pcs[*from]).await),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, max_shrink_iters: 60, ..ProptestConfig::default() })]

    #[test]
    fn any_order_of_arrival_gives_the_same_views_byte_for_byte(
        (pcs, steps) in (2..=4usize).prop_flat_map(|pcs| (Just(pcs), steps(pcs))),
        seeds in proptest::collection::vec(any::<u64>(), 2),
        piece in 1..7usize,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut all = Vec::new();
            for _ in 0..pcs {
                all.push(Pc::new().await);
            }
            all[0].append(founding()).await;
            for step in &steps {
                take(step, &all).await;
            }
            let mut commits = BTreeMap::new();
            for pc in &all {
                for commit in pc.everything().await {
                    commits.insert(Hash::of(&commit.header), commit);
                }
            }
            let mut digests = Vec::new();
            for seed in &seeds {
                let mut order: Vec<&Arriving> = commits.values().collect();
                order.sort_by_key(|commit| Hash::of(&[&commit.header[..], &seed.to_be_bytes()].concat()));
                let fresh = Pc::new().await;
                for piece in order.chunks(piece) {
                    fresh.store.receive(piece.iter().map(|commit| (*commit).clone()).collect()).await.unwrap();
                }
                fresh.assert_sound().await;
                digests.push(fresh.digest().await);
            }
            for pc in &all {
                pc.store.receive(commits.values().cloned().collect()).await.unwrap();
                digests.push(pc.digest().await);
                pc.assert_sound().await;
            }
            digests.dedup();
            assert_eq!(digests.len(), 1, "views differ");
        });
    }
}
