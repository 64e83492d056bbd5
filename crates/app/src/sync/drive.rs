//! The task that runs the machine of one open project.

use super::{
    client::Client,
    seen::{Knock, Seen},
    work::Hands,
};
use crate::{
    api::{SyncProgress, SyncState, SyncStep, Topic},
    session::{Session, now},
};
use shoulou_eventlog::sync::machine::{
    Config, Effect, Failure, Input, Kept, Link, Machine, Millis, Outcome, Standing, Ticket,
};
use shoulou_store::StoreError;
use std::{
    sync::{Arc, Weak, atomic::Ordering},
    time::Duration,
};
use tokio::{sync::mpsc, task::JoinHandle, time::Instant};

/// A snapshot is made anew when the log is so many commits longer.
const SNAPSHOT_EVERY: u64 = 20_000;
/// After a slip of ours the driver begins anew, no sooner.
const AFTER_A_FALL: Duration = Duration::from_secs(5);
/// Screens are told of progress so often at most.
const TELL: Duration = Duration::from_millis(250);

/// Begins to sync an open project that has a server.
pub(crate) async fn start(session: &Arc<Session>) -> Result<(), StoreError> {
    *session.sync.session.write().expect("no holder panics") = Arc::downgrade(session);
    stop(session).await;
    let link = session.store.link().await?;
    let seen = Seen { linked: link.is_some(), ..Seen::default() };
    *session.sync.seen.write().expect("no holder panics") = seen;
    let Some(link) =
        link.filter(|_| !session.read_only() && session.sync.online.load(Ordering::Relaxed))
    else {
        return Ok(());
    };
    let client = Client::new(&link.url, link.pin.into()).map(Arc::new);
    *session.sync.client.write().expect("no holder panics") = client.clone();
    let Some(client) = client else { return Ok(()) };
    let door = session.sync.open_door();
    let running = tokio::spawn(supervise(Arc::downgrade(session), client, door));
    *session.sync.task.lock().await = Some(running);
    Ok(())
}

/// Ends it; what is being written is written.
pub(crate) async fn stop(session: &Session) {
    session.sync.knock(Knock::Stop);
    if let Some(task) = session.sync.task.lock().await.take() {
        let _ = task.await;
    }
    *session.sync.client.write().expect("no holder panics") = None;
}

async fn supervise(
    session: Weak<Session>,
    client: Arc<Client>,
    mut door: mpsc::UnboundedReceiver<Knock>,
) {
    loop {
        let (to_driver, from_door) = mpsc::unbounded_channel();
        let mut running = tokio::spawn(run(session.clone(), client.clone(), from_door));
        let fell = loop {
            tokio::select! {
                ended = &mut running => break ended.is_err(),
                knock = door.recv() => {
                    let knock = knock.unwrap_or(Knock::Stop);
                    let _ = to_driver.send(knock);
                    if knock == Knock::Stop {
                        let _ = running.await;
                        return;
                    }
                }
            }
        };
        if !fell {
            // It ended in an orderly way: the project is closed, or its store failed at the very beginning.
            let Some(_) = session.upgrade() else { return };
        }
        tokio::select! {
            () = tokio::time::sleep(AFTER_A_FALL) => {}
            knock = door.recv() => if matches!(knock, None | Some(Knock::Stop)) { return },
        }
    }
}

struct Driver {
    session: Weak<Session>,
    machine: Machine,
    hands: Arc<Hands>,
    begun: Instant,
    wake: Option<Instant>,
    doing: Option<(Ticket, JoinHandle<Outcome>)>,
    round: Option<(Instant, u64)>,
    told_at: Instant,
}

