//! 面积补差结算单 with its agreement.

use super::{Sheet, fields::spec::*, handover::square_metres, tree::Tree};
use crate::{
    checks::{
        area::{self, AreaRule, Areas},
        words,
    },
    fields::text::{hundredths, money},
};
use shoulou_eventlog::Value;

pub(super) const AREA_SETTLEMENT: &[Spec] = &[
    ("area.contract", Text, C),
    ("area.measured", Text, C),
    ("area.difference", Text, C),
    ("area.ratio", Text, C),
    ("area.inner_contract", Text, C),
    ("area.inner_measured", Text, C),
    ("area.inner_difference", Text, C),
    ("area.inner_ratio", Text, C),
    // 元 a m², and of the whole home.
    ("unit_price", Text, C),
    ("contract_price", Text, C),
    ("by_unit", Flag, C),
    ("amount.figures", Text, C),
    ("amount.words", Text, C),
    ("amount.owner_pays", Flag, C),
    ("amount.refunded", Flag, C),
    ("amount.none", Flag, C),
    ("may_rescind", Flag, C),
    ("choice.keep", Flag, C),
    ("choice.rescind", Flag, C),
    ("signatures.developer", Rows, Hands),
    ("signatures.owner", Rows, Hands),
];

impl Sheet<'_, '_> {
    pub(super) fn area_settlement(&self, tree: &mut Tree) {
        self.owners_sign(tree, "signatures.owner");
        self.staff_signs(tree, "signatures.developer", |_| true);
        if self.print.blank {
            return;
        }
        for (prefix, contract, measured) in [
            ("area.", "contract_area", "measured_area"),
            ("area.inner_", "inner_area", "measured_inner_area"),
        ] {
            let (contract, measured) = (self.area(contract), self.area(measured));
            let mut set = |name: &str, text: Option<String>| {
                tree.set(&format!("{prefix}{name}"), text.unwrap_or_default());
            };
            set("contract", contract.map(square_metres));
            set("measured", measured.map(square_metres));
            let difference = contract.zip(measured).map(|(contract, measured)| measured - contract);
            set("difference", difference.map(signed_metres));
            let ratio = difference.zip(contract.filter(|contract| *contract > 0));
            set("ratio", ratio.map(|(difference, contract)| per_cent(difference, contract)));
        }
        tree.set("unit_price", self.file_text("contract/unit_price"));
        tree.set("contract_price", self.file_text("contract/total_price"));
        let by_unit = self.dossier.file.value("contract/by_unit").and_then(Value::as_bool);
        tree.set("by_unit", by_unit == Some(true));
        let choice = self.dossier.file.value("area/settlement").and_then(Value::as_text);
        tree.set("choice.keep", choice == Some("keep"));
        tree.set("choice.rescind", choice == Some("rescind"));
        let Some(settled) = self.settled() else { return };
        let size = settled.cents.saturating_abs();
        tree.set("amount.figures", money(size));
        tree.set("amount.words", words::money(size).unwrap_or_default());
        tree.set("amount.owner_pays", settled.cents > 0);
        tree.set("amount.refunded", settled.cents < 0);
        tree.set("amount.none", settled.cents == 0);
        tree.set("may_rescind", settled.may_rescind);
    }

    /// `None` while an area or the price is not known, and where the home was sold as a whole.
    fn settled(&self) -> Option<area::AreaSettlement> {
        let pair = |contract: &str, measured: &str| {
            Some(Areas { contract: self.area(contract)?, measured: self.area(measured)? })
        };
        let built = pair("contract_area", "measured_area")?;
        let price = self.dossier.file.value("contract/unit_price")?.as_int()?;
        let by_unit = self.dossier.file.value("contract/by_unit").and_then(Value::as_bool);
        let inner = pair("inner_area", "measured_inner_area");
        area::settle(built, inner, price, by_unit == Some(true), AreaRule::default())
    }

    pub(super) fn area(&self, path: &str) -> Option<i64> {
        self.dossier.world.unit.and_then(|unit| unit.value(path))?.as_int()
    }
}

/// `+0.75 m²`, so that a reader sees which way.
fn signed_metres(difference: i64) -> String {
    let sign = if difference < 0 { "−" } else { "+" };
    format!("{sign}{}", square_metres(difference.saturating_abs()))
}

/// To a hundredth of a per cent, rounded half away from zero.
fn per_cent(difference: i64, contract: i64) -> String {
    let size = i128::from(difference.unsigned_abs()) * 10_000;
    let rounded = (size * 2 + i128::from(contract)) / (2 * i128::from(contract));
    let sign = if difference < 0 { "−" } else { "+" };
    format!("{sign}{}%", hundredths(i64::try_from(rounded).unwrap_or(i64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_says_which_way_and_by_how_much() {
        assert_eq!(signed_metres(75), "+0.75 m²");
        assert_eq!(signed_metres(-500), "−5.00 m²");
        assert_eq!(per_cent(400, 10_000), "+4.00%");
        assert_eq!(per_cent(-75, 89_37), "−0.84%");
    }
}
