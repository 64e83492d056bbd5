//! The whole of one run.

use crate::{
    Sabotage,
    folder::Result,
    model::Model,
    network::{Flight, Stage},
    pc::{PROJECT, Pc},
    rng::Rng,
    server::Server,
};
use shoulou_eventlog::{
    Hash,
    sync::{Millis, machine::Input},
};

use std::collections::{BTreeMap, BTreeSet};

/// By the server's clock, at the beginning.
const BEGIN: i64 = 1_795_224_060_000;
const TRACE: usize = 60;

pub struct World {
    pub rng: Rng,
    pub sabotage: Sabotage,
    pub now: Millis,
    pub pcs: Vec<Pc>,
    pub server: Server,
    pub flights: Vec<Flight>,
    pub model: Model,
    /// What the log was that each snapshot told of.
    pub snapshots: BTreeMap<Hash, BTreeSet<Hash>>,
    /// Those that tell what the log does not.
    pub wrong: BTreeSet<Hash>,
    /// In percent: how bad the network is.
    pub bad: usize,
    trace: Vec<String>,
    digest: Hash,
}

/// What came of a seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub seed: u64,
    pub pcs: usize,
    pub commits: usize,
    pub steps: usize,
    pub rounds: usize,
    /// Of all that happened: the same seed gives the same.
    pub digest: Hash,
    /// What was wrong, and the last of what happened.
    pub failure: Option<String>,
    /// All that happened.
    pub trace: Vec<String>,
}

/// # Errors
/// None: what goes wrong is in the outcome.
pub async fn simulate(seed: u64, sabotage: Sabotage) -> Outcome {
    let mut outcome = Outcome {
        seed,
        pcs: 0,
        commits: 0,
        steps: 0,
        rounds: 0,
        digest: Hash::default(),
        failure: None,
        trace: Vec::new(),
    };
    let mut world = match World::begin(seed, sabotage).await {
        Ok(world) => world,
        Err(error) => return Outcome { failure: Some(error), ..outcome },
    };
    let lived = world.live(&mut outcome).await;
    outcome.pcs = world.pcs.len();
    outcome.commits = world.model.recorded.len();
    outcome.digest = world.digest;
    outcome.trace = std::mem::take(&mut world.trace);
    if let Err(error) = lived {
        let last = outcome.trace.len().saturating_sub(TRACE);
        let trace = outcome.trace[last..].join("\n  ");
        outcome.failure = Some(format!("seed {seed}, step {}: {error}\n  {trace}", outcome.steps));
    }
    for pc in &mut world.pcs {
        if let (Err(error), None) = (pc.crash().await, &outcome.failure) {
            outcome.failure = Some(format!("seed {seed}: {error}"));
        }
    }
    for at in 0..world.server.instances.len() {
        world.server.stop_one(at).await;
    }
    outcome
}

impl World {
    async fn begin(seed: u64, sabotage: Sabotage) -> Result<World> {
        let mut rng = Rng::new(seed);
        let count = match rng.below(10) {
            0 => rng.between(6, 8),
            1..4 => rng.between(4, 5),
            _ => rng.between(2, 3),
        };
        let instances = rng.between(1, 3);
        let server = Server::new(PROJECT, instances, &mut rng).await?;
        let bad = rng.below(40);
        let (now, digest) = (Millis(1_000), Hash::default());
        let (pcs, flights, model, trace) = Default::default();
        let (snapshots, wrong) = Default::default();
        let mut world = World {
            rng,
            sabotage,
            now,
            pcs,
            server,
            flights,
            model,
            snapshots,
            wrong,
            bad,
            trace,
            digest,
        };
        for name in 0..count {
            let mut pc = Pc::new(name, &mut world.rng).await?;
            if world.rng.percent(30) {
                let ten_years = 10 * 365 * 24 * 3_600_000_i64;
                pc.clock = world.rng.between(0, 2) as i64 * ten_years - ten_years;
            }
            pc.start().await?;
            world.pcs.push(pc);
        }
        // A week of trial use before there is a server.
        world.add_homes(0).await?;
        for _ in 0..world.rng.below(6) {
            world.act(0).await?;
        }
        for pc in 0..count {
            if pc == 0 || world.rng.percent(80) {
                world.enrol(pc).await?;
            }
        }
        Ok(world)
    }