async fn run(
    session: Weak<Session>,
    client: Arc<Client>,
    mut door: mpsc::UnboundedReceiver<Knock>,
) {
    let Some(open) = session.upgrade() else { return };
    let Ok(machine) = machine(&open).await else { return };
    let hands = Arc::new(Hands::new(session.clone(), client));
    drop(open);
    let begun = Instant::now();
    let mut driver = Driver {
        session,
        machine,
        hands,
        begun,
        wake: None,
        doing: None,
        round: None,
        told_at: begun,
    };
    driver.handle(Input::Woken);
    loop {
        if !driver.publish().await {
            return;
        }
        let wake = driver.wake.unwrap_or_else(|| Instant::now() + Duration::from_secs(3600));
        let doing = async {
            match &mut driver.doing {
                Some((ticket, doing)) => (*ticket, doing.await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            knock = door.recv() => {
                // Many knocks for one look at what was recorded; none of another kind is passed over.
                let (mut next, mut recorded) = (Some(knock.unwrap_or(Knock::Stop)), false);
                while let Some(knock) = next {
                    match knock {
                        Knock::Stop => return driver.stop().await,
                        Knock::Recorded => recorded = true,
                        Knock::Wanted => driver.handle(Input::Wanted),
                        Knock::Now => {
                            driver.hands.asked();
                            driver.handle(Input::SyncNow);
                        }
                    }
                    next = door.try_recv().ok();
                }
                if recorded {
                    driver.recorded().await;
                }
            },
            (ticket, outcome) = doing => {
                driver.doing = None;
                // Work that panicked did nothing.
                let outcome = outcome.unwrap_or(Outcome::Failed(Failure::Other));
                driver.hands.note(&outcome);
                driver.handle(Input::Done { ticket, wall: now().timestamp_millis(), outcome });
            }
            () = tokio::time::sleep_until(wake) => {
                driver.wake = None;
                driver.handle(Input::Woken);
            }
            () = driver.hands.counted() => {}
        }
    }
}

async fn machine(session: &Session) -> Result<Machine, StoreError> {
    let store = &session.store;
    let mut seed = [0; 8];
    let _ = getrandom::fill(&mut seed);
    let members = store.members().await?;
    let kept = Kept {
        cursor: store.cursor().await?,
        remembered: store.remembered().await?,
        members: (members.revision > 0).then_some(members.revision),
        to_sync: store.to_sync().await?,
        acknowledged: store.acknowledged().await?,
    };
    let mut config = Config::new(session.place.id, u64::from_be_bytes(seed));
    let every = session.sync.snapshot_every.get().copied();
    config.snapshot_every = Some(every.unwrap_or(SNAPSHOT_EVERY));
    Ok(Machine::new(kept, config))
}

impl Driver {
    fn now(&self) -> Millis {
        Millis(u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    fn handle(&mut self, input: Input) {
        self.machine.handle(self.now(), input);
        while let Some(effect) = self.machine.next() {
            match effect {
                Effect::Do { ticket, work } => {
                    let hands = self.hands.clone();
                    let doing = tokio::spawn(async move { hands.carry_out(work).await });
                    self.doing = Some((ticket, doing));
                }
                Effect::Cancel(ticket) => {
                    if let Some((_, doing)) = self.doing.take_if(|(doing, _)| *doing == ticket) {
                        doing.abort();
                    }
                }
                Effect::WakeAt(at) => self.wake = Some(self.begun + Duration::from_millis(at.0)),
                Effect::Tell(tell) => self.hands.tell(tell),
            }
        }
    }

    async fn recorded(&mut self) {
        let Some(session) = self.session.upgrade() else { return };
        if let Ok(to_sync) = session.store.to_sync().await {
            self.handle(Input::Recorded { to_sync });
        }
    }

    async fn stop(mut self) {
        self.handle(Input::Stop);
        if let Some((_, doing)) = self.doing.take() {
            if self.hands.is_writing() {
                let _ = doing.await;
            } else {
                doing.abort();
            }
        }
        self.hands.stop().await;
    }

    /// `false` once the project is closed.
    async fn publish(&mut self) -> bool {
        let Some(session) = self.session.upgrade() else { return false };
        let standing = self.machine.standing();
        let before = session.sync.seen();
        let state = self.state(&standing);
        let changed = before.state != Some(state);
        let mut seen = Seen { halt: standing.halt, ..self.hands.seen(before.clone()) };
        seen.linked = true;
        seen.resting = self.doing.is_none();
        seen.state = Some(state);
        seen.since = if changed { Some(now().timestamp_millis()) } else { before.since };
        seen.progress = self.progress(&standing, before.progress.as_ref());
        if seen == before {
            return true;
        }
        let quiet = Seen {
            progress: before.progress.clone(),
            resting: before.resting,
            rounds: before.rounds,
            last_contact: before.last_contact,
            ..seen.clone()
        } == before;
        *session.sync.seen.write().expect("no holder panics") = seen;
        // Progress alone is told now and then; all else at once.
        if !quiet || self.told_at.elapsed() >= TELL {
            self.told_at = Instant::now();
            let topics = if changed { vec![Topic::Status, Topic::Sync] } else { vec![Topic::Sync] };
            session.tell(topics);
        }
        if changed && state == SyncState::Synced {
            self.hands.synced();
        }
        true
    }

    fn state(&self, standing: &Standing) -> SyncState {
        match standing.link {
            _ if standing.halt.is_some() => SyncState::Halted,
            Link::NeverConnected | Link::Offline { .. } => SyncState::Offline,
            Link::Synced if self.hands.knows_all_members() => SyncState::Synced,
            Link::Synced => SyncState::Syncing,
            Link::Syncing { .. } if self.doing.is_none() && standing.to_sync > 0 => {
                SyncState::ToSync
            }
            Link::Syncing { .. } => SyncState::Syncing,
        }
    }

    fn progress(
        &mut self,
        standing: &Standing,
        before: Option<&SyncProgress>,
    ) -> Option<SyncProgress> {
        let (step, done, total) = match (self.hands.counting(), standing.link) {
            (Some(counted), _) => counted,
            (None, Link::Syncing { done, total }) => (SyncStep::Entries, done, total),
            _ => {
                self.round = None;
                return None;
            }
        };
        let same = before.is_some_and(|before| before.step == step && before.done <= done);
        if !same {
            self.round = None;
        }
        let (began, from) = *self.round.get_or_insert((Instant::now(), done));
        let (spent, came) = (began.elapsed().as_secs_f64(), done - from);
        let left = total.saturating_sub(done);
        let seconds_left = (came > 0 && spent >= 1.0)
            .then(|| (spent / came as f64 * left as f64).min(f64::from(u32::MAX)) as u32);
        Some(SyncProgress { step, done, total, seconds_left })
    }
}
