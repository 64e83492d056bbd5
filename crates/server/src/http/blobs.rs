//! Uploads that go on where they broke off, and ranged downloads.

use super::{
    ask::{Answer, Ask, Reply, SMALL, hash, malformed},
    body,
};
use crate::ledger::refusal;
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use futures_util::stream;
use shoulou_eventlog::sync::wire::{self, DropBlobs, Refusal, RefusalCode, Upload};
use std::{ops::Range, sync::Arc};

/// Written, or read, at once.
const PIECE: usize = 256 << 10;

pub(super) async fn progress(ask: Ask) -> Answer {
    let (caller, blob) = (ask.caller()?, hash(&ask)?);
    let upload = ask.service.ledger.upload(caller.project, caller.device, blob, ask.now).await?;
    Ok(reply(upload, Vec::new()))
}

/// What came before a line broke is kept: the next attempt goes on from there.
pub(super) async fn append(mut ask: Ask) -> Answer {
    let (caller, blob) = (ask.caller()?, hash(&ask)?);
    let mut offset: u64 = ask.header("upload-offset")?.ok_or_else(|| malformed("upload-offset"))?;
    let length: u64 = ask.header("upload-length")?.ok_or_else(|| malformed("upload-length"))?;
    if length > wire::BLOB_LIMIT {
        return Err(refusal(RefusalCode::TooLarge, ""));
    }
    let ledger = &ask.service.ledger;
    let mut pending: Vec<u8> = Vec::new();
    loop {
        let came = body::next(&mut ask.body).await;
        if let Ok(Some(piece)) = &came {
            pending.extend_from_slice(piece);
            if pending.len() < PIECE {
                continue;
            }
        }
        let bytes = std::mem::take(&mut pending);
        let at = offset..length;
        let upload = ledger.append(caller.project, caller.device, blob, at, bytes, ask.now).await?;
        offset = upload.offset;
        match came? {
            Some(_) if !upload.complete => {}
            _ => return Ok(reply(upload, wire::encode(&upload))),
        }
    }
}

pub(super) async fn fetch(ask: Ask) -> Answer {
    let (caller, blob) = (ask.caller()?, hash(&ask)?);
    let project = caller.project;
    let size = ask.service.ledger.blob_size(project, caller.device, blob, ask.now).await?;
    let (status, range) = match ask.headers.get(header::RANGE) {
        None => (StatusCode::OK, 0..size),
        Some(value) => {
            let text = value.to_str().map_err(|_| malformed("range"))?;
            (StatusCode::PARTIAL_CONTENT, read_range(text, size)?)
        }
    };
    let shown = format!("bytes {}-{}/{size}", range.start, range.end.saturating_sub(1));
    let length = range.end - range.start;
    let service = Arc::clone(&ask.service);
    let pieces = stream::try_unfold(range, move |left: Range<u64>| {
        let service = Arc::clone(&service);
        async move {
            if left.is_empty() {
                return Ok(None);
            }
            let until = left.end.min(left.start + PIECE as u64);
            let bytes = service.ledger.blob_bytes(project, blob, left.start..until).await;
            // The answer has begun: all that can be done is to break it off.
            let bytes = bytes.map_err(|_| std::io::Error::other("the blob is gone"))?;
            Ok::<_, std::io::Error>(Some((bytes, until..left.end)))
        }
    });
    let mut response = Response::new(Body::from_stream(pieces));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_LENGTH, length.into());
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if status == StatusCode::PARTIAL_CONTENT {
        let shown = HeaderValue::from_str(&shown).map_err(|_| malformed("range"))?;
        headers.insert(header::CONTENT_RANGE, shown);
    }
    Ok(Reply::Whole(Box::new(response)))
}

pub(super) async fn drop_blobs(ask: Ask) -> Answer {
    let caller = ask.caller()?;
    let (service, now) = (Arc::clone(&ask.service), ask.now);
    let wish: DropBlobs = ask.message(wire::BODY_LIMIT.min(SMALL * 8)).await?;
    service.ledger.drop_blobs(caller.project, caller.device, wish, now).await?;
    Ok(Reply::Nothing)
}

fn reply(upload: Upload, bytes: Vec<u8>) -> Reply {
    let mut response = Response::new(Body::from(bytes));
    let headers: &mut HeaderMap = response.headers_mut();
    headers.insert("upload-offset", upload.offset.into());
    let complete = if upload.complete { "?1" } else { "?0" };
    headers.insert("upload-complete", HeaderValue::from_static(complete));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/cbor"));
    Reply::Whole(Box::new(response))
}

/// `bytes=from-to`, `bytes=from-` or `bytes=-last`; one range.
fn read_range(text: &str, size: u64) -> Result<Range<u64>, Refusal> {
    let read = || {
        let (from, to) = text.strip_prefix("bytes=")?.split_once('-')?;
        let range = match (from, to) {
            ("", last) => size.saturating_sub(last.parse().ok()?)..size,
            (from, "") => from.parse().ok()?..size,
            (from, to) => from.parse().ok()?..to.parse::<u64>().ok()?.saturating_add(1).min(size),
        };
        (range.start < range.end).then_some(range)
    };
    read().ok_or_else(|| malformed("range"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_lies_inside_the_blob_or_is_refused() {
        for (text, expected) in [
            ("bytes=0-9", Some(0..10)),
            ("bytes=5-", Some(5..100)),
            ("bytes=-10", Some(90..100)),
            ("bytes=-1000", Some(0..100)),
            ("bytes=90-1000", Some(90..100)),
            ("bytes=100-", None),
            ("bytes=9-5", None),
            ("bytes=0-1,3-4", None),
            ("lines=0-1", None),
            ("bytes=0-18446744073709551615", Some(0..100)),
        ] {
            assert_eq!(read_range(text, 100).ok(), expected, "{text}");
        }
    }
}
