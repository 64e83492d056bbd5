//! A print scheduler and a printer, from the system's own programs, in a folder that goes away again.

use crate::office::Office;
use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Mutex, MutexGuard, PoisonError},
    thread::sleep,
    time::{Duration, Instant},
};

/// Set in the process that a test's own part runs in: the scheduler's folder.
const DIR: &str = "SHOULOU_TEST_STATION";
const PATIENCE: Duration = Duration::from_secs(60);

/// Avahi, which the printer asks for, is one to a machine.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

pub struct Station {
    dir: PathBuf,
    port: u16,
    programs: Vec<(&'static str, Child)>,
    _turn: Option<MutexGuard<'static, ()>>,
}

/// What came out of the printer.
pub struct Sheet {
    pub pdf: Vec<u8>,
    /// The job's attributes as the printer got them: `IPP_JOB_NAME`, `IPP_SIDES`, ….
    pub attributes: String,
}

/// Runs `body` in a process of its own, which finds the station's scheduler where every program of CUPS looks.
pub fn at_a_station<F: Future<Output = Office>>(test: &str, body: impl FnOnce(Station) -> F) {
    if let Some(dir) = std::env::var_os(DIR) {
        let port = fs::read_to_string(Path::new(&dir).join("port")).unwrap().parse().unwrap();
        let station = Station { dir: dir.into(), port, programs: Vec::new(), _turn: None };
        let runtime = tokio::runtime::Runtime::new().unwrap();
        // Closed before the process ends: the threads of its database would be at work meanwhile.
        return runtime.block_on(async { body(station).await.app.close().await });
    }
    let dir = tempfile::tempdir().unwrap();
    let station = Station::start(dir.path());
    let ended = Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture"])
        .env(DIR, dir.path())
        .env("CUPS_SERVER", station.socket())
        .status()
        .unwrap();
    if !ended.success() {
        let log = fs::read_to_string(dir.path().join("error.log")).unwrap_or_default();
        let told: Vec<_> = log.lines().filter(|line| line.contains("[Job")).collect();
        eprintln!("{}", told[told.len().saturating_sub(60)..].join("\n"));
    }
    assert!(ended.success(), "{test} at its station: {ended}");
}

impl Station {
    fn start(dir: &Path) -> Station {
        let turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        for folder in ["spool", "cache", "state", "tmp", "root", "out", "printer"] {
            fs::create_dir(dir.join(folder)).unwrap();
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        fs::write(dir.join("port"), port.to_string()).unwrap();
        let mut station =
            Station { dir: dir.to_owned(), port, programs: Vec::new(), _turn: Some(turn) };
        station.write("cupsd.conf", SCHEDULER);
        station.write("cups-files.conf", FILES);
        station.write("bus.conf", BUS);
        station.write("avahi.conf", "[server]\nuse-ipv6=no\nallow-interfaces=lo\n");
        station.write("press.sh", PRESS);
        let (bus, avahi) = (station.path("bus.conf"), station.path("avahi.conf"));
        station.run("dbus-daemon", &[&format!("--config-file={bus}"), "--nofork", "--nopidfile"]);
        until("a bus", || dir.join("bus").exists());
        // Its process file lies there whatever one says.
        let _ = fs::create_dir_all("/run/avahi-daemon");
        let plain = ["--no-drop-root", "--no-chroot", "--no-rlimits"];
        station.run("avahi-daemon", &[&["-f", &avahi], &plain[..]].concat());
        let (conf, files) = (station.path("cupsd.conf"), station.path("cups-files.conf"));
        station.run("cupsd", &["-f", "-c", &conf, "-s", &files]);
        until("the scheduler", || station.socket().exists());
        station.switch_on();
        station.set_up("Office", "everywhere");
        station.manage("lpadmin", &["-d", "Office"]);
        station
    }

    pub fn socket(&self) -> PathBuf {
        self.dir.join("cups.sock")
    }

    fn path(&self, name: &str) -> String {
        self.dir.join(name).display().to_string()
    }

    fn write(&self, name: &str, text: &str) {
        let text = text.replace("@DIR@", &self.dir.display().to_string());
        fs::write(self.dir.join(name), text).unwrap();
    }

    fn run(&mut self, program: &'static str, arguments: &[&str]) {
        let log = fs::File::create(self.dir.join(format!("{program}.log"))).unwrap();
        // Daemons lie where only the administrator's search path leads.
        let path = format!("{}:/usr/sbin:/sbin", std::env::var("PATH").unwrap_or_default());
        let child = Command::new(program)
            .args(arguments)
            .env("PATH", path)
            .env("DBUS_SYSTEM_BUS_ADDRESS", format!("unix:path={}", self.path("bus")))
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap_or_else(|error| panic!("{program}: {error}"));
        self.programs.push((program, child));
    }

    /// The printer answers. Avahi may want a moment before that.
    fn switch_on(&mut self) {
        let (port, press, spool) =
            (self.port.to_string(), self.path("press.sh"), self.path("printer"));
        let _ = Command::new("chmod").args(["+x", &press]).status();
        let address = ["-n", "localhost", "-p", &port, "-r", "off", "-2"];
        let arguments = ["-d", &spool, "-c", &press, "-f", "application/pdf"];
        let until_then = Instant::now() + PATIENCE;
        loop {
            self.run("ippeveprinter", &[&arguments[..], &address, &["Station"]].concat());
            while std::net::TcpStream::connect(("localhost", self.port)).is_err() {
                assert!(Instant::now() < until_then, "the printer does not answer");
                if self.programs.last_mut().unwrap().1.try_wait().unwrap().is_some() {
                    break;
                }
                sleep(Duration::from_millis(50));
            }
            if self.programs.last_mut().unwrap().1.try_wait().unwrap().is_none() {
                return;
            }
            self.programs.pop();
            sleep(Duration::from_millis(200));
        }
    }

    /// A queue of this name for the printer. `raw` passes documents on as they are.
    pub fn set_up(&self, name: &str, driver: &str) {
        let uri = format!("ipp://localhost:{}/ipp/print", self.port);
        let mut arguments = vec!["-p", name, "-E", "-v", &uri];
        if driver != "raw" {
            arguments.extend(["-m", driver]);
        }
        self.manage("lpadmin", &arguments);
    }

    /// A queue for a printer that is switched off.
    pub fn set_up_for_nothing(&self, name: &str) {
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let uri = format!("ipp://localhost:{free}/ipp/print");
        self.manage("lpadmin", &["-p", name, "-E", "-v", &uri]);
    }

    pub fn manage(&self, program: &str, arguments: &[&str]) {
        let path = format!("{}:/usr/sbin:/sbin", std::env::var("PATH").unwrap_or_default());
        let mut command = Command::new(program);
        command.args(arguments).env("PATH", path).env("CUPS_SERVER", self.socket());
        let answer = command.output().unwrap_or_else(|error| panic!("{program}: {error}"));
        let said = String::from_utf8_lossy(&answer.stderr).into_owned();
        assert!(answer.status.success(), "{program} {arguments:?}: {said}");
    }

    pub fn without_paper(&self) {
        fs::write(self.dir.join("empty"), "").unwrap();
    }

    pub fn with_paper(&self) {
        fs::remove_file(self.dir.join("empty")).unwrap();
    }

    /// What came out so far, in order.
    pub fn out(&self) -> Vec<Sheet> {
        let names = fs::read_dir(self.dir.join("out")).unwrap().flatten();
        let mut done: Vec<PathBuf> = names
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|end| end == "done"))
            .collect();
        done.sort_by_key(|path| fs::metadata(path).unwrap().modified().unwrap());
        let sheet = |path: PathBuf| Sheet {
            pdf: fs::read(path.with_extension("pdf")).unwrap(),
            attributes: fs::read_to_string(path).unwrap(),
        };
        done.into_iter().map(sheet).collect()
    }
}

