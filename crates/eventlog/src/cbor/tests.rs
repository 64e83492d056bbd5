use super::*;
use proptest::{collection::vec, prelude::*};

fn refused(bytes: &[u8]) -> CborError {
    decode(bytes).unwrap_err()
}

#[test]
fn a_value_has_one_encoding() {
    use CborError::*;
    for (bytes, error) in [
        (&[][..], Truncated),
        (&[0x18][..], Truncated),
        (&[0x42, 0][..], Truncated),
        (&[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff][..], Truncated),
        (&[0xba, 0x7f, 0xff, 0xff, 0xff][..], Truncated),
        (&[0, 0][..], Trailing),
        (&[0x18, 23][..], NotShortest),
        (&[0x19, 0, 255][..], NotShortest),
        (&[0x58, 1, 0][..], NotShortest),
        (&[0x1b, 0, 0, 0, 0, 255, 255, 255, 255][..], NotShortest),
        (&[0x9f, 0xff][..], Indefinite),
        (&[0x1c][..], Indefinite),
        (&[0xc0, 0][..], Unsupported),
        (&[0xd4][..], Unsupported),
        (&[0xd5, 0][..], Unsupported),
        (&[0xd6][..], Unsupported),
        (&[0xf7][..], Unsupported),
        (&[0xf9, 0, 0][..], Unsupported),
        (&[0xf8, 0x20][..], Unsupported),
        (&[0x61, 0xff][..], NotUtf8),
        (&[0xa2, 2, 0, 1, 0][..], KeyOrder),
        (&[0xa2, 1, 0, 1, 0][..], KeyOrder),
    ] {
        assert_eq!(refused(bytes), error, "{bytes:02x?}");
    }
}

#[test]
fn nesting_is_bounded() {
    let nested = |depth: usize| [vec![0x81; depth], vec![0]].concat();
    assert!(decode(&nested(DEPTH_LIMIT)).is_ok());
    assert_eq!(refused(&nested(DEPTH_LIMIT + 1)), CborError::TooDeep);
    assert_eq!(refused(&vec![0xa1; 1 << 20]), CborError::TooDeep);
    let mut value = Value::Null;
    (0..=DEPTH_LIMIT).for_each(|_| value = Value::Array(vec![value.clone()]));
    assert_eq!(encode(&value), Err(CborError::TooDeep));
}

#[test]
fn what_the_log_cannot_hold_is_not_encoded() {
    assert_eq!(encode(&Value::Float(0.5)), Err(CborError::Unsupported));
    assert_eq!(encode(&Value::Tag(1, Box::new(0.into()))), Err(CborError::Unsupported));
    let twice = Value::Map(vec![(1.into(), 1.into()), (1.into(), 2.into())]);
    assert_eq!(encode(&twice), Err(CborError::KeyOrder));
}

#[test]
fn keys_are_put_in_the_order_of_their_encodings() {
    let keys = ["aa", "b", "", "a"].map(|key| (Value::from(key), Value::Null)).to_vec();
    let keys = [keys, vec![((-1).into(), Value::Null), (10.into(), Value::Null)]].concat();
    let sorted = sorted(&Value::Map(keys)).into_owned().into_map().unwrap();
    let sorted: Vec<_> = sorted.into_iter().map(|(key, _)| key).collect();
    let expected: [Value; 6] =
        [10.into(), (-1).into(), "".into(), "a".into(), "b".into(), "aa".into()];
    assert_eq!(sorted, expected);
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        Just(Value::Integer((-18_446_744_073_709_551_616_i128).try_into().unwrap())),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
        vec(any::<u8>(), 0..300).prop_map(Value::Bytes),
        "\\PC{0,30}".prop_map(Value::Text),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::Array),
            vec((any::<i32>(), inner.clone()), 0..6).prop_map(|entries| {
                let entries: std::collections::BTreeMap<_, _> = entries.into_iter().collect();
                Value::Map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
            }),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_encoded_decodes_to_the_same(value in value()) {
        let bytes = encode(&value).unwrap();
        prop_assert_eq!(decode(&bytes).unwrap(), sorted(&value).into_owned());
        let peer: Value = ciborium::from_reader(bytes.as_slice()).unwrap();
        prop_assert_eq!(peer, sorted(&value).into_owned());
    }

    #[test]
    fn what_decodes_encodes_to_the_same_bytes(bytes in vec(any::<u8>(), 0..12)) {
        if let Ok(value) = decode(&bytes) {
            prop_assert_eq!(encode(&value).unwrap(), bytes);
        }
    }
}
