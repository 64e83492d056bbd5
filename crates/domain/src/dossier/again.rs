use crate::fact::again_of;
use shoulou_eventlog::{EntityState, EventRef, Meta, Recorded};
use std::collections::BTreeMap;

/// Facts whose voiding was taken back. Each was recorded anew and names the one it says again; whatever else names
/// one of them (a photo, a result, a payment) means the one that stands now.
#[derive(Default)]
pub struct Again {
    /// By the one that was voided: where it stands now.
    now: BTreeMap<EventRef, EventRef>,
    /// By the one that stands: where it was said first.
    first: BTreeMap<EventRef, EventRef>,
}

impl Again {
    pub(super) fn of(file: &EntityState) -> Self {
        let mut told: Vec<_> = file
            .facts
            .iter()
            .filter_map(|(at, recorded)| {
                Some((recorded.meta.order, *at, again_of(&recorded.payload)?))
            })
            .filter(|(_, _, before)| file.facts.contains_key(before) && file.is_voided(before))
            .collect();
        told.sort_unstable();
        let mut again = Again::default();
        for (_, at, before) in &told {
            let first = again.first.get(before).copied().unwrap_or(*before);
            again.first.insert(*at, first);
        }
        // Two who took one voiding back at once said it twice: what hung on it hangs on the first that stands.
        for (_, at, before) in told.iter().rev() {
            let at = again.now.get(at).copied().unwrap_or(*at);
            let better = again.now.get(before).is_none_or(|_| !file.is_voided(&at));
            if better {
                again.now.insert(*before, at);
            }
        }
        again
    }

    /// What a reference to a fact means.
    pub fn now(&self, fact: EventRef) -> EventRef {
        self.now.get(&fact).copied().unwrap_or(fact)
    }

    /// It was voided, and said again since.
    pub(super) fn is_over(&self, fact: &EventRef) -> bool {
        self.now.contains_key(fact)
    }

    /// Who recorded it, and when: saying it again changes neither.
    pub(super) fn meta<'a>(
        &self,
        file: &'a EntityState,
        at: &EventRef,
        recorded: &'a Recorded,
    ) -> &'a Meta {
        let first = self.first.get(at).and_then(|first| file.facts.get(first));
        first.map_or(&recorded.meta, |first| &first.meta)
    }
}
