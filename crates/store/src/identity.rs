//! Who this PC is in the log: its stream, its keys, and what its next commit must name.

use crate::{error::StoreError, log::Incoming, random::Random, script::Script};
use ed25519_dalek::SigningKey;
use shoulou_eventlog::{Hash, Id, ProjectKey, StreamId};
use sqlx::{Row, SqliteConnection};
use zeroize::Zeroizing;

#[derive(Clone)]
pub(crate) struct Identity {
    pub stream: StreamId,
    /// `stream.id()`
    pub stream_id: Id,
    /// Names this very database file.
    pub instance: Id,
    pub signing: SigningKey,
    pub project_key: ProjectKey,
    pub continues: Option<Hash>,
    /// The last commit of the own stream.
    pub head: Option<Head>,
    /// Heads of other streams that no commit of the own stream has named.
    pub untold: Vec<Head>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub hash: Hash,
    pub seq: u64,
    pub depth: u64,
}

impl Identity {
    pub async fn found(
        db: &mut SqliteConnection,
        project: Id,
        project_key: &ProjectKey,
        random: &Random,
    ) -> Result<(), StoreError> {
        let seed = Zeroizing::new(random.bytes::<32>()?);
        let signing = SigningKey::from_bytes(&seed);
        let stream = StreamId::new(project, &signing.verifying_key(), Id(random.bytes()?));
        sqlx::query(
            "INSERT INTO local_identity (only, project, device, incarnation, continues, instance, \
             signing_key, project_key) VALUES (1, ?, ?, ?, NULL, ?, ?, ?)",
        )
        .bind(&project.0[..])
        .bind(&stream.device.0[..])
        .bind(&stream.incarnation.0[..])
        .bind(&random.bytes::<16>()?[..])
        .bind(&seed[..])
        .bind(&project_key.bytes()[..])
        .execute(db)
        .await?;
        Ok(())
    }

    pub async fn load(db: &mut SqliteConnection) -> Result<Self, StoreError> {
        let row = sqlx::query(
            "SELECT project, incarnation, continues, instance, signing_key, project_key \
             FROM local_identity",
        )
        .fetch_optional(&mut *db)
        .await?
        .ok_or(StoreError::row("local_identity"))?;
        let seed = Zeroizing::new(column::<32>(&row, "signing_key")?);
        let signing = SigningKey::from_bytes(&seed);
        let project = Id(column(&row, "project")?);
        let incarnation = Id(column(&row, "incarnation")?);
        let stream = StreamId::new(project, &signing.verifying_key(), incarnation);
        let continues: Option<Vec<u8>> = row.try_get("continues")?;
        let mut identity = Identity {
            stream,
            stream_id: stream.id(),
            instance: Id(column(&row, "instance")?),
            signing,
            project_key: ProjectKey::new(column(&row, "project_key")?),
            continues: continues.map(|bytes| fixed(bytes).map(Hash)).transpose()?,
            head: None,
            untold: Vec::new(),
        };
        identity.load_heads(db).await?;
        Ok(identity)
    }

    pub async fn load_heads(&mut self, db: &mut SqliteConnection) -> Result<(), StoreError> {
        let rows = sqlx::query(
            "SELECT h.hash, h.stream, h.seq, h.told, coalesce(c.depth, h.depth) AS depth \
             FROM local_head h LEFT JOIN log_commit c ON c.hash = h.hash",
        )
        .fetch_all(&mut *db)
        .await?;
        self.head = None;
        self.untold.clear();
        for row in rows {
            let head = Head {
                hash: Hash(column(&row, "hash")?),
                seq: row.try_get::<i64, _>("seq")?.unsigned_abs(),
                depth: row.try_get::<i64, _>("depth")?.unsigned_abs(),
            };
            if column::<16>(&row, "stream")? == self.stream_id.0 {
                if self.head.is_none_or(|known| known.seq < head.seq) {
                    self.head = Some(head);
                }
            } else if row.try_get::<i64, _>("told")? == 0 {
                self.untold.push(head);
            }
        }
        if let Some(last) = last_own(db, self.stream_id).await? {
            self.head = Some(last);
        }
        Ok(())
    }

