//! Many homes, one after the other, out of a printer.

use crate::{
    office::Office,
    paper::{form, sheets},
    station::at_a_station,
};
use shoulou_app::api::{
    Action, BatchForms, BatchHomes, BatchState, BatchTo, BatchView, Done, Query,
};
use shoulou_eventlog::Id;

async fn start(office: &Office) -> Id {
    let homes =
        BatchHomes::Filter { search: String::new(), building: None, stage: None, only: None };
    let forms = BatchForms::Named { forms: vec![form("admission_notice", 1, false)] };
    let to = BatchTo::Printer { printer: "Office".into() };
    let done = office.app.execute(Action::StartBatch { homes, forms, to }).await.unwrap();
    let Done::BatchStarted { batch } = done else { panic!("{done:?}") };
    batch
}

async fn once(office: &Office, batch: Id, is_so: impl Fn(&BatchView) -> bool) -> BatchView {
    for _ in 0..600 {
        let view: BatchView = office.ask(Query::Batch { batch }).await;
        if is_so(&view) {
            return view;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let view: BatchView = office.ask(Query::Batch { batch }).await;
    panic!("waited in vain: {view:?}");
}

#[test]
fn homes_come_out_in_order_and_each_once_though_the_program_was_closed_meanwhile() {
    let test =
        "batches::homes_come_out_in_order_and_each_once_though_the_program_was_closed_meanwhile";
    at_a_station(test, async |station| {
        station.without_paper();
        let office = Office::founded().await;
        let batch = start(&office).await;
        once(&office, batch, |view| view.done > 0).await;
        let office = office.reopened().await;
        let stands: BatchView = office.ask(Query::Batch { batch }).await;
        assert_ne!(stands.state, BatchState::Running);
        station.with_paper();
        if stands.state == BatchState::Paused {
            let resume = Action::ResumeBatch { batch, failed: false };
            office.app.execute(resume).await.unwrap();
        }
        let done = once(&office, batch, |view| view.state == BatchState::Finished).await;
        assert_eq!((done.done, done.total, done.failed.len()), (4, 4, 0));
        let codes = ["1-1-101", "1-1-102", "1-1-201", "1-1-202"];
        for (sheet, code) in sheets(&station, 4).await.iter().zip(codes) {
            assert!(sheet.text().contains(code), "{code}: {}", sheet.text());
            assert!(!sheet.text().contains("补打"));
        }
        office.sound().await;
        office
    });
}

#[test]
fn a_batch_whose_printer_went_away_waits_and_loses_nothing() {
    at_a_station(
        "batches::a_batch_whose_printer_went_away_waits_and_loses_nothing",
        async |station| {
            let office = Office::founded().await;
            station.manage("cupsdisable", &["Office"]);
            let batch = start(&office).await;
            once(&office, batch, |view| view.done == 4).await;
            office.app.execute(Action::PauseBatch { batch }).await.unwrap();
            station.manage("lpadmin", &["-x", "Office"]);
            let lost = once(&office, batch, |view| view.failed.len() == 4).await;
            assert!(lost.failed.iter().all(|one| !one.problem.todo.zh.is_empty()));
            let again = || Action::ResumeBatch { batch, failed: true };
            office.app.execute(again()).await.unwrap();
            let stands = once(&office, batch, |view| view.state == BatchState::Paused).await;
            assert_eq!(stands.problem.unwrap().code, "printer_gone");
            station.set_up("Office", "everywhere");
            office.app.execute(again()).await.unwrap();
            once(&office, batch, |view| view.state == BatchState::Finished && view.done == 4).await;
            let out = sheets(&station, 4).await;
            assert!(
                out.iter().all(|sheet| !sheet.text().contains("补打")),
                "they are the papers of before"
            );
            office
        },
    );
}
