//! Coming to a server: joining a project of it, or bringing one.

use super::{
    client::{Client, Unanswered, tls::Trust},
    code::{self, Typed},
    told,
};
use crate::{
    api::{Done, Problem, Topic},
    attach,
    folder::{Folder, Place},
    session::{Session, setup},
    start,
};
use shoulou_eventlog::{
    ProjectKey,
    sync::{
        Certificate, Invitation, Purpose, Role,
        wire::{Bytes, Enrol, RefusalCode},
    },
};
use shoulou_store::{Knows, Link, Store};
use tokio::sync::broadcast;

/// An answer may be lost where the question was not: a device that asks again is answered again.
const TRIES: u32 = 3;
const LARGEST_PICTURE: u64 = 20 * 1024 * 1024;
const LONGEST_LABEL: usize = 60;

/// The code as it was typed, or as a picture has it.
pub(crate) async fn typed(code: Option<String>, picture: Option<String>) -> Result<Typed, Problem> {
    let text = match picture {
        Some(path) => {
            let bytes = attach::read(path.as_ref(), LARGEST_PICTURE).await?;
            let reading = tokio::task::spawn_blocking(move || code::in_picture(&bytes));
            reading.await.expect("reading a picture does not panic")?
        }
        None => code.unwrap_or_default(),
    };
    code::read(&text)
}

/// A name for this PC that the others can tell from theirs.
pub(super) fn label(typed: &str) -> Result<String, Problem> {
    let label: String = typed.trim().chars().take(LONGEST_LABEL).collect();
    if label.is_empty() { Err(told::label_missing()) } else { Ok(label) }
}

/// What the code stands for, and a client for the server as the invitation describes it.
async fn invitation(typed: &Typed, purpose: Purpose) -> Result<(Invitation, Client), Problem> {
    let client = Client::new(&typed.server, Trust::Sealed).ok_or_else(told::no_tls)?;
    let invited = client.invitation(typed.secret.locator()).await.map_err(told::unanswered)?;
    let invitation = typed.secret.open(&invited.sealed.0).ok_or_else(told::not_an_invitation)?;
    if invitation.purpose != purpose {
        return Err(told::another_purpose(invitation.purpose));
    }
    let client = Client::new(&typed.server, invitation.pin.into()).ok_or_else(told::no_tls)?;
    Ok((invitation, client))
}

/// Shows the token and this PC's key; keeps the certificate and the link.
async fn enrol(
    store: &Store,
    client: &Client,
    typed: &Typed,
    invitation: &Invitation,
    label: &str,
) -> Result<(), Problem> {
    let (device, key) = store.device().await?;
    let enrol = Enrol {
        token: invitation.token.clone(),
        key: key.as_bytes().to_vec().into(),
        proof: store.prove_enrolment(&invitation.token.0).await?.to_vec().into(),
        label: Bytes(store.seal_label(label)?),
        app_version: env!("CARGO_PKG_VERSION").into(),
    };
    let found = invitation.purpose == Purpose::Found;
    let mut tries = 1;
    let enrolled = loop {
        match client.enrol(store.project(), &enrol, found).await {
            Err(Unanswered::Offline) if tries < TRIES => tries += 1,
            answer => break answer.map_err(|unanswered| refused(unanswered, found))?,
        }
    };
    let mut link = Link {
        url: typed.server.clone(),
        server_key: invitation.server.clone(),
        pin: invitation.pin,
        label: label.to_owned(),
        role: Role::Member,
    };
    let certificate = Certificate::read(&enrolled.certificate.0, &link.verifying_key()?);
    let certificate = certificate.ok().filter(|one| one.device == device);
    link.role = certificate.ok_or_else(told::not_an_invitation)?.role;
    store.set_link(link).await?;
    store.put_certificates(0, vec![enrolled.certificate.0]).await?;
    Ok(())
}

fn refused(unanswered: Unanswered, found: bool) -> Problem {
    match unanswered {
        Unanswered::Refused { refusal, .. }
            if found && refusal.code == RefusalCode::Spent && !refusal.detail.is_empty() =>
        {
            told::project_is_there()
        }
        unanswered => told::unanswered(unanswered),
    }
}

/// Brings the open project to a server.
pub(super) async fn attach(session: &Session, typed: Typed, wanted: &str) -> Result<Done, Problem> {
    if session.store.link().await?.is_some() {
        return Err(told::attached_already());
    }
    let label = label(wanted)?;
    let (invitation, client) = invitation(&typed, Purpose::Found).await?;
    enrol(&session.store, &client, &typed, &invitation, &label).await?;
    restart(session).await?;
    Ok(Done::Nothing)
}

pub(super) async fn detach(session: &Session) -> Result<Done, Problem> {
    super::office::linked(session).await?;
    super::stop(session).await;
    session.store.clear_link().await?;
    restart(session).await?;
    Ok(Done::Nothing)
}

async fn restart(session: &Session) -> Result<(), Problem> {
    let open = session.sync.session.read().expect("no holder panics").upgrade();
    if let Some(open) = open {
        super::start(&open).await?;
    }
    session.tell(vec![Topic::Status, Topic::Sync]);
    Ok(())
}

/// What a person says when joining a project.
pub(crate) struct Joining {
    pub typed: Typed,
    pub label: String,
    pub password: Option<String>,
}

/// Makes this PC's copy of a project, still empty. The answer carries the recovery code, which is kept
/// nowhere.
pub(crate) async fn join(
    folder: &Folder,
    joining: Joining,
    knows: Knows,
    changes: broadcast::Sender<Vec<Topic>>,
) -> Result<(Session, String), Problem> {
    let label = label(&joining.label)?;
    let keys = start::Keys::wanted(joining.password.as_deref()).await?;
    let (invitation, client) = invitation(&joining.typed, Purpose::Join).await?;
    let to = invitation.project.clone().ok_or_else(told::not_an_invitation)?;
    let key: [u8; 32] = to.key.0.try_into().map_err(|_| told::not_an_invitation())?;
    let place = folder.place(to.id, &to.name);
    if place.database.exists() {
        return Err(told::project_is_here(&to.name));
    }
    folder.prepare(&place)?;
    let made = async {
        let (slots, data_key, recovery_code) = keys.lay_out(&place).await?;
        let key = ProjectKey::new(key);
        let store = Store::join(&place.database, &data_key, place.id, &key, setup()).await?;
        let enrolled = enrol(&store, &client, &joining.typed, &invitation, &label).await;
        store.close().await?;
        enrolled?;
        let session = Session::open(place.clone(), slots, data_key, knows, changes).await?;
        Ok((session, recovery_code))
    };
    let made = made.await;
    if made.is_err() {
        forget(&place);
    }
    made
}

/// Of a project that nothing was recorded in.
pub(crate) fn forget(place: &Place) {
    // What is left of it is no project, and in nobody's way.
    let _ = std::fs::remove_dir_all(place.dir());
}
