//! A batch that is cut off goes on where it stopped: no number twice, none missing.

use crate::{
    desk::{Desk, text_of},
    homes::{desk_of, name, numbers, pages_of, status},
};
use std::{
    collections::BTreeSet,
    fs,
    process::{Command, Stdio},
    time::Duration,
};

const FORMS: [&str; 4] = ["--form", "admission_notice", "--form", "fee_list"];

/// Starts, and kills with -9 as soon as something more has come to its folder, again and again until it is through.
#[test]
fn killed_again_and_again_no_number_is_given_twice_and_none_is_missing() {
    let desk = desk_of(14, None);
    let folder = desk.path("out");
    fs::create_dir(&folder).unwrap();
    let start = [&["batch", "start", "--folder", &folder], &FORMS[..]].concat();
    let mut cut = 0;
    let mut next = start.clone();
    loop {
        let before = fs::read_dir(&folder).unwrap().count();
        let mut child =
            desk.shoulouctl(&next).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let through = loop {
            if let Some(ended) = child.try_wait().unwrap() {
                assert!(ended.success());
                break true;
            }
            if cut < 4 && fs::read_dir(&folder).unwrap().count() >= before + 2 {
                child.kill().unwrap();
                child.wait().unwrap();
                break false;
            }
            std::thread::sleep(Duration::from_millis(2));
        };
        if through {
            break;
        }
        cut += 1;
        let stands = status(&desk);
        assert_eq!(stands["state"], "paused", "{stands}");
        assert_eq!(stands["problem"]["code"], "batch_interrupted");
        next = vec!["batch", "resume"];
    }
    assert!(cut > 1, "it was cut off {cut} times");
    let done = status(&desk);
    assert_eq!((&done["state"], &done["done"]), (&"finished".into(), &14.into()));
    let all = numbers(&desk);
    assert_eq!(all.len(), 28, "each form of each home was recorded once");
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 28);
    let files: Vec<_> = fs::read_dir(&folder).unwrap().flatten().map(|file| file.path()).collect();
    let pdfs: Vec<_> =
        files.iter().filter(|path| path.extension().is_some_and(|end| end == "pdf")).collect();
    assert_eq!(pdfs.len(), 14, "{pdfs:?}");
    for path in pdfs {
        let text = text_of(&path.display().to_string());
        assert!(!text.contains("补打"), "{}", path.display());
        assert!(all.iter().any(|number| text.contains(number)), "{}", path.display());
    }
    assert_eq!(desk.json(&["verify"])["sound"], true);
}

/// Starts, and kills with -9 once so many bytes of the one PDF are there; answers with where they lie.
fn killed_in_one_pdf(desk: &Desk, out: &str, bytes: u64) -> String {
    let start = [&["batch", "start", "--out", out], &FORMS[..]].concat();
    let mut child =
        desk.shoulouctl(&start).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let part = format!("{out}.part");
    while fs::metadata(&part).map_or(0, |part| part.len()) < bytes {
        assert!(child.try_wait().unwrap().is_none(), "it was through too soon");
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    part
}

#[test]
fn one_pdf_is_whole_after_a_crash_in_its_middle() {
    let desk = desk_of(10, None);
    let out = desk.path("all.pdf");
    let part = killed_in_one_pdf(&desk, &out, 200_000);
    assert!(
        fs::metadata(&out).is_err(),
        "what is half done does not lie there as if it were whole"
    );
    let done = desk.json(&["batch", "resume"]);
    assert_eq!((&done["state"], &done["done"]), (&"finished".into(), &10.into()));
    assert_eq!(pages_of(&out), done["pages"].as_u64().unwrap());
    let text: String = text_of(&out).split_whitespace().collect();
    assert!((0..10).all(|n| text.contains(&name(n))));
    let all = numbers(&desk);
    assert_eq!((all.len(), all.iter().collect::<BTreeSet<_>>().len()), (20, 20));
    for number in &all {
        assert!(text.contains(number.as_str()), "{number}");
    }
    assert!(fs::metadata(&part).is_err());
}

#[test]
fn a_cancelled_batch_leaves_what_was_printed_and_goes_on_no_more() {
    let desk = desk_of(10, None);
    let out = desk.path("all.pdf");
    let part = killed_in_one_pdf(&desk, &out, 100_000);
    desk.ok(&["batch", "cancel"]);
    assert!(fs::metadata(&part).is_err());
    assert_eq!(status(&desk)["state"], "cancelled");
    assert_eq!(desk.fails(&["batch", "resume"])["code"], "batch_over");
    assert_eq!(desk.fails(&["batch", "cancel"])["code"], "batch_over");
    let recorded = numbers(&desk).len();
    assert!(recorded > 0 && recorded < 20, "{recorded}");
    assert_eq!(desk.json(&["verify"])["sound"], true);
}

/// Everything of the project, and where the batch goes, on a disk of a few MB of its own.
#[test]
fn a_full_disk_stops_a_batch_and_it_goes_on_when_there_is_room() {
    let desk = desk_of(8, None);
    let disk = desk.path("disk");
    fs::create_dir(&disk).unwrap();
    let program = desk.program();
    let (data, pass) = (desk.data(), desk.path("pass"));
    let run = format!("{program} --json --data {data} --passphrase-file {pass}");
    let forms = FORMS.join(" ");
    let script = format!(
        "mount -t tmpfs -o size=300k none {disk}\n\
         ! {run} batch start --folder {disk}/out {forms} 2>{disk}.said >/dev/null\n\
         {run} batch status > {disk}.status\n\
         mount -o remount,size=64m {disk}\n\
         {run} batch resume > {disk}.resumed\n\
         ls {disk}/out > {disk}.listed\n"
    );
    let ended = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-ec", &script])
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .output()
        .expect("unshare is part of util-linux");
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    let read = |end: &str| fs::read_to_string(format!("{disk}.{end}")).unwrap();
    let json = |end: &str| serde_json::from_str::<serde_json::Value>(&read(end)).unwrap();
    assert_eq!(json("said")["code"], "cannot_write");
    let paused = &json("status")[0];
    assert_eq!(paused["state"], "paused");
    assert_eq!(paused["problem"]["code"], "cannot_write");
    assert_eq!(paused["failed"], serde_json::json!([]), "a full disk is no home's fault");
    let done = json("resumed");
    assert_eq!((&done["state"], &done["done"]), (&"finished".into(), &8.into()));
    assert_eq!(read("listed").lines().count(), 8);
    let all = numbers(&desk);
    assert_eq!((all.len(), all.iter().collect::<BTreeSet<_>>().len()), (16, 16));
}
