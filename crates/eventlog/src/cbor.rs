//! The CBOR of the log: RFC 8949 with core deterministic encoding (§4.2.1), and nothing that can be
//! written in two ways. Integers, byte strings, text, arrays, maps, booleans and null; definite
//! lengths; no floats, no tags. What decodes here encodes to the same bytes again.

use ciborium::Value;
use std::borrow::Cow;

pub(crate) mod items;

/// Arrays and maps inside each other, at most.
pub const DEPTH_LIMIT: usize = 32;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CborError {
    #[error("the bytes end too early")]
    Truncated,
    #[error("bytes follow the end")]
    Trailing,
    #[error("an argument is longer than it need be")]
    NotShortest,
    #[error("a length is indefinite or reserved")]
    Indefinite,
    #[error("floats, tags and undefined values have no place in the log")]
    Unsupported,
    #[error("text is not UTF-8")]
    NotUtf8,
    #[error("the keys of a map are not in order, or not unique")]
    KeyOrder,
    #[error("values lie deeper than {DEPTH_LIMIT} levels in each other")]
    TooDeep,
}

/// The one encoding of `value`. Keys of maps are put in order.
///
/// # Errors
/// Floats, tags, duplicate keys, too deep.
pub fn encode(value: &Value) -> Result<Vec<u8>, CborError> {
    let mut bytes = Vec::new();
    write(value, DEPTH_LIMIT, &mut bytes)?;
    Ok(bytes)
}

/// The value of exactly these bytes.
///
/// # Errors
/// Anything but the one encoding of a value. Memory taken is bounded by the length of `bytes`.
pub fn decode(bytes: &[u8]) -> Result<Value, CborError> {
    let mut reader = Reader { bytes, at: 0 };
    let value = reader.value(DEPTH_LIMIT)?;
    if reader.at == bytes.len() { Ok(value) } else { Err(CborError::Trailing) }
}

/// `value` with the keys of its maps in the order in which they are stored.
pub fn sorted(value: &Value) -> Cow<'_, Value> {
    if in_order(value) {
        return Cow::Borrowed(value);
    }
    encode(value).and_then(|bytes| decode(&bytes)).map_or(Cow::Borrowed(value), Cow::Owned)
}

fn in_order(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().all(in_order),
        Value::Map(entries) => {
            let keys: Vec<_> = entries.iter().map(|(key, _)| encode(key)).collect();
            let ascend = |pair: &[Result<Vec<u8>, CborError>]| match pair {
                [Ok(before), Ok(after)] => before < after,
                _ => false,
            };
            keys.windows(2).all(ascend)
                && entries.iter().all(|(key, value)| in_order(key) && in_order(value))
        }
        _ => true,
    }
}

fn write(value: &Value, depth: usize, out: &mut Vec<u8>) -> Result<(), CborError> {
    match value {
        Value::Integer(integer) => {
            let integer = i128::from(*integer);
            if integer < 0 {
                head(1, (-1 - integer) as u64, out)
            } else {
                head(0, integer as u64, out)
            }
        }
        Value::Bytes(bytes) => {
            head(2, bytes.len() as u64, out);
            out.extend_from_slice(bytes);
        }
        Value::Text(text) => {
            head(3, text.len() as u64, out);
            out.extend_from_slice(text.as_bytes());
        }
        Value::Array(items) => {
            let depth = depth.checked_sub(1).ok_or(CborError::TooDeep)?;
            head(4, items.len() as u64, out);
            items.iter().try_for_each(|item| write(item, depth, out))?;
        }
        Value::Map(entries) => {
            let depth = depth.checked_sub(1).ok_or(CborError::TooDeep)?;
            let mut pairs = Vec::with_capacity(entries.len());
            for (key, value) in entries {
                let mut encoded = Vec::new();
                write(key, depth, &mut encoded)?;
                pairs.push((encoded, value));
            }
            pairs.sort_by(|a, b| a.0.cmp(&b.0));
            if pairs.windows(2).any(|pair| pair[0].0 == pair[1].0) {
                return Err(CborError::KeyOrder);
            }
            head(5, pairs.len() as u64, out);
            for (key, value) in pairs {
                out.extend_from_slice(&key);
                write(value, depth, out)?;
            }
        }
        Value::Bool(bool) => out.push(if *bool { 0xf5 } else { 0xf4 }),
        Value::Null => out.push(0xf6),
        _ => return Err(CborError::Unsupported),
    }
    Ok(())
}

