//! In whose words a form prints: the program's, the project's own, or those under which it was signed.

use super::document::{current, signed_on};
use crate::{
    command::SignedHow,
    dossier::Dossier,
    fact::{Fact, TemplateAdded},
    fields,
    world::World,
};
use shoulou_eventlog::{EntityState, Hash, Id, Meta, Recorded, Settled, Value};
use std::collections::BTreeSet;

/// Which template a form is laid out with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wording {
    /// The one that the program ships.
    Shipped,
    /// The one of this address, whether it is the project's own or was shipped.
    Named(Hash),
    /// Two PCs changed it and did not know of each other; nobody has settled it yet.
    Disputed,
}

/// The register of the project that says which template a form has: its address; nothing for the shipped one.
pub fn register(form: &str) -> String {
    format!("form/{form}")
}

/// The form whose template a register of the project is about.
pub fn form_of(path: &str) -> Option<&str> {
    path.strip_prefix("form/").filter(|form| !form.contains('/'))
}

/// Where a person says why a version was made: free text, so it is sealed in the part of that person.
pub fn note_register(person: Id, template: Hash) -> String {
    format!("staff/{person}/template_note/{template}")
}

/// What the project uses for papers that nobody has signed yet.
pub fn in_use(world: &World<'_>, form: &str) -> Wording {
    match world.project.register(&register(form)) {
        Settled::Nothing => Wording::Shipped,
        Settled::Disputed(_) => Wording::Disputed,
        Settled::Value(value, _) => address(value).map_or(Wording::Shipped, Wording::Named),
    }
}

/// What a paper of the world's home is laid out with. Where somebody signed, the words stay those that were
/// signed: strokes never come to stand below others.
pub fn of_home(world: &World<'_>, form: &str, blank: bool) -> Wording {
    let signed = if blank { None } else { signed(&Dossier::of(world), form) };
    signed.unwrap_or_else(|| in_use(world, form))
}

fn signed(dossier: &Dossier<'_>, form: &str) -> Option<Wording> {
    let mut on_screen = false;
    let mut signed = false;
    for recorded in signed_on(dossier, form) {
        signed = true;
        let Some(how) = how(&recorded.kind, &recorded.payload) else { continue };
        if let SignedHow::Screen { template, .. } = how {
            on_screen = true;
            if let Some(template) = template.and_then(|template| template.parse().ok()) {
                return Some(Wording::Named(template));
            }
        }
    }
    let printed = current(dossier, form).filter(|_| signed);
    match printed {
        Some(printed) => Some(printed.template.map_or(Wording::Shipped, Wording::Named)),
        // Signed on a screen before a project could have words of its own.
        None if on_screen => Some(Wording::Shipped),
        None => None,
    }
}

fn how(kind: &str, payload: &ciborium::Value) -> Option<SignedHow> {
    match Fact::decode(kind, payload)? {
        Fact::Signed(signed) => Some(signed.how),
        Fact::StationSigned(signed) => Some(signed.how),
        Fact::KeysReturned(returned) => Some(returned.how),
        _ => None,
    }
}

fn address(value: &Value) -> Option<Hash> {
    value.as_text()?.parse().ok()
}

/// The text of a form's template, if the project's records hold it.
pub fn text(world: &World<'_>, template: Hash) -> Option<String> {
    let of_address = |recorded: &&Recorded| says(recorded, "hash", &template.0);
    let text = templates(world.project).find(of_address).and_then(added)?.text;
    (Hash::of(text.as_bytes()) == template).then_some(text)
}

/// Whether the project's records hold this template of the form.
pub fn is_held(world: &World<'_>, form: &str, template: Hash) -> bool {
    templates(world.project)
        .any(|held| says(held, "form", form.as_bytes()) && says(held, "hash", &template.0))
}

/// A shipped template as the log keeps it, so that what was printed or signed in its words can always be
/// printed so again.
pub fn shipped(form: &str, text: &str) -> Fact {
    let (hash, form) = (Hash::of(text.as_bytes()), Some(form.to_owned()));
    Fact::TemplateAdded(TemplateAdded { hash, text: text.to_owned(), form, shipped: true })
}

/// One of the project's own texts for a form.
#[derive(Clone, Debug)]
pub struct Version {
    /// From 1, in the order they came.
    pub n: u32,
    pub template: Hash,
    pub meta: Meta,
    pub note: Option<String>,
}

/// The project's own texts for a form, oldest first. The same text from two PCs is one version.
pub fn versions(world: &World<'_>, form: &str) -> Vec<Version> {
    let mut of_form: Vec<_> = templates(world.project)
        .filter(|held| says(held, "form", form.as_bytes()))
        .filter_map(|held| Some((&held.meta, added(held)?)))
        .collect();
    of_form.sort_by_key(|(meta, added)| (meta.order, added.hash));
    let mut known = BTreeSet::new();
    let own = of_form.into_iter().filter(|(_, added)| !added.shipped && known.insert(added.hash));
    own.zip(1..)
        .map(|((meta, added), n)| {
            let note = note_register(meta.actor, added.hash);
            let note = world.project_text(&note).map(str::to_owned);
            Version { n, template: added.hash, meta: *meta, note }
        })
        .collect()
}

/// In no order. A template is never voided.
fn templates(project: &EntityState) -> impl Iterator<Item = &Recorded> {
    project.facts.values().filter(|recorded| recorded.kind == "project.template")
}

fn added(recorded: &Recorded) -> Option<TemplateAdded> {
    match Fact::decode(&recorded.kind, &recorded.payload)? {
        Fact::TemplateAdded(added) => Some(added),
        _ => None,
    }
}

/// Whether a key of the payload holds this text or these bytes, without reading the whole of it.
fn says(recorded: &Recorded, key: &str, wanted: &[u8]) -> bool {
    use ciborium::Value::{Bytes, Text};
    let fields = recorded.payload.as_map().into_iter().flatten();
    fields.filter(|(name, _)| name.as_text() == Some(key)).any(|(_, value)| match value {
        Bytes(bytes) => bytes == wanted,
        Text(text) => text.as_bytes() == wanted,
        _ => false,
    })
}

/// Whether a register holds why a template was changed; nobody argues about that.
pub(crate) fn is_note(path: &str) -> bool {
    fields::person_in(path).is_some() && path.contains("/template_note/")
}
