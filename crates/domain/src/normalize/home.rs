//! The code of a home in all its spellings, to one: `1-1-101` (building-单元-room), `1-101` where a building
//! has no 单元, `别墅12`.

use super::fold;
use crate::vocabulary::UnitKind;

/// A home as its code names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HomeCode {
    pub kind: UnitKind,
    /// `1`, `A`, `1期3`, `别墅`
    pub building: String,
    pub block: Block,
    /// `101`, `12A`; a villa's number.
    pub room: String,
    pub floor: Option<i64>,
}

/// 单元
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Block {
    Is(String),
    /// The building has none, or the home is a villa.
    Without,
    /// The list does not say.
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoCode {
    Empty,
    NoBuilding,
    NoRoom,
    /// The columns for building and room name different buildings.
    Contradiction,
    Unreadable,
}

/// The columns that together name a home; any may be empty.
#[derive(Clone, Copy, Debug, Default)]
pub struct CodeParts<'a> {
    pub code: &'a str,
    pub building: &'a str,
    pub block: &'a str,
    pub floor: &'a str,
    pub room: &'a str,
}

impl HomeCode {
    /// The one spelling every PC uses; `None` until the 单元 is known.
    pub fn canonical(&self) -> Option<String> {
        match (&self.kind, &self.block) {
            (UnitKind::Villa, _) => Some(format!("{}{}", self.building, self.room)),
            (_, Block::Is(block)) => Some(format!("{}-{block}-{}", self.building, self.room)),
            (_, Block::Without) => Some(format!("{}-{}", self.building, self.room)),
            (_, Block::Unknown) => None,
        }
    }

    /// Other ways to write it that a person may search for.
    pub fn spellings(&self) -> Vec<String> {
        let HomeCode { building, room, .. } = self;
        match (&self.kind, &self.block) {
            (UnitKind::Villa, _) => {
                vec![format!("{building}{room}#"), format!("{room}#"), format!("V-{room}")]
            }
            (_, Block::Is(block)) => {
                vec![format!("{building}栋{block}单元{room}"), format!("{building}{block}{room}")]
            }
            _ => vec![format!("{building}栋{room}"), format!("{building}{room}")],
        }
    }
}

/// Reads one spelling of a whole code.
pub fn parse(code: &str) -> Result<HomeCode, NoCode> {
    from_parts(CodeParts { code, ..CodeParts::default() })
}

/// Reads a code from its columns. A full code in `code` or `room` may stand beside a building column.
pub fn from_parts(parts: CodeParts<'_>) -> Result<HomeCode, NoCode> {
    let [code, building, block, floor, room] =
        [parts.code, parts.building, parts.block, parts.floor, parts.room].map(squeeze);
    let main = if code.is_empty() { &room } else { &code };
    if main.is_empty() {
        return Err(if building.is_empty() && block.is_empty() {
            NoCode::Empty
        } else {
            NoCode::NoRoom
        });
    }
    let mut slots = Slots::read(main)?;
    if !building.is_empty() {
        let named = building_name(&building);
        match &slots.building {
            Some(inside) if *inside == named => {}
            Some(inside) if slots.dashed_pair && slots.block.is_none() => {
                // `1-101` beside a building: the first number is the 单元.
                slots.block = Some(inside.clone());
                slots.building = Some(named);
            }
            Some(_) if villa_name(&named).is_some() && slots.house => slots.building = Some(named),
            Some(_) => return Err(NoCode::Contradiction),
            None => slots.building = Some(named),
        }
    }
    if !block.is_empty() && slots.block.is_none() {
        slots.block = Some(plain(block.trim_end_matches("单元").trim_end_matches("门")));
    }
    let given_floor = floor.trim_end_matches(['层', '楼', 'F']).parse().ok();
    slots.finish(given_floor)
}

