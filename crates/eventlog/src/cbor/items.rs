//! Values of the log taken apart and put together.

use crate::{Hash, Id};
use ciborium::Value;

pub(crate) fn id(id: &Id) -> Value {
    Value::Bytes(id.0.to_vec())
}

pub(crate) fn hash(hash: &Hash) -> Value {
    Value::Bytes(hash.0.to_vec())
}

pub(crate) fn bytes<const N: usize>(value: Value) -> Option<[u8; N]> {
    value.into_bytes().ok()?.try_into().ok()
}

pub(crate) fn as_id(value: Value) -> Option<Id> {
    bytes(value).map(Id)
}

pub(crate) fn as_hash(value: Value) -> Option<Hash> {
    bytes(value).map(Hash)
}

pub(crate) fn int<T: TryFrom<i128>>(value: Value) -> Option<T> {
    i128::from(value.into_integer().ok()?).try_into().ok()
}

pub(crate) fn list<T>(value: Value, read: impl Fn(Value) -> Option<T>) -> Option<Vec<T>> {
    value.into_array().ok()?.into_iter().map(read).collect()
}

pub(crate) fn tuple<const N: usize>(value: Value) -> Option<[Value; N]> {
    value.into_array().ok()?.try_into().ok()
}
