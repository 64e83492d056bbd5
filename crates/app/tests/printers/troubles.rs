//! What printers do to people, and that nothing is lost by it.

use crate::{
    office::Office,
    paper::{form, job_in, jobs, print, sheets},
    station::at_a_station,
};
use shoulou_app::api::{
    Action, PrintJobState, PrintedLine, PrinterState, PrintersView, Problem, Query,
};

fn said(problem: &Problem) {
    for text in [&problem.what, &problem.kept, &problem.todo] {
        assert!(!text.zh.is_empty() && !text.en.is_empty(), "{problem:?}");
    }
}

#[test]
fn a_printer_without_paper_says_so_and_goes_on_when_it_has_some() {
    let test = "troubles::a_printer_without_paper_says_so_and_goes_on_when_it_has_some";
    at_a_station(test, async |station| {
        station.without_paper();
        let office = Office::founded().await;
        let unit = office.rows().await[0].unit;
        print(&office, unit, vec![form("fee_list", 1, false)], "Office").await.unwrap();
        let job = job_in(&office, PrintJobState::OutOfPaper).await;
        let problem = job.problem.unwrap();
        said(&problem);
        assert_eq!(problem.code, "out_of_paper");
        let printers: PrintersView = office.ask(Query::Printers).await;
        assert_eq!(printers.printers[0].state, PrinterState::Stopped);
        assert!(printers.printers[0].words.zh.contains("缺纸"), "{:?}", printers.printers);
        assert!(station.out().is_empty());
        station.with_paper();
        job_in(&office, PrintJobState::Done).await;
        sheets(&station, 1).await;
        office
    });
}

#[test]
fn a_cancelled_job_prints_nothing_and_can_be_sent_again_unmarked() {
    let test = "troubles::a_cancelled_job_prints_nothing_and_can_be_sent_again_unmarked";
    at_a_station(test, async |station| {
        let office = Office::founded().await;
        let unit = office.rows().await[0].unit;
        station.manage("cupsdisable", &["Office"]);
        print(&office, unit, vec![form("fee_list", 1, false)], "Office").await.unwrap();
        let job = job_in(&office, PrintJobState::Held).await;
        said(&job.problem.unwrap());
        office.app.execute(Action::CancelPrintJob { job: job.job }).await.unwrap();
        let job = job_in(&office, PrintJobState::Cancelled).await;
        assert!(job.can_send_again && !job.can_cancel);
        let refused = office.app.execute(Action::CancelPrintJob { job: job.job }).await;
        assert_eq!(refused.unwrap_err().code, "job_over");
        station.manage("cupsenable", &["Office"]);
        let again = Action::SendPrintJobAgain { job: job.job, printer: None };
        office.app.execute(again.clone()).await.unwrap();
        job_in(&office, PrintJobState::Done).await;
        let sheets = sheets(&station, 1).await;
        assert!(!sheets[0].text().contains("补打"));
        // It is one paper, told of once.
        let history: Vec<PrintedLine> =
            office.ask(Query::PrintHistory { unit: Some(unit), limit: 10 }).await;
        assert_eq!((history.len(), history[0].reprint), (1, false));
        assert_eq!(office.app.execute(again).await.unwrap_err().code, "job_not_again");
        print(&office, unit, vec![form("fee_list", 1, false)], "Office").await.unwrap();
        let sheets = crate::paper::sheets(&station, 2).await;
        assert!(sheets[1].text().contains("补打"), "a second paper is marked");
        office
    });
}

#[test]
fn a_printer_that_is_gone_takes_nothing_with_it() {
    at_a_station("troubles::a_printer_that_is_gone_takes_nothing_with_it", async |station| {
        station.set_up("Second", "everywhere");
        let office = Office::founded().await;
        let unit = office.rows().await[0].unit;
        let fees = || vec![form("fee_list", 1, false)];
        station.manage("cupsdisable", &["Second"]);
        print(&office, unit, fees(), "Second").await.unwrap();
        job_in(&office, PrintJobState::Held).await;
        station.manage("lpadmin", &["-x", "Second"]);
        let mut job = jobs(&office).await.swap_remove(0);
        while !job.can_send_again {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            job = jobs(&office).await.swap_remove(0);
        }
        let printers: PrintersView = office.ask(Query::Printers).await;
        let second = printers.printers.iter().find(|printer| printer.name == "Second").unwrap();
        assert_eq!((second.state, second.accepts), (PrinterState::Absent, false));
        // Refused before anything is recorded.
        let refused = print(&office, unit, fees(), "Second").await.unwrap_err();
        said(&refused);
        assert_eq!(refused.code, "printer_gone");
        let history: Vec<PrintedLine> =
            office.ask(Query::PrintHistory { unit: Some(unit), limit: 10 }).await;
        assert_eq!(history.len(), 1);
        let printer = Some("Office".to_owned());
        office.app.execute(Action::SendPrintJobAgain { job: job.job, printer }).await.unwrap();
        assert!(!sheets(&station, 1).await[0].text().contains("补打"));
        office
    });
}

#[test]
fn a_printer_that_takes_no_jobs_is_named_before_anything_is_recorded() {
    let test = "troubles::a_printer_that_takes_no_jobs_is_named_before_anything_is_recorded";
    at_a_station(test, async |station| {
        let office = Office::founded().await;
        let unit = office.rows().await[0].unit;
        station.manage("cupsreject", &["Office"]);
        let refused =
            print(&office, unit, vec![form("fee_list", 1, false)], "Office").await.unwrap_err();
        said(&refused);
        assert_eq!(refused.code, "printer_takes_no_jobs");
        let history: Vec<PrintedLine> =
            office.ask(Query::PrintHistory { unit: Some(unit), limit: 10 }).await;
        assert_eq!(history, []);
        assert!(jobs(&office).await.is_empty());
        office
    });
}

#[test]
fn a_printer_that_is_switched_off_holds_its_jobs() {
    at_a_station("troubles::a_printer_that_is_switched_off_holds_its_jobs", async |station| {
        station.set_up_for_nothing("Off");
        let office = Office::founded().await;
        let unit = office.rows().await[0].unit;
        print(&office, unit, vec![form("fee_list", 1, false)], "Off").await.unwrap();
        let job = job_in(&office, PrintJobState::Held).await;
        said(&job.problem.unwrap());
        assert!(job.can_cancel);
        office.app.execute(Action::CancelPrintJob { job: job.job }).await.unwrap();
        job_in(&office, PrintJobState::Cancelled).await;
        office
    });
}
