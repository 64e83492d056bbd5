use super::*;
use proptest::prelude::*;
use serde_json::json;
use shoulou_forms::{Template, Templates, fields_of};

const NOTE: &str = "# 说明：谁签、几份。\nform = \"gas_safety\"\ntitle = \"标题\" # 页首\ncode = \"F\"\n\n\
    [[block]]\nheading = \"一\"\n\n# 甲\n[[block]]\nparagraph = \"\"\"\n第一行\n第二行\"\"\"\n\n\
    [[block]]\nchecks = { columns = 2, items = [\n  \"{?_} 甲\", # 先\n  \"{?_} 乙\",\n] }\n";

fn key(name: &str) -> Step {
    Step::Key(name.into())
}

fn path(steps: &[Json]) -> Vec<Step> {
    serde_json::from_value(json!(steps)).expect("keys and places")
}

fn set(steps: &[Json], value: Json) -> TemplateEdit {
    TemplateEdit::Set { path: path(steps), value }
}

fn after(edits: &[TemplateEdit]) -> String {
    apply(NOTE, edits).expect("the paths are there")
}

fn shipped() -> impl Iterator<Item = (&'static str, &'static str)> {
    let forms = shoulou_domain::paper::FORMS.iter().map(|form| form.key);
    forms.filter_map(|form| Some((form, Templates::source(form)?)))
}

fn leaves(tree: &Json, at: &mut Vec<Step>, all: &mut Vec<(Vec<Step>, Json)>) {
    match tree {
        Json::Object(map) => map.iter().for_each(|(name, inner)| {
            at.push(key(name));
            leaves(inner, at, all);
            at.pop();
        }),
        Json::Array(list) => list.iter().enumerate().for_each(|(n, inner)| {
            at.push(Step::At(n));
            leaves(inner, at, all);
            at.pop();
        }),
        leaf => all.push((at.clone(), leaf.clone())),
    }
}

fn of(text: &str) -> Json {
    read(text).expect("TOML").0
}

#[test]
fn a_text_that_nothing_changes_stays_as_it_was_written() {
    for (form, text) in shipped() {
        let mut all = Vec::new();
        leaves(&of(text), &mut Vec::new(), &mut all);
        let same = all.into_iter().map(|(path, value)| TemplateEdit::Set { path, value });
        assert_eq!(apply(text, &same.collect::<Vec<_>>()).unwrap(), text, "{form}");
    }
}

#[test]
fn one_changed_text_changes_its_line_alone() {
    let changed = after(&[set(&[json!("block"), json!(0), json!("heading")], json!("二"))]);
    assert_eq!(changed, NOTE.replace("heading = \"一\"", "heading = \"二\""));
    let title = after(&[set(&[json!("title")], json!("另一个"))]);
    assert_eq!(title, NOTE.replace("\"标题\" # 页首", "\"另一个\" # 页首"));
}

#[test]
fn a_block_moves_with_the_comment_above_it() {
    let moved = after(&[TemplateEdit::Move { path: path(&[json!("block")]), from: 1, to: 0 }]);
    let comment = moved.find("# 甲").unwrap();
    let [paragraph, heading] = ["第一行", "heading"].map(|word| moved.find(word).unwrap());
    assert!(comment < paragraph && paragraph < heading, "{moved}");
    let back =
        apply(&moved, &[TemplateEdit::Move { path: path(&[json!("block")]), from: 0, to: 1 }]);
    assert_eq!(back.unwrap(), NOTE);
}

#[test]
fn items_of_a_list_come_go_and_move_in_its_manner() {
    let items = || path(&[json!("block"), json!(2), json!("checks"), json!("items")]);
    let added = after(&[TemplateEdit::Insert { path: items(), at: 2, value: json!("{?_} 丙") }]);
    assert!(added.contains("\n  \"{?_} 乙\",\n  \"{?_} 丙\",\n] }"), "{added}");
    let gone = after(&[TemplateEdit::Remove { path: items(), at: 1 }]);
    assert_eq!(of(&gone)["block"][2]["checks"]["items"], json!(["{?_} 甲"]));
    let moved = after(&[TemplateEdit::Move { path: items(), from: 0, to: 1 }]);
    assert_eq!(of(&moved)["block"][2]["checks"]["items"], json!(["{?_} 乙", "{?_} 甲"]));
}

