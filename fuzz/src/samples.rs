//! Real bytes of every kind, made from fixed keys.

use ciborium::cbor;
use shoulou_eventlog::{
    Bundle, Commit, Draft, Event, Hash, Header, Id, NewEvent, ProjectKey, SigningKey, StreamId,
    device_id, read_header, seal, seal_blob,
    sync::{
        Certificate, Checkpoint, Invitation, Purpose, Receipt, Role, Secret, SnapshotNote,
        invitation::InvitedTo,
        wire::{self, Bytes, Cursor, EpochStart, Fate, News, RefusalCode},
    },
};

const PROJECT: Id = Id([1; 16]);

#[must_use]
pub fn project_key() -> ProjectKey {
    ProjectKey::new([9; 32])
}

#[must_use]
pub fn server() -> SigningKey {
    SigningKey::from_bytes(&[1; 32])
}

fn device() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

#[must_use]
pub fn secret() -> Secret {
    Secret::new([0x5a; 15])
}

fn sealed() -> Option<Commit> {
    let claim = cbor!({ "path" => "stage", "value" => { "x" => [1, null, "陈"] } }).ok()?;
    let event = Event { kind: "file.set".into(), entity: Id([2; 16]), payload: claim };
    let erase = cbor!({ "party" => "x", "reason" => "asked" }).ok()?;
    let erase = Event { kind: "file.erase".into(), entity: Id([2; 16]), payload: erase };
    let events = vec![
        NewEvent { party: None, event: event.clone() },
        NewEvent { party: Some(Id([5; 16])), event },
        NewEvent { party: None, event: erase },
    ];
    let draft = Draft {
        stream: StreamId::new(PROJECT, &device().verifying_key(), Id([3; 16])),
        seen: vec![Hash([1; 32])],
        blobs: vec![Hash([2; 32])],
        app_version: "0.1.0".into(),
        events,
        ..Draft::default()
    };
    let mut drawn = 0;
    let mut salts = || {
        drawn += 1;
        [drawn; 24]
    };
    seal(draft, &device(), &project_key(), &mut salts).ok()
}

/// Of the sample commit.
#[must_use]
pub fn header() -> Option<Header> {
    read_header(&sealed()?.bytes).ok()
}

/// What each corpus begins with.
#[must_use]
pub fn all() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let mut all = Vec::new();
    if let Some(commit) = sealed() {
        all.push(("commit", "first", commit.bytes.clone()));
        for (name, part) in ["common", "party"].into_iter().zip(&commit.parts) {
            all.push(("part", name, part.bytes.clone()));
        }
        let mut bundle = Bundle::from(commit);
        all.extend(bundle.encode().ok().map(|bytes| ("bundle", "whole", bytes)));
        if let Some(last) = bundle.parts.last_mut() {
            *last = None;
        }
        all.extend(bundle.encode().ok().map(|bytes| ("bundle", "erased", bytes)));
    }
    if let Ok(value) = cbor!({ "path" => "party/5/phone", "value" => "13800000000", "n" => -7 }) {
        let bytes = shoulou_eventlog::cbor::encode(&value);
        all.extend(bytes.ok().map(|bytes| ("cbor", "claim", bytes)));
    }
    all.push(("blob", "sealed", seal_blob(b"a photograph", &project_key(), [4; 24])));
    all.extend(messages());
    all.extend(documents());
    all.push(("invitation", "code", secret().to_string().into_bytes()));
    let invitation = Invitation {
        purpose: Purpose::Join,
        server: server().verifying_key().as_bytes().to_vec().into(),
        pin: Some(Hash([6; 32])),
        token: vec![4; 16].into(),
        project: Some(InvitedTo {
            id: PROJECT, name: "锦绣豪庭".into(), key: vec![9; 32].into()
        }),
    };
    all.push(("invitation", "sealed", secret().seal(&invitation, [8; 24])));
    all.push(("backup", "beginning", backup()));
    all
}

/// As `docs/key-slots.md` says a backup begins, and a section that promises more than comes.
fn backup() -> Vec<u8> {
    let project = PROJECT.to_string();
    let header = format!(
        r#"{{"project":"{project}","name":"锦绣豪庭","schema":2,"commits":3,"last":null}}"#
    );
    let length = (header.len() as u32).to_be_bytes();
    let magic = b"shoulou backup\n\0";
    [&magic[..], &1_u32.to_be_bytes(), &length, header.as_bytes(), &[1, 0, 0, 0, 0, 0, 0, 0, 9, 7]]
        .concat()
}

