use crate::pc::*;
use shoulou_store::*;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

async fn closed() -> Pc {
    let pc = Pc::founded().await;
    for n in 0..30 {
        pc.append(home(&format!("1-1-{n}"), "李敏")).await;
    }
    pc.store.clone().close().await.unwrap();
    pc
}

async fn opened(pc: &Pc) -> Result<Store, StoreError> {
    Store::open(&pc.path, &pc.key, setup()).await
}

fn overwrite(path: &Path, at: usize, with: &[u8]) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at..at + with.len()].copy_from_slice(with);
    fs::write(path, bytes).unwrap();
}

#[tokio::test]
async fn a_wrong_key_is_told_from_a_damaged_file() {
    let pc = closed().await;
    let wrong = DataKey::random().unwrap();
    let refused = Store::open(&pc.path, &wrong, setup()).await.err().unwrap();
    assert!(matches!(refused, StoreError::WrongKey), "{refused:?}");
    overwrite(&pc.path, 0, &[0xa5; 100]);
    let refused = opened(&pc).await.err().unwrap();
    let StoreError::Damaged(damage) = refused else { panic!("{refused:?}") };
    assert_eq!(damage.place, Place::Header);
}

#[tokio::test]
async fn a_file_cut_short_is_damaged_and_is_left_as_it_is() {
    let pc = closed().await;
    let whole = fs::read(&pc.path).unwrap();
    let cut = &whole[..whole.len() * 5 / 6 / 4096 * 4096];
    fs::write(&pc.path, cut).unwrap();
    let refused = opened(&pc).await.err().unwrap();
    assert_eq!(refused.code(), "damaged");
    let StoreError::Damaged(damage) = refused else { panic!() };
    assert_eq!(damage.place, Place::Truncated { pages: (cut.len() / 4096) as u64 });
    assert!(damage.readable.is_some_and(|commits| (1..31).contains(&commits)), "{damage:?}");
    assert_eq!(fs::read(&pc.path).unwrap(), cut);
}

#[tokio::test]
async fn a_page_overwritten_is_found_by_its_number() {
    let pc = closed().await;
    let pages = fs::metadata(&pc.path).unwrap().len() as usize / 4096;
    let mut seen = 0;
    for page in [pages / 3, pages / 2, pages - 1] {
        let whole = fs::read(&pc.path).unwrap();
        overwrite(&pc.path, page * 4096 + 100, b"not what was written");
        match opened(&pc).await {
            Ok(store) => {
                let report = store.verify().await.unwrap();
                let at = FaultAt::Page(page as u64 + 1);
                assert_eq!(report.fault.map(|fault| fault.at), Some(at));
                store.close().await.unwrap();
                seen += 1;
            }
            Err(error) => assert_eq!(error.code(), "damaged"),
        }
        fs::write(&pc.path, whole).unwrap();
    }
    assert!(seen > 0);
    assert!(opened(&pc).await.unwrap().verify().await.unwrap().is_clean());
}

