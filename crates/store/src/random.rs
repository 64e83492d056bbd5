use crate::error::StoreError;
use std::{fmt, sync::Arc};

/// Where random bytes come from: the system, unless a run must be repeatable.
#[derive(Clone)]
pub struct Random(Arc<Fill>);

/// Fills the bytes, or says that it cannot.
type Fill = dyn Fn(&mut [u8]) -> bool + Send + Sync;

impl Random {
    pub fn new(fill: impl Fn(&mut [u8]) -> bool + Send + Sync + 'static) -> Self {
        Random(Arc::new(fill))
    }

    pub(crate) fn bytes<const N: usize>(&self) -> Result<[u8; N], StoreError> {
        let mut bytes = [0; N];
        if (self.0)(&mut bytes) { Ok(bytes) } else { Err(StoreError::NoRandomness) }
    }
}

/// The system's.
impl Default for Random {
    fn default() -> Self {
        Random::new(|bytes| getrandom::fill(bytes).is_ok())
    }
}

impl fmt::Debug for Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Random(…)")
    }
}
