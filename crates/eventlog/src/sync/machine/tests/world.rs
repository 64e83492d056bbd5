//! A small server and store, and anything that can go wrong between them.

use super::*;
use crate::sync::wire::{decode, encode};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What the next answer is, instead of the right one.
#[derive(Clone, Debug)]
enum Mishap {
    None,
    Offline,
    Refused(RefusalCode, Option<u64>),
    Failed(Failure),
    /// The server did it, and the answer is lost.
    Lost,
    /// An answer to something else.
    Confused,
    Recorded,
    SyncNow,
    /// So many numbers are gone, and an administrator starts a new epoch.
    RolledBack(u64),
    Backwards(u64),
    OthersPush(u64),
}

struct World {
    pc: Driven,
    log: Vec<Hash>,
    epochs: Vec<EpochStart>,
    /// The PC's commits in the order of their arrival; `None`: without a number.
    local: Vec<(Hash, Option<u64>)>,
    aside: BTreeSet<Hash>,
    names: u64,
    begun: u64,
}

impl World {
    fn new() -> Self {
        let epochs = vec![EpochStart {
            epoch: Id([2; 16]),
            number: 0,
            checkpoint: Checkpoint::start(PROJECT),
        }];
        let config = Config { pull_commits: 3, push_commits: 4, ..Config::new(PROJECT, 5) };
        let pc = Driven::with(Kept::default(), config);
        let (log, local, aside) = Default::default();
        World { pc, log, epochs, local, aside, names: 0, begun: 0 }
    }

    fn name(&mut self) -> Hash {
        self.names += 1;
        Hash::of(&self.names.to_be_bytes())
    }

    fn at(&self, number: u64) -> Cursor {
        let start = Checkpoint::start(PROJECT);
        let checkpoint = self.log[..number as usize].iter().fold(start, |at, hash| at.then(hash));
        let epoch = self.epochs.last().expect("the first").epoch;
        Cursor { epoch, number, checkpoint }
    }

    fn news(&self) -> News {
        let epoch = self.at(0).epoch;
        News { epoch, head: self.log.len() as u64, members: 1, time: WALL }
    }

    fn roll_back(&mut self, lost: u64) {
        let left = self.log.len().saturating_sub(lost as usize);
        self.log.truncate(left);
        let known = self.epochs.iter().filter(|start| start.number <= left as u64);
        self.epochs = known.copied().collect();
    }

    fn new_epoch(&mut self) {
        let Cursor { number, checkpoint, .. } = self.at(self.log.len() as u64);
        let Hash(name) = self.name();
        let epoch = Id(*name.first_chunk().expect("16 of 32 bytes"));
        self.epochs.push(EpochStart { epoch, number, checkpoint });
    }

    fn to_sync(&self) -> u64 {
        let open =
            |(hash, number): &&(Hash, Option<u64>)| number.is_none() && !self.aside.contains(hash);
        self.local.iter().filter(open).count() as u64
    }

    /// The server's word on an epoch and a cursor.
    fn check(&self, cursor: Option<&Cursor>, epoch: Id) -> Option<Outcome> {
        if epoch != self.at(0).epoch {
            let own = self.epochs.iter().position(|start| start.epoch == epoch);
            let since = self.epochs[own.map_or(0, |own| own + 1)..].to_vec();
            return Some(refusal(RefusalCode::Epoch, since));
        }
        let known = |cursor: &Cursor| {
            cursor.number <= self.log.len() as u64 && self.at(cursor.number) == *cursor
        };
        let backwards = cursor.is_some_and(|cursor| !known(cursor));
        backwards.then(|| refusal(RefusalCode::Backwards, Vec::new()))
    }

