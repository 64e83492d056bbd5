//! Lists over many homes: what is recorded of them, and what is not.

use crate::office::Office;
use shoulou_app::{
    Options,
    api::{Action, BatchHomes, Done, Preview, PrintedDocument, PrintedLine, Problem, Query},
};
use shoulou_domain::{
    command::{Command, Target},
    fact::KINDS,
};
use shoulou_eventlog::{Id, Value};
use shoulou_store::Knows;
use std::sync::LazyLock;

fn every_home() -> BatchHomes {
    BatchHomes::Filter { search: String::new(), building: None, stage: None, only: None }
}

async fn print(office: &Office, homes: BatchHomes, out: &str) -> Result<PrintedDocument, Problem> {
    let (form, out) = ("intake_list".into(), Some(out.to_owned()));
    let done = office.app.execute(Action::PrintList { form, homes, out, printer: None }).await?;
    let Done::Printed { mut documents, .. } = done else { panic!("{done:?}") };
    Ok(documents.swap_remove(0))
}

async fn history(office: &Office, unit: Option<Id>) -> Vec<PrintedLine> {
    office.ask(Query::PrintHistory { unit, limit: 10 }).await
}

fn numbers(lines: &[PrintedLine]) -> Vec<&str> {
    lines.iter().map(|line| line.number.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_in_the_log_with_who_which_and_how_many_and_in_no_homes_history() {
    let office = Office::founded().await;
    let unit = office.rows().await[0].unit;
    let first = print(&office, every_home(), &office.path("all.pdf")).await.unwrap();
    office.print(unit, "house_handover").await.unwrap();
    let two = BatchHomes::Units { units: vec![unit, office.rows().await[2].unit] };
    let second = print(&office, two, &office.path("two.pdf")).await.unwrap();
    assert_ne!(first.number, second.number, "also where both are of one minute");
    assert!(std::path::Path::new(&office.path("two.pdf")).exists());

    let all = history(&office, None).await;
    let of_home = history(&office, Some(unit)).await;
    assert_eq!(of_home.len(), 1);
    assert_eq!(numbers(&all), [&second.number, &of_home[0].number, &first.number]);
    let (last, before) = (&all[0], &all[2]);
    assert_eq!((last.homes, before.homes), (Some(2), Some(4)));
    assert_eq!((before.form.as_str(), before.by.as_str()), ("intake_list", "陈静"));
    assert_eq!((before.unit, before.pages, before.copies), (None, first.pages, Some(first.copies)));
    assert_eq!((&before.printer, &before.blob), (&None, &None), "a file, and archived nowhere");
    assert!(before.title.zh.contains('单'), "{}", before.title.zh);

    let office = office.reopened().await;
    office.app.rebuild().await.unwrap();
    assert_eq!(history(&office, None).await, all);
    assert_eq!(
        office.ask::<Vec<PrintedLine>>(Query::PrintHistory { unit: None, limit: 2 }).await,
        all[..2]
    );
    office.sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_could_not_be_saved_was_not_printed() {
    let office = Office::founded().await;
    let nowhere = office.path("no folder/list.pdf");
    let refused =
        print(&office, every_home(), &nowhere).await.expect_err("there is no such folder");
    assert_eq!(refused.code, "cannot_write");
    assert_eq!(history(&office, None).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_is_recorded_nowhere_and_uses_no_number_up() {
    let office = Office::founded().await;
    let list = Query::PreviewList { form: "intake_list".into(), homes: every_home() };
    let list: Preview = office.ask(list).await;
    assert_eq!((list.documents[0].form.as_str(), list.documents[0].first), ("intake_list", 1));
    assert!(list.pages > 0 && !list.pdf_base64.is_empty());
    let of_day: Preview = office.ask(Query::PreviewBlankSet { forms: Vec::new() }).await;
    assert!(of_day.documents.len() >= 10, "a set is what is signed on the day");
    let forms = vec!["key_custody".to_owned()];
    let keys: Preview = office.ask(Query::PreviewBlankSet { forms: forms.clone() }).await;
    assert_eq!(keys.documents.len(), 1);
    assert_eq!(history(&office, None).await, []);
    let out = Some(office.path("blank.pdf"));
    let print = Action::PrintBlankSets { forms, sets: 1, out, printer: None };
    let Done::Printed { documents, pages, .. } = office.app.execute(print).await.unwrap() else {
        panic!("not printed")
    };
    assert!(documents[0].number.ends_with("-001"), "{}", documents[0].number);
    assert!(documents[0].pages == keys.pages && pages >= keys.pages);
    assert_eq!(history(&office, None).await, [], "blank forms say nothing of anybody");
}

/// What the program before this one knew.
static OLDER: LazyLock<Vec<&str>> =
    LazyLock::new(|| KINDS.iter().copied().filter(|kind| *kind != "lists.printed").collect());

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_knows_no_such_entry_keeps_it_and_goes_on_with_everything_else() {
    let office = Office::founded().await;
    print(&office, every_home(), &office.path("list.pdf")).await.unwrap();
    let said = history(&office, None).await;
    let older = Options { knows: Knows(&OLDER), ..Options::default() };
    let office = office.reopened_with(older).await;
    let home = office.rows().await.swap_remove(0);
    assert!(!office.home(home.unit).await.read_only);
    let set = |target, path: &str| {
        let (path, value) = (path.to_owned(), Value::from("照常"));
        Command::SetField { target, path, value }
    };
    office.tell(set(Target::File { id: home.file }, "remark")).await.unwrap();
    office.tell(set(Target::Project, "company")).await.unwrap();
    office.sound().await;
    let office = office.reopened().await;
    assert_eq!(history(&office, None).await, said);
    office.sound().await;
}
