//! Pulled commits read, and their signatures checked, on several threads and outside of any transaction.

use crate::{
    error::StoreError,
    fold::{Arriving, Happened, Opened},
    receive::Waiting,
};
use ed25519_dalek::VerifyingKey;
use shoulou_eventlog::{
    Bundle, CommitError, Hash, Id, ProjectKey, read_header, sync::wire, verify,
};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// What commits are checked against.
pub(crate) struct Against {
    pub project: Id,
    pub key: ProjectKey,
    /// Of the streams whose first commit came before.
    pub streams: HashMap<Id, VerifyingKey>,
}

/// A commit that may be taken in, or must wait.
pub(crate) enum Checked {
    Good(Box<Waiting>),
    /// Of a stream whose first commit is held, or of a newer format: it is read again later.
    Unread(Arriving, Option<Id>),
    /// Not what it says it is.
    Bad(CommitError),
}

impl Checked {
    pub fn bad(&self) -> Option<&CommitError> {
        match self {
            Checked::Bad(error) => Some(error),
            Checked::Good(_) | Checked::Unread(..) => None,
        }
    }
}

/// # Errors
/// [`StoreError::Commit`] where one is no bundle.
pub(super) async fn decode(pulled: Vec<wire::Bytes>) -> Result<Vec<(Hash, Arriving)>, StoreError> {
    let decode = |bytes: wire::Bytes| {
        let bundle = Bundle::decode(&bytes.0)?;
        let hash = Hash::of(&bundle.envelope);
        Ok((hash, Arriving { header: bundle.envelope, parts: bundle.parts }))
    };
    on_threads(pulled, decode).await?.into_iter().collect()
}

/// # Errors
/// A thread that stopped.
pub(crate) async fn check(
    commits: Vec<(Hash, Arriving)>,
    mut against: Against,
) -> Result<Vec<(Hash, Checked)>, StoreError> {
    let mut checked = Vec::with_capacity(commits.len());
    let mut left = commits;
    loop {
        let before = left.len();
        let shared = Arc::new(against);
        let with = shared.clone();
        let read = move |(hash, bytes): (Hash, Arriving)| {
            let outcome = with.read(&bytes);
            (hash, bytes, outcome)
        };
        let mut again = Vec::new();
        let mut keys = Vec::new();
        for (hash, bytes, outcome) in on_threads(std::mem::take(&mut left), read).await? {
            match outcome {
                Ok(opened) => {
                    keys.extend(opened.header.key.map(|key| (opened.header.stream.id(), key)));
                    let Opened { header, events, unreadable, .. } = opened;
                    let events = Some((events, unreadable));
                    let waiting = Box::new(Waiting { bytes, header, events });
                    checked.push((hash, Checked::Good(waiting)));
                }
                Err(CommitError::UnknownSigner(_)) => again.push((hash, bytes)),
                Err(CommitError::NewerFormat(_)) => {
                    checked.push((hash, Checked::Unread(bytes, None)));
                }
                Err(error) => checked.push((hash, Checked::Bad(error))),
            }
        }
        if again.is_empty() || again.len() == before {
            checked.extend(again.into_iter().map(|(hash, bytes)| {
                let device = read_header(&bytes.header).ok().map(|header| header.stream.device);
                (hash, Checked::Unread(bytes, device))
            }));
            return Ok(checked);
        }
        left = again;
        against = Arc::into_inner(shared).ok_or(StoreError::Driver("a thread went on"))?;
        against.streams.extend(keys);
    }
}

impl Against {
    fn read(&self, bytes: &Arriving) -> Result<Opened, CommitError> {
        let header = read(bytes, &self.streams, self.project)?;
        let parts = bytes.parts.iter().enumerate();
        let parts = parts.filter_map(|(index, part)| Some((index, part.as_deref()?)));
        Ok(Opened::read(header, 0, parts, &self.key, &HashSet::new()))
    }
}

/// Everything that can be checked without the rest of the log.
pub(crate) fn read(
    bytes: &Arriving,
    keys: &HashMap<Id, VerifyingKey>,
    project: Id,
) -> Result<shoulou_eventlog::Header, CommitError> {
    let header = verify(&bytes.header, |stream| keys.get(stream).copied())?;
    if header.stream.project != project {
        return Err(CommitError::Malformed("project"));
    }
    if bytes.parts.len() != header.parts.len() {
        return Err(CommitError::NoSuchPart(bytes.parts.len()));
    }
    for (index, part) in bytes.parts.iter().enumerate() {
        match part {
            Some(part) => header.check_part(index, part)?,
            None if header.parts[index].party.is_none() => {
                return Err(CommitError::WrongPart(index));
            }
            None => {}
        }
    }
    Ok(header)
}

/// Events that were read before their commit's place and the erased parties were known.
pub(crate) fn place_at(events: &mut Vec<Happened>, depth: u64, erased: &HashSet<Id>) {
    events.retain(|one| one.meta.party.is_none_or(|party| !erased.contains(&party)));
    events.iter_mut().for_each(|one| one.meta.order.depth = depth);
}

/// In the order of what came in, however many threads there are.
async fn on_threads<T, U, J>(all: Vec<T>, job: J) -> Result<Vec<U>, StoreError>
where
    T: Send + 'static,
    U: Send + 'static,
    J: Fn(T) -> U + Clone + Send + 'static,
{
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let share = all.len().div_ceil(threads).max(1);
    let mut rest = all.into_iter();
    let mut running = Vec::with_capacity(threads);
    loop {
        let part: Vec<T> = rest.by_ref().take(share).collect();
        if part.is_empty() {
            break;
        }
        let job = job.clone();
        let work = move || part.into_iter().map(job).collect::<Vec<U>>();
        running.push(tokio::task::spawn_blocking(work));
    }
    let mut done = Vec::new();
    for task in running {
        done.extend(task.await.map_err(|_| StoreError::Driver("a thread stopped"))?);
    }
    Ok(done)
}
