//! A list, blank sets and a home's forms, sent to a printer from the command line.

use crate::{
    office::{Office, PASSWORD},
    paper::sheets,
    station::{Sheet, at_a_station},
};
use serde_json::Value;
use shoulou_app::{
    Options,
    api::{PrintedLine, Query},
};
use std::{
    path::Path,
    process::{Command, Output},
};

/// While nobody else has the project open.
fn shoulouctl(dir: &Path, arguments: &[&str]) -> Output {
    std::fs::write(dir.join("pass"), PASSWORD).unwrap();
    Command::new(env!("CARGO_BIN_EXE_shoulouctl"))
        .args(["--json", "--data", "data", "--passphrase-file", "pass"])
        .args(arguments)
        .current_dir(dir)
        .output()
        .unwrap()
}

fn done(output: &Output) -> Value {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn title(sheet: &Sheet) -> &str {
    let name = sheet.attributes.lines().find_map(|line| line.strip_prefix("IPP_JOB_NAME="));
    name.unwrap()
}

#[test]
fn a_list_a_blank_set_and_a_homes_forms_come_out_of_the_printer_that_is_named() {
    let test = "command_line::\
                a_list_a_blank_set_and_a_homes_forms_come_out_of_the_printer_that_is_named";
    at_a_station(test, async |station| {
        let office = Office::founded().await;
        let work = async |dir: &Path| {
            let list = ["print", "--all-homes", "--form", "intake_list", "--printer", "Office"];
            let list = done(&shoulouctl(dir, &list));
            let number = list["documents"][0]["number"].as_str().unwrap().to_owned();
            assert_eq!((&list["path"], list["jobs"].as_array().unwrap().len()), (&Value::Null, 1));
            let out = sheets(&station, 1).await;
            assert!(out[0].text().contains(&number) && out[0].text().contains("何静"));
            assert_eq!(title(&out[0]), format!("收楼 {number}"));
            assert_eq!(u64::from(out[0].pages()), list["pages"].as_u64().unwrap());

            let blank = ["print", "--blank-sets", "1", "--form", "key_custody", "--printer", ""];
            done(&shoulouctl(dir, &blank));
            assert!(!sheets(&station, 2).await[1].text().contains("何静"));

            let home =
                "print 1-1-101 --form house_handover --duplex --printer Office --out both.pdf";
            let home: Vec<_> = home.split(' ').collect();
            done(&shoulouctl(dir, &home));
            let out = sheets(&station, 3).await;
            assert!(out[2].attributes.contains("IPP_SIDES=two-sided-long-edge"));
            assert!(dir.join("both.pdf").exists());

            let nobody = ["print", "--all-homes", "--form", "intake_list", "--printer", "Nobody"];
            let refused = shoulouctl(dir, &nobody);
            let problem: Value = serde_json::from_slice(&refused.stderr).unwrap();
            assert_eq!(refused.status.code(), Some(1));
            assert_eq!(problem["code"], "printer_gone");
            assert_eq!(shoulouctl(dir, &["print", "1-1-101"]).status.code(), Some(2), "where to?");

            let left = std::fs::read_dir(dir.join("data")).unwrap().flatten();
            let prints = left.filter(|place| place.path().join("prints").exists());
            assert_eq!(prints.count(), 0, "what went to a printer lies in no file");
        };
        let office = office.lent(Options::default(), work).await;
        let history = Query::PrintHistory { unit: None, limit: 10 };
        let history: Vec<PrintedLine> = office.ask(history).await;
        let told: Vec<_> = history.iter().map(|line| (line.form.as_str(), line.homes)).collect();
        assert_eq!(told, [("house_handover", None), ("intake_list", Some(4))]);
        assert!(history.iter().all(|line| line.printer.as_deref() == Some("Office")));
        office.sound().await;
        office
    });
}
