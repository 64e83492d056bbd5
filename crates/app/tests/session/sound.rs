use crate::office::{Office, defect, picture};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use shoulou_app::api::{Action, LogLine, Query};
use shoulou_domain::{
    command::{Command, Target},
    view::HomeRow,
};
use shoulou_eventlog::Value;

/// What an office does, with which home, line or text.
#[derive(Clone, Debug)]
enum Step {
    Import,
    Undo,
    Void { home: usize, line: usize },
    Field { home: usize, text: String },
    Defect { home: usize },
    Photo { home: usize },
    Logo,
    Print { home: usize },
    Preview { home: usize },
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    let home = 0..4_usize;
    prop_oneof![
        1 => Just(Step::Import),
        3 => Just(Step::Undo),
        3 => (home.clone(), 0..6_usize).prop_map(|(home, line)| Step::Void { home, line }),
        2 => (home.clone(), "[甲乙丙]{0,3}").prop_map(|(home, text)| Step::Field { home, text }),
        3 => home.clone().prop_map(|home| Step::Defect { home }),
        2 => home.clone().prop_map(|home| Step::Photo { home }),
        1 => Just(Step::Logo),
        2 => home.clone().prop_map(|home| Step::Print { home }),
        1 => home.prop_map(|home| Step::Preview { home }),
        1 => Just(Step::Reopen),
    ]
}

/// The list of homes as the screens show it, in one order.
async fn listed(office: &Office) -> Vec<HomeRow> {
    let mut rows = office.rows().await;
    rows.sort_by(|a, b| a.code.cmp(&b.code));
    rows
}

/// Takes one step. What is refused (nothing to undo, voided already) changes nothing.
async fn take(office: Office, step: Step) -> Office {
    let rows = listed(&office).await;
    let before = office.app.basis().await.unwrap();
    let picture = |name| picture(name).display().to_string();
    let done = match step {
        Step::Import => {
            office.import().await;
            return office;
        }
        Step::Reopen => return office.reopened().await,
        Step::Undo => office.app.execute(Action::Undo).await,
        Step::Void { home, line } => {
            let row = &rows[home];
            let query = Query::History { unit: row.unit, limit: 100 };
            let lines: Vec<LogLine> = office.ask(query).await;
            let Some(line) = lines.iter().filter(|line| line.can_void).nth(line) else {
                return office;
            };
            let (target, reason) = (Target::File { id: row.file }, "录入有误".to_owned());
            office.tell(Command::VoidFact { target, fact: line.at, reason }).await
        }
        Step::Field { home, text } => {
            let target = Target::File { id: rows[home].file };
            let value = Value::from(text);
            office.tell(Command::SetField { target, path: "remark".into(), value }).await
        }
        Step::Defect { home } => {
            let (file, defect) = (rows[home].file, defect("空鼓"));
            office.tell(Command::NoteDefect { file, defect }).await
        }
        Step::Photo { home } => {
            let Some(noted) = office.home(rows[home].unit).await.defects.pop() else {
                return office;
            };
            let (file, path) = (rows[home].file, picture("grey.jpg"));
            office.app.execute(Action::AttachPhoto { file, fact: noted.fact, path }).await
        }
        Step::Logo => office.app.execute(Action::SetLogo { path: picture("logo.png") }).await,
        Step::Print { home } => office.print(rows[home].unit, "defect_list").await,
        Step::Preview { home } => {
            office.preview(rows[home].unit, "defect_list").await;
            return office;
        }
    };
    if let Err(problem) = done {
        assert_eq!(office.app.basis().await.unwrap(), before, "{problem:?} left a trace");
        assert_eq!(listed(&office).await, rows);
    }
    office
}

async fn lived_through(steps: Vec<Step>) {
    let mut office = Office::founded().await;
    for step in steps {
        office = take(office, step).await;
        office.sound().await;
    }
    let rows = listed(&office).await;
    office.app.rebuild().await.unwrap();
    let office = office.reopened().await;
    office.sound().await;
    assert_eq!(listed(&office).await, rows, "the views are what the log says");
    // The list is what it was: a third import has nothing to add to a second.
    office.import().await;
    let before = office.app.basis().await.unwrap();
    office.import().await;
    assert_eq!(office.app.basis().await.unwrap(), before);
    office.sound().await;
}

/// Each case founds a project, so there are few and long ones.
#[test]
fn whatever_an_office_does_its_log_stays_sound() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = Config { cases: 6, max_shrink_iters: 24, ..Config::default() };
    let steps = prop::collection::vec(step(), 12..25);
    let run = TestRunner::new(config).run(&steps, |steps| {
        runtime.block_on(lived_through(steps));
        Ok(())
    });
    run.unwrap();
}
