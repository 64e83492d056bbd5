//! A sample project to try things on: the list of a fictitious estate, and handovers under way.

use crate::{
    api::Problem,
    importing,
    session::{Session, now},
};
use serde::Deserialize;
use shoulou_domain::{
    command::{Command, Target},
    views, world,
};
use shoulou_eventlog::{Id, Value};
use std::collections::BTreeMap;

const HOMES: &[u8] = include_bytes!("../sample/homes.xlsx");
const STORY: &str = include_str!("../sample/story.json");

#[derive(Deserialize)]
struct Story {
    project: BTreeMap<String, Value>,
    /// Name, role, department.
    staff: Vec<[String; 3]>,
    /// Home, days from today, time.
    appointments: Vec<(String, i64, String)>,
    stories: Vec<HomeStory>,
}

/// Commands with places to fill: `$file`, `$owner1`, `$key1`, `$staff.NAME`, `$day`, `$day+3`.
#[derive(Deserialize)]
struct HomeStory {
    unit: String,
    commands: Vec<serde_json::Value>,
}

pub async fn fill(session: &Session) -> Result<(), Problem> {
    let story: Story = serde_json::from_str(STORY).expect("the sample story is valid");
    for (path, value) in story.project {
        perform(session, Command::SetField { target: Target::Project, path, value }).await?;
    }
    let mut staff: BTreeMap<String, Id> =
        session.staff().await?.into_iter().map(|person| (person.name, person.id)).collect();
    for [name, role, department] in story.staff {
        if staff.contains_key(&name) {
            continue;
        }
        let command = Command::AddStaff { name: name.clone(), role, department };
        let made = perform(session, command).await?.expect("a person was added");
        staff.insert(name, made);
    }
    importing::take_in(session, "homes.xlsx", HOMES).await?;
    let today = now().date_naive();
    for (code, days, time) in story.appointments {
        let day = today + chrono::TimeDelta::days(days);
        let target = Target::File { id: file(session, &code) };
        let value = Value::from(format!("{day}T{time}:00{}", now().offset()));
        perform(session, Command::SetField { target, path: "appointment/at".into(), value })
            .await?;
    }
    for home in story.stories {
        tell(session, home, &staff).await?;
    }
    Ok(())
}

async fn tell(
    session: &Session,
    home: HomeStory,
    staff: &BTreeMap<String, Id>,
) -> Result<(), Problem> {
    let file = file(session, &home.unit);
    for command in home.commands {
        let keys = keys_of(session, file).await?;
        let text = places(&command.to_string(), file, &keys, staff);
        let command = serde_json::from_str(&text).expect("the sample's commands are valid");
        perform(session, command).await?;
    }
    Ok(())
}

fn places(command: &str, file: Id, keys: &[Id], staff: &BTreeMap<String, Id>) -> String {
    let today = now().date_naive();
    let mut text = command.replace("$file", &file.to_string());
    for ordinal in 1..=2 {
        let owner = world::buyer(file, ordinal).to_string();
        text = text.replace(&format!("$owner{ordinal}"), &owner);
    }
    for (n, key) in keys.iter().enumerate().rev() {
        text = text.replace(&format!("$key{}", n + 1), &key.to_string());
    }
    for (name, id) in staff {
        text = text.replace(&format!("$staff.{name}"), &id.to_string());
    }
    for days in (1..=30).rev() {
        let (before, after) =
            (today - chrono::TimeDelta::days(days), today + chrono::TimeDelta::days(days));
        text = text.replace(&format!("$day-{days}"), &before.to_string());
        text = text.replace(&format!("$day+{days}"), &after.to_string());
    }
    text.replace("$day", &today.to_string())
}

/// In the order they were registered.
async fn keys_of(session: &Session, file: Id) -> Result<Vec<Id>, Problem> {
    let loaded = session.load_file(file).await?;
    Ok(views::home_view(&loaded.world(), now().date_naive())
        .keys
        .iter()
        .map(|key| key.id)
        .collect())
}

fn file(session: &Session, code: &str) -> Id {
    session.row_by_code(code).expect("the sample's list has this home").file
}

async fn perform(session: &Session, command: Command) -> Result<Option<Id>, Problem> {
    session.perform(&command, u64::MAX).await.map(|(_, decision)| decision.made)
}
