//! The corpora, and harmed copies of what is in them, through every decoder.

use shoulou_fuzz::{TARGETS, harm::Harm, samples};
use std::{fs, path::PathBuf};

/// For each target. Those that only look at the beginning of a file need fewer.
const HARMED: usize = 4_000;

fn folder(target: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target)
}

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(folder(target)).expect("every target has a corpus");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("it is read").path()).collect();
    files.sort();
    files.into_iter().map(|path| fs::read(path).expect("a file of the corpus is read")).collect()
}

#[test]
fn every_decoder_comes_back_from_its_corpus_and_from_what_is_harmed_of_it() {
    for (seed, (name, target)) in (1..).zip(TARGETS) {
        let corpus = corpus(name);
        assert!(!corpus.is_empty(), "{name} has no corpus");
        corpus.iter().for_each(|bytes| target(bytes));
        target(&[]);
        let mut harm = Harm::new(seed);
        for _ in 0..HARMED {
            target(&harm.of(&corpus));
        }
    }
}

#[test]
fn the_corpus_holds_what_this_version_writes() {
    for (target, name, bytes) in samples::all() {
        let path = folder(target).join(name);
        let kept = fs::read(&path).unwrap_or_default();
        assert!(kept == bytes, "{}: run `cargo test -p shoulou-fuzz -- --ignored`", path.display());
    }
}

#[test]
#[ignore = "writes the corpus"]
fn write_the_corpus() {
    for (target, name, bytes) in samples::all() {
        fs::create_dir_all(folder(target)).expect("the folder is made");
        fs::write(folder(target).join(name), bytes).expect("the file is written");
    }
}
