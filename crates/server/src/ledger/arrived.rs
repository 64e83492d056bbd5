//! A pushed commit, read without the database: what it is, and whether it is what it says.

use ed25519_dalek::VerifyingKey;
use shoulou_eventlog::{
    Bundle, COMMIT_LIMIT, CommitError, Erase, Hash, Header, Id, ProjectKey, open_body, read_header,
    verify,
};
use std::{collections::HashMap, thread};

/// The stable code of a refused commit.
pub(super) type Flaw = &'static str;

pub(super) struct Arrived {
    pub hash: Hash,
    pub stream: Id,
    pub header: Header,
    pub bundle: Bundle,
    /// Parties that its common part erases.
    pub erases: Vec<Id>,
}

/// A bundle's own bytes around envelope and parts.
const AROUND: usize = 64 << 10;

impl Arrived {
    /// Size, encoding, header, project, parts.
    pub fn read(bytes: &[u8], project: Id) -> Result<Arrived, Flaw> {
        if bytes.len() > COMMIT_LIMIT + AROUND {
            return Err("size");
        }
        let bundle = Bundle::decode(bytes).map_err(|_| "encoding")?;
        Arrived::of(bundle, project)
    }

    pub fn of(bundle: Bundle, project: Id) -> Result<Arrived, Flaw> {
        let header = read_header(&bundle.envelope).map_err(|error| match error {
            CommitError::TooLarge(_) => "size",
            CommitError::NewerFormat(_) => "newer_format",
            CommitError::ForeignKey => "key",
            _ => "encoding",
        })?;
        if header.stream.project != project {
            return Err("project");
        }
        // What the database can count.
        if i64::try_from(header.seq).is_err() {
            return Err("encoding");
        }
        bundle.check(&header).map_err(|_| "parts")?;
        let erases = erases(&header, &bundle);
        Ok(Arrived { hash: header.commit, stream: header.stream.id(), header, bundle, erases })
    }

    pub fn check_signature(&self, keys: &HashMap<Id, VerifyingKey>) -> Result<(), Flaw> {
        match verify(&self.bundle.envelope, |stream| keys.get(stream).copied()) {
            Ok(_) => Ok(()),
            Err(CommitError::UnknownSigner(_) | CommitError::ForeignKey) => Err("key"),
            Err(_) => Err("signature"),
        }
    }

    /// Envelope and the parts that are there, in bytes.
    pub fn size(&self) -> usize {
        let parts = self.bundle.parts.iter().flatten();
        parts.fold(self.bundle.envelope.len(), |sum, part| sum + part.len())
    }

    /// The common part comes first, where there is one.
    pub fn common(&self) -> Option<&Vec<u8>> {
        match self.header.parts.first() {
            Some(first) if first.party.is_none() => self.bundle.parts.first()?.as_ref(),
            _ => None,
        }
    }

    /// Place, party and bytes of each party's part.
    pub fn parties(&self) -> impl Iterator<Item = (usize, Id, Option<&Vec<u8>>)> {
        let parts = self.header.parts.iter().zip(&self.bundle.parts).enumerate();
        parts.filter_map(|(at, (entry, bytes))| Some((at, entry.party?, bytes.as_ref())))
    }
}

/// An erasure counts in the common part alone, which is not sealed: any key reads it.
fn erases(header: &Header, bundle: &Bundle) -> Vec<Id> {
    let common = header.parts.first().is_some_and(|first| first.party.is_none());
    let Some(Some(bytes)) = bundle.parts.first().filter(|_| common) else { return Vec::new() };
    let Ok(body) = open_body(header, 0, bytes, &ProjectKey::new([0; 32])) else {
        return Vec::new();
    };
    let events = body.events.iter().filter(|(_, event)| event.kind.ends_with(".erase"));
    events
        .filter_map(|(_, event)| event.payload.deserialized::<Erase>().ok())
        .map(|one| one.party)
        .collect()
}

/// `work` on each of `items`, on so many threads, in the order of the items.
pub(super) fn in_parallel<T: Sync, R: Send>(
    threads: usize,
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    const WORTH_A_THREAD: usize = 32;
    let share = items.len().div_ceil(threads.max(1)).max(WORTH_A_THREAD);
    if items.len() <= share {
        return items.iter().map(work).collect();
    }
    thread::scope(|scope| {
        let work = &work;
        let shares: Vec<_> = items
            .chunks(share)
            .map(|chunk| scope.spawn(move || chunk.iter().map(work).collect::<Vec<R>>()))
            .collect();
        let joined = shares.into_iter().map(|share| share.join());
        joined.flat_map(|share| share.expect("what reads a commit does not panic")).collect()
    })
}
