use super::{
    day::unblocked,
    desk::{Desk, Made, optional, required},
    items::signature,
};
use crate::{
    command::*,
    dossier::{
        keys::{holder_path, to_value},
        steps::Step,
    },
    fact::{Fact, KeyMoved, KeyRegistered, KeyTried, KeysRetained, KeysReturned},
    refusal::Refusal,
    view::Text2,
    vocabulary::{KeyKind, PartyRole},
};
use shoulou_eventlog::Id;

/// What the keys of one registration share.
pub(super) struct Like<'l> {
    pub kind: KeyKind,
    pub name: &'l str,
    pub position: &'l str,
    pub number: &'l str,
}

pub(super) fn register(
    desk: &mut Desk<'_, '_>,
    like: Like<'_>,
    count: u32,
    holder: &Holder,
) -> Made {
    let name = required(like.name, "钥匙名称", "Name of the key")?;
    if !(1..=50).contains(&count) {
        return Err(Refusal::ValueUnreadable {
            field: Text2::new("数量", "Number of keys"),
            expected: Text2::new("1 至 50", "1 to 50"),
        });
    }
    desk.holder(holder)?;
    let holder = &desk.kept_holder(holder);
    if matches!(holder, Holder::Party { .. }) {
        unblocked(&desk.dossier, Step::Keys)?;
    }
    let mut keys = Vec::new();
    for n in 1..=count {
        let number = match like.number.trim() {
            "" => String::new(),
            number if count == 1 => number.to_owned(),
            number => format!("{number}-{n}"),
        };
        let key = desk.fresh();
        keys.push(key);
        desk.record(Fact::KeyRegistered(KeyRegistered {
            key,
            kind: like.kind,
            name: name.clone(),
            position: like.position.trim().to_owned(),
            number,
        }));
    }
    let at = desk.now.to_rfc3339();
    hand(desk, &keys, holder, at, None);
    Ok(keys.first().copied())
}

/// A movement, and who holds the keys from then on.
fn hand(desk: &mut Desk<'_, '_>, keys: &[Id], to: &Holder, at: String, purpose: Option<String>) {
    desk.record(Fact::KeyMoved(KeyMoved { keys: keys.to_vec(), to: to.clone(), at, purpose }));
    for key in keys {
        desk.set(&holder_path(*key), to_value(to));
    }
}

pub(super) fn try_on(
    desk: &mut Desk<'_, '_>,
    key: Id,
    fits: bool,
    label: Option<&str>,
    note: Option<&str>,
) -> Made {
    desk.dossier.key(key).ok_or(Refusal::KeyUnknown)?;
    let tried = KeyTried { key, fits, label: optional(label), note: optional(note) };
    desk.record(Fact::KeyTried(tried));
    Ok(None)
}

/// The keys named, each once, none unknown.
fn chosen(desk: &Desk<'_, '_>, keys: &[Id]) -> Result<Vec<Id>, Refusal> {
    let mut keys = keys.to_vec();
    keys.sort_unstable();
    keys.dedup();
    if keys.is_empty() {
        return Err(Refusal::NothingChosen);
    }
    if keys.iter().any(|key| desk.dossier.key(*key).is_none()) {
        return Err(Refusal::KeyUnknown);
    }
    Ok(keys)
}

pub(super) fn pass(
    desk: &mut Desk<'_, '_>,
    keys: &[Id],
    to: &Holder,
    at: &str,
    purpose: Option<&str>,
) -> Made {
    let keys = chosen(desk, keys)?;
    desk.holder(to)?;
    let to = &desk.kept_holder(to);
    let to_party = matches!(to, Holder::Party { .. });
    if to_party {
        unblocked(&desk.dossier, Step::Keys)?;
    }
    for id in &keys {
        let Some(key) = desk.dossier.key(*id) else { continue };
        let name = || key.name.clone();
        match key.holder() {
            Holder::Party { .. } if *to != Holder::Missing => {
                return Err(Refusal::KeyNotHeldHere { key: name() });
            }
            Holder::Missing if to_party => return Err(Refusal::KeyMissing { key: name() }),
            Holder::Custody { .. } if to_party => return Err(Refusal::KeyRetained { key: name() }),
            _ => {}
        }
    }
    let at = desk.time(at)?;
    hand(desk, &keys, to, at, optional(purpose));
    Ok(None)
}

pub(super) fn retain(
    desk: &mut Desk<'_, '_>,
    answer: bool,
    keys: &[Id],
    terms: Option<&RetentionTerms>,
    at: &str,
) -> Made {
    let at = desk.time(at)?;
    if !answer {
        let none = KeysRetained { answer, keys: Vec::new(), terms: None, at };
        desk.record(Fact::KeysRetained(none));
        return Ok(None);
    }
    let keys = chosen(desk, keys)?;
    for id in &keys {
        let Some(key) = desk.dossier.key(*id) else { continue };
        if *key.holder() == Holder::Missing {
            return Err(Refusal::KeyMissing { key: key.name.clone() });
        }
    }
    let given = terms.ok_or_else(|| Refusal::Required {
        field: Text2::new("保管约定", "Terms of custody"),
    })?;
    let terms = RetentionTerms {
        sets: given.sets.max(1),
        purpose: required(&given.purpose, "留存用途", "Purpose")?,
        who_may_enter: given.who_may_enter.trim().to_owned(),
        escorted: given.escorted,
        expected_return: match optional(given.expected_return.as_deref()) {
            Some(day) => Some(desk.date(&day)?),
            None => None,
        },
    };
    // Until the keepers sign for them the keys are with whoever took them: named by department, as every
    // register outside a person's part.
    let department = desk.world.staff_text(desk.actor, "department").unwrap_or("客服中心");
    let custody = Holder::Custody { name: department.to_owned() };
    hand(desk, &keys, &custody, at.clone(), None);
    desk.record(Fact::KeysRetained(KeysRetained { answer, keys, terms: Some(terms), at }));
    Ok(None)
}

pub(super) fn give_back(
    desk: &mut Desk<'_, '_>,
    keys: &[Id],
    signer: &Signer,
    how: &SignedHow,
    at: &str,
) -> Made {
    let keys = chosen(desk, keys)?;
    signature(how)?;
    for id in &keys {
        let Some(key) = desk.dossier.key(*id) else { continue };
        if !key.retained() {
            return Err(Refusal::KeyNotRetained { key: key.name.clone() });
        }
    }
    let Signer::Party { id } = signer else { return Err(Refusal::SignerNotAuthorised) };
    let party = desk.dossier.party(*id).filter(|party| party.present());
    if !matches!(
        party.ok_or(Refusal::PartyUnknown)?.role,
        PartyRole::Owner | PartyRole::LegalRepresentative | PartyRole::Delegate
    ) {
        return Err(Refusal::SignerNotAuthorised);
    }
    let at = desk.time(at)?;
    hand(desk, &keys, &Holder::Party { id: *id }, at.clone(), None);
    let returned = KeysReturned { keys, signer: signer.clone(), how: how.clone(), at };
    desk.record(Fact::KeysReturned(returned));
    Ok(None)
}
