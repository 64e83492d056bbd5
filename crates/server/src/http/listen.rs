//! Sockets: connections with limits, TLS, and an orderly end.

use super::{
    Service, router,
    taking::{Pace, SLOWEST, Taking},
};
use axum::{Router, routing::get};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto::Builder, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use std::{
    io,
    net::SocketAddr,
    path::Path,
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::{Semaphore, watch},
    time::{sleep, timeout},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
        version::{TLS12, TLS13},
    },
};

const CONNECTIONS: usize = 4096;
/// Connections that wait to be accepted.
const WAITING: u32 = 1024;
/// What the system may take in for a connection before the other side has it. With more it would tell too seldom whether
/// a slow line goes on: it wakes who writes when a third is free.
const AHEAD: u32 = 128 << 10;
/// For a handshake, and for the head of a request.
const HEAD: Duration = Duration::from_secs(20);
/// After the word to stop, requests under way have so long.
const END: Duration = Duration::from_secs(20);
/// How often to look for what other instances wrote.
const LOOK: Duration = Duration::from_secs(1);

/// The server's certificate and key.
#[derive(Clone)]
pub struct Tls(TlsAcceptor);

impl Tls {
    /// # Errors
    /// Files that are not there, or not PEM, or do not belong together.
    pub fn read(certificate: &Path, key: &Path) -> io::Result<Tls> {
        let unfit = |error| io::Error::new(io::ErrorKind::InvalidData, error);
        let chain = CertificateDer::pem_file_iter(certificate).map_err(io::Error::other)?;
        let chain = chain.collect::<Result<Vec<_>, _>>().map_err(io::Error::other)?;
        let key = PrivateKeyDer::from_pem_file(key).map_err(io::Error::other)?;
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[&TLS13, &TLS12])
            .map_err(|error| unfit(error.to_string()))?
            .with_no_client_auth()
            .with_single_cert(chain, key);
        let mut config = config.map_err(|error| unfit(error.to_string()))?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Tls(TlsAcceptor::from(Arc::new(config))))
    }
}

/// A socket that requests will be served from.
pub struct Listening {
    listener: TcpListener,
    tls: Option<Tls>,
    pace: Pace,
}

impl Listening {
    /// With room for all who come at once: whoever finds none is heard a second later, when his system tries again.
    ///
    /// # Errors
    /// The address is taken, or is not this machine's.
    pub fn bind(at: SocketAddr) -> io::Result<Listening> {
        let socket = if at.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        #[cfg(not(windows))]
        socket.set_reuseaddr(true)?;
        socket.set_send_buffer_size(AHEAD)?;
        socket.bind(at)?;
        Ok(Listening::new(socket.listen(WAITING)?, None))
    }

    #[must_use]
    pub fn with(self, tls: Option<Tls>) -> Listening {
        Listening { tls, ..self }
    }

    /// How fast the other side is to take what it asked for.
    #[must_use]
    pub fn at_pace(self, pace: Pace) -> Listening {
        Listening { pace, ..self }
    }

    /// # Errors
    /// The system does not say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    pub fn new(listener: TcpListener, tls: Option<Tls>) -> Listening {
        Listening { listener, tls, pace: SLOWEST }
    }
}

/// Serves until `stopping` turns true; then takes no more connections, lets those who wait go, and gives the
/// rest a little time.
pub async fn serve(listening: Listening, service: Arc<Service>, stopping: watch::Receiver<bool>) {
    let router = router(Arc::clone(&service));
    let looking = tokio::spawn(look(Arc::clone(&service)));
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut stop = stopping.clone();
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
        let stream = tokio::select! {
            accepted = listening.listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // Of the process's open files, most likely; a moment later there may be some again.
                    tracing::warn!(what = %error.kind(), "no connection could be accepted");
                    sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
            () = told_to(&mut stop) => break,
        };
        let watcher = graceful.watcher();
        let (router, tls, pace) = (router.clone(), listening.tls.clone(), listening.pace);
        let service = Arc::clone(&service);
        tokio::spawn(async move {
            service.metrics.connections.fetch_add(1, Relaxed);
            connection(stream, tls, pace, router, watcher).await;
            service.metrics.connections.fetch_sub(1, Relaxed);
            drop(place);
        });
    }
    drop(listening);
    looking.abort();
    if timeout(END, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests were broken off");
    }
}

async fn connection(
    stream: TcpStream,
    tls: Option<Tls>,
    pace: Pace,
    router: Router,
    watcher: hyper_util::server::graceful::Watcher,
) {
    // Without it, small answers wait for the other side's acknowledgement.
    let _ = stream.set_nodelay(true);
    let stream = Taking::new(stream, pace);
    match tls {
        None => requests(stream, router, watcher).await,
        Some(Tls(acceptor)) => {
            if let Ok(Ok(stream)) = timeout(HEAD, acceptor.accept(stream)).await {
                requests(stream, router, watcher).await;
            }
        }
    }
}

async fn requests<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    router: Router,
    watcher: hyper_util::server::graceful::Watcher,
) {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(64 << 10);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(HEAD)
        .max_concurrent_streams(64)
        .max_header_list_size(16 << 10);
    let service = TowerToHyperService::new(router);
    let connection = builder.serve_connection(TokioIo::new(stream), service).into_owned();
    // A connection that breaks is the client's affair: it tries again.
    let _ = watcher.watch(connection).await;
}

/// Also where nobody is left who could tell.
async fn told_to(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

async fn look(service: Arc<Service>) {
    loop {
        sleep(LOOK).await;
        // Already told where it happened.
        let _ = service.ledger.look_for_changes().await;
    }
}

/// The numbers, on a listener of their own: they are nobody's but the administrator's.
pub async fn serve_metrics(
    listener: TcpListener,
    service: Arc<Service>,
    mut stopping: watch::Receiver<bool>,
) -> io::Result<()> {
    let text = move || {
        let text = service.metrics.text();
        async move { ([("content-type", "text/plain; version=0.0.4")], text) }
    };
    let router = Router::new().route("/metrics", get(text));
    let stop = async move { told_to(&mut stopping).await };
    axum::serve(listener, router).with_graceful_shutdown(stop).await
}
