use super::*;
use proptest::prelude::*;

fn hash(number: u64) -> Hash {
    Hash::of(&number.to_be_bytes())
}

fn stream(number: u8) -> Id {
    Id([number; 16])
}

fn link(commit: u64, in_stream: u8, seq: u64, prev: Option<u64>, others: &[u64]) -> Link {
    Link {
        commit: hash(commit),
        stream: stream(in_stream),
        seq,
        prev: prev.map(hash),
        others: others.iter().copied().map(hash).collect(),
    }
}

/// Stream 1 forks at seq 2 (5 and 6); stream 3 continues one branch and saw the other.
fn history() -> Vec<Link> {
    vec![
        link(1, 1, 0, None, &[]),
        link(2, 2, 0, None, &[1]),
        link(3, 1, 1, Some(1), &[]),
        link(4, 2, 1, Some(2), &[3]),
        link(5, 1, 2, Some(3), &[4]),
        link(6, 1, 2, Some(3), &[]),
        link(7, 1, 3, Some(6), &[]),
        link(8, 3, 0, None, &[7, 5]),
    ]
}

fn accept(depth: u64) -> Verdict {
    Verdict::Accept { depth, twins: vec![] }
}

#[test]
fn a_commit_lies_one_deeper_than_its_deepest_parent() {
    let mut arrivals = Arrivals::default();
    let verdicts: Vec<_> = history().into_iter().flat_map(|link| arrivals.arrive(link)).collect();
    let depths: Vec<_> =
        verdicts.iter().map(|(commit, _)| arrivals.standing(commit).unwrap().depth).collect();
    assert_eq!(depths, [1, 2, 2, 3, 4, 3, 4, 5]);
}

#[test]
fn a_commit_waits_for_its_parents_and_is_then_released_with_all_that_waited_for_it() {
    let mut arrivals = Arrivals::default();
    let missing = BTreeSet::from([hash(1)]);
    assert_eq!(arrivals.arrive(history()[2].clone()), [(hash(3), Verdict::Hold { missing })]);
    let missing = BTreeSet::from([hash(2), hash(3)]);
    assert_eq!(arrivals.arrive(history()[3].clone()), [(hash(4), Verdict::Hold { missing })]);
    let wanted: BTreeSet<_> = arrivals.pending().wanted().copied().collect();
    assert_eq!(wanted, BTreeSet::from([hash(1), hash(2)]));

    assert_eq!(arrivals.arrive(history()[0].clone()), [(hash(1), accept(1)), (hash(3), accept(2))]);
    assert_eq!(arrivals.arrive(history()[1].clone()), [(hash(2), accept(2)), (hash(4), accept(3))]);
    assert!(arrivals.pending().is_empty());
}

#[test]
fn a_commit_that_came_before_is_a_duplicate() {
    let mut arrivals = Arrivals::default();
    assert_eq!(arrivals.arrive(history()[0].clone()), [(hash(1), accept(1))]);
    assert_eq!(arrivals.arrive(history()[0].clone()), [(hash(1), Verdict::Duplicate)]);
}

#[test]
fn a_held_commit_that_comes_again_is_held_once() {
    let mut arrivals = Arrivals::default();
    for _ in 0..2 {
        let _ = arrivals.arrive(history()[2].clone());
    }
    assert_eq!(arrivals.pending().len(), 1);
    assert_eq!(arrivals.arrive(history()[0].clone()).len(), 2);
}

#[test]
fn both_branches_of_a_fork_are_accepted_and_the_fork_is_told() {
    let mut arrivals = Arrivals::default();
    let verdicts: Vec<_> = history().into_iter().flat_map(|link| arrivals.arrive(link)).collect();
    assert_eq!(verdicts[5], (hash(6), Verdict::Accept { depth: 3, twins: vec![hash(5)] }));
    assert_eq!(arrivals.forked(), BTreeSet::from([stream(1)]));
    let mut heads = [hash(5), hash(7)];
    heads.sort();
    assert_eq!(arrivals.heads(&stream(1)), heads);
    assert_eq!(arrivals.heads(&stream(2)), [hash(4)]);
}

#[test]
fn a_stream_that_begins_twice_is_a_fork() {
    let mut arrivals = Arrivals::default();
    let _ = arrivals.arrive(link(1, 1, 0, None, &[]));
    let verdicts = arrivals.arrive(link(2, 1, 0, None, &[]));
    assert_eq!(verdicts, [(hash(2), Verdict::Accept { depth: 1, twins: vec![hash(1)] })]);
}

#[test]
fn a_previous_commit_of_another_place_is_no_previous_commit() {
    let mut arrivals = Arrivals::default();
    let _ = arrivals.arrive(link(1, 1, 0, None, &[]));
    for wrong in [link(2, 1, 2, Some(1), &[]), link(3, 2, 1, Some(1), &[])] {
        let commit = wrong.commit;
        assert_eq!(arrivals.arrive(wrong), [(commit, Verdict::Broken)]);
    }
}

proptest! {
    #[test]
    fn any_order_of_arrival_gives_the_same_graph(order in Just(history()).prop_shuffle()) {
        let mut expected = Arrivals::default();
        let mut arrivals = Arrivals::default();
        for link in history() {
            let _ = expected.arrive(link);
        }
        for link in order {
            let _ = arrivals.arrive(link);
        }
        prop_assert!(arrivals.pending().is_empty());
        prop_assert_eq!(&arrivals.accepted, &expected.accepted);
        prop_assert_eq!(arrivals.forked(), expected.forked());
        for number in 1..=3 {
            prop_assert_eq!(arrivals.heads(&stream(number)), expected.heads(&stream(number)));
        }
    }
}
