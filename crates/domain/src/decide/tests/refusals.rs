use crate::{command::*, rehearsal::*, vocabulary::*};
use shoulou_eventlog::{Id, Value};

fn arrived() -> (Office, Id, Id) {
    let mut office = Office::with_home("1-1-101");
    let owner = office.party(PartyRole::Owner, "陈嘉豪", &[]);
    let staff = office.staff("陈静", "客服代表", "物业客服");
    office.arrive(Attendance::Owner, &[owner]);
    (office, owner, staff)
}

fn closed() -> (Office, Id, Id) {
    let (mut office, owner, staff) = arrived();
    office.done(Command::SetOutcome {
        file: office.file,
        outcome: Outcome::Accepted,
        reason: None,
    });
    let (name, reason) = ("赵敏".into(), "演练".into());
    office.done(Command::OverrideStep { file: office.file, step: "close".into(), name, reason });
    office.done(Command::CloseFile { file: office.file });
    (office, owner, staff)
}

fn fee(cents: i64) -> Fee {
    Fee {
        title: "物业费".into(),
        payee: Payee::PropertyFinance,
        base: Some("89.37".into()),
        unit_price_cents: Some(380),
        period: None,
        cents,
    }
}

#[test]
fn what_was_voided_stays_void_when_the_household_is_erased() {
    let (mut office, ..) = closed();
    let fact = office.dossier().closed.as_ref().expect("closed").at;
    let target = Target::File { id: office.file };
    office.done(Command::VoidFact { target, fact, reason: "补登问题".into() });
    let mut file = office.entities[&office.file].clone();
    let reasons = |file: &shoulou_eventlog::EntityState| {
        file.voids[&fact].values().map(|voiding| voiding.reason.clone()).collect::<Vec<_>>()
    };
    assert!(reasons(&file).contains(&"补登问题".to_owned()));
    file.forget(crate::world::household(office.file));
    assert!(file.is_voided(&fact));
    assert!(!reasons(&file).contains(&"补登问题".to_owned()));
}

#[test]
fn a_closed_file_takes_no_new_defect_until_its_closing_is_voided() {
    let (mut office, ..) = closed();
    let defect = || Defect {
        room: "客厅".into(),
        part: String::new(),
        text: "空鼓".into(),
        wish: None,
        photos: Vec::new(),
        responsible: None,
        promised: None,
        at: AT.into(),
    };
    let note = |office: &Office| Command::NoteDefect { file: office.file, defect: defect() };
    let late = note(&office);
    assert_eq!(office.refused(late), "file_closed");
    let fact = office.dossier().closed.as_ref().expect("closed").at;
    let target = Target::File { id: office.file };
    let reopen = Command::VoidFact { target, fact, reason: "补登问题".into() };
    office.done(reopen.clone());
    assert_eq!(office.refused(reopen), "already_voided");
    let now = note(&office);
    office.done(now);
}

#[test]
fn a_defect_that_another_desk_noted_after_the_closing_raises_an_alarm() {
    let (mut office, ..) = closed();
    let defect = Defect {
        room: "客厅".into(),
        part: String::new(),
        text: "空鼓".into(),
        wish: None,
        photos: Vec::new(),
        responsible: None,
        promised: None,
        at: AT.into(),
    };
    office.commit(&[crate::fact::Fact::DefectNoted(defect).event(office.file)]);
    let view = office.view();
    assert!(view.alarms.iter().any(|alarm| alarm.key == "closed_with_new_defect"));
}

#[test]
fn only_a_supervisor_confirms_and_only_what_is_closed() {
    let (mut office, _, staff) = arrived();
    assert_eq!(office.refused(Command::ConfirmFile { file: office.file }), "file_not_closed");
    let (mut office, ..) = {
        let _ = (office, staff);
        closed()
    };
    let staff = office.staff("林", "客服代表", "物业客服");
    office.actor = staff;
    assert_eq!(office.refused(Command::ConfirmFile { file: office.file }), "not_supervisor");
    office.actor = SUPERVISOR;
    office.done(Command::ConfirmFile { file: office.file });
    assert_eq!(
        office.refused(Command::ConfirmFile { file: office.file }),
        "file_already_confirmed"
    );
}

