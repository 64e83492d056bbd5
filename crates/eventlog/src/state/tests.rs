use super::*;
use crate::{Claim, Event, Hash, NewEvent};
use ciborium::cbor;
use proptest::{collection::btree_set, prelude::*};

const X: Id = Id([0xaa; 16]);
const Y: Id = Id([0xbb; 16]);

/// An event with its place in the log.
type Placed = (EventRef, Meta, Event);

fn at(number: u8) -> EventRef {
    EventRef { commit: Hash([number; 32]), ordinal: 0 }
}

fn placed<T: Serialize>(number: u8, party: Option<Id>, kind: &str, payload: &T) -> Placed {
    let order = Order { depth: u64::from(number), ..Order::default() };
    let meta = Meta { order, actor: Id([number; 16]), time: 0, party };
    let payload = ciborium::Value::serialized(payload).unwrap();
    (at(number), meta, Event { kind: kind.into(), entity: Id::default(), payload })
}

fn set(number: u8, party: Option<Id>, path: &str, value: i64, replaces: &[u8]) -> Placed {
    let replaces = replaces.iter().copied().map(at).collect();
    let claim = Claim { path: path.into(), value: value.into(), replaces, source: Source::Person };
    placed(number, party, "file.set", &claim)
}

fn void(number: u8, party: Option<Id>, target: u8) -> Placed {
    placed(number, party, "file.void", &Void { target: at(target), reason: "录错".into() })
}

fn erase(number: u8, party: Id) -> Placed {
    placed(number, None, "file.erase", &Erase { party, reason: "request".into() })
}

fn fact(number: u8, party: Option<Id>, kind: &str) -> Placed {
    placed(number, party, kind, &number)
}

fn fold(events: &[Placed]) -> EntityState {
    let mut state = EntityState::default();
    for (at, meta, event) in events {
        state.apply(*at, *meta, event, |kind| kind == "file.posted");
    }
    state
}

/// Folds in every order (of up to five events), which must make no difference.
fn fold_any(events: &[Placed]) -> EntityState {
    fn orders(rest: Vec<Placed>, done: Vec<Placed>, expected: &EntityState) {
        if rest.is_empty() {
            assert_eq!(fold(&done).to_bytes(), expected.to_bytes());
        }
        for next in 0..rest.len() {
            let (mut rest, mut done) = (rest.clone(), done.clone());
            done.push(rest.remove(next));
            orders(rest, done, expected);
        }
    }
    let expected = fold(events);
    orders(events.to_vec(), vec![], &expected);
    expected
}

fn open(state: &EntityState, path: &str) -> Vec<EventRef> {
    state.open(path).into_iter().map(|(at, _)| *at).collect()
}

#[test]
fn a_claim_replaces_the_claims_it_names_and_no_other() {
    let sides = [set(1, None, "a", 1, &[]), set(2, None, "a", 2, &[])];
    let [one, two] = sides;
    let state = fold_any(&[one, two, set(3, None, "a", 3, &[1])]);
    assert_eq!(open(&state, "a"), [at(2), at(3)]);
    assert_eq!(state.disputed().collect::<Vec<_>>(), ["a"]);
    assert_eq!(state.value("a"), Some(&Value::Int(2)));
}

#[test]
fn a_replacement_may_arrive_before_its_target() {
    let state = fold(&[set(2, None, "a", 2, &[1]), set(1, None, "a", 1, &[])]);
    assert_eq!(open(&state, "a"), [at(2)]);
}

#[test]
fn equal_values_settle_with_all_authors() {
    let state = fold_any(&[set(2, None, "a", 1, &[]), set(1, None, "a", 1, &[])]);
    let Settled::Value(Value::Int(1), first) = state.register("a") else { panic!("not settled") };
    assert_eq!(first.meta.actor, Id([1; 16]));
    let authors: Vec<_> = state.open("a").into_iter().map(|(_, one)| one.meta.actor).collect();
    assert_eq!(authors, [Id([1; 16]), Id([2; 16])]);
}

#[test]
fn a_dispute_closes_with_one_claim_that_names_both_sides() {
    let sides = [set(1, None, "a", 1, &[]), set(2, Some(X), "a", 2, &[])];
    assert!(matches!(fold_any(&sides).register("a"), Settled::Disputed(sides) if sides.len() == 2));
    let [one, two] = sides;
    let state = fold_any(&[one, two, set(3, None, "a", 2, &[1, 2])]);
    assert!(matches!(state.register("a"), Settled::Value(Value::Int(2), _)));
    assert_eq!(open(&state, "a"), [at(3)]);
}

