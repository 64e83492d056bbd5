//! Doubts about what was typed or read, and figures in the spelling of Chinese papers. A doubt warns
//! and never blocks: real numbers exist that fail every check.

pub mod area;
pub mod date;
pub mod identity;
pub mod name;
pub mod phone;
pub mod words;

use crate::view::Text2;

/// Why a value deserves a second look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// A spreadsheet keeps 15 digits of a number and puts zeros for the rest.
    LostDigits,
    Length,
    Characters,
    BirthDate,
    Region,
    CheckDigit,
    Shape,
    NotAPhone,
    /// A character that stands for one the source could not write.
    LostCharacter,
    SeveralNames,
    NotAName,
}

impl Doubt {
    pub fn text(self) -> Text2 {
        let (zh, en) = match self {
            Doubt::LostDigits => (
                "末几位为 0，可能是表格软件只保留了 15 位有效数字，请对照证件补全",
                "Ends in zeros: a spreadsheet may have kept only 15 digits; complete it from the paper",
            ),
            Doubt::Length => {
                ("位数不对，请核对", "The number of digits does not fit; please check")
            }
            Doubt::Characters => (
                "含有不应出现的字符，请核对",
                "Holds a character that does not belong; please check",
            ),
            Doubt::BirthDate => (
                "其中的出生日期不存在，请核对",
                "The birth date in it does not exist; please check",
            ),
            Doubt::Region => (
                "其中的地区代码不存在，请核对",
                "The region code in it does not exist; please check",
            ),
            Doubt::CheckDigit => (
                "校验位不符，可能有一位输错，请对照原件",
                "The check digit does not fit, a digit may be wrong; compare with the original",
            ),
            Doubt::Shape => {
                ("不像这类证件的号码，请核对", "Does not look like a number of this kind of paper")
            }
            Doubt::NotAPhone => ("不像电话号码，请核对", "Does not look like a phone number"),
            Doubt::LostCharacter => (
                "姓名中有无法识别的字符，请对照证件改正",
                "A character of the name was lost; correct it from the paper",
            ),
            Doubt::SeveralNames => (
                "像是几个人的姓名，请分别登记",
                "Looks like the names of several people; enter each of them",
            ),
            Doubt::NotAName => ("不像姓名，请核对", "Does not look like a name"),
        };
        Text2 { zh: zh.into(), en: en.into() }
    }
}
