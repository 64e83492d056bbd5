use super::desk::{Desk, Made, optional};
use crate::{
    fact::{Fact, TemplateAdded},
    fields::Entity,
    paper::{form, wording},
    refusal::Refusal,
};
use shoulou_eventlog::{Hash, Value};

/// With the rest of its commit it must fit into 1 MiB; the longest shipped one has a twentieth of this.
const LONGEST: usize = 256 * 1024;

/// What a text of a form says is not the domain's to judge: whoever sends it has read it.
pub(super) fn change(desk: &mut Desk<'_, '_>, key: &str, text: &str, note: Option<&str>) -> Made {
    known(key)?;
    if text.trim().is_empty() {
        return Err(Refusal::FormTemplateEmpty);
    }
    if text.len() > LONGEST {
        return Err(Refusal::FormTemplateTooLong);
    }
    let hash = Hash::of(text.as_bytes());
    let (project, state) = (desk.world.project_id, desk.world.project);
    if !wording::is_held(&desk.world, key, hash) {
        let (text, form) = (text.to_owned(), Some(key.to_owned()));
        let added = TemplateAdded { hash, text, form, shipped: false };
        desk.events.push(Fact::TemplateAdded(added).event(project));
        if let Some(note) = optional(note) {
            let path = wording::note_register(desk.actor, hash);
            desk.state(Entity::Staff, project, Some(state), &path, Value::from(note));
        }
    }
    state_it(desk, key, Value::from(hash.to_string()));
    Ok(None)
}

pub(super) fn put_back(desk: &mut Desk<'_, '_>, key: &str, template: Option<&str>) -> Made {
    known(key)?;
    let value = match template {
        None => Value::Null,
        Some(address) => {
            let hash: Hash = address.parse().map_err(|_| Refusal::FormTemplateUnknown)?;
            if !wording::is_held(&desk.world, key, hash) {
                return Err(Refusal::FormTemplateUnknown);
            }
            Value::from(hash.to_string())
        }
    };
    state_it(desk, key, value);
    Ok(None)
}

fn known(key: &str) -> Result<(), Refusal> {
    form(key).map(|_| ()).ok_or_else(|| Refusal::FormUnknown { form: key.to_owned() })
}

fn state_it(desk: &mut Desk<'_, '_>, key: &str, value: Value) {
    let (project, state) = (desk.world.project_id, desk.world.project);
    desk.state(Entity::Project, project, Some(state), &wording::register(key), value);
}
