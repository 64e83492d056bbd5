//! The templates of a project's forms: read, edited, compared, brought in and taken out. Only a text that
//! reads is ever kept.

mod diff;
mod edit;
pub(crate) mod fields;

use crate::{
    api::{
        Answer, DiffLine, Done, EditedTemplate, LegalPlace, Problem, Query, TemplateDraft,
        TemplateEdit, TemplateMistake, TemplatesView, UnreadableTemplate,
    },
    app::answer,
    attach,
    folder::write_whole,
    printing,
    session::Session,
};
use serde_json::Value as Json;
use shoulou_domain::{
    command::Command,
    paper::{
        self,
        wording::{self, Wording},
    },
    refusal::Refusal,
    view::Text2,
    views,
    world::World,
};
use shoulou_eventlog::Id;
use shoulou_forms::{Template, TemplateError, Templates, fields_of};
use std::path::Path;

/// As the domain's limit; a longer file is not looked at.
const LARGEST: u64 = 256 * 1024;

pub async fn query(session: &Session, query: Query) -> Result<serde_json::Value, Problem> {
    Ok(match query {
        Query::FormTemplates => {
            let basis = session.arrival();
            answer(Answer { basis, view: view(&session.load_project().await?.world()) })
        }
        Query::FormTemplate { form, template } => {
            answer(source(&session.load_project().await?.world(), &form, template.as_deref())?)
        }
        Query::TemplateDraft { form, text, unit } => {
            answer(draft(session, &form, &text, unit).await?)
        }
        Query::EditTemplate { text, edits } => answer(edited(&text, &edits)?),
        Query::TemplateFields { form } => answer(fields::of(&form)),
        Query::CompareTemplates { from, to } => answer::<Vec<DiffLine>>(diff::lines(&from, &to)),
        Query::ReadTemplate { path } => answer(read_file(path.as_ref()).await?),
        _ => return Err(Problem::bad_request("not a query of templates")),
    })
}

/// Writes a text where the person said.
pub fn export(path: &Path, text: &str) -> Result<Done, Problem> {
    write_whole(path, text.as_bytes())?;
    Ok(Done::Nothing)
}

/// A command as it may be decided: a text of a form is read first, and the shipped one is no text of its own.
pub(crate) fn checked(command: &Command) -> Result<Command, Problem> {
    let Command::SetFormTemplate { form, text, .. } = command else { return Ok(command.clone()) };
    if text.len() as u64 > LARGEST || text.trim().is_empty() || paper::form(form).is_none() {
        return Ok(command.clone());
    }
    if Templates::source(form) == Some(text) {
        return Ok(Command::UseFormTemplate { form: form.clone(), template: None });
    }
    read(form, text).map_err(|error| wrong(&error))?;
    Ok(command.clone())
}

fn read(form: &str, text: &str) -> Result<Template, TemplateError> {
    let said = edit::read(text).map(|(tree, _)| tree);
    match said.as_ref().and_then(|tree| tree.get("form")?.as_str()) {
        Some(other) if other != form => Err(of_another(form, other, text)),
        _ => Template::parse(&file_name(form), text, &fields_of(form)),
    }
}

/// Told before its fields: hardly one of them would be known.
fn of_another(form: &str, other: &str, text: &str) -> TemplateError {
    let line = text.lines().position(|line| line.trim_start().starts_with("form"));
    let expected = format!("form = \"{form}\"");
    TemplateError {
        file: file_name(form),
        line: line.unwrap_or(0) + 1,
        problem: Text2::new(
            format!("这是“{other}”的模板"),
            format!("this is a template of `{other}`"),
        ),
        expected: Text2::new(&expected, &expected),
    }
}

fn file_name(form: &str) -> String {
    format!("{form}.toml")
}

fn wrong(error: &TemplateError) -> Problem {
    Problem::unchanged(
        "template_wrong",
        Text2::new(
            format!("模板有误，没有保存。{}。", error.zh()),
            format!("The template has a mistake and was not saved. {}.", error.en()),
        ),
        Text2::new("请按提示改正那一行，再保存。", "Correct that line as it says, then save."),
    )
}

