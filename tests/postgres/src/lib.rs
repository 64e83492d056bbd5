//! Test only: a real PostgreSQL, started for a test run and gone with it, however that ends. Where PostgreSQL
//! is not installed, the tests that need it fail.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
};

/// A cluster of databases on 127.0.0.1.
pub struct Cluster {
    port: u16,
    bin: PathBuf,
    folder: PathBuf,
    /// Waits for this process to end, then stops the server and removes its folder.
    _guardian: Child,
}

/// Who owns everything in it. There is no password.
const OWNER: &str = "app";

impl Cluster {
    /// The one that all tests of this process share. It does without fsync: what it holds is thrown away.
    pub fn shared() -> &'static Cluster {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(|| Cluster::start(false))
    }

    /// `durable` is how one would run it in earnest, and what may be measured.
    pub fn start(durable: bool) -> Cluster {
        let bin = bin();
        let home = tempfile::Builder::new().prefix("shoulou-postgres-").tempdir();
        let home = home.expect("a folder for PostgreSQL").keep();
        if is_root() {
            done(Command::new("chown").arg("postgres").arg(&home));
        }
        let data = home.join("data");
        let mut init = plain(&bin.join("initdb"));
        init.arg("-D").arg(&data).args(["-U", OWNER, "--auth=trust", "-E", "UTF8"]);
        done(init.args(["--locale=C.UTF-8", "--no-sync"]));
        let port = free_port();
        let fsync = if durable { "on" } else { "off" };
        let settings = format!(
            "-k {} -c listen_addresses=127.0.0.1 -p {port} -c fsync={fsync} -c max_connections=200",
            home.display()
        );
        let mut start = plain(&bin.join("pg_ctl"));
        start.arg("-D").arg(&data).args(["-w", "-s", "-o", &settings, "-l"]).arg(home.join("log"));
        done(start.arg("start"));
        Cluster { port, _guardian: guardian(&bin, &home), bin, folder: home }
    }

    /// Where it keeps everything. Files in it may vanish at any time.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A fresh database.
    pub fn database(&self) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}_{}", std::process::id(), COUNT.fetch_add(1, Relaxed));
        self.sql("postgres", &format!("CREATE DATABASE {name}"));
        format!("postgres://{OWNER}@127.0.0.1:{}/{name}", self.port)
    }

    /// Runs statements as the owner, in the database that `url` or a name names.
    pub fn sql(&self, database: &str, statements: &str) -> String {
        let name = database.rsplit('/').next().unwrap_or(database);
        let mut psql = Command::new(self.bin.join("psql"));
        psql.args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-U", OWNER, "-d", name]);
        let output =
            done(psql.args(["-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-c", statements]));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// The same database for another role.
    pub fn as_role(&self, url: &str, role: &str) -> String {
        url.replace(&format!("//{OWNER}@"), &format!("//{role}@"))
    }
}

fn bin() -> PathBuf {
    let config = Command::new("pg_config").arg("--bindir").output();
    let named = config.ok().filter(|output| output.status.success());
    let named = named.map(|output| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    found.sort();
    let has = |folder: &PathBuf| folder.join("initdb").exists();
    let found = named.into_iter().chain(found.into_iter().rev()).find(has);
    found.expect("PostgreSQL is installed: these tests need its server (package `postgresql`)")
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout == b"0\n")
}

/// PostgreSQL refuses to run as root.
fn plain(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(program);
    command
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("it is bound").port()
}

/// Its input ends with this process.
fn guardian(bin: &Path, home: &Path) -> Child {
    let mut guardian = plain(Path::new("sh"));
    let script =
        "cat > /dev/null; \"$0/pg_ctl\" -D \"$1/data\" -m immediate -s stop; rm -rf \"$1\"";
    guardian.args(["-c", script]).arg(bin).arg(home);
    guardian.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    guardian.spawn().expect("sh starts")
}

fn done(command: &mut Command) -> Output {
    command.current_dir("/");
    // What it starts must not hold on to a pipe that somebody reads to its end.
    let is_start = command.get_args().any(|argument| argument == "start");
    if is_start {
        command.stdout(Stdio::null()).stderr(Stdio::null());
    }
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} ended with {}: {said}", output.status);
    output
}
