use crate::pc::*;
use shoulou_store::*;
use std::fs;

async fn with_backup() -> (Pc, std::path::PathBuf, BackedUp) {
    let pc = Pc::founded().await;
    pc.append(home("1-1-101", "李敏")).await;
    pc.store.put_blob(&[7; 300_000]).await.unwrap();
    let mut slots = Slots::open(&pc.path).unwrap();
    slots.add_password(&pc.key, "江景").unwrap();
    let backup = pc.dir.path().join("锦绣.backup");
    let done = pc.store.backup(&backup).await.unwrap();
    (pc, backup, done)
}

#[tokio::test]
async fn a_backup_comes_back_whole_under_a_new_incarnation() {
    let (pc, backup, done) = with_backup().await;
    assert_eq!((done.commits, done.blobs, done.damaged_blobs), (2, 1, 0));
    assert_eq!(done.bytes, fs::metadata(&backup).unwrap().len());
    let header = backup_header(&backup).unwrap();
    assert_eq!((header.project, header.name.as_str()), (PROJECT, "锦绣豪庭"));
    let left: Vec<_> = fs::read_dir(pc.dir.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("锦绣"))
        .collect();
    assert_eq!(left, ["锦绣.backup"]);

    let target = pc.dir.path().join("restored.db");
    let restored = restore(&backup, Secret::Password("江景"), &target).await.unwrap();
    assert_eq!((restored.commits, restored.homes, restored.blobs), (2, 1, 1));
    let key = Slots::open(&target).unwrap().unlock(Secret::Password("江景")).unwrap();
    let marks = tempfile::tempdir().unwrap();
    let marked = Setup { marks: Some(marks.path().to_owned()), ..setup() };
    let store = Store::open(&target, &key, marked.clone()).await.unwrap();
    assert_eq!(store.continued(), None);
    assert_eq!(store.views_digest().await.unwrap(), pc.digest().await);
    let (old, new) = (pc.store.own_stream().await.unwrap(), store.own_stream().await.unwrap());
    assert_ne!(old.incarnation, new.incarnation);
    let tick = claim("file.set", file("1-1-101"), None, "contract/no", "A", vec![]);
    store.append(commit(vec![tick])).await.unwrap();
    let bytes = store.commits_after(2, 1).await.unwrap().remove(0).1.header;
    let header = shoulou_eventlog::read_header(&bytes).unwrap();
    let last = pc.store.last().await.unwrap().unwrap().hash;
    assert_eq!((header.seq, header.continues), (0, Some(last)));
    pc.store
        .receive(store.commits_after(0, 9).await.unwrap().into_iter().map(|(_, c)| c).collect())
        .await
        .unwrap();
    assert_eq!(store.views_digest().await.unwrap(), pc.digest().await);
    store.close().await.unwrap();
    let store = Store::open(&target, &key, marked).await.unwrap();
    assert_eq!(store.continued(), None);
    assert!(store.verify().await.unwrap().is_clean());
}

#[tokio::test]
async fn a_restore_never_overwrites_a_project() {
    let (pc, backup, _) = with_backup().await;
    let before = pc.digest().await;
    let refused = restore(&backup, Secret::Password("江景"), &pc.path).await;
    assert!(matches!(refused, Err(StoreError::Exists)));
    assert_eq!(pc.digest().await, before);
}

#[tokio::test]
async fn a_damaged_backup_or_a_wrong_secret_leaves_nothing_behind() {
    let (pc, backup, _) = with_backup().await;
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("project.db");
    let refused = restore(&backup, Secret::Password("海景"), &target).await;
    assert!(matches!(refused, Err(StoreError::WrongSecret)));
    let whole = fs::read(&backup).unwrap();
    let bad = pc.dir.path().join("bad.backup");
    for at in [3, whole.len() / 3, whole.len() / 2, whole.len() - 5] {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(&bad, bytes).unwrap();
        let refused = restore(&bad, Secret::Password("江景"), &target).await;
        assert!(matches!(refused, Err(StoreError::BadBackup(_))), "{at}: {refused:?}");
        fs::write(&bad, &whole[..at]).unwrap();
        let refused = restore(&bad, Secret::Password("江景"), &target).await;
        assert!(matches!(refused, Err(StoreError::BadBackup(_))), "{at}: {refused:?}");
    }
    let left: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["project.db.lock"]);
}

#[tokio::test]
async fn a_backup_is_taken_while_work_goes_on() {
    let pc = Pc::founded().await;
    let working = pc.store.clone();
    let work = tokio::spawn(async move {
        for n in 0..40 {
            working.append(commit(home(&format!("1-1-{n}"), "李敏"))).await.unwrap();
        }
    });
    let backup = pc.dir.path().join("b");
    let done = pc.store.backup(&backup).await.unwrap();
    work.await.unwrap();
    assert!(done.commits <= 41);
    let again = pc.store.backup(&backup).await.unwrap();
    assert_eq!(again.commits, 41);
    pc.assert_sound().await;
}

#[tokio::test]
async fn an_erasure_is_repeated_on_an_older_backup() {
    let marks = tempfile::tempdir().unwrap();
    let marked = Setup { marks: Some(marks.path().to_owned()), ..setup() };
    let pc = Pc::with(marked.clone()).await;
    pc.append(founding()).await;
    pc.append(home("1-1-101", "李敏")).await;
    let code = Slots::open(&pc.path).unwrap().add_recovery(&pc.key).unwrap().to_string();
    let backup = pc.dir.path().join("b");
    pc.store.backup(&backup).await.unwrap();
    pc.append(vec![erasure(file("1-1-101"), buyer("1-1-101"))]).await;
    let target = pc.dir.path().join("restored.db");
    restore(&backup, Secret::Recovery(&code), &target).await.unwrap();
    let store = Store::open(&target, &pc.key, marked).await.unwrap();
    let row = store.home(unit("1-1-101")).await.unwrap().unwrap();
    assert_eq!(row.owners, "");
    assert_eq!(store.verify().await.unwrap().erased_parts, 1);
}
