use super::atoms::{Atom, What, is_opening};
use unicode_linebreak::{BreakOpportunity, linebreaks};

/// Marks that may not begin a line beyond those that UAX 14 keeps.
const NEVER_FIRST: &str = "、。，．；：？！）】》」』〕〉〗”’…—～％‰℃·/・々";
const NEVER_LAST: &str = "“‘￥¥＄$№";

/// For every atom, whether a line may end before it.
pub(super) fn may_break_before(atoms: &[Atom]) -> Vec<bool> {
    let text: String = atoms.iter().map(stand_in).collect();
    let mut allowed = vec![false; atoms.len()];
    let mut chars = text.char_indices().enumerate();
    for (offset, kind) in linebreaks(&text) {
        let Some((index, _)) = chars.by_ref().find(|(_, (at, _))| *at == offset) else { break };
        allowed[index] = kind == BreakOpportunity::Mandatory || fits(atoms, index);
    }
    allowed
}

fn stand_in(atom: &Atom) -> char {
    match atom.what {
        What::Char(c, _) => c,
        What::Box { .. } | What::Blank => '\u{fffc}',
        What::NewLine => '\n',
    }
}

fn fits(atoms: &[Atom], index: usize) -> bool {
    let character = |at: usize| match atoms[at].what {
        What::Char(c, _) => Some(c),
        _ => None,
    };
    let first = character(index);
    let last = index.checked_sub(1).and_then(character);
    let box_before = index > 0 && matches!(atoms[index - 1].what, What::Box { .. });
    // 12月 and 5日 stay whole.
    let in_date =
        last.is_some_and(|c| c.is_ascii_digit()) && first.is_some_and(|c| "年月日时分".contains(c));
    !box_before
        && !in_date
        && first.is_none_or(|c| !NEVER_FIRST.contains(c))
        && last.is_none_or(|c| !NEVER_LAST.contains(c) && !is_opening(c))
}
