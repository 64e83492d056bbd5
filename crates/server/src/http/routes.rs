//! Every route of the server. `openapi.json` describes them, `tests/access.toml` says who may use them.

use super::{
    Service,
    ask::{Answer, Ask, Reply, answer},
    blobs, commits, members,
};
use crate::ledger::refusal;
use axum::{
    Router,
    extract::Request,
    http::header,
    routing::{MethodFilter, on},
};
use shoulou_eventlog::sync::wire::RefusalCode;
use std::{pin::Pin, sync::Arc, time::Instant};

pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    pub(super) handler: fn(Ask) -> Pin<Box<dyn Future<Output = Answer> + Send>>,
}

macro_rules! routes {
    ($($method:ident $path:literal $handler:path)*) => {
        &[$(Route {
            method: stringify!($method),
            path: $path,
            handler: |ask| Box::pin($handler(ask)),
        }),*]
    };
}

#[rustfmt::skip]
pub const ROUTES: &[Route] = routes! {
    GET   "/v1/health"                                         health
    GET   "/v1/openapi.json"                                   openapi
    GET   "/v1/invitations/{locator}"                          members::invitation
    POST  "/v1/projects/{project}/found"                       members::found
    POST  "/v1/projects/{project}/enrol"                       members::enrol
    POST  "/v1/projects/{project}/challenge"                   members::challenge
    POST  "/v1/projects/{project}/session"                     members::session
    POST  "/v1/projects/{project}/commits"                     commits::push
    GET   "/v1/projects/{project}/commits"                     commits::pull
    GET   "/v1/projects/{project}/heads"                       commits::heads
    GET   "/v1/projects/{project}/members"                     members::list
    POST  "/v1/projects/{project}/members/{device}/revoke"     members::revoke
    POST  "/v1/projects/{project}/members/{device}/release"    members::release
    PUT   "/v1/projects/{project}/members/{device}/label"      members::relabel
    PUT   "/v1/projects/{project}/invitations"                 members::invite
    POST  "/v1/projects/{project}/blobs/drop"                  blobs::drop_blobs
    HEAD  "/v1/projects/{project}/blobs/{hash}"                blobs::progress
    PATCH "/v1/projects/{project}/blobs/{hash}"                blobs::append
    GET   "/v1/projects/{project}/blobs/{hash}"                blobs::fetch
    PUT   "/v1/projects/{project}/snapshot"                    commits::put_snapshot
    GET   "/v1/projects/{project}/snapshot"                    commits::snapshot
};

pub fn router(service: Arc<Service>) -> Router {
    let nowhere = Arc::clone(&service);
    let mut router = Router::new();
    for route in ROUTES {
        let service = Arc::clone(&service);
        let handle = move |request: Request| ask(Arc::clone(&service), route, request);
        router = router.route(route.path, on(filter(route.method), handle));
    }
    let elsewhere = Arc::clone(&service);
    router
        .method_not_allowed_fallback(move || {
            let refusal = refusal(RefusalCode::Malformed, "method");
            let service = Arc::clone(&elsewhere);
            async move {
                let mut response = answer(Err(refusal), false);
                *response.status_mut() = axum::http::StatusCode::METHOD_NOT_ALLOWED;
                service.metrics.count("elsewhere", 405, Instant::now());
                response
            }
        })
        .fallback(move || {
            let service = Arc::clone(&nowhere);
            async move {
                service.metrics.count("elsewhere", 404, Instant::now());
                answer(Err(refusal(RefusalCode::NotFound, "path")), false)
            }
        })
}

/// One request, counted and logged: its route, never its path, which can hold a locator.
async fn ask(
    service: Arc<Service>,
    route: &'static Route,
    request: Request,
) -> axum::response::Response {
    let start = Instant::now();
    let zstd = super::body::accepts_zstd(request.headers());
    let outcome = match Ask::read(Arc::clone(&service), route, request) {
        Ok(ask) => (route.handler)(ask).await,
        Err(refusal) => Err(refusal),
    };
    let code = outcome.as_ref().err().map(|refusal| format!("{:?}", refusal.code));
    let again = match &outcome {
        Err(refusal) if refusal.code == RefusalCode::Busy => {
            Some(service.crowd.retry_after(refusal, Instant::now()))
        }
        _ => None,
    };
    let mut response = answer(outcome, zstd);
    if let Some(seconds) = again {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    let status = response.status().as_u16();
    service.metrics.count(route.path, status, start);
    let ms = start.elapsed().as_millis() as u64;
    tracing::info!(method = route.method, route = route.path, status, code, ms, "request");
    response
}

fn filter(method: &str) -> MethodFilter {
    match method {
        "GET" => MethodFilter::GET,
        "HEAD" => MethodFilter::HEAD,
        "POST" => MethodFilter::POST,
        "PUT" => MethodFilter::PUT,
        "PATCH" => MethodFilter::PATCH,
        _ => unreachable!("the table above has no other method"),
    }
}

/// Whether the server and its database are up, and what time it is.
async fn health(ask: Ask) -> Answer {
    ask.service.ledger.setting("address").await?;
    Ok(Reply::Json(format!(r#"{{"status":"up","protocol":1,"time":{}}}"#, ask.now).into()))
}

async fn openapi(_: Ask) -> Answer {
    Ok(Reply::Json(include_str!("../openapi.json").into()))
}
