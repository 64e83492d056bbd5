use super::{
    desk::{Desk, Made, optional, required},
    items::address,
};
use crate::{
    command::*,
    fact::{DefectResulted, Fact, FeePaid},
    fields::text::compact,
    refusal::Refusal,
    view::Text2,
    vocabulary::DefectResult,
};
use shoulou_eventlog::EventRef;

/// Decimal text as a meter shows it: digits, at most one point.
fn decimal(text: &str, zh: &str, en: &str) -> Result<String, Refusal> {
    let plain = compact(text);
    let (whole, part) = plain.split_once('.').unwrap_or((&plain, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits(whole) && digits(part) && plain.len() <= 24 {
        return Ok(plain);
    }
    Err(Refusal::ValueUnreadable {
        field: Text2::new(zh, en),
        expected: Text2::new("数字，如 01234.5", "figures such as 01234.5"),
    })
}

pub(super) fn read_meter(desk: &mut Desk<'_, '_>, reading: &MeterReading) -> Made {
    let photo =
        reading.photo.as_deref().filter(|photo| !photo.is_empty()).map(address).transpose()?;
    let factor = if reading.factor.trim().is_empty() { "1" } else { &reading.factor };
    let read = MeterReading {
        kind: reading.kind,
        number: reading.number.trim().to_owned(),
        place: reading.place.trim().to_owned(),
        factor: decimal(factor, "倍率", "Factor")?,
        reading: decimal(&reading.reading, "表底数", "Reading")?,
        unit: reading.unit.trim().to_owned(),
        card: optional(reading.card.as_deref()),
        balance: optional(reading.balance.as_deref()),
        photo,
        at: desk.time(&reading.at)?,
    };
    desk.record(Fact::MeterRead(read));
    Ok(None)
}

pub(super) fn note_defect(desk: &mut Desk<'_, '_>, defect: &Defect) -> Made {
    let noted = Defect {
        room: required(&defect.room, "房间", "Room")?,
        part: defect.part.trim().to_owned(),
        text: required(&defect.text, "问题", "Defect")?,
        wish: optional(defect.wish.as_deref()),
        photos: defect.photos.iter().map(|photo| address(photo)).collect::<Result<_, _>>()?,
        responsible: optional(defect.responsible.as_deref()),
        promised: match optional(defect.promised.as_deref()) {
            Some(day) => Some(desk.date(&day)?),
            None => None,
        },
        at: desk.time(&defect.at)?,
    };
    desk.record(Fact::DefectNoted(noted));
    Ok(None)
}

pub(super) fn defect_result(
    desk: &mut Desk<'_, '_>,
    defect: &EventRef,
    result: DefectResult,
    at: &str,
) -> Made {
    let defect = desk.dossier.again.now(*defect);
    if !desk.dossier.standing_defects().any(|noted| noted.at == defect) {
        return Err(Refusal::NotADefect);
    }
    let at = desk.time(at)?;
    desk.record(Fact::DefectResulted(DefectResulted { defect, result, at }));
    Ok(None)
}

pub(super) fn add_fee(desk: &mut Desk<'_, '_>, fee: &Fee) -> Made {
    let base = optional(fee.base.as_deref());
    let added = Fee {
        title: required(&fee.title, "款项", "Fee")?,
        payee: fee.payee,
        base: base.map(|base| decimal(&base, "计费基数", "Base")).transpose()?,
        unit_price_cents: fee.unit_price_cents,
        period: optional(fee.period.as_deref()),
        cents: fee.cents,
    };
    desk.record(Fact::FeeAdded(added));
    Ok(None)
}

/// A refund is a fee below zero, and its payments are.
pub(super) fn take(
    desk: &mut Desk<'_, '_>,
    fee: &EventRef,
    cents: i64,
    method: &str,
    receipt: Option<&str>,
    at: &str,
) -> Made {
    let fee = desk.dossier.again.now(*fee);
    let owed = desk.dossier.standing_fees().find(|added| added.at == fee);
    let owed = owed.ok_or(Refusal::NotAFee)?.fact.cents;
    let rest = owed.saturating_sub(desk.dossier.paid(&fee));
    if rest == 0 || (rest < 0) != (owed < 0) {
        return Err(Refusal::FeeAlreadyPaid);
    }
    if cents == 0 || (cents < 0) != (owed < 0) || cents.unsigned_abs() > rest.unsigned_abs() {
        return Err(Refusal::MoreThanOwed { rest: crate::fields::text::money(rest) });
    }
    let paid = FeePaid {
        fee,
        cents,
        method: required(method, "收款方式", "Way of payment")?,
        receipt: optional(receipt),
        at: desk.time(at)?,
    };
    desk.record(Fact::FeePaid(paid));
    Ok(None)
}
