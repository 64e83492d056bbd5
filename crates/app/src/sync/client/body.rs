//! Bodies, packed where that pays, and never larger than the protocol allows.

use super::{Answer, PATIENCE, Unanswered};
use reqwest::{Response, header};
use shoulou_eventlog::sync::wire::BODY_LIMIT;
use std::io::Read;

pub(super) const ZSTD: &str = "zstd";
const LEVEL: i32 = 3;
/// Below this, packing brings nothing.
const SMALL: usize = 512;

/// The bytes to send, and whether they are packed.
pub(super) fn pack(plain: Vec<u8>) -> (Vec<u8>, bool) {
    if plain.len() < SMALL {
        return (plain, false);
    }
    match zstd::encode_all(&plain[..], LEVEL) {
        Ok(packed) if packed.len() < plain.len() => (packed, true),
        _ => (plain, false),
    }
}

/// The answer's body, unpacked.
pub(super) async fn read(response: Response) -> Answer<Vec<u8>> {
    let coding = response.headers().get(header::CONTENT_ENCODING).cloned();
    let bytes = raw(response, BODY_LIMIT).await?;
    match coding {
        None => Ok(bytes),
        Some(coding) if coding == ZSTD => unpack(&bytes).ok_or(Unanswered::Offline),
        Some(_) => Err(Unanswered::Offline),
    }
}

/// The answer's body as it came, piece by piece: a line that stands still is no line.
pub(super) async fn raw(mut response: Response, limit: usize) -> Answer<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        let piece = tokio::time::timeout(PATIENCE, response.chunk()).await;
        let piece = piece.map_err(|_| Unanswered::Offline)?.map_err(|_| Unanswered::Offline)?;
        let Some(piece) = piece else { return Ok(bytes) };
        if bytes.len() + piece.len() > limit {
            return Err(Unanswered::Offline);
        }
        bytes.extend_from_slice(&piece);
    }
}

/// What unpacks to more than the limit is not unpacked further.
fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    let unpacker = zstd::Decoder::new(packed).ok()?;
    unpacker.take(BODY_LIMIT as u64 + 1).read_to_end(&mut plain).ok()?;
    (plain.len() <= BODY_LIMIT).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_packed_where_that_pays_and_reads_back() {
        let plain = b"shoulou ".repeat(1000);
        let (packed, is_packed) = pack(plain.clone());
        assert!(is_packed && packed.len() < 200, "{}", packed.len());
        assert_eq!(unpack(&packed), Some(plain));
        assert_eq!(pack(vec![7; 100]), (vec![7; 100], false));
    }

    #[test]
    fn what_unpacks_to_more_than_a_body_is_no_body() {
        let bomb = zstd::encode_all(&vec![0; BODY_LIMIT + 1][..], 3).unwrap();
        assert!(bomb.len() < 4096);
        assert_eq!(unpack(&bomb), None);
    }
}
