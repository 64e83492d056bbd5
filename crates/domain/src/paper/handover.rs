//! 房屋交接单

use super::{
    Sheet,
    fields::spec::*,
    notice::number,
    packet,
    tree::{Row, Tree},
};
use crate::{
    checks::{area, date, words},
    dossier::KeyState,
    fact::Fact,
    fields::text::{hundredths, money},
    vocabulary::{KeyKind, PartyRole},
};
use shoulou_eventlog::Value;

pub(super) const HOUSE_HANDOVER: &[Spec] = &[
    ("giver", Text, C),
    ("property", Text, C),
    ("taker", Text, C),
    ("area.contract", Text, C),
    ("area.measured", Text, C),
    ("area.inner_contract", Text, C),
    ("area.inner_measured", Text, C),
    // The settlement of area difference as a sentence, where there is one.
    ("area.settlement", Text, C),
    ("appointment.date", Text, C),
    ("handed_over_at", Text, E),
    ("fee_start", Text, C),
    ("keys", Rows, C),
    ("keys[].name", Text, C),
    ("keys[].position", Text, C),
    ("keys[].number", Text, C),
    ("keys[].due", Text, C),
    ("keys[].given", Text, E),
    ("keys[].retained", Text, E),
    ("key_totals.due", Text, C),
    ("key_totals.given", Text, E),
    ("key_totals.retained", Text, E),
    // Entry cards, mailbox keys, remotes, with serial numbers.
    ("things", Rows, C),
    ("things[].name", Text, C),
    ("things[].serials", Text, C),
    ("things[].due", Text, C),
    ("things[].given", Text, E),
    ("things[].retained", Text, E),
    // Numbers of the slips that are referred to; empty while not printed.
    ("slips.meter_readings", Text, E),
    ("slips.defect_list", Text, E),
    ("slips.key_custody", Text, E),
    ("equipment_list", Text, C),
    ("shown", Rows, C),
    ("shown[].no", Text, C),
    ("shown[].title", Text, C),
    ("result.none", Flag, E),
    ("result.listed", Flag, E),
    ("result.count", Text, E),
    // Who keeps which of the copies, as a sentence.
    ("holders", Text, C),
    ("signatures.developer", Rows, Hands),
    ("signatures.property", Rows, Hands),
    ("signatures.owner", Rows, Hands),
];

/// Keys that nothing on paper tells apart, counted.
pub(super) struct KeyLine {
    pub name: String,
    pub position: String,
    pub number: String,
    pub due: usize,
    pub given: usize,
    pub retained: usize,
}

impl Sheet<'_, '_> {
    pub(super) fn house_handover(&self, tree: &mut Tree) {
        tree.set("giver", self.project_text("company"));
        tree.set("property", self.project_text("property_company"));
        tree.set("holders", packet::holders(self.dossier, self.form));
        tree.rows("shown", self.shown_rows());
        if self.dossier.template.item("ready.equipment_list").is_some() {
            tree.set("equipment_list", self.item_title("ready.equipment_list"));
        }
        self.owners_sign(tree, "signatures.owner");
        let developer = ["developer_service", "developer_finance", "sales"];
        self.staff_signs(tree, "signatures.developer", |id| self.works_in(id, &developer));
        self.staff_signs(tree, "signatures.property", |id| !self.works_in(id, &developer));
        if self.print.blank {
            return;
        }
        tree.set("taker", self.taker());
        self.areas(tree);
        let at =
            self.dossier.file.value("appointment/at").and_then(Value::as_text).unwrap_or_default();
        tree.set("appointment.date", date::day(at));
        tree.set("handed_over_at", self.handed_over_at());
        tree.set("fee_start", self.file_text("fee_start"));
        self.keys(tree);
        self.things(tree);
        for form in ["meter_readings", "defect_list", "key_custody"] {
            tree.set(&format!("slips.{form}"), self.slip(form));
        }
        let defects = self.dossier.standing_defects().count();
        tree.set("result.none", defects == 0 && self.inspected());
        tree.set("result.listed", defects > 0);
        if defects > 0 {
            tree.set("result.count", defects.to_string());
        }
    }

