use crate::desk::{Desk, text_of};
use serde_json::Value;

fn state(desk: &Desk, form: &str) -> Value {
    let list = desk.json(&["templates", "list"]);
    let forms = list["forms"].as_array().unwrap();
    forms.iter().find(|one| one["form"] == form).unwrap().clone()
}

#[test]
fn an_office_takes_a_template_out_changes_it_and_goes_back() {
    let desk = Desk::founded();
    desk.ok(&["import", &desk.list("intake-clean.xlsx")]);
    let (file, pdf) = (desk.path("rules.toml"), desk.path("rules.pdf"));
    desk.ok(&["templates", "export", "house_rules", &file]);
    let text = std::fs::read_to_string(&file).unwrap();
    let own =
        text.replacen("[[block]]", "[[block]]\nparagraph = \"本园区另有约定\"\n\n[[block]]", 1);
    std::fs::write(&file, &own).unwrap();
    desk.ok(&["templates", "set", "house_rules", &file, "--note", "加一段"]);
    assert_eq!(state(&desk, "house_rules")["version"], 1);
    desk.ok(&["print", "1-1-101", "--form", "house_rules", "--out", &pdf]);
    assert!(text_of(&pdf).contains("本园区另有约定"));

    std::fs::write(&file, own.replace("[[block]]", "[[blok]]")).unwrap();
    let problem = desk.fails(&["templates", "set", "house_rules", &file]);
    assert_eq!(problem["code"], "template_wrong");
    desk.ok(&["templates", "reset", "house_rules"]);
    assert_eq!(state(&desk, "house_rules")["own"], false);
    desk.ok(&["templates", "reset", "house_rules", "--version", "1"]);
    desk.ok(&["templates", "export", "house_rules", &file]);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), own);
    let unknown = desk.fails(&["templates", "reset", "house_rules", "--version", "7"]);
    assert_eq!(unknown["code"], "form_template_unknown");
    assert_eq!(desk.json(&["verify"])["sound"], true);
}
