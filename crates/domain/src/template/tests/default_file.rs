//! The default template against everything a handover file is made of.

use super::*;

/// Every paper with a title of its own, in the order of the phases, with the items that carry it.
const TITLES: &[(&str, &[&str])] = &[
    (
        "《入伙通知书》",
        &["post.admission_notice", "ready.admission_notice", "sign.admission_notice"],
    ),
    ("《费用清单》", &["post.fee_list", "ready.fee_list"]),
    ("《入伙指南》", &["post.intake_guide", "ready.intake_guide"]),
    ("《欢迎函》", &["post.welcome_letter"]),
    ("《业主联系单》", &["before.contact_sheet"]),
    ("《业主资料登记表》", &["post.owner_registration", "sign.owner_registration"]),
    ("《家庭成员(雇员)资料登记表》", &["post.family_registration", "sign.family_registration"]),
    ("《车辆通行证申请表》", &["post.vehicle_pass_application", "sign.vehicle_pass_application"]),
    ("《宠物登记表》", &["post.pet_registration", "sign.pet_registration"]),
    ("《养犬管理协议书》", &["post.dog_agreement", "sign.dog_agreement"]),
    ("《户内燃气安全操作书》", &["post.gas_safety", "sign.gas_safety"]),
    ("《安全消防保证书》", &["post.fire_safety", "sign.fire_safety"]),
    ("《收楼委托书》", &["post.power_of_attorney"]),
    ("《装修委托书》", &["post.renovation_authorisation"]),
    ("《设施、设备使用说明资料签领单》", &["ready.equipment_receipt", "sign.equipment_receipt"]),
    ("《文件签领单》", &["ready.document_receipt", "sign.document_receipt"]),
    ("《房屋交接单》", &["ready.house_handover", "sign.house_handover", "after.house_handover"]),
    ("《业户手册》", &["ready.residents_manual", "issue.residents_manual"]),
    ("《装修手册》", &["ready.renovation_manual", "issue.renovation_manual"]),
    ("《房屋质量保证书》", &["ready.quality_guarantee", "issue.quality_guarantee"]),
    ("《房屋使用说明书》", &["ready.user_manual", "issue.user_manual"]),
    ("《住宅质量保证书》", &["before.book_contents"]),
    ("《住宅使用说明书》", &["before.book_contents"]),
    ("《专属私家助理服务指南》", &["ready.assistant_guide", "issue.assistant_guide"]),
    ("《业主临时公约》", &["ready.house_rules", "sign.house_rules"]),
    ("《{项目}临时水电费收取说明》", &["ready.utility_note", "issue.utility_note"]),
    ("《工作联系单》", &["ready.work_note"]),
    ("《设备设施清单》", &["ready.equipment_list", "after.equipment_list"]),
    (
        "《{项目}收楼手续书》",
        &["ready.handover_record", "sign.handover_record", "after.handover_record"],
    ),
    (
        "《物业管理费差额协议书》",
        &[
            "sign.fee_difference_agreement",
            "after.fee_difference_agreement",
            "after.fee_difference_copies",
        ],
    ),
    (
        "《{项目}业主收楼房屋问题清单》",
        &["ready.defect_list", "sign.defect_list", "after.defect_list"],
    ),
    (
        "《能源表原始读数确认表》",
        &["ready.meter_form", "sign.meter_readings", "after.meter_readings"],
    ),
    ("《钥匙保管单》", &["ready.key_custody", "sign.key_custody", "after.key_custody"]),
    ("《业主入伙流程说明》", &["ready.flow_note"]),
    ("《车证发放表》", &["issue.vehicle_pass"]),
    ("《水电气读数单》", &["after.utility_readings"]),
    ("《业主收楼房屋问题清单整改单》", &["after.rectification_list"]),
    ("《单体别墅工作跟进表》", &["after.follow_up_sheet"]),
];

