//! The company's server and the other PCs of a project.
//!
//! `shoulou_eventlog::sync::Machine` decides what is done when; the driver here does it, over [`client`] (the one
//! place that speaks over the network) and the store, as one task for each open project that has a server.

mod bring;
pub(crate) mod client;
pub(crate) mod code;
mod drive;
pub(crate) mod enrol;
mod merged;
mod office;
mod once;
mod seen;
mod told;
mod work;

pub(crate) use drive::{start, stop};
pub(crate) use seen::{Knock, Sync};
pub(crate) use told::{date_differs, joined_and_used};

use crate::{
    api::{Action, Done, Problem},
    session::Session,
};

/// The actions that concern the server of an open project.
pub(crate) async fn execute(session: &Session, action: Action) -> Result<Done, Problem> {
    session.writable()?;
    match action {
        Action::AttachServer { code, picture, label } => {
            enrol::attach(session, enrol::typed(code, picture).await?, &label).await
        }
        Action::DetachServer => enrol::detach(session).await,
        Action::SyncNow => {
            office::linked(session).await?;
            session.sync.knock(seen::Knock::Now);
            Ok(Done::Nothing)
        }
        Action::Invite { administrator, minutes } => {
            office::invite(session, administrator, minutes).await
        }
        Action::RevokeDevice { device } => office::rule(session, device, "revoke").await,
        Action::ReleaseDevice { device } => office::rule(session, device, "release").await,
        Action::RenameDevice { label } => office::rename(session, &label).await,
        _ => Err(Problem::bad_request("not an action of the sync")),
    }
}
