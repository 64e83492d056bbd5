//! What the comparison with the records has to say, in words; and homes as the preview shows them.

use super::{
    merge::Listed,
    report::{Problems, Spot},
    rows::Layout,
    words,
};
use shoulou_domain::{
    fields::{self, Entity, value},
    import::{HomeImport, Notice},
    normalize::paper::PaperNumber,
    view::Text2,
};
use std::collections::BTreeMap;

pub(super) fn tell(import: &HomeImport, listed: &Listed, layout: &Layout, problems: &mut Problems) {
    let spot = |column| Spot { row: listed.rows[0], column, home: Some(&import.code) };
    for clash in &import.clashes {
        let (kept, list) =
            (value::in_full(clash.field, &clash.kept), value::in_full(clash.field, &clash.list));
        let kept = if kept.is_empty() {
            ("空".to_owned(), "empty".to_owned())
        } else {
            (kept.clone(), kept)
        };
        let title = words::title(clash.field.path);
        problems.warn(
            spot(layout.column_of(clash.field)),
            Text2::new(
                format!("{}：系统里由人录入的是“{}”，名单是“{list}”；保留人工录入的。", title.zh, kept.0),
                format!("{}: a person entered “{}”, the list says “{list}”; what the person entered stays.", title.en, kept.1),
            ),
            Text2::new("如果名单是对的，请在单元办理中改正。", "If the list is right, correct it in the home's file."),
        );
    }
    let name =
        |buyer: usize| listed.home.buyers.get(buyer - 1).map_or("", |buyer| buyer.name.as_str());
    let (names, papers) = (layout.column("party/*/name"), layout.column("party/*/paper_no"));
    for notice in &import.notices {
        let look = Text2::new("请核对。", "Check it.");
        match notice {
            Notice::FewerBuyers { file, list } => problems.warn(
                spot(names),
                Text2::new(
                    format!("名单只有 {list} 位业主，系统里有 {file} 位；没有删除任何人。"),
                    format!("The list names {list} buyers, the records {file}; nobody was removed."),
                ),
                Text2::new("如有业主退出，请在单元办理中移除。", "If an owner has left, remove the owner in the home's file."),
            ),
            Notice::Renamed { from, to, .. } => problems.note(
                spot(names),
                Text2::new(format!("业主姓名由“{from}”改为“{to}”。"), format!("The buyer's name changes from “{from}” to “{to}”.")),
                look,
            ),
            Notice::RoundedDisagrees { buyer } => problems.warn(
                spot(papers),
                Text2::new(
                    format!("{}：剩下的几位与系统里的完整号码不符；保留完整号码。", name(*buyer)),
                    format!("{}: the digits that are left do not fit the full number in the records; the full one stays.", name(*buyer)),
                ),
                Text2::new("请与证件原件核对。", "Compare it with the original."),
            ),
            Notice::RoundedKnown { buyer } => problems.note(
                spot(papers),
                Text2::new(
                    format!("{}：系统里已有完整号码，与剩下的几位相符，予以保留。", name(*buyer)),
                    format!("{}: the records have the full number, and the digits that are left fit it; it stays.", name(*buyer)),
                ),
                Text2::new("无需处理。", "Nothing to do."),
            ),
            Notice::Removed { buyer } => problems.warn(
                spot(names),
                Text2::new(format!("“{}”已在系统里移除，名单仍有；未恢复。", name(*buyer)), format!("“{}” was removed and is still in the list; not brought back.", name(*buyer))),
                look,
            ),
            Notice::Erased { .. } => problems.warn(
                spot(names),
                Text2::new("名单里的一位业主的个人信息已按要求删除，未再导入。", "One buyer's personal data was erased on request; it was not imported again."),
                Text2::new("请从名单中删去此人。", "Delete this person from the list."),
            ),
            Notice::Closed => problems.warn(
                spot(layout.code_column()),
                Text2::new("这一户的档案已完成，未作改动。", "This home's file is closed; nothing was changed."),
                look,
            ),
            Notice::HouseholdErased => problems.warn(
                spot(layout.code_column()),
                Text2::new("这一户的资料已按要求删除，未再导入。", "This household's data was erased; it was not imported again."),
                Text2::new("房屋再次出售时，请先开新档案；否则请从名单中删去这一行。", "When the home is sold again, open a new file first; otherwise delete this row from the list."),
            ),
            Notice::NeedsNewerVersion => problems.warn(
                spot(layout.code_column()),
                Text2::new("这一户有新版本程序写的记录，未作改动。", "This home has entries of a newer version; nothing was changed."),
                Text2::new("请先升级程序。", "Update the program first."),
            ),
        }
    }
}

/// A home by the titles of its fields. Names and numbers are in full: the person has the list at hand.
pub(super) fn sample(listed: &Listed) -> BTreeMap<String, String> {
    let mut told = BTreeMap::from([("code".to_owned(), listed.code.clone())]);
    let home = &listed.home;
    if let Some(floor) = home.home.floor {
        told.insert("floor".to_owned(), floor.to_string());
    }
    for (on, fields) in [(Entity::Unit, &home.unit), (Entity::File, &home.file)] {
        for (path, value) in fields {
            if let Some(field) = fields::find(on, path) {
                told.insert((*path).to_owned(), value::in_full(field, value));
            }
        }
    }
    let join = |of: &dyn Fn(&shoulou_domain::import::ImportedBuyer) -> String| {
        home.buyers.iter().map(of).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("、")
    };
    let columns: [(&str, String); 2] = [
        ("party/*/name", join(&|buyer| buyer.name.clone())),
        (
            "party/*/paper_no",
            join(&|buyer| match &buyer.paper {
                Some(PaperNumber::Full(number)) => number.clone(),
                Some(PaperNumber::Rounded { .. }) => "?".to_owned(),
                None => String::new(),
            }),
        ),
    ];
    told.extend(columns.into_iter().map(|(path, text)| (path.to_owned(), text)));
    for field in ["phone", "phone2", "address"] {
        let text = join(&|buyer| {
            buyer
                .fields
                .get(field)
                .and_then(shoulou_eventlog::Value::as_text)
                .unwrap_or_default()
                .to_owned()
        });
        told.insert(format!("party/*/{field}"), text);
    }
    told.retain(|_, text| !text.is_empty());
    told
}
