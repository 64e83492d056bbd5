//! One way to speak to SQLite and PostgreSQL. Statements are the same text for both; what differs, lists
//! and many rows at once, differs here.

use super::{Fault, tables::Table};
use futures_util::{StreamExt, TryStreamExt, stream::BoxStream};
use shoulou_eventlog::Id;
use sqlx::{
    AssertSqlSafe, Postgres, SqlSafeStr, Sqlite, Transaction,
    pool::PoolConnection,
    postgres::{PgArguments, PgPool, PgRow},
    query::Query,
    sqlite::{SqliteArguments, SqlitePool, SqliteRow},
};

mod values;

pub(crate) use values::{Arg, Row};

pub(crate) enum Db {
    Sqlite {
        /// Of one connection: SQLite has one writer at a time.
        write: SqlitePool,
        read: SqlitePool,
    },
    Postgres(PgPool),
}

/// A connection, with a transaction or without.
pub(crate) enum Conn {
    Sqlite(PoolConnection<Sqlite>),
    SqliteTx(Transaction<'static, Sqlite>),
    Postgres(PoolConnection<Postgres>),
    PostgresTx(Transaction<'static, Postgres>),
}

impl Db {
    /// Reads that need not agree with each other.
    pub async fn read(&self) -> Result<Conn, Fault> {
        Ok(match self {
            Db::Sqlite { read, .. } => Conn::Sqlite(read.acquire().await?),
            Db::Postgres(pool) => Conn::Postgres(pool.acquire().await?),
        })
    }

    /// Reads that all see one state.
    pub async fn snapshot(&self) -> Result<Conn, Fault> {
        Ok(match self {
            Db::Sqlite { read, .. } => Conn::SqliteTx(read.begin().await?),
            Db::Postgres(pool) => {
                let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
                let pool = pool.clone();
                Conn::PostgresTx(begun(async move { pool.begin_with(begin).await }).await?)
            }
        })
    }

    pub async fn write(&self) -> Result<Conn, Fault> {
        Ok(match self {
            Db::Sqlite { write, .. } => Conn::SqliteTx(write.begin_with("BEGIN IMMEDIATE").await?),
            Db::Postgres(pool) => {
                let pool = pool.clone();
                Conn::PostgresTx(begun(async move { pool.begin().await }).await?)
            }
        })
    }

    pub async fn close(&self) {
        match self {
            Db::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Db::Postgres(pool) => pool.close().await,
        }
    }
}

/// A transaction whose beginning is not cut off with the request that wants it: the library would put the connection
/// back among the free ones with the transaction open, and what others then write there would be written in it.
async fn begun(
    begin: impl Future<Output = sqlx::Result<Transaction<'static, Postgres>>> + Send + 'static,
) -> Result<Transaction<'static, Postgres>, Fault> {
    let begun = tokio::spawn(begin).await;
    Ok(begun.map_err(|_| Fault::Corrupt("a transaction ended early"))??)
}

impl Conn {
    pub fn is_postgres(&self) -> bool {
        matches!(self, Conn::Postgres(_) | Conn::PostgresTx(_))
    }

    /// How many rows it changed.
    pub async fn run(
        &mut self,
        sql: &'static str,
        args: impl IntoIterator<Item = Arg>,
    ) -> Result<u64, Fault> {
        Ok(match self {
            Conn::Sqlite(db) => sqlite(sql, args).execute(&mut **db).await?.rows_affected(),
            Conn::SqliteTx(db) => sqlite(sql, args).execute(&mut **db).await?.rows_affected(),
            Conn::Postgres(db) => postgres(sql, args).execute(&mut **db).await?.rows_affected(),
            Conn::PostgresTx(db) => postgres(sql, args).execute(&mut **db).await?.rows_affected(),
        })
    }

    pub async fn rows(
        &mut self,
        sql: &'static str,
        args: impl IntoIterator<Item = Arg>,
    ) -> Result<Vec<Row>, Fault> {
        self.select(sql, args).await
    }

    pub async fn row(
        &mut self,
        sql: &'static str,
        args: impl IntoIterator<Item = Arg>,
    ) -> Result<Option<Row>, Fault> {
        Ok(self.select(sql, args).await?.pop())
    }

