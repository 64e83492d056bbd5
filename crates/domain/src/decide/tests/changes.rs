use crate::{command::*, rehearsal::*, vocabulary::*};
use shoulou_eventlog::{Settled, Value};

fn one_owner() -> (Office, shoulou_eventlog::Id) {
    let mut office = Office::with_home("1-1-101");
    let owner = office.party(PartyRole::Owner, "陈嘉豪", &[("phone", "13812345566")]);
    (office, owner)
}

#[test]
fn a_claim_from_a_stale_screen_leads_to_a_dispute_not_an_overwrite() {
    let (mut office, _) = one_owner();
    office.basis = Some(1);
    office.set("contract/no", "YS-1");
    office.set("contract/no", "YS-2");
    let path = "contract/no";
    let state = office.state(office.file).expect("the file");
    assert!(matches!(state.register(path), Settled::Disputed(sides) if sides.len() == 2));
    let view = office.view();
    assert_eq!(view.row.disputes, 1);
    let field = view.file_fields.iter().find(|field| field.path == path).expect("the field");
    let said: Vec<_> = field.disputed.iter().map(|claim| claim.shown.zh.as_str()).collect();
    assert_eq!(said, ["YS-1", "YS-2"]);

    office.basis = None;
    office.set(path, "YS-2");
    assert_eq!(office.view().row.disputes, 0);
    assert_eq!(office.dossier().file.value(path), Some(&Value::from("YS-2")));
}

#[test]
fn two_desks_that_hand_one_key_to_two_people_raise_an_alarm() {
    let (mut office, _) = one_owner();
    let keys = office.keys(KeyKind::Door, "户门钥匙", 1);
    let staff = office.staff("陈静", "客服代表", "物业客服");
    office.basis = Some(office.commits);
    office.done(office.move_keys(&keys, Holder::Staff { id: staff }));
    office.done(office.move_keys(&keys, Holder::Department { name: "工程部".into() }));
    let view = office.view();
    assert_eq!(view.keys[0].disputed.len(), 2);
    assert!(view.alarms.iter().any(|alarm| alarm.key.starts_with("key_with_two_holders")));
}

#[test]
fn settling_a_dispute_lets_one_side_stand_and_closes_it_for_everybody() {
    let (mut office, owner) = one_owner();
    let path = format!("party/{owner}/phone");
    office.basis = Some(office.commits);
    office.set(&path, "13812345567");
    office.set(&path, "13812345568");
    office.basis = None;
    let [disputed] = &crate::views::disputes(&office.world())[..] else { panic!("one dispute") };
    assert_eq!(disputed.title.zh, "陈嘉豪 · 电话");
    let shown: Vec<_> = disputed.sides.iter().map(|side| side.shown.zh.as_str()).collect();
    assert_eq!(shown, ["138****5567", "138****5568"]);
    let (target, claim) = (disputed.target, disputed.sides[1].claim);
    let settle = Command::SettleDispute { target, path: path.clone(), claim };
    office.done(settle.clone());
    assert_eq!(office.row().disputes, 0);
    assert_eq!(office.dossier().file.value(&path), Some(&Value::from("13812345568")));
    let again = office.act(settle).expect_err("nothing is disputed");
    assert_eq!(again.code(), "not_disputed");
}

#[test]
fn sides_that_differ_where_the_mask_hides_can_be_told_apart() {
    let (mut office, owner) = one_owner();
    office.basis = Some(office.commits);
    office.set(&format!("party/{owner}/phone"), "13811115566");
    office.set(&format!("party/{owner}/phone"), "13812115566");
    let disputed = crate::views::disputes(&office.world()).remove(0);
    let shown: Vec<_> = disputed.sides.iter().map(|side| side.shown.zh.as_str()).collect();
    assert_eq!(shown, ["138*1**5566", "138*2**5566"]);
}

