//! PCs that take slowly what they asked for.

use crate::{
    office::{NOW, PROJECT, Pc, office},
    store::{Store, on_both},
    wire::{Request, Server, path, session},
};
use shoulou_eventlog::Hash;
use shoulou_server::{Ledger, http::Pace};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

on_both! {
    who_takes_nothing_of_what_he_asked_for_loses_his_place
    who_takes_little_at_a_time_but_steadily_gets_all
}

/// More than sockets hold on their way.
const SIZE: usize = 8 << 20;

async fn keep_blob(ledger: &Ledger, by: &Pc) -> Hash {
    let bytes = vec![7; SIZE];
    let blob = Hash::of(&bytes);
    let whole = 0..SIZE as u64;
    assert!(ledger.append(PROJECT, by.device, blob, whole, bytes, NOW).await.unwrap().complete);
    blob
}

/// A PC that asks for the blob, and has read nothing of the answer.
async fn asks(at: SocketAddr, token: &str, blob: Hash) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(16 << 10).unwrap();
    let mut stream = socket.connect(at).await.unwrap();
    let head = format!(
        "GET {} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n",
        path(PROJECT, &format!("/blobs/{blob}")),
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

async fn connections(metrics: SocketAddr) -> String {
    let text = Request::new("GET", "/metrics").send(metrics).await.body;
    let text = String::from_utf8(text).unwrap();
    let line = text.lines().find(|line| line.starts_with("shoulou_connections "));
    line.unwrap().split(' ').nth(1).unwrap().to_owned()
}

async fn who_takes_nothing_of_what_he_asked_for_loses_his_place(store: Store) {
    let ledger = store.open().await;
    let (one, _) = office(&ledger).await;
    let blob = keep_blob(&ledger, &one).await;
    let pace = Pace { bytes: 64 << 10, within: Duration::from_millis(500) };
    let server = Server::start_at(&ledger, pace).await;
    let token = session(server.at, &one).await;
    let mut streams = Vec::new();
    for _ in 0..4 {
        streams.push(asks(server.at, &token, blob).await);
    }
    while connections(server.metrics).await != "0" {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for mut stream in streams {
        let mut all = Vec::new();
        let _ = stream.read_to_end(&mut all).await;
        assert!(all.starts_with(b"HTTP/1.1 200") && all.len() < SIZE, "{}", all.len());
    }
    let again = Request::new("GET", path(PROJECT, &format!("/blobs/{blob}"))).token(&token);
    assert_eq!(again.send(server.at).await.body.len(), SIZE, "whoever takes it gets it");
}

async fn who_takes_little_at_a_time_but_steadily_gets_all(store: Store) {
    let ledger = store.open().await;
    let (one, _) = office(&ledger).await;
    let blob = keep_blob(&ledger, &one).await;
    let pace = Pace { bytes: 16 << 10, within: Duration::from_secs(1) };
    let server = Server::start_at(&ledger, pace).await;
    let token = session(server.at, &one).await;
    let mut stream = asks(server.at, &token, blob).await;
    let (mut piece, mut came) = (vec![0; 128 << 10], 0);
    loop {
        match stream.read(&mut piece).await.unwrap() {
            0 => break,
            read => came += read,
        }
        // Several times the pace, and for longer than a look at it lasts.
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(came > SIZE, "{came}");
}
