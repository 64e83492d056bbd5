//! The handover file as data: which papers, things and tasks a home needs, who does them, when and
//! under which condition. Templates are immutable and content-addressed; a file names its version.

mod case;
mod due;
mod parse;
mod words;

pub use case::Case;
pub use due::{Anchor, Counting, Due, Unit};
pub use parse::TemplateError;
pub use words::{Condition, ItemKind, Mark, Per, Phase, StationKind, WhoKind};

use crate::{
    view::Text2,
    vocabulary::{Lang, Stage},
};
use serde::{Deserialize, Serialize};
use shoulou_eventlog::Hash;

/// The template that a new project starts with.
pub const DEFAULT: &str = include_str!("../templates/default.toml");

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    pub name: String,
    pub version: u32,
    /// When the letters go out, counted from the appointed day.
    pub letters: Due,
    /// Days between the notice and the appointed day, at least.
    pub notice_days: u32,
    /// Key of the order a new project starts with.
    pub order: String,
    pub orders: Vec<StationOrder>,
    pub who: Vec<Who>,
    pub stations: Vec<Station>,
    /// Legal papers shown at the handover.
    pub shown: Vec<ShownPaper>,
    pub items: Vec<TemplateItem>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StationOrder {
    pub key: String,
    pub title: Text2,
    pub stations: Vec<String>,
}

/// A role, department or place that items come from, go to or are done by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Who {
    pub key: String,
    pub kind: WhoKind,
    pub title: Text2,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duty: Option<Text2>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Station {
    /// `A`…`J`
    pub key: String,
    pub title: Text2,
    /// Key in `who`.
    pub department: String,
    pub stage: Stage,
    pub kinds: Vec<StationKind>,
    /// The form whose line the handler signs; `None`: no line, its slips are referred to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signs_on: Option<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub stamps: bool,
    /// Neighbours that share this may be visited in any order among themselves.
    #[serde(default, skip_serializing_if = "is_false")]
    pub any_order: bool,
    /// Forms, or the phase `identity`, whose numbers stand in for a line of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refers_to: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Text2>,
}

/// A legal paper shown at the handover; no cities = everywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShownPaper {
    pub key: String,
    pub title: Text2,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cities: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateItem {
    /// `<phase>.<what>`; stable, never reused for another thing.
    pub key: String,
    pub phase: Phase,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no: Option<u32>,
    /// May hold `{项目}`.
    pub title: Text2,
    /// The statutory title, for projects that print it instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statutory: Option<Text2>,
    pub kind: ItemKind,
    /// What is ticked off, in order. None: it follows from what is recorded (fees, inspection).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<Mark>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Due>,
    /// Key in `who`.
    pub role: String,
    /// Who else may do it, key in `who`.
    #[serde(default, rename = "or", skip_serializing_if = "Option::is_none")]
    pub role_or: Option<String>,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub copies: u32,
    /// Set where a range of copies is usual (2–5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copies_max: Option<u32>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub stamp: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comes_from: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub goes_to: Vec<String>,
    /// All must hold; empty = always.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<Condition>,
    #[serde(default = "each_file", skip_serializing_if = "Per::is_file")]
    pub per: Per,
    /// The printed form, when this program prints it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// The stage it counts towards, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub station: Option<String>,
    /// Signed by the owner in person: with a delegate it goes by post or becomes outstanding.
    #[serde(default, skip_serializing_if = "is_false")]
    pub in_person: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Text2>,
}

impl Template {
    /// Reads a template a person wrote. Errors name the line and what was expected.
    pub fn parse(toml: &str) -> Result<Self, TemplateError> {
        parse::toml(toml)
    }

    pub fn default_template() -> Self {
        Self::parse(DEFAULT).expect("the bundled template is tested")
    }

    /// The bytes the log keeps: JSON in declaration order, defaults left out.
    pub fn canonical(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a template has text keys only")
    }

