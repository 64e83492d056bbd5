use super::fold;
use crate::checks;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone {
    pub number: String,
    /// Not a mobile or land line number as they are known here.
    pub doubtful: bool,
}

/// The numbers of one cell in order: `199-3328-3679`, `173 0004 4609`, `+86 138…/0755-8888 6666`.
pub fn from_text(text: &str) -> Vec<Phone> {
    fold(text).split(['/', '、', ',', ';', '\n', '\\']).flat_map(numbers).collect()
}

fn numbers(piece: &str) -> Vec<Phone> {
    let bare = digits(piece);
    if bare.is_empty() {
        return Vec::new();
    }
    if is_phone(&bare) {
        return vec![one(bare)];
    }
    let apart: Vec<_> =
        piece.split_whitespace().map(digits).filter(|word| !word.is_empty()).collect();
    if apart.len() > 1 && apart.iter().all(|word| is_phone(word)) {
        return apart.into_iter().map(one).collect();
    }
    if bare.len() == 22 && is_mobile(&bare[..11]) && is_mobile(&bare[11..]) {
        return vec![one(bare[..11].to_owned()), one(bare[11..].to_owned())];
    }
    vec![one(bare)]
}

fn digits(text: &str) -> String {
    let bare: String = text.chars().filter(char::is_ascii_digit).collect();
    match bare.strip_prefix("0086").or_else(|| bare.strip_prefix("86")) {
        Some(rest) if is_mobile(rest) => rest.to_owned(),
        _ => bare,
    }
}

fn one(number: String) -> Phone {
    Phone { doubtful: checks::phone::phone(&number).is_some(), number }
}

fn is_mobile(digits: &str) -> bool {
    digits.len() == 11 && digits.starts_with('1')
}

fn is_phone(digits: &str) -> bool {
    is_mobile(digits)
        || (digits.starts_with('0') && (10..=12).contains(&digits.len()))
        || (digits.len() == 10 && digits.starts_with("400"))
        || (matches!(digits.len(), 7 | 8) && !digits.starts_with(['0', '1']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        from_text(text).into_iter().map(|phone| phone.number).collect()
    }

    #[test]
    fn dashes_spaces_and_the_country_are_no_part_of_a_number() {
        assert_eq!(read("199-3328-3679"), ["19933283679"]);
        assert_eq!(read("173 0004 4609"), ["17300044609"]);
        assert_eq!(read("+86 138 0013 8000"), ["13800138000"]);
        assert_eq!(read("０７５５－８８８８６６６６"), ["075588886666"]);
    }

    #[test]
    fn several_numbers_in_a_cell_come_out_in_order() {
        assert_eq!(read("13800138000/13900139000"), ["13800138000", "13900139000"]);
        assert_eq!(read("13800138000 13900139000"), ["13800138000", "13900139000"]);
        assert_eq!(read("13800138000、0755-88886666"), ["13800138000", "075588886666"]);
    }

    #[test]
    fn an_odd_number_is_kept_and_doubted() {
        assert!(from_text("1380013800")[0].doubtful);
        assert!(!from_text("13800138000")[0].doubtful);
        assert_eq!(from_text("无"), []);
    }
}
