//! One home's file, read once: its facts in order, its parties, keys and items as they stand. Decisions and views
//! both work from this.

mod again;
pub mod items;
pub mod keys;
pub mod parties;
pub mod scans;
pub mod steps;

pub use again::Again;
pub use items::{ItemState, MarkState};
pub use keys::KeyState;
pub use parties::PartyState;

use crate::{
    command::*,
    fact::*,
    template::{Anchor, Case, Due, Template, Unit},
    vocabulary::*,
    world::World,
};
use shoulou_eventlog::{EntityState, EventRef, Id, Meta, Recorded, Settled, Value, Voiding};
use std::sync::{Arc, LazyLock};

/// A fact with where it lies and who made it.
#[derive(Clone, Debug)]
pub struct Entry<'a, T> {
    pub at: EventRef,
    pub meta: &'a Meta,
    /// Why it was voided, if it was.
    pub voided: Option<&'a str>,
    pub fact: T,
}

/// One fact on its way into the dossier.
struct Told<'f, 'a> {
    at: &'f EventRef,
    meta: &'a Meta,
    voided: Option<&'a str>,
    recorded: &'a Recorded,
}

/// A sign-off without its strokes; those stay in `recorded` until a view wants them.
#[derive(Clone, Debug)]
pub struct SignOff {
    pub items: Vec<ItemRef>,
    pub station: Option<String>,
    pub day: u32,
    pub signer: Id,
    pub by_staff: bool,
}

pub struct Dossier<'a> {
    pub world: World<'a>,
    pub file: &'a EntityState,
    pub again: Again,
    pub template: Arc<Template>,
    /// From 1; a refused, postponed or missed day starts the next.
    pub day: u32,
    pub parties: Vec<PartyState<'a>>,
    pub keys: Vec<KeyState<'a>>,
    pub arrival: Option<Entry<'a, Arrived>>,
    /// Everyone who came on the current day.
    pub present: Vec<Id>,
    pub sign_offs: Vec<(Entry<'a, SignOff>, &'a Recorded)>,
    pub postings: Vec<Entry<'a, Posted>>,
    pub deliveries: Vec<Entry<'a, Delivered>>,
    pub transfers: Vec<Entry<'a, Transferred>>,
    pub scans: Vec<Entry<'a, Scanned>>,
    pub pages: Vec<Entry<'a, PageScanned>>,
    pub excused: Vec<Entry<'a, PagesExcused>>,
    pub retentions: Vec<Entry<'a, KeysRetained>>,
    pub returns: Vec<Entry<'a, KeysReturned>>,
    pub issues: Vec<Entry<'a, Issued>>,
    /// Meters, defects and fees hold voided ones too: screens show them struck through.
    pub meters: Vec<Entry<'a, MeterReading>>,
    pub defects: Vec<Entry<'a, Defect>>,
    pub fees: Vec<Entry<'a, Fee>>,
    pub defect_results: Vec<Entry<'a, DefectResulted>>,
    pub payments: Vec<Entry<'a, FeePaid>>,
    pub overrides: Vec<Entry<'a, Overridden>>,
    pub days_closed: Vec<Entry<'a, DayClosed>>,
    pub prints: Vec<Entry<'a, Printed>>,
    pub closed: Option<Entry<'a, Closed>>,
    /// Closings that others made without knowing of that one.
    pub closed_before: Vec<Entry<'a, Closed>>,
    pub confirmed: Option<Entry<'a, Confirmed>>,
    pub case: Case,
    pub items: Vec<ItemState<'a>>,
}

static NOTHING: LazyLock<EntityState> = LazyLock::new(EntityState::default);
static NO_TEMPLATE: LazyLock<Arc<Template>> = LazyLock::new(|| Arc::new(no_template()));

/// Stands in while the project's template has not arrived: it asks for nothing.
fn no_template() -> Template {
    Template {
        name: String::new(),
        version: 0,
        letters: Due { from: Anchor::Appointment, count: 0, unit: Unit::Day },
        notice_days: 0,
        order: String::new(),
        orders: Vec::new(),
        who: Vec::new(),
        stations: Vec::new(),
        shown: Vec::new(),
        items: Vec::new(),
    }
}

impl<'a> Dossier<'a> {
    /// Reads the world's file; without one it is an empty file.
    pub fn of(world: &World<'a>) -> Self {
        Self::about(world, None)
    }

