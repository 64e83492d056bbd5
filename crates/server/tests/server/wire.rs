//! The real server on a socket, and a client that may send anything.

use crate::office::{NOW, Pc};
use serde::{Serialize, de::DeserializeOwned};
use shoulou_eventlog::{
    Id,
    sync::wire::{Refusal, RefusalCode, decode, encode},
};
use shoulou_server::{
    Ledger,
    http::{Listening, Pace, Service, serve, serve_metrics},
};
use std::{collections::HashMap, net::SocketAddr, sync::Arc};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

pub struct Server {
    pub at: SocketAddr,
    pub metrics: SocketAddr,
    pub stop: watch::Sender<bool>,
    pub served: JoinHandle<()>,
}

impl Server {
    pub async fn start(ledger: &Ledger) -> Server {
        Server::on(ledger, Listening::bind(([127, 0, 0, 1], 0).into()).unwrap()).await
    }

    pub async fn start_at(ledger: &Ledger, pace: Pace) -> Server {
        let listening = Listening::bind(([127, 0, 0, 1], 0).into()).unwrap();
        Server::on(ledger, listening.at_pace(pace)).await
    }

    async fn on(ledger: &Ledger, listening: Listening) -> Server {
        let at = listening.address().unwrap();
        let (stop, stopping) = watch::channel(false);
        let service = Service::new(ledger.clone(), Arc::new(|| NOW), stopping.clone());
        let counted = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let metrics = counted.local_addr().unwrap();
        tokio::spawn(serve_metrics(counted, Arc::clone(&service), stopping.clone()));
        let served = tokio::spawn(serve(listening, service, stopping));
        Server { at, metrics, stop, served }
    }
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn message<T: DeserializeOwned>(&self) -> T {
        decode(&self.plain()).unwrap_or_else(|_| panic!("{self:?}"))
    }

    pub fn refused(&self) -> RefusalCode {
        self.message::<Refusal>().code
    }

    pub fn plain(&self) -> Vec<u8> {
        match self.headers.get("content-encoding").map(String::as_str) {
            Some("zstd") => zstd::decode_all(&self.body[..]).unwrap(),
            _ => self.body.clone(),
        }
    }
}

/// A request as it is written on the wire.
#[derive(Clone, Default)]
pub struct Request {
    pub method: &'static str,
    pub path: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

impl Request {
    pub fn new(method: &'static str, path: impl Into<String>) -> Self {
        Request { method, path: path.into(), ..Request::default() }
    }

    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }

    pub fn token(self, token: &str) -> Self {
        self.with("authorization", format!("Bearer {token}"))
    }

    pub fn bytes(mut self, body: Vec<u8>) -> Self {
        self.body = body;
        self
    }

    pub fn message<T: Serialize>(self, message: &T) -> Self {
        self.with("content-type", "application/cbor").bytes(encode(message))
    }

    pub async fn send(self, at: SocketAddr) -> Answer {
        let mut head = format!("{} {} HTTP/1.1\r\nhost: {at}\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        if !self.headers.iter().any(|(name, _)| *name == "content-length") {
            head += &format!("content-length: {}\r\n", self.body.len());
        }
        head += "connection: close\r\n\r\n";
        raw(at, &[head.as_bytes(), &self.body].concat()).await
    }
}

/// Sends these bytes and reads the answer to its end.
pub async fn raw(at: SocketAddr, bytes: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(at).await.unwrap();
    // Who is refused early may find the line closed while he still speaks.
    let _ = stream.write_all(bytes).await;
    let mut all = Vec::new();
    let _ = stream.read_to_end(&mut all).await;
    let end = all.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
    let head = String::from_utf8(all[..end].to_vec()).unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let pair = |line: &str| {
        let (name, value) = line.split_once(": ").unwrap();
        (name.to_lowercase(), value.to_owned())
    };
    Answer { status, headers: lines.map(pair).collect(), body: all[end + 4..].to_vec() }
}

pub fn path(project: Id, rest: &str) -> String {
    format!("/v1/projects/{project}{rest}")
}

/// A session by HTTP, as a PC opens it.
pub async fn session(at: SocketAddr, pc: &Pc) -> String {
    use shoulou_eventlog::sync::wire::{Challenge, Challenged, SessionOpened};
    let challenge = Request::new("POST", path(pc.project, "/challenge"));
    let challenged = challenge.message(&Challenge { device: pc.device }).send(at).await;
    let nonce = challenged.message::<Challenged>().nonce;
    let open = Request::new("POST", path(pc.project, "/session")).message(&pc.sign_in(nonce));
    open.send(at).await.message::<SessionOpened>().token
}

/// Half a GiB of nothing, packed.
pub fn bomb() -> Vec<u8> {
    use std::io::Read;
    let mut packed = Vec::new();
    zstd::stream::copy_encode(std::io::repeat(0).take(512 << 20), &mut packed, 3).unwrap();
    packed
}
