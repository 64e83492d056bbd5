//! Pages as they are printed, scanned as offices scan.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod files;
mod pages;
mod scanner;

use scanner::Luck;
use shoulou_scan::find;
use std::sync::atomic::{AtomicUsize, Ordering};

fn ours(text: &str) -> bool {
    text.starts_with("SL:")
}

/// Of `count` scans, each of a page and with a luck of its own, those whose code was not read, or read wrongly.
fn unread(pages: &[pages::Printed], seeds: std::ops::Range<u64>) -> Vec<Luck> {
    let count = seeds.end - seeds.start;
    let next = AtomicUsize::new(0);
    let work = || {
        let mut unread = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed) as u64;
            if at >= count {
                return unread;
            }
            let printed = &pages[at as usize % pages.len()];
            let luck = Luck::drawn(seeds.start + at);
            let found = find(&luck.scan(&printed.picture), &ours);
            let right = |found: &shoulou_scan::Code| {
                found.text == printed.code && u32::from(found.turned) == luck.turns * 90
            };
            if !found.as_ref().is_some_and(right) {
                unread.push(luck);
            }
        }
    };
    std::thread::scope(|scope| {
        let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    })
}

#[test]
fn every_page_of_every_form_is_read_off_a_skewed_grey_150_dpi_scan() {
    let mut pages = pages::printed();
    // Every form's first page, then second ones: enough, and done in seconds.
    pages.sort_by_key(|page| page.code.rsplit(':').next().and_then(|no| no.parse::<u32>().ok()));
    pages.truncate(64);
    assert!(pages.len() >= 60, "{} pages", pages.len());
    let unread = unread(&pages, 0..pages.len() as u64);
    assert!(unread.is_empty(), "{unread:#?}");
}

/// `cargo test -p shoulou-scan --test reading -- --ignored`: some minutes.
#[test]
#[ignore = "a thousand scans take minutes"]
fn of_a_thousand_scans_by_chance_at_most_ten_are_not_read() {
    let unread = unread(&pages::printed(), 10_000..11_000);
    assert!(unread.len() <= 10, "{unread:#?}");
}
