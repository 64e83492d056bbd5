//! Fills pages with slices.

use super::shift;
use crate::display::{Item, Mpt};
use std::rc::Rc;

/// What is never cut: a line of text, a row, a row of signatures. Items are relative to its top
/// left corner.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slice {
    pub height: Mpt,
    pub form: Vec<Item>,
    pub ink: Vec<Item>,
    /// Drawn as well where the slice is the first on its page.
    pub lead: Vec<Item>,
    /// Stays on the page of the slice before it.
    pub keep_before: bool,
    /// Stays on the page of the slice after it.
    pub keep_after: bool,
    /// Never on the page of the slice before it.
    pub new_page: bool,
    /// White space: left out at the top of a page.
    pub space: bool,
    /// The table head that is repeated where this slice is the first on its page.
    pub head: Option<Rc<Slice>>,
}

impl Slice {
    pub fn space(height: Mpt) -> Slice {
        Slice { height, space: true, ..Slice::default() }
    }

    /// Draws another slice into this one.
    pub fn absorb(&mut self, other: Slice, x: Mpt, y: Mpt) {
        self.form.extend(shift(other.form, x, y));
        self.ink.extend(shift(other.ink, x, y));
    }

    /// The same slice further to the right.
    pub fn indented(self, x: Mpt) -> Slice {
        let shifted = |items: Vec<Item>| shift(items, x, 0).collect();
        Slice {
            form: shifted(self.form),
            ink: shifted(self.ink),
            lead: shifted(self.lead),
            head: self.head.map(|head| Rc::new((*head).clone().indented(x))),
            ..self
        }
    }
}

/// A slice is taller than a page.
#[derive(Debug)]
pub(crate) struct TooTall;

type Placed = Vec<(Slice, Mpt)>;

/// The slices of each page with their distance from its top.
pub(crate) fn paginate(slices: Vec<Slice>, height: Mpt) -> Result<Vec<Placed>, TooTall> {
    let mut ends = Vec::new();
    let mut start = 0;
    while start < slices.len() || ends.is_empty() {
        start = page_end(&slices, start, height)?;
        ends.push(start);
    }
    let mut rest = slices.into_iter();
    let mut begun = 0;
    let page = |end| {
        let count = end - begun;
        begun = end;
        place(rest.by_ref().take(count))
    };
    Ok(ends.into_iter().map(page).collect())
}

fn page_end(slices: &[Slice], start: usize, height: Mpt) -> Result<usize, TooTall> {
    let mut y = 0;
    let mut blank = true;
    for (i, slice) in slices.iter().enumerate().skip(start) {
        if slice.new_page && i > start {
            return Ok(i);
        }
        if blank && slice.space {
            continue;
        }
        if blank {
            y = slice.head.as_ref().map_or(0, |head| head.height);
        }
        if y + slice.height > height && !slice.space {
            return match i {
                _ if blank => Err(TooTall),
                i => Ok(cut(slices, start, i)),
            };
        }
        y += slice.height;
        blank = false;
    }
    Ok(slices.len())
}

/// The last place at or before `full` where the page may end.
fn cut(slices: &[Slice], start: usize, full: usize) -> usize {
    let mut at = full;
    while at > start {
        if slices[at].keep_before {
            // What it stays with is the last thing there is to see before it.
            at -= 1;
            while at > start && slices[at].space {
                at -= 1;
            }
        } else if slices[at - 1].keep_after {
            at -= 1;
        } else {
            break;
        }
    }
    let something = slices[start..at].iter().any(|slice| !slice.space);
    // What wants to stay together is taller than a page: nothing better than cutting where it is full.
    if something { at } else { full }
}

fn place(slices: impl Iterator<Item = Slice>) -> Placed {
    let mut placed: Placed = Vec::new();
    let mut y = 0;
    for mut slice in slices {
        if placed.is_empty() {
            if slice.space {
                continue;
            }
            if let Some(head) = &slice.head {
                placed.push(((**head).clone(), 0));
                y = head.height;
            } else {
                slice.form.append(&mut slice.lead);
            }
        }
        let height = slice.height;
        placed.push((slice, y));
        y += height;
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slice(height: Mpt) -> Slice {
        Slice { height, ..Slice::default() }
    }

    fn sizes(pages: &[Placed]) -> Vec<usize> {
        pages.iter().map(Vec::len).collect()
    }

    #[test]
    fn a_slice_that_stays_with_the_one_before_takes_it_along_to_the_next_page() {
        let kept = Slice { keep_before: true, ..slice(40) };
        let pages = paginate(vec![slice(40), slice(30), kept], 100).expect("fits");
        assert_eq!(sizes(&pages), [1, 2]);
    }

    #[test]
    fn white_space_between_does_not_part_what_stays_together() {
        let kept = Slice { keep_before: true, ..slice(40) };
        let slices = vec![slice(40), slice(20), Slice::space(10), kept];
        assert_eq!(sizes(&paginate(slices, 100).expect("fits")), [1, 3]);
    }

    #[test]
    fn a_heading_never_ends_a_page() {
        let heading = Slice { keep_after: true, ..slice(20) };
        let pages = paginate(vec![slice(80), heading, slice(20)], 100).expect("fits");
        assert_eq!(sizes(&pages), [1, 2]);
    }

    #[test]
    fn white_space_does_not_begin_a_page_and_a_head_is_repeated() {
        let head = Rc::new(slice(10));
        let row = Slice { head: Some(Rc::clone(&head)), ..slice(45) };
        let pages =
            paginate(vec![slice(100), Slice::space(30), row.clone(), row], 100).expect("fits");
        assert_eq!(sizes(&pages), [2, 3]);
    }

    #[test]
    fn what_begins_a_page_leaves_the_one_before_as_it_is() {
        let first = Slice { new_page: true, ..slice(10) };
        let slices = vec![slice(10), first.clone(), slice(10), first];
        assert_eq!(sizes(&paginate(slices, 100).expect("fits")), [1, 2, 1]);
    }

    #[test]
    fn what_is_taller_than_a_page_is_an_error() {
        assert!(paginate(vec![slice(101)], 100).is_err());
    }
}
