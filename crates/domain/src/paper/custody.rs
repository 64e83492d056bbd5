//! 钥匙保管单

use super::{
    Sheet,
    fields::spec::*,
    hands::Hand,
    notice::number,
    packet,
    tree::{Row, Tree},
};
use crate::{
    checks::date,
    command::{Holder, Signer},
    dossier::KeyState,
    fact::KeysRetained,
};
use shoulou_eventlog::Meta;

pub(super) const KEY_CUSTODY: &[Spec] = &[
    ("keys", Rows, C),
    ("keys[].no", Text, C),
    ("keys[].name", Text, C),
    ("keys[].position", Text, C),
    ("keys[].number", Text, C),
    ("keys[].count", Text, C),
    ("key_count", Text, C),
    ("sets", Text, C),
    ("purpose", Text, C),
    ("slips.defect_list", Text, E),
    ("who_may_enter", Text, C),
    ("escorted", Flag, C),
    ("unescorted", Flag, C),
    ("expected_return", Text, C),
    ("retained_at", Text, C),
    ("holders", Text, C),
    ("security.department", Text, C),
    ("security.received_at", Text, E),
    ("loans", Rows, E),
    ("loans[].key", Text, E),
    ("loans[].out", Text, E),
    ("loans[].why", Text, E),
    ("loans[].who", Text, E),
    ("loans[].back", Text, E),
    ("returned_at", Text, E),
    ("signatures.owner", Rows, Hands),
    ("signatures.assistant", Rows, Hands),
    ("signatures.security", Rows, Hands),
    ("signatures.returned", Rows, Hands),
];

impl Sheet<'_, '_> {
    pub(super) fn key_custody(&self, tree: &mut Tree) {
        tree.set("holders", packet::holders(self.dossier, self.form));
        tree.set("security.department", self.security());
        self.owners_sign(tree, "signatures.owner");
        let security = self.security();
        let guards = |id| {
            self.works_in(id, &["security"])
                || self.dossier.world.staff_text(id, "department") == Some(&security)
        };
        self.staff_signs(tree, "signatures.assistant", |id| !guards(id));
        self.staff_signs(tree, "signatures.security", guards);
        self.one_hand(tree, "signatures.returned", self.return_hand());
        let slip = self.dossier.retention().filter(|slip| slip.fact.answer);
        let Some(slip) = slip.filter(|_| !self.print.blank) else { return };
        let retained = &slip.fact;
        let keys: Vec<_> = retained.keys.iter().filter_map(|id| self.dossier.key(*id)).collect();
        tree.rows("keys", self.key_rows(&keys));
        tree.set("key_count", retained.keys.len().to_string());
        tree.set("retained_at", date::minute(&retained.at));
        tree.set("slips.defect_list", self.slip("defect_list"));
        self.terms(tree, retained);
        tree.set("security.received_at", self.received_at(&keys, slip.meta));
        tree.rows("loans", keys.iter().flat_map(|key| self.loans(key, slip.meta)));
        let returned = self.dossier.returns.last().map(|returned| date::minute(&returned.fact.at));
        tree.set("returned_at", returned.unwrap_or_default());
    }

    /// Keys that nothing on paper tells apart on one line.
    pub(super) fn key_rows(&self, keys: &[&KeyState<'_>]) -> Vec<Row> {
        let lines = self.key_lines(keys.iter().copied()).into_iter().enumerate();
        let row = |(index, line): (usize, super::handover::KeyLine)| -> Row {
            vec![
                ("no", number(index)),
                ("name", line.name.into()),
                ("position", line.position.into()),
                ("number", line.number.into()),
                ("count", line.due.to_string().into()),
            ]
        };
        lines.map(row).collect()
    }

    fn terms(&self, tree: &mut Tree, retained: &KeysRetained) {
        let Some(terms) = &retained.terms else { return };
        tree.set("sets", terms.sets.to_string());
        tree.set("purpose", terms.purpose.as_str());
        tree.set("who_may_enter", terms.who_may_enter.as_str());
        tree.set("escorted", terms.escorted);
        tree.set("unescorted", !terms.escorted);
        let expected = terms.expected_return.as_deref().map(date::day);
        tree.set("expected_return", expected.unwrap_or_default());
    }

    /// The department that keeps keys, by the project's own name for it.
    pub(super) fn security(&self) -> String {
        let own = self.project_text("security_department");
        if own.is_empty() { self.dossier.template.who("security").zh } else { own }
    }

    /// When all the keys had gone on to those who keep them.
    pub(super) fn received_at(&self, keys: &[&KeyState<'_>], slip: &Meta) -> String {
        let arrived = |key: &&KeyState<'_>| {
            let mut moves = key.moves.iter().filter(|moved| moved.meta.order > slip.order);
            moves.find(|moved| kept(&moved.to)).map(|moved| moved.when.clone())
        };
        let times: Option<Vec<_>> = keys.iter().map(arrived).collect();
        let last = times.and_then(|times| times.into_iter().max());
        last.map(|at| date::minute(&at)).unwrap_or_default()
    }

    /// Each time a key went out of custody, to whom and why, and when it came back.
    fn loans(&self, key: &KeyState<'_>, slip: &Meta) -> Vec<Row> {
        let since = key.moves.iter().filter(|moved| moved.meta.order > slip.order);
        let mut loans: Vec<Row> = Vec::new();
        let mut out = false;
        for moved in since {
            match &moved.to {
                to if kept(to) => {
                    if let Some(loan) = loans.last_mut().filter(|_| out) {
                        loan.push(("back", date::minute(&moved.when).into()));
                    }
                    out = false;
                }
                Holder::Party { .. } => out = false,
                to => {
                    out = true;
                    loans.push(vec![
                        ("key", self.key_name(key).into()),
                        ("out", date::minute(&moved.when).into()),
                        ("why", moved.purpose.clone().unwrap_or_default().into()),
                        ("who", self.dossier.holder_shown(to).zh.into()),
                    ]);
                }
            }
        }
        loans
    }

    fn return_hand(&self) -> Option<Hand> {
        let returned = &self.dossier.returns.last()?.fact;
        let name = match &returned.signer {
            Signer::Party { id } => self.dossier.party(*id).map(|party| party.name().to_owned())?,
            Signer::Staff { id } => self.staff_name(*id).to_owned(),
        };
        Some(Hand {
            name,
            how: Some(returned.how.clone()),
            role_note: String::new(),
            signed_at: returned.at.clone(),
        })
    }
}

/// With those who keep retained keys.
fn kept(holder: &Holder) -> bool {
    matches!(holder, Holder::Custody { .. })
}
