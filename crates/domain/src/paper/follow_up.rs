//! What is still open of a home: papers that are missing, defects to repair, the file's contents, and the follow-up.

use super::{
    Sheet,
    fields::spec::*,
    notice::number,
    tree::{Row, Tree},
};
use crate::{
    checks::date,
    dossier::ItemState,
    template::{ItemKind, Mark, Phase, TemplateItem},
    vocabulary::Lang,
};

pub(super) const MISSING_LIST: &[Spec] = &[
    ("owner_phone", Text, C),
    ("contact.name", Text, C),
    ("contact.phone", Text, C),
    ("outstanding", Rows, C),
    ("outstanding[].no", Text, C),
    ("outstanding[].title", Text, C),
    ("outstanding[].reason", Text, C),
    ("outstanding[].follower", Text, C),
    ("outstanding[].promised", Text, C),
    ("signatures.owner", Rows, Hands),
    ("signatures.representative", Rows, Hands),
];

pub(super) const RECTIFICATION_LIST: &[Spec] = &[
    ("owner_phone", Text, C),
    ("inspected_at", Text, E),
    // The list it continues, and the slip of the keys that were left for it.
    ("slips.defect_list", Text, E),
    ("slips.key_custody", Text, E),
    ("count", Text, C),
    ("open", Text, E),
    ("signatures.owner", Rows, Hands),
    ("signatures.engineering", Rows, Hands),
];

pub(super) const FILE_LIST: &[Spec] = &[
    ("papers", Rows, C),
    ("papers[].no", Text, C),
    ("papers[].phase", Text, C),
    ("papers[].title", Text, C),
    ("papers[].copies", Text, C),
    ("papers[].there", Flag, E),
    ("papers[].note", Text, E),
    ("count.all", Text, C),
    ("count.there", Text, E),
    ("signatures.representative", Rows, Hands),
    ("signatures.supervisor", Rows, Hands),
];

pub(super) const FOLLOW_UP_SHEET: &[Spec] = &[
    ("appointment.date", Text, C),
    ("contact.name", Text, C),
    ("contact.phone", Text, C),
    ("owner_phone", Text, C),
    ("posted_on", Text, E),
    ("delivered_on", Text, E),
    ("arrived_at", Text, E),
    ("confirmed_on", Text, E),
    ("outcome", Text, E),
    ("sentence", Text, E),
    ("phases", Rows, E),
    ("phases[].title", Text, E),
    ("phases[].done", Text, E),
    ("phases[].all", Text, E),
    // What is open of it, the first few by name.
    ("phases[].open", Text, E),
    ("outstanding", Rows, E),
    ("outstanding[].no", Text, E),
    ("outstanding[].title", Text, E),
    ("outstanding[].reason", Text, E),
    ("outstanding[].follower", Text, E),
    ("outstanding[].promised", Text, E),
    ("defects", Text, E),
    ("keys_retained", Text, E),
    ("signatures.assistant", Rows, Hands),
    ("signatures.supervisor", Rows, Hands),
];

/// More than a line of the sheet holds is told by its number.
const NAMED: usize = 3;

pub(super) const STAMPING: &[Spec] = &[
    ("appointment.date", Text, C),
    ("papers", Rows, C),
    ("papers[].no", Text, C),
    ("papers[].title", Text, C),
    ("papers[].copies", Text, C),
    ("papers[].stamped", Flag, E),
    ("total", Text, C),
];

impl Sheet<'_, '_> {
    pub(super) fn missing_list(&self, tree: &mut Tree) {
        self.owners_sign(tree, "signatures.owner");
        self.staff_signs(tree, "signatures.representative", |_| true);
        if self.print.blank {
            return;
        }
        tree.set("owner_phone", self.owner_phone());
        self.contact(tree);
        let mut missing = self.outstanding_rows();
        // An identity paper that nobody has accounted for is missing too; why is still to be written.
        for state in self.dossier.unaccounted() {
            if self.dossier.template_item(state).is_some_and(|i| i.phase == Phase::Identity) {
                let title = self.dossier.item_title(&state.item).zh;
                missing.push(vec![("no", number(missing.len())), ("title", title.into())]);
            }
        }
        tree.rows("outstanding", missing);
    }

    pub(super) fn rectification_list(&self, tree: &mut Tree) {
        self.owners_sign(tree, "signatures.owner");
        self.staff_signs(tree, "signatures.engineering", |_| true);
        if self.print.blank {
            return;
        }
        tree.set("owner_phone", self.owner_phone());
        tree.set("inspected_at", self.inspected_at());
        tree.set("slips.defect_list", self.slip("defect_list"));
        tree.set("slips.key_custody", self.slip("key_custody"));
        tree.rows("defects", self.defect_rows());
        tree.set("count", self.dossier.standing_defects().count().to_string());
        tree.set("open", self.dossier.open_defects().to_string());
    }

    pub(super) fn file_list(&self, tree: &mut Tree) {
        self.staff_signs(tree, "signatures.representative", |_| true);
        self.staff_signs(tree, "signatures.supervisor", |id| self.confirms(id));
        let kept = self.dossier.template.items.iter().filter(|item| {
            matches!(item.phase, Phase::Identity | Phase::Sign)
                && matches!(item.kind, ItemKind::Paper | ItemKind::Reading)
        });
        let kept = kept.filter(|item| self.print.blank || item.applies(&self.dossier.case));
        let mut there = 0;
        let rows: Vec<Row> = kept
            .enumerate()
            .map(|(index, item)| {
                let mut row: Row = vec![
                    ("no", number(index)),
                    ("phase", item.phase.title().zh.into()),
                    ("title", self.item_title(&item.key).into()),
                    ("copies", item.copies.to_string().into()),
                ];
                let states = self.dossier.items.iter().filter(|state| {
                    !self.print.blank && state.item.key == item.key && !state.dropped
                });
                let states: Vec<_> = states.collect();
                let done = !states.is_empty() && states.iter().all(|state| state.done());
                there += usize::from(done);
                row.push(("there", done.into()));
                row.push(("note", self.why_not_there(&states).into()));
                row
            })
            .collect();
        if !self.print.blank {
            tree.set("count.all", rows.len().to_string());
            tree.set("count.there", there.to_string());
        }
        tree.rows("papers", rows);
    }

