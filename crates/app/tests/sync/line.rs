//! The line between a PC and the server: it can be cut, slow, noisy, and it remembers what went over it.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU16, AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// Where the server listens: after a restart elsewhere, as another program may have taken its port.
pub type Port = Arc<AtomicU16>;

pub struct Line {
    pub port: u16,
    state: Arc<State>,
    /// How often it was cut, and whether it is.
    cut: watch::Sender<(u64, bool)>,
}

struct State {
    /// Milliseconds that each piece waits.
    delay: AtomicU64,
    /// One byte in so many is changed on its way; 0: none.
    noise: AtomicU64,
    /// Connections break off after so many more bytes to the server; `u64::MAX`: never.
    left: AtomicU64,
    /// Whatever is asked, a page to log in answers.
    portal: AtomicBool,
    heard: Mutex<Vec<u8>>,
    sent: AtomicU64,
    came: AtomicU64,
}

impl Line {
    pub async fn to(server: &Port) -> Line {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State {
            delay: AtomicU64::new(0),
            noise: AtomicU64::new(0),
            left: AtomicU64::new(u64::MAX),
            portal: AtomicBool::new(false),
            heard: Mutex::default(),
            sent: AtomicU64::new(0),
            came: AtomicU64::new(0),
        });
        let (cut, is_cut) = watch::channel((0, false));
        let (carried, server) = (state.clone(), server.clone());
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let (times, is_now) = *is_cut.borrow();
                if !is_now {
                    let mut cut = is_cut.clone();
                    let (state, server) = (carried.clone(), server.clone());
                    tokio::spawn(async move {
                        tokio::select! {
                            () = carry(near, server, state) => {}
                            _ = cut.wait_for(|(now, _)| *now != times) => {}
                        }
                    });
                }
            }
        });
        Line { port, state, cut }
    }

    /// The code, by which its PC comes over this line.
    pub fn code(&self, code: &str) -> String {
        let (address, secret) = code.split_once(' ').unwrap();
        let (scheme, _) = address.split_once("://").unwrap();
        format!("{scheme}://127.0.0.1:{} {secret}", self.port)
    }

    pub fn cut(&self) {
        self.cut.send_modify(|(times, cut)| (*times, *cut) = (*times + 1, true));
    }

    pub fn mend(&self) {
        self.mend_for(u64::MAX);
    }

    /// Lets so many bytes more reach the server, and then no more.
    pub fn mend_for(&self, bytes: u64) {
        self.state.left.store(bytes, Ordering::Relaxed);
        self.cut.send_modify(|(_, cut)| *cut = false);
    }

    pub fn delay(&self, milliseconds: u64) {
        self.state.delay.store(milliseconds, Ordering::Relaxed);
    }

    pub fn noise(&self, one_in: u64) {
        self.state.noise.store(one_in, Ordering::Relaxed);
    }

    pub fn portal(&self, on: bool) {
        self.state.portal.store(on, Ordering::Relaxed);
    }

    pub fn heard(&self) -> Vec<u8> {
        self.state.heard.lock().unwrap().clone()
    }

    /// Bytes that the PC sent, and that came to it.
    pub fn carried(&self) -> (u64, u64) {
        (self.state.sent.load(Ordering::Relaxed), self.state.came.load(Ordering::Relaxed))
    }
}

async fn carry(mut near: TcpStream, server: Port, state: Arc<State>) {
    if state.portal.load(Ordering::Relaxed) {
        let mut request = [0; 4096];
        let _ = near.read(&mut request).await;
        let page = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 25\r\n\r\n\
                    <h1>Log in to Wi-Fi</h1>\r\n";
        let _ = near.write_all(page.as_bytes()).await;
        return;
    }
    let server = server.load(Ordering::Relaxed);
    let Ok(far) = TcpStream::connect(("127.0.0.1", server)).await else { return };
    let (near_in, near_out) = near.into_split();
    let (far_in, far_out) = far.into_split();
    tokio::select! {
        () = pass(near_in, far_out, &state, true) => {}
        () = pass(far_in, near_out, &state, false) => {}
    }
}

async fn pass(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    state: &State,
    outward: bool,
) {
    let mut bytes = vec![0; 16 * 1024];
    let mut count: u64 = 0;
    while let Ok(read @ 1..) = from.read(&mut bytes).await {
        let piece = &mut bytes[..read];
        let carried = if outward { &state.sent } else { &state.came };
        carried.fetch_add(read as u64, Ordering::Relaxed);
        state.heard.lock().unwrap().extend_from_slice(piece);
        tokio::time::sleep(Duration::from_millis(state.delay.load(Ordering::Relaxed))).await;
        let noise = state.noise.load(Ordering::Relaxed);
        for byte in piece.iter_mut().filter(|_| noise > 0) {
            count = count.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            if (count >> 33).is_multiple_of(noise) {
                *byte ^= 1 << (count % 7);
            }
        }
        let left = state.left.load(Ordering::Relaxed);
        let passed = if outward && left != u64::MAX {
            let passed = (read as u64).min(left);
            state.left.store(left - passed, Ordering::Relaxed);
            passed as usize
        } else {
            read
        };
        if to.write_all(&bytes[..passed]).await.is_err() || passed < read {
            return;
        }
    }
}
