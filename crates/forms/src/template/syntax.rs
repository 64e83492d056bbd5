//! What the reader of TOML says about a mistake, for the people who write templates.

use super::{fields::distance, rich::Wrong};
use shoulou_domain::view::Text2;

pub(super) fn wrong(message: &str) -> Wrong {
    let message = message.trim();
    let (problem, expected) = match message.split_once(", expected ") {
        Some((problem, expected)) => (problem, Some(expected)),
        None => (message, None),
    };
    (Text2::new(problem_zh(problem), problem), expectation(problem, expected))
}

fn problem_zh(problem: &str) -> String {
    let name = quoted(problem).next().unwrap_or_default();
    match problem.split_once(' ').unwrap_or_default() {
        ("unknown", rest) if rest.starts_with("field") => format!("没有“{name}”这一项"),
        ("unknown", _) => format!("没有“{name}”这个取值"),
        ("missing", _) => format!("缺少“{name}”"),
        ("duplicate", _) => format!("“{name}”写了两次"),
        ("invalid", rest) if rest.starts_with("type") => format!("类型不对（{problem}）"),
        _ => format!("TOML 写法不对（{problem}）"),
    }
}

fn expectation(problem: &str, expected: Option<&str>) -> Text2 {
    let Some(expected) = expected else {
        return Text2::new("符合 TOML 写法的表格模板", "a form template in TOML");
    };
    let known: Vec<&str> = quoted(expected).collect();
    let wanted = quoted(problem).next().unwrap_or_default();
    let nearest = known.iter().min_by_key(|known| distance(known, wanted));
    match nearest.filter(|_| problem.starts_with("unknown")) {
        Some(nearest) => Text2::new(
            format!("“{nearest}”或其他：{}", known.join("、")),
            format!("`{nearest}`, perhaps; {expected}"),
        ),
        None => Text2::new(expected_zh(expected), expected),
    }
}

fn expected_zh(expected: &str) -> String {
    match expected {
        "a string" => "加引号的文字".to_owned(),
        "a boolean" => "true 或 false".to_owned(),
        "a sequence" => "方括号里的列表".to_owned(),
        "u32" | "usize" | "f64" => "数字".to_owned(),
        other => other.to_owned(),
    }
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}
