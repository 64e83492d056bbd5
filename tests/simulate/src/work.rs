//! What the machine asks for, done on the PC's disk or sent on its way.

use crate::{
    Sabotage,
    folder::Result,
    model::{Meant, Recorded, What},
    network::{Ask, Flight, PIECE, Reply, Stage, name},
    pc::{Pc, failed, project_key},
    world::World,
};
use shoulou_eventlog::{
    Bundle, Erase, Hash, Id, open_part, read_header,
    sync::{
        machine::{Effect, Failure, Input, Link, Outcome, Tell, Unsent, Work},
        wire::Bytes,
    },
};
use shoulou_store::{Store, StoreError};

pub fn failure(error: &StoreError) -> Outcome {
    Outcome::Failed(match error {
        StoreError::DiskFull => Failure::DiskFull,
        StoreError::NotFromServer(_) | StoreError::Commit(_) | StoreError::BadSnapshot(_) => {
            Failure::Unreadable
        }
        _ => Failure::Other,
    })
}

fn over_network(work: &Work) -> bool {
    matches!(
        work,
        Work::OpenSession
            | Work::Pull { .. }
            | Work::AskUpload(_)
            | Work::Upload { .. }
            | Work::Push(_)
            | Work::Members
            | Work::Fetch { .. }
            | Work::AskSnapshot
            | Work::LoadSnapshot
            | Work::MakeSnapshot
    )
}

impl World {
    /// Hands something to a PC's machine, and begins what it asks for.
    pub async fn tell(&mut self, pc: usize, input: Input) -> Result<()> {
        let now = self.now;
        if !self.pcs[pc].enrolled {
            return Ok(());
        }
        let Some(program) = &mut self.pcs[pc].program else { return Ok(()) };
        program.machine.handle(now, input);
        let mut effects = Vec::new();
        while let Some(effect) = program.machine.next() {
            effects.push(effect);
            if effects.len() > 50 {
                return Err(format!("PC {pc} asks for ever more at once"));
            }
        }
        for effect in effects {
            match effect {
                Effect::Do { ticket, work } if over_network(&work) => {
                    let life = self.pcs[pc].life;
                    let stage = self.ask(pc, work).await?;
                    self.flights.push(Flight {
                        pc,
                        life,
                        ticket,
                        stage,
                        ghost: false,
                        until: None,
                    });
                }
                Effect::Do { ticket, work } => {
                    if let Some(program) = &mut self.pcs[pc].program {
                        program.at_disk = Some((ticket, work));
                    }
                }
                Effect::Cancel(ticket) => {
                    let life = self.pcs[pc].life;
                    self.flights.retain(|flight| {
                        (flight.pc, flight.life, flight.ticket) != (pc, life, ticket)
                    });
                }
                Effect::WakeAt(at) => {
                    if let Some(program) = &mut self.pcs[pc].program {
                        program.wake = Some(at);
                    }
                }
                Effect::Tell(Tell::SetAside { commit, why }) => {
                    self.trace(format!("PC {pc} sets {commit} aside: {why:?}"));
                }
                Effect::Tell(Tell::NewEpoch { from }) => {
                    self.trace(format!("PC {pc} goes on in a new epoch from {from}"));
                }
            }
        }
        Ok(())
    }

    pub async fn done(
        &mut self,
        pc: usize,
        ticket: shoulou_eventlog::sync::machine::Ticket,
        outcome: Outcome,
    ) -> Result<()> {
        let wall = self.wall(pc);
        let before = self.is_synced(pc);
        self.tell(pc, Input::Done { ticket, wall, outcome }).await?;
        if !before && self.is_synced(pc) && self.rng.percent(60) {
            return self.drop_blobs(pc).await;
        }
        Ok(())
    }

    fn is_synced(&self, pc: usize) -> bool {
        let program = self.pcs[pc].program.as_ref();
        program.is_some_and(|program| program.machine.standing().link == Link::Synced)
    }

