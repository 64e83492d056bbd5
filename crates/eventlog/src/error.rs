use crate::{Id, cbor::CborError};

/// Why bytes are no commit, part or blob of this log, or why something cannot become one.
/// Says where, never what: no content gets into a message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    #[error("the commit takes {0} bytes; {limit} are allowed", limit = crate::COMMIT_LIMIT)]
    TooLarge(usize),
    #[error("not the CBOR of the log: {0}")]
    Cbor(#[from] CborError),
    #[error("not a commit's envelope")]
    Envelope,
    /// Not an error of the author's: the commit is kept and passed on, and this program is too old.
    #[error("written in format {0}, which needs a newer version")]
    NewerFormat(u64),
    #[error("malformed {0}")]
    Malformed(&'static str),
    /// Seq 0 of the stream carries the key and has not arrived.
    #[error("the key of stream {0} is not known yet")]
    UnknownSigner(Id),
    #[error("the signing key is not that of the device")]
    ForeignKey,
    #[error("the signature does not hold")]
    BadSignature,
    #[error("the commit has no part {0}")]
    NoSuchPart(usize),
    #[error("the bytes are not those of part {0}")]
    WrongPart(usize),
    #[error("the bytes are not those of the blob")]
    WrongBlob,
    #[error("this key does not open it")]
    CannotOpen,
}
