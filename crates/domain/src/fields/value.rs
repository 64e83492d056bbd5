//! Values as they are typed, kept and shown. A doubt is a warning; only what cannot be read at all is refused.

use super::{Field, Mask, text};
use crate::{refusal::Refusal, view::FieldKind, view::Text2};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, TimeZone};
use shoulou_eventlog::Value;

/// The value as it is kept: trimmed, half-width digits, `2026-11-21`, RFC 3339. Empty text clears the field.
/// A time without an offset is taken at `offset`.
pub fn normal(field: &Field, value: Value, offset: FixedOffset) -> Result<Value, Refusal> {
    let unreadable = |zh: &str, en: &str| Refusal::ValueUnreadable {
        field: field.title(),
        expected: Text2::new(zh, en),
    };
    let value = match value {
        Value::Text(typed) => {
            let typed = typed.trim();
            if typed.is_empty() { Value::Null } else { Value::from(typed) }
        }
        Value::List(list) if list.is_empty() => Value::Null,
        other => other,
    };
    let typed = match (&value, field.kind) {
        (Value::Null, _) if field.required => {
            return Err(Refusal::Required { field: field.title() });
        }
        (Value::Null, _) => return Ok(Value::Null),
        (Value::Text(typed), _) => typed.as_str(),
        (Value::Bool(_), FieldKind::Bool) => return Ok(value),
        (Value::Int(int), FieldKind::Int | FieldKind::Money | FieldKind::Area) => {
            return if *int < 0 && field.kind != FieldKind::Money {
                Err(unreadable("不小于零的整数", "a whole number not below zero"))
            } else {
                Ok(value)
            };
        }
        (Value::List(list), FieldKind::List) => {
            let texts: Option<Vec<Value>> = list
                .iter()
                .map(|entry| entry.as_text().map(|text| Value::from(text.trim())))
                .filter(|entry| !matches!(entry, Some(Value::Text(text)) if text.is_empty()))
                .collect();
            return texts.map(Value::List).ok_or_else(|| unreadable("文字列表", "a list of texts"));
        }
        _ => "",
    };
    match field.kind {
        FieldKind::Text | FieldKind::LongText if !typed.is_empty() => Ok(value),
        FieldKind::Phone if !typed.is_empty() => Ok(Value::from(text::compact(typed))),
        FieldKind::IdNumber if !typed.is_empty() => {
            Ok(Value::from(text::compact(typed).to_uppercase()))
        }
        FieldKind::Choice => {
            match field.choices.iter().find(|(name, zh, en)| {
                *name == typed || *zh == typed || en.eq_ignore_ascii_case(typed)
            }) {
                Some((name, ..)) => Ok(Value::from(*name)),
                None => {
                    let words = |pick: fn(&(&str, &str, &str)) -> String, join: &str| {
                        field.choices.iter().map(pick).collect::<Vec<_>>().join(join)
                    };
                    let zh = words(|(_, zh, _)| (*zh).to_owned(), "、");
                    let en = words(|(name, _, en)| format!("{name} ({en})"), ", ");
                    Err(unreadable(&zh, &en))
                }
            }
        }
        FieldKind::Date => date(typed)
            .map(|date| Value::from(date.to_string()))
            .ok_or_else(|| unreadable("日期，如 2026-11-21", "a date such as 2026-11-21")),
        FieldKind::Time => {
            time(typed, offset).map(|time| Value::from(time.to_rfc3339())).ok_or_else(|| {
                unreadable(
                    "日期和时间，如 2026-11-21 10:00",
                    "a date and time such as 2026-11-21 10:00",
                )
            })
        }
        FieldKind::Bool => match typed {
            "true" | "是" | "有" => Ok(Value::Bool(true)),
            "false" | "否" | "无" => Ok(Value::Bool(false)),
            _ => Err(unreadable("是或否", "yes or no")),
        },
        FieldKind::Int => text::compact(typed)
            .parse::<i64>()
            .ok()
            .filter(|int| *int >= 0)
            .map(Value::Int)
            .ok_or_else(|| unreadable("不小于零的整数", "a whole number not below zero")),
        FieldKind::Money => hundredths(typed)
            .map(Value::Int)
            .ok_or_else(|| unreadable("金额，如 12345.60", "an amount such as 12345.60")),
        FieldKind::Area => hundredths(typed)
            .filter(|area| *area >= 0)
            .map(Value::Int)
            .ok_or_else(|| unreadable("面积，如 89.37", "an area such as 89.37")),
        FieldKind::List if !typed.is_empty() => {
            let entries = typed.split(['、', ',', '，', '\n']).map(str::trim);
            Ok(Value::List(entries.filter(|entry| !entry.is_empty()).map(Value::from).collect()))
        }
        _ => Err(unreadable("文字", "text")),
    }
}