    async fn ask(&mut self, pc: usize, work: Work) -> Result<Stage> {
        let Some(program) = &self.pcs[pc].program else { return Err("no program".into()) };
        let (device, _) = program.store.device().await.map_err(failed("asking for the device"))?;
        let token = program.token.clone();
        let mut ask = Ask { device, token, work, piece: None, offset: 0, made: None };
        match &ask.work {
            Work::Pull { wait, .. } => {
                let own =
                    program.store.own_stream().await.map_err(failed("asking for the stream"))?;
                let all_here = program.machine.standing().link == Link::Synced;
                if *wait > 0 && all_here && self.pcs[pc].forked == Some(own) {
                    return Err(format!(
                        "PC {pc} got its own stream from elsewhere and goes on in it"
                    ));
                }
            }
            Work::Upload { blob, offset } => match program.store.stored_blob(blob).await {
                Ok(bytes) => {
                    let length = bytes.len() as u64;
                    let end = (offset + PIECE).min(length);
                    let piece = bytes.get(*offset as usize..end as usize).unwrap_or_default();
                    ask.piece = Some((piece.to_vec(), length));
                }
                Err(_) => return Ok(Stage::Answered(Reply::Outcome(Outcome::NoBlob))),
            },
            Work::Fetch { blob } => {
                let download = program.store.download(blob).await;
                ask.offset = download.map_err(failed("looking at a download"))?.offset;
            }
            Work::MakeSnapshot => {
                let made = program.store.export_snapshot().await;
                let Some(made) = made.map_err(failed("making a snapshot"))? else {
                    return Ok(Stage::Answered(Reply::Outcome(Outcome::Snapshot(None))));
                };
                self.snapshots.insert(made.note.blob, self.pcs[pc].has.clone());
                ask.made = Some(made);
            }
            _ => {}
        }
        Ok(Stage::Asked(ask))
    }

    /// Does what waits at the disk.
    pub async fn at_disk(&mut self, pc: usize) -> Result<()> {
        let at_disk = self.pcs[pc].program.as_mut().and_then(|program| program.at_disk.take());
        let Some((ticket, work)) = at_disk else { return Ok(()) };
        let outcome = match work {
            Work::Take { commits, cursor, forget } => {
                let hashes = commits.iter().map(|bundle| name(&bundle.0));
                let hashes = hashes.collect::<Result<Vec<_>>>()?;
                if self.sabotage == Sabotage::CursorBeforeTake && self.rng.percent(30) {
                    self.pcs[pc].has.extend(hashes);
                    let to_sync = self.count(pc).await?;
                    Outcome::Taken { to_sync, erased: false }
                } else {
                    self.take(pc, commits, hashes, cursor, &forget).await?
                }
            }
            Work::Load { .. } if self.sabotage == Sabotage::NeverSent && self.rng.percent(50) => {
                Outcome::Loaded(Vec::new())
            }
            work => {
                let store = self.store(pc)?.clone();
                match carry_out(&store, work.clone()).await {
                    Ok(outcome) => outcome,
                    Err(error) => {
                        self.trace(format!("PC {pc}: {} failed: {error}", word(&work)));
                        failure(&error)
                    }
                }
            }
        };
        self.done(pc, ticket, outcome).await
    }

    pub fn store(&self, pc: usize) -> Result<&Store> {
        let program = self.pcs[pc].program.as_ref();
        program.map(|program| &program.store).ok_or_else(|| format!("PC {pc} does not run"))
    }

    pub async fn count(&self, pc: usize) -> Result<u64> {
        self.store(pc)?.to_sync().await.map_err(failed("counting"))
    }

    async fn take(
        &mut self,
        pc: usize,
        commits: Vec<Bytes>,
        hashes: Vec<Hash>,
        cursor: shoulou_eventlog::sync::wire::Cursor,
        forget: &[shoulou_eventlog::sync::wire::Cursor],
    ) -> Result<Outcome> {
        let store = self.store(pc)?.clone();
        let own = store.own_stream().await.map_err(failed("asking for the stream"))?;
        let foreign = foreign(&self.pcs[pc], &commits, &hashes, own.id())?;
        let taken = match store.take(commits, cursor, forget).await {
            Ok(taken) => taken,
            Err(error) => {
                self.trace(format!("PC {pc} could not take what it pulled: {error}"));
                return Ok(failure(&error));
            }
        };
        self.trace(format!("PC {pc} took {} commits up to {}", hashes.len(), cursor.number));
        self.pcs[pc].has.extend(hashes);
        let now = store.own_stream().await.map_err(failed("asking for the stream"))?;
        if foreign && now == own {
            // It may wait for a certificate, which comes in the same round.
            self.pcs[pc].forked = Some(own);
        }
        if self.rng.percent(70) {
            self.compare(pc).await?;
        }
        let to_sync = store.to_sync().await.map_err(failed("counting"))?;
        Ok(Outcome::Taken { to_sync, erased: taken.erased })
    }
}

