use super::*;
use crate::vocabulary::BuyerKind;
use chrono::NaiveDate;

mod default_file;

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn due(text: &str) -> Due {
    text.parse().expect("a due day")
}

fn refusal(change: impl Fn(&str) -> String) -> TemplateError {
    Template::parse(&change(DEFAULT)).expect_err("a template that must be refused")
}

fn line_with(text: &str, needle: &str) -> usize {
    1 + text.lines().position(|line| line.contains(needle)).expect("the line")
}

#[test]
fn a_template_comes_back_from_the_log_as_it_went_in() {
    let template = Template::default_template();
    let bytes = template.canonical();
    let back = Template::from_canonical(&bytes).expect("its own bytes");
    assert_eq!(back, template);
    assert_eq!(Hash::of(&bytes), template.address());
}

#[test]
fn another_content_has_another_address_and_another_spelling_has_not() {
    let template = Template::default_template();
    let mut other = template.clone();
    other.items[0].copies += 1;
    assert_ne!(other.address(), template.address());
    let respelled = Template::parse(&format!("# a remark\n{DEFAULT}")).expect("the same template");
    assert_eq!(respelled.address(), template.address());
}

#[test]
fn a_word_that_does_not_exist_is_refused_with_its_line() {
    let error = refusal(|text| text.replacen("kind = \"task\"", "kind = \"chore\"", 1));
    assert_eq!(error.line, Some(line_with(DEFAULT, "kind = \"task\"")));
    assert!(error.message.contains("chore") && error.message.contains("paper"), "{error}");
}

#[test]
fn a_field_that_does_not_exist_is_refused_with_its_line() {
    let error = refusal(|text| text.replacen("copies = 3", "copys = 3", 1));
    assert_eq!(error.line, Some(line_with(DEFAULT, "copies = 3")));
    assert!(error.to_string().starts_with("line ") && error.message.contains("copys"), "{error}");
}

#[test]
fn a_missing_title_is_refused_at_its_item() {
    let needle = "key = \"before.team\"";
    let error = refusal(|text| {
        let at = text.find(needle).expect("the item");
        let title = at + text[at..].find("title = ").expect("its title");
        let end = title + text[title..].find('\n').expect("its end");
        format!("{}{}", &text[..title], &text[end..])
    });
    let line = error.line.expect("a line");
    assert!(line.abs_diff(line_with(DEFAULT, needle)) <= 1, "{error}");
    assert!(error.message.contains("title"), "{error}");
}

#[test]
fn a_due_day_that_cannot_be_read_says_how_it_is_written() {
    let error = refusal(|text| text.replacen("due = \"T-3\"", "due = \"three days before\"", 1));
    assert_eq!(error.line, Some(line_with(DEFAULT, "due = \"T-3\"")));
    assert!(error.message.contains("T-2w"), "{error}");
}

#[test]
fn two_items_of_one_key_are_refused_at_the_second() {
    let second = "key = \"post.welcome_letter\"";
    let error = refusal(|text| text.replacen(second, "key = \"post.intake_guide\"", 1));
    let line = error.line.expect("a line");
    assert!(line.abs_diff(line_with(DEFAULT, second)) <= 1, "{error}");
    assert!(error.message.contains("post.intake_guide"), "{error}");
}

#[test]
fn a_role_that_nobody_has_is_refused() {
    let error = refusal(|text| text.replacen("role = \"assistant\"", "role = \"butler\"", 1));
    assert!(error.line.is_some() && error.message.contains("butler"), "{error}");
}

#[test]
fn an_order_that_forgets_a_station_is_refused() {
    let error = refusal(|text| text.replacen("[\"D\", \"G\", ", "[\"G\", ", 1));
    assert!(error.message.contains("inspection_first"), "{error}");
}

#[test]
fn a_key_of_the_wrong_phase_is_refused() {
    let error =
        refusal(|text| text.replacen("key = \"issue.entry_card\"", "key = \"entry_card\"", 1));
    assert!(error.message.contains("issue."), "{error}");
}

#[test]
fn due_days_count_from_the_appointed_day_or_from_the_letters() {
    let letters = due("T-2w");
    let on = |text: &str| due(text).on(date("2026-11-21"), letters, Counting::Calendar);
    assert_eq!(on("T"), Some(date("2026-11-21")));
    assert_eq!(on("T-3"), Some(date("2026-11-18")));
    assert_eq!(on("T+10"), Some(date("2026-12-01")));
    assert_eq!(on("L"), Some(date("2026-11-07")));
    assert_eq!(on("L-1m"), Some(date("2026-10-07")));
    assert_eq!(on("T-1m"), Some(date("2026-10-21")));
}