/// `2026-11-21`, `2026/11/21`, `2026.11.21` or `2026年11月21日`.
pub fn date(typed: &str) -> Option<NaiveDate> {
    let plain = text::half_width(typed).replace(['/', '.', '年', '月'], "-").replace('日', "");
    let mut numbers = plain.trim().split('-');
    let (year, month, day) = (numbers.next()?, numbers.next()?, numbers.next()?);
    if numbers.next().is_some() || year.trim().len() != 4 {
        return None;
    }
    let number = |text: &str| text.trim().parse::<u32>().ok();
    NaiveDate::from_ymd_opt(number(year)? as i32, number(month)?, number(day)?)
}

/// RFC 3339, or a date and a time of day at `offset`.
pub fn time(typed: &str, offset: FixedOffset) -> Option<DateTime<FixedOffset>> {
    if let Ok(time) = DateTime::parse_from_rfc3339(typed) {
        return Some(time);
    }
    let plain = text::half_width(typed).replace('T', " ");
    let local = match plain.trim().rsplit_once(' ') {
        Some((day, hour)) => {
            let hour = ["%H:%M", "%H:%M:%S"]
                .iter()
                .find_map(|form| chrono::NaiveTime::parse_from_str(hour.trim(), form).ok())?;
            NaiveDateTime::new(date(day)?, hour)
        }
        None => return None,
    };
    offset.from_local_datetime(&local).single()
}

/// Decimal text with at most two places, as hundredths.
pub fn hundredths(typed: &str) -> Option<i64> {
    let plain = text::compact(typed).replace([',', '¥', '元', '㎡'], "").replace("m²", "");
    let (sign, digits) = match plain.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, plain.as_str()),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || part.len() > 2 || !all_digits(whole) || !all_digits(part) {
        return None;
    }
    let cents: i64 = if part.is_empty() { 0 } else { format!("{part:0<2}").parse().ok()? };
    whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(cents)?.checked_mul(sign)
}

/// For reading: amounts with separators, choices by their word, personal data masked.
pub fn shown(field: &Field, value: &Value) -> String {
    let full = in_full(field, value);
    match field.mask {
        Mask::Open => full,
        Mask::Phone => text::mask_phone(&full),
        Mask::Number => text::mask_number(&full),
        Mask::Address => text::mask_address(&full),
        Mask::Email => text::mask_email(&full),
    }
}

/// As [`shown`], in both languages.
pub fn told(field: &Field, value: &Value) -> Text2 {
    let zh = shown(field, value);
    let en = match (field.kind, value) {
        (FieldKind::Choice, Value::Text(name)) => {
            let chosen = field.choices.iter().find(|(choice, ..)| choice == name);
            chosen.map(|(_, _, en)| (*en).to_owned())
        }
        (_, Value::Bool(yes)) => Some(if *yes { "yes" } else { "no" }.to_owned()),
        (_, Value::List(_)) => Some(zh.replace('、', ", ")),
        _ => None,
    };
    Text2 { en: en.unwrap_or_else(|| zh.clone()), zh }
}

