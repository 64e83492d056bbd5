//! Phone numbers as offices write them.

use super::Doubt;

/// Mainland mobiles and landlines, service numbers, and whatever starts with a country's code.
pub fn phone(text: &str) -> Option<Doubt> {
    if text.is_empty() {
        return None;
    }
    let mut parts = text.split(['转', '#']);
    let number = parts.next().unwrap_or_default();
    let extension_fits = parts.all(|part| digits_only(part).is_some());
    let abroad = number.starts_with('+') || number.starts_with("00");
    let Some(digits) = digits_only(number) else { return Some(Doubt::NotAPhone) };
    let digits = digits.strip_prefix("0086").unwrap_or(&digits);
    let digits =
        if number.starts_with('+') { digits.strip_prefix("86").unwrap_or(digits) } else { digits };
    let fits = is_mobile(digits)
        || is_landline(digits)
        || is_service(digits)
        || abroad && (7..=17).contains(&digits.len());
    (!fits || !extension_fits).then_some(Doubt::NotAPhone)
}

fn digits_only(text: &str) -> Option<String> {
    let digits: String =
        text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '+' | '（' | '）')).collect();
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

fn is_mobile(digits: &str) -> bool {
    digits.len() == 11 && digits.starts_with('1') && matches!(digits.as_bytes()[1], b'3'..=b'9')
}

/// With area code (0 and two or three digits) or, within the city, seven or eight digits.
fn is_landline(digits: &str) -> bool {
    match digits.strip_prefix('0') {
        Some(rest) => (9..=11).contains(&rest.len()) && !rest.starts_with('0'),
        None => matches!(digits.len(), 7 | 8) && !digits.starts_with('1'),
    }
}

fn is_service(digits: &str) -> bool {
    digits.len() == 10 && (digits.starts_with("400") || digits.starts_with("800"))
        || digits.len() == 5 && (digits.starts_with('9') || digits.starts_with('1'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_can_be_called_raise_no_doubt() {
        for number in [
            "13812345566",
            "+86 138-1234-5566",
            "008613812345566",
            "0755-26001234",
            "(010)62345678",
            "26001234",
            "0755-26001234转8012",
            "400-820-8820",
            "95588",
            "+852 9123 4567",
            "0085291234567",
            "+1 (415) 555-2671",
        ] {
            assert_eq!(phone(number), None, "{number}");
        }
    }

    #[test]
    fn a_digit_too_few_or_a_word_is_doubted() {
        for number in
            ["1381234556", "138123455667", "12345678901", "同上", "无", "13812345566/13900001111"]
        {
            assert_eq!(phone(number), Some(Doubt::NotAPhone), "{number}");
        }
        assert_eq!(phone(""), None);
    }
}
