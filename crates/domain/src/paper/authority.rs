//! Who may act for an owner: 收楼委托书, a company's power of attorney, 装修委托书.

use super::{
    Sheet,
    fields::spec::*,
    tree::{Row, Tree},
};
use crate::{checks::date, dossier::PartyState, vocabulary::PartyRole};
use shoulou_eventlog::Value;

pub(super) const POWER_OF_ATTORNEY: &[Spec] = &[
    ("principals", Rows, C),
    ("principals[].name", Text, C),
    ("principals[].paper_kind", Text, C),
    ("principals[].paper_no", Text, C),
    ("principals[].phone", Text, C),
    ("principals[].address", Text, C),
    ("delegates", Rows, C),
    ("delegates[].name", Text, C),
    ("delegates[].sex", Text, C),
    ("delegates[].paper_kind", Text, C),
    ("delegates[].paper_no", Text, C),
    ("delegates[].phone", Text, C),
    // The matters, where the owner limits them.
    ("scope", Text, C),
    ("until", Text, C),
    ("notary", Text, C),
    ("signed_on", Text, E),
    ("signatures.owner", Rows, Hands),
    ("signatures.delegate", Rows, Hands),
];

pub(super) const COMPANY_POWER_OF_ATTORNEY: &[Spec] = &[
    ("companies", Rows, C),
    ("companies[].name", Text, C),
    ("companies[].code", Text, C),
    ("companies[].representative", Text, C),
    ("companies[].phone", Text, C),
    ("companies[].address", Text, C),
    ("delegates", Rows, C),
    ("delegates[].name", Text, C),
    ("delegates[].sex", Text, C),
    ("delegates[].paper_kind", Text, C),
    ("delegates[].paper_no", Text, C),
    ("delegates[].phone", Text, C),
    ("scope", Text, C),
    ("until", Text, C),
    ("signed_on", Text, E),
    ("signatures.representative", Rows, Hands),
    ("signatures.delegate", Rows, Hands),
];

pub(super) const RENOVATION_AUTHORISATION: &[Spec] = &[
    ("principals", Rows, C),
    ("principals[].name", Text, C),
    ("principals[].paper_kind", Text, C),
    ("principals[].paper_no", Text, C),
    ("principals[].phone", Text, C),
    ("principals[].address", Text, C),
    ("agent.name", Text, C),
    ("agent.paper_no", Text, C),
    ("agent.phone", Text, C),
    ("agent.qualification", Text, C),
    ("agent.lead", Text, C),
    ("agent.lead_phone", Text, C),
    ("agent.until", Text, C),
    ("renovation_on", Text, C),
    ("signatures.owner", Rows, Hands),
];

impl Sheet<'_, '_> {
    pub(super) fn power_of_attorney(&self, tree: &mut Tree) {
        self.owners_sign_in_person(tree, "signatures.owner");
        self.delegates(tree);
        if !self.print.blank {
            tree.rows("principals", self.principals());
            let notary = self.of_delegate("poa_notary");
            tree.set("notary", notary);
        }
    }

    pub(super) fn company_power_of_attorney(&self, tree: &mut Tree) {
        self.owners_sign_in_person(tree, "signatures.representative");
        self.delegates(tree);
        if !self.print.blank {
            let companies = self.dossier.owners().filter(|owner| self.is_company(owner));
            let of = |row: Row| {
                row.into_iter().filter(|(column, _)| !matches!(*column, "contact" | "share"))
            };
            tree.rows("companies", companies.map(|owner| of(self.company_row(owner)).collect()));
        }
    }

    pub(super) fn renovation_authorisation(&self, tree: &mut Tree) {
        self.owners_sign_in_person(tree, "signatures.owner");
        if !self.print.blank {
            tree.rows("principals", self.principals());
            tree.set("renovation_on", self.file_text("renovation_on"));
            let told =
                ["name", "paper_no", "phone", "qualification", "lead", "lead_phone", "until"];
            for field in told {
                let said = self.file_text(&format!("renovation/{field}"));
                tree.set(&format!("agent.{field}"), said);
            }
        }
    }

    fn delegates(&self, tree: &mut Tree) {
        self.delegates_sign(tree, "signatures.delegate");
        if self.print.blank {
            return;
        }
        let columns = ["name", "sex", "paper_kind", "paper_no", "phone"];
        let delegates = self.dossier.present_parties(PartyRole::Delegate);
        tree.rows("delegates", delegates.map(|party| self.row_of(party, &columns)));
        tree.set("scope", self.of_delegate("poa_scope"));
        tree.set("until", self.of_delegate("poa_until"));
        tree.set("signed_on", self.of_delegate("poa_signed_on"));
    }

    /// What is recorded of the power of attorney, of the first delegate with whom it is.
    fn of_delegate(&self, field: &str) -> String {
        let delegates = self.dossier.present_parties(PartyRole::Delegate);
        let said = delegates.map(|party| self.party_text(party, field));
        said.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
    }

    /// The owners as contracts name them.
    fn principals(&self) -> Vec<Row> {
        let columns = ["name", "paper_kind", "paper_no", "phone", "address"];
        self.dossier.owners().map(|owner| self.row_of(owner, &columns)).collect()
    }

    /// Of the first owner who left one.
    pub(super) fn owner_phone(&self) -> String {
        let phones = self.dossier.owners().map(|owner| self.party_text(owner, "phone"));
        phones.into_iter().find(|phone| !phone.is_empty()).unwrap_or_default()
    }

    /// The text a party's field holds, for whom it is set.
    pub(super) fn row_of(&self, party: &PartyState<'_>, fields: &[&'static str]) -> Row {
        fields.iter().map(|field| (*field, self.party_text(party, field).into())).collect()
    }

    /// A day of the file as paper shows it.
    pub(super) fn day_of(&self, path: &str) -> String {
        let said = self.dossier.file.value(path).and_then(Value::as_text);
        said.map(date::day).unwrap_or_default()
    }
}