#[tokio::test]
async fn reading_a_damaged_page_says_damaged() {
    let pc = closed().await;
    let mut bytes = fs::read(&pc.path).unwrap();
    for page in bytes.chunks_mut(4096).skip(12) {
        page[200] ^= 0xff;
    }
    fs::write(&pc.path, bytes).unwrap();
    let error = match opened(&pc).await {
        Ok(store) => store.homes().await.err().unwrap(),
        Err(error) => error,
    };
    assert_eq!(error.code(), "damaged");
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_not_touched() {
    let pc = closed().await;
    pc.raw(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (9999, 'later', 1, x'00', 0)",
    )
    .await;
    let before = fs::read(&pc.path).unwrap();
    for refused in
        [opened(&pc).await, Store::open_read_only(&pc.path, &pc.key, Knows::default()).await]
    {
        let refused = refused.err().unwrap();
        assert!(matches!(refused, StoreError::NewerSchema { found: 9999, .. }), "{refused:?}");
    }
    assert_eq!(fs::read(&pc.path).unwrap(), before);
}

#[tokio::test]
async fn a_second_program_finds_the_folder_in_use_and_reads_along() {
    let pc = Pc::founded().await;
    let refused = Store::open(&pc.path, &pc.key, setup()).await.err().unwrap();
    assert!(matches!(refused, StoreError::InUse));
    let reading = Store::open_read_only(&pc.path, &pc.key, Knows::default()).await.unwrap();
    assert!(reading.is_read_only());
    pc.append(home("1-1-101", "李敏")).await;
    assert_eq!(reading.homes().await.unwrap().len(), 1);
    pc.set(file("1-1-101"), None, "contract/no", "A").await;
    let state = reading.entity(file("1-1-101")).await.unwrap().unwrap();
    assert_eq!(state.open("contract/no").len(), 1);
    assert!(reading.verify().await.unwrap().is_clean());
    let refused = reading.append(commit(home("1-1-102", "王芳"))).await.err().unwrap();
    assert!(matches!(refused, StoreError::InUse));
    pc.store.clone().close().await.unwrap();
    drop(reading);
    assert!(opened(&pc).await.is_ok());
}

#[tokio::test]
async fn an_existing_database_is_not_made_anew_and_a_missing_one_is_not_invented() {
    let pc = closed().await;
    let refused = Store::create(&pc.path, &pc.key, PROJECT, setup()).await.err().unwrap();
    assert!(matches!(refused, StoreError::Exists));
    let gone = pc.dir.path().join("gone.db");
    let refused = Store::open(&gone, &pc.key, setup()).await.err().unwrap();
    assert!(matches!(refused, StoreError::NotFound));
    assert!(!gone.exists());
}

/// A small disk of its own, where the system lets us have one.
struct Disk(PathBuf, #[allow(dead_code)] tempfile::TempDir);

impl Disk {
    fn of(size: &str) -> Option<Disk> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().to_owned();
        let options = format!("size={size}");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
            .arg(&path)
            .status();
        if mounted.is_ok_and(|status| status.success()) {
            Some(Disk(path, dir))
        } else {
            eprintln!("skipped: no right to mount a small disk");
            None
        }
    }

    fn read_only(&self) {
        let remounted =
            Command::new("mount").args(["-o", "remount,ro"]).arg(&self.0).status().unwrap();
        assert!(remounted.success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[tokio::test]
async fn a_full_disk_leaves_nothing_half_written_and_reading_goes_on() {
    let Some(disk) = Disk::of("2m") else { return };
    let path = disk.0.join("project.db");
    let key = DataKey::random().unwrap();
    Slots::create(&path, &key).unwrap().add_recovery(&key).unwrap();
    let store = Store::create(&path, &key, PROJECT, setup()).await.unwrap();
    store.append(commit(founding())).await.unwrap();
    let mut kept = 1;
    let refused = loop {
        let batch = (0..5).map(|n| commit(home(&format!("{kept}-1-{n}"), "李敏"))).collect();
        match store.append_batch(batch).await {
            Ok(done) => kept = done.arrival,
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, StoreError::DiskFull), "{refused:?}");
    assert!(matches!(store.put_blob(&[1; 2_000_000]).await, Err(StoreError::DiskFull)));
    assert_eq!(store.last().await.unwrap().unwrap().arrival, kept);
    assert_eq!(store.homes().await.unwrap().len() as u64, kept - 1);
    assert!(store.verify().await.unwrap().is_clean());
    let refused = store.backup(&disk.0.join("b")).await.err().unwrap();
    assert!(matches!(refused, StoreError::DiskFull), "{refused:?}");
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_read_only_folder_is_said_and_can_still_be_read() {
    let Some(disk) = Disk::of("20m") else { return };
    let path = disk.0.join("project.db");
    let key = DataKey::random().unwrap();
    let store = Store::create(&path, &key, PROJECT, setup()).await.unwrap();
    store.append(commit(founding())).await.unwrap();
    store.append(commit(home("1-1-101", "李敏"))).await.unwrap();
    store.close().await.unwrap();
    disk.read_only();
    let refused = Store::open(&path, &key, setup()).await.err().unwrap();
    assert!(matches!(refused, StoreError::ReadOnly), "{refused:?}");
    let store = Store::open_read_only(&path, &key, Knows::default()).await.unwrap();
    assert_eq!(store.homes().await.unwrap()[0].owners, "李敏");
    let fresh = disk.0.join("new.db");
    let refused = Store::create(&fresh, &key, PROJECT, setup()).await.err().unwrap();
    assert!(matches!(refused, StoreError::ReadOnly), "{refused:?}");
}
