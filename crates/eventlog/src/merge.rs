use crate::{EntityState, Id};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The payload of every `….merged` event: this entity and `into` are the same thing. A fact: it can
/// be voided, and then they are two again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merged {
    pub into: Id,
}

impl EntityState {
    /// The entities that this one was merged into, ascending; usually none or one.
    pub fn merged_into(&self) -> BTreeSet<Id> {
        let facts = self.facts.iter().filter(|(at, fact)| {
            fact.kind.rsplit('.').next() == Some("merged") && !self.is_voided(at)
        });
        let merges = facts.filter_map(|(_, fact)| fact.payload.deserialized::<Merged>().ok());
        merges.map(|merged| merged.into).collect()
    }
}

/// The entity under which `entity` is shown: where the merges that start from it end. Where people
/// merged it into several, or in a circle, the smallest id there, which is the same on every PC.
pub fn representative(entity: Id, merged_into: impl Fn(&Id) -> BTreeSet<Id>) -> Id {
    let reach = |from: Id| {
        let mut reached = BTreeSet::from([from]);
        let mut queue = vec![from];
        while let Some(at) = queue.pop() {
            queue.extend(merged_into(&at).into_iter().filter(|id| reached.insert(*id)));
        }
        reached
    };
    let is_end = |id: &Id| reach(*id).into_iter().all(|other| reach(other).contains(id));
    reach(entity).into_iter().find(is_end).unwrap_or(entity)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(entity: u8, merges: &[(u8, u8)]) -> u8 {
        let into = |id: &Id| {
            let of = merges.iter().filter(|(from, _)| *from == id.0[0]);
            of.map(|(_, into)| Id([*into; 16])).collect()
        };
        representative(Id([entity; 16]), into).0[0]
    }

    #[test]
    fn a_merged_entity_is_shown_under_the_last_it_was_merged_into() {
        assert_eq!(shown(1, &[]), 1);
        assert_eq!(shown(1, &[(1, 5), (5, 3)]), 3);
        assert_eq!(shown(5, &[(1, 5), (5, 3)]), 3);
    }

    #[test]
    fn merges_that_contradict_each_other_end_the_same_everywhere() {
        assert_eq!(shown(1, &[(1, 5), (1, 3)]), 3);
        assert_eq!((shown(7, &[(7, 4), (4, 7)]), shown(4, &[(7, 4), (4, 7)])), (4, 4));
        assert_eq!(shown(1, &[(1, 7), (7, 4), (4, 7)]), 4);
    }
}
