use super::desk::{Desk, Made, optional, required};
use crate::{
    command::*,
    dossier::items::mark_path,
    fact::{Delivered, Fact, Issued, Posted, Scanned, Signed, Transferred},
    refusal::Refusal,
    template::{Mark, Phase},
    view::Text2,
    vocabulary::{DeliveryOutcome, PartyRole},
};
use shoulou_eventlog::{EventRef, Hash, Id, Value};
use std::collections::BTreeMap;

pub(super) fn tick(desk: &mut Desk<'_, '_>, item: &ItemRef, mark: &str, on: bool) -> Made {
    let state = desk.item(item)?;
    let Some(current) = state.marks.iter().find(|state| state.mark.word() == mark).copied() else {
        let marks: Vec<_> = state.marks.iter().map(|state| state.mark.word()).collect();
        return Err(Refusal::MarkUnknown { marks: marks.join("、") });
    };
    if state.dropped && on {
        return Err(Refusal::ItemNotApplicable { item: desk.dossier.item_title(item) });
    }
    // A signature is somebody's: it is recorded as one.
    if on && current.mark == Mark::Signed {
        return Err(Refusal::SignatureNotATick { item: desk.dossier.item_title(item) });
    }
    let path = mark_path(item, mark);
    let ticked = desk.dossier.file.value(&path) == Some(&Value::Bool(true));
    if current.on && !ticked {
        return if on {
            Ok(None)
        } else {
            Err(Refusal::MarkFromRecord { item: desk.dossier.item_title(item) })
        };
    }
    if !on && desk.dossier.file.registers.get(&path).is_none_or(BTreeMap::is_empty) {
        return Ok(None);
    }
    desk.set(&path, on.into());
    Ok(None)
}

pub(super) fn waive(desk: &mut Desk<'_, '_>, item: &ItemRef, reason: Option<&str>) -> Made {
    desk.item(item)?;
    let value = match reason.map(str::trim) {
        Some("") => return Err(Refusal::ReasonMissing),
        Some(reason) => reason.into(),
        None => Value::Null,
    };
    desk.set(&mark_path(item, "waived"), value);
    Ok(None)
}

pub(super) fn outstanding(
    desk: &mut Desk<'_, '_>,
    item: &ItemRef,
    outstanding: Option<&Outstanding>,
) -> Made {
    let state = desk.item(item)?;
    let value = match outstanding {
        None => Value::Null,
        Some(_) if state.done() => {
            return Err(Refusal::ItemDone { item: desk.dossier.item_title(item) });
        }
        Some(given) => {
            if given.reason.trim().is_empty() {
                return Err(Refusal::ReasonMissing);
            }
            desk.staff(given.follower)?;
            let mut map = BTreeMap::from([
                ("reason".to_owned(), Value::from(given.reason.trim())),
                ("follower".to_owned(), Value::from(given.follower.to_string())),
            ]);
            if let Some(promised) = optional(given.promised.as_deref()) {
                map.insert("promised".to_owned(), desk.date(&promised)?.into());
            }
            Value::Map(map)
        }
    };
    desk.set(&mark_path(item, "outstanding"), value);
    Ok(None)
}

pub(super) fn post(
    desk: &mut Desk<'_, '_>,
    items: &[ItemRef],
    carrier: &str,
    number: &str,
    posted_on: &str,
) -> Made {
    desk.items(items)?;
    let posted = Posted {
        items: items.to_vec(),
        carrier: required(carrier, "承运人", "Carrier")?,
        number: number.trim().to_owned(),
        posted_on: desk.date(posted_on)?,
    };
    desk.record(Fact::Posted(posted));
    Ok(None)
}

pub(super) fn deliver(
    desk: &mut Desk<'_, '_>,
    posting: &EventRef,
    outcome: DeliveryOutcome,
    on: &str,
) -> Made {
    let posting = desk.dossier.again.now(*posting);
    if !desk.dossier.postings.iter().any(|posted| posted.at == posting) {
        return Err(Refusal::NotAPosting);
    }
    if desk.dossier.deliveries.iter().any(|delivered| delivered.fact.posting == posting) {
        return Err(Refusal::PostedItemAlreadyDelivered);
    }
    let delivered = Delivered { posting, outcome, on: desk.date(on)? };
    desk.record(Fact::Delivered(delivered));
    Ok(None)
}

pub(super) fn transfer(
    desk: &mut Desk<'_, '_>,
    items: &[ItemRef],
    from: &str,
    to: &str,
    at: &str,
    slip: Option<&str>,
) -> Made {
    desk.items(items)?;
    let transferred = Transferred {
        items: items.to_vec(),
        from: desk.world.kept_word(&required(from, "移交人", "Giver")?),
        to: desk.world.kept_word(&required(to, "接收人", "Receiver")?),
        at: desk.time(at)?,
        slip: optional(slip),
    };
    desk.record(Fact::Transferred(transferred));
    Ok(None)
}

pub(super) fn attach(
    desk: &mut Desk<'_, '_>,
    subject: &ScanSubject,
    blob: &str,
    name: &str,
    media: &str,
) -> Made {
    let (item, fact) = match subject {
        ScanSubject::Item { item } => {
            desk.item(item)?;
            (Some(item.clone()), None)
        }
        ScanSubject::Fact { fact } if desk.dossier.file.facts.contains_key(fact) => {
            (None, Some(desk.dossier.again.now(*fact)))
        }
        ScanSubject::Fact { .. } => return Err(Refusal::FactUnknown),
    };
    let scanned = Scanned {
        item,
        fact,
        blob: address(blob)?,
        name: name.trim().to_owned(),
        media: required(media, "文件类型", "Media type")?,
    };
    desk.record(Fact::Scanned(scanned));
    Ok(None)
}

