//! A job that runs to its end even when its caller stops waiting. It starts where its caller runs: a task
//! of its own would cost two changes of thread for every tick.

use crate::error::StoreError;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll},
};
use tokio::runtime::Handle;

type Job<T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send>>;

pub(crate) struct Unbroken<T: Send + 'static> {
    /// Until it has ended.
    job: Option<Job<T>>,
}

impl<T: Send + 'static> Unbroken<T> {
    pub fn new(job: impl Future<Output = Result<T, StoreError>> + Send + 'static) -> Self {
        Unbroken { job: Some(Box::pin(job)) }
    }
}

impl<T: Send + 'static> Future for Unbroken<T> {
    type Output = Result<T, StoreError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        const STOPPED: StoreError = StoreError::Driver("a write was stopped");
        let Some(job) = &mut self.job else { return Poll::Ready(Err(STOPPED)) };
        let polled = catch_unwind(AssertUnwindSafe(|| job.as_mut().poll(context)))
            .unwrap_or(Poll::Ready(Err(STOPPED)));
        if polled.is_ready() {
            self.job = None;
        }
        polled
    }
}

impl<T: Send + 'static> Drop for Unbroken<T> {
    fn drop(&mut self) {
        if let (Some(job), Ok(runtime)) = (self.job.take(), Handle::try_current()) {
            drop(runtime.spawn(job));
        }
    }
}