#[test]
fn working_days_pass_over_days_off() {
    use chrono::Datelike;
    let works = |day: NaiveDate| day.weekday().number_from_monday() <= 5;
    let counting = Counting::Working(&works);
    let on = |text: &str| due(text).on(date("2026-11-23"), due("T-2w"), counting);
    assert_eq!(on("T-1"), Some(date("2026-11-20")));
    assert_eq!(on("T-3"), Some(date("2026-11-18")));
    assert_eq!(on("T-2w"), Some(date("2026-11-09")));
    let never = |_: NaiveDate| false;
    let closed = due("T-1").on(date("2026-11-23"), due("T-2w"), Counting::Working(&never));
    assert_eq!(closed, None);
}

#[test]
fn due_days_are_written_back_as_they_were_read() {
    for text in ["T", "L", "T-3", "T+7", "T-2w", "L-1m"] {
        assert_eq!(due(text).to_string(), text);
    }
    for text in ["", "X-1", "T3", "T-", "T-x", "T--1", "Tw", "T-99999", "日-1"] {
        assert!(text.parse::<Due>().is_err(), "{text}");
    }
}

fn identity_papers(buyer: BuyerKind, delegate: bool) -> Vec<String> {
    let case = Case { buyer: Some(buyer), delegate: Some(delegate), ..Case::default() };
    let template = Template::default_template();
    let papers = template.items.iter().filter(|item| item.phase == Phase::Identity);
    papers
        .filter(|item| item.applies(&case) && item.paper() != "photos")
        .map(|item| {
            let marks: Vec<_> = item.marks.iter().map(|mark| mark.word()).collect();
            format!("{} {}", item.paper(), marks.join("+"))
        })
        .collect()
}

#[test]
fn identity_papers_follow_the_buyer_and_who_comes() {
    use BuyerKind::{Company, Person};
    assert_eq!(identity_papers(Person, false), ["owner_id seen+copied"]);
    assert_eq!(
        identity_papers(Person, true),
        ["owner_id_copy copied", "power_of_attorney received", "delegate_id seen+copied"]
    );
    assert_eq!(
        identity_papers(Company, false),
        ["licence copied", "representative_id seen+copied"]
    );
    assert_eq!(
        identity_papers(Company, true),
        [
            "licence copied",
            "company_power_of_attorney received",
            "representative_id_copy copied",
            "delegate_id seen+copied"
        ]
    );
}

#[test]
fn blank_forms_are_posted_until_it_is_known_that_they_are_not_needed() {
    let template = Template::default_template();
    let posted = template.item("post.dog_agreement").expect("it is posted");
    let signed = template.item("sign.dog_agreement").expect("it is signed");
    let nobody_said = Case::default();
    assert!(posted.applies(&nobody_said) && !signed.applies(&nobody_said));
    let dog = Case { dog: Some(true), ..Case::default() };
    assert!(posted.applies(&dog) && signed.applies(&dog));
    let none = Case { dog: Some(false), ..Case::default() };
    assert!(!posted.applies(&none) && !signed.applies(&none));
}

#[test]
fn counts_follow_facts() {
    let template = Template::default_template();
    let case = Case {
        buyer: Some(BuyerKind::Person),
        vehicles: Some(2),
        persons: 2,
        family: 3,
        ..Case::default()
    };
    let count = |key: &str| template.item(key).expect("an item").instances(&case);
    assert_eq!(count("sign.vehicle_pass_application"), 2);
    assert_eq!(count("identity.vehicle_licence"), 2);
    assert_eq!(count("identity.owner_id"), 2);
    assert_eq!(count("identity.photos"), 3);
    assert_eq!(count("sign.house_handover"), 1);
    assert_eq!(count("sign.key_custody"), 0);
}

#[test]
fn inspection_first_is_the_default_and_the_other_order_warns() {
    let template = Template::default_template();
    assert_eq!(template.order, "inspection_first");
    assert!(!order_warns(&template.stations_in(None)));
    assert!(order_warns(&template.stations_in(Some("forms_first"))));
    let keys: String =
        template.stations_in(Some("forms_first")).iter().map(|station| &*station.key).collect();
    assert_eq!(keys, "ABCDEFGHIJ");
}

#[test]
fn a_city_may_ask_for_papers_of_its_own() {
    let mut template = Template::default_template();
    template.shown.push(ShownPaper {
        key: "permit".into(),
        title: Text2 { zh: "交付使用许可证".into(), en: "Permit".into() },
        cities: vec!["甲市".into()],
    });
    assert_eq!(template.shown_in("甲市").count(), 5);
    assert_eq!(template.shown_in("乙市").count(), 4);
}

#[test]
fn the_two_books_carry_the_title_the_project_chose() {
    let template = Template::default_template();
    let book = template.item("issue.quality_guarantee").expect("the book");
    assert_eq!(book.title("云山", false).zh, "《房屋质量保证书》");
    assert_eq!(book.title("云山", true).zh, "《住宅质量保证书》");
    let note = template.item("issue.utility_note").expect("the note");
    assert_eq!(note.title("云山", false).zh, "《云山临时水电费收取说明》");
}
