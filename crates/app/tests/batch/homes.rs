//! What a batch prints, and what it says of homes that it cannot print.

use crate::desk::{Desk, text_of};
use serde_json::Value;
use std::{collections::BTreeSet, fs, process::Command};

/// So many homes of one building, and one whose owner's name no font can show, where it is wanted.
pub fn desk_of(homes: usize, unprintable: Option<usize>) -> Desk {
    let desk = Desk::founded();
    let mut list = String::from("房号,业主,证件号,手机,建筑面积,合同编号\n");
    for n in 0..homes {
        let name = if unprintable == Some(n) { "王𮙋".to_owned() } else { name(n) };
        let (floor, room) = (n / 4 + 1, n % 4 + 1);
        list += &format!("1-1-{floor}{room:02},{name},H{n:08},139{n:08},89.37,JX-{n}\n");
    }
    fs::write(desk.path("homes.csv"), list).unwrap();
    desk.ok(&["import", &desk.path("homes.csv"), "--accept"]);
    desk
}

pub fn name(n: usize) -> String {
    const NAMES: [&str; 10] = ["陈", "李", "王", "赵", "刘", "黄", "何", "郑", "吴", "孙"];
    format!("{}嘉{}", NAMES[n % 10], NAMES[n / 10 % 10])
}

/// Numbers of all papers of these homes that the log has.
pub fn numbers(desk: &Desk) -> Vec<String> {
    let mut numbers = Vec::new();
    for row in desk.json(&["units"])["rows"].as_array().unwrap() {
        let home = desk.json(&["show", row["code"].as_str().unwrap()]);
        let documents = home["view"]["documents"].as_array().unwrap();
        numbers.extend(documents.iter().map(|one| one["number"].as_str().unwrap().to_owned()));
    }
    numbers
}

pub fn pages_of(pdf: &str) -> u64 {
    let told = Command::new("pdfinfo").arg(pdf).output().unwrap();
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    let pages = told.lines().find_map(|line| line.strip_prefix("Pages:")).unwrap();
    pages.trim().parse().unwrap()
}

pub fn status(desk: &Desk) -> Value {
    desk.json(&["batch", "status"])[0].clone()
}

#[test]
fn one_pdf_holds_every_home_in_order_and_a_home_that_cannot_print_is_named() {
    let desk = desk_of(12, Some(5));
    let out = desk.path("notices.pdf");
    let done = desk.json(&[
        "batch",
        "start",
        "--form",
        "admission_notice",
        "--form",
        "fee_list",
        "--out",
        &out,
    ]);
    assert_eq!(
        (&done["state"], &done["total"], &done["done"]),
        (&"finished".into(), &12.into(), &11.into())
    );
    let failed = &done["failed"][0];
    assert_eq!(failed["home"], "1-1-202");
    assert_eq!(failed["problem"]["code"], "missing_glyph");
    assert_eq!(done["failed"].as_array().unwrap().len(), 1);
    let checked = Command::new("qpdf").args(["--check", &out]).output().unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
    assert_eq!(pages_of(&out), done["pages"].as_u64().unwrap());
    let text: String = text_of(&out).split_whitespace().collect();
    let mut places = Vec::new();
    for n in (0..12).filter(|n| *n != 5) {
        let code = format!("1-1-{}{:02}", n / 4 + 1, n % 4 + 1);
        places.push(text.find(&code).unwrap_or_else(|| panic!("{code} is not in the file")));
        assert!(text.contains(&name(n)));
    }
    assert!(places.is_sorted(), "{places:?}");
    // Its cause mended, it takes its place among the others.
    let file = desk.file("1-1-202");
    let home = desk.json(&["show", "1-1-202"]);
    let owner = home["view"]["parties"][0]["id"].as_str().unwrap().to_owned();
    desk.command(serde_json::json!({
        "type": "SetField", "target": { "entity": "file", "id": file },
        "path": format!("party/{owner}/name"), "value": name(5),
    }));
    let done = desk.json(&["batch", "resume", "--failed"]);
    assert_eq!((&done["done"], done["failed"].as_array().unwrap().len()), (&12.into(), 0));
    let text: String = text_of(&out).split_whitespace().collect();
    assert!(text.contains("1-1-202") && text.contains(&name(5)));
    let all = numbers(&desk);
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 24);
    assert_eq!(desk.json(&["verify"])["sound"], true);
}

#[test]
fn a_folder_holds_one_pdf_for_each_home_and_nothing_in_it_is_overwritten() {
    let desk = desk_of(4, None);
    let folder = desk.path("notices");
    fs::create_dir(&folder).unwrap();
    fs::write(format!("{folder}/1-1-101.pdf"), "somebody's").unwrap();
    let start = ["batch", "start", "--search", "1-1-10", "--form", "fee_list", "--folder", &folder];
    let done = desk.json(&start);
    assert_eq!(done["done"], 4);
    assert_eq!(fs::read(format!("{folder}/1-1-101.pdf")).unwrap(), b"somebody's");
    for name in ["1-1-101 (2)", "1-1-102", "1-1-103", "1-1-104"] {
        let text: String = text_of(&format!("{folder}/{name}.pdf")).split_whitespace().collect();
        assert!(text.contains(&name[..7]), "{name}: {text}");
    }
    // Once more: they are the same papers, marked.
    let done = desk.json(&start);
    assert_eq!(done["done"], 4);
    let again = text_of(&format!("{folder}/1-1-104 (2).pdf"));
    assert!(again.split_whitespace().collect::<String>().contains("补打"));
    assert_eq!(numbers(&desk).iter().collect::<BTreeSet<_>>().len(), 4);
}

#[test]
fn a_batch_of_nothing_is_refused_and_so_is_a_form_that_there_is_not() {
    let desk = desk_of(2, None);
    let out = desk.path("out.pdf");
    let nobody = ["batch", "start", "--search", "没有这一户", "--out", &out];
    assert_eq!(desk.fails(&nobody)["code"], "no_homes");
    let unknown = ["batch", "start", "--form", "love_letter", "--out", &out];
    assert_eq!(desk.fails(&unknown)["code"], "unknown_form");
    assert_eq!(desk.json(&["batch", "status"]), serde_json::json!([]));
    assert_eq!(desk.fails(&["batch", "resume"])["code"], "no_such_batch");
}
