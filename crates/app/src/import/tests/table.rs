//! Heads, rows and files as they should not be, and are.

use super::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

fn workbook(fill: impl FnOnce(&mut Workbook)) -> tempfile::NamedTempFile {
    let file = tempfile::Builder::new().suffix(".xlsx").tempfile().expect("a file");
    let mut book = Workbook::new();
    fill(&mut book);
    book.save(file.path()).expect("saved");
    file
}

fn open(file: &tempfile::NamedTempFile) -> Result<List, Problem> {
    List::read(file.path(), None, None, &Blocks::default(), offset())
}

fn failing(bytes: &[u8]) -> Problem {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), bytes).expect("written");
    open(&file).err().expect("a problem")
}

#[test]
fn a_file_that_is_no_list_is_refused_in_three_sentences() {
    let clean = std::fs::read(data(CLEAN)).expect("the list");
    let old = std::fs::read(data(OLD)).expect("the list");
    for (bytes, code) in [
        (&clean[..clean.len() / 2], "import_broken"),
        (&old[..2048], "import_broken"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "import_format"),
        (b"<html><table><tr><td>1-1-101</td></tr></table></html>", "import_format"),
        (b"", "import_empty"),
        (b"\n\n  \n", "import_empty"),
        ("房号,业主\n".as_bytes(), "import_no_homes"),
    ] {
        let problem = failing(bytes);
        assert_eq!(problem.code, code);
        for text in [&problem.what, &problem.kept, &problem.todo] {
            assert!(!text.zh.is_empty() && !text.en.is_empty());
        }
    }
    let missing = List::read(&data("missing.xlsx"), None, None, &Blocks::default(), offset());
    assert_eq!(missing.err().map(|problem| problem.code).as_deref(), Some("import_file"));
}

#[test]
fn a_workbook_behind_a_password_says_so() {
    // The container of an encrypted workbook: one sector of directory that names its streams.
    let problem = failing(&encrypted());
    assert_eq!(problem.code, "import_password");
}