fn view(world: &World<'_>) -> TemplatesView {
    let forms = views::form_templates(world);
    let (mut legal, mut unreadable) = (Vec::new(), Vec::new());
    for form in forms.iter().filter(|form| !form.disputed).map(|form| form.form.as_str()) {
        let chosen = printing::template_in_use(world, form);
        unreadable.extend(
            chosen.err().map(|problem| UnreadableTemplate { form: form.to_owned(), problem }),
        );
        legal.extend(in_use(world, form).iter().flat_map(|text| legal_places(form, text)));
    }
    TemplatesView { forms, legal, unreadable }
}

fn in_use(world: &World<'_>, form: &str) -> Option<String> {
    match wording::in_use(world, form) {
        Wording::Named(hash) => wording::text(world, hash),
        Wording::Shipped => Templates::source(form).map(str::to_owned),
        Wording::Disputed => None,
    }
}

/// The text of one of the project's own, or of the shipped one.
fn source(world: &World<'_>, form: &str, template: Option<&str>) -> Result<String, Problem> {
    let unknown = || Problem::from(Refusal::FormTemplateUnknown);
    match template {
        None => Templates::source(form).map(str::to_owned).ok_or_else(unknown),
        Some(address) => {
            let hash = address.parse().map_err(|_| unknown())?;
            wording::text(world, hash).ok_or_else(unknown)
        }
    }
}

fn edited(text: &str, edits: &[TemplateEdit]) -> Result<EditedTemplate, Problem> {
    let text = edit::apply(text, edits)?;
    let (tree, _) = edit::read(&text).unwrap_or_default();
    Ok(EditedTemplate { text, tree })
}

async fn draft(
    session: &Session,
    form: &str,
    text: &str,
    unit: Option<Id>,
) -> Result<TemplateDraft, Problem> {
    let (tree, lines) =
        edit::read(text).map_or_else(Default::default, |(tree, lines)| (Some(tree), lines));
    let legal = legal_places(form, text);
    let mut draft =
        TemplateDraft { tree, lines, mistake: None, preview: None, problem: None, legal };
    match read(form, text) {
        Err(error) => {
            let line = u32::try_from(error.line).unwrap_or(u32::MAX);
            let TemplateError { problem, expected, .. } = error;
            draft.mistake = Some(TemplateMistake { line, problem, expected });
        }
        Ok(template) => match printing::try_out(session, form, template, unit).await {
            Ok(preview) => draft.preview = Some(preview),
            Err(problem) => draft.problem = Some(problem),
        },
    }
    Ok(draft)
}

async fn read_file(path: &Path) -> Result<String, Problem> {
    let bytes = attach::read(path, LARGEST).await?;
    String::from_utf8(bytes).map(|text| text.replace("\r\n", "\n")).map_err(|_| {
        Problem::unchanged(
            "not_a_template",
            Text2::new(
                "这个文件不是表格模板（应为 UTF-8 的文本）。",
                "This file is not a form template (a text in UTF-8).",
            ),
            Text2::new(
                "请选择从“表格模板”导出的 .toml 文件。",
                "Choose a .toml file that was exported from Form templates.",
            ),
        )
    })
}

fn legal_places(form: &str, text: &str) -> Vec<LegalPlace> {
    let Some((tree, lines)) = edit::read(text) else { return Vec::new() };
    let mut found = Vec::new();
    let mut heading = String::new();
    let blocks = tree.get("block").and_then(Json::as_array);
    for (n, block) in blocks.into_iter().flatten().enumerate() {
        let line = lines.get(n).copied().unwrap_or(1);
        legal_in(block, &mut heading, &mut |heading, text| {
            let (form, heading, text) = (form.to_owned(), heading.to_owned(), text.to_owned());
            found.push(LegalPlace { form, line, heading, text });
        });
    }
    found
}

fn legal_in(block: &Json, heading: &mut String, found: &mut impl FnMut(&str, &str)) {
    let text = |key: &str| block.get(key).and_then(Json::as_str);
    if let Some(said) = text("heading") {
        said.clone_into(heading);
    }
    if block.get("legal") == Some(&Json::Bool(true))
        && let Some(said) = text("paragraph").or_else(|| text("note"))
    {
        found(heading, said);
    }
    for part in block.get("columns").and_then(Json::as_array).into_iter().flatten() {
        for inner in part.get("block").and_then(Json::as_array).into_iter().flatten() {
            legal_in(inner, heading, found);
        }
    }
}
