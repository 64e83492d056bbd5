//! What is paid: the list of fees, the difference of the property fee, interim water and electricity.

use super::{
    Sheet,
    fields::spec::*,
    handover::square_metres,
    notice::number,
    tree::{Row, Tree},
};
use crate::{
    checks::{date, words},
    fields::text::money,
    vocabulary::Payee,
};
use shoulou_eventlog::Value;

pub(super) const FEE_LIST: &[Spec] = &[
    ("fees[].paid", Text, E),
    ("payments", Rows, E),
    ("payments[].item", Text, E),
    ("payments[].amount", Text, E),
    ("payments[].method", Text, E),
    ("payments[].receipt", Text, E),
    ("payments[].time", Text, E),
    ("contact.name", Text, C),
    ("contact.phone", Text, C),
];

pub(super) const FEE_DIFFERENCE_AGREEMENT: &[Spec] = &[
    ("owner_phone", Text, C),
    // 元 for a m² and month.
    ("unit_price", Text, C),
    ("months", Text, C),
    ("fee_start", Text, C),
    ("area.contract", Text, C),
    ("area.measured", Text, C),
    // What was asked for in advance, by the contract's area as a rule.
    ("prepaid.figures", Text, C),
    ("prepaid.words", Text, C),
    // What the measured area comes to for the same months.
    ("due.figures", Text, C),
    ("due.words", Text, C),
    ("difference.figures", Text, C),
    ("difference.words", Text, C),
    ("difference.owner_pays", Flag, C),
    ("difference.refunded", Flag, C),
    ("difference.none", Flag, C),
    ("signatures.owner", Rows, Hands),
    ("signatures.property", Rows, Hands),
];

pub(super) const UTILITY_NOTE: &[Spec] = &[
    ("water_price", Text, C),
    ("electricity_price", Text, C),
    ("phone", Text, C),
    ("meters", Rows, C),
    ("meters[].no", Text, C),
    ("meters[].kind", Text, C),
    ("meters[].number", Text, C),
    ("meters[].place", Text, C),
    ("meters[].figures", Text, C),
    ("meters[].unit", Text, C),
    ("signatures.owner", Rows, Hands),
];

impl Sheet<'_, '_> {
    pub(super) fn fee_list(&self, tree: &mut Tree) {
        if self.print.blank {
            return;
        }
        self.fees(tree);
        self.contact(tree);
        let fees: Vec<_> = self.dossier.standing_fees().collect();
        tree.each_row("fees", |index, row| {
            let paid = fees.get(index).map_or(0, |fee| self.dossier.paid(&fee.at));
            let said = if paid == 0 { String::new() } else { money(paid) };
            row.insert("paid".into(), said.into());
        });
        let title = |fee| fees.iter().find(|known| known.at == fee).map(|known| &known.fact.title);
        tree.rows(
            "payments",
            self.dossier.payments.iter().filter_map(|payment| {
                let paid = &payment.fact;
                let row: Row = vec![
                    ("item", title(paid.fee)?.as_str().into()),
                    ("amount", money(paid.cents).into()),
                    ("method", paid.method.as_str().into()),
                    ("receipt", paid.receipt.clone().unwrap_or_default().into()),
                    ("time", date::minute(&paid.at).into()),
                ];
                Some(row)
            }),
        );
    }

    pub(super) fn fee_difference_agreement(&self, tree: &mut Tree) {
        tree.set("unit_price", self.project_text("fee/property/unit_price"));
        tree.set("months", self.project_text("fee/property/months"));
        self.owners_sign(tree, "signatures.owner");
        self.staff_signs(tree, "signatures.property", |_| true);
        if self.print.blank {
            return;
        }
        tree.set("owner_phone", self.owner_phone());
        tree.set("fee_start", self.file_text("fee_start"));
        let area = |path: &str| self.dossier.world.unit.and_then(|unit| unit.value(path))?.as_int();
        let measured = area("measured_area");
        let shown = |area: Option<i64>| area.map(square_metres).unwrap_or_default();
        tree.set("area.contract", shown(area("contract_area")));
        tree.set("area.measured", shown(measured));
        let mut amount = |name: &str, cents: i64| {
            tree.set(&format!("{name}.figures"), money(cents));
            tree.set(&format!("{name}.words"), words::money(cents).unwrap_or_default());
        };
        let (prepaid, due) = (self.property_fee(), measured.and_then(|area| self.fee_for(area)));
        prepaid.into_iter().for_each(|cents| amount("prepaid", cents));
        due.into_iter().for_each(|cents| amount("due", cents));
        let Some((prepaid, due)) = prepaid.zip(due) else { return };
        amount("difference", due.saturating_sub(prepaid).saturating_abs());
        tree.set("difference.owner_pays", due > prepaid);
        tree.set("difference.refunded", due < prepaid);
        tree.set("difference.none", due == prepaid);
    }

    /// The property fee that was asked for in advance.
    fn property_fee(&self) -> Option<i64> {
        let fees = self.dossier.standing_fees().filter(|fee| {
            fee.fact.payee == Payee::PropertyFinance && fee.fact.title.contains("物业")
        });
        fees.map(|fee| fee.fact.cents).reduce(i64::saturating_add)
    }

    /// 分 for an area in 0.01 m², over the months paid in advance.
    fn fee_for(&self, area: i64) -> Option<i64> {
        let value = |path: &str| self.dossier.world.project.value(path).and_then(Value::as_int);
        let (price, months) = (value("fee/property/unit_price")?, value("fee/property/months")?);
        let hundredfold = i128::from(area) * i128::from(price) * i128::from(months);
        i64::try_from((hundredfold + 50) / 100).ok()
    }

    pub(super) fn utility_note(&self, tree: &mut Tree) {
        tree.set("water_price", self.project_text("fee/water_price"));
        tree.set("electricity_price", self.project_text("fee/electricity_price"));
        tree.set("phone", self.project_text("phone"));
        self.owners_sign(tree, "signatures.owner");
        if self.print.blank {
            return;
        }
        tree.rows("meters", self.first_readings());
    }

    /// What the meters showed, as other departments need it.
    pub(super) fn first_readings(&self) -> Vec<Row> {
        let standing = self.dossier.meters.iter().filter(|meter| meter.voided.is_none());
        let row =
            |(index, meter): (usize, &crate::dossier::Entry<'_, crate::command::MeterReading>)| {
                let reading = &meter.fact;
                vec![
                    ("no", number(index)),
                    ("kind", reading.kind.title(crate::vocabulary::Lang::Zh).into()),
                    ("number", reading.number.as_str().into()),
                    ("place", reading.place.as_str().into()),
                    ("figures", reading.reading.as_str().into()),
                    ("unit", reading.unit.as_str().into()),
                ]
            };
        standing.enumerate().map(row).collect()
    }
}
