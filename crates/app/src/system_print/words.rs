//! The keywords of a printer's state, as a clerk says them.

use crate::api::PrinterState;
use shoulou_domain::view::Text2;

/// By keyword without its severity (`-error`, `-warning`, `-report`): what it means for the paper, 中文, English.
const REASONS: &[(&str, Hindrance, &str, &str)] = &[
    ("media-empty", Hindrance::OutOfPaper, "缺纸", "out of paper"),
    ("media-needed", Hindrance::OutOfPaper, "需要装纸", "wants paper"),
    ("media-jam", Hindrance::Stops, "卡纸", "paper jam"),
    ("cover-open", Hindrance::Stops, "盖子开着", "cover open"),
    ("door-open", Hindrance::Stops, "门开着", "door open"),
    ("interlock-open", Hindrance::Stops, "有部件未关好", "something is open"),
    ("input-tray-missing", Hindrance::Stops, "纸盒不在", "tray missing"),
    ("output-area-full", Hindrance::Stops, "出纸口已满", "output full"),
    ("toner-empty", Hindrance::Stops, "碳粉用完", "out of toner"),
    ("marker-supply-empty", Hindrance::Stops, "墨粉用完", "out of ink"),
    ("offline", Hindrance::Away, "已关机或未连接", "switched off or not connected"),
    ("connecting-to-device", Hindrance::Away, "正在连接，没有应答", "connecting, no answer yet"),
    ("timed-out", Hindrance::Away, "没有应答", "no answer"),
    ("shutdown", Hindrance::Away, "已关机", "switched off"),
    ("paused", Hindrance::Stops, "已暂停", "paused"),
    ("media-low", Hindrance::None, "纸将用完", "paper is low"),
    ("toner-low", Hindrance::None, "碳粉将用完", "toner is low"),
    ("marker-supply-low", Hindrance::None, "墨粉将用完", "ink is low"),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hindrance {
    None,
    Stops,
    Away,
    OutOfPaper,
}

fn known(reason: &str) -> Option<&'static (&'static str, Hindrance, &'static str, &'static str)> {
    let severities = ["-error", "-warning", "-report"];
    let bare = severities.iter().find_map(|end| reason.strip_suffix(end)).unwrap_or(reason);
    REASONS.iter().find(|(keyword, ..)| *keyword == bare)
}

/// The worst of what the reasons mean.
pub fn hindrance(reasons: &[String]) -> Hindrance {
    let worst = reasons.iter().filter_map(|reason| Some(known(reason)?.1)).max();
    worst.unwrap_or(Hindrance::None)
}

/// A printer's state, and after it what stands in the way.
pub fn words_of(state: PrinterState, reasons: &[String]) -> Text2 {
    let (zh, en) = match state {
        PrinterState::Idle => ("空闲", "idle"),
        PrinterState::Printing => ("正在打印", "printing"),
        PrinterState::Stopped => ("已停止", "stopped"),
        PrinterState::Absent => ("不在", "absent"),
    };
    let mut said: Vec<_> = reasons.iter().filter_map(|reason| known(reason)).collect();
    said.sort_by_key(|(_, hindrance, ..)| std::cmp::Reverse(*hindrance));
    said.dedup();
    let join = |first: &str, rest: Vec<&str>, comma: &str| match rest.is_empty() {
        true => first.to_owned(),
        false => format!("{first}{comma}{}", rest.join(comma)),
    };
    Text2::new(
        join(zh, said.iter().map(|(_, _, zh, _)| *zh).collect(), "，"),
        join(en, said.iter().map(|(.., en)| *en).collect(), ", "),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_reason_counts_whatever_its_severity() {
        let reasons = ["toner-low-report", "media-empty-warning", "none"].map(str::to_owned);
        assert_eq!(hindrance(&reasons), Hindrance::OutOfPaper);
        assert_eq!(hindrance(&["none".to_owned()]), Hindrance::None);
        let words = words_of(PrinterState::Stopped, &reasons);
        assert_eq!(words.zh, "已停止，缺纸，碳粉将用完");
        assert_eq!(words.en, "stopped, out of paper, toner is low");
    }
}
