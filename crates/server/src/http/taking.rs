//! A connection whose other side takes too slowly what it asked for is ended: else it would keep its place, and the
//! answer in memory, for ever.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep},
};

/// At least so many bytes are to be taken in so much time of waiting for the other side. Time in which there is
/// nothing to send does not count.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    pub bytes: usize,
    pub within: Duration,
}

/// A quarter of the least that a PC itself still takes for a line.
pub(super) const SLOWEST: Pace = Pace { bytes: 60 << 10, within: Duration::from_secs(120) };

pub(super) struct Taking<S> {
    stream: S,
    pace: Pace,
    taken: usize,
    waited: Duration,
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl<S> Taking<S> {
    pub fn new(stream: S, pace: Pace) -> Self {
        Taking { stream, pace, taken: 0, waited: Duration::ZERO, waiting: None }
    }

    fn went_on(&mut self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Ok(bytes)) = &written {
            self.taken += bytes;
            if let Some((since, _)) = self.waiting.take() {
                self.waited += since.elapsed();
            }
        }
        written
    }

    /// Comes back only where the other side is too slow.
    fn waits(&mut self, context: &mut Context<'_>) -> Poll<io::Error> {
        loop {
            let left = self.pace.within.saturating_sub(self.waited);
            let begin = || (Instant::now(), Box::pin(sleep(left)));
            let (_, end) = self.waiting.get_or_insert_with(begin);
            ready!(end.as_mut().poll(context));
            if self.taken < self.pace.bytes {
                return Poll::Ready(io::ErrorKind::TimedOut.into());
            }
            (self.taken, self.waited, self.waiting) = (0, Duration::ZERO, None);
        }
    }
}

impl<S: AsyncWrite + Unpin> Taking<S> {
    fn write(
        &mut self,
        context: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut S>, &mut Context<'_>) -> Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        let written = write(Pin::new(&mut self.stream), context);
        match self.went_on(written) {
            Poll::Pending => self.waits(context).map(Err),
            done => done,
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Taking<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.write(context, |stream, context| stream.poll_write(context, bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.write(context, |stream, context| stream.poll_write_vectored(context, bytes))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Taking<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}