#[test]
fn a_claim_that_names_one_of_another_path_does_not_touch_it() {
    let state = fold_any(&[set(1, None, "a", 1, &[]), set(2, None, "b", 2, &[1])]);
    assert_eq!(open(&state, "a"), [at(1)]);
    assert_eq!(open(&state, "b"), [at(2)]);
}

#[test]
fn an_erased_party_leaves_nothing_whichever_comes_first() {
    let erased = fold_any(&[
        set(1, Some(X), "name", 1, &[]),
        placed(2, Some(X), "file.signed", &"strokes"),
        void(3, Some(X), 9),
        erase(4, X),
    ]);
    assert_eq!(erased.to_bytes(), fold(&[erase(4, X)]).to_bytes());
}

#[test]
fn what_an_erased_party_replaced_or_voided_stands_again() {
    let state = fold_any(&[
        set(1, None, "a", 1, &[]),
        set(2, Some(X), "a", 2, &[1]),
        fact(3, None, "file.posted"),
        void(4, Some(X), 3),
        erase(5, X),
    ]);
    assert_eq!(open(&state, "a"), [at(1)]);
    assert!(state.replaced.is_empty());
    assert_eq!(state.standing().len(), 1);
}

#[test]
fn what_another_also_replaced_stays_replaced_after_an_erasure() {
    let state = fold_any(&[
        set(1, None, "a", 1, &[]),
        set(2, Some(X), "a", 2, &[1]),
        set(3, Some(Y), "a", 3, &[1, 2]),
        erase(4, X),
    ]);
    assert_eq!(open(&state, "a"), [at(3)]);
    let state = fold_any(&[
        set(1, None, "a", 1, &[]),
        set(2, Some(X), "a", 2, &[1]),
        set(3, Some(Y), "a", 3, &[1, 2]),
        erase(4, X),
        erase(5, Y),
    ]);
    assert_eq!(open(&state, "a"), [at(1)]);
}

#[test]
fn a_replaced_claim_is_kept_only_while_an_erasure_could_open_it_again() {
    let kept = |target: Option<Id>, by: Option<Id>| {
        let state = fold_any(&[set(1, target, "a", 1, &[]), set(2, by, "a", 2, &[1])]);
        state.replaced["a"][&at(1)].claim.is_some()
    };
    assert!(!kept(None, None));
    assert!(!kept(Some(X), None));
    assert!(!kept(Some(X), Some(X)));
    assert!(kept(None, Some(X)));
    assert!(kept(Some(X), Some(Y)));
}

#[test]
fn an_erasure_inside_a_party_s_part_is_not_understood_and_erases_nobody() {
    let inside = placed(2, Some(Y), "file.erase", &Erase { party: X, reason: String::new() });
    let state = fold_any(&[set(1, Some(X), "a", 1, &[]), inside]);
    assert_eq!(open(&state, "a"), [at(1)]);
    assert!(state.needs_newer_version());
}

#[test]
fn an_unknown_kind_or_payload_makes_the_entity_need_a_newer_version() {
    assert!(!fold(&[fact(1, None, "file.posted")]).needs_newer_version());
    let state = fold_any(&[fact(1, None, "file.teleported"), placed(2, None, "file.set", &"?")]);
    assert_eq!(state.unknown.keys().collect::<Vec<_>>(), ["file.set", "file.teleported"]);
    assert_eq!(state.facts.len(), 1);
}

#[test]
fn every_version_knows_a_merge() {
    let merged = crate::Merged { into: X };
    let state = fold(&[placed(1, None, "unit.merged", &merged)]);
    assert!(!state.needs_newer_version());
    assert_eq!(state.merged_into(), BTreeSet::from([X]));
    let voided = fold_any(&[placed(1, None, "unit.merged", &merged), void(2, None, 1)]);
    assert!(voided.merged_into().is_empty());
    assert!(fold(&[placed(1, None, "unit.merged", &"?")]).needs_newer_version());
}

#[test]
fn a_state_survives_its_bytes() {
    let state = fold(&[
        set(1, None, "a", 1, &[]),
        set(2, Some(X), "a", 2, &[1]),
        fact(3, Some(Y), "file.teleported"),
        void(4, None, 3),
        erase(5, Id([0xcc; 16])),
    ]);
    let read = EntityState::from_bytes(&state.to_bytes()).unwrap();
    assert_eq!(read, state);
    assert!(EntityState::from_bytes(&[state.to_bytes(), vec![0]].concat()).is_none());
    let json = serde_json::to_string(&state).unwrap();
    assert_eq!(serde_json::from_str::<EntityState>(&json).unwrap(), state);
}

