//! What follows from an answer.

use super::{
    Contact, Effect, Failure, Halt, Machine, Millis, NEWS, Outcome, RECHECK, SNAPSHOTS, Snapshot,
    Tell, Work,
};
use crate::sync::{
    Checkpoint,
    wire::{Cursor, News, Pulled},
};

impl Machine {
    pub(super) fn answer(
        &mut self,
        now: Millis,
        since: Millis,
        wall: i64,
        work: Work,
        outcome: Outcome,
    ) {
        match (work, outcome) {
            (_, Outcome::Offline) => self.offline(now),
            (_, Outcome::Failed(failure)) => self.failed(now, failure),
            (work, Outcome::Refused { refusal, retry_after }) => {
                self.contact = Contact::Held;
                self.refused(now, work, refusal, retry_after);
            }
            (Work::OpenSession, Outcome::Opened(news)) => self.opened(wall, news),
            (Work::Pull { cursor, wait, .. }, Outcome::Pulled(pulled)) => {
                self.heard(wall, pulled.news);
                self.pulled(now, since, cursor, wait, pulled);
            }
            (Work::Take { cursor, .. }, Outcome::Taken { to_sync, erased }) => {
                self.taken(now, cursor, to_sync, erased);
            }
            (Work::Load { .. }, Outcome::Loaded(batch)) => self.loaded(batch),
            (Work::LoadNamed(_), Outcome::Loaded(parents)) => self.found(parents),
            (Work::Push(_), Outcome::Pushed(pushed)) => {
                self.heard(wall, pushed.news);
                if !self.pushed(pushed) {
                    self.halt(now, Halt::Versions);
                }
            }
            (Work::Keep { numbers, .. }, Outcome::Kept { to_sync }) => {
                self.numbered(&numbers, to_sync);
            }
            (Work::Keep { numbers, reached: Some(reached), .. }, Outcome::Reached { to_sync }) => {
                self.cursor = Some(reached.cursor);
                self.remembered.add(reached.cursor);
                self.numbered(&numbers, to_sync);
            }
            (Work::SetAside { commit, why }, Outcome::Kept { to_sync }) => {
                self.kept(to_sync);
                self.out.push_back(Effect::Tell(Tell::SetAside { commit, why }));
            }
            (Work::Members, Outcome::Members(members)) => {
                self.then.push_back(Work::TakeMembers(members));
            }
            (Work::TakeMembers(members), Outcome::Kept { to_sync }) => {
                self.kept(to_sync);
                self.members = Some(members.revision);
                if let Some(news) = &mut self.news {
                    news.members = members.revision;
                }
            }
            (Work::Turn { cursor }, Outcome::Kept { to_sync }) => self.turned(now, cursor, to_sync),
            (Work::AskUpload(_) | Work::Upload { .. }, Outcome::Uploaded(state)) => {
                self.contact = Contact::Held;
                if self.blobs.uploaded(state) {
                    self.pace.success();
                }
            }
            (Work::AskUpload(blob) | Work::Upload { blob, .. }, Outcome::NoBlob) => {
                self.blobs.finish(blob);
            }
            (Work::NextOffer, Outcome::Blob(next)) => self.blobs.offer(next),
            (Work::Offered(_), Outcome::Kept { .. }) => self.blobs.offered(),
            (Work::NextWanted { .. }, Outcome::Blob(next)) => self.blobs.wanted(now, next),
            (Work::Fetch { .. }, Outcome::Fetched { complete }) => {
                self.contact = Contact::Held;
                self.pace.success();
                self.blobs.fetched(complete);
            }
            (work, Outcome::Snapshot(number)) => self.snapshot(now, &work, number),
            // An answer to something else is a slip of the driver's: as if there was none.
            (_, _) => self.fail(now, None),
        }
    }

    fn opened(&mut self, wall: i64, news: News) {
        self.heard(wall, news);
        (self.session.open, self.session.token) = (true, true);
        let start = Checkpoint::start(self.config.project);
        let start = Cursor { epoch: news.epoch, number: 0, checkpoint: start };
        self.cursor.get_or_insert(start);
    }

    fn heard(&mut self, wall: i64, news: News) {
        self.contact = Contact::Held;
        if self.news.is_some_and(|before| before.epoch != news.epoch) {
            self.target = None;
        }
        self.clock_off = Some(wall.saturating_sub(news.time));
        self.news = Some(news);
    }