impl Drop for Station {
    fn drop(&mut self) {
        for (_, child) in self.programs.iter_mut().rev() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Sheet {
    pub fn text(&self) -> String {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        std::io::Write::write_all(&mut file, &self.pdf).unwrap();
        let told = Command::new("pdftotext").arg(file.path()).arg("-").output().unwrap();
        String::from_utf8(told.stdout).unwrap().split_whitespace().collect()
    }

    pub fn pages(&self) -> u32 {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        std::io::Write::write_all(&mut file, &self.pdf).unwrap();
        let told = Command::new("pdfinfo").arg(file.path()).output().unwrap();
        let told = String::from_utf8_lossy(&told.stdout).into_owned();
        let pages = told.lines().find_map(|line| line.strip_prefix("Pages:")).unwrap();
        pages.trim().parse().unwrap()
    }
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let until_then = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < until_then, "waited in vain for {what}");
        sleep(Duration::from_millis(30));
    }
}

/// The printer's works: takes a document, once there is paper.
const PRESS: &str = r#"#!/bin/sh
if [ -e "@DIR@/empty" ]; then
  echo "STATE: +media-empty-error" >&2
  while [ -e "@DIR@/empty" ]; do sleep 0.1; done
  echo "STATE: -media-empty-error" >&2
fi
cp "$1" "@DIR@/out/$$.pdf"
env | grep '^IPP_' > "@DIR@/out/$$.part"
mv "@DIR@/out/$$.part" "@DIR@/out/$$.done"
"#;

const SCHEDULER: &str = "Listen @DIR@/cups.sock
LogLevel debug
WebInterface No
Browsing Off
DefaultAuthType Basic
JobRetryInterval 1
<Location />
  Order allow,deny
  Allow all
</Location>
<Policy default>
  JobPrivateAccess all
  JobPrivateValues none
  SubscriptionPrivateAccess all
  SubscriptionPrivateValues none
  <Limit Cancel-Job>
    Require user @OWNER @SYSTEM
    Order deny,allow
  </Limit>
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
";

const FILES: &str = "SystemGroup root lpadmin
ServerRoot @DIR@/root
RequestRoot @DIR@/spool
CacheDir @DIR@/cache
StateDir @DIR@/state
TempDir @DIR@/tmp
AccessLog @DIR@/access.log
ErrorLog @DIR@/error.log
PageLog @DIR@/page.log
";

const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=@DIR@/bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
    <allow user="*"/>
  </policy>
</busconfig>
"#;
