use shoulou_domain::fact::KINDS;
use shoulou_eventlog::Hash;

/// The kinds of facts that a program knows; any other makes its entity read-only there, until a program opens
/// the store that knows it. Those of an older version are fewer than this one's, which are the default.
#[derive(Clone, Copy, Debug)]
pub struct Knows(pub &'static [&'static str]);

impl Default for Knows {
    fn default() -> Self {
        Knows(KINDS)
    }
}

impl Knows {
    pub(crate) fn kind(self, kind: &str) -> bool {
        self.0.contains(&kind)
    }

    /// Equal where the same kinds are known.
    pub(crate) fn digest(self) -> Hash {
        let mut kinds = self.0.to_vec();
        kinds.sort_unstable();
        Hash::of(kinds.join("\n").as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_tells_which_kinds_are_known_and_not_how_they_are_listed() {
        let digest = |kinds| Knows(kinds).digest();
        assert_eq!(digest(&["file.posted", "unit.added"]), digest(&["unit.added", "file.posted"]));
        assert_ne!(digest(&["file.posted"]), digest(&["file.posted", "unit.added"]));
    }
}