#[test]
fn an_alarm_that_a_person_cleared_comes_back_only_with_something_new() {
    let (mut office, _) = one_owner();
    let keys = office.keys(KeyKind::Door, "户门钥匙", 1);
    let staff = office.staff("陈静", "客服代表", "物业客服");
    office.basis = Some(office.commits);
    let second = office.move_keys(&keys, Holder::Department { name: "工程部".into() });
    let first = office.move_keys(&keys, Holder::Staff { id: staff });
    office.done(first);
    office.done(second.clone());
    assert_eq!(office.row().alarms, 1);
    let alarm = office.view().alarms.remove(0);
    let (file, key, seen) = (office.file, alarm.key, alarm.seen);
    let clear = |reason: &str| Command::ClearAlarm {
        file,
        key: key.clone(),
        seen: seen.clone(),
        reason: reason.into(),
    };
    assert_eq!(office.act(clear(" ")).expect_err("no reason").code(), "reason_missing");
    office.done(clear("两把都找到了"));
    assert_eq!((office.row().alarms, office.row().disputes), (0, 1));
    assert_eq!(office.act(clear("再次")).expect_err("cleared").code(), "no_such_alarm");
    let third = office.move_keys(&keys, Holder::Department { name: "保安部".into() });
    office.done(third);
    assert_eq!(office.row().alarms, 1, "a third holder is something new");
}

#[test]
fn saying_what_stands_already_writes_nothing() {
    let (mut office, _) = one_owner();
    office.set("residents", 3);
    let target = Target::File { id: office.file };
    let again = Command::SetField { target, path: "residents".into(), value: Value::Int(3) };
    assert!(office.act(again).expect("no refusal").is_empty());
}

#[test]
fn undo_gives_a_field_its_former_value_and_voids_a_fact() {
    let (mut office, owner) = one_owner();
    office.set("residents", 3);
    office.set("residents", 4);
    office.undo().expect("an undo");
    assert_eq!(office.dossier().file.value("residents"), Some(&Value::Int(3)));

    office.arrive(Attendance::Owner, &[owner]);
    assert!(office.view().arrival.is_some());
    office.undo().expect("an undo");
    assert!(office.view().arrival.is_none());
}

#[test]
fn undo_leaves_alone_what_somebody_changed_since() {
    let (mut office, _) = one_owner();
    office.set("residents", 3);
    let last = office.clone();
    office.set("residents", 5);
    let mut late = last;
    late.entities = office.entities.clone();
    assert_eq!(late.undo().err().map(|refusal| refusal.code()), Some("nothing_to_undo"));
}

#[test]
fn undo_takes_an_added_home_out_of_the_lists() {
    let mut office = Office::with_home("1-1-101");
    assert!(!office.row().removed);
    office.undo().expect("an undo");
    assert!(office.row().removed);
    let again = Command::AddUnit {
        code: "1-1-101".into(),
        kind: UnitKind::Flat,
        fields: Default::default(),
    };
    office.done(again);
    assert!(!office.row().removed);
}

#[test]
fn undoing_a_void_records_the_fact_anew() {
    let (mut office, owner) = one_owner();
    office.arrive(Attendance::Owner, &[owner]);
    let fact = office.view().arrival.expect("an arrival").fact;
    let target = Target::File { id: office.file };
    office.done(Command::VoidFact { target, fact, reason: "误录".into() });
    assert!(office.view().arrival.is_none());
    office.undo().expect("an undo");
    assert!(office.view().arrival.is_some());
}

fn noted(office: &mut Office, text: &str) -> shoulou_eventlog::EventRef {
    let defect = Defect {
        room: "客厅".into(),
        part: "窗".into(),
        text: text.into(),
        wish: None,
        photos: Vec::new(),
        responsible: None,
        promised: None,
        at: "2026-11-21 10:00".into(),
    };
    office.done(Command::NoteDefect { file: office.file, defect });
    office.view().defects.last().expect("the defect").fact
}

#[test]
fn a_defect_whose_voiding_is_undone_is_back_in_its_place_with_its_photos_and_results() {
    let (mut office, _) = one_owner();
    let first = noted(&mut office, "窗扇关闭不严");
    noted(&mut office, "地漏堵塞");
    let (file, target) = (office.file, Target::File { id: office.file });
    let blob = "ab".repeat(32);
    let photo = |fact, name: &str| Command::AttachScan {
        file,
        subject: ScanSubject::Fact { fact },
        blob: blob.clone(),
        name: name.into(),
        media: "image/png".into(),
    };
    office.done(photo(first, "1.png"));
    let repaired = DefectResult::Repaired;
    let at = || "2026-11-21 11:00".to_owned();
    office.done(Command::SetDefectResult { file, defect: first, result: repaired, at: at() });
    let before = office.view();
    for _ in 0..2 {
        let fact = office.view().defects[0].fact;
        office.done(Command::VoidFact { target, fact, reason: "误录".into() });
        assert_eq!(office.row().open_defects, 1);
        office.undo().expect("an undo");
        let view = office.view();
        let told = |view: &crate::view::HomeView| {
            let one = |defect: &crate::view::DefectView| {
                (defect.no, defect.defect.text.clone(), defect.result, defect.photos.clone())
            };
            view.defects.iter().map(one).collect::<Vec<_>>()
        };
        assert_eq!(told(&view), told(&before));
        assert_eq!(view.row, before.row);
    }

    // A screen that was opened before names the first: it means the one that stands.
    office.done(photo(first, "2.png"));
    office.done(Command::SetDefectResult {
        file,
        defect: first,
        result: DefectResult::Open,
        at: at(),
    });
    let defect = office.view().defects.remove(0);
    assert_eq!((defect.photos.len(), defect.result), (2, DefectResult::Open));
}

