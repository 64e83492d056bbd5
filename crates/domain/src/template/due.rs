use chrono::{Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// When an item is due, as people write it: `T-3` (days), `L-1m` (a month before the letters),
/// `T-2w`, `T`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Due {
    pub from: Anchor,
    /// Negative: before.
    pub count: i32,
    pub unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// T, the appointed day.
    Appointment,
    /// L, the day the letters go out.
    Letters,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Day,
    Week,
    Month,
}

/// How days are counted. Weeks and months are always the calendar's.
#[derive(Clone, Copy)]
pub enum Counting<'a> {
    Calendar,
    /// The project's working days.
    Working(&'a dyn Fn(NaiveDate) -> bool),
}

/// A year's closure would be a mistake in the calendar; counting gives up there.
const LONGEST_CLOSURE: u32 = 366;

impl Due {
    /// The day it falls on. `letters` is the template's own offset of the letters. `None` only
    /// outside the calendar, or where no working day is left.
    pub fn on(
        self,
        appointed: NaiveDate,
        letters: Due,
        counting: Counting<'_>,
    ) -> Option<NaiveDate> {
        let start = match self.from {
            Anchor::Appointment => appointed,
            Anchor::Letters => letters.shift(appointed, counting)?,
        };
        self.shift(start, counting)
    }

    fn shift(self, start: NaiveDate, counting: Counting<'_>) -> Option<NaiveDate> {
        let size = self.count.unsigned_abs();
        let back = self.count < 0;
        match (self.unit, counting) {
            (Unit::Month, _) if back => start.checked_sub_months(Months::new(size)),
            (Unit::Month, _) => start.checked_add_months(Months::new(size)),
            (Unit::Week, _) => step(start, back, u64::from(size) * 7),
            (Unit::Day, Counting::Calendar) => step(start, back, u64::from(size)),
            (Unit::Day, Counting::Working(works)) => {
                (0..size).try_fold(start, |day, _| next_working(day, back, works))
            }
        }
    }
}

fn step(from: NaiveDate, back: bool, days: u64) -> Option<NaiveDate> {
    if back {
        from.checked_sub_days(Days::new(days))
    } else {
        from.checked_add_days(Days::new(days))
    }
}

fn next_working(
    from: NaiveDate,
    back: bool,
    works: &dyn Fn(NaiveDate) -> bool,
) -> Option<NaiveDate> {
    let mut day = from;
    for _ in 0..LONGEST_CLOSURE {
        day = step(day, back, 1)?;
        if works(day) {
            return Some(day);
        }
    }
    None
}

impl fmt::Display for Due {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.from {
            Anchor::Appointment => "T",
            Anchor::Letters => "L",
        })?;
        if self.count == 0 {
            return Ok(());
        }
        let unit = match self.unit {
            Unit::Day => "",
            Unit::Week => "w",
            Unit::Month => "m",
        };
        write!(f, "{:+}{unit}", self.count)
    }
}

impl FromStr for Due {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("expected a due day such as T-3, T-2w, L-1m or T, found `{text}`");
        let (from, rest) = match text.split_at_checked(1) {
            Some(("T", rest)) => (Anchor::Appointment, rest),
            Some(("L", rest)) => (Anchor::Letters, rest),
            _ => return Err(wrong()),
        };
        let (number, unit) = match rest.as_bytes().last() {
            Some(b'w') => (&rest[..rest.len() - 1], Unit::Week),
            Some(b'm') => (&rest[..rest.len() - 1], Unit::Month),
            _ => (rest, Unit::Day),
        };
        let count = match number.as_bytes() {
            [] if unit == Unit::Day => 0,
            [b'+' | b'-', digits @ ..] if (1..=4).contains(&digits.len()) => {
                number.parse().map_err(|_| wrong())?
            }
            _ => return Err(wrong()),
        };
        Ok(Due { from, count, unit: if count == 0 { Unit::Day } else { unit } })
    }
}

impl TryFrom<String> for Due {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Due> for String {
    fn from(due: Due) -> String {
        due.to_string()
    }
}
