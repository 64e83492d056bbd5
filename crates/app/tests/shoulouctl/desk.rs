use serde_json::Value;
use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

pub const PASSWORD: &str = "海棠花开 2026";

/// A PC with a data folder, and a clerk who types commands.
pub struct Desk {
    dir: tempfile::TempDir,
}

impl Desk {
    pub fn empty() -> Self {
        let desk = Desk { dir: tempfile::tempdir().unwrap() };
        std::fs::write(desk.path("pass"), PASSWORD).unwrap();
        desk
    }

    pub fn founded() -> Self {
        let desk = Desk::empty();
        desk.ok(&["--project", "锦绣豪庭", "init", "--company", "锦绣置业"]);
        desk
    }

    pub fn path(&self, name: &str) -> String {
        self.dir.path().join(name).display().to_string()
    }

    pub fn data(&self) -> String {
        self.path("data")
    }

    /// One of the sample lists.
    pub fn list(&self, name: &str) -> String {
        let lists = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data");
        lists.join(name).display().to_string()
    }

    pub fn program(&self) -> &'static str {
        env!("CARGO_BIN_EXE_shoulouctl")
    }

    pub fn shoulouctl(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.program());
        command
            .args(["--json", "--data", &self.data(), "--passphrase-file", &self.path("pass")])
            .args(arguments)
            // No keyring on this desk: the password file must do.
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env("XDG_RUNTIME_DIR", self.dir.path())
            .stdin(Stdio::null());
        command
    }

    pub fn ok(&self, arguments: &[&str]) -> String {
        let output = self.shoulouctl(arguments).output().unwrap();
        done(&output)
    }

    pub fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.ok(arguments)).unwrap()
    }

    /// The problem a call ends with; it must end with one.
    pub fn fails(&self, arguments: &[&str]) -> Value {
        problem(&self.shoulouctl(arguments).output().unwrap())
    }

    pub fn command(&self, command: Value) -> Value {
        serde_json::from_str(&done(&self.send(&command))).unwrap()
    }

    pub fn refused(&self, command: Value) -> Value {
        problem(&self.send(&command))
    }

    /// The one project's database file.
    pub fn database(&self) -> PathBuf {
        let project = std::fs::read_dir(self.data()).unwrap().next().unwrap().unwrap();
        project.path().join("project.db")
    }

    pub fn file(&self, code: &str) -> String {
        self.json(&["show", code])["view"]["row"]["file"].as_str().unwrap().to_owned()
    }

    fn send(&self, command: &Value) -> Output {
        let mut child = self
            .shoulouctl(&["do"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(command.to_string().as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }
}

fn done(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn problem(output: &Output) -> Value {
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stdout));
    let problem: Value = serde_json::from_slice(&output.stderr)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    for sentence in ["what", "kept", "todo"] {
        for lang in ["zh", "en"] {
            assert!(!problem[sentence][lang].as_str().unwrap().is_empty(), "{problem}");
        }
    }
    problem
}

/// What a reader finds on a PDF's pages.
pub fn text_of(pdf: &str) -> String {
    let output = Command::new("pdftotext").args(["-layout", pdf, "-"]).output().unwrap();
    assert!(output.status.success(), "pdftotext is part of poppler-utils");
    String::from_utf8(output.stdout).unwrap()
}
