//! From a form to the template it prints with: the project's own, the shipped one, or the one under which
//! a paper was signed.

use super::trouble;
use crate::api::Problem;
use shoulou_domain::{
    paper::{
        PrintedIn,
        wording::{self, Wording},
    },
    world::World,
};
use shoulou_eventlog::{Hash, NewEvent};
use shoulou_forms::{Template, Templates, fields_of};
use std::{
    collections::HashMap,
    ops::Deref,
    sync::{Arc, LazyLock, RwLock},
};

/// A form's template, ready to lay out.
#[derive(Clone)]
pub struct Chosen {
    template: Held,
    /// SHA-256 of its text.
    pub hash: Hash,
    /// The text is the one that this program ships.
    pub shipped: bool,
}

#[derive(Clone)]
enum Held {
    Shipped(&'static Template),
    Own(Arc<Template>),
}

impl Deref for Chosen {
    type Target = Template;

    fn deref(&self) -> &Template {
        match &self.template {
            Held::Shipped(template) => template,
            Held::Own(template) => template,
        }
    }
}

impl Chosen {
    pub fn printed_in(&self) -> PrintedIn {
        PrintedIn { template: self.hash, shipped: self.shipped }
    }

    /// How many originals it asks for; `usual`: how many the form does in this case. What a project did not
    /// change in its copy goes on depending on the case.
    pub fn copies_of(&self, usual: u32) -> u32 {
        let shipped = Templates::bundled().get(self.form()).map(Template::copies);
        if shipped == Some(self.copies()) { usual } else { self.copies() }
    }

    /// What has to go into the log with the paper, so that the words can be found again when the program ships
    /// others: nothing, where they are there.
    pub fn kept(&self, world: &World<'_>) -> Option<NewEvent> {
        let form = self.form();
        if !self.shipped || wording::is_held(world, form, self.hash) {
            return None;
        }
        Some(wording::shipped(form, Templates::source(form)?).event(world.project_id))
    }
}

/// The template that a form of the world's home is laid out with.
///
/// # Errors
/// Nobody has settled which it is, or this program cannot read it.
pub fn choose(world: &World<'_>, form: &str, blank: bool) -> Result<Chosen, Problem> {
    match wording::of_home(world, form, blank) {
        Wording::Shipped => shipped(form),
        Wording::Named(hash) => named(world, form, hash),
        Wording::Disputed => Err(trouble::template_disputed(form)),
    }
}

pub fn shipped(form: &str) -> Result<Chosen, Problem> {
    let (template, text) = Templates::bundled()
        .get(form)
        .zip(Templates::source(form))
        .ok_or_else(|| trouble::no_template(form))?;
    let hash = Hash::of(text.as_bytes());
    Ok(Chosen { template: Held::Shipped(template), hash, shipped: true })
}

fn named(world: &World<'_>, form: &str, hash: Hash) -> Result<Chosen, Problem> {
    let own = shipped(form)?;
    if own.hash == hash {
        return Ok(own);
    }
    let known = READ.read().ok().and_then(|read| read.get(&(form.to_owned(), hash)).cloned());
    let template = match known {
        Some(template) => template,
        None => {
            let text = wording::text(world, hash).ok_or_else(|| trouble::no_template(form))?;
            let read = Template::parse(&format!("{form}.toml"), &text, &fields_of(form));
            let template =
                Arc::new(read.map_err(|error| trouble::template_unreadable(form, &error))?);
            if let Ok(mut read) = READ.write() {
                read.insert((form.to_owned(), hash), template.clone());
            }
            template
        }
    };
    Ok(Chosen { template: Held::Own(template), hash, shipped: false })
}

type ByAddress = HashMap<(String, Hash), Arc<Template>>;

/// Own templates read before. The address is the content's hash, so this changes how fast, never what.
static READ: LazyLock<RwLock<ByAddress>> = LazyLock::new(RwLock::default);

#[cfg(test)]
mod tests;
