//! How many pushes are carried out at once, how many wait for it, and when the others are to come back.

use crate::ledger::refusal;
use shoulou_eventlog::sync::wire::{Refusal, RefusalCode};
use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};

/// Carried out at once.
const PUSHES: usize = 8;
/// That wait for it. A push is to have its receipt within a second, once it is not told to come back; that is the time
/// of all before it. As many as are carried out keep the next place from ever standing empty.
const QUEUE: usize = PUSHES;
const PATIENCE: Duration = Duration::from_millis(500);
/// In seconds: when those who are sent away come back, at the earliest and at the latest.
const SOON: u32 = 1;
const LATE: u32 = 30;
const CROWD: &str = "pushes";
/// Where it is not a crowd that is in the way.
const TROUBLE: u32 = 10;
/// Over how long it is counted how many are sent away.
const WINDOW: Duration = Duration::from_secs(2);

pub struct Crowd {
    places: Semaphore,
    waiting: AtomicUsize,
    told: AtomicU32,
    pace: Mutex<Pace>,
}

/// Pushes done and sent away, in the window before and in this one.
struct Pace {
    since: Instant,
    before: (u32, u32),
    now: (u32, u32),
}

/// A push that is carried out.
pub struct Turn<'c> {
    crowd: &'c Crowd,
    _place: SemaphorePermit<'c>,
}

struct Waiting<'c>(&'c AtomicUsize);

impl Default for Crowd {
    fn default() -> Self {
        let pace = Pace { since: Instant::now(), before: (0, 0), now: (0, 0) };
        Crowd {
            places: Semaphore::new(PUSHES),
            waiting: AtomicUsize::new(0),
            told: AtomicU32::new(0),
            pace: Mutex::new(pace),
        }
    }
}

impl Crowd {
    /// Whether it is of any use to read a body: a crowd is to cost little.
    pub fn look(&self) -> Result<(), Refusal> {
        let full = self.places.available_permits() == 0 && self.waiting.load(Relaxed) >= QUEUE;
        if full { Err(self.send_away()) } else { Ok(()) }
    }

    /// In the order in which they came.
    pub async fn turn(&self) -> Result<Turn<'_>, Refusal> {
        self.look()?;
        self.waiting.fetch_add(1, Relaxed);
        let waiting = Waiting(&self.waiting);
        let place = timeout(PATIENCE, self.places.acquire()).await;
        drop(waiting);
        match place {
            Ok(Ok(place)) => Ok(Turn { crowd: self, _place: place }),
            _ => Err(self.send_away()),
        }
    }

    fn send_away(&self) -> Refusal {
        self.count(Instant::now(), |(_, away)| *away += 1);
        refusal(RefusalCode::Busy, CROWD)
    }

    /// In seconds: those who come together are sent back evenly over the time that it takes to serve them.
    pub fn retry_after(&self, refusal: &Refusal, now: Instant) -> u32 {
        if refusal.detail != CROWD {
            return TROUBLE;
        }
        let mut pace = self.pace.lock().unwrap_or_else(PoisonError::into_inner);
        pace.turn_over(now);
        let (done, away) = (pace.before.0 + pace.now.0, pace.before.1 + pace.now.1);
        drop(pace);
        let window = WINDOW.as_secs() as u32 * 2;
        let spread = (away * window / done.max(1)).clamp(SOON, LATE);
        // The golden section of 2^32: each next one falls into the widest gap.
        let nth = self.told.fetch_add(0x9e37_79b9, Relaxed);
        SOON + ((u64::from(nth) * u64::from(spread)) >> 32) as u32
    }

    fn count(&self, now: Instant, what: impl FnOnce(&mut (u32, u32))) {
        let mut pace = self.pace.lock().unwrap_or_else(PoisonError::into_inner);
        pace.turn_over(now);
        what(&mut pace.now);
    }
}

impl Pace {
    fn turn_over(&mut self, now: Instant) {
        let age = now.saturating_duration_since(self.since);
        if age >= WINDOW {
            self.before = if age < 2 * WINDOW { self.now } else { (0, 0) };
            self.now = (0, 0);
            self.since = now;
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.crowd.count(Instant::now(), |(done, _)| *done += 1);
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_finds_too_many_waiting_is_sent_away_before_anything_is_read() {
        let crowd = Crowd::default();
        let mut turns = Vec::new();
        for _ in 0..PUSHES {
            turns.push(crowd.turn().await.ok());
        }
        assert!(turns.iter().all(Option::is_some) && crowd.look().is_ok());
        crowd.waiting.store(QUEUE, Relaxed);
        assert!(crowd.look().is_err() && crowd.turn().await.is_err());
        drop(turns);
        assert!(crowd.look().is_ok());
    }

    #[test]
    fn the_larger_the_crowd_the_later_it_comes_back_and_evenly() {
        let (crowd, now) = (Crowd::default(), Instant::now());
        let away = refusal(RefusalCode::Busy, CROWD);
        assert_eq!(crowd.retry_after(&away, now), SOON);
        crowd.count(now, |pace| *pace = (20, 100));
        let spread = 100 * 4 / 20;
        let mut seconds = [0; LATE as usize];
        (0..200).for_each(|_| seconds[crowd.retry_after(&away, now) as usize] += 1);
        let evenly = seconds[SOON as usize..(SOON + spread) as usize].iter();
        assert!(evenly.copied().all(|count| (9..=11).contains(&count)), "{seconds:?}");
        assert_eq!(crowd.retry_after(&away, now + 2 * WINDOW), SOON);
        let broken = refusal(RefusalCode::Busy, "database");
        assert_eq!(crowd.retry_after(&broken, now), TROUBLE);
    }
}
