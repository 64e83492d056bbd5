//! What heads of columns mean. Data: a word a list uses and nobody foresaw is one line here.

use shoulou_domain::{
    fields,
    normalize::fold,
    view::{Choice, Text2},
};
use std::sync::LazyLock;

/// A column that is not imported (running numbers).
pub(super) const IGNORE: &str = "ignore";
/// The number of a company's legal representative's paper: not a field of the company's own.
pub(super) const REPRESENTATIVE_PAPER: &str = "representative/paper_no";

/// Target, and the heads that mean it beside the field's own title. The first words are the most usual.
pub(super) const WORDS: &[(&str, &[&str])] = &[
    (IGNORE, &["序号", "序", "no", "no.", "行号", "编号", "#"]),
    (
        "code",
        &[
            "房号",
            "房间号",
            "房屋编号",
            "房源",
            "房屋",
            "单元房号",
            "房产",
            "房间",
            "户号",
            "房屋号",
            "房源编号",
            "房间编码",
            "房屋代码",
            "物业编号",
            "单位",
            "unit",
        ],
    ),
    (
        "building",
        &["楼栋", "栋号", "楼号", "幢", "幢号", "座", "座号", "楼栋号", "楼宇", "楼座", "building"],
    ),
    ("block", &["单元号", "梯", "门洞", "block"]),
    ("floor", &["层", "层号", "所在楼层", "floor"]),
    ("room", &["室号", "门牌", "门牌号", "room"]),
    ("kind", &["物业类型", "产品类型", "房屋类型", "业态", "产品", "房产类型"]),
    ("layout", &["房型", "户型名称"]),
    (
        "contract_area",
        &[
            "建筑面积",
            "合同面积",
            "面积",
            "销售面积",
            "预测面积",
            "预售面积",
            "预测建筑面积",
            "建面",
            "暂测面积",
            "预售建筑面积",
            "合同约定建筑面积",
            "area",
        ],
    ),
    (
        "inner_area",
        &["套内面积", "套内", "套内建筑面积", "预测套内面积", "预测套内建筑面积", "使用面积"],
    ),
    (
        "measured_area",
        &["实测面积", "实测建面", "竣工面积", "产权面积", "实测", "实际面积", "测绘面积"],
    ),
    ("measured_inner_area", &["实测套内", "实测套内建筑面积"]),
    ("address", &["坐落", "房屋地址", "坐落地址", "房屋坐落地址"]),
    (
        "contract/no",
        &["合同号", "合同号码", "买卖合同号", "买卖合同编号", "网签号", "网签合同号", "contractno"],
    ),
    (
        "contract/signed_on",
        &[
            "签约日期",
            "签约时间",
            "签订日期",
            "合同日期",
            "签合同日期",
            "合同签订时间",
            "签署日期",
            "网签日期",
        ],
    ),
    ("contract/filing_no", &["备案号", "合同备案编号"]),
    (
        "contract/handover_on",
        &["交付日期", "合同交付日期", "约定交付日期", "交房日期", "交楼日期", "合同交房日期"],
    ),
    (
        "contract/total_price",
        &[
            "总价",
            "成交总价",
            "总房款",
            "房款",
            "总价款",
            "成交价",
            "合同金额",
            "房屋总价",
            "合同总价款",
            "购房款",
            "房价款",
        ],
    ),
    ("contract/unit_price", &["单价", "成交单价", "合同单价", "均价", "建筑单价"]),
    ("contract/payment", &["付款", "付款形式", "支付方式", "付款类型"]),
    ("contract/bank", &["按揭行", "贷款银行", "银行", "贷款行", "按揭"]),
    ("appointment/at", &["收楼时间", "预约日期", "预约收楼时间", "预约交付时间", "入伙时间"]),
    ("buyer_kind", &["客户类型", "买受人类型", "购房主体", "业主性质"]),
    ("parking", &["车位号", "停车位"]),
    (
        "fee_start",
        &[
            "物业费起算",
            "物业费起算日",
            "物业费起算日期",
            "物管费起算",
            "物业费起始日",
            "物业费开始日期",
        ],
    ),
    ("remark", &["备注说明", "说明", "情况说明", "特殊情况", "其他说明", "备注信息", "remark"]),
    (
        "party/*/name",
        &[
            "业主",
            "业主姓名",
            "姓名",
            "买受人",
            "客户姓名",
            "购房人",
            "客户",
            "客户名称",
            "产权人",
            "权利人",
            "业主名称",
            "买方",
            "买受人姓名",
            "购房者",
            "业主姓名/名称",
            "名称",
            "认购人",
            "owner",
            "name",
        ],
    ),
    (
        "party/*/paper_no",
        &[
            "证件号",
            "身份证",
            "身份证号",
            "身份证号码",
            "身份证/营业执照",
            "证件",
            "证件编号",
            "身份证件号码",
            "证照号码",
            "营业执照号",
            "身份证/护照",
            "证件号码/营业执照",
            "idno",
        ],
    ),
    ("party/*/paper_kind", &["证件种类", "证件名称", "证件类别"]),
    (
        "party/*/phone",
        &[
            "联系电话",
            "手机",
            "手机号",
            "手机号码",
            "电话1",
            "联系方式",
            "移动电话",
            "电话号码",
            "联系手机",
            "电话一",
            "phone",
            "mobile",
        ],
    ),
    (
        "party/*/phone2",
        &[
            "电话2",
            "第二电话",
            "固定电话",
            "其他电话",
            "手机2",
            "联系电话2",
            "座机",
            "电话二",
            "备用联系电话",
        ],
    ),
    ("party/*/email", &["邮箱", "email", "电子邮件"]),
    (
        "party/*/address",
        &["联系地址", "地址", "邮寄地址", "住址", "家庭住址", "现住址", "邮编地址", "通信地址"],
    ),
    ("party/*/share", &["份额", "占比", "产权比例", "共有份额"]),
    (
        "party/*/legal_representative",
        &["法定代表人", "法人", "法人代表", "法人姓名", "法定代表人/负责人"],
    ),
    (
        REPRESENTATIVE_PAPER,
        &[
            "法定代表人证件",
            "法定代表人证件号",
            "法定代表人证件号码",
            "法人证件",
            "法人身份证",
            "法人身份证号",
            "法定代表人身份证",
            "法定代表人身份证号",
        ],
    ),
];

