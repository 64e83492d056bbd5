//! `shoulou-simulate --seeds N [--from S] [--seconds B] [--corpus FILE] [--trace all]`: runs the seeds of the corpus, then
//! `N` seeds from `S` on, or as many of them as begin within `B` seconds. Prints what fails, and ends so.

use shoulou_simulate::{Outcome, Sabotage, simulate};
use std::{
    process::ExitCode,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

const USAGE: &str =
    "shoulou-simulate --seeds N [--from S] [--seconds B] [--corpus FILE] [--trace all]";

#[derive(Default)]
struct Wish {
    seeds: u64,
    from: u64,
    seconds: Option<u64>,
    corpus: Vec<u64>,
    trace: bool,
}

fn wish() -> Result<Wish, String> {
    let mut wish = Wish::default();
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or(USAGE)?;
        let number = || value.parse().map_err(|_| format!("{value} is no number\n{USAGE}"));
        match name.as_str() {
            "--seeds" => wish.seeds = number()?,
            "--from" => wish.from = number()?,
            "--seconds" => wish.seconds = Some(number()?),
            "--trace" => wish.trace = value == "all",
            "--corpus" => {
                let text = std::fs::read_to_string(&value);
                let text = text.map_err(|error| format!("{value}: {error}"))?;
                wish.corpus = shoulou_simulate::corpus(&text)?;
            }
            _ => return Err(USAGE.to_owned()),
        }
    }
    Ok(wish)
}

fn one(seed: u64) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("the system gives a thread").block_on(simulate(seed, Sabotage::None))
}

fn main() -> ExitCode {
    let wish = match wish() {
        Ok(wish) => wish,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::FAILURE;
        }
    };
    let begun = Instant::now();
    let seeds: Vec<u64> = wish
        .corpus
        .iter()
        .copied()
        .chain(wish.from..wish.from.saturating_add(wish.seeds))
        .collect();
    let budget = wish.seconds.map(Duration::from_secs);
    let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let outcomes: Mutex<Vec<Outcome>> = Mutex::default();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(seed) = seeds.get(at) else { return };
                    let over = budget.is_some_and(|budget| begun.elapsed() >= budget);
                    if over && at >= wish.corpus.len() {
                        return;
                    }
                    let mut outcome = one(*seed);
                    let trace = std::mem::take(&mut outcome.trace);
                    if wish.trace {
                        eprintln!("{}", trace.join("\n"));
                    }
                    if let Some(failure) = &outcome.failure {
                        failed.store(true, Ordering::Relaxed);
                        eprintln!("{failure}\n");
                    }
                    let mut done = outcomes.lock().unwrap_or_else(PoisonError::into_inner);
                    done.push(outcome);
                    if done.len().is_multiple_of(100) {
                        eprintln!("{} seeds, {:.0} s", done.len(), begun.elapsed().as_secs_f64());
                    }
                }
            });
        }
    });
    let outcomes = outcomes.into_inner().unwrap_or_else(PoisonError::into_inner);
    let sum = |count: fn(&Outcome) -> usize| outcomes.iter().map(count).sum::<usize>();
    let most = outcomes.iter().map(|outcome| outcome.rounds).max().unwrap_or(0);
    let failures = outcomes.iter().filter(|outcome| outcome.failure.is_some()).count();
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "{} seeds, {} PCs, {} commits, {} steps, {most} rounds at most, {failures} failed; {seconds:.0} s",
        outcomes.len(),
        sum(|outcome| outcome.pcs),
        sum(|outcome| outcome.commits),
        sum(|outcome| outcome.steps),
    );
    if failed.load(Ordering::Relaxed) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
