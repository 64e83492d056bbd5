use super::*;
use crate::{decide::Context, fields, normalize::home, world};
use chrono::DateTime;
use shoulou_eventlog::{EventRef, Meta, Order, Settled};

/// The unit and file of one home, as a store would fold them.
#[derive(Default, Clone)]
struct Records {
    unit: EntityState,
    file: EntityState,
    commits: u8,
}

const PROJECT: Id = Id([7; 16]);

impl Records {
    fn commit(&mut self, events: &[NewEvent]) {
        self.commits += 1;
        for (ordinal, event) in events.iter().enumerate() {
            let at = EventRef {
                commit: shoulou_eventlog::Hash([self.commits; 32]),
                ordinal: ordinal as u32,
            };
            let order = Order {
                depth: u64::from(self.commits),
                ordinal: ordinal as u32,
                ..Order::default()
            };
            let meta = Meta { order, actor: Id::default(), time: 0, party: event.party };
            let state =
                if event.event.kind.starts_with("unit.") { &mut self.unit } else { &mut self.file };
            state.apply(at, meta, &event.event, crate::fact::is_known);
        }
    }

    fn import(&mut self, list: &ImportedHome) -> HomeImport {
        let project = EntityState::default();
        let code = list.home.canonical().expect("a known code");
        let unit = world::unit_id(PROJECT, &code);
        let mut world = World::of_project(PROJECT, &project);
        if self.commits > 0 {
            world =
                world.with_unit(unit, &self.unit).with_file(world::file_id(unit, 1), &self.file);
        }
        let now = DateTime::parse_from_rfc3339("2026-11-21T10:00:00+08:00").expect("a time");
        let mut fresh = || Id::default();
        let context = Context { actor: Id::default(), now, shown: &|_| true, fresh: &mut fresh };
        let import = super::home(&world, list, &context).expect("a known code");
        self.commit(&import.events);
        import
    }

    fn person_says(&mut self, path: &str, value: Value) {
        let replaces = fields::shown_claims(Some(&self.file), path, &|_| true);
        let file = world::file_id(world::unit_id(PROJECT, "1-1-101"), 1);
        let claim = fields::claim(Entity::File, file, path, value, replaces, Source::Person);
        self.commit(&[claim]);
    }

    fn party(&self, ordinal: u32, field: &str) -> Option<&str> {
        let file = world::file_id(world::unit_id(PROJECT, "1-1-101"), 1);
        let path = format!("party/{}/{field}", world::buyer(file, ordinal));
        self.file.value(&path).and_then(Value::as_text)
    }
}

fn buyer(name: &str, paper: &str) -> ImportedBuyer {
    let paper = (!paper.is_empty()).then(|| PaperNumber::Full(paper.into()));
    ImportedBuyer { name: name.into(), paper, ..ImportedBuyer::default() }
}

fn list(buyers: Vec<ImportedBuyer>) -> ImportedHome {
    ImportedHome {
        home: home::parse("1-1-101").expect("a code"),
        floor_stated: false,
        unit: BTreeMap::from([("contract_area", Value::Int(12_766))]),
        file: BTreeMap::from([("contract/no", "YS1".into()), ("remark", "要求上午".into())]),
        buyers,
    }
}

#[test]
fn a_new_home_gets_a_unit_a_file_and_its_buyers() {
    let mut records = Records::default();
    let import =
        records.import(&list(vec![buyer("杜强", "110105199309046984"), buyer("李子", "")]));
    assert_eq!((import.outcome, import.code.as_str()), (Outcome::New, "1-1-101"));
    assert_eq!(records.unit.value("floor"), Some(&Value::Int(1)));
    assert_eq!(records.party(1, "paper_no"), Some("110105199309046984"));
    assert_eq!(records.party(1, "paper_kind"), Some("resident_id"));
    assert_eq!((records.party(2, "name"), records.party(2, "paper_no")), (Some("李子"), None));
    assert_eq!(records.file.facts.len(), 1);
    let names = import.events.iter().filter(|event| event.party.is_none());
    let common: String = names.map(|event| format!("{:?}", event.event.payload)).collect();
    assert!(
        !common.contains("杜强") && !common.contains("上午"),
        "personal data and free text have their parts"
    );
}

#[test]
fn the_same_list_again_writes_nothing() {
    let mut records = Records::default();
    records.import(&list(vec![buyer("杜强", "110105199309046984")]));
    let again = records.import(&list(vec![buyer("杜强", "110105199309046984")]));
    assert_eq!((again.outcome, again.events.len()), (Outcome::Same, 0));
    assert_eq!((again.clashes.len(), again.notices.len()), (0, 0));
}

#[test]
fn a_later_list_replaces_what_a_list_said() {
    let mut records = Records::default();
    records.import(&list(vec![buyer("杜强", "")]));
    let mut later = list(vec![buyer("杜强", "")]);
    later.file.insert("contract/no", "YS2".into());
    assert_eq!(records.import(&later).outcome, Outcome::Changed);
    assert!(
        matches!(records.file.register("contract/no"), Settled::Value(Value::Text(no), _) if no == "YS2")
    );
}

