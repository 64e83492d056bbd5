use super::*;
use shoulou_eventlog::EventRef;

const STANDARD: PrintedIn = PrintedIn { template: Hash([1; 32]), shipped: true };

fn content(home: &Home, form: &str) -> Hash {
    content_hash(form, &filled(home, form))
}

fn forms_needed(home: &Home) -> Vec<&'static str> {
    let choices = packet(&home.world());
    choices.into_iter().filter(|choice| choice.needed).map(|choice| choice.form).collect()
}

#[test]
fn a_number_is_made_of_year_home_tag_and_running_number() {
    assert_eq!(document_number(2026, "8-2-1203", "K7Q2", 1), "SL-2026-8-2-1203-K7Q2-01");
    assert_eq!(document_number(2026, "别墅12", "K7Q2", 123), "SL-2026-别墅12-K7Q2-123");
}

#[test]
fn a_tag_is_four_characters_that_none_mistakes() {
    let tags: BTreeSet<String> = (0..200u32).map(|n| incarnation_tag(id(&n.to_string()))).collect();
    assert!(tags.len() > 195, "tags hardly ever meet");
    let plain = |c: char| c.is_ascii_digit() || c.is_ascii_uppercase() && !"ILOU".contains(c);
    assert!(tags.iter().all(|tag| tag.len() == 4 && tag.chars().all(plain)));
    assert_eq!(incarnation_tag(id("1")), incarnation_tag(id("1")));
}

#[test]
fn running_numbers_go_on_and_a_voided_print_keeps_its_own() {
    let mut home = Home::new();
    let next = |home: &Home| next_running(&home.world(), 2026, "8-2-1203", "K7Q2");
    assert_eq!(next(&home), 1);
    home.print("defect_list", "SL-2026-8-2-1203-K7Q2-01", 1, Hash::default());
    let voided = home.print("defect_list", "SL-2026-8-2-1203-K7Q2-02", 2, Hash::default());
    home.void(voided);
    home.print("defect_list", "SL-2026-8-2-1203-9999-07", 1, Hash::default());
    assert_eq!(next(&home), 3);
}

#[test]
fn the_code_of_a_page_reads_back() {
    let payload = qr_payload(id("document"), 3);
    assert_eq!(read_qr(&payload), Some((id("document"), 3)));
    assert_eq!(payload, payload.to_uppercase());
    let data = filled(&full(), "defect_list");
    assert_eq!(payload, format!("{}:3", text(&data, "document.qr")));
    for foreign in ["", "SL:xyz:1", "https://example.com", "SL:00:1"] {
        assert_eq!(read_qr(foreign), None, "{foreign}");
    }
}

#[test]
fn the_same_content_prints_as_a_reprint_of_the_same_document() {
    let mut home = full();
    let hash = content(&home, "owner_registration");
    let now = |home: &Home, hash| printing(&home.world(), "owner_registration", hash, STANDARD);
    assert_eq!(now(&home, hash), Printing::New { version: 1 });
    home.print("owner_registration", "SL-1", 1, hash);
    let (document, number) = (id("SL-1"), "SL-1".to_owned());
    assert_eq!(now(&home, hash), Printing::Reprint { document, number, version: 1 });
    assert_eq!(content(&home, "owner_registration"), hash);
}

#[test]
fn changed_data_is_a_new_version_also_when_it_changes_back() {
    let mut home = full();
    let first = content(&home, "owner_registration");
    home.print("owner_registration", "SL-1", 1, first);
    let phone = format!("party/{}/phone", id("陈嘉豪"));
    home.set(&phone, "13812349999");
    let second = content(&home, "owner_registration");
    assert_ne!(second, first);
    assert_eq!(
        printing(&home.world(), "owner_registration", second, STANDARD),
        Printing::New { version: 2 }
    );
    home.print("owner_registration", "SL-2", 2, second);
    home.set(&phone, "13812345566");
    assert_eq!(content(&home, "owner_registration"), first);
    assert_eq!(
        printing(&home.world(), "owner_registration", first, STANDARD),
        Printing::New { version: 3 }
    );
}

