//! The one place that speaks over the network, to the one address that the project's link or an invitation
//! names.

mod body;
mod routes;
pub(crate) mod tls;

use reqwest::{RequestBuilder, Response, StatusCode, header};
pub(crate) use routes::PIECE;
use serde::de::DeserializeOwned;
use shoulou_eventlog::{
    Id,
    sync::wire::{self, Refusal, RefusalCode},
};
use std::{
    sync::{Arc, RwLock, atomic::Ordering},
    time::Duration,
};
use tls::Trust;

pub(crate) const CBOR: &str = "application/cbor";
/// Until there is a connection.
const CONNECT: Duration = Duration::from_secs(15);
/// Until there is an answer to what needs no waiting, and between two pieces of one.
const PATIENCE: Duration = Duration::from_secs(30);
/// A line that is slower than this, in bytes a second, counts as none.
const SLOWEST: u64 = 2 * 1024;

pub(crate) struct Client {
    http: reqwest::Client,
    /// Without a path and without `/` at its end.
    server: String,
    token: RwLock<Option<String>>,
    trust: Arc<tls::Seen>,
}

/// Why there is no answer to go on with.
#[derive(Debug)]
pub(crate) enum Unanswered {
    /// No answer, or one that is not of the protocol: a captive portal's page, a proxy's error.
    Offline,
    Refused {
        refusal: Refusal,
        retry_after: Option<u64>,
    },
}

pub(crate) type Answer<T> = Result<T, Unanswered>;

impl Client {
    /// Nothing is sent yet. `None` where this PC's TLS cannot be set up.
    pub fn new(server: &str, trust: Trust) -> Option<Client> {
        let (config, trust) = tls::config(trust)?;
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(config)
            .connect_timeout(CONNECT)
            // A portal redirects to its own page; the protocol never does.
            .redirect(reqwest::redirect::Policy::none())
            .pool_idle_timeout(Duration::from_secs(60))
            .tcp_keepalive(Duration::from_secs(30))
            .user_agent(concat!("shoulou/", env!("CARGO_PKG_VERSION")))
            .build()
            .ok()?;
        let server = server.trim_end_matches('/').to_owned();
        Some(Client { http, server, token: RwLock::default(), trust })
    }

    /// Somebody answered at the server's address with another certificate than the pinned one.
    pub fn met_a_stranger(&self) -> bool {
        self.trust.stranger.load(Ordering::Relaxed)
    }

    fn project(&self, project: Id, path: &str) -> String {
        format!("{}/v1/projects/{project}/{path}", self.server)
    }

    /// With the session's token, where there is one.
    fn known(&self, request: RequestBuilder) -> RequestBuilder {
        match &*self.token.read().expect("no holder panics") {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends; waits for the answer's head so long as is due for `bytes` sent, and `wait` on top.
    async fn send(&self, request: RequestBuilder, bytes: usize, wait: u32) -> Answer<Response> {
        let patience = PATIENCE + Duration::from_secs(bytes as u64 / SLOWEST + u64::from(wait));
        let response = answer(request, patience).await?;
        if response.status().is_success() {
            return Ok(response);
        }
        Err(refused(response).await)
    }

    /// The answer to a HEAD has no body: what it refuses, its status tells.
    async fn send_head(&self, request: RequestBuilder) -> Answer<Response> {
        let response = answer(request, PATIENCE).await?;
        let code = match response.status() {
            status if status.is_success() => return Ok(response),
            _ if !is_cbor(&response) => return Err(Unanswered::Offline),
            StatusCode::UNAUTHORIZED => RefusalCode::NoSession,
            StatusCode::NOT_FOUND => RefusalCode::NotAMember,
            StatusCode::SERVICE_UNAVAILABLE => RefusalCode::Busy,
            _ => RefusalCode::Malformed,
        };
        let refusal = Refusal { code, detail: String::new(), epochs: Vec::new() };
        Err(Unanswered::Refused { refusal, retry_after: None })
    }

    /// Asks with a message for a message.
    async fn ask<T: DeserializeOwned>(&self, request: RequestBuilder, wait: u32) -> Answer<T> {
        let response = self.send(request, 0, wait).await?;
        message(response).await
    }

    async fn tell<M: serde::Serialize>(
        &self,
        request: RequestBuilder,
        message: &M,
    ) -> Answer<Response> {
        let (bytes, packed) = body::pack(wire::encode(message));
        let length = bytes.len();
        let mut request = request.header(header::CONTENT_TYPE, CBOR).body(bytes);
        if packed {
            request = request.header(header::CONTENT_ENCODING, body::ZSTD);
        }
        self.send(self.known(request), length, 0).await
    }
}

/// A kept connection may have ended unnoticed: what breaks off is asked once more. Every question of the protocol may
/// be asked twice.
async fn answer(request: RequestBuilder, patience: Duration) -> Answer<Response> {
    let again = request.try_clone();
    let asked = tokio::time::timeout(patience, request.send()).await;
    match (asked.map_err(|_| Unanswered::Offline)?, again) {
        (Err(error), Some(again)) if !error.is_connect() => {
            let asked = tokio::time::timeout(patience, again.send()).await;
            asked.map_err(|_| Unanswered::Offline)?.map_err(|_| Unanswered::Offline)
        }
        (asked, _) => asked.map_err(|_| Unanswered::Offline),
    }
}

/// A message of the protocol; anything else counts as no answer.
async fn message<T: DeserializeOwned>(response: Response) -> Answer<T> {
    if !is_cbor(&response) {
        return Err(Unanswered::Offline);
    }
    let bytes = body::read(response).await?;
    wire::decode(&bytes).map_err(|_| Unanswered::Offline)
}

async fn refused(response: Response) -> Unanswered {
    let seconds = |value: &header::HeaderValue| value.to_str().ok()?.parse().ok();
    let retry_after = response.headers().get(header::RETRY_AFTER).and_then(seconds);
    // A server that stands behind a proxy is not there, whatever the proxy says of it.
    if response.status() == StatusCode::BAD_GATEWAY {
        return Unanswered::Offline;
    }
    match message(response).await {
        Ok(refusal) => Unanswered::Refused { refusal, retry_after },
        Err(_) => Unanswered::Offline,
    }
}

fn is_cbor(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    kind.and_then(|kind| kind.to_str().ok()).is_some_and(|kind| kind.starts_with(CBOR))
}
