//! What follows the day: what is missing, what is to be repaired, what goes to whom.

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
    ("defects", Rows, C),
    ("defects[].no", Text, C),
    ("defects[].place", Text, C),
    ("defects[].item", Text, C),
    ("defects[].wish", Text, C),
    ("defects[].photos", Text, C),
    ("defects[].responsible", Text, C),
    ("defects[].promised", Text, C),
    ("defects[].result", Text, E),
    ("defects[].reinspected", Text, E),
    ("count", Text, C),
    ("open", Text, E),
    ("signatures.owner", Rows, Hands),
    ("signatures.engineering", Rows, Hands),
];

pub(super) const UTILITY_READINGS: &[Spec] = &[
    ("slips.meter_readings", Text, E),
    ("fee_start", Text, C),
    ("meters", Rows, C),
    ("meters[].no", Text, C),
    ("meters[].kind", Text, C),
    ("meters[].number", Text, C),
    ("meters[].place", Text, C),
    ("meters[].figures", Text, C),
    ("meters[].unit", Text, C),
    ("receivers", Rows, C),
    ("receivers[].no", Text, C),
    ("receivers[].department", Text, C),
    ("printed_by", Text, E),
];

pub(super) const CUSTODY_KEYS: &[Spec] = &[
    ("slips.key_custody", Text, E),
    ("keys", Rows, C),
    ("keys[].no", Text, C),
    ("keys[].name", Text, C),
    ("keys[].position", Text, C),
    ("keys[].number", Text, C),
    ("keys[].count", Text, C),
    ("key_count", Text, C),
    ("purpose", Text, C),
    ("who_may_enter", Text, C),
    ("expected_return", Text, C),
    ("security.department", Text, C),
    ("security.received_at", Text, E),
    ("signatures.assistant", Rows, Hands),
    ("signatures.security", Rows, Hands),
];

