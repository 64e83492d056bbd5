use super::*;

#[test]
fn a_delegate_signs_with_the_own_name_plus_代() {
    let data = filled(&full(), "house_handover");
    assert_eq!(column(&data, "signatures.owner", "name"), ["王五"]);
    assert_eq!(column(&data, "signatures.owner", "note"), ["代"]);
    assert_eq!(rows(&data, "signatures.owner[0].strokes").len(), 1);
    assert_eq!(column(&data, "signatures.developer", "name"), ["周客"]);
    assert_eq!(column(&data, "signatures.property", "note"), ["纸签2份"]);
}

#[test]
fn every_owner_who_has_not_signed_has_a_line() {
    let mut home = Home::new();
    let chen = home.party("陈嘉豪", "owner", &[]);
    home.party("李敏", "owner", &[]);
    home.sign("house_handover", Signer::Party { id: chen }, on_screen());
    let data = filled(&home, "house_handover");
    assert_eq!(column(&data, "signatures.owner", "name"), ["陈嘉豪", "李敏"]);
    assert_eq!(rows(&data, "signatures.owner[0].strokes").len(), 1);
    assert!(rows(&data, "signatures.owner[1].strokes").is_empty());
}

#[test]
fn a_company_signs_by_its_representative_and_stamps() {
    let home = company();
    let data = filled(&home, "owner_registration");
    assert_eq!(column(&data, "signatures.owner", "name"), ["林总"]);
    assert_eq!(column(&data, "signatures.owner", "note"), ["（公司盖章）"]);
    assert!(flag(&data, "is_company") && !flag(&data, "is_person"));
    assert_eq!(column(&data, "companies", "code"), ["91350100M000100Y43"]);
    assert_eq!(column(&data, "companies", "representative"), ["林总"]);
    assert!(rows(&data, "persons").is_empty());
}

#[test]
fn without_signatures_the_lines_wait_for_ink() {
    let home = full();
    let wet = PrintContext { signatures: false, ..print() };
    let data = data(&home.world(), "house_handover", &wet);
    assert_eq!(column(&data, "signatures.owner", "name"), ["王五"]);
    assert_eq!(column(&data, "signatures.owner", "note"), ["代"]);
    assert_eq!(column(&data, "signatures.owner", "time"), [""]);
    assert!(rows(&data, "signatures.owner[0].strokes").is_empty());
    assert_eq!(column(&data, "signatures.property", "note"), [""]);
}

#[test]
fn the_notice_names_the_papers_of_this_case_only() {
    let data = filled(&full(), "admission_notice");
    assert_eq!(
        column(&data, "papers", "title"),
        [
            "本通知书",
            "业主身份证复印件",
            "委托书原件",
            "代办人身份证",
            "主要家庭成员二寸彩照",
            "行驶证复印件"
        ]
    );
    assert_eq!(
        column(&data, "papers", "note"),
        [
            "原件，当日交回",
            "复印件1份，每人一套，共2套",
            "原件",
            "原件核验，复印件留存",
            "3张，每人一套，共3套",
            "复印件1份"
        ]
    );
    let enclosures = column(&data, "enclosures", "title");
    assert!(enclosures.contains(&"《养犬管理协议书》") && enclosures.contains(&"《收楼委托书》"));
    assert!(!enclosures.contains(&"《装修委托书》") || enclosures.contains(&"《入伙指南》"));
}

#[test]
fn the_fee_table_sums_up_by_payee_in_figures_and_in_words() {
    let data = filled(&full(), "admission_notice");
    assert_eq!(column(&data, "totals", "payee"), ["发展商客服", "发展商财务", "物业财务"]);
    assert_eq!(column(&data, "totals", "figures"), ["12,345.00", "15,000.00", "6,018.82"]);
    assert_eq!(text(&data, "totals[2].words"), "人民币陆仟零壹拾捌元捌角贰分");
    assert_eq!(text(&data, "total.figures"), "33,363.82");
    assert_eq!(text(&data, "total.words"), "人民币叁万叁仟叁佰陆拾叁元捌角贰分");
    assert_eq!(text(&data, "fees[0].unit_price"), "3.80");
}

