//! One hash for a whole log: two that agree in a number's checkpoint agree in all commits up to it.

use crate::{Hash, Id};
use serde::{Deserialize, Serialize};

/// The running hash over a project's commits in the order of the server's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Checkpoint(pub Hash);

impl Checkpoint {
    /// Before the first commit, at number 0.
    pub fn start(project: Id) -> Self {
        Checkpoint(joined(&[b"shoulou checkpoint 1", &project.0]))
    }

    /// After one more commit.
    #[must_use]
    pub fn then(self, commit: &Hash) -> Self {
        Checkpoint(joined(&[&self.0.0, &commit.0]))
    }
}

fn joined(parts: &[&[u8]]) -> Hash {
    Hash::of(&parts.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_tells_projects_commits_and_their_order_apart() {
        let (a, b) = (Hash::of(b"a"), Hash::of(b"b"));
        let start = Checkpoint::start(Id([1; 16]));
        assert_ne!(start, Checkpoint::start(Id([2; 16])));
        assert_ne!(start.then(&a).then(&b), start.then(&b).then(&a));
        assert_ne!(start.then(&a), start);
    }
}
