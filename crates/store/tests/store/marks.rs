use crate::pc::*;
use shoulou_store::*;
use std::{fs, path::Path};

fn marked(dir: &Path) -> Setup {
    Setup { marks: Some(dir.to_owned()), ..setup() }
}

async fn marked_pc() -> (tempfile::TempDir, Pc) {
    let marks = tempfile::tempdir().unwrap();
    let pc = Pc::with(marked(marks.path())).await;
    pc.append(founding()).await;
    pc.append(home("1-1-101", "李敏")).await;
    (marks, pc)
}

#[tokio::test]
async fn a_database_that_only_went_on_keeps_its_incarnation() {
    let (marks, mut pc) = marked_pc().await;
    let before = pc.store.own_stream().await.unwrap();
    pc.reopen(marked(marks.path())).await.unwrap();
    assert_eq!(pc.store.continued(), None);
    assert_eq!(pc.store.own_stream().await.unwrap(), before);
}

#[tokio::test]
async fn an_older_state_put_back_goes_on_under_a_new_incarnation() {
    let (marks, mut pc) = marked_pc().await;
    pc.reopen(marked(marks.path())).await.unwrap();
    pc.store.clone().close().await.unwrap();
    let older = fs::read(&pc.path).unwrap();
    pc.store = Store::open(&pc.path, &pc.key, marked(marks.path())).await.unwrap();
    pc.set(file("1-1-101"), None, "contract/no", "A").await;
    let stream = pc.store.own_stream().await.unwrap();
    let lost = pc.everything().await;
    pc.store.clone().close().await.unwrap();
    fs::write(&pc.path, older).unwrap();
    pc.store = Store::open(&pc.path, &pc.key, marked(marks.path())).await.unwrap();
    assert_eq!(pc.store.continued(), Some(Continued::RolledBack));
    assert_ne!(pc.store.own_stream().await.unwrap(), stream);
    pc.set(file("1-1-101"), None, "contract/no", "B").await;
    // What was lost comes back from elsewhere: nothing collides.
    let received = pc.store.receive(lost).await.unwrap();
    assert_eq!((received.admitted.len(), received.forked), (1, false));
    pc.assert_sound().await;
    pc.reopen(marked(marks.path())).await.unwrap();
    assert_eq!(pc.store.continued(), None);
}

#[tokio::test]
async fn a_folder_copied_to_another_pc_goes_on_under_a_new_incarnation() {
    let (_marks, mut pc) = marked_pc().await;
    let stream = pc.store.own_stream().await.unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    pc.reopen(marked(elsewhere.path())).await.unwrap();
    assert_eq!(pc.store.continued(), Some(Continued::Copied));
    pc.set(file("1-1-101"), None, "contract/no", "A").await;
    let now = pc.store.own_stream().await.unwrap();
    assert_eq!((now.device, now.incarnation == stream.incarnation), (stream.device, false));
    assert_eq!(pc.store.heads().await.unwrap().len(), 2);
    pc.assert_sound().await;
}