    /// Reads what `canonical` wrote. The address to compare is the hash of `bytes` as stored.
    pub fn from_canonical(bytes: &[u8]) -> Result<Self, TemplateError> {
        parse::canonical(bytes)
    }

    /// The content address a file names.
    pub fn address(&self) -> Hash {
        Hash::of(&self.canonical())
    }

    pub fn item(&self, key: &str) -> Option<&TemplateItem> {
        self.items.iter().find(|item| item.key == key)
    }

    pub fn station(&self, key: &str) -> Option<&Station> {
        self.stations.iter().find(|station| station.key == key)
    }

    /// The title of a role, department or place; a name that a project typed itself stands as it is.
    pub fn who(&self, key: &str) -> Text2 {
        let known = self.who.iter().find(|who| who.key == key);
        known.map_or_else(|| Text2 { zh: key.into(), en: key.into() }, |who| who.title.clone())
    }

    /// The title that a person chose for a role, department or place.
    pub fn word(&self, said: &str) -> Option<&Text2> {
        let titles = self.who.iter().map(|who| &who.title);
        titles.into_iter().find(|title| title.zh == said || title.en.eq_ignore_ascii_case(said))
    }

    /// The stations in the order named, or in the template's own.
    pub fn stations_in(&self, order: Option<&str>) -> Vec<&Station> {
        let wanted = order.unwrap_or(&self.order);
        let chosen = self.orders.iter().find(|order| order.key == wanted);
        match chosen {
            Some(order) => order.stations.iter().filter_map(|key| self.station(key)).collect(),
            None => self.stations.iter().collect(),
        }
    }

    /// What must be stamped before the day, with copies: the stamping list.
    pub fn stamping_list(&self) -> impl Iterator<Item = &TemplateItem> {
        self.items.iter().filter(|item| item.marks.contains(&Mark::Stamped))
    }

    /// Legal papers to show in a city.
    pub fn shown_in<'a>(&'a self, city: &'a str) -> impl Iterator<Item = &'a ShownPaper> {
        let wanted = move |paper: &&ShownPaper| {
            paper.cities.is_empty() || paper.cities.iter().any(|named| named == city)
        };
        self.shown.iter().filter(wanted)
    }
}

/// Whether money or signatures stand before the inspection. The buyer may inspect first; it warns
/// and never blocks.
pub fn order_warns(stations: &[&Station]) -> bool {
    let inspects = |station: &&&Station| station.kinds.contains(&StationKind::Inspection);
    let early = stations.iter().take_while(|station| !inspects(station));
    let asks = |kind: &StationKind| matches!(kind, StationKind::Money | StationKind::Forms);
    stations.iter().any(|station| inspects(&station))
        && early.into_iter().any(|station| station.kinds.iter().any(asks))
}

impl TemplateItem {
    /// The title as read, with the project's name in its place.
    pub fn title(&self, project: &str, statutory: bool) -> Text2 {
        let title = self.statutory.as_ref().filter(|_| statutory).unwrap_or(&self.title);
        title.titled(project)
    }

    /// The form or paper it is, whichever the phase: what follows the first dot of the key.
    pub fn paper(&self) -> &str {
        let dot = self.key.bytes().position(|byte| byte == b'.');
        dot.map_or(&self.key, |dot| &self.key[dot + 1..])
    }
}

/// Puts the project's name where a title says `{项目}`.
pub fn titled(title: &str, project: &str) -> String {
    title.replace("{项目}", project)
}

impl Text2 {
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }

    /// The title in this project.
    pub fn titled(&self, project: &str) -> Text2 {
        Text2 { zh: titled(&self.zh, project), en: titled(&self.en, project) }
    }
}

fn one() -> u32 {
    1
}

fn each_file() -> Per {
    Per::File
}

fn is_one(copies: &u32) -> bool {
    *copies == 1
}

fn is_false(flag: &bool) -> bool {
    !flag
}

#[cfg(test)]
mod tests;
