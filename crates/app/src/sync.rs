//! The company's server and the other PCs of a project.

pub(crate) mod client;
pub(crate) mod code;
pub(crate) mod merged;
mod seen;
pub(crate) mod told;

use crate::{
    api::{Action, Done, Problem},
    session::Session,
};
pub(crate) use seen::Seen;

pub(crate) async fn execute(session: &Session, action: Action) -> Result<Done, Problem> {
    let _ = (session, action);
    Err(told::no_server())
}
