//! 入伙通知书

use super::{
    Sheet,
    fields::spec::*,
    tree::{Row, Tree},
};
use crate::{
    checks::{date, words},
    fields::text::money,
    template::{Mark, Phase, TemplateItem},
    vocabulary::{DeliveryOutcome, Lang, Payee},
};
use shoulou_eventlog::Value;

/// What [`Sheet::fees`] fills in.
pub(super) const FEES: &[Spec] = &[
    ("fees", Rows, C),
    ("fees[].no", Text, C),
    ("fees[].item", Text, C),
    ("fees[].payee", Text, C),
    ("fees[].base", Text, C),
    ("fees[].unit_price", Text, C),
    ("fees[].period", Text, C),
    ("fees[].amount", Text, C),
    ("totals", Rows, C),
    ("totals[].payee", Text, C),
    ("totals[].figures", Text, C),
    ("totals[].words", Text, C),
    ("total.figures", Text, C),
    ("total.words", Text, C),
];

/// What [`Sheet::papers_to_bring`] fills in.
pub(super) const PAPERS_TO_BRING: &[Spec] = &[
    ("papers", Rows, C),
    ("papers[].no", Text, C),
    ("papers[].title", Text, C),
    ("papers[].note", Text, C),
];

pub(super) const ADMISSION_NOTICE: &[Spec] = &[
    ("to", Text, C),
    // What the notice rests on, as a noun: 竣工验收备案证明.
    ("basis", Text, C),
    ("filing_no", Text, C),
    ("appointment.date", Text, C),
    ("appointment.slot", Text, C),
    ("appointment.place", Text, C),
    ("enclosures", Rows, C),
    ("enclosures[].no", Text, C),
    ("enclosures[].title", Text, C),
    ("enclosures[].copies", Text, C),
    // The project's own wording of the consequence clause; empty: the template's.
    ("consequence", Text, C),
    ("contact.name", Text, C),
    ("contact.phone", Text, C),
    // The tear-off reply, as far as it came back.
    ("reply.received", Flag, E),
    ("reply.coming", Flag, E),
    ("reply.postponing", Flag, E),
    ("signatures.owner", Rows, Hands),
];

impl Sheet<'_, '_> {
    pub(super) fn admission_notice(&self, tree: &mut Tree) {
        tree.set("basis", self.basis());
        tree.set("filing_no", self.project_text("filing_no"));
        tree.set("consequence", self.project_text("consequence_clause"));
        tree.set("appointment.place", self.project_text("handover_place"));
        self.owners_sign(tree, "signatures.owner");
        if self.print.blank {
            return;
        }
        tree.set("to", self.dossier.owner_names());
        let at =
            self.dossier.file.value("appointment/at").and_then(Value::as_text).unwrap_or_default();
        tree.set("appointment.date", date::day(at));
        tree.set("appointment.slot", self.slot(at));
        let place = self.file_text("appointment/place");
        if !place.is_empty() {
            tree.set("appointment.place", place);
        }
        self.papers_to_bring(tree);
        self.enclosures(tree);
        self.contact(tree);
        self.fees(tree);
        let received = self.dossier.deliveries.iter().any(|delivery| {
            delivery.fact.outcome == DeliveryOutcome::Received
                && self.dossier.postings.iter().any(|posting| {
                    posting.at == delivery.fact.posting
                        && posting.fact.items.iter().any(|item| item.key == "post.admission_notice")
                })
        });
        tree.set("reply.received", received);
    }

    pub(super) fn slot(&self, at: &str) -> String {
        match date::clock(at) {
            Some(clock) => clock.to_owned(),
            None => self.project_text("handover_hours"),
        }
    }

    /// On what the notice rests besides the contract, as a noun.
    fn basis(&self) -> String {
        match self.project_text("filing_date").as_str() {
            "" => "竣工验收备案证明".into(),
            on => format!("{on}取得的竣工验收备案证明"),
        }
    }

