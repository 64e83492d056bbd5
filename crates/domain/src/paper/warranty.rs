//! 住宅质量保证书: for each part of the building the two clocks, the contractor's towards the developer from the
//! acceptance, and the developer's towards the buyer from the handover.

use super::{
    Sheet,
    fields::spec::*,
    notice::number,
    tree::{Row, Tree},
};
use crate::{checks::date, fact::Fact};
use chrono::{Months, NaiveDate};
use shoulou_eventlog::Value;

pub(super) const QUALITY_GUARANTEE: &[Spec] = &[
    ("accepted_on", Text, C),
    ("filing_no", Text, C),
    ("handed_over_on", Text, E),
    ("phone", Text, C),
    ("parts", Rows, C),
    ("parts[].no", Text, C),
    ("parts[].part", Text, C),
    // Contractor to developer, from the acceptance (建设工程质量管理条例 §40).
    ("parts[].contractor", Text, C),
    ("parts[].contractor_until", Text, C),
    // Developer to buyer, from the handover: at least this (1998 rules), and no less than what is left of the other.
    ("parts[].least", Text, C),
    ("parts[].until", Text, E),
];

/// How long a part is guaranteed.
#[derive(Clone, Copy)]
enum Term {
    Months(u32),
    /// A heating or cooling season is no number of days.
    Seasons(u32),
    /// 设计文件规定的合理使用年限
    DesignLife,
}

use Term::{DesignLife, Months as M, Seasons};

/// Part, contractor's term, developer's least.
const PARTS: [(&str, Term, Term); 10] = [
    ("地基基础和主体结构", DesignLife, DesignLife),
    ("屋面防水", M(60), M(36)),
    ("有防水要求的卫生间、房间和外墙面的防渗漏", M(60), M(12)),
    ("墙面、顶棚抹灰层脱落，地面空鼓开裂、大面积起砂", M(24), M(12)),
    ("门窗翘裂、五金件损坏", M(24), M(12)),
    ("给排水管道、电气管线和设备安装", M(24), M(12)),
    ("卫生洁具", M(24), M(12)),
    ("管道堵塞", M(24), M(2)),
    ("灯具、电器开关", M(24), M(6)),
    ("供热系统和设备、供冷系统和设备", Seasons(2), Seasons(1)),
];

impl Term {
    fn words(self) -> String {
        match self {
            M(months) if months % 12 == 0 => format!("{}年", months / 12),
            M(months) => format!("{months}个月"),
            Seasons(count) => format!("{count}个采暖期、供冷期"),
            DesignLife => "设计文件规定的合理使用年限".into(),
        }
    }

    fn from(self, start: NaiveDate) -> Option<NaiveDate> {
        match self {
            M(months) => start.checked_add_months(Months::new(months)),
            Seasons(_) | DesignLife => None,
        }
    }
}

impl Sheet<'_, '_> {
    pub(super) fn quality_guarantee(&self, tree: &mut Tree) {
        tree.set("accepted_on", self.project_text("filing_date"));
        tree.set("filing_no", self.project_text("filing_no"));
        tree.set("phone", self.project_text("phone"));
        let accepted = self.dossier.world.project.value("filing_date").and_then(Value::as_text);
        let accepted = accepted.and_then(day);
        let handed_over = self.handed_over_on().filter(|_| !self.print.blank);
        tree.set("handed_over_on", handed_over.map(shown).unwrap_or_default());
        let row = |(index, (part, contractor, least)): (usize, (&str, Term, Term))| -> Row {
            let ends = accepted.and_then(|from| contractor.from(from));
            // What is left of the contractor's term is known only where the acceptance is.
            let until = handed_over.and_then(|from| Some(least.from(from)?.max(ends?)));
            vec![
                ("no", number(index)),
                ("part", part.into()),
                ("contractor", contractor.words().into()),
                ("contractor_until", ends.map(shown).unwrap_or_default().into()),
                ("least", least.words().into()),
                ("until", until.map(shown).unwrap_or_default().into()),
            ]
        };
        tree.rows("parts", PARTS.into_iter().enumerate().map(row));
    }

    /// The day the owner signed for the home.
    fn handed_over_on(&self) -> Option<NaiveDate> {
        let signed = self.dossier.sign_offs.iter().rfind(|(entry, _)| {
            !entry.fact.by_staff
                && entry.fact.items.iter().any(|item| item.key == "sign.house_handover")
        });
        let (_, recorded) = signed?;
        match Fact::decode(&recorded.kind, &recorded.payload)? {
            Fact::Signed(signed) => day(&signed.signed_at),
            _ => None,
        }
    }
}

/// By the clock of its own offset.
fn day(iso: &str) -> Option<NaiveDate> {
    iso.get(..10)?.parse().ok()
}

fn shown(day: NaiveDate) -> String {
    date::day(&day.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_ends_on_the_same_day_of_a_later_month() {
        let start = day("2026-08-31T09:00:00+08:00").expect("a day");
        assert_eq!(M(6).from(start).map(shown).as_deref(), Some("2027年2月28日"));
        assert_eq!(M(60).words(), "5年");
        assert_eq!(M(2).words(), "2个月");
    }

    #[test]
    fn a_season_and_a_design_life_end_on_no_day() {
        let start = day("2026-08-31").expect("a day");
        assert!(Seasons(2).from(start).is_none() && DesignLife.from(start).is_none());
    }
}
