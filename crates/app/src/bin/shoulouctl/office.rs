//! The server and the other PCs, on the command line.

use crate::{
    arguments::{Command, Device, Disputes, Rules},
    run::{absolute, ask},
    show::{Output, say},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use shoulou_app::{
    App,
    api::{
        Action, Answer, DevicesView, DisputeView, Done, Problem, Query, RuleView, SyncState,
        SyncView,
    },
};
use shoulou_domain::command;
use std::{
    io::Write,
    path::{Path, PathBuf},
    time::Duration,
};

/// Joins with what the arguments say. The password is that of `--passphrase-file`.
pub async fn join(
    app: &App,
    output: &Output,
    (code, label, qr): (Vec<String>, String, Option<PathBuf>),
    password: Option<String>,
) -> Result<(), Problem> {
    let code = Some(code.join(" "));
    let picture = qr.as_deref().map(absolute);
    let done = app.execute(Action::Join { code, picture, label, password }).await?;
    output.result(&done, |done| {
        if let Done::ProjectCreated { recovery_code } = done {
            say!("{recovery_code}");
        }
    });
    Ok(())
}

pub async fn run(app: &App, output: &Output, command: Command) -> Result<(), Problem> {
    match command {
        Command::EnrolCode { administrator, minutes, qr } => {
            let done = app.execute(Action::Invite { administrator, minutes }).await?;
            if let (Some(path), Done::Invited { qr_png_base64, .. }) = (&qr, &done) {
                write(path, qr_png_base64)?;
            }
            output.result(&done, |done| {
                if let Done::Invited { code, .. } = done {
                    say!("{code}");
                }
            });
        }
        Command::Attach { code, label, qr } => {
            let code = Some(code.join(" "));
            let picture = qr.as_deref().map(absolute);
            let done = app.execute(Action::AttachServer { code, picture, label }).await?;
            output.result(&done, |_| say!("✓"));
        }
        Command::Detach => {
            let done = app.execute(Action::DetachServer).await?;
            output.result(&done, |_| say!("✓"));
        }
        Command::Sync { once, patience } => return sync(app, output, once, patience).await,
        Command::Device(what) => return device(app, output, what).await,
        Command::Disputes { what } => return disputes(app, output, what).await,
        Command::Rules { what } => return rules(app, output, what).await,
        _ => unreachable!("the other commands concern no server"),
    }
    Ok(())
}

fn write(path: &Path, base64: &str) -> Result<(), Problem> {
    let bytes = STANDARD.decode(base64).expect("the core encodes it");
    shoulou_app::folder::write_whole(path, &bytes)
}

async fn sync(app: &App, output: &Output, once: bool, patience: u64) -> Result<(), Problem> {
    if once {
        let view = app.sync_once(Duration::from_secs(patience)).await?;
        output.result(&view, |view| tell(output, view));
        return match (view.state, view.messages.into_iter().next()) {
            (SyncState::Synced, _) => Ok(()),
            (SyncState::Halted, Some(message)) => Err(message),
            _ => Err(Problem::offline()),
        };
    }
    let mut changes = app.changes();
    let mut last = None;
    loop {
        let view: SyncView = ask(app, Query::Sync).await?;
        if last != Some((view.state, view.to_sync)) {
            output.result(&view, |view| tell(output, view));
            last = Some((view.state, view.to_sync));
        }
        tokio::select! {
            _ = changes.recv() => {}
            _ = tokio::signal::ctrl_c() => return Ok(()),
        }
    }
}

pub fn tell(output: &Output, view: &SyncView) {
    let word = match view.state {
        SyncState::NoServer => ("单机", "no server"),
        SyncState::Offline => ("离线", "offline"),
        SyncState::ToSync => ("待同步", "to sync"),
        SyncState::Syncing => ("同步中", "syncing"),
        SyncState::Synced => ("已同步", "synced"),
        SyncState::Halted => ("已停止", "halted"),
    };
    let text = shoulou_domain::view::Text2::new(word.0, word.1);
    say!("{}\t{}", output.text(&text), view.to_sync);
    for message in &view.messages {
        say!("! {} {}", output.text(&message.what), output.text(&message.todo));
    }
}

async fn device(app: &App, output: &Output, what: Device) -> Result<(), Problem> {
    let action = match what {
        Device::List => {
            let view: DevicesView = ask(app, Query::Devices).await?;
            output.result(&view, |view| {
                for pc in &view.devices {
                    let here = if pc.this_pc { "*" } else { " " };
                    let gone = if pc.revoked.is_some() { "×" } else { "" };
                    say!("{here}{}\t{}{gone}\t{}\t{}", pc.device, pc.label, pc.lag, pc.quarantined);
                }
            });
            return Ok(());
        }
        Device::Revoke { device } => Action::RevokeDevice { device },
        Device::Release { device } => Action::ReleaseDevice { device },
        Device::Rename { label } => Action::RenameDevice { label },
    };
    let done = app.execute(action).await?;
    output.result(&done, |_| say!("✓"));
    Ok(())
}

async fn disputes(app: &App, output: &Output, what: Option<Disputes>) -> Result<(), Problem> {
    let answer: Answer<Vec<DisputeView>> = ask(app, Query::Disputes).await?;
    let Some(Disputes::Settle { claim }) = what else {
        output.result(&answer.view, |disputes| {
            for disputed in disputes {
                let code = disputed.code.as_deref().unwrap_or("-");
                say!("{code}\t{}", output.text(&disputed.title));
                for placed in &disputed.sides {
                    let (side, place) = (&placed.side, &placed.place);
                    say!(
                        "  {}\t{} @ {place}\t{}",
                        output.text(&side.shown),
                        side.by_name,
                        side.claim
                    );
                }
            }
        });
        return Ok(());
    };
    let disputed = answer.view.into_iter();
    let mut named = disputed.filter(|one| one.sides.iter().any(|side| side.side.claim == claim));
    let Some(DisputeView { target, path, .. }) = named.next() else {
        return Err(shoulou_domain::refusal::Refusal::NotDisputed.into());
    };
    let command = command::Command::SettleDispute { target, path, claim };
    let done = app.execute(Action::Do { command, basis: answer.basis }).await?;
    output.result(&done, |_| say!("✓"));
    Ok(())
}

async fn rules(app: &App, output: &Output, what: Option<Rules>) -> Result<(), Problem> {
    let answer: Answer<Vec<RuleView>> = ask(app, Query::Rules).await?;
    let Some(Rules::Clear { unit, key, reason }) = what else {
        output.result(&answer.view, |rules| {
            for rule in rules {
                say!("{}\t{}\t{}", rule.code, rule.key, output.text(&rule.text));
            }
        });
        return Ok(());
    };
    let unit = app.home_by_code(&unit).await?.unit;
    let named = answer.view.into_iter().find(|rule| rule.unit == unit && rule.key == key);
    let Some(RuleView { file, key, seen, .. }) = named else {
        return Err(shoulou_domain::refusal::Refusal::NoSuchAlarm.into());
    };
    let command = command::Command::ClearAlarm { file, key, seen, reason };
    let done = app.execute(Action::Do { command, basis: answer.basis }).await?;
    output.result(&done, |_| say!("✓"));
    Ok(())
}