/// As [`shown`], nothing masked.
pub fn in_full(field: &Field, value: &Value) -> String {
    match (field.kind, value) {
        (_, Value::Null) => String::new(),
        (FieldKind::Money, Value::Int(cents)) => text::money(*cents),
        (FieldKind::Area, Value::Int(area)) => text::hundredths(*area),
        (FieldKind::Time, Value::Text(time)) => text::minute(time),
        (FieldKind::Choice, Value::Text(name)) => field
            .choices
            .iter()
            .find(|(choice, ..)| choice == name)
            .map_or_else(|| name.clone(), |(_, zh, _)| (*zh).to_owned()),
        (_, Value::Text(text)) => text.clone(),
        (_, Value::Int(int)) => int.to_string(),
        (_, Value::Bool(yes)) => if *yes { "是" } else { "否" }.to_owned(),
        (_, Value::List(list)) => {
            list.iter().filter_map(Value::as_text).collect::<Vec<_>>().join("、")
        }
        (_, Value::Map(_)) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::{Entity, find};

    fn kept(on: Entity, path: &str, typed: Value) -> Result<Value, &'static str> {
        let field = find(on, path).expect(path);
        let offset = FixedOffset::east_opt(8 * 3600).expect("an offset");
        normal(field, typed, offset).map_err(|refusal| refusal.code())
    }

    #[test]
    fn a_date_is_read_in_the_spellings_of_an_office_and_kept_in_one() {
        for typed in ["2026-11-21", "2026/11/21", "2026.11.21", "2026年11月21日", "２０２６－11-21"]
        {
            let date = kept(Entity::File, "contract/signed_on", typed.into());
            assert_eq!(date, Ok(Value::from("2026-11-21")), "{typed}");
        }
        let unreadable = kept(Entity::File, "contract/signed_on", "2026-02-30".into());
        assert_eq!(unreadable, Err("value_unreadable"));
    }

    #[test]
    fn a_time_without_an_offset_is_taken_at_the_desks() {
        let time = kept(Entity::File, "appointment/at", "2026-11-21 10:00".into());
        assert_eq!(time, Ok(Value::from("2026-11-21T10:00:00+08:00")));
    }

    #[test]
    fn money_and_areas_are_integers_of_the_hundredth_part() {
        assert_eq!(kept(Entity::Unit, "contract_area", "89.37".into()), Ok(Value::Int(8937)));
        assert_eq!(kept(Entity::Unit, "contract_area", "89.5".into()), Ok(Value::Int(8950)));
        assert_eq!(
            kept(Entity::File, "contract/total_price", "1,483,720.74元".into()),
            Ok(Value::Int(148_372_074))
        );
        assert_eq!(kept(Entity::Unit, "contract_area", "89.375".into()), Err("value_unreadable"));
        assert_eq!(kept(Entity::Unit, "contract_area", Value::Int(-1)), Err("value_unreadable"));
    }

    #[test]
    fn nothing_clears_a_field_unless_it_is_required() {
        assert_eq!(kept(Entity::File, "remark", "  ".into()), Ok(Value::Null));
        assert_eq!(kept(Entity::Project, "name", Value::Null), Err("required"));
    }

    #[test]
    fn a_choice_is_taken_by_its_name_or_its_word() {
        assert_eq!(kept(Entity::File, "buyer_kind", "公司".into()), Ok(Value::from("company")));
        assert_eq!(kept(Entity::File, "buyer_kind", "company".into()), Ok(Value::from("company")));
        assert_eq!(kept(Entity::File, "buyer_kind", "dog".into()), Err("value_unreadable"));
    }

    #[test]
    fn numbers_of_papers_lose_their_spaces_and_full_width_digits() {
        let path = format!("party/{}/paper_no", shoulou_eventlog::Id::default());
        let kept = kept(Entity::File, &path, " 44030519800101234ｘ ".into());
        assert_eq!(kept, Ok(Value::from("44030519800101234X")));
    }
}