    async fn select(
        &mut self,
        sql: impl SqlSafeStr,
        args: impl IntoIterator<Item = Arg>,
    ) -> Result<Vec<Row>, Fault> {
        Ok(match self {
            Conn::Sqlite(db) => {
                let rows = sqlite(sql, args).fetch_all(&mut **db).await?;
                rows.into_iter().map(Row::Sqlite).collect()
            }
            Conn::SqliteTx(db) => {
                let rows = sqlite(sql, args).fetch_all(&mut **db).await?;
                rows.into_iter().map(Row::Sqlite).collect()
            }
            Conn::Postgres(db) => {
                let rows = postgres(sql, args).fetch_all(&mut **db).await?;
                rows.into_iter().map(Row::Postgres).collect()
            }
            Conn::PostgresTx(db) => {
                let rows = postgres(sql, args).fetch_all(&mut **db).await?;
                rows.into_iter().map(Row::Postgres).collect()
            }
        })
    }

    /// A statement that is put together from this program's own texts and a role's name.
    pub async fn run_text(&mut self, sql: String) -> Result<(), Fault> {
        self.rows_text(sql).await.map(drop)
    }

    pub async fn rows_text(&mut self, sql: String) -> Result<Vec<Row>, Fault> {
        self.select(AssertSqlSafe(sql), []).await
    }

    /// The rows whose `column` is one of `keys`: `select` ends with the column that is to be the project.
    pub async fn among(
        &mut self,
        select: &'static str,
        column: &'static str,
        project: Id,
        keys: Vec<Vec<u8>>,
    ) -> Result<Vec<Row>, Fault> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        if self.is_postgres() {
            let sql = format!("{select} = $1 AND {column} = ANY($2)");
            let query = sqlx::query::<Postgres>(AssertSqlSafe(sql));
            let query = query.bind(project.0.to_vec()).bind(keys);
            let rows = match self {
                Conn::Postgres(db) => query.fetch_all(&mut **db).await?,
                Conn::PostgresTx(db) => query.fetch_all(&mut **db).await?,
                Conn::Sqlite(_) | Conn::SqliteTx(_) => Vec::new(),
            };
            return Ok(rows.into_iter().map(Row::Postgres).collect());
        }
        let mut rows = Vec::new();
        for chunk in keys.chunks(LIST) {
            // Two lengths of lists alone, so that both statements stay prepared.
            let length = if chunk.len() > SHORT_LIST { LIST } else { SHORT_LIST };
            let marks = vec!["?"; length].join(",");
            let sql = format!("{select} = ? AND {column} IN ({marks})");
            let padded = (0..length).map(|at| chunk[at.min(chunk.len() - 1)].clone());
            let args = std::iter::once(Arg::from(project)).chain(padded.map(Arg::from));
            rows.extend(self.select(AssertSqlSafe(sql), args).await?);
        }
        Ok(rows)
    }