fn messages() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let epoch = Id([2; 16]);
    let checkpoint = Checkpoint::start(PROJECT);
    let cursor = Cursor { epoch, number: 7, checkpoint };
    let news = News { epoch, head: 7, members: 2, time: 1_795_224_060_000 };
    let bytes = || Bytes(vec![3; 20]);
    let fates = vec![
        Fate::Accepted(6),
        Fate::Known(1),
        Fate::Quarantined,
        Fate::Missing(vec![Hash([1; 32])]),
        Fate::Refused("signature".into()),
    ];
    let epochs = vec![EpochStart { epoch, number: 5, checkpoint }];
    let head = wire::Head { stream: Id([4; 16]), seq: 3, commit: Hash([5; 32]) };
    let standing = wire::Standing {
        device: Id([4; 16]),
        number: 3,
        last_seen: Some(5),
        app_version: "0.1.0".into(),
        quarantined: 1,
    };
    let refusal = wire::Refusal { code: RefusalCode::Epoch, detail: "epoch".into(), epochs };
    let open = wire::OpenSession {
        device: Id([4; 16]),
        nonce: bytes(),
        signature: bytes(),
        app_version: "0.1.0".into(),
    };
    let opened = wire::SessionOpened { token: "t".into(), certificate: bytes(), news };
    let enrol = wire::Enrol {
        token: bytes(),
        key: bytes(),
        proof: bytes(),
        label: bytes(),
        app_version: "0.1.0".into(),
    };
    let invite = wire::Invite {
        locator: Id([4; 16]),
        token_hash: Hash([5; 32]),
        sealed: bytes(),
        role: Role::Member,
        seconds: 3600,
    };
    let members =
        wire::Members { revision: 4, certificates: vec![bytes()], standings: vec![standing] };
    let drop_blobs = wire::DropBlobs { party: Id([5; 16]), blobs: vec![Hash([6; 32])] };
    [
        ("push", wire::encode(&wire::Push { epoch, commits: vec![bytes(), bytes()] })),
        ("pushed", wire::encode(&wire::Pushed { fates, receipt: Some(bytes()), news })),
        ("pulled", wire::encode(&wire::Pulled { commits: vec![bytes()], cursor, news })),
        ("heads", wire::encode(&wire::Heads { heads: vec![head], news })),
        ("members", wire::encode(&members)),
        ("challenge", wire::encode(&wire::Challenge { device: Id([4; 16]) })),
        ("challenged", wire::encode(&wire::Challenged { nonce: bytes() })),
        ("open", wire::encode(&open)),
        ("opened", wire::encode(&opened)),
        ("enrol", wire::encode(&enrol)),
        ("enrolled", wire::encode(&wire::Enrolled { certificate: bytes(), news })),
        ("invite", wire::encode(&invite)),
        ("invited", wire::encode(&wire::Invited { sealed: bytes() })),
        ("refusal", wire::encode(&refusal)),
        ("drop", wire::encode(&drop_blobs)),
        ("upload", wire::encode(&wire::Upload { offset: 70, complete: false })),
    ]
    .into_iter()
    .map(|(name, bytes)| ("wire", name, bytes))
    .collect()
}

fn documents() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let (epoch, checkpoint) = (Id([2; 16]), Checkpoint::start(PROJECT));
    let key = device().verifying_key();
    let certificate = Certificate {
        project: PROJECT,
        device: device_id(&key),
        key: key.as_bytes().to_vec().into(),
        role: Role::Administrator,
        label: vec![7; 40].into(),
        enrolled: 1_795_224_060_000,
        lease: 1_797_816_060_000,
        revoked: Some(1_797_816_060_000),
        revision: 3,
    };
    let receipt = Receipt {
        project: PROJECT,
        epoch,
        received: 5,
        commits: vec![(Hash([1; 32]), 1), (Hash([2; 32]), 2)],
        head: 2,
        checkpoint,
    };
    let note = SnapshotNote {
        project: PROJECT,
        cursor: Cursor { epoch, number: 2, checkpoint },
        fold: "4".into(),
        blob: Hash([3; 32]),
        size: 1000,
        commits: 2,
        events: 5,
        erased: 0,
        device: device_id(&key),
        key: key.as_bytes().to_vec().into(),
    };
    vec![
        ("signed", "certificate", certificate.sign(&server())),
        ("signed", "receipt", receipt.sign(&server())),
        ("signed", "note", note.sign(&device())),
    ]
}
