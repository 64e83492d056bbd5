//! What goes wrong in an office: power cuts, wrong keys, damaged files, full disks. Nothing acknowledged is
//! lost, and each is told in words that help.

use crate::desk::{Desk, PASSWORD};
use serde_json::{Value, json};
use std::{
    fs,
    io::Write,
    os::unix::process::CommandExt,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

fn meter(file: &str, n: usize) -> Value {
    json!({ "type": "ReadMeter", "file": file, "reading": {
        "kind": "electricity", "number": format!("DB{n:04}"), "place": "电井", "factor": "1",
        "reading": n.to_string(), "unit": "kWh", "at": "2026-11-21T10:00:00+08:00"
    }})
}

fn meters(desk: &Desk) -> Vec<String> {
    let home = desk.json(&["show", "1-1-101"]);
    let meters = home["view"]["meters"].as_array().unwrap();
    meters.iter().map(|m| m["fact_is"]["number"].as_str().unwrap().to_owned()).collect()
}

fn with_homes() -> Desk {
    let desk = Desk::founded();
    desk.ok(&["import", &desk.list("intake-clean.xlsx")]);
    desk
}

#[test]
fn killed_at_any_moment_nothing_acknowledged_is_lost() {
    let desk = with_homes();
    let file = desk.file("1-1-101");
    let started = Instant::now();
    desk.command(meter(&file, 0));
    let whole = started.elapsed();
    let mut acknowledged = vec!["DB0000".to_owned()];
    for n in 1..=24 {
        let mut child = desk
            .shoulouctl(&["do"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(meter(&file, n).to_string().as_bytes()).unwrap();
        // From shortly before the write to shortly after it.
        std::thread::sleep(whole * (12 + n as u32) / 30);
        let _ = child.kill();
        if child.wait().unwrap().success() {
            acknowledged.push(format!("DB{n:04}"));
        }
    }
    let found = meters(&desk);
    for number in &acknowledged {
        assert_eq!(found.iter().filter(|found| *found == number).count(), 1, "{number}");
    }
    assert_eq!(desk.json(&["verify"])["sound"], true);
    let rows = desk.json(&["units", "--search", "1-1-101"]);
    assert_eq!(rows["rows"][0]["code"], "1-1-101");
}

#[test]
fn an_import_that_is_killed_is_there_whole_or_not_at_all() {
    let desk = Desk::founded();
    let list = desk.list("intake-clean.xlsx");
    for n in 1..=8 {
        let mut child = desk
            .shoulouctl(&["import", &list])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(120 * n));
        let _ = child.kill();
        let _ = child.wait();
        let total = desk.json(&["units"])["total"].as_u64().unwrap();
        assert!(total == 0 || total == 224, "{total} homes are half an import");
    }
    desk.ok(&["import", &list]);
    assert_eq!(desk.json(&["units"])["total"], 224);
    assert_eq!(desk.json(&["verify"])["sound"], true);
}

#[test]
fn a_wrong_password_opens_nothing_and_the_recovery_code_does() {
    let desk = Desk::empty();
    let made = desk.json(&["--project", "云山", "init"]);
    let code = made["recovery_code"].as_str().unwrap().to_owned();
    fs::write(desk.path("pass"), "错误的密码").unwrap();
    assert_eq!(desk.fails(&["units"])["code"], "wrong_secret");
    let mistyped = format!("{}{}", &code[1..], &code[..1]);
    fs::write(desk.path("pass"), mistyped).unwrap();
    assert!(
        ["mistyped_code", "wrong_secret"]
            .contains(&desk.fails(&["units"])["code"].as_str().unwrap())
    );
    fs::write(desk.path("pass"), code).unwrap();
    assert_eq!(desk.json(&["units"])["total"], 0);
    fs::write(desk.path("pass"), PASSWORD).unwrap();
    assert_eq!(desk.json(&["units"])["total"], 0);
}

/// Runs shell lines in a session of their own, with an unlocked keyring that lives in `home`.
fn with_keyring(home: &str, script: &str) -> std::process::Output {
    fs::create_dir_all(home).unwrap();
    let script = format!(
        "printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1\n{script}"
    );
    Command::new("dbus-run-session")
        .args(["--", "sh", "-ec", &script])
        .env("HOME", home)
        .env("XDG_RUNTIME_DIR", home)
        .env_remove("XDG_DATA_HOME")
        .output()
        .expect("dbus-run-session and gnome-keyring are installed")
}

#[test]
fn the_keyring_opens_the_project_and_when_it_is_gone_the_recovery_code_does() {
    let desk = Desk::empty();
    let ctl = |words: &str| format!("{} --json --data '{}' {words}\n", desk.program(), desk.data());
    let home = desk.path("home");
    let made = with_keyring(&home, &ctl("--project 云山 init"));
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let made: Value = serde_json::from_slice(&made.stdout).unwrap();
    let again = with_keyring(&home, &ctl("units"));
    assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stderr));
    // Windows was installed anew: the same files, another keyring.
    let new_home = desk.path("new-home");
    let locked = with_keyring(&new_home, &ctl("units"));
    // The bus may say something of its own first.
    let said = String::from_utf8_lossy(&locked.stderr).into_owned();
    let problem: Value = serde_json::from_str(&said[said.find('{').unwrap()..]).unwrap();
    assert_eq!(problem["code"], "locked");
    fs::write(desk.path("code"), made["recovery_code"].as_str().unwrap()).unwrap();
    let unlock = ctl(&format!("--passphrase-file '{}' units", desk.path("code")));
    // Opened once by the code, the project has its key in the new keyring.
    let opened = with_keyring(&new_home, &format!("{unlock}{}", ctl("units")));
    assert!(opened.status.success(), "{}", String::from_utf8_lossy(&opened.stderr));
}

