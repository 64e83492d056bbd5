//! Several statements sent to the database's thread at once: for small ones the way there and back
//! costs more than they do.

use crate::error::StoreError;
use sqlx::{
    Arguments, AssertSqlSafe, Encode, Sqlite, SqliteConnection, Type, sqlite::SqliteArguments,
};

const BEGIN: &str = "BEGIN IMMEDIATE;";

#[derive(Default)]
pub(crate) struct Script {
    sql: String,
    arguments: SqliteArguments,
}

impl Script {
    /// Adds a statement; its parameters, each a bare `?`, are bound in turn.
    pub fn then(&mut self, sql: &'static str) -> &mut Self {
        self.sql.push_str(sql);
        self.sql.push(';');
        self
    }

    pub fn bind<'t, T: Encode<'t, Sqlite> + Type<Sqlite>>(
        &mut self,
        value: T,
    ) -> Result<&mut Self, StoreError> {
        self.arguments.add(value).map_err(|_| StoreError::Driver("binding"))?;
        Ok(self)
    }

    pub async fn run(self, db: &mut SqliteConnection) -> Result<(), StoreError> {
        if !self.sql.is_empty() {
            // Put together from statements of this program alone; everything else is bound.
            sqlx::query_with(AssertSqlSafe(self.sql), self.arguments).execute(db).await?;
        }
        Ok(())
    }

    /// Runs all of it or nothing.
    pub async fn run_whole(mut self, db: &mut SqliteConnection) -> Result<(), StoreError> {
        self.sql.insert_str(0, BEGIN);
        self.end(db).await
    }

    /// Runs it as the beginning of a transaction, for [`Script::end`] or [`Script::take_back`] to follow.
    pub async fn begin(mut self, db: &mut SqliteConnection) -> Result<(), StoreError> {
        self.sql.insert_str(0, BEGIN);
        self.run(db).await
    }

    /// Runs it as the end of a transaction, which is then written, or undone.
    pub async fn end(mut self, db: &mut SqliteConnection) -> Result<(), StoreError> {
        self.sql.push_str("COMMIT;");
        let done = self.run(&mut *db).await;
        if done.is_err() {
            Self::take_back(db).await;
        }
        done
    }

    pub async fn take_back(db: &mut SqliteConnection) {
        // Refused where there is nothing to take back any more.
        let _ = sqlx::query("ROLLBACK").execute(db).await;
    }
}