#[test]
fn a_posting_and_a_key_slip_whose_voiding_is_undone_keep_what_followed_them() {
    let (mut office, owner) = one_owner();
    let (file, target) = (office.file, Target::File { id: office.file });
    office.done(Command::RecordPosting {
        file,
        items: vec![item("post.fee_list")],
        carrier: "邮政".into(),
        number: "EM1".into(),
        posted_on: "2026-11-07".into(),
    });
    let posting = office.view().postings[0].fact;
    let outcome = DeliveryOutcome::Received;
    office.done(Command::RecordDelivery { file, posting, outcome, on: "2026-11-09".into() });
    office.done(Command::VoidFact { target, fact: posting, reason: "误录".into() });
    assert!(office.view().postings.is_empty());
    office.undo().expect("an undo");
    assert!(office.view().postings[0].delivery.is_some());

    office.arrive(Attendance::Owner, &[owner]);
    let keys = office.keys(KeyKind::Door, "户门钥匙", 2);
    let terms = RetentionTerms {
        sets: 1,
        purpose: "整改".into(),
        who_may_enter: String::new(),
        escorted: true,
        expected_return: None,
    };
    let at = "2026-11-21 11:00".to_owned();
    let retain = |answer, keys: &[_]| Command::RetainKeys {
        file,
        answer,
        keys: keys.to_vec(),
        terms: answer.then(|| terms.clone()),
        at: at.clone(),
    };
    office.done(retain(false, &[]));
    let refusal = office.view().retention.expect("an answer").fact;
    office.done(retain(true, &keys[..1]));
    let before = office.view();
    // Voiding the older answer and taking that back leaves the newer one the last.
    office.done(Command::VoidFact { target, fact: refusal, reason: "误录".into() });
    office.undo().expect("an undo");
    assert_eq!(office.view().retention, before.retention);
    let slip = before.retention.as_ref().expect("a slip").fact;
    office.done(Command::VoidFact { target, fact: slip, reason: "误录".into() });
    assert_eq!(office.row().retained_keys, 0);
    office.undo().expect("an undo");
    let after = office.view();
    assert_eq!(after.row, before.row);
    assert_eq!(after.keys[0].moves.len(), before.keys[0].moves.len());
    assert_eq!(after.keys[0].holder, before.keys[0].holder);
}

#[test]
fn a_postponed_day_ends_and_a_new_appointment_begins_the_next() {
    let (mut office, owner) = one_owner();
    office.set("appointment/at", "2026-11-21 10:00");
    office.arrive(Attendance::Owner, &[owner]);
    let outcome = |reason: Option<&str>| Command::SetOutcome {
        file: office.file,
        outcome: Outcome::Postponed,
        reason: reason.map(str::to_owned),
    };
    let (without, with) = (outcome(None), outcome(Some("出差")));
    assert_eq!(office.refused(without), "reason_missing");
    office.done(with.clone());
    let row = office.row();
    assert_eq!(row.outcome, Some(Outcome::Postponed));
    assert_eq!(row.sentence.zh, "缓交；待重新预约");
    assert_eq!(office.dossier().day, 2);
    office.done(with);
    assert_eq!(office.dossier().day, 2, "said again, it ends no second day");

    office.set("appointment/at", "2026-12-01 10:00");
    let row = office.row();
    assert_eq!((row.outcome, row.closed), (None, false));
    assert!(row.sentence.zh.starts_with("预约 12-01 10:00"), "{}", row.sentence.zh);
    office.arrive(Attendance::Owner, &[owner]);
    assert_eq!(office.view().arrival.map(|arrival| arrival.visitors), Some(vec![owner]));
}

