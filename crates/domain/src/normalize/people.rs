use super::{fold, is_placeholder, tidy};

/// One name of a cell, with the share written behind it (`张三(60%)`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    pub name: String,
    pub share: Option<String>,
}

/// The names of one cell in order. `杜强/李子`, `袁琪平，钱远子` and `方刚艳 乔若英` are two people each,
/// `SMITH, John Michael` and `张　三` are one.
pub fn names(text: &str) -> Vec<Name> {
    let mut found = Vec::new();
    for piece in tidy(text).split(['/', '／', '、', ';', '；', '\n', '|', '＆', '&']) {
        if is_placeholder(piece) {
            continue;
        }
        if !has_han(piece) {
            found.push(one(piece));
            continue;
        }
        for part in piece.split([',', '，']) {
            found.extend(spaced(part).iter().map(|name| one(name)));
        }
    }
    found
}

/// Words between blanks: Latin words belong together, and single characters set apart to fill the column do.
fn spaced(part: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut last = Word::Name;
    for word in part.split_whitespace() {
        let kind = if !has_han(word) {
            Word::Latin
        } else if word.chars().count() == 1 {
            Word::Single
        } else {
            Word::Name
        };
        match (names.last_mut(), last, kind) {
            (Some(open), Word::Latin, Word::Latin) => {
                open.push(' ');
                open.push_str(word);
            }
            (Some(open), Word::Single, Word::Single) if open.chars().count() < 3 => {
                open.push_str(word)
            }
            // A share or a remark in brackets stands behind its name.
            (Some(open), _, _) if word.starts_with(['(', '（']) => open.push_str(word),
            _ => names.push(word.to_owned()),
        }
        last = kind;
    }
    names
}

#[derive(Clone, Copy)]
enum Word {
    Name,
    Latin,
    Single,
}

fn one(text: &str) -> Name {
    let text = text.trim();
    let open = text.rfind(['(', '（']);
    if let Some((name, inside)) = open.map(|at| text.split_at(at)) {
        let inside = fold(inside);
        let inside = inside.trim_start_matches('(').trim_end_matches(')').trim();
        if inside.ends_with('%') && inside[..inside.len() - 1].parse::<f64>().is_ok() {
            return Name { name: name.trim().to_owned(), share: Some(inside.to_owned()) };
        }
    }
    Name { name: text.to_owned(), share: None }
}

/// Whether a name is a company's.
pub fn is_company_name(name: &str) -> bool {
    let bare = name.trim_end_matches([')', '）', ' ']);
    [
        "公司",
        "集团",
        "有限合伙",
        "合伙企业",
        "事务所",
        "研究院",
        "研究所",
        "工厂",
        "商行",
        "经营部",
        "合作社",
        "基金会",
        "委员会",
        "银行",
        "信用社",
        "大学",
        "学校",
        "医院",
        "协会",
    ]
    .iter()
    .any(|end| bare.ends_with(end))
        || {
            let latin = bare.to_ascii_lowercase();
            [" ltd", " ltd.", " limited", " inc", " inc.", " llc", " gmbh"]
                .iter()
                .any(|end| latin.ends_with(end))
        }
}

fn has_han(text: &str) -> bool {
    text.chars().any(|c| {
        matches!(u32::from(c), 0x2e80..=0x2fdf | 0x3007 | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x3ffff)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        names(text).into_iter().map(|name| name.name).collect()
    }

    #[test]
    fn two_buyers_in_a_cell_are_two_people() {
        for text in [
            "杜强/李子",
            "杜强、李子",
            "杜强，李子",
            "杜强,李子",
            "杜强 李子",
            "杜强\n李子",
            "杜强／李子",
        ] {
            assert_eq!(read(text), ["杜强", "李子"], "{text}");
        }
        assert_eq!(read("秦航、赖超磊/王 芳"), ["秦航", "赖超磊", "王芳"]);
    }

    #[test]
    fn one_buyer_with_marks_inside_the_name_stays_one() {
        for text in ["SMITH, John Michael", "尼格买提·热合曼", "徐㐂", "JOHN SMITH", "𠮷田"]
        {
            assert_eq!(read(text), [text]);
        }
        assert_eq!(read("张　三"), ["张三"]);
        assert_eq!(read(" 毛可诺 "), ["毛可诺"]);
        assert_eq!(read("朱𬭎，易怡"), ["朱𬭎", "易怡"]);
        assert_eq!(read("李子/SMITH, John Michael"), ["李子", "SMITH, John Michael"]);
    }

    #[test]
    fn a_share_behind_a_name_is_no_part_of_it() {
        let read = names("张三(60%)、李四（40％）");
        assert_eq!(read[0], Name { name: "张三".into(), share: Some("60%".into()) });
        assert_eq!(read[1], Name { name: "李四".into(), share: Some("40%".into()) });
        assert_eq!(names("广州怡兰实业有限公司(筹)")[0].name, "广州怡兰实业有限公司(筹)");
    }

    #[test]
    fn a_company_is_known_by_the_end_of_its_name() {
        assert!(is_company_name("佛山然磊实业有限公司"));
        assert!(is_company_name("某某投资中心（有限合伙）"));
        assert!(!is_company_name("司徒婧怡"));
    }
}
