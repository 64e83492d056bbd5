//! What the owner reads before coming: guide, welcome, the order of the day; and the notes kept on the way there.

use super::{
    Sheet,
    fields::spec::*,
    household::numbered,
    notice::number,
    tree::{Row, Tree},
};
use crate::{
    template::{Anchor, Due, Phase, Unit},
    vocabulary::PartyRole,
};
use shoulou_eventlog::Value;

pub(super) const INTAKE_GUIDE: &[Spec] = &[
    ("to", Text, C),
    ("appointment.date", Text, C),
    ("appointment.slot", Text, C),
    ("appointment.place", Text, C),
    ("contact.name", Text, C),
    ("contact.phone", Text, C),
    ("stations", Rows, C),
    ("stations[].no", Text, C),
    ("stations[].title", Text, C),
    ("stations[].department", Text, C),
    ("stations[].content", Text, C),
    ("shown", Rows, C),
    ("shown[].no", Text, C),
    ("shown[].title", Text, C),
    ("title_days", Text, C),
];

pub(super) const WELCOME_LETTER: &[Spec] = &[
    ("to", Text, C),
    ("appointment.date", Text, C),
    ("appointment.slot", Text, C),
    ("appointment.place", Text, C),
    ("contact.name", Text, C),
    ("contact.phone", Text, C),
];

pub(super) const FLOW_NOTE: &[Spec] = &[
    ("appointment.date", Text, C),
    ("appointment.slot", Text, C),
    ("appointment.place", Text, C),
    ("contact.name", Text, C),
    ("contact.phone", Text, C),
    ("stations", Rows, C),
    ("stations[].no", Text, C),
    ("stations[].title", Text, C),
    ("stations[].department", Text, C),
    ("stations[].content", Text, C),
    ("papers", Rows, C),
    ("papers[].no", Text, C),
    ("papers[].title", Text, C),
    ("papers[].note", Text, C),
];

pub(super) const CONTACT_SHEET: &[Spec] = &[
    ("appointment.date", Text, C),
    ("appointment.slot", Text, C),
    ("appointment.place", Text, C),
    ("contact.name", Text, C),
    ("contact.phone", Text, C),
    ("handover_by_contract", Text, C),
    ("persons", Rows, C),
    ("persons[].no", Text, C),
    ("persons[].name", Text, C),
    ("persons[].role", Text, C),
    ("persons[].phone", Text, C),
    ("persons[].phone2", Text, C),
    ("persons[].address", Text, C),
    ("attending.owner", Flag, C),
    ("attending.delegate", Flag, C),
    ("remark", Text, C),
];

pub(super) const WORK_NOTE: &[Spec] = &[
    ("appointment.date", Text, C),
    ("appointment.slot", Text, C),
    ("appointment.place", Text, C),
    ("contact.name", Text, C),
    ("contact.phone", Text, C),
    ("tasks", Rows, C),
    ("tasks[].no", Text, C),
    ("tasks[].department", Text, C),
    ("tasks[].title", Text, C),
    ("tasks[].due", Text, C),
    ("tasks[].to", Text, C),
];

impl Sheet<'_, '_> {
    pub(super) fn intake_guide(&self, tree: &mut Tree) {
        self.invitation(tree);
        tree.rows("stations", self.order_of_the_day());
        tree.rows("shown", self.shown_rows());
        tree.set("title_days", self.project_text("title_days"));
        if !self.print.blank {
            tree.set("to", self.dossier.owner_names());
            self.papers_to_bring(tree);
            self.fees(tree);
        }
    }

    pub(super) fn welcome_letter(&self, tree: &mut Tree) {
        self.invitation(tree);
        if !self.print.blank {
            tree.set("to", self.dossier.owner_names());
        }
    }

    pub(super) fn flow_note(&self, tree: &mut Tree) {
        self.invitation(tree);
        tree.rows("stations", self.order_of_the_day());
        if !self.print.blank {
            self.papers_to_bring(tree);
        }
    }

