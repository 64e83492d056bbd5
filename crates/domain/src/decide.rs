//! From a command to the events that record it, or a refusal with its reason.

mod day;
mod desk;
mod fields;
mod items;
mod keys;
mod merging;
mod money;
mod parties;
mod scans;
mod summary;
mod templates;
mod together;
mod undo;
mod units;
mod voiding;

pub use together::decide_all;
pub use undo::undo;
pub use voiding::voidable;

use crate::{command::*, refusal::Refusal, view::Text2, world::World};
use chrono::{DateTime, FixedOffset};
use desk::Desk;
use shoulou_eventlog::{EventRef, Id, NewEvent};

/// What a decision may know besides the records.
pub struct Context<'a> {
    /// 当前经办人
    pub actor: Id,
    pub now: DateTime<FixedOffset>,
    /// Whether the person's screen showed a claim: only those are replaced.
    pub shown: &'a dyn Fn(&EventRef) -> bool,
    /// A new id each time.
    pub fresh: &'a mut dyn FnMut() -> Id,
}

/// What one action writes, all of it or nothing. No events: everything stood that way already.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    pub events: Vec<NewEvent>,
    /// What came into being: a unit, a party, a member of staff.
    pub made: Option<Id>,
    /// The action in a few words, for the undo bar; holds no personal data.
    pub summary: Text2,
}

/// Decides a command. `world` holds the file, unit or project it names; for `AddUnit`, the unit of that code
/// where there is one.
pub fn decide(
    world: &World<'_>,
    command: &Command,
    context: &mut Context<'_>,
) -> Result<Decision, Refusal> {
    use Command::*;
    let mut desk = Desk::of(world, context, command)?;
    let desk_ = &mut desk;
    let made = match command {
        SetField { target, path, value } => fields::set(desk_, *target, path, value)?,
        AddStaff { name, role, department } => units::add_staff(desk_, name, role, department)?,
        AddUnit { code, kind, fields } => units::add(desk_, code, *kind, fields)?,
        ReopenSale { unit } => units::reopen(desk_, *unit)?,
        AddParty { role, fields, .. } => parties::add(desk_, *role, fields)?,
        RemoveParty { party, reason, .. } => parties::remove(desk_, *party, reason)?,
        EraseParty { party, reason, .. } => parties::erase(desk_, *party, reason)?,
        EraseHousehold { why, .. } => parties::erase_household(desk_, *why),
        TickItem { item, mark, on, .. } => items::tick(desk_, item, mark, *on)?,
        WaiveItem { item, reason, .. } => items::waive(desk_, item, reason.as_deref())?,
        SetOutstanding { item, outstanding, .. } => {
            items::outstanding(desk_, item, outstanding.as_ref())?
        }
        RecordPosting { items, carrier, number, posted_on, .. } => {
            items::post(desk_, items, carrier, number, posted_on)?
        }
        RecordDelivery { posting, outcome, on, .. } => {
            items::deliver(desk_, posting, *outcome, on)?
        }
        TransferItems { items, from, to, at, slip, .. } => {
            items::transfer(desk_, items, from, to, at, slip.as_deref())?
        }
        AttachScan { subject, blob, name, media, .. } => {
            items::attach(desk_, subject, blob, name, media)?
        }
        FilePages { of, pages, .. } => scans::file(desk_, of, pages)?,
        ExcusePages { document, pages, reason, .. } => {
            scans::excuse(desk_, *document, pages, reason)?
        }
        RecordArrival { attendance, visitors, at, .. } => {
            day::arrive(desk_, *attendance, visitors, at)?
        }
        SignItems { items, signer, how, signed_at, .. } => {
            items::sign(desk_, items, signer, how, signed_at)?
        }
        SignStation { station, signer, how, stamped, result, slip, signed_at, .. } => {
            let line =
                day::Line { signer: *signer, how, stamped: *stamped, result, slip, signed_at };
            day::sign(desk_, station, line)?
        }
        OverrideStep { step, name, reason, .. } => day::lift(desk_, step, name, reason)?,
        SetOutcome { outcome, reason, .. } => day::outcome(desk_, *outcome, reason.as_deref())?,
        CloseFile { .. } => day::close(desk_)?,
        ConfirmFile { .. } => day::confirm(desk_)?,
        RegisterKeys { kind, name, position, number, count, holder, .. } => {
            let like = keys::Like { kind: *kind, name, position, number };
            keys::register(desk_, like, *count, holder)?
        }
        TryKey { key, fits, label, note, .. } => {
            keys::try_on(desk_, *key, *fits, label.as_deref(), note.as_deref())?
        }
        MoveKeys { keys, to, at, purpose, .. } => {
            keys::pass(desk_, keys, to, at, purpose.as_deref())?
        }
        RetainKeys { answer, keys, terms, at, .. } => {
            keys::retain(desk_, *answer, keys, terms.as_ref(), at)?
        }
        ReturnKeys { keys, signer, how, at, .. } => keys::give_back(desk_, keys, signer, how, at)?,
        IssueThings { item, serials, count, at, .. } => {
            items::issue(desk_, item, serials, *count, at)?
        }
        ReadMeter { reading, .. } => money::read_meter(desk_, reading)?,
        NoteDefect { defect, .. } => money::note_defect(desk_, defect)?,
        SetDefectResult { defect, result, at, .. } => {
            money::defect_result(desk_, defect, *result, at)?
        }
        AddFee { fee, .. } => money::add_fee(desk_, fee)?,
        TakeFee { fee, cents, method, receipt, at, .. } => {
            money::take(desk_, fee, *cents, method, receipt.as_deref(), at)?
        }
        SetFormTemplate { form, text, note } => {
            templates::change(desk_, form, text, note.as_deref())?
        }
        UseFormTemplate { form, template } => {
            templates::put_back(desk_, form, template.as_deref())?
        }
        SettleDispute { target, path, claim } => merging::settle(desk_, *target, path, claim)?,
        ClearAlarm { key, seen, reason, .. } => merging::clear(desk_, key, seen, reason)?,
        VoidFact { target, fact, reason } => voiding::void(desk_, *target, fact, reason)?,
    };
    let summary = summary::of(&desk, command);
    Ok(Decision { events: desk.events, made, summary })
}

