//! How values look to a reader.

/// Full-width ASCII and the ideographic space as half-width.
pub fn half_width(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    };
    text.chars().map(narrow).collect()
}

/// Half-width, without any space.
pub fn compact(text: &str) -> String {
    half_width(text).chars().filter(|c| !c.is_whitespace()).collect()
}

fn masked(text: &str, head: usize, tail: usize) -> String {
    let all: Vec<char> = text.chars().collect();
    if all.len() <= head + tail {
        return "*".repeat(all.len());
    }
    let stars = all.len() - head - tail;
    let mut shown: String = all[..head].iter().collect();
    shown.push_str(&"*".repeat(stars));
    shown.extend(&all[all.len() - tail..]);
    shown
}

/// `138****5566`
pub fn mask_phone(phone: &str) -> String {
    match phone.chars().count() {
        0..=6 => masked(phone, 0, 2),
        7..=10 => masked(phone, 2, 3),
        _ => masked(phone, 3, 4),
    }
}

/// `4403**********4571`; shorter numbers keep two at either end.
pub fn mask_number(number: &str) -> String {
    if number.chars().count() >= 15 { masked(number, 4, 4) } else { masked(number, 2, 2) }
}

/// The first six characters, then `****`.
pub fn mask_address(address: &str) -> String {
    if address.is_empty() {
        return String::new();
    }
    address.chars().take(6).chain("****".chars()).collect()
}

/// `c***@example.com`
pub fn mask_email(email: &str) -> String {
    match email.split_once('@') {
        Some((name, host)) => {
            format!("{}***@{host}", name.chars().next().map(String::from).unwrap_or_default())
        }
        None => masked(email, 1, 0),
    }
}

/// Hundredths as `89.37`.
pub fn hundredths(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let value = value.unsigned_abs();
    format!("{sign}{}.{:02}", value / 100, value % 100)
}

/// 分 as `1,483,720.74`.
pub fn money(cents: i64) -> String {
    let plain = hundredths(cents);
    let (whole, part) = plain.split_once('.').unwrap_or((&plain, "00"));
    let (sign, digits) = match whole.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", whole),
    };
    let mut grouped = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}.{part}")
}

/// An RFC 3339 time as `2026-11-21 10:00`, at its own offset; other text as it is.
pub fn minute(time: &str) -> String {
    match (time.get(..10), time.get(10..11), time.get(11..16)) {
        (Some(date), Some("T"), Some(hour)) => format!("{date} {hour}"),
        _ => time.to_owned(),
    }
}

/// An RFC 3339 time as `11-21 10:00`.
pub fn short_minute(time: &str) -> String {
    minute(time).get(5..).map_or_else(|| time.to_owned(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_and_papers_keep_only_their_ends() {
        assert_eq!(mask_phone("13812345566"), "138****5566");
        assert_eq!(mask_number("440305198001014571"), "4403**********4571");
        assert_eq!(mask_number("H18237660"), "H1*****60");
        assert_eq!(mask_number("E1"), "**");
        assert_eq!(mask_email("chen@example.com"), "c***@example.com");
        assert_eq!(mask_address("广东省深圳市南山区科技路1号"), "广东省深圳市****");
    }

    #[test]
    fn amounts_are_grouped_by_thousands() {
        assert_eq!(money(148_372_074), "1,483,720.74");
        assert_eq!(money(5), "0.05");
        assert_eq!(money(-100_000), "-1,000.00");
    }

    #[test]
    fn a_time_is_shown_as_the_clock_of_its_place() {
        assert_eq!(minute("2026-11-21T10:00:00+08:00"), "2026-11-21 10:00");
        assert_eq!(short_minute("2026-11-21T10:00:00+08:00"), "11-21 10:00");
        assert_eq!(short_minute("短"), "短");
    }
}
