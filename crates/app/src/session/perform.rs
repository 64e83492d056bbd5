//! One command: decided from what is recorded, written in one transaction, told to the screens.

use super::{
    Session, fresh_id, now,
    undo::{Undoable, forget, remember},
};
use crate::{api::Problem, printing, sync::Knock, templates};
use chrono::{DateTime, FixedOffset};
use shoulou_domain::{
    command::{Command, SignedHow, Target},
    decide::{Context, Decision, decide_all},
    fact::Fact,
    world::{self, World},
};
use shoulou_eventlog::{EntityState, Hash, Id, NewEvent, Value};
use shoulou_store::{Appended, NewCommit};
use std::{collections::HashSet, sync::Arc, sync::atomic::Ordering};

/// The entities a decision or a view is made from.
pub(crate) struct Loaded {
    pub project_id: Id,
    pub project: Arc<EntityState>,
    pub unit: Option<(Id, Arc<EntityState>)>,
    pub file: Option<(Id, Arc<EntityState>)>,
}

impl Loaded {
    pub fn code(&self) -> &str {
        let unit = self.unit.as_ref();
        unit.and_then(|(_, unit)| unit.value("code")?.as_text()).unwrap_or_default()
    }

    pub fn world(&self) -> World<'_> {
        let mut world = World::of_project(self.project_id, &self.project);
        if let Some((id, unit)) = &self.unit {
            world = world.with_unit(*id, unit);
        }
        if let Some((id, file)) = &self.file {
            world = world.with_file(*id, file);
        }
        world
    }
}

impl Session {
    pub(crate) async fn load_project(&self) -> Result<Loaded, Problem> {
        let project = self.project().await?;
        Ok(Loaded { project_id: self.place.id, project, unit: None, file: None })
    }

    pub(crate) async fn load_unit(&self, id: Id) -> Result<Loaded, Problem> {
        let mut loaded = self.load_project().await?;
        let Some(unit) = self.store.entity(id).await? else { return Ok(loaded) };
        let file = world::current_file(id, &unit);
        loaded.file = self.store.entity(file).await?.map(|state| (file, state));
        loaded.unit = Some((id, unit));
        Ok(loaded)
    }

    pub(crate) async fn load_file(&self, id: Id) -> Result<Loaded, Problem> {
        let mut loaded = self.load_project().await?;
        let Some(file) = self.store.entity(id).await? else { return Ok(loaded) };
        let opened = world::standing(&file).find_map(|(_, _, fact)| match fact {
            Fact::FileOpened(opened) => Some(opened.unit),
            _ => None,
        });
        if let Some(unit) = opened {
            loaded.unit = self.store.entity(unit).await?.map(|state| (unit, state));
        }
        loaded.file = Some((id, file));
        Ok(loaded)
    }

    async fn load_for(&self, command: &Command) -> Result<Loaded, Problem> {
        match (command.file(), command.unit()) {
            (Some(file), _) => self.load_file(file).await,
            (None, Some(unit)) => self.load_unit(unit).await,
            (None, None) => match command {
                Command::AddUnit { code, .. } => {
                    self.load_unit(world::unit_id(self.place.id, &world::canonical_code(code)))
                        .await
                }
                _ => self.load_project().await,
            },
        }
    }

    /// Carries a command out. `basis` tells what the person's screen showed; the answer's is newer.
    pub async fn perform(&self, command: &Command, basis: u64) -> Result<(u64, Decision), Problem> {
        self.perform_all(std::slice::from_ref(command), basis).await
    }

