//! What follows from a refusal: the table of the protocol.

use super::{Halt, Machine, Millis, RECHECK, Work};
use crate::sync::wire::{Cursor, EpochStart, Refusal, RefusalCode};

/// Epochs are started by people: two in one second are no reason to go in circles.
const TURNS: u64 = 1_000;

impl Machine {
    pub(super) fn refused(
        &mut self,
        now: Millis,
        work: Work,
        refusal: Refusal,
        retry_after: Option<u64>,
    ) {
        match refusal.code {
            RefusalCode::Busy => self.fail(now, retry_after),
            RefusalCode::NoSession => self.no_session(now, &work),
            RefusalCode::LeaseExpired => self.lease_expired(now, &work),
            RefusalCode::Revoked => self.no_pulls(now, &work, Halt::Revoked),
            RefusalCode::NotAMember => {
                (self.session.open, self.session.token) = (false, false);
                self.halt(now, Halt::NotAMember);
            }
            RefusalCode::Epoch => self.turn(now, &refusal.epochs),
            RefusalCode::Backwards => self.backwards(now),
            RefusalCode::QuarantineFull => self.no_room(now, &work),
            code => self.about_this(now, work, code),
        }
    }

    /// Refusals that concern the one piece of work.
    fn about_this(&mut self, now: Millis, work: Work, code: RefusalCode) {
        match (work, code) {
            (Work::Push(_), RefusalCode::TooLarge) => self.push_less(),
            (Work::AskUpload(_) | Work::Upload { .. }, RefusalCode::WrongBytes) => {
                self.blobs.wrong_bytes();
            }
            (Work::AskUpload(blob) | Work::Upload { blob, .. }, _) => {
                self.blobs.finish(blob);
            }
            (Work::Fetch { blob }, _) => self.blobs.skip(blob),
            (work @ Work::AskSnapshot, RefusalCode::NotFound) => self.snapshot(now, &work, None),
            (Work::AskSnapshot | Work::LoadSnapshot | Work::MakeSnapshot, _) => {
                self.look_for_snapshot(now, RECHECK);
            }
            (_, _) => self.halt(now, Halt::Versions),
        }
    }

    /// Once: a session that is refused as soon as it was opened is a failure.
    fn no_session(&mut self, now: Millis, work: &Work) {
        let session = &mut self.session;
        let once = session.open && !session.anew && *work != Work::OpenSession;
        (session.open, session.token, session.anew) = (false, false, once);
        if !once {
            self.fail(now, None);
        }
    }

    fn lease_expired(&mut self, now: Millis, work: &Work) {
        match work {
            Work::Push(_) => self.fail(now, None),
            Work::OpenSession => self.no_pulls(now, work, Halt::LeaseRefused),
            _ if self.session.renewed => {
                self.session.renewed = false;
                self.no_pulls(now, work, Halt::LeaseRefused);
            }
            _ => (self.session.open, self.session.renewed) = (false, true),
        }
    }

    /// What is smaller may still have room; and to try again with one commit costs little.
    fn no_room(&mut self, now: Millis, work: &Work) {
        match work {
            Work::Push(_) if self.pushing.is_of_many() => self.push_less(),
            _ => self.halt(now, Halt::QuarantineFull),
        }
    }

    /// Own commits are still taken, with the session there is.
    fn no_pulls(&mut self, now: Millis, work: &Work, why: Halt) {
        if self.halt != Some(Halt::QuarantineFull) {
            self.halt = Some(why);
        }
        match work {
            Work::Push(_) => return self.halt(now, why),
            Work::OpenSession if !self.session.token => return self.halt(now, why),
            Work::OpenSession => (self.session.open, self.session.renewed) = (true, false),
            _ => {}
        }
        self.pulls_from = Some(now.after(RECHECK));
        self.probe = true;
        self.blobs.reset();
    }

    fn turn(&mut self, now: Millis, epochs: &[EpochStart]) {
        let at_once = self.turned_at.is_some_and(|at| now < at.after(TURNS));
        let own = self.cursor.filter(|_| !at_once);
        let cursor =
            own.and_then(|own| self.remembered.turn(self.config.project, own.epoch, epochs));
        match cursor {
            Some(cursor) => self.turn_to(cursor),
            None => self.fail(now, None),
        }
    }

    /// Where nothing was pulled in this epoch yet, it was not now that the server lost something: it had gone
    /// on, between losing it and the new epoch, beyond the place that seemed shared.
    fn backwards(&mut self, now: Millis) {
        match self.cursor {
            Some(cursor) if self.turned.is_some() && cursor.number > 0 => {
                let place = self.remembered.retreat(self.config.project, cursor.epoch);
                self.turn_to(place);
            }
            _ => self.halt(now, Halt::Backwards),
        }
    }

    fn turn_to(&mut self, cursor: Cursor) {
        self.begin_anew();
        self.then.push_back(Work::Turn { cursor });
    }
}
