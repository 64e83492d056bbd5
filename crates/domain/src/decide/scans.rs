use super::{
    desk::{Desk, Made, optional, required},
    items::address,
};
use crate::{
    command::{PageScan, PagesOf},
    dossier::scans::by_hand,
    fact::{Fact, PageScanned, PagesExcused, Printed},
    paper,
    refusal::Refusal,
};
use shoulou_eventlog::Id;

/// Files pages of one paper. A scan that is filed already is left out, so that the same folder may be read again.
pub(super) fn file(desk: &mut Desk<'_, '_>, of: &PagesOf, pages: &[PageScan]) -> Made {
    if pages.is_empty() {
        return Err(Refusal::NothingChosen);
    }
    let (document, blank, most) = match of {
        PagesOf::Document { document } => (*document, None, printed(desk, *document)?.pages),
        PagesOf::Blank { form, set } => {
            let form = paper::form(form).ok_or(Refusal::DocumentUnknown)?.key;
            let set = optional(set.as_deref());
            let document = by_hand(desk.file_id(), form, set.as_deref());
            (document, Some((form.to_owned(), set)), u32::MAX)
        }
    };
    let (form, set) = blank.map_or((None, None), |(form, set)| (Some(form), set));
    let mut filed = Vec::new();
    for scan in pages {
        if scan.page == 0 || scan.page > most {
            return Err(Refusal::PageUnknown { page: scan.page, pages: most });
        }
        let blob = address(&scan.blob)?;
        let media = required(&scan.media, "文件类型", "Media type")?;
        let mut before = desk.dossier.scans_of_page(document, scan.page);
        let here = before.any(|entry| entry.fact.content == scan.content);
        drop(before);
        if here || filed.contains(&(scan.page, scan.content)) {
            continue;
        }
        filed.push((scan.page, scan.content));
        desk.record(Fact::PageScanned(PageScanned {
            document,
            form: form.clone(),
            set: set.clone(),
            page: scan.page,
            content: scan.content,
            blob,
            name: scan.name.trim().to_owned(),
            media,
            turned: scan.turned % 360 / 90 * 90,
        }));
    }
    Ok(None)
}

/// Gives pages up that will not come: the paper is complete without them.
pub(super) fn excuse(desk: &mut Desk<'_, '_>, document: Id, pages: &[u32], reason: &str) -> Made {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::ReasonMissing);
    }
    let printed = printed(desk, document)?;
    let open = desk.dossier.unscanned(&printed);
    let pages: Vec<u32> = pages.iter().copied().filter(|page| open.contains(page)).collect();
    if pages.is_empty() {
        return Err(Refusal::NothingChosen);
    }
    desk.record(Fact::PagesExcused(PagesExcused { document, pages, reason: reason.to_owned() }));
    Ok(None)
}

/// A document of this home. Its paper exists also where the print was voided since.
fn printed(desk: &Desk<'_, '_>, document: Id) -> Result<Printed, Refusal> {
    let facts = desk.dossier.file.facts.values();
    let mut prints = facts.filter(|fact| fact.kind == "file.printed").filter_map(|fact| {
        match Fact::decode(&fact.kind, &fact.payload) {
            Some(Fact::Printed(printed)) if printed.document == document => Some(printed),
            _ => None,
        }
    });
    prints.next().ok_or(Refusal::DocumentUnknown)
}
