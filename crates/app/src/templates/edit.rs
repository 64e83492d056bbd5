//! Changes of a template by its structure, written back into its text. Comments, order and spacing of all
//! that a change does not touch stay as a person wrote them.

use crate::api::{Problem, Step, TemplateEdit};
use serde_json::Value as Json;
use toml_edit::{
    Array, ArrayOfTables, Decor, Document, DocumentMut, InlineTable, Item, RawString, Table, Value,
};

/// The structure of a text, and the line on which each of its blocks begins, from 1. `None`: it is not TOML.
pub fn read(text: &str) -> Option<(Json, Vec<u32>)> {
    let document: Document<&str> = Document::parse(text).ok()?;
    let blocks = document.get("block").and_then(Item::as_array_of_tables);
    let line = |table: &Table| {
        let at = table.span().map_or(0, |span| span.start);
        text[..at.min(text.len())].matches('\n').count() as u32 + 1
    };
    let lines = blocks.into_iter().flat_map(ArrayOfTables::iter).map(line).collect();
    Some((json(document.as_item()), lines))
}

/// # Errors
/// The text is not TOML, or a path leads nowhere.
pub fn apply(text: &str, edits: &[TemplateEdit]) -> Result<String, Problem> {
    let mut document: DocumentMut =
        text.parse().map_err(|_| Problem::bad_request("a text that is not TOML"))?;
    for edit in edits {
        one(&mut document, edit).ok_or_else(|| Problem::bad_request("path"))?;
        if let Some(blocks) = document.get_mut("block").and_then(Item::as_array_of_tables_mut) {
            number(blocks, &mut 1);
        }
    }
    Ok(document.to_string())
}

fn one(document: &mut DocumentMut, edit: &TemplateEdit) -> Option<()> {
    let root = document.as_item_mut();
    match edit {
        TemplateEdit::Set { path, value } => {
            let (last, parent) = path.split_last()?;
            set(place(root, parent)?, last, value)
        }
        TemplateEdit::Insert { path, at, value } => {
            let list = place(root, path)?;
            match list {
                Item::ArrayOfTables(tables) if *at <= tables.len() => {
                    let mut table = table(value.as_object()?);
                    table.decor_mut().set_prefix("\n");
                    tables.insert(*at, table);
                }
                Item::Value(Value::Array(array)) if *at <= array.len() => {
                    array.insert_formatted(*at, toml(value)?);
                    tidy(array);
                }
                _ => return None,
            }
            Some(())
        }
        TemplateEdit::Remove { path, at } => {
            match place(root, path)? {
                Item::ArrayOfTables(tables) if *at < tables.len() => drop(tables.remove(*at)),
                Item::Value(Value::Array(array)) if *at < array.len() => {
                    array.remove(*at);
                    tidy(array);
                }
                _ => return None,
            }
            Some(())
        }
        TemplateEdit::Move { path, from, to } => {
            match place(root, path)? {
                Item::ArrayOfTables(tables) if (*from).max(*to) < tables.len() => {
                    let table = tables.remove(*from);
                    tables.insert(*to, table);
                }
                Item::Value(Value::Array(array)) if (*from).max(*to) < array.len() => {
                    let value = array.remove(*from);
                    array.insert_formatted(*to, value);
                    tidy(array);
                }
                _ => return None,
            }
            Some(())
        }
    }
}

fn place<'d>(root: &'d mut Item, path: &[Step]) -> Option<&'d mut Item> {
    path.iter().try_fold(root, |item, step| match step {
        Step::At(at) => item.get_mut(*at),
        // Asking for a key that is not there would make it.
        Step::Key(key) if item.get(key.as_str()).is_some() => item.get_mut(key.as_str()),
        Step::Key(_) => None,
    })
}

