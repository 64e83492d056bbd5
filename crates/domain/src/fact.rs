//! What happened, as it lies in the log: one type for each kind of fact. Claims, voids and erasures are not
//! here; the log itself folds those.

mod pages;

pub use pages::*;

use crate::{command::*, vocabulary::*};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use shoulou_eventlog::{Event, EventRef, Hash, Id, NewEvent};

/// In which part of the commit an event is sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartOf {
    /// Ids, times, counts, codes and amounts: nothing that describes a person.
    Common,
    /// Free text of a home.
    Household,
    /// One owner, delegate, family or staff member.
    Person(Id),
}

macro_rules! facts {
    ($($(#[$doc:meta])* $kind:literal => $name:ident($payload:ty)),+ $(,)?) => {
        /// A fact by its kind.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Fact { $($(#[$doc])* $name($payload)),+ }

        /// Every kind of fact this version writes and reads.
        pub const KINDS: &[&str] = &[$($kind),+];

        impl Fact {
            pub fn kind(&self) -> &'static str {
                match self { $(Fact::$name(_) => $kind),+ }
            }

            /// The payload as it lies in the log.
            pub fn encode(&self) -> ciborium::Value {
                match self { $(Fact::$name(payload) => encode(payload)),+ }
            }

            /// `None` where the kind is unknown or the payload is not of its shape.
            pub fn decode(kind: &str, payload: &ciborium::Value) -> Option<Fact> {
                match kind {
                    $($kind => decode(payload).map(Fact::$name),)+
                    _ => None,
                }
            }
        }
    };
}

facts! {
    "project.founded" => Founded(Founded),
    "project.template" => TemplateAdded(TemplateAdded),
    "unit.added" => UnitAdded(UnitAdded),
    "file.opened" => FileOpened(FileOpened),
    "file.signed" => Signed(Signed),
    "file.station_signed" => StationSigned(StationSigned),
    "file.arrived" => Arrived(Arrived),
    "file.posted" => Posted(Posted),
    "file.delivered" => Delivered(Delivered),
    "file.transferred" => Transferred(Transferred),
    "file.scanned" => Scanned(Scanned),
    "file.page_scanned" => PageScanned(PageScanned),
    "file.pages_excused" => PagesExcused(PagesExcused),
    "file.key_registered" => KeyRegistered(KeyRegistered),
    "file.key_tried" => KeyTried(KeyTried),
    "file.key_moved" => KeyMoved(KeyMoved),
    "file.keys_retained" => KeysRetained(KeysRetained),
    "file.keys_returned" => KeysReturned(KeysReturned),
    "file.issued" => Issued(Issued),
    "file.meter_read" => MeterRead(MeterReading),
    "file.defect_noted" => DefectNoted(Defect),
    "file.defect_result" => DefectResulted(DefectResulted),
    "file.fee_added" => FeeAdded(Fee),
    "file.fee_paid" => FeePaid(FeePaid),
    "file.overridden" => Overridden(Overridden),
    "file.day_closed" => DayClosed(DayClosed),
    "file.printed" => Printed(Printed),
    "file.closed" => Closed(Closed),
    "file.confirmed" => Confirmed(Confirmed),
    "file.revealed" => Revealed(Revealed),
    "lists.printed" => ListPrinted(ListPrinted),
}

/// In a fact that was recorded anew when its voiding was taken back: the one it says again.
const AGAIN_OF: &str = "again_of";

/// The fact that this one says again, if it does.
pub fn again_of(payload: &ciborium::Value) -> Option<EventRef> {
    let fields = payload.as_map()?;
    let (_, named) = fields.iter().find(|(name, _)| name.as_text() == Some(AGAIN_OF))?;
    named.deserialized().ok()
}

/// The same fact, to be recorded anew.
pub fn said_again(payload: &ciborium::Value, of: EventRef) -> ciborium::Value {
    let mut fields = payload.as_map().cloned().unwrap_or_default();
    fields.retain(|(name, _)| name.as_text() != Some(AGAIN_OF));
    fields.push((AGAIN_OF.into(), encode(&of)));
    ciborium::Value::Map(fields)
}

/// Whether this version knows a fact's kind; the fold makes an entity with an unknown one read-only.
pub fn is_known(kind: &str) -> bool {
    KINDS.contains(&kind)
}

fn encode(payload: &impl Serialize) -> ciborium::Value {
    ciborium::Value::serialized(payload).expect("facts are maps of plain values")
}

fn decode<T: DeserializeOwned>(payload: &ciborium::Value) -> Option<T> {
    payload.deserialized().ok()
}

impl Fact {
    /// Where the fact is sealed: the signer's part for what bears a person's hand, the household's for free text.
    pub fn part(&self) -> PartOf {
        match self {
            Fact::Signed(signed) => PartOf::Person(signed.signer.id()),
            Fact::StationSigned(signed) => PartOf::Person(signed.signer),
            Fact::KeysReturned(returned) => PartOf::Person(returned.signer.id()),
            Fact::Scanned(_)
            | Fact::PageScanned(_)
            | Fact::PagesExcused(_)
            | Fact::KeyTried(_)
            | Fact::KeyMoved(_)
            | Fact::KeysRetained(_)
            | Fact::DefectNoted(_)
            | Fact::Overridden(_)
            // Its archived pages name everybody.
            | Fact::Printed(_) => PartOf::Household,
            _ => PartOf::Common,
        }
    }

    /// The event that records the fact of `entity`.
    pub fn event(&self, entity: Id) -> NewEvent {
        let party = match self.part() {
            PartOf::Common => None,
            PartOf::Household => Some(crate::world::household(entity)),
            PartOf::Person(id) => Some(id),
        };
        let event = Event { kind: self.kind().to_owned(), entity, payload: self.encode() };
        NewEvent { party, event }
    }
}

impl Signer {
    pub fn id(&self) -> Id {
        match self {
            Signer::Party { id } | Signer::Staff { id } => *id,
        }
    }
}

/// The project's first entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Founded {}

/// A template's text, named by its SHA-256.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateAdded {
    pub hash: Hash,
    pub text: String,
    /// The form that it lays out; a template of files has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// A program shipped it, and paper was printed or signed in its words.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shipped: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitAdded {
    pub code: String,
}

