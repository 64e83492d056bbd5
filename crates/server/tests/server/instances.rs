//! Several at once: PCs, instances, roles.

use crate::{
    office::{NOW, PROJECT, Pc, office, start},
    store::{Store, on_both},
};
use shoulou_eventlog::sync::wire::Fate;
use shoulou_postgres::Cluster;
use shoulou_server::Ledger;
use std::{
    collections::BTreeSet,
    future::poll_fn,
    pin::pin,
    task::Poll,
    time::{Duration, Instant},
};

on_both! {
    numbers_have_no_gap_whoever_pushes_at_once
    an_instance_sees_what_another_took_in
    what_was_accepted_cannot_be_changed_by_a_statement
}

/// The next would read an old state, or write what nobody ever commits.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_is_broken_off_at_any_step_leaves_no_transaction_open() {
    let store = Store::postgres();
    office(&store.open().await).await;
    let mut instances = Vec::new();
    for steps in 1..12 {
        let ledger = store.open().await;
        instances.push(ledger.clone());
        let mut request = pin!(ledger.new_epoch(PROJECT, NOW));
        let mut left = steps;
        poll_fn(|context| {
            left -= 1;
            if left == 0 { Poll::Ready(()) } else { request.as_mut().poll(context).map(drop) }
        })
        .await;
    }
    let open = "SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
    let until = Instant::now() + Duration::from_secs(20);
    while Cluster::shared().sql(&store.url, open) != "0" {
        assert!(Instant::now() < until, "a connection waits in a transaction that nobody ends");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn numbers_have_no_gap_whoever_pushes_at_once(store: Store) {
    let first = store.open().await;
    let (one, _) = office(&first).await;
    let mut instances = vec![first.clone()];
    for _ in 0..3 {
        instances.push(store.open().await);
    }
    let mut tasks = Vec::new();
    for (at, seed) in (10..18).enumerate() {
        let mut pc = Pc::new(seed);
        pc.join(&first, &one).await;
        let ledger = instances[at % instances.len()].clone();
        tasks.push(tokio::spawn(async move {
            let mut numbers = Vec::new();
            for size in [1, 7, 2, 20] {
                let commits = pc.commits(size);
                let commits: Vec<_> = commits.iter().collect();
                // As after a lost answer: twice.
                let (here, there) =
                    (pc.fates(&ledger, &commits).await, pc.fates(&ledger, &commits).await);
                for (fate, again) in here.iter().zip(there) {
                    let Fate::Accepted(number) = fate else { panic!("{fate:?}") };
                    assert_eq!(again, Fate::Known(*number));
                    numbers.push(*number);
                }
            }
            numbers
        }));
    }
    let mut numbers = BTreeSet::new();
    for task in tasks {
        for number in task.await.unwrap() {
            assert!(numbers.insert(number), "{number} was given twice");
        }
    }
    assert!(numbers.iter().copied().eq(1..=240));
    let report = instances[1].verify().await.unwrap();
    assert_eq!((report.commits, report.faults.len()), (240, 0), "{report:?}");
}

async fn an_instance_sees_what_another_took_in(store: Store) {
    let (here, there) = (store.open().await, store.open().await);
    let (mut one, two) = office(&here).await;
    let cursor = start(&there, PROJECT).await;
    let quiet = there.changed(PROJECT);
    there.look_for_changes().await.unwrap();
    quiet.await;
    let waiting = there.changed(PROJECT);
    let commit = one.commit();
    one.fates(&here, &[&commit]).await;
    there.look_for_changes().await.unwrap();
    waiting.await;
    let token = two.session(&here, NOW).await.unwrap().token;
    assert_eq!(
        there.session(&token, NOW).unwrap().device,
        two.device,
        "a token is good at all of them"
    );
    assert_eq!(two.pull(&there, cursor).await.unwrap().cursor.number, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_role_that_serves_may_add_and_change_nothing() {
    let store = Store::postgres();
    let cluster = Cluster::shared();
    let owner = store.open().await;
    cluster.sql("postgres", "CREATE ROLE serving LOGIN");
    owner.grant("serving").await.unwrap();
    let url = cluster.as_role(&store.url, "serving");
    let ledger = Ledger::open(&url, crate::store::options(store.blobs())).await.unwrap();
    let (mut one, mut two) = office(&ledger).await;
    let (a, b) = (one.about(PROJECT, &[]), one.commit());
    let erasure = one.erase(PROJECT);
    one.fates(&ledger, &[&a, &b, &erasure]).await;
    ledger.revoke(PROJECT, None, two.device, NOW).await.unwrap();
    let waiting = two.commit();
    assert_eq!(two.fates(&ledger, &[&waiting]).await, [Fate::Quarantined]);
    ledger.release(PROJECT, None, two.device, NOW).await.unwrap();
    one.session(&ledger, NOW).await.unwrap();
    ledger.new_epoch(PROJECT, NOW).await.unwrap();
    let report = ledger.verify().await.unwrap();
    assert_eq!((report.commits, report.erased_parts, report.faults.len()), (4, 1, 0), "{report:?}");

    for statement in [
        "UPDATE log_commit SET envelope = ''",
        "DELETE FROM log_commit",
        "TRUNCATE log_commit",
        "UPDATE log_part SET bytes = ''",
        "DELETE FROM log_part",
        "DELETE FROM quarantine_commit",
        "DELETE FROM log_erased",
        "UPDATE project_epoch SET number = 0",
        "DROP TABLE log_commit",
        "ALTER TABLE log_commit DISABLE TRIGGER ALL",
    ] {
        let as_role = format!("SET ROLE serving; {statement}");
        let refused = std::panic::catch_unwind(|| cluster.sql(&store.url, &as_role));
        assert!(refused.is_err(), "{statement}");
    }
}

/// Also for whoever owns the tables: by mistake, nothing is lost.
const CHANGES: [&str; 9] = [
    "UPDATE log_commit SET number = 9",
    "DELETE FROM log_commit",
    "UPDATE log_part SET bytes = NULL",
    "UPDATE log_part SET party = project",
    "DELETE FROM log_part",
    "DELETE FROM log_stream",
    "UPDATE project_head SET head = 0",
    "DELETE FROM project_head",
    "DELETE FROM server_setting",
];

async fn with_a_commit(store: &Store) {
    let ledger = store.open().await;
    let (mut one, _) = office(&ledger).await;
    let commit = one.about(PROJECT, &[]);
    one.fates(&ledger, &[&commit]).await;
    ledger.close().await;
}

async fn what_was_accepted_cannot_be_changed_by_a_statement(store: Store) {
    with_a_commit(&store).await;
    for statement in CHANGES {
        assert!(store.sql(statement).await.is_err(), "{statement}");
    }
}
