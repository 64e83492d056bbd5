//! What a snapshot holds, before it is compressed and sealed: frames, each its length as 4 big-endian bytes
//! and CBOR. First a [`Head`], then the entities it counts, then the homes. See docs/sync-protocol.md.

use crate::error::StoreError;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use shoulou_eventlog::{
    Hash, Id,
    sync::wire::{BLOB_LIMIT, Bytes, Cursor},
};
use std::io::{Read, Write};

pub const VERSION: u32 = 1;
const LEVEL: i32 = 3;

#[derive(Serialize, Deserialize)]
pub struct Head {
    pub version: u32,
    pub project: Id,
    pub cursor: Cursor,
    pub fold: String,
    /// Streams and their keys.
    pub streams: Vec<(Id, Bytes)>,
    /// Their ends: hash, stream, seq, depth.
    pub heads: Vec<(Hash, Id, u64, u64)>,
    /// Parties.
    pub erased: Vec<Id>,
    pub entities: u64,
    pub homes: u64,
}

/// Id, kind and state.
pub type EntityRow = (Id, String, Bytes);
/// Unit, place in the list, and what the list says of it.
pub type HomeRow = (Id, Bytes, Bytes);

pub struct Packer(zstd::Encoder<'static, Vec<u8>>);

impl Packer {
    pub fn new() -> Result<Self, StoreError> {
        let packer = zstd::Encoder::new(Vec::new(), LEVEL);
        packer.map(Packer).map_err(|_| StoreError::Driver("compression"))
    }

    pub fn put<T: Serialize>(&mut self, frame: &T) -> Result<(), StoreError> {
        let mut bytes = vec![0; 4];
        ciborium::into_writer(frame, &mut bytes).map_err(|_| StoreError::row("a snapshot"))?;
        let length = u32::try_from(bytes.len() - 4).map_err(|_| StoreError::row("a snapshot"))?;
        bytes[..4].copy_from_slice(&length.to_be_bytes());
        self.0.write_all(&bytes).map_err(|_| StoreError::Driver("compression"))
    }

    pub fn finish(self) -> Result<Vec<u8>, StoreError> {
        self.0.finish().map_err(|_| StoreError::Driver("compression"))
    }
}

/// Unpacks as it is read: memory is taken for one frame at a time.
pub struct Unpacker(zstd::Decoder<'static, std::io::BufReader<std::io::Cursor<Vec<u8>>>>);

const BAD: StoreError = StoreError::BadSnapshot("its content");

impl Unpacker {
    pub fn new(packed: Vec<u8>) -> Result<Self, StoreError> {
        zstd::Decoder::new(std::io::Cursor::new(packed)).map(Unpacker).map_err(|_| BAD)
    }

    pub fn next<T: DeserializeOwned>(&mut self) -> Result<T, StoreError> {
        let mut length = [0; 4];
        self.0.read_exact(&mut length).map_err(|_| BAD)?;
        let length = u64::from(u32::from_be_bytes(length));
        if length > BLOB_LIMIT {
            return Err(BAD);
        }
        let mut bytes = Vec::new();
        let read = self.0.by_ref().take(length).read_to_end(&mut bytes).map_err(|_| BAD)?;
        if read as u64 != length {
            return Err(BAD);
        }
        ciborium::from_reader(&bytes[..]).map_err(|_| BAD)
    }

    pub fn end(mut self) -> Result<(), StoreError> {
        let rest = self.0.read(&mut [0]).map_err(|_| BAD)?;
        if rest == 0 { Ok(()) } else { Err(BAD) }
    }
}
