//! Printing, printers, print jobs, and printing for many homes, on the command line.

use crate::{
    arguments::{Batch, Command, Jobs},
    run::{absolute, ask},
    show::{Output, say, tell},
};
use shoulou_app::{
    App,
    api::{
        Action, BatchForms, BatchHomes, BatchState, BatchTo, BatchView, Done, FormOrder,
        PacketForm, PrintJobView, PrintersView, Problem, Query,
    },
};
use shoulou_eventlog::Id;
use std::{io::Write, time::Duration};

const LOOK_EVERY: Duration = Duration::from_millis(500);

pub async fn run(app: &App, output: &Output, command: Command) -> Result<(), Problem> {
    match command {
        Command::Print { unit, forms, blank, blank_sets, out, printer, duplex, .. } => {
            let out = out.as_deref().map(absolute);
            let action = match (unit, blank_sets, forms.as_slice()) {
                (Some(unit), ..) => of_home(app, &unit, forms, blank, duplex, out, printer).await?,
                (None, Some(sets), _) => Action::PrintBlankSets { forms, sets, out, printer },
                (None, None, [form]) => {
                    let (form, homes) = (form.clone(), found(String::new(), None));
                    Action::PrintList { form, homes, out, printer }
                }
                (None, None, _) => return Err(Problem::bad_request("one --form at a time")),
            };
            let done = app.execute(action).await?;
            printed(app, output, &done).await
        }
        Command::Printers => {
            let view: PrintersView = ask(app, Query::Printers).await?;
            output.result(&view, |view| {
                for printer in &view.printers {
                    let mark = if printer.default { "*" } else { " " };
                    say!("{mark}{}\t{}", printer.name, output.text(&printer.words));
                }
            });
            view.problem.map_or(Ok(()), Err)
        }
        Command::Jobs { what } => jobs(app, output, what).await,
        Command::Batch(what) => batch(app, output, what).await,
        _ => unreachable!("the other commands concern no paper"),
    }
}

/// Without forms, those that the home needs now.
async fn of_home(
    app: &App,
    unit: &str,
    forms: Vec<String>,
    blank: bool,
    duplex: bool,
    out: Option<String>,
    printer: Option<String>,
) -> Result<Action, Problem> {
    let unit = app.home_by_code(unit).await?.unit;
    let forms = match forms.is_empty() {
        false => forms,
        true => {
            let packet: Vec<PacketForm> = ask(app, Query::Packet { unit }).await?;
            packet.into_iter().filter(|choice| choice.needed).map(|choice| choice.form).collect()
        }
    };
    Ok(Action::Print { unit, forms: orders(&forms, duplex), blank, out, printer })
}

async fn printed(app: &App, output: &Output, done: &Done) -> Result<(), Problem> {
    let Done::Printed { jobs, .. } = done else { return Ok(()) };
    let mut handed: Vec<PrintJobView> = Vec::new();
    if !jobs.is_empty() && !output.json {
        handed = ask(app, Query::PrintJobs).await?;
        handed.retain(|job| jobs.contains(&job.job));
    }
    output.result(done, |done| {
        if let Done::Printed { path, documents, .. } = done {
            documents.iter().for_each(|paper| say!("{}\t{}", paper.number, paper.form));
            path.iter().for_each(|path| say!("{path}"));
        }
        handed.iter().for_each(|job| show_job(output, job));
    });
    Ok(())
}

fn orders(forms: &[String], duplex: bool) -> Vec<FormOrder> {
    forms.iter().map(|form| FormOrder { duplex, ..form.as_str().into() }).collect()
}

fn found(search: String, building: Option<String>) -> BatchHomes {
    BatchHomes::Filter { search, building, stage: None, only: None }
}

fn show_job(output: &Output, job: &PrintJobView) {
    let state = output.text(&job.words);
    say!("{}\t{}\t{}\t{state}\t{}", job.job, job.title, job.printer, job.by);
    job.problem.iter().for_each(|problem| {
        say!("! {} {}", output.text(&problem.what), output.text(&problem.todo));
    });
}

