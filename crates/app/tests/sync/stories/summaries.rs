//! New PCs that begin with another PC's views.

use super::on_both;
use crate::{
    pc::{Pc, agree, until},
    server::{Server, random},
};
use ed25519_dalek::{Signer, SigningKey};
use shoulou_app::{
    Options,
    api::{Action, SyncProgress, SyncStep},
};
use shoulou_eventlog::{
    Hash, Id, ProjectKey, device_id, open_blob, seal_blob,
    sync::{
        Secret, SnapshotNote,
        wire::{Bytes, Enrol, enrol_message},
    },
};

on_both! {
    a_new_pc_works_at_once_goes_on_where_it_was_closed_and_ends_like_any_other
    a_summary_that_is_wrong_is_told_and_loses_nothing
}

/// The founder's PC, which has left a summary of all it has with the server.
async fn summarized(server: &Server, one: Pc) -> Pc {
    one.synced().await;
    let options = Options { snapshot_every: Some(1), ..Options::default() };
    let one = one.restarted_with(options).await;
    until("there is a summary", async || note(server, &one).await.is_some()).await;
    one
}

async fn note(server: &Server, of: &Pc) -> Option<SnapshotNote> {
    let device = of.view().await.server.unwrap().device;
    let note = server.ledger.snapshot(server.project().await, device, server.now()).await.ok()?;
    Some(SnapshotNote::read(&note.0).unwrap())
}

/// What packs badly.
fn long_remark() -> String {
    let mut bytes = vec![0; 300_000];
    getrandom::fill(&mut bytes).unwrap();
    let han = |two: &[u8]| 0x4e00 + u32::from(u16::from_be_bytes([two[0], two[1]])) % 20_000;
    bytes.chunks(2).filter_map(|two| char::from_u32(han(two))).collect()
}

async fn half_way(pc: &Pc) -> SyncProgress {
    let mut found = None;
    until("it is half-way", async || {
        found = pc.view().await.progress;
        let is_half = |at: &SyncProgress| at.done > 0 && at.done < at.total;
        found.as_ref().is_some_and(|at| at.step == SyncStep::Snapshot && is_half(at))
    })
    .await;
    found.unwrap()
}

async fn a_new_pc_works_at_once_goes_on_where_it_was_closed_and_ends_like_any_other(
    server: Server,
) {
    let one = Pc::founder(&server).await;
    for home in ["1-1-101", "1-1-102", "1-1-201", "1-1-202"] {
        one.set(home, "remark", long_remark()).await;
    }
    let one = summarized(&server, one).await;

    // Given up half-way, it leaves nothing.
    let two = Pc::empty(&server).await;
    two.line.delay(20);
    two.join(&one.invite(false).await, "样板间").await.unwrap();
    half_way(&two).await;
    two.app.execute(Action::CancelJoin).await.unwrap();
    let left = std::fs::read_dir(two.dir.path().join("data"));
    assert!(left.is_err() || left.unwrap().count() == 0, "nothing is left of it");

    // Closed half-way, it goes on from there.
    two.join(&one.invite(false).await, "样板间").await.unwrap();
    let at = half_way(&two).await;
    two.line.cut();
    let before = two.line.carried().1;
    let two = two.restarted().await;
    two.line.mend();
    until("it can be worked with", async || two.view().await.provisional).await;
    let came = two.line.carried().1 - before;
    assert!(came < at.total - at.done / 2, "{came} bytes came, and before that {at:?}");
    assert_eq!(two.rows().await.len(), 4);
    two.at_work("陈静").await;
    two.set("1-1-101", "remark", "样板间，还在同步").await;
    assert!(two.view().await.provisional, "its log is still coming");

    two.line.delay(0);
    until("the log bears it out", async || !two.view().await.provisional).await;
    assert!(!Pc::codes(&two.view().await).contains(&"snapshot_differed"));
    agree(&[&one, &two]).await;
    assert_eq!(one.shown("1-1-101", "remark").await, "样板间，还在同步");
    server.sound().await;
}

/// A member of the project that is no program of ours.
struct Rogue {
    key: SigningKey,
    project: Id,
    project_key: ProjectKey,
}