fn head(major: u8, argument: u64, out: &mut Vec<u8>) {
    let major = major << 5;
    let bytes = argument.to_be_bytes();
    match argument {
        0..24 => out.push(major | argument as u8),
        24..0x100 => out.extend([major | 24, argument as u8]),
        0x100..0x1_0000 => {
            out.push(major | 25);
            out.extend_from_slice(&bytes[6..]);
        }
        0x1_0000..0x1_0000_0000 => {
            out.push(major | 26);
            out.extend_from_slice(&bytes[4..]);
        }
        _ => {
            out.push(major | 27);
            out.extend_from_slice(&bytes);
        }
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: u64) -> Result<&'a [u8], CborError> {
        let length = usize::try_from(length).map_err(|_| CborError::Truncated)?;
        let rest = &self.bytes[self.at..];
        let taken = rest.get(..length).ok_or(CborError::Truncated)?;
        self.at += length;
        Ok(taken)
    }

    fn head(&mut self) -> Result<(u8, u64), CborError> {
        let first = self.take(1)?[0];
        let (major, low) = (first >> 5, first & 0x1f);
        if major == 7 {
            return Ok((7, u64::from(low)));
        }
        let (width, least) = match low {
            0..24 => return Ok((major, u64::from(low))),
            24 => (1, 24),
            25 => (2, 0x100),
            26 => (4, 0x1_0000),
            27 => (8, 0x1_0000_0000),
            _ => return Err(CborError::Indefinite),
        };
        let argument = self.take(width)?.iter().fold(0, |sum, byte| (sum << 8) | u64::from(*byte));
        if argument < least { Err(CborError::NotShortest) } else { Ok((major, argument)) }
    }

    /// How many items a container holds. Each takes a byte at least, so a length that lies is found
    /// before memory is taken for it.
    fn items(&self, count: u64) -> Result<usize, CborError> {
        let left = self.bytes.len() - self.at;
        usize::try_from(count).ok().filter(|count| *count <= left).ok_or(CborError::Truncated)
    }

    fn value(&mut self, depth: usize) -> Result<Value, CborError> {
        let (major, argument) = self.head()?;
        Ok(match major {
            0 => Value::Integer(argument.into()),
            1 => {
                let integer = -1 - i128::from(argument);
                Value::Integer(integer.try_into().map_err(|_| CborError::Unsupported)?)
            }
            2 => Value::Bytes(self.take(argument)?.to_vec()),
            3 => {
                let text = std::str::from_utf8(self.take(argument)?);
                Value::Text(text.map_err(|_| CborError::NotUtf8)?.to_owned())
            }
            4 => {
                let depth = depth.checked_sub(1).ok_or(CborError::TooDeep)?;
                let count = self.items(argument)?;
                let mut items = Vec::with_capacity(count);
                for _ in 0..count {
                    items.push(self.value(depth)?);
                }
                Value::Array(items)
            }
            5 => {
                let depth = depth.checked_sub(1).ok_or(CborError::TooDeep)?;
                let count = self.items(argument)?;
                let mut entries = Vec::with_capacity(count);
                let mut before: &[u8] = &[];
                for _ in 0..count {
                    let from = self.at;
                    let key = self.value(depth)?;
                    let encoded = &self.bytes[from..self.at];
                    if encoded <= before {
                        return Err(CborError::KeyOrder);
                    }
                    before = encoded;
                    entries.push((key, self.value(depth)?));
                }
                Value::Map(entries)
            }
            7 => match argument {
                20 => Value::Bool(false),
                21 => Value::Bool(true),
                22 => Value::Null,
                _ => return Err(CborError::Unsupported),
            },
            _ => return Err(CborError::Unsupported),
        })
    }
}

#[cfg(test)]
mod tests;
