//! What becomes of requests and answers on their way.

use crate::{
    Sabotage,
    folder::Result,
    network::{Flight, Reply, Stage, busy, offline},
    pc::{PROJECT, failed},
    work::{failure, word},
    world::World,
};
use shoulou_eventlog::sync::{
    Checkpoint,
    machine::{Failure, Outcome as Answer, Ticket, Work},
    wire::{Cursor, News},
};
use shoulou_store::StoreError;

impl World {
    pub async fn fly(&mut self, mut flight: Flight) -> Result<()> {
        let pc = flight.pc;
        match flight.stage {
            Stage::Answered(reply) => {
                if flight.ghost {
                    return Ok(());
                }
                if self.rng.percent(self.bad / 4)
                    && !matches!(reply, Reply::Outcome(Answer::Offline))
                {
                    self.trace(format!("the answer to PC {pc} is lost"));
                    flight.stage = offline();
                    self.flights.push(flight);
                    return Ok(());
                }
                self.answered((pc, flight.life, flight.ticket), reply).await
            }
            Stage::Asked(ask) | Stage::Waiting { ask, .. } => {
                if self.pcs[pc].cut_off || self.rng.percent(self.bad / 4) {
                    self.trace(format!("{} of PC {pc} gets lost", word(&ask.work)));
                    flight.stage = offline();
                    self.flights.push(flight);
                    return Ok(());
                }
                if !flight.ghost && self.rng.percent(self.bad / 4) {
                    self.trace(format!("{} of PC {pc} goes twice", word(&ask.work)));
                    let stage = Stage::Asked(ask.clone());
                    let Flight { life, ticket, .. } = flight;
                    self.flights.push(Flight { pc, life, ticket, stage, ghost: true, until: None });
                }
                flight.stage = Stage::Asked(ask);
                self.serve(flight).await
            }
        }
    }

    /// Lets the server answer.
    pub async fn serve(&mut self, mut flight: Flight) -> Result<()> {
        let Stage::Asked(ask) = flight.stage else { return Err("nothing was asked".into()) };
        let pc = flight.pc;
        let Some(ledger) = self.server.instance() else {
            flight.stage = offline();
            self.flights.push(flight);
            return Ok(());
        };
        let now = self.server_time();
        if self.rng.percent(self.bad / 10) {
            flight.stage = Stage::Answered(busy());
            self.flights.push(flight);
            return Ok(());
        }
        let changes = self.server.changes;
        let reply = if ask.work == Work::OpenSession {
            match &self.pcs[pc].program {
                Some(program) if !flight.ghost => {
                    ask.open_session(&ledger, &program.store, now).await?
                }
                _ => return Ok(()),
            }
        } else {
            if self.sabotage == Sabotage::AnsweredTooEarly
                && matches!(ask.work, Work::Push(_))
                && self.rng.percent(20)
            {
                drop(ledger);
                return self.answer_too_early(Flight { stage: Stage::Asked(ask), ..flight }).await;
            }
            ask.serve(&mut self.server, &ledger, now, self.sabotage).await?
        };
        self.trace(format!("{} of PC {pc} is answered: {}", word(&ask.work), gist(&reply)));
        flight.stage = match (&ask.work, &reply) {
            (Work::Pull { wait, .. }, Reply::Outcome(Answer::Pulled(pulled)))
                if *wait > 0 && pulled.commits.is_empty() && !flight.ghost =>
            {
                let until = self.now.after(u64::from(*wait) * 1000);
                match flight.until {
                    Some(before) if before <= self.now => Stage::Answered(reply),
                    before => {
                        let until = before.unwrap_or(until);
                        flight.until = Some(until);
                        Stage::Waiting { ask, until, changes }
                    }
                }
            }
            _ => Stage::Answered(reply),
        };
        self.flights.push(flight);
        Ok(())
    }

    async fn answered(
        &mut self,
        (pc, life, ticket): (usize, u32, Ticket),
        reply: Reply,
    ) -> Result<()> {
        if self.pcs[pc].life != life || self.pcs[pc].program.is_none() {
            return Ok(());
        }
        let outcome = match reply {
            Reply::Outcome(outcome) => outcome,
            Reply::Snapshot { note, sealed, members } => {
                self.begin_with(pc, &note, sealed, members).await?
            }
            Reply::Session(outcome, token) => {
                if let Some(program) = &mut self.pcs[pc].program {
                    program.token = Some(token);
                }
                match outcome {
                    Answer::Opened(news) => self.begin_epoch(pc, news).await?,
                    other => other,
                }
            }
            Reply::Bytes { .. } if self.pcs[pc].disk_full => Answer::Failed(Failure::DiskFull),
            Reply::Bytes { blob, offset, bytes, last } => {
                let kept = self.store(pc)?.keep_download(&blob, offset, bytes, last).await;
                match kept {
                    Ok(download) => Answer::Fetched { complete: download.complete },
                    Err(_) => Answer::Offline,
                }
            }
        };
        self.done(pc, ticket, outcome).await
    }

    /// A store begins in the epoch that its first session told.
    async fn begin_epoch(&mut self, pc: usize, news: News) -> Result<Answer> {
        let store = self.store(pc)?;
        if store.cursor().await.map_err(failed("reading the cursor"))?.is_none() {
            let checkpoint = Checkpoint::start(PROJECT);
            let cursor = Cursor { epoch: news.epoch, number: 0, checkpoint };
            match store.turn_epoch(cursor).await {
                Err(error @ StoreError::DiskFull) => return Ok(failure(&error)),
                begun => begun.map_err(failed("beginning in an epoch"))?,
            }
        }
        Ok(Answer::Opened(news))
    }

    /// It answers, and then what it answered of is gone.
    async fn answer_too_early(&mut self, flight: Flight) -> Result<()> {
        self.server.back_up().await?;
        let log = self.server.log.clone();
        let Some(ledger) = self.server.instance() else { return Ok(()) };
        let Stage::Asked(ask) = &flight.stage else { return Ok(()) };
        let now = self.server_time();
        let reply = ask.serve(&mut self.server, &ledger, now, self.sabotage).await?;
        drop(ledger);
        let told = self.server.log.clone();
        self.server.put_back().await?;
        self.server.backwards = false;
        self.server.log = log;
        self.server.log.extend(told);
        self.flights.push(Flight { stage: Stage::Answered(reply), ..flight });
        Ok(())
    }
}

fn gist(reply: &Reply) -> String {
    match reply {
        Reply::Outcome(Answer::Pulled(pulled)) => {
            format!("{} commits of {}", pulled.commits.len(), pulled.news.head)
        }
        Reply::Outcome(Answer::Pushed(pushed)) => format!("{:?}", pushed.fates),
        Reply::Outcome(Answer::Refused { refusal, .. }) => format!("{:?}", refusal.code),
        Reply::Outcome(_) | Reply::Session(..) | Reply::Snapshot { .. } => "yes".to_owned(),
        Reply::Bytes { bytes, .. } => format!("{} bytes", bytes.len()),
    }
}
