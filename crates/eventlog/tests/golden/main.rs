//! Logs of released formats, which every later version must read: `v1/*.cbor`, each a CBOR array of
//! bundles, and beside it what it says.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod dissect;
mod example;
mod pc;
mod report;
mod scenarios;

use proptest::{collection::vec, prelude::*};
use report::{Reader, read_log, write_log};
use shoulou_eventlog::{Bundle, Id};
use std::{env, fs, path::PathBuf};

fn place(name: &str, extension: &str) -> PathBuf {
    let golden = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/v1");
    golden.join(name).with_extension(extension)
}

fn golden(name: &str) -> Vec<u8> {
    fs::read(place(name, "cbor")).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn every_golden_log_says_what_it_always_said() {
    for (name, _) in scenarios::all() {
        let read = Reader::read(&read_log(&golden(name)));
        let said = fs::read_to_string(place(name, "txt")).unwrap();
        assert!(read.text == said, "{name} now reads\n{}", read.text);
    }
}

#[test]
fn every_golden_log_survives_being_read_byte_for_byte() {
    for (name, _) in scenarios::all() {
        assert!(write_log(&read_log(&golden(name))) == golden(name), "{name}");
    }
}

#[test]
fn this_version_writes_format_1_as_the_first_one_did() {
    for (name, bundles) in scenarios::all() {
        assert!(write_log(&bundles) == golden(name), "{name} is written in other bytes");
    }
}

proptest! {
    #[test]
    fn every_golden_log_folds_to_the_same_bytes_in_any_order_of_arrival(
        ranks in vec(any::<u32>(), 8)
    ) {
        for (name, _) in scenarios::all() {
            let bundles = read_log(&golden(name));
            let mut shuffled: Vec<_> = ranks.iter().zip(bundles.clone()).collect();
            prop_assert_eq!(shuffled.len(), bundles.len());
            shuffled.sort_by_key(|(rank, _)| *rank);
            let shuffled: Vec<_> = shuffled.into_iter().map(|(_, bundle)| bundle).collect();
            prop_assert_eq!(folded(&bundles), folded(&shuffled), "{}", name);
        }
    }
}

fn folded(bundles: &[Bundle]) -> Vec<(Id, Vec<u8>)> {
    let entities = Reader::read(bundles).entities;
    entities.into_iter().map(|(id, state)| (id, state.to_bytes())).collect()
}

/// Right only before a format is released, or for a log that is new:
/// `SHOULOU_WRITE_GOLDEN=1 cargo test -p shoulou-eventlog --test golden -- --ignored`
#[test]
#[ignore = "writes the golden logs and the worked example anew"]
fn write_the_golden_logs() {
    assert!(env::var_os("SHOULOU_WRITE_GOLDEN").is_some(), "SHOULOU_WRITE_GOLDEN is not set");
    for (name, bundles) in scenarios::all() {
        fs::write(place(name, "cbor"), write_log(&bundles)).unwrap();
        fs::write(place(name, "txt"), Reader::read(&bundles).text).unwrap();
    }
    example::write();
}