    /// 陈嘉豪、李敏（代办人：王五）
    fn taker(&self) -> String {
        let delegates =
            self.expected().into_iter().filter(|party| party.role == PartyRole::Delegate);
        let names: Vec<_> = delegates.map(|party| party.name()).collect();
        let owners = self.dossier.owner_names();
        if names.is_empty() {
            owners
        } else {
            format!("{owners}（代办人：{}）", names.join("、"))
        }
    }

    /// Whether the inspection is over: its station signed, or the outcome says so.
    pub(super) fn inspected(&self) -> bool {
        let dossier = self.dossier;
        dossier.accepted()
            || dossier.template.stations.iter().any(|station| {
                station.signs_on.as_deref() == Some("defect_list")
                    && dossier.station_signed(&station.key)
            })
    }

    pub(super) fn shown_rows(&self) -> Vec<Row> {
        let shown = self.papers_shown().into_iter().enumerate();
        shown.map(|(index, title)| vec![("no", number(index)), ("title", title.into())]).collect()
    }

    /// As the project lists them, else those of its city.
    fn papers_shown(&self) -> Vec<String> {
        let template = &self.dossier.template;
        if let Some(Value::List(own)) = self.dossier.world.project.value("shown_papers") {
            let title = |text: &str| {
                let known = template.shown.iter().find(|paper| paper.key == text);
                known.map_or_else(|| text.to_owned(), |paper| paper.title.zh.clone())
            };
            return own.iter().filter_map(Value::as_text).map(title).collect();
        }
        let city = self.project_text("city");
        template.shown_in(&city).map(|paper| paper.title.zh.clone()).collect()
    }

    fn areas(&self, tree: &mut Tree) {
        let area = |path: &str| self.dossier.world.unit.and_then(|unit| unit.value(path))?.as_int();
        let (contract, measured) = (area("contract_area"), area("measured_area"));
        let (inner, inner_measured) = (area("inner_area"), area("measured_inner_area"));
        let shown = |area: Option<i64>| area.map(square_metres).unwrap_or_default();
        tree.set("area.contract", shown(contract));
        tree.set("area.measured", shown(measured));
        tree.set("area.inner_contract", shown(inner));
        tree.set("area.inner_measured", shown(inner_measured));
        let pair = |contract: Option<i64>, measured: Option<i64>| {
            Some(area::Areas { contract: contract?, measured: measured? })
        };
        if let Some(built) = pair(contract, measured) {
            tree.set("area.settlement", self.settlement(built, pair(inner, inner_measured)));
        }
    }

    fn settlement(&self, built: area::Areas, inner: Option<area::Areas>) -> String {
        let value = |path: &str| self.dossier.file.value(path);
        if value("contract/by_unit").and_then(Value::as_bool) == Some(true) {
            return "按套计价，不作面积差异结算。".into();
        }
        let Some(price) = value("contract/unit_price").and_then(Value::as_int) else {
            return String::new();
        };
        let settled = area::settle(built, inner, price, false, area::AreaRule::default());
        let Some(settled) = settled else { return String::new() };
        let size = money(settled.cents.saturating_abs());
        let in_words = words::money(settled.cents.saturating_abs()).unwrap_or_default();
        let area = square_metres(settled.difference.saturating_abs());
        let mut sentence = match settled.difference {
            0 => "实测面积与合同面积一致，不作结算。".to_owned(),
            1.. => format!("实测面积较合同面积增加{area}，应补房款{size}元（{in_words}）。"),
            _ => format!("实测面积较合同面积减少{area}，应退房款{size}元（{in_words}）。"),
        };
        if settled.may_rescind {
            sentence.push_str(
                "面积误差比绝对值超过3%，买受人有权解除合同；选择不解除的，按上述金额结算。",
            );
        }
        sentence
    }

    /// When the owner signed this paper.
    fn handed_over_at(&self) -> String {
        let signed = self.dossier.sign_offs.iter().rfind(|(entry, _)| {
            !entry.fact.by_staff
                && entry.fact.items.iter().any(|item| item.key == "sign.house_handover")
        });
        match signed.map(|(_, recorded)| Fact::decode(&recorded.kind, &recorded.payload)) {
            Some(Some(Fact::Signed(signed))) => date::minute(&signed.signed_at),
            _ => String::new(),
        }
    }