#[test]
fn the_order_of_keys_in_a_payload_makes_no_difference() {
    let one = cbor!({ "b" => 1, "a" => { "d" => 2, "c" => 3 } }).unwrap();
    let two = cbor!({ "a" => { "c" => 3, "d" => 2 }, "b" => 1 }).unwrap();
    let state = |payload| fold(&[placed(1, None, "file.posted", &payload)]).to_bytes();
    assert_eq!(state(one), state(two));
}

#[test]
fn what_people_said_stays_out_of_debug_output() {
    let named = Claim {
        path: "a".into(),
        value: "陈嘉豪".into(),
        replaces: vec![],
        source: Source::Person,
    };
    let state = fold(&[
        placed(1, Some(X), "file.set", &named),
        placed(2, None, "file.posted", &"陈嘉豪"),
        void(3, None, 2),
    ]);
    let new = NewEvent { party: None, event: placed(1, None, "file.posted", &"陈嘉豪").2 };
    let shown = format!("{state:?} {new:?}");
    assert!(!shown.contains('陈') && !shown.contains("录错"), "{shown}");
}

fn party() -> impl Strategy<Value = Option<Id>> {
    prop_oneof![3 => Just(None), 2 => Just(Some(X)), 2 => Just(Some(Y))]
}

fn any_event(number: u8, of: u8) -> impl Strategy<Value = Placed> {
    let claim = (party(), 0..3_usize, 0..2_i64, btree_set(0..of, 0..3)).prop_map(
        move |(party, path, value, replaces)| {
            let replaces: Vec<u8> = replaces.into_iter().collect();
            set(number, party, ["a", "b", "c"][path], value, &replaces)
        },
    );
    prop_oneof![
        8 => claim,
        2 => party().prop_map(move |party| fact(number, party, "file.posted")),
        1 => party().prop_map(move |party| fact(number, party, "file.teleported")),
        2 => (party(), 0..of).prop_map(move |(party, target)| void(number, party, target)),
        1 => prop_oneof![Just(X), Just(Y)].prop_map(move |party| erase(number, party)),
    ]
}

fn events() -> impl Strategy<Value = Vec<Placed>> {
    (1_u8..12).prop_flat_map(|of| (0..of).map(|n| any_event(n, of)).collect::<Vec<_>>())
}

fn claims_of(events: &[Placed]) -> Vec<(EventRef, Option<Id>, Claim)> {
    let claims = events.iter().filter(|(_, _, event)| event.kind == "file.set");
    claims
        .map(|(at, meta, event)| (*at, meta.party, event.payload.deserialized().unwrap()))
        .collect()
}

fn erased_of(events: &[Placed]) -> BTreeSet<Id> {
    let erasures = events.iter().filter(|(_, _, event)| event.kind == "file.erase");
    erasures.map(|(_, _, event)| event.payload.deserialized::<Erase>().unwrap().party).collect()
}

proptest! {
    #[test]
    fn any_order_of_arrival_gives_the_same_bytes(
        (events, shuffled) in events().prop_flat_map(|e| (Just(e.clone()), Just(e).prop_shuffle()))
    ) {
        prop_assert_eq!(fold(&events).to_bytes(), fold(&shuffled).to_bytes());
    }

    #[test]
    fn an_event_that_arrives_again_changes_nothing(events in events(), again in any::<prop::sample::Index>()) {
        let mut twice = events.clone();
        twice.push(again.get(&events).clone());
        prop_assert_eq!(fold(&events).to_bytes(), fold(&twice).to_bytes());
    }

    #[test]
    fn a_claim_never_removes_what_its_author_was_not_shown(events in events()) {
        let state = fold(&events);
        let erased = erased_of(&events);
        let stands = |party: &Option<Id>| party.is_none_or(|party| !erased.contains(&party));
        let claims = claims_of(&events);
        for (at, party, claim) in &claims {
            let named = claims.iter().any(|(_, by, other)| {
                stands(by) && other.path == claim.path && other.replaces.contains(at)
            });
            let open = state.registers.get(&claim.path).is_some_and(|open| open.contains_key(at));
            prop_assert_eq!(open, stands(party) && !named);
        }
    }

    #[test]
    fn erasing_one_party_leaves_the_others_whole(events in events()) {
        let mut erasing = events.clone();
        erasing.push(erase(100, X));
        let without: Vec<_> =
            erasing.iter().filter(|(_, meta, _)| meta.party != Some(X)).cloned().collect();
        prop_assert_eq!(fold(&erasing).to_bytes(), fold(&without).to_bytes());
    }

    #[test]
    fn forgetting_a_party_is_as_if_its_parts_had_never_come(events in events()) {
        let mut state = fold(&events);
        state.forget(X);
        let without: Vec<_> =
            events.iter().filter(|(_, meta, _)| meta.party != Some(X)).cloned().collect();
        prop_assert_eq!(state.to_bytes(), fold(&without).to_bytes());
    }
}
