//! Setting the server up, and serving.

use super::{
    Init, Serve, certificate,
    place::{Place, now},
    said,
};
use shoulou_server::{
    Ledger,
    http::{Listening, Service, Tls, serve as serve_http, serve_metrics},
};
use std::{
    io::Write,
    net::{IpAddr, SocketAddr, UdpSocket},
    sync::Arc,
};
use tokio::{net::TcpListener, sync::watch};

pub(super) async fn init(place: &Place, init: Init) -> Result<(), String> {
    let ledger = place.open().await?;
    if let Some(role) = &init.service_role {
        ledger.grant(role).await.map_err(said)?;
    }
    let address = settle_address(&ledger, init.address, None).await?;
    if address.starts_with("https:") {
        let pin = certificate::own(place, &names(&address))?;
        ledger.set("pin", &pin.0).await.map_err(said)?;
        println!("certificate {pin}");
    }
    println!("address {address}");
    println!("server key {}", shoulou_eventlog::Hash(*ledger.server_key().as_bytes()));
    Ok(())
}

pub(super) async fn serve(place: &Place, serve: Serve) -> Result<(), String> {
    if serve.plain && !serve.listen.ip().is_loopback() {
        return Err("without TLS only a loopback address is served; see --behind-proxy".to_owned());
    }
    tracing_subscriber::fmt().json().with_writer(std::io::stderr).with_target(false).init();
    let ledger = place.open().await?;
    let failed = |what: SocketAddr| move |error: std::io::Error| format!("{what}: {error}");
    let listening = Listening::bind(serve.listen).map_err(failed(serve.listen))?;
    let here = listening.address().map_err(failed(serve.listen))?;
    let plain = serve.plain || serve.behind_proxy;
    let address = settle_address(&ledger, serve.address.clone(), Some((here, plain))).await?;
    let tls = tls(place, &ledger, &serve, &address).await?;

    let (stop, stopping) = watch::channel(false);
    let service = Service::new(ledger.clone(), Arc::new(now), stopping.clone());
    if let Some(at) = serve.metrics {
        let listener = TcpListener::bind(at).await.map_err(failed(at))?;
        tokio::spawn(serve_metrics(listener, Arc::clone(&service), stopping.clone()));
    }
    println!("listening on {here}; PCs come to {address}");
    // Whoever waits for this line may have gone.
    let _ = std::io::stdout().flush();
    tracing::info!(listen = %here, "started");
    tokio::spawn(async move {
        told_to_stop().await;
        let _ = stop.send(true);
    });
    serve_http(listening.with(tls), service, stopping).await;
    ledger.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// The server's own certificate is pinned; another is checked as any other in the world.
async fn tls(
    place: &Place,
    ledger: &Ledger,
    serve: &Serve,
    address: &str,
) -> Result<Option<Tls>, String> {
    let own = serve.tls_cert.is_none() && !serve.plain && !serve.behind_proxy;
    let pin = if own { certificate::own(place, &names(address))?.0.to_vec() } else { Vec::new() };
    if ledger.setting("pin").await.map_err(said)?.unwrap_or_default() != pin {
        ledger.set("pin", &pin).await.map_err(said)?;
    }
    if serve.plain || serve.behind_proxy {
        return Ok(None);
    }
    let certificate = serve.tls_cert.clone().unwrap_or_else(|| place.certificate());
    let key = serve.tls_key.clone().unwrap_or_else(|| place.key());
    let read = Tls::read(&certificate, &key);
    Ok(Some(read.map_err(|error| format!("{}: {error}", certificate.display()))?))
}

/// What the administrator says; else what was said before; else what this machine can guess.
async fn settle_address(
    ledger: &Ledger,
    said_now: Option<String>,
    listen: Option<(SocketAddr, bool)>,
) -> Result<String, String> {
    let before = ledger.setting("address").await.map_err(said)?;
    let before = before.and_then(|bytes| String::from_utf8(bytes).ok());
    let address = said_now.map(|text| text.trim_end_matches('/').to_owned());
    let address = address.or(before.clone()).unwrap_or_else(|| guessed(listen));
    if !(address.starts_with("https://") || address.starts_with("http://"))
        || address.contains(char::is_whitespace)
    {
        return Err(format!("{address} is no address of the form https://HOST:PORT"));
    }
    if before.as_deref() != Some(&address) {
        ledger.set("address", address.as_bytes()).await.map_err(said)?;
    }
    Ok(address)
}

fn guessed(listen: Option<(SocketAddr, bool)>) -> String {
    let (port, plain) = listen.map_or((8843, false), |(at, plain)| (at.port(), plain));
    let scheme = if plain { "http" } else { "https" };
    match listen.map(|(at, _)| at.ip()).filter(|ip| !ip.is_unspecified()).or_else(own_address) {
        Some(IpAddr::V6(ip)) => format!("{scheme}://[{ip}]:{port}"),
        Some(IpAddr::V4(ip)) => format!("{scheme}://{ip}:{port}"),
        None => format!("{scheme}://localhost:{port}"),
    }
}

/// The address from which this machine would speak to others. Nothing is sent.
fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    Some(socket.local_addr().ok()?.ip())
}

/// For the certificate.
fn names(address: &str) -> Vec<String> {
    let host = address.split("//").nth(1).unwrap_or_default();
    let host = match host.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or_default(),
        None => host.split([':', '/']).next().unwrap_or_default(),
    };
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), host.to_owned()];
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(unix)]
async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

#[cfg(not(unix))]
async fn told_to_stop() {
    let _ = tokio::signal::ctrl_c().await;
}
