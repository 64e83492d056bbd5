//! Blobs, a piece at a time, so that news and own commits come in between.

use super::{Millis, RECHECK, Work};
use crate::{Hash, sync::wire::Upload};
use std::collections::BTreeSet;

/// A blob whose bytes are not those of its address is sent so often, and then passed over.
const TRIES: u32 = 2;

#[derive(Debug, Default)]
pub struct Blobs {
    upload: Option<Uploading>,
    /// Known to be with the server, or passed over.
    done: BTreeSet<Hash>,
    /// There may be blobs that the server lost.
    offers: bool,
    fetch: Option<Hash>,
    skip: Vec<Hash>,
    none_until: Option<Millis>,
}

#[derive(Clone, Copy, Debug)]
struct Uploading {
    blob: Hash,
    /// None before the server said how far it is.
    offset: Option<u64>,
    offered: bool,
    /// It was refused, and is asked about.
    doubted: bool,
    wrong: u32,
}

impl Blobs {
    /// Offers of before the program's end may be left.
    pub fn new() -> Self {
        Blobs { offers: true, ..Blobs::default() }
    }

    pub fn is_busy(&self) -> bool {
        self.upload.is_some() || self.fetch.is_some()
    }

    /// After a failure: how far things are must be asked again.
    pub fn reset(&mut self) {
        self.upload = None;
        self.fetch = None;
    }

    pub fn look_again(&mut self) {
        self.skip.clear();
        self.none_until = None;
    }

    /// Other commits came in, which may name other blobs.
    pub fn arrived(&mut self) {
        self.none_until = None;
    }

    /// The server may have lost what it had.
    pub fn turned(&mut self) {
        *self = Blobs::new();
    }

    pub fn is_done(&self, blob: &Hash) -> bool {
        self.done.contains(blob)
    }

    /// Of the commit that is to be pushed next.
    pub fn upload(&mut self, blob: Hash) -> Work {
        let current = self.upload.filter(|upload| upload.blob == blob);
        self.go_on(current.unwrap_or(Uploading {
            blob,
            offset: None,
            offered: false,
            doubted: false,
            wrong: 0,
        }))
    }

    fn go_on(&mut self, upload: Uploading) -> Work {
        self.upload = Some(upload);
        match upload.offset {
            None => Work::AskUpload(upload.blob),
            Some(offset) => Work::Upload { blob: upload.blob, offset },
        }
    }

    /// After the own commits are pushed.
    pub fn choose(&mut self, now: Millis) -> Option<Work> {
        if let Some(upload) = self.upload.filter(|upload| upload.offered) {
            if self.done.contains(&upload.blob) {
                return Some(Work::Offered(upload.blob));
            }
            return Some(self.go_on(upload));
        }
        self.upload = None;
        if self.offers {
            return Some(Work::NextOffer);
        }
        if let Some(blob) = self.fetch {
            return Some(Work::Fetch { blob });
        }
        let look = self.none_until.is_none_or(|until| until <= now);
        look.then(|| Work::NextWanted { skip: self.skip.clone() })
    }

    /// Whether it is further than before.
    pub fn uploaded(&mut self, state: Upload) -> bool {
        let Some(upload) = &mut self.upload else { return false };
        let further = upload.offset.is_some_and(|offset| state.offset > offset);
        upload.offset = Some(state.offset);
        // Where another PC sends the same blob, both go on from where it is; thrown away it was for its bytes.
        if std::mem::take(&mut upload.doubted) && state.offset == 0 {
            upload.wrong += 1;
        }
        let (blob, hopeless) = (upload.blob, upload.wrong >= TRIES);
        if state.complete || hopeless { self.finish(blob) } else { further }
    }

    /// The server has it, or it is not to be had here, or not taken there.
    pub fn finish(&mut self, blob: Hash) -> bool {
        self.done.insert(blob)
    }

    pub fn wrong_bytes(&mut self) {
        if let Some(upload) = &mut self.upload {
            (upload.offset, upload.doubted) = (None, true);
        }
    }

    pub fn offer(&mut self, next: Option<Hash>) {
        self.offers = next.is_some();
        self.upload = next.map(|blob| Uploading {
            blob,
            offset: None,
            offered: true,
            doubted: false,
            wrong: 0,
        });
    }

    pub fn offered(&mut self) {
        self.upload = None;
    }

    pub fn wanted(&mut self, now: Millis, next: Option<Hash>) {
        self.fetch = next;
        if next.is_none() {
            self.none_until = Some(now.after(RECHECK));
        }
    }

    pub fn fetched(&mut self, complete: bool) {
        if complete {
            self.fetch = None;
        }
    }

    pub fn skip(&mut self, blob: Hash) {
        self.fetch = None;
        self.skip.push(blob);
    }
}
