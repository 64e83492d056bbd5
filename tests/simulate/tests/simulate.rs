//! The runs that once showed something, and that what is broken on purpose is noticed. As many other seeds as
//! there is time for are run by `cargo xtask test` and `cargo xtask simulate`.

use shoulou_simulate::{Outcome, Sabotage, corpus, simulate};

const CORPUS: &str = include_str!("../corpus.txt");
/// So many seeds may go by before a break-point is noticed.
const SOON: u64 = 12;

fn run(seed: u64, sabotage: Sabotage) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("the system gives a thread").block_on(simulate(seed, sabotage))
}

#[test]
fn the_runs_of_the_corpus_come_out_right() {
    let seeds = corpus(CORPUS).expect("the corpus holds seeds");
    let failures: Vec<_> =
        seeds.into_iter().filter_map(|seed| run(seed, Sabotage::None).failure).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn the_same_seed_gives_the_same_run() {
    for seed in [3, 4] {
        assert_eq!(run(seed, Sabotage::None), run(seed, Sabotage::None));
    }
}

#[test]
fn whatever_is_broken_on_purpose_is_noticed_soon() {
    for sabotage in Sabotage::ALL {
        let noticed = (0..SOON).find(|seed| run(*seed, sabotage).failure.is_some());
        assert!(noticed.is_some(), "{sabotage:?} is not noticed within {SOON} seeds");
    }
}
