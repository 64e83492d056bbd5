//! Numbers of identity papers and of companies.

use super::Doubt;
use chrono::NaiveDate;

/// The doubt about a number of a kind of paper (the choices of `party/*/paper_kind`). The number is
/// expected without spaces, in upper case.
pub fn paper(kind: &str, number: &str) -> Option<Doubt> {
    if number.is_empty() {
        return None;
    }
    match kind {
        "resident_id" => resident_id(number),
        "passport" => passport(number),
        "hk_macau_permit" => hk_macau_permit(number),
        "taiwan_permit" => taiwan_permit(number),
        "residence_permit" => residence_permit(number),
        "foreigner_permit" => foreigner_permit(number),
        "company_code" => company_code(number),
        _ => lost_digits(number).then_some(Doubt::LostDigits),
    }
}

/// Whether a long number ends the way a spreadsheet leaves it: zeros after 15 significant digits, or
/// in scientific notation.
pub fn lost_digits(number: &str) -> bool {
    let scientific = number
        .split_once(['E', 'e'])
        .is_some_and(|(digits, power)| digits.contains('.') && power.starts_with('+'));
    let all_digits = number.bytes().all(|byte| byte.is_ascii_digit());
    let rounded = number.len() >= 18 && all_digits && number[15..].bytes().all(|byte| byte == b'0');
    scientific || rounded
}

/// GB 11643, 18 digits; the 15 digits of cards issued before 1999 carry no check digit.
pub fn resident_id(number: &str) -> Option<Doubt> {
    if lost_digits(number) {
        return Some(Doubt::LostDigits);
    }
    if let Some(doubt) = shape_of_id(number) {
        return Some(doubt);
    }
    let region = number[..2].parse::<u32>().unwrap_or_default();
    if !is_province(region) && !matches!(region, 81..=83) {
        return Some(Doubt::Region);
    }
    let (birth, century) =
        if number.len() == 18 { (&number[6..14], "") } else { (&number[6..12], "19") };
    if !is_date(&format!("{century}{birth}")) {
        return Some(Doubt::BirthDate);
    }
    (number.len() == 18 && !check_digit_fits(number)).then_some(Doubt::CheckDigit)
}

fn shape_of_id(number: &str) -> Option<Doubt> {
    if !number.is_ascii() {
        return Some(Doubt::Characters);
    }
    let body = match number.len() {
        18 => &number[..17],
        15 => number,
        _ => return Some(Doubt::Length),
    };
    let last = number.as_bytes()[number.len() - 1];
    let plain = body.bytes().all(|byte| byte.is_ascii_digit());
    (!plain || !(last.is_ascii_digit() || last == b'X')).then_some(Doubt::Characters)
}

/// GB/T 2260, the first two digits.
fn is_province(code: u32) -> bool {
    matches!(code, 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71)
}

fn is_date(digits: &str) -> bool {
    let part = |range: std::ops::Range<usize>| digits.get(range)?.parse::<u32>().ok();
    let date = part(0..4).zip(part(4..6)).zip(part(6..8));
    date.is_some_and(|((year, month), day)| {
        (1850..=2150).contains(&year) && NaiveDate::from_ymd_opt(year as i32, month, day).is_some()
    })
}

/// ISO 7064 MOD 11-2, as GB 11643 writes it down.
pub fn check_digit(first_17: &str) -> Option<char> {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const DIGITS: &[u8; 11] = b"10X98765432";
    if first_17.len() != WEIGHTS.len() {
        return None;
    }
    let digits = first_17.chars().map(|c| c.to_digit(10));
    let sum =
        digits.zip(WEIGHTS).try_fold(0, |sum, (digit, weight)| Some(sum + digit? * weight))?;
    Some(char::from(DIGITS[(sum % 11) as usize]))
}

fn check_digit_fits(number: &str) -> bool {
    number.get(..17).and_then(check_digit) == number.chars().nth(17)
}

/// ICAO 9303 gives nine characters; some countries print more on the page.
fn passport(number: &str) -> Option<Doubt> {
    let plain = number.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let has_digit = number.bytes().any(|byte| byte.is_ascii_digit());
    let fits = plain && has_digit && (5..=12).contains(&number.len());
    (!fits).then_some(Doubt::Shape)
}

