//! The first entry of a project.

use crate::{
    decide::Context,
    fact::{Fact, Founded, TemplateAdded},
    fields::{self, Entity},
    template::Template,
};
use shoulou_eventlog::{Id, NewEvent, Source, Value};

/// Who founds the project: the first of its staff. The id is the context's actor.
#[derive(Clone, Debug)]
pub struct FirstPerson {
    pub name: String,
    pub role: String,
    pub department: String,
}

/// The events of a new project's first commit: its names, its template, its first person.
pub fn found(
    project: Id,
    name: &str,
    company: &str,
    first: &FirstPerson,
    context: &mut Context<'_>,
) -> Vec<NewEvent> {
    let template = Template::default_template();
    let mut events =
        vec![Fact::Founded(Founded {}).event(project), template_added(&template).event(project)];
    let actor = context.actor;
    let roles = ["客服经理", "客服主管"].map(Value::from).to_vec();
    let order = template.stations_in(None).iter().map(|s| Value::from(s.key.as_str())).collect();
    let settings = [
        ("name".to_owned(), Value::from(name.trim())),
        ("company".to_owned(), Value::from(company.trim())),
        ("template".to_owned(), Value::from(template.address().to_string())),
        ("station_order".to_owned(), Value::List(order)),
        ("notice_days".to_owned(), Value::Int(i64::from(template.notice_days))),
        ("working_days".to_owned(), Value::Bool(false)),
        ("supervisor_roles".to_owned(), Value::List(roles)),
        (format!("staff/{actor}/name"), Value::from(first.name.trim())),
        (format!("staff/{actor}/role"), Value::from(first.role.trim())),
        (format!("staff/{actor}/department"), Value::from(first.department.trim())),
        (format!("staff/{actor}/active"), Value::Bool(true)),
    ];
    events.extend(settings.into_iter().filter(|(_, value)| *value != Value::from("")).map(
        |(path, value)| {
            let on = if path.starts_with("staff/") { Entity::Staff } else { Entity::Project };
            fields::claim(on, project, path, value, Vec::new(), Source::Person)
        },
    ));
    events
}

/// A template as the log keeps it.
pub fn template_added(template: &Template) -> Fact {
    let text = String::from_utf8(template.canonical()).expect("canonical templates are JSON");
    let hash = template.address();
    Fact::TemplateAdded(TemplateAdded { hash, text, form: None, shipped: false })
}
