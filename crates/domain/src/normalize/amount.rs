use super::{fold, is_placeholder};

/// An amount in hundredths: 分 of a price in 元, 0.01 m² of an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hundredths {
    pub value: i64,
    /// The list had more decimals than are kept.
    pub rounded: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAnAmount {
    Empty,
    /// 待测, 未定: it will have a value later.
    Pending,
    Negative,
    Unreadable,
}

/// Reads `6,355,586.50`, `￥127.66`, `89.37㎡`, `532.1万`. `scale` is what one unit of the column is worth
/// (10 000 under a head in 万元).
pub fn from_text(text: &str, scale: i64) -> Result<Hundredths, NotAnAmount> {
    if is_placeholder(text) {
        return Err(NotAnAmount::Empty);
    }
    let folded = fold(text);
    if ["待测", "待定", "未测", "未定", "暂测", "另行", "待实测"]
        .iter()
        .any(|word| folded.contains(word))
    {
        return Err(NotAnAmount::Pending);
    }
    let mut bare: String =
        folded.chars().filter(|c| !matches!(c, ',' | ' ' | '\n' | '\'')).collect();
    let mut scale = scale;
    for mark in ["人民币", "RMB", "¥", "￥", "约"] {
        bare = bare.trim_start_matches(mark).to_owned();
    }
    for mark in ["元/平方米", "元/㎡", "平方米", "平米", "㎡", "m2", "m²", "元整", "元"]
    {
        bare = bare.trim_end_matches(mark).to_owned();
    }
    if let Some(ten_thousands) = bare.strip_suffix('万') {
        if scale == 1 {
            scale = 10_000;
        }
        bare = ten_thousands.to_owned();
    }
    decimal(&bare, scale)
}

/// Reads a number cell. Spreadsheets keep binary fractions; the shortest decimal that gives the same bits
/// is what the person saw.
pub fn from_number(number: f64, scale: i64) -> Result<Hundredths, NotAnAmount> {
    if !number.is_finite() || number.abs() >= 1e13 {
        return Err(NotAnAmount::Unreadable);
    }
    decimal(&format!("{number}"), scale)
}

fn decimal(bare: &str, scale: i64) -> Result<Hundredths, NotAnAmount> {
    if bare.starts_with('-') || (bare.starts_with('(') && bare.ends_with(')')) {
        return Err(NotAnAmount::Negative);
    }
    let (whole, fraction) = bare.split_once('.').unwrap_or((bare, ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.len() + fraction.len() == 0 || whole.len() > 13 || !digits(whole) || !digits(fraction)
    {
        return Err(NotAnAmount::Unreadable);
    }
    // Eight decimals hold whatever a list shows, even under a head in 万元.
    let cut = &fraction[..fraction.len().min(8)];
    let units: i128 = format!("{whole}{cut:0<8}").parse().map_err(|_| NotAnAmount::Unreadable)?;
    let scaled = units * i128::from(scale);
    let value = (scaled + 500_000) / 1_000_000;
    let rounded = scaled % 1_000_000 != 0 || fraction.len() > 8;
    let value = i64::try_from(value).map_err(|_| NotAnAmount::Unreadable)?;
    Ok(Hundredths { value, rounded })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> i64 {
        from_text(text, 1).expect(text).value
    }

    #[test]
    fn thousands_separators_signs_and_units_are_read_away() {
        assert_eq!(read("6,355,586.50"), 635_558_650);
        assert_eq!(read("￥５３，２１７．６"), 5_321_760);
        assert_eq!(read("127.66㎡"), 12_766);
        assert_eq!(read("532.176242万元"), 532_176_242);
        assert_eq!(from_text("532.176242", 10_000).map(|a| a.value), Ok(532_176_242));
    }

    #[test]
    fn a_binary_fraction_comes_out_as_the_decimal_that_was_seen() {
        assert_eq!(
            from_number(5_321_762.42, 1),
            Ok(Hundredths { value: 532_176_242, rounded: false })
        );
        assert_eq!(from_number(0.1 + 0.2, 1), Ok(Hundredths { value: 30, rounded: true }));
        assert_eq!(from_number(96.5, 1), Ok(Hundredths { value: 9_650, rounded: false }));
        assert_eq!(from_number(127.665, 1), Ok(Hundredths { value: 12_767, rounded: true }));
    }

    #[test]
    fn what_is_no_amount_says_why() {
        assert_eq!(from_text("待测", 1), Err(NotAnAmount::Pending));
        assert_eq!(from_text("/", 1), Err(NotAnAmount::Empty));
        assert_eq!(from_text("-5", 1), Err(NotAnAmount::Negative));
        assert_eq!(from_text("见合同", 1), Err(NotAnAmount::Unreadable));
        assert_eq!(from_text("1.2.3", 1), Err(NotAnAmount::Unreadable));
        assert_eq!(from_number(f64::NAN, 1), Err(NotAnAmount::Unreadable));
    }
}