#[test]
fn number_time_and_reprint_mark_do_not_change_the_content() {
    let home = full();
    // A list over many homes is of the day it is printed on.
    for form in FORMS.iter().filter(|form| form.scope() == Scope::Home) {
        let other = PrintContext {
            document: id("another"),
            number: "SL-9",
            version: 4,
            now: now() + chrono::Days::new(3),
            actor: id("何静"),
            reprint: true,
            signatures: false,
            ..print()
        };
        let again = data(&home.world(), form.key, &other);
        assert_eq!(content_hash(form.key, &again), content(&home, form.key), "{}", form.key);
        assert_eq!(text(&again, "document.mark"), "补打");
    }
}

#[test]
fn a_blank_form_has_no_number_to_be_found_by() {
    let context = PrintContext { blank: true, number: "", ..print() };
    let data = data(&full().world(), "meter_readings", &context);
    for path in ["document.number", "document.qr", "document.mark", "home.code"] {
        assert_eq!(text(&data, path), "", "{path}");
    }
    assert!(flag(&data, "document.blank"));
}

#[test]
fn a_set_of_blank_forms_has_a_number_and_a_code_that_says_which_form_it_is() {
    let set = blank_number(2026, "K7Q2", 7);
    assert_eq!(set, "B-2026-K7Q2-007");
    let context = PrintContext { blank: true, number: &set, ..print() };
    for form in FORMS {
        let data = data(&full().world(), form.key, &context);
        assert_eq!(text(&data, "document.number"), set);
        let code = format!("{}:3", text(&data, "document.qr"));
        let small = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b"-.:".contains(&b);
        assert!(code.bytes().all(small), "{code}");
        let page = BlankPage { set: set.clone(), form: form.key.to_owned(), page: 3 };
        assert_eq!(read_blank_qr(&code), Some(page));
        assert_eq!(read_qr(&code), None);
    }
    for wrong in ["", "SLB:B-1:no_such_form:1", "SLB:B-1:KEY.CUSTODY", "SLB:B-1:KEY.CUSTODY:1:2"] {
        assert_eq!(read_blank_qr(wrong), None, "{wrong}");
    }
    assert_eq!(read_blank_qr(&qr_payload(id("document"), 1)), None);
}

#[test]
fn a_blank_set_is_what_is_signed_on_the_day() {
    let set = blank_set(&Home::new().world());
    for form in ["handover_record", "house_handover", "defect_list", "key_custody", "house_rules"] {
        assert!(set.contains(&form), "{form}");
    }
    for form in ["admission_notice", "pass_papers", "intake_list"] {
        assert!(!set.contains(&form), "{form}");
    }
}

#[test]
fn the_next_days_record_is_another_paper_than_the_last() {
    let mut home = Home::new();
    let first = content(&home, "handover_record");
    home.fact(Fact::DayClosed(DayClosed { day: 1, outcome: Outcome::NoShow, appointment: None }));
    assert_ne!(content(&home, "handover_record"), first);
    assert_eq!(text(&filled(&home, "handover_record"), "attempt"), "2");
}

#[test]
fn signing_a_paper_does_not_make_it_another_paper() {
    let mut home = Home::new();
    let chen = home.party("陈嘉豪", "owner", &[]);
    home.arrive(Attendance::Owner, &[chen]);
    let before: Vec<_> = FORMS.iter().map(|form| content(&home, form.key)).collect();
    for form in FORMS {
        home.sign(form.key, Signer::Party { id: chen }, on_screen());
    }
    home.station("A", "周客", "已收款");
    let after: Vec<_> = FORMS.iter().map(|form| content(&home, form.key)).collect();
    assert_eq!(after, before);
}

#[test]
fn each_form_carries_the_sign_offs_its_pages_show() {
    let mut home = Home::new();
    let chen = home.party("陈嘉豪", "owner", &[]);
    let signed: EventRef = home.sign("defect_list", Signer::Party { id: chen }, on_screen());
    let inspected = home.station("G", "赵强", "无问题");
    let paid = home.station("A", "周客", "已收款");
    assert_eq!(carries(&home.world(), "defect_list"), [signed, inspected]);
    assert_eq!(carries(&home.world(), "handover_record"), [paid]);
    assert!(carries(&home.world(), "house_handover").is_empty());
}

