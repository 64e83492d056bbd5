/// Writes a line. Whoever reads may have seen enough (`… | head`): that is no fault.
macro_rules! say {
    ($($text:tt)*) => {{
        let _ = writeln!(std::io::stdout(), $($text)*);
    }};
}
pub(crate) use say;

macro_rules! tell {
    ($($text:tt)*) => {{
        let _ = writeln!(std::io::stderr(), $($text)*);
    }};
}
pub(crate) use tell;

use serde::Serialize;
use shoulou_app::api::{ImportPreview, ImportProblem, Problem, Severity};
use shoulou_domain::{
    view::{HomeRow, HomeView, OutstandingRow, Text2},
    vocabulary::{Lang, Progress},
};
use std::io::Write;

/// How results are written: for a person, or as JSON.
pub struct Output {
    pub json: bool,
    pub lang: Lang,
}

impl Output {
    pub fn text<'a>(&self, text: &'a Text2) -> &'a str {
        match self.lang {
            Lang::Zh => &text.zh,
            Lang::En => &text.en,
        }
    }

    /// Writes `value` as JSON, or lets `human` write it.
    pub fn result<T: Serialize>(&self, value: &T, human: impl FnOnce(&T)) {
        if self.json {
            let json = serde_json::to_string_pretty(value).expect("results are plain data");
            say!("{json}");
        } else {
            human(value);
        }
    }

    pub fn problem(&self, problem: &Problem) {
        if self.json {
            let json = serde_json::to_string_pretty(problem).expect("a problem is plain text");
            tell!("{json}");
        } else {
            for sentence in [&problem.what, &problem.kept, &problem.todo] {
                tell!("{}", self.text(sentence));
            }
        }
    }

    pub fn homes(&self, rows: &[HomeRow]) {
        for row in rows {
            let stages: String = row.stages.iter().map(|(_, progress)| glyph(*progress)).collect();
            say!("{}\t{}\t{}\t{stages}\t{}", row.code, row.owners, row.phone, self.sentence(row));
        }
    }

    fn sentence<'a>(&self, row: &'a HomeRow) -> &'a str {
        match self.lang {
            Lang::Zh => &row.sentence.zh,
            Lang::En => &row.sentence.en,
        }
    }

    pub fn home(&self, home: &HomeView) {
        say!("{}", self.sentence(&home.row));
        say!("{}  {}", home.row.owners, home.row.phone);
        for (stage, progress) in &home.row.stages {
            say!("{} {}", glyph(*progress), stage.title(self.lang));
        }
        for item in home.items.iter().filter(|item| item.waived.is_none()) {
            let missing = item.outstanding.as_ref().map_or("", |missing| &missing.reason);
            say!("  {} {} {missing}", glyph(item.progress), self.text(&item.title));
        }
        for key in &home.keys {
            say!("  ⚿ {} {} → {}", key.name, key.number, self.text(&key.holder_shown));
        }
    }

    pub fn outstanding(&self, rows: &[OutstandingRow]) {
        for row in rows {
            let promised = row.promised.as_deref().unwrap_or("-");
            let title = self.text(&row.title);
            say!("{}\t{}\t{title}\t{}\t{promised}", row.code, row.owners, row.reason);
        }
    }

    pub fn preview(&self, preview: &ImportPreview) {
        for column in &preview.columns {
            let target = column.target.as_deref().unwrap_or("-");
            say!("{}\t{}\t→ {target}", column.letter, column.head.replace('\n', " "));
        }
        self.problems(&preview.problems);
        for question in &preview.questions {
            say!("? {}", self.text(&question.text));
        }
        self.counts(preview.homes_new, preview.homes_changed, preview.homes_same);
    }

    pub fn problems(&self, problems: &[ImportProblem]) {
        for problem in problems {
            let mark = match problem.severity {
                Severity::Note => "·",
                Severity::Warning => "!",
                Severity::Error => "✗",
            };
            let cell = format!("{}{}", problem.column.as_deref().unwrap_or(""), problem.row);
            say!("{mark} {cell}\t{} {}", self.text(&problem.what), self.text(&problem.what_to_do));
        }
    }

    pub fn counts(&self, new: u32, changed: u32, same: u32) {
        match self.lang {
            Lang::Zh => say!("新增 {new} 户，变更 {changed} 户，无变化 {same} 户"),
            Lang::En => say!("{new} homes new, {changed} changed, {same} the same"),
        }
    }
}

fn glyph(progress: Progress) -> char {
    match progress {
        Progress::Todo => '○',
        Progress::Partial => '◐',
        Progress::Done => '●',
        Progress::Blocked => '!',
    }
}