#[test]
fn a_key_comes_and_goes() {
    let block = |name: &str| [json!("block"), json!(1), json!(name)];
    let with = after(&[set(&block("legal"), json!(true)), set(&block("when"), json!("owners"))]);
    assert_eq!(of(&with)["block"][1]["legal"], json!(true));
    let without =
        apply(&with, &[set(&block("legal"), Json::Null), set(&block("when"), Json::Null)]);
    assert_eq!(without.unwrap(), NOTE);
}

#[test]
fn a_new_table_is_a_block_like_any_other() {
    let value = json!({ "table": { "each": "rows", "columns": [
        { "title": "序号", "width": 1, "value": "{n}" }, { "title": "说明", "width": 4 } ] } });
    let path = path(&[json!("block")]);
    let added = after(&[TemplateEdit::Insert { path, at: 1, value: value.clone() }]);
    assert_eq!(of(&added)["block"][1], value);
    assert_eq!(of(&added)["block"][3], of(NOTE)["block"][2]);
    assert!(added.contains("# 先") && added.contains("# 甲"));
}

#[test]
fn a_path_that_leads_nowhere_changes_nothing() {
    for edit in [
        set(&[json!("block"), json!(9), json!("heading")], json!("二")),
        set(&[], json!("二")),
        TemplateEdit::Remove { path: path(&[json!("block")]), at: 3 },
        TemplateEdit::Move { path: path(&[json!("block")]), from: 0, to: 3 },
        TemplateEdit::Insert { path: path(&[json!("title")]), at: 0, value: json!("甲") },
    ] {
        assert_eq!(apply(NOTE, &[edit]).unwrap_err().code, "bad_request");
    }
    assert!(apply("form = ", &[]).is_err());
}

#[test]
fn the_lines_of_the_blocks_are_those_of_the_file() {
    assert_eq!(read(NOTE).unwrap().1, [6, 10, 15]);
}

proptest! {
    /// Moved about and moved back, a shipped form says the same; a half-way text still reads.
    #[test]
    fn moving_blocks_loses_nothing(pick in any::<prop::sample::Index>(), from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>()) {
        let forms: Vec<_> = shipped().collect();
        let (form, text) = forms[pick.index(forms.len())];
        let count = of(text)["block"].as_array().unwrap().len();
        let (from, to) = (from.index(count), to.index(count));
        let edit = |from, to| [TemplateEdit::Move { path: vec![key("block")], from, to }];
        let moved = apply(text, &edit(from, to)).unwrap();
        let mut expected = of(text);
        let blocks = expected["block"].as_array_mut().unwrap();
        let block = blocks.remove(from);
        blocks.insert(to, block);
        prop_assert_eq!(of(&moved), expected);
        prop_assert!(Template::parse("moved.toml", &moved, &fields_of(form)).is_ok());
        prop_assert_eq!(apply(&moved, &edit(to, from)).unwrap(), text);
    }

    /// Whatever text a leaf is given, it says just that afterwards, and everything else as before.
    #[test]
    fn a_leaf_says_what_it_was_told(pick in any::<prop::sample::Index>(), leaf in any::<prop::sample::Index>(), said in "[一-龥a-z\"\\\\\n{}#，。 ]{0,40}") {
        let forms: Vec<_> = shipped().collect();
        let text = forms[pick.index(forms.len())].1;
        let mut all = Vec::new();
        leaves(&of(text), &mut Vec::new(), &mut all);
        let (path, _) = &all[leaf.index(all.len())];
        let value = json!(said);
        let changed = apply(text, &[TemplateEdit::Set { path: path.clone(), value: value.clone() }]).unwrap();
        let mut now = Vec::new();
        leaves(&of(&changed), &mut Vec::new(), &mut now);
        let expected: Vec<_> = all.iter().map(|(at, was)| {
            (at.clone(), if at == path { value.clone() } else { was.clone() })
        }).collect();
        prop_assert_eq!(now, expected);
    }
}