#[test]
fn a_clerks_correction_is_never_overwritten_and_the_clash_is_told() {
    let mut records = Records::default();
    records.import(&list(vec![buyer("杜强", "")]));
    records.person_says("contract/no", "YS-corrected".into());
    records.person_says("remark", Value::Null);
    let again = records.import(&list(vec![buyer("杜强", "")]));
    assert_eq!(again.outcome, Outcome::Same);
    let clashes: Vec<_> =
        again.clashes.iter().map(|clash| (clash.field.path, &clash.kept)).collect();
    assert_eq!(clashes, [("contract/no", &"YS-corrected".into()), ("remark", &Value::Null)]);
    assert_eq!(records.file.value("contract/no"), Some(&"YS-corrected".into()));
}

#[test]
fn a_rounded_number_is_never_written_and_a_full_one_fills_the_gap() {
    let full = "420111196405111367";
    let rounded = crate::normalize::paper::from_number(420_111_196_405_111_367.0);
    let by_hand = list(vec![ImportedBuyer { paper: rounded, ..buyer("蔡明丽", "") }]);
    let clean = list(vec![buyer("蔡明丽", full)]);
    for order in [[&by_hand, &clean], [&clean, &by_hand]] {
        let mut records = Records::default();
        for list in order {
            records.import(list);
        }
        assert_eq!(records.party(1, "paper_no"), Some(full));
    }
    let mut other = Records::default();
    other.import(&list(vec![buyer("蔡明丽", "440305196609144571")]));
    assert_eq!(other.import(&by_hand).notices, [Notice::RoundedDisagrees { buyer: 1 }]);
}

#[test]
fn buyers_in_another_order_are_the_same_people() {
    let (one, two) = (buyer("杜强", "110105199309046984"), buyer("李子", "32010219661126521X"));
    let mut records = Records::default();
    records.import(&list(vec![one.clone(), two.clone()]));
    let again = records.import(&list(vec![two.clone(), one.clone()]));
    assert_eq!((again.outcome, again.notices), (Outcome::Same, vec![]));
    let fewer = records.import(&list(vec![two]));
    assert_eq!(fewer.notices, [Notice::FewerBuyers { file: 2, list: 1 }]);
}

#[test]
fn a_changed_name_is_told() {
    let mut records = Records::default();
    records.import(&list(vec![buyer("杜强", "110105199309046984")]));
    let renamed = records.import(&list(vec![buyer("杜刚强", "110105199309046984")]));
    assert_eq!(
        renamed.notices,
        [Notice::Renamed { buyer: 1, from: "杜强".into(), to: "杜刚强".into() }]
    );
    assert_eq!(records.party(1, "name"), Some("杜刚强"));
}

#[test]
fn an_owner_whom_a_clerk_entered_first_is_not_made_twice() {
    let clerks = Id([9; 16]);
    let mut records = Records::default();
    records.import(&list(vec![]));
    records.person_says(&format!("party/{clerks}/role"), "owner".into());
    records.person_says(&format!("party/{clerks}/name"), "杜强".into());
    records.import(&list(vec![buyer("杜强", "110105199309046984")]));
    let paper = records.file.value(&format!("party/{clerks}/paper_no")).and_then(Value::as_text);
    assert_eq!((paper, records.party(1, "name")), (Some("110105199309046984"), None));
}

#[test]
fn no_list_brings_back_an_owner_who_was_removed_or_erased() {
    let mut records = Records::default();
    records.import(&list(vec![buyer("杜强", ""), buyer("李子", "")]));
    let file = world::file_id(world::unit_id(PROJECT, "1-1-101"), 1);
    let [first, second] = [1, 2].map(|ordinal| world::buyer(file, ordinal));
    records.person_says(&format!("party/{first}/removed"), "退房".into());
    let erase = shoulou_eventlog::Erase { party: second, reason: "申请".into() };
    let payload = ciborium::Value::serialized(&erase).expect("a map");
    let event = shoulou_eventlog::Event { kind: "file.erase".into(), entity: file, payload };
    records.commit(&[NewEvent { party: None, event }]);
    let again = records.import(&list(vec![buyer("杜强", ""), buyer("李子", "")]));
    assert_eq!(again.events.len(), 0);
    assert_eq!(again.notices, [Notice::Removed { buyer: 1 }, Notice::Erased { buyer: 2 }]);
}

#[test]
fn a_floor_with_a_column_of_its_own_wins_over_one_read_off_the_room() {
    let mut stated = list(vec![]);
    stated.home.floor = Some(5);
    stated.floor_stated = true;
    let derived = list(vec![]);
    for order in [[&stated, &derived], [&derived, &stated]] {
        let mut records = Records::default();
        for list in order {
            records.import(list);
        }
        assert_eq!(records.unit.value("floor"), Some(&Value::Int(5)));
    }
}

#[test]
fn a_companys_representative_is_a_party_of_the_file() {
    let paper = Some(PaperNumber::Full("33010619511012020X".into()));
    let representative = Some(ImportedRepresentative { name: Some("许思航".into()), paper });
    let company = ImportedBuyer {
        company: true,
        representative,
        ..buyer("佛山雨若投资有限公司", "91320102MAY57K6M5J")
    };
    let mut records = Records::default();
    records.import(&list(vec![company]));
    assert_eq!(records.party(1, "company_code"), Some("91320102MAY57K6M5J"));
    assert_eq!(records.file.value("buyer_kind"), Some(&"company".into()));
    let roles: Vec<_> =
        records.file.registers.iter().filter(|(path, _)| path.ends_with("/role")).collect();
    assert_eq!(roles.len(), 2);
}
