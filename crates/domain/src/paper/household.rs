//! Who and what lives in a home: family and employees, cars, pets.

use super::{
    Sheet,
    fields::spec::*,
    notice::number,
    tree::{Row, Tree},
};
use crate::{checks::date, fact::Issued, vocabulary::PartyRole};
use std::collections::BTreeSet;

pub(super) const FAMILY_REGISTRATION: &[Spec] = &[
    ("owner_phone", Text, C),
    ("residents", Text, C),
    ("move_in_on", Text, C),
    ("members", Rows, C),
    ("members[].no", Text, C),
    ("members[].name", Text, C),
    // As people say it: 配偶, 子女, 保姆, 司机.
    ("members[].relation", Text, C),
    ("members[].sex", Text, C),
    ("members[].birth_date", Text, C),
    ("members[].paper_kind", Text, C),
    ("members[].paper_no", Text, C),
    ("members[].phone", Text, C),
    ("members[].employer", Text, C),
    ("retention_years", Text, C),
    ("signatures.owner", Rows, Hands),
    ("signatures.representative", Rows, Hands),
];

pub(super) const VEHICLE_PASS_APPLICATION: &[Spec] = &[
    ("owner_phone", Text, C),
    ("parking", Text, C),
    // One sheet for each.
    ("vehicles", Rows, C),
    ("vehicles[].no", Text, C),
    ("vehicles[].plate", Text, C),
    ("vehicles[].model", Text, C),
    ("vehicles[].colour", Text, C),
    // The number of the pass that was given out for it.
    ("vehicles[].pass", Text, E),
    ("signatures.owner", Rows, Hands),
    ("signatures.representative", Rows, Hands),
];

pub(super) const VEHICLE_PASS: &[Spec] = &[
    ("parking", Text, C),
    ("phone", Text, C),
    ("vehicles", Rows, C),
    ("vehicles[].no", Text, C),
    ("vehicles[].plate", Text, C),
    ("vehicles[].model", Text, C),
    ("vehicles[].colour", Text, C),
    ("vehicles[].pass", Text, C),
];

pub(super) const VEHICLE_PASS_LIST: &[Spec] = &[
    ("parking", Text, C),
    ("vehicles", Rows, C),
    ("vehicles[].no", Text, C),
    ("vehicles[].plate", Text, C),
    ("vehicles[].model", Text, C),
    ("vehicles[].colour", Text, C),
    ("vehicles[].pass", Text, C),
    ("vehicles[].issued_at", Text, E),
    ("signatures.owner", Rows, Hands),
    ("signatures.representative", Rows, Hands),
];

pub(super) const PET_REGISTRATION: &[Spec] = &[
    ("owner_phone", Text, C),
    ("pets", Rows, C),
    ("pets[].no", Text, C),
    ("pets[].name", Text, C),
    ("pets[].kind", Text, C),
    ("pets[].licence", Text, C),
    ("signatures.owner", Rows, Hands),
    ("signatures.representative", Rows, Hands),
];

pub(super) const DOG_AGREEMENT: &[Spec] = &[
    ("owner_phone", Text, C),
    ("holders", Text, C),
    ("dogs", Rows, C),
    ("dogs[].no", Text, C),
    ("dogs[].name", Text, C),
    ("dogs[].kind", Text, C),
    ("dogs[].licence", Text, C),
    ("signatures.owner", Rows, Hands),
    ("signatures.property", Rows, Hands),
];

impl Sheet<'_, '_> {
    pub(super) fn family_registration(&self, tree: &mut Tree) {
        tree.set("retention_years", self.project_text("retention_years"));
        self.owners_sign(tree, "signatures.owner");
        self.staff_signs(tree, "signatures.representative", |_| true);
        if self.print.blank {
            return;
        }
        tree.set("owner_phone", self.owner_phone());
        tree.set("residents", self.file_text("residents"));
        tree.set("move_in_on", self.file_text("move_in_on"));
        let family = self.dossier.present_parties(PartyRole::Family);
        let columns = [
            "name",
            "relation",
            "sex",
            "birth_date",
            "paper_kind",
            "paper_no",
            "phone",
            "employer",
        ];
        tree.rows(
            "members",
            family.enumerate().map(|(index, party)| numbered(index, self.row_of(party, &columns))),
        );
    }

    pub(super) fn vehicle_pass_application(&self, tree: &mut Tree) {
        self.owners_sign(tree, "signatures.owner");
        self.staff_signs(tree, "signatures.representative", |_| true);
        if self.print.blank {
            return;
        }
        tree.set("owner_phone", self.owner_phone());
        tree.set("parking", self.file_text("parking"));
        tree.rows("vehicles", self.vehicles());
    }

    pub(super) fn vehicle_pass(&self, tree: &mut Tree) {
        tree.set("phone", self.project_text("phone"));
        if self.print.blank {
            return;
        }
        tree.set("parking", self.file_text("parking"));
        tree.rows("vehicles", self.vehicles());
    }