#[test]
fn a_voided_fee_is_not_asked_for() {
    let mut home = Home::new();
    let fee = home.fee("装修押金", Payee::PropertyFinance, 100_00);
    home.void(fee);
    let data = filled(&home, "admission_notice");
    assert!(rows(&data, "fees").is_empty() && rows(&data, "totals").is_empty());
    assert_eq!(text(&data, "total.figures"), "");
}

#[test]
fn the_notice_rests_on_contract_and_filing() {
    let data = filled(&full(), "admission_notice");
    assert_eq!(text(&data, "basis"), "2026年9月30日取得的竣工验收备案证明");
    assert_eq!(text(&data, "filing_no"), "深竣备2026-118");
    assert_eq!(text(&data, "contract.no"), "SZ-2024-0816");
    assert_eq!(text(&data, "to"), "陈嘉豪、李敏");
    assert_eq!(text(&data, "appointment.date"), "2026年11月21日");
    assert_eq!(text(&data, "appointment.slot"), "10:00");
    assert_eq!(text(&data, "appointment.place"), "样板房书房");
    assert_eq!(text(&data, "contact.phone"), "13900001111");
}

#[test]
fn the_record_has_stamp_cells_at_a_b_c_and_f_only() {
    let data = filled(&full(), "handover_record");
    let keys = |name: &str| -> String {
        let ticked = rows(&data, "stations").iter().filter(|row| flag(row, name));
        ticked.map(|row| text(row, "key")).collect()
    };
    assert_eq!(column(&data, "stations", "key").concat(), "DGABCEFHIJ");
    assert_eq!(keys("stamps"), "ABCF");
    assert_eq!(keys("stamped"), "ABCF");
    assert_eq!(keys("signs"), "ABCEF");
}

#[test]
fn stations_without_a_line_refer_to_their_slips() {
    let data = filled(&full(), "handover_record");
    let slips: BTreeMap<_, _> = rows(&data, "stations")
        .iter()
        .map(|row| (text(row, "key"), text(row, "slips")))
        .filter(|(_, slips)| !slips.is_empty())
        .collect();
    assert_eq!(slips["G"], "SL-D、SL-M");
    assert_eq!(slips["H"], "SL-K");
    assert!(slips["D"].starts_with("已核"), "{}", slips["D"]);
    assert_eq!(slips.len(), 3);
    let handlers: Vec<_> = column(&data, "stations", "handler");
    assert_eq!(handlers, ["", "", "周客", "孙会", "吴财", "吴财", "王芳", "", "", ""]);
}

#[test]
fn each_fee_stands_at_the_station_that_collects_it() {
    let data = filled(&full(), "handover_record");
    let amounts: BTreeMap<_, _> = rows(&data, "stations")
        .iter()
        .map(|row| (text(row, "key"), text(row, "amount")))
        .filter(|(_, amount)| !amount.is_empty())
        .collect();
    assert_eq!(amounts["A"], "应收12,345.00元，已收12,345.00元");
    assert_eq!(amounts["C"], "应收5,000.00元，已收5,000.00元");
    assert_eq!(amounts["E"], "应收1,018.82元，已收1,018.82元");
    assert_eq!(amounts.len(), 4);
}

#[test]
fn the_foot_of_the_record_says_how_the_day_ended() {
    let data = filled(&full(), "handover_record");
    assert!(flag(&data, "outcome.accepted_with_defects") && !flag(&data, "outcome.accepted"));
    assert_eq!(text(&data, "visitors"), "王五（代办人）");
    assert_eq!(text(&data, "attendance"), "委托代办");
    assert_eq!(text(&data, "day"), "2026年11月21日");
    assert_eq!(text(&data, "stations[1].time"), "");
    assert_eq!(text(&data, "stations[2].time"), "10:00");
    assert_eq!(text(&data, "overrides[0].step"), "放钥匙");
    assert_eq!(text(&data, "overrides[0].time"), "2026年11月21日 14:30");
    let titles = column(&data, "outstanding", "title");
    assert!(titles.contains(&"《装修手册》"), "{titles:?}");
}

