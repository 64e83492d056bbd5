//! A transaction that goes to the database's thread in as few trips as it can: in a single one, where nothing
//! of it must be read before its end.

use crate::{error::StoreError, script::Script};
use sqlx::{Connection, Sqlite, SqliteConnection};
use std::{
    future::poll_fn,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    pin::pin,
    task::Poll,
};

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

    /// Ends it with what `work` adds, which this thread finds out while the database's takes in what is there
    /// already.
    pub async fn commit_meanwhile<T>(
        mut self,
        work: impl FnOnce(&mut Script) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let Some(db) = self.idle.take() else {
            let found = work(&mut self.script)?;
            self.commit().await?;
            return Ok(found);
        };
        let mut rest = Script::default();
        let (found, taken) = {
            let mut taking = pin!(self.script.begin(db));
            let at_once = poll_fn(|context| Poll::Ready(taking.as_mut().poll(context))).await;
            let found = catch_unwind(AssertUnwindSafe(|| work(&mut rest)));
            let taken = match at_once {
                Poll::Ready(taken) => taken,
                Poll::Pending => taking.await,
            };
            (found, taken)
        };
        match (found, taken) {
            (Ok(Ok(found)), Ok(())) => rest.end(db).await.map(|()| found),
            (found, taken) => {
                Script::take_back(db).await;
                taken?;
                found.unwrap_or_else(|panic| resume_unwind(panic))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::Executor;

    async fn noted(db: &mut SqliteConnection) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM note").fetch_one(db).await.unwrap()
    }

    #[tokio::test]
    async fn work_that_fails_meanwhile_leaves_nothing_and_the_next_transaction_is_whole() {
        let mut db = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        db.execute("CREATE TABLE note (n INTEGER PRIMARY KEY)").await.unwrap();
        let mut tx = Transaction::new(&mut db);
        tx.script().then("INSERT INTO note VALUES (1)");
        let failed: Result<(), _> = tx.commit_meanwhile(|_| Err(StoreError::EmptyCommit)).await;
        assert!(matches!(failed, Err(StoreError::EmptyCommit)));
        assert_eq!(noted(&mut db).await, 0);

        let mut tx = Transaction::new(&mut db);
        tx.script().then("INSERT INTO note VALUES (2)");
        let work = |_: &mut Script| -> Result<(), StoreError> { panic!("on purpose") };
        {
            let mut panics = pin!(tx.commit_meanwhile(work));
            let caught = poll_fn(|context| {
                let polled = catch_unwind(AssertUnwindSafe(|| panics.as_mut().poll(context)));
                polled.map_or_else(|panic| Poll::Ready(Err(panic)), |polled| polled.map(Ok))
            });
            assert!(caught.await.is_err());
        }
        assert_eq!(noted(&mut db).await, 0);

        let mut tx = Transaction::new(&mut db);
        tx.script().then("INSERT INTO note VALUES (3)");
        let twice = tx.commit_meanwhile(|script| {
            script.then("INSERT INTO note VALUES (4)").then("INSERT INTO note VALUES (3)");
            Ok(())
        });
        assert!(twice.await.is_err(), "the key is taken");
        assert_eq!(noted(&mut db).await, 0);

        let mut tx = Transaction::new(&mut db);
        tx.script().then("INSERT INTO note VALUES (5)");
        let both = tx.commit_meanwhile(|script| {
            script.then("INSERT INTO note VALUES (6)");
            Ok("found")
        });
        assert_eq!(both.await.unwrap(), "found");
        assert_eq!(noted(&mut db).await, 2);
    }
}
