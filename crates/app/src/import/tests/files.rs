//! The four lists a project really gets.

use super::*;

#[test]
fn the_clean_list_imports_without_a_question() {
    let mut project = Project::default();
    let list = read(CLEAN, None, &project.blocks());
    assert!(list.is_certain());
    let preview = project.preview(&list);
    assert!(preview.certain && preview.questions.is_empty());
    assert_eq!((preview.homes_new, preview.rows_skipped), (224, 0));
    // Three numbers whose check digits do not fit, as they are on the papers: told, and imported.
    assert_eq!(places(&preview.problems, Severity::Warning), [(9, "G"), (143, "G"), (170, "G")]);
    assert_eq!(places(&preview.problems, Severity::Error), []);
    let report = project.import(&list);
    assert_eq!((report.homes_new, report.homes_changed, report.homes_same), (224, 0, 0));
}

#[test]
fn every_column_of_the_clean_list_is_recognised() {
    let list = read(CLEAN, None, &Blocks::default());
    let targets: Vec<_> = list.mapping().columns.values().map(String::as_str).collect();
    assert_eq!(
        targets,
        [
            "building",
            "block",
            "floor",
            "room",
            "party/*/name",
            "buyer_kind",
            "party/*/paper_no",
            "party/*/phone",
            "party/*/address",
            "contract/no",
            "contract/signed_on",
            "contract/payment",
            "contract/bank",
            "contract_area",
            "inner_area",
            "measured_area",
            "contract/unit_price",
            "contract/total_price",
            "party/*/legal_representative",
            "representative/paper_no",
        ]
    );
}

#[test]
fn every_column_of_the_hand_kept_list_is_proposed_right_and_asked_about() {
    let project = Project::default();
    let preview = project.preview(&read(BY_HAND, None, &Blocks::default()));
    assert!(!preview.certain, "titles above and a head of two rows deserve a look");
    assert_eq!(preview.sheets, ["一期交付明细(0612改)", "填表说明"]);
    assert_eq!(preview.mapping.sheet.as_deref(), Some("一期交付明细(0612改)"));
    assert_eq!((preview.mapping.first_header_row, preview.mapping.header_rows), (3, 4));
    let proposed: Vec<_> = preview
        .columns
        .iter()
        .map(|column| (column.letter.as_str(), column.target.as_deref().unwrap_or("?")))
        .collect();
    assert_eq!(
        proposed,
        [
            ("A", "ignore"),
            ("B", "code"),
            ("C", "party/*/name"),
            ("D", "party/*/paper_no"),
            ("E", "party/*/phone"),
            ("F", "party/*/phone2"),
            ("G", "contract/signed_on"),
            ("H", "contract/no"),
            ("I", "contract_area"),
            ("J", "inner_area"),
            ("K", "measured_area"),
            ("L", "contract/total_price"),
            ("M", "contract/payment"),
            ("N", "contract/bank"),
            ("O", "remark"),
            ("P", "fee_start"),
        ]
    );
}

