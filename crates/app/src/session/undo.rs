//! 撤销: the last action of this person is taken back by a new entry; the log keeps both.

use super::{Session, perform::Loaded};
use crate::api::{Done, Problem};
use shoulou_domain::decide::{self, Decision};
use shoulou_eventlog::{EventRef, Id, NewEvent};
use shoulou_store::Appended;

/// Older actions are corrected by 作废/更正, with a reason.
const KEPT: usize = 50;

/// An action of this session, with what was recorded before it.
pub(crate) struct Undoable {
    actor: Id,
    before: Loaded,
    made: Vec<(EventRef, NewEvent)>,
}

impl Undoable {
    pub fn new(actor: Id, before: Loaded, decision: &Decision, appended: &Appended) -> Self {
        let events = decision.events.iter().cloned();
        let made = events
            .enumerate()
            .map(|(n, event)| (EventRef { commit: appended.hash, ordinal: n as u32 }, event))
            .collect();
        Undoable { actor, before, made }
    }
}

pub(crate) fn remember(done: &mut Vec<Undoable>, action: Undoable) {
    if done.len() == KEPT {
        done.remove(0);
    }
    done.push(action);
}

impl Session {
    /// Takes back the last action of the person at work.
    pub(super) async fn undo(&self) -> Result<Done, Problem> {
        self.writable()?;
        let actor = self.actor()?;
        let mut turn = self.turn.lock().await;
        let place = turn.iter().rposition(|action| action.actor == actor);
        let action = place.map(|place| turn.remove(place)).ok_or_else(Problem::nothing_to_undo)?;
        let present = self.reload(&action.before).await?;
        let decision = decide::undo(&present.world(), &action.before.world(), &action.made)?;
        let appended = self.append(actor, decision.events, Vec::new()).await?;
        Ok(Done::Recorded { basis: appended.arrival, id: None, undo: Some(decision.summary) })
    }

    async fn reload(&self, before: &Loaded) -> Result<Loaded, Problem> {
        match (&before.file, &before.unit) {
            (Some((file, _)), _) => self.load_file(*file).await,
            (None, Some((unit, _))) => self.load_unit(*unit).await,
            (None, None) => self.load_project().await,
        }
    }
}
