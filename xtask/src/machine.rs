//! What the machine must have, seen and said before anything is built.

use crate::packages::{Needs, PACKAGES};
use crate::steps::{Outcome, command, run};
use std::collections::HashSet;
use std::process::{Command, Stdio};

const NODE: Version = Version(20, 19);
const RUST: Version = Version(1, 95);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Version(u32, u32);

/// Checks Rust and Node, and brings in what the system's package manager has.
pub(crate) fn set_up(needs: Needs) -> Outcome {
    let lacking: Vec<String> = [
        lacking("rustc", RUST, "install Rust with rustup; rust-toolchain.toml names the version"),
        lacking("node", NODE, "install a newer Node; Debian 12's own is too old"),
        lacking("npm", Version(9, 0), "npm comes with Node"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !lacking.is_empty() {
        return Err(lacking.join("\n"));
    }
    if exists("apt-get") { debian(needs) } else { elsewhere() }
}

fn lacking(program: &str, least: Version, advice: &str) -> Option<String> {
    let Version(major, minor) = least;
    match text_of(&mut command(program, &["--version"])) {
        None => Some(format!("{program} is missing: {advice} (at least {major}.{minor}).")),
        Some(text) => match version(&text) {
            Some(found) if found >= least => None,
            _ => Some(format!(
                "{program} {major}.{minor} or newer is needed, and this machine has {}: {advice}.",
                text.trim()
            )),
        },
    }
}

/// `v20.20.2`, `rustc 1.95.0 (…)`, `11.19.1`
fn version(text: &str) -> Option<Version> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let mut numbers = text[start..].split(|c: char| !c.is_ascii_digit());
    Some(Version(numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

fn debian(needs: Needs) -> Outcome {
    let wanted: Vec<&str> = PACKAGES
        .iter()
        .filter(|(need, _, _)| *need <= needs)
        .map(|(_, package, _)| *package)
        .collect();
    let installed = installed(&wanted);
    let missing: Vec<&str> =
        wanted.into_iter().filter(|package| !installed.contains(*package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let root = text_of(&mut command("id", &["-u"])).is_some_and(|id| id.trim() == "0");
    if !root && !exists("sudo") {
        let list = missing.join(" ");
        return Err(format!(
            "These packages are missing, and this user may not install them: {list}.\n\
             As root: apt-get install {list}"
        ));
    }
    // Another program may hold the package manager for a while on a fresh machine.
    let patience = ["-o", "DPkg::Lock::Timeout=400"];
    let apt = |arguments: &[&str]| {
        let mut apt = if root { command("apt-get", &[]) } else { command("sudo", &["apt-get"]) };
        apt.env("DEBIAN_FRONTEND", "noninteractive").args(patience).args(arguments);
        if !root {
            apt.stdin(Stdio::inherit());
        }
        run(&mut apt)
    };
    apt(&["update", "-q"])?;
    let mut install = vec!["install", "-y", "-q", "--no-install-recommends"];
    install.extend(missing);
    apt(&install)
}

fn installed(packages: &[&str]) -> HashSet<String> {
    // Fails as a whole where one package is unknown, and still lists the others.
    let query = command("dpkg-query", &["-W", "-f=${Package} ${db:Status-Abbrev}\n"])
        .args(packages)
        .stderr(Stdio::null())
        .output();
    let text = query.map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&text)
        .lines()
        .filter_map(|line| line.split_once(' '))
        .filter(|(_, state)| state.starts_with("ii"))
        .map(|(package, _)| package.to_owned())
        .collect()
}

#[cfg(windows)]
fn elsewhere() -> Outcome {
    let mut missing = Vec::new();
    if !exists("perl") {
        missing.push("Strawberry Perl (https://strawberryperl.com): OpenSSL inside SQLCipher is built with it");
    }
    if !exists("nmake") && std::env::var_os("VCINSTALLDIR").is_none() {
        missing.push("the Visual Studio Build Tools with \"Desktop development with C++\", and this command run from their developer prompt");
    }
    let web_view = r"HKLM\SOFTWARE\WOW6432Node\Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}";
    if text_of(&mut command("reg", &["query", web_view])).is_none() {
        missing.push(
            "the WebView2 runtime (part of Windows 11; for Windows 10 from Microsoft's site)",
        );
    }
    report(&missing)
}

#[cfg(target_os = "macos")]
fn elsewhere() -> Outcome {
    let tools = text_of(&mut command("xcode-select", &["-p"]));
    report(if tools.is_none() {
        &["the Xcode command line tools: xcode-select --install"]
    } else {
        &[]
    })
}

#[cfg(not(any(windows, target_os = "macos")))]
fn elsewhere() -> Outcome {
    println!(
        "This system has no apt-get. On Debian these would be needed; install what they are here:"
    );
    for (_, package, reason) in PACKAGES {
        println!("  {package}: {reason}");
    }
    Ok(())
}

#[cfg(any(windows, target_os = "macos"))]
fn report(missing: &[&str]) -> Outcome {
    if missing.is_empty() {
        return Ok(());
    }
    Err(format!("Missing on this machine:\n- {}", missing.join("\n- ")))
}

pub(crate) fn exists(program: &str) -> bool {
    let finder = if cfg!(windows) { "where" } else { "which" };
    text_of(&mut command(finder, &[program])).is_some()
}

fn text_of(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert_eq!(version("v20.20.2\n"), Some(Version(20, 20)));
        assert_eq!(version("rustc 1.95.0 (f2d3ce0bd 2026-03-21)"), Some(Version(1, 95)));
        assert_eq!(version("none"), None);
        assert!(version("v18.20.4") < Some(NODE));
        assert!(version("v20.9.0") < Some(NODE));
        assert!(version("v22.1.0") > Some(NODE));
    }

    #[test]
    fn a_program_that_is_missing_is_named_with_what_to_do() {
        let said = lacking("no-such-program", NODE, "install it").expect("it is missing");
        assert!(said.contains("no-such-program is missing: install it"));
        assert_eq!(lacking("rustc", RUST, ""), None);
    }

    #[test]
    fn every_package_is_listed_once_and_with_its_reason() {
        let names: HashSet<_> = PACKAGES.iter().map(|(_, package, _)| package).collect();
        assert_eq!(names.len(), PACKAGES.len());
        assert!(PACKAGES.iter().all(|(_, _, reason)| reason.len() > 10));
    }
}