    pub(super) fn vehicle_pass_list(&self, tree: &mut Tree) {
        self.owners_sign(tree, "signatures.owner");
        self.staff_signs(tree, "signatures.representative", |_| true);
        if self.print.blank {
            return;
        }
        tree.set("parking", self.file_text("parking"));
        tree.rows("vehicles", self.passes());
    }

    /// The cars with the day on which each one's pass was given out.
    pub(super) fn passes(&self) -> Vec<Row> {
        let issued_at = |index: usize| {
            let issued = self.pass_of(index).map(|issued| date::day(&issued.at));
            issued.unwrap_or_default().into()
        };
        let cars = self.vehicles().into_iter().enumerate();
        cars.map(|(index, mut car)| {
            car.push(("issued_at", issued_at(index)));
            car
        })
        .collect()
    }

    /// Each car that is told of, with its pass; a car of which only the number is known has an empty row.
    fn vehicles(&self) -> Vec<Row> {
        let mut cars = self.of_household("vehicle", &["plate", "model", "colour"]);
        let told = self.dossier.case.vehicles.unwrap_or(0) as usize;
        cars.resize(told.max(cars.len()), Row::new());
        let row = |(index, mut car): (usize, Row)| {
            let pass = self.pass_of(index).map(|issued| issued.serials.join("、"));
            car.push(("pass", pass.unwrap_or_default().into()));
            numbered(index, car)
        };
        cars.into_iter().enumerate().map(row).collect()
    }

    /// The last pass that was given out for a car.
    fn pass_of(&self, index: usize) -> Option<&Issued> {
        let of_car = |issued: &&Issued| {
            issued.item.key == "issue.vehicle_pass" && issued.item.instance as usize == index + 1
        };
        self.dossier.issues.iter().rev().map(|issue| &issue.fact).find(of_car)
    }

    pub(super) fn pet_registration(&self, tree: &mut Tree) {
        self.owners_sign(tree, "signatures.owner");
        self.staff_signs(tree, "signatures.representative", |_| true);
        if self.print.blank {
            return;
        }
        tree.set("owner_phone", self.owner_phone());
        tree.rows("pets", self.pets());
    }

    pub(super) fn dog_agreement(&self, tree: &mut Tree) {
        tree.set("holders", super::packet::holders(self.dossier, self.form));
        self.owners_sign(tree, "signatures.owner");
        self.staff_signs(tree, "signatures.property", |_| true);
        if self.print.blank {
            return;
        }
        tree.set("owner_phone", self.owner_phone());
        tree.rows("dogs", self.dogs());
    }

    fn pets(&self) -> Vec<Row> {
        let pets = self.of_household("pet", &["name", "kind", "licence"]);
        pets.into_iter().enumerate().map(|(index, pet)| numbered(index, pet)).collect()
    }

    /// A licence or its kind tells a dog; where neither does, every pet of a home that keeps one.
    fn dogs(&self) -> Vec<Row> {
        let pets = self.of_household("pet", &["name", "kind", "licence"]);
        let says = |pet: &Row, column: &str, wanted: &dyn Fn(&str) -> bool| {
            pet.iter().any(|(name, value)| *name == column && value.as_text().is_some_and(wanted))
        };
        let is_dog = |pet: &&Row| {
            says(pet, "licence", &|licence| !licence.is_empty())
                || says(pet, "kind", &|kind| kind.contains('犬') || kind.contains('狗'))
        };
        let told: Vec<Row> = pets.iter().filter(is_dog).cloned().collect();
        let dogs = if told.is_empty() { pets } else { told };
        dogs.into_iter().enumerate().map(|(index, dog)| numbered(index, dog)).collect()
    }

    /// What the file says under `stem/1/…`, `stem/2/…`, in the order of the numbers.
    fn of_household(&self, stem: &str, columns: &[&'static str]) -> Vec<Row> {
        let registers = &self.dossier.file.registers;
        let paths = registers.range(format!("{stem}/")..format!("{stem}0"));
        let keys: BTreeSet<(u32, &str)> = paths
            .filter_map(|(path, _)| path.split('/').nth(1))
            .map(|key| (key.parse().unwrap_or(u32::MAX), key))
            .collect();
        let row = |(_, key): (u32, &str)| -> Row {
            let cell = |column| self.file_text(&format!("{stem}/{key}/{column}"));
            columns.iter().map(|column| (*column, cell(column).into())).collect()
        };
        let said = |row: &Row| row.iter().any(|(_, value)| value.as_text() != Some(""));
        keys.into_iter().map(row).filter(said).collect()
    }
}

pub(super) fn numbered(index: usize, mut row: Row) -> Row {
    row.insert(0, ("no", number(index)));
    row
}
