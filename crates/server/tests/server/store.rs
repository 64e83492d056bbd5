//! Stores for tests: each test runs on both kinds.

use shoulou_postgres::Cluster;
use shoulou_server::{Ledger, Options};
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
