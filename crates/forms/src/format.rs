//! Values come ready to print; a format says what stands in the place of an empty one.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Plain,
    /// Empty: `____年__月__日` to write on.
    Date,
    /// Empty: `____年__月__日__时__分`.
    Time,
}

impl Format {
    pub const NAMES: &'static str = "date or time";

    pub fn named(name: &str) -> Option<Format> {
        match name {
            "date" => Some(Format::Date),
            "time" => Some(Format::Time),
            _ => None,
        }
    }

    /// Lines to write on, in characters, each with the word after it.
    pub fn places(self) -> &'static [(i32, &'static str)] {
        match self {
            Format::Plain => &[],
            Format::Date => &[(3, "年"), (2, "月"), (2, "日")],
            Format::Time => &[(3, "年"), (2, "月"), (2, "日"), (2, "时"), (2, "分")],
        }
    }
}