#[test]
fn what_is_asked_for_follows_the_case() {
    let (mut office, _) = one_owner();
    let has = |office: &Office, key: &str, instance: u32| {
        office
            .view()
            .items
            .iter()
            .any(|view| view.item == ItemRef { key: key.into(), instance } && !view.dropped)
    };
    assert!(!has(&office, "sign.dog_agreement", 1));
    office.set("has_dog", true);
    office.set("vehicles", 2);
    assert!(has(&office, "sign.dog_agreement", 1) && has(&office, "sign.pet_registration", 1));
    assert!(has(&office, "identity.vehicle_licence", 2));
    assert!(!has(&office, "identity.vehicle_licence", 3));

    let licence = ItemRef { key: "identity.vehicle_licence".into(), instance: 2 };
    office.done(Command::TickItem {
        file: office.file,
        item: licence.clone(),
        mark: "copied".into(),
        on: true,
    });
    office.set("vehicles", 1);
    let view = office.view();
    let dropped = view.items.iter().find(|view| view.item == licence).expect("kept visible");
    assert!(dropped.dropped && dropped.marks[0].on);
}

#[test]
fn due_days_count_from_the_appointment() {
    let (mut office, _) = one_owner();
    office.set("appointment/at", "2026-11-30 10:00");
    let due = |office: &Office, key: &str| {
        office.view().items.into_iter().find(|view| view.item.key == key).and_then(|view| view.due)
    };
    assert_eq!(due(&office, "ready.residents_manual").as_deref(), Some("2026-11-27"));
    let value = Value::Bool(true);
    let target = Target::Project;
    office.done(Command::SetField { target, path: "working_days".into(), value });
    assert_eq!(due(&office, "ready.residents_manual").as_deref(), Some("2026-11-25"));
}

#[test]
fn an_erased_person_is_gone_and_the_others_are_whole() {
    let (mut office, owner) = one_owner();
    let other = office.party(PartyRole::Owner, "李敏", &[]);
    let reason = "保存期满".to_owned();
    office.done(Command::EraseParty { file: office.file, party: owner, reason });
    let view = office.view();
    assert_eq!(view.row.owners, "李敏");
    let erased = view.parties.iter().find(|party| party.id == owner).expect("the mark of it");
    assert!(erased.erased && erased.fields.is_empty());
    assert!(!view.read_only);
    let target = Target::File { id: office.file };
    let path = format!("party/{owner}/phone");
    let back = Command::SetField { target, path, value: "13900000000".into() };
    assert_eq!(office.refused(back), "party_erased");
    office.set(&format!("party/{other}/phone"), "13900000001");
}

#[test]
fn a_household_that_is_erased_leaves_its_counts_and_takes_nothing_more() {
    let (mut office, owner) = one_owner();
    office.party(PartyRole::Delegate, "杜小梅", &[]);
    office.set("remark", "姓名有更名");
    office.arrive(Attendance::Owner, &[owner]);
    noted(&mut office, "窗扇关闭不严");
    let file = office.file;
    office.done(Command::EraseHousehold { file, why: ErasureReason::TermOver });
    let view = office.view();
    assert!(view.erased && view.parties.iter().all(|party| party.erased));
    assert_eq!((view.row.owners.as_str(), view.row.phone.as_str()), ("", ""));
    assert_eq!(view.row.search, ["1-1-101"]);
    assert!(view.defects.is_empty() && view.arrival.is_some());
    assert_eq!(view.row.sentence.zh, "本户资料已删除");
    let remark = view.file_fields.iter().find(|field| field.path == "remark");
    assert!(remark.expect("the field").value.is_null());
    let told: Vec<_> = office
        .log
        .iter()
        .filter_map(|arrived| crate::views::describe(&office.world(), &arrived.event))
        .filter(|told| told.zh.contains("删除"))
        .collect();
    assert_eq!(
        told.iter().map(|told| told.zh.as_str()).collect::<Vec<_>>(),
        ["删除了本户全部资料：保存期满"]
    );

    let defect = Command::EraseHousehold { file, why: ErasureReason::OwnerAsked };
    assert_eq!(office.refused(defect), "household_erased");
    let target = Target::File { id: file };
    let field = Command::SetField { target, path: "residents".into(), value: 3.into() };
    assert_eq!(office.refused(field), "household_erased");

    let unit = office.unit;
    office.file = office.done(Command::ReopenSale { unit }).expect("a new file");
    office.party(PartyRole::Owner, "李敏", &[]);
    assert_eq!(office.row().owners, "李敏");
}

