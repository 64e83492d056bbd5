//! Bodies: read within a limit, unpacked within a limit, and all of them together within a limit.

use super::{UNIT, UNITS};
use crate::ledger::refusal;
use axum::{
    body::Body,
    http::{HeaderMap, header},
};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;
use shoulou_eventlog::sync::wire::{self, Refusal, RefusalCode};
use std::{io::Read, sync::Arc, time::Duration};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// Between two pieces of a body. A line as slow as this is dead.
const PATIENCE: Duration = Duration::from_secs(60);
/// Smaller answers are sent as they are.
const WORTH_PACKING: usize = 512;
const LEVEL: i32 = 3;
/// 8 MiB, as log 2: what a body can use.
const WINDOW: u32 = 23;

/// A body in memory as it came, for as long as this lives counted as such.
pub(crate) struct Packed {
    bytes: Vec<u8>,
    zstd: bool,
    limit: usize,
    budget: Budget,
}

struct Budget {
    memory: Arc<Semaphore>,
    held: Vec<OwnedSemaphorePermit>,
    bytes: usize,
}

impl Budget {
    fn take(&mut self, bytes: usize) -> Result<(), Refusal> {
        self.bytes += bytes;
        let wanted = self.bytes.div_ceil(UNIT).min(UNITS) - self.held.len().min(UNITS);
        for _ in 0..wanted {
            let unit = Arc::clone(&self.memory).try_acquire_owned();
            self.held.push(unit.map_err(|_| refusal(RefusalCode::Busy, "memory"))?);
        }
        Ok(())
    }
}

pub(super) async fn read(
    memory: &Arc<Semaphore>,
    headers: &HeaderMap,
    mut body: Body,
    limit: usize,
) -> Result<Packed, Refusal> {
    let too_large = || refusal(RefusalCode::TooLarge, "");
    let said = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    if said.and_then(|text| text.parse().ok()).is_some_and(|length: usize| length > limit) {
        return Err(too_large());
    }
    let mut budget = Budget { memory: Arc::clone(memory), held: Vec::new(), bytes: 0 };
    let mut bytes = Vec::new();
    while let Some(piece) = next(&mut body).await? {
        if bytes.len() + piece.len() > limit {
            return Err(too_large());
        }
        budget.take(piece.len())?;
        bytes.extend_from_slice(&piece);
    }
    let zstd = match headers.get(header::CONTENT_ENCODING).map(|value| value.as_bytes()) {
        None | Some(b"identity") => false,
        Some(b"zstd") => true,
        Some(_) => return Err(refusal(RefusalCode::Malformed, "content encoding")),
    };
    Ok(Packed { bytes, zstd, limit, budget })
}

impl Packed {
    pub fn message<T: DeserializeOwned>(mut self) -> Result<T, Refusal> {
        if self.zstd {
            self.bytes = unpack(&self.bytes, self.limit, &mut self.budget)?;
        }
        wire::decode(&self.bytes).map_err(|_| refusal(RefusalCode::Malformed, "message"))
    }
}

/// The next piece of a body; none at its end.
pub(super) async fn next(body: &mut Body) -> Result<Option<axum::body::Bytes>, Refusal> {
    let broken = || refusal(RefusalCode::Malformed, "the body broke off");
    loop {
        match timeout(PATIENCE, body.frame()).await.map_err(|_| broken())? {
            None => return Ok(None),
            Some(Err(_)) => return Err(broken()),
            // What is no data is a trailer.
            Some(Ok(frame)) => match frame.into_data() {
                Ok(data) => return Ok(Some(data)),
                Err(_) => continue,
            },
        }
    }
}

fn unpack(packed: &[u8], limit: usize, budget: &mut Budget) -> Result<Vec<u8>, Refusal> {
    let malformed = || refusal(RefusalCode::Malformed, "zstd");
    let mut decoder = zstd::stream::read::Decoder::with_buffer(packed).map_err(|_| malformed())?;
    decoder.window_log_max(WINDOW).map_err(|_| malformed())?;
    let mut bytes = Vec::new();
    let mut piece = vec![0; UNIT];
    loop {
        match decoder.read(&mut piece).map_err(|_| malformed())? {
            0 => return Ok(bytes),
            read if bytes.len() + read > limit => return Err(refusal(RefusalCode::TooLarge, "")),
            read => {
                budget.take(read)?;
                bytes.extend_from_slice(&piece[..read]);
            }
        }
    }
}

pub(super) fn accepts_zstd(headers: &HeaderMap) -> bool {
    let all = headers.get_all(header::ACCEPT_ENCODING).iter();
    let mut words = all.filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(','));
    words.any(|word| word.trim() == "zstd")
}

/// None where it is not worth it.
pub(super) fn pack(bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.len() < WORTH_PACKING {
        return None;
    }
    zstd::bulk::compress(bytes, LEVEL).ok().filter(|packed| packed.len() < bytes.len())
}
