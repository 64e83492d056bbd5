//! What goes into statements and comes out of rows.

use crate::ledger::Fault;
use shoulou_eventlog::{Hash, Id};
use sqlx::{Row as _, postgres::PgRow, sqlite::SqliteRow};

#[derive(Clone)]
pub(crate) enum Arg {
    Int(Option<i64>),
    Bytes(Option<Vec<u8>>),
    Text(String),
}

pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

macro_rules! column {
    ($row:expr, $at:expr) => {
        match $row {
            Row::Sqlite(row) => row.try_get($at)?,
            Row::Postgres(row) => row.try_get($at)?,
        }
    };
}

/// Columns by their place in the statement.
impl Row {
    pub fn int(&self, at: usize) -> Result<i64, Fault> {
        Ok(column!(self, at))
    }

    /// A number, a count or a size: never negative.
    pub fn count(&self, at: usize) -> Result<u64, Fault> {
        u64::try_from(self.int(at)?).map_err(|_| Fault::Corrupt("a negative number"))
    }

    pub fn maybe_int(&self, at: usize) -> Result<Option<i64>, Fault> {
        Ok(column!(self, at))
    }

    pub fn bytes(&self, at: usize) -> Result<Vec<u8>, Fault> {
        Ok(column!(self, at))
    }

    pub fn maybe_bytes(&self, at: usize) -> Result<Option<Vec<u8>>, Fault> {
        Ok(column!(self, at))
    }

    pub fn text(&self, at: usize) -> Result<String, Fault> {
        Ok(column!(self, at))
    }

    pub fn id(&self, at: usize) -> Result<Id, Fault> {
        self.bytes(at)?.try_into().map(Id).map_err(|_| Fault::Corrupt("an id"))
    }

    pub fn hash(&self, at: usize) -> Result<Hash, Fault> {
        self.bytes(at)?.try_into().map(Hash).map_err(|_| Fault::Corrupt("a hash"))
    }
}

impl From<i64> for Arg {
    fn from(value: i64) -> Self {
        Arg::Int(Some(value))
    }
}
/// Numbers and sizes stay far below 2⁶³: what comes from outside is checked where it comes in.
impl From<u64> for Arg {
    fn from(value: u64) -> Self {
        Arg::Int(Some(i64::try_from(value).unwrap_or(i64::MAX)))
    }
}
impl From<usize> for Arg {
    fn from(value: usize) -> Self {
        Arg::from(value as u64)
    }
}
impl From<Option<i64>> for Arg {
    fn from(value: Option<i64>) -> Self {
        Arg::Int(value)
    }
}
impl From<Id> for Arg {
    fn from(value: Id) -> Self {
        Arg::Bytes(Some(value.0.to_vec()))
    }
}
impl From<Option<Id>> for Arg {
    fn from(value: Option<Id>) -> Self {
        Arg::Bytes(value.map(|id| id.0.to_vec()))
    }
}
impl From<Hash> for Arg {
    fn from(value: Hash) -> Self {
        Arg::Bytes(Some(value.0.to_vec()))
    }
}
impl From<Vec<u8>> for Arg {
    fn from(value: Vec<u8>) -> Self {
        Arg::Bytes(Some(value))
    }
}
impl From<&[u8]> for Arg {
    fn from(value: &[u8]) -> Self {
        Arg::Bytes(Some(value.to_vec()))
    }
}
impl From<Option<Vec<u8>>> for Arg {
    fn from(value: Option<Vec<u8>>) -> Self {
        Arg::Bytes(value)
    }
}
impl From<&str> for Arg {
    fn from(value: &str) -> Self {
        Arg::Text(value.to_owned())
    }
}