    /// As [`Dossier::of`]; where an item is named, without the others.
    pub fn about(world: &World<'a>, only: Option<&ItemRef>) -> Self {
        let file = world.file.unwrap_or(&NOTHING);
        let mut dossier = Dossier {
            world: *world,
            file,
            again: Again::of(file),
            template: NO_TEMPLATE.clone(),
            day: 1,
            parties: parties::read(file),
            keys: Vec::new(),
            arrival: None,
            present: Vec::new(),
            sign_offs: Vec::new(),
            postings: Vec::new(),
            deliveries: Vec::new(),
            transfers: Vec::new(),
            scans: Vec::new(),
            pages: Vec::new(),
            excused: Vec::new(),
            retentions: Vec::new(),
            returns: Vec::new(),
            issues: Vec::new(),
            meters: Vec::new(),
            defects: Vec::new(),
            fees: Vec::new(),
            defect_results: Vec::new(),
            payments: Vec::new(),
            overrides: Vec::new(),
            days_closed: Vec::new(),
            prints: Vec::new(),
            closed: None,
            closed_before: Vec::new(),
            confirmed: None,
            case: Case::default(),
            items: Vec::new(),
        };
        let mut keys = keys::Reader::default();
        let mut arrivals = Vec::new();
        let mut opened_with = None;
        let mut facts: Vec<_> = file
            .facts
            .iter()
            .filter(|(at, _)| !dossier.again.is_over(at))
            // What the fold did not know says nothing before the upgrade.
            .filter(|(_, recorded)| !file.unknown.contains_key(&recorded.kind))
            .map(|(at, recorded)| (dossier.again.meta(file, at, recorded), at, recorded))
            .collect();
        facts.sort_unstable_by_key(|(meta, at, _)| (meta.order, **at));
        for (meta, at, recorded) in facts {
            let as_told = Told { at, meta, voided: voided(file, at), recorded };
            dossier.take(as_told, &mut keys, &mut arrivals, &mut opened_with);
        }
        let changed = file.value("template").and_then(Value::as_text);
        let address = changed.and_then(|hex| hex.parse().ok()).or(opened_with);
        if let Some(template) = address.and_then(|address| world.template(address)) {
            dossier.template = template;
        }
        let last_closed = dossier.days_closed.iter().map(|closed| closed.fact.day).max();
        dossier.day = last_closed.unwrap_or(0) + 1;
        arrivals.retain(|arrival: &Entry<Arrived>| arrival.fact.day == dossier.day);
        dossier.present =
            arrivals.iter().flat_map(|arrival| arrival.fact.visitors.clone()).collect();
        dossier.arrival = arrivals.pop();
        dossier.keys = keys.finish(file);
        dossier.case = dossier.read_case();
        dossier.items = items::read(&dossier, only);
        dossier
    }

