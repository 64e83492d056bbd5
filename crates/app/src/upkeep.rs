//! What the command line asks beyond the window: checking a project and making its views anew.

use crate::{
    App,
    api::{Problem, Query},
};
use serde::Serialize;
use shoulou_domain::view::{HomeRow, Text2};

/// What a check of the whole project found.
#[derive(Clone, Debug, Serialize)]
pub struct Verified {
    pub sound: bool,
    pub commits: u64,
    pub events: u64,
    pub blobs: u64,
    pub homes: u64,
    /// Where the first fault is.
    pub fault: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Rebuilt {
    pub commits: u64,
    pub events: u64,
    pub homes: u64,
}

impl Verified {
    pub fn text(&self) -> Text2 {
        let Verified { commits, events, homes, .. } = self;
        match &self.fault {
            None => Text2::new(
                format!(
                    "完好：{commits} 次操作、{events} 条记录、{homes} 户，签名与校验全部相符。"
                ),
                format!(
                    "Sound: {commits} commits, {events} events, {homes} homes; all signatures and hashes fit."
                ),
            ),
            Some(fault) => {
                Text2::new(format!("发现问题：{fault}"), format!("A fault was found: {fault}"))
            }
        }
    }
}

impl Rebuilt {
    pub fn text(&self) -> Text2 {
        let Rebuilt { commits, events, homes } = self;
        Text2::new(
            format!("已由 {commits} 次操作、{events} 条记录重建 {homes} 户。"),
            format!("{homes} homes were made anew from {commits} commits, {events} events."),
        )
    }
}

impl App {
    /// Checks the log's chain, hashes and signatures, the blobs, and the views against a rebuild.
    pub async fn verify(&self) -> Result<Verified, Problem> {
        let report = self.session().await?.store.verify().await?;
        Ok(Verified {
            sound: report.fault.is_none(),
            commits: report.commits,
            events: report.events,
            blobs: report.blobs,
            homes: report.homes,
            fault: report.fault.map(|fault| format!("{:?}: {}", fault.at, fault.what)),
        })
    }

    pub async fn rebuild(&self) -> Result<Rebuilt, Problem> {
        let session = self.session().await?;
        session.writable()?;
        let rebuilt = session.store.rebuild().await?;
        Ok(Rebuilt { commits: rebuilt.commits, events: rebuilt.events, homes: rebuilt.homes })
    }

    /// The basis of views made now, for commands that come with none.
    pub async fn basis(&self) -> Result<u64, Problem> {
        Ok(self.session().await?.arrival())
    }

    /// A home by its code as people write it, or by what the search finds when that is one home.
    pub async fn home_by_code(&self, code: &str) -> Result<HomeRow, Problem> {
        let session = self.session().await?;
        if let Ok(row) = session.row_by_code(code) {
            return Ok(HomeRow { search: Vec::new(), ..(*row).clone() });
        }
        let query = Query::Units {
            search: code.to_owned(),
            building: None,
            stage: None,
            only: None,
            offset: 0,
            limit: 2,
        };
        let mut list: crate::api::UnitList = serde_json::from_value(session.query(query).await?)
            .expect("a query answers with the type it declares");
        match (list.rows.pop(), list.rows.is_empty()) {
            (Some(row), true) => Ok(row),
            _ => Err(Problem::unknown_unit(code)),
        }
    }

    /// Makes the active member of staff of this name the person at work.
    pub async fn choose_actor_by_name(&self, name: &str) -> Result<(), Problem> {
        let session = self.session().await?;
        let staff = session.staff().await?;
        let person = staff.iter().find(|person| person.active && person.name == name);
        let person = person.ok_or_else(|| Problem::unknown_staff(name))?;
        session.set_actor(person.id).await
    }
}
