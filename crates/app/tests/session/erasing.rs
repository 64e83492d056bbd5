use crate::office::{Office, defect, picture};
use shoulou_app::api::{Action, Done, Query, UnitList};
use shoulou_domain::{command::Command, view::HomeRow, vocabulary::ErasureReason};
use shoulou_eventlog::Id;

async fn found(office: &Office, words: &str) -> u32 {
    let query = Query::Units {
        search: words.into(),
        building: None,
        stage: None,
        only: None,
        offset: 0,
        limit: 10,
    };
    office.ask::<UnitList>(query).await.total
}

/// A home with something of everybody in it: a defect, its photo, a printed list.
async fn lived_in(office: &Office, row: &HomeRow) -> String {
    let (file, unit) = (row.file, row.unit);
    office.tell(Command::NoteDefect { file, defect: defect("窗扇关闭不严") }).await.unwrap();
    let fact = office.home(unit).await.defects[0].fact;
    let path = picture("logo.png").display().to_string();
    office.app.execute(Action::AttachPhoto { file, fact, path }).await.unwrap();
    office.print(unit, "defect_list").await.unwrap();
    office.home(unit).await.defects[0].photos[0].blob.clone()
}

fn erase(file: Id) -> Command {
    Command::EraseHousehold { file, why: ErasureReason::TermOver }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_household_is_erased_whole_and_the_others_stay_whole() {
    let office = Office::founded().await;
    let rows = office.rows().await;
    let [gone, other] = [&rows[0], &rows[2]];
    assert_eq!((gone.code.as_str(), other.code.as_str()), ("1-1-101", "1-1-201"));
    let photo = lived_in(&office, gone).await;
    let kept = lived_in(&office, other).await;
    let before = office.home(other.unit).await;
    let Done::Recorded { undo, .. } = office.tell(erase(gone.file)).await.unwrap() else {
        panic!("not recorded");
    };
    assert_eq!(undo, None, "what is gone is not offered back");
    let undone = office.app.execute(Action::Undo).await;
    assert!(
        undone.is_ok(),
        "the last action that left something is the other home's print or photo"
    );

    assert_eq!(found(&office, "谢敏").await, 0);
    assert_eq!(found(&office, "3390").await, 0);
    let view = office.home(gone.unit).await;
    assert!(view.erased && view.row.owners.is_empty());
    assert!(view.documents.is_empty() && view.defects.is_empty());
    let refused = office.print(gone.unit, "defect_list").await.expect_err("refused");
    assert_eq!(refused.code, "household_erased");
    assert!(office.app.query(Query::Scan { blob: kept }).await.is_ok());
    assert!(office.app.query(Query::Scan { blob: photo }).await.is_err());

    let after = office.home(other.unit).await;
    assert_eq!(after.parties, before.parties);
    assert_eq!(after.documents, before.documents);
    for row in office.rows().await.iter().filter(|row| row.unit != gone.unit) {
        assert!(!row.owners.is_empty(), "{}", row.code);
    }
    office.sound().await;

    office.import().await;
    assert_eq!(found(&office, "谢敏").await, 0, "no list brings the household back");
    let office = office.reopened().await;
    assert_eq!(found(&office, "谢敏").await, 0);
    office.sound().await;
}