#[test]
fn the_receipt_lists_the_papers_issued_and_why_one_is_missing() {
    let data = filled(&full(), "document_receipt");
    assert_eq!(
        column(&data, "papers", "title"),
        [
            "《业户手册》",
            "《装修手册》",
            "《专属私家助理服务指南》",
            "《住宅质量保证书》",
            "《住宅使用说明书》",
            "《云山临时水电费收取说明》"
        ]
    );
    assert!(flag(&data, "papers[0].received") && !flag(&data, "papers[1].received"));
    assert_eq!(text(&data, "papers[1].why_not"), "印刷中");
    assert_eq!(text(&data, "papers[1].later"), "2026年11月25日");
}

#[test]
fn the_handover_note_counts_keys_due_given_and_retained() {
    let data = filled(&full(), "house_handover");
    assert_eq!(column(&data, "keys", "name"), ["入户门钥匙"]);
    let counts = ["due", "given", "retained"].map(|name| column(&data, "keys", name)[0]);
    assert_eq!(counts, ["2", "1", "1"]);
    assert_eq!(text(&data, "things[0].serials"), "C-001、C-002");
    assert_eq!(text(&data, "things[0].given"), "1");
    assert_eq!(text(&data, "taker"), "陈嘉豪、李敏（代办人：王五）");
    assert_eq!(text(&data, "area.contract"), "89.37 m²");
    assert_eq!(text(&data, "holders"), "本单一式三份，业主、客服主管、档案各执一份");
    assert_eq!(text(&data, "handed_over_at"), "2026年11月21日 10:00");
    assert!(flag(&data, "result.listed") && !flag(&data, "result.none"));
    assert_eq!(text(&data, "result.count"), "2");
}

#[test]
fn the_area_difference_is_settled_in_a_sentence() {
    let mut home = full();
    let settlement =
        |home: &Home| text(&filled(home, "house_handover"), "area.settlement").to_owned();
    assert_eq!(
        settlement(&home),
        "实测面积较合同面积增加0.75 m²，应补房款15,000.00元（人民币壹万伍仟元整）。"
    );
    home.unit_set("contract_area", 100_00);
    home.unit_set("measured_area", 95_00);
    let less = settlement(&home);
    assert!(less.contains("应退房款140,000.00元") && less.contains("有权解除合同"), "{less}");
    home.set("contract/by_unit", true);
    assert_eq!(settlement(&home), "按套计价，不作面积差异结算。");
}

#[test]
fn a_list_without_defects_says_so_once_the_home_was_inspected() {
    let mut home = Home::new();
    home.party("陈嘉豪", "owner", &[]);
    let before = filled(&home, "defect_list");
    assert!(!flag(&before, "none_found"));
    assert_eq!(text(&before, "below"), "");
    home.station("G", "赵强", "无问题");
    let after = filled(&home, "defect_list");
    assert!(flag(&after, "none_found"));
    assert_eq!(text(&after, "below"), "以下空白");
    assert_eq!(text(&after, "count"), "0");
    assert_eq!(column(&after, "signatures.engineering", "name"), ["赵强"]);
}

#[test]
fn a_voided_defect_leaves_the_list_and_the_others_keep_their_numbers() {
    let mut home = Home::new();
    let wrong = home.defect("客厅", "门", "错记");
    home.defect("厨房", "地砖", "空鼓");
    home.void(wrong);
    let data = filled(&home, "defect_list");
    assert_eq!(column(&data, "defects", "no"), ["2"]);
    assert_eq!(column(&data, "defects", "photos"), ["2-1、2-2"]);
    assert_eq!(column(&data, "defects", "place"), ["厨房 地砖"]);
    assert!(!flag(&data, "none_found"));
}

#[test]
fn photos_attached_later_count_on_with_those_noted_until_they_are_voided() {
    let mut home = Home::new();
    let door = home.defect("客厅", "门", "划痕");
    let attached = home.photo(door);
    let meter = home.meter(MeterKind::Electricity, "12.5");
    home.photo(meter);
    let photos = |home: &Home| {
        let list = filled(home, "defect_list");
        column(&list, "defects", "photos").join(" ")
    };
    assert_eq!(photos(&home), "1-1、1-2、1-3");
    let view = crate::views::home_view(&home.world(), now().date_naive());
    let shown: Vec<_> = view.defects[0].photos.iter().map(|photo| photo.blob.as_str()).collect();
    assert_eq!(shown, ["a", "b", &"2e".repeat(32)]);
    assert_eq!(view.defects[0].photos[2].fact, attached);
    assert_eq!(view.meters[0].scans.len(), 2);
    home.void(attached);
    assert_eq!(photos(&home), "1-1、1-2");
}

