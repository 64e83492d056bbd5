//! What comes out of the printer.

use crate::{
    office::Office,
    station::{Sheet, Station, at_a_station},
};
use shoulou_app::api::{
    Action, Done, FormOrder, PrintChoices, PrintJobState, PrintJobView, PrintedLine, PrintersView,
    Problem, Query,
};
use shoulou_eventlog::Id;

pub fn form(form: &str, copies: u32, duplex: bool) -> FormOrder {
    FormOrder { form: form.into(), copies: Some(copies), duplex }
}

pub async fn print(
    office: &Office,
    unit: Id,
    forms: Vec<FormOrder>,
    printer: &str,
) -> Result<Done, Problem> {
    let printer = Some(printer.to_owned());
    office.app.execute(Action::Print { unit, forms, blank: false, out: None, printer }).await
}

pub async fn jobs(office: &Office) -> Vec<PrintJobView> {
    office.ask(Query::PrintJobs).await
}

/// The newest job, once it is in this state.
pub async fn job_in(office: &Office, state: PrintJobState) -> PrintJobView {
    let mut last = None;
    for _ in 0..600 {
        let job = jobs(office).await.swap_remove(0);
        if job.state == state {
            return job;
        }
        last = Some(job);
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("waited in vain for {state:?}: {last:?}");
}

pub async fn sheets(station: &Station, count: usize) -> Vec<Sheet> {
    for _ in 0..600 {
        let sheets = station.out();
        if sheets.len() >= count {
            assert_eq!(sheets.len(), count);
            return sheets;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("{} of {count} documents came out", station.out().len());
}

fn documents(done: &Done) -> &[shoulou_app::api::PrintedDocument] {
    let Done::Printed { documents, .. } = done else { panic!("{done:?}") };
    documents
}

#[test]
fn every_copy_comes_out_and_says_which_it_is() {
    at_a_station("paper::every_copy_comes_out_and_says_which_it_is", async |station| {
        let office = Office::founded().await;
        let home = office.rows().await.swap_remove(0);
        let done =
            print(&office, home.unit, vec![form("house_handover", 3, false)], "").await.unwrap();
        let number = documents(&done)[0].number.clone();
        let pages = documents(&done)[0].pages;
        let sheet = sheets(&station, 1).await.swap_remove(0);
        assert_eq!(sheet.pages(), 3 * pages);
        let text = sheet.text();
        for copy in ["第1份共3份", "第2份共3份", "第3份共3份"] {
            assert!(text.contains(copy), "{copy}: {text}");
        }
        assert!(text.contains(&number) && text.contains("谢敏"), "{text}");
        assert!(!text.contains("补打"));
        assert!(sheet.attributes.contains("IPP_JOB_NAME=收楼 1-1-101"), "{}", sheet.attributes);
        let job = job_in(&office, PrintJobState::Done).await;
        assert_eq!((job.home.as_str(), job.by.as_str()), ("1-1-101", "陈静"));
        assert_eq!((job.pages, job.printer.as_str()), (3 * pages, "Office"));
        assert!(!job.can_cancel && !job.can_send_again);
        let history: Vec<PrintedLine> =
            office.ask(Query::PrintHistory { unit: None, limit: 10 }).await;
        assert_eq!(history.len(), 1);
        assert_eq!((history[0].number.as_str(), history[0].copies), (number.as_str(), Some(3)));
        assert_eq!(history[0].printer.as_deref(), Some("Office"));
        let choices: PrintChoices = office.ask(Query::PrintChoices).await;
        assert_eq!(choices.printer.as_deref(), Some("Office"));
        assert_eq!(choices.forms["house_handover"].copies, Some(3));
        office.sound().await;
        office
    });
}

#[test]
fn what_arrives_is_what_was_archived_byte_for_byte() {
    at_a_station("paper::what_arrives_is_what_was_archived_byte_for_byte", async |station| {
        station.set_up("Raw", "raw");
        let office = Office::founded().await;
        let home = office.rows().await.swap_remove(0);
        print(&office, home.unit, vec![form("fee_list", 1, false)], "Raw").await.unwrap();
        let sheet = sheets(&station, 1).await.swap_remove(0);
        let history: Vec<PrintedLine> =
            office.ask(Query::PrintHistory { unit: Some(home.unit), limit: 10 }).await;
        let blob = history[0].blob.clone().unwrap();
        let kept: shoulou_app::api::ScanContent = office.ask(Query::Scan { blob }).await;
        use base64::{Engine, engine::general_purpose::STANDARD};
        assert!(STANDARD.decode(kept.base64).unwrap() == sheet.pdf, "the archive has other bytes");
        office
    });
}

#[test]
fn both_sides_are_printed_where_asked_for_and_each_copy_begins_on_a_sheet_of_its_own() {
    let test =
        "paper::both_sides_are_printed_where_asked_for_and_each_copy_begins_on_a_sheet_of_its_own";
    at_a_station(test, async |station| {
        let office = Office::founded().await;
        let home = office.rows().await.swap_remove(0);
        let forms = vec![
            form("admission_notice", 1, false),
            form("handover_record", 1, true),
            form("house_handover", 3, true),
        ];
        let done = print(&office, home.unit, forms, "Office").await.unwrap();
        let Done::Printed { jobs, documents, .. } = &done else { panic!("{done:?}") };
        assert_eq!((jobs.len(), documents.len()), (2, 3));
        let sheets = sheets(&station, 2).await;
        let one = sheets.iter().position(|sheet| sheet.attributes.contains("IPP_SIDES=one-sided"));
        let both =
            sheets.iter().find(|sheet| sheet.attributes.contains("IPP_SIDES=two-sided-long-edge"));
        let (one, both) = (&sheets[one.unwrap()], both.unwrap());
        assert_eq!(one.pages(), documents[0].pages);
        let even = |pages: u32| pages + pages % 2;
        let last = documents[2].pages;
        assert_eq!(both.pages(), even(documents[1].pages) + 2 * even(last) + last);
        let printers: PrintersView = office.ask(Query::Printers).await;
        let office_printer = &printers.printers[0];
        assert!(office_printer.default && office_printer.duplex && office_printer.accepts);
        assert_eq!(office_printer.name, "Office");
        office
    });
}

#[test]
fn blank_forms_come_out_and_are_kept_nowhere() {
    at_a_station("paper::blank_forms_come_out_and_are_kept_nowhere", async |station| {
        let office = Office::founded().await;
        let unit = office.rows().await[0].unit;
        let (forms, printer) = (vec![form("key_custody", 1, false)], Some(String::new()));
        let print = Action::Print { unit, forms, blank: true, out: None, printer };
        office.app.execute(print).await.unwrap();
        assert!(!sheets(&station, 1).await[0].text().contains("谢敏"));
        let history: Vec<PrintedLine> =
            office.ask(Query::PrintHistory { unit: Some(unit), limit: 10 }).await;
        assert_eq!(history, []);
        assert!(!job_in(&office, PrintJobState::Done).await.can_send_again);
        office
    });
}