#[test]
fn the_packet_comes_in_the_order_it_is_signed() {
    let mut home = Home::new();
    home.party("陈嘉豪", "owner", &[]);
    assert_eq!(
        forms_needed(&home),
        [
            "admission_notice",
            "intake_guide",
            "welcome_letter",
            "flow_note",
            "equipment_list",
            "handover_record",
            "defect_list",
            "meter_readings",
            "fee_difference_agreement",
            "owner_registration",
            "family_registration",
            "gas_safety",
            "fire_safety",
            "equipment_receipt",
            "document_receipt",
            "house_handover",
            "house_rules",
            "personal_information",
            "utility_note",
            "quality_guarantee",
            "user_manual"
        ]
    );
    home.project_set(
        "station_order",
        Value::List("ABCDEFGHIJ".chars().map(|c| Value::from(c.to_string())).collect()),
    );
    assert_eq!(
        forms_needed(&home)[5..9],
        [
            "handover_record",
            "fee_difference_agreement",
            "owner_registration",
            "family_registration"
        ]
    );
}

#[test]
fn a_custody_slip_is_needed_only_for_keys_that_are_left() {
    let choice = |home: &Home| {
        let choices = packet(&home.world());
        let slip = choices.into_iter().find(|choice| choice.form == "key_custody").expect("listed");
        (slip.needed, slip.copies, slip.reason.zh)
    };
    let mut home = Home::new();
    assert_eq!(choice(&home), (false, 2, "尚未留存钥匙".into()));
    let answer = |answer| KeysRetained { answer, keys: vec![], terms: None, at: DAY.into() };
    home.fact(Fact::KeysRetained(answer(false)));
    assert_eq!(choice(&home), (false, 2, "业主不留存钥匙".into()));
    home.fact(Fact::KeysRetained(answer(true)));
    assert_eq!(choice(&home), (true, 2, "业主留存钥匙".into()));
}

#[test]
fn a_day_without_a_handover_prints_only_what_that_day_needs() {
    let mut home = Home::new();
    let needed = |home: &mut Home, outcome: &str| {
        home.set("outcome", outcome);
        forms_needed(home)
    };
    assert_eq!(needed(&mut home, "no_show"), ["admission_notice", "handover_record"]);
    assert_eq!(
        needed(&mut home, "refused"),
        ["admission_notice", "handover_record", "defect_list"]
    );
    let repair = needed(&mut home, "repair_first");
    assert!(repair.contains(&"defect_list") && !repair.contains(&"house_handover"));
    assert!(needed(&mut home, "accepted").contains(&"house_handover"));
}

#[test]
fn a_form_is_needed_where_its_item_is_and_says_why_not_elsewhere() {
    let choice = |home: &Home, form: &str| {
        let found = packet(&home.world()).into_iter().find(|choice| choice.form == form);
        let choice = found.expect("listed");
        (choice.needed, choice.reason.zh)
    };
    let mut home = Home::new();
    assert_eq!(choice(&home, "dog_agreement"), (false, "尚未登记是否养犬".into()));
    home.set("has_dog", false);
    assert_eq!(choice(&home, "dog_agreement"), (false, "本户不适用（养犬）".into()));
    home.set("has_dog", true);
    assert_eq!(choice(&home, "dog_agreement"), (true, "养犬须签协议".into()));
    assert!(!choice(&home, "vehicle_pass_application").0);
    home.set("vehicles", 1);
    assert!(choice(&home, "vehicle_pass_application").0);
    assert!(!choice(&home, "fee_list").0);
    home.fee("装修押金", Payee::PropertyFinance, 500_000);
    assert!(choice(&home, "fee_list").0);
}

#[test]
fn a_posted_notice_is_not_printed_again() {
    assert!(!forms_needed(&full()).contains(&"admission_notice"));
}