    fn offline(&mut self, now: Millis) {
        if !matches!(self.contact, Contact::Lost(_)) {
            self.contact = Contact::Lost(now);
        }
        self.fail(now, None);
    }

    pub(super) fn failed(&mut self, now: Millis, failure: Failure) {
        match failure {
            Failure::Unreadable => return self.halt(now, Halt::Versions),
            Failure::DiskFull => self.halt = Some(Halt::DiskFull),
            Failure::Other => {}
        }
        self.fail(now, None);
    }

    /// Nothing goes on before it is looked at again.
    pub(super) fn halt(&mut self, now: Millis, halt: Halt) {
        self.halt = Some(halt);
        self.all_from = Some(now.after(RECHECK));
        self.begin_anew();
    }

    fn pulled(&mut self, now: Millis, since: Millis, from: Cursor, wait: u32, pulled: Pulled) {
        let Pulled { commits, cursor, news } = pulled;
        let number = from.number.checked_add(commits.len() as u64);
        if cursor.epoch != from.epoch || number != Some(cursor.number) {
            return self.halt(now, Halt::Versions);
        }
        if news.head < self.acknowledged {
            // The place of the cursor is untouched, and own commits above it are lost.
            return self.halt(now, Halt::Backwards);
        }
        self.pulled_at = now;
        if !commits.is_empty() {
            self.target = Some(self.target.unwrap_or(news.head));
            let forget = self.remembered.clone().add(cursor);
            return self.then.push_back(Work::Take { commits, cursor, forget });
        }
        if cursor != from {
            return self.halt(now, Halt::Versions);
        }
        self.target = Some(from.number);
        self.came_through();
        if wait == 0 {
            return;
        }
        if now >= since.after(NEWS) {
            self.pace.success();
        } else {
            self.pace.pause = Some(now.after(NEWS));
        }
    }

    /// A pull was answered: whatever forbade it is over.
    fn came_through(&mut self) {
        (self.session.anew, self.session.renewed) = (false, false);
        self.halt = None;
        self.pulls_from = None;
        self.turned = None;
    }

    fn taken(&mut self, now: Millis, cursor: Cursor, to_sync: u64, erased: bool) {
        let before = self.cursor.map_or(0, |before| before.number);
        self.round.pulled += cursor.number.saturating_sub(before);
        self.cursor = Some(cursor);
        self.acknowledged = self.acknowledged.max(cursor.number);
        self.remembered.add(cursor);
        self.came_through();
        self.pace.success();
        self.blobs.arrived();
        self.count(to_sync);
        if erased && matches!(self.snapshot, Snapshot::Look(_)) {
            self.look_for_snapshot(now, 0);
        }
    }

    pub(super) fn kept(&mut self, to_sync: u64) {
        if to_sync < self.to_sync {
            self.pace.success();
            self.session.anew = false;
        }
        if self.halt == Some(Halt::DiskFull) {
            self.halt = None;
        }
        self.count(to_sync);
    }

    /// A count that the log outgrew meanwhile may be too small; one too large is put right by a load
    /// that finds nothing.
    fn count(&mut self, to_sync: u64) {
        self.to_sync = if self.grown { to_sync.max(self.to_sync) } else { to_sync };
    }

    fn turned(&mut self, now: Millis, cursor: Cursor, to_sync: u64) {
        self.cursor = Some(cursor);
        self.acknowledged = cursor.number;
        // The server may count its certificates from a lower revision now.
        self.members = None;
        (self.turned, self.turned_at) = (Some(now), Some(now));
        self.count(to_sync);
        self.halt = None;
        self.begin_anew();
        self.blobs.turned();
        self.out.push_back(Effect::Tell(Tell::NewEpoch { from: cursor.number }));
    }

    pub(super) fn snapshot(&mut self, now: Millis, work: &Work, number: Option<u64>) {
        self.contact = Contact::Held;
        let head = self.cursor.map_or(0, |cursor| cursor.number);
        let every = self.config.snapshot_every.unwrap_or(u64::MAX);
        let due = head.saturating_sub(number.unwrap_or(0)) >= every;
        match work {
            Work::AskSnapshot if due => self.snapshot = Snapshot::Make,
            _ => self.look_for_snapshot(now, SNAPSHOTS),
        }
    }

    /// Not all PCs at once.
    pub(super) fn look_for_snapshot(&mut self, now: Millis, after: u64) {
        let jitter = self.pace.roll() % (10 * RECHECK);
        self.snapshot = Snapshot::Look(now.after(after + jitter));
    }
}