    /// Carries out commands on one home (or on the project) as one action: all are recorded, or none.
    pub async fn perform_all(
        &self,
        commands: &[Command],
        basis: u64,
    ) -> Result<(u64, Decision), Problem> {
        self.writable()?;
        let actor = self.actor()?;
        let Some(first) = commands.first() else { return Err(Problem::bad_request("commands")) };
        if commands.iter().any(Command::puts_a_date_on_paper) {
            self.date_certain()?;
        }
        let mut ready = commands.iter().map(templates::checked).collect::<Result<Vec<_>, _>>()?;
        for command in &mut ready {
            printing::shown::keep(self, command).await?;
        }
        let mut turn = self.turn.lock().await;
        let loaded = self.load_for(first).await?;
        let unseen: HashSet<_> = self.store.strangers_since(basis).await?;
        let mut decision = {
            let shown = |claim: &shoulou_eventlog::EventRef| !unseen.contains(&claim.commit);
            let mut context = Context { actor, now: now(), shown: &shown, fresh: &mut fresh_id };
            decide_all(&loaded.world(), &ready, &mut context)?
        };
        decision.events.extend(printing::shown::words(self, &loaded.world(), &ready));
        if decision.events.is_empty() {
            return Ok((if unseen.is_empty() { self.arrival() } else { basis }, decision));
        }
        let blobs = ready.iter().flat_map(blobs).collect();
        let undoable = Undoable::new(actor, loaded, &decision);
        let appended = self.append(actor, decision.events.clone(), blobs).await?;
        if decision.is_final() {
            forget(&mut turn, undoable.file());
        } else {
            remember(&mut turn, undoable.done(&appended));
        }
        // As long as the screen was not made anew, it has not shown what came from elsewhere meanwhile.
        let shown_until = if unseen.is_empty() { appended.arrival } else { basis };
        Ok((shown_until, decision))
    }

    /// Writes events that were decided elsewhere as one commit.
    pub(crate) async fn record(
        &self,
        actor: Id,
        events: Vec<NewEvent>,
    ) -> Result<Appended, Problem> {
        let _turn = self.turn.lock().await;
        self.append(actor, events, Vec::new()).await
    }

    pub(crate) async fn append(
        &self,
        actor: Id,
        events: Vec<NewEvent>,
        blobs: Vec<Hash>,
    ) -> Result<Appended, Problem> {
        self.write(NewCommit { blobs, ..commit(actor, now(), events) }).await
    }

    /// Writes a commit, and brings the list and the screens up to date with it.
    pub(crate) async fn write(&self, new: NewCommit) -> Result<Appended, Problem> {
        let time = new.time;
        let appended = self.store.append(new).await?;
        self.took(&appended, time).await?;
        Ok(appended)
    }

    /// Brings the list and the screens up to date with what was written.
    pub(crate) async fn took(&self, appended: &Appended, time: i64) -> Result<(), Problem> {
        self.last_saved.fetch_max(time, Ordering::Relaxed);
        let topics = self.relist(&appended.homes).await?;
        self.arrival.fetch_max(appended.arrival, Ordering::AcqRel);
        self.tell_touched(topics, &appended.touched);
        self.sync.knock(Knock::Recorded);
        Ok(())
    }
}

/// What a person does at a moment, as the store takes it.
pub(crate) fn commit(actor: Id, at: DateTime<FixedOffset>, events: Vec<NewEvent>) -> NewCommit {
    let (time, offset) = (at.timestamp_millis(), at.offset().local_minus_utc() / 60);
    NewCommit { actor, time, offset, events, ..NewCommit::default() }
}

/// The blobs that a command's events will name; each was put before.
fn blobs(command: &Command) -> Vec<Hash> {
    let named: Vec<&str> = match command {
        Command::AttachScan { blob, .. } => vec![blob],
        Command::FilePages { pages, .. } => pages.iter().map(|page| page.blob.as_str()).collect(),
        Command::SetField { target: Target::Project, path, value: Value::Text(blob) }
            if path == "logo" =>
        {
            vec![blob]
        }
        Command::SignItems { how: SignedHow::Paper { scan: Some(scan), .. }, .. }
        | Command::SignStation { how: SignedHow::Paper { scan: Some(scan), .. }, .. }
        | Command::ReturnKeys { how: SignedHow::Paper { scan: Some(scan), .. }, .. } => vec![scan],
        Command::SignItems { .. } | Command::SignStation { .. } | Command::ReturnKeys { .. } => {
            printing::shown::blob(command).into_iter().collect()
        }
        Command::ReadMeter { reading, .. } => reading.photo.as_deref().into_iter().collect(),
        Command::NoteDefect { defect, .. } => defect.photos.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    };
    named.into_iter().filter_map(|address| address.parse().ok()).collect()
}
