//! Making, unlocking and restoring a project.

use crate::{
    api::{Problem, Topic},
    folder::{Folder, Place},
    keyring_slot, sample,
    session::{Session, fresh_id, now, setup},
};
use shoulou_domain::{
    decide::Context,
    found::{FirstPerson, found},
};
use shoulou_store::{DataKey, Knows, Secret, SlotKind, Slots, Store};
use std::path::Path;
use tokio::sync::broadcast;

type Changes = broadcast::Sender<Vec<Topic>>;

/// What a person says when making a project.
pub struct NewProject {
    pub name: String,
    pub company: String,
    pub person: String,
    pub password: Option<String>,
    pub sample: bool,
}

/// How a new project will be opened: at least with a password or by the keyring.
pub struct Keys<'a> {
    password: Option<&'a str>,
    keyring: bool,
}

impl<'a> Keys<'a> {
    pub async fn wanted(password: Option<&'a str>) -> Result<Self, Problem> {
        let password = password.filter(|password| !password.is_empty());
        let keyring = keyring_slot::usable().await;
        if password.is_none() && !keyring {
            return Err(Problem::no_keyring());
        }
        Ok(Keys { password, keyring })
    }

    /// Makes the data key and its slots, with a recovery code.
    pub async fn lay_out(&self, place: &Place) -> Result<(Slots, DataKey, String), Problem> {
        let key = DataKey::random()?;
        let mut slots = Slots::create(&place.database, &key)?;
        let recovery_code = slots.add_recovery(&key)?.to_string();
        if let Some(password) = self.password {
            slots.add_password(&key, password)?;
        }
        if self.keyring {
            keep_in_keyring(&mut slots, &key, place).await?;
        }
        Ok((slots, key, recovery_code))
    }
}

/// The answer carries the recovery code, which is kept nowhere.
pub async fn create(
    folder: &Folder,
    wanted: NewProject,
    knows: Knows,
    changes: Changes,
) -> Result<(Session, String), Problem> {
    let name = wanted.name.trim();
    if name.is_empty() {
        return Err(Problem::name_missing());
    }
    if folder.projects()?.iter().any(|place| place.name == name) {
        return Err(Problem::project_exists(name));
    }
    let keys = Keys::wanted(wanted.password.as_deref()).await?;
    let place = folder.place(fresh_id(), name);
    folder.prepare(&place)?;
    let (slots, key, recovery_code) = keys.lay_out(&place).await?;
    Store::create(&place.database, &key, place.id, setup()).await?.close().await?;
    let session = Session::open(place.clone(), slots, key, knows, changes).await?;
    let person = match wanted.person.trim() {
        "" => "管理员",
        person => person,
    };
    let first =
        FirstPerson {
            name: person.into(), role: "客服主管".into(), department: "客服中心".into()
        };
    let actor = fresh_id();
    let mut context = Context { actor, now: now(), shown: &|_| true, fresh: &mut fresh_id };
    let events = found(place.id, name, &wanted.company, &first, &mut context);
    session.record(actor, events).await?;
    session.set_actor(actor).await?;
    if wanted.sample {
        sample::fill(&session).await?;
    }
    Ok((session, recovery_code))
}

pub async fn unlock(
    place: &Place,
    secret: &str,
    knows: Knows,
    changes: Changes,
) -> Result<Session, Problem> {
    let mut slots = Slots::open(&place.database)?;
    let key = slots.unlock(Secret::Typed(secret))?;
    let kept = Slots::open(&place.database)?;
    let session = Session::open(place.clone(), kept, key.clone(), knows, changes).await?;
    // The keyring lost its key (Windows was reinstalled): give it one again, so that tomorrow needs no code.
    let lost = slots.has(SlotKind::Keyring) && keyring_slot::fetch(place.id, &slots).await.is_err();
    if lost && keyring_slot::usable().await && !session.read_only() {
        keep_in_keyring(&mut slots, &key, place).await?;
    }
    Ok(session)
}

/// A backup file, and the password or recovery code of the project in it.
pub struct Backup<'a> {
    pub path: &'a Path,
    pub secret: &'a str,
}

/// What becomes of the same project where it lies in the folder already. Its files are never touched.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Present {
    Refuse,
    /// It does not open: its files go aside.
    Damaged,
    /// The person wants the backup in its place: its files go aside.
    Replaced,
}

/// Brings a project back.
pub async fn restore(
    folder: &Folder,
    backup: Backup<'_>,
    present: Present,
    knows: Knows,
    changes: Changes,
) -> Result<Session, Problem> {
    let header = shoulou_store::backup_header(backup.path)?;
    let place = folder.place(header.project, &header.name);
    let why = match present {
        _ if !place.database.exists() => None,
        Present::Refuse => return Err(Problem::project_is_here(&header.name)),
        Present::Damaged => Some("damaged"),
        Present::Replaced => Some("replaced"),
    };
    let mark = now().format("%Y%m%d-%H%M%S");
    let aside = why.map(|why| place.move_aside(&format!("{why}-{mark}"))).transpose()?;
    folder.prepare(&place)?;
    let restored =
        shoulou_store::restore(backup.path, Secret::Typed(backup.secret), &place.database).await;
    if let (Err(_), Some(aside)) = (&restored, &aside) {
        place.move_back(aside)?;
    }
    restored?;
    unlock(&place, backup.secret, knows, changes).await
}

async fn keep_in_keyring(slots: &mut Slots, key: &DataKey, place: &Place) -> Result<(), Problem> {
    let kek = slots.add_keyring(key)?;
    keyring_slot::keep(place.id, slots, *kek).await.map_err(|_| Problem::no_keyring())
}
