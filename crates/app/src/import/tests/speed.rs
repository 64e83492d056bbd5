//! Large lists.

use super::*;
use std::fmt::Write;

/// A list of `homes` homes in towers of 30 floors with four flats; the same text for the same number.
pub(in super::super) fn generated(homes: usize) -> String {
    let mut list = String::from(
        "房号,业主,证件号码,联系电话,通讯地址,合同编号,签约日期,付款方式,建筑面积,套内面积,总价,备注\n",
    );
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |below: u64| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed % below
    };
    let surnames: Vec<char> = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨".chars().collect();
    let given: Vec<char> = "怡曦梓轩浩然思远嘉琪静涵一诺晨宇".chars().collect();
    for home in 0..homes {
        let (building, floor, flat) = (home / 120 + 1, home % 120 / 4 + 1, home % 4 + 1);
        let mut person = || {
            let mut pick = |of: &[char]| of[next(of.len() as u64) as usize];
            let name: String = [pick(&surnames), pick(&given), pick(&given)].iter().collect();
            let id = format!(
                "440305{}{:02}{:02}{:03}",
                1950 + next(55),
                1 + next(12),
                1 + next(28),
                1 + next(98)
            );
            let check = shoulou_domain::checks::identity::check_digit(&id).expect("17 digits");
            (name, format!("{id}{check}"))
        };
        let (first, second) = (person(), person());
        let (names, papers) = if home % 3 == 0 {
            (format!("{}/{}", first.0, second.0), format!("{}、{}", first.1, second.1))
        } else {
            (first.0, first.1)
        };
        let area = 8_900 + next(8_000);
        let total = area * (20_000 + next(30_000));
        writeln!(
            list,
            "{building}-1-{floor}{flat:02},{names},{papers},1{}{:09},某某路{}号,YS{home:08},{}.{}.{},组合贷,{}.{:02},{}.{:02},{}.{:02},{}",
            3 + next(7),
            next(1_000_000_000),
            1 + next(400),
            2023 + next(3),
            1 + next(12),
            1 + next(28),
            area / 100,
            area % 100,
            area * 8 / 1000,
            area % 100,
            total / 100,
            total % 100,
            if home % 7 == 0 { "要求上午" } else { "" },
        )
        .expect("into text");
    }
    list
}

#[test]
fn three_thousand_homes_are_planned_in_commits_that_fit() {
    let text = generated(3_000);
    assert_eq!(text, generated(3_000), "the same list each time");
    let list = read_csv(&text);
    assert!(list.is_certain());
    let mut project = Project::default();
    let started = std::time::Instant::now();
    let plan = project.plan(&list);
    assert_eq!(plan.report.homes_new, 3_000);
    assert_eq!(places(&plan.report.problems, Severity::Warning), []);
    println!("planned in {:?}", started.elapsed());
    let homes: usize = plan.homes.len();
    let events: usize = plan.homes.iter().map(|home| home.events.len()).sum();
    let commits = plan.commits();
    assert_eq!(commits.iter().map(Vec::len).sum::<usize>(), events);
    assert!(commits.len() > 1 && commits.len() < homes / 50, "{} commits", commits.len());
    for commit in commits {
        let bytes: usize = commit
            .iter()
            .map(|event| {
                let mut encoded = Vec::new();
                ciborium::into_writer(&event.event.payload, &mut encoded).expect("encoded");
                encoded.len() + event.event.kind.len() + 24
            })
            .sum();
        let parties: std::collections::BTreeSet<_> =
            commit.iter().map(|event| event.party).collect();
        assert!(bytes + parties.len() * 136 < 1 << 20, "{bytes} bytes in {} parts", parties.len());
        project.commit(commit);
    }
    let again = project.plan(&list);
    assert_eq!((again.report.homes_same, again.homes.len()), (3_000, 0));
}

/// `cargo test --release -p shoulou-app import_speed -- --ignored --nocapture`
#[test]
#[ignore = "a measurement; meaningful in a release build only"]
fn import_speed_of_three_thousand_homes() {
    let file = csv(&generated(3_000));
    let project = Project::default();
    let started = std::time::Instant::now();
    let list = List::read(file.path(), None, None, &Blocks::default(), offset()).expect("a list");
    let read = started.elapsed();
    let commits = project.plan(&list).commits();
    let all = started.elapsed();
    println!("read {read:?}, read and planned {all:?}, {} commits", commits.len());
    assert!(all.as_secs_f64() <= 1.0);
}
