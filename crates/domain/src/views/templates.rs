//! The templates of a project's forms: which it uses, and which it had.

use crate::{
    paper::{
        FORMS, FormInfo, form,
        wording::{self, Version, Wording},
    },
    view::Text2,
    world::World,
};
use serde::{Deserialize, Serialize};
use shoulou_eventlog::Value;
use ts_rs::TS;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FormTemplateView {
    pub form: String,
    pub title: Text2,
    /// The project's own text is in use, or was taken for a shipped one of another version of the program.
    pub own: bool,
    /// Which of the project's own is in use.
    pub version: Option<u32>,
    /// Its address.
    pub template: Option<String>,
    /// Two PCs changed it without knowing of each other: nothing prints until a person settles it.
    pub disputed: bool,
    /// Who put the one in use there, and when; nobody, where the form never had another.
    pub by_name: String,
    #[ts(type = "number | null")]
    pub time: Option<i64>,
    /// The project's own, newest first.
    pub versions: Vec<FormTemplateVersion>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FormTemplateVersion {
    pub n: u32,
    pub template: String,
    pub by_name: String,
    #[ts(type = "number")]
    pub time: i64,
    pub note: Option<String>,
    pub in_use: bool,
}

/// Every form, in the order they come up.
pub fn form_templates(world: &World<'_>) -> Vec<FormTemplateView> {
    FORMS.iter().map(|info| view(world, info)).collect()
}

fn view(world: &World<'_>, info: &FormInfo) -> FormTemplateView {
    let versions = wording::versions(world, info.key);
    let used = wording::in_use(world, info.key);
    let template = match used {
        Wording::Named(template) => Some(template),
        Wording::Shipped | Wording::Disputed => None,
    };
    let said = world.project.open(&wording::register(info.key)).into_iter().next_back();
    let by = said.map(|(_, stated)| world.staff_name(stated.meta.actor).unwrap_or_default());
    let version = |version: &Version| FormTemplateVersion {
        n: version.n,
        template: version.template.to_string(),
        by_name: world.staff_name(version.meta.actor).unwrap_or_default().to_owned(),
        time: version.meta.time,
        note: version.note.clone(),
        in_use: template == Some(version.template),
    };
    FormTemplateView {
        form: info.key.to_owned(),
        title: title(world, info),
        own: template.is_some(),
        version: versions.iter().find(|one| template == Some(one.template)).map(|one| one.n),
        template: template.map(|template| template.to_string()),
        disputed: used == Wording::Disputed,
        by_name: by.unwrap_or_default().to_owned(),
        time: said.map(|(_, stated)| stated.meta.time),
        versions: versions.iter().rev().map(version).collect(),
    }
}

fn title(world: &World<'_>, info: &FormInfo) -> Text2 {
    info.title().titled(world.project_text("name").unwrap_or_default())
}

/// What a dispute about a form's template is called.
pub(super) fn title_of(world: &World<'_>, key: &str) -> Text2 {
    let title = form(key).map_or_else(|| Text2::new(key, key), |info| title(world, info));
    Text2::new(format!("表格模板 · {}", title.zh), format!("Form template: {}", title.en))
}

/// What one side of such a dispute wants.
pub(super) fn named(world: &World<'_>, form: &str, value: &Value) -> Text2 {
    let address = value.as_text().and_then(|text| text.parse().ok());
    let own = wording::versions(world, form);
    match own.iter().find(|version| Some(version.template) == address) {
        Some(version) => {
            let (zh, en) = match &version.note {
                Some(note) => (format!("：{note}"), format!(": {note}")),
                None => Default::default(),
            };
            Text2::new(format!("第 {} 版{zh}", version.n), format!("Version {}{en}", version.n))
        }
        None => Text2::new("标准模板", "The standard template"),
    }
}
