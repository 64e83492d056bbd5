//! Every decoder that reads bytes from elsewhere. A target takes anything and must come back: an error, or
//! something that writes and reads back the same. `fuzz/corpus` has real bytes for each to begin with, and what a
//! fuzzer found that leads to other places (`found-…`).
//!
//! The tests replay the corpus and a bounded number of harmed copies on stable Rust. `fuzz/libfuzzer` hands the
//! same functions to `cargo fuzz` (`cargo install cargo-fuzz`), for as long as one likes; what it finds goes into the first
//! folder, which must be there:
//!
//! ```sh
//! mkdir -p target/found/wire
//! RUSTC_BOOTSTRAP=1 cargo fuzz run --fuzz-dir fuzz/libfuzzer --sanitizer none wire target/found/wire fuzz/corpus/wire -- -max_total_time=30
//! ```
//!
//! With a nightly compiler instead of `RUSTC_BOOTSTRAP=1`, the address sanitizer may stay on.

use serde::{Serialize, de::DeserializeOwned};
use shoulou_eventlog::{
    Bundle, Claim, Erase, Hash, Header, Id, PartEntry, SigningKey, cbor, open_blob, open_body,
    read_header,
    sync::{Certificate, Receipt, Secret, SnapshotNote, wire},
    verify,
};
use std::{fmt::Debug, fs};

pub mod harm;
pub mod samples;

/// A decoder, by the name of its corpus.
pub type Target = (&'static str, fn(&[u8]));

pub const TARGETS: [Target; 9] = [
    ("cbor", cbor_value),
    ("commit", commit),
    ("part", part),
    ("bundle", bundle),
    ("blob", blob),
    ("wire", wire_messages),
    ("signed", signed),
    ("invitation", invitation),
    ("backup", backup),
];

pub fn cbor_value(bytes: &[u8]) {
    let Ok(value) = cbor::decode(bytes) else { return };
    let again = cbor::encode(&value).expect("what was read can be written");
    assert_eq!(again, bytes, "the log's CBOR has one form");
    let _ = value.deserialized::<Claim>();
    let _ = value.deserialized::<Erase>();
}

pub fn commit(bytes: &[u8]) {
    let header = read_header(bytes);
    let verified = verify(bytes, |_| None);
    if let Ok(verified) = verified {
        let header = header.expect("what verifies can be read");
        assert_eq!(verified.commit, Hash::of(bytes));
        assert_eq!(header.commit, verified.commit);
    }
}

/// As the author of a commit could have written it: hash and size are true.
pub fn part(bytes: &[u8]) {
    let Ok(size) = u32::try_from(bytes.len()) else { return };
    let Some(header) = samples::header() else { return };
    for party in [None, Some(Id([5; 16]))] {
        let entry = PartEntry { party, hash: Hash::of(bytes), size, ordinals: vec![0] };
        let header = Header { parts: vec![entry], ..header.clone() };
        let _ = open_body(&header, 0, bytes, &samples::project_key());
    }
}

pub fn bundle(bytes: &[u8]) {
    let Ok(bundle) = Bundle::decode(bytes) else { return };
    let again = bundle.encode().expect("what was read can be written");
    assert_eq!(Bundle::decode(&again).as_ref(), Ok(&bundle));
    if let Ok(header) = read_header(&bundle.envelope) {
        let _ = bundle.check(&header);
    }
}

pub fn blob(bytes: &[u8]) {
    let _ = open_blob(bytes, &Hash::of(bytes), &samples::project_key());
}

pub fn wire_messages(bytes: &[u8]) {
    reads_back::<wire::Push>(bytes);
    reads_back::<wire::Pushed>(bytes);
    reads_back::<wire::Pulled>(bytes);
    reads_back::<wire::Heads>(bytes);
    reads_back::<wire::Members>(bytes);
    reads_back::<wire::Challenge>(bytes);
    reads_back::<wire::Challenged>(bytes);
    reads_back::<wire::OpenSession>(bytes);
    reads_back::<wire::SessionOpened>(bytes);
    reads_back::<wire::Enrol>(bytes);
    reads_back::<wire::Enrolled>(bytes);
    reads_back::<wire::Invite>(bytes);
    reads_back::<wire::Invited>(bytes);
    reads_back::<wire::Refusal>(bytes);
    reads_back::<wire::DropBlobs>(bytes);
    reads_back::<wire::Upload>(bytes);
}

fn reads_back<T: Serialize + DeserializeOwned + PartialEq + Debug>(bytes: &[u8]) {
    let Ok(message) = wire::decode::<T>(bytes) else { return };
    assert_eq!(wire::decode::<T>(&wire::encode(&message)).as_ref(), Ok(&message));
}

pub fn signed(bytes: &[u8]) {
    let server = samples::server().verifying_key();
    let _ = Receipt::read(bytes, &server);
    let _ = SnapshotNote::read(bytes);
    if let Ok(certificate) = Certificate::read(bytes, &server) {
        assert!(certificate.verifying_key().is_some());
    }
    // Whoever has the server's key can sign anything.
    let stranger = SigningKey::from_bytes(&[8; 32]).verifying_key();
    assert!(Certificate::read(bytes, &stranger).is_err());
}

pub fn invitation(bytes: &[u8]) {
    let _ = samples::secret().open(bytes);
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(secret) = text.parse::<Secret>() {
        assert_eq!(secret.to_string().parse().as_ref(), Ok(&secret));
    }
}

pub fn backup(bytes: &[u8]) {
    let file = tempfile::NamedTempFile::new().expect("the system keeps a small file");
    fs::write(file.path(), bytes).expect("the system keeps a small file");
    let _ = shoulou_store::backup_header(file.path());
}
