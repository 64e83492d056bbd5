//! The list of homes in memory: search as you type over code, names, pinyin initials and phone tails.

use crate::api::{UnitFilter, UnitList};
use memchr::memmem::Finder;
use pinyin::ToPinyinMulti;
use shoulou_domain::{
    normalize::home,
    view::HomeRow,
    vocabulary::{Progress, Stage},
};
use shoulou_eventlog::Id;
use std::{cmp::Ordering, collections::HashMap, sync::Arc};

/// Readings of one name kept for search; a name of four characters with two readings each has 16.
const READINGS: usize = 16;

/// Every home of a project, in the order of its codes.
#[derive(Default)]
pub struct Directory {
    entries: Vec<Entry>,
    places: HashMap<Id, usize>,
    buildings: Vec<String>,
}

struct Entry {
    row: Arc<HomeRow>,
    /// Lower-case, each searchable text on a line of its own, the code first.
    text: String,
}

/// What to list.
pub struct Filter<'a> {
    pub search: &'a str,
    pub building: Option<&'a str>,
    pub stage: Option<Stage>,
    pub only: Option<UnitFilter>,
    /// `2026-11-21`, for the appointments of today.
    pub today: &'a str,
}

impl Directory {
    pub fn new(rows: impl IntoIterator<Item = Arc<HomeRow>>) -> Self {
        let mut entries: Vec<_> = rows.into_iter().map(Entry::new).collect();
        entries.sort_by(|a, b| by_code(&a.row, &b.row));
        let mut directory = Directory { entries, ..Directory::default() };
        directory.note_places();
        directory
    }

    fn note_places(&mut self) {
        self.places = self.entries.iter().enumerate().map(|(n, e)| (e.row.unit, n)).collect();
        self.buildings.clear();
        for Entry { row, .. } in self.entries.iter().filter(|entry| !entry.row.removed) {
            if self.buildings.last() != Some(&row.building)
                && !self.buildings.contains(&row.building)
            {
                self.buildings.push(row.building.clone());
            }
        }
    }

    /// Takes in new and changed homes.
    pub fn update(&mut self, rows: impl IntoIterator<Item = Arc<HomeRow>>) {
        let mut moved = false;
        for row in rows {
            let known = self.places.get(&row.unit).map(|&place| &self.entries[place].row);
            if known.is_some_and(|known| Arc::ptr_eq(known, &row)) {
                continue;
            }
            let entry = Entry::new(row);
            match self.places.get(&entry.row.unit) {
                Some(&place) => {
                    let before = &self.entries[place].row;
                    moved |= (&before.code, &before.building, before.removed)
                        != (&entry.row.code, &entry.row.building, entry.row.removed);
                    self.entries[place] = entry;
                }
                None => {
                    moved = true;
                    self.entries.push(entry);
                }
            }
        }
        if moved {
            self.entries.sort_by(|a, b| by_code(&a.row, &b.row));
            self.note_places();
        }
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub fn get(&self, unit: Id) -> Option<&Arc<HomeRow>> {
        self.places.get(&unit).map(|&place| &self.entries[place].row)
    }

    pub fn rows(&self) -> impl Iterator<Item = &Arc<HomeRow>> {
        self.entries.iter().map(|entry| &entry.row)
    }

    /// The home with this code, as people write it.
    pub fn by_code(&self, code: &str) -> Option<&Arc<HomeRow>> {
        let wanted = home::parse(code).ok().and_then(|home| home.canonical());
        let wanted = fold(wanted.as_deref().unwrap_or(code));
        self.rows().find(|row| fold(&row.code) == wanted)
    }

    /// The best matches first; without a search, the order of the codes.
    pub fn list(&self, filter: &Filter, offset: usize, limit: usize) -> UnitList {
        let query = fold(filter.search);
        let query = Finder::new(&query);
        let mut found: Vec<(u8, &Entry)> = self
            .entries
            .iter()
            .filter(|entry| admits(filter, &entry.row))
            .filter_map(|entry| entry.rank(&query).map(|rank| (rank, entry)))
            .collect();
        found.sort_by_key(|(rank, _)| *rank);
        let mut rows = Vec::with_capacity(limit.min(found.len()));
        for (_, entry) in found.iter().skip(offset).take(limit) {
            rows.push(HomeRow { search: Vec::new(), ..(*entry.row).clone() });
        }
        UnitList { total: found.len() as u32, rows, buildings: self.buildings.clone() }
    }
}

impl Entry {
    fn new(row: Arc<HomeRow>) -> Self {
        let mut text = fold(&row.code);
        let words = row.search.iter().flat_map(|word| readings(word));
        for line in spellings(&row.code).into_iter().chain(words) {
            text.push('\n');
            text.push_str(&line);
        }
        Entry { row, text }
    }