#[test]
fn a_reinspected_defect_shows_its_result() {
    let data = filled(&full(), "defect_list");
    assert_eq!(column(&data, "defects", "result"), ["复验通过", ""]);
    assert_eq!(column(&data, "defects", "reinspected"), ["2026年12月1日", ""]);
    assert_eq!(text(&data, "present"), "王五（代办人）、赵强");
}

#[test]
fn readings_stand_in_figures_and_in_words() {
    let mut home = full();
    let wrong = home.meter(MeterKind::Gas, "9");
    home.void(wrong);
    let data = filled(&home, "meter_readings");
    assert_eq!(column(&data, "meters", "figures"), ["00123.4", "7", "1.5"]);
    assert_eq!(column(&data, "meters", "words"), ["零零壹贰叁点肆", "柒", "壹点伍"]);
    assert_eq!(column(&data, "meters", "kind"), ["电", "冷水", "燃气"]);
    assert_eq!(text(&data, "meters[0].card"), "K88（余额50.00）");
    assert_eq!(text(&data, "holders"), "本单一式四份，业主、财务部、保安部、档案各执一份");
}

#[test]
fn meters_that_are_not_read_yet_are_listed_to_write_on() {
    let mut home = Home::new();
    home.project_set("meter_kinds", Value::List(vec!["cold_water".into(), "燃气".into()]));
    let data = filled(&home, "meter_readings");
    assert_eq!(column(&data, "meters", "kind"), ["冷水", "燃气"]);
    assert_eq!(column(&data, "meters", "figures"), ["", ""]);
}

#[test]
fn the_custody_slip_follows_the_keys_until_they_are_back() {
    let data = filled(&full(), "key_custody");
    assert_eq!(column(&data, "keys", "count"), ["1"]);
    assert!(flag(&data, "escorted") && !flag(&data, "unescorted"));
    assert_eq!(text(&data, "security.received_at"), "2026年11月21日 17:00");
    assert_eq!(column(&data, "loans", "out"), ["2026年11月25日 09:00"]);
    assert_eq!(column(&data, "loans", "back"), ["2026年11月25日 16:00"]);
    assert_eq!(column(&data, "loans", "who"), ["赵强"]);
    assert_eq!(column(&data, "loans", "why"), ["更换玻璃"]);
    assert_eq!(text(&data, "returned_at"), "2026年12月18日 10:00");
    assert_eq!(column(&data, "signatures.returned", "name"), ["王五"]);
    assert_eq!(column(&data, "signatures.assistant", "name"), ["何静"]);
    assert_eq!(column(&data, "signatures.security", "name"), ["郑安"]);
    assert_eq!(text(&data, "slips.defect_list"), "SL-D");
}

#[test]
fn the_registration_names_each_owner_with_papers_in_full() {
    let data = filled(&full(), "owner_registration");
    assert_eq!(column(&data, "persons", "name"), ["陈嘉豪", "李敏"]);
    assert_eq!(text(&data, "persons[0].paper_no"), "11010519491231002X");
    assert_eq!(text(&data, "persons[0].paper_kind"), "居民身份证");
    assert_eq!(text(&data, "persons[0].nationality"), "中国");
    assert_eq!(column(&data, "residents", "relation"), ["子女"]);
    assert_eq!(column(&data, "emergency", "phone"), ["13500004444"]);
    assert_eq!(text(&data, "billing"), "银行托收");
    assert_eq!(text(&data, "parking"), "B1-088、粤B12345");
    assert_eq!(text(&data, "move_in_on"), "2027年3月1日");
    let seen: Vec<_> = rows(&data, "papers_received")
        .iter()
        .filter(|row| flag(row, "seen"))
        .map(|row| text(row, "title"))
        .collect();
    assert_eq!(seen, ["代办人身份证（王五）"]);
    let titles = column(&data, "papers_received", "title");
    assert!(titles.contains(&"业主身份证复印件（李敏）"), "{titles:?}");
    assert!(titles.contains(&"行驶证复印件（粤B12345）"), "{titles:?}");
}