pub(super) const PASSING: &[Spec] = &[
    ("rows", Rows, C),
    ("rows[].no", Text, C),
    ("rows[].title", Text, C),
    ("rows[].copies", Text, C),
    ("rows[].to", Text, C),
    ("rows[].from", Text, E),
    ("rows[].at", Text, E),
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
    ("outcome", Text, E),
    ("sentence", Text, E),
    ("phases", Rows, E),
    ("phases[].title", Text, E),
    ("phases[].done", Text, E),
    ("phases[].all", Text, E),
    ("open", Rows, E),
    ("open[].no", Text, E),
    ("open[].phase", Text, E),
    ("open[].title", Text, E),
    ("open[].role", Text, E),
    ("open[].state", Text, E),
    ("outstanding", Rows, E),
    ("outstanding[].no", Text, E),
    ("outstanding[].title", Text, E),
    ("outstanding[].reason", Text, E),
    ("outstanding[].follower", Text, E),
    ("outstanding[].promised", Text, E),
    ("defects", Text, E),
    ("keys_retained", Text, E),
];

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
        self.outstanding(tree);
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

    pub(super) fn utility_readings(&self, tree: &mut Tree) {
        let item = self.dossier.template.item("after.utility_readings");
        let receivers = item.map(|item| item.goes_to.as_slice()).unwrap_or_default();
        tree.rows(
            "receivers",
            receivers.iter().enumerate().map(|(index, key)| -> Row {
                vec![
                    ("no", number(index)),
                    ("department", self.dossier.template.who(key).zh.into()),
                ]
            }),
        );
        if self.print.blank {
            return;
        }
        tree.set("slips.meter_readings", self.slip("meter_readings"));
        tree.set("fee_start", self.file_text("fee_start"));
        tree.set("printed_by", self.staff_name(self.print.actor));
        tree.rows("meters", self.first_readings());
    }

    /// The same keys as on the owner's slip, as they go on to those who keep them.
    pub(super) fn custody_keys(&self, tree: &mut Tree) {
        tree.set("security.department", self.security());
        let guards = |id| {
            self.works_in(id, &["security"])
                || self.dossier.world.staff_text(id, "department") == Some(&self.security())
        };
        self.staff_signs(tree, "signatures.assistant", |id| !guards(id));
        self.staff_signs(tree, "signatures.security", guards);
        let slip = self.dossier.retention().filter(|slip| slip.fact.answer);
        let Some(slip) = slip.filter(|_| !self.print.blank) else { return };
        tree.set("slips.key_custody", self.slip("key_custody"));
        let retained = &slip.fact.keys;
        let keys: Vec<_> = retained.iter().filter_map(|id| self.dossier.key(*id)).collect();
        tree.rows("keys", self.key_rows(&keys));
        tree.set("key_count", retained.len().to_string());
        tree.set("security.received_at", self.received_at(&keys, slip.meta));
        let Some(terms) = &slip.fact.terms else { return };
        tree.set("purpose", terms.purpose.as_str());
        tree.set("who_may_enter", terms.who_may_enter.as_str());
        let expected = terms.expected_return.as_deref().map(date::day);
        tree.set("expected_return", expected.unwrap_or_default());
    }

    /// Papers that go from hand to hand inside, each with who gave it and when.
    pub(super) fn pass_papers(&self, tree: &mut Tree) {
        let passed = self.dossier.template.items.iter().filter(|item| {
            item.phase == Phase::After
                && item.kind == ItemKind::Paper
                && item.marks.contains(&Mark::Passed)
                && !item.goes_to.is_empty()
                && !item.paper().starts_with("pass_")
                && (self.print.blank || item.applies(&self.dossier.case))
        });
        tree.rows("rows", passed.enumerate().map(|(index, item)| self.passing_row(index, item)));
    }

    fn passing_row(&self, index: usize, item: &TemplateItem) -> Row {
        let to: Vec<_> = item.goes_to.iter().map(|key| self.dossier.template.who(key).zh).collect();
        let title = self.item_title(&item.key);
        let title = title.split_once('：').filter(|(head, _)| head.starts_with('交'));
        let title = title.map_or_else(|| self.item_title(&item.key), |(_, rest)| rest.to_owned());
        let mut row: Row = vec![
            ("no", number(index)),
            ("title", title.into()),
            ("copies", item.copies.to_string().into()),
            ("to", to.join("、").into()),
        ];
        let transfers = self.dossier.transfers.iter().filter(|_| !self.print.blank);
        let last = transfers
            .filter(|transfer| transfer.fact.items.iter().any(|passed| passed.key == item.key))
            .next_back();
        if let Some(transfer) = last {
            row.push(("from", self.dossier.template.who(&transfer.fact.from).zh.into()));
            row.push(("at", date::minute(&transfer.fact.at).into()));
        }
        row
    }

    /// Every key with who has it now.
    pub(super) fn pass_keys(&self, tree: &mut Tree) {
        if self.print.blank {
            return;
        }
        let row = |(index, key): (usize, &crate::dossier::KeyState<'_>)| -> Row {
            let name = [self.key_name(key), key.position.clone(), key.number.clone()];
            let name: Vec<_> = name.into_iter().filter(|text| !text.is_empty()).collect();
            let last = key.moves.last();
            let before = key.moves.iter().rev().nth(1);
            let holder = |moved: &crate::dossier::keys::KeyMove<'_>| {
                self.dossier.holder_shown(&moved.to).get(Lang::Zh).to_owned()
            };
            vec![
                ("no", number(index)),
                ("title", name.join(" · ").into()),
                ("copies", "1".into()),
                ("to", last.map(holder).unwrap_or_default().into()),
                ("from", before.map(holder).unwrap_or_default().into()),
                ("at", last.map(|moved| date::minute(&moved.when)).unwrap_or_default().into()),
            ]
        };
        tree.rows("rows", self.dossier.keys.iter().enumerate().map(row));
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
        if self.print.blank {
            return;
        }
        tree.set("appointment.date", self.day_of("appointment/at"));
        self.contact(tree);
        let outcome = self.dossier.outcome().map(|outcome| outcome.title(Lang::Zh));
        tree.set("outcome", outcome.unwrap_or_default());
        tree.set("sentence", crate::views::summarize(&self.dossier.world).sentence.zh);
        self.outstanding(tree);
        tree.set("defects", self.dossier.open_defects().to_string());
        let retained = self.dossier.keys.iter().filter(|key| key.retained()).count();
        tree.set("keys_retained", retained.to_string());
        let mut phases = Vec::new();
        let mut open: Vec<Row> = Vec::new();
        for phase in Phase::ALL {
            let states = self.dossier.items.iter().filter(|state| !state.dropped);
            let of_phase = states.filter_map(|state| {
                Some((state, self.dossier.template_item(state).filter(|i| i.phase == *phase)?))
            });
            let (mut all, mut done) = (0, 0);
            for (state, item) in of_phase {
                all += 1;
                if state.done() || state.waived.is_some() {
                    done += 1;
                } else {
                    open.push(vec![
                        ("no", number(open.len())),
                        ("phase", phase.title().zh.into()),
                        ("title", self.dossier.item_title(&state.item).zh.into()),
                        ("role", self.dossier.template.who(&item.role).zh.into()),
                        ("state", state.progress.title(Lang::Zh).into()),
                    ]);
                }
            }
            phases.push(vec![
                ("title", phase.title().zh.into()),
                ("done", done.to_string().into()),
                ("all", all.to_string().into()),
            ]);
        }
        tree.rows("phases", phases);
        tree.rows("open", open);
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
