use super::{EntityState, Erase, Meta, Recorded, Replaced, Stated, Void, Voiding};
use crate::{Claim, Event, EventRef, Id, Merged, cbor};

impl EntityState {
    /// Folds one event in. `known` tells whether this version knows a fact's kind.
    pub fn apply(&mut self, at: EventRef, meta: Meta, event: &Event, known: impl Fn(&str) -> bool) {
        if meta.party.is_some_and(|party| self.erased.contains(&party)) {
            return;
        }
        let verb = event.kind.rsplit('.').next().unwrap_or_default();
        let understood = match verb {
            "set" => event.payload.deserialized().map(|claim| self.claim(at, meta, claim)).is_ok(),
            "void" => event.payload.deserialized().map(|void| self.void(at, meta, void)).is_ok(),
            "erase" if meta.party.is_some() => false,
            "erase" => event.payload.deserialized().map(|erase| self.erase(erase)).is_ok(),
            "merged" => {
                self.fact(at, meta, event);
                event.payload.deserialized::<Merged>().is_ok()
            }
            _ => {
                self.fact(at, meta, event);
                known(&event.kind)
            }
        };
        if !understood {
            self.unknown.entry(event.kind.clone()).or_default().insert(at, meta.party);
        }
    }

    fn claim(&mut self, at: EventRef, meta: Meta, claim: Claim) {
        for target in claim.replaces {
            let open = self.registers.get_mut(&claim.path).and_then(|open| open.remove(&target));
            let replaced = self.replaced.entry(claim.path.clone()).or_default();
            let replaced = replaced.entry(target).or_default();
            replaced.by.insert(meta.party);
            replaced.keep(open);
        }
        let stated = Stated { value: claim.value, source: claim.source, meta };
        let replaced = self.replaced.get_mut(&claim.path).and_then(|all| all.get_mut(&at));
        match replaced {
            Some(replaced) => replaced.keep(Some(stated)),
            None => {
                self.registers.entry(claim.path.clone()).or_default().insert(at, stated);
            }
        }
        if self.registers.get(&claim.path).is_some_and(|open| open.is_empty()) {
            self.registers.remove(&claim.path);
        }
    }

    fn fact(&mut self, at: EventRef, meta: Meta, event: &Event) {
        let payload = cbor::sorted(&event.payload).into_owned();
        self.facts.insert(at, Recorded { kind: event.kind.clone(), payload, meta });
    }

    fn void(&mut self, at: EventRef, meta: Meta, void: Void) {
        let voiding = Voiding { reason: void.reason, meta };
        self.voids.entry(void.target).or_default().insert(at, voiding);
    }

    fn erase(&mut self, erase: Erase) {
        self.forget(erase.party);
        self.erased.insert(erase.party);
    }

    /// Undoes all that came from `party`'s parts, as if they had never arrived. An erasure holds for
    /// the whole project, whichever entity its event names: the keeper of the states calls this for
    /// every other entity that the party's parts touched, and applies no such part again.
    pub fn forget(&mut self, party: Id) {
        let kept = |of: Option<Id>| of != Some(party);
        self.registers.retain(|_, open| {
            open.retain(|_, stated| kept(stated.meta.party));
            !open.is_empty()
        });
        for (path, targets) in &mut self.replaced {
            targets.retain(|at, replaced| {
                replaced.by.remove(&Some(party));
                replaced.claim.take_if(|claim| !kept(claim.meta.party));
                let stays = !replaced.by.is_empty();
                if let (false, Some(open)) = (stays, replaced.claim.take_if(|_| !stays)) {
                    self.registers.entry(path.clone()).or_default().insert(*at, open);
                }
                stays
            });
        }
        self.replaced.retain(|_, targets| !targets.is_empty());
        self.facts.retain(|_, fact| kept(fact.meta.party));
        self.voids.retain(|_, voids| {
            voids.retain(|_, voiding| kept(voiding.meta.party));
            !voids.is_empty()
        });
        self.unknown.retain(|_, events| {
            events.retain(|_, of| kept(*of));
            !events.is_empty()
        });
    }
}

impl Replaced {
    /// Keeps `claim` if an erasure could open it again: not when a replacement is in a common part,
    /// nor when one is in the claim's own, which is erased only together with it.
    fn keep(&mut self, claim: Option<Stated>) {
        let claim = claim.or_else(|| self.claim.take());
        let for_good =
            |claim: &Stated| self.by.contains(&None) || self.by.contains(&claim.meta.party);
        self.claim = claim.filter(|claim| !for_good(claim));
    }
}