/// 港澳居民来往内地通行证: H or M and eight digits, with two more on older cards.
fn hk_macau_permit(number: &str) -> Option<Doubt> {
    let digits = number.strip_prefix(['H', 'M']).unwrap_or_default();
    let fits = all_digits(digits) && matches!(digits.len(), 8 | 10);
    (!fits).then_some(Doubt::Shape)
}

/// 台湾居民来往大陆通行证: eight digits; older cards ten and a letter.
fn taiwan_permit(number: &str) -> Option<Doubt> {
    let digits =
        number.trim_end_matches(|c: char| c.is_ascii_uppercase() || matches!(c, '(' | ')'));
    let fits = all_digits(digits) && matches!(digits.len(), 8 | 10);
    (!fits).then_some(Doubt::Shape)
}

/// 港澳台居民居住证: built like a resident ID, regions 81, 82 and 83.
fn residence_permit(number: &str) -> Option<Doubt> {
    resident_id(number).or_else(|| {
        let of_the_three = matches!(number.get(..2), Some("81" | "82" | "83"));
        (!of_the_three || number.len() != 18).then_some(Doubt::Region)
    })
}

/// 外国人永久居留身份证: three letters and twelve digits; since 2023 eighteen digits that begin with
/// 9 and end like a resident ID.
fn foreigner_permit(number: &str) -> Option<Doubt> {
    if lost_digits(number) {
        return Some(Doubt::LostDigits);
    }
    if number.starts_with('9') && number.len() == 18 {
        return shape_of_id(number)
            .or_else(|| (!check_digit_fits(number)).then_some(Doubt::CheckDigit));
    }
    let (letters, digits) = number.split_at_checked(3).unwrap_or_default();
    let fits = letters.len() == 3
        && letters.bytes().all(|byte| byte.is_ascii_uppercase())
        && digits.len() == 12
        && all_digits(digits);
    (!fits).then_some(Doubt::Shape)
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

const CODE_ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// GB 32100, the unified social credit code: 18 characters, no I O S V Z.
pub fn company_code(code: &str) -> Option<Doubt> {
    if lost_digits(code) {
        return Some(Doubt::LostDigits);
    }
    if !code.chars().all(|c| CODE_ALPHABET.contains(c)) {
        return Some(Doubt::Characters);
    }
    if code.len() != 18 {
        return Some(Doubt::Length);
    }
    (company_check_character(&code[..17]) != code.chars().last()).then_some(Doubt::CheckDigit)
}

/// The 18th character of a company code: weights 3^i modulo 31.
pub fn company_check_character(first_17: &str) -> Option<char> {
    let mut weight = 1;
    let mut sum = 0;
    for c in first_17.chars() {
        sum += CODE_ALPHABET.find(c)? * weight;
        weight = weight * 3 % 31;
    }
    let check = (31 - sum % 31) % 31;
    (first_17.len() == 17).then(|| char::from(CODE_ALPHABET.as_bytes()[check]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_resident_id_that_fits_raises_no_doubt() {
        for number in ["11010519491231002X", "440524188001010014", "110105491231002"] {
            assert_eq!(resident_id(number), None, "{number}");
        }
    }

    #[test]
    fn each_part_of_a_resident_id_is_looked_at() {
        assert_eq!(resident_id("110105194912310021"), Some(Doubt::CheckDigit));
        assert_eq!(resident_id("11010519490231002X"), Some(Doubt::BirthDate));
        assert_eq!(resident_id("99010519491231002X"), Some(Doubt::Region));
        assert_eq!(resident_id("1101051949123100"), Some(Doubt::Length));
        assert_eq!(resident_id("11010519491231OO2X"), Some(Doubt::Characters));
        assert_eq!(resident_id("一1010519491231002X"), Some(Doubt::Characters));
        assert_eq!(resident_id("110105491331002"), Some(Doubt::BirthDate));
    }

    #[test]
    fn digits_that_a_spreadsheet_lost_are_seen_before_anything_else() {
        assert_eq!(resident_id("440305198001014000"), Some(Doubt::LostDigits));
        assert_eq!(resident_id("4.40305E+17"), Some(Doubt::LostDigits));
        assert_eq!(company_code("911101050000000000"), Some(Doubt::LostDigits));
        assert!(!lost_digits("440305198001014571"));
        assert!(!lost_digits("13800138000"));
    }

    #[test]
    fn permits_and_passports_are_known_by_their_shape() {
        let fits = [
            ("passport", "E12345678"),
            ("passport", "EA1234567"),
            ("hk_macau_permit", "H18237660"),
            ("hk_macau_permit", "M1234567801"),
            ("taiwan_permit", "04718293"),
            ("taiwan_permit", "0471829301(B)"),
            ("residence_permit", "810000199408230021"),
            ("foreigner_permit", "USA110019880415"),
            ("other", "军字第1234号"),
        ];
        for (kind, number) in fits {
            assert_eq!(paper(kind, number), None, "{kind} {number}");
        }
        let doubtful = [
            ("passport", "护照"),
            ("passport", "ABCDEFGH"),
            ("hk_macau_permit", "X18237660"),
            ("taiwan_permit", "123"),
            ("foreigner_permit", "US1100198804151"),
            ("foreigner_permit", "外国人"),
        ];
        for (kind, number) in doubtful {
            assert_eq!(paper(kind, number), Some(Doubt::Shape), "{kind} {number}");
        }
        assert_eq!(paper("residence_permit", "11010519491231002X"), Some(Doubt::Region));
        assert_eq!(paper("resident_id", ""), None);
    }

    #[test]
    fn a_company_code_is_checked_by_its_last_character() {
        assert_eq!(company_code("91350100M000100Y43"), None);
        assert_eq!(company_code("91350100M000100Y44"), Some(Doubt::CheckDigit));
        assert_eq!(company_code("91350100M000100Y4I"), Some(Doubt::Characters));
        assert_eq!(company_code("91350100M000100Y4"), Some(Doubt::Length));
    }

    proptest! {
        #[test]
        fn one_wrong_digit_never_passes_the_check_digit(
            body in "(11|31|44|65)[0-9]{4}19[5-9][0-9](0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{3}",
            place in 0usize..17,
            shift in 1u32..10,
        ) {
            let good = format!("{body}{}", check_digit(&body).expect("17 digits"));
            prop_assume!(!lost_digits(&good));
            prop_assert_eq!(resident_id(&good), None);
            let mut digits: Vec<char> = good.chars().collect();
            let old = digits[place].to_digit(10).expect("a digit");
            digits[place] = char::from_digit((old + shift) % 10, 10).expect("a digit");
            let bad: String = digits.into_iter().collect();
            prop_assert!(resident_id(&bad).is_some());
        }

        #[test]
        fn two_swapped_digits_never_pass_the_check_digit(
            body in "44030519[5-9][0-9](0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{3}",
            place in 0usize..16,
        ) {
            let good = format!("{body}{}", check_digit(&body).expect("17 digits"));
            let mut bytes = good.into_bytes();
            prop_assume!(bytes[place] != bytes[place + 1]);
            bytes.swap(place, place + 1);
            let bad = String::from_utf8(bytes).expect("ascii");
            prop_assert!(resident_id(&bad).is_some());
        }

        #[test]
        fn a_wrong_character_of_a_company_code_is_seen(
            body in "9[1-3][1-6][0-9]{5}[0-9A-HJ-NP-RTUW-Y]{9}",
            place in 0usize..17,
            shift in 1usize..31,
        ) {
            let good = format!("{body}{}", company_check_character(&body).expect("17 of the alphabet"));
            prop_assume!(!lost_digits(&good));
            prop_assert_eq!(company_code(&good), None);
            let mut bytes = good.into_bytes();
            let old = CODE_ALPHABET.bytes().position(|byte| byte == bytes[place]).expect("of the alphabet");
            bytes[place] = CODE_ALPHABET.as_bytes()[(old + shift) % 31];
            let bad = String::from_utf8(bytes).expect("ascii");
            prop_assert!(company_code(&bad).is_some());
        }

        #[test]
        fn no_text_makes_a_check_panic(kind in "[a-z_]{0,20}", text in "\\PC{0,24}") {
            for kind in ["resident_id", "passport", "hk_macau_permit", "taiwan_permit",
                "residence_permit", "foreigner_permit", "company_code", kind.as_str()] {
                paper(kind, &text);
            }
        }
    }
}
