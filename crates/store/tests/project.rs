use shoulou_eventlog::*;
use shoulou_store::*;

fn set(kind: &str, entity: Id, path: &str, value: &str) -> NewEvent {
    let claim =
        Claim { path: path.into(), value: value.into(), replaces: vec![], source: Source::Person };
    NewEvent {
        party: None,
        event: Event {
            kind: kind.into(),
            entity,
            payload: ciborium::Value::serialized(&claim).unwrap(),
        },
    }
}

#[tokio::test]
async fn a_first_look() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("project.db");
    let key = DataKey::random().unwrap();
    let project = Id([1; 16]);
    let store = Store::create(&path, &key, project, Setup::default()).await.unwrap();
    let unit = Id([2; 16]);
    let new = NewCommit {
        events: vec![set("unit.set", unit, "code", "1-1-101")],
        ..NewCommit::default()
    };
    let done = store.append(new).await.unwrap();
    assert_eq!(done.arrival, 1);
    assert_eq!(store.homes().await.unwrap()[0].code, "1-1-101");
    let digest = store.views_digest().await.unwrap();
    store.rebuild().await.unwrap();
    assert_eq!(store.views_digest().await.unwrap(), digest);
    store.clone().close().await.unwrap();
    let store = Store::open(&path, &key, Setup::default()).await.unwrap();
    assert_eq!(store.history(unit, 10).await.unwrap().len(), 1);
    assert!(store.entity(unit).await.unwrap().is_some());
}