    /// Every row of a statement that is put together as above, as they come.
    pub fn stream(&mut self, sql: String) -> BoxStream<'_, Result<Row, Fault>> {
        let sql = AssertSqlSafe(sql);
        match self {
            Conn::Sqlite(db) => sqlite_stream(sqlite(sql, []).fetch(&mut **db)),
            Conn::SqliteTx(db) => sqlite_stream(sqlite(sql, []).fetch(&mut **db)),
            Conn::Postgres(db) => postgres_stream(postgres(sql, []).fetch(&mut **db)),
            Conn::PostgresTx(db) => postgres_stream(postgres(sql, []).fetch(&mut **db)),
        }
    }

    /// Adds `rows`, each with the columns of the table in their order. `or` is what to do where one is there.
    pub async fn insert(
        &mut self,
        table: &'static Table,
        rows: Vec<Vec<Arg>>,
        or: &'static str,
    ) -> Result<(), Fault> {
        if rows.is_empty() {
            return Ok(());
        }
        let Table { name, columns, kinds } = table;
        let into = format!("INSERT INTO {name} ({columns})");
        if self.is_postgres() {
            return self.unnest(into, kinds.len(), rows, or).await;
        }
        let mark = format!("({})", vec!["?"; kinds.len()].join(","));
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let many = rows.len() >= ROWS;
            let count = if many { ROWS } else { 1 };
            let sql = format!("{into} VALUES {} {or}", vec![mark.as_str(); count].join(","));
            let args: Vec<Arg> = rows.by_ref().take(count).flatten().collect();
            self.select(AssertSqlSafe(sql), args).await?;
        }
        Ok(())
    }

    async fn unnest(
        &mut self,
        into: String,
        width: usize,
        rows: Vec<Vec<Arg>>,
        or: &'static str,
    ) -> Result<(), Fault> {
        let mut columns: Vec<Column> =
            rows[0].iter().map(|arg| Column::like(arg, rows.len())).collect();
        for row in rows {
            columns.iter_mut().zip(row).for_each(|(column, arg)| column.push(arg));
        }
        let types: Vec<String> = columns
            .iter()
            .enumerate()
            .map(|(at, column)| format!("${}::{}[]", at + 1, column.kind()))
            .collect();
        debug_assert_eq!(types.len(), width);
        let sql = format!("{into} SELECT * FROM UNNEST({}) {or}", types.join(", "));
        let mut query = sqlx::query::<Postgres>(AssertSqlSafe(sql));
        for column in columns {
            query = match column {
                Column::Int(values) => query.bind(values),
                Column::Bytes(values) => query.bind(values),
                Column::Text(values) => query.bind(values),
            };
        }
        match self {
            Conn::Postgres(db) => query.execute(&mut **db).await.map(drop)?,
            Conn::PostgresTx(db) => query.execute(&mut **db).await.map(drop)?,
            Conn::Sqlite(_) | Conn::SqliteTx(_) => {}
        }
        Ok(())
    }

    pub async fn commit(self) -> Result<(), Fault> {
        match self {
            Conn::SqliteTx(tx) => tx.commit().await?,
            Conn::PostgresTx(tx) => tx.commit().await?,
            Conn::Sqlite(_) | Conn::Postgres(_) => {}
        }
        Ok(())
    }
}

const LIST: usize = 256;
const SHORT_LIST: usize = 8;
/// Rows that SQLite is given at once.
const ROWS: usize = 16;

enum Column {
    Int(Vec<Option<i64>>),
    Bytes(Vec<Option<Vec<u8>>>),
    Text(Vec<String>),
}

impl Column {
    fn like(arg: &Arg, rows: usize) -> Self {
        match arg {
            Arg::Int(_) => Column::Int(Vec::with_capacity(rows)),
            Arg::Bytes(_) => Column::Bytes(Vec::with_capacity(rows)),
            Arg::Text(_) => Column::Text(Vec::with_capacity(rows)),
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Column::Int(_) => "bigint",
            Column::Bytes(_) => "bytea",
            Column::Text(_) => "text",
        }
    }

    fn push(&mut self, arg: Arg) {
        match (self, arg) {
            (Column::Int(values), Arg::Int(value)) => values.push(value),
            (Column::Bytes(values), Arg::Bytes(value)) => values.push(value),
            (Column::Text(values), Arg::Text(value)) => values.push(value),
            _ => unreachable!("a column has one type"),
        }
    }
}

type Found<'c, R> = BoxStream<'c, sqlx::Result<R>>;

fn sqlite_stream(rows: Found<'_, SqliteRow>) -> BoxStream<'_, Result<Row, Fault>> {
    rows.map_ok(Row::Sqlite).map_err(Fault::from).boxed()
}

fn postgres_stream(rows: Found<'_, PgRow>) -> BoxStream<'_, Result<Row, Fault>> {
    rows.map_ok(Row::Postgres).map_err(Fault::from).boxed()
}

fn sqlite<'q>(
    sql: impl SqlSafeStr,
    args: impl IntoIterator<Item = Arg>,
) -> Query<'q, Sqlite, SqliteArguments> {
    args.into_iter().fold(sqlx::query(sql), |query, arg| match arg {
        Arg::Int(value) => query.bind(value),
        Arg::Bytes(value) => query.bind(value),
        Arg::Text(value) => query.bind(value),
    })
}

fn postgres<'q>(
    sql: impl SqlSafeStr,
    args: impl IntoIterator<Item = Arg>,
) -> Query<'q, Postgres, PgArguments> {
    args.into_iter().fold(sqlx::query(sql), |query, arg| match arg {
        Arg::Int(value) => query.bind(value),
        Arg::Bytes(value) => query.bind(value),
        Arg::Text(value) => query.bind(value),
    })
}