/// How surely a head means a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// The head contains a word of this many characters that means it.
    Contains(usize),
    /// The head, or the head without what stands in brackets, is such a word.
    Exact,
}

/// A head as it is compared: folded, without blanks and line breaks, small letters.
pub(super) fn bare(head: &str) -> String {
    fold(head)
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '*' && *c != ':')
        .collect::<String>()
        .to_lowercase()
}

/// Every target a head may mean.
pub(super) fn fits(head: &str) -> Vec<(&'static str, Fit)> {
    let head = bare(head);
    if head.is_empty() {
        return Vec::new();
    }
    let outside = without_brackets(&head);
    let mut found: Vec<(&'static str, Fit)> = Vec::new();
    for (target, word) in ALL.iter() {
        let fit = if *word == head || *word == outside {
            Fit::Exact
        } else if word.chars().count() >= 2 && outside.contains(word.as_str()) {
            Fit::Contains(word.chars().count())
        } else {
            continue;
        };
        match found.iter_mut().find(|(known, _)| known == target) {
            Some((_, best)) => *best = fit.max(*best),
            None => found.push((*target, fit)),
        }
    }
    found
}

/// Every target with a word for it, as heads are compared.
static ALL: LazyLock<Vec<(&'static str, String)>> = LazyLock::new(|| {
    let own = fields::importable().map(|field| (field.path, bare(field.zh)));
    let further = WORDS
        .iter()
        .flat_map(|(target, words)| words.iter().map(|word| (*target, (*word).to_owned())));
    own.chain(further).collect()
});

fn without_brackets(head: &str) -> String {
    let mut depth = 0;
    head.chars()
        .filter(|c| match c {
            '(' | '[' | '【' => {
                depth += 1;
                false
            }
            ')' | ']' | '】' => {
                depth -= 1;
                false
            }
            _ => depth <= 0,
        })
        .collect()
}

/// What a column can be mapped to, as the mapping step offers it.
pub(super) fn targets() -> Vec<Choice> {
    let mut choices = vec![Choice { value: IGNORE.to_owned(), title: title(IGNORE) }];
    for field in fields::importable() {
        choices.push(Choice { value: field.path.to_owned(), title: title(field.path) });
        if field.path == "party/*/legal_representative" {
            choices.push(Choice {
                value: REPRESENTATIVE_PAPER.to_owned(),
                title: title(REPRESENTATIVE_PAPER),
            });
        }
    }
    choices
}

pub(super) fn is_target(target: &str) -> bool {
    target == IGNORE
        || target == REPRESENTATIVE_PAPER
        || fields::importable().any(|field| field.path == target)
}

pub(super) fn title(target: &str) -> Text2 {
    match target {
        IGNORE => Text2::new("不导入", "Not imported"),
        REPRESENTATIVE_PAPER => {
            Text2::new("法定代表人证件号码", "Legal representative's paper number")
        }
        "code" => Text2::new("房号(整套编号)", "Home (whole code)"),
        "party/*/name" => Text2::new("业主姓名/名称", "Buyer's name"),
        "party/*/address" => Text2::new("业主通讯地址", "Buyer's address"),
        path => fields::importable()
            .find(|field| field.path == path)
            .map(fields::Field::title)
            .unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_leads_to_a_field_that_a_list_may_fill() {
        for (target, words) in WORDS {
            assert!(is_target(target), "{target}");
            for word in *words {
                assert_eq!(bare(word), *word, "kept as heads are compared");
            }
        }
    }

    #[test]
    fn no_word_means_two_things() {
        let mut words = ALL.clone();
        words.sort_by(|one, other| one.1.cmp(&other.1).then(one.0.cmp(other.0)));
        for pair in words.windows(2) {
            assert!(pair[0].1 != pair[1].1 || pair[0].0 == pair[1].0, "{:?}", pair);
        }
    }

    #[test]
    fn a_head_is_understood_with_brackets_blanks_and_full_width() {
        for (head, target) in [
            ("房号（楼栋-单元-房号）", "code"),
            ("成交总价（元）", "contract/total_price"),
            ("身份证/营业执照", "party/*/paper_no"),
            ("姓 名", "party/*/name"),
            ("电话\n１", "party/*/phone"),
        ] {
            assert!(fits(head).contains(&(target, Fit::Exact)), "{head}: {:?}", fits(head));
        }
    }
}
