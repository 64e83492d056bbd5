use crate::{
    arguments::{Arguments, Command},
    office, paper, scan_back,
    show::{Output, say, tell},
};
use serde::de::DeserializeOwned;
use shoulou_app::{
    App, Options,
    api::{
        Action, Answer, Done, ImportMapping, ImportPreview, Phase, Problem, Query, Status,
        SyncView, UnitList,
    },
};
use shoulou_domain::{
    command,
    view::{HomeView, OutstandingRow},
};
use std::{
    io::{Read, Write},
    path::{Path, PathBuf},
};

pub async fn run(arguments: Arguments, output: &Output) -> Result<(), Problem> {
    if let Command::Do { schema: true } = arguments.command {
        let schema = schemars::schema_for!(command::Command);
        say!("{}", serde_json::to_string_pretty(&schema).expect("a schema is plain data"));
        return Ok(());
    }
    let secret = arguments.passphrase_file.as_deref().map(first_line).transpose()?;
    let options = Options {
        project: arguments.project.clone(),
        offline: !arguments.command.syncs(),
        ..Options::default()
    };
    let app = App::open_folder(arguments.data.clone(), options).await;
    let done = serve(&app, arguments, secret, output).await;
    app.close().await;
    done
}

async fn serve(
    app: &App,
    arguments: Arguments,
    secret: Option<String>,
    output: &Output,
) -> Result<(), Problem> {
    match arguments.command {
        Command::Init { sample, person, company } => {
            let name = arguments.project.unwrap_or_else(|| "锦绣豪庭".into());
            let wanted = Action::CreateProject { name, company, person, password: secret, sample };
            init(app, output, wanted).await
        }
        Command::Restore { file, aside } => {
            let secret = secret.unwrap_or_default();
            let path = absolute(&file);
            let done = app.execute(Action::Restore { path, secret, aside }).await?;
            output.result(&done, |_| say!("{}", file.display()));
            Ok(())
        }
        Command::Join { code, label, qr } => {
            office::join(app, output, (code, label, qr), secret).await
        }
        command => {
            unlock(app, secret).await?;
            if let Some(name) = &arguments.actor {
                app.choose_actor_by_name(name).await?;
            }
            if arguments.date_is_right {
                app.execute(Action::ConfirmDate).await?;
            }
            open(app, output, command).await
        }
    }
}

async fn init(app: &App, output: &Output, wanted: Action) -> Result<(), Problem> {
    let done = app.execute(wanted).await?;
    output.result(&done, |done| {
        if let Done::ProjectCreated { recovery_code } = done {
            say!("{recovery_code}");
        }
    });
    Ok(())
}

async fn unlock(app: &App, secret: Option<String>) -> Result<(), Problem> {
    let status: Status = ask(app, Query::Status).await?;
    match (status.phase, secret) {
        (Phase::NoProject, _) => Err(Problem::no_project()),
        (Phase::Ready, _) => Ok(()),
        (Phase::Locked, None) => Err(Problem::locked()),
        (Phase::Locked, Some(secret)) => app.execute(Action::Unlock { secret }).await.map(drop),
    }
}

