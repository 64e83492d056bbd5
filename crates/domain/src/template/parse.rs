use super::{Due, ItemKind, ShownPaper, Station, StationOrder, Template, TemplateItem, Who};
use serde::Deserialize;
use std::{collections::BTreeSet, ops::Range};
use toml::Spanned;

/// Why a template was refused: where, and what was expected there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", .line.map(|line| format!("line {line}: ")).unwrap_or_default())]
pub struct TemplateError {
    /// From 1; `None` for a template out of the log.
    pub line: Option<usize>,
    pub message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    version: u32,
    letters: Spanned<Due>,
    notice_days: u32,
    order: Spanned<String>,
    orders: Vec<Spanned<StationOrder>>,
    who: Vec<Spanned<Who>>,
    stations: Vec<Spanned<Station>>,
    shown: Vec<Spanned<ShownPaper>>,
    items: Vec<Spanned<TemplateItem>>,
}

/// Where each part stood in the text, in the order of the template's own lists.
#[derive(Default)]
struct Places {
    letters: Option<usize>,
    order: Option<usize>,
    orders: Vec<usize>,
    who: Vec<usize>,
    stations: Vec<usize>,
    shown: Vec<usize>,
    items: Vec<usize>,
}

pub(super) fn toml(text: &str) -> Result<Template, TemplateError> {
    let written: Written = toml::from_str(text).map_err(|error| TemplateError {
        line: error.span().map(|span| line_of(text, &span)),
        message: error.message().to_owned(),
    })?;
    fn apart<T>(list: Vec<Spanned<T>>, text: &str) -> (Vec<usize>, Vec<T>) {
        list.into_iter().map(|one| (line_of(text, &one.span()), one.into_inner())).unzip()
    }
    let mut places = Places {
        letters: Some(line_of(text, &written.letters.span())),
        order: Some(line_of(text, &written.order.span())),
        ..Places::default()
    };
    let template = Template {
        name: written.name,
        version: written.version,
        letters: written.letters.into_inner(),
        notice_days: written.notice_days,
        order: written.order.into_inner(),
        orders: taken(&mut places.orders, apart(written.orders, text)),
        who: taken(&mut places.who, apart(written.who, text)),
        stations: taken(&mut places.stations, apart(written.stations, text)),
        shown: taken(&mut places.shown, apart(written.shown, text)),
        items: taken(&mut places.items, apart(written.items, text)),
    };
    check(&template, &places)?;
    Ok(template)
}

pub(super) fn canonical(bytes: &[u8]) -> Result<Template, TemplateError> {
    let template = serde_json::from_slice(bytes)
        .map_err(|error| TemplateError { line: None, message: error.to_string() })?;
    check(&template, &Places::default())?;
    Ok(template)
}

fn taken<T>(lines: &mut Vec<usize>, (at, list): (Vec<usize>, Vec<T>)) -> Vec<T> {
    *lines = at;
    list
}

fn line_of(text: &str, span: &Range<usize>) -> usize {
    let before = text.as_bytes().iter().take(span.start);
    1 + before.filter(|byte| **byte == b'\n').count()
}

/// What the types alone cannot say: keys are unique, and whatever is named exists.
fn check(template: &Template, places: &Places) -> Result<(), TemplateError> {
    let at = |lines: &[usize], index: usize| lines.get(index).copied();
    let refuse = |line, message: String| Err(TemplateError { line, message });
    let who = unique(template.who.iter().map(|who| &who.key), &places.who)?;
    let stations = unique(template.stations.iter().map(|station| &station.key), &places.stations)?;
    let orders = unique(template.orders.iter().map(|order| &order.key), &places.orders)?;
    unique(template.shown.iter().map(|paper| &paper.key), &places.shown)?;
    unique(template.items.iter().map(|item| &item.key), &places.items)?;

    if template.letters.from == super::Anchor::Letters {
        return refuse(places.letters, "`letters` counts from T, expected such as T-2w".into());
    }
    if !orders.contains(template.order.as_str()) {
        return refuse(places.order, format!("no order is called `{}`", template.order));
    }
    for (index, order) in template.orders.iter().enumerate() {
        let named: BTreeSet<_> = order.stations.iter().map(String::as_str).collect();
        if named != stations || named.len() != order.stations.len() {
            let message = format!("order `{}` must name every station once", order.key);
            return refuse(at(&places.orders, index), message);
        }
    }
    for (index, station) in template.stations.iter().enumerate() {
        if !who.contains(station.department.as_str()) {
            let message =
                format!("station `{}`: nobody is called `{}`", station.key, station.department);
            return refuse(at(&places.stations, index), message);
        }
    }
    for (index, item) in template.items.iter().enumerate() {
        if let Err(message) = check_item(item, &who, &stations) {
            return refuse(at(&places.items, index), format!("item `{}`: {message}", item.key));
        }
    }
    Ok(())
}

fn check_item(
    item: &TemplateItem,
    who: &BTreeSet<&str>,
    stations: &BTreeSet<&str>,
) -> Result<(), String> {
    let ascii = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    match item.key.split_once('.') {
        Some((phase, what)) if phase == item.phase.word() && !what.is_empty() => {
            if !what.chars().all(ascii) {
                return Err("a key holds a–z, 0–9 and _ only".into());
            }
        }
        _ => return Err(format!("expected a key that starts with `{}.`", item.phase.word())),
    }
    let named = std::iter::once(&item.role)
        .chain(&item.role_or)
        .chain(&item.comes_from)
        .chain(&item.goes_to);
    if let Some(stranger) = named.into_iter().find(|name| !who.contains(name.as_str())) {
        return Err(format!("nobody is called `{stranger}`, expected a key of [[who]]"));
    }
    if let Some(station) = item.station.as_ref().filter(|key| !stations.contains(key.as_str())) {
        return Err(format!("no station is called `{station}`"));
    }
    if item.copies == 0 || item.copies_max.is_some_and(|most| most < item.copies) {
        return Err("expected at least one copy, and no fewer at most than at least".into());
    }
    let marks: BTreeSet<_> = item.marks.iter().collect();
    if marks.len() != item.marks.len() {
        return Err("a mark is named twice".into());
    }
    if item.marks.is_empty() && !matches!(item.kind, ItemKind::Fee | ItemKind::Inspection) {
        return Err(
            "expected `marks`: only fees and inspections follow from what is recorded".into()
        );
    }
    Ok(())
}

fn unique<'a>(
    keys: impl Iterator<Item = &'a String>,
    lines: &[usize],
) -> Result<BTreeSet<&'a str>, TemplateError> {
    let mut seen = BTreeSet::new();
    for (index, key) in keys.enumerate() {
        if key.is_empty() || !seen.insert(key.as_str()) {
            let message = format!("`{key}` is named twice, expected a key of its own");
            return Err(TemplateError { line: lines.get(index).copied(), message });
        }
    }
    Ok(seen)
}
