//! Databases of every released schema, which every later version must open.

use crate::pc::*;
use shoulou_store::*;
use std::{fs, path::Path};

const KEY: [u8; 32] = [42; 32];

#[tokio::test]
async fn a_database_of_schema_1_opens_today() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/v1.db");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("v1.db");
    fs::copy(golden, &path).unwrap();
    let store = Store::open(&path, &DataKey::from_bytes(KEY), setup()).await.unwrap();
    // The views are this version's; what was released is the log.
    store.rebuild().await.unwrap();
    let report = store.verify().await.unwrap();
    assert_eq!(report.fault, None, "{report:?}");
    assert_eq!((report.commits, report.homes, report.erased_parts), (6, 2, 1));
    let homes = store.homes().await.unwrap();
    assert_eq!((homes[0].code.as_str(), homes[0].owners.as_str()), ("1-1-101", "李敏"));
    assert_eq!((homes[1].code.as_str(), homes[1].owners.as_str()), ("8-2-1203", ""));
    let done = store.append(commit(home("9-1-1", "王芳"))).await.unwrap();
    assert_eq!(done.arrival, 7);
}

/// Run by hand, once for each schema that is released; never again for an old one.
#[tokio::test]
#[ignore = "makes the golden database of the present schema"]
async fn make_the_golden_database() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/v1.db");
    assert!(!path.exists(), "a golden database is never made again");
    let store = Store::join(&path, &DataKey::from_bytes(KEY), PROJECT, &project_key(), setup())
        .await
        .unwrap();
    store.append(commit(founding())).await.unwrap();
    store
        .append_batch(vec![commit(home("1-1-101", "李敏")), commit(home("8-2-1203", "陈嘉豪"))])
        .await
        .unwrap();
    let tick = claim("file.set", file("1-1-101"), None, "contract/no", "A-1", vec![]);
    store.append(commit(vec![tick])).await.unwrap();
    let other = claim("file.set", file("1-1-101"), None, "contract/no", "A-7", vec![]);
    store.append(commit(vec![other])).await.unwrap();
    store.append(commit(vec![erasure(file("8-2-1203"), buyer("8-2-1203"))])).await.unwrap();
    store.close().await.unwrap();
    let _ = fs::remove_file(path.with_extension("db.lock"));
}