async fn open(app: &App, output: &Output, command: Command) -> Result<(), Problem> {
    let status: Status = ask(app, Query::Status).await?;
    if status.read_only && !output.json {
        tell!("{}", output.text(&Problem::read_only().what));
    }
    match command {
        Command::Init { .. } | Command::Restore { .. } | Command::Join { .. } => {
            unreachable!("handled before the project is opened")
        }
        Command::Import { file, sheet, dry_run, map, accept } => {
            import(app, output, &file, sheet, dry_run, map, accept).await
        }
        Command::Status => {
            let sync: SyncView = ask(app, Query::Sync).await?;
            output.result(&status, |status| {
                say!("{}", status.project.as_deref().unwrap_or("-"));
                office::tell(output, &sync);
            });
            Ok(())
        }
        Command::Units { search } => {
            let query = Query::Units {
                search,
                building: None,
                stage: None,
                only: None,
                offset: 0,
                limit: u32::MAX,
            };
            let list: UnitList = ask(app, query).await?;
            output.result(&list, |list| output.homes(&list.rows));
            Ok(())
        }
        Command::Show { unit } => {
            let unit = app.home_by_code(&unit).await?.unit;
            let home: Answer<HomeView> = ask(app, Query::Home { unit }).await?;
            output.result(&home, |home| output.home(&home.view));
            Ok(())
        }
        Command::Do { .. } => {
            let done = app.execute(read_action(app).await?).await?;
            output.result(&done, |_| say!("✓"));
            Ok(())
        }
        Command::ScanBack { paths, dry_run } => {
            let paths = paths.iter().map(|path| absolute(path)).collect();
            let scans = app.scan_back(paths, dry_run).await?;
            output.result(&scans, |scans| scan_back::tell(output, scans));
            Ok(())
        }
        Command::Outstanding => {
            let rows: Answer<Vec<OutstandingRow>> = ask(app, Query::Outstanding).await?;
            output.result(&rows.view, |rows| output.outstanding(rows));
            Ok(())
        }
        command @ (Command::EnrolCode { .. }
        | Command::Attach { .. }
        | Command::Detach
        | Command::Sync { .. }
        | Command::Device(_)
        | Command::Disputes { .. }
        | Command::Rules { .. }) => office::run(app, output, command).await,
        Command::Templates(what) => crate::templates::run(app, output, what).await,
        command @ (Command::Print { .. }
        | Command::Printers
        | Command::Jobs { .. }
        | Command::Batch(_)) => paper::run(app, output, command).await,
        Command::Verify => {
            let report = app.verify().await?;
            output.result(&report, |report| say!("{}", output.text(&report.text())));
            Ok(())
        }
        Command::Rebuild => {
            let report = app.rebuild().await?;
            output.result(&report, |report| say!("{}", output.text(&report.text())));
            Ok(())
        }
        Command::Backup { file } => {
            let done = app.execute(Action::Backup { path: absolute(&file) }).await?;
            output.result(&done, |done| {
                if let Done::BackedUp { path, bytes, homes } = done {
                    say!("{path}\t{bytes}\t{homes}");
                }
            });
            Ok(())
        }
    }
}

async fn import(
    app: &App,
    output: &Output,
    file: &Path,
    sheet: Option<String>,
    dry_run: bool,
    map: Option<PathBuf>,
    accept: bool,
) -> Result<(), Problem> {
    let path = absolute(file);
    let given: Option<ImportMapping> = match map {
        None => None,
        Some(map) => {
            let text = std::fs::read_to_string(&map)
                .map_err(|error| Problem::cannot_read(&map, &error))?;
            Some(
                serde_json::from_str(&text)
                    .map_err(|error| Problem::bad_request(&error.to_string()))?,
            )
        }
    };
    let query = Query::ImportPreview { path: path.clone(), sheet, mapping: given.clone() };
    let preview: ImportPreview = ask(app, query).await?;
    if dry_run {
        output.result(&preview, |preview| output.preview(preview));
        return Ok(());
    }
    let settled = preview.certain || accept || given.is_some();
    if !settled || !preview.questions.is_empty() {
        output.result(&preview, |preview| output.preview(preview));
        return Err(Problem::mapping_needed());
    }
    let done = app.execute(Action::Import { path, mapping: preview.mapping }).await?;
    output.result(&done, |done| {
        if let Done::Imported { report } = done {
            output.problems(&report.problems);
            output.counts(report.homes_new, report.homes_changed, report.homes_same);
        }
    });
    Ok(())
}

/// The same JSON as the window sends: a whole action, or a command alone with an optional `basis`.
async fn read_action(app: &App) -> Result<Action, Problem> {
    let mut text = String::new();
    let read = std::io::stdin().read_to_string(&mut text);
    read.map_err(|error| Problem::bad_request(&error.to_string()))?;
    let wrong = |error: serde_json::Error| Problem::bad_request(&error.to_string());
    let mut json: serde_json::Value = serde_json::from_str(&text).map_err(wrong)?;
    if json.get("action").is_some() {
        return serde_json::from_value(json).map_err(wrong);
    }
    let basis = json.as_object_mut().and_then(|object| object.remove("basis"));
    let basis = match basis.and_then(|basis| basis.as_u64()) {
        Some(basis) => basis,
        None => app.basis().await?,
    };
    let command = serde_json::from_value(json).map_err(wrong)?;
    Ok(Action::Do { command, basis })
}

pub async fn ask<T: DeserializeOwned>(app: &App, query: Query) -> Result<T, Problem> {
    let answer = app.query(query).await?;
    Ok(serde_json::from_value(answer).expect("a query answers with the type it declares"))
}

fn first_line(path: &Path) -> Result<String, Problem> {
    let text = std::fs::read_to_string(path).map_err(|error| Problem::cannot_read(path, &error))?;
    Ok(text.lines().next().unwrap_or_default().trim().to_owned())
}

pub fn absolute(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string()
}
