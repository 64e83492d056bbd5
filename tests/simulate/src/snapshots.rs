//! Another PC's views: made, left with the server, begun with, compared with the log. And such as are wrong.

use crate::{
    Sabotage,
    folder::Result,
    network::Reply,
    pc::{PROJECT, failed, project_key},
    work::failure,
    world::World,
};
use ciborium::Value;
use ed25519_dalek::SigningKey;
use shoulou_eventlog::{
    Hash, Id, device_id, open_blob, seal_blob,
    sync::{
        SnapshotNote,
        machine::Outcome,
        wire::{Bytes, Members, Refusal},
    },
};
use shoulou_server::Ledger;
use shoulou_store::{Exported, Settled, StoreError};

/// Of a device that is enrolled and makes views up.
fn liar() -> SigningKey {
    SigningKey::from_bytes(&[66; 32])
}

type Answer<T> = std::result::Result<T, Refusal>;

pub async fn snapshot_number(ledger: &Ledger, caller: Id, now: i64) -> Answer<Outcome> {
    let note = ledger.snapshot(PROJECT, caller, now).await?;
    Ok(Outcome::Snapshot(SnapshotNote::read(&note.0).ok().map(|note| note.cursor.number)))
}

/// The note, who may have signed it, and the bytes.
pub async fn load_snapshot(ledger: &Ledger, caller: Id, now: i64) -> Answer<Reply> {
    let note = ledger.snapshot(PROJECT, caller, now).await?;
    let members = ledger.members(PROJECT, caller, now).await?;
    let Ok(read) = SnapshotNote::read(&note.0) else {
        return Ok(Reply::Outcome(Outcome::Snapshot(None)));
    };
    let size = ledger.blob_size(PROJECT, caller, read.blob, now).await?;
    let sealed = ledger.blob_bytes(PROJECT, read.blob, 0..size).await?;
    Ok(Reply::Snapshot { note, sealed, members })
}

pub async fn leave_snapshot(
    ledger: &Ledger,
    caller: Id,
    made: &Exported,
    now: i64,
) -> Answer<Outcome> {
    let blob = made.note.blob;
    let upload = ledger.upload(PROJECT, caller, blob, now).await?;
    if !upload.complete {
        let rest = made.sealed.get(upload.offset as usize..).unwrap_or_default();
        let range = upload.offset..made.note.size;
        ledger.append(PROJECT, caller, blob, range, rest.to_vec(), now).await?;
    }
    ledger.put_snapshot(PROJECT, caller, Bytes(made.signed.clone()), now).await?;
    Ok(Outcome::Snapshot(Some(made.note.cursor.number)))
}

impl World {
    /// A snapshot came to a new PC.
    pub async fn begin_with(
        &mut self,
        pc: usize,
        note: &Bytes,
        sealed: Vec<u8>,
        members: Members,
    ) -> Result<Outcome> {
        let store = self.store(pc)?.clone();
        let note = SnapshotNote::read(&note.0).map_err(|error| format!("a note: {error}"))?;
        let signed = members.certificates.into_iter().map(|signed| signed.0).collect();
        let begun = async {
            store.put_certificates(members.revision, signed).await?;
            if !store.download(&note.blob).await?.complete {
                store.keep_download(&note.blob, 0, sealed, true).await?;
            }
            let sealed = store.stored_blob(&note.blob).await?;
            store.import_snapshot(sealed, &note).await
        };
        Ok(match begun.await {
            Ok(true) => {
                let number = note.cursor.number;
                self.trace(format!("PC {pc} begins with the views up to {number}"));
                let told = self.snapshots.get(&note.blob).ok_or("a snapshot of nobody's")?;
                self.pcs[pc].shown = told.clone();
                self.pcs[pc].began_with = Some(note.blob);
                Outcome::Snapshot(Some(number))
            }
            Ok(false) | Err(StoreError::BadSnapshot(_)) => Outcome::Snapshot(None),
            Err(error) => {
                self.trace(format!("PC {pc} cannot begin with a snapshot: {error}"));
                failure(&error)
            }
        })
    }

    /// Once the log is whole.
    pub async fn compare(&mut self, pc: usize) -> Result<()> {
        let store = self.store(pc)?.clone();
        let left = store.provisional().await.map_err(failed("a snapshot"))?;
        if left.is_none_or(|left| left.pulled < left.number)
            || self.sabotage == Sabotage::SnapshotBelieved
        {
            return Ok(());
        }
        let settled = match store.settle_snapshot().await {
            Err(StoreError::DiskFull) if self.pcs[pc].disk_full => return Ok(()),
            settled => settled.map_err(failed("comparing a snapshot with the log"))?,
        };
        self.trace(format!("PC {pc} compares its views with the log: {settled:?}"));
        let is_wrong = self.pcs[pc].began_with.is_some_and(|blob| self.wrong.contains(&blob));
        if settled == Settled::Different && !is_wrong {
            return Err(format!("PC {pc} takes right views for wrong ones"));
        }
        Ok(())
    }

