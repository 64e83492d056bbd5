use super::*;
use crate::{cbor::CborError, event_hash, open_blob, seal_blob};
use ciborium::cbor;

fn id(byte: u8) -> Id {
    Id([byte; 16])
}

fn signing() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

fn key() -> ProjectKey {
    ProjectKey::new([9; 32])
}

fn salts() -> impl FnMut() -> Salt {
    let mut last = 0;
    move || {
        last += 1;
        [last; 24]
    }
}

fn event(kind: &str, payload: ciborium::Value) -> Event {
    Event { kind: kind.into(), entity: id(2), payload }
}

fn new(party: Option<u8>, kind: &str, payload: ciborium::Value) -> NewEvent {
    NewEvent { party: party.map(id), event: event(kind, payload) }
}

fn draft() -> Draft {
    Draft {
        stream: StreamId::new(id(1), &signing().verifying_key(), id(3)),
        seen: vec![Hash::of(b"b"), Hash::of(b"a"), Hash::of(b"b")],
        time: 1_795_224_000_000,
        offset_minutes: 480,
        actor: id(4),
        app_version: "0.1.0".into(),
        events: vec![
            new(Some(6), "file.set", cbor!({ "path" => "z", "value" => 1 }).unwrap()),
            new(None, "file.arrived", cbor!({ "b" => 1, "a" => [true, null] }).unwrap()),
            new(Some(5), "file.set", cbor!({ "path" => "y", "value" => "陈嘉豪" }).unwrap()),
            new(None, "file.posted", ciborium::Value::Null),
        ],
        ..Draft::default()
    }
}

fn sealed(draft: Draft) -> Commit {
    seal(draft, &signing(), &key(), &mut salts()).unwrap()
}

fn refused(change: impl FnOnce(&mut Draft)) -> CommitError {
    let mut draft = draft();
    change(&mut draft);
    seal(draft, &signing(), &key(), &mut salts()).unwrap_err()
}

#[test]
fn what_was_sealed_is_read_back_event_by_event() {
    let commit = sealed(draft());
    let header = verify(&commit.bytes, |_| None).unwrap();
    assert_eq!(header.commit, commit.hash());
    assert_eq!(header.seen.len(), 2);
    assert_eq!(header.key, Some(signing().verifying_key()));
    assert_eq!(
        header.parts.iter().map(|part| part.party).collect::<Vec<_>>(),
        [None, Some(id(5)), Some(id(6))]
    );
    let mut events = Vec::new();
    for (index, part) in commit.parts.iter().enumerate() {
        events.extend(open_part(&header, index, &part.bytes, &key()).unwrap());
    }
    events.sort_by_key(|(ordinal, _)| *ordinal);
    let payload = cbor!({ "a" => [true, null], "b" => 1 }).unwrap();
    assert_eq!(events[1], (1, event("file.arrived", payload)));
    let drafted: Vec<_> = draft().events.into_iter().map(|new| new.event.kind).collect();
    assert_eq!(events.into_iter().map(|(_, event)| event.kind).collect::<Vec<_>>(), drafted);
}

#[test]
fn the_same_draft_seals_to_the_same_bytes() {
    assert_eq!(sealed(draft()), sealed(draft()));
}

#[test]
fn a_name_is_nowhere_in_the_stored_bytes() {
    let commit = sealed(draft());
    let name = "陈嘉豪".as_bytes();
    let stored = [commit.bytes].into_iter().chain(commit.parts.into_iter().map(|p| p.bytes));
    for bytes in stored {
        assert!(!bytes.windows(name.len()).any(|window| window == name));
    }
}

#[test]
fn dropping_the_bytes_of_a_part_leaves_the_commit_verifiable() {
    let mut commit = sealed(draft());
    let name = commit.hash();
    commit.parts.remove(1);
    let header = verify(&commit.bytes, |_| None).unwrap();
    assert_eq!((header.commit, commit.hash()), (name, name));
    assert_eq!(header.event_count(), 4);
    assert_eq!(open_part(&header, 2, &commit.parts[1].bytes, &key()).unwrap().len(), 1);
}

