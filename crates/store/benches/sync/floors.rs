//! What must be done at least: every signature checked on the same threads, every byte inserted once.

use ed25519_dalek::{Signature, Signer, SigningKey};
use shoulou_eventlog::{Hash, sync::wire::Bytes};
use sqlx::{
    ConnectOptions, Connection, Executor,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use std::{hint::black_box, path::Path, thread, time::Instant};

/// Seconds for as many signatures as there are commits, over messages of their sizes.
pub fn verify(commits: &[(Hash, Bytes)]) -> f64 {
    let signing = SigningKey::from_bytes(&[1; 32]);
    let key = signing.verifying_key();
    let signed: Vec<(&[u8], Signature)> = commits
        .iter()
        .map(|(_, bundle)| &bundle.0[..bundle.0.len() / 2])
        .map(|message| (message, signing.sign(message)))
        .collect();
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let started = Instant::now();
    thread::scope(|scope| {
        for share in signed.chunks(signed.len().div_ceil(threads)) {
            scope.spawn(move || {
                for (message, signature) in share {
                    black_box(key.verify_strict(message, signature)).expect("it is signed");
                }
            });
        }
    });
    started.elapsed().as_secs_f64()
}

/// Seconds for the commits as rows of one table in one encrypted file, in transactions of as many as a pull has.
pub async fn insert(path: &Path, commits: &[(Hash, Bytes)]) -> f64 {
    let mut bare = SqliteConnectOptions::new()
        .filename(path)
        .pragma("key", format!("\"x'{}'\"", "5a".repeat(32)))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .connect()
        .await
        .expect("a bare database");
    bare.execute("CREATE TABLE log (n INTEGER PRIMARY KEY, body BLOB NOT NULL)")
        .await
        .expect("a table");
    let started = Instant::now();
    for chunk in commits.chunks(crate::PULLED) {
        let mut tx = bare.begin().await.expect("a transaction");
        for (_, bundle) in chunk {
            let insert = sqlx::query("INSERT INTO log (body) VALUES (?)");
            insert.bind(&bundle.0[..]).execute(&mut *tx).await.expect("a row");
        }
        tx.commit().await.expect("it is durable");
    }
    started.elapsed().as_secs_f64()
}