    fn take(
        &mut self,
        Told { at, meta, voided, recorded }: Told<'_, 'a>,
        keys: &mut keys::Reader<'a>,
        arrivals: &mut Vec<Entry<'a, Arrived>>,
        opened_with: &mut Option<shoulou_eventlog::Hash>,
    ) {
        fn entry<'a, T>(
            at: &EventRef,
            meta: &'a Meta,
            voided: Option<&'a str>,
            fact: T,
        ) -> Entry<'a, T> {
            Entry { at: *at, meta, voided, fact }
        }
        if matches!(recorded.kind.as_str(), "file.signed" | "file.station_signed") {
            if let (None, Some(sign_off)) = (voided, sign_off(recorded)) {
                self.sign_offs.push((entry(at, meta, voided, sign_off), recorded));
            }
            return;
        }
        let Some(fact) = Fact::decode(&recorded.kind, &recorded.payload) else { return };
        match self.about_what_stands(fact) {
            Fact::MeterRead(fact) => self.meters.push(entry(at, meta, voided, fact)),
            Fact::DefectNoted(fact) => self.defects.push(entry(at, meta, voided, fact)),
            Fact::FeeAdded(fact) => self.fees.push(entry(at, meta, voided, fact)),
            _ if voided.is_some() => {}
            Fact::FileOpened(fact) => *opened_with = opened_with.or(Some(fact.template)),
            Fact::Arrived(fact) => arrivals.push(entry(at, meta, voided, fact)),
            Fact::Posted(fact) => self.postings.push(entry(at, meta, voided, fact)),
            Fact::Delivered(fact) => self.deliveries.push(entry(at, meta, voided, fact)),
            Fact::Transferred(fact) => self.transfers.push(entry(at, meta, voided, fact)),
            Fact::Scanned(fact) => self.scans.push(entry(at, meta, voided, fact)),
            Fact::PageScanned(fact) => self.pages.push(entry(at, meta, voided, fact)),
            Fact::PagesExcused(fact) => self.excused.push(entry(at, meta, voided, fact)),
            Fact::KeyRegistered(fact) => keys.registered(*at, meta, fact),
            Fact::KeyTried(fact) => keys.tried(fact),
            Fact::KeyMoved(fact) => keys.moved(*at, meta, fact),
            Fact::KeysRetained(fact) => self.retentions.push(entry(at, meta, voided, fact)),
            Fact::KeysReturned(fact) => self.returns.push(entry(at, meta, voided, fact)),
            Fact::Issued(fact) => self.issues.push(entry(at, meta, voided, fact)),
            Fact::DefectResulted(fact) => self.defect_results.push(entry(at, meta, voided, fact)),
            Fact::FeePaid(fact) => self.payments.push(entry(at, meta, voided, fact)),
            Fact::Overridden(fact) => self.overrides.push(entry(at, meta, voided, fact)),
            Fact::DayClosed(fact) => self.days_closed.push(entry(at, meta, voided, fact)),
            Fact::Printed(fact) => self.prints.push(entry(at, meta, voided, fact)),
            Fact::Closed(fact) => {
                let before = self.closed.replace(entry(at, meta, voided, fact));
                self.closed_before.extend(before);
            }
            Fact::Confirmed(fact) => self.confirmed = Some(entry(at, meta, voided, fact)),
            _ => {}
        }
    }

    /// A fact about another is about what stands of it now.
    fn about_what_stands(&self, mut fact: Fact) -> Fact {
        let named = match &mut fact {
            Fact::Scanned(scan) => scan.fact.as_mut(),
            Fact::Delivered(delivered) => Some(&mut delivered.posting),
            Fact::DefectResulted(result) => Some(&mut result.defect),
            Fact::FeePaid(paid) => Some(&mut paid.fee),
            _ => None,
        };
        if let Some(named) = named {
            *named = self.again.now(*named);
        }
        fact
    }

    fn read_case(&self) -> Case {
        let flag = |path: &str| self.file.value(path).and_then(Value::as_bool);
        let attendance = match &self.arrival {
            Some(arrival) => Some(arrival.fact.attendance),
            None => self.announced_attendance(),
        };
        let owners = self.owners().count() as u32;
        let buyer = self.buyer_kind();
        let persons = if buyer == Some(BuyerKind::Company) { 0 } else { owners };
        let family = self.present_parties(PartyRole::Family).count() as u32;
        let dog = flag("has_dog");
        Case {
            buyer,
            delegate: attendance.map(|attendance| attendance == Attendance::Delegate),
            dog,
            pet: if dog == Some(true) { dog } else { flag("has_pet") },
            vehicles: self.count("vehicles"),
            renovation_delegated: flag("renovation_delegated"),
            keys_retained: self.retention().is_some_and(|retention| retention.fact.answer),
            defects: self.standing_defects().next().is_some(),
            day_failed: !self.days_closed.is_empty()
                || self.outcome() == Some(Outcome::RepairFirst),
            persons,
            family: persons + family,
        }
    }

    /// More than anyone brings: a slip of the keyboard must not make thousands of items.
    fn count(&self, path: &str) -> Option<u32> {
        let count = self.file.value(path).and_then(Value::as_int)?;
        Some(count.clamp(0, 20) as u32)
    }

    pub fn announced_attendance(&self) -> Option<Attendance> {
        word(self.file.value("attendance"))
    }

    /// As said, or as the owners' papers show.
    pub fn buyer_kind(&self) -> Option<BuyerKind> {
        let said: Option<BuyerKind> = word(self.file.value("buyer_kind"));
        let company = |party: &PartyState| {
            party.text("company_code").is_some() || party.text("paper_kind") == Some("company_code")
        };
        let mut owners = self.owners().peekable();
        said.or_else(|| {
            owners.peek()?;
            Some(if owners.any(company) { BuyerKind::Company } else { BuyerKind::Person })
        })
    }

    /// What was attached to a fact, in the order it was.
    pub fn scans_of(&self, fact: EventRef) -> impl Iterator<Item = &Entry<'a, Scanned>> {
        self.scans.iter().filter(move |scan| scan.fact.fact == Some(fact))
    }

    /// Recorded as present on the current day.
    pub fn is_here(&self, party: Id) -> bool {
        self.present.contains(&party)
    }

    pub fn outcome(&self) -> Option<Outcome> {
        word(self.file.value("outcome"))
    }

    pub fn accepted(&self) -> bool {
        matches!(self.outcome(), Some(Outcome::Accepted | Outcome::AcceptedWithDefects))
    }

    /// The last answer to being asked for keys.
    pub fn retention(&self) -> Option<&Entry<'a, KeysRetained>> {
        self.retentions.last()
    }

    pub fn standing_defects(&self) -> impl Iterator<Item = &Entry<'a, Defect>> {
        self.defects.iter().filter(|defect| defect.voided.is_none())
    }

    pub fn standing_fees(&self) -> impl Iterator<Item = &Entry<'a, Fee>> {
        self.fees.iter().filter(|fee| fee.voided.is_none())
    }

    pub fn defect_result(&self, defect: &EventRef) -> Option<&Entry<'a, DefectResulted>> {
        self.defect_results.iter().rfind(|result| result.fact.defect == *defect)
    }

    pub fn open_defects(&self) -> usize {
        let open = |defect: &&Entry<Defect>| {
            self.defect_result(&defect.at)
                .is_none_or(|result| result.fact.result != DefectResult::Accepted)
        };
        self.standing_defects().filter(open).count()
    }

    /// 分
    pub fn paid(&self, fee: &EventRef) -> i64 {
        let paid = self.payments.iter().filter(|payment| payment.fact.fee == *fee);
        paid.fold(0, |sum, payment| sum.saturating_add(payment.fact.cents))
    }

    pub fn station_signed(&self, station: &str) -> bool {
        self.sign_offs.iter().any(|(entry, _)| entry.fact.station.as_deref() == Some(station))
    }

    pub fn item(&self, item: &ItemRef) -> Option<&ItemState<'a>> {
        self.items.iter().find(|state| state.item == *item)
    }

    /// Registers that hold different values by people who did not see each other.
    pub fn disputes(&self) -> u32 {
        let disputed = |state: &EntityState| {
            state
                .registers
                .iter()
                .filter(|(path, open)| differ(open) && may_be_disputed(path))
                .count()
        };
        (disputed(self.file) + self.world.unit.map_or(0, disputed)) as u32
    }
}

