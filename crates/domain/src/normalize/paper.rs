use super::{fold, is_placeholder};
use crate::checks::{Doubt, identity};

/// What an identity paper's number looks like. A guess from its shape; check digits are another matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaperKind {
    ResidentId,
    /// 统一社会信用代码
    CompanyCode,
    Passport,
    /// 港澳居民来往内地通行证
    HongKongMacaoPermit,
    /// 台湾居民来往大陆通行证
    TaiwanPermit,
    /// 外国人永久居留身份证
    ForeignerPermit,
    Other,
}

/// One identity number of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaperNumber {
    Full(String),
    /// Excel kept 15 digits and lost the rest: what is left identifies nobody and is only compared with.
    Rounded {
        first_digits: String,
    },
}

impl PaperNumber {
    /// Whether `full` may be the number before it was rounded.
    pub fn agrees_with(&self, full: &str) -> bool {
        match self {
            PaperNumber::Full(number) => number == full,
            // The fifteenth digit itself may have been rounded up.
            PaperNumber::Rounded { first_digits } => {
                let safe = first_digits.len().saturating_sub(1).min(14);
                full.len() > 15 && full.get(..safe) == first_digits.get(..safe)
            }
        }
    }
}

/// Numbers of 10¹⁵ and more cannot have kept their last digits in a number cell.
pub fn from_number(number: f64) -> Option<PaperNumber> {
    if !number.is_finite() || number < 1.0 || number.fract() != 0.0 {
        return None;
    }
    let digits = format!("{number:.0}");
    if digits.len() <= 15 {
        return Some(PaperNumber::Full(digits));
    }
    Some(PaperNumber::Rounded { first_digits: significant(&digits) })
}

/// The numbers of one cell in order. Separators may be mixed; spaces inside one number are not separators.
pub fn from_text(text: &str) -> Vec<PaperNumber> {
    fold(text)
        .split(['/', '、', ',', ';', '\n', '\\', '|'])
        .filter(|piece| !is_placeholder(piece))
        .flat_map(|piece| {
            let words: Vec<_> = piece.split_whitespace().collect();
            if words.iter().all(|word| bare(word).len() >= 7) {
                words.into_iter().filter_map(one).collect::<Vec<_>>()
            } else {
                one(piece).into_iter().collect()
            }
        })
        .collect()
}

fn one(word: &str) -> Option<PaperNumber> {
    if let Some(digits) = scientific(word.trim()) {
        return Some(PaperNumber::Rounded { first_digits: digits });
    }
    let number = bare(word);
    if number.is_empty() {
        return None;
    }
    // Saved as text after Excel had rounded it.
    if number.len() == 18
        && number.ends_with("000")
        && number.bytes().all(|b| b.is_ascii_digit())
        && identity::check_digit(&number[..17]) != Some('0')
    {
        return Some(PaperNumber::Rounded { first_digits: number[..15].to_owned() });
    }
    Some(PaperNumber::Full(number))
}

/// `4.40305E+17`: what a rounded number looks like once a list was saved as text.
fn scientific(word: &str) -> Option<String> {
    let (mantissa, exponent) = word.split_once(['E', 'e'])?;
    let exponent: u32 = exponent.strip_prefix('+')?.parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let plausible = whole.len() == 1
        && all_digits(whole)
        && all_digits(fraction)
        && (7..30).contains(&exponent);
    plausible.then(|| format!("{whole}{fraction}"))
}

fn bare(word: &str) -> String {
    let word = word.rsplit_once([':', '：']).map_or(word, |(_, number)| number);
    word.chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '(' | ')'))
        .collect::<String>()
        .to_ascii_uppercase()
}

fn significant(digits: &str) -> String {
    digits[..15].to_owned()
}

