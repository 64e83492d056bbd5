use super::{
    desk::{Desk, Made, optional},
    fields::begin_anew,
    items::signature,
};
use crate::{
    command::SignedHow,
    dossier::{Dossier, steps::Step},
    fact::{Arrived, Closed, Confirmed, DayClosed, Fact, Overridden, StationSigned},
    refusal::Refusal,
    view::Text2,
    vocabulary::{Attendance, Outcome, PartyRole},
};
use shoulou_eventlog::{Id, Value};

pub(super) fn arrive(
    desk: &mut Desk<'_, '_>,
    attendance: Attendance,
    visitors: &[Id],
    at: &str,
) -> Made {
    let role = match attendance {
        Attendance::Owner => PartyRole::Owner,
        Attendance::LegalRepresentative => PartyRole::LegalRepresentative,
        Attendance::Delegate => PartyRole::Delegate,
    };
    let mut visitors = visitors.to_vec();
    for visitor in &visitors {
        let party = desk.dossier.party(*visitor);
        party.filter(|party| party.present()).ok_or(Refusal::PartyUnknown)?;
    }
    let of_kind: Vec<Id> = desk.dossier.present_parties(role).map(|party| party.id).collect();
    if !visitors.iter().any(|visitor| of_kind.contains(visitor)) {
        // One person of that kind: nobody else can be meant.
        let [only] = of_kind[..] else { return Err(Refusal::NobodyOfThatKind { kind: role }) };
        visitors.push(only);
    }
    visitors.sort_unstable();
    visitors.dedup();
    let arrived = Arrived { day: desk.dossier.day, attendance, visitors, at: desk.time(at)? };
    desk.record(Fact::Arrived(arrived));
    begin_anew(desk);
    Ok(None)
}

/// What the handler writes on a station's line.
pub(super) struct Line<'l> {
    pub signer: Id,
    pub how: &'l SignedHow,
    pub stamped: bool,
    pub result: &'l str,
    pub slip: &'l Option<String>,
    pub signed_at: &'l str,
}

pub(super) fn sign(desk: &mut Desk<'_, '_>, station: &str, line: Line<'_>) -> Made {
    let Some(of_template) = desk.dossier.template.station(station) else {
        return Err(Refusal::StationUnknown);
    };
    desk.staff(line.signer)?;
    signature(line.how)?;
    if desk.dossier.station_signed(station) {
        return Err(Refusal::AlreadySigned { what: of_template.title.clone() });
    }
    unblocked(&desk.dossier, Step::Station(station))?;
    let signed = StationSigned {
        station: station.to_owned(),
        day: desk.dossier.day,
        signer: line.signer,
        how: line.how.clone(),
        stamped: line.stamped,
        result: line.result.trim().to_owned(),
        slip: optional(line.slip.as_deref()),
        signed_at: desk.time(line.signed_at)?,
    };
    desk.record(Fact::StationSigned(signed));
    Ok(None)
}

pub(super) fn unblocked(dossier: &Dossier<'_>, step: Step<'_>) -> Result<(), Refusal> {
    match dossier.blocked(step) {
        Some(why) => Err(Refusal::StepBlocked { step: dossier.step_title(step), why }),
        None => Ok(()),
    }
}

pub(super) fn lift(desk: &mut Desk<'_, '_>, step: &str, name: &str, reason: &str) -> Made {
    let parsed = Step::parse(step).ok_or(Refusal::StepUnknown)?;
    if let Step::Station(key) = parsed
        && desk.dossier.template.station(key).is_none()
    {
        return Err(Refusal::StationUnknown);
    }
    let (name, reason) = (name.trim(), reason.trim());
    if name.is_empty() || reason.is_empty() {
        return Err(Refusal::ReasonMissing);
    }
    if desk.dossier.blocked(parsed).is_none() {
        return Err(Refusal::StepNotBlocked);
    }
    let overridden =
        Overridden { step: parsed.name(), name: name.to_owned(), reason: reason.to_owned() };
    desk.record(Fact::Overridden(overridden));
    Ok(None)
}

pub(super) fn outcome(desk: &mut Desk<'_, '_>, outcome: Outcome, reason: Option<&str>) -> Made {
    let reason = optional(reason);
    let ends_the_day = matches!(outcome, Outcome::Refused | Outcome::Postponed | Outcome::NoShow);
    if reason.is_none() && matches!(outcome, Outcome::Refused | Outcome::Postponed) {
        return Err(Refusal::ReasonMissing);
    }
    let before = desk.dossier.outcome();
    let ended = matches!(before, Some(Outcome::Refused | Outcome::Postponed | Outcome::NoShow))
        && !desk.dossier.days_closed.is_empty()
        && desk.dossier.arrival.is_none();
    let word = serde_json::to_value(outcome).ok().and_then(|word| word.as_str().map(Value::from));
    desk.set("outcome", word.unwrap_or(Value::Null));
    desk.set("outcome/reason", reason.map_or(Value::Null, Value::from));
    // Said again before a new day began, it corrects that day's outcome and ends no second one.
    if ends_the_day && !ended {
        let appointment = desk.dossier.file.value("appointment/at").and_then(Value::as_text);
        let closed = DayClosed {
            day: desk.dossier.day,
            outcome,
            appointment: appointment.map(str::to_owned),
        };
        desk.record(Fact::DayClosed(closed));
    }
    Ok(None)
}

pub(super) fn close(desk: &mut Desk<'_, '_>) -> Made {
    if desk.dossier.closed.is_some() {
        return Err(Refusal::FileAlreadyClosed);
    }
    unblocked(&desk.dossier, Step::Close)?;
    let Some(outcome) = desk.dossier.outcome() else {
        // An override lifts what is missing; what was decided has to be said all the same.
        let (step, why) = (Step::Close, desk.dossier.obstacle(Step::Close).unwrap_or_default());
        return Err(Refusal::StepBlocked { step: desk.dossier.step_title(step), why });
    };
    let defects = desk.dossier.standing_defects().map(|defect| defect.at).collect();
    desk.record(Fact::Closed(Closed { outcome, defects: Some(defects) }));
    Ok(None)
}

pub(super) fn confirm(desk: &mut Desk<'_, '_>) -> Made {
    if desk.dossier.closed.is_none() {
        return Err(Refusal::FileNotClosed);
    }
    if desk.dossier.confirmed.is_some() {
        return Err(Refusal::FileAlreadyConfirmed);
    }
    let roles = crate::views::supervisor_roles(&desk.world);
    let role = desk.world.staff_text(desk.actor, "role").unwrap_or_default();
    if !roles.iter().any(|confirms| confirms == role) {
        let words: Vec<_> = roles.iter().map(|role| desk.world.word(role)).collect();
        let list = |pick: fn(&Text2) -> &str, join: &str| {
            words.iter().map(pick).collect::<Vec<_>>().join(join)
        };
        let roles = Text2::new(list(|word| &word.zh, "、"), list(|word| &word.en, ", "));
        return Err(Refusal::NotSupervisor { roles });
    }
    desk.record(Fact::Confirmed(Confirmed {}));
    Ok(None)
}