impl Rogue {
    async fn invited(server: &Server, by: &Pc) -> Rogue {
        let code = by.invite(false).await;
        let secret: Secret = code.split_once(' ').unwrap().1.parse().unwrap();
        let left = server.ledger.invitation(secret.locator(), server.now()).await.unwrap();
        let invitation = secret.open(&left.sealed.0).unwrap();
        let to = invitation.project.unwrap();
        let key = SigningKey::from_bytes(&random());
        let proof = key.sign(&enrol_message(to.id, &invitation.token.0));
        let enrol = Enrol {
            token: invitation.token,
            key: key.verifying_key().as_bytes().to_vec().into(),
            proof: proof.to_bytes().to_vec().into(),
            label: Bytes::default(),
            app_version: env!("CARGO_PKG_VERSION").into(),
        };
        server.ledger.enrol(to.id, enrol, server.now()).await.unwrap();
        let project_key = ProjectKey::new(to.key.0.try_into().unwrap());
        Rogue { key, project: to.id, project_key }
    }

    /// Puts its own in the place of a summary, with one word changed for another.
    async fn forges(&self, server: &Server, note: SnapshotNote, word: &str, other: &str) {
        let device = device_id(&self.key.verifying_key());
        let sealed = find(&server.dir.path().join("blobs"), note.blob).unwrap();
        let packed = open_blob(&sealed, &note.blob, &self.project_key).unwrap();
        let mut plain = zstd::decode_all(&packed[..]).unwrap();
        let places = plain.windows(word.len()).enumerate();
        let places = places.filter(|(_, bytes)| *bytes == word.as_bytes()).map(|(at, _)| at);
        let places: Vec<usize> = places.collect();
        assert!(!places.is_empty() && word.len() == other.len());
        for at in places {
            plain[at..at + other.len()].copy_from_slice(other.as_bytes());
        }
        let packed = zstd::encode_all(&plain[..], 3).unwrap();
        let sealed = seal_blob(&packed, &self.project_key, random());
        let (blob, size) = (Hash::of(&sealed), sealed.len() as u64);
        let key = self.key.verifying_key().as_bytes().to_vec().into();
        let note = SnapshotNote { blob, size, device, key, ..note };
        let (ledger, now) = (&server.ledger, server.now());
        ledger.append(self.project, device, blob, 0..size, sealed, now).await.unwrap();
        let signed = Bytes(note.sign(&self.key));
        ledger.put_snapshot(self.project, device, signed, now).await.unwrap();
    }
}

fn find(folder: &std::path::Path, blob: Hash) -> Option<Vec<u8>> {
    let mut entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.find_map(|path| match path.is_dir() {
        true => find(&path, blob),
        false => std::fs::read(&path).ok().filter(|bytes| Hash::of(bytes) == blob),
    })
}

async fn a_summary_that_is_wrong_is_told_and_loses_nothing(server: Server) {
    let one = Pc::founder(&server).await;
    one.set("1-1-101", "remark", "业主下午三点来").await;
    let one = summarized(&server, one).await;
    let rogue = Rogue::invited(&server, &one).await;
    let real = note(&server, &one).await.unwrap();
    rogue.forges(&server, real, "业主下午三点来", "业主上午三点来").await;
    let two = Pc::empty(&server).await;
    // So slow that it has the summary long before it has the log.
    two.line.delay(60);
    two.join(&one.invite(false).await, "样板间").await.unwrap();
    until("it can be worked with", async || two.view().await.provisional).await;
    assert_eq!(two.shown("1-1-101", "remark").await, "业主上午三点来");
    two.at_work("陈静").await;
    two.set("1-1-202", "remark", "在错误的汇总上录入").await;
    two.line.delay(0);
    let told = async || Pc::codes(&two.view().await).contains(&"snapshot_differed");
    until("people are told", told).await;
    agree(&[&one, &two]).await;
    assert_eq!(two.shown("1-1-101", "remark").await, "业主下午三点来");
    assert_eq!(one.shown("1-1-202", "remark").await, "在错误的汇总上录入");
    assert!(told().await, "and it stays so until somebody looked into it");
    server.sound().await;
}
