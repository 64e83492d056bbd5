use super::*;

/// A list over these homes, in this order.
fn over(homes: &[&Home], form: &str, print: &PrintContext<'_>) -> Value {
    let mut list = HomeList::new(form).expect("a list over homes");
    homes.iter().for_each(|home| list.add(&home.world(), print));
    list.finish(&homes[0].world(), print)
}

#[test]
fn a_list_takes_the_homes_in_the_order_they_are_given() {
    let (persons, mut company) = (full(), company());
    company.unit_set("code", "V-01");
    let data = over(&[&company, &persons], "intake_list", &print());
    assert_eq!(column(&data, "homes", "no"), ["1", "2"]);
    assert_eq!(column(&data, "homes", "code"), ["V-01", "8-2-1203"]);
    assert_eq!(column(&data, "homes", "owners"), ["云帆科技有限公司", "陈嘉豪、李敏"]);
    assert_eq!(column(&data, "homes", "notice"), ["", "11-07寄出，11-09签收"]);
    assert_eq!(text(&data, "count.homes"), "2");
    assert_eq!(text(&data, "count.notified"), "1");
    assert_eq!(text(&data, "count.accepted"), "1");
    assert_eq!(text(&data, "document.title"), "云山入伙名单");
}

#[test]
fn a_week_counts_what_it_brought_and_lists_every_defect_that_is_open() {
    let home = full();
    let data = over(&[&home, &home], "rectification_summary", &print());
    assert_eq!(text(&data, "week.from"), "2026年11月16日");
    assert_eq!(text(&data, "week.to"), "2026年11月22日");
    assert_eq!(column(&data, "departments", "name"), ["工程部"]);
    assert_eq!(text(&data, "total.all"), "4");
    assert_eq!(text(&data, "total.noted"), "4");
    assert_eq!(text(&data, "total.accepted"), "0", "they were accepted in a later week");
    assert_eq!(column(&data, "open", "problem"), ["空鼓", "空鼓"]);
    let later = PrintContext { now: now() + chrono::Days::new(15), ..print() };
    let data = over(&[&home], "rectification_summary", &later);
    assert_eq!(text(&data, "total.noted"), "0");
    assert_eq!(text(&data, "total.overdue"), "1");
    assert!(flag(&data, "open[0].overdue"));
}

#[test]
fn every_home_is_counted_once_however_much_it_owes() {
    let data = over(&[&full(), &Home::new()], "outstanding_register", &print());
    assert_eq!(text(&data, "count.homes"), "1");
    assert_eq!(text(&data, "count.rows"), rows(&data, "rows").len().to_string());
    assert!(column(&data, "rows", "reason").contains(&"印刷中"));
}

#[test]
fn stamps_are_counted_paper_by_paper_over_all_homes() {
    let data = over(&[&full(), &company()], "stamping_register", &print());
    let at = column(&data, "papers", "title").iter().position(|t| *t == "《房屋交接单》");
    let row = format!("papers[{}]", at.expect("the handover note"));
    assert_eq!(text(&data, &format!("{row}.total")), "6");
    assert_eq!(text(&data, &format!("{row}.open")), "3");
}

#[test]
fn keys_in_custody_and_passes_are_listed_with_their_homes() {
    let data = over(&[&Home::new(), &full()], "custody_register", &print());
    assert_eq!(column(&data, "rows", "code"), ["8-2-1203"]);
    assert_eq!(column(&data, "rows", "returned_on"), ["2026-12-18"]);
    let data = over(&[&Home::new(), &full()], "vehicle_pass_register", &print());
    assert_eq!(column(&data, "rows", "pass"), ["P-0312"]);
    assert_eq!(text(&data, "count.issued"), "1");
}

#[test]
fn a_blank_list_has_no_homes_and_a_form_of_one_home_is_no_list() {
    let home = full();
    let context = PrintContext { blank: true, ..print() };
    let data = over(&[&home], "intake_list", &context);
    assert!(rows(&data, "homes").is_empty());
    assert_eq!(text(&data, "count.homes"), "");
    assert!(HomeList::new("house_handover").is_none());
}
