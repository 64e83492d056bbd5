use std::time::Duration;

/// Measured lines, each with its goal.
#[derive(Default)]
pub struct Table(Vec<Line>);

struct Line {
    what: String,
    measured: String,
    beside: String,
    ratio: String,
    goal: String,
    met: bool,
}

impl Table {
    pub fn limit(&mut self, what: &str, took: Duration, goal: Duration) {
        let share = took.as_secs_f64() / goal.as_secs_f64();
        self.0.push(Line {
            what: what.into(),
            measured: time(took),
            beside: "-".into(),
            ratio: format!("{share:.2} of the limit"),
            goal: format!("≤ {}", time(goal)),
            met: took <= goal,
        });
    }

    pub fn beside(&mut self, what: &str, took: Duration, floor: &str, least: Duration, goal: f64) {
        let ratio = took.as_secs_f64() / least.as_secs_f64();
        self.0.push(Line {
            what: what.into(),
            measured: time(took),
            beside: format!("{floor}: {}", time(least)),
            ratio: format!("{ratio:.2} ×"),
            goal: format!("≤ {goal} ×"),
            met: ratio <= goal,
        });
    }

    pub fn rate(&mut self, what: &str, rate: f64, goal: f64) {
        self.0.push(Line {
            what: what.into(),
            measured: format!("{rate:.0}/s"),
            beside: "-".into(),
            ratio: format!("{:.2} of the goal", rate / goal),
            goal: format!("≥ {goal:.0}/s"),
            met: rate >= goal,
        });
    }

    pub fn print(&self) {
        println!("| what | measured | beside | ratio | goal | met |\n|---|---|---|---|---|---|");
        for line in &self.0 {
            let met = if line.met { "yes" } else { "NO" };
            println!(
                "| {} | {} | {} | {} | {} | {met} |",
                line.what, line.measured, line.beside, line.ratio, line.goal
            );
        }
    }

    pub fn met(&self) -> bool {
        self.0.iter().all(|line| line.met)
    }
}

pub fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn time(took: Duration) -> String {
    match took.as_secs_f64() * 1000.0 {
        ms if ms >= 1000.0 => format!("{:.2} s", ms / 1000.0),
        ms if ms >= 1.0 => format!("{ms:.2} ms"),
        ms => format!("{:.0} µs", ms * 1000.0),
    }
}
