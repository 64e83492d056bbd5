//! Remarks that ask for something to be done. They are kept word for word; this only points at them.

use shoulou_domain::view::Text2;

/// Words in a remark, and what a person has to do about it.
const CALLS: &[(&[&str], &str, &str)] = &[
    (
        &["更名", "改名", "名字有误", "姓名有误"],
        "姓名有变更：请核对合同、证件与更名手续，并在单元办理中改正姓名。",
        "The name has changed: compare contract, papers and the change of name, and correct the name in the home's file.",
    ),
    (
        &["委托", "代办", "代收", "代为"],
        "将由他人代办：请登记代办人，并准备委托书原件与双方证件。",
        "Someone else will come: register the delegate, and ask for the power of attorney and both papers.",
    ),
    (
        &["国外", "境外", "海外", "出国"],
        "业主不在国内：境外签署的委托书需公证认证，请提前联系。",
        "The owner is abroad: a power of attorney signed there must be notarised; get in touch early.",
    ),
    (
        &["拒收", "拒绝收楼", "退件"],
        "曾经拒收：请先查明原因和整改情况，再约下次时间。",
        "Refused before: find out why and what was repaired before the next appointment.",
    ),
    (
        &["要求上午", "要求下午", "要求周末", "只能上午", "只能下午", "只能周末", "指定时间"],
        "对时间有要求：请按此安排预约。",
        "Asks for a certain time: make the appointment accordingly.",
    ),
    (
        &["补充协议"],
        "合同面积有补充协议：请以补充协议核对合同面积和面积差。",
        "The contract area has a supplementary agreement: check areas and the difference against it.",
    ),
    (
        &["未备案", "未网签"],
        "合同尚未备案：交付前请与销售部确认。",
        "The contract is not filed yet: confirm with sales before the handover.",
    ),
    (
        &["欠款", "未付清", "尾款", "未到账", "断供"],
        "款项未清：请与财务确认。",
        "Money is outstanding: confirm with finance.",
    ),
    (
        &["查封", "诉讼", "纠纷", "起诉", "法院"],
        "涉及法律事务：交付前请与法务确认。",
        "A legal matter is involved: confirm with the lawyers before the handover.",
    ),
    (
        &["去世", "继承"],
        "可能涉及继承：请核实权利人。",
        "An inheritance may be involved: verify who is entitled.",
    ),
];

/// What a remark asks for; empty where it is only to be read.
pub(super) fn calls(remark: &str) -> Option<Text2> {
    let said: Vec<_> =
        CALLS.iter().filter(|(words, ..)| words.iter().any(|word| remark.contains(word))).collect();
    (!said.is_empty()).then(|| {
        let join = |parts: Vec<&str>, between: &str| parts.join(between);
        Text2::new(
            join(said.iter().map(|(_, zh, _)| *zh).collect(), ""),
            join(said.iter().map(|(_, _, en)| *en).collect(), " "),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remark_that_asks_for_something_is_pointed_at() {
        for remark in [
            "姓名有更名",
            "业主在国外，委托母亲办理",
            "拒收过一次",
            "要求上午",
            "合同面积有补充协议",
            "已交定金未备案",
        ] {
            assert!(calls(remark).is_some(), "{remark}");
        }
        assert_eq!(calls("客户喜欢喝茶"), None);
        let abroad = calls("业主在国外，委托母亲办理").expect("two calls");
        assert!(abroad.zh.contains("委托书原件") && abroad.zh.contains("公证"));
    }
}