    fn keys(&self, tree: &mut Tree) {
        let keys = self.dossier.keys.iter().filter(|key| opens_the_home(key.kind));
        let lines = self.key_lines(keys);
        let total = |part: fn(&KeyLine) -> usize| lines.iter().map(part).sum::<usize>();
        if !lines.is_empty() {
            tree.set("key_totals.due", total(|line| line.due).to_string());
            tree.set("key_totals.given", count(total(|line| line.given)));
            tree.set("key_totals.retained", count(total(|line| line.retained)));
        }
        tree.rows(
            "keys",
            lines.into_iter().map(|line| -> Row {
                vec![
                    ("name", line.name.into()),
                    ("position", line.position.into()),
                    ("number", line.number.into()),
                    ("due", line.due.to_string().into()),
                    ("given", line.given.to_string().into()),
                    ("retained", line.retained.to_string().into()),
                ]
            }),
        );
    }

    /// Keys that share name, position and number on one line, in the order they were registered.
    pub(super) fn key_lines<'k>(
        &self,
        keys: impl Iterator<Item = &'k KeyState<'k>>,
    ) -> Vec<KeyLine> {
        let mut lines: Vec<KeyLine> = Vec::new();
        for key in keys {
            let name = self.key_name(key);
            let position =
                key.label.as_ref().filter(|label| !label.is_empty()).unwrap_or(&key.position);
            let same = |line: &&mut KeyLine| {
                line.name == name && line.position == *position && line.number == key.number
            };
            let (given, retained) = (usize::from(key.with_owner()), usize::from(key.retained()));
            match lines.iter_mut().find(same) {
                Some(line) => {
                    line.due += 1;
                    line.given += given;
                    line.retained += retained;
                }
                None => lines.push(KeyLine {
                    name,
                    position: position.clone(),
                    number: key.number.clone(),
                    due: 1,
                    given,
                    retained,
                }),
            }
        }
        lines
    }

    /// Cards, mailbox keys and remotes with their numbers, and what else was issued by serial.
    fn things(&self, tree: &mut Tree) {
        struct Thing {
            name: String,
            serials: Vec<String>,
            due: usize,
            given: usize,
            retained: usize,
        }
        let mut things: Vec<Thing> = Vec::new();
        let mut add = |name: String, serials: Vec<String>, counts: [usize; 3]| {
            let [due, given, retained] = counts;
            match things.iter_mut().find(|thing| thing.name == name) {
                Some(thing) => {
                    thing.serials.extend(serials);
                    thing.due += due;
                    thing.given += given;
                    thing.retained += retained;
                }
                None => things.push(Thing { name, serials, due, given, retained }),
            }
        };
        for key in self.dossier.keys.iter().filter(|key| !opens_the_home(key.kind)) {
            let serial = Some(key.number.clone()).filter(|number| !number.is_empty());
            let counts = [1, usize::from(key.with_owner()), usize::from(key.retained())];
            add(self.key_name(key), serial.into_iter().collect(), counts);
        }
        for issue in &self.dossier.issues {
            let kind = self.dossier.template.item(&issue.fact.item.key).map(|item| item.kind);
            if kind == Some(crate::template::ItemKind::Paper) {
                continue;
            }
            let title = self.item_title(&issue.fact.item.key);
            let name = title.split('（').next().unwrap_or(&title).to_owned();
            let issued = (issue.fact.count as usize).max(issue.fact.serials.len());
            add(name, issue.fact.serials.clone(), [issued, issued, 0]);
        }
        tree.rows(
            "things",
            things.into_iter().map(|thing| -> Row {
                vec![
                    ("name", thing.name.into()),
                    ("serials", thing.serials.join("、").into()),
                    ("due", thing.due.to_string().into()),
                    ("given", thing.given.to_string().into()),
                    ("retained", thing.retained.to_string().into()),
                ]
            }),
        );
    }
}

/// Keys of doors have lines of their own; cards, mailbox keys and remotes are listed with serials.
fn opens_the_home(kind: KeyKind) -> bool {
    matches!(kind, KeyKind::Door | KeyKind::Room | KeyKind::Other)
}

/// Nothing recorded leaves room for a pen.
fn count(number: usize) -> String {
    if number == 0 { String::new() } else { number.to_string() }
}

/// 0.01 m² as `89.37 m²`.
pub(super) fn square_metres(area: i64) -> String {
    format!("{} m²", hundredths(area))
}