/// What has no title of its own: tasks, things, keys, money, identity papers.
const OTHERS: &[&str] = &[
    "before.team",
    "before.buyer_file",
    "before.intake_list",
    "before.call",
    "before.wishes",
    "before.reconfirm",
    "before.warn_clerk",
    "before.warn_departments",
    "before.arrival_told",
    "before.flowers",
    "before.welcome",
    "before.cart",
    "before.reception",
    "post.blank_set",
    "ready.keys",
    "ready.entry_card",
    "ready.mailbox_key",
    "ready.garage_remote",
    "ready.equipment_manuals",
    "ready.cleaned",
    "ready.vehicle_passes",
    "ready.stamping",
    "identity.owner_id",
    "identity.owner_id_copy",
    "identity.power_of_attorney",
    "identity.licence",
    "identity.representative_id",
    "identity.company_power_of_attorney",
    "identity.representative_id_copy",
    "identity.delegate_id",
    "identity.photos",
    "identity.vehicle_licence",
    "sign.developer_service_fees",
    "sign.title_papers",
    "sign.area_difference",
    "sign.title_fees",
    "sign.property_finance_fees",
    "sign.property_fee",
    "sign.inspection",
    "issue.entry_card",
    "issue.mailbox_key",
    "issue.garage_remote",
    "issue.equipment_manuals",
    "after.record",
    "after.tidy",
    "after.missing_list",
    "after.confirm",
    "after.vehicle_pass_copies",
    "after.pass_papers",
    "after.pass_things",
    "after.pass_keys",
    "after.custody_keys",
    "after.weekly_progress",
    "after.return_keys",
    "after.new_notice",
];

#[test]
fn every_titled_paper_is_there_under_its_title() {
    let template = Template::default_template();
    for (title, keys) in TITLES {
        for key in *keys {
            let item = template.item(key).unwrap_or_else(|| panic!("{title}: no item {key}"));
            assert!(item.title.zh.contains(title), "{key} is called {}", item.title.zh);
        }
        let papers = template.items.iter().filter(|item| item.kind != ItemKind::Key);
        let carriers = papers.filter(|item| item.title.zh.contains(title));
        assert_eq!(carriers.count(), keys.len(), "{title}");
    }
}

#[test]
fn nothing_is_missing_and_nothing_is_extra() {
    let template = Template::default_template();
    let titled = TITLES.iter().flat_map(|(_, keys)| keys.iter());
    let named: std::collections::BTreeSet<_> = titled.chain(OTHERS).copied().collect();
    let there: std::collections::BTreeSet<_> =
        template.items.iter().map(|item| &*item.key).collect();
    assert_eq!(there, named);
    assert_eq!(template.items.len(), 125);
    let count = |phase| template.items.iter().filter(|item| item.phase == phase).count();
    let phases = Phase::ALL.iter().map(|phase| (phase.word(), count(*phase)));
    assert_eq!(
        phases.collect::<Vec<_>>(),
        [
            ("before", 15),
            ("post", 14),
            ("ready", 28),
            ("identity", 10),
            ("sign", 24),
            ("issue", 11),
            ("after", 23)
        ]
    );
}