#[test]
fn an_erased_owner_leaves_the_paper() {
    let mut home = full();
    let before = format!("{:?}", filled(&home, "owner_registration"));
    assert!(before.contains("陈嘉豪"));
    home.erase(id("陈嘉豪"));
    for form in FORMS {
        let after = format!("{:?}", filled(&home, form.key));
        assert!(!after.contains("陈嘉豪") && !after.contains("13812345566"), "{}", form.key);
    }
}

#[test]
fn every_car_has_a_sheet_of_its_own_also_one_of_which_only_the_number_is_known() {
    let mut home = full();
    home.set("vehicles", 2);
    let data = filled(&home, "vehicle_pass_application");
    assert_eq!(column(&data, "vehicles", "plate"), ["粤B12345", ""]);
    assert_eq!(column(&data, "vehicles", "pass"), ["P-0312", ""]);
    assert_eq!(column(&data, "vehicles", "no"), ["1", "2"]);
}

#[test]
fn cars_come_in_the_order_of_their_numbers() {
    let mut home = full();
    for (number, plate) in [("10", "粤B00010"), ("2", "粤B00002")] {
        home.set(&format!("vehicle/{number}/plate"), plate);
    }
    let data = filled(&home, "vehicle_pass_application");
    assert_eq!(column(&data, "vehicles", "plate"), ["粤B12345", "粤B00002", "粤B00010"]);
}

#[test]
fn an_agreement_on_dogs_names_the_dogs_among_the_pets() {
    let mut home = full();
    home.set("pet/2/kind", "猫");
    home.set("pet/2/name", "咪咪");
    assert_eq!(column(&filled(&home, "pet_registration"), "pets", "name"), ["豆豆", "咪咪"]);
    assert_eq!(column(&filled(&home, "dog_agreement"), "dogs", "name"), ["豆豆"]);
}

#[test]
fn house_rules_are_signed_by_the_owners_though_a_delegate_came() {
    let home = full();
    let rules = filled(&home, "house_rules");
    assert_eq!(column(&rules, "signatures.owner", "name"), ["陈嘉豪", "李敏"]);
    assert_eq!(rows(&rules, "signatures.owner[1].strokes").len(), 0);
    assert_eq!(column(&filled(&home, "gas_safety"), "signatures.owner", "name"), ["王五"]);
}

#[test]
fn the_property_fee_is_settled_by_the_measured_area() {
    let data = filled(&full(), "fee_difference_agreement");
    assert_eq!(text(&data, "prepaid.figures"), "1,018.82");
    assert_eq!(text(&data, "due.figures"), "1,027.37");
    assert_eq!(text(&data, "difference.figures"), "8.55");
    assert_eq!(text(&data, "difference.words"), "人民币捌元伍角伍分");
    assert!(flag(&data, "difference.owner_pays"));
}

#[test]
fn a_fee_list_shows_what_was_paid_and_how() {
    let data = filled(&full(), "fee_list");
    assert_eq!(text(&data, "fees[0].paid"), "12,345.00");
    assert_eq!(text(&data, "payments[0].method"), "刷卡");
    assert_eq!(text(&data, "payments[0].receipt"), "0012388");
}

#[test]
fn each_part_is_guaranteed_by_the_longer_of_two_clocks() {
    let mut home = full();
    let until = |home: &Home| {
        let data = filled(home, "quality_guarantee");
        let part = |at: usize| text(&data, &format!("parts[{at}].until")).to_owned();
        [part(0), part(1), part(7)]
    };
    // The contractor's 5 and 2 years from 2026-09-30 outlast 3 years and 2 months from the handover.
    assert_eq!(until(&home), ["", "2031年9月30日", "2028年9月30日"]);
    home.project_set("filing_date", "2023-01-31");
    assert_eq!(until(&home), ["", "2029年11月21日", "2027年1月21日"]);
    home.project_set("filing_date", "");
    assert_eq!(until(&home), ["", "", ""]);
}