#[test]
fn the_hand_kept_list_is_read_home_by_home() {
    let mut project = Project::default();
    let report = project.import(&read(BY_HAND, None, &Blocks::default()));
    assert_eq!((report.homes_new, report.homes_changed, report.homes_same), (170, 0, 0));
    assert_eq!(places(&report.problems, Severity::Error), []);

    let unit = project.unit("1-1-1203");
    assert_eq!(unit.value("floor"), Some(&Value::Int(12)));
    assert_eq!(unit.value("contract_area"), Some(&Value::Int(8_937)));
    let file = project.file("1-1-202");
    assert_eq!(file.value("contract/signed_on"), Some(&"2024-04-04".into()), "a serial number");
    assert_eq!(project.file("1-1-103").value("contract/signed_on"), Some(&"2024-06-06".into()));
    assert_eq!(project.file("1-1-101").value("contract/signed_on"), Some(&"2024-08-03".into()));
    assert_eq!(
        project.file("1-1-204").value("contract/total_price"),
        Some(&Value::Int(635_558_650))
    );
    assert_eq!(project.file("1-1-204").value("contract/payment"), Some(&"lump_sum".into()));
    assert_eq!(project.file("1-1-204").value("contract/bank"), None, "a stroke is no bank");

    assert_eq!(project.buyer("1-1-104", 2, "name").as_deref(), Some("曹轩"));
    assert_eq!(project.buyer("1-1-104", 2, "paper_no").as_deref(), Some("500108196105314957"));
    assert_eq!(project.buyer("1-1-104", 1, "phone").as_deref(), Some("19933283679"));
    assert_eq!(project.buyer("1-1-104", 1, "phone2").as_deref(), Some("19275946265"));
    assert_eq!(project.buyer("1-1-1502", 1, "name").as_deref(), Some("SMITH, John Michael"));
    assert_eq!(project.buyer("1-1-1502", 2, "name"), None);
    assert_eq!(project.buyer("3-1-601", 1, "name").as_deref(), Some("朱𬭎"));
    assert_eq!(project.buyer("1-1-301", 1, "paper_kind").as_deref(), Some("hk_macau_permit"));

    let villa = project.unit("别墅25");
    assert_eq!(villa.value("kind"), Some(&"villa".into()));
    assert_eq!(project.buyer("别墅25", 2, "name").as_deref(), Some("彭曦一"));
    assert_eq!(project.file("别墅17").value("buyer_kind"), Some(&"company".into()));
    assert_eq!(project.file("1-1-303").value("remark"), Some(&"姓名有更名".into()));
}

#[test]
fn lost_digits_are_seen_said_and_not_written() {
    let mut project = Project::default();
    let report = project.import(&read(BY_HAND, None, &Blocks::default()));
    let lost: Vec<_> = report
        .problems
        .iter()
        .filter(|problem| problem.what.zh.contains("末几位已丢失"))
        .map(|problem| {
            (problem.row, problem.column.as_deref(), problem.home.as_deref().unwrap_or(""))
        })
        .collect();
    assert_eq!(
        lost,
        [
            (21, Some("D"), "1-1-601"),
            (23, Some("D"), "1-1-603"),
            (30, Some("D"), "1-1-802"),
            (46, Some("D"), "1-1-1103"),
            (129, Some("D"), "2-1-1701"),
            (142, Some("D"), "3-1-203"),
            (145, Some("D"), "3-1-302"),
        ]
    );
    for (_, _, home) in lost {
        assert_eq!(project.buyer(home, 1, "paper_no"), None);
    }
    project.import(&read(CLEAN, None, &project.blocks()));
    assert_eq!(project.buyer("1-1-601", 1, "paper_no").as_deref(), Some("420111196405111367"));
    let again = project.import(&read(BY_HAND, None, &project.blocks()));
    assert_eq!(again.homes_same, 170);
    assert_eq!(project.buyer("1-1-601", 1, "paper_no").as_deref(), Some("420111196405111367"));
}

#[test]
fn rows_that_are_no_homes_are_passed_over_and_counted() {
    let project = Project::default();
    let preview = project.preview(&read(BY_HAND, None, &Blocks::default()));
    // Three blank rows, the total, the signatures.
    assert_eq!(preview.rows_skipped, 5);
    let about = |row| {
        preview.problems.iter().find(|problem| problem.row == row && problem.column.is_none())
    };
    assert!(about(182).expect("the total").what.zh.contains("合计"));
    assert!(about(183).expect("the signatures").what.zh.contains("签字"));
    assert!(about(36).expect("the blank rows").what.zh.contains("36、44、128"));
}

