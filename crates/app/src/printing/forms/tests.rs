use super::*;
use shoulou_domain::{
    fact::{Fact, TemplateAdded, is_known},
    fields::{self, Entity},
};
use shoulou_eventlog::{EntityState, EventRef, Id, Meta, Order, Source, Value};

const FORM: &str = "gas_safety";
const PROJECT: Id = Id([7; 16]);

/// A project that was told these texts of a form, each replacing nothing: as other programs may have left it.
fn told(texts: &[&str]) -> EntityState {
    let mut state = EntityState::default();
    for (n, text) in texts.iter().enumerate() {
        let hash = Hash::of(text.as_bytes());
        let form = Some(FORM.to_owned());
        let added = TemplateAdded { hash, text: (*text).to_owned(), form, shipped: false };
        let path = wording::register(FORM);
        let value = Value::from(hash.to_string());
        let claim =
            fields::claim(Entity::Project, PROJECT, path, value, Vec::new(), Source::Person);
        for (ordinal, event) in
            [Fact::TemplateAdded(added).event(PROJECT), claim].iter().enumerate()
        {
            let at = EventRef { commit: Hash([n as u8 + 1; 32]), ordinal: ordinal as u32 };
            let order = Order { depth: n as u64 + 1, ordinal: ordinal as u32, ..Order::default() };
            let meta = Meta { order, actor: Id([8; 16]), time: 0, party: None };
            state.apply(at, meta, &event.event, is_known);
        }
    }
    state
}

fn chosen(texts: &[&str]) -> Result<Chosen, Problem> {
    let state = told(texts);
    choose(&World::of_project(PROJECT, &state), FORM, false)
}

#[test]
fn a_block_that_this_version_does_not_know_is_told_and_the_shipped_template_offered() {
    let newer = format!("{}\n[[block]]\nseal_of_2031 = true\n", Templates::source(FORM).unwrap());
    let Err(problem) = chosen(&[&newer]) else { panic!("it cannot be read") };
    assert_eq!(problem.code, "template_unreadable");
    let line = newer.lines().count();
    assert!(problem.what.zh.contains(&format!("第 {line} 行")), "{}", problem.what.zh);
    assert!(problem.what.zh.contains("seal_of_2031"), "{}", problem.what.zh);
    assert!(problem.todo.zh.contains("恢复为标准模板"), "{}", problem.todo.zh);
}

#[test]
fn what_nobody_has_settled_is_not_printed() {
    let shipped = Templates::source(FORM).unwrap();
    let [one, other] = ["甲", "乙"].map(|word| shipped.replace("一、通气之前", word));
    let Err(problem) = chosen(&[&one, &other]) else { panic!("it is disputed") };
    assert_eq!(problem.code, "template_disputed");
    assert_eq!(chosen(&[&one]).unwrap().hash, Hash::of(one.as_bytes()));
}

#[test]
fn an_own_text_that_is_the_shipped_one_counts_as_shipped() {
    let shipped = Templates::source(FORM).unwrap();
    assert!(chosen(&[shipped]).unwrap().shipped);
    assert!(chosen(&[]).unwrap().shipped);
}

#[test]
fn the_words_of_a_print_go_into_the_log_once() {
    let state = told(&[]);
    let world = World::of_project(PROJECT, &state);
    let template = choose(&world, FORM, false).unwrap();
    let kept = template.kept(&world).expect("nobody has kept them yet");
    let mut after = state.clone();
    let meta = Meta { order: Order::default(), actor: Id([8; 16]), time: 0, party: None };
    after.apply(EventRef { commit: Hash([9; 32]), ordinal: 0 }, meta, &kept.event, is_known);
    assert!(template.kept(&World::of_project(PROJECT, &after)).is_none());
    assert!(wording::versions(&World::of_project(PROJECT, &after), FORM).is_empty());
}
