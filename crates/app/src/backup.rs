//! One encrypted file that holds the whole project.

use crate::{
    api::{Done, Problem},
    session::Session,
};
use std::path::Path;

pub async fn write(session: &Session, path: &Path) -> Result<Done, Problem> {
    let written = session.store.backup(path).await?;
    Ok(Done::BackedUp {
        path: path.display().to_string(),
        bytes: written.bytes,
        homes: session.homes(),
    })
}
