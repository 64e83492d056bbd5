//! What is counted, in the text form that Prometheus reads.

use std::{
    collections::BTreeMap,
    fmt::Write,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Instant,
};

/// Upper ends of the classes of durations, in seconds.
const CLASSES: [f64; 9] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 60.0];

#[derive(Default)]
pub(crate) struct Metrics {
    requests: Mutex<BTreeMap<(&'static str, u16), u64>>,
    durations: Mutex<BTreeMap<&'static str, Durations>>,
    fates: Mutex<BTreeMap<&'static str, u64>>,
    pulled: AtomicU64,
    waiting: AtomicU64,
    pub(super) connections: AtomicU64,
}

#[derive(Default)]
struct Durations {
    classes: [u64; CLASSES.len()],
    count: u64,
    sum: f64,
}

/// A long poll under way.
pub(super) struct Waiting<'a>(&'a AtomicU64);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Metrics {
    pub fn count(&self, route: &'static str, status: u16, start: Instant) {
        *lock(&self.requests).entry((route, status)).or_default() += 1;
        let took = start.elapsed().as_secs_f64();
        let mut durations = lock(&self.durations);
        let durations = durations.entry(route).or_default();
        durations.count += 1;
        durations.sum += took;
        if let Some(class) = CLASSES.iter().position(|end| took <= *end) {
            durations.classes[class] += 1;
        }
    }

    pub fn fate(&self, fate: &'static str) {
        *lock(&self.fates).entry(fate).or_default() += 1;
    }

    pub fn pulled(&self, commits: usize) {
        self.pulled.fetch_add(commits as u64, Relaxed);
    }

    pub fn waiting(&self) -> Waiting<'_> {
        self.waiting.fetch_add(1, Relaxed);
        Waiting(&self.waiting)
    }

    pub fn text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text).expect("a String takes all that is written to it");
        text
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        writeln!(text, "# TYPE shoulou_requests_total counter")?;
        for ((route, status), count) in &*lock(&self.requests) {
            let labels = format!("route=\"{route}\",status=\"{status}\"");
            writeln!(text, "shoulou_requests_total{{{labels}}} {count}")?;
        }
        writeln!(text, "# TYPE shoulou_request_seconds histogram")?;
        for (route, durations) in &*lock(&self.durations) {
            let mut below = 0;
            for (end, count) in CLASSES.iter().zip(durations.classes) {
                below += count;
                let labels = format!("route=\"{route}\",le=\"{end}\"");
                writeln!(text, "shoulou_request_seconds_bucket{{{labels}}} {below}")?;
            }
            let (count, sum) = (durations.count, durations.sum);
            let labels = format!("route=\"{route}\",le=\"+Inf\"");
            writeln!(text, "shoulou_request_seconds_bucket{{{labels}}} {count}")?;
            writeln!(text, "shoulou_request_seconds_sum{{route=\"{route}\"}} {sum}")?;
            writeln!(text, "shoulou_request_seconds_count{{route=\"{route}\"}} {count}")?;
        }
        writeln!(text, "# TYPE shoulou_pushed_commits_total counter")?;
        for (fate, count) in &*lock(&self.fates) {
            writeln!(text, "shoulou_pushed_commits_total{{fate=\"{fate}\"}} {count}")?;
        }
        for (name, kind, value) in [
            ("shoulou_pulled_commits_total", "counter", &self.pulled),
            ("shoulou_waiting_pulls", "gauge", &self.waiting),
            ("shoulou_connections", "gauge", &self.connections),
        ] {
            writeln!(text, "# TYPE {name} {kind}\n{name} {}", value.load(Relaxed))?;
        }
        Ok(())
    }
}
