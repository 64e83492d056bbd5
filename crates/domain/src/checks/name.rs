//! Names. Rare characters are normal in them (喆 堃 䶮 𠮷); what is doubted is what no name holds.

use super::Doubt;

/// The doubt about a person's name.
pub fn person(name: &str) -> Option<Doubt> {
    if let Some(doubt) = common(name) {
        return Some(doubt);
    }
    let parts = [',', '，', '、', ';', '；', '/', '／', '&', '＆', '+', '\n'];
    if name.contains(parts) || has_gap_between_names(name) {
        return Some(Doubt::SeveralNames);
    }
    let strange = |c: char| c.is_numeric() && !is_han(c) || "（()）:：*＊#".contains(c);
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    (letters < 2 || name.chars().any(strange)).then_some(Doubt::NotAName)
}

/// The doubt about a company's name: brackets and figures are usual in those.
pub fn company(name: &str) -> Option<Doubt> {
    common(name).or_else(|| (name.chars().count() < 4).then_some(Doubt::NotAName))
}

fn common(name: &str) -> Option<Doubt> {
    let lost = |c: char| {
        matches!(c, '?' | '？' | '□' | '■' | '〓' | '\u{fffd}' | '\u{e000}'..='\u{f8ff}')
            || c >= '\u{f0000}'
            || c.is_control() && c != '\n'
    };
    name.chars().any(lost).then_some(Doubt::LostCharacter)
}

/// `张伟 李娜` are two; `张 伟` is one with a gap for looks; `Anna Maria` is one.
fn has_gap_between_names(name: &str) -> bool {
    let words: Vec<&str> = name.split_whitespace().collect();
    let long = words.iter().filter(|word| word.chars().filter(|c| is_han(*c)).count() >= 2);
    words.len() > 1 && long.count() > 1
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' | '〇')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_characters_and_foreign_names_are_names() {
        for name in [
            "陈嘉豪",
            "王喆",
            "李堃",
            "㐂子",
            "马䶮",
            "𠮷田",
            "刘𬭎",
            "张 伟",
            "阿依古丽·买买提",
            "Anna Maria O'Neill",
            "欧阳修",
        ] {
            assert_eq!(person(name), None, "{name}");
        }
    }

    #[test]
    fn a_lost_character_is_seen() {
        for name in ["王?", "李□", "张\u{e5d2}", "刘\u{fffd}文"] {
            assert_eq!(person(name), Some(Doubt::LostCharacter), "{name}");
        }
    }

    #[test]
    fn several_people_in_one_field_are_seen() {
        for name in ["陈嘉豪、李敏", "陈嘉豪/李敏", "张伟 李娜", "陈嘉豪,李敏", "张伟\n李娜"]
        {
            assert_eq!(person(name), Some(Doubt::SeveralNames), "{name}");
        }
    }

    #[test]
    fn figures_and_remarks_are_no_names() {
        for name in ["张伟2", "李", "张伟（更名）", "13812345566"] {
            assert_eq!(person(name), Some(Doubt::NotAName), "{name}");
        }
        assert_eq!(company("深圳市某某（集团）有限公司"), None);
        assert_eq!(company("公司"), Some(Doubt::NotAName));
    }
}
