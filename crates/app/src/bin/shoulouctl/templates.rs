//! The templates of the project's forms.

use crate::{
    run::{absolute, ask},
    show::{Output, say},
};
use clap::Subcommand;
use shoulou_app::{
    App,
    api::{Action, Answer, Done, Problem, Query, TemplatesView},
};
use shoulou_domain::{command::Command, refusal::Refusal, views::FormTemplateView};
use std::{io::Write, path::PathBuf};

#[derive(Subcommand)]
pub enum Templates {
    /// Every form, and which template the project uses for it
    List,
    /// Write the text of a form's template into a file: the one in use, or version N of the project's own
    Export {
        form: String,
        file: PathBuf,
        #[arg(long, value_name = "N", conflicts_with = "shipped")]
        version: Option<u32>,
        /// The one that the program ships
        #[arg(long)]
        shipped: bool,
    },
    /// Print a form with the text of this file from now on
    Set {
        form: String,
        file: PathBuf,
        /// Why, for those who look at the versions later
        #[arg(long)]
        note: Option<String>,
    },
    /// Go back to the standard template, or to version N of the project's own
    Reset {
        form: String,
        #[arg(long, value_name = "N")]
        version: Option<u32>,
    },
}

pub async fn run(app: &App, output: &Output, what: Templates) -> Result<(), Problem> {
    let answer: Answer<TemplatesView> = ask(app, Query::FormTemplates).await?;
    let Answer { basis, view } = answer;
    match what {
        Templates::List => {
            output.result(&view, |view| view.forms.iter().for_each(|form| line(output, form)));
            Ok(())
        }
        Templates::Export { form, file, version, shipped } => {
            let known = find(&view, &form)?;
            let template = match version {
                Some(n) => Some(address(known, n)?),
                None => known.template.clone().filter(|_| !shipped),
            };
            let text = ask(app, Query::FormTemplate { form, template }).await?;
            let path = absolute(&file);
            let done = app.execute(Action::ExportTemplate { text, path }).await?;
            output.result(&done, |_| say!("{}", file.display()));
            Ok(())
        }
        Templates::Set { form, file, note } => {
            let text = ask(app, Query::ReadTemplate { path: absolute(&file) }).await?;
            change(app, output, Command::SetFormTemplate { form, text, note }, basis).await
        }
        Templates::Reset { form, version } => {
            let known = find(&view, &form)?;
            let template = version.map(|n| address(known, n)).transpose()?;
            change(app, output, Command::UseFormTemplate { form, template }, basis).await
        }
    }
}

fn line(output: &Output, form: &FormTemplateView) {
    let state = match (form.disputed, form.own, form.version) {
        (true, ..) => "!".to_owned(),
        (_, _, Some(n)) => format!("v{n}"),
        (_, true, None) => "v?".to_owned(),
        _ => "-".to_owned(),
    };
    say!("{}\t{state}\t{}\t{}", form.form, output.text(&form.title), form.by_name);
}

fn find<'v>(view: &'v TemplatesView, form: &str) -> Result<&'v FormTemplateView, Problem> {
    let known = view.forms.iter().find(|known| known.form == form);
    known.ok_or_else(|| Refusal::FormUnknown { form: form.to_owned() }.into())
}

fn address(form: &FormTemplateView, n: u32) -> Result<String, Problem> {
    let version = form.versions.iter().find(|version| version.n == n);
    version
        .map(|version| version.template.clone())
        .ok_or_else(|| Refusal::FormTemplateUnknown.into())
}

async fn change(app: &App, output: &Output, command: Command, basis: u64) -> Result<(), Problem> {
    let done: Done = app.execute(Action::Do { command, basis }).await?;
    output.result(&done, |_| say!("✓"));
    Ok(())
}
