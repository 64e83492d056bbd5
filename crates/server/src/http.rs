//! HTTP around the ledger: routes, bodies, sessions, waiting, counting.

use crate::{
    Ledger,
    http::{crowd::Crowd, metrics::Metrics},
};
use std::sync::Arc;
use tokio::sync::{Semaphore, watch};

mod ask;
mod blobs;
mod body;
mod commits;
mod crowd;
mod listen;
mod members;
mod metrics;
mod routes;
mod taking;

pub use listen::{Listening, Tls, serve, serve_metrics};
pub use routes::{ROUTES, Route, router};
pub use taking::Pace;

/// Milliseconds since 1970 UTC.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Memory that bodies may take together, in units of [`UNIT`] bytes.
const UNITS: usize = 4096;
const UNIT: usize = 64 << 10;
/// Answers to pulls that are put together at once.
const ANSWERS: usize = 16;

/// What all requests share.
pub struct Service {
    ledger: Ledger,
    clock: Clock,
    metrics: Metrics,
    memory: Arc<Semaphore>,
    answers: Semaphore,
    crowd: Crowd,
    stopping: watch::Receiver<bool>,
}

impl Service {
    /// `stopping` turns true when the server is to stop: whoever waits is answered then.
    pub fn new(ledger: Ledger, clock: Clock, stopping: watch::Receiver<bool>) -> Arc<Self> {
        Arc::new(Service {
            ledger,
            clock,
            metrics: Metrics::default(),
            memory: Arc::new(Semaphore::new(UNITS)),
            answers: Semaphore::new(ANSWERS),
            crowd: Crowd::default(),
            stopping,
        })
    }
}