pub fn kind(number: &str) -> PaperKind {
    let bytes = number.as_bytes();
    let digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    let letters = |part: &[u8]| part.iter().all(u8::is_ascii_uppercase);
    match bytes.len() {
        18 if digits(&bytes[..17]) && (bytes[17].is_ascii_digit() || bytes[17] == b'X') => {
            if bytes[0] == b'9' && identity::company_code(number).is_none() {
                PaperKind::CompanyCode
            } else {
                PaperKind::ResidentId
            }
        }
        18 if bytes.iter().all(u8::is_ascii_alphanumeric) => PaperKind::CompanyCode,
        15 if digits(bytes) => PaperKind::ResidentId,
        15 if letters(&bytes[..3]) && digits(&bytes[3..]) => PaperKind::ForeignerPermit,
        9 | 11 if matches!(bytes[0], b'H' | b'M') && digits(&bytes[1..]) => {
            PaperKind::HongKongMacaoPermit
        }
        8 if digits(bytes) => PaperKind::TaiwanPermit,
        8 | 9 if bytes[0].is_ascii_uppercase() && digits(&bytes[2..]) => PaperKind::Passport,
        _ => PaperKind::Other,
    }
}

impl PaperKind {
    /// The field list's word for it.
    pub fn word(self) -> &'static str {
        match self {
            PaperKind::ResidentId => "resident_id",
            PaperKind::CompanyCode => "company_code",
            PaperKind::Passport => "passport",
            PaperKind::HongKongMacaoPermit => "hk_macau_permit",
            PaperKind::TaiwanPermit => "taiwan_permit",
            PaperKind::ForeignerPermit => "foreigner_permit",
            PaperKind::Other => "other",
        }
    }
}

/// What makes a number look wrong for a paper of its shape.
pub fn doubt(number: &str) -> Option<Doubt> {
    identity::paper(kind(number).word(), number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full(text: &str) -> Vec<String> {
        from_text(text)
            .into_iter()
            .map(|number| match number {
                PaperNumber::Full(number) => number,
                PaperNumber::Rounded { first_digits } => format!("~{first_digits}"),
            })
            .collect()
    }

    #[test]
    fn numbers_apart_by_any_mixture_of_marks_keep_their_order() {
        let two = ["110105199309046984", "32010219661126521X"];
        for between in ["\n", "/", "、", "，", " ", "; ", "　", " / "] {
            assert_eq!(full(&format!("{}{between}{}", two[0], two[1])), two, "{between:?}");
        }
        assert_eq!(full("\t440305196609144571"), ["440305196609144571"]);
        assert_eq!(full("４４０３０５１９６６０９１４４５７１"), ["440305196609144571"]);
        assert_eq!(full("440305 19660914 4571"), ["440305196609144571"]);
        assert_eq!(full("身份证：32010219661126521x"), ["32010219661126521X"]);
    }

    #[test]
    fn a_number_that_excel_rounded_is_known_by_its_looks() {
        let rounded = from_number(420_111_196_405_111_367.0).expect("a number");
        assert!(matches!(&rounded, PaperNumber::Rounded { .. }));
        assert!(rounded.agrees_with("420111196405111367"));
        assert!(!rounded.agrees_with("420111196505111367"));
        assert_eq!(full("4.20111E+17"), ["~420111"]);
        assert_eq!(full("420111196405111000"), ["~420111196405111"]);
        assert_eq!(
            from_number(110_105_930_904_698.0),
            Some(PaperNumber::Full("110105930904698".into()))
        );
    }

    #[test]
    fn a_paper_is_told_by_its_shape() {
        for (number, expected) in [
            ("440305196609144571", PaperKind::ResidentId),
            ("32010219661126521X", PaperKind::ResidentId),
            ("110105930904698", PaperKind::ResidentId),
            ("91110105MATUHU4K2W", PaperKind::CompanyCode),
            ("H18237660", PaperKind::HongKongMacaoPermit),
            ("P41500210", PaperKind::Passport),
            ("EA1234567", PaperKind::Passport),
            ("12345678", PaperKind::TaiwanPermit),
            ("USA110123456789", PaperKind::ForeignerPermit),
            ("粤1234", PaperKind::Other),
        ] {
            assert_eq!(kind(number), expected, "{number}");
        }
    }

    #[test]
    fn a_wrong_check_digit_is_doubted() {
        assert_eq!(doubt("11010519491231002X"), None);
        assert_eq!(doubt("110105194912310021"), Some(Doubt::CheckDigit));
        assert_eq!(doubt("91350100M000100Y43"), None);
        assert_eq!(doubt("91350100M000100Y44"), Some(Doubt::CheckDigit));
        assert_eq!(doubt("P41500210"), None);
    }
}
