//! A mark outside the data folder: it tells a database that was copied, or put back to an older state,
//! from one that only went on. And it remembers erasures, which a restored backup must repeat.

use crate::{
    error::{Doing, StoreError},
    identity::{Head, Identity},
    log::Writer,
    read::stands_at,
};
use shoulou_eventlog::{Hash, Header, Id};
use sqlx::SqliteConnection;
use std::{
    fs::{self, File, OpenOptions},
    io::{Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::Mutex,
};

/// Where the own stream stood when this PC last wrote to this very database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Record {
    incarnation: Id,
    /// `None` before the first commit.
    head: Option<(u64, Hash)>,
}

pub(crate) struct Mark {
    dir: PathBuf,
    file: Mutex<File>,
    erasures: PathBuf,
}

/// Why this start goes on under a new incarnation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Continued {
    /// No mark of this database is on this PC: the folder was copied here.
    Copied,
    /// The mark knows of commits that the database lost: an older state was put back.
    RolledBack,
}

/// An erasure that this PC recorded.
pub(crate) struct Remembered {
    pub kind: String,
    pub entity: Id,
    pub party: Id,
    pub actor: Id,
    pub time: i64,
    pub offset: i32,
}

impl Mark {
    /// `dir` lies in the user's own state folder, never in the data folder.
    pub fn open(dir: &Path, project: Id, instance: Id) -> Result<Self, StoreError> {
        fs::create_dir_all(dir).doing("making the folder of marks")?;
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path(dir, instance))
            .doing("opening the mark")?;
        Ok(Mark {
            dir: dir.to_owned(),
            file: Mutex::new(file),
            erasures: dir.join(format!("{project}.erased")),
        })
    }

    /// Written in place, always of one length; not synced, since a mark that lags behind does no harm.
    fn write(&self, record: &Record) -> std::io::Result<()> {
        let mut file = crate::views::lock(&self.file);
        file.seek(SeekFrom::Start(0))?;
        file.write_all(record.text().as_bytes())
    }

    pub fn remember_erasure(&self, entity: Id, party: Id, header: &Header) {
        let line = format!(
            "{entity} {party} {} {} {}\n",
            header.actor, header.time, header.offset_minutes
        );
        let appended = OpenOptions::new().create(true).append(true).open(&self.erasures);
        let _ = appended.and_then(|mut file| {
            file.write_all(line.as_bytes())?;
            file.sync_all()
        });
    }

    pub fn erasures(&self) -> Vec<Remembered> {
        let text = fs::read_to_string(&self.erasures).unwrap_or_default();
        text.lines().filter_map(Remembered::parse).collect()
    }
}

impl Remembered {
    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        Some(Remembered {
            kind: "file.erase".to_owned(),
            entity: words.next()?.parse().ok()?,
            party: words.next()?.parse().ok()?,
            actor: words.next()?.parse().ok()?,
            time: words.next()?.parse().ok()?,
            offset: words.next()?.parse().ok()?,
        })
    }
}

impl Record {
    fn of(identity: &Identity) -> Self {
        let head = identity.head.map(|head| (head.seq, head.hash));
        Record { incarnation: identity.stream.incarnation, head }
    }

    fn text(&self) -> String {
        let (seq, hash) = match self.head {
            Some((seq, hash)) => (format!("{seq:020}"), hash),
            None => ("-".repeat(20), Hash::default()),
        };
        let body = format!("shoulou-mark 1 {} {seq} {hash}", self.incarnation);
        format!("{body} {}\n", &Hash::of(body.as_bytes()).to_string()[..8])
    }

    fn parse(text: &str) -> Option<Self> {
        let (body, sum) = text.trim_end().rsplit_once(' ')?;
        if Hash::of(body.as_bytes()).to_string()[..8] != *sum {
            return None;
        }
        let mut words = body.strip_prefix("shoulou-mark 1 ")?.split(' ');
        let incarnation = words.next()?.parse().ok()?;
        let (seq, hash) = (words.next()?, words.next()?.parse().ok()?);
        let head = if seq.starts_with('-') { None } else { Some((seq.parse().ok()?, hash)) };
        Some(Record { incarnation, head })
    }

    fn read(dir: &Path, instance: Id) -> Option<Self> {
        Record::parse(&fs::read_to_string(path(dir, instance)).ok()?)
    }
}

fn path(dir: &Path, instance: Id) -> PathBuf {
    dir.join(format!("{instance}.mark"))
}

/// Compares the mark with the database.
pub(crate) async fn compare(
    dir: &Path,
    identity: &Identity,
    db: &mut SqliteConnection,
) -> Result<Option<Continued>, StoreError> {
    let Some(record) = Record::read(dir, identity.instance) else {
        let untouched = identity.head.is_none() && identity.continues.is_none();
        return Ok(if untouched { None } else { Some(Continued::Copied) });
    };
    if record.incarnation != identity.stream.incarnation {
        return Ok(Some(Continued::RolledBack));
    }
    let Some((seq, hash)) = record.head else { return Ok(None) };
    let known = match identity.head {
        Some(Head { seq: last, .. }) if seq <= last => {
            stands_at(db, &hash, identity.stream_id, seq).await?
        }
        _ => false,
    };
    Ok(if known { None } else { Some(Continued::RolledBack) })
}

impl Writer {
    /// After a new incarnation: the database counts as a new one.
    pub fn renew_mark(&mut self) -> Result<(), StoreError> {
        if let Some(mark) = &self.mark {
            let identity = &self.identity;
            self.mark = Some(Mark::open(&mark.dir, identity.stream.project, identity.instance)?);
        }
        Ok(())
    }

    pub fn leave_mark(&self) {
        if let Some(mark) = &self.mark {
            let _ = mark.write(&Record::of(&self.identity));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_reads_back_and_a_torn_one_does_not_count() {
        let head = Some((7, Hash::of(b"head")));
        for record in [
            Record { incarnation: Id([3; 16]), head },
            Record { head: None, incarnation: Id([4; 16]) },
        ] {
            let text = record.text();
            assert_eq!(text.len(), Record { incarnation: Id::default(), head }.text().len());
            assert_eq!(Record::parse(&text), Some(record));
            assert_eq!(Record::parse(&text.replacen("0", "1", 1)), None);
            assert_eq!(Record::parse(&text[..40]), None);
        }
    }
}
