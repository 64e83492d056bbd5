//! 业主收楼房屋问题清单

use super::{
    Sheet,
    fields::result_text,
    fields::spec::*,
    tree::{Row, Tree},
};
use crate::{checks::date, vocabulary::DefectResult};

/// The defects themselves, as every list of them has it.
pub(super) const DEFECTS: &[Spec] = &[
    ("defects", Rows, C),
    ("defects[].no", Text, C),
    ("defects[].place", Text, C),
    ("defects[].item", Text, C),
    ("defects[].wish", Text, C),
    ("defects[].photos", Text, C),
    ("defects[].responsible", Text, C),
    ("defects[].promised", Text, C),
    ("defects[].result", Text, E),
    // Where the owner signs after the re-inspection.
    ("defects[].reinspected", Text, E),
];

pub(super) const DEFECT_LIST: &[Spec] = &[
    ("inspected_at", Text, E),
    ("present", Text, E),
    ("count", Text, C),
    // 以下空白, below the last row; empty on a blank form.
    ("below", Text, C),
    ("none_found", Flag, C),
    ("signatures.owner", Rows, Hands),
    ("signatures.engineering", Rows, Hands),
];

impl Sheet<'_, '_> {
    pub(super) fn defect_list(&self, tree: &mut Tree) {
        self.owners_sign(tree, "signatures.owner");
        self.staff_signs(tree, "signatures.engineering", |_| true);
        if self.print.blank {
            return;
        }
        tree.set("inspected_at", self.inspected_at());
        tree.set("present", self.present());
        let count = self.dossier.standing_defects().count();
        tree.rows("defects", self.defect_rows());
        let closed = count > 0 || self.inspected();
        tree.set("count", if closed { count.to_string() } else { String::new() });
        tree.set("below", if closed { "以下空白" } else { "" });
        tree.set("none_found", count == 0 && self.inspected());
    }

    pub(super) fn defect_rows(&self) -> Vec<Row> {
        // A voided line keeps its number, so that the others keep theirs.
        let numbered = self.dossier.defects.iter().enumerate();
        let standing = numbered.filter(|(_, defect)| defect.voided.is_none());
        standing
            .map(|(index, entry)| -> Row {
                let defect = &entry.fact;
                let no = index + 1;
                let photos = defect.photos.len() + self.dossier.scans_of(entry.at).count();
                let photos: Vec<_> = (1..=photos).map(|photo| format!("{no}-{photo}")).collect();
                let place = [&defect.room, &defect.part].map(|text| text.as_str());
                let place: Vec<_> = place.into_iter().filter(|text| !text.is_empty()).collect();
                let promised = defect.promised.as_deref().map(date::day).unwrap_or_default();
                let result = self.dossier.defect_result(&entry.at).map(|result| &result.fact);
                let accepted = result.filter(|result| result.result == DefectResult::Accepted);
                vec![
                    ("no", no.to_string().into()),
                    ("place", place.join(" ").into()),
                    ("item", defect.text.as_str().into()),
                    ("wish", defect.wish.clone().unwrap_or_default().into()),
                    ("photos", photos.join("、").into()),
                    ("responsible", defect.responsible.clone().unwrap_or_default().into()),
                    ("promised", promised.into()),
                    (
                        "result",
                        result.map(|result| result_text(result.result)).unwrap_or_default().into(),
                    ),
                    (
                        "reinspected",
                        accepted.map(|result| date::day(&result.at)).unwrap_or_default().into(),
                    ),
                ]
            })
            .collect()
    }

    /// When the inspection was signed off, else when the first defect was noted.
    pub(super) fn inspected_at(&self) -> String {
        let signed = self.inspection_signed().map(|signed| signed.signed_at);
        let first = || self.dossier.standing_defects().next().map(|defect| defect.fact.at.clone());
        signed.or_else(first).map(|at| date::minute(&at)).unwrap_or_default()
    }

    fn inspection_signed(&self) -> Option<crate::fact::StationSigned> {
        let mut stations = self.dossier.template.stations.iter();
        let station =
            stations.find(|station| station.signs_on.as_deref() == Some("defect_list"))?;
        self.station_signed(&station.key)
    }

    /// The visitors, and who went through the home with them.
    fn present(&self) -> String {
        let mut present = self.visitors();
        let handler = self.inspection_signed().map(|signed| self.staff_name(signed.signer));
        if let Some(handler) = handler.filter(|name| !name.is_empty()) {
            if !present.is_empty() {
                present.push('、');
            }
            present.push_str(handler);
        }
        present
    }
}
