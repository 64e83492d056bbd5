//! The program itself, as an administrator runs it.

use crate::{
    office::{NAME, PHONE, PROJECT, Pc, project_key, said},
    store::{Store, on_both},
    wire::{Request, bomb, path, session},
};
use memchr::memmem;
use shoulou_eventlog::{
    Hash, Id, VerifyingKey, seal_blob,
    sync::{
        Certificate, Checkpoint, Purpose, Secret,
        wire::{Enrolled, Fate, Invited, Pulled, Push, Pushed, decode},
    },
};
use shoulou_postgres::Cluster;
use std::sync::Arc;
use std::{
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        self, ClientConfig, DigitallySignedStruct, SignatureScheme,
        client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        crypto::{ring, verify_tls12_signature, verify_tls13_signature},
        pki_types::{CertificateDer, ServerName, UnixTime},
    },
};

on_both! {
    bombs_and_lies_cost_the_program_little_memory
}

/// A server on a folder of its own.
struct Program {
    folder: TempDir,
    store: Option<String>,
}

struct Running {
    child: Child,
    at: SocketAddr,
}

impl Program {
    fn new() -> Program {
        Program { folder: TempDir::new().unwrap(), store: None }
    }

    fn on(store: &Store) -> Program {
        Program { store: Some(store.url.clone()), ..Program::new() }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shoulou-server"));
        command.arg("--data").arg(self.data());
        if let Some(store) = &self.store {
            command.args(["--store", store]);
        }
        command
    }

