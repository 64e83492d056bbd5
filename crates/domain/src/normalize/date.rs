use super::fold;
use chrono::{Days, NaiveDate};

/// A date as a list gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadDate {
    pub date: NaiveDate,
    /// Read from a two-digit year: worth a look.
    pub inferred: bool,
}

/// Reads `2024.8.3`, `2024年6月6日`, `2024-06-06 10:00`, `2024/6/6`, `20240606`, `24.6.6` and serial numbers
/// as text. `None` for anything else, also for a date that does not exist.
pub fn from_text(text: &str) -> Option<ReadDate> {
    let folded = fold(text);
    let digits_only = !folded.is_empty() && folded.bytes().all(|b| b.is_ascii_digit());
    match folded.len() {
        5 if digits_only => return from_serial(folded.parse().ok()?, false),
        8 if digits_only => {
            let date = ymd(
                folded[..4].parse().ok()?,
                folded[4..6].parse().ok()?,
                folded[6..].parse().ok()?,
            )?;
            return Some(ReadDate { date, inferred: false });
        }
        _ => {}
    }
    let mut numbers = Vec::new();
    let mut rest = folded.as_str();
    for marks in [&["年", "-", "/", "."][..], &["月", "-", "/", "."], &["日", "号", ""]] {
        let end = rest.bytes().take_while(u8::is_ascii_digit).count();
        numbers.push((end, rest[..end].parse::<u32>().ok()?));
        rest = rest[end..].trim_start();
        rest = marks.iter().find_map(|mark| rest.strip_prefix(mark))?.trim_start();
    }
    let time = rest.trim_start_matches('T');
    if !time.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '.' | ' ' | 'Z' | '+' | '-')) {
        return None;
    }
    let [(width, year), (_, month), (_, day)] = numbers[..] else { return None };
    let (year, inferred) = match width {
        4 => (year, false),
        2 => (2000 + year, true),
        _ => return None,
    };
    Some(ReadDate { date: ymd(year, month, day)?, inferred })
}

/// Reads a spreadsheet's serial number: days since 1899-12-30 (or 1904-01-01), between 1954 and 2119.
pub fn from_serial(serial: f64, epoch_1904: bool) -> Option<ReadDate> {
    if !(20_000.0..=80_000.0).contains(&serial) {
        return None;
    }
    let epoch = if epoch_1904 { ymd(1904, 1, 1)? } else { NaiveDate::from_ymd_opt(1899, 12, 30)? };
    let date = epoch.checked_add_days(Days::new(serial.floor() as u64))?;
    Some(ReadDate { date, inferred: false })
}

fn ymd(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    let year = i32::try_from(year).ok().filter(|year| (1900..2200).contains(year))?;
    NaiveDate::from_ymd_opt(year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_day_in_all_its_spellings() {
        for text in [
            "2024.4.4",
            "2024年4月4日",
            "2024-04-04",
            "2024/4/4",
            "20240404",
            "２０２４．４．４",
            "45386",
            "2024-04-04T00:00:00",
            "2024-4-4 10:30",
            "2024年4月4号",
            "24.4.4",
        ] {
            let read = from_text(text).expect(text);
            assert_eq!(read.date.to_string(), "2024-04-04", "{text}");
        }
        assert_eq!(
            from_serial(45386.0, false).map(|d| d.date.to_string()),
            Some("2024-04-04".into())
        );
        assert_eq!(
            from_serial(43924.0, true).map(|d| d.date.to_string()),
            Some("2024-04-04".into())
        );
    }

    #[test]
    fn what_is_no_whole_day_is_not_guessed() {
        for text in
            ["", "2024年4月", "2024.13.1", "2024.2.30", "待定", "45", "2024.4.4左右", "4月4日"]
        {
            assert_eq!(from_text(text), None, "{text}");
        }
        assert_eq!(from_serial(12.0, false), None);
    }
}
