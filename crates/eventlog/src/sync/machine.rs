//! When to do what, as `docs/sync-protocol.md` says it. The machine asks for one piece of work at a time
//! and goes on from the answer; sockets, clocks and disks are the driver's. A round is: a session, what is
//! new (so that forks and revocations are seen first), the own commits, the certificates, and then a pull
//! that waits for news.

mod answers;
mod blobs;
mod config;
mod pace;
mod pushing;
mod refusals;
mod remembered;
mod standing;
mod work;

pub use config::{Config, Kept};
pub use standing::{Halt, Link, Standing};
pub use work::{
    Aside, Effect, Failure, Input, Millis, Outcome, Reached, Tell, Ticket, Unsent, Work,
};

use super::wire::{Cursor, News, Push};
use blobs::Blobs;
use pace::Pace;
use pushing::Pushing;
use remembered::Remembered;
use std::collections::VecDeque;

/// How long until it is tried again whether a reason to stop is gone.
const RECHECK: u64 = 60_000;
/// Clocks may be so far apart before it is said, in milliseconds.
const CLOCKS: i64 = 5 * 60_000;
/// While blobs go to and fro, news are looked for so often.
const NEWS: u64 = 5_000;
/// How often an up-to-date PC looks whether a snapshot is due.
const SNAPSHOTS: u64 = 6 * 3_600_000;

#[derive(Debug)]
pub struct Machine {
    config: Config,
    cursor: Option<Cursor>,
    remembered: Remembered,
    /// The revision of the certificates that are kept.
    members: Option<u64>,
    to_sync: u64,
    /// The server has had a head at least so high in this epoch.
    acknowledged: u64,
    news: Option<News>,
    session: Session,
    pace: Pace,
    halt: Option<Halt>,
    /// Nothing at all before this.
    all_from: Option<Millis>,
    /// No pulls before this; pushes go on.
    pulls_from: Option<Millis>,
    /// Without pulls, an empty push tells whether the epoch is still the same.
    probe: bool,
    contact: Contact,
    clock_off: Option<i64>,
    /// Pull up to this number before anything else. `None`: it is still to be asked for.
    target: Option<u64>,
    round: Round,
    pulled_at: Millis,
    /// When the epoch turned, until a pull in the new one has come through.
    turned: Option<Millis>,
    turned_at: Option<Millis>,
    pushing: Pushing,
    blobs: Blobs,
    snapshot: Snapshot,
    /// What follows from the last answer, before anything else.
    then: VecDeque<Work>,
    /// Under way, without its load, and since when.
    doing: Option<(Ticket, Work, Millis)>,
    /// The log grew while a piece of work was under way.
    grown: bool,
    /// A person asked for a sync while one was: what it brings is from before.
    asked: bool,
    tickets: u64,
    out: VecDeque<Effect>,
    stopped: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Contact {
    Never,
    Lost(Millis),
    Held,
}

#[derive(Clone, Copy, Debug, Default)]
struct Session {
    open: bool,
    /// The driver has a token, be it of an earlier session.
    token: bool,
    /// Opened again after a refusal, and nothing has come of it yet.
    anew: bool,
    /// Opened again to renew the lease, and nothing has come of it yet.
    renewed: bool,
}

/// Progress since the PC was last up to date.
#[derive(Clone, Copy, Debug, Default)]
struct Round {
    pulled: u64,
    pushed: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Snapshot {
    Off,
    Load,
    Look(Millis),
    Make,
}

impl Machine {
    pub fn new(kept: Kept, config: Config) -> Self {
        let begun = kept.cursor.is_some_and(|cursor| cursor.number > 0);
        let snapshot = match config.snapshot_every {
            None => Snapshot::Off,
            Some(_) if begun => Snapshot::Look(Millis(0)),
            Some(_) => Snapshot::Load,
        };
        Machine {
            remembered: Remembered::new(kept.remembered.into_iter().chain(kept.cursor).collect()),
            cursor: kept.cursor,
            members: kept.members,
            to_sync: kept.to_sync,
            acknowledged: kept.acknowledged,
            news: None,
            session: Session::default(),
            pace: Pace::new(config.seed),
            halt: None,
            all_from: None,
            pulls_from: None,
            probe: false,
            contact: Contact::Never,
            clock_off: None,
            target: None,
            round: Round::default(),
            pulled_at: Millis(0),
            turned: None,
            turned_at: None,
            pushing: Pushing::new(config.push_commits),
            blobs: Blobs::new(),
            snapshot,
            then: VecDeque::new(),
            doing: None,
            grown: false,
            asked: false,
            tickets: 0,
            out: VecDeque::new(),
            stopped: false,
            config,
        }
    }

