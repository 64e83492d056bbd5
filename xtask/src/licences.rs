//! What may be built in: the lists of `deny.toml`, judged without a further tool.

use crate::steps::{cargo, output, root};
use serde_json::Value;
use std::collections::BTreeSet;

struct Rules {
    licences: BTreeSet<String>,
    banned: BTreeSet<String>,
}

fn rules() -> Rules {
    let text = std::fs::read_to_string(root().join("deny.toml")).expect("deny.toml is there");
    let rules: toml::Table = text.parse().expect("deny.toml is TOML");
    let words = |list: &toml::Value| -> BTreeSet<String> {
        let list = list.as_array().expect("a list");
        list.iter()
            .map(|entry| entry.as_str().or_else(|| entry.get("name")?.as_str()).expect("a name"))
            .map(str::to_owned)
            .collect()
    };
    Rules { licences: words(&rules["licenses"]["allow"]), banned: words(&rules["bans"]["deny"]) }
}

/// Everything in the lock file, for every system, as cargo knows it.
fn packages() -> Vec<Value> {
    let text = output(&mut cargo(&["metadata", "--format-version=1", "--locked"]))
        .expect("cargo metadata answers");
    let metadata: Value = serde_json::from_str(&text).expect("it answers in JSON");
    metadata["packages"].as_array().cloned().expect("it lists packages")
}

fn name(package: &Value) -> &str {
    package["name"].as_str().unwrap_or_default()
}

#[test]
fn every_licence_in_the_product_is_one_we_may_ship() {
    let rules = rules();
    let wrong: Vec<_> = packages()
        .iter()
        .filter(|package| {
            let licence = package["license"].as_str().unwrap_or_default();
            !is_allowed(licence, &|name| rules.licences.contains(name))
        })
        .map(|package| format!("{} ({})", name(package), package["license"]))
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn nothing_banned_comes_in_through_a_back_door() {
    let rules = rules();
    let packages = packages();
    let wrong: Vec<_> =
        packages.iter().map(name).filter(|name| rules.banned.contains(*name)).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn everything_comes_from_this_workspace_or_one_registry() {
    let sources: BTreeSet<String> = packages()
        .iter()
        .filter_map(|package| package["source"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(sources.len(), 1, "{sources:?}");
    assert!(sources.iter().all(|source| source.starts_with("registry+")), "{sources:?}");
}

/// Judges an SPDX expression. `/` is how older packages wrote `OR`.
fn is_allowed(expression: &str, allowed: &dyn Fn(&str) -> bool) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    let verdict = any_of(&mut words, allowed);
    verdict && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any_of(words: &mut Words, allowed: &dyn Fn(&str) -> bool) -> bool {
    let mut verdict = all_of(words, allowed);
    while words.next_if_eq(&"OR").is_some() {
        verdict |= all_of(words, allowed);
    }
    verdict
}

fn all_of(words: &mut Words, allowed: &dyn Fn(&str) -> bool) -> bool {
    let mut verdict = one(words, allowed);
    while words.next_if_eq(&"AND").is_some() {
        verdict &= one(words, allowed);
    }
    verdict
}

fn one(words: &mut Words, allowed: &dyn Fn(&str) -> bool) -> bool {
    if words.next_if_eq(&"(").is_some() {
        let verdict = any_of(words, allowed);
        return words.next() == Some(")") && verdict;
    }
    let Some(licence) = words.next() else { return false };
    match words.next_if_eq(&"WITH") {
        Some(_) => {
            let exception = words.next().unwrap_or_default();
            allowed(&format!("{licence} WITH {exception}"))
        }
        None => allowed(licence),
    }
}

#[test]
fn licence_expressions_are_read_as_they_are_written() {
    let allowed = |name: &str| ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"].contains(&name);
    for (expression, expected) in [
        ("MIT", true),
        ("GPL-3.0-only", false),
        ("MIT OR GPL-3.0-only", true),
        ("GPL-3.0-only/MIT", true),
        ("MIT AND GPL-3.0-only", false),
        ("MIT AND ISC", true),
        ("(MIT OR GPL-3.0-only) AND ISC", true),
        ("MIT OR GPL-3.0-only AND GPL-2.0-only", true),
        ("(MIT OR ISC) AND GPL-3.0-only", false),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("Apache-2.0", false),
        ("", false),
        ("MIT ISC", false),
        ("(MIT", false),
    ] {
        assert_eq!(is_allowed(expression, &allowed), expected, "{expression}");
    }
}
