//! `cargo xtask run`: the window on a sample project; without a display, the same work by command line.

use crate::packages::Needs;
use crate::steps::{Outcome, built, cargo, command, run as start, target};
use crate::test::WHOLE;
use crate::{machine, web};
use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The sample holds nobody's data; its password is for machines without a keyring.
const PASSWORD: &str = "sample";

/// Words after `run` go to the window.
pub(crate) fn run(extra: &[&str]) -> Outcome {
    machine::set_up(Needs::Window)?;
    web::fonts()?;
    web::ui()?;
    start(cargo(&["build", "--bins"]).args(WHOLE))?;
    let sample = Sample::make()?;
    if has_display() {
        println!("The window opens on the sample project in {}.", sample.data.display());
        println!("Should it ask for a password: {PASSWORD}");
        let shoulou = built("shoulou");
        return start(
            command(&shoulou.to_string_lossy(), &[]).arg("--data").arg(&sample.data).args(extra),
        );
    }
    println!("This machine has no display, so the handover is done by command line instead.");
    let packet = hand_over(&sample)?;
    println!("The packet lies in {}", packet.display());
    Ok(())
}

fn has_display() -> bool {
    let named = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(any(windows, target_os = "macos")) || named("DISPLAY") || named("WAYLAND_DISPLAY")
}

/// A sample project, and the command-line program on it.
struct Sample {
    data: PathBuf,
    password: PathBuf,
}

impl Sample {
    /// Made once; later runs go on with it.
    fn make() -> Outcome<Self> {
        let folder = target().join("sample");
        let sample = Sample { data: folder.join("data"), password: folder.join("password") };
        if sample.units().is_ok_and(|units| units["total"] != 0) {
            return Ok(sample);
        }
        let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(failed)?;
        }
        fs::create_dir_all(&folder).map_err(failed)?;
        fs::write(&sample.password, PASSWORD).map_err(failed)?;
        sample.ask(&["init", "--sample"], None)?;
        Ok(sample)
    }

    fn units(&self) -> Outcome<Value> {
        self.ask(&["units"], None)
    }

    fn home(&self, code: &str) -> Outcome<Value> {
        Ok(self.ask(&["show", code], None)?["view"].take())
    }

    fn act(&self, command: Value) -> Outcome<Value> {
        self.ask(&["do"], Some(command))
    }

    /// What `shoulouctl` answers, as JSON.
    fn ask(&self, words: &[&str], input: Option<Value>) -> Outcome<Value> {
        let mut program = Command::new(built("shoulouctl"));
        program.arg("--json").arg("--data").arg(&self.data);
        program.arg("--passphrase-file").arg(&self.password).args(words);
        program.stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() });
        let failed = |error: std::io::Error| format!("shoulouctl {}: {error}", words.join(" "));
        let mut child =
            program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(failed)?;
        if let (Some(input), Some(mut stdin)) = (input, child.stdin.take()) {
            stdin.write_all(input.to_string().as_bytes()).map_err(failed)?;
        }
        let output = child.wait_with_output().map_err(failed)?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(format!("shoulouctl {}: {said}", words.join(" ")));
        }
        serde_json::from_slice(&output.stdout)
            .map_err(|error| format!("shoulouctl {} answered no JSON: {error}", words.join(" ")))
    }
}

/// One home, from its owner's arrival to the printed packet.
fn hand_over(sample: &Sample) -> Outcome<PathBuf> {
    let units = sample.units()?;
    let row = list(&units["rows"])
        .iter()
        .find(|row| row["closed"] == false && row["keys"] == 0 && row["appointment"].is_string())
        .or_else(|| list(&units["rows"]).first())
        .ok_or("the sample project has no home")?;
    let code = row["code"].as_str().unwrap_or_default();
    let (file, at) =
        (&row["file"], row["appointment"].as_str().unwrap_or("2026-01-01T10:00:00+08:00"));
    println!("{}", row["sentence"]["zh"].as_str().unwrap_or_default());

    let home = sample.home(code)?;
    let owner = list(&home["parties"])
        .iter()
        .find(|party| party["role"] == "owner")
        .ok_or("the home has no owner")?["id"]
        .clone();
    sample.act(json!({
        "type": "RecordArrival", "file": file, "attendance": "owner", "visitors": [owner], "at": at,
    }))?;

    let home = sample.home(code)?;
    for item in list(&home["items"]).iter().filter(|item| item["phase"] == "identity") {
        for mark in list(&item["marks"]).iter().filter(|mark| mark["on"] == false) {
            sample.act(json!({
                "type": "TickItem", "file": file, "item": item["item"], "mark": mark["mark"], "on": true,
            }))?;
        }
    }
    sample.act(json!({
        "type": "ReadMeter", "file": file, "reading": {
            "kind": "cold_water", "number": "W-0001", "place": "厨房", "factor": "1",
            "reading": "3.2", "unit": "m³", "at": at,
        },
    }))?;
    sample.act(json!({
        "type": "NoteDefect", "file": file, "defect": {
            "room": "主卧", "part": "窗", "text": "窗扇关闭不严", "at": at,
        },
    }))?;
    sample.act(json!({
        "type": "RegisterKeys", "file": file, "kind": "door", "name": "户门钥匙", "position": "户门",
        "number": "D", "count": 3, "holder": {"held_by": "department", "name": "保安部"},
    }))?;
    let keys = sample.home(code)?["keys"].take();
    for key in list(&keys) {
        sample.act(json!({"type": "TryKey", "file": file, "key": key["id"], "fits": true}))?;
    }

    println!("{}", sample.home(code)?["row"]["sentence"]["zh"].as_str().unwrap_or_default());
    let packet = target().join("sample").join(format!("{}.pdf", code.replace('/', "-")));
    print(sample, code, &packet)?;
    Ok(packet)
}

fn print(sample: &Sample, code: &str, packet: &Path) -> Outcome {
    let out = packet.to_str().ok_or("the folder's name is no text")?;
    let printed = sample.ask(&["print", code, "--out", out], None)?;
    for paper in list(&printed["documents"]) {
        println!(
            "{}  {}",
            paper["number"].as_str().unwrap_or_default(),
            paper["form"].as_str().unwrap_or_default()
        );
    }
    Ok(())
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}