    pub fn handle(&mut self, now: Millis, input: Input) {
        match input {
            Input::Woken => {}
            Input::SyncNow => {
                self.sync_now();
                self.asked = self.doing.is_some();
            }
            Input::Wanted => {
                self.blobs.look_again();
                self.stop_waiting();
            }
            Input::Recorded { to_sync } => {
                self.to_sync = to_sync;
                self.grown = true;
                if to_sync > 0 {
                    self.stop_waiting();
                }
            }
            Input::Done { ticket, wall, outcome } => {
                let current = self.doing.take_if(|(doing, ..)| *doing == ticket);
                if let Some((_, work, since)) = current {
                    self.answer(now, since, wall, work, outcome);
                    if std::mem::take(&mut self.asked) {
                        self.sync_now();
                    }
                }
            }
            Input::Stop => {
                self.stopped = true;
                self.out.clear();
                self.stop_waiting();
            }
        }
        self.go_on(now);
    }

    /// What the driver is to do; to be asked for until there is no more.
    #[expect(clippy::should_implement_trait, reason = "it goes on after the next input")]
    pub fn next(&mut self) -> Option<Effect> {
        self.out.pop_front()
    }

    pub fn standing(&self) -> Standing {
        let ahead = match (&self.news, &self.cursor) {
            (Some(news), Some(cursor)) => news.head.saturating_sub(cursor.number),
            _ => 0,
        };
        let done = self.round.pulled + self.round.pushed;
        let link = match self.contact {
            Contact::Never => Link::NeverConnected,
            Contact::Lost(since) => Link::Offline { since },
            Contact::Held if self.target.is_some() && ahead == 0 && self.to_sync == 0 => {
                Link::Synced
            }
            Contact::Held => Link::Syncing { done, total: done + ahead + self.to_sync },
        };
        let clock_off = self.clock_off.filter(|off| off.abs() >= CLOCKS);
        Standing { link, to_sync: self.to_sync, halt: self.halt, clock_off }
    }

    fn sync_now(&mut self) {
        self.pace.forget();
        (self.all_from, self.pulls_from) = (None, None);
        self.target = None;
        self.blobs.look_again();
        self.stop_waiting();
    }

    fn stop_waiting(&mut self) {
        if let Some((ticket, ..)) = self.doing.take_if(|(_, work, _)| work.waits()) {
            self.out.push_back(Effect::Cancel(ticket));
        }
    }

    fn go_on(&mut self, now: Millis) {
        if self.stopped || self.doing.is_some() {
            return;
        }
        let paused = self.pace.pause.filter(|pause| *pause > now);
        let halted = self.all_from.filter(|from| *from > now);
        if let Some(wake) = paused.max(halted) {
            return self.out.push_back(Effect::WakeAt(wake));
        }
        (self.pace.pause, self.all_from) = (None, None);
        match self.then.pop_front().or_else(|| self.choose(now)) {
            None => {
                let wake = self.pulls_from.unwrap_or(now.after(RECHECK));
                self.out.push_back(Effect::WakeAt(wake));
            }
            Some(work) if self.pace.allows() => self.begin(now, work),
            Some(_) => {
                self.fail(now, None);
                self.go_on(now);
            }
        }
    }

    fn begin(&mut self, now: Millis, work: Work) {
        self.tickets += 1;
        self.grown = false;
        let ticket = Ticket(self.tickets);
        self.doing = Some((ticket, work.without_load(), now));
        self.out.push_back(Effect::Do { ticket, work });
    }

    /// The order of a round.
    fn choose(&mut self, now: Millis) -> Option<Work> {
        if !self.session.open {
            return Some(Work::OpenSession);
        }
        let cursor = self.cursor?;
        let pulls = self.pulls_from.is_none_or(|from| from <= now);
        if pulls && self.snapshot == Snapshot::Load {
            return Some(Work::LoadSnapshot);
        }
        if self.blobs.is_busy() && now >= self.pulled_at.after(NEWS) {
            self.target = None;
        }
        if pulls && self.target.is_none_or(|target| cursor.number < target) {
            return Some(self.pull(cursor, 0));
        }
        if let Some(work) = self.push(cursor.epoch) {
            return Some(work);
        }
        if !pulls {
            let push = Push { epoch: cursor.epoch, commits: Vec::new() };
            return std::mem::take(&mut self.probe).then_some(Work::Push(push));
        }
        let revision = self.news.map(|news| news.members);
        if revision != self.members {
            return Some(Work::Members);
        }
        if let Some(work) = self.blobs.choose(now) {
            return Some(work);
        }
        match self.snapshot {
            Snapshot::Look(from) if from <= now => Some(Work::AskSnapshot),
            Snapshot::Make => Some(Work::MakeSnapshot),
            _ => Some(self.pull(cursor, self.config.wait)),
        }
    }

    fn pull(&self, cursor: Cursor, wait: u32) -> Work {
        Work::Pull { cursor, limit: self.config.pull_commits, wait }
    }

    /// What was under way is begun anew after a pause.
    fn fail(&mut self, now: Millis, asked: Option<u64>) {
        self.pace.failure(now, asked);
        self.begin_anew();
    }

    fn begin_anew(&mut self) {
        self.then.clear();
        self.target = None;
        self.pushing.reset();
        self.blobs.reset();
    }
}

#[cfg(test)]
mod tests;