    fn why_not_there(&self, states: &[&ItemState<'_>]) -> String {
        let reason = |state: &&ItemState<'_>| match (&state.outstanding, state.waived) {
            (Some(outstanding), _) => Some(format!("欠缺：{}", outstanding.reason)),
            (None, Some(reason)) => Some(format!("免：{reason}")),
            _ => None,
        };
        states.iter().find_map(reason).unwrap_or_default()
    }

    fn confirms(&self, staff: shoulou_eventlog::Id) -> bool {
        let role = self.dossier.world.staff_text(staff, "role").unwrap_or_default();
        ["cs_supervisor", "cs_manager"]
            .iter()
            .any(|key| *key == role || self.dossier.template.who(key).zh == role)
    }

    pub(super) fn follow_up_sheet(&self, tree: &mut Tree) {
        self.staff_signs(tree, "signatures.assistant", |id| !self.confirms(id));
        self.staff_signs(tree, "signatures.supervisor", |id| self.confirms(id));
        if self.print.blank {
            return tree.rows(
                "phases",
                Phase::ALL.iter().map(|phase| -> Row { vec![("title", phase.title().zh.into())] }),
            );
        }
        tree.set("appointment.date", self.day_of("appointment/at"));
        tree.set("owner_phone", self.owner_phone());
        self.contact(tree);
        self.milestones(tree);
        let outcome = self.dossier.outcome().map(|outcome| outcome.title(Lang::Zh));
        tree.set("outcome", outcome.unwrap_or_default());
        tree.set("sentence", crate::views::summarize(&self.dossier.world).sentence.zh);
        self.outstanding(tree);
        tree.set("defects", self.dossier.open_defects().to_string());
        let retained = self.dossier.keys.iter().filter(|key| key.retained()).count();
        tree.set("keys_retained", retained.to_string());
        tree.rows("phases", Phase::ALL.iter().map(|phase| self.phase_row(*phase)));
    }

    fn milestones(&self, tree: &mut Tree) {
        let dossier = self.dossier;
        let mut postings = dossier.postings.iter();
        let posted =
            postings.rfind(|p| p.fact.items.iter().any(|item| item.key == "post.admission_notice"));
        if let Some(posted) = posted {
            tree.set("posted_on", date::day(&posted.fact.posted_on));
            let mut deliveries = dossier.deliveries.iter();
            let delivered = deliveries.rfind(|d| d.fact.posting == posted.at);
            tree.set("delivered_on", delivered.map(|d| date::day(&d.fact.on)).unwrap_or_default());
        }
        let arrived = dossier.arrival.as_ref().map(|arrival| date::minute(&arrival.fact.at));
        tree.set("arrived_at", arrived.unwrap_or_default());
        let confirmed = dossier.confirmed.as_ref().and_then(|confirmed| {
            let at = chrono::DateTime::from_timestamp_millis(confirmed.meta.time)?;
            Some(date::day(&at.with_timezone(&self.print.now.timezone()).to_rfc3339()))
        });
        tree.set("confirmed_on", confirmed.unwrap_or_default());
    }

    fn phase_row(&self, phase: Phase) -> Row {
        let states = self.dossier.items.iter().filter(|state| !state.dropped);
        let of_phase = states.filter(|state| {
            self.dossier.template_item(state).is_some_and(|item| item.phase == phase)
        });
        let (done, open): (Vec<_>, Vec<_>) =
            of_phase.partition(|state| state.done() || state.waived.is_some());
        let title = |state: &&ItemState<'_>| {
            let title = self.dossier.item_title(&state.item).zh;
            title.split('：').next().unwrap_or(&title).to_owned()
        };
        let mut said = open.iter().take(NAMED).map(title).collect::<Vec<_>>().join("、");
        if open.len() > NAMED {
            said.push_str(&format!("等{}项", open.len()));
        }
        vec![
            ("title", phase.title().zh.into()),
            ("done", done.len().to_string().into()),
            ("all", (done.len() + open.len()).to_string().into()),
            ("open", said.into()),
        ]
    }

    pub(super) fn stamping(&self, tree: &mut Tree) {
        let stamped = self.dossier.template.stamping_list();
        let items: Vec<&TemplateItem> =
            stamped.filter(|item| self.print.blank || item.applies(&self.dossier.case)).collect();
        let on = |item: &TemplateItem| {
            let states = self.dossier.items.iter().filter(|state| state.item.key == item.key);
            let ticked = |state: &ItemState<'_>| {
                state.marks.iter().any(|mark| mark.mark == Mark::Stamped && mark.on)
            };
            !self.print.blank && states.into_iter().any(ticked)
        };
        if !self.print.blank {
            tree.set("appointment.date", self.day_of("appointment/at"));
        }
        let total: u32 = items.iter().map(|item| item.copies).sum();
        tree.set("total", total.to_string());
        tree.rows(
            "papers",
            items.into_iter().enumerate().map(|(index, item)| -> Row {
                vec![
                    ("no", number(index)),
                    ("title", self.item_title(&item.key).into()),
                    ("copies", item.copies.to_string().into()),
                    ("stamped", on(item).into()),
                ]
            }),
        );
    }
}
