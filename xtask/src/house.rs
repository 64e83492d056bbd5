//! The direction of knowledge between the crates, kept by tests.

use crate::steps::{cargo, output, root};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Who may know whom. `ui → shell → app → {store, forms} → domain → eventlog`.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("shoulou-eventlog", &[]),
    ("shoulou-domain", &["shoulou-eventlog"]),
    ("shoulou-forms", &["shoulou-domain", "shoulou-eventlog"]),
    ("shoulou-store", &["shoulou-domain", "shoulou-eventlog"]),
    ("shoulou-server", &["shoulou-eventlog"]),
    ("shoulou-scan", &[]),
    (
        "shoulou-app",
        &["shoulou-domain", "shoulou-eventlog", "shoulou-forms", "shoulou-scan", "shoulou-store"],
    ),
    ("shoulou", &["shoulou-app"]),
    ("shoulou-fuzz", &["shoulou-eventlog", "shoulou-store"]),
    ("shoulou-loopback", &["shoulou-app"]),
    ("shoulou-postgres", &[]),
    (
        "shoulou-simulate",
        &["shoulou-domain", "shoulou-eventlog", "shoulou-server", "shoulou-store"],
    ),
    ("xtask", &[]),
];

/// No I/O, no clock, no randomness, no async: everything from outside is an argument.
const PURE: &[&str] = &["shoulou-eventlog", "shoulou-domain", "shoulou-forms", "shoulou-scan"];

const NEVER_BELOW_PURE: &[&str] = &[
    "tokio",
    "async-std",
    "sqlx",
    "libsqlite3-sys",
    "keyring",
    "tempfile",
    "reqwest",
    "axum",
    "tauri",
];

/// Ciphers bring these in below themselves; what matters is that the crate does not ask for them.
const NEVER_BESIDE_PURE: &[&str] = &["getrandom", "rand", "uuid"];

const NEVER_WRITTEN_IN_PURE: &[&str] = &[
    "SystemTime::now",
    "Instant::now",
    "Utc::now",
    "Local::now",
    "OsRng",
    "async fn",
    "std::fs",
    "std::net",
    "std::process",
    "std::env::",
];

const WEB_VIEW: &[&str] = &["tauri", "wry", "tao", "gtk", "webkit2gtk", "webview2-com"];

/// What a package asks for that wants to speak over a network as a client.
const CLIENTS: &[&str] = &["reqwest", "ureq", "curl", "tungstenite"];

const OTHER_TLS: &[&str] = &["native-tls", "openssl", "aws-lc-rs"];

/// The workspace's members and what each package depends on, without test-only dependencies.
struct House {
    members: BTreeMap<String, PathBuf>,
    knows: BTreeMap<String, BTreeSet<String>>,
}