    pub(super) fn contact_sheet(&self, tree: &mut Tree) {
        self.invitation(tree);
        if self.print.blank {
            return;
        }
        tree.set("handover_by_contract", self.day_of("contract/handover_on"));
        tree.set("remark", self.file_text("remark"));
        let people = [PartyRole::Owner, PartyRole::LegalRepresentative, PartyRole::Delegate];
        let people = people.into_iter().flat_map(|role| self.dossier.present_parties(role));
        tree.rows(
            "persons",
            people.enumerate().map(|(index, party)| {
                let mut row = self.row_of(party, &["name", "role", "phone", "phone2", "address"]);
                if let Some((_, role)) = row.iter_mut().find(|(column, _)| *column == "role") {
                    *role = party.role.title(crate::vocabulary::Lang::Zh).into();
                }
                numbered(index, row)
            }),
        );
        tree.set("attending.delegate", self.dossier.case.delegate == Some(true));
        tree.set("attending.owner", self.dossier.case.delegate == Some(false));
    }

    /// What the departments are asked for, and by when.
    pub(super) fn work_note(&self, tree: &mut Tree) {
        self.invitation(tree);
        let template = &self.dossier.template;
        let asked = template.items.iter().filter(|item| {
            item.phase == Phase::Ready
                && item.comes_from.as_deref().is_some_and(|from| from != "owner")
                && item.applies(&self.dossier.case)
        });
        let mut tasks: Vec<_> = asked
            .map(|item| {
                let from = template.who(item.comes_from.as_deref().unwrap_or_default()).zh;
                let to: Vec<_> = item.goes_to.iter().map(|key| template.who(key).zh).collect();
                let due = item.due.map(due_shown).unwrap_or_default();
                (from, self.item_title(&item.key), due, to.join("、"))
            })
            .collect();
        tasks.sort_by(|one, other| one.0.cmp(&other.0));
        tree.rows(
            "tasks",
            tasks.into_iter().enumerate().map(|(index, (department, title, due, to))| -> Row {
                vec![
                    ("no", number(index)),
                    ("department", department.into()),
                    ("title", title.into()),
                    ("due", due.into()),
                    ("to", to.into()),
                ]
            }),
        );
    }

    /// When and where, and whom to ask.
    fn invitation(&self, tree: &mut Tree) {
        tree.set("appointment.place", self.project_text("handover_place"));
        if self.print.blank {
            return;
        }
        let at = self.dossier.file.value("appointment/at").and_then(Value::as_text);
        tree.set("appointment.date", self.day_of("appointment/at"));
        tree.set("appointment.slot", self.slot(at.unwrap_or_default()));
        let place = self.file_text("appointment/place");
        if !place.is_empty() {
            tree.set("appointment.place", place);
        }
        self.contact(tree);
    }

    fn order_of_the_day(&self) -> Vec<Row> {
        let row = |(index, station): (usize, &&crate::template::Station)| -> Row {
            let content = station.content.as_ref().map(|content| content.zh.as_str());
            vec![
                ("no", number(index)),
                ("title", station.title.zh.as_str().into()),
                ("department", self.dossier.template.who(&station.department).zh.into()),
                ("content", content.unwrap_or_default().into()),
            ]
        };
        self.dossier.stations().iter().enumerate().map(row).collect()
    }
}

/// `T-3` as 收楼日前3天.
fn due_shown(due: Due) -> String {
    let from = match due.from {
        Anchor::Appointment => "收楼日",
        Anchor::Letters => "寄信日",
    };
    let unit = match due.unit {
        Unit::Day => "天",
        Unit::Week => "周",
        Unit::Month => "个月",
    };
    match due.count {
        0 => format!("{from}当天"),
        count if count < 0 => format!("{from}前{}{unit}", count.unsigned_abs()),
        count => format!("{from}后{count}{unit}"),
    }
}
