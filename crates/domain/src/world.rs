//! What a decision looks at: the project, and the home and file it is about.

use crate::fact::{Fact, FileOpened};
use shoulou_eventlog::{EntityState, EventRef, Hash, Id, Recorded, Value};

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

/// `sale` counts from 1.
pub fn file_id(unit: Id, sale: u32) -> Id {
    Id::derive("file", &[&unit.0, &sale.to_be_bytes()])
}

/// The part that holds a home's free text.
pub fn household(file: Id) -> Id {
    Id::derive("household", &[&file.0])
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

    pub(crate) fn opened(&self) -> Option<FileOpened> {
        let file = self.file?;
        standing(file).find_map(|(_, _, fact)| match fact {
            Fact::FileOpened(opened) => Some(opened),
            _ => None,
        })
    }

    /// A text the project keeps under `path`.
    pub fn project_text(&self, path: &str) -> Option<&'a str> {
        self.project.value(path).and_then(Value::as_text).filter(|text| !text.is_empty())
    }

    /// The template the project opens new files with.
    pub fn template_in_use(&self) -> Option<Hash> {
        self.project_text("template").and_then(|hex| hex.parse().ok())
    }

    pub fn staff_text(&self, id: Id, field: &str) -> Option<&'a str> {
        self.project_text(&format!("staff/{id}/{field}"))
    }

    pub fn staff_name(&self, id: Id) -> Option<&'a str> {
        self.staff_text(id, "name")
    }
}

/// Facts that stand and that this version can read, in display order.
pub fn standing(
    state: &EntityState,
) -> impl Iterator<Item = (EventRef, &Recorded, Fact)> + use<'_> {
    state.standing().into_iter().filter_map(|(at, recorded)| {
        Fact::decode(&recorded.kind, &recorded.payload).map(|fact| (*at, recorded, fact))
    })
}