    fn carry_out(&mut self, work: &Work) -> Outcome {
        let kept = |world: &World| Outcome::Kept { to_sync: world.to_sync() };
        match work {
            Work::OpenSession => Outcome::Opened(self.news()),
            Work::Pull { cursor, limit, wait } => {
                if let Some(refused) = self.check(Some(cursor), cursor.epoch) {
                    return refused;
                }
                let to = (cursor.number + u64::from(*limit)).min(self.log.len() as u64);
                let new = &self.log[cursor.number as usize..to as usize];
                if new.is_empty() {
                    self.pc.now = self.pc.now.after(u64::from(*wait) * 1000);
                }
                let commits = new.iter().map(|hash| Bytes(hash.0.to_vec())).collect();
                Outcome::Pulled(Pulled { commits, cursor: self.at(to), news: self.news() })
            }
            Work::Take { commits, cursor, .. } => {
                let first = cursor.number - commits.len() as u64 + 1;
                for (number, commit) in (first..).zip(commits) {
                    let hash = Hash(commit.0[..].try_into().expect("32 bytes"));
                    let lost = |one: &&mut (Hash, Option<u64>)| one.1 == Some(number);
                    if let Some(lost) = self.local.iter_mut().find(lost) {
                        lost.1 = None;
                    }
                    match self.local.iter_mut().find(|(known, _)| *known == hash) {
                        Some(known) => known.1 = Some(number),
                        None => self.local.push((hash, Some(number))),
                    }
                }
                Outcome::Taken { to_sync: self.to_sync(), erased: false }
            }
            Work::Load { commits, .. } => {
                let open = self
                    .local
                    .iter()
                    .filter(|(hash, number)| number.is_none() && !self.aside.contains(hash));
                let unsent = |hash: &Hash| Unsent {
                    commit: *hash,
                    bundle: Bytes(hash.0.to_vec()),
                    blobs: Vec::new(),
                };
                Outcome::Loaded(open.take(*commits).map(|(hash, _)| unsent(hash)).collect())
            }
            Work::Push(push) => {
                if let Some(refused) = self.check(None, push.epoch) {
                    return refused;
                }
                let mut fates = Vec::new();
                for commit in &push.commits {
                    let hash = Hash(commit.0[..].try_into().expect("32 bytes"));
                    let known = self.log.iter().position(|known| *known == hash);
                    fates.push(match known {
                        Some(at) => Fate::Known(at as u64 + 1),
                        None => {
                            self.log.push(hash);
                            Fate::Accepted(self.log.len() as u64)
                        }
                    });
                }
                // As much of a receipt as is asked of it here.
                let receipt = Some(Bytes(encode(&self.at(self.log.len() as u64))));
                Outcome::Pushed(Pushed { fates, receipt, news: self.news() })
            }
            Work::Keep { numbers, reached, receipt, .. } => {
                let numbers: BTreeMap<_, _> = numbers.iter().copied().collect();
                for (hash, number) in &mut self.local {
                    *number = numbers.get(hash).copied().or(*number);
                }
                let end =
                    receipt.as_ref().map(|receipt| decode::<Cursor>(&receipt.0).expect("ours"));
                let bears_out = |reached: &Reached| Some(reached.cursor) == end;
                match reached {
                    Some(reached) if bears_out(reached) => {
                        Outcome::Reached { to_sync: self.to_sync() }
                    }
                    _ => kept(self),
                }
            }
            Work::SetAside { commit, .. } => {
                self.aside.insert(*commit);
                kept(self)
            }
            Work::Turn { cursor } => {
                for (_, number) in &mut self.local {
                    *number = number.filter(|number| *number <= cursor.number);
                }
                self.aside.clear();
                kept(self)
            }
            Work::Members => Outcome::Members(Members {
                revision: 1,
                certificates: Vec::new(),
                standings: Vec::new(),
            }),
            Work::TakeMembers(_) => kept(self),
            Work::NextOffer | Work::NextWanted { .. } => Outcome::Blob(None),
            work => panic!("{work:?} is not for this world"),
        }
    }

