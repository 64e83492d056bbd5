//! Bytes from anywhere, fed to every decoder: an error, or what was sealed; never a panic.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use ciborium::cbor;
use proptest::{collection::vec, prelude::*, sample::Index};
use shoulou_eventlog::{
    Bundle, COMMIT_LIMIT, Commit, CommitError, Draft, EntityState, Event, EventRef, Hash, Header,
    Id, Meta, NewEvent, PartEntry, ProjectKey, SigningKey, StreamId, cbor as encoding, open_blob,
    open_body, read_header, seal, seal_blob, verify,
};

fn key() -> ProjectKey {
    ProjectKey::new([9; 32])
}

fn commit() -> Commit {
    let signing = SigningKey::from_bytes(&[7; 32]);
    let claim = cbor!({ "path" => "a", "value" => { "x" => [1, null, "陈"] } }).unwrap();
    let event = Event { kind: "file.set".into(), entity: Id([2; 16]), payload: claim };
    let parties = [None, Some(Id([5; 16])), Some(Id([6; 16])), None];
    let draft = Draft {
        stream: StreamId::new(Id([1; 16]), &signing.verifying_key(), Id([3; 16])),
        seen: vec![Hash([1; 32])],
        blobs: vec![Hash([2; 32])],
        app_version: "0.1.0".into(),
        events: parties.map(|party| NewEvent { party, event: event.clone() }).to_vec(),
        ..Draft::default()
    };
    let mut drawn = 0;
    let mut salts = || {
        drawn += 1;
        [drawn; 24]
    };
    seal(draft, &signing, &key(), &mut salts).unwrap()
}

/// What may happen to bytes on their way.
#[derive(Clone, Debug)]
enum Harm {
    Flip(Index, u8),
    Cut(Index),
    Drop(Index),
    Insert(Index, Vec<u8>),
    Repeat(Index),
}

fn harm() -> impl Strategy<Value = Harm> {
    prop_oneof![
        4 => (any::<Index>(), 1_u8..).prop_map(|(at, bits)| Harm::Flip(at, bits)),
        1 => any::<Index>().prop_map(Harm::Cut),
        1 => any::<Index>().prop_map(Harm::Drop),
        1 => (any::<Index>(), vec(any::<u8>(), 1..9)).prop_map(|(at, new)| Harm::Insert(at, new)),
        1 => any::<Index>().prop_map(Harm::Repeat),
    ]
}

fn harmed(mut bytes: Vec<u8>, harms: &[Harm]) -> Vec<u8> {
    for harm in harms {
        if bytes.is_empty() {
            break;
        }
        match harm {
            Harm::Flip(at, bits) => *at.get_mut(&mut bytes) ^= bits,
            Harm::Cut(at) => bytes.truncate(at.index(bytes.len())),
            Harm::Drop(at) => drop(bytes.remove(at.index(bytes.len()))),
            Harm::Insert(at, new) => {
                let at = at.index(bytes.len());
                bytes.splice(at..at, new.iter().copied());
            }
            Harm::Repeat(at) => {
                let at = at.index(bytes.len());
                let tail = bytes[at..].to_vec();
                bytes.extend(tail);
            }
        }
    }
    bytes
}

/// A header that vouches for `bytes` as its part `index`: a signer who means harm.
fn vouching(index: usize, bytes: &[u8]) -> Header {
    let mut header = read_header(&commit().bytes).unwrap();
    let entry = &mut header.parts[index];
    let size = u32::try_from(bytes.len()).unwrap();
    *entry = PartEntry { hash: Hash::of(bytes), size, ..entry.clone() };
    header
}

fn feed_every_decoder(bytes: &[u8]) {
    let _ = encoding::decode(bytes);
    let _ = verify(bytes, |_| None);
    let _ = read_header(bytes);
    let _ = Bundle::decode(bytes);
    let _ = EntityState::from_bytes(bytes);
    let _ = open_blob(bytes, &Hash::of(bytes), &key());
    for index in 0..4 {
        let header = vouching(index % 3, bytes);
        let _ = open_body(&header, index, bytes, &key());
    }
    if let Ok(payload) = encoding::decode(bytes) {
        let mut state = EntityState::default();
        for kind in ["file.set", "file.void", "file.erase", "file.merged", "file"] {
            let event =
                Event { kind: kind.into(), entity: Id::default(), payload: payload.clone() };
            let at = EventRef { commit: Hash::default(), ordinal: 0 };
            let meta =
                Meta { order: Default::default(), actor: Id::default(), time: 0, party: None };
            state.apply(at, meta, &event, |_| true);
            let _ = state.merged_into();
        }
        assert!(EntityState::from_bytes(&state.to_bytes()).is_some());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn no_bytes_make_a_decoder_panic(bytes in vec(any::<u8>(), 0..200)) {
        feed_every_decoder(&bytes);
    }

    #[test]
    fn a_harmed_envelope_is_an_error_and_no_panic(harms in vec(harm(), 1..4)) {
        let whole = commit().bytes;
        let bytes = harmed(whole.clone(), &harms);
        feed_every_decoder(&bytes);
        if bytes != whole {
            prop_assert!(verify(&bytes, |_| None).is_err());
        }
    }

    #[test]
    fn a_harmed_part_is_an_error_and_no_panic(which in 0..3_usize, harms in vec(harm(), 1..4)) {
        let commit = commit();
        let whole = &commit.parts[which].bytes;
        let bytes = harmed(whole.clone(), &harms);
        feed_every_decoder(&bytes);
        if bytes != *whole {
            let header = read_header(&commit.bytes).unwrap();
            let opened = open_body(&header, which, &bytes, &key());
            prop_assert_eq!(opened, Err(CommitError::WrongPart(which)));
            if which > 0 {
                prop_assert!(open_body(&vouching(which, &bytes), which, &bytes, &key()).is_err());
            }
        }
    }

    #[test]
    fn a_harmed_bundle_is_an_error_or_another_bundle_but_no_panic(harms in vec(harm(), 1..4)) {
        let whole = Bundle::from(commit());
        let bytes = harmed(whole.encode().unwrap(), &harms);
        if let Ok(bundle) = Bundle::decode(&bytes)
            && let Ok(header) = verify(&bundle.envelope, |_| None)
            && bundle.check(&header).is_ok()
        {
            prop_assert_eq!(&bundle.envelope, &whole.envelope);
            for (found, sealed) in bundle.parts.iter().zip(&whole.parts) {
                prop_assert!(found.is_none() || found == sealed);
            }
        }
    }

    #[test]
    fn a_harmed_blob_is_an_error(harms in vec(harm(), 1..4)) {
        let whole = seal_blob(b"plan of a flat", &key(), [3; 24]);
        let bytes = harmed(whole.clone(), &harms);
        if bytes != whole {
            let opened = open_blob(&bytes, &Hash::of(&whole), &key());
            prop_assert_eq!(opened, Err(CommitError::WrongBlob));
            prop_assert!(open_blob(&bytes, &Hash::of(&bytes), &key()).is_err());
        }
    }
}

#[test]
fn bytes_beyond_the_limit_are_refused_before_they_are_read() {
    let bytes = vec![0x81; COMMIT_LIMIT + 1];
    assert_eq!(verify(&bytes, |_| None), Err(CommitError::TooLarge(COMMIT_LIMIT + 1)));
}

#[test]
fn deep_nesting_is_an_error_and_no_overflow() {
    for byte in [0x81, 0xa1, 0xd2, 0x9f, 0xbf] {
        feed_every_decoder(&vec![byte; COMMIT_LIMIT]);
    }
}
