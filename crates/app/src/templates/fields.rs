//! What a form may name, in the words that the shipped forms print beside it.

use super::edit;
use crate::api::TemplateField;
use serde_json::Value as Json;
use shoulou_domain::paper::{self, FORMS, Field, FieldType};
use shoulou_forms::Templates;
use std::{collections::HashMap, sync::LazyLock};

/// In the order of the form's field list, its own first and then what every form has.
pub fn of(form: &str) -> Vec<TemplateField> {
    let named = names_in(form);
    let fields = paper::fields(form);
    let (common, own): (Vec<_>, Vec<_>) = fields.iter().partition(|field| is_common(&field.path));
    own.into_iter().chain(common).map(|field| one(field, &named)).collect()
}

/// What paper calls a field of a form; its path where no form names it.
pub fn named(form: &str, path: &str) -> String {
    let fields = paper::fields(form);
    let mut fields = fields.iter().filter(|field| {
        field.path == path || field.path.split_once("[].").is_some_and(|(_, column)| column == path)
    });
    fields.next().map_or_else(|| path.to_owned(), |field| one(field, &names_in(form)).title)
}

fn is_common(path: &str) -> bool {
    ["project.", "home.", "contract.", "document."].iter().any(|head| path.starts_with(head))
        || path == "owners"
}

fn one(field: &Field, named: &HashMap<String, String>) -> TemplateField {
    let (list, path) = match field.path.split_once("[].") {
        Some((list, column)) => (Some(list.to_owned()), column.to_owned()),
        None => (None, field.path.clone()),
    };
    let last = path.rsplit('.').next().unwrap_or(&path).trim_end_matches("[]");
    let known = named
        .get(&field.path)
        .or_else(|| EVERYWHERE.get(&field.path))
        .cloned()
        .or_else(|| WORDS.iter().find(|(word, _)| *word == field.path).map(|(_, zh)| (*zh).into()))
        .or_else(|| WORDS.iter().find(|(word, _)| *word == last).map(|(_, zh)| (*zh).into()));
    let kind = match field.kind {
        FieldType::Text => "text",
        FieldType::Flag => "flag",
        FieldType::Rows => "rows",
        FieldType::Strokes => "strokes",
    };
    let title = known.unwrap_or_else(|| path.clone());
    TemplateField { path, list, title, kind: kind.to_owned() }
}

/// What any shipped form calls a field; where several do, the first.
static EVERYWHERE: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let mut all = HashMap::new();
    for form in FORMS {
        for (path, name) in names_in(form.key) {
            all.entry(path).or_insert(name);
        }
    }
    all
});

fn names_in(form: &str) -> HashMap<String, String> {
    let mut names = HashMap::new();
    let read = Templates::source(form).and_then(edit::read);
    if let Some((tree, _)) = read {
        walk(&tree, tree.get("each").and_then(Json::as_str), &mut names);
        lists(&tree, &mut names);
    }
    names
}

/// A list is named by the heading above it.
fn lists(tree: &Json, names: &mut HashMap<String, String>) {
    let mut heading = None;
    for block in tree.get("block").and_then(Json::as_array).into_iter().flatten() {
        heading = block.get("heading").and_then(Json::as_str).or(heading);
        let inside = ["table", "grid", "checks", "photos"].iter().find_map(|kind| block.get(kind));
        let each = inside.and_then(|inside| inside.get("each")?.as_str());
        if let (Some(each), Some(heading)) = (each, heading) {
            let words = heading.rsplit(['、', '　']).next().unwrap_or(heading);
            names.entry(each.to_owned()).or_insert_with(|| plain(words));
        }
    }
}

