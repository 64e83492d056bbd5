//! Where the server keeps its things.

use clap::Args;
use shoulou_server::{Entropy, Ledger, Options};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

const TLS: &str = "tls";
const CERTIFICATE: &str = "certificate.pem";
const KEY: &str = "key.pem";

#[derive(Args)]
pub(super) struct Place {
    /// The folder for blobs and certificate, and for the database where there is no --store.
    #[arg(long, global = true, env = "SHOULOU_SERVER_DATA", default_value = "shoulou-server-data")]
    data: PathBuf,
    /// sqlite:PATH or postgres://USER@HOST/DATABASE; the default is a file in the data folder.
    #[arg(long, global = true, env = "SHOULOU_SERVER_STORE", hide_env_values = true)]
    store: Option<String>,
}

impl Place {
    pub async fn open(&self) -> Result<Ledger, String> {
        let (url, options) = self.store()?;
        Ledger::open(&url, options).await.map_err(|error| error.to_string())
    }

    /// With the certificate, by which PCs know the server.
    pub async fn restore(&self, folder: &Path) -> Result<Ledger, String> {
        let (url, options) = self.store()?;
        let restored = Ledger::restore(folder, &url, options).await;
        let ledger = restored.map_err(|error| error.to_string())?;
        copy_certificate(&folder.join(TLS), &self.data.join(TLS))?;
        Ok(ledger)
    }

    fn store(&self) -> Result<(String, Options), String> {
        make_private(&self.data).map_err(|error| format!("{}: {error}", self.data.display()))?;
        let own = || format!("sqlite:{}", self.data.join("ledger.sqlite3").display());
        let url = self.store.clone().unwrap_or_else(own);
        let options = Options { blobs: self.data.join("blobs"), entropy: entropy(), durable: true };
        Ok((url, options))
    }

    pub fn certificate(&self) -> PathBuf {
        self.data.join(TLS).join(CERTIFICATE)
    }

    pub fn key(&self) -> PathBuf {
        self.data.join(TLS).join(KEY)
    }

    /// PCs know the server by it: without it, a restored server would be a stranger.
    pub fn copy_certificate(&self, folder: &Path) -> Result<(), String> {
        copy_certificate(&self.data.join(TLS), &folder.join(TLS))
    }
}

fn copy_certificate(from: &Path, to: &Path) -> Result<(), String> {
    let files = [CERTIFICATE, KEY].map(|name| (from.join(name), to.join(name)));
    for (file, copy) in files.iter().filter(|(file, _)| file.exists()) {
        make_private(to)
            .and_then(|()| fs::copy(file, copy))
            .map_err(|error| format!("{}: {error}", file.display()))?;
    }
    Ok(())
}

/// For the one user that the server runs as.
pub(super) fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

fn entropy() -> Entropy {
    Arc::new(|bytes| getrandom::fill(bytes).expect("the system gives random bytes"))
}

pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