    /// How well the home answers the query, best first; `None`: not at all.
    fn rank(&self, query: &Finder<'_>) -> Option<u8> {
        let length = query.needle().len();
        if length == 0 {
            return Some(0);
        }
        let at = query.find(self.text.as_bytes())?;
        let code = self.text.find('\n').unwrap_or(self.text.len());
        let ends = |at: usize| at + length == code;
        Some(match at {
            0 if ends(0) => 0,
            0 => 1,
            at if at < code && ends(at) => 2,
            at if at < code => 3,
            at if self.text.as_bytes()[at - 1] == b'\n' => 4,
            _ => 5,
        })
    }
}

fn admits(filter: &Filter, row: &HomeRow) -> bool {
    let unfinished = |(_, progress): &(Stage, Progress)| *progress != Progress::Done;
    !row.removed
        && filter.building.is_none_or(|building| row.building == building)
        && filter.stage.is_none_or(|stage| {
            row.stages.iter().find(|step| unfinished(step)).is_some_and(|(at, _)| *at == stage)
        })
        && filter.only.is_none_or(|only| match only {
            UnitFilter::Today => {
                row.appointment.as_deref().is_some_and(|at| at.starts_with(filter.today))
            }
            UnitFilter::Blocked => row.sentence.blocked,
            UnitFilter::Outstanding => row.outstanding > 0,
            UnitFilter::Open => !row.closed,
            UnitFilter::Closed => row.closed,
            UnitFilter::Disputed => row.disputes > 0,
        })
}

/// Full-width forms become half-width, letters lower-case, white space goes.
fn fold(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            other => other,
        })
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The other ways people write a home's code: `211101`, `2栋1单元1101`, `12#`.
fn spellings(code: &str) -> Vec<String> {
    let plain = code.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let known = home::parse(code).map(|home| home.spellings()).unwrap_or_default();
    std::iter::once(plain).chain(known).map(|spelling| fold(&spelling)).collect()
}

/// A word itself, and for Chinese its initials in every reading.
fn readings(word: &str) -> Vec<String> {
    let word = fold(word);
    let mut initials = vec![String::new()];
    let mut han = false;
    for (c, multi) in word.chars().zip(word.as_str().to_pinyin_multi()) {
        let letters: Vec<&str> = match multi {
            Some(multi) => {
                han = true;
                let mut letters: Vec<_> = multi.into_iter().map(|p| p.first_letter()).collect();
                letters.sort_unstable();
                letters.dedup();
                letters
            }
            None => {
                initials.iter_mut().for_each(|reading| reading.push(c));
                continue;
            }
        };
        initials = initials
            .iter()
            .flat_map(|reading| letters.iter().map(move |letter| format!("{reading}{letter}")))
            .take(READINGS)
            .collect();
    }
    let mut readings = vec![word];
    if han {
        readings.append(&mut initials);
    }
    readings
}

fn by_code(a: &HomeRow, b: &HomeRow) -> Ordering {
    natural(&a.code, &b.code).then(a.unit.cmp(&b.unit))
}

/// `2-1` before `10-1`: runs of digits compare as numbers.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        match (a.chars().next(), b.chars().next()) {
            (None, None) => return Ordering::Equal,
            (None, _) => return Ordering::Less,
            (_, None) => return Ordering::Greater,
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let (left, right) = (digits(a), digits(b));
                let (n, m) = (left.trim_start_matches('0'), right.trim_start_matches('0'));
                match n.len().cmp(&m.len()).then_with(|| n.cmp(m)) {
                    Ordering::Equal => (a, b) = (&a[left.len()..], &b[right.len()..]),
                    other => return other,
                }
            }
            (Some(x), Some(y)) if x == y => (a, b) = (&a[x.len_utf8()..], &b[y.len_utf8()..]),
            (Some(x), Some(y)) => {
                return y.is_ascii_digit().cmp(&x.is_ascii_digit()).then(x.cmp(&y));
            }
        }
    }
}