/// The address of a blob.
pub(super) fn address(blob: &str) -> Result<String, Refusal> {
    let address: Result<Hash, _> = blob.trim().parse();
    address.map(|address| address.to_string()).map_err(|_| Refusal::ValueUnreadable {
        field: Text2::new("附件", "Attachment"),
        expected: Text2::new(
            "附件地址（64 位十六进制）",
            "the address of an attachment, 64 hex digits",
        ),
    })
}

pub(super) fn sign(
    desk: &mut Desk<'_, '_>,
    items: &[ItemRef],
    signer: &Signer,
    how: &SignedHow,
    signed_at: &str,
) -> Made {
    desk.items(items)?;
    signature(how)?;
    for item in items {
        let state = desk.item(item)?;
        let title = || desk.dossier.item_title(item);
        if !state.marks.iter().any(|mark| mark.mark == Mark::Signed) {
            return Err(Refusal::ItemNotSigned { item: title() });
        }
        let before =
            desk.dossier.sign_offs.iter().any(|(entry, _)| {
                entry.fact.signer == signer.id() && entry.fact.items.contains(item)
            });
        if before {
            return Err(Refusal::AlreadySigned { what: title() });
        }
        match signer {
            Signer::Staff { id } => desk.staff(*id)?,
            Signer::Party { id } => may_sign(desk, *id, item, how)?,
        }
    }
    let signed = Signed {
        items: items.to_vec(),
        signer: signer.clone(),
        how: how.clone(),
        signed_at: desk.time(signed_at)?,
    };
    desk.record(Fact::Signed(signed));
    Ok(None)
}

fn may_sign(desk: &Desk<'_, '_>, id: Id, item: &ItemRef, how: &SignedHow) -> Result<(), Refusal> {
    let party = desk.dossier.party(id).filter(|party| party.present());
    let party = party.ok_or(Refusal::PartyUnknown)?;
    let of_template = desk.dossier.template.item(&item.key);
    let in_person = of_template.is_some_and(|item| item.in_person);
    match party.role {
        PartyRole::Owner | PartyRole::LegalRepresentative => {}
        PartyRole::Delegate if in_person => {
            return Err(Refusal::OwnerMustSignInPerson { item: desk.dossier.item_title(item) });
        }
        PartyRole::Delegate => {}
        PartyRole::Family | PartyRole::Emergency => return Err(Refusal::SignerNotAuthorised),
    }
    // Paper may have been signed at home: sent by post, or brought back later.
    let by_post = matches!(how, SignedHow::Paper { .. })
        && (in_person || went_by_post(desk, item) || desk.dossier.closed.is_some());
    if by_post || desk.dossier.is_here(id) { Ok(()) } else { Err(Refusal::SignerNotPresent) }
}

fn went_by_post(desk: &Desk<'_, '_>, item: &ItemRef) -> bool {
    let paper = |item: &ItemRef| item.key.split_once('.').map(|(_, paper)| paper.to_owned());
    let wanted = paper(item);
    let posted = |posting: &ItemRef| paper(posting) == wanted && posting.instance == item.instance;
    desk.dossier.postings.iter().any(|entry| entry.fact.items.iter().any(posted))
        || desk.dossier.items.iter().any(|state| {
            posted(&state.item)
                && desk.dossier.template_item(state).is_some_and(|of| of.phase == Phase::Post)
                && state.marks.iter().any(|mark| mark.on && mark.mark != Mark::Stamped)
        })
}

/// There must be a hand on it: strokes and the pages they were made under, or at least one copy of paper.
pub(super) fn signature(how: &SignedHow) -> Result<(), Refusal> {
    match how {
        SignedHow::Screen { strokes, pages, .. } => {
            if strokes.iter().all(Vec::is_empty) {
                return Err(Refusal::Required { field: Text2::new("签名", "Signature") });
            }
            required(pages, "所签页面", "Pages signed").map(|_| ())
        }
        SignedHow::Paper { copies: 0, .. } => {
            Err(Refusal::Required { field: Text2::new("纸签份数", "Copies signed on paper") })
        }
        SignedHow::Paper { scan, .. } => {
            scan.as_deref().map_or(Ok(()), |scan| address(scan).map(|_| ()))
        }
    }
}

pub(super) fn issue(
    desk: &mut Desk<'_, '_>,
    item: &ItemRef,
    serials: &[String],
    count: u32,
    at: &str,
) -> Made {
    let state = desk.item(item)?;
    if state.dropped || !state.marks.iter().any(|mark| mark.mark == Mark::Issued) {
        return Err(Refusal::ItemNotApplicable { item: desk.dossier.item_title(item) });
    }
    let serials: Vec<String> = serials.iter().filter_map(|serial| optional(Some(serial))).collect();
    let count = count.max(serials.len() as u32);
    if count == 0 {
        return Err(Refusal::NothingChosen);
    }
    let issued = Issued { item: item.clone(), serials, count, at: desk.time(at)? };
    desk.record(Fact::Issued(issued));
    Ok(None)
}
