use crate::{
    dossier::{Dossier, Entry},
    fact::{PageScanned, Printed},
    paper,
    view::*,
};
use shoulou_eventlog::Id;
use std::collections::BTreeSet;

/// The papers of a home, with what of them was scanned.
pub fn documents(world: &crate::world::World<'_>) -> Vec<DocumentView> {
    of(&Dossier::of(world))
}

/// One line a document: a reprint is the same document, changed content is the next version. Then the blank forms
/// that came back filled in.
pub(super) fn of(dossier: &Dossier<'_>) -> Vec<DocumentView> {
    let mut views: Vec<DocumentView> = Vec::new();
    for Entry { at, meta, fact, .. } in &dossier.prints {
        if let Some(known) = views.iter_mut().find(|view| view.document == fact.document) {
            known.prints += 1;
            known.time = known.time.max(meta.time);
            continue;
        }
        let Printed { document, form, number, version, pages, .. } = fact.clone();
        let unscanned = dossier.unscanned(fact);
        views.push(DocumentView {
            fact: *at,
            document,
            title: title(dossier, &form),
            number,
            version,
            pages,
            prints: 1,
            time: meta.time,
            superseded: dossier.is_superseded(fact),
            by_hand: false,
            scanned: scanned(dossier, document),
            unscanned,
            excused: excused(dossier, document),
            to_sign: to_sign(dossier, &form),
            form,
        });
    }
    views.extend(by_hand(dossier));
    views
}

fn by_hand(dossier: &Dossier<'_>) -> Vec<DocumentView> {
    let mut views: Vec<DocumentView> = Vec::new();
    for Entry { at, meta, fact, .. } in &dossier.pages {
        let Some(form) = &fact.form else { continue };
        if let Some(known) = views.iter_mut().find(|view| view.document == fact.document) {
            known.pages = known.pages.max(fact.page);
            known.time = known.time.max(meta.time);
            continue;
        }
        views.push(DocumentView {
            fact: *at,
            document: fact.document,
            title: title(dossier, form),
            number: fact.set.clone().unwrap_or_default(),
            version: 1,
            pages: fact.page,
            prints: 0,
            time: meta.time,
            superseded: false,
            by_hand: true,
            scanned: scanned(dossier, fact.document),
            unscanned: Vec::new(),
            excused: Vec::new(),
            to_sign: to_sign(dossier, form),
            form: form.clone(),
        });
    }
    views
}

pub(super) fn title(dossier: &Dossier<'_>, form: &str) -> Text2 {
    paper::form(form).map_or_else(|| paper::title_of(form), |form| paper::title(dossier, form))
}

fn scanned(dossier: &Dossier<'_>, document: Id) -> Vec<PageView> {
    let of = |scan: &&Entry<'_, PageScanned>| scan.fact.document == document;
    let pages: BTreeSet<u32> = dossier.pages.iter().filter(of).map(|scan| scan.fact.page).collect();
    let view = |page| PageView {
        page,
        scans: dossier.scans_of_page(document, page).map(scan_view).collect(),
        turned: dossier.scans_of_page(document, page).map(|scan| scan.fact.turned).collect(),
    };
    pages.into_iter().map(view).collect()
}

fn scan_view(scan: &Entry<'_, PageScanned>) -> ScanView {
    let PageScanned { blob, name, media, .. } = scan.fact.clone();
    ScanView { fact: scan.at, blob, name, media }
}

fn excused(dossier: &Dossier<'_>, document: Id) -> Vec<ExcusedView> {
    let of = dossier.excused.iter().filter(|entry| entry.fact.document == document);
    of.map(|entry| ExcusedView {
        fact: entry.at,
        pages: entry.fact.pages.clone(),
        reason: entry.fact.reason.clone(),
    })
    .collect()
}

fn to_sign(dossier: &Dossier<'_>, form: &str) -> Option<crate::command::ItemRef> {
    let item = dossier.signed_item(form)?;
    dossier.item(&item).filter(|state| !state.done() && !state.dropped)?;
    Some(item)
}