#[test]
fn history_never_tells_a_masked_field_in_full() {
    let (mut office, owner) = one_owner();
    office.set(&format!("party/{owner}/paper_no"), "440305198001014571");
    let world = office.world();
    for arrived in office.log.iter().filter(|arrived| arrived.event.entity == office.file) {
        let Some(text) = crate::views::describe(&world, &arrived.event) else { continue };
        for text in [text.zh, text.en] {
            assert!(
                !text.contains("440305198001014571") && !text.contains("13812345566"),
                "{text}"
            );
        }
    }
}

#[test]
fn a_role_or_department_chosen_in_english_is_the_one_chosen_in_chinese() {
    let (mut office, _) = one_owner();
    let id = office.staff("刘伟", "CS representative", "engineering");
    assert_eq!(office.world().staff_text(id, "role"), Some("客服代表"));
    assert_eq!(office.world().staff_text(id, "department"), Some("工程部"));
    let keys = office.keys(KeyKind::Door, "户门钥匙", 1);
    office.done(office.move_keys(&keys, Holder::Department { name: "Engineering".into() }));
    let held = office.view().keys.remove(0);
    assert_eq!(held.holder, Holder::Department { name: "工程部".into() });
    assert_eq!(held.holder_shown.en, "Engineering");
    let own = office.staff("赵强", "保安队副", "巡逻组");
    let person = crate::views::staff(&office.world()).into_iter().find(|one| one.id == own);
    assert_eq!(person.expect("the person").role_shown.en, "保安队副", "what was typed stays");
}

#[test]
fn several_commands_are_one_action_that_one_undo_takes_back() {
    let (mut office, _) = one_owner();
    let tick = |key: &str| Command::TickItem {
        file: office.file,
        item: item(key),
        mark: "done".into(),
        on: true,
    };
    let all = [tick("before.team"), tick("before.intake_list"), tick("before.call")];
    let before = office.view();
    let commits = office.commits;
    office.act_all(&all).expect("no refusal");
    assert_eq!(office.commits, commits + 1);
    let ticked = |office: &Office| {
        let marks = office.view().items.into_iter().flat_map(|item| item.marks);
        marks.filter(|mark| mark.on).count()
    };
    assert_eq!(ticked(&office), 3);
    office.undo().expect("an undo");
    assert_eq!(ticked(&office), 0);
    assert_eq!(office.view().row, before.row);
}

#[test]
fn a_delegate_who_is_named_at_check_in_arrives_in_the_same_action_and_one_undo_takes_both_back() {
    let (mut office, owner) = one_owner();
    let named = Command::AddParty {
        file: office.file,
        role: PartyRole::Delegate,
        fields: [("name".to_owned(), "杜小梅".into())].into(),
    };
    let arrival = Command::RecordArrival {
        file: office.file,
        attendance: Attendance::Delegate,
        visitors: vec![owner],
        at: "2026-11-21 10:00".into(),
    };
    let commits = office.commits;
    office.act_all(&[named, arrival]).expect("no refusal");
    assert_eq!(office.commits, commits + 1);
    let view = office.view();
    let delegate = view.parties.iter().find(|party| party.role == PartyRole::Delegate);
    let came = view.arrival.expect("an arrival").visitors;
    assert!(came.contains(&owner) && came.contains(&delegate.expect("the delegate").id));
    office.undo().expect("an undo");
    let after = office.view();
    assert_eq!(after.arrival, None);
    let left: Vec<_> = after.parties.iter().map(|party| party.id).collect();
    assert_eq!(left, [owner]);
}

#[test]
fn where_one_of_several_is_refused_none_is_recorded() {
    let (mut office, _) = one_owner();
    let target = Target::File { id: office.file };
    let field = Command::SetField { target, path: "residents".into(), value: Value::Int(4) };
    let events = office.log.len();
    let refusal = office.act_all(&[field, Command::ConfirmFile { file: office.file }]);
    assert_eq!(refusal.expect_err("not closed").code(), "file_not_closed");
    assert_eq!(office.log.len(), events);
}

#[test]
fn of_two_claims_on_one_field_in_one_action_the_later_remains() {
    let (mut office, _) = one_owner();
    office.set("residents", 2);
    let target = Target::File { id: office.file };
    let say = |n| Command::SetField { target, path: "residents".into(), value: Value::Int(n) };
    office.act_all(&[say(3), say(4)]).expect("no refusal");
    let file = office.state(office.file).expect("the file");
    assert!(matches!(file.register("residents"), Settled::Value(Value::Int(4), _)));
    office.undo().expect("an undo");
    assert_eq!(office.dossier().file.value("residents"), Some(&Value::Int(2)));
}
