//! Several lists into one project.

use super::*;

fn orders<T: Copy>(of: &[T]) -> Vec<Vec<T>> {
    if of.len() <= 1 {
        return vec![of.to_vec()];
    }
    let mut all = Vec::new();
    for n in 0..of.len() {
        let mut rest = of.to_vec();
        let first = rest.remove(n);
        for mut order in orders(&rest) {
            order.insert(0, first);
            all.push(order);
        }
    }
    all
}

#[test]
fn all_four_lists_in_any_order_give_one_set_of_homes() {
    let mut first: Option<BTreeMap<Id, BTreeMap<String, Vec<Value>>>> = None;
    let orders = orders(&[CLEAN, BY_HAND, OLD, GBK]);
    assert_eq!(orders.len(), 24);
    let [clean, by_hand, old] =
        [CLEAN, BY_HAND, OLD].map(|name| read(name, None, &Blocks::default()));
    for order in orders {
        let mut project = Project::default();
        for name in &order {
            let gbk = || {
                let blocks = project.blocks();
                let asking = read(GBK, None, &blocks);
                assert_eq!(asking.questions().is_empty(), blocks != Blocks::default());
                if asking.questions().is_empty() {
                    asking
                } else {
                    read(GBK, Some(&answered()), &blocks)
                }
            };
            match *name {
                CLEAN => project.import(&clean),
                BY_HAND => project.import(&by_hand),
                OLD => project.import(&old),
                _ => project.import(&gbk()),
            };
        }
        assert_eq!(project.codes.len(), 224, "{order:?}");
        let homes = project.homes();
        for (path, open) in homes.values().flatten() {
            assert_eq!(open.len(), 1, "{path} is disputed after {order:?}");
        }
        match &first {
            None => first = Some(homes),
            Some(first) => {
                assert!(first == &homes, "{order:?} differs: {:?}", differing(first, &homes))
            }
        }
        for (name, list) in [
            (CLEAN, &clean),
            (BY_HAND, &by_hand),
            (OLD, &old),
            (GBK, &read(GBK, None, &project.blocks())),
        ] {
            let again = project.import(list);
            assert_eq!(
                (again.homes_new, again.homes_changed),
                (0, 0),
                "{name} again after {order:?}"
            );
        }
    }
}

fn differing<'a>(
    one: &'a BTreeMap<Id, BTreeMap<String, Vec<Value>>>,
    other: &'a BTreeMap<Id, BTreeMap<String, Vec<Value>>>,
) -> Vec<&'a String> {
    let pairs = one.iter().filter_map(|(id, fields)| Some((fields, other.get(id)?)));
    pairs
        .flat_map(|(one, other)| {
            one.iter()
                .filter(move |(path, value)| other.get(*path) != Some(value))
                .map(|(path, _)| path)
        })
        .take(5)
        .collect()
}

#[test]
fn a_clerks_correction_stays_and_the_clash_is_shown_with_its_row_and_column() {
    let mut project = Project::default();
    project.import(&read(CLEAN, None, &Blocks::default()));
    let unit = shoulou_domain::world::unit_id(PROJECT, "1-1-102");
    let file = shoulou_domain::world::file_id(unit, 1);
    let state = project.file("1-1-102");
    let replaces = shoulou_domain::fields::shown_claims(Some(&state), "contract/no", &|_| true);
    let on = shoulou_domain::fields::Entity::File;
    let source = shoulou_eventlog::Source::Person;
    let claim =
        shoulou_domain::fields::claim(on, file, "contract/no", "YS-0".into(), replaces, source);
    project.commit(vec![claim]);

    let report = project.import(&read(CLEAN, None, &project.blocks()));
    assert_eq!((report.homes_new, report.homes_changed, report.homes_same), (0, 0, 224));
    let clash = report
        .problems
        .iter()
        .find(|problem| problem.what.zh.contains("保留人工录入的"))
        .expect("the clash");
    assert_eq!(
        (clash.severity, clash.row, clash.column.as_deref()),
        (Severity::Warning, 3, Some("J"))
    );
    assert!(clash.what.zh.contains("YS-0") && clash.what.zh.contains("YS20250373812"));
    assert_eq!(project.file("1-1-102").value("contract/no"), Some(&"YS-0".into()));
}

#[test]
fn importing_a_changed_list_updates_what_the_list_said() {
    let mut project = Project::default();
    project
        .import(&read_csv("房号,业主,手机\n1-1-101,杜强,13800138000\n1-1-102,李子,13900139000\n"));
    let report =
        project.import(&read_csv("房号,业主,手机\n1-1-101,杜强,13800138001\n1-1-102,李子,\n"));
    assert_eq!((report.homes_changed, report.homes_same), (1, 1));
    assert_eq!(project.buyer("1-1-101", 1, "phone").as_deref(), Some("13800138001"));
    assert_eq!(
        project.buyer("1-1-102", 1, "phone").as_deref(),
        Some("13900139000"),
        "an empty cell clears nothing"
    );
}