    /// What it prints; it must end well.
    fn run(&self, arguments: &[&str]) -> String {
        let output = self.command().args(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn serve(&self) -> Running {
        self.serve_with(&["--plain", "--listen", "127.0.0.1:0"])
    }

    fn serve_with(&self, arguments: &[&str]) -> Running {
        let log = fs::OpenOptions::new().create(true).append(true).open(self.log()).unwrap();
        let mut serve = self.command();
        serve.arg("serve").args(arguments);
        let mut child = serve.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let at = line.split([' ', ';']).nth(2).unwrap_or_default().parse();
        Running { at: at.unwrap_or_else(|_| panic!("{line}")), child }
    }
}

impl Running {
    fn tell_to_stop(&self) {
        let kill = Command::new("kill").arg(self.child.id().to_string()).status();
        assert!(kill.unwrap().success());
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// The most memory it ever had, in MiB.
    fn peak(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
    }
}

/// Uses a code as a PC does: address, invitation, certificate.
async fn found(pc: &Pc, code: &str, at: SocketAddr) -> VerifyingKey {
    let (_, secret) = code.trim().split_once(' ').unwrap();
    let secret: Secret = secret.parse().unwrap();
    let request = Request::new("GET", format!("/v1/invitations/{}", secret.locator()));
    let invited: Invited = request.send(at).await.message();
    let invitation = secret.open(&invited.sealed.0).unwrap();
    assert_eq!(invitation.purpose, Purpose::Found);
    let enrol = pc.enrol_with(&invitation.token.0);
    let request = Request::new("POST", path(pc.project, "/found")).message(&enrol);
    let enrolled: Enrolled = request.send(at).await.message();
    let server =
        VerifyingKey::from_bytes(invitation.server.0.as_slice().try_into().unwrap()).unwrap();
    Certificate::read(&enrolled.certificate.0, &server).unwrap();
    server
}

async fn epoch(token: &str, at: SocketAddr) -> Id {
    let heads = Request::new("GET", path(PROJECT, "/heads")).token(token).send(at).await;
    heads.message::<shoulou_eventlog::sync::wire::Heads>().news.epoch
}

async fn push(token: &str, at: SocketAddr, commits: &[&crate::office::Pushable]) -> Vec<Fate> {
    let epoch = epoch(token, at).await;
    let commits = commits.iter().map(|one| one.bytes()).collect();
    let request = Request::new("POST", path(PROJECT, "/commits")).token(token);
    request.message(&Push { epoch, commits }).send(at).await.message::<Pushed>().fates
}

/// The files below a folder that hold these bytes.
fn holding(folder: &Path, bytes: &[u8]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            found.extend(holding(&entry.path(), bytes));
        } else if memmem::find(&fs::read(entry.path()).unwrap_or_default(), bytes).is_some() {
            found.push(entry.path());
        }
    }
    found
}

async fn a_day_at_the_office(program: Program) {
    let running = program.serve();
    let at = running.at;
    let code = program.run(&["project", "add"]);
    assert!(code.starts_with(&format!("http://{at} ")), "{code}");
    let mut one = Pc::new(1);
    found(&one, &code, at).await;
    let token = session(at, &one).await;

    let photo = seal_blob(NAME.repeat(50).as_bytes(), &project_key(), [7; 24]);
    let blob = Hash::of(&photo);
    let upload = Request::new("PATCH", path(PROJECT, &format!("/blobs/{blob}"))).token(&token);
    let upload = upload.with("upload-offset", 0).with("upload-length", photo.len()).bytes(photo);
    assert_eq!(upload.send(at).await.headers["upload-complete"], "?1");
    let commits: Vec<_> = (0..30).map(|_| one.about(Id([7; 16]), &[blob])).collect();
    let fates = push(&token, at, &commits.iter().collect::<Vec<_>>()).await;
    assert_eq!(fates.last(), Some(&Fate::Accepted(30)));

    running.kill();
    let running = program.serve();
    let at = running.at;
    let again = push(&token, at, &[&commits[29]]).await;
    assert_eq!(again, [Fate::Known(30)], "what was acknowledged is there, and so is the session");

    let cursor = format!("?epoch={}&after=30&wait=50&checkpoint=", epoch(&token, at).await);
    let mut checkpoint = Checkpoint::start(PROJECT);
    commits.iter().for_each(|one| checkpoint = checkpoint.then(&one.hash));
    let pull = path(PROJECT, "/commits") + &cursor + &checkpoint.0.to_string();
    let waiting = tokio::spawn(Request::new("GET", pull).token(&token).send(at));
    tokio::time::sleep(Duration::from_millis(300)).await;
    running.tell_to_stop();
    let answer = waiting.await.unwrap();
    assert_eq!(answer.status, 200, "who waits is answered before it ends");
    assert!(answer.message::<Pulled>().commits.is_empty());
    let mut child = running.child;
    let ended = tokio::task::spawn_blocking(move || child.wait().unwrap()).await.unwrap();
    assert!(ended.success());

    let listed = program.run(&["project", "list"]);
    assert!(listed.starts_with(&format!("{PROJECT} commits=30 devices=1")), "{listed}");
    let project = PROJECT.to_string();
    let devices = program.run(&["device", "list", &project]);
    assert!(devices.contains(&format!("{} administrator enrolled", one.device)), "{devices}");
    let verified = program.run(&["verify"]);
    assert!(verified.contains("commits=30") && verified.contains("blobs=1"), "{verified}");
    let copy = program.folder.path().join("copy");
    program.run(&["backup", copy.to_str().unwrap()]);
    assert!(program.run(&["epoch", "new", &project]).contains("begins after number 30"));
    let moved = Program::new();
    let told = moved.run(&["restore", copy.to_str().unwrap()]);
    assert!(told.contains(&format!("{PROJECT} commits=30")), "{told}");
    assert!(moved.run(&["verify"]).contains("commits=30"));
    let restored = Program::new();
    fs::rename(&copy, restored.data()).unwrap();
    assert!(restored.run(&["verify"]).contains("commits=30"));

    let log = fs::read_to_string(program.log()).unwrap();
    assert!(log.contains("/v1/projects/{project}/commits"), "{log}");
    for line in log.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(line["fields"]["message"].is_string());
    }
    let secret = code.trim().split(' ').nth(1).unwrap();
    for told in [NAME, PHONE, &token, secret, &one.device.to_string()] {
        assert!(holding(program.folder.path(), told.as_bytes()).is_empty(), "{told}");
        for copy in [&restored, &moved] {
            assert!(holding(copy.folder.path(), told.as_bytes()).is_empty(), "{told}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_program_on_sqlite_survives_a_kill_and_keeps_nothing_personal() {
    a_day_at_the_office(Program::new()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_program_on_postgresql_survives_a_kill_and_keeps_nothing_personal() {
    let store = Store::postgres();
    a_day_at_the_office(Program::on(&store)).await;
    for told in [NAME, PHONE] {
        assert!(holding(Cluster::shared().folder(), told.as_bytes()).is_empty(), "{told}");
    }
}

async fn bombs_and_lies_cost_the_program_little_memory(store: Store) {
    let program = Program::on(&store);
    let running = program.serve();
    let at = running.at;
    let mut one = Pc::new(1);
    found(&one, &program.run(&["project", "add"]), at).await;
    let token = session(at, &one).await;
    let bomb = bomb();
    let before = running.peak();
    let mut sent = Vec::new();
    for _ in 0..8 {
        let request = Request::new("POST", path(PROJECT, "/commits")).token(&token);
        let request = request.with("content-type", "application/cbor");
        let request = request.with("content-encoding", "zstd").bytes(bomb.clone());
        sent.push(tokio::spawn(request.send(at)));
    }
    for one in sent {
        assert!([413, 503].contains(&one.await.unwrap().status));
    }
    let grown = running.peak() - before;
    assert!(grown < 250, "{grown} MiB");
    let big = said(None, "file.noted", &"x".repeat(900_000));
    let commit = one.draft(vec![big]);
    let commit = one.write(commit);
    assert_eq!(push(&token, at, &[&commit]).await, [Fate::Accepted(1)]);
    running.kill();
}

#[test]
fn what_is_said_wrongly_is_answered_in_a_sentence() {
    let program = Program::new();
    for (arguments, expected) in [
        (&["serve", "--plain", "--listen", "0.0.0.0:0"][..], "loopback"),
        (&["init", "--address", "office"], "https://HOST:PORT"),
        (&["project", "add"], "init"),
        (&["device", "list", "00000000000000000000000000000000"], "NotAMember"),
        (&["--store", "mysql://x", "verify"], "sqlite:PATH or postgres:URL"),
        (&["init", "--service-role", "x"], "PostgreSQL"),
        (&["restore", "."], "no backup in this folder"),
    ] {
        let output = program.command().args(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains(expected), "{arguments:?}: {said}");
        assert!(!said.contains("panicked"));
    }
}

#[test]
fn its_own_certificate_is_made_once_and_named_by_its_hash() {
    let program = Program::new();
    let pin = |said: String| said.lines().next().unwrap().to_owned();
    let first = pin(program.run(&["init", "--address", "https://10.0.0.5:8843"]));
    assert!(first.starts_with("certificate ") && first.len() == 76, "{first}");
    assert_eq!(pin(program.run(&["init"])), first);
    assert!(program.run(&["project", "add"]).starts_with("https://10.0.0.5:8843 "));
    let (copy, moved) = (program.folder.path().join("copy"), Program::new());
    program.run(&["backup", copy.to_str().unwrap()]);
    moved.run(&["restore", copy.to_str().unwrap()]);
    assert_eq!(pin(moved.run(&["init"])), first, "PCs know the restored server");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode =
            |name: &str| fs::metadata(program.data().join(name)).unwrap().permissions().mode();
        assert_eq!(mode("tls/key.pem") & 0o077, 0);
        assert_eq!(mode("") & 0o077, 0);
    }
}

/// Looks at the certificate alone, as a PC does that was told its hash.
#[derive(Debug)]
struct Pinned(Hash);

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let same = Hash::of(certificate) == self.0;
        same.then(ServerCertVerified::assertion).ok_or(rustls::Error::General("another".into()))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = ring::default_provider().signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, &known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = ring::default_provider().signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, &known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        ring::default_provider().signature_verification_algorithms.supported_schemes()
    }
}

async fn handshake(at: SocketAddr, pin: Hash) -> std::io::Result<TlsStream<TcpStream>> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap().dangerous();
    let config =
        config.with_custom_certificate_verifier(Arc::new(Pinned(pin))).with_no_client_auth();
    let stream = TcpStream::connect(at).await?;
    let name = ServerName::IpAddress(at.ip().into());
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pc_knows_the_server_by_the_pin_in_its_code() {
    let program = Program::new();
    let metrics = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let metrics_at = metrics.to_string();
    let running = program.serve_with(&["--listen", "127.0.0.1:0", "--metrics", &metrics_at]);
    let code = program.run(&["project", "add"]);
    assert!(code.starts_with(&format!("https://{} ", running.at)), "{code}");
    let said = program.run(&["init"]);
    let pin = said.lines().next().unwrap().strip_prefix("certificate ").unwrap();
    let mut stream = handshake(running.at, pin.parse().unwrap()).await.unwrap();
    let secret: Secret = code.trim().split(' ').nth(1).unwrap().parse().unwrap();
    let locator = secret.locator();
    let ask =
        format!("GET /v1/invitations/{locator} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    stream.write_all(ask.as_bytes()).await.unwrap();
    let mut all = Vec::new();
    let _ = stream.read_to_end(&mut all).await;
    let end = all.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let invited: Invited = decode(&all[end + 4..]).unwrap();
    let invitation = secret.open(&invited.sealed.0).unwrap();
    assert_eq!(invitation.pin.unwrap().to_string(), pin);
    assert!(handshake(running.at, Hash::of(b"another")).await.is_err());

    let counted = Request::new("GET", "/metrics").send(metrics).await;
    let text = String::from_utf8(counted.body).unwrap();
    let line = "shoulou_requests_total{route=\"/v1/invitations/{locator}\",status=\"200\"} 1";
    assert!(text.contains(line), "{text}");
    running.kill();
}
