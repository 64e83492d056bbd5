//! One cell to the value of one field.

use super::{
    report::{Problems, Spot},
    sheet::{Cell, Content},
};
use chrono::FixedOffset;
use shoulou_domain::{
    fields::{self, Field},
    normalize::{
        self,
        amount::{self, NotAnAmount},
        date,
    },
    view::{FieldKind, Text2},
};
use shoulou_eventlog::Value;

/// How a column's cells are to be read.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    /// What one unit is worth: 10 000 under a head in 万元.
    pub scale: i64,
    pub epoch_1904: bool,
    /// For times of day without an offset.
    pub offset: FixedOffset,
}

/// `None` where the cell has nothing to say or cannot be read; then the problem is told.
pub(super) fn read(
    field: &'static Field,
    cell: &Cell,
    how: Reading,
    spot: Spot<'_>,
    problems: &mut Problems,
) -> Option<Value> {
    if let Some(text) = broken(cell) {
        problems.warn(spot, text, Text2::new("请在原表中改为数值后重新导入，或导入后手工补录。", "Put the value itself into the list and import again, or enter it by hand afterwards."));
        return None;
    }
    let text = normalize::tidy(&cell.text());
    if normalize::is_placeholder(&text) {
        return None;
    }
    let value = match field.kind {
        FieldKind::Money | FieldKind::Area => {
            return hundredths(field, cell, &text, how, spot, problems);
        }
        FieldKind::Date => day(cell, &text, how, spot, problems),
        FieldKind::Choice => choice(field, &text, how.offset),
        FieldKind::Time => match &cell.content {
            Content::Date(at) => {
                let local = at.and_local_timezone(how.offset).single();
                local.map(|at| Value::from(at.to_rfc3339()))
            }
            _ => fields::value::normal(field, text.as_str().into(), how.offset).ok(),
        },
        _ => fields::value::normal(field, text.as_str().into(), how.offset).ok(),
    };
    let value = value.filter(|value| !value.is_null());
    if value.is_none() {
        unreadable(field, &text, spot, problems);
    }
    value
}

fn unreadable(field: &Field, text: &str, spot: Spot<'_>, problems: &mut Problems) {
    problems.warn(
        spot,
        Text2::new(
            format!("“{text}”读不出{}，此项留空。", field.zh),
            format!("“{text}” cannot be read as “{}”; the field is left empty.", field.en),
        ),
        Text2::new(
            "请核对后在原表改正并重新导入，或导入后手工补录。",
            "Check it; correct the list and import again, or enter it by hand.",
        ),
    );
}

/// A cell whose value is not there: an error of the spreadsheet, or a formula saved without its result.
pub(super) fn broken(cell: &Cell) -> Option<Text2> {
    match &cell.content {
        Content::Error(error) => Some(Text2::new(
            format!("单元格是公式错误 {error}，此项留空。"),
            format!("The cell is the formula error {error}; the field is left empty."),
        )),
        Content::Empty if cell.formula => Some(Text2::new(
            "单元格是公式，但文件里没有保存计算结果，此项留空。",
            "The cell is a formula whose result was not saved in the file; the field is left empty.",
        )),
        _ => None,
    }
}

fn hundredths(
    field: &Field,
    cell: &Cell,
    text: &str,
    how: Reading,
    spot: Spot<'_>,
    problems: &mut Problems,
) -> Option<Value> {
    let read = match cell.content {
        Content::Number(number) => amount::from_number(number, how.scale),
        _ => amount::from_text(text, how.scale),
    };
    match read {
        Ok(read) => {
            if read.rounded {
                problems.note(
                    spot,
                    Text2::new(
                        format!("{}“{text}”超过两位小数，已四舍五入。", field.zh),
                        format!(
                            "“{}” {text} has more than two decimals; it was rounded.",
                            field.en
                        ),
                    ),
                    Text2::new("请核对。", "Check it."),
                );
            }
            Some(Value::Int(read.value))
        }
        Err(NotAnAmount::Empty) => None,
        Err(NotAnAmount::Pending) => {
            problems.note(
                spot,
                Text2::new(
                    format!("{}写的是“{text}”，此项留空。", field.zh),
                    format!("“{}” says “{text}”; the field is left empty.", field.en),
                ),
                Text2::new(
                    "有了数值后补录，或再次导入。",
                    "Enter it when it is known, or import again.",
                ),
            );
            None
        }
        Err(NotAnAmount::Negative | NotAnAmount::Unreadable) => {
            unreadable(field, text, spot, problems);
            None
        }
    }
}

fn day(
    cell: &Cell,
    text: &str,
    how: Reading,
    spot: Spot<'_>,
    problems: &mut Problems,
) -> Option<Value> {
    let read = match cell.content {
        Content::Date(at) => return Some(Value::from(at.date().to_string())),
        Content::Number(number) if number < 1e7 => date::from_serial(number, how.epoch_1904),
        _ => date::from_text(text),
    }?;
    if read.inferred {
        problems.note(
            spot,
            Text2::new(
                format!("日期“{text}”按 {} 读取。", read.date),
                format!("The date “{text}” was read as {}.", read.date),
            ),
            Text2::new("请核对年份。", "Check the year."),
        );
    }
    Some(Value::from(read.date.to_string()))
}

/// Words that lists use for the choices of a field.
const CHOICES: &[(&str, &str, &[&str])] = &[
    ("contract/payment", "lump_sum", &["一次性", "全款", "一次性付清", "现金"]),
    ("contract/payment", "instalments", &["分期", "分期付"]),
    ("contract/payment", "mortgage", &["商业按揭", "按揭", "商贷", "商业贷款", "银行按揭"]),
    ("contract/payment", "fund_loan", &["公积金", "公积金按揭", "纯公积金"]),
    ("contract/payment", "combined_loan", &["组合贷", "组合", "组合按揭", "混合贷"]),
    ("buyer_kind", "person", &["个人", "自然人", "私人"]),
    ("buyer_kind", "company", &["公司", "企业", "单位", "法人", "机构"]),
    ("party/*/paper_kind", "resident_id", &["身份证", "二代身份证", "居民身份证"]),
    ("party/*/paper_kind", "company_code", &["营业执照", "统一社会信用代码"]),
    ("party/*/paper_kind", "hk_macau_permit", &["回乡证", "港澳通行证", "港澳居民通行证"]),
    ("party/*/paper_kind", "taiwan_permit", &["台胞证"]),
    ("party/*/paper_kind", "foreigner_permit", &["外国人永久居留证"]),
    ("kind", "flat", &["高层", "小高层", "洋房", "住宅", "公寓", "多层"]),
    ("kind", "villa", &["别墅", "联排", "独栋", "双拼", "叠拼", "排屋"]),
];

fn choice(field: &'static Field, text: &str, offset: FixedOffset) -> Option<Value> {
    let word = normalize::fold(text).replace(' ', "");
    let own = CHOICES
        .iter()
        .find(|(path, _, words)| *path == field.path && words.contains(&word.as_str()));
    match own {
        Some((_, value, _)) => Some(Value::from(*value)),
        None => fields::value::normal(field, word.into(), offset).ok(),
    }
}
