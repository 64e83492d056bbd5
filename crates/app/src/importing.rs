//! A list file into the open project: preview, and one transaction.

use crate::{
    api::{Done, ImportMapping, ImportPreview, Problem},
    folder::write_whole,
    import::{Blocks, List, Records},
    session::{Session, commit, fresh_id, now},
};
use shoulou_domain::{decide::Context, world};
use shoulou_eventlog::{EntityState, Id};
use std::{collections::HashMap, path::Path, sync::Arc};

pub async fn preview(
    session: &Session,
    path: &str,
    sheet: Option<String>,
    mapping: Option<ImportMapping>,
) -> Result<ImportPreview, Problem> {
    let list = read(session, path, sheet, mapping).await?;
    let known = Known::of(session, &list).await?;
    let context = Context {
        actor: session.actor().unwrap_or_default(),
        now: now(),
        shown: &|_| true,
        fresh: &mut fresh_id,
    };
    Ok(known.with(|records| list.preview(records, &context)))
}

/// Nothing is ever half imported: all commits are one local transaction, and one batch for other PCs.
pub async fn execute(
    session: &Session,
    path: &str,
    mapping: ImportMapping,
) -> Result<Done, Problem> {
    session.writable()?;
    let actor = session.actor()?;
    let list = read(session, path, None, Some(mapping)).await?;
    let _turn = session.turn().await;
    let known = Known::of(session, &list).await?;
    let at = now();
    let context = Context { actor, now: at, shown: &|_| true, fresh: &mut fresh_id };
    let plan = known.with(|records| list.plan(records, &context))?;
    let report = plan.report.clone();
    let commits: Vec<_> =
        plan.commits().into_iter().map(|events| commit(actor, at, events)).collect();
    if !commits.is_empty() {
        let appended = session.store.append_batch(commits).await?;
        session.took(&appended, at.timestamp_millis()).await?;
    }
    Ok(Done::Imported { report })
}

/// Takes in a list that the program carries itself.
pub async fn take_in(session: &Session, name: &str, bytes: &[u8]) -> Result<(), Problem> {
    let path = session.place.dir().join(name);
    write_whole(&path, bytes)?;
    let shown = path.display().to_string();
    let preview = preview(session, &shown, None, None).await?;
    let done = execute(session, &shown, preview.mapping).await;
    let removed = std::fs::remove_file(&path);
    removed.map_err(|error| Problem::cannot_write(&path, &error))?;
    done.map(drop)
}

/// Reading a large list takes a while; the window goes on meanwhile.
async fn read(
    session: &Session,
    path: &str,
    sheet: Option<String>,
    mapping: Option<ImportMapping>,
) -> Result<List, Problem> {
    let codes = session.codes();
    let path = path.to_owned();
    let reading = tokio::task::spawn_blocking(move || {
        let blocks = Blocks::of_codes(codes.iter().map(String::as_str));
        let offset = *now().offset();
        List::read(Path::new(&path), sheet.as_deref(), mapping.as_ref(), &blocks, offset)
    });
    reading.await.expect("reading a list does not panic")
}

/// The homes of the list as they are recorded now.
struct Known {
    project_id: Id,
    project: Arc<EntityState>,
    entities: HashMap<Id, Arc<EntityState>>,
}

impl Known {
    async fn of(session: &Session, list: &List) -> Result<Self, Problem> {
        let project_id = session.place.id;
        let mut entities = HashMap::new();
        for unit in list.units(project_id) {
            let Some(state) = session.store.entity(unit).await? else { continue };
            let file = world::current_file(unit, &state);
            entities.insert(unit, state);
            if let Some(state) = session.store.entity(file).await? {
                entities.insert(file, state);
            }
        }
        Ok(Known { project_id, project: session.project().await?, entities })
    }

    fn with<T>(&self, use_records: impl FnOnce(&Records<'_>) -> T) -> T {
        let entity = |id: Id| self.entities.get(&id).cloned();
        let records =
            Records { project_id: self.project_id, project: &self.project, entity: &entity };
        use_records(&records)
    }
}
