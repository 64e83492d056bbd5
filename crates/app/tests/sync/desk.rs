use crate::{line::Line, pc::PASSWORD, server::Reached};
use serde_json::Value;
use std::{
    io::Write,
    process::{Child, Command, Output, Stdio},
};

/// A PC that is worked on by command line.
pub struct Desk {
    dir: tempfile::TempDir,
    line: Line,
}

impl Desk {
    pub async fn new(server: &impl Reached) -> Desk {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("pass"), PASSWORD).unwrap();
        Desk { dir, line: Line::to(server.port()).await }
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shoulouctl"));
        let at = |name: &str| self.dir.path().join(name).display().to_string();
        command
            .args(["--json", "--data", &at("data"), "--passphrase-file", &at("pass")])
            .args(arguments)
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env("XDG_RUNTIME_DIR", self.dir.path())
            .env("XDG_STATE_HOME", self.dir.path().join("state"))
            .stdin(Stdio::null());
        command
    }

    fn done(output: Output) -> Value {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    pub fn ok(&self, arguments: &[&str]) -> Value {
        Desk::done(self.command(arguments).output().unwrap())
    }

    pub fn tell(&self, command: &Value) -> Value {
        let mut child = self
            .command(&["do"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(command.to_string().as_bytes()).unwrap();
        Desk::done(child.wait_with_output().unwrap())
    }

    /// Comes to the server by its own line.
    pub fn ok_with_code(&self, verb: &str, code: &str, label: &str) -> Value {
        self.ok(&[verb, &self.line.code(code), "--label", label])
    }

    /// Begins to sync.
    pub fn syncs(&self) -> Child {
        let quiet =
            |command: &mut Command| command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        quiet(&mut self.command(&["sync", "--once"])).unwrap()
    }
}

/// As the system kills a program: at once.
pub fn kill(mut program: Child) {
    let _ = program.kill();
    program.wait().unwrap();
}
