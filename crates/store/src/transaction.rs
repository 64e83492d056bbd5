//! A transaction that goes to the database's thread in as few trips as it can: in a single one, where nothing
//! of it must be read before its end.

use crate::{error::StoreError, script::Script};
use sqlx::{Connection, Sqlite, SqliteConnection};

pub(crate) struct Transaction<'c> {
    /// Until it has begun.
    idle: Option<&'c mut SqliteConnection>,
    /// Undone when it is dropped.
    begun: Option<sqlx::Transaction<'c, Sqlite>>,
    script: Script,
}

impl<'c> Transaction<'c> {
    /// `db` is the only connection that writes: what it reads before the beginning is still so after it.
    pub fn new(db: &'c mut SqliteConnection) -> Self {
        Transaction { idle: Some(db), begun: None, script: Script::default() }
    }

    /// What goes out next.
    pub fn script(&mut self) -> &mut Script {
        &mut self.script
    }

    /// For reading what no statement of the script changes.
    pub fn read(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        let begun = self.begun.as_deref_mut();
        begun.or(self.idle.as_deref_mut()).ok_or(StoreError::Driver("not begun"))
    }

    /// Sends the script, so that its changes can be read.
    pub async fn send(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        if let Some(db) = self.idle.take() {
            self.begun = Some(db.begin_with("BEGIN IMMEDIATE").await?);
        }
        let db = self.begun.as_deref_mut().ok_or(StoreError::Driver("not begun"))?;
        std::mem::take(&mut self.script).run(db).await?;
        Ok(db)
    }

    pub async fn commit(mut self) -> Result<(), StoreError> {
        if let Some(db) = self.idle.take() {
            return self.script.run_whole(db).await;
        }
        self.send().await?;
        match self.begun {
            Some(begun) => Ok(begun.commit().await?),
            None => Ok(()),
        }
    }
}