#[test]
fn a_later_commit_is_verified_with_the_key_that_its_stream_began_with() {
    let first = sealed(draft());
    let next = sealed(Draft { seq: 1, prev: Some(first.hash()), ..draft() });
    let stream = draft().stream.id();
    assert_eq!(verify(&next.bytes, |_| None), Err(CommitError::UnknownSigner(stream)));
    let other = SigningKey::from_bytes(&[8; 32]).verifying_key();
    assert_eq!(verify(&next.bytes, |_| Some(other)), Err(CommitError::ForeignKey));
    let known = |id: &Id| (*id == stream).then(|| signing().verifying_key());
    assert_eq!(verify(&next.bytes, known).unwrap().prev, Some(first.hash()));
}

#[test]
fn nobody_begins_a_stream_in_the_name_of_another_device() {
    let thief = SigningKey::from_bytes(&[8; 32]);
    assert_eq!(seal(draft(), &thief, &key(), &mut salts()), Err(CommitError::ForeignKey));
}

#[test]
fn every_changed_bit_of_an_envelope_is_noticed() {
    let commit = sealed(draft());
    for at in 0..commit.bytes.len() * 8 {
        let mut bytes = commit.bytes.clone();
        bytes[at / 8] ^= 1 << (at % 8);
        assert!(verify(&bytes, |_| None).is_err(), "bit {at}");
    }
}

#[test]
fn every_truncation_and_every_addition_is_noticed() {
    let commit = sealed(draft());
    for length in 0..commit.bytes.len() {
        assert!(verify(&commit.bytes[..length], |_| None).is_err());
    }
    let mut longer = commit.bytes.clone();
    longer.push(0);
    assert_eq!(verify(&longer, |_| None), Err(CommitError::Envelope));
}

#[test]
fn an_envelope_has_one_encoding() {
    let mut unprotected = sealed(draft()).bytes;
    assert_eq!(unprotected[..7], [0xd2, 0x84, 0x43, 0xa1, 0x01, 0x32, 0xa0]);
    unprotected.splice(6..7, [0xa1, 0x04, 0x41, 0x00]);
    assert_eq!(read_header(&unprotected), Err(CommitError::Envelope));
}

#[test]
fn a_part_opens_only_with_its_key_in_its_place_of_its_commit() {
    let commit = sealed(draft());
    let header = verify(&commit.bytes, |_| None).unwrap();
    let bytes = &commit.parts[1].bytes;
    let wrong = ProjectKey::new([1; 32]);
    assert_eq!(open_part(&header, 1, bytes, &wrong), Err(CommitError::CannotOpen));
    assert_eq!(open_part(&header, 2, bytes, &key()), Err(CommitError::WrongPart(2)));
    assert_eq!(open_part(&header, 3, bytes, &key()), Err(CommitError::NoSuchPart(3)));
    let mut changed = bytes.clone();
    changed[40] ^= 1;
    assert_eq!(open_part(&header, 1, &changed, &key()), Err(CommitError::WrongPart(1)));

    let mut moved = header.clone();
    moved.seq = 1;
    assert_eq!(open_part(&moved, 1, bytes, &key()), Err(CommitError::CannotOpen));
    let mut renamed = header;
    renamed.parts[1].party = Some(id(6));
    assert_eq!(open_part(&renamed, 1, bytes, &key()), Err(CommitError::CannotOpen));
}

#[test]
fn a_draft_that_breaks_a_rule_is_not_sealed() {
    use CommitError::Malformed;
    assert_eq!(refused(|draft| draft.events.clear()), Malformed("parts"));
    assert_eq!(refused(|draft| draft.seq = 1), Malformed("previous hash"));
    assert_eq!(refused(|draft| draft.prev = Some(Hash::default())), Malformed("previous hash"));
    assert_eq!(refused(|draft| draft.offset_minutes = 2000), Malformed("offset"));
    assert_eq!(refused(|draft| draft.time = i64::MAX), Malformed("time"));
    assert_eq!(refused(|draft| draft.app_version = "x".repeat(65)), Malformed("app version"));
    assert_eq!(refused(|draft| draft.events[0].event.kind = "File".into()), Malformed("kind"));
    let batch = Batch { id: id(1), index: 1, count: 1 };
    assert_eq!(refused(|draft| draft.batch = Some(batch)), Malformed("batch"));
    let stray = Attestation { ordinal: 4, key: id(1), signature: [0; 64] };
    assert_eq!(refused(|draft| draft.attestations = vec![stray]), Malformed("attestation"));
    let later = |draft: &mut Draft| {
        draft.seq = 1;
        draft.prev = Some(Hash::default());
        draft.continues = Some(Hash::default());
    };
    assert_eq!(refused(later), Malformed("continued head"));
    let float = |draft: &mut Draft| draft.events[0].event.payload = ciborium::Value::Float(1.5);
    assert_eq!(refused(float), CommitError::Cbor(CborError::Unsupported));
}