#[test]
fn copies_follow_the_holders_a_project_names() {
    let mut home = Home::new();
    let copies = |home: &Home, form: &str| {
        let choices = packet(&home.world());
        choices.into_iter().find(|choice| choice.form == form).expect("listed").copies
    };
    assert_eq!(copies(&home, "house_handover"), 3);
    assert_eq!(copies(&home, "admission_notice"), 2);
    assert_eq!(copies(&home, "meter_readings"), 4);
    let holders = ["业主", "发展商", "物业", "档案"].map(Value::from).to_vec();
    home.project_set("handover_copies_to", Value::List(holders));
    assert_eq!(copies(&home, "house_handover"), 4);
    let data = filled(&home, "house_handover");
    assert_eq!(text(&data, "holders"), "本单一式四份，业主、发展商、物业、档案各执一份");
    assert_eq!(text(&data, "document.copies"), "4");
}

#[test]
fn a_project_may_call_a_form_by_its_own_title() {
    let mut home = Home::new();
    home.project_set("item_title/handover_record", "《{项目}交付手续书》");
    assert_eq!(text(&filled(&home, "handover_record"), "document.title"), "云山交付手续书");
    let choices = packet(&home.world());
    assert!(choices.iter().any(|choice| choice.title.zh == "云山交付手续书"));
}

#[test]
fn the_same_content_in_other_words_is_another_paper() {
    let mut home = full();
    let hash = content(&home, "owner_registration");
    let own = PrintedIn { template: Hash([2; 32]), shipped: false };
    let now = |home: &Home, words| printing(&home.world(), "owner_registration", hash, words);
    // An entry of a version that named no template was printed in the shipped words.
    home.print("owner_registration", "SL-1", 1, hash);
    assert!(matches!(now(&home, STANDARD), Printing::Reprint { .. }));
    assert_eq!(now(&home, own), Printing::New { version: 2 });
    home.print_in("owner_registration", "SL-2", 2, hash, Some(own.template));
    assert!(matches!(now(&home, own), Printing::Reprint { .. }));
    assert_eq!(now(&home, STANDARD), Printing::New { version: 3 });
}

#[test]
fn what_was_signed_on_a_screen_prints_as_the_paper_that_was_signed() {
    let mut home = full();
    let form = "gas_safety";
    let hash = content(&home, form);
    let now = |home: &Home, hash| printing(&home.world(), form, hash, STANDARD);
    let stem = document_number(2026, "8-2-1203", "K7Q2", 1);
    let running = |home: &Home| next_running(&home.world(), 2026, "8-2-1203", "K7Q2");
    assert_eq!((now(&home, hash), running(&home)), (Printing::New { version: 1 }, 1));
    let SignedHow::Screen { strokes, pages, .. } = on_screen() else { unreachable!("it is") };
    let paper = SignedPaper { number: stem.clone(), version: 1, content: hash.to_string() };
    let template = Some(STANDARD.template.to_string());
    let how = SignedHow::Screen { strokes, pages, template, blob: None, paper: Some(paper) };
    let signed = home.sign(form, Signer::Party { id: id("陈嘉豪") }, how);
    assert_eq!(now(&home, hash), Printing::Signed { number: stem.clone(), version: 1 });
    assert_eq!(running(&home), 2, "no other paper has its number");
    // Other content, or other words, is another version of it.
    assert_eq!(now(&home, Hash([7; 32])), Printing::New { version: 2 });
    let own = PrintedIn { template: Hash([2; 32]), shipped: false };
    assert_eq!(printing(&home.world(), form, hash, own), Printing::New { version: 2 });
    home.void(signed);
    assert_eq!((now(&home, hash), running(&home)), (Printing::New { version: 1 }, 2));
    home.print(form, &stem, 1, hash);
    assert!(matches!(now(&home, hash), Printing::Reprint { .. }));
}

#[test]
fn an_entry_that_names_no_template_reads_and_is_written_as_before() {
    let mut home = Home::new();
    let at = home.print("defect_list", "SL-1", 1, Hash::default());
    let world = home.world();
    let payload = &world.file.unwrap().facts[&at].payload;
    let keys: Vec<_> = payload.as_map().unwrap().iter().filter_map(|(k, _)| k.as_text()).collect();
    assert_eq!(keys, ["pdf", "form", "pages", "number", "content", "version", "document"]);
}
