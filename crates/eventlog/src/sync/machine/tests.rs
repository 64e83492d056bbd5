use super::*;
use crate::{
    Hash, Id,
    sync::{
        Checkpoint,
        wire::{Bytes, EpochStart, Fate, Members, Pulled, Pushed, Refusal, RefusalCode, Upload},
    },
};

mod blobs;
mod refused;
mod rounds;
mod world;

const PROJECT: Id = Id([1; 16]);
const WALL: i64 = 1_795_224_060_000;

/// A driver that does as the test says.
struct Driven {
    machine: Machine,
    now: Millis,
    doing: Option<(Ticket, Work)>,
    wake: Option<Millis>,
    told: Vec<Tell>,
    cancelled: Vec<Ticket>,
}

impl Driven {
    fn new(kept: Kept) -> Self {
        Self::with(kept, Config::new(PROJECT, 7))
    }

    fn with(kept: Kept, config: Config) -> Self {
        let machine = Machine::new(kept, config);
        let (doing, wake, told, cancelled) = Default::default();
        let mut driven = Driven { machine, now: Millis(0), doing, wake, told, cancelled };
        driven.input(Input::Woken);
        driven
    }

    fn input(&mut self, input: Input) {
        self.machine.handle(self.now, input);
        while let Some(effect) = self.machine.next() {
            match effect {
                Effect::Do { ticket, work } => {
                    assert!(self.doing.is_none(), "two pieces of work at once");
                    self.doing = Some((ticket, work));
                    self.wake = None;
                }
                Effect::Cancel(ticket) => {
                    assert_eq!(self.doing.take().map(|(doing, _)| doing), Some(ticket));
                    self.cancelled.push(ticket);
                }
                Effect::WakeAt(at) => self.wake = Some(at),
                Effect::Tell(tell) => self.told.push(tell),
            }
        }
    }

    #[track_caller]
    fn work(&self) -> &Work {
        &self.doing.as_ref().expect("something is asked for").1
    }

    #[track_caller]
    fn answer(&mut self, outcome: Outcome) {
        let (ticket, _) = self.doing.take().expect("something is asked for");
        self.input(Input::Done { ticket, wall: WALL, outcome });
    }

    #[track_caller]
    fn refuse(&mut self, code: RefusalCode) {
        self.answer(refusal(code, Vec::new()));
    }

    /// None to offer, none to fetch.
    #[track_caller]
    fn no_blobs(&mut self) {
        while matches!(self.work(), Work::NextOffer | Work::NextWanted { .. }) {
            self.answer(Outcome::Blob(None));
        }
    }

    /// Without pulls it asks in this way whether the epoch is still the same.
    #[track_caller]
    fn probe(&mut self) {
        if matches!(self.work(), Work::Push(push) if push.commits.is_empty()) {
            self.answer(pushed(Vec::new()));
        }
    }

    /// Lets the time pass until the machine wants to be woken. Returns how long it took.
    #[track_caller]
    fn wait(&mut self) -> u64 {
        assert!(self.doing.is_none(), "nothing to wait for");
        let wake = self.wake.expect("the machine wants to be woken");
        let waited = wake.0 - self.now.0;
        self.now = wake;
        self.input(Input::Woken);
        waited
    }

    fn halted(&self) -> Option<Halt> {
        self.machine.standing().halt
    }

    fn link(&self) -> Link {
        self.machine.standing().link
    }
}

fn refusal(code: RefusalCode, epochs: Vec<EpochStart>) -> Outcome {
    Outcome::Refused { refusal: Refusal { code, detail: String::new(), epochs }, retry_after: None }
}

fn news(head: u64) -> News {
    News { epoch: Id([2; 16]), head, members: 1, time: WALL }
}

fn cursor(number: u64) -> Cursor {
    let checkpoint = match number {
        0 => Checkpoint::start(PROJECT),
        number => Checkpoint(Hash::of(&number.to_be_bytes())),
    };
    Cursor { epoch: Id([2; 16]), number, checkpoint }
}

fn pulled(from: u64, to: u64, head: u64) -> Outcome {
    let commits = (from..to).map(|number| Bytes(number.to_be_bytes().to_vec())).collect();
    Outcome::Pulled(Pulled { commits, cursor: cursor(to), news: news(head) })
}

fn unsent(name: u8) -> Unsent {
    Unsent { commit: Hash([name; 32]), bundle: Bytes(vec![name]), blobs: Vec::new() }
}

fn pushed(fates: Vec<Fate>) -> Outcome {
    Outcome::Pushed(Pushed { fates, receipt: Some(Bytes(vec![9])), news: news(10) })
}

/// A PC with the server's first ten commits, and the session open.
fn at_ten(to_sync: u64) -> Driven {
    let kept = Kept {
        cursor: Some(cursor(10)),
        remembered: vec![cursor(4)],
        members: Some(1),
        to_sync,
        acknowledged: 10,
    };
    let mut pc = Driven::new(kept);
    pc.answer(Outcome::Opened(news(10)));
    pc
}

/// The same, when nothing new was found.
fn up_to_date(to_sync: u64) -> Driven {
    let mut pc = at_ten(to_sync);
    pc.answer(pulled(10, 10, 10));
    if to_sync == 0 {
        pc.no_blobs();
    }
    pc
}

fn is_waiting_pull(work: &Work) -> bool {
    matches!(work, Work::Pull { wait: 50, .. })
}
