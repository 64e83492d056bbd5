//! A desktop session of the tests' own: a bus, an unlocked keyring, an empty home, and a screen.

use crate::steps::{Outcome, command, shown};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// The word by which this program calls itself inside the session it opened.
pub(crate) const INSIDE: &str = "inside-desktop";
/// Far more than any step takes; what hangs is then told by name, where CI would only say that it took too long.
const PATIENCE: Duration = Duration::from_mins(25);

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
    let child = inside.spawn().map_err(|error| format!("{}: {error}", shown(&inside)))?;
    let status = within(PATIENCE, child).map_err(|error| format!("{}: {error}", shown(&inside)))?;
    if status.success() { Ok(()) } else { Err(format!("{} ended with {status}", shown(&inside))) }
}

/// Waits so long and no longer: then it is ended, with all it started, and has failed.
fn within(patience: Duration, mut child: Child) -> Outcome<ExitStatus> {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            return Ok(status);
        }
        if started.elapsed() > patience {
            let family = family(child.id()).iter().map(u32::to_string).collect::<Vec<_>>();
            let ended = Command::new("kill").arg("-9").args(family).status();
            ended.and_then(|_| child.wait()).map_err(|error| error.to_string())?;
            return Err(format!("ended, for it was not through after {} s", patience.as_secs()));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The process, those it started, and those that they started, as Linux tells.
fn family(of: u32) -> Vec<u32> {
    let mut family = vec![of];
    let mut next = 0;
    while let Some(pid) = family.get(next).copied() {
        let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
        let children = children.unwrap_or_default();
        family.extend(children.split_whitespace().filter_map(|pid| pid.parse::<u32>().ok()));
        next += 1;
    }
    family
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

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_through_in_time_is_ended_with_all_it_started() {
        let dir = std::env::temp_dir().join(format!("shoulou-within-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        let grandchild = dir.join("pid");
        let script = format!("sh -c 'echo $$ > {0}; sleep 60; :' & wait", grandchild.display());
        let child = Command::new("sh").args(["-c", &script]).spawn().unwrap();
        let told = within(Duration::from_millis(500), child).unwrap_err();
        assert!(told.contains("not through"), "{told}");
        let pid = fs::read_to_string(&grandchild).unwrap();
        let lives = || {
            let state = fs::read_to_string(format!("/proc/{}/stat", pid.trim()));
            state.is_ok_and(|state| !state.contains(" Z "))
        };
        let started = Instant::now();
        while lives() {
            assert!(started.elapsed() < Duration::from_secs(30), "{pid} was left");
            std::thread::sleep(Duration::from_millis(10));
        }
        remove(&dir);
    }

    #[test]
    fn what_is_through_in_time_tells_how_it_ended() {
        let child = Command::new("sh").args(["-c", "exit 3"]).spawn().unwrap();
        assert_eq!(within(Duration::from_secs(60), child).unwrap().code(), Some(3));
    }
}