#[test]
fn the_last_who_can_confirm_stays_active() {
    let mut office = Office::new();
    let target = Target::Staff { id: SUPERVISOR };
    let leave = Command::SetField { target, path: "active".into(), value: Value::Bool(false) };
    assert_eq!(office.refused(leave.clone()), "last_supervisor");
    office.staff("钱", "客服经理", "客服中心");
    office.done(leave);
}

#[test]
fn who_is_not_here_cannot_sign_on_the_screen() {
    let (mut office, owner, _) = arrived();
    let other = office.party(PartyRole::Owner, "李敏", &[]);
    assert_eq!(office.refused(office.sign(&["sign.gas_safety"], other)), "signer_not_present");
    let child = office.party(PartyRole::Family, "陈小", &[]);
    assert_eq!(office.refused(office.sign(&["sign.gas_safety"], child)), "signer_not_authorised");
    office.done(office.sign(&["sign.gas_safety"], owner));
    assert_eq!(office.refused(office.sign(&["sign.gas_safety"], owner)), "already_signed");
    assert_eq!(office.refused(office.sign(&["sign.title_papers"], owner)), "item_not_signed");
    assert_eq!(office.refused(office.sign(&["sign.dog_agreement"], owner)), "item_not_applicable");
    assert_eq!(office.refused(office.sign(&["sign.nothing"], owner)), "item_unknown");
    assert_eq!(office.refused(office.sign(&[], owner)), "nothing_chosen");
}

#[test]
fn a_signature_is_never_a_tick() {
    let (mut office, ..) = arrived();
    let tick = |mark: &str| Command::TickItem {
        file: office.file,
        item: item("sign.owner_registration"),
        mark: mark.into(),
        on: true,
    };
    let (signed, seen) = (tick("signed"), tick("seen"));
    assert_eq!(office.refused(signed), "signature_not_a_tick");
    assert_eq!(office.refused(seen), "mark_unknown");
}

#[test]
fn keys_leave_only_the_hands_they_are_in() {
    let (mut office, owner, staff) = arrived();
    let keys = office.keys(KeyKind::Door, "户门钥匙", 2);
    let (name, reason) = ("赵敏".to_owned(), "演练".to_owned());
    office.done(Command::OverrideStep { file: office.file, step: "keys".into(), name, reason });
    office.done(office.move_keys(&keys, Holder::Party { id: owner }));
    let onward = office.move_keys(&keys, Holder::Staff { id: staff });
    assert_eq!(office.refused(onward), "key_not_held_here");
    let back = |keys: &[Id]| Command::ReturnKeys {
        file: office.file,
        keys: keys.to_vec(),
        signer: Signer::Party { id: owner },
        how: ink(),
        at: AT.into(),
    };
    let (back, stranger) = (back(&keys), back(&[Id([1; 16])]));
    assert_eq!(office.refused(back), "key_not_retained");
    assert_eq!(office.refused(stranger), "key_unknown");
    let unspoken =
        Command::RetainKeys { file: office.file, answer: true, keys, terms: None, at: AT.into() };
    assert_eq!(office.refused(unspoken), "required");
}

#[test]
fn voiding_a_movement_puts_the_key_back_where_it_was() {
    let (mut office, _, staff) = arrived();
    let keys = office.keys(KeyKind::Door, "户门钥匙", 1);
    office.done(office.move_keys(&keys, Holder::Staff { id: staff }));
    let fact = office.view().keys[0].moves.last().expect("a movement").fact;
    let target = Target::File { id: office.file };
    office.done(Command::VoidFact { target, fact, reason: "录错".into() });
    let holder = office.view().keys[0].holder.clone();
    assert_eq!(holder, Holder::Department { name: "保安部".into() });
}

#[test]
fn no_more_is_taken_than_is_owed_and_twice_raises_an_alarm() {
    let (mut office, ..) = arrived();
    office.done(Command::AddFee { file: office.file, fee: fee(33_961) });
    let fact = office.view().fees[0].fact;
    let take = |cents: i64| Command::TakeFee {
        file: office.file,
        fee: fact,
        cents,
        method: "转账".into(),
        receipt: None,
        at: AT.into(),
    };
    let (part, rest, more) = (take(30_000), take(3_961), take(1));
    office.done(part.clone());
    assert_eq!(office.refused(part.clone()), "more_than_owed");
    office.done(rest);
    assert_eq!(office.refused(more), "fee_already_paid");
    let paid = crate::fact::FeePaid {
        fee: fact,
        cents: 33_961,
        method: "现金".into(),
        receipt: None,
        at: AT.into(),
    };
    office.commit(&[crate::fact::Fact::FeePaid(paid).event(office.file)]);
    assert!(office.view().alarms.iter().any(|alarm| alarm.key.starts_with("fee_taken_twice")));
    let target = Target::File { id: office.file };
    let void = Command::VoidFact { target, fact, reason: "误收".into() };
    assert_eq!(office.refused(void), "fee_has_payments");
}

