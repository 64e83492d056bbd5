//! Amounts and figures in 大写, the spelling that cannot be altered by a stroke.

const DIGITS: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];
const PLACES: [&str; 4] = ["", "拾", "佰", "仟"];
/// Whole places up to 仟万亿.
const WHOLE_PLACES: u32 = 16;

/// 分 as `人民币壹仟陆佰捌拾元零叁角贰分`: one 零 for each run of zeros, 整 after 元 and 角, none after
/// 分. `None` from one 亿亿元 on.
pub fn money(cents: i64) -> Option<String> {
    let size = cents.unsigned_abs();
    let whole = size / 100;
    if whole >= 10u64.pow(WHOLE_PLACES) {
        return None;
    }
    let mut text = String::from(if cents < 0 { "人民币负" } else { "人民币" });
    if size == 0 {
        text.push_str("零元整");
        return Some(text);
    }
    let mut zeros = false;
    let mut started = false;
    let mut write = |text: &mut String, digit: u64, unit: &str| {
        if digit == 0 {
            zeros = true;
            return;
        }
        if zeros && started {
            text.push('零');
        }
        (zeros, started) = (false, true);
        text.push(DIGITS[digit as usize]);
        text.push_str(unit);
    };
    for place in (0..WHOLE_PLACES).rev() {
        let digit = whole / 10u64.pow(place) % 10;
        write(&mut text, digit, PLACES[(place % 4) as usize]);
        text.push_str(mark_after(whole, place));
    }
    let (jiao, fen) = (size / 10 % 10, size % 10);
    write(&mut text, jiao, "角");
    write(&mut text, fen, "分");
    if fen == 0 {
        text.push('整');
    }
    Some(text)
}

/// 万, 亿 or 元, where the digits since the last such mark are not all zero.
fn mark_after(whole: u64, place: u32) -> &'static str {
    let group = |from: u32| whole / 10u64.pow(from) % 10_000;
    match place {
        12 if group(12) > 0 => "万",
        8 if whole >= 100_000_000 => "亿",
        4 if group(4) > 0 => "万",
        0 if whole > 0 => "元",
        _ => "",
    }
}

/// A reading digit by digit, as meters are read: `01234.5` as `零壹贰叁肆点伍`. Empty when it is not
/// plain decimal text.
pub fn figures(reading: &str) -> String {
    let spelled: Option<String> = reading
        .chars()
        .map(|c| match c {
            '.' => Some('点'),
            _ => c.to_digit(10).map(|digit| DIGITS[digit as usize]),
        })
        .collect();
    spelled.filter(|_| reading.matches('.').count() <= 1).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(cents: i64, words: &str) {
        assert_eq!(money(cents).as_deref(), Some(words), "{cents}");
    }

    #[test]
    fn amounts_are_spelled_as_the_bank_rules_spell_them() {
        check(0, "人民币零元整");
        check(140_950, "人民币壹仟肆佰零玖元伍角整");
        check(600_714, "人民币陆仟零柒元壹角肆分");
        check(168_032, "人民币壹仟陆佰捌拾元零叁角贰分");
        check(10_700_053, "人民币壹拾万零柒仟元零伍角叁分");
        check(1_640_902, "人民币壹万陆仟肆佰零玖元零贰分");
        check(32_504, "人民币叁佰贰拾伍元零肆分");
        check(1_000, "人民币壹拾元整");
        check(1_005, "人民币壹拾元零伍分");
        check(50, "人民币伍角整");
        check(5, "人民币伍分");
        check(148_372_074, "人民币壹佰肆拾捌万叁仟柒佰贰拾元零柒角肆分");
    }

    #[test]
    fn large_amounts_name_万_and_亿_once_each() {
        check(10_000_000_000, "人民币壹亿元整");
        check(10_000_000_500, "人民币壹亿零伍元整");
        check(1_000_010_000_000, "人民币壹佰亿零壹拾万元整");
        check(100_000_000_000_000, "人民币壹万亿元整");
        check(100_050_000_000_000, "人民币壹万零伍亿元整");
        check(100_000_000_010_000, "人民币壹万亿零壹佰元整");
        check(
            999_999_999_999_999_999,
            "人民币玖仟玖佰玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分",
        );
        assert_eq!(money(1_000_000_000_000_000_000), None);
    }

    #[test]
    fn a_refund_says_that_it_is_one() {
        check(-14_000_000, "人民币负壹拾肆万元整");
    }

    #[test]
    fn readings_keep_every_digit() {
        assert_eq!(figures("01234.5"), "零壹贰叁肆点伍");
        assert_eq!(figures("0"), "零");
        for text in ["", "12,3", "1.2.3", "约12"] {
            assert_eq!(figures(text), "", "{text}");
        }
    }

    /// Reads 大写 back, knowing nothing of how it was written.
    fn read(words: &str) -> Option<i64> {
        let rest = words.strip_prefix("人民币")?;
        let (sign, rest) = match rest.strip_prefix('负') {
            Some(rest) => (-1, rest),
            None => (1, rest),
        };
        let (mut total, mut section, mut digit) = (0i64, 0i64, 0i64);
        let mut cents = 0i64;
        for c in rest.chars() {
            if let Some(found) = "零壹贰叁肆伍陆柒捌玖".chars().position(|own| own == c) {
                digit = found as i64;
                continue;
            }
            match c {
                '拾' | '佰' | '仟' => {
                    section += digit
                        * if c == '拾' {
                            10
                        } else if c == '佰' {
                            100
                        } else {
                            1000
                        };
                }
                '万' => {
                    total += (section + digit) * 10_000;
                    section = 0;
                }
                '亿' => {
                    total = (total + section + digit) * 100_000_000;
                    section = 0;
                }
                '元' => {
                    total += section + digit;
                    section = 0;
                }
                '角' => cents += digit * 10,
                '分' => cents += digit,
                '整' => {}
                _ => return None,
            }
            digit = 0;
        }
        Some(sign * (total * 100 + cents))
    }

    fn zeros_run_once(words: &str) -> bool {
        !words.contains("零零") && !words.contains("零元") || words == "人民币零元整"
    }

    proptest! {
        #[test]
        fn what_is_spelled_reads_back_as_the_same_amount(
            cents in prop_oneof![
                -99_999_999i64..=99_999_999,
                0i64..=999_999_999_999_999_999,
                (0u32..9, 0u32..17).prop_map(|(digit, power)| i64::from(digit) * 10i64.pow(power)),
                (0u32..17, 0u32..17).prop_map(|(one, other)| 10i64.pow(one) + 10i64.pow(other)),
            ]
        ) {
            let words = money(cents).expect("within range");
            prop_assert_eq!(read(&words), Some(cents), "{}", words);
            prop_assert!(zeros_run_once(&words), "{}", words);
            prop_assert_eq!(words.ends_with('整'), cents % 10 == 0);
        }
    }
}