    pub(super) fn papers_to_bring(&self, tree: &mut Tree) {
        let mut papers = vec![("本通知书".to_owned(), "原件，当日交回".to_owned())];
        for item in &self.dossier.template.items {
            let count = item.instances(&self.dossier.case);
            if item.phase == Phase::Identity && count > 0 {
                let title = self.item_title(&item.key);
                let short = title.split('：').next().unwrap_or(&title);
                papers.push((short.to_owned(), what_of_it(item, count)));
            }
        }
        tree.rows(
            "papers",
            papers.into_iter().enumerate().map(|(index, (title, note))| -> Row {
                vec![("no", number(index)), ("title", title.into()), ("note", note.into())]
            }),
        );
    }

    /// What lies in the envelope with it: the guide and the blank forms this case fills in.
    fn enclosures(&self, tree: &mut Tree) {
        let enclosed = self.dossier.template.items.iter().filter(|item| {
            item.phase == Phase::Post
                && item.marks.contains(&Mark::Posted)
                && item.paper() != "admission_notice"
                && item.applies(&self.dossier.case)
        });
        tree.rows(
            "enclosures",
            enclosed.enumerate().map(|(index, item)| -> Row {
                let copies = match item.copies_max {
                    Some(most) => format!("{}–{most}", item.copies),
                    None => item.copies.to_string(),
                };
                vec![
                    ("no", number(index)),
                    ("title", self.item_title(&item.key).into()),
                    ("copies", copies.into()),
                ]
            }),
        );
    }

    pub(super) fn contact(&self, tree: &mut Tree) {
        let assistant = self.dossier.file.value("assistant").and_then(Value::as_text);
        let assistant = assistant.and_then(|id| id.parse().ok());
        let phone = assistant.and_then(|id| self.dossier.world.staff_text(id, "phone"));
        tree.set("contact.name", assistant.map(|id| self.staff_name(id)).unwrap_or_default());
        match phone {
            Some(phone) => tree.set("contact.phone", phone),
            None => tree.set("contact.phone", self.project_text("phone")),
        }
    }

    pub(super) fn fees(&self, tree: &mut Tree) {
        let fees: Vec<_> = self.dossier.standing_fees().map(|entry| &entry.fact).collect();
        tree.rows(
            "fees",
            fees.iter().enumerate().map(|(index, fee)| -> Row {
                vec![
                    ("no", number(index)),
                    ("item", fee.title.as_str().into()),
                    ("payee", fee.payee.title(Lang::Zh).into()),
                    ("base", fee.base.clone().unwrap_or_default().into()),
                    ("unit_price", fee.unit_price_cents.map(money).unwrap_or_default().into()),
                    ("period", fee.period.clone().unwrap_or_default().into()),
                    ("amount", money(fee.cents).into()),
                ]
            }),
        );
        let sum = |payee: Option<Payee>| {
            let of = fees.iter().filter(|fee| payee.is_none_or(|payee| fee.payee == payee));
            of.fold(0i64, |sum, fee| sum.saturating_add(fee.cents))
        };
        let payees = Payee::ALL.iter().filter(|payee| fees.iter().any(|fee| fee.payee == **payee));
        tree.rows(
            "totals",
            payees.map(|payee| -> Row {
                let cents = sum(Some(*payee));
                vec![
                    ("payee", payee.title(Lang::Zh).into()),
                    ("figures", money(cents).into()),
                    ("words", words::money(cents).unwrap_or_default().into()),
                ]
            }),
        );
        if !fees.is_empty() {
            tree.set("total.figures", money(sum(None)));
            tree.set("total.words", words::money(sum(None)).unwrap_or_default());
        }
    }
}

pub(super) fn number(index: usize) -> Value {
    Value::from((index + 1).to_string())
}

/// Original, copy, how many: what is done with the paper says what to bring.
fn what_of_it(item: &TemplateItem, count: u32) -> String {
    let has = |mark: Mark| item.marks.contains(&mark);
    let mut note = match (has(Mark::Seen), has(Mark::Copied)) {
        (true, true) => "原件核验，复印件留存".to_owned(),
        (true, false) => "原件核验".to_owned(),
        (false, true) => format!("复印件{}份", item.copies),
        _ if item.copies > 1 => format!("{}张", item.copies),
        _ => "原件".to_owned(),
    };
    if count > 1 {
        note.push_str(&match item.per {
            crate::template::Per::Vehicle => format!("，每车一套，共{count}套"),
            _ => format!("，每人一套，共{count}套"),
        });
    }
    note
}