#[test]
fn the_last_owner_stays_and_strangers_are_unknown() {
    let (mut office, owner, _) = arrived();
    let remove = |party: Id, reason: &str| Command::RemoveParty {
        file: office.file,
        party,
        reason: reason.into(),
    };
    let (last, stranger) = (remove(owner, "更名"), remove(Id([1; 16]), "更名"));
    assert_eq!(office.refused(last), "last_owner");
    assert_eq!(office.refused(stranger), "party_unknown");
    let target = Target::File { id: office.file };
    let path = "item/sign.gas_safety/1/signed".to_owned();
    let sneak = Command::SetField { target, path, value: Value::Bool(true) };
    assert_eq!(office.refused(sneak), "field_unknown");
    let elsewhere = Command::CloseFile { file: Id([2; 16]) };
    assert_eq!(office.refused(elsewhere), "file_missing");
}

#[test]
fn a_second_home_of_one_code_and_a_sale_still_open_are_refused() {
    let (mut office, ..) = arrived();
    let twin = |code: &str| Command::AddUnit {
        code: code.into(),
        kind: UnitKind::Flat,
        fields: Default::default(),
    };
    assert_eq!(office.refused(twin("1-1-101")), "unit_already_there");
    assert_eq!(office.refused(twin("１－１－１０１")), "unit_already_there");
    assert_eq!(office.refused(Command::ReopenSale { unit: office.unit }), "sale_still_open");
    let (mut office, ..) = closed();
    let made = office.done(Command::ReopenSale { unit: office.unit });
    assert_eq!(made, Some(crate::world::file_id(office.unit, 2)));
}

#[test]
fn a_newer_versions_event_makes_the_file_read_only() {
    let (mut office, ..) = arrived();
    let event = shoulou_eventlog::Event {
        kind: "file.blessed".into(),
        entity: office.file,
        payload: ciborium::Value::Map(Vec::new()),
    };
    office.commit(&[shoulou_eventlog::NewEvent { party: None, event }]);
    assert!(office.view().read_only);
    let close = Command::CloseFile { file: office.file };
    assert_eq!(office.refused(close), "newer_version_needed");
}

#[test]
fn a_fact_that_the_fold_did_not_know_says_nothing_before_the_upgrade() {
    let (mut office, _, staff) = arrived();
    let defects = |office: &Office| office.view().defects.len();
    let defect = Defect {
        room: "客厅".into(),
        part: "墙面".into(),
        text: "空鼓".into(),
        wish: None,
        photos: Vec::new(),
        responsible: None,
        promised: None,
        at: "2026-11-21 10:00".into(),
    };
    office.done(Command::NoteDefect { file: office.file, defect });
    assert_eq!(defects(&office), 1);
    let by_an_older_program = |kind: &str| kind != "file.defect_noted";
    let mut state = shoulou_eventlog::EntityState::default();
    for arrived in office.log.iter().filter(|one| one.event.entity == office.file) {
        state.apply(arrived.at, arrived.meta, &arrived.event, by_an_older_program);
    }
    office.entities.insert(office.file, state);
    assert_eq!(defects(&office), 0);
    assert!(office.view().read_only);
    assert_eq!(office.refused(office.station("files", staff)), "newer_version_needed");
}

#[test]
fn every_refusal_speaks_three_sentences_in_both_languages() {
    let (mut office, ..) = arrived();
    let refusal = office.act(Command::CloseFile { file: office.file }).expect_err("a refusal");
    for text in [refusal.what(), refusal.kept(), refusal.todo()] {
        assert!(!text.zh.is_empty() && !text.en.is_empty());
        assert!(text.zh.ends_with('。') && text.en.ends_with('.'), "{text:?}");
    }
}
