//! What screens ask for.

use super::{Session, id_of, now};
use crate::{
    api::{Answer, LogLine, Phase, Problem, Query, ScanContent, Status},
    app::answer,
    importing, printable, printing, scanback,
    search::Filter,
    templates,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use shoulou_domain::{
    decide::voidable,
    fact::{Fact, Revealed},
    view::{OutstandingRow, StaffView, Text2},
    views,
};
use shoulou_eventlog::{EventRef, Id};
use std::{path::Path, sync::atomic::Ordering};

impl Session {
    pub async fn query(&self, query: Query) -> Result<serde_json::Value, Problem> {
        Ok(match query {
            Query::Status => answer(self.status(self.place.dir()).await?),
            Query::Units { search, building, stage, only, offset, limit } => {
                let today = now().date_naive().to_string();
                let building = building.as_deref();
                let filter = Filter { search: &search, building, stage, only, today: &today };
                let directory = self.directory.read().expect("no holder panics");
                answer(directory.list(&filter, offset as usize, limit as usize))
            }
            Query::Home { unit } => {
                let basis = self.arrival();
                let loaded = self.load_unit(unit).await?;
                if loaded.file.is_none() {
                    return Err(Problem::unknown_unit(&unit.to_string()));
                }
                let mut view = views::home_view(&loaded.world(), now().date_naive());
                printable::mark_home(&mut view, &loaded.world());
                self.remember_home(unit).await;
                answer(Answer { basis, view })
            }
            Query::Outstanding => {
                let basis = self.arrival();
                answer(Answer { basis, view: self.outstanding().await? })
            }
            Query::Project => {
                let basis = self.arrival();
                let loaded = self.load_project().await?;
                answer(Answer { basis, view: crate::settings::view(&loaded.world()) })
            }
            Query::Packet { unit } => answer(printing::packet(self, unit).await?),
            Query::Preview { unit, forms, blank } => {
                answer(printing::preview(self, unit, &forms, blank).await?)
            }
            Query::Lists
            | Query::PreviewList { .. }
            | Query::PreviewBlankSet { .. }
            | Query::Printers
            | Query::PrintChoices
            | Query::PrintJobs
            | Query::PrintHistory { .. }
            | Query::Batch { .. }
            | Query::Batches => printing::query(self, query).await?,
            Query::History { unit, limit } => answer(self.history(unit, limit).await?),
            Query::ImportPreview { path, sheet, mapping } => {
                answer(importing::preview(self, &path, sheet, mapping).await?)
            }
            Query::Reveal { unit, path, claim } => {
                answer(self.reveal(unit, &path, claim.as_ref()).await?)
            }
            Query::Scan { blob } => answer(self.scan(&blob).await?),
            Query::Scans => answer(scanback::view(self).await?),
            Query::ScanPicture { scan, longest } => {
                answer(scanback::picture(self, scan, longest).await?)
            }
            Query::Sync => answer(self.sync_view(self.moment().await?).await?),
            Query::Devices => answer(self.devices().await?),
            Query::Disputes => answer(self.disputes().await?),
            Query::Rules => answer(self.rules().await?),
            Query::Forks => answer(self.forks().await?),
            Query::FormTemplates
            | Query::FormTemplate { .. }
            | Query::TemplateDraft { .. }
            | Query::EditTemplate { .. }
            | Query::TemplateFields { .. }
            | Query::CompareTemplates { .. }
            | Query::ReadTemplate { .. } => templates::query(self, query).await?,
        })
    }

    pub async fn status(&self, data_dir: &Path) -> Result<Status, Problem> {
        let project = self.project().await?;
        let name =
            project.value("name").and_then(|name| name.as_text()).unwrap_or(&self.place.name);
        let last_saved = self.last_saved.load(Ordering::Relaxed);
        let last_unit = self.store.setting("last_unit").await?.and_then(id_of);
        let sync = self.moment().await?;
        Ok(Status {
            phase: Phase::Ready,
            version: env!("CARGO_PKG_VERSION").into(),
            data_dir: data_dir.display().to_string(),
            project: Some(name.to_owned()),
            actor: self.actor_view().await?,
            homes: self.homes(),
            recovery_confirmed: self.recovery_confirmed.load(Ordering::Relaxed),
            read_only: self.read_only(),
            clock_behind: self.clock_behind(),
            clock_off: self.clock_off(),
            to_sync: sync.seen.linked.then(|| u32::try_from(sync.to_sync).unwrap_or(u32::MAX)),
            sync: sync.state(),
            last_unit,
            last_saved: (last_saved > 0).then_some(last_saved),
        })
    }

    async fn actor_view(&self) -> Result<Option<StaffView>, Problem> {
        let Ok(actor) = self.actor() else { return Ok(None) };
        Ok(self.staff().await?.into_iter().find(|person| person.id == actor))
    }

    pub(crate) async fn staff(&self) -> Result<Vec<StaffView>, Problem> {
        Ok(views::staff(&self.load_project().await?.world()))
    }

    async fn outstanding(&self) -> Result<Vec<OutstandingRow>, Problem> {
        let units: Vec<Id> = {
            let directory = self.directory.read().expect("no holder panics");
            directory.rows().filter(|row| row.outstanding > 0).map(|row| row.unit).collect()
        };
        let mut rows = Vec::new();
        for unit in units {
            rows.extend(views::outstanding(&self.load_unit(unit).await?.world()));
        }
        Ok(rows)
    }

    /// So that after a crash the program says where it was. Losing this loses no record.
    async fn remember_home(&self, unit: Id) {
        if !self.read_only() {
            let _ = self.store.set_setting("last_unit", unit.to_string().as_bytes()).await;
        }
    }

    async fn history(&self, unit: Id, limit: u32) -> Result<Vec<LogLine>, Problem> {
        let loaded = self.load_unit(unit).await?;
        let Some((file, state)) = &loaded.file else { return Ok(Vec::new()) };
        let world = loaded.world();
        let mut lines = Vec::new();
        for entry in self.store.history(*file, limit).await? {
            for happened in &entry.events {
                let Some(text) = views::describe(&world, &happened.event) else { continue };
                let voided = state.is_voided(&happened.at);
                let fact = state.facts.contains_key(&happened.at);
                lines.push(LogLine {
                    at: happened.at,
                    time: entry.time,
                    by: world.staff_name(entry.actor).unwrap_or_default().to_owned(),
                    text,
                    voided,
                    can_void: fact && !voided && voidable(&happened.event.kind),
                });
            }
        }
        lines.truncate(limit as usize);
        Ok(lines)
    }

    /// One masked field in full. Who looked, and when, goes into the log first.
    async fn reveal(
        &self,
        unit: Id,
        path: &str,
        side: Option<&EventRef>,
    ) -> Result<String, Problem> {
        let loaded = self.load_unit(unit).await?;
        let found = loaded.file.as_ref().and_then(|(id, file)| {
            let open = file.open(path);
            let value = match side {
                Some(side) => &open.iter().find(|(at, _)| *at == side)?.1.value,
                None => file.value(path)?,
            };
            Some((*id, value))
        });
        let Some((file, value)) = found else {
            return Err(Problem::unchanged(
                "no_value",
                Text2::new("这一项没有内容。", "There is nothing in this field."),
                Text2::new("请刷新页面后再看。", "Look again after the page has been refreshed."),
            ));
        };
        let shown = value.as_text().unwrap_or_default().to_owned();
        if !self.read_only() {
            let fact = Fact::Revealed(Revealed { path: path.to_owned() });
            self.record(self.actor()?, vec![fact.event(file)]).await?;
        }
        Ok(shown)
    }

    async fn scan(&self, blob: &str) -> Result<ScanContent, Problem> {
        let address = blob.parse().map_err(|_| Problem::bad_request("blob"))?;
        self.bring(address).await?;
        let bytes = self.store.get_blob(&address).await?;
        let media = crate::attach::media(&bytes).unwrap_or("application/octet-stream");
        Ok(ScanContent { media: media.into(), base64: STANDARD.encode(bytes) })
    }
}