#[test]
fn a_home_listed_twice_alike_is_merged_and_both_rows_are_named() {
    let project = Project::default();
    let preview = project.preview(&read(BY_HAND, None, &Blocks::default()));
    let merged: Vec<_> = preview
        .problems
        .iter()
        .filter(|problem| problem.what.zh.contains("已合并"))
        .map(|problem| (problem.row, problem.home.as_deref().unwrap_or("")))
        .collect();
    assert_eq!(merged, [(33, "1-1-804"), (81, "2-1-301"), (89, "2-1-504"), (170, "别墅25")]);
    assert!(
        preview
            .problems
            .iter()
            .any(|problem| problem.row == 33 && problem.what.zh.contains("第 32 行"))
    );
}

#[test]
fn remarks_that_ask_for_something_are_pointed_at() {
    let project = Project::default();
    let preview = project.preview(&read(BY_HAND, None, &Blocks::default()));
    let at = |row: u32| {
        preview
            .problems
            .iter()
            .find(|problem| problem.row == row && problem.column.as_deref() == Some("O"))
    };
    assert!(at(15).expect("姓名有更名").what_to_do.zh.contains("更名"));
    assert!(at(14).expect("委托母亲办理").what_to_do.zh.contains("委托书"));
    assert!(at(11).expect("要求上午").what_to_do.zh.contains("预约"));
    assert_eq!(at(5).map(|problem| problem.row), None);
}

#[test]
fn pending_areas_stay_empty_and_are_told() {
    let mut project = Project::default();
    let report = project.import(&read(BY_HAND, None, &Blocks::default()));
    assert_eq!(project.unit("1-1-102").value("measured_area"), None);
    assert!(places(&report.problems, Severity::Note).contains(&(6, "K")));
}

#[test]
fn problems_come_in_the_order_of_the_rows_with_something_to_do() {
    let project = Project::default();
    let preview = project.preview(&read(BY_HAND, None, &Blocks::default()));
    assert!(preview.problems.windows(2).all(|pair| pair[0].row <= pair[1].row));
    for problem in &preview.problems {
        for text in [&problem.what, &problem.what_to_do] {
            assert!(!text.zh.is_empty() && !text.en.is_empty(), "{problem:?}");
        }
    }
}

#[test]
fn the_old_workbook_and_the_text_file_are_recognised_beyond_doubt() {
    let old = read(OLD, None, &Blocks::default());
    assert!(old.is_certain());
    let mut project = Project::default();
    assert_eq!(project.import(&old).homes_new, 40);
    assert_eq!(project.file("1-1-202").value("contract/signed_on"), Some(&"2024-04-04".into()));

    let gbk = read(GBK, None, &project.blocks());
    assert!(
        gbk.is_certain() && gbk.questions().is_empty(),
        "building 1 has one 单元 in the project"
    );
    let report = project.import(&gbk);
    assert_eq!((report.homes_new, report.homes_changed, report.homes_same), (20, 40, 0));
    assert_eq!(project.buyer("1-1-303", 1, "name").as_deref(), Some("徐㐂"));
    assert_eq!(project.buyer("1-1-103", 2, "paper_no").as_deref(), Some("32010219661126521X"));
}

#[test]
fn a_building_nobody_knows_is_asked_about_and_nothing_is_planned_before() {
    let project = Project::default();
    let list = read(GBK, None, &project.blocks());
    let preview = project.preview(&list);
    assert_eq!(preview.homes_new, 0);
    let question = &preview.questions[0];
    assert_eq!(
        (question.building.as_str(), &question.choices[..]),
        ("1", &["1".to_owned(), WITHOUT.to_owned()][..])
    );
    let refused = project
        .with(|records, context| list.plan(records, context))
        .err()
        .expect("a question is open");
    assert_eq!(refused.code, "import_question");

    let answered = read(GBK, Some(&answered()), &project.blocks());
    assert!(answered.questions().is_empty());
    assert!(answered.codes().any(|code| code == "1-1-101"));
    let without = ImportMapping {
        blocks: BTreeMap::from([("1栋".to_owned(), "无".to_owned())]),
        ..ImportMapping::default()
    };
    assert!(read(GBK, Some(&without), &project.blocks()).codes().any(|code| code == "1-101"));
}
