//! What the golden logs tell. A log, once released, is only read: a new rule gets a new log.

use crate::pc::*;
use ciborium::{Value as Cbor, cbor};
use ed25519_dalek::Signer;
use shoulou_eventlog::{
    Attestation, Bundle, Hash, Id, Merged, SigningKey, Source, Value, event_hash, seal_blob,
};

pub fn all() -> Vec<(&'static str, Vec<Bundle>)> {
    vec![
        ("claims", claims()),
        ("facts-and-voids", facts_and_voids()),
        ("parties-and-erasure", parties_and_erasure()),
        ("batch", import_batch()),
        ("fork", fork()),
        ("unknown-kinds", unknown_kinds()),
        ("attested", attested()),
        ("merged", merged()),
        ("every-value", every_value()),
    ]
}

fn bundles<const N: usize>(commits: [shoulou_eventlog::Commit; N]) -> Vec<Bundle> {
    commits.map(Bundle::from).to_vec()
}

/// Replaced, disputed, agreed and closed registers; a replacement that arrives before its target.
fn claims() -> Vec<Bundle> {
    let (mut one, mut two) = (Pc::new("one"), Pc::new("two"));
    let first = one.acts(vec![
        set(None, "contract/no", "GF-2026-0812", &[]),
        set(None, "appointment/at", "2026-11-21T10:00:00+08:00", &[]),
        set(None, "item/keys/1/done", true, &[]),
    ]);
    two.sees(&first);
    let second = two.acts(vec![
        set(None, "appointment/at", "2026-11-22T09:00:00+08:00", &[at(&first, 1)]),
        set(None, "item/keys/1/done", false, &[at(&first, 2)]),
        set(None, "item/water/1/done", true, &[]),
    ]);
    let third = one.acts(vec![
        set(None, "appointment/at", "2026-11-23T14:00:00+08:00", &[at(&first, 1)]),
        set(None, "item/water/1/done", true, &[]),
        said(Source::Import, None, "contract/no", "GF-2026-812", &[]),
    ]);
    two.sees(&third);
    let sides = [at(&second, 0), at(&third, 0)];
    let fourth = two.acts(vec![
        set(None, "appointment/at", "2026-11-23T14:00:00+08:00", &sides),
        set(None, "contract/no/other", Value::Null, &[at(&first, 0)]),
    ]);
    bundles([first, fourth, third, second])
}

/// Payments and readings, one of them voided twice.
fn facts_and_voids() -> Vec<Bundle> {
    let (mut one, mut two) = (Pc::new("one"), Pc::new("two"));
    let paid = cbor!({ "fee" => "property", "amount" => 128_050, "receipt" => "0001234" }).unwrap();
    let read = cbor!({ "meter" => "water", "reading" => "12.5" }).unwrap();
    let first = one.acts(vec![
        event(None, file(), "file.fee_paid", paid),
        event(None, file(), "file.meter_read", read.clone()),
    ]);
    two.sees(&first);
    let second = two
        .acts(vec![void(at(&first, 1), "读数录错"), event(None, file(), "file.meter_read", read)]);
    let third = one.acts(vec![void(at(&first, 1), "重复")]);
    bundles([second, third, first])
}

/// Two owners; the second is erased: one of their parts is dropped, another arrives later, and what
/// it had replaced stands again.
fn parties_and_erasure() -> Vec<Bundle> {
    let (mut one, mut two) = (Pc::new("one"), Pc::new("two"));
    let (kept, erased) = (buyer(1), buyer(2));
    let first = one.acts(vec![
        set(None, "household/owners", 2, &[]),
        set(Some(kept), "party/1/name", "陈嘉豪", &[]),
        set(Some(erased), "party/2/name", "李敏", &[]),
        set(None, "contact/preferred", "owner", &[]),
    ]);
    two.sees(&first);
    let photo = seal_blob(b"photo", &project_key(), [9; 24]);
    let signed = cbor!({ "photo" => Cbor::Bytes(Hash::of(&photo).0.to_vec()) }).unwrap();
    let preferred = [at(&first, 3)];
    let second = two.acts_with(
        vec![
            set(Some(erased), "contact/preferred", "delegate", &preferred),
            event(Some(erased), file(), "file.signed", signed),
        ],
        |draft| draft.blobs = vec![Hash::of(&photo)],
    );
    let third = one.acts(vec![erase(erased)]);
    vec![without(first, erased), third.into(), second.into()]
}