/// A label, a column's title or a check's word is the name of the one field beside it.
fn walk(tree: &Json, each: Option<&str>, names: &mut HashMap<String, String>) {
    match tree {
        Json::Array(all) => all.iter().for_each(|one| walk(one, each, names)),
        Json::Object(map) => {
            let each = map.get("each").and_then(Json::as_str).or(each);
            let text = |key: &str| map.get(key).and_then(Json::as_str);
            let label = text("label").or_else(|| text("title")).map(plain);
            if let (Some(label), Some(value)) = (label, text("value"))
                && !label.is_empty()
                && let [only] = &places(value)[..]
            {
                note(only, each, label, names);
            }
            for item in map.get("items").and_then(Json::as_array).into_iter().flatten() {
                if let Some((flag, said)) =
                    item.as_str().and_then(|item| item.strip_prefix("{?")?.split_once('}'))
                    && !flag.contains(['=', '!', '_'])
                {
                    note(flag, each, plain(said), names);
                }
            }
            map.values().for_each(|one| walk(one, each, names));
        }
        _ => {}
    }
}

fn note(path: &str, each: Option<&str>, name: String, names: &mut HashMap<String, String>) {
    if let Some(list) = each {
        names.entry(format!("{list}[].{path}")).or_insert_with(|| name.clone());
    }
    names.entry(path.to_owned()).or_insert(name);
}

/// The fields that a text names.
fn places(text: &str) -> Vec<&str> {
    let inside = text.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    let paths = inside.filter_map(|(inside, _)| inside.split(['|', ':']).next());
    paths.map(str::trim).filter(|path| !path.starts_with(['?', '_']) && *path != "n").collect()
}

fn plain(label: &str) -> String {
    let words = label.chars().filter(|c| !c.is_whitespace() && !"*{}：:".contains(*c));
    words.collect()
}

/// Names of fields that stand in running text everywhere, and of columns by their last word.
const WORDS: &[(&str, &str)] = &[
    ("project.name", "项目名称"),
    ("project.developer", "开发公司"),
    ("project.property", "物业公司"),
    ("project.city", "城市"),
    ("project.logo", "标志"),
    ("home.code", "房号"),
    ("home.kind", "房屋类型"),
    ("home.building", "楼栋"),
    ("home.address", "房屋地址"),
    ("owners", "业主姓名（全部）"),
    ("contract.no", "合同编号"),
    ("contract.date", "签约日期"),
    ("document.title", "表格标题"),
    ("document.number", "文件编号"),
    ("document.version", "文件版本"),
    ("document.copies", "份数"),
    ("document.mark", "补打标记"),
    ("document.printed_at", "打印时间"),
    ("document.printed_on", "打印日期"),
    ("document.printed_by", "打印人"),
    ("document.blank", "空白表"),
    ("document.reprint", "补打"),
    ("document.qr", "二维码"),
    ("signatures", "签名"),
    ("owner", "业主"),
    ("representative", "经办人"),
    ("supervisor", "主管"),
    ("witness", "见证人"),
    ("engineer", "工程"),
    ("security", "保安"),
    ("finance", "财务"),
    ("name", "姓名、名称"),
    ("note", "说明"),
    ("time", "时间"),
    ("date", "日期"),
    ("strokes", "签名笔迹"),
    ("no", "序号"),
    ("title", "名称"),
    ("text", "内容"),
    ("count", "数量"),
    ("unit", "单位"),
    ("number", "编号"),
    ("phone", "电话"),
    ("address", "地址"),
    ("amount", "金额"),
    ("total", "合计"),
    ("amount_in_words", "大写金额"),
    ("in_words", "大写"),
    ("reason", "原因"),
    ("result", "结果"),
    ("kind", "种类"),
    ("place", "地点"),
    ("hours", "时间段"),
    ("follower", "跟进人"),
    ("promised", "承诺日期"),
    ("remark", "备注"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearly_every_field_has_a_name_in_the_trades_words() {
        let (mut named, mut all) = (0, 0);
        for form in FORMS {
            for field in of(form.key) {
                all += 1;
                named += usize::from(!field.title.is_ascii());
            }
        }
        assert!(named * 100 >= all * 85, "{named} of {all}");
    }

    #[test]
    fn a_column_is_named_as_its_row_names_it() {
        let fields = of("handover_record");
        let department = fields.iter().find(|field| field.path == "department").unwrap();
        assert_eq!(department.list.as_deref(), Some("stations"));
        assert_eq!(department.title, "部门");
        let code = fields.iter().find(|field| field.path == "home.code").unwrap();
        assert_eq!((code.list.as_deref(), code.title.as_str()), (None, "房号"));
    }
}