impl Command {
    /// The file it concerns.
    pub fn file(&self) -> Option<Id> {
        use Command::*;
        match self {
            SetField { target: Target::File { id }, .. }
            | SettleDispute { target: Target::File { id }, .. }
            | VoidFact { target: Target::File { id }, .. } => Some(*id),
            SetField { .. }
            | SettleDispute { .. }
            | VoidFact { .. }
            | AddStaff { .. }
            | AddUnit { .. }
            | SetFormTemplate { .. }
            | UseFormTemplate { .. }
            | ReopenSale { .. } => None,
            AddParty { file, .. }
            | RemoveParty { file, .. }
            | EraseParty { file, .. }
            | EraseHousehold { file, .. }
            | TickItem { file, .. }
            | WaiveItem { file, .. }
            | SetOutstanding { file, .. }
            | RecordPosting { file, .. }
            | RecordDelivery { file, .. }
            | TransferItems { file, .. }
            | AttachScan { file, .. }
            | FilePages { file, .. }
            | ExcusePages { file, .. }
            | RecordArrival { file, .. }
            | SignItems { file, .. }
            | SignStation { file, .. }
            | OverrideStep { file, .. }
            | SetOutcome { file, .. }
            | CloseFile { file }
            | ConfirmFile { file }
            | RegisterKeys { file, .. }
            | TryKey { file, .. }
            | MoveKeys { file, .. }
            | RetainKeys { file, .. }
            | ReturnKeys { file, .. }
            | IssueThings { file, .. }
            | ReadMeter { file, .. }
            | NoteDefect { file, .. }
            | SetDefectResult { file, .. }
            | AddFee { file, .. }
            | TakeFee { file, .. }
            | ClearAlarm { file, .. } => Some(*file),
        }
    }

    /// The unit it concerns, where it names one.
    pub fn unit(&self) -> Option<Id> {
        match self {
            Command::SetField { target: Target::Unit { id }, .. }
            | Command::SettleDispute { target: Target::Unit { id }, .. }
            | Command::VoidFact { target: Target::Unit { id }, .. }
            | Command::ReopenSale { unit: id } => Some(*id),
            _ => None,
        }
    }

    /// Whether it dates something with a legal weight: signing, handing over, closing. A clock that jumped
    /// is asked about first.
    pub fn puts_a_date_on_paper(&self) -> bool {
        use Command::*;
        matches!(
            self,
            SignItems { .. }
                | SignStation { .. }
                | RetainKeys { .. }
                | ReturnKeys { .. }
                | CloseFile { .. }
                | ConfirmFile { .. }
        )
    }
}

#[cfg(test)]
mod tests;
