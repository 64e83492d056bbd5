//! 入伙名单: every home with its buyers, its appointment, its notice, and how far it is.

use super::{Gather, Sheet, counted, iso, listed, short_day};
use crate::{
    paper::{
        fields::{Spec, spec::*},
        handover::square_metres,
        tree::{Row, Tree},
    },
    vocabulary::{DeliveryOutcome, Lang},
};
use shoulou_eventlog::Value;

pub(in crate::paper) const FIELDS: &[Spec] = &[
    ("homes", Rows, C),
    ("homes[].no", Text, C),
    ("homes[].code", Text, C),
    ("homes[].kind", Text, C),
    ("homes[].area", Text, C),
    ("homes[].owners", Text, C),
    ("homes[].phone", Text, C),
    ("homes[].contract", Text, C),
    ("homes[].notice", Text, C),
    ("homes[].appointment", Text, C),
    ("homes[].attendance", Text, C),
    ("homes[].assistant", Text, C),
    ("homes[].outcome", Text, C),
    ("count.homes", Text, C),
    ("count.notified", Text, C),
    ("count.appointed", Text, C),
    ("count.accepted", Text, C),
];

#[derive(Default)]
pub(in crate::paper) struct Rows {
    rows: Vec<Row>,
    notified: usize,
    appointed: usize,
    accepted: usize,
}

impl Gather for Rows {
    fn home(&mut self, home: &Sheet<'_, '_>) {
        let dossier = home.dossier;
        let appointment = dossier.file.value("appointment/at").and_then(Value::as_text);
        let notice = notice(home);
        self.notified += usize::from(!notice.is_empty());
        self.appointed += usize::from(appointment.is_some_and(|at| !at.is_empty()));
        self.accepted += usize::from(dossier.accepted());
        let area = home.area("measured_area").or_else(|| home.area("contract_area"));
        let attendance = dossier.arrival.as_ref().map(|arrival| arrival.fact.attendance);
        let attendance = attendance.or(dossier.announced_attendance());
        let outcome = dossier.outcome().map(|outcome| outcome.title(Lang::Zh));
        self.rows.push(vec![
            ("code", home.home_code()),
            ("kind", home.unit_text("kind").into()),
            ("area", area.map(square_metres).unwrap_or_default().into()),
            ("owners", dossier.owner_names().into()),
            ("phone", home.owner_phone().into()),
            ("contract", home.file_text("contract/no").into()),
            ("notice", notice.into()),
            ("appointment", appointment.map(iso).unwrap_or_default().into()),
            ("attendance", attendance.map(|who| who.title(Lang::Zh)).unwrap_or_default().into()),
            ("assistant", home.assistant_name().into()),
            ("outcome", outcome.unwrap_or_default().into()),
        ]);
    }

    fn finish(self: Box<Self>, project: &Sheet<'_, '_>, tree: &mut Tree) {
        counted(tree, project, "count.homes", self.rows.len());
        counted(tree, project, "count.notified", self.notified);
        counted(tree, project, "count.appointed", self.appointed);
        counted(tree, project, "count.accepted", self.accepted);
        listed(tree, "homes", self.rows);
    }
}

/// 11-07 寄出，11-09 签收: of the last notice.
fn notice(home: &Sheet<'_, '_>) -> String {
    let mut postings = home.dossier.postings.iter();
    let posted = postings
        .rfind(|posting| posting.fact.items.iter().any(|item| item.key == "post.admission_notice"));
    let Some(posted) = posted else { return String::new() };
    let mut said = format!("{}寄出", short_day(&posted.fact.posted_on));
    let mut deliveries = home.dossier.deliveries.iter();
    if let Some(delivery) = deliveries.rfind(|delivery| delivery.fact.posting == posted.at) {
        let what = match delivery.fact.outcome {
            DeliveryOutcome::Received => "签收",
            DeliveryOutcome::Returned => "退件",
        };
        said.push_str(&format!("，{}{what}", short_day(&delivery.fact.on)));
    }
    said
}
