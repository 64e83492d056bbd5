//! A job's state as people say it.

use super::{At, Job, can_go_again};
use crate::{
    api::{PrintJobState, PrintJobView, Problem},
    printing::trouble,
    system_print::{Fate, Hindrance, Printer, Stage, described, hindrance},
};
use shoulou_domain::view::Text2;

pub fn view(job: &Job, by: String, fate: Option<&Fate>, printer: Option<&Printer>) -> PrintJobView {
    let state = state(job, fate, printer);
    PrintJobView {
        job: job.id,
        state,
        words: words(state),
        problem: problem(job, state, printer),
        unit: job.unit,
        home: job.home.clone(),
        title: job.title.clone(),
        forms: job.forms.clone(),
        printer: job.printer.clone(),
        pages: job.pages,
        duplex: job.duplex,
        at: job.made,
        by,
        batch: job.batch,
        // What ended this very moment is not noted yet.
        can_cancel: job.is_open() && !is_over(state),
        can_send_again: job.blob.is_some() && can_go_again(job.at),
    }
}

fn state(job: &Job, fate: Option<&Fate>, printer: Option<&Printer>) -> PrintJobState {
    let stage = match job.at {
        At::Recorded | At::Begun => return PrintJobState::Queued,
        At::Done => return PrintJobState::Done,
        At::Cancelled => return PrintJobState::Cancelled,
        At::Failed => return PrintJobState::Failed,
        At::Unknown => return PrintJobState::Unknown,
        At::Sent => fate.map(|fate| fate.stage),
    };
    let hindered = match printer {
        // Its queue is gone, or the scheduler does not answer.
        None => Hindrance::Away,
        Some(printer) => hindrance(&printer.reasons),
    };
    let stopped = printer.is_some_and(|printer| printer.state == crate::api::PrinterState::Stopped);
    match (stage, hindered) {
        (Some(Stage::Done), _) => PrintJobState::Done,
        (Some(Stage::Cancelled), _) => PrintJobState::Cancelled,
        (Some(Stage::Failed), _) => PrintJobState::Failed,
        (Some(Stage::Unknown), _) => PrintJobState::Unknown,
        (Some(Stage::Held), _) => PrintJobState::Held,
        (_, Hindrance::OutOfPaper) => PrintJobState::OutOfPaper,
        (_, Hindrance::Stops | Hindrance::Away) => PrintJobState::Held,
        _ if stopped => PrintJobState::Held,
        (Some(Stage::Printing), _) => PrintJobState::Printing,
        _ => PrintJobState::Queued,
    }
}

fn is_over(state: PrintJobState) -> bool {
    use PrintJobState::{Cancelled, Done, Failed, Unknown};
    matches!(state, Done | Cancelled | Failed | Unknown)
}

fn words(state: PrintJobState) -> Text2 {
    let (zh, en) = match state {
        PrintJobState::Queued => ("排队中", "queued"),
        PrintJobState::Printing => ("正在打印", "printing"),
        PrintJobState::Held => ("等待打印机", "waiting for the printer"),
        PrintJobState::OutOfPaper => ("缺纸", "out of paper"),
        PrintJobState::Done => ("已打印", "printed"),
        PrintJobState::Cancelled => ("已取消", "cancelled"),
        PrintJobState::Failed => ("没有打印", "not printed"),
        PrintJobState::Unknown => ("结果不明", "not known"),
    };
    Text2::new(zh, en)
}

fn problem(job: &Job, state: PrintJobState, printer: Option<&Printer>) -> Option<Problem> {
    let waits = |code, what, todo| {
        let kept = Text2::new(
            "任务还在队列里，没有丢失，不必重新打印。",
            "The job is in the queue; nothing is lost, and nothing need be printed again.",
        );
        Some(Problem::new(code, what, kept, todo))
    };
    let name = printer.map_or(job.printer.as_str(), |printer| printer.title.as_str());
    match state {
        PrintJobState::OutOfPaper => waits(
            "out_of_paper",
            Text2::new(
                format!("打印机“{name}”缺纸，打印停在这里。"),
                format!("The printer “{name}” is out of paper; the job waits."),
            ),
            Text2::new(
                "请装纸，打印会自己继续；不想等就取消。",
                "Put in paper and it goes on by itself; cancel it if it should not.",
            ),
        ),
        PrintJobState::Held => {
            let state = printer.map_or_else(|| Text2::new("不在", "absent"), described);
            waits(
                "printer_holds",
                Text2::new(
                    format!("打印机“{name}”没有在打印：{}。", state.zh),
                    format!("The printer “{name}” does not print: {}.", state.en),
                ),
                Text2::new(
                    "请检查电源、连线和打印机面板；恢复后会自己继续，或取消后改用另一台打印机。",
                    "Check power, cable and the printer's panel; it goes on by itself, or cancel and use another printer.",
                ),
            )
        }
        _ => job.problem.clone(),
    }
}

/// What a person must know of a job that ended without its paper.
pub fn ended_badly(job: &Job, said: Option<&str>) -> Option<Problem> {
    let problem = match job.at {
        At::Failed => trouble::job_failed(&job.printer, said),
        At::Unknown => trouble::job_unknown(&job.printer),
        _ => return None,
    };
    Some(of_what_is_kept(job, problem))
}

/// Lists and blank forms are archived nowhere: they cannot be sent again, only printed again.
pub fn of_what_is_kept(job: &Job, problem: Problem) -> Problem {
    if job.blob.is_some() {
        return problem;
    }
    let kept = Text2::new(
        "清单和空白表不存档；其他记录没有改变。",
        "Lists and blank forms are archived nowhere; no other record changed.",
    );
    let todo = Text2::new(
        "请查看打印机，没有打出就重新打印；已出的半份请销毁。",
        "Look at the printer; where it did not come out, print it anew, and destroy what came out of it so far.",
    );
    Problem { kept, todo, ..problem }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::printing::jobs::new;
    use shoulou_eventlog::{Hash, Id};

    #[test]
    fn only_what_is_archived_is_said_to_be_and_to_go_out_again() {
        let failed =
            Job { at: At::Failed, ..new(Id::default(), "Office", String::new(), 1, false) };
        let of_home = Job { blob: Some(Hash::of(b"pages")), ..failed.clone() };
        let [list, of_home] = [failed, of_home].map(|job| ended_badly(&job, None).unwrap());
        assert_eq!(list.what, of_home.what);
        assert!(of_home.todo.zh.contains("再发送一次") && !list.todo.zh.contains("再发送一次"));
        assert!(of_home.todo.en.contains("Send again") && !list.todo.en.contains("Send again"));
        assert_ne!(list.kept, of_home.kept);
    }

    fn told(stage: Stage) -> PrintJobView {
        let job = Job { at: At::Sent, ..new(Id::default(), "Office", String::new(), 1, false) };
        let fate = Fate { stage, said: None, complete: true };
        view(&job, String::new(), Some(&fate), None)
    }

    #[test]
    fn what_has_just_ended_is_not_offered_to_be_cancelled_before_that_is_noted() {
        assert!(told(Stage::Printing).can_cancel);
        for over in [Stage::Done, Stage::Cancelled, Stage::Failed, Stage::Unknown] {
            assert!(!told(over).can_cancel);
        }
    }
}