impl House {
    fn read() -> Self {
        let arguments = ["metadata", "--format-version=1", "--locked", "--filter-platform"];
        let text = output(cargo(&arguments).arg(host())).expect("cargo metadata answers");
        let metadata: Value = serde_json::from_str(&text).expect("it answers in JSON");
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();

        let packages = list(&metadata["packages"]);
        let names: BTreeMap<String, String> =
            packages.iter().map(|package| (word(&package["id"]), word(&package["name"]))).collect();
        let inside: BTreeSet<String> =
            list(&metadata["workspace_members"]).iter().map(word).collect();
        let members = packages
            .iter()
            .filter(|package| inside.contains(&word(&package["id"])))
            .map(|package| (word(&package["name"]), PathBuf::from(word(&package["manifest_path"]))))
            .collect();
        let mut knows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for node in list(&metadata["resolve"]["nodes"]) {
            let known = knows.entry(names[&word(&node["id"])].clone()).or_default();
            for dependency in list(&node["deps"]) {
                let for_use =
                    list(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"].is_null());
                if for_use {
                    known.insert(names[&word(&dependency["pkg"])].clone());
                }
            }
        }
        House { members, knows }
    }

    /// Everything below a package.
    fn tree(&self, package: &str) -> BTreeSet<&str> {
        let mut tree = BTreeSet::new();
        let mut open = vec![package];
        while let Some(next) = open.pop() {
            for known in self.knows.get(next).into_iter().flatten() {
                if tree.insert(known.as_str()) {
                    open.push(known);
                }
            }
        }
        tree
    }
}

fn host() -> String {
    let version = output(&mut crate::steps::command("rustc", &["-vV"])).expect("rustc answers");
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.expect("rustc names its host").to_owned()
}

#[test]
fn each_crate_knows_only_what_lies_below_it() {
    let house = House::read();
    let members: BTreeSet<&str> = house.members.keys().map(String::as_str).collect();
    let ruled: BTreeSet<&str> = MAY_KNOW.iter().map(|(name, _)| *name).collect();
    assert_eq!(members, ruled, "every member has its line in MAY_KNOW");
    for (name, may_know) in MAY_KNOW {
        let known = house.knows[*name].iter().map(String::as_str);
        let too_much: Vec<_> =
            known.filter(|known| members.contains(known) && !may_know.contains(known)).collect();
        assert!(too_much.is_empty(), "{name} knows {too_much:?}");
    }
}

#[test]
fn the_pure_crates_bring_in_nothing_that_reaches_outside() {
    let house = House::read();
    for name in PURE {
        let tree = house.tree(name);
        let below = NEVER_BELOW_PURE.iter().filter(|never| tree.contains(**never));
        let beside = NEVER_BESIDE_PURE.iter().filter(|never| house.knows[*name].contains(**never));
        let found: Vec<_> = below.chain(beside).collect();
        assert!(found.is_empty(), "{name} depends on {found:?}");
    }
}

#[test]
fn the_pure_crates_never_ask_for_the_time_chance_or_a_file() {
    let house = House::read();
    for name in PURE {
        let manifest = &house.members[*name];
        let sources = manifest.parent().expect("a manifest lies in a folder").join("src");
        each_source(&sources, &mut |path, text| {
            // What stands below is the file's own tests, which may read golden files.
            let product = text.split("#[cfg(test)]").next().unwrap_or_default();
            for never in NEVER_WRITTEN_IN_PURE {
                assert!(!product.contains(never), "{} says {never}", path.display());
            }
        });
    }
}

#[test]
fn the_command_line_program_needs_no_web_view() {
    let house = House::read();
    let tree = house.tree("shoulou-app");
    let found: Vec<_> = WEB_VIEW.iter().filter(|name| tree.contains(**name)).collect();
    assert!(found.is_empty(), "shoulou-app depends on {found:?}");
    assert!(house.tree("shoulou").contains("wry"), "the window itself has one");
}

#[test]
fn the_loopback_transport_is_in_no_product() {
    let house = House::read();
    for (name, known) in &house.knows {
        assert!(!known.contains("shoulou-loopback"), "{name} knows the test transport");
    }
    assert!(!house.tree("shoulou").contains("axum"), "the window serves nothing");
}

#[test]
fn the_network_is_spoken_by_one_package_and_there_by_one_module() {
    let house = House::read();
    for (name, known) in house.knows.iter().filter(|(name, _)| house.members.contains_key(*name)) {
        let clients: Vec<_> = CLIENTS.iter().filter(|client| known.contains(**client)).collect();
        assert!(clients.is_empty() || name == "shoulou-app", "{name} knows {clients:?}");
    }
    let sources = root().join("crates/app/src");
    each_source(&sources, &mut |path, text| {
        let inside = path.strip_prefix(&sources).expect("a source of the package");
        let speaks = CLIENTS.iter().any(|client| text.contains(&format!("{client}::")));
        let may = inside.starts_with("sync/client") || inside == Path::new("sync/client.rs");
        assert!(may || !speaks, "{} speaks over the network", path.display());
    });
}

/// A file is no network: the scheduler's socket is the only thing that is connected to there.
#[test]
fn the_print_scheduler_is_spoken_to_over_a_file_alone() {
    let sources = root().join("crates/app/src");
    each_source(&sources, &mut |path, text| {
        let inside = path.strip_prefix(&sources).expect("a source of the package");
        let speaks = ["hyper::", "UnixStream", "TcpStream"].iter().any(|word| text.contains(word));
        assert!(
            !speaks || inside == Path::new("system_print/cups.rs"),
            "{} connects",
            path.display()
        );
        assert!(!text.contains("TcpStream"), "{} connects to a port", path.display());
    });
}

#[test]
fn one_library_alone_does_tls() {
    let house = House::read();
    for name in ["shoulou", "shoulou-app"] {
        let tree = house.tree(name);
        let found: Vec<_> = OTHER_TLS.iter().filter(|other| tree.contains(**other)).collect();
        assert!(found.is_empty(), "{name} depends on {found:?}");
    }
}

#[test]
fn the_shell_holds_no_business() {
    let mut lines = 0;
    each_source(&root().join("src-tauri/src"), &mut |_, text| {
        let product = text.split("#[cfg(test)]").next().unwrap_or_default();
        lines += product.lines().filter(|line| !line.trim().is_empty()).count();
    });
    assert!(lines < 250, "the shell has grown to {lines} lines: does all of it belong there?");
}

fn each_source(dir: &Path, look: &mut dyn FnMut(&Path, &str)) {
    let entries = fs::read_dir(dir).unwrap_or_else(|error| panic!("{}: {error}", dir.display()));
    for path in entries.map(|entry| entry.expect("a readable folder").path()) {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() && name != "tests" {
            each_source(&path, look);
        } else if name.ends_with(".rs") && name != "tests.rs" {
            look(&path, &fs::read_to_string(&path).expect("a readable source"));
        }
    }
}
