//! 业主资料登记表

use super::{
    Sheet,
    fields::spec::*,
    notice::number,
    tree::{Row, Tree},
};
use crate::{
    command::ItemRef,
    dossier::PartyState,
    template::{Mark, Per, Phase},
    vocabulary::{BuyerKind, PartyRole},
};

pub(super) const OWNER_REGISTRATION: &[Spec] = &[
    ("is_person", Flag, C),
    ("is_company", Flag, C),
    ("persons", Rows, C),
    ("persons[].no", Text, C),
    ("persons[].name", Text, C),
    ("persons[].sex", Text, C),
    ("persons[].paper_kind", Text, C),
    ("persons[].paper_no", Text, C),
    ("persons[].nationality", Text, C),
    ("persons[].phone", Text, C),
    ("persons[].email", Text, C),
    ("persons[].address", Text, C),
    ("persons[].share", Text, C),
    ("companies", Rows, C),
    ("companies[].name", Text, C),
    ("companies[].code", Text, C),
    ("companies[].representative", Text, C),
    ("companies[].contact", Text, C),
    ("companies[].phone", Text, C),
    ("companies[].address", Text, C),
    ("companies[].share", Text, C),
    ("emergency", Rows, C),
    ("emergency[].name", Text, C),
    ("emergency[].relation", Text, C),
    ("emergency[].phone", Text, C),
    ("residents", Rows, C),
    ("residents[].name", Text, C),
    ("residents[].relation", Text, C),
    ("residents[].paper_no", Text, C),
    ("residents[].phone", Text, C),
    ("billing", Text, C),
    ("move_in_on", Text, C),
    ("renovation_on", Text, C),
    ("parking", Text, C),
    // For how many years the file is kept, for the notice on personal information.
    ("retention_years", Text, C),
    ("papers_received", Rows, E),
    ("papers_received[].title", Text, E),
    ("papers_received[].seen", Flag, E),
    ("papers_received[].original", Flag, E),
    ("papers_received[].copy", Flag, E),
    ("signatures.owner", Rows, Hands),
    ("signatures.representative", Rows, Hands),
];

impl Sheet<'_, '_> {
    pub(super) fn owner_registration(&self, tree: &mut Tree) {
        tree.set("retention_years", self.project_text("retention_years"));
        self.owners_sign(tree, "signatures.owner");
        self.staff_signs(tree, "signatures.representative", |_| true);
        if self.print.blank {
            return;
        }
        let (companies, persons): (Vec<_>, Vec<_>) =
            self.dossier.owners().partition(|owner| self.is_company(owner));
        tree.set("is_person", !persons.is_empty());
        tree.set("is_company", !companies.is_empty());
        tree.rows(
            "persons",
            persons.iter().enumerate().map(|(index, owner)| -> Row {
                let mut row: Row = vec![("no", number(index))];
                for field in
                    ["name", "sex", "paper_kind", "paper_no", "phone", "email", "address", "share"]
                {
                    row.push((field, self.party_text(owner, field).into()));
                }
                row.push(("nationality", self.nationality(owner).into()));
                row
            }),
        );
        tree.rows("companies", companies.iter().map(|owner| self.company_row(owner)));
        let contacts = self.dossier.present_parties(PartyRole::Emergency);
        tree.rows(
            "emergency",
            contacts.map(|party| self.row_of(party, &["name", "relation", "phone"])),
        );
        let family = self.dossier.present_parties(PartyRole::Family);
        tree.rows(
            "residents",
            family.map(|party| self.row_of(party, &["name", "relation", "paper_no", "phone"])),
        );
        tree.set("billing", self.file_text("billing"));
        tree.set("move_in_on", self.file_text("move_in_on"));
        tree.set("renovation_on", self.file_text("renovation_on"));
        tree.set("parking", self.parking());
        self.papers_received(tree);
    }

    pub(super) fn is_company(&self, owner: &PartyState<'_>) -> bool {
        let coded = owner.text("company_code").is_some()
            || owner.text("paper_kind") == Some("company_code");
        let only = self.dossier.owners().count() == 1;
        coded || only && self.dossier.buyer_kind() == Some(BuyerKind::Company)
    }

    fn nationality(&self, owner: &PartyState<'_>) -> String {
        let said = self.party_text(owner, "nationality");
        let resident = owner.text("paper_kind") == Some("resident_id");
        if said.is_empty() && resident { "中国".into() } else { said }
    }

    pub(super) fn company_row(&self, owner: &PartyState<'_>) -> Row {
        let code = Some(self.party_text(owner, "company_code")).filter(|code| !code.is_empty());
        let representative = Some(self.party_text(owner, "legal_representative"));
        let representative = representative.filter(|name| !name.is_empty()).unwrap_or_else(|| {
            let named = self.dossier.present_parties(PartyRole::LegalRepresentative).next();
            named.map(|party| party.name().to_owned()).unwrap_or_default()
        });
        let mut row = self.row_of(owner, &["name", "contact", "phone", "address", "share"]);
        row.push(("code", code.unwrap_or_else(|| self.party_text(owner, "paper_no")).into()));
        row.push(("representative", representative.into()));
        row
    }

    /// The parking place, and the plates of the cars.
    fn parking(&self) -> String {
        let place = self.file_text("parking");
        let parts: Vec<String> =
            std::iter::once(place).chain(self.plates()).filter(|part| !part.is_empty()).collect();
        parts.join("、")
    }

    fn papers_received(&self, tree: &mut Tree) {
        let states = self.dossier.items.iter().filter(|state| !state.dropped);
        let papers = states.filter_map(|state| {
            let item = self.dossier.template_item(state)?;
            (item.phase == Phase::Identity).then_some(state)
        });
        tree.rows(
            "papers_received",
            papers.map(|state| -> Row {
                let on = |mark: Mark| state.marks.iter().any(|own| own.mark == mark && own.on);
                let title = self.item_title(&state.item.key);
                let short = title.split('：').next().unwrap_or(&title);
                let title = match self.whose(&state.item) {
                    Some(whose) => format!("{short}（{whose}）"),
                    None => short.to_owned(),
                };
                vec![
                    ("title", title.into()),
                    ("seen", on(Mark::Seen).into()),
                    ("original", on(Mark::Received).into()),
                    ("copy", on(Mark::Copied).into()),
                ]
            }),
        );
    }

    /// Which owner, delegate or car a paper is of, where there may be several.
    fn whose(&self, item: &ItemRef) -> Option<String> {
        let place = item.instance.checked_sub(1)? as usize;
        let of_template = self.dossier.template.item(&item.key)?;
        let named = match of_template.per {
            Per::Person => self.dossier.owners().nth(place)?.name().to_owned(),
            Per::Vehicle => self.plates().into_iter().nth(place)?,
            _ if item.key == "identity.delegate_id" => {
                let comes = self.expected();
                comes.iter().find(|party| party.role == PartyRole::Delegate)?.name().to_owned()
            }
            _ => return None,
        };
        (!named.is_empty()).then_some(named)
    }

    fn plates(&self) -> Vec<String> {
        let cars = self.dossier.file.registers.range("vehicle/".to_owned().."vehicle0".to_owned());
        let plates = cars.filter(|(path, _)| path.ends_with("/plate"));
        let said = |path: &str| Some(self.dossier.file.value(path)?.as_text()?.to_owned());
        plates.filter_map(|(path, _)| said(path)).collect()
    }
}
