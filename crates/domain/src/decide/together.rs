use super::{Context, Decision, decide};
use crate::{command::Command, fact::is_known, refusal::Refusal, view::Text2, world::World};
use shoulou_eventlog::{Claim, EntityState, EventRef, Hash, Id, Meta, NewEvent, Order};

/// The commit these events will be in. Nobody knows its hash yet, so no event of it may name another.
const THIS_COMMIT: Hash = Hash([0; 32]);

/// Decides several commands as one action: each sees what those before it said, and all are recorded or
/// none. Where a later one says something else of the same field, only that remains.
pub fn decide_all(
    world: &World<'_>,
    commands: &[Command],
    context: &mut Context<'_>,
) -> Result<Decision, Refusal> {
    if let [only] = commands {
        return decide(world, only, context);
    }
    let mut table = Table::of(world);
    let mut events: Vec<NewEvent> = Vec::new();
    let (mut made, mut summaries) = (None, Vec::new());
    for command in commands {
        let shown = |at: &EventRef| at.commit == THIS_COMMIT || (context.shown)(at);
        let mut seeing = Context {
            actor: context.actor,
            now: context.now,
            shown: &shown,
            fresh: &mut *context.fresh,
        };
        let decision = decide(&table.world(world), command, &mut seeing)?;
        for event in decision.events {
            table.lay(&event, events.len() as u32, context);
            events.push(event);
        }
        made = decision.made.or(made);
        summaries.push(decision.summary);
    }
    Ok(Decision { events: settle(events)?, made, summary: summary(summaries) })
}

/// The world as it will be, event by event.
struct Table {
    project: (Id, EntityState),
    unit: Option<(Id, EntityState)>,
    file: Option<(Id, EntityState)>,
}

impl Table {
    fn of(world: &World<'_>) -> Self {
        Table {
            project: (world.project_id, world.project.clone()),
            unit: world.unit_id.zip(world.unit.cloned()),
            file: world.file_id.zip(world.file.cloned()),
        }
    }

    fn world<'t>(&'t self, like: &World<'t>) -> World<'t> {
        World {
            project: &self.project.1,
            unit: self.unit.as_ref().map(|(_, state)| state),
            file: self.file.as_ref().map(|(_, state)| state),
            ..*like
        }
    }

    fn lay(&mut self, event: &NewEvent, ordinal: u32, context: &Context<'_>) {
        let at = EventRef { commit: THIS_COMMIT, ordinal };
        let meta = Meta {
            order: Order { depth: u64::MAX, stream: Id::default(), seq: 0, ordinal },
            actor: context.actor,
            time: context.now.timestamp_millis(),
            party: event.party,
        };
        let all = [Some(&mut self.project), self.unit.as_mut(), self.file.as_mut()];
        for (id, state) in all.into_iter().flatten() {
            if *id == event.event.entity {
                state.apply(at, meta, &event.event, is_known);
            }
        }
    }
}

/// Leaves out claims that a later one of the same commit replaces; that one replaces what they replaced.
fn settle(mut events: Vec<NewEvent>) -> Result<Vec<NewEvent>, Refusal> {
    let mut replaced = vec![false; events.len()];
    for place in 0..events.len() {
        if !names_this_commit(&events[place].event.payload) {
            continue;
        }
        let mut claim = claim_of(&events[place]).ok_or(Refusal::FactUnknown)?;
        let mut replaces = Vec::new();
        for target in claim.replaces {
            if target.commit != THIS_COMMIT {
                replaces.push(target);
                continue;
            }
            let earlier = target.ordinal as usize;
            replaced[earlier] = true;
            replaces
                .extend(claim_of(&events[earlier]).into_iter().flat_map(|claim| claim.replaces));
        }
        replaces.sort_unstable();
        replaces.dedup();
        claim.replaces = replaces;
        events[place].event.payload =
            ciborium::Value::serialized(&claim).expect("a claim is a map of plain values");
    }
    let mut places = replaced.into_iter();
    events.retain(|_| !places.next().unwrap_or(false));
    Ok(events)
}

fn claim_of(event: &NewEvent) -> Option<Claim> {
    event.event.kind.ends_with(".set").then(|| event.event.payload.deserialized().ok())?
}

fn names_this_commit(value: &ciborium::Value) -> bool {
    match value {
        ciborium::Value::Bytes(bytes) => bytes[..] == THIS_COMMIT.0,
        ciborium::Value::Array(values) => values.iter().any(names_this_commit),
        ciborium::Value::Map(entries) => entries.iter().any(|(_, value)| names_this_commit(value)),
        _ => false,
    }
}

fn summary(mut summaries: Vec<Text2>) -> Text2 {
    let count = summaries.len();
    let Some(last) = summaries.pop() else { return Text2::default() };
    if summaries.iter().all(|summary| *summary == last) {
        return Text2::new(format!("{}（{count} 项）", last.zh), format!("{} ({count})", last.en));
    }
    Text2::new(format!("{}等 {count} 项", last.zh), format!("{} and {} more", last.en, count - 1))
}
