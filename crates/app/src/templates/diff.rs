//! What differs between two texts, by lines.

use crate::api::{DiffLine, LineChange};

/// Longer rests are told as gone and new altogether: nobody reads them line by line.
const MOST: usize = 4_000_000;

/// The shortest way from one to the other: what is gone stands before what is new.
pub fn lines(from: &str, to: &str) -> Vec<DiffLine> {
    let (from, to): (Vec<&str>, Vec<&str>) = (from.lines().collect(), to.lines().collect());
    let head = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
    let rests = from[head..].iter().rev().zip(to[head..].iter().rev());
    let tail = rests.take_while(|(one, other)| one == other).count();
    let mut lines = Vec::new();
    let mut say = |change, text: &str| lines.push(DiffLine { change, text: text.to_owned() });
    from[..head].iter().for_each(|text| say(LineChange::Same, text));
    middle(&from[head..from.len() - tail], &to[head..to.len() - tail], &mut say);
    from[from.len() - tail..].iter().for_each(|text| say(LineChange::Same, text));
    lines
}

fn middle(from: &[&str], to: &[&str], say: &mut impl FnMut(LineChange, &str)) {
    // `common[i][j]`: how many lines the rests from line i and line j have in common.
    let width = to.len() + 1;
    let small = from.len() * to.len() <= MOST;
    let mut common = vec![0_u32; if small { (from.len() + 1) * width } else { 0 }];
    for i in (0..from.len()).rev().filter(|_| small) {
        for j in (0..to.len()).rev() {
            common[i * width + j] = match from[i] == to[j] {
                true => common[(i + 1) * width + j + 1] + 1,
                false => common[(i + 1) * width + j].max(common[i * width + j + 1]),
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < from.len() || j < to.len() {
        let both = i < from.len() && j < to.len();
        if both && small && from[i] == to[j] {
            say(LineChange::Same, from[i]);
            (i, j) = (i + 1, j + 1);
        } else if i < from.len()
            && (!both || !small || common[(i + 1) * width + j] >= common[i * width + j + 1])
        {
            say(LineChange::Gone, from[i]);
            i += 1;
        } else {
            say(LineChange::New, to[j]);
            j += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(from: &str, to: &str) -> String {
        let mark = |line: &DiffLine| match line.change {
            LineChange::Same => ' ',
            LineChange::Gone => '-',
            LineChange::New => '+',
        };
        lines(from, to).iter().map(|line| format!("{}{}\n", mark(line), line.text)).collect()
    }

    #[test]
    fn only_the_lines_that_differ_are_told() {
        assert_eq!(told("甲\n乙\n丙", "甲\n丁\n丙\n戊"), " 甲\n-乙\n+丁\n 丙\n+戊\n");
        assert_eq!(told("", "甲"), "+甲\n");
        assert_eq!(told("甲", ""), "-甲\n");
        assert_eq!(told("甲\n乙", "甲\n乙"), " 甲\n 乙\n");
    }
}
