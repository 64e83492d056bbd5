//! Which pages of the printed papers are here as scans, and which are not.

use super::{Dossier, Entry};
use crate::{
    command::ItemRef,
    fact::{PageScanned, Printed},
    template::Mark,
};
use shoulou_eventlog::Id;
use std::collections::BTreeSet;

/// A paper that must be signed, of which some pages were scanned and others were not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    pub document: Id,
    pub form: String,
    pub number: String,
    /// From 1.
    pub pages: Vec<u32>,
    /// Who goes after it: the home's assistant, or whoever filed the others.
    pub follower: Id,
    pub since: i64,
}

impl Gap {
    /// 扫描件缺第 2、3 页
    pub fn reason(&self) -> String {
        format!("扫描件缺第 {} 页", numbers(&self.pages, "、"))
    }
}

pub(crate) fn numbers(pages: &[u32], join: &str) -> String {
    pages.iter().map(u32::to_string).collect::<Vec<_>>().join(join)
}

/// The id that every PC computes for a blank form of a home filled in by hand: of each numbered set one.
pub fn by_hand(file: Id, form: &str, set: Option<&str>) -> Id {
    Id::derive("blank form", &[&file.0, form.as_bytes(), set.unwrap_or_default().as_bytes()])
}

impl<'a> Dossier<'a> {
    /// The scans of a page, in order. Two PCs that filed the same scan filed it once.
    pub fn scans_of_page(
        &self,
        document: Id,
        page: u32,
    ) -> impl Iterator<Item = &Entry<'a, PageScanned>> {
        let mut seen = BTreeSet::new();
        self.pages
            .iter()
            .filter(move |scan| scan.fact.document == document && scan.fact.page == page)
            .filter(move |scan| seen.insert(scan.fact.content))
    }

    /// Why nobody waits for a page any more.
    pub fn excuse(&self, document: Id, page: u32) -> Option<&str> {
        let excused = self
            .excused
            .iter()
            .rfind(|entry| entry.fact.document == document && entry.fact.pages.contains(&page))?;
        Some(&excused.fact.reason)
    }

    /// The pages of a printed document that neither were scanned nor are given up.
    pub fn unscanned(&self, printed: &Printed) -> Vec<u32> {
        let document = printed.document;
        let here: BTreeSet<u32> = self
            .pages
            .iter()
            .filter(|scan| scan.fact.document == document)
            .map(|scan| scan.fact.page)
            .collect();
        let open = |page: &u32| !here.contains(page) && self.excuse(document, *page).is_none();
        (1..=printed.pages.min(MOST_PAGES)).filter(open).collect()
    }

    /// Papers begun to be filed whose other pages are missed. What was never scanned is not missed yet; a version
    /// that a later one voids is missed no more.
    pub fn scan_gaps(&self) -> Vec<Gap> {
        if self.pages.is_empty() {
            return Vec::new();
        }
        let mut gaps: Vec<Gap> = Vec::new();
        for print in &self.prints {
            let (document, form) = (print.fact.document, &print.fact.form);
            let last = self.pages.iter().rfind(|scan| scan.fact.document == document);
            let Some(last) = last else { continue };
            let known = gaps.iter().any(|gap| gap.document == document);
            if known || self.is_superseded(&print.fact) || !self.must_be_signed(form) {
                continue;
            }
            let pages = self.unscanned(&print.fact);
            if pages.is_empty() {
                continue;
            }
            gaps.push(Gap {
                document,
                form: form.clone(),
                number: print.fact.number.clone(),
                pages,
                follower: super::items::assistant(self).unwrap_or(last.meta.actor),
                since: last.meta.time,
            });
        }
        gaps
    }

    /// A later version of the form was printed.
    pub fn is_superseded(&self, printed: &Printed) -> bool {
        let later = |other: &Printed| other.form == printed.form && other.version > printed.version;
        self.prints.iter().any(|print| later(&print.fact))
    }

    /// Somebody's hand belongs on it: an owner's, or a station's.
    pub fn must_be_signed(&self, form: &str) -> bool {
        self.signed_item(form).is_some()
            || self.template.stations.iter().any(|at| at.signs_on.as_deref() == Some(form))
    }

    /// The item that is signed on this form.
    pub fn signed_item(&self, form: &str) -> Option<ItemRef> {
        let mut items = self.template.items.iter();
        let item = items.find(|item| {
            item.marks.contains(&Mark::Signed)
                && (item.form.as_deref() == Some(form) || item.paper() == form)
        })?;
        Some(ItemRef { key: item.key.clone(), instance: 1 })
    }
}

/// No paper has more; a number from a hostile log must not be counted up to.
const MOST_PAGES: u32 = 1_000;