/// A compound file with the entries `EncryptionInfo` and `EncryptedPackage`.
fn encrypted() -> Vec<u8> {
    let mut file = vec![0u8; 512 * 3];
    file[..8].copy_from_slice(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    let put = |file: &mut Vec<u8>, at: usize, bytes: &[u8]| {
        file[at..at + bytes.len()].copy_from_slice(bytes)
    };
    put(&mut file, 24, &[0x3e, 0, 3, 0, 0xfe, 0xff, 9, 0, 6, 0]);
    put(&mut file, 44, &1u32.to_le_bytes()); // one sector of allocation table
    put(&mut file, 48, &1u32.to_le_bytes()); // the directory's first sector
    put(&mut file, 56, &4096u32.to_le_bytes());
    put(&mut file, 60, &0xffff_fffeu32.to_le_bytes());
    put(&mut file, 68, &0xffff_fffeu32.to_le_bytes());
    file[76..512].fill(0xff);
    put(&mut file, 76, &0u32.to_le_bytes());
    file[512..1024].fill(0xff);
    put(&mut file, 512, &0xffff_fffdu32.to_le_bytes());
    put(&mut file, 516, &0xffff_fffeu32.to_le_bytes());
    for (n, name) in ["Root Entry", "EncryptionInfo", "EncryptedPackage"].iter().enumerate() {
        let at = 1024 + n * 128;
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        put(&mut file, at, &wide);
        put(&mut file, at + 64, &(wide.len() as u16 + 2).to_le_bytes());
        file[at + 66] = if n == 0 { 5 } else { 2 };
        file[at + 67] = 1;
        file[at + 68..at + 80].fill(0xff);
        put(&mut file, at + 116, &0xffff_fffeu32.to_le_bytes());
    }
    file
}

#[test]
fn a_sheet_that_is_far_too_large_is_refused_and_a_format_to_the_last_row_is_not() {
    let large = workbook(|book| {
        let sheet = book.add_worksheet();
        sheet.write(0, 0, "房号").expect("written");
        sheet.write(900_000, 0, "1-1-101").expect("written");
    });
    assert_eq!(open(&large).err().map(|problem| problem.code).as_deref(), Some("import_too_large"));
    let formatted = workbook(|book| {
        let sheet = book.add_worksheet();
        for (column, text) in ["房号", "业主"].iter().enumerate() {
            sheet.write(0, column as u16, *text).expect("written");
        }
        sheet.write(1, 0, "1-1-101").expect("written");
        sheet.write(1, 1, "杜强").expect("written");
        sheet.write_blank(1_000_000, 3, &Format::new().set_bold()).expect("written");
    });
    assert_eq!(open(&formatted).expect("a list").codes().count(), 1);
}

#[test]
fn the_sheet_with_the_list_is_proposed_and_hidden_ones_are_offered() {
    let file = workbook(|book| {
        book.add_worksheet()
            .set_name("说明")
            .expect("named")
            .write(0, 0, "填表说明")
            .expect("written");
        let hidden = book.add_worksheet().set_name("旧").expect("named").set_hidden(true);
        hidden.write(0, 0, "房号").expect("written");
        let list = book.add_worksheet().set_name("名单").expect("named");
        for (row, texts) in
            [["房号", "业主"], ["1-1-101", "杜强"], ["1-1-102", "李子"]].iter().enumerate()
        {
            for (column, text) in texts.iter().enumerate() {
                list.write(row as u32, column as u16, *text).expect("written");
            }
        }
    });
    let preview = Project::default().preview(&open(&file).expect("a list"));
    assert_eq!(preview.mapping.sheet.as_deref(), Some("名单"));
    assert_eq!(preview.sheets, ["说明", "名单", "旧"]);
    let other = List::read(file.path(), Some("没有"), None, &Blocks::default(), offset());
    assert_eq!(other.err().map(|problem| problem.code).as_deref(), Some("import_sheet"));
}

#[test]
fn cells_are_numbers_dates_formulas_and_errors_too() {
    let file = workbook(|book| {
        let list = book.add_worksheet();
        for (column, text) in
            ["楼栋", "单元", "房号", "业主", "证件号码", "联系电话", "签约日期", "建筑面积", "总价"]
                .iter()
                .enumerate()
        {
            list.write(0, column as u16, *text).expect("written");
        }
        let day = Format::new().set_num_format("yyyy-mm-dd");
        list.merge_range(1, 0, 2, 0, "1栋", &Format::new()).expect("merged");
        for row in 1..=2 {
            list.write(row, 1, 1).expect("written");
            list.write(row, 2, 100 + row).expect("written");
            list.write(row, 3, ["", "杜强", "李子"][row as usize]).expect("written");
            list.write(row, 4, 440_305_196_609_144_571_u64 as f64).expect("written");
            list.write(row, 5, 13_800_138_000_f64).expect("written");
        }
        let date = ExcelDateTime::from_ymd(2024, 8, 3).expect("a date");
        list.write_with_format(1, 6, &date, &day).expect("written");
        list.write(2, 6, 45386).expect("written");
        list.write(1, 7, Formula::new("=1/0").set_result("#DIV/0!")).expect("written");
        list.write(2, 7, Formula::new("=80+9.37").set_result("89.37")).expect("written");
        list.write(2, 8, 1_483_720.74).expect("written");
    });
    let list = open(&file).expect("a list");
    let mut project = Project::default();
    let report = project.import(&list);
    assert_eq!(report.homes_new, 2);
    assert_eq!(project.buyer("1-1-102", 1, "phone").as_deref(), Some("13800138000"));
    assert_eq!(project.buyer("1-1-102", 1, "paper_no"), None);
    assert_eq!(project.file("1-1-101").value("contract/signed_on"), Some(&"2024-08-03".into()));
    assert_eq!(project.file("1-1-102").value("contract/signed_on"), Some(&"2024-04-04".into()));
    assert_eq!(project.unit("1-1-102").value("contract_area"), Some(&Value::Int(8_937)));
    assert_eq!(project.unit("1-1-101").value("contract_area"), None);
    assert_eq!(
        project.file("1-1-102").value("contract/total_price"),
        Some(&Value::Int(148_372_074))
    );
    let warned = places(&report.problems, Severity::Warning);
    assert_eq!(warned, [(2, "E"), (2, "H"), (3, "E")]);
}

#[test]
fn broken_rows_are_told_one_by_one_and_the_others_are_imported() {
    let list = read_csv(concat!(
        "房号,业主,证件号,手机,建筑面积,总价,签约日期\n",
        "1-1-101,杜强,110105199309046985,1380013,壹佰,-5,2024.13.1\n",
        "一零一,李子,,,,,\n",
        ",王芳,,,,,\n",
        "1-1-102,,110105199309046984,,,,\n",
        "1-1-103,张三/李四,110105199309046984,,\"1,118.027\",53.2万,24.6.6\n",
        "1-1-104,张三,4.40305E+17,1.38001E+10,待测,/,—\n",
    ));
    let mut project = Project::default();
    let report = project.import(&list);
    assert_eq!(report.homes_new, 4);
    assert_eq!(places(&report.problems, Severity::Error), [(3, "A"), (4, "A")]);
    assert_eq!(
        places(&report.problems, Severity::Warning),
        [(2, "C"), (2, "D"), (2, "E"), (2, "F"), (2, "G"), (5, "B"), (6, "C"), (7, "C"), (7, "D")]
    );
    assert_eq!(project.unit("1-1-103").value("contract_area"), Some(&Value::Int(111_803)));
    assert_eq!(
        project.file("1-1-103").value("contract/total_price"),
        Some(&Value::Int(53_200_000))
    );
    assert_eq!(project.file("1-1-103").value("contract/signed_on"), Some(&"2024-06-06".into()));
    assert_eq!(project.buyer("1-1-103", 2, "name").as_deref(), Some("李四"));
    assert_eq!(project.buyer("1-1-103", 2, "paper_no"), None);
    assert_eq!(
        project.buyer("1-1-101", 1, "paper_no").as_deref(),
        Some("110105199309046985"),
        "doubted, not refused"
    );
}

#[test]
fn rows_that_contradict_each_other_name_both_and_lose_nothing_silently() {
    let list = read_csv(
        "房号,业主,合同号\n1-1-101,杜强,YS1\n1栋1单元101,杜强,YS2\n1-1-102,张三,YS3\n1-1-102,李四,YS3\n",
    );
    let mut project = Project::default();
    let report = project.import(&list);
    let error =
        report.problems.iter().find(|problem| problem.severity == Severity::Error).expect("told");
    assert!(
        error.row == 3 && error.what.zh.contains("第 2 行") && error.what.zh.contains("合同编号"),
        "{error:?}"
    );
    assert_eq!(project.file("1-1-101").value("contract/no"), Some(&"YS1".into()));
    assert_eq!(places(&report.problems, Severity::Warning), [(5, "A")]);
    assert_eq!(
        project.buyer("1-1-102", 2, "name").as_deref(),
        Some("李四"),
        "co-owners in two rows"
    );
}

#[test]
fn heads_in_two_rows_are_read_without_merged_cells_too() {
    let list = read_csv(
        "锦绣豪庭明细,,,,\n房号,业主,面积,,备注\n,,建筑,套内,\n1-1-101,杜强,89.37,70,\n房号,业主,面积,,备注\n1-1-102,李子,89.37,70.1,带狗\n",
    );
    assert_eq!((list.mapping().first_header_row, list.mapping().header_rows), (2, 3));
    assert_eq!(list.mapping().columns.get(&3).map(String::as_str), Some("inner_area"));
    let preview = Project::default().preview(&list);
    assert_eq!((preview.homes_new, preview.rows_skipped, preview.certain), (2, 1, false));
}

#[test]
fn a_list_without_a_head_is_proposed_by_its_looks_and_mapped_by_hand() {
    let text = "1-1-101,杜强,110105199309046984,13800138000\n1-1-102,李子,32010219661126521X,13900139000\n";
    let list = read_csv(text);
    let targets = &list.mapping().columns;
    assert_eq!(targets.get(&0).map(String::as_str), Some("code"));
    assert_eq!(targets.get(&2).map(String::as_str), Some("party/*/paper_no"));
    assert_eq!(targets.get(&3).map(String::as_str), Some("party/*/phone"));
    assert!(!list.is_certain());
    let mut mapping = list.mapping().clone();
    mapping.columns.insert(1, "party/*/name".to_owned());
    let mut project = Project::default();
    assert_eq!(
        project.import(&read_csv_with(text, Some(&mapping), &Blocks::default())).homes_new,
        2
    );
    assert_eq!(project.buyer("1-1-102", 1, "name").as_deref(), Some("李子"));

    mapping.columns.insert(2, "party/*/name".to_owned());
    let file = csv(text);
    let twice = List::read(file.path(), None, Some(&mapping), &Blocks::default(), offset());
    assert_eq!(twice.err().map(|problem| problem.code).as_deref(), Some("import_mapping"));
}

#[test]
fn a_list_without_codes_waits_for_the_mapping() {
    let list = read_csv("业主,手机\n杜强,13800138000\n李子,13900139000\n");
    let project = Project::default();
    assert!(!project.preview(&list).certain);
    let refused = project.with(|records, context| list.plan(records, context)).err();
    assert_eq!(refused.map(|problem| problem.code).as_deref(), Some("import_mapping"));
}

#[test]
fn two_blocks_of_a_building_make_a_bare_code_a_question() {
    let list = read_csv(
        "房号,业主\n1-1-101,杜强\n1-2-101,李子\n1栋201,王芳\n2栋101,赵玥\n3-1-101,张昇\n3栋102,徐㐂\n",
    );
    let asked: Vec<_> = list
        .questions()
        .iter()
        .map(|question| (question.building.as_str(), question.choices.clone()))
        .collect();
    let choices = |of: &[&str]| of.iter().map(|choice| (*choice).to_owned()).collect::<Vec<_>>();
    assert_eq!(asked, [("1", choices(&["1", "2", "无"])), ("2", choices(&["1", "无"]))]);
    assert!(list.codes().any(|code| code == "3-1-102"), "the list itself shows one 单元");
}

#[test]
fn text_in_the_encodings_of_an_office_is_one_list() {
    let text = "房号,业主\n1-1-101,徐㐂\n";
    let gb = encoding_rs::GB18030.encode(text).0.into_owned();
    let marked = format!("\u{feff}{text}").into_bytes();
    for bytes in [gb, marked, text.as_bytes().to_vec()] {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), bytes).expect("written");
        let mut project = Project::default();
        project.import(&open(&file).expect("a list"));
        assert_eq!(project.buyer("1-1-101", 1, "name").as_deref(), Some("徐㐂"));
    }
}
