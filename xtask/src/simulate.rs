//! `cargo xtask simulate`: PCs and servers in one process, from seeds. A failing seed is printed with the end
//! of its story; `--seeds 1 --from SEED --trace all` tells all of it.

use crate::steps::{Outcome, built, cargo, command, root, run};

/// Seeds, where none are asked for.
const SEEDS: &str = "2000";
/// What the test run spends on seeds beside those of the corpus, in seconds.
const BUDGET: &str = "180";

/// With the words that follow the command.
pub(crate) fn simulate(wish: &[&str]) -> Outcome {
    run(&mut cargo(&["build", "--package", "shoulou-simulate", "--locked"]))?;
    let wish = if wish.contains(&"--seeds") {
        wish.to_vec()
    } else {
        [&["--seeds", SEEDS], wish].concat()
    };
    run(&mut command(&built("shoulou-simulate").to_string_lossy(), &wish))
}

/// As many seeds as there is time for. The program is built.
pub(crate) fn for_a_while() -> Outcome {
    let corpus = root().join("tests/simulate/corpus.txt");
    let wish = ["--seeds", "1000000", "--seconds", BUDGET, "--corpus"];
    run(command(&built("shoulou-simulate").to_string_lossy(), &wish).arg(corpus))
}
