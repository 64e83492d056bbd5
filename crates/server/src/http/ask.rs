//! A request as the handlers see it, and what they answer.

use super::{
    Service,
    body::{self, Packed},
    routes::Route,
};
use crate::ledger::{Caller, refusal};
use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use serde::de::DeserializeOwned;
use shoulou_eventlog::{
    Hash, Id,
    sync::wire::{self, Refusal, RefusalCode},
};
use std::{borrow::Cow, collections::HashMap, str::FromStr, sync::Arc};

pub(crate) type Answer = Result<Reply, Refusal>;

pub(crate) enum Reply {
    Nothing,
    /// A message.
    Cbor(Vec<u8>),
    Json(Cow<'static, str>),
    Whole(Box<Response>),
}

pub(crate) struct Ask {
    pub service: Arc<Service>,
    pub now: i64,
    pub headers: HeaderMap,
    pub body: Body,
    /// What stands in the path for the names in braces.
    places: HashMap<&'static str, String>,
    query: String,
}

impl Ask {
    pub fn read(
        service: Arc<Service>,
        route: &'static Route,
        request: Request,
    ) -> Result<Ask, Refusal> {
        let now = (service.clock)();
        let (parts, body) = request.into_parts();
        let named = route.path.split('/').zip(parts.uri.path().split('/'));
        let places = named.filter_map(|(name, here)| {
            let name = name.strip_prefix('{')?.strip_suffix('}')?;
            Some((name, here.to_owned()))
        });
        let places = places.collect();
        let query = parts.uri.query().unwrap_or_default().to_owned();
        Ok(Ask { service, now, headers: parts.headers, body, places, query })
    }

    pub fn place<T: FromStr>(&self, name: &'static str) -> Result<T, Refusal> {
        let text = self.places.get(name).map_or("", String::as_str);
        text.parse().map_err(|_| malformed(name))
    }

    pub fn project(&self) -> Result<Id, Refusal> {
        self.place("project")
    }

    /// Of the query: hexadecimal digits and numbers alone, so nothing in it is escaped.
    pub fn query<T: FromStr>(&self, name: &'static str) -> Result<Option<T>, Refusal> {
        let mut pairs = self.query.split('&').filter_map(|pair| pair.split_once('='));
        let value = pairs.find(|(key, _)| *key == name).map(|(_, value)| value);
        value.map(|value| value.parse().map_err(|_| malformed(name))).transpose()
    }

    pub fn header<T: FromStr>(&self, name: &'static str) -> Result<Option<T>, Refusal> {
        let value = self.headers.get(name);
        let parse = |value: &HeaderValue| value.to_str().ok()?.parse().ok();
        value.map(|value| parse(value).ok_or_else(|| malformed(name))).transpose()
    }

    /// Whose session this is. It must be one of the path's project: of another's members this one knows nothing.
    pub fn caller(&self) -> Result<Caller, Refusal> {
        let nobody = || refusal(RefusalCode::NoSession, "");
        let value = self.headers.get(header::AUTHORIZATION).ok_or_else(nobody)?;
        let token = value.to_str().ok().and_then(|text| text.strip_prefix("Bearer "));
        let caller = self.service.ledger.session(token.ok_or_else(nobody)?, self.now)?;
        if caller.project != self.project()? {
            return Err(refusal(RefusalCode::NotAMember, ""));
        }
        Ok(caller)
    }

    /// The body, as a message of at most `limit` bytes before compression.
    pub async fn message<T: DeserializeOwned>(self, limit: usize) -> Result<T, Refusal> {
        self.body(limit).await?.message()
    }

    /// The body as it comes.
    pub async fn body(self, limit: usize) -> Result<Packed, Refusal> {
        let kind = self.headers.get(header::CONTENT_TYPE);
        if kind.is_none_or(|kind| kind != "application/cbor") {
            return Err(malformed("content type"));
        }
        body::read(&self.service.memory, &self.headers, self.body, limit).await
    }
}

/// A body of a request that carries no commits.
pub(crate) const SMALL: usize = 64 << 10;

pub(crate) fn cbor<T: serde::Serialize>(message: &T) -> Answer {
    Ok(Reply::Cbor(wire::encode(message)))
}

pub(crate) fn malformed(what: &str) -> Refusal {
    refusal(RefusalCode::Malformed, what)
}

pub(super) fn answer(outcome: Answer, zstd: bool) -> Response {
    let (status, reply) = match outcome {
        Ok(reply) => (StatusCode::OK, reply),
        Err(refusal) => (status(refusal.code), Reply::Cbor(wire::encode(&refusal))),
    };
    let (kind, bytes) = match reply {
        Reply::Whole(response) => return *response,
        Reply::Nothing => (None, Vec::new()),
        Reply::Cbor(bytes) => (Some("application/cbor"), bytes),
        Reply::Json(text) => (Some("application/json"), text.into_owned().into_bytes()),
    };
    let packed = zstd.then(|| body::pack(&bytes)).flatten();
    let encoding = packed.is_some().then_some("zstd");
    let mut response = Response::new(Body::from(packed.unwrap_or(bytes)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for (name, value) in [(header::CONTENT_TYPE, kind), (header::CONTENT_ENCODING, encoding)] {
        if let Some(value) = value {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    response
}

fn status(code: RefusalCode) -> StatusCode {
    match code {
        RefusalCode::Malformed => StatusCode::BAD_REQUEST,
        RefusalCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        RefusalCode::NoSession => StatusCode::UNAUTHORIZED,
        RefusalCode::NotAMember | RefusalCode::NotFound => StatusCode::NOT_FOUND,
        RefusalCode::Revoked | RefusalCode::LeaseExpired | RefusalCode::NotAnAdministrator => {
            StatusCode::FORBIDDEN
        }
        RefusalCode::Epoch | RefusalCode::Backwards | RefusalCode::WrongBytes => {
            StatusCode::CONFLICT
        }
        RefusalCode::Spent => StatusCode::GONE,
        RefusalCode::Busy => StatusCode::SERVICE_UNAVAILABLE,
        RefusalCode::QuarantineFull => StatusCode::INSUFFICIENT_STORAGE,
    }
}

pub(crate) fn hash(ask: &Ask) -> Result<Hash, Refusal> {
    ask.place("hash")
}