/// Two people who looked into one alarm do not contradict each other.
pub fn may_be_disputed(path: &str) -> bool {
    !path.starts_with("alarm/") && !crate::paper::wording::is_note(path)
}

fn differ(open: &std::collections::BTreeMap<EventRef, shoulou_eventlog::Stated>) -> bool {
    let mut values = open.values().map(|stated| &stated.value);
    values.next().is_some_and(|first| values.any(|value| value != first))
}

/// Whether the register at `path` is disputed.
pub fn is_disputed(state: &EntityState, path: &str) -> bool {
    matches!(state.register(path), Settled::Disputed(_))
}

fn voided<'a>(file: &'a EntityState, at: &EventRef) -> Option<&'a str> {
    let voidings = file.voids.get(at)?;
    // The reason lies in a voiding of its own, which erasing the household takes away.
    let rank = |(at, voiding): &(&EventRef, &Voiding)| {
        (voiding.reason.is_empty(), voiding.meta.order, **at)
    };
    let (_, first) = voidings.iter().min_by_key(rank)?;
    Some(&first.reason)
}

/// A word of a closed list, as it lies in a register.
pub(crate) fn word<T: serde::de::DeserializeOwned>(value: Option<&Value>) -> Option<T> {
    let text = value?.as_text()?;
    serde_json::from_value(serde_json::Value::String(text.to_owned())).ok()
}

/// Reads the few fields that decide what is signed, and leaves the strokes where they are.
fn sign_off(recorded: &Recorded) -> Option<SignOff> {
    let fields = recorded.payload.as_map()?;
    let get =
        |name: &str| fields.iter().find(|(key, _)| key.as_text() == Some(name)).map(|(_, v)| v);
    if recorded.kind == "file.signed" {
        let signer: Signer = get("signer")?.deserialized().ok()?;
        return Some(SignOff {
            items: get("items")?.deserialized().ok()?,
            station: None,
            day: 0,
            signer: signer.id(),
            by_staff: matches!(signer, Signer::Staff { .. }),
        });
    }
    Some(SignOff {
        items: Vec::new(),
        station: Some(get("station")?.as_text()?.to_owned()),
        day: get("day")?.deserialized().ok()?,
        signer: get("signer")?.deserialized().ok()?,
        by_staff: true,
    })
}