fn digits(text: &str) -> &str {
    &text[..text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::*;
    use shoulou_domain::{view::Sentence, vocabulary::UnitKind};

    fn home(code: &str, building: &str, search: &[&str]) -> Arc<HomeRow> {
        Arc::new(HomeRow {
            unit: Id::derive("unit", &[code.as_bytes()]),
            file: Id::derive("file", &[code.as_bytes()]),
            code: code.into(),
            kind: UnitKind::Flat,
            building: building.into(),
            floor: None,
            owners: search.first().copied().unwrap_or_default().into(),
            phone: String::new(),
            appointment: None,
            stages: Vec::new(),
            sentence: Sentence::default(),
            outstanding: 0,
            open_defects: 0,
            keys: 0,
            retained_keys: 0,
            outcome: None,
            closed: false,
            confirmed: false,
            disputes: 0,
            alarms: 0,
            removed: false,
            search: search.iter().map(|s| s.to_string()).collect(),
        })
    }

    fn directory() -> Directory {
        Directory::new(vec![
            home("10-1-101", "10栋", &["曾丽", "13800001234"]),
            home("2-1-1101", "2栋", &["徐㐂", "13900005678"]),
            home("2-1-101", "2栋", &["陈嘉豪", "李敏", "13811115566"]),
        ])
    }

    fn codes(search: &str) -> Vec<String> {
        let filter = Filter { search, building: None, stage: None, only: None, today: "" };
        directory().list(&filter, 0, 9).rows.into_iter().map(|row| row.code).collect()
    }

    #[test]
    fn homes_stand_in_the_order_of_their_numbers() {
        assert_eq!(codes(""), ["2-1-101", "2-1-1101", "10-1-101"]);
    }

    #[test]
    fn a_home_is_found_by_code_name_initials_and_phone_tail() {
        assert_eq!(codes("2-1-11"), ["2-1-1101"]);
        assert_eq!(codes("２－１－１１０１"), ["2-1-1101"]);
        assert_eq!(codes("211101"), ["2-1-1101"]);
        assert_eq!(codes("嘉豪"), ["2-1-101"]);
        assert_eq!(codes("CJH"), ["2-1-101"]);
        assert_eq!(codes("5566"), ["2-1-101"]);
        assert_eq!(codes("2栋1单元1101"), ["2-1-1101"]);
        assert_eq!(codes("没有"), Vec::<String>::new());
    }

    #[test]
    fn a_name_is_found_by_each_of_its_readings() {
        assert_eq!(codes("zl"), ["10-1-101"]);
        assert_eq!(codes("cl"), ["10-1-101"]);
    }

    #[test]
    fn the_whole_code_comes_before_codes_that_contain_it() {
        let mut directory = directory();
        directory.update(vec![home("12-1-1012", "12栋", &["王芳"])]);
        let filter =
            Filter { search: "2-1-101", building: None, stage: None, only: None, today: "" };
        let found = directory.list(&filter, 0, 9).rows;
        assert_eq!(found[0].code, "2-1-101");
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn a_home_is_named_in_any_spelling_of_its_code() {
        let mut directory = directory();
        directory.update(vec![home("别墅12", "别墅", &["王芳"])]);
        for spelling in ["别墅12", "别墅12#", "2-1-101", "２－１－１０１", "2栋1单元101"]
        {
            assert!(directory.by_code(spelling).is_some(), "{spelling}");
        }
        let filter = Filter { search: "12#", building: None, stage: None, only: None, today: "" };
        assert_eq!(directory.list(&filter, 0, 9).rows[0].code, "别墅12");
    }

    #[test]
    fn what_only_search_needs_does_not_leave_the_core() {
        let filter = Filter { search: "", building: None, stage: None, only: None, today: "" };
        assert!(directory().list(&filter, 0, 9).rows.iter().all(|row| row.search.is_empty()));
    }
}