/// `sale` counts from 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileOpened {
    pub unit: Id,
    pub sale: u32,
    pub template: Hash,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signed {
    pub items: Vec<ItemRef>,
    pub signer: Signer,
    pub how: SignedHow,
    pub signed_at: String,
}

/// One line of one day's 收楼手续书. `day` counts from 1; a refused, postponed or missed day starts the next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StationSigned {
    pub station: String,
    pub day: u32,
    pub signer: Id,
    pub how: SignedHow,
    pub stamped: bool,
    pub result: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slip: Option<String>,
    pub signed_at: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrived {
    pub day: u32,
    pub attendance: Attendance,
    pub visitors: Vec<Id>,
    pub at: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posted {
    pub items: Vec<ItemRef>,
    pub carrier: String,
    pub number: String,
    pub posted_on: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivered {
    pub posting: EventRef,
    pub outcome: DeliveryOutcome,
    pub on: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transferred {
    pub items: Vec<ItemRef>,
    pub from: String,
    pub to: String,
    pub at: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slip: Option<String>,
}

/// A scan of an item's copy, or of a fact (a sign-off on paper): one of the two is set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scanned {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemRef>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fact: Option<EventRef>,
    pub blob: String,
    pub name: String,
    pub media: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRegistered {
    pub key: Id,
    pub kind: KeyKind,
    pub name: String,
    pub position: String,
    pub number: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyTried {
    pub key: Id,
    pub fits: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyMoved {
    pub keys: Vec<Id>,
    pub to: Holder,
    pub at: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
}

/// 钥匙保管单, or the owner's answer that none are left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeysRetained {
    pub answer: bool,
    pub keys: Vec<Id>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<RetentionTerms>,
    pub at: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeysReturned {
    pub keys: Vec<Id>,
    pub signer: Signer,
    pub how: SignedHow,
    pub at: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    pub item: ItemRef,
    pub serials: Vec<String>,
    pub count: u32,
    pub at: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefectResulted {
    pub defect: EventRef,
    pub result: DefectResult,
    pub at: String,
}

/// 分
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeePaid {
    pub fee: EventRef,
    pub cents: i64,
    pub method: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
    pub at: String,
}

/// A blocked step that was taken all the same; `name` is who answers for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overridden {
    pub step: String,
    pub name: String,
    pub reason: String,
}

/// That day's 收楼手续书 ended without a handover.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayClosed {
    pub day: u32,
    pub outcome: Outcome,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appointment: Option<String>,
}

/// A document left the program as paper or PDF. The same `document` again is a reprint (补打); another
/// document of the form with a higher `version` voids the earlier ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Printed {
    pub document: Id,
    pub form: String,
    /// `SL-2026-8-2-1203-K7Q2-01`
    pub number: String,
    pub version: u32,
    pub pages: u32,
    /// SHA-256 of what the form was filled with: the same content prints as a reprint.
    pub content: Hash,
    /// The template that it was laid out with; entries of the first versions do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<Hash>,
    /// How many copies were made, each saying which it is; entries of the first versions do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copies: Option<u32>,
    /// The printer that it was for, by the system's name; without one, a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub printer: Option<String>,
    /// SHA-256 of the PDF.
    pub pdf: Hash,
    /// The archived PDF's blob.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blob: Option<Hash>,
    /// The sign-offs the pages carry.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub carries: Vec<EventRef>,
}

/// A list over many homes left the program as paper or PDF. No erasure of one home would reach its pages, so they are
/// archived nowhere, and nothing that they say stands here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListPrinted {
    pub form: String,
    /// `L-20261121-1430-K7Q2`
    pub number: String,
    /// Over so many homes.
    pub homes: u32,
    /// Of one copy.
    pub pages: u32,
    pub copies: u32,
    /// The template that it was laid out with.
    pub template: Hash,
    /// The printer that it was for, by the system's name; without one, a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub printer: Option<String>,
    /// SHA-256 of the PDF, to know it by where it turns up.
    pub pdf: Hash,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    pub outcome: Outcome,
    /// The defects that whoever closed it knew of; entries of the first versions do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub defects: Option<Vec<EventRef>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmed {}

/// A masked field was read in full; the actor is in the header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revealed {
    pub path: String,
}
