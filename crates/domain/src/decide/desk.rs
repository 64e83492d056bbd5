use super::{Context, Decision};
use crate::{
    command::*,
    dossier::{Dossier, ItemState},
    fact::Fact,
    fields::{self, Entity, Field},
    refusal::Refusal,
    view::Text2,
    world::World,
};
use chrono::{DateTime, FixedOffset};
use shoulou_eventlog::{EntityState, EventRef, Id, NewEvent, Source, Value};

/// Where one command is worked out: what is known, and the events so far.
pub(super) struct Desk<'a, 'c> {
    pub world: World<'a>,
    pub dossier: Dossier<'a>,
    pub actor: Id,
    pub now: DateTime<FixedOffset>,
    shown: &'c dyn Fn(&EventRef) -> bool,
    fresh: &'c mut dyn FnMut() -> Id,
    pub events: Vec<NewEvent>,
}

pub(super) type Made = Result<Option<Id>, Refusal>;

impl<'a, 'c> Desk<'a, 'c> {
    pub fn of(
        world: &World<'a>,
        context: &'c mut Context<'_>,
        command: &Command,
    ) -> Result<Self, Refusal> {
        if let Some(file) = command.file()
            && (world.file_id != Some(file) || world.file.is_none())
        {
            return Err(Refusal::FileMissing);
        }
        if let Some(unit) = command.unit()
            && (world.unit_id != Some(unit) || world.unit.is_none())
        {
            return Err(Refusal::UnitMissing);
        }
        let newer = |state: Option<&EntityState>| state.is_some_and(|s| !s.unknown.is_empty());
        let touched = match (command.file(), command.unit()) {
            (Some(_), _) => newer(world.file),
            (None, Some(_)) => newer(world.unit),
            (None, None) => newer(Some(world.project)),
        };
        if touched {
            return Err(Refusal::NewerVersionNeeded);
        }
        let dossier = match command {
            // The many small ones.
            Command::TickItem { item, .. } => Dossier::about(world, Some(item)),
            _ => Dossier::of(world),
        };
        if dossier.household_erased() && command.file().is_some() {
            return Err(Refusal::HouseholdErased);
        }
        if dossier.closed.is_some() && !goes_on_after_closing(&dossier, command) {
            return Err(Refusal::FileClosed);
        }
        Ok(Desk {
            world: *world,
            dossier,
            actor: context.actor,
            now: context.now,
            shown: context.shown,
            fresh: &mut *context.fresh,
            events: Vec::new(),
        })
    }

    pub fn fresh(&mut self) -> Id {
        (self.fresh)()
    }

    pub fn file_id(&self) -> Id {
        self.world.file_id.unwrap_or_default()
    }

    pub fn record(&mut self, fact: Fact) {
        let event = fact.event(self.file_id());
        self.events.push(event);
    }

    /// States a register of an entity anew, unless it says so already and nobody disputes it.
    pub fn state(
        &mut self,
        on: Entity,
        entity: Id,
        state: Option<&EntityState>,
        path: &str,
        value: Value,
    ) {
        let open = state.and_then(|state| state.registers.get(path));
        let stands = match open {
            None => value.is_null(),
            Some(open) if open.is_empty() => value.is_null(),
            Some(open) => open.len() == 1 && open.values().all(|stated| stated.value == value),
        };
        if !stands {
            let replaces = fields::shown_claims(state, path, self.shown);
            self.events.push(fields::claim(on, entity, path, value, replaces, Source::Person));
        }
    }

    /// States a register of the file.
    pub fn set(&mut self, path: &str, value: Value) {
        self.state(Entity::File, self.file_id(), self.world.file, path, value);
    }

    /// The value of a field as it is kept.
    pub fn normal(&self, field: &Field, value: &Value) -> Result<Value, Refusal> {
        let value = fields::value::normal(field, value.clone(), *self.now.offset())?;
        Ok(match value {
            Value::Text(word) if field.worded => self.world.kept_word(&word).into(),
            Value::List(words) if field.worded => {
                let kept = |word: &Value| word.as_text().map(|word| self.world.kept_word(word));
                Value::List(words.iter().filter_map(kept).map(Value::from).collect())
            }
            value => value,
        })
    }

    /// A holder as it is kept.
    pub fn kept_holder(&self, holder: &Holder) -> Holder {
        match holder {
            Holder::Department { name } => Holder::Department { name: self.world.kept_word(name) },
            Holder::Custody { name } => Holder::Custody { name: self.world.kept_word(name) },
            other => other.clone(),
        }
    }

