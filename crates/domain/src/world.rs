//! What a decision looks at: the project, and the home and file it is about.

use crate::{
    fact::Fact,
    normalize::home::{self, Block},
    template::Template,
    view::Text2,
};
use shoulou_eventlog::{EntityState, EventRef, Hash, Id, Recorded, Value};
use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, RwLock},
};

/// The entities a command or a view concerns. `unit` is set whenever `file` is.
#[derive(Clone, Copy)]
pub struct World<'a> {
    pub project_id: Id,
    pub project: &'a EntityState,
    pub unit_id: Option<Id>,
    pub unit: Option<&'a EntityState>,
    pub file_id: Option<Id>,
    pub file: Option<&'a EntityState>,
}

/// The unit every PC means by a canonical code.
pub fn unit_id(project: Id, code: &str) -> Id {
    Id::derive("unit", &[&project.0, code.as_bytes()])
}

/// A code as the project writes it. `1-101` of a building whose 单元 nobody named is a code of its own.
pub fn canonical_code(typed: &str) -> String {
    let plain = typed.trim();
    match home::parse(plain) {
        Ok(mut read) => {
            if read.block == Block::Unknown {
                read.block = Block::Without;
            }
            read.canonical().unwrap_or_else(|| plain.to_owned())
        }
        Err(_) => plain.to_owned(),
    }
}

/// `sale` counts from 1.
pub fn file_id(unit: Id, sale: u32) -> Id {
    Id::derive("file", &[&unit.0, &sale.to_be_bytes()])
}

/// The part that holds a home's free text.
pub fn household(file: Id) -> Id {
    Id::derive("household", &[&file.0])
}

/// What is recorded of lists over many homes. Not with the project: a program that does not know the kind goes on
/// with everything else.
pub fn lists(project: Id) -> Id {
    Id::derive("lists", &[&project.0])
}

/// The n-th buyer of a list, from 1.
pub fn buyer(file: Id, ordinal: u32) -> Id {
    Id::derive("buyer", &[&file.0, &ordinal.to_be_bytes()])
}

/// Which sale of the unit is under way.
pub fn current_sale(unit: &EntityState) -> u32 {
    unit.value("sale")
        .and_then(Value::as_int)
        .and_then(|n| u32::try_from(n).ok())
        .unwrap_or(1)
        .max(1)
}

pub fn current_file(id: Id, unit: &EntityState) -> Id {
    file_id(id, current_sale(unit))
}

impl<'a> World<'a> {
    pub fn of_project(project_id: Id, project: &'a EntityState) -> Self {
        World { project_id, project, unit_id: None, unit: None, file_id: None, file: None }
    }

    pub fn with_unit(self, id: Id, unit: &'a EntityState) -> Self {
        World { unit_id: Some(id), unit: Some(unit), ..self }
    }

    pub fn with_file(self, id: Id, file: &'a EntityState) -> Self {
        World { file_id: Some(id), file: Some(file), ..self }
    }

    /// A text the project keeps under `path`.
    pub fn project_text(&self, path: &str) -> Option<&'a str> {
        self.project.value(path).and_then(Value::as_text).filter(|text| !text.is_empty())
    }

    /// The template the project opens new files with.
    pub fn template_in_use(&self) -> Option<Hash> {
        self.project_text("template").and_then(|hex| hex.parse().ok())
    }

    /// The template of this address, if the project's records hold it.
    pub fn template(&self, address: Hash) -> Option<Arc<Template>> {
        let held = self.project.facts.values().find(|fact| {
            fact.kind == "project.template" && peek(&fact.payload, "hash") == Some(&address.0)
        })?;
        if let Some(read) = READ.read().ok().and_then(|read| read.get(&address).cloned()) {
            return Some(read);
        }
        let Fact::TemplateAdded(added) = Fact::decode(&held.kind, &held.payload)? else {
            return None;
        };
        if Hash::of(added.text.as_bytes()) != address {
            return None;
        }
        let template = Arc::new(Template::from_canonical(added.text.as_bytes()).ok()?);
        if let Ok(mut read) = READ.write() {
            read.insert(address, template.clone());
        }
        Some(template)
    }

    fn words(&self) -> Option<Arc<Template>> {
        self.template(self.template_in_use()?)
    }

    /// A role, department or place for reading: in both languages where the template knows it, else as it was typed.
    pub fn word(&self, said: &str) -> Text2 {
        let known = self.words().and_then(|template| template.word(said).cloned());
        known.unwrap_or_else(|| Text2::new(said, said))
    }

    /// The same as it is kept, whichever language it was chosen in.
    pub fn kept_word(&self, said: &str) -> String {
        let said = said.trim();
        let known = self.words().and_then(|template| Some(template.word(said)?.zh.clone()));
        known.unwrap_or_else(|| said.to_owned())
    }

    pub fn staff_text(&self, id: Id, field: &str) -> Option<&'a str> {
        self.project_text(&format!("staff/{id}/{field}"))
    }

    pub fn staff_name(&self, id: Id) -> Option<&'a str> {
        self.staff_text(id, "name")
    }
}

/// Templates read before. The address is the content's hash, so this changes how fast, never what.
static READ: LazyLock<RwLock<HashMap<Hash, Arc<Template>>>> = LazyLock::new(RwLock::default);

fn peek<'v>(payload: &'v ciborium::Value, key: &str) -> Option<&'v [u8]> {
    let fields = payload.as_map()?;
    let (_, value) = fields.iter().find(|(name, _)| name.as_text() == Some(key))?;
    value.as_bytes().map(Vec::as_slice)
}

/// Facts that stand and that this version can read, in display order.
pub fn standing(
    state: &EntityState,
) -> impl Iterator<Item = (EventRef, &Recorded, Fact)> + use<'_> {
    state.standing().into_iter().filter_map(|(at, recorded)| {
        Fact::decode(&recorded.kind, &recorded.payload).map(|fact| (*at, recorded, fact))
    })
}
