//! Where a PC has been: the places to go back to when an epoch turns.

use super::work::{cursor, within};
use crate::{
    Id,
    sync::{
        Checkpoint,
        wire::{Cursor, EpochStart},
    },
};

/// Cursors by ascending number, the present one last.
#[derive(Clone, Debug, Default)]
pub struct Remembered(Vec<Cursor>);

impl Remembered {
    pub fn new(mut cursors: Vec<Cursor>) -> Self {
        cursors.sort_by_key(|cursor| cursor.number);
        cursors.dedup_by_key(|cursor| cursor.number);
        Remembered(cursors)
    }

    /// Adds the present cursor. Returns those to forget: of two that are close together and far back,
    /// one is enough.
    pub fn add(&mut self, present: Cursor) -> Vec<Cursor> {
        self.0.retain(|cursor| cursor.number < present.number);
        self.0.push(present);
        let mut kept: Vec<Cursor> = Vec::new();
        let mut forgotten = Vec::new();
        for cursor in self.0.drain(..).rev() {
            let back = present.number - cursor.number;
            let spaced = kept.last().is_none_or(|newer| newer.number - cursor.number > back / 16);
            if spaced { kept.push(cursor) } else { forgotten.push(cursor) }
        }
        kept.reverse();
        self.0 = kept;
        forgotten
    }

    /// Where to go on in the newest of `epochs`, coming from epoch `own`.
    pub fn turn(&mut self, project: Id, own: Id, epochs: &[EpochStart]) -> Option<Cursor> {
        let since = epochs.iter().position(|start| start.epoch == own).map_or(0, |at| at + 1);
        let (first, newest) = (epochs.get(since)?, epochs.last()?);
        self.0.retain(|cursor| within(first, cursor));
        let start = Cursor { epoch: own, number: 0, checkpoint: Checkpoint::start(project) };
        let highest = *self.0.last().unwrap_or(&start);
        Some(cursor(newest.epoch, &highest))
    }

    /// The place was not shared after all: that of half as many.
    pub fn retreat(&mut self, project: Id, epoch: Id) -> Cursor {
        self.0.truncate(self.0.len() / 2);
        let start = Cursor { epoch, number: 0, checkpoint: Checkpoint::start(project) };
        self.0.last().map_or(start, |highest| cursor(epoch, highest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Hash;

    const PROJECT: Id = Id([1; 16]);

    fn at(epoch: u8, number: u64) -> Cursor {
        let checkpoint = Checkpoint(Hash::of(&number.to_be_bytes()));
        Cursor { epoch: Id([epoch; 16]), number, checkpoint }
    }

    fn start(epoch: u8, number: u64) -> EpochStart {
        let Cursor { epoch, number, checkpoint } = at(epoch, number);
        EpochStart { epoch, number, checkpoint }
    }

    fn turned(numbers: &[u64], epochs: &[EpochStart]) -> Option<Cursor> {
        let cursors = numbers.iter().map(|number| at(1, *number)).collect();
        Remembered::new(cursors).turn(PROJECT, Id([1; 16]), epochs)
    }

    #[test]
    fn a_pc_goes_on_from_the_highest_place_that_the_new_epoch_shares() {
        assert_eq!(turned(&[10, 20, 30], &[start(2, 25)]), Some(at(2, 20)));
        assert_eq!(turned(&[10, 20, 30], &[start(2, 20)]), Some(at(2, 20)));
    }

    #[test]
    fn of_several_epochs_the_first_after_the_own_one_limits_what_is_shared() {
        assert_eq!(turned(&[10, 20, 30], &[start(2, 15), start(3, 40)]), Some(at(3, 10)));
        let all = [start(9, 0), start(1, 5), start(2, 25), start(3, 40)];
        assert_eq!(turned(&[10, 20, 30], &all), Some(at(3, 20)));
    }

    #[test]
    fn without_a_shared_place_it_begins_at_the_start() {
        let begun =
            Some(Cursor { epoch: Id([2; 16]), number: 0, checkpoint: Checkpoint::start(PROJECT) });
        assert_eq!(turned(&[10, 20], &[start(2, 5)]), begun);
        assert_eq!(turned(&[], &[start(2, 5)]), begun);
        assert_eq!(turned(&[5], &[]), None);
    }

    #[test]
    fn a_place_of_the_same_number_and_another_checkpoint_is_not_shared() {
        let other = EpochStart { checkpoint: Checkpoint::start(PROJECT), ..start(2, 20) };
        assert_eq!(turned(&[10, 20], &[other]), Some(at(2, 10)));
    }

    #[test]
    fn a_place_that_is_told_twice_is_remembered_once() {
        let mut remembered = Remembered::new(vec![at(1, 4), at(1, 4)]);
        assert_eq!(remembered.add(at(1, 5)), []);
        assert_eq!(remembered.0, [at(1, 4), at(1, 5)]);
    }

    #[test]
    fn what_is_remembered_thins_out_with_age_and_stays_small() {
        let mut remembered = Remembered::default();
        let mut forgotten = 0;
        for number in 1..=100_000 {
            forgotten += remembered.add(at(1, number)).len();
        }
        let kept = &remembered.0;
        assert_eq!(kept.len() + forgotten, 100_000);
        assert!(kept.len() < 200, "{}", kept.len());
        let recent = (99_990..=100_000).map(|number| at(1, number));
        assert_eq!(kept[kept.len() - 11..], recent.collect::<Vec<_>>());
        for pair in kept.windows(2) {
            let (back, gap) = (100_000 - pair[0].number, pair[1].number - pair[0].number);
            assert!(gap <= back / 4 + 1, "a gap of {gap}, {back} back");
        }
    }
}