async fn jobs(app: &App, output: &Output, what: Option<Jobs>) -> Result<(), Problem> {
    let action = match what {
        None | Some(Jobs::List) => {
            let jobs: Vec<PrintJobView> = ask(app, Query::PrintJobs).await?;
            output.result(&jobs, |jobs| jobs.iter().for_each(|job| show_job(output, job)));
            return Ok(());
        }
        Some(Jobs::Cancel { job }) => Action::CancelPrintJob { job },
        Some(Jobs::Again { job, printer }) => Action::SendPrintJobAgain { job, printer },
    };
    let done = app.execute(action).await?;
    output.result(&done, |_| say!("✓"));
    Ok(())
}

async fn batch(app: &App, output: &Output, what: Batch) -> Result<(), Problem> {
    match what {
        Batch::Start { units, search, building, forms, duplex, out, folder, printer } => {
            let homes = match units.is_empty() {
                true => found(search, building),
                false => {
                    let mut chosen = Vec::with_capacity(units.len());
                    for unit in &units {
                        chosen.push(app.home_by_code(unit).await?.unit);
                    }
                    BatchHomes::Units { units: chosen }
                }
            };
            let forms = match forms.is_empty() {
                true => BatchForms::Packet { duplex },
                false => BatchForms::Named { forms: orders(&forms, duplex) },
            };
            let to = match (out, folder, printer) {
                (Some(out), _, _) => BatchTo::File { path: absolute(&out) },
                (_, Some(folder), _) => BatchTo::Folder { path: absolute(&folder) },
                (_, _, printer) => BatchTo::Printer { printer: printer.unwrap_or_default() },
            };
            let done = app.execute(Action::StartBatch { homes, forms, to }).await?;
            let Done::BatchStarted { batch } = done else { return Ok(()) };
            to_the_end(app, output, batch).await
        }
        Batch::Resume { batch, failed } => {
            let batch = named(app, batch).await?;
            app.execute(Action::ResumeBatch { batch, failed }).await?;
            to_the_end(app, output, batch).await
        }
        Batch::Cancel { batch } => {
            let batch = named(app, batch).await?;
            let done = app.execute(Action::CancelBatch { batch }).await?;
            output.result(&done, |_| say!("✓"));
            Ok(())
        }
        Batch::Status { batch: Some(batch) } => {
            let view: BatchView = ask(app, Query::Batch { batch }).await?;
            output.result(&view, |view| show(output, view));
            Ok(())
        }
        Batch::Status { batch: None } => {
            let views: Vec<BatchView> = ask(app, Query::Batches).await?;
            output.result(&views, |views| views.iter().for_each(|view| show(output, view)));
            Ok(())
        }
    }
}

/// The newest, where none is named.
async fn named(app: &App, batch: Option<Id>) -> Result<Id, Problem> {
    match batch {
        Some(batch) => Ok(batch),
        None => {
            let views: Vec<BatchView> = ask(app, Query::Batches).await?;
            let newest = views.first().map(|view| view.batch);
            // An id that no batch has is told of in the same words.
            Ok(newest.unwrap_or_default())
        }
    }
}

/// Until it is finished, or cannot go on. Ctrl-C pauses it.
async fn to_the_end(app: &App, output: &Output, batch: Id) -> Result<(), Problem> {
    let mut told = u32::MAX;
    let view = loop {
        let view: BatchView = ask(app, Query::Batch { batch }).await?;
        if view.state != BatchState::Running {
            break view;
        }
        let through = view.done + view.failed.len() as u32;
        if !output.json && told != through {
            told = through;
            let left = view.seconds_left.map_or_else(String::new, |left| format!("\t{left} s"));
            tell!("{through}/{}{left}", view.total);
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            _ = tokio::signal::ctrl_c() => {
                app.execute(Action::PauseBatch { batch }).await?;
            }
        }
    };
    output.result(&view, |view| show(output, view));
    view.problem.map_or(Ok(()), Err)
}

fn show(output: &Output, view: &BatchView) {
    let state = match view.state {
        BatchState::Running => ("进行中", "running"),
        BatchState::Paused => ("已暂停", "paused"),
        BatchState::Finished => ("已完成", "finished"),
        BatchState::Cancelled => ("已取消", "cancelled"),
    };
    let state = shoulou_domain::view::Text2::new(state.0, state.1);
    let state = output.text(&state);
    say!("{}\t{state}\t{}/{}\t{}", view.batch, view.done, view.total, view.pages);
    for failure in &view.failed {
        let (what, todo) = (&failure.problem.what, &failure.problem.todo);
        say!("! {}\t{} {}", failure.home, output.text(what), output.text(todo));
    }
}
