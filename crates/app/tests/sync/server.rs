use crate::line::Port;
use shoulou_eventlog::{
    Hash, Id,
    sync::{
        Invitation, Purpose, Role, Secret,
        wire::{Bytes, Invite},
    },
};
use shoulou_postgres::Cluster;
use shoulou_server::{
    Ledger, Options,
    http::{Listening, Service, serve},
};
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

#[derive(Clone, Copy)]
pub enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    /// The URL of a new store.
    pub fn store(self, dir: &Path) -> String {
        match self {
            Kind::Sqlite => format!("sqlite:{}", dir.join("ledger.sqlite3").display()),
            Kind::Postgres => Cluster::shared().database(),
        }
    }
}

/// The company's server, on a port of this machine.
pub struct Server {
    pub dir: tempfile::TempDir,
    url: String,
    blobs: PathBuf,
    pub port: Port,
    pub ledger: Ledger,
    /// How far its clock is from this machine's, in milliseconds.
    pub clock: Arc<AtomicI64>,
    running: Option<(watch::Sender<bool>, JoinHandle<()>)>,
}

impl Server {
    pub async fn start(kind: Kind) -> Server {
        // What the server has to complain of stands beside a story that failed.
        let log = tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::ERROR);
        let _ = log.with_writer(std::io::stderr).try_init();
        let dir = tempfile::tempdir().unwrap();
        let url = kind.store(dir.path());
        let blobs = dir.path().join("blobs");
        let ledger = open(&url, &blobs).await;
        let clock = Arc::new(AtomicI64::new(0));
        let mut server =
            Server { dir, url, blobs, port: Port::default(), ledger, clock, running: None };
        server.serve().await;
        server
    }

    async fn serve(&mut self) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        self.port.store(listener.local_addr().unwrap().port(), Ordering::Relaxed);
        let (stop, stopping) = watch::channel(false);
        let clock = self.clock.clone();
        let clock = Arc::new(move || now() + clock.load(Ordering::Relaxed));
        let service = Service::new(self.ledger.clone(), clock, stopping.clone());
        let running = tokio::spawn(serve(Listening::new(listener, None), service, stopping));
        self.running = Some((stop, running));
    }

    pub async fn stop(&mut self) {
        if let Some((stop, running)) = self.running.take() {
            stop.send(true).unwrap();
            running.await.unwrap();
        }
        self.ledger.close().await;
    }

    pub async fn start_again(&mut self) {
        self.ledger = open(&self.url, &self.blobs).await;
        self.serve().await;
    }

    /// Tonight's backup.
    pub async fn backup(&self, to: &Path) {
        self.ledger.backup(to).await.unwrap();
    }

    /// What was backed up takes the place of what is there, as after a broken disk.
    pub async fn put_back(&mut self, from: &Path) {
        self.stop().await;
        self.url = format!("sqlite:{}", from.join("ledger.sqlite3").display());
        self.blobs = from.join("blobs");
        self.start_again().await;
    }

    pub fn now(&self) -> i64 {
        now() + self.clock.load(Ordering::Relaxed)
    }

    /// As its administrator's `project add` prints it.
    async fn invitation(&self) -> String {
        let secret = Secret::new(random());
        let token: [u8; 32] = random();
        let invitation = Invitation {
            purpose: Purpose::Found,
            server: self.ledger.server_key().as_bytes().to_vec().into(),
            pin: None,
            token: token.to_vec().into(),
            project: None,
        };
        let invite = Invite {
            locator: secret.locator(),
            token_hash: Hash::of(&token),
            sealed: Bytes(secret.seal(&invitation, random())),
            role: Role::Administrator,
            seconds: 3600,
        };
        self.ledger.invite_to_found(invite, self.now()).await.unwrap();
        format!("http://localhost {secret}")
    }

    pub async fn project(&self) -> Id {
        self.ledger.projects().await.unwrap()[0]
    }

    pub async fn sound(&self) {
        let report = self.ledger.verify().await.unwrap();
        assert!(report.faults.is_empty(), "{report:?}");
    }
}

/// What PCs come to.
pub trait Reached {
    fn port(&self) -> &Port;

    /// The code with which one PC brings its project.
    async fn founding_code(&self) -> String;
}

impl Reached for Server {
    fn port(&self) -> &Port {
        &self.port
    }

    async fn founding_code(&self) -> String {
        self.invitation().await
    }
}

async fn open(url: &str, blobs: &Path) -> Ledger {
    let entropy = Arc::new(|bytes: &mut [u8]| getrandom::fill(bytes).unwrap());
    let options = Options { blobs: blobs.to_owned(), entropy, durable: false };
    Ledger::open(url, options).await.unwrap()
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    since.as_millis() as i64
}

pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).unwrap();
    bytes
}