    fn step(&mut self, mishap: Mishap) {
        match mishap {
            Mishap::Recorded => {
                let name = self.name();
                self.local.push((name, None));
                let to_sync = self.to_sync();
                return self.pc.input(Input::Recorded { to_sync });
            }
            Mishap::SyncNow => return self.pc.input(Input::SyncNow),
            Mishap::RolledBack(lost) => {
                self.roll_back(lost);
                return self.new_epoch();
            }
            Mishap::Backwards(lost) => return self.roll_back(lost),
            Mishap::OthersPush(count) => {
                for _ in 0..count {
                    let name = self.name();
                    self.log.push(name);
                }
                return;
            }
            _ => {}
        }
        let Some((_, work)) = self.pc.doing.clone() else {
            self.pc.wait();
            return;
        };
        self.begun += 1;
        let outcome = match mishap {
            Mishap::Offline => Outcome::Offline,
            Mishap::Refused(code, retry_after) => {
                let refusal = Refusal { code, detail: String::new(), epochs: Vec::new() };
                Outcome::Refused { refusal, retry_after }
            }
            Mishap::Failed(failure) => Outcome::Failed(failure),
            Mishap::Confused => Outcome::Fetched { complete: false },
            Mishap::Lost if matches!(work, Work::Push(_) | Work::Pull { .. }) => {
                self.carry_out(&work);
                Outcome::Offline
            }
            _ => self.carry_out(&work),
        };
        self.pc.answer(outcome);
    }
}

fn mishap() -> impl Strategy<Value = Mishap> {
    use RefusalCode::*;
    let codes = prop::sample::select(vec![
        Malformed,
        TooLarge,
        NoSession,
        NotAMember,
        Revoked,
        LeaseExpired,
        NotAnAdministrator,
        Epoch,
        Backwards,
        NotFound,
        Spent,
        WrongBytes,
        Busy,
        QuarantineFull,
    ]);
    let failures = vec![Failure::DiskFull, Failure::Unreadable, Failure::Other];
    prop_oneof![
        12 => Just(Mishap::None),
        1 => Just(Mishap::Offline),
        1 => Just(Mishap::Lost),
        1 => Just(Mishap::Confused),
        2 => (codes, prop::option::of(0..100u64))
            .prop_map(|(code, after)| Mishap::Refused(code, after)),
        1 => prop::sample::select(failures).prop_map(Mishap::Failed),
        4 => Just(Mishap::Recorded),
        1 => Just(Mishap::SyncNow),
        1 => (0..5u64).prop_map(Mishap::RolledBack),
        1 => (1..3u64).prop_map(Mishap::Backwards),
        2 => (1..9u64).prop_map(Mishap::OthersPush),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn whatever_went_wrong_the_pc_and_the_server_have_the_same_once_the_network_answers(
        mishaps in prop::collection::vec(mishap(), 0..120),
    ) {
        let mut world = World::new();
        for mishap in mishaps {
            world.step(mishap);
        }
        world.new_epoch();
        world.aside.clear();
        world.pc.input(Input::SyncNow);
        let mut steps = 0;
        loop {
            world.step(Mishap::None);
            steps += 1;
            prop_assert!(steps < 1_000, "{:?}", world.pc.machine);
            let all = world.pc.link() == Link::Synced;
            if all && world.pc.doing.as_ref().is_some_and(|(_, work)| is_waiting_pull(work)) {
                break;
            }
        }
        prop_assert_eq!(world.pc.halted(), None);
        let numbered: BTreeMap<u64, Hash> =
            world.local.iter().filter_map(|(hash, number)| Some(((*number)?, *hash))).collect();
        let server: BTreeMap<u64, Hash> = (1..).zip(world.log.iter().copied()).collect();
        prop_assert_eq!(numbered, server);
        prop_assert_eq!(world.local.len(), world.log.len());
    }

    #[test]
    fn no_sequence_of_answers_makes_it_spin(
        answers in prop::collection::vec(mishap(), 1..12),
    ) {
        let mut world = World::new();
        let begun = (0..20_000).find(|step| {
            if world.pc.doing.is_none() {
                return true;
            }
            let now = world.pc.now;
            let mishap = match &answers[step % answers.len()] {
                // What a person does, or what really happens, is no spinning.
                Mishap::Recorded
                | Mishap::SyncNow
                | Mishap::OthersPush(_)
                | Mishap::RolledBack(_)
                | Mishap::Backwards(_) => Mishap::None,
                mishap => mishap.clone(),
            };
            world.step(mishap);
            now != world.pc.now
        });
        prop_assert!(begun.is_some_and(|steps| steps <= 60), "{begun:?}");
    }
}
