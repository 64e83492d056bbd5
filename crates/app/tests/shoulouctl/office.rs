use crate::desk::{Desk, text_of};
use serde_json::json;

#[test]
fn a_list_becomes_homes_and_a_home_becomes_a_packet() {
    let desk = Desk::founded();
    desk.ok(&["import", &desk.list("intake-clean.xlsx")]);
    let units = desk.json(&["units", "--search", "2-1-101"]);
    assert_eq!(units["rows"][0]["code"], "2-1-101");
    let pdf = desk.path("packet.pdf");
    let printed = desk.json(&["print", "1-1-103", "--out", &pdf]);
    assert!(printed["documents"].as_array().unwrap().len() >= 6, "{printed}");
    let text = text_of(&pdf);
    for words in ["杜强", "李子", "入伙通知书", "房屋交接单", "业主收楼房屋问题清单"]
    {
        assert!(text.contains(words), "{words} is on no page");
    }
    let verified = desk.json(&["verify"]);
    assert_eq!(verified["sound"], true, "{verified}");
}

#[test]
fn printing_the_same_again_is_a_reprint_and_changed_data_a_new_version() {
    let desk = Desk::founded();
    desk.ok(&["import", &desk.list("intake-clean.xlsx")]);
    let pdf = desk.path("sheet.pdf");
    let print = || desk.json(&["print", "1-1-101", "--form", "house_handover", "--out", &pdf]);
    let first = print();
    let again = print();
    assert_eq!(first["documents"][0]["number"], again["documents"][0]["number"]);
    assert_eq!(again["documents"][0]["reprint"], true);
    assert!(text_of(&pdf).contains("补打"));
    desk.command(json!({
        "type": "RegisterKeys", "file": desk.file("1-1-101"), "kind": "door", "name": "入户门钥匙",
        "position": "大门", "number": "A1", "count": 2,
        "holder": { "held_by": "department", "name": "保安部" }
    }));
    let changed = print();
    assert_ne!(first["documents"][0]["number"], changed["documents"][0]["number"]);
    assert_eq!(changed["documents"][0]["reprint"], false);
    assert!(!text_of(&pdf).contains("补打"));
}

#[test]
fn scans_of_printed_papers_are_filed_once_by_command_line() {
    let desk = Desk::founded();
    desk.ok(&["import", &desk.list("intake-clean.xlsx")]);
    let pdf = desk.path("sheet.pdf");
    desk.ok(&["print", "1-1-101", "--form", "house_handover", "--out", &pdf]);
    let scans = desk.path("scans");
    std::fs::create_dir(&scans).unwrap();
    let page = format!("{scans}/page");
    let draw = ["-r", "150", "-gray", "-jpeg", &pdf, &page];
    let drawn = std::process::Command::new("pdftoppm").args(draw).status().unwrap();
    assert!(drawn.success(), "pdftoppm is part of poppler-utils");
    let how = |arguments: &[&str]| {
        let view = desk.json(arguments);
        assert_eq!(view["loose"], json!([]), "{view}");
        view["documents"][0]["scans"][0]["how"].clone()
    };
    assert_eq!(how(&["scan-back", &scans, "--dry-run"]), "filed");
    assert_eq!(how(&["scan-back", &scans]), "filed");
    assert_eq!(how(&["scan-back", &scans]), "already");
    let nowhere = desk.fails(&["scan-back", &desk.path("nowhere")]);
    assert_eq!(nowhere["code"], "cannot_read");
}

#[test]
fn the_hand_kept_list_is_taken_only_after_its_mapping_was_accepted() {
    let desk = Desk::founded();
    let list = desk.list("intake-by-hand.xlsx");
    let refused = desk.fails(&["import", &list]);
    assert_eq!(refused["code"], "mapping_needed");
    assert_eq!(desk.json(&["units"])["total"], 0);
    let preview = desk.json(&["import", &list, "--dry-run"]);
    let map = desk.path("map.json");
    std::fs::write(&map, preview["mapping"].to_string()).unwrap();
    let done = desk.json(&["import", &list, "--map", &map]);
    assert_eq!(done["report"]["homes_new"], 170);
}

#[test]
fn a_backup_restored_elsewhere_is_the_same_project() {
    let desk = Desk::founded();
    desk.ok(&["import", &desk.list("intake-clean.xlsx")]);
    let backup = desk.path("一期.backup");
    desk.ok(&["backup", &backup]);
    let other = Desk::empty();
    other.ok(&["restore", &backup]);
    assert_eq!(desk.json(&["units"])["rows"], other.json(&["units"])["rows"]);
    assert_eq!(other.json(&["verify"])["sound"], true);
    let again = other.fails(&["restore", &backup]);
    assert_eq!(again["code"], "project_exists");
}

#[test]
fn a_backup_takes_the_place_of_a_project_that_was_moved_aside_and_a_wrong_secret_leaves_it_there() {
    let desk = Desk::founded();
    desk.ok(&["import", &desk.list("intake-clean.xlsx")]);
    let backup = desk.path("一期.backup");
    desk.ok(&["backup", &backup]);
    let homes = desk.json(&["units"])["total"].as_u64().unwrap();
    desk.command(json!({ "type": "AddUnit", "code": "9-1-901", "kind": "flat" }));
    assert_eq!(desk.json(&["units"])["total"], homes + 1);
    let other = Desk::empty();
    let broken = other.path("broken.backup");
    let mut bytes = std::fs::read(&backup).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&broken, bytes).unwrap();
    desk.fails(&["restore", &broken, "--aside"]);
    assert_eq!(desk.json(&["units"])["total"], homes + 1);

    desk.ok(&["restore", &backup, "--aside"]);
    assert_eq!(desk.json(&["units"])["total"], homes);
    assert_eq!(desk.json(&["verify"])["sound"], true);
}

#[test]
fn what_the_commands_are_is_printed_as_a_schema() {
    let desk = Desk::empty();
    let schema = desk.json(&["do", "--schema"]);
    assert!(schema.to_string().contains("RetainKeys"));
}

#[test]
fn a_command_that_is_not_understood_changes_nothing() {
    let desk = Desk::founded();
    let refused = desk.refused(json!({ "type": "DemolishHome" }));
    assert_eq!(refused["code"], "bad_request");
    let refused = desk.refused(json!({ "type": "CloseFile", "file": "00".repeat(16) }));
    assert_eq!(refused["code"], "file_missing");
    assert_eq!(desk.json(&["verify"])["sound"], true);
}