#[test]
fn a_settlement_says_what_the_measured_area_costs() {
    let data = filled(&full(), "area_settlement");
    assert_eq!(text(&data, "area.difference"), "+0.75 m²");
    assert_eq!(text(&data, "area.ratio"), "+0.84%");
    assert_eq!(text(&data, "amount.figures"), "15,000.00");
    assert!(flag(&data, "amount.owner_pays") && !flag(&data, "may_rescind"));
}

#[test]
fn a_power_of_attorney_is_signed_by_owners_and_delegate_each_in_their_place() {
    let data = filled(&full(), "power_of_attorney");
    assert_eq!(column(&data, "signatures.owner", "name"), ["陈嘉豪", "李敏"]);
    assert_eq!(column(&data, "signatures.delegate", "name"), ["王五"]);
    assert_eq!(text(&data, "until"), "2026年12月31日");
    let company = filled(&company(), "company_power_of_attorney");
    assert_eq!(column(&company, "signatures.representative", "name"), ["林总"]);
    assert_eq!(text(&company, "companies[0].code"), "91350100M000100Y43");
}

#[test]
fn papers_passed_on_name_giver_receiver_and_time() {
    let data = filled(&full(), "pass_papers");
    assert_eq!(text(&data, "rows[0].title"), "《云山收楼手续书》");
    assert_eq!(text(&data, "rows[0].from"), "私家助理");
    assert_eq!(text(&data, "rows[0].at"), "2026年11月21日 10:00");
    assert_eq!(text(&data, "rows[1].at"), "");
}

#[test]
fn identity_papers_nobody_accounted_for_are_missing_though_no_reason_is_recorded() {
    let data = filled(&full(), "missing_list");
    let titles = column(&data, "outstanding", "title");
    let at =
        titles.iter().position(|title| title.contains("二寸")).expect("the photos are missing");
    assert_eq!(text(&data, &format!("outstanding[{at}].reason")), "");
    assert!(column(&data, "outstanding", "reason").contains(&"印刷中"));
}

#[test]
fn a_follow_up_sheet_names_what_is_open_next_and_counts_the_rest() {
    let data = filled(&full(), "follow_up_sheet");
    assert_eq!(rows(&data, "phases").len(), crate::template::Phase::ALL.len());
    for (at, open) in column(&data, "phases", "open").iter().enumerate() {
        let number = |column: &str| -> usize {
            text(&data, &format!("phases[{at}].{column}")).parse().expect("a number")
        };
        let left = number("all") - number("done");
        assert_eq!(open.is_empty(), left == 0, "{open}");
        assert_eq!(open.ends_with(&format!("等{left}项")), left > 3, "{open}");
    }
    assert_eq!(text(&data, "keys_retained"), "1");
    assert_eq!(text(&data, "posted_on"), "2026年11月7日");
    assert_eq!(text(&data, "delivered_on"), "2026年11月9日");
}

#[test]
fn a_renovation_is_entrusted_to_the_agent_who_is_recorded() {
    let data = filled(&full(), "renovation_authorisation");
    assert_eq!(text(&data, "agent.name"), "安居装饰工程有限公司");
    assert_eq!(text(&data, "agent.until"), "2027年6月30日");
}

#[test]
fn things_go_on_from_the_department_that_has_them() {
    let data = filled(&full(), "pass_things");
    let titles = column(&data, "rows", "title");
    let at = titles.iter().position(|title| *title == "车库遥控器").expect("the remote");
    assert_eq!(column(&data, "rows", "from")[at], "工程部");
    assert!(!column(&data, "rows", "to")[at].is_empty());
}

#[test]
fn the_two_books_are_titled_as_the_project_says() {
    let mut home = full();
    assert_eq!(text(&filled(&home, "quality_guarantee"), "document.title"), "住宅质量保证书");
    home.project_set("statutory_titles", false);
    assert_eq!(text(&filled(&home, "quality_guarantee"), "document.title"), "房屋质量保证书");
}
