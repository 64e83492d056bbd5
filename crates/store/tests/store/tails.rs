//! A stored state and the log's commits after it are together what the log says.

use crate::pc::*;
use shoulou_eventlog::{EntityState, Value};
use shoulou_store::*;
use std::sync::Arc;

const CODE: &str = "1-1-101";

async fn with_ticks(ticks: usize) -> Pc {
    let pc = Pc::founded().await;
    pc.append(home(CODE, "李敏")).await;
    for n in 0..ticks {
        pc.set(file(CODE), None, "contract/no", &n.to_string()).await;
    }
    pc
}

/// As a program reads it that has nothing in memory.
async fn from_disk(pc: &Pc) -> Arc<EntityState> {
    let store = Store::open_read_only(&pc.path, &pc.key, Knows::default()).await.unwrap();
    let state = store.entity(file(CODE)).await.unwrap().unwrap();
    store.close().await.unwrap();
    state
}

async fn stored_upto(pc: &Pc) -> i64 {
    pc.number("SELECT upto FROM view_entity WHERE kind = 'file'").await
}

#[tokio::test]
async fn a_state_read_with_its_tail_is_the_one_in_memory_and_is_stored_anew_now_and_then() {
    let pc = with_ticks(0).await;
    let mut stored = vec![stored_upto(&pc).await];
    for n in 0..70 {
        pc.set(file(CODE), None, &format!("contract/{}", n % 7), &n.to_string()).await;
        let kept = pc.store.entity(file(CODE)).await.unwrap().unwrap();
        assert_eq!(from_disk(&pc).await.to_bytes(), kept.to_bytes(), "after tick {n}");
        stored.push(stored_upto(&pc).await);
    }
    stored.dedup();
    assert_eq!(stored, [2, 34, 66]);
    pc.assert_sound().await;
    assert_eq!(stored_upto(&pc).await, 72, "a rebuild leaves no tail");
}

#[tokio::test]
async fn a_tail_goes_on_after_a_restart() {
    let mut pc = with_ticks(26).await;
    pc.reopen(setup()).await.unwrap();
    for value in ["A", "B", "C", "D", "E"] {
        pc.set(file(CODE), None, "contract/no", value).await;
    }
    assert_eq!(stored_upto(&pc).await, 2);
    pc.set(file(CODE), None, "contract/no", "F").await;
    assert_eq!(stored_upto(&pc).await, 34);
    assert_eq!(from_disk(&pc).await.value("contract/no"), Some(&Value::from("F")));
    pc.assert_sound().await;
}

#[tokio::test]
async fn verify_finds_a_stored_state_that_is_wrong_and_one_with_another_tail() {
    for wrong in [
        "UPDATE view_entity SET state = (SELECT state FROM view_entity WHERE kind = 'unit') \
         WHERE kind = 'file'",
        "UPDATE view_entity SET upto = upto + 1 WHERE kind = 'file'",
        "UPDATE view_entity SET upto = upto - 1 WHERE kind = 'file'",
        "UPDATE view_entity SET upto = 99 WHERE kind = 'file'",
    ] {
        let pc = with_ticks(3).await;
        pc.raw(wrong).await;
        let fault = pc.store.verify().await.unwrap().fault.unwrap();
        assert_eq!(fault.at, FaultAt::Entity(file(CODE)), "{wrong}");
        pc.store.rebuild().await.unwrap();
        pc.assert_sound().await;
    }
    let pc = with_ticks(3).await;
    pc.raw("DELETE FROM log_entity WHERE arrival = 4").await;
    let fault = pc.store.verify().await.unwrap().fault.unwrap();
    assert_eq!(fault.at, FaultAt::Entity(file(CODE)), "a commit that no index names");
}

#[tokio::test]
async fn erasing_a_party_reaches_what_is_stored_and_what_is_in_the_tail() {
    let mut pc = with_ticks(2).await;
    let party = buyer(CODE);
    let (name, phone) = (format!("party/{party}/name"), format!("party/{party}/phone"));
    pc.set(file(CODE), Some(party), &phone, "13800135566").await;
    assert_eq!(from_disk(&pc).await.value(&phone), Some(&Value::from("13800135566")));
    pc.append(vec![erasure(file(CODE), party)]).await;
    pc.set(file(CODE), None, "contract/no", "A").await;
    for _ in 0..2 {
        let state = from_disk(&pc).await;
        assert_eq!((state.value(&name), state.value(&phone)), (None, None));
        assert_eq!(state.value("contract/no"), Some(&Value::from("A")));
        pc.reopen(setup()).await.unwrap();
    }
    pc.assert_sound().await;
}

#[tokio::test]
async fn an_erasure_told_of_another_home_reaches_the_tail_of_this_one() {
    let pc = with_ticks(2).await;
    pc.append(home("1-1-102", "王芳")).await;
    let party = buyer(CODE);
    let phone = format!("party/{party}/phone");
    pc.set(file(CODE), Some(party), &phone, "13800135566").await;
    pc.append(vec![erasure(file("1-1-102"), party)]).await;
    assert_eq!(from_disk(&pc).await.value(&phone), None);
    pc.assert_sound().await;
}

#[tokio::test]
async fn bytes_that_come_late_reach_a_tail() {
    let (here, there) = (Pc::new().await, with_ticks(1).await);
    let party = buyer(CODE);
    let phone = format!("party/{party}/phone");
    there.set(file(CODE), Some(party), &phone, "13800135566").await;
    there.set(file(CODE), None, "contract/no", "A").await;
    let mut commits = there.everything().await;
    commits[3].parts[0] = None;
    for commit in commits {
        here.store.receive(vec![commit]).await.unwrap();
    }
    assert_eq!(from_disk(&here).await.value(&phone), None);
    here.learn_from(&there).await;
    assert_eq!(from_disk(&here).await.value(&phone), Some(&Value::from("13800135566")));
    assert_eq!(here.digest().await, there.digest().await);
    here.assert_sound().await;
}

#[tokio::test]
async fn an_entity_that_turns_out_to_be_of_another_type_is_stored_as_that_at_once() {
    let pc = with_ticks(1).await;
    let event = claim("apartment.set", file(CODE), None, "contract/no", "A", vec![]);
    let done = pc.append(vec![event]).await;
    let upto = pc.number("SELECT upto FROM view_entity WHERE kind = 'apartment'").await;
    assert_eq!(upto.unsigned_abs(), done.arrival);
    pc.assert_sound().await;
}

#[tokio::test]
async fn what_arrives_commit_by_commit_or_at_once_gives_the_same_views() {
    let there = with_ticks(37).await;
    let (one_by_one, at_once) = (Pc::new().await, Pc::new().await);
    for commit in there.everything().await {
        one_by_one.store.receive(vec![commit]).await.unwrap();
    }
    at_once.learn_from(&there).await;
    assert_ne!(stored_upto(&one_by_one).await, stored_upto(&at_once).await);
    assert_eq!(one_by_one.digest().await, at_once.digest().await);
    for pc in [&there, &one_by_one, &at_once] {
        pc.assert_sound().await;
    }
}
