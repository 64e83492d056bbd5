//! Counting tests, from what each runner prints last.

use std::ops::AddAssign;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub passed: u32,
    pub failed: u32,
    pub skipped: u32,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl Tally {
    /// `12 passed, 0 failed`, with `, 1 skipped` where there are any.
    pub fn line(self) -> String {
        let Tally { passed, failed, skipped } = self;
        let skipped = if skipped > 0 { format!(", {skipped} skipped") } else { String::new() };
        format!("{passed} passed, {failed} failed{skipped}")
    }
}

/// One line of `cargo test`: `test result: ok. 5 passed; 0 failed; 1 ignored; …`
pub(crate) fn cargo_line(line: &str) -> Tally {
    match line.trim_start().strip_prefix("test result: ") {
        Some(counts) => Tally {
            passed: before(counts, " passed"),
            failed: before(counts, " failed"),
            skipped: before(counts, " ignored"),
        },
        None => Tally::default(),
    }
}

/// One line of vitest's summary: `Tests  1 failed | 12 passed | 2 skipped (15)`
pub(crate) fn vitest_line(line: &str) -> Tally {
    match line.trim_start().strip_prefix("Tests  ") {
        Some(counts) => Tally {
            passed: before(counts, " passed"),
            failed: before(counts, " failed"),
            skipped: before(counts, " skipped"),
        },
        None => Tally::default(),
    }
}

/// One line of the summary of Node's test runner: `ℹ pass 3`, or `# pass 3`
pub(crate) fn node_line(line: &str) -> Tally {
    let Some(rest) = line.strip_prefix("ℹ ").or_else(|| line.strip_prefix("# ")) else {
        return Tally::default();
    };
    let count = |name: &str| {
        rest.strip_prefix(name).and_then(|count| count.trim().parse().ok()).unwrap_or_default()
    };
    Tally {
        passed: count("pass "),
        failed: count("fail ") + count("cancelled "),
        skipped: count("skipped "),
    }
}

/// The number that stands before a word.
fn before(text: &str, word: &str) -> u32 {
    let Some(end) = text.find(word) else { return 0 };
    let digits = text[..end].chars().rev().take_while(char::is_ascii_digit).count();
    text[end - digits..end].parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(passed: u32, failed: u32, skipped: u32) -> Tally {
        Tally { passed, failed, skipped }
    }

    #[test]
    fn each_runners_closing_line_is_counted() {
        let cargo =
            "test result: FAILED. 15 passed; 2 failed; 1 ignored; 0 measured; 3 filtered out";
        assert_eq!(cargo_line(cargo), tally(15, 2, 1));
        assert_eq!(vitest_line("      Tests  1 failed | 120 passed (121)"), tally(120, 1, 0));
        assert_eq!(vitest_line(" Test Files  9 passed (9)"), tally(0, 0, 0));
        assert_eq!(node_line("ℹ pass 7"), tally(7, 0, 0));
        assert_eq!(node_line("# fail 3"), tally(0, 3, 0));
        assert_eq!(node_line("ℹ cancelled 1"), tally(0, 1, 0));
        assert_eq!(node_line("ℹ tests 7"), tally(0, 0, 0));
    }

    #[test]
    fn what_a_test_prints_itself_is_not_counted() {
        assert_eq!(cargo_line("12 passed; 0 failed"), tally(0, 0, 0));
        assert_eq!(vitest_line("3 passed"), tally(0, 0, 0));
        assert_eq!(node_line("pass 3"), tally(0, 0, 0));
    }

    #[test]
    fn the_closing_line_reads_as_a_sentence() {
        assert_eq!(tally(3, 0, 0).line(), "3 passed, 0 failed");
        assert_eq!(tally(3, 1, 2).line(), "3 passed, 1 failed, 2 skipped");
    }
}
