use crate::{Claim, Event, EventRef, Id, Source, Value};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Where an event stands for display: depth in the `seen` graph, then stream, then place in it.
/// No clock takes part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Order {
    pub depth: u64,
    pub stream: Id,
    pub seq: u64,
    pub ordinal: u32,
}

/// What every event carries from its commit's header. `time` is milliseconds since 1970 UTC as the
/// author's clock had it: shown, never decided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    pub order: Order,
    pub actor: Id,
    pub time: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<Id>,
}

/// An open claim: nobody who saw it has replaced it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stated {
    pub value: Value,
    #[serde(default, skip_serializing_if = "Source::is_person")]
    pub source: Source,
    pub meta: Meta,
}

/// A fact: add-only. It is voided by naming it, never removed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    pub kind: String,
    pub payload: ciborium::Value,
    pub meta: Meta,
}

/// 作废: the payload of every `….void` event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Void {
    pub target: EventRef,
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Voiding {
    pub reason: String,
    pub meta: Meta,
}

/// The payload of every `….erase` event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erase {
    pub party: Id,
    pub reason: String,
}

/// Everything the log says of one entity. A function of the *set* of events applied: any order of
/// arrival gives the same bytes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EntityState {
    /// Open claims by path.
    pub registers: BTreeMap<String, BTreeMap<EventRef, Stated>>,
    /// Every claim ever named as replaced; kept, because a replacement may arrive before its target.
    pub replaced: BTreeSet<EventRef>,
    pub facts: BTreeMap<EventRef, Recorded>,
    pub voids: BTreeMap<EventRef, BTreeMap<EventRef, Voiding>>,
    /// Parties whose parts are ignored whenever they arrive.
    pub erased: BTreeSet<Id>,
    /// Kinds this version does not know, with their number: the entity is read-only until an upgrade.
    pub unknown: BTreeMap<String, u64>,
}

/// What a register says now.
#[derive(Clone, Debug, PartialEq)]
pub enum Settled<'a> {
    Nothing,
    /// One claim, or several that say the same.
    Value(&'a Value, &'a Stated),
    /// Different values whose authors did not see each other.
    Disputed(Vec<(&'a EventRef, &'a Stated)>),
}

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
            "erase" => event.payload.deserialized().map(|erase| self.erase(erase)).is_ok(),
            _ => {
                let payload = event.payload.clone();
                self.facts.insert(at, Recorded { kind: event.kind.clone(), payload, meta });
                known(&event.kind)
            }
        };
        if !understood {
            *self.unknown.entry(event.kind.clone()).or_default() += 1;
        }
    }

    fn claim(&mut self, at: EventRef, meta: Meta, claim: Claim) {
        for target in &claim.replaces {
            self.replaced.insert(*target);
            if let Some(open) = self.registers.get_mut(&claim.path) {
                open.remove(target);
            }
        }
        if !self.replaced.contains(&at) {
            let stated = Stated { value: claim.value, source: claim.source, meta };
            self.registers.entry(claim.path).or_default().insert(at, stated);
        }
    }

    fn void(&mut self, at: EventRef, meta: Meta, void: Void) {
        let voiding = Voiding { reason: void.reason, meta };
        self.voids.entry(void.target).or_default().insert(at, voiding);
    }

    fn erase(&mut self, erase: Erase) {
        let kept = |party: Option<Id>| party != Some(erase.party);
        for open in self.registers.values_mut() {
            open.retain(|_, stated| kept(stated.meta.party));
        }
        self.registers.retain(|_, open| !open.is_empty());
        self.facts.retain(|_, fact| kept(fact.meta.party));
        self.erased.insert(erase.party);
    }

    pub fn register(&self, path: &str) -> Settled<'_> {
        let mut open = self.registers.get(path).into_iter().flatten();
        let Some((first_at, first)) = open.next() else { return Settled::Nothing };
        let rest: Vec<_> = open.collect();
        if rest.iter().all(|(_, stated)| stated.value == first.value) {
            return Settled::Value(&first.value, first);
        }
        let mut sides = vec![(first_at, first)];
        sides.extend(rest);
        sides.sort_by_key(|(_, stated)| stated.meta.order);
        Settled::Disputed(sides)
    }

    /// The value to work with: of a disputed register the first in display order.
    pub fn value(&self, path: &str) -> Option<&Value> {
        match self.register(path) {
            Settled::Nothing => None,
            Settled::Value(value, _) => Some(value),
            Settled::Disputed(sides) => sides.first().map(|(_, stated)| &stated.value),
        }
    }

    pub fn is_voided(&self, fact: &EventRef) -> bool {
        self.voids.contains_key(fact)
    }

    /// Facts that stand, in display order.
    pub fn standing(&self) -> Vec<(&EventRef, &Recorded)> {
        let mut facts: Vec<_> = self.facts.iter().filter(|(at, _)| !self.is_voided(at)).collect();
        facts.sort_by_key(|(_, fact)| fact.meta.order);
        facts
    }
}
