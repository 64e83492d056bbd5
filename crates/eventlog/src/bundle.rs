//! A commit on its way from one PC to another, or in a file: `[envelope, [part / null, …]]`. Null
//! stands for a part whose bytes were dropped because its party was erased.

use crate::{
    Commit, CommitError, Header,
    cbor::{
        self,
        items::{list, tuple},
    },
};
use ciborium::Value;

/// A commit as it was found: parts may be missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    pub envelope: Vec<u8>,
    /// In the order of the header.
    pub parts: Vec<Option<Vec<u8>>>,
}

impl Bundle {
    /// # Errors
    /// None, for what fits into memory.
    pub fn encode(&self) -> Result<Vec<u8>, CommitError> {
        let bytes = |bytes: &Vec<u8>| Value::Bytes(bytes.clone());
        let part = |part: &Option<Vec<u8>>| part.as_ref().map_or(Value::Null, bytes);
        let parts = Value::Array(self.parts.iter().map(part).collect());
        Ok(cbor::encode(&Value::Array(vec![bytes(&self.envelope), parts]))?)
    }

    /// # Errors
    /// Bytes that are not a bundle. What is inside is for [`crate::verify`] and [`Bundle::check`].
    pub fn decode(bytes: &[u8]) -> Result<Bundle, CommitError> {
        let part = |part: Value| match part {
            Value::Null => Some(None),
            Value::Bytes(bytes) => Some(Some(bytes)),
            _ => None,
        };
        let flaw = CommitError::Malformed("bundle");
        let [envelope, parts] = tuple(cbor::decode(bytes)?).ok_or(flaw.clone())?;
        let envelope = envelope.into_bytes().map_err(|_| flaw.clone())?;
        let parts = list(parts, part).ok_or(flaw)?;
        Ok(Bundle { envelope, parts })
    }

    /// That the parts are those of `header`, but for missing ones of parties.
    ///
    /// # Errors
    /// Too many or too few parts, other bytes, or a missing common part.
    pub fn check(&self, header: &Header) -> Result<(), CommitError> {
        if self.parts.len() != header.parts.len() {
            return Err(CommitError::Malformed("bundle: number of parts"));
        }
        for (index, part) in self.parts.iter().enumerate() {
            match part {
                Some(bytes) => header.check_part(index, bytes)?,
                None if header.parts[index].party.is_none() => {
                    return Err(CommitError::Malformed("bundle: no common part"));
                }
                None => {}
            }
        }
        Ok(())
    }
}

impl From<Commit> for Bundle {
    fn from(commit: Commit) -> Self {
        let parts = commit.parts.into_iter().map(|part| Some(part.bytes)).collect();
        Bundle { envelope: commit.bytes, parts }
    }
}
