//! Stores for tests: each test runs on both kinds.

use shoulou_postgres::Cluster;
use shoulou_server::{Ledger, Options};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use std::{path::PathBuf, sync::Arc};
use tempfile::TempDir;

pub struct Store {
    pub url: String,
    pub folder: TempDir,
}

impl Store {
    pub fn sqlite() -> Self {
        let folder = TempDir::new().unwrap();
        Store { url: format!("sqlite:{}", folder.path().join("ledger.sqlite3").display()), folder }
    }

    pub fn postgres() -> Self {
        Store { url: Cluster::shared().database(), folder: TempDir::new().unwrap() }
    }

    /// Another of the same kind, with nothing in it.
    pub fn fresh(&self) -> Self {
        if self.is_postgres() { Store::postgres() } else { Store::sqlite() }
    }

    /// One of the other kind.
    pub fn other(&self) -> Self {
        if self.is_postgres() { Store::sqlite() } else { Store::postgres() }
    }

    fn is_postgres(&self) -> bool {
        self.url.starts_with("postgres:")
    }

    /// A statement past the server. Bytes are written as `x'00'`.
    pub async fn sql(&self, statement: &str) -> sqlx::Result<()> {
        if self.is_postgres() {
            let statement = statement.replace("x'", "'\\x");
            let mut db = PgConnection::connect(&self.url).await?;
            sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut db).await?;
            return db.close().await;
        }
        let mut db = SqliteConnection::connect(&self.url).await?;
        sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut db).await?;
        db.close().await
    }

    /// The same past the triggers, as whoever owns the machine can.
    pub async fn tamper(&self, statement: &str) {
        if self.is_postgres() {
            let without = format!("SET session_replication_role = replica; {statement}");
            return self.sql(&without).await.unwrap();
        }
        let mut db = SqliteConnection::connect(&self.url).await.unwrap();
        let select = "SELECT name FROM sqlite_schema WHERE type = 'trigger'";
        let triggers: Vec<String> = sqlx::query_scalar(select).fetch_all(&mut db).await.unwrap();
        for trigger in triggers {
            self.sql(&format!("DROP TRIGGER {trigger}")).await.unwrap();
        }
        self.sql(statement).await.unwrap();
    }

    pub fn blobs(&self) -> PathBuf {
        self.folder.path().join("blobs")
    }

    /// One more instance on it.
    pub async fn open(&self) -> Ledger {
        Ledger::open(&self.url, options(self.blobs())).await.unwrap()
    }
}

pub fn options(blobs: PathBuf) -> Options {
    Options { blobs, entropy: Arc::new(|bytes| getrandom::fill(bytes).unwrap()), durable: false }
}

/// Makes of `async fn name(store: Store)` a test for each kind of store.
macro_rules! on_both {
    ($($name:ident)*) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { super::$name(crate::store::Store::sqlite()).await })*
        }
        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { super::$name(crate::store::Store::postgres()).await })*
        }
    };
}
pub(crate) use on_both;
