use crate::office::{Office, defect};
use shoulou_domain::{
    command::{Command, Target},
    view::FieldView,
};
use shoulou_eventlog::Value;

const NOWHERE: &str = "𮙋";
const CODE: &str = "U+2E64B";

fn warned(fields: &[FieldView], end: &str) -> Option<(String, String)> {
    let field = fields.iter().find(|field| field.path.ends_with(end)).expect("the field");
    field.warning.clone().map(|warning| (warning.zh, warning.en))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_no_font_has_is_told_where_it_is_entered() {
    let office = Office::founded().await;
    let row = office.rows().await.remove(0);
    let home = office.home(row.unit).await;
    let owner = home.parties[0].id;
    assert_eq!(warned(&home.parties[0].fields, "/name"), None);
    let set = |path: String, text: &str| Command::SetField {
        target: Target::File { id: row.file },
        path,
        value: Value::from(text),
    };
    office.tell(set(format!("party/{owner}/name"), &format!("张{NOWHERE}"))).await.unwrap();
    // The mask hides the character on the screen; on paper it would stand in full.
    let address = format!("深圳市南山区云山路1号{NOWHERE}苑8栋2单元1203室");
    office.tell(set(format!("party/{owner}/address"), &address)).await.unwrap();
    office.tell(set("remark".into(), &format!("找{NOWHERE}先生"))).await.unwrap();
    let noted = Command::NoteDefect { file: row.file, defect: defect(NOWHERE) };
    office.tell(noted).await.unwrap();

    let home = office.home(row.unit).await;
    let party = &home.parties[0].fields;
    for (fields, end) in [(party, "/name"), (party, "/address"), (&home.file_fields, "remark")] {
        let (zh, en) = warned(fields, end).expect(end);
        assert!(zh.contains(NOWHERE) && zh.contains(CODE), "{end}: {zh}");
        assert!(en.contains(NOWHERE) && en.contains(CODE), "{end}: {en}");
    }
    assert_eq!(warned(party, "/phone"), None);
    let alarm = home.alarms.iter().find(|alarm| alarm.key == "missing_glyph").expect("an alarm");
    assert!(alarm.text.zh.starts_with("问题 1") && alarm.text.zh.contains(CODE));
    let refused = office.print(row.unit, "house_handover").await.expect_err("no font");
    assert_eq!(refused.code, "missing_glyph");

    let name = Value::from(format!("{NOWHERE}苑"));
    let rename = Command::SetField { target: Target::Project, path: "name".into(), value: name };
    office.tell(rename).await.unwrap();
    assert!(warned(&office.project().await.fields, "name").is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn rare_names_that_a_font_has_are_not_warned_of() {
    let office = Office::founded().await;
    let row = office.rows().await.remove(0);
    let owner = office.home(row.unit).await.parties[0].id;
    let (target, path) = (Target::File { id: row.file }, format!("party/{owner}/name"));
    let set = Command::SetField { target, path, value: Value::from("徐㐂喆") };
    office.tell(set).await.unwrap();
    let home = office.home(row.unit).await;
    assert_eq!(warned(&home.parties[0].fields, "/name"), None);
    assert!(home.alarms.iter().all(|alarm| alarm.key != "missing_glyph"));
}
