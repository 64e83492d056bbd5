use super::{Field, FieldType};
use shoulou_eventlog::Value;
use std::collections::BTreeMap;

/// A tree of values under dotted paths.
#[derive(Default)]
pub(super) struct Tree(BTreeMap<String, Value>);

/// One row of a list.
pub(super) type Row = Vec<(&'static str, Value)>;

impl Tree {
    pub fn set(&mut self, path: &str, value: impl Into<Value>) {
        put(&mut self.0, path, value.into());
    }

    pub fn rows(&mut self, path: &str, rows: impl IntoIterator<Item = Row>) {
        let map = |row: Row| {
            Value::Map(row.into_iter().map(|(key, value)| (key.into(), value)).collect())
        };
        self.set(path, Value::List(rows.into_iter().map(map).collect()));
    }

    /// Adds to rows that are there.
    pub fn each_row(
        &mut self,
        path: &str,
        mut add: impl FnMut(usize, &mut BTreeMap<String, Value>),
    ) {
        rows_mut(&mut self.0, path).enumerate().for_each(|(index, row)| add(index, row));
    }

    /// Every field that is not set, empty: text to write on, a box to tick, a list without rows.
    pub fn complete(mut self, fields: &[Field]) -> Value {
        for field in fields {
            match field.path.split_once("[].") {
                None => fill(&mut self.0, &field.path, field.kind),
                Some((list, column)) => {
                    for row in rows_mut(&mut self.0, list) {
                        fill(row, column, field.kind);
                    }
                }
            }
        }
        Value::Map(self.0)
    }
}

fn empty(kind: FieldType) -> Value {
    match kind {
        FieldType::Text => Value::from(""),
        FieldType::Flag => Value::Bool(false),
        FieldType::Rows | FieldType::Strokes => Value::List(Vec::new()),
    }
}

fn put(map: &mut BTreeMap<String, Value>, path: &str, value: Value) {
    match path.split_once('.') {
        None => {
            map.insert(path.to_owned(), value);
        }
        Some((head, rest)) => {
            let inner = map.entry(head.to_owned()).or_insert_with(|| Value::Map(BTreeMap::new()));
            if let Value::Map(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

fn fill(map: &mut BTreeMap<String, Value>, path: &str, kind: FieldType) {
    if get(map, path).is_none() {
        put(map, path, empty(kind));
    }
}

fn get<'v>(map: &'v BTreeMap<String, Value>, path: &str) -> Option<&'v Value> {
    match path.split_once('.') {
        None => map.get(path),
        Some((head, rest)) => match map.get(head)? {
            Value::Map(inner) => get(inner, rest),
            _ => None,
        },
    }
}

fn rows_mut<'v>(
    map: &'v mut BTreeMap<String, Value>,
    path: &str,
) -> impl Iterator<Item = &'v mut BTreeMap<String, Value>> + use<'v> {
    let mut here = map;
    let mut rest = path;
    let list = loop {
        let Some((head, tail)) = rest.split_once('.') else { break here.get_mut(rest) };
        match here.get_mut(head) {
            Some(Value::Map(inner)) => (here, rest) = (inner, tail),
            _ => break None,
        }
    };
    let rows = match list {
        Some(Value::List(rows)) => rows.as_mut_slice(),
        _ => &mut [],
    };
    rows.iter_mut().filter_map(|row| match row {
        Value::Map(row) => Some(row),
        _ => None,
    })
}