/// An import in three commits.
fn import_batch() -> Vec<Bundle> {
    let mut pc = Pc::new("one");
    let acts = [0, 1, 2].map(|index| {
        let path = format!("item/{index}/1/done");
        let claim = said(Source::Import, None, &path, i64::from(index), &[]);
        pc.acts_with(vec![claim], |draft| draft.batch = Some(batch("list", index, 3)))
    });
    bundles(acts)
}

/// A copied data folder: two PCs go on from the same commit in one stream. Both branches stay; each
/// PC starts a new incarnation, and the second knows of both branches.
fn fork() -> Vec<Bundle> {
    let mut pc = Pc::new("one");
    let first = pc.acts(vec![set(None, "contract/no", "A", &[])]);
    let mut copy = pc.clone();
    let ours = pc.acts(vec![set(None, "contract/no", "B", &[at(&first, 0)])]);
    let theirs = copy.acts(vec![set(None, "contract/no", "C", &[at(&first, 0)])]);
    let mut pc = pc.reborn("one again", ours.hash());
    let mut copy = copy.reborn("the copy", theirs.hash());
    let on = pc.acts(vec![set(None, "item/keys/1/done", true, &[])]);
    copy.sees(&ours);
    copy.sees(&on);
    let sides = [at(&ours, 0), at(&theirs, 0)];
    let closes = copy.acts(vec![set(None, "contract/no", "C", &sides)]);
    bundles([theirs, first, on, closes, ours])
}

/// A fact and a claim of a later version.
fn unknown_kinds() -> Vec<Bundle> {
    let mut pc = Pc::new("one");
    let fact = cbor!({ "what" => [1, "zwei", { "three" => null }] }).unwrap();
    let claim = cbor!({ "register" => "contract/no", "says" => "A" }).unwrap();
    bundles([pc.acts(vec![
        event(None, file(), "file.teleported", fact),
        event(None, file(), "file.set", claim),
        set(None, "contract/no", "A", &[]),
    ])])
}

/// A witness signs an event before it is sealed.
fn attested() -> Vec<Bundle> {
    let mut pc = Pc::new("one");
    let witness = SigningKey::from_bytes(&Hash::of(b"witness").0);
    let signed = event(Some(buyer(1)), file(), "file.signed", "strokes".into());
    let hash = event_hash(pc.stream(), pc.next_seq(), 0, &signed.event).unwrap();
    let attestation = Attestation {
        ordinal: 0,
        key: Id::derive("key", &[witness.verifying_key().as_bytes()]),
        signature: witness.sign(&hash.0).to_bytes(),
    };
    bundles([pc.acts_with(vec![signed], |draft| draft.attestations = vec![attestation])])
}

/// Two units with one code, found to be one home.
fn merged() -> Vec<Bundle> {
    let mut pc = Pc::new("one");
    let twin = Id::derive("unit", &[&project().0, "8-2-12O3".as_bytes()]);
    let into = Cbor::serialized(&Merged { into: unit() }).unwrap();
    bundles([pc.acts(vec![event(None, twin, "unit.merged", into)])])
}

/// Every type a claim's value has, at its limits.
fn every_value() -> Vec<Bundle> {
    let mut pc = Pc::new("one");
    let map = [("b", Value::Int(1)), ("aa", Value::List(vec![Value::Null, true.into()]))];
    let map = Value::Map(map.map(|(key, value)| (key.to_owned(), value)).into());
    bundles([pc.acts(vec![
        set(None, "null", Value::Null, &[]),
        set(None, "false", false, &[]),
        set(None, "least", i64::MIN, &[]),
        set(None, "most", i64::MAX, &[]),
        set(None, "text", "𠮷野家 ☑ \"\n", &[]),
        set(None, "empty", "", &[]),
        set(None, "map", map, &[]),
    ])])
}
