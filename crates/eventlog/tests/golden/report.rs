//! A log told in text: what a reader of any version must make of it.

use crate::pc::project_key;
use shoulou_eventlog::{
    Arrivals, Attestation, Bundle, EntityState, EventRef, Hash, Header, Id, Link, PartEntry,
    Verdict, VerifyingKey, cbor, open_body, verify,
};
use std::collections::BTreeMap;
use std::fmt::Write;

pub fn write_log(bundles: &[Bundle]) -> Vec<u8> {
    let bundles = bundles.iter().map(|bundle| cbor::decode(&bundle.encode().unwrap()).unwrap());
    cbor::encode(&ciborium::Value::Array(bundles.collect())).unwrap()
}

pub fn read_log(bytes: &[u8]) -> Vec<Bundle> {
    let bundles = cbor::decode(bytes).unwrap().into_array().unwrap();
    let bundles = bundles.iter().map(|bundle| Bundle::decode(&cbor::encode(bundle).unwrap()));
    bundles.collect::<Result<_, _>>().unwrap()
}

/// A reader as a PC is one: bundles in as they arrive, entities out.
#[derive(Default)]
pub struct Reader {
    keys: BTreeMap<Id, VerifyingKey>,
    arrivals: Arrivals,
    waiting: BTreeMap<Hash, (Header, Bundle)>,
    pub entities: BTreeMap<Id, EntityState>,
    pub text: String,
}

impl Reader {
    /// `bundles` in the order of their arrival, those that begin a stream known before.
    pub fn read(bundles: &[Bundle]) -> Reader {
        let mut reader = Reader::default();
        for bundle in bundles {
            if let Ok(header) = verify(&bundle.envelope, |_| None) {
                reader.keys.insert(header.stream.id(), header.key.unwrap());
            }
        }
        bundles.iter().for_each(|bundle| reader.arrive(bundle));
        assert!(reader.arrivals.pending().is_empty());
        for (entity, state) in &reader.entities {
            let hash = Hash::of(&state.to_bytes());
            writeln!(reader.text, "entity {entity} folds to {hash}").unwrap();
            writeln!(reader.text, "{}", serde_json::to_string_pretty(state).unwrap()).unwrap();
        }
        reader
    }

    fn arrive(&mut self, bundle: &Bundle) {
        let header = verify(&bundle.envelope, |stream| self.keys.get(stream).copied()).unwrap();
        bundle.check(&header).unwrap();
        let link = Link::from(&header);
        self.waiting.insert(header.commit, (header, bundle.clone()));
        for (commit, verdict) in self.arrivals.arrive(link) {
            match verdict {
                Verdict::Accept { depth, twins } => {
                    let (header, bundle) = self.waiting.remove(&commit).unwrap();
                    self.accept(&header, &bundle, depth);
                    if !twins.is_empty() {
                        writeln!(self.text, "  a fork: beside {twins:?}").unwrap();
                    }
                }
                verdict => writeln!(self.text, "commit {commit}: {verdict:?}").unwrap(),
            }
        }
    }

    fn accept(&mut self, header: &Header, bundle: &Bundle, depth: u64) {
        writeln!(self.text, "commit {} at depth {depth}", header.commit).unwrap();
        self.tell(header);
        for (index, (entry, part)) in header.parts.iter().zip(&bundle.parts).enumerate() {
            let PartEntry { party, hash, size, ordinals } = entry;
            writeln!(self.text, "  part {party:?} {hash} {size} {ordinals:?}").unwrap();
            let Some(part) = part else {
                writeln!(self.text, "    dropped").unwrap();
                continue;
            };
            let body = open_body(header, index, part, &project_key()).unwrap();
            for (ordinal, event) in body.events {
                let payload = cbor::encode(&event.payload).unwrap();
                let payload: String = payload.iter().map(|byte| format!("{byte:02x}")).collect();
                writeln!(self.text, "    {ordinal}: {event:?}: {payload}").unwrap();
                let at = EventRef { commit: header.commit, ordinal };
                let meta = header.meta(depth, ordinal, entry.party);
                let state = self.entities.entry(event.entity).or_default();
                state.apply(at, meta, &event, |kind| !kind.ends_with(".teleported"));
            }
            for Attestation { ordinal, key, signature } in body.attestations {
                let signature: String =
                    signature.iter().map(|byte| format!("{byte:02x}")).collect();
                writeln!(self.text, "    {ordinal} attested by {key}: {signature}").unwrap();
            }
        }
    }

    fn tell(&mut self, header: &Header) {
        let Header { stream, seq, time, offset_minutes, actor, app_version, .. } = header;
        let key = header.key.map(|key| Hash(key.to_bytes()));
        let batch = header.batch.map(|batch| (batch.id, batch.index, batch.count));
        for line in [
            format!("stream {}: {} {} {}", stream.id(), stream.project, stream.device, {
                stream.incarnation
            }),
            format!("seq {seq}, after {:?}, goes on from {:?}", header.prev, header.continues),
            format!("key {key:?}, batch {batch:?}"),
            format!("seen {:?}, blobs {:?}", header.seen, header.blobs),
            format!("time {time} {offset_minutes:+}, actor {actor}, version {app_version}"),
        ] {
            writeln!(self.text, "  {line}").unwrap();
        }
    }
}