#[derive(Default)]
struct Slots {
    building: Option<String>,
    block: Option<String>,
    floor: Option<String>,
    room: Option<String>,
    /// Written `1-101`: the first number was taken for the building by its place alone.
    dashed_pair: bool,
    /// A number with `#` alone: a detached house.
    house: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Mark {
    Phase,
    Building,
    Block,
    Floor,
    Room,
    Dash,
}

const MARKS: &[(&str, Mark)] = &[
    ("号楼", Mark::Building),
    ("#楼", Mark::Building),
    ("单元", Mark::Block),
    ("门洞", Mark::Block),
    ("栋", Mark::Building),
    ("幢", Mark::Building),
    ("座", Mark::Building),
    ("#", Mark::Building),
    ("期", Mark::Phase),
    ("梯", Mark::Block),
    ("层", Mark::Floor),
    ("楼", Mark::Floor),
    ("室", Mark::Room),
    ("房", Mark::Room),
    ("户", Mark::Room),
    ("号", Mark::Room),
    ("-", Mark::Dash),
    ("_", Mark::Dash),
    ("/", Mark::Dash),
];

impl Slots {
    fn read(code: &str) -> Result<Slots, NoCode> {
        if let Some(villa) = villa(code) {
            return villa;
        }
        let mut slots = Slots::default();
        let mut phase = String::new();
        let mut loose: Vec<String> = Vec::new();
        let words = words(code);
        if let [(value, Some(Mark::Building))] = &words[..]
            && code.ends_with('#')
        {
            return Ok(Slots { room: Some(plain(value)), house: true, ..Slots::default() });
        }
        for (value, mark) in words {
            let value = plain(&value);
            let slot = match mark {
                Some(Mark::Phase) => {
                    phase = format!("{value}期");
                    continue;
                }
                Some(Mark::Building) => &mut slots.building,
                Some(Mark::Block) => &mut slots.block,
                Some(Mark::Floor) if slots.building.is_none() && loose.is_empty() => {
                    &mut slots.building
                }
                Some(Mark::Floor) => &mut slots.floor,
                Some(Mark::Room) => &mut slots.room,
                Some(Mark::Dash) | None => {
                    loose.push(value);
                    continue;
                }
            };
            if slot.replace(value).is_some() {
                return Err(NoCode::Unreadable);
            }
        }
        slots.place(loose)?;
        if !phase.is_empty() {
            slots.building = slots.building.map(|building| format!("{phase}{building}"));
        }
        Ok(slots)
    }

    /// Values without a word of their own fill what is open, from the large to the small.
    fn place(&mut self, mut loose: Vec<String>) -> Result<(), NoCode> {
        if self.room.is_none() {
            self.room = loose.pop();
        }
        let marked = self.building.is_some();
        let open = match loose.len() {
            0 => return Ok(()),
            1 if !marked => {
                self.dashed_pair = self.block.is_none();
                vec![&mut self.building]
            }
            1 if self.block.is_none() => vec![&mut self.block],
            1 => vec![&mut self.floor],
            2 if !marked => vec![&mut self.building, &mut self.block],
            2 => vec![&mut self.block, &mut self.floor],
            3 if !marked => vec![&mut self.building, &mut self.block, &mut self.floor],
            _ => return Err(NoCode::Unreadable),
        };
        for (slot, value) in open.into_iter().zip(loose) {
            if slot.replace(value).is_some() {
                return Err(NoCode::Unreadable);
            }
        }
        Ok(())
    }

