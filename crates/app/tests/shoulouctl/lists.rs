//! Paper that belongs to no single home.

use crate::desk::{Desk, text_of};
use std::collections::BTreeSet;

#[test]
fn a_list_over_all_homes_names_every_one_and_is_kept_in_no_file() {
    let desk = Desk::founded();
    desk.ok(&["import", &desk.list("intake-clean.xlsx")]);
    let pdf = desk.path("list.pdf");
    let printed = desk.json(&["print", "--all-homes", "--form", "intake_list", "--out", &pdf]);
    let number = printed["documents"][0]["number"].as_str().unwrap();
    let text = text_of(&pdf);
    assert!(number.starts_with("L-") && text.contains(number), "{number}");
    let units = desk.json(&["units"]);
    for row in units["rows"].as_array().unwrap() {
        let code = row["code"].as_str().unwrap();
        assert!(text.contains(code), "{code} is not on the list");
    }
    let said = desk.fails(&["print", "--all-homes", "--form", "house_handover", "--out", &pdf]);
    assert!(said.to_string().contains("house_handover"), "{said}");
}

#[test]
fn blank_sets_have_numbers_of_their_own_that_are_never_used_again() {
    let desk = Desk::founded();
    desk.ok(&["import", &desk.list("intake-clean.xlsx")]);
    let pdf = desk.path("blank.pdf");
    let numbers = |sets: &str| -> BTreeSet<String> {
        let printed = desk.json(&["print", "--blank-sets", sets, "--out", &pdf]);
        let documents = printed["documents"].as_array().unwrap();
        assert!(documents.len() >= 10, "a set is what is signed on the day");
        documents.iter().map(|paper| paper["number"].as_str().unwrap().to_owned()).collect()
    };
    let (first, second) = (numbers("2"), numbers("1"));
    assert_eq!((first.len(), second.len()), (2, 1));
    assert!(first.is_disjoint(&second), "{first:?} {second:?}");
    assert!(second.iter().all(|number| number.ends_with("-003")), "{second:?}");
    let text = text_of(&pdf);
    assert!(second.iter().all(|number| text.contains(number)));
    assert!(!text.contains("1-1-101"), "a blank set belongs to no home");
}