#[test]
fn the_25_things_to_have_ready_are_numbered_with_their_day_and_source() {
    // What, ready by, comes from, goes to.
    type Ready =
        (&'static str, Option<&'static str>, Option<&'static str>, &'static [&'static str]);
    let expected: &[Ready] = &[
        ("equipment_receipt", Some("T-3"), None, &[]),
        ("document_receipt", Some("T-3"), None, &[]),
        ("house_handover", Some("T-1"), Some("security"), &["cs_supervisor"]),
        ("residents_manual", Some("T-3"), None, &["owner"]),
        ("renovation_manual", Some("T-3"), None, &["owner"]),
        ("quality_guarantee", Some("T-3"), None, &["owner"]),
        ("user_manual", Some("T-3"), None, &["owner"]),
        ("assistant_guide", Some("T-3"), None, &["owner"]),
        ("keys", Some("T-1"), Some("security"), &["owner", "custody"]),
        ("entry_card", Some("T-1"), Some("security"), &["owner"]),
        ("mailbox_key", Some("T-1"), Some("security"), &["owner"]),
        ("garage_remote", Some("T-3"), Some("engineering"), &["owner"]),
        ("equipment_manuals", Some("T-3"), Some("engineering"), &["owner"]),
        ("house_rules", None, None, &[]),
        ("fee_list", None, Some("finance"), &["cs_supervisor", "assistant"]),
        ("intake_guide", None, Some("finance"), &["cs_supervisor"]),
        ("admission_notice", None, None, &["cs_supervisor"]),
        ("utility_note", None, None, &["owner"]),
        ("work_note", None, None, &["cs_supervisor"]),
        ("equipment_list", Some("T-1"), Some("engineering"), &["assistant"]),
        ("handover_record", Some("T-1"), Some("sales"), &["assistant"]),
        ("cleaned", Some("T-1"), Some("cleaning"), &[]),
        ("vehicle_passes", Some("T-1"), Some("owner"), &["owner"]),
        ("stamping", Some("T-1"), Some("administration"), &[]),
        ("meter_form", Some("T-1"), None, &["assistant"]),
    ];
    let template = Template::default_template();
    for (index, (paper, day, source, targets)) in expected.iter().enumerate() {
        let item = template.item(&format!("ready.{paper}")).expect(paper);
        assert_eq!(item.no, Some(index as u32 + 1), "{paper}");
        assert_eq!(item.due.map(|due| due.to_string()).as_deref(), *day, "{paper}");
        assert_eq!(item.comes_from.as_deref(), *source, "{paper}");
        assert_eq!(item.goes_to, *targets, "{paper}");
        let role = if matches!(*paper, "equipment_list" | "handover_record") {
            "assistant"
        } else {
            "cs_rep"
        };
        assert_eq!(item.role, role, "{paper}");
    }
}

#[test]
fn the_stamping_list_names_what_is_stamped_before_the_day() {
    let template = Template::default_template();
    let list: Vec<_> = template.stamping_list().map(|item| (item.paper(), item.copies)).collect();
    assert_eq!(
        list,
        [
            ("dog_agreement", 2),
            ("fire_safety", 2),
            ("house_handover", 3),
            ("fee_list", 1),
            ("utility_note", 1)
        ]
    );
    assert!(template.stamping_list().all(|item| item.stamp));
}

#[test]
fn copies_are_as_the_lists_ask() {
    let template = Template::default_template();
    let copies = |key: &str| {
        let item = template.item(key).expect(key);
        (item.copies, item.copies_max)
    };
    assert_eq!(copies("post.vehicle_pass_application"), (2, Some(5)));
    assert_eq!(copies("sign.vehicle_pass_application"), (2, Some(5)));
    assert_eq!(copies("sign.dog_agreement"), (2, None));
    assert_eq!(copies("sign.fire_safety"), (2, None));
    assert_eq!(copies("sign.house_handover"), (3, None));
    assert_eq!(copies("after.key_custody"), (2, None));
    assert_eq!(copies("identity.photos"), (3, None));
    assert_eq!(copies("sign.owner_registration"), (1, None));
}

#[test]
fn only_the_provisional_house_rules_ask_for_the_owner_in_person() {
    let template = Template::default_template();
    let personal = template.items.iter().filter(|item| item.in_person);
    assert_eq!(personal.map(|item| &*item.key).collect::<Vec<_>>(), ["sign.house_rules"]);
}

#[test]
fn stations_sign_and_stamp_where_they_have_a_line() {
    let template = Template::default_template();
    let keys = |want: &dyn Fn(&Station) -> bool| -> String {
        template
            .stations
            .iter()
            .filter(|station| want(station))
            .map(|station| &*station.key)
            .collect()
    };
    let on =
        |form: &'static str| move |station: &Station| station.signs_on.as_deref() == Some(form);
    assert_eq!(keys(&|_| true), "ABCDEFGHIJ");
    assert_eq!(keys(&on("handover_record")), "ABCEF");
    assert_eq!(keys(&on("defect_list")), "G");
    assert_eq!(keys(&|station| station.signs_on.is_none()), "DHIJ");
    assert_eq!(keys(&|station| station.stamps), "ABCFG");
    assert_eq!(keys(&|station| !station.refers_to.is_empty()), "DGH");
    assert_eq!(keys(&|station| station.any_order), "ABC");
}

#[test]
fn every_form_an_item_names_is_one_that_is_printed() {
    let template = Template::default_template();
    for item in &template.items {
        let Some(form) = &item.form else { continue };
        assert!(crate::paper::form(form).is_some(), "{}: {form}", item.key);
    }
    let of_home = |form: &&crate::paper::FormInfo| form.scope() == crate::paper::Scope::Home;
    for form in crate::paper::FORMS.iter().filter(of_home) {
        for item in template.items.iter().filter(|item| item.paper() == form.key) {
            assert_eq!(item.form.as_deref(), Some(form.key), "{}", item.key);
        }
        let signed = template.item(&format!("sign.{}", form.key));
        if let Some(signed) = signed.filter(|_| form.key != "admission_notice") {
            assert_eq!(signed.copies, form.copies, "{}", form.key);
        }
    }
}

#[test]
fn the_legal_papers_shown_are_the_four_of_the_law() {
    let template = Template::default_template();
    let titles: Vec<_> = template.shown.iter().map(|paper| &*paper.title.zh).collect();
    assert_eq!(
        titles,
        ["竣工验收备案证明", "房屋面积实测报告", "《住宅质量保证书》", "《住宅使用说明书》"]
    );
}
