//! What an owner promises in writing: rules, safety, personal information.

use super::{Sheet, fields::spec::*, handover::square_metres, packet, tree::Tree};

pub(super) const GAS_SAFETY: &[Spec] = &[
    ("owner_phone", Text, C),
    // Numbers of the gas meters that were read.
    ("gas_meters", Text, E),
    ("signatures.owner", Rows, Hands),
    ("signatures.representative", Rows, Hands),
];

pub(super) const FIRE_SAFETY: &[Spec] = &[
    ("owner_phone", Text, C),
    ("renovation_on", Text, C),
    ("holders", Text, C),
    ("signatures.owner", Rows, Hands),
    ("signatures.property", Rows, Hands),
];

pub(super) const HOUSE_RULES: &[Spec] = &[
    ("owner_phone", Text, C),
    ("area", Text, C),
    // By the owners themselves: a delegate's hand does not count.
    ("signatures.owner", Rows, Hands),
];

pub(super) const PERSONAL_INFORMATION: &[Spec] = &[
    ("retention_years", Text, C),
    ("signatures.owner", Rows, Hands),
    ("signatures.representative", Rows, Hands),
];

impl Sheet<'_, '_> {
    pub(super) fn gas_safety(&self, tree: &mut Tree) {
        self.owners_sign(tree, "signatures.owner");
        self.staff_signs(tree, "signatures.representative", |_| true);
        if self.print.blank {
            return;
        }
        tree.set("owner_phone", self.owner_phone());
        let gas = self.dossier.meters.iter().filter(|meter| {
            meter.voided.is_none() && meter.fact.kind == crate::vocabulary::MeterKind::Gas
        });
        let numbers: Vec<_> = gas.map(|meter| meter.fact.number.as_str()).collect();
        tree.set("gas_meters", numbers.join("、"));
    }

    pub(super) fn fire_safety(&self, tree: &mut Tree) {
        tree.set("holders", packet::holders(self.dossier, self.form));
        self.owners_sign(tree, "signatures.owner");
        self.staff_signs(tree, "signatures.property", |_| true);
        if self.print.blank {
            return;
        }
        tree.set("owner_phone", self.owner_phone());
        tree.set("renovation_on", self.file_text("renovation_on"));
    }

    pub(super) fn house_rules(&self, tree: &mut Tree) {
        self.owners_sign_in_person(tree, "signatures.owner");
        if self.print.blank {
            return;
        }
        tree.set("owner_phone", self.owner_phone());
        let area = self.area("measured_area").or_else(|| self.area("contract_area"));
        tree.set("area", area.map(square_metres).unwrap_or_default());
    }

    pub(super) fn personal_information(&self, tree: &mut Tree) {
        tree.set("retention_years", self.project_text("retention_years"));
        self.owners_sign_in_person(tree, "signatures.owner");
        self.staff_signs(tree, "signatures.representative", |_| true);
    }
}
