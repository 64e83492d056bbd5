//! Dates as papers print them.

/// `2026-11-21` or an RFC 3339 time as `2026年11月21日`; other text as it stands.
pub fn day(iso: &str) -> String {
    match parts(iso) {
        Some((year, month, day)) => format!("{year}年{month}月{day}日"),
        None => iso.to_owned(),
    }
}

/// An RFC 3339 time as `2026年11月21日 10:05`, by the clock of its own offset.
pub fn minute(iso: &str) -> String {
    match (parts(iso), clock(iso)) {
        (Some(_), Some(clock)) => format!("{} {clock}", day(iso)),
        _ => day(iso),
    }
}

/// The time of day alone: `10:05`; empty for a date without one.
pub fn clock(iso: &str) -> Option<&str> {
    iso.get(10..11).filter(|mark| matches!(*mark, "T" | " "))?;
    iso.get(11..16).filter(|clock| clock.as_bytes()[2] == b':')
}

fn parts(iso: &str) -> Option<(u32, u32, u32)> {
    let number = |range: std::ops::Range<usize>| iso.get(range)?.parse::<u32>().ok();
    let dashes = iso.get(4..5) == Some("-") && iso.get(7..8) == Some("-");
    dashes.then_some(())?;
    Some((number(0..4)?, number(5..7)?, number(8..10)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_printed_without_leading_zeros() {
        assert_eq!(day("2026-11-21"), "2026年11月21日");
        assert_eq!(day("2026-03-05T09:00:00+08:00"), "2026年3月5日");
        assert_eq!(minute("2026-11-21T10:05:00+08:00"), "2026年11月21日 10:05");
        assert_eq!(minute("2026-11-21"), "2026年11月21日");
    }

    #[test]
    fn what_is_no_date_is_printed_as_it_was_typed() {
        for text in ["", "下周二", "2026.11.21", "二〇二六年"] {
            assert_eq!(day(text), text);
            assert_eq!(minute(text), text);
        }
    }
}