#[test]
fn a_damaged_file_is_told_and_left_as_it_is() {
    let desk = with_homes();
    let database = desk.database();
    let whole = fs::read(&database).unwrap();
    let mut damaged = whole.clone();
    damaged[100..8192].fill(0x5a);
    fs::write(&database, &damaged).unwrap();
    assert_eq!(desk.fails(&["units"])["code"], "damaged");
    assert_eq!(fs::read(&database).unwrap(), damaged);
    fs::write(&database, &whole[..whole.len() / 2]).unwrap();
    assert_eq!(desk.fails(&["verify"])["code"], "damaged");
    fs::write(&database, &whole).unwrap();
    assert_eq!(desk.json(&["verify"])["sound"], true);
}

#[test]
fn while_one_program_writes_another_only_reads_and_says_so() {
    let desk = with_homes();
    let file = desk.file("1-1-101");
    let mut holder =
        desk.shoulouctl(&["do"]).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let lock = desk.database().with_extension("db.lock");
    let held = || fs::File::open(&lock).unwrap().try_lock().is_err();
    while !held() {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(desk.json(&["status"])["read_only"], true);
    assert_eq!(desk.refused(meter(&file, 1))["code"], "in_use");
    assert_eq!(desk.json(&["units"])["total"], 224);
    holder.stdin.take().unwrap().write_all(meter(&file, 2).to_string().as_bytes()).unwrap();
    assert!(holder.wait().unwrap().success());
    assert_eq!(meters(&desk), ["DB0002"]);
}

#[test]
fn a_clock_set_back_ten_years_is_asked_about_before_anything_is_signed() {
    let desk = with_homes();
    let back = |arguments: &[&str]| {
        let plain = desk.shoulouctl(arguments);
        let mut command = Command::new("faketime");
        command.arg("-f").arg("-10y").arg(plain.get_program()).args(plain.get_args());
        for (key, value) in plain.get_envs() {
            match value {
                Some(value) => command.env(key, value),
                None => command.env_remove(key),
            };
        }
        command.output().expect("faketime is installed")
    };
    let status: Value = serde_json::from_slice(&back(&["status"]).stdout).unwrap();
    assert!(status["clock_behind"].as_i64().unwrap() > 9 * 365 * 24 * 3600);
    let pdf = desk.path("packet.pdf");
    let refused = back(&["print", "1-1-101", "--out", &pdf]);
    let problem: Value = serde_json::from_slice(&refused.stderr).unwrap();
    assert_eq!(problem["code"], "confirm_date");
    assert!(!fs::exists(&pdf).unwrap());
    assert!(back(&["--date-is-right", "print", "1-1-101", "--out", &pdf]).status.success());
    assert_eq!(desk.json(&["verify"])["sound"], true);
}

/// Runs a shell script in a mount namespace of its own, as its root.
fn in_namespace(script: &str) -> std::process::Output {
    Command::new("unshare")
        .args(["-rm", "sh", "-ec", script])
        .output()
        .expect("unshare is in util-linux")
}

fn line(command: &Command) -> String {
    let quote = |text: &std::ffi::OsStr| format!("'{}'", text.to_str().unwrap());
    let words: Vec<_> =
        std::iter::once(command.get_program()).chain(command.get_args()).map(quote).collect();
    words.join(" ")
}

#[test]
fn a_full_disk_records_nothing_and_loses_nothing() {
    let desk = with_homes();
    let list = desk.list("intake-by-hand.xlsx");
    let data = desk.data();
    // A disk of the project's size and a little more; the filler leaves no room for the next import.
    let script = format!(
        "cp -r {data} {data}.copy && mount -t tmpfs -o size=24m tmpfs {data} && cp -r {data}.copy/. {data}\n\
         (dd if=/dev/zero of={data}/filler bs=64k 2>/dev/null || true)\n\
         {import} && exit 9\n\
         rm {data}/filler\n\
         {verify} >&2\n",
        import = line(&desk.shoulouctl(&["import", &list, "--accept"])),
        verify = line(&desk.shoulouctl(&["verify"])),
    );
    let output = in_namespace(&script);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("\"disk_full\""), "{said}");
    assert!(said.contains("\"sound\": true"), "{said}");
}

#[test]
fn a_read_only_folder_can_be_read_and_says_that_it_cannot_be_written() {
    let desk = with_homes();
    let data = desk.data();
    let script = format!(
        "mount --bind {data} {data} && mount -o remount,ro,bind {data}\n\
         {units}\n\
         {import} && exit 9 || true\n",
        units = line(&desk.shoulouctl(&["units", "--search", "1-1-101"])),
        import = line(&desk.shoulouctl(&["import", &desk.list("intake-by-hand.xlsx"), "--accept"])),
    );
    let output = in_namespace(&script);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("1-1-101"));
    assert!(said.contains("\"read_only\"") || said.contains("\"in_use\""), "{said}");
}