impl World {
    /// A store that was put back repeats the erasures that the PC remembers.
    pub async fn notice_repeated(&mut self, pc: usize) -> Result<()> {
        let store = self.store(pc)?.clone();
        let all = store.commits_after(0, u32::MAX).await.map_err(failed("reading the log"))?;
        for (_, commit) in all {
            let hash = Hash::of(&commit.header);
            if self.pcs[pc].has.contains(&hash) {
                continue;
            }
            let header = read_header(&commit.header).map_err(|error| format!("{hash}: {error}"))?;
            let common = commit.parts.first().and_then(Option::as_ref).ok_or("no common part")?;
            let events = open_part(&header, 0, common, &project_key());
            let events = events.map_err(|error| format!("{hash}: {error}"))?;
            let meant = events.into_iter().map(|(_, event)| {
                let erase = event.payload.deserialized::<Erase>();
                let what = erase.map_or(What::Other, |erase| What::Erase(erase.party));
                Meant { entity: event.entity, party: None, blob: None, what }
            });
            let (events, seen) = (meant.collect(), self.pcs[pc].seen());
            self.model.recorded.insert(hash, Recorded { seen, events, batch: vec![hash] });
            self.pcs[pc].has.insert(hash);
            self.trace(format!("PC {pc} repeats an erasure"));
        }
        Ok(())
    }
}

/// Whether commits of this PC's stream come that it does not have.
fn foreign(pc: &Pc, commits: &[Bytes], hashes: &[Hash], own: Id) -> Result<bool> {
    for (bundle, hash) in commits.iter().zip(hashes).filter(|(_, hash)| !pc.has.contains(hash)) {
        let bundle = Bundle::decode(&bundle.0).map_err(|error| format!("{hash}: {error}"))?;
        let header = read_header(&bundle.envelope).map_err(|error| format!("{hash}: {error}"))?;
        if header.stream.id() == own {
            return Ok(true);
        }
    }
    Ok(false)
}

pub fn word(work: &Work) -> &'static str {
    match work {
        Work::OpenSession => "a session",
        Work::Pull { .. } => "a pull",
        Work::Take { .. } => "a take",
        Work::Load { .. } | Work::LoadNamed(_) => "a load",
        Work::AskUpload(_) | Work::Upload { .. } => "an upload",
        Work::Push(_) => "a push",
        Work::Keep { .. } => "a receipt",
        Work::SetAside { .. } => "setting aside",
        Work::Members | Work::TakeMembers(_) => "certificates",
        Work::Turn { .. } => "a turn",
        Work::NextOffer | Work::Offered(_) => "an offer",
        Work::NextWanted { .. } | Work::Fetch { .. } => "a download",
        Work::AskSnapshot | Work::LoadSnapshot | Work::MakeSnapshot => "a snapshot",
    }
}

async fn carry_out(store: &Store, work: Work) -> std::result::Result<Outcome, StoreError> {
    match work {
        Work::Load { commits, bytes } => {
            let unsent = store.unsent(0, bytes, commits).await?;
            return Ok(Outcome::Loaded(unsent.into_iter().map(unsent_of).collect()));
        }
        Work::LoadNamed(hashes) => {
            let named = store.named(&hashes).await?;
            return Ok(Outcome::Loaded(named.into_iter().map(unsent_of).collect()));
        }
        Work::NextOffer => return Ok(Outcome::Blob(store.next_offer().await?)),
        Work::NextWanted { skip } => {
            let wanted = store.wanted().await?;
            let next = wanted.into_iter().find(|blob| !skip.contains(blob));
            return Ok(Outcome::Blob(next));
        }
        Work::Keep { numbers, quarantined, receipt, reached } => {
            let receipt = receipt.map(|signed| signed.0);
            if store.keep_receipt(receipt, numbers, quarantined, reached).await? {
                return Ok(Outcome::Reached { to_sync: store.to_sync().await? });
            }
        }
        Work::SetAside { commit, why } => store.set_aside(&commit, &format!("{why:?}")).await?,
        Work::TakeMembers(members) => {
            let signed = members.certificates.into_iter().map(|signed| signed.0).collect();
            store.put_certificates(members.revision, signed).await?;
        }
        Work::Turn { cursor } => store.turn_epoch(cursor).await?,
        Work::Offered(blob) => store.keep_offered(&blob).await?,
        _ => return Err(StoreError::Driver("no work for a disk")),
    }
    Ok(Outcome::Kept { to_sync: store.to_sync().await? })
}

fn unsent_of(one: shoulou_store::Unsent) -> Unsent {
    Unsent { commit: one.hash, bundle: one.bundle.into(), blobs: one.blobs }
}
