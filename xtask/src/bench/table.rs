//! What was measured, beside what, and whether it is good enough.

use crate::steps::Outcome;
use serde_json::Value;

/// One measured value. Benchmarks print it as one line of JSON:
/// `{"what": "one tick", "unit": "ms", "value": 1.2, "beside": ["one INSERT", 0.9], "most": 1.5}`.
/// The goal (`most` or `least`) is for the ratio to what stands beside it, or else for the value.
#[derive(Debug, PartialEq)]
pub(crate) struct Line {
    pub what: String,
    pub unit: String,
    pub value: f64,
    pub beside: Option<(String, f64)>,
    pub goal: Goal,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Goal {
    Most(f64),
    Least(f64),
}

/// What could not be measured, because something is not installed.
pub(crate) struct Absent {
    pub what: String,
    pub advice: &'static str,
}

impl Line {
    pub fn read(json: &str) -> Option<Line> {
        let json: Value = serde_json::from_str(json).ok()?;
        let number = |key: &str| json[key].as_f64();
        Some(Line {
            what: json["what"].as_str()?.to_owned(),
            unit: json["unit"].as_str()?.to_owned(),
            value: number("value")?,
            beside: json["beside"][0].as_str().map(str::to_owned).zip(json["beside"][1].as_f64()),
            goal: number("most").map(Goal::Most).or(number("least").map(Goal::Least))?,
        })
    }

    fn judged(&self) -> f64 {
        self.beside.as_ref().map_or(self.value, |(_, beside)| self.value / beside)
    }

    pub fn met(&self) -> bool {
        match self.goal {
            Goal::Most(most) => self.judged() <= most,
            Goal::Least(least) => self.judged() >= least,
        }
    }

    fn row(&self) -> String {
        let (sign, goal) = match self.goal {
            Goal::Most(most) => ("≤", most),
            Goal::Least(least) => ("≥", least),
        };
        let (beside, ratio, goal) = match &self.beside {
            Some((name, value)) => (
                format!("{name}: {}", amount(*value, &self.unit)),
                ratio(self.judged()),
                ratio(goal),
            ),
            None => {
                let share = format!("{:.2} of the goal", self.value / goal);
                ("-".to_owned(), share, amount(goal, &self.unit))
            }
        };
        let (value, met) =
            (amount(self.value, &self.unit), if self.met() { "met" } else { "NOT MET" });
        format!("| {} | {value} | {beside} | {ratio} | {sign} {goal} | {met} |", self.what)
    }
}

/// Prints the table.
///
/// # Errors
/// Where a goal is not met; says which.
pub(crate) fn judge(lines: &[Line], absent: &[Absent]) -> Outcome {
    println!("\n| what | measured | beside | ratio | goal | |\n|---|---:|---|---:|---:|---|");
    lines.iter().for_each(|line| println!("{}", line.row()));
    for Absent { what, advice } in absent {
        println!("| {what} | not installed | `{advice}` | - | - | - |");
    }
    let missed: Vec<&str> =
        lines.iter().filter(|line| !line.met()).map(|line| line.what.as_str()).collect();
    if missed.is_empty() { Ok(()) } else { Err(format!("\nNot met: {}", missed.join("; "))) }
}

fn amount(value: f64, unit: &str) -> String {
    match unit {
        "ms" if value >= 1000.0 => format!("{:.2} s", value / 1000.0),
        "ms" if value < 1.0 => format!("{:.0} µs", value * 1000.0),
        _ if value >= 1000.0 => format!("{value:.0} {unit}"),
        _ => format!("{value:.1} {unit}"),
    }
}

fn ratio(ratio: f64) -> String {
    if ratio < 0.5 { format!("1/{:.1}", 1.0 / ratio) } else { format!("{ratio:.2} ×") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_beside_something_is_for_the_ratio() {
        let text = r#"{"what":"a","unit":"ms","value":3,"beside":["b",1.5],"most":1.5}"#;
        let line = Line::read(text).expect("a line");
        assert!(!line.met());
        assert_eq!(line.row(), "| a | 3.0 ms | b: 1.5 ms | 2.00 × | ≤ 1.50 × | NOT MET |");
        assert!(Line { value: 2.25, ..line }.met());
    }

    #[test]
    fn a_goal_alone_is_for_the_value() {
        let text = r#"{"what":"a","unit":"events/s","value":60000,"least":50000}"#;
        let line = Line::read(text).expect("a line");
        assert!(line.met());
        assert_eq!(
            line.row(),
            "| a | 60000 events/s | - | 1.20 of the goal | ≥ 50000 events/s | met |"
        );
        assert!(!Line { value: 49_999.0, ..line }.met());
    }

    #[test]
    fn what_is_no_measured_line_is_passed_over() {
        assert_eq!(Line::read("running 0 tests"), None);
        assert_eq!(Line::read("{}"), None);
    }
}