    fn finish(self, given_floor: Option<i64>) -> Result<HomeCode, NoCode> {
        let mut room = self.room.filter(|room| !room.is_empty()).ok_or(NoCode::NoRoom)?;
        let named = self.building.filter(|building| !building.is_empty());
        let villa = match &named {
            Some(building) => villa_name(building),
            None if self.house => Some("别墅".to_owned()),
            None => None,
        };
        if let Some(building) = villa {
            let block = Block::Without;
            return Ok(HomeCode { kind: UnitKind::Villa, building, block, room, floor: None });
        }
        let building = named.ok_or(NoCode::NoBuilding)?;
        // `1-1-12-03`: floor and room apart.
        if let Some(floor) = &self.floor {
            let whole = room.len() > 2 && room.starts_with(floor.as_str());
            if !whole && room.len() <= 2 && room.bytes().all(|b| b.is_ascii_digit()) {
                room = format!("{floor}{room:0>2}");
            }
        }
        let stated = self.floor.and_then(|floor| floor.parse().ok());
        let floor = given_floor.or(stated).or_else(|| floor_of(&room));
        let block = self.block.map_or(Block::Unknown, Block::Is);
        Ok(HomeCode { kind: UnitKind::Flat, building, block, room, floor })
    }
}

/// The floor that a room number implies: `1203` → 12.
pub fn floor_of(room: &str) -> Option<i64> {
    let digits = room.bytes().take_while(u8::is_ascii_digit).count();
    let floor = room.get(..digits.checked_sub(2)?)?;
    floor.parse().ok()
}

/// A building as a column of its own names it: `1栋`, `A座`, `十二幢`, `3#楼`, `别墅区`.
pub fn building_name(text: &str) -> String {
    let squeezed = squeeze(text);
    if let Some(villa) = villa_name(&squeezed) {
        return villa;
    }
    let mut name = String::new();
    for (value, mark) in words(&squeezed) {
        name.push_str(&plain(&value));
        if mark == Some(Mark::Phase) {
            name.push('期');
        }
    }
    name
}

const VILLA_WORDS: &[&str] = &["别墅", "联排", "独栋", "双拼", "叠拼", "排屋"];

/// `别墅区` → `别墅`, `A区别墅` stays; `None` for what is no place of villas.
fn villa_name(building: &str) -> Option<String> {
    VILLA_WORDS
        .iter()
        .any(|word| building.contains(word))
        .then(|| building.trim_end_matches('区').to_owned())
}

/// `别墅12#`, `别墅区12号`, `12#别墅`.
fn villa(code: &str) -> Option<Result<Slots, NoCode>> {
    let word = VILLA_WORDS.iter().find(|word| code.contains(**word))?;
    let end = code.find(word)? + word.len();
    let (head, tail) = code.split_at(end);
    let trim =
        |text: &str| text.trim_matches(['#', '号', '栋', '幢', '座', '-', '楼', '室']).to_owned();
    let tail = trim(tail.strip_prefix('区').unwrap_or(tail));
    if !tail.is_empty() {
        let plain_tail = tail.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let slots =
            Slots { building: Some(head.to_owned()), room: Some(plain(&tail)), ..Slots::default() };
        return Some(if plain_tail { Ok(slots) } else { Err(NoCode::Unreadable) });
    }
    let number = trim(head.strip_suffix(word)?);
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Some(Err(NoCode::NoRoom));
    }
    Some(Ok(Slots {
        building: Some((*word).to_owned()),
        room: Some(plain(&number)),
        ..Slots::default()
    }))
}

/// Values with the word behind each.
fn words(code: &str) -> Vec<(String, Option<Mark>)> {
    let mut found = Vec::new();
    let mut value = String::new();
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        let mark = MARKS.iter().find(|(word, _)| rest.starts_with(word));
        let Some((word, mark)) = mark else {
            value.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        };
        rest = &rest[word.len()..];
        // `1栋-1单元-101`: the dash behind a word says nothing.
        if !value.is_empty() {
            found.push((std::mem::take(&mut value), Some(*mark)));
        }
    }
    if !value.is_empty() {
        found.push((value, None));
    }
    found
}

fn squeeze(text: &str) -> String {
    fold(text).chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_uppercase()
}

/// Leading zeros go, Chinese numerals become digits.
fn plain(value: &str) -> String {
    let value = numeral(value).unwrap_or_else(|| value.to_owned());
    let bare = value.trim_start_matches('0');
    if bare.is_empty() || !bare.starts_with(|c: char| c.is_ascii_digit()) {
        value
    } else {
        bare.to_owned()
    }
}

/// `十二` → `12`, up to 99.
fn numeral(text: &str) -> Option<String> {
    let digit = |c: char| "零一二三四五六七八九".chars().position(|d| d == c);
    let (tens, ones) = match text.split_once('十') {
        None => {
            let mut chars = text.chars();
            return match (chars.next().and_then(digit), chars.next()) {
                (Some(ones), None) => Some(ones.to_string()),
                _ => None,
            };
        }
        Some((tens, ones)) => (tens, ones),
    };
    let value = |part: &str, missing: usize| {
        let mut chars = part.chars();
        match (chars.next(), chars.next()) {
            (None, _) => Some(missing),
            (Some(c), None) => digit(c),
            _ => None,
        }
    };
    Some((value(tens, 1)? * 10 + value(ones, 0)?).to_string())
}

#[cfg(test)]
#[path = "home_tests.rs"]
mod tests;
