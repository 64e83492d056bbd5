//! The worked example of `docs/log-format.md`: its bytes are those of the code, or a test fails.

use crate::{dissect::Dissection, pc::*};
use ciborium::Value as Cbor;
use shoulou_eventlog::{Claim, Commit, Hash, Id, NewEvent, Source, cbor, read_header};
use std::{fs, path::PathBuf};

fn document() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/log-format.md")
}

/// A home is added, and its buyer's name noted.
fn commit() -> Commit {
    let claim = Claim {
        path: "code".into(),
        value: "8-2-1203".into(),
        replaces: vec![],
        source: Source::Person,
    };
    let code = event(None, unit(), "unit.set", Cbor::serialized(&claim).unwrap());
    let path = format!("party/{}/name", buyer(1));
    let name: NewEvent = set(Some(buyer(1)), &path, "陈嘉豪", &[]);
    Pc::new("one").acts(vec![code, name])
}

fn envelope_item(path: &str) -> &'static str {
    match path {
        "" => "COSE_Sign1",
        "0" => "protected",
        "0.1" => "1 alg, Ed25519",
        "1" => "unprotected",
        "2" => "header",
        "2.0" => "0 format",
        "2.1" => "1 project",
        "2.2" => "2 device",
        "2.3" => "3 incarnation",
        "2.4" => "4 seq",
        "2.6" => "6 seen",
        "2.7" => "7 time",
        "2.8" => "8 offset, minutes",
        "2.9" => "9 actor",
        "2.10" => "10 app version",
        "2.11" => "11 parts",
        "2.11.0" | "2.11.1" => "part",
        "2.11.0.0" | "2.11.1.0" => "party",
        "2.11.0.1" | "2.11.1.1" => "hash",
        "2.11.0.2" | "2.11.1.2" => "size",
        "2.11.0.3" | "2.11.1.3" => "ordinals",
        "2.12" => "12 blobs",
        "2.14" => "14 public key",
        "3" => "signature",
        _ => "",
    }
}

fn part_item(path: &str) -> &'static str {
    match path {
        "" => "part",
        "0" => "version",
        "1" => "salt",
        "2" => "body",
        "2.0" => "events",
        _ => body_item(path.strip_prefix("2.").unwrap_or_default()),
    }
}

fn sealed_item(path: &str) -> &'static str {
    if path == "2" { "sealed body" } else { part_item(path) }
}

fn body_item(path: &str) -> &'static str {
    match path {
        "" => "body",
        "0" => "events",
        "0.0" => "event",
        "0.0.0" => "kind",
        "0.0.1" => "entity",
        "0.0.2" => "payload",
        "0.0.2.path" => "path",
        "0.0.2.value" => "value",
        "1" => "attestations",
        _ => "",
    }
}

fn dissected(bytes: &[u8], name: &dyn Fn(&str) -> &'static str) -> String {
    let inside = |path: &str| path == "0" || path == "2";
    let nothing = |_: &str| false;
    let envelope = bytes[0] == 0xd2;
    Dissection { name: &|path| name(path), inside: if envelope { &inside } else { &nothing } }
        .of(bytes)
}

fn derived() -> String {
    let ids: [(&str, Id, &str); 4] = [
        ("unit", unit(), "\"unit\", project, \"8-2-1203\""),
        ("file", file(), "\"file\", unit, 00000001"),
        ("household", Id::derive("household", &[&file().0]), "\"household\", file"),
        ("buyer", buyer(1), "\"buyer\", file, 00000001"),
    ];
    let project = format!("project    {}\n", project());
    let input = "unit       SHA-256 of 00000004 756e6974 00000010 ";
    let input = format!("{input}{} 00000008 382d322d31323033\n", project_hex());
    let rows = ids.map(|(name, id, from)| format!("{name:10} {id}  derive({from})\n"));
    [project, input].into_iter().chain(rows).collect()
}

fn project_hex() -> String {
    project().to_string()
}

/// The blocks of the document, by name.
fn blocks() -> Vec<(&'static str, String)> {
    let commit = commit();
    let header = read_header(&commit.bytes).unwrap();
    let plain = {
        let body = shoulou_eventlog::open_body(&header, 1, &commit.parts[1].bytes, &project_key());
        let events = body.unwrap().events;
        let event = &events[0].1;
        let entity = Cbor::Bytes(event.entity.0.to_vec());
        let event = vec![event.kind.clone().into(), entity, event.payload.clone()];
        let events = Cbor::Array(vec![Cbor::Array(event)]);
        cbor::encode(&Cbor::Array(vec![events, Cbor::Array(vec![])])).unwrap()
    };
    let aad = {
        let stream = header.stream.id();
        let text = "73686f756c6f7520706172742031";
        format!("{text} {stream} 0000000000000000 00000001 {}\n", buyer(1))
    };
    let names = format!(
        "stream id  {}\ncommit     {}\ncommon     {}\nparty's    {}\n",
        header.stream.id(),
        commit.hash(),
        Hash::of(&commit.parts[0].bytes),
        Hash::of(&commit.parts[1].bytes),
    );
    vec![
        ("derived", derived()),
        ("envelope", dissected(&commit.bytes, &envelope_item)),
        ("common", dissected(&commit.parts[0].bytes, &part_item)),
        ("sealed", dissected(&commit.parts[1].bytes, &sealed_item)),
        ("opened", dissected(&plain, &body_item)),
        ("aad", aad),
        ("names", names),
    ]
}

/// Where block `name` lies in `text`.
fn block(text: &str, name: &str) -> std::ops::Range<usize> {
    let begin = format!("<!-- bytes: {name} -->\n```text\n");
    let from = text.find(&begin).unwrap_or_else(|| panic!("no block {name}")) + begin.len();
    from..from + text[from..].find("```").unwrap()
}

#[test]
fn the_worked_example_of_the_document_is_what_the_code_writes() {
    let text = fs::read_to_string(document()).unwrap().replace("\r\n", "\n");
    for (name, expected) in blocks() {
        assert!(text[block(&text, name)] == expected, "{name} should read\n{expected}");
    }
}

pub fn write() {
    let mut text = fs::read_to_string(document()).unwrap();
    for (name, expected) in blocks() {
        text.replace_range(block(&text, name), &expected);
    }
    fs::write(document(), text).unwrap();
}