    /// Whether this is one commit that only follows the own head: the ends of the streams can then be told from the
    /// log, and no row of them is written.
    pub fn is_gone_on_by(&self, incoming: &[Incoming]) -> bool {
        let [one] = incoming else { return false };
        let header = &one.opened.header;
        self.head.is_some_and(|head| header.prev == Some(head.hash))
            && header.stream.id() == self.stream_id
            && header.seen.is_empty()
    }

    /// The row of the own head, before commits come whose ends need theirs.
    pub fn write_head(&self, script: &mut Script) -> Result<(), StoreError> {
        let Some(head) = self.head else { return Ok(()) };
        script
            .then("DELETE FROM local_head WHERE stream = ? AND hash <> ?")
            .bind(&self.stream_id.0[..])?
            .bind(&head.hash.0[..])?
            .then("INSERT OR IGNORE INTO local_head (hash, stream, seq, told) VALUES (?, ?, ?, 0)")
            .bind(&head.hash.0[..])?
            .bind(&self.stream_id.0[..])?
            .bind(head.seq.cast_signed())?;
        Ok(())
    }

    pub async fn write_head_to(&self, db: &mut SqliteConnection) -> Result<(), StoreError> {
        let mut script = Script::default();
        self.write_head(&mut script)?;
        script.run(db).await
    }

    /// Goes on under a new incarnation that names the head it continues: after a restore, a copy or a
    /// fork. The database file counts as a new one, too. The row of the own head is written before.
    pub async fn reborn(
        &self,
        db: &mut SqliteConnection,
        random: &Random,
    ) -> Result<Identity, StoreError> {
        let mut reborn = self.clone();
        reborn.reincarnate(db, random).await?;
        Ok(reborn)
    }

    /// The same, where nothing can be undone any more.
    pub async fn reincarnate(
        &mut self,
        db: &mut SqliteConnection,
        random: &Random,
    ) -> Result<(), StoreError> {
        // Nothing was said yet as this incarnation: the head to go on from stays the one before.
        let continues = self.head.map(|head| head.hash).or(self.continues);
        let (incarnation, instance) = (Id(random.bytes()?), Id(random.bytes()?));
        sqlx::query("UPDATE local_identity SET incarnation = ?, continues = ?, instance = ?")
            .bind(&incarnation.0[..])
            .bind(continues.map(|hash| hash.0.to_vec()))
            .bind(&instance.0[..])
            .execute(&mut *db)
            .await?;
        sqlx::query("UPDATE local_head SET told = 0").execute(&mut *db).await?;
        self.stream.incarnation = incarnation;
        self.stream_id = self.stream.id();
        self.instance = instance;
        self.continues = continues;
        self.load_heads(db).await
    }

    /// How deep the next own commit lies: below everything that it names. The head it continues is
    /// among them, or one of its descendants is.
    pub fn next_depth(&self) -> u64 {
        1 + self.head.iter().chain(&self.untold).map(|head| head.depth).max().unwrap_or(0)
    }
}

/// The last commit in the log, where it is of this stream.
pub(crate) async fn last_own(
    db: &mut SqliteConnection,
    stream: Id,
) -> Result<Option<Head>, StoreError> {
    let query = "SELECT hash, stream, seq, depth FROM log_commit ORDER BY arrival DESC LIMIT 1";
    let Some(row) = sqlx::query(query).fetch_optional(db).await? else { return Ok(None) };
    if column::<16>(&row, "stream")? != stream.0 {
        return Ok(None);
    }
    Ok(Some(Head {
        hash: Hash(column(&row, "hash")?),
        seq: row.try_get::<i64, _>("seq")?.unsigned_abs(),
        depth: row.try_get::<i64, _>("depth")?.unsigned_abs(),
    }))
}

/// A column of so many bytes.
pub(crate) fn column<const N: usize>(
    row: &sqlx::sqlite::SqliteRow,
    name: &'static str,
) -> Result<[u8; N], StoreError> {
    let bytes: &[u8] = row.try_get(name)?;
    bytes.try_into().map_err(|_| StoreError::row(name))
}

pub(crate) fn fixed<const N: usize>(bytes: Vec<u8>) -> Result<[u8; N], StoreError> {
    bytes.try_into().map_err(|_| StoreError::row("a hash"))
}