    /// An item this case asks for, or one that was dropped after something was recorded on it.
    pub fn item(&self, item: &ItemRef) -> Result<&ItemState<'a>, Refusal> {
        if let Some(state) = self.dossier.item(item) {
            return Ok(state);
        }
        Err(match self.dossier.template.item(&item.key) {
            Some(_) => Refusal::ItemNotApplicable { item: self.dossier.item_title(item) },
            None => Refusal::ItemUnknown,
        })
    }

    pub fn items(&self, items: &[ItemRef]) -> Result<(), Refusal> {
        if items.is_empty() {
            return Err(Refusal::NothingChosen);
        }
        items.iter().try_for_each(|item| self.item(item).map(|_| ()))
    }

    pub fn staff(&self, id: Id) -> Result<(), Refusal> {
        let active = self.world.project.value(&format!("staff/{id}/active"));
        match (self.world.staff_name(id), active) {
            (None, _) => Err(Refusal::StaffUnknown),
            (Some(_), Some(Value::Bool(false))) => Err(Refusal::SignerInactive),
            _ => Ok(()),
        }
    }

    pub fn holder(&self, holder: &Holder) -> Result<(), Refusal> {
        match holder {
            Holder::Staff { id } => self.staff(*id),
            Holder::Party { id } => match self.dossier.party(*id) {
                Some(party) if party.present() => Ok(()),
                _ => Err(Refusal::PartyUnknown),
            },
            Holder::Department { name } | Holder::Custody { name } => {
                required(name, "保管人", "Holder").map(|_| ())
            }
            Holder::Missing => Ok(()),
        }
    }

    /// A time as it is kept.
    pub fn time(&self, typed: &str) -> Result<String, Refusal> {
        let time = fields::value::time(typed, *self.now.offset());
        time.map(|time| time.to_rfc3339()).ok_or_else(|| Refusal::ValueUnreadable {
            field: Text2::new("时间", "Time"),
            expected: Text2::new(
                "日期和时间，如 2026-11-21 10:00",
                "a date and time such as 2026-11-21 10:00",
            ),
        })
    }

    /// A day as it is kept; of a time, its day.
    pub fn date(&self, typed: &str) -> Result<String, Refusal> {
        let day = typed.split(['T', ' ']).next().unwrap_or(typed);
        fields::value::date(day).map(|date| date.to_string()).ok_or_else(|| {
            Refusal::ValueUnreadable {
                field: Text2::new("日期", "Date"),
                expected: Text2::new("日期，如 2026-11-21", "a date such as 2026-11-21"),
            }
        })
    }
}

/// The text without its margins; a refusal that names the field where nothing is left.
pub(super) fn required(text: &str, zh: &str, en: &str) -> Result<String, Refusal> {
    match text.trim() {
        "" => Err(Refusal::Required { field: Text2::new(zh, en) }),
        text => Ok(text.to_owned()),
    }
}

pub(super) fn optional(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Work that a closed file still sees: what is outstanding, rectification, keys kept back, papers passed on.
fn goes_on_after_closing(dossier: &Dossier<'_>, command: &Command) -> bool {
    use crate::template::Phase;
    use Command::*;
    let still_open = |item: &ItemRef| {
        let after = dossier.template.item(&item.key).is_some_and(|of| of.phase == Phase::After);
        after || dossier.item(item).is_some_and(|state| state.outstanding.is_some())
    };
    match command {
        SetField { path, .. } => {
            crate::dossier::is_disputed(dossier.file, path)
                || ["remark", "assistant"].contains(&path.as_str())
                || (path.starts_with("party/")
                    && ["/phone", "/phone2", "/email", "/address"].iter().any(|end| path.ends_with(end)))
                // Fields of the unit and the project are not the file's.
                || command.file().is_none()
        }
        TickItem { item, .. } | WaiveItem { item, .. } | IssueThings { item, .. } => {
            still_open(item)
        }
        SignItems { items, .. } => items.iter().all(still_open),
        SetOutstanding { .. }
        | RecordDelivery { .. }
        | TransferItems { .. }
        | AttachScan { .. }
        | FilePages { .. }
        | ExcusePages { .. }
        | ConfirmFile { .. }
        | CloseFile { .. }
        | TryKey { .. }
        | MoveKeys { .. }
        | ReturnKeys { .. }
        | SetDefectResult { .. }
        | TakeFee { .. }
        | EraseParty { .. }
        | EraseHousehold { .. }
        | SettleDispute { .. }
        | ClearAlarm { .. }
        | VoidFact { .. } => true,
        _ => command.file().is_none(),
    }
}

impl Decision {
    /// Whether anything changes.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// Whether data are gone after it: nothing takes that back.
    pub fn is_final(&self) -> bool {
        self.events.iter().any(|event| event.event.kind.ends_with(".erase"))
    }
}