#[test]
fn a_commit_beyond_the_limit_is_not_sealed() {
    let bytes = |length| ciborium::Value::Bytes(vec![0; length]);
    let too_large = refused(|draft| draft.events[1].event.payload = bytes(COMMIT_LIMIT));
    assert!(matches!(too_large, CommitError::TooLarge(_)));
    let mut just = draft();
    just.events[1].event.payload = bytes(COMMIT_LIMIT - 2000);
    assert!(sealed(just).size() <= COMMIT_LIMIT);
}

#[test]
fn an_ordinal_in_two_parts_is_malformed() {
    let header = read_header(&sealed(draft()).bytes).unwrap();
    for change in [
        |header: &mut Header| header.parts[1].ordinals = vec![1],
        |header: &mut Header| header.parts[1].ordinals = vec![4],
        |header: &mut Header| header.parts[0].ordinals = vec![3, 1],
        |header: &mut Header| header.parts[0].ordinals = vec![],
    ] {
        let mut header = header.clone();
        change(&mut header);
        let bytes = header.encode().unwrap();
        let decoded = Header::decode(&bytes, Hash::default());
        assert_eq!(decoded, Err(CommitError::Malformed("ordinals")));
    }
}

#[test]
fn a_newer_format_is_told_from_a_malformed_one() {
    let header = read_header(&sealed(draft()).bytes).unwrap();
    let mut bytes = header.encode().unwrap();
    assert_eq!(bytes[1..3], [0, 1]);
    bytes[2] = 2;
    assert_eq!(Header::decode(&bytes, Hash::default()), Err(CommitError::NewerFormat(2)));
    bytes[2] = 0;
    assert_eq!(Header::decode(&bytes, Hash::default()), Err(CommitError::Malformed("format")));
}

#[test]
fn an_attestation_holds_for_one_event_in_one_place() {
    let witness = SigningKey::from_bytes(&[5; 32]);
    let mut draft = draft();
    let hash = event_hash(&draft.stream, 0, 2, &draft.events[2].event).unwrap();
    let signature = witness.sign(&hash.0).to_bytes();
    let key_id = Id::derive("key", &[witness.verifying_key().as_bytes()]);
    draft.attestations = vec![Attestation { ordinal: 2, key: key_id, signature }];
    let commit = sealed(draft);

    let header = verify(&commit.bytes, |_| None).unwrap();
    let body = open_body(&header, 1, &commit.parts[1].bytes, &key()).unwrap();
    let (attested, (ordinal, event)) = (body.attestations[0], &body.events[0]);
    assert_eq!(attested.ordinal, *ordinal);
    let signature = Signature::from_bytes(&attested.signature);
    let holds = |seq| {
        let hash = event_hash(&header.stream, seq, *ordinal, event).unwrap();
        witness.verifying_key().verify_strict(&hash.0, &signature).is_ok()
    };
    assert!(holds(0));
    assert!(!holds(1));
}

#[test]
fn a_blob_opens_with_its_key_from_its_address() {
    let stored = seal_blob(b"plan of a flat", &key(), [3; 24]);
    let address = Hash::of(&stored);
    assert_eq!(open_blob(&stored, &address, &key()).unwrap(), b"plan of a flat");
    let wrong = ProjectKey::new([1; 32]);
    assert_eq!(open_blob(&stored, &address, &wrong), Err(CommitError::CannotOpen));
    assert_eq!(open_blob(&stored[1..], &address, &key()), Err(CommitError::WrongBlob));
    let stump = &stored[..10];
    assert_eq!(open_blob(stump, &Hash::of(stump), &key()), Err(CommitError::CannotOpen));
}

#[test]
fn a_key_and_an_event_keep_their_content_out_of_debug_output() {
    assert_eq!(format!("{:?}", key()), "ProjectKey(…)");
    assert!(!format!("{:?}", draft()).contains('陈'));
}
