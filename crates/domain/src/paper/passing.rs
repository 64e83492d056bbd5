//! What goes from hand to hand inside after the day, each against a signature.

use super::{
    Sheet,
    fields::spec::*,
    notice::number,
    tree::{Row, Tree},
};
use crate::{
    checks::date,
    fact::Transferred,
    template::{ItemKind, Mark, Phase, TemplateItem},
    vocabulary::Lang,
};

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

impl Sheet<'_, '_> {
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
        if let Some(transfer) = self.transfer_of(&item.key) {
            row.push(("from", self.dossier.template.who(&transfer.from).zh.into()));
            row.push(("at", date::minute(&transfer.at).into()));
        }
        row
    }

    /// Cards, remotes, manuals and passes on their way to the owner, and what the owner brought:
    /// from the department that has them to whoever is to have them next.
    pub(super) fn pass_things(&self, tree: &mut Tree) {
        let things = self.dossier.template.items.iter().filter(|item| {
            item.kind == ItemKind::Thing
                && matches!(item.phase, Phase::Ready | Phase::Identity)
                && (self.print.blank || item.applies(&self.dossier.case))
        });
        let row = |(index, item): (usize, &TemplateItem)| -> Row {
            let who = |key: &str| self.dossier.template.who(key).zh;
            let title = self.item_title(&item.key);
            let count = item.copies * item.instances(&self.dossier.case).max(1);
            let next = match item.phase {
                Phase::Ready => vec![who(&item.role)],
                _ => item.goes_to.iter().map(|key| who(key)).collect(),
            };
            let mut row: Row = vec![
                ("no", number(index)),
                ("title", title.split('（').next().unwrap_or(&title).into()),
            ];
            if self.print.blank {
                return row;
            }
            row.push(("copies", count.to_string().into()));
            match self.transfer_of(&item.key) {
                Some(transfer) => {
                    row.push(("from", who(&transfer.from).into()));
                    row.push(("to", who(&transfer.to).into()));
                    row.push(("at", date::minute(&transfer.at).into()));
                }
                None => {
                    let from = item.comes_from.as_deref().map(who).unwrap_or_default();
                    row.push(("from", from.into()));
                    row.push(("to", next.join("、").into()));
                }
            }
            row
        };
        tree.rows("rows", things.enumerate().map(row));
    }

    /// The last time an item went on.
    fn transfer_of(&self, key: &str) -> Option<&Transferred> {
        let mut transfers = self.dossier.transfers.iter().filter(|_| !self.print.blank);
        let last =
            transfers.rfind(|transfer| transfer.fact.items.iter().any(|passed| passed.key == key));
        last.map(|transfer| &transfer.fact)
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
}
