//! When to try again, and when not to go on at once.

use super::Millis;

/// The longest pause between two tries.
const LONGEST: u64 = 60_000;
/// A server may ask for a longer one, up to this.
const LONGEST_ASKED: u64 = 3_600_000;
const FIRST: u64 = 1_000;
/// So many pieces of work in a row may lead to nothing, before there is a pause.
const FRUITLESS: u32 = 24;

#[derive(Clone, Debug)]
pub struct Pace {
    failures: u32,
    fruitless: u32,
    random: u64,
    /// Nothing before this.
    pub pause: Option<Millis>,
}

impl Pace {
    pub fn new(seed: u64) -> Self {
        Pace { failures: 0, fruitless: 0, random: seed, pause: None }
    }

    /// The whole of a step came through, over the network and into the store.
    pub fn success(&mut self) {
        self.failures = 0;
        self.fruitless = 0;
    }

    pub fn forget(&mut self) {
        self.success();
        self.pause = None;
    }

    /// `asked`: what the server asked for, in seconds.
    pub fn failure(&mut self, now: Millis, asked: Option<u64>) {
        self.fruitless = 0;
        if let Some(seconds) = asked {
            // It knows when there will be room; those it asked together are not to come together.
            let asked = seconds.saturating_mul(1000).clamp(FIRST, LONGEST_ASKED);
            self.pause = Some(now.after(asked + self.roll() % (asked / 4 + 1)));
            return;
        }
        self.failures = self.failures.saturating_add(1);
        let longest = FIRST.saturating_mul(1 << self.failures.min(16).saturating_sub(1));
        let longest = longest.min(LONGEST);
        // Between a half and the whole: PCs that lost the server together do not come back together.
        let pause = longest / 2 + self.roll() % (longest / 2 + 1);
        self.pause = Some(now.after(pause));
    }

    /// One more piece of work. `false`: too many in a row brought nothing.
    #[must_use]
    pub fn allows(&mut self) -> bool {
        self.fruitless += 1;
        self.fruitless <= FRUITLESS
    }

    /// SplitMix64.
    pub fn roll(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_minute_and_begin_again_after_a_success() {
        let mut pace = Pace::new(7);
        for longest in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
            pace.failure(Millis(0), None);
            let pause = pace.pause.map_or(0, |pause| pause.0);
            assert!((longest * 500..=longest * 1000).contains(&pause), "{pause} of {longest} s");
        }
        pace.success();
        pace.failure(Millis(0), None);
        assert!(pace.pause <= Some(Millis(1000)));
    }

    #[test]
    fn a_server_that_says_when_to_come_back_is_believed_within_reason() {
        let mut pace = Pace::new(7);
        for (asked, seconds) in [(90, 90), (u64::MAX, 3600), (0, 1)] {
            for _ in 0..20 {
                pace.failure(Millis(5), Some(asked));
                let pause = pace.pause.map_or(0, |pause| pause.0 - 5);
                let (least, most) = (seconds * 1000, seconds * 1250);
                assert!((least..=most).contains(&pause), "{pause} of {asked} s");
            }
        }
        pace.failure(Millis(5), None);
        assert!(pace.pause <= Some(Millis(1005)));
    }
}
