use crate::{
    line::Port,
    server::{Kind, Reached},
};
use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::Ordering,
};

/// The real server, a process of its own, over TLS with the certificate that it makes itself.
pub struct Program {
    pub dir: tempfile::TempDir,
    store: String,
    port: Port,
    serving: Option<Child>,
}

impl Program {
    pub async fn start(kind: Kind) -> Program {
        let dir = tempfile::tempdir().unwrap();
        let store = kind.store(dir.path());
        let mut program = Program { dir, store, port: Port::default(), serving: None };
        program.serve();
        program
    }

    pub fn serve(&mut self) {
        let log = File::options().create(true).append(true).open(self.log()).unwrap();
        let mut serving = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        let mut serving = serving.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(serving.stdout.take().unwrap()).read_line(&mut line).unwrap();
        self.serving = Some(serving);
        let here = line.strip_prefix("listening on 127.0.0.1:").unwrap_or_else(|| {
            panic!("{line}{}", std::fs::read_to_string(self.log()).unwrap_or_default())
        });
        let port = here.split(';').next().unwrap().parse().unwrap();
        self.port.store(port, Ordering::Relaxed);
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        if let Some(mut serving) = self.serving.take() {
            let _ = serving.kill();
            serving.wait().unwrap();
        }
    }

    /// What it wrote for its administrator while it served.
    pub fn log(&self) -> PathBuf {
        self.dir.path().join("log")
    }

    /// As its administrator on its own console.
    pub fn ok(&self, words: &[&str]) -> String {
        let output = self.command(words).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    pub fn sound(&self) {
        let said = self.ok(&["verify"]);
        assert!(said.contains("everything is as it was accepted"), "{said}");
    }

    fn command(&self, words: &[&str]) -> Command {
        // It is built with everything else; `cargo build -p shoulou-server` builds it alone.
        let beside = Path::new(env!("CARGO_BIN_EXE_shoulouctl")).with_file_name("shoulou-server");
        let program = beside.with_extension(std::env::consts::EXE_EXTENSION);
        assert!(program.exists(), "{} is not built", program.display());
        let mut command = Command::new(program);
        command.arg("--data").arg(self.dir.path()).args(["--store", &self.store]).args(words);
        command.env("RUST_LOG", "trace").stdin(Stdio::null());
        command
    }
}

impl Reached for Program {
    fn port(&self) -> &Port {
        &self.port
    }

    async fn founding_code(&self) -> String {
        self.ok(&["project", "add"])
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}