fn set(parent: &mut Item, last: &Step, said: &Json) -> Option<()> {
    match (last, parent) {
        (Step::At(at), Item::Value(Value::Array(array))) => {
            if json_of(array.get(*at)?) != *said {
                array.replace(*at, toml(said)?);
            }
        }
        (Step::Key(key), parent) => {
            let table = parent.as_table_like_mut()?;
            match (table.get_mut(key), said) {
                (None, Json::Null) => {}
                (Some(_), Json::Null) => drop(table.remove(key)),
                (None, said) => drop(table.insert(key, Item::Value(toml(said)?))),
                (Some(there), said) if json(there) == *said => {}
                (Some(there), said) => {
                    let mut value = toml(said)?;
                    if let Some(old) = there.as_value() {
                        *value.decor_mut() = old.decor().clone();
                    }
                    *there = Item::Value(value);
                }
            }
        }
        _ => return None,
    }
    Some(())
}

/// In the order in which they stand in the list: a text is written by these numbers.
fn number(tables: &mut ArrayOfTables, next: &mut isize) {
    for table in tables.iter_mut() {
        number_table(table, next);
    }
}

fn number_table(table: &mut Table, next: &mut isize) {
    table.set_position(Some(*next));
    *next += 1;
    for (_, item) in table.iter_mut() {
        match item {
            Item::Table(table) => number_table(table, next),
            Item::ArrayOfTables(tables) => number(tables, next),
            Item::None | Item::Value(_) => {}
        }
    }
}

/// What a person set apart stays so; the rest is spaced like its neighbours.
fn tidy(array: &mut Array) {
    let broken = |decor: &Decor| prefix(decor).is_some_and(|text| text.contains('\n'));
    let lines = array.iter().map(Value::decor).find(|decor| broken(decor));
    let lines = lines.and_then(|decor| prefix(decor)).map(str::to_owned);
    for (n, value) in array.iter_mut().enumerate() {
        let plain = prefix(value.decor()).is_none_or(|text| text.trim().is_empty());
        if plain {
            let space = lines.as_deref().unwrap_or(if n == 0 { "" } else { " " });
            *value.decor_mut() = Decor::new(space, "");
        }
    }
}

fn prefix(decor: &Decor) -> Option<&str> {
    decor.prefix().and_then(RawString::as_str)
}

/// A block as it stands in a text: its keys below one another.
fn table(object: &serde_json::Map<String, Json>) -> Table {
    let mut table = Table::new();
    for (key, said) in object {
        if let Some(value) = toml(said) {
            table.insert(key, Item::Value(value));
        }
    }
    table
}

/// `None` for what TOML has no word for.
fn toml(said: &Json) -> Option<Value> {
    Some(match said {
        Json::Null => return None,
        Json::Bool(on) => (*on).into(),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => whole.into(),
            None => number.as_f64()?.into(),
        },
        Json::String(text) => text.as_str().into(),
        Json::Array(all) => {
            let mut array: Array = all.iter().filter_map(toml).collect();
            if all.iter().any(Json::is_object) || all.iter().any(Json::is_array) {
                array.iter_mut().for_each(|value| *value.decor_mut() = Decor::new("\n  ", ""));
                array.set_trailing_comma(true);
                array.set_trailing("\n");
            }
            array.into()
        }
        Json::Object(all) => {
            let entries = all.iter().filter_map(|(key, said)| Some((key.as_str(), toml(said)?)));
            entries.collect::<InlineTable>().into()
        }
    })
}

fn json(item: &Item) -> Json {
    match item {
        Item::None => Json::Null,
        Item::Value(value) => json_of(value),
        Item::Table(table) => object(table.iter()),
        Item::ArrayOfTables(tables) => tables.iter().map(|table| object(table.iter())).collect(),
    }
}

fn object<'i>(entries: impl Iterator<Item = (&'i str, &'i Item)>) -> Json {
    Json::Object(entries.map(|(key, item)| (key.to_owned(), json(item))).collect())
}

fn json_of(value: &Value) -> Json {
    match value {
        Value::String(text) => text.value().as_str().into(),
        Value::Integer(whole) => (*whole.value()).into(),
        Value::Float(part) => (*part.value()).into(),
        Value::Boolean(on) => (*on.value()).into(),
        Value::Datetime(time) => time.value().to_string().into(),
        Value::Array(array) => array.iter().map(json_of).collect(),
        Value::InlineTable(table) => Json::Object(
            table.iter().map(|(key, value)| (key.to_owned(), json_of(value))).collect(),
        ),
    }
}

#[cfg(test)]
mod tests;
