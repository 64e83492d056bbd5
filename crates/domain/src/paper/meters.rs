//! 能源表原始读数确认表

use super::{
    Sheet,
    fields::spec::*,
    notice::number,
    packet,
    tree::{Row, Tree},
};
use crate::{
    checks::{date, words},
    command::MeterReading,
    vocabulary::Lang,
};
use shoulou_eventlog::Value;

pub(super) const METER_READINGS: &[Spec] = &[
    ("read_at", Text, C),
    ("meters", Rows, C),
    ("meters[].no", Text, C),
    ("meters[].kind", Text, C),
    ("meters[].number", Text, C),
    ("meters[].place", Text, C),
    ("meters[].factor", Text, C),
    ("meters[].figures", Text, C),
    ("meters[].words", Text, C),
    ("meters[].unit", Text, C),
    ("meters[].card", Text, C),
    ("meters[].photos", Text, C),
    ("holders", Text, C),
    ("signatures.owner", Rows, Hands),
    ("signatures.engineering", Rows, Hands),
];

impl Sheet<'_, '_> {
    pub(super) fn meter_readings(&self, tree: &mut Tree) {
        tree.set("holders", packet::holders(self.dossier, self.form));
        self.owners_sign(tree, "signatures.owner");
        self.staff_signs(tree, "signatures.engineering", |_| true);
        let standing = self.dossier.meters.iter().filter(|meter| meter.voided.is_none());
        let readings: Vec<_> = standing.map(|meter| (meter.at, &meter.fact)).collect();
        if self.print.blank || readings.is_empty() {
            return tree.rows("meters", self.meters_to_read());
        }
        let last = readings.iter().map(|(_, reading)| reading.at.as_str()).max();
        tree.set("read_at", date::minute(last.unwrap_or_default()));
        tree.rows(
            "meters",
            readings.into_iter().enumerate().map(|(index, (at, reading))| {
                let photo = reading.photo.is_some() || self.dossier.scans_of(at).next().is_some();
                row(index, reading, photo)
            }),
        );
    }

    /// The kinds of meters the project has, with everything else to write.
    fn meters_to_read(&self) -> Vec<Row> {
        let Some(Value::List(kinds)) = self.dossier.world.project.value("meter_kinds") else {
            return Vec::new();
        };
        let kinds = kinds.iter().filter_map(Value::as_text).enumerate();
        kinds
            .map(|(index, kind)| vec![("no", number(index)), ("kind", meter_kind(kind).into())])
            .collect()
    }
}

/// A kind by its word, or as the project wrote it.
fn meter_kind(text: &str) -> String {
    let known: Option<crate::vocabulary::MeterKind> =
        serde_json::from_value(serde_json::Value::String(text.to_owned())).ok();
    known.map_or_else(|| text.to_owned(), |kind| kind.title(Lang::Zh).to_owned())
}

fn row(index: usize, reading: &MeterReading, photo: bool) -> Row {
    let card = match (reading.card.as_deref(), reading.balance.as_deref()) {
        (Some(card), Some(balance)) => format!("{card}（余额{balance}）"),
        (Some(card), None) => card.to_owned(),
        (None, Some(balance)) => format!("余额{balance}"),
        (None, None) => String::new(),
    };
    let photo = photo.then(|| format!("表{}", index + 1));
    vec![
        ("no", number(index)),
        ("kind", reading.kind.title(Lang::Zh).into()),
        ("number", reading.number.as_str().into()),
        ("place", reading.place.as_str().into()),
        ("factor", reading.factor.as_str().into()),
        ("figures", reading.reading.as_str().into()),
        ("words", words::figures(&reading.reading).into()),
        ("unit", reading.unit.as_str().into()),
        ("card", card.into()),
        ("photos", photo.unwrap_or_default().into()),
    ]
}
