//! A desktop session of the tests' own: a bus, an unlocked keyring, an empty home, and a screen.

use crate::steps::{Outcome, command, shown};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The word by which this program calls itself inside the session it opened.
pub(crate) const INSIDE: &str = "inside-desktop";

/// The command, to be run in a session of its own, with a screen where it needs one.
pub(crate) fn session(command: &Command, screen: bool) -> Outcome<Command> {
    if !cfg!(target_os = "linux") {
        return Err("the tests' own desktop session is made on Linux only".to_owned());
    }
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut session = if screen {
        let mut xvfb = Command::new("xvfb-run");
        xvfb.args(["-a", "-s", "-screen 0 1366x768x24", "dbus-run-session", "--"]);
        xvfb
    } else {
        let mut bus = Command::new("dbus-run-session");
        bus.arg("--");
        bus
    };
    session.arg(own).arg(INSIDE).arg(command.get_program()).args(command.get_args());
    session.stdin(Stdio::null()).current_dir(crate::steps::root());
    session.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    Ok(session)
}

/// Runs inside: makes the home, unlocks the keyring, and starts the command.
pub(crate) fn inside(words: &[&str]) -> Outcome {
    let [program, arguments @ ..] = words else { return Err("no command".to_owned()) };
    let home = Home::make()?;
    let mut keyring = home.own(&mut Command::new("gnome-keyring-daemon"));
    keyring.args(["--unlock", "--components=secrets"]);
    keyring.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut daemon = keyring.spawn().map_err(|error| format!("{}: {error}", shown(&keyring)))?;
    // Closing standard input ends the password.
    if let Some(mut stdin) = daemon.stdin.take() {
        use std::io::Write;
        stdin.write_all(b"test").map_err(|error| error.to_string())?;
    }
    daemon.wait().map_err(|error| error.to_string())?;
    // Asked too early, the bus would start a second keyring, which nobody unlocked.
    let started = Instant::now();
    while !has_keyring(&home) {
        if started.elapsed() > Duration::from_secs(20) {
            return Err("the session's keyring did not answer".to_owned());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let mut inside = home.own(&mut command(program, arguments));
    let status = inside.status().map_err(|error| format!("{}: {error}", shown(&inside)))?;
    if status.success() { Ok(()) } else { Err(format!("{} ended with {status}", shown(&inside))) }
}

fn has_keyring(home: &Home) -> bool {
    let mut ask = home.own(&mut Command::new("dbus-send"));
    ask.args([
        "--session",
        "--print-reply",
        "--dest=org.freedesktop.DBus",
        "/org/freedesktop/DBus",
    ]);
    ask.args(["org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"]);
    let answer = ask.stderr(Stdio::null()).output().map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&answer).contains("boolean true")
}

struct Home(PathBuf);

impl Home {
    fn make() -> Outcome<Self> {
        let home = std::env::temp_dir().join(format!("shoulou-home-{}", std::process::id()));
        let runtime = home.join("run");
        fs::create_dir_all(&runtime).map_err(|error| format!("{}: {error}", home.display()))?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&runtime, fs::Permissions::from_mode(0o700))
                .map_err(|error| format!("{}: {error}", runtime.display()))?;
        }
        Ok(Home(home))
    }

    /// The same command with this home, and with the tools still found in the old one.
    fn own(&self, command: &mut Command) -> Command {
        let mut own = Command::new(command.get_program());
        own.args(command.get_args()).current_dir(crate::steps::root()).stdin(Stdio::null());
        let old = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
        for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
            if std::env::var_os(name).is_none() && old.join(folder).is_dir() {
                own.env(name, old.join(folder));
            }
        }
        own.env("HOME", &self.0).env("XDG_RUNTIME_DIR", self.0.join("run"));
        for name in ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"] {
            own.env_remove(name);
        }
        own
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        remove(&self.0);
    }
}

fn remove(dir: &Path) {
    // The keyring may still be writing; what is left lies in the system's temporary folder.
    let _ = fs::remove_dir_all(dir);
}
