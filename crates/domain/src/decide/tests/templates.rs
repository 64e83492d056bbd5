use crate::{
    command::*,
    paper::{
        self,
        wording::{self, Wording},
    },
    rehearsal::*,
    views::{FormTemplateView, disputes, form_templates, project_disputes},
    vocabulary::*,
};
use shoulou_eventlog::Hash;

const FORM: &str = "gas_safety";

fn text(text: &str, note: Option<&str>) -> Command {
    let note = note.map(str::to_owned);
    Command::SetFormTemplate { form: FORM.into(), text: text.into(), note }
}

fn back_to(template: Option<String>) -> Command {
    Command::UseFormTemplate { form: FORM.into(), template }
}

fn of(text: &str) -> Hash {
    Hash::of(text.as_bytes())
}

fn view(office: &Office) -> FormTemplateView {
    let all = form_templates(&office.world());
    all.into_iter().find(|view| view.form == FORM).expect("every form is listed")
}

fn used(office: &Office) -> Wording {
    wording::in_use(&office.world(), FORM)
}

#[test]
fn a_form_has_the_programs_words_until_the_project_has_its_own() {
    let mut office = Office::new();
    let shipped = view(&office);
    assert_eq!((used(&office), shipped.own, shipped.time), (Wording::Shipped, false, None));
    office.done(text("甲", Some("按法务意见")));
    office.done(text("乙", None));
    assert_eq!(used(&office), Wording::Named(of("乙")));
    let now = view(&office);
    assert_eq!((now.own, now.version, now.by_name.as_str()), (true, Some(2), "赵敏"));
    let versions: Vec<_> =
        now.versions.iter().map(|one| (one.n, one.note.as_deref(), one.in_use)).collect();
    assert_eq!(versions, [(2, None, true), (1, Some("按法务意见"), false)]);
    assert_eq!(wording::text(&office.world(), of("甲")).as_deref(), Some("甲"));
}

#[test]
fn going_back_makes_no_new_version_and_the_later_one_stays() {
    let mut office = Office::new();
    office.done(text("甲", None));
    office.done(text("乙", None));
    office.done(back_to(Some(of("甲").to_string())));
    assert_eq!((used(&office), view(&office).version), (Wording::Named(of("甲")), Some(1)));
    office.done(back_to(None));
    assert_eq!((used(&office), view(&office).own), (Wording::Shipped, false));
    office.done(text("乙", None));
    assert_eq!((view(&office).version, view(&office).versions.len()), (Some(2), 2));
    office.undo().expect("a change of a template can be taken back");
    assert_eq!(used(&office), Wording::Shipped);
}

#[test]
fn a_template_that_says_nothing_or_is_not_of_the_form_is_refused() {
    let mut office = Office::new();
    assert_eq!(office.refused(text(" \n", None)), "form_template_empty");
    assert_eq!(office.refused(text(&"长".repeat(100_000), None)), "form_template_too_long");
    let nowhere = Command::SetFormTemplate { form: "gas".into(), text: "甲".into(), note: None };
    assert_eq!(office.refused(nowhere), "form_unknown");
    office.done(text("甲", None));
    assert_eq!(office.refused(back_to(Some("第一版".into()))), "form_template_unknown");
    assert_eq!(office.refused(back_to(Some(of("乙").to_string()))), "form_template_unknown");
    let other = Command::UseFormTemplate {
        form: "fire_safety".into(),
        template: Some(of("甲").to_string()),
    };
    assert_eq!(office.refused(other), "form_template_unknown");
    let files = crate::template::Template::default_template().address().to_string();
    assert_eq!(office.refused(back_to(Some(files))), "form_template_unknown");
}

#[test]
fn two_pcs_that_change_one_template_are_both_heard_and_a_person_decides() {
    let mut office = Office::new();
    office.done(text("甲", None));
    office.basis = Some(office.commits);
    office.done(text("乙", Some("北区")));
    office.done(back_to(None));
    office.basis = None;
    assert_eq!(used(&office), Wording::Disputed);
    assert!(view(&office).disputed);
    let [disputed] = &project_disputes(&office.world())[..] else { panic!("one dispute") };
    assert_eq!(disputed.title.zh, "表格模板 · 户内燃气安全操作书");
    let sides: Vec<_> = disputed.sides.iter().map(|side| side.shown.zh.as_str()).collect();
    assert_eq!(sides, ["第 2 版：北区", "标准模板"]);
    let (target, path) = (disputed.target, disputed.path.clone());
    let claim = disputed.sides[0].claim;
    office.done(Command::SettleDispute { target, path, claim });
    assert_eq!(used(&office), Wording::Named(of("乙")));
    assert!(disputes(&office.world()).is_empty());
}

#[test]
fn whatever_came_first_the_versions_read_the_same() {
    let mut office = Office::new();
    office.done(text("甲", None));
    office.done(text("乙", Some("北区")));
    office.done(back_to(Some(of("甲").to_string())));
    let backwards: Vec<usize> = (0..office.log.len()).rev().collect();
    assert_eq!(view(&office.in_order(&backwards)), view(&office));
}

#[test]
fn what_was_signed_keeps_its_words_until_the_signature_is_voided() {
    let mut office = Office::with_home("1-1-101");
    let owner = office.party(PartyRole::Owner, "陈嘉豪", &[("phone", "13812345566")]);
    office.arrive(Attendance::Owner, &[owner]);
    office.done(text("甲", None));
    let Command::SignItems { file, items, signer, signed_at, .. } =
        office.sign(&["sign.gas_safety"], owner)
    else {
        unreachable!("it signs items")
    };
    let SignedHow::Screen { strokes, pages, .. } = ink() else { unreachable!("it is on screen") };
    let (template, blob) = (Some(of("甲").to_string()), Some("2e".repeat(32)));
    let how = SignedHow::Screen { strokes, pages, template, blob, paper: None };
    office.done(Command::SignItems { file, items, signer, how, signed_at });
    office.done(text("乙", None));
    let of_home = |office: &Office, blank| wording::of_home(&office.world(), FORM, blank);
    assert_eq!(of_home(&office, false), Wording::Named(of("甲")));
    // Nobody has signed an empty form.
    assert_eq!(of_home(&office, true), Wording::Named(of("乙")));
    let signed = paper::carries(&office.world(), FORM)[0];
    let reason = "重签".to_owned();
    let target = Target::File { id: office.file };
    office.done(Command::VoidFact { target, fact: signed, reason });
    assert_eq!(of_home(&office, false), Wording::Named(of("乙")));
}