    /// A device of the project leaves views that are not the log's.
    pub async fn mislead(&mut self, pc: usize) -> Result<()> {
        if self.pcs[pc].program.is_none() || !self.pcs[pc].enrolled {
            return Ok(());
        }
        let (store, now) = (self.store(pc)?.clone(), self.server_time());
        let made = store.export_snapshot().await.map_err(failed("making a snapshot"))?;
        let Some(made) = made else { return Ok(()) };
        let Some(wrong) = self.wronged(&made)? else { return Ok(()) };
        if let Err(why) = self.server.enrol_stranger(&liar(), now).await {
            self.trace(format!("the liar is not enrolled: {why}"));
            return Ok(());
        }
        let Some(ledger) = self.server.instance() else { return Ok(()) };
        let left = leave_snapshot(&ledger, wrong.note.device, &wrong, now).await;
        self.trace(format!("wrong views are left with the server: {}", left.is_ok()));
        self.snapshots.insert(wrong.note.blob, self.pcs[pc].has.clone());
        self.wrong.insert(wrong.note.blob);
        Ok(())
    }

    /// Two entities with each other's state.
    fn wronged(&mut self, made: &Exported) -> Result<Option<Exported>> {
        let packed = open_blob(&made.sealed, &made.note.blob, &project_key());
        let packed = packed.map_err(|error| format!("a snapshot: {error}"))?;
        let plain = zstd::decode_all(&packed[..]).map_err(|error| format!("zstd: {error}"))?;
        let mut frames = frames(&plain)?;
        let rows: Vec<usize> =
            (1..frames.len()).filter(|at| kind(&frames[*at]).is_some()).collect();
        let pairs = rows.iter().flat_map(|one| rows.iter().map(move |other| (*one, *other)));
        let fits = |(one, other): &(usize, usize)| {
            one < other && kind(&frames[*one]) == kind(&frames[*other])
        };
        let pairs: Vec<(usize, usize)> = pairs.filter(fits).collect();
        let Some((one, other)) = self.rng.pick(&pairs).copied() else { return Ok(None) };
        let (first, second) = (state(&frames[one])?, state(&frames[other])?);
        if first == second {
            return Ok(None);
        }
        set_state(&mut frames[one], second)?;
        set_state(&mut frames[other], first)?;
        let mut plain = Vec::new();
        for frame in &frames {
            let mut bytes = Vec::new();
            ciborium::into_writer(frame, &mut bytes).map_err(|error| error.to_string())?;
            plain.extend((bytes.len() as u32).to_be_bytes());
            plain.extend(bytes);
        }
        let packed = zstd::encode_all(&plain[..], 3).map_err(|error| format!("zstd: {error}"))?;
        let mut salt = [0; 24];
        self.rng.fill(&mut salt);
        let sealed = seal_blob(&packed, &project_key(), salt);
        let key = liar();
        let public = key.verifying_key();
        let note = SnapshotNote {
            blob: Hash::of(&sealed),
            size: sealed.len() as u64,
            device: device_id(&public),
            key: public.as_bytes().to_vec().into(),
            ..made.note.clone()
        };
        let signed = note.sign(&key);
        Ok(Some(Exported { sealed, note, signed }))
    }
}

fn frames(mut plain: &[u8]) -> Result<Vec<Value>> {
    let mut frames = Vec::new();
    while let Some((length, rest)) = plain.split_first_chunk::<4>() {
        let length = u32::from_be_bytes(*length) as usize;
        let frame = rest.get(..length).ok_or("a snapshot is cut off")?;
        frames.push(ciborium::from_reader(frame).map_err(|error| format!("a frame: {error}"))?);
        plain = &rest[length..];
    }
    Ok(frames)
}

/// Of an entity: id, kind and state. A home has no kind.
fn kind(frame: &Value) -> Option<&str> {
    frame.as_array()?.get(1)?.as_text()
}

fn state(frame: &Value) -> Result<Value> {
    let state = frame.as_array().and_then(|row| row.get(2));
    Ok(state.ok_or("an entity without a state")?.clone())
}

fn set_state(frame: &mut Value, state: Value) -> Result<()> {
    let row = frame.as_array_mut().and_then(|row| row.get_mut(2));
    *row.ok_or("an entity without a state")? = state;
    Ok(())
}
