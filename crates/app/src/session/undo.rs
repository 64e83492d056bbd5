//! 撤销: the last action of this person is taken back by a new entry; the log keeps both.

use super::{Session, perform::Loaded};
use crate::api::{Done, Problem};
use shoulou_domain::decide::{self, Decision};
use shoulou_eventlog::{Claim, EntityState, EventRef, Hash, Id, NewEvent, Void};
use shoulou_store::Appended;
use std::sync::Arc;

/// Older actions are corrected by 作废/更正, with a reason.
const KEPT: usize = 50;

/// An action of this session, with what was recorded before it.
pub(crate) struct Undoable {
    actor: Id,
    /// Of each entity only what the action touches: holding the whole would make the store copy it.
    before: Loaded,
    events: Vec<NewEvent>,
    commit: Hash,
}

impl Undoable {
    /// To be made before the action is written, and completed by [`Undoable::done`].
    pub fn new(actor: Id, loaded: Loaded, decision: &Decision) -> Self {
        let of = |id: Id, state: &EntityState| Arc::new(excerpt(id, state, &decision.events));
        let before = Loaded {
            project: of(loaded.project_id, &loaded.project),
            unit: loaded.unit.as_ref().map(|(id, state)| (*id, of(*id, state))),
            file: loaded.file.as_ref().map(|(id, state)| (*id, of(*id, state))),
            project_id: loaded.project_id,
        };
        Undoable { actor, before, events: decision.events.clone(), commit: Hash::default() }
    }

    pub fn file(&self) -> Option<Id> {
        self.before.file.as_ref().map(|(id, _)| *id)
    }

    pub fn done(self, appended: &Appended) -> Self {
        Undoable { commit: appended.hash, ..self }
    }

    fn made(&self) -> Vec<(EventRef, NewEvent)> {
        let at = |n: usize| EventRef { commit: self.commit, ordinal: n as u32 };
        self.events.iter().enumerate().map(|(n, event)| (at(n), event.clone())).collect()
    }
}

/// The registers that these events state anew, and the facts that they void.
fn excerpt(id: Id, state: &EntityState, events: &[NewEvent]) -> EntityState {
    let mut part = EntityState::default();
    for NewEvent { event, .. } in events.iter().filter(|event| event.event.entity == id) {
        if let Ok(Claim { path, .. }) = event.payload.deserialized::<Claim>()
            && let Some(open) = state.registers.get(&path)
        {
            part.registers.insert(path, open.clone());
        }
        if let Ok(Void { target, .. }) = event.payload.deserialized::<Void>()
            && let Some(fact) = state.facts.get(&target)
        {
            part.facts.insert(target, fact.clone());
        }
    }
    part
}

pub(crate) fn remember(done: &mut Vec<Undoable>, action: Undoable) {
    if done.len() == KEPT {
        done.remove(0);
    }
    done.push(action);
}

/// After an erasure nothing of the file is kept here either, and nothing of it can be taken back.
pub(crate) fn forget(done: &mut Vec<Undoable>, file: Option<Id>) {
    done.retain(|action| action.file() != file);
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
        let decision = decide::undo(&present.world(), &action.before.world(), &action.made())?;
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