    pub async fn enrol(&mut self, pc: usize) -> Result<()> {
        let store = self.store(pc)?.clone();
        let now = self.server_time();
        let first = pc == 0 && !self.pcs[0].enrolled;
        self.server.enrol(&store, first, now).await?;
        self.pcs[pc].enrolled = true;
        self.trace(format!("PC {pc} is enrolled"));
        let to_sync = self.count(pc).await?;
        self.tell(pc, Input::Recorded { to_sync }).await?;
        self.tell(pc, Input::SyncNow).await
    }

    async fn live(&mut self, outcome: &mut Outcome) -> Result<()> {
        let steps = self.rng.between(80, 260);
        for _ in 0..steps {
            outcome.steps += 1;
            self.step().await?;
        }
        self.heal().await?;
        outcome.rounds = self.rounds().await?;
        self.check().await
    }

    pub fn server_time(&self) -> i64 {
        BEGIN + self.now.0.cast_signed()
    }

    /// By a PC's clock.
    pub fn wall(&self, pc: usize) -> i64 {
        self.server_time() + self.pcs[pc].clock
    }

    pub fn trace(&mut self, line: String) {
        let line = format!("{:>8} {line}", self.now.0);
        self.digest = Hash::of(&[&self.digest.0[..], line.as_bytes()].concat());
        self.trace.push(line);
    }

    async fn step(&mut self) -> Result<()> {
        self.now = self.now.after(self.rng.below(300) as u64);
        match self.rng.below(100) {
            0..18 => {
                let pc = self.rng.below(self.pcs.len());
                // What is not enrolled has no project to work on.
                if self.pcs[pc].enrolled { self.act(pc).await } else { Ok(()) }
            }
            18..88 => {
                for _ in 0..3 {
                    self.progress().await?;
                }
                Ok(())
            }
            _ => self.go_wrong().await,
        }
    }

    /// One thing that can go on does; where nothing can, time passes.
    async fn progress(&mut self) -> Result<()> {
        let flights = (0..self.flights.len()).filter(|at| self.may_go_on(*at));
        let disks = (0..self.pcs.len()).filter(|pc| {
            self.pcs[*pc].program.as_ref().is_some_and(|program| program.at_disk.is_some())
        });
        let wakes = (0..self.pcs.len()).filter(|pc| self.is_due(*pc));
        let choices: Vec<(u8, usize)> = flights
            .map(|at| (0, at))
            .chain(disks.map(|pc| (1, pc)))
            .chain(wakes.map(|pc| (2, pc)))
            .collect();
        match self.rng.pick(&choices) {
            Some((0, at)) => {
                let flight = self.flights.swap_remove(*at);
                self.fly(flight).await
            }
            Some((1, pc)) => self.at_disk(*pc).await,
            Some((_, pc)) => self.wake(*pc).await,
            None => {
                self.pass_time();
                Ok(())
            }
        }
    }

    fn is_due(&self, pc: usize) -> bool {
        let program = self.pcs[pc].program.as_ref().filter(|_| self.pcs[pc].enrolled);
        program.and_then(|program| program.wake).is_some_and(|wake| wake <= self.now)
    }

    pub async fn wake(&mut self, pc: usize) -> Result<()> {
        if let Some(program) = &mut self.pcs[pc].program {
            program.wake = None;
        }
        self.tell(pc, Input::Woken).await
    }

    pub fn may_go_on(&self, flight: usize) -> bool {
        match &self.flights[flight].stage {
            Stage::Waiting { until, changes, .. } => {
                *until <= self.now || *changes != self.server.changes
            }
            _ => true,
        }
    }

    /// To where something happens next.
    pub fn pass_time(&mut self) {
        let wakes = self.pcs.iter().filter_map(|pc| pc.program.as_ref()?.wake);
        let waits = self.flights.iter().filter_map(|flight| match &flight.stage {
            Stage::Waiting { until, .. } => Some(*until),
            _ => None,
        });
        if let Some(next) = wakes.chain(waits).filter(|at| *at > self.now).min() {
            self.now = next;
        }
    }
}
